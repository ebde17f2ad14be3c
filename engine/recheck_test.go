package engine_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"expex/engine"
)

// What a planned session breaks is what [Check] finds, told as [Told] tells it.
func TestBreachesAreWhatCheckFinds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		in.Request.TeamSize = min(len(in.Candidates), max(1, in.Request.TeamSize))
		if in.Candidates = in.Candidates[:in.Request.TeamSize]; len(in.Candidates) == 0 {
			return
		}
		slot := engine.Interval{Start: in.Now.AddDate(0, 0, rapid.IntRange(1, 30).Draw(t, "day"))}
		slot.End = slot.Start.Add(time.Hour)
		breaches := engine.Breaches(in, slot)
		var codes []engine.RuleCode
		for _, b := range breaches {
			codes = append(codes, b.Code)
		}
		_, want := engine.Check(in, slot)
		slices.Sort(codes)
		slices.Sort(want)
		if got := slices.Compact(codes); !slices.Equal(got, want) {
			t.Fatalf("breaches are %v, and Check finds %v", got, want)
		}
		if got, want := engine.ToldCodes(breaches), engine.Told(in, slot, ""); !slices.Equal(got, want) {
			t.Fatalf("told are %v, and Told tells %v", got, want)
		}
	})
}

func TestBreachesSayWhoBreaksWhat(t *testing.T) {
	t.Parallel()
	slot := span("2027-04-06 13:00", 90)
	for _, c := range []struct {
		name   string
		change func(*engine.MatchInput)
		want   []engine.Breach
	}{
		{"nothing", func(*engine.MatchInput) {}, nil},
		{"one of the two", func(in *engine.MatchInput) { in.Candidates[1].AgreementOn = "" },
			[]engine.Breach{{Expert: "bram", Code: "AGREEMENT_MISSING", Told: "AGREEMENT_MISSING"}}},
		{"what nobody may hear", func(in *engine.MatchInput) {
			in.Candidates[0].OrganisationExclusions = []engine.OrganisationExclusion{{Organisation: "house"}}
		}, []engine.Breach{{Expert: "anna", Code: "ORG_EXCLUSION", Told: "OTHER"}}},
		{"one who folds what excludes her", func(in *engine.MatchInput) {
			in.Candidates[1].AgreementOn, in.Candidates[1].FoldExclusions = "", true
		}, []engine.Breach{{Expert: "bram", Code: "AGREEMENT_MISSING", Told: "OTHER"}}},
		{"the two together", func(in *engine.MatchInput) { in.Candidates[0].ExcludedExperts = []engine.ExpertID{"bram"} },
			[]engine.Breach{{Code: "PAIR_RULE", Told: "OTHER"}}},
		{"a team that is not complete", func(in *engine.MatchInput) { in.Candidates = in.Candidates[1:] }, nil},
	} {
		in := talk()
		c.change(&in)
		if got := engine.Breaches(in, slot); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestHowLongCertificatesCover(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		list []engine.Valid
		want engine.Date
	}{
		{"none", nil, ""},
		{"one", []engine.Valid{{From: "2027-01-01", To: "2027-06-01"}}, "2027-06-01"},
		{"from this day on", []engine.Valid{{From: "2027-04-01", To: "2027-06-01"}}, "2027-06-01"},
		{"from the next day on", []engine.Valid{{From: "2027-04-02", To: "2027-06-01"}}, ""},
		{"to this day", []engine.Valid{{From: "2027-01-01", To: "2027-04-01"}}, ""},
		{"for this day", []engine.Valid{{From: "2027-01-01", To: "2027-04-02"}}, "2027-04-02"},
		{"a new one in time, in any order", []engine.Valid{{From: "2027-05-01", To: "2030-05-01"}, {From: "2027-01-01", To: "2027-06-01"}}, "2030-05-01"},
		{"a new one on the day", []engine.Valid{{From: "2027-01-01", To: "2027-06-01"}, {From: "2027-06-01", To: "2030-06-01"}}, "2030-06-01"},
		{"a new one too late", []engine.Valid{{From: "2027-01-01", To: "2027-06-01"}, {From: "2027-06-02", To: "2030-06-01"}}, "2027-06-01"},
		{"one without an end", []engine.Valid{{From: "2027-01-01"}}, "9999-12-31"},
	} {
		if got := engine.CoveredUntil(c.list, "2027-04-01"); got != c.want {
			t.Errorf("%s: until %q, want %q", c.name, got, c.want)
		}
	}
}
