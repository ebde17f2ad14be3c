package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"expex/engine"
)

// meetings is a plan for Anna of [buddy].
func meetings(first engine.Date, at engine.WallTime, count int) engine.SessionPlan {
	return engine.SessionPlan{First: first, At: at, Minutes: 60, Rhythm: &engine.Rhythm{Every: 1, Count: count}}
}

func wants(p engine.SessionPlan, team ...engine.ExpertID) []engine.Wanted {
	return p.Wants(team, amsterdam)
}

// told writes verdicts on a line each, with the first alternative.
func told(dates []engine.PlannedDate) []string {
	var out []string
	for _, d := range dates {
		line := fmt.Sprintf("%s %s", d.Date[5:], d.Verdict)
		for _, r := range d.Reasons {
			line += " " + string(r.Code)
		}
		if len(d.Doubled) > 0 {
			line += fmt.Sprint(" doubled ", d.Doubled)
		}
		if len(d.Alternatives) > 0 {
			line += " or " + d.Alternatives[0].Start.In(amsterdam).Format("01-02 15:04")
		}
		out = append(out, line)
	}
	return out
}

func TestVerdictsOnTheDatesOfAPlan(t *testing.T) {
	t.Parallel()
	tuesday := meetings("2027-03-23", "15:00", 3)
	for _, c := range []struct {
		name   string
		plan   engine.SessionPlan
		change func(*engine.Planning, *engine.Candidate)
		want   []string
	}{
		{"all fit", tuesday, func(*engine.Planning, *engine.Candidate) {}, []string{"03-23 FITS", "03-30 FITS", "04-06 FITS"}},
		{"one is booked", tuesday, func(_ *engine.Planning, anna *engine.Candidate) {
			anna.Booked = []engine.Booked{booked("2027-03-30 15:30")}
		},
			[]string{"03-23 FITS", "03-30 FAILS OVERLAP or 03-30 14:00", "04-06 FITS"}},
		{"a buffer before it", tuesday, func(_ *engine.Planning, anna *engine.Candidate) {
			anna.Booked = []engine.Booked{booked("2027-03-30 13:31")}
		},
			[]string{"03-23 FITS", "03-30 FAILS OVERLAP or 03-30 15:15", "04-06 FITS"}},
		{"a certificate until the end of March", tuesday, func(_ *engine.Planning, anna *engine.Candidate) {
			anna.Certificates = []engine.Valid{{From: "2026-01-05", To: "2027-04-01"}}
		}, []string{"03-23 FITS", "03-30 FITS", "04-06 HELD CONDUCT_CERT_INVALID"}},
		{"and no hours then either", tuesday, func(_ *engine.Planning, anna *engine.Candidate) {
			anna.Certificates = []engine.Valid{{From: "2026-01-05", To: "2027-04-01"}}
			anna.Blackouts = []engine.Interval{between("2027-04-05 00:00", "2027-04-12 00:00")}
		}, []string{"03-23 FITS", "03-30 FITS", "04-06 FAILS CONDUCT_CERT_INVALID NOT_AVAILABLE or 03-31 15:00"}},
		{"the earlier dates fill the month", tuesday, func(_ *engine.Planning, anna *engine.Candidate) { anna.Caps.MinutesPerMonth = 60 },
			[]string{"03-23 FITS", "03-30 FAILS CAPACITY or 05-01 15:00", "04-06 FITS"}}, // April has one already
		{"an exclusion is not told, and no date beside it", tuesday, func(_ *engine.Planning, anna *engine.Candidate) {
			anna.OrganisationExclusions = []engine.OrganisationExclusion{{Organisation: "house", Until: "2027-03-24"}}
		}, []string{"03-23 FAILS OTHER", "03-30 FITS", "04-06 FITS"}},
		{"she has left the pool", tuesday, func(p *engine.Planning, _ *engine.Candidate) { p.Input.Candidates = nil },
			[]string{"03-23 FAILS NOT_DEPLOYABLE", "03-30 FAILS NOT_DEPLOYABLE", "04-06 FAILS NOT_DEPLOYABLE"}},
		{"clocks skip it", meetings("2027-03-21", "02:30", 2), func(*engine.Planning, *engine.Candidate) {},
			[]string{"03-21 FITS", "03-28 FAILS NO_SUCH_TIME or 03-28 03:00"}},
		{"an alternative does not pass the end", tuesday, func(p *engine.Planning, anna *engine.Candidate) {
			anna.Blackouts = []engine.Interval{between("2027-03-29 00:00", "2027-04-03 00:00")}
			p.Until = "2027-04-04"
		}, []string{"03-23 FITS", "03-30 FAILS NOT_AVAILABLE or 04-03 15:00", "04-06 FITS"}},
	} {
		p := engine.Planning{Input: buddy()}
		c.change(&p, &p.Input.Candidates[0])
		if got := told(p.Judge(wants(c.plan, "anna"), engine.BestEffort)); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

func TestADoubleBookingYieldsInTimeAndDayAlone(t *testing.T) {
	t.Parallel()
	sameTime := []engine.Booked{booked("2027-03-23 15:00")}
	sameTime[0].OneToOne = true
	for _, c := range []struct {
		name   string
		change func(*engine.MatchInput, *engine.Candidate)
		want   string
	}{
		{"nothing to double", func(*engine.MatchInput, *engine.Candidate) {}, "03-23 FITS"},
		{"two at once", func(_ *engine.MatchInput, anna *engine.Candidate) { anna.Booked = sameTime }, "03-23 FITS doubled [anna]"},
		{"two one-to-ones a day", func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.Booked = []engine.Booked{booked("2027-03-23 10:00")}
			anna.Booked[0].OneToOne = true
		}, "03-23 FITS doubled [anna]"},
		{"her week is full", func(in *engine.MatchInput, anna *engine.Candidate) {
			anna.Booked = sameTime
			in.Policy.SessionsPerWeek = 1
		}, "03-23 FAILS CAPACITY or 03-21 15:00"},
		{"she is away", func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.Booked, anna.Rules = sameTime, []engine.AvailabilityRule{hours(engine.Wednesday, "15:00", "18:00")}
		}, "03-23 FAILS NOT_AVAILABLE or 03-24 15:00"},
		{"she rests", func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.Booked = []engine.Booked{booked("2027-03-23 13:30")}
			anna.Booked[0].Tier3 = true
		}, "03-23 FAILS REST_PERIOD or 03-23 12:00"},
		{"a certificate is missing as well", func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.Booked, anna.Certificates = sameTime, []engine.Valid{{From: "2026-01-05", To: "2027-03-23"}}
		}, "03-23 HELD CONDUCT_CERT_INVALID doubled [anna]"},
	} {
		p := engine.Planning{Input: buddy(), Beside: true}
		c.change(&p.Input, &p.Input.Candidates[0])
		if got := told(p.Judge(wants(meetings("2027-03-23", "15:00", 1), "anna"), engine.AllOrNothing)); got[0] != c.want {
			t.Errorf("%s: %s, want %s", c.name, got[0], c.want)
		}
	}
}

// moved are the sessions of a weekly series, each wanted a week later.
func moved(days ...string) ([]engine.Booked, []engine.Wanted) {
	var have []engine.Booked
	var wanted []engine.Wanted
	for _, day := range days {
		b := booked(day + " 15:00")
		have = append(have, b)
		next := engine.Date(day).AddDays(7)
		wanted = append(wanted, engine.Wanted{Session: b.ID, Date: next, At: at(string(next) + " 15:00"),
			Slot: engine.SlotOn(next, "15:00", time.Hour, amsterdam), Team: []engine.ExpertID{"anna"}, Minutes: 60})
	}
	return have, wanted
}

func TestSessionsThatMoveTogetherDoNotStandInEachOthersWay(t *testing.T) {
	t.Parallel()
	p := engine.Planning{Input: buddy()}
	have, wanted := moved("2027-03-23", "2027-03-30", "2027-04-06")
	p.Input.Candidates[0].Booked = have
	if got, want := told(p.Judge(wanted, engine.AllOrNothing)), []string{"03-30 FITS", "04-06 FITS", "04-13 FITS"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	// The last cannot move: with best effort it stays, and so must those before it.
	p.Input.Candidates[0].Blackouts = []engine.Interval{between("2027-04-12 00:00", "2027-04-19 00:00")}
	got := told(p.Judge(wanted, engine.BestEffort))
	for i, want := range []string{"03-30 FAILS OVERLAP", "04-06 FAILS OVERLAP", "04-13 FAILS NOT_AVAILABLE"} {
		if len(got[i]) < len(want) || got[i][:len(want)] != want {
			t.Errorf("%q, want %q", got[i], want)
		}
	}
	if got, want := told(p.Judge(wanted, engine.AllOrNothing))[0], "03-30 FITS"; got != want {
		t.Errorf("%q, want %q: it is judged as if all moved", got, want)
	}
}

func TestAPlanIsBounded(t *testing.T) {
	t.Parallel()
	bounds := engine.PlanBounds{Now: saturday, Zone: amsterdam, MinutesMin: 60, MinutesMax: 90}
	until := func(day engine.Date) engine.SessionPlan {
		p := meetings("2027-03-23", "15:00", 0)
		p.Rhythm.Until = day
		return p
	}
	single := engine.SessionPlan{First: "2027-03-23", At: "15:00", Minutes: 60}
	for _, c := range []struct {
		name   string
		plan   engine.SessionPlan
		change func(*engine.PlanBounds)
		field  string
	}{
		{"within", meetings("2027-03-23", "15:00", 3), func(b *engine.PlanBounds) { b.Left, b.PlannedEnd = ptr(3), "2027-04-06" }, ""},
		{"one more than the cap", meetings("2027-03-23", "15:00", 3), func(b *engine.PlanBounds) { b.Left = ptr(2) }, "plan.rhythm.count"},
		{"one more than the cap, by a day", until("2027-04-06"), func(b *engine.PlanBounds) { b.Left = ptr(2) }, "plan.rhythm.until"},
		{"no room at all", single, func(b *engine.PlanBounds) { b.Left = ptr(0) }, "plan.date"},
		{"past the planned end", meetings("2027-03-23", "15:00", 3), func(b *engine.PlanBounds) { b.PlannedEnd = "2027-04-05" }, "plan.rhythm.count"},
		{"past the planned end, by a day", until("2027-04-06"), func(b *engine.PlanBounds) { b.PlannedEnd = "2027-04-05" }, "plan.rhythm.until"},
		{"a single one past it", single, func(b *engine.PlanBounds) { b.PlannedEnd = "2027-03-22" }, "plan.date"},
		{"in the past", engine.SessionPlan{First: "2027-03-20", At: "12:00", Minutes: 60}, func(*engine.PlanBounds) {}, "plan.date"},
		{"a minute from now", engine.SessionPlan{First: "2027-03-20", At: "12:01", Minutes: 60}, func(*engine.PlanBounds) {}, ""},
		{"three years ahead", engine.SessionPlan{First: "2030-03-20", At: "12:00", Minutes: 60}, func(*engine.PlanBounds) {}, "plan.date"},
		{"too short", engine.SessionPlan{First: "2027-03-23", At: "12:00", Minutes: 59}, func(*engine.PlanBounds) {}, "plan.minutes"},
		{"too long", engine.SessionPlan{First: "2027-03-23", At: "12:00", Minutes: 91}, func(*engine.PlanBounds) {}, "plan.minutes"},
		{"at the end of a day", engine.SessionPlan{First: "2027-03-23", At: "24:00", Minutes: 60}, func(*engine.PlanBounds) {}, "plan.time"},
	} {
		b := bounds
		c.change(&b)
		err := c.plan.Validate(b)
		var invalid *engine.Error
		if field := ""; errors.As(err, &invalid) {
			field = invalid.Field
			if field != c.field {
				t.Errorf("%s: %v, want %q", c.name, err, c.field)
			}
		} else if c.field != "" {
			t.Errorf("%s: all is well, want INVALID on %s", c.name, c.field)
		}
	}
}

// A date is judged as [engine.Check] judges an offer, and whatever is proposed
// instead would be let through.
func TestAPlanAsksWhatAnOfferAsks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		in.Candidates = in.Candidates[:min(len(in.Candidates), rapid.IntRange(1, 3).Draw(t, "team"))]
		in.Request.TeamSize = len(in.Candidates)
		var team []engine.ExpertID
		for _, c := range in.Candidates {
			team = append(team, c.Expert)
		}
		p := engine.SessionPlan{
			First:   engine.DateOf(in.Now, amsterdam).AddDays(rapid.IntRange(1, 10).Draw(t, "first")),
			At:      engine.WallTime(fmt.Sprintf("%02d:%02d", rapid.IntRange(0, 23).Draw(t, "hour"), 15*rapid.IntRange(0, 3).Draw(t, "quarter"))),
			Minutes: in.Request.Minutes, Rhythm: &engine.Rhythm{Every: 1, Count: rapid.IntRange(1, 4).Draw(t, "count")},
		}
		got := engine.Planning{Input: in}.Judge(p.Wants(team, amsterdam), engine.BestEffort)
		for _, d := range got {
			if d.Slot == nil {
				continue
			}
			_, broken := engine.Check(in, *d.Slot)
			if (d.Verdict == engine.DateFits) != (len(broken) == 0) {
				t.Fatalf("%s: %s, while an offer breaks %v", d.Slot.Start, d.Verdict, broken)
			}
			if d.Verdict == engine.DateFails {
				continue
			}
			for i := range in.Candidates { // it counts as booked for the next
				in.Candidates[i].Booked = append(in.Candidates[i].Booked, engine.Booked{
					Session: *d.Slot, Busy: engine.Interval{Start: d.Slot.Start, End: d.Slot.End.Add(time.Duration(in.Policy.TravelBufferMinutes) * time.Minute)},
					OneToOne: in.Type.OneToOne, Tier3: asksTier3(in)})
			}
		}
		for _, d := range got {
			if len(d.Alternatives) > 3 || d.Verdict != engine.DateFails && len(d.Alternatives) > 0 {
				t.Fatalf("%s has %d alternatives", d.Verdict, len(d.Alternatives))
			}
			for _, slot := range d.Alternatives {
				if _, broken := engine.Check(in, slot); len(broken) > 0 || !slot.Start.After(in.Now) || slot.Duration() != time.Duration(p.Minutes)*time.Minute {
					t.Fatalf("the alternative %v breaks %v", slot, broken)
				}
			}
		}
	})
}

func asksTier3(in engine.MatchInput) bool {
	return slices.ContainsFunc(in.Request.Themes, func(asked engine.RequestTheme) bool { return in.Themes[asked.Theme].Tier == 3 })
}
