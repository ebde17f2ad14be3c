package engine_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"expex/engine"
)

// TestTheStatesAreDrawnAsTheyAre keeps the diagrams of ARCHITECTURE.md equal to
// the tables of moves.
func TestTheStatesAreDrawnAsTheyAre(t *testing.T) {
	t.Parallel()
	const path = "../ARCHITECTURE.md"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := string(text)
	for noun, moves := range engine.Lives() {
		start, end := "<!-- states:"+noun+" -->\n", "<!-- end -->"
		before, rest, ok := strings.Cut(want, start)
		_, after, closed := strings.Cut(rest, end)
		if !ok || !closed {
			t.Fatalf("ARCHITECTURE.md has no part states:%s", noun)
		}
		want = before + start + stateDiagram(moves) + end + after
	}
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(text) {
		t.Error("ARCHITECTURE.md is out of date: go test ./engine -run StatesAreDrawn -update")
	}
}

// stateDiagram draws moves in Mermaid, which GitHub renders. The first move
// begins at the first status; one that nothing leads out of is an end.
func stateDiagram(moves [][2]string) string {
	var out strings.Builder
	out.WriteString("```mermaid\nstateDiagram-v2\n")
	fmt.Fprintf(&out, "    [*] --> %s\n", moves[0][0])
	var ends []string
	for _, move := range moves {
		fmt.Fprintf(&out, "    %s --> %s\n", move[0], move[1])
		left := slices.ContainsFunc(moves, func(m [2]string) bool { return m[0] == move[1] })
		if !left && !slices.Contains(ends, move[1]) {
			ends = append(ends, move[1])
		}
	}
	for _, end := range ends {
		fmt.Fprintf(&out, "    %s --> [*]\n", end)
	}
	out.WriteString("```\n")
	return out.String()
}

func TestEveryTableOfMovesIsDrawn(t *testing.T) {
	t.Parallel()
	tables := 0
	for _, file := range source(t) {
		for _, spec := range declared(file) {
			if kind(spec) == "transitions" {
				tables++
			}
		}
	}
	if drawn := len(engine.Lives()); tables != drawn {
		t.Errorf("%d tables of moves are written and %d are in Lives of export_test.go", tables, drawn)
	}
}
