package main

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"expex/graph"
	"expex/graph/transport"
)

var update = flag.Bool("update", false, "rewrite the parts of README.md that are made")

// TestTheReadmeShowsWhatIsThere keeps the parts of README.md that repeat a file
// or a constant equal to it.
func TestTheReadmeShowsWhatIsThere(t *testing.T) {
	t.Parallel()
	const path = "../../README.md"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := string(text)
	for name, part := range map[string]string{"import": importExample(t), "limits": limitsTable()} {
		start, end := "<!-- "+name+" -->\n", "<!-- end -->"
		before, rest, ok := strings.Cut(want, start)
		_, after, closed := strings.Cut(rest, end)
		if !ok || !closed {
			t.Fatalf("README.md has no part %s", name)
		}
		want = before + start + part + end + after
	}
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(text) {
		t.Error("README.md is out of date: go test ./cmd/expex -run Readme -update")
	}
}

// importExample is the shortest list whole, and of the wide ones each column
// with what the first row has in it.
func importExample(t *testing.T) string {
	var out strings.Builder
	list, err := os.ReadFile("testdata/import/organisaties.csv")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&out, "`organisaties.csv`:\n\n```\n%s```\n\n", list)
	for _, name := range []string{"expex.csv", "aanvragen.csv"} {
		file, err := os.Open(filepath.Join("testdata/import", name))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		r := csv.NewReader(file)
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "<details><summary>The columns of <code>%s</code>, with its first row</summary>\n\n| column | for example |\n|---|---|\n", name)
		for i, column := range rows[0] {
			value := strings.ReplaceAll(strings.ReplaceAll(rows[1][i], "\n", " "), "|", "\\|")
			fmt.Fprintf(&out, "| %s | %s |\n", column, value)
		}
		out.WriteString("\n</details>\n\n")
	}
	return out.String()
}

func limitsTable() string {
	l, h := graph.Limits(), transport.Default()
	var out strings.Builder
	out.WriteString("| limit | at most | of |\n|---|---|---|\n")
	for _, row := range []struct {
		name string
		max  int
		of   string
	}{
		{"(413 `PAYLOAD_TOO_LARGE`)", int(h.BodyBytes), "bytes of the body"},
		{"(400 `BAD_REQUEST`)", h.Nesting, "levels of lists and objects in the body"},
		{"`tokens`", l.Tokens, "tokens in the document"},
		{"`operations`", l.Operations, "operations in the document"},
		{"`fragments`", l.Fragments, "fragments defined"},
		{"`selections`", l.Selections, "fields, spreads and inline fragments written"},
		{"`directives`", l.Directives, "directives written"},
		{"`aliases`", l.Aliases, "aliases that rename"},
		{"`rootFields`", l.RootFields, "root fields asked for, through fragments"},
		{"`depth`", l.Depth, "levels of fields, through fragments"},
		{"`introspectionDepth`", l.IntrospectionDepth, "levels below `__schema` and `__type`"},
		{"`first`", l.First, "items on a page"},
		{"`cost`", l.Cost, "what the operation can cost: each field 1, each list times its length"},
		{"`answerBytes`", h.AnswerBytes, "bytes of the answer"},
		{"`milliseconds`", int(h.Timeout.Milliseconds()), "time"},
	} {
		fmt.Fprintf(&out, "| %s | %d | %s |\n", row.name, row.max, row.of)
	}
	return out.String()
}
