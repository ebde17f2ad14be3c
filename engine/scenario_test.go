package engine_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"expex/engine"
)

var update = flag.Bool("update", false, "rewrite the golden rankings in testdata")

// A scenario is a txtar archive in testdata: the story in words, then sections
// of "key: value" lines that [readScenario] knows, then the ranking that must
// come of it. What a section does not say is as in [blank] and [ordinary].
func TestScenarios(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, in := readScenario(t, file)
			got := ""
			if err := in.Request.Validate(in.Type, in.Now, in.Zone); err != nil {
				got = "refused: " + err.Error() + "\n" // a story about what cannot be asked
			} else {
				got = rankingText(suggest(t, in))
			}
			golden := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "ranking" })
			if golden < 0 {
				t.Fatal("the section ranking is missing: write an empty one and run with -update")
			}
			if *update {
				archive.Files[golden].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want := string(archive.Files[golden].Data); got != want {
				t.Errorf("the ranking of %s differs; if it should, run the test with -update\n%s", file, got)
			}
		})
	}
}

// The golden file may be rewritten; these numbers may not.
func TestTheWorkedExampleIsExact(t *testing.T) {
	t.Parallel()
	_, in := readScenario(t, "testdata/worked-example.txtar")
	ranking := suggest(t, in)
	var got []string
	for _, s := range ranking.Suggestions {
		line := fmt.Sprintf("%s %d/%d", s.Experts[0], s.Score, s.Coverage)
		for _, f := range s.Factors {
			if f.State == engine.Known {
				line += fmt.Sprintf(" %d", f.Value)
			} else {
				line += " -"
			}
		}
		for _, g := range s.WouldChange {
			line += fmt.Sprintf(" +%d", g.Points)
		}
		got = append(got, line)
	}
	want := []string{
		"A 8999/100 7500 9166 10000 10000 10000 10000 +875 +126",
		"C 8750/70 7500 10000 - - 10000 10000 +1250",
		"B 7224/100 8500 6666 5000 10000 5000 5000 +126",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got := excludedText(ranking.Excluded); got != "NO_THEME_CONSENT 4, ORG_EXCLUSION 1, NOT_AVAILABLE 3" {
		t.Errorf("excluded %s", got)
	}
}

// Whoever withdraws a consent cannot be told from somebody who never gave one.
func TestARedConsentGivesTheSameBytesAsNone(t *testing.T) {
	t.Parallel()
	var rankings []string
	for _, file := range []string{"testdata/consent-red.txtar", "testdata/consent-never.txtar"} {
		_, in := readScenario(t, file)
		encoded, err := json.Marshal(suggest(t, in))
		if err != nil {
			t.Fatal(err)
		}
		rankings = append(rankings, string(encoded))
	}
	if rankings[0] != rankings[1] {
		t.Errorf("withdrawn:\n%s\nnever given:\n%s", rankings[0], rankings[1])
	}
}

func suggest(t *testing.T, in engine.MatchInput) engine.Ranking {
	t.Helper()
	ranking, err := engine.Suggest(in)
	if err != nil {
		t.Fatal(err)
	}
	return ranking
}

// rankingText writes a ranking for people: per suggestion the factors with
// weight, value, points and facts, then what is unknown, what would change it,
// and the first slots in local time.
func rankingText(r engine.Ranking) string {
	var b strings.Builder
	for i, s := range r.Suggestions {
		team := make([]string, len(s.Experts))
		for n, id := range s.Experts {
			team[n] = string(id)
		}
		fmt.Fprintf(&b, "%d. %s: score %d, %d %% known, %d of %d fit\n", i+1, strings.Join(team, " + "), s.Score, s.Coverage, s.Feasible, s.Needed)
		for _, f := range s.Factors {
			value, points := "-", "-"
			if f.State == engine.Known {
				value, points = fmt.Sprint(f.Value), fmt.Sprint(f.Points)
			}
			fmt.Fprintf(&b, "   %-16s %3d %5s %5s  %s\n", f.Name, f.Weight, value, points, factsText(f.Facts))
		}
		if len(s.Unknown) > 0 {
			names := make([]string, len(s.Unknown))
			for n, name := range s.Unknown {
				names[n] = string(name)
			}
			fmt.Fprintf(&b, "   unknown: %s\n", strings.Join(names, ", "))
		}
		for _, g := range s.WouldChange {
			fmt.Fprintf(&b, "   would change: %s %+d, %s\n", g.Factor, g.Points, factText(g.Fact))
		}
		for _, w := range s.Warnings {
			fmt.Fprintf(&b, "   warning: %s\n", warningText(w))
		}
		for _, o := range s.Series {
			if o.Slot == nil {
				fmt.Fprintf(&b, "   not: %s %s, %v\n", o.Day.Weekday()[:3], o.Day, o.Blocked)
			}
		}
		if fits := seriesText(s); len(s.Series) > 0 {
			fmt.Fprintf(&b, "   series: %s\n", fits[:len(s.Series)])
		}
		for _, slot := range s.Slots {
			fmt.Fprintf(&b, "   slot: %s\n", slotText(slot))
		}
	}
	for _, w := range r.Warnings {
		fmt.Fprintf(&b, "warning: %s\n", warningText(w))
	}
	if r.Empty != "" {
		fmt.Fprintf(&b, "nobody: %s\n", r.Empty)
	}
	fmt.Fprintf(&b, "excluded: %s\n", cmp.Or(excludedText(r.Excluded), "nobody"))
	fmt.Fprintf(&b, "candidates: %d\n", r.Candidates)
	return b.String()
}

// slotText is a slot by the clocks of Amsterdam.
func slotText(slot engine.Interval) string {
	start, end := slot.Start.In(amsterdam), slot.End.In(amsterdam)
	if start.Format("MST") != end.Format("MST") {
		return start.Format("Mon 2006-01-02 15:04 MST") + " - " + end.Format("15:04 MST")
	}
	return start.Format("Mon 2006-01-02 15:04") + "-" + end.Format("15:04 MST")
}

// warningText is a warning as "expert: CODE n/of day factors" without what it
// does not have.
func warningText(w engine.Warning) string {
	text := string(w.Code)
	if w.Expert != "" {
		text = string(w.Expert) + ": " + text
	}
	if w.N != 0 || w.Of != 0 {
		text += fmt.Sprintf(" %d/%d", w.N, w.Of)
	}
	if w.Day != "" {
		text += " " + string(w.Day)
	}
	for _, f := range w.Factors {
		text += " " + string(f)
	}
	return text
}
