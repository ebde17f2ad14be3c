package engine_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"expex/engine"
)

func TestACohortAdmitsBeforeItsMeeting(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		cohort engine.Cohort
		admits bool
		free   int
	}{
		{"before the first meeting", engine.Cohort{JoinBefore: 3, Places: 12, Taken: 9, Offered: 2}, true, 1},
		{"after the second", engine.Cohort{JoinBefore: 3, MeetingsHeld: 2, Places: 12, Taken: 12}, true, 0},
		{"at the third", engine.Cohort{JoinBefore: 3, MeetingsHeld: 3, Places: 12}, false, 12},
		{"when it has ended", engine.Cohort{JoinBefore: 3, ActualEnd: "2027-03-28"}, false, 0},
		{"with more kept than free", engine.Cohort{JoinBefore: 3, Places: 2, Taken: 2, Offered: 1}, true, 0},
	} {
		if got := c.cohort.Admits(); got != c.admits {
			t.Errorf("%s it admits: %t", c.name, got)
		}
		if got := c.cohort.Free(); got != c.free {
			t.Errorf("%s %d places are free, want %d", c.name, got, c.free)
		}
	}
}

// Days are counted in the calendar, over both changes of the clock too.
func TestTheEarliestDateIsTheEndAndThePapers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		planned, actual engine.Date
		days            int
		want            engine.Date
	}{
		{"2028-12-15", "", 28, "2029-01-12"},
		{"2028-12-15", "2028-12-12", 28, "2029-01-09"},
		{"2028-12-15", "", 0, "2028-12-15"},
		{"2027-03-27", "", 1, "2027-03-28"},
		{"2027-03-27", "", 2, "2027-03-29"},
		{"2027-10-30", "", 2, "2027-11-01"},
	} {
		if got := (engine.Cohort{PlannedEnd: c.planned, ActualEnd: c.actual, PaperworkDays: c.days}).EarliestDate(); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestACohortIsValid(t *testing.T) {
	t.Parallel()
	good := engine.Cohort{Name: "Lichting", Places: 12, PlannedStart: "2027-09-01", PlannedEnd: "2027-12-15", Meetings: 12, JoinBefore: 3, OfferHours: 72, PaperworkDays: 28}
	for field, spoil := range map[string]func(*engine.Cohort){
		"":              func(*engine.Cohort) {},
		"name":          func(c *engine.Cohort) { c.Name = "" },
		"plannedStart":  func(c *engine.Cohort) { c.PlannedStart, c.PlannedEnd = "2032-04-01", "2032-05-01" },
		"plannedEnd":    func(c *engine.Cohort) { c.PlannedEnd = c.PlannedStart },
		"places":        func(c *engine.Cohort) { c.Places = 101 },
		"meetings":      func(c *engine.Cohort) { c.Meetings = 0 },
		"joinBefore":    func(c *engine.Cohort) { c.JoinBefore = 0 },
		"offerHours":    func(c *engine.Cohort) { c.OfferHours = 721 },
		"paperworkDays": func(c *engine.Cohort) { c.PaperworkDays = -1 },
	} {
		c := good
		spoil(&c)
		var e *engine.Error
		if err := c.Validate("2027-03-28"); field == "" && err != nil || field != "" && (!errors.As(err, &e) || e.Field != field) {
			t.Errorf("%q: %v", field, err)
		}
	}
}

func TestWhatIsMissing(t *testing.T) {
	t.Parallel()
	const today = "2027-03-28"
	all := engine.Readiness{Status: engine.ExpertCertified, CertifiedOn: today, AgreementOn: today, NDAOn: today,
		ConductNeeded: true, ConductUntil: "2027-03-29", Consents: 1, Windows: 1}
	for _, c := range []struct {
		name  string
		spoil func(*engine.Readiness)
		want  []engine.Prerequisite
	}{
		{"nothing", func(*engine.Readiness) {}, nil},
		{"all of it", func(r *engine.Readiness) { *r = engine.Readiness{ConductNeeded: true} }, []engine.Prerequisite{engine.NeedsCertification,
			engine.NeedsAgreement, engine.NeedsNDA, engine.NeedsConduct, engine.NeedsConsent, engine.NeedsAvailability}},
		{"an agreement of tomorrow", func(r *engine.Readiness) { r.AgreementOn = "2027-03-29" }, []engine.Prerequisite{engine.NeedsAgreement}},
		{"a certification of tomorrow", func(r *engine.Readiness) { r.CertifiedOn = "2027-03-29" }, []engine.Prerequisite{engine.NeedsCertification}},
		{"a certificate that ends today", func(r *engine.Readiness) { r.ConductUntil = today }, []engine.Prerequisite{engine.NeedsConduct}},
		{"none where none is needed", func(r *engine.Readiness) { r.ConductUntil, r.ConductNeeded = "", false }, nil},
		{"consent", func(r *engine.Readiness) { r.Consents = 0 }, []engine.Prerequisite{engine.NeedsConsent}},
	} {
		r := all
		c.spoil(&r)
		if got := r.Missing(today); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestAnOutcomeLeadsSomewhereThatTrainingCan(t *testing.T) {
	t.Parallel()
	for _, o := range []engine.TrainingOutcome{engine.OutcomeCertified, engine.OutcomeNotYet, engine.OutcomeStopped} {
		if !engine.ExpertInTraining.CanBecome(o.LeadsTo()) {
			t.Errorf("%s leads to %q", o, o.LeadsTo())
		}
	}
	if engine.ExpertInTraining.CanBecome(engine.TrainingOutcome("").LeadsTo()) {
		t.Error("no outcome leads somewhere")
	}
}

func TestARequestCannotBeMetAfterItsDeadline(t *testing.T) {
	t.Parallel()
	at := func(day engine.Date, clock engine.WallTime) engine.Interval {
		start := engine.Instant(day, clock, amsterdam)
		return engine.Interval{Start: start, End: start.Add(time.Hour)}
	}
	for _, c := range []struct {
		name     string
		wishes   engine.Wishes
		earliest engine.Date
		deadline engine.Date
		late     bool
	}{
		{"windows until the day itself", engine.Wishes{Until: "2028-12-20"}, "2028-12-20", "2028-12-20", false},
		{"windows until the day before", engine.Wishes{Until: "2028-12-20"}, "2028-12-21", "2028-12-20", true},
		{"windows without an end", engine.Wishes{}, "2028-12-21", "", false},
		{"nothing known", engine.Wishes{Until: "2028-12-20"}, "", "2028-12-20", false},
		{"the last of the options", engine.Wishes{Options: []engine.Interval{at("2028-12-20", "14:00"), at("2028-12-18", "14:00")}}, "2028-12-19", "2028-12-20", false},
		{"past all options", engine.Wishes{Options: []engine.Interval{at("2028-12-20", "14:00"), at("2028-12-18", "14:00")}}, "2028-12-21", "2028-12-20", true},
		// 23:30 in Amsterdam is the day before in winter UTC and summer UTC alike.
		{"an option late at night before clocks go forward", engine.Wishes{Options: []engine.Interval{at("2027-03-28", "00:30")}}, "2027-03-28", "2027-03-28", false},
		{"an option late at night before clocks go back", engine.Wishes{Options: []engine.Interval{at("2027-10-31", "00:30")}}, "2027-11-01", "2027-10-31", true},
	} {
		r := engine.Request{Wishes: c.wishes, EarliestDate: c.earliest}
		if got := r.Deadline(amsterdam); got != c.deadline {
			t.Errorf("%s: the deadline is %q, want %q", c.name, got, c.deadline)
		}
		if got := r.CannotBeMet(amsterdam); got != c.late {
			t.Errorf("%s: cannot be met: %t", c.name, got)
		}
	}
}

func TestADateThatHasPassedIsNotHopedFor(t *testing.T) {
	t.Parallel()
	for today, want := range map[engine.Date]engine.Date{"2028-12-14": "2028-12-15", "2028-12-15": "2028-12-15", "2028-12-16": ""} {
		if got := (engine.Request{EarliestDate: "2028-12-15"}).HopedFor(today); got != want {
			t.Errorf("on %s: %q, want %q", today, got, want)
		}
	}
}

func TestWhyARequestStillWaits(t *testing.T) {
	t.Parallel()
	people := func(n int) (out []engine.Candidate) {
		for range n {
			out = append(out, engine.Candidate{Status: engine.ExpertDeployable, CertifiedOn: "2027-01-01"})
		}
		return append(out, engine.Candidate{Status: engine.ExpertCertified, CertifiedOn: "2027-01-01"}, engine.Candidate{Status: engine.ExpertDeployable})
	}
	counted := func(codes ...engine.RuleCode) (r engine.Ranking) {
		for _, code := range codes {
			r.Excluded = append(r.Excluded, engine.ExcludedCount{Code: code, Count: 1})
		}
		return r
	}
	for _, c := range []struct {
		name   string
		team   int
		able   int
		found  engine.Ranking
		cohort *engine.Cohort
		want   engine.WaitlistReason
	}{
		{"a cohort that is under way", 1, 3, counted("NO_THEME_CONSENT"), &engine.Cohort{}, engine.WaitsForCohort},
		{"one whose papers are under way", 1, 3, counted("NO_THEME_CONSENT"), &engine.Cohort{ActualEnd: "2027-01-01", Unfinished: 1}, engine.WaitsForCohort},
		{"one that is done", 1, 3, counted("NO_THEME_CONSENT"), &engine.Cohort{ActualEnd: "2027-01-01"}, engine.WaitsForTheme},
		{"nobody deployable", 1, 0, counted("NOT_DEPLOYABLE"), nil, engine.WaitsForPool},
		{"fewer than the team", 2, 1, counted("NOT_AVAILABLE"), nil, engine.WaitsForPool},
		{"nobody for the theme", 1, 2, counted("NOT_DEPLOYABLE", "NO_THEME_CONSENT"), nil, engine.WaitsForTheme},
		{"somebody, at another time", 1, 2, counted("NO_THEME_CONSENT", "NOT_AVAILABLE"), nil, engine.WaitsForSlot},
		{"somebody who folds why", 1, 2, counted("NO_THEME_CONSENT", engine.OtherRule), nil, engine.WaitsForSlot},
		{"no day that is left", 1, 2, counted(), nil, engine.WaitsForSlot},
	} {
		in := engine.MatchInput{Candidates: people(c.able), Request: engine.Request{TeamSize: c.team}}
		if got := engine.StillWaits(in, c.found, c.cohort); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
