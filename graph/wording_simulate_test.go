package graph_test

import (
	"strings"
	"testing"
	"time"

	"expex/app"
	"expex/engine"
	"expex/graph"
)

func TestADifferenceInWords(t *testing.T) {
	t.Parallel()
	line := func(points, n int) engine.FactorScore {
		return engine.FactorScore{Name: "availability_fit", Weight: 25, State: engine.Known, Value: 4 * points, Points: points,
			Facts: []engine.Fact{{Code: engine.FactFeasible, N: n, Of: 12}}}
	}
	low := &engine.Suggestion{Score: 1000, Feasible: 6, Factors: []engine.FactorScore{line(1000, 6)}}
	high := &engine.Suggestion{Score: 2000, Feasible: 12, Factors: []engine.FactorScore{line(2000, 12)}}
	appears := engine.SuggestionDifference{After: high, RankAfter: 2}
	disappears := engine.SuggestionDifference{Before: low, RankBefore: 1}
	rises := engine.SuggestionDifference{Before: low, After: high, RankBefore: 3, RankAfter: 1}
	falls := engine.SuggestionDifference{Before: high, After: low, RankBefore: 1, RankAfter: 3}
	differs := engine.SuggestionDifference{Before: low, After: high, RankBefore: 1, RankAfter: 1}
	climbs := engine.SuggestionDifference{Before: low, After: low, RankBefore: 2, RankAfter: 1}
	shorter := *low
	shorter.Slots = []engine.Interval{{Start: time.Unix(0, 0), End: time.Unix(3600, 0)}}
	other := engine.SuggestionDifference{Before: low, After: &shorter, RankBefore: 1, RankAfter: 1}
	same := engine.SuggestionDifference{Before: low, After: low, RankBefore: 4, RankAfter: 4}
	for _, c := range []struct {
		d      engine.SuggestionDifference
		nl, en string
	}{
		{appears, "komt erbij op plaats 2, score 2000", "appears at place 2, score 2000"},
		{disappears, "valt af, stond op plaats 1 met score 1000", "disappears, stood at place 1 with score 1000"},
		{rises, "stijgt van plaats 3 naar plaats 1, score 1000 → 2000 (Beschikbaarheid +1000)", "rises from place 3 to place 1, score 1000 → 2000 (Availability +1000)"},
		{falls, "daalt van plaats 1 naar plaats 3, score 2000 → 1000 (Beschikbaarheid -1000)", "falls from place 1 to place 3, score 2000 → 1000 (Availability -1000)"},
		{differs, "blijft op plaats 1, score 1000 → 2000 (Beschikbaarheid +1000)", "stays at place 1, score 1000 → 2000 (Availability +1000)"},
		{engine.SuggestionDifference{Before: low, After: high, RankAfter: 1}, "stijgt van verderop in de lijst naar plaats 1, score 1000 → 2000 (Beschikbaarheid +1000)",
			"rises from further down the list to place 1, score 1000 → 2000 (Availability +1000)"},
		{climbs, "stijgt van plaats 2 naar plaats 1, score 1000", "rises from place 2 to place 1, score 1000"},
		{other, "blijft op plaats 1, score 1000 (andere tijden of feiten, evenveel punten)", "stays at place 1, score 1000 (other times or facts, as many points)"},
		{same, "blijft gelijk op plaats 4", "stays the same at place 4"},
	} {
		if got := (graph.Wording{Language: graph.Dutch}).Difference(c.d); got != c.nl {
			t.Errorf("got %q, want %q", got, c.nl)
		}
		if got := (graph.Wording{Language: graph.English}).Difference(c.d); got != c.en {
			t.Errorf("got %q, want %q", got, c.en)
		}
	}
	english := graph.Wording{Language: graph.English}
	factor := func(d engine.SuggestionDifference) string { return english.FactorDifference(d.Factors()[0]) }
	for d, want := range map[*engine.SuggestionDifference]string{
		&appears:    "– → 12 of 12 times fit (+2000)",
		&disappears: "6 of 12 times fit → – (-1000)",
		&rises:      "6 of 12 times fit → 12 of 12 times fit (+1000)",
		&same:       "6 of 12 times fit",
	} {
		if got := factor(*d); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	all := app.Simulation{Differences: []engine.SuggestionDifference{appears, rises, rises, same}}
	if got, want := english.Simulation(all), "1 appears, 2 rise, 1 stays the same"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := (graph.Wording{Language: graph.Dutch}).Simulation(all), "1 komt erbij, 2 stijgen, 1 blijft gelijk"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := english.Simulation(app.Simulation{}); got != "nobody before and nobody after" {
		t.Errorf("got %q", got)
	}
	if strings.Contains(english.Difference(appears), "%!") {
		t.Error("a sentence leaves an argument over")
	}
}
