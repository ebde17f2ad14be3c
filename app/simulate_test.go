package app_test

import (
	"cmp"
	"slices"
	"testing"

	"expex/engine"
)

// everything is a change of every kind at once.
func (w *world) everything() engine.WhatIf {
	one, gouda := 1, engine.MunicipalityCode("GM0513")
	return engine.WhatIf{
		Policy:         engine.PolicyChange{ActiveRelations: &one, TravelBufferMinutes: &one},
		WithoutFactors: []engine.FactorName{"proximity"},
		Hours: []engine.HoursChange{{
			Expert:        w.A.Experts[0],
			RemoveWindows: []engine.WeekWindow{{Weekday: engine.Wednesday, Starts: "13:00", Ends: "20:00"}},
			AddWindows:    []engine.AvailabilityRule{{Weekday: engine.Friday, Starts: "09:00", Ends: "12:00", Mode: engine.Both}},
			AddBlackouts:  []engine.Interval{slot("2027-04-22", "14:00", 240)},
		}},
		Request: engine.RequestChange{
			Municipality: &gouda, SoftenThemes: []engine.ThemeCode{"LONELINESS"}, DropThemes: []engine.ThemeCode{"ADDICTION"},
			Options: []engine.Interval{slot("2027-04-21", "14:00", 240), slot("2027-04-22", "14:00", 240)},
		},
	}
}

func TestASimulationWritesNothing(t *testing.T) {
	t.Parallel()
	w := start(t)
	before := w.contents(t)
	first := must(w.Simulate(t.Context(), w.A.Coordinator, w.A.Ear, w.everything()))(t)
	same(t, "asked again", must(w.Simulate(t.Context(), w.A.RegionLead, w.A.Ear, w.everything()))(t), first)
	if first.Before.InputHash == first.After.InputHash || len(first.Differences) == 0 {
		t.Errorf("nothing was simulated: %+v", first)
	}
	if after := w.contents(t); !slices.Equal(before, after) {
		t.Errorf("it changed %s", changed(before, after))
	}
}

// The side before is what matchSuggestions says, and the side after is what it
// would say: here the world is changed for real and asked again.
func TestASimulationSaysWhatWouldBeSuggested(t *testing.T) {
	t.Parallel()
	w := start(t)
	was := must(w.MatchSuggestions(t.Context(), w.A.Coordinator, w.A.Ear))(t)
	one := 1
	change := engine.WhatIf{
		Policy: engine.PolicyChange{SessionsPerWeek: &one},
		Hours: []engine.HoursChange{{Expert: w.A.Experts[0],
			AddBlackouts: []engine.Interval{slot("2027-04-01", "00:00", 24*60)}}},
		Request: engine.RequestChange{DropThemes: []engine.ThemeCode{"ADDICTION"}},
	}
	got := must(w.Simulate(t.Context(), w.A.Coordinator, w.A.Ear, change))(t)
	w.set(t, `update pool_policy set sessions_per_week = 1 where pool_id = $1`, string(w.A.Pool))
	w.set(t, `insert into blackout (expert_id, starts_at, ends_at) values ($1, '2027-04-01 00:00+02', '2027-04-02 00:00+02')`, string(w.A.Experts[0]))
	w.set(t, `delete from request_theme where request_id = $1 and theme = 'ADDICTION'`, string(w.A.Ear))
	is := must(w.MatchSuggestions(t.Context(), w.A.Coordinator, w.A.Ear))(t)
	if got.Before.InputHash != was.InputHash || got.After.InputHash != is.InputHash {
		t.Error("a simulation does not rest on the input it says")
	}
	var before, after []engine.Suggestion
	for _, d := range got.Differences {
		if d.Before != nil {
			before = append(before, *d.Before)
		}
		if d.After != nil {
			after = append(after, *d.After)
		}
	}
	same(t, "before", byScore(before), byScore(was.Ranking.Suggestions))
	same(t, "after", byScore(after), byScore(is.Ranking.Suggestions))
}

func byScore(list []engine.Suggestion) []engine.Suggestion {
	return slices.SortedFunc(slices.Values(list), func(a, b engine.Suggestion) int { return cmp.Or(b.Score-a.Score, slices.Compare(a.Experts, b.Experts)) })
}

func TestWhatASimulationRefuses(t *testing.T) {
	t.Parallel()
	w := start(t)
	nowhere, hostile := engine.MunicipalityCode("GM9999"), engine.MunicipalityCode("a\x00b")
	at := func(m *engine.MunicipalityCode) engine.WhatIf {
		return engine.WhatIf{Request: engine.RequestChange{Municipality: m}}
	}
	hours := func(id engine.ExpertID) engine.WhatIf {
		return engine.WhatIf{Hours: []engine.HoursChange{{Expert: id}}}
	}
	for name, c := range map[string]struct {
		id     engine.RequestID
		change engine.WhatIf
		want   string
	}{
		"a request of another pool": {w.B.Ear, engine.WhatIf{}, "NOT_FOUND"},
		"no request":                {"any", at(&nowhere), "NOT_FOUND"},
		"an expert of another pool": {w.A.Ear, hours(w.B.Experts[0]), "NOT_FOUND"},
		"nobody":                    {w.A.Ear, hours("any"), "NOT_FOUND"},
		"a closed request":          {w.A.Past, engine.WhatIf{}, "CONFLICT ILLEGAL_TRANSITION"},
		"no municipality":           {w.A.Ear, at(&nowhere), "INVALID change.request.municipality"},
		"a hostile municipality":    {w.A.Ear, at(&hostile), "INVALID text"},
		"a theme to add":            {w.A.Ear, engine.WhatIf{Request: engine.RequestChange{SoftenThemes: []engine.ThemeCode{"BULLYING"}}}, "INVALID change.request.softenThemes"},
	} {
		if _, err := w.Simulate(t.Context(), w.A.Coordinator, c.id, c.change); class(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// Whether an expert never had an experience, took a consent back, or never gave
// one makes no difference to any simulation.
func TestASimulationDoesNotTellConsentFromExperience(t *testing.T) {
	t.Parallel()
	never, back := start(t), start(t)
	for _, w := range []*world{never, back} {
		w.set(t, `delete from theme_consent where expert_id = $1 and theme = 'LONELINESS'`, string(w.A.Experts[0]))
	}
	back.set(t, `insert into theme_consent (expert_id, theme, usage, version, level, valid_from) values ($1, 'LONELINESS', 'ONE_TO_ONE', 1, 'GREEN', '2027-01-01')`, string(back.A.Experts[0]))
	back.set(t, `insert into theme_consent (expert_id, theme, usage, version, level, valid_from) values ($1, 'LONELINESS', 'ONE_TO_ONE', 2, 'RED', '2027-02-01')`, string(back.A.Experts[0]))
	for _, change := range []engine.WhatIf{{}, never.everything(), {Request: engine.RequestChange{SoftenThemes: []engine.ThemeCode{"LONELINESS"}}}} {
		same(t, "without consent", must(back.Simulate(t.Context(), back.A.Coordinator, back.A.Ear, change))(t),
			must(never.Simulate(t.Context(), never.A.Coordinator, never.A.Ear, change))(t))
	}
}
