package engine_test

import (
	"slices"
	"testing"

	"expex/engine"
)

func TestCheckListsEveryRuleInTheOrderOfTheRules(t *testing.T) {
	t.Parallel()
	in := talk()
	in.Candidates[1].AgreementOn = ""
	in.Candidates[1].Status = engine.ExpertPaused
	in.Candidates[0].OrganisationExclusions = []engine.OrganisationExclusion{{Organisation: "house"}}
	in.Candidates[0].AgreementOn = ""
	in.Request.AudienceAgeFrom = 0
	in.Candidates[0].Certificates = nil
	in.Candidates[0].Booked = []engine.Booked{booked("2027-04-06 13:00")}
	_, got := engine.Check(in, span("2027-04-06 13:00", 90))
	want := []engine.RuleCode{"NOT_DEPLOYABLE", "CONDUCT_CERT_INVALID", "AGREEMENT_MISSING", "ORG_EXCLUSION", "OVERLAP"}
	if !slices.Equal(got, want) {
		t.Errorf("forbidden by %v, want %v", got, want)
	}
}

func TestCheckAsksAboutATeamOnlyWhenEveryMemberMay(t *testing.T) {
	t.Parallel()
	in := talk()
	in.Candidates[0].ExcludedExperts = []engine.ExpertID{"bram"}
	if _, got := engine.Check(in, span("2027-04-06 13:00", 90)); !slices.Equal(got, []engine.RuleCode{"PAIR_RULE"}) {
		t.Errorf("forbidden by %v, want the pair rule", got)
	}
	in.Candidates[0].AgreementOn = ""
	if _, got := engine.Check(in, span("2027-04-06 13:00", 90)); !slices.Equal(got, []engine.RuleCode{"AGREEMENT_MISSING"}) {
		t.Errorf("forbidden by %v, want only what forbids a member", got)
	}
}

func TestCheckCarriesTheCalculationOfTheTeam(t *testing.T) {
	t.Parallel()
	in := talk()
	slices.Reverse(in.Candidates)
	slot := span("2027-04-06 13:00", 90)
	got, _ := engine.Check(in, slot)
	if want := []engine.ExpertID{"anna", "bram"}; !slices.Equal(got.Experts, want) {
		t.Errorf("experts %v, want %v", got.Experts, want)
	}
	if got.Feasible != 1 || got.Needed != 1 || !slices.Equal(got.Slots, spans{slot}) {
		t.Errorf("%d of %d, slots %v; want the one slot", got.Feasible, got.Needed, got.Slots)
	}
	if got.Score == 0 || len(got.Factors) == 0 {
		t.Errorf("score %d from %d factors", got.Score, len(got.Factors))
	}
}

func TestCheckLooksAtTheWholeSlotWhateverItsLength(t *testing.T) {
	t.Parallel()
	in := consultation() // sessions of an hour
	anna := &in.Candidates[0]
	for _, c := range []struct {
		name   string
		change func()
		slot   engine.Interval
		want   []engine.RuleCode
	}{
		{"a longer slot that is free", func() {}, span("2027-04-06 13:00", 180), nil},
		{"a shorter slot that is free", func() {}, span("2027-04-06 13:00", 30), nil},
		{"a longer slot with a session at its end", func() { anna.Booked = []engine.Booked{booked("2027-04-06 15:00")} },
			span("2027-04-06 13:00", 180), []engine.RuleCode{"OVERLAP"}},
		{"a longer slot than her hours", func() {
			anna.Booked, anna.Rules = nil, []engine.AvailabilityRule{hours(engine.Tuesday, "13:00", "15:00")}
		},
			span("2027-04-06 13:00", 180), []engine.RuleCode{"NOT_AVAILABLE"}},
		{"a longer slot than her month has room for", func() { anna.Rules, anna.Caps.MinutesPerMonth = atAnyHour(), 120 },
			span("2027-04-06 13:00", 180), []engine.RuleCode{"CAPACITY"}},
		{"an empty slot", func() { anna.Caps.MinutesPerMonth = 0 }, span("2027-04-06 13:00", 0), []engine.RuleCode{"NOT_AVAILABLE"}},
	} {
		c.change()
		if _, got := engine.Check(in, c.slot); !slices.Equal(got, c.want) {
			t.Errorf("%s: forbidden by %v, want %v", c.name, got, c.want)
		}
	}
}

func TestWithinWishes(t *testing.T) {
	t.Parallel()
	weekly := func(change func(*engine.MatchInput)) engine.MatchInput {
		in := buddy()
		change(&in)
		return in
	}
	untouched := weekly(func(*engine.MatchInput) {})
	for _, c := range []struct {
		name string
		in   engine.MatchInput
		slot engine.Interval
		want bool
	}{
		{"at the beginning of an option", talk(), span("2027-04-06 13:00", 90), true},
		{"at its end", talk(), span("2027-04-06 14:30", 90), true},
		{"a minute too late", talk(), span("2027-04-06 14:31", 90), false},
		{"a minute too early", talk(), span("2027-04-06 12:59", 90), false},
		{"too short", talk(), span("2027-04-06 13:00", 89), false},
		{"too long", talk(), span("2027-04-06 13:00", 91), false},
		{"in a weekly window", untouched, span("2027-03-25 17:00", 60), true},
		{"in the last of twelve weeks", untouched, span("2027-06-10 15:00", 60), true},
		{"in a thirteenth", untouched, span("2027-06-15 15:00", 60), false},
		{"on another weekday", untouched, span("2027-03-24 15:00", 60), false},
		{"before the first day", weekly(func(in *engine.MatchInput) { in.Request.From = "2027-03-24" }), span("2027-03-23 15:00", 60), false},
		{"after the last", weekly(func(in *engine.MatchInput) { in.Request.Until = "2027-03-24" }), span("2027-03-25 15:00", 60), false},
		{"in the past", weekly(func(in *engine.MatchInput) { in.Now = at("2027-03-23 15:30") }), span("2027-03-23 15:00", 60), false},
		{"in what is left of today", weekly(func(in *engine.MatchInput) { in.Now = at("2027-03-23 15:30") }), span("2027-03-23 15:30", 60), true},
		{"at 16:00 by the clock after the change", untouched, span("2027-04-01T14:00:00Z", 60), true},
		{"at 18:00 by the clock after the change", untouched, span("2027-04-01T16:00:00Z", 60), false},
	} {
		if got := engine.WithinWishes(c.in, c.slot); got != c.want {
			t.Errorf("%s: %t, want %t", c.name, got, c.want)
		}
	}
}
