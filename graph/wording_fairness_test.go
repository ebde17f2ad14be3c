package graph_test

import (
	"testing"

	"expex/engine"
	"expex/graph"
)

func TestFairnessInWords(t *testing.T) {
	t.Parallel()
	dutch, english := graph.Wording{Language: graph.Dutch}, graph.Wording{Language: graph.English}
	spread := engine.Fairness{Experts: 12, Spread: &engine.Spread{Gini: 291, Quartiles: [3]int{60, 120, 180}},
		Full: engine.Tally{Count: 5}, Unasked: engine.Tally{Some: true}, Longest: &engine.Waiting{Days: 1}}
	small := engine.Fairness{Experts: 3, Full: engine.Tally{Some: true}}
	urgent, normal := engine.Priority{Points: 29, WaitingDays: 1, UrgencyDays: 28}, engine.Priority{Points: 2, WaitingDays: 2}
	for _, c := range []struct{ got, want string }{
		{dutch.Fairness(spread), "12 inzetbaar; contacttijd van 13 weken: een kwart tot 60 minuten, de helft tot 120, driekwart tot 180, ongelijkheid (Gini) 0,0291; 5 zonder ruimte; enkelen in 60 dagen niet gevraagd; de langst wachtende aanvraag wacht 1 dag"},
		{english.Fairness(spread), "12 deployable; contact time of 13 weeks: a quarter up to 60 minutes, half up to 120, three quarters up to 180, inequality (Gini) 0.0291; 5 without room; a few not asked in 60 days; the longest waiting request has waited 1 day"},
		{dutch.Fairness(small), "3 inzetbaar; enkelen zonder ruimte; 0 in 60 dagen niet gevraagd"},
		{english.Fairness(small), "3 deployable; a few without room; 0 not asked in 60 days"},
		{dutch.Priority(urgent), "wacht 1 dag; spoed telt als 28 dagen extra"},
		{english.Priority(urgent), "has waited 1 day; urgent counts as 28 days more"},
		{dutch.Priority(normal), "wacht 2 dagen"},
		{english.Priority(normal), "has waited 2 days"},
	} {
		if c.got != c.want {
			t.Errorf("got  %q\nwant %q", c.got, c.want)
		}
	}
}
