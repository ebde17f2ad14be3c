package engine_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"expex/engine"
)

// Every rule and factor has a table of its own that says when it fires, when it
// does not, what it makes of the unknown, and both sides of every edge. This
// test sees only that there is one with enough rows; people read them.
func TestEveryRuleFactorAndWarningHasATable(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]int{}
	table := regexp.MustCompile(`\bcheck(?:Rule|Factor|Warning)\(t, "?([\w.]+)"?, `)
	row := regexp.MustCompile(`\{"[^"]+", `)
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tables := table.FindAllSubmatchIndex(source, -1)
		for i, at := range tables {
			end := len(source)
			if i+1 < len(tables) {
				end = tables[i+1][0]
			}
			rows[string(source[at[2]:at[3]])] += len(row.FindAll(source[at[1]:end], -1))
		}
	}
	enough := func(name string) {
		if rows[name] < 3 {
			t.Errorf("%s has %d rows: say when it fires, when it does not, and what lies at its edges", name, rows[name])
		}
	}
	for _, rule := range engine.Rules {
		enough(string(rule.Code))
	}
	for _, rule := range engine.TeamRules {
		enough(string(rule.Code))
	}
	for _, factor := range engine.Factors {
		enough(string(factor.Name))
	}
	source, err := os.ReadFile("warning.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`\b(Warn\w+)\s+WarningCode =`).FindAllSubmatch(source, -1)
	for _, code := range codes {
		enough("engine." + string(code[1]))
	}
	if len(codes) < 10 || len(rows) < 30 {
		t.Errorf("found only %d warnings and %d tables: are the tests written differently now?", len(codes), len(rows))
	}
}
