package engine_test

import (
	"slices"
	"testing"

	"expex/engine"
)

func TestAvailabilityExpandsWeeklyHoursIntoInstants(t *testing.T) {
	t.Parallel()
	wednesday := hours(engine.Wednesday, "16:00", "18:00")
	odd := wednesday
	odd.Parity = engine.OddWeeks
	term := wednesday
	term.Valid = engine.Valid{From: "2027-10-20", To: "2027-10-28"}
	night := hours(engine.Sunday, "01:30", "03:30")
	for _, c := range []struct {
		name      string
		rules     []engine.AvailabilityRule
		blackouts spans
		horizon   engine.Interval
		want      spans
	}{
		{"16:00 stays 16:00 when summer ends", []engine.AvailabilityRule{wednesday}, nil, between("2027-10-25 00:00", "2027-11-08 00:00"),
			spans{between("2027-10-27T14:00:00Z", "2027-10-27T16:00:00Z"), between("2027-11-03T15:00:00Z", "2027-11-03T17:00:00Z")}},
		{"and when it begins", []engine.AvailabilityRule{wednesday}, nil, between("2027-03-22 00:00", "2027-04-05 00:00"),
			spans{between("2027-03-24T15:00:00Z", "2027-03-24T17:00:00Z"), between("2027-03-31T14:00:00Z", "2027-03-31T16:00:00Z")}},
		{"a night of two hours lasts one in spring", []engine.AvailabilityRule{night}, nil, between("2027-03-27 12:00", "2027-03-28 12:00"),
			spans{between("2027-03-28T00:30:00Z", "2027-03-28T01:30:00Z")}},
		{"and three in autumn", []engine.AvailabilityRule{night}, nil, between("2027-10-30 12:00", "2027-10-31 12:00"),
			spans{between("2027-10-30T23:30:00Z", "2027-10-31T02:30:00Z")}},
		{"a window of the missing hour is empty", []engine.AvailabilityRule{hours(engine.Sunday, "02:00", "03:00")}, nil, between("2027-03-27 12:00", "2027-03-28 12:00"), nil},
		{"odd weeks only", []engine.AvailabilityRule{odd}, nil, between("2027-10-11 00:00", "2027-11-01 00:00"),
			spans{between("2027-10-13 16:00", "2027-10-13 18:00"), between("2027-10-27 16:00", "2027-10-27 18:00")}},
		{"week 53 and week 1 are both odd", []engine.AvailabilityRule{odd}, nil, between("2026-12-28 00:00", "2027-01-11 00:00"),
			spans{between("2026-12-30 16:00", "2026-12-30 18:00"), between("2027-01-06 16:00", "2027-01-06 18:00")}},
		{"only while the rule holds", []engine.AvailabilityRule{term}, nil, between("2027-10-01 00:00", "2027-11-30 00:00"),
			spans{between("2027-10-20 16:00", "2027-10-20 18:00"), between("2027-10-27 16:00", "2027-10-27 18:00")}},
		{"the horizon cuts", []engine.AvailabilityRule{wednesday}, nil, between("2027-10-13 17:00", "2027-10-20 16:30"),
			spans{between("2027-10-13 17:00", "2027-10-13 18:00"), between("2027-10-20 16:00", "2027-10-20 16:30")}},
		{"blackouts cut", []engine.AvailabilityRule{wednesday}, spans{between("2027-10-13 16:30", "2027-10-13 16:45"), between("2027-10-13 16:30", "2027-10-13 17:00")}, between("2027-10-13 00:00", "2027-10-14 00:00"),
			spans{between("2027-10-13 16:00", "2027-10-13 16:30"), between("2027-10-13 17:00", "2027-10-13 18:00")}},
		{"windows of two rules are one", []engine.AvailabilityRule{wednesday, hours(engine.Wednesday, "17:00", "20:00")}, nil, between("2027-10-13 00:00", "2027-10-14 00:00"),
			spans{between("2027-10-13 16:00", "2027-10-13 20:00")}},
		{"a window to midnight meets one from midnight", []engine.AvailabilityRule{hours(engine.Saturday, "22:00", "24:00"), hours(engine.Sunday, "00:00", "02:00")}, nil, between("2027-10-30 00:00", "2027-10-31 12:00"),
			spans{between("2027-10-30T20:00:00Z", "2027-10-31T00:00:00Z")}},
		{"no horizon, nothing", []engine.AvailabilityRule{wednesday}, nil, between("2027-10-14 00:00", "2027-10-13 00:00"), nil},
		{"no hours, nothing", nil, nil, between("2027-10-13 00:00", "2027-10-14 00:00"), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := engine.Availability(c.rules, c.blackouts, c.horizon, amsterdam, func(engine.AvailabilityRule) bool { return true })
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestAvailabilityLeavesOutRulesThatDoNotSuit(t *testing.T) {
	t.Parallel()
	online := hours(engine.Wednesday, "16:00", "18:00")
	online.Mode = engine.Online
	got := engine.Availability([]engine.AvailabilityRule{online}, nil, between("2027-10-11 00:00", "2027-10-18 00:00"), amsterdam,
		func(r engine.AvailabilityRule) bool { return r.Mode.Allows(false) })
	if len(got) != 0 {
		t.Errorf("got %v, want nothing", got)
	}
}

func TestAModeAllowsSessions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		mode             engine.Mode
		inPerson, online bool
	}{{engine.InPerson, true, false}, {engine.Online, false, true}, {engine.Both, true, true}} {
		if c.mode.Allows(false) != c.inPerson || c.mode.Allows(true) != c.online {
			t.Errorf("%s allows in person %t and online %t", c.mode, c.mode.Allows(false), c.mode.Allows(true))
		}
	}
}

// A candidate with time at any hour shows what the wishes come to.
func TestWishesBecomeOccurrences(t *testing.T) {
	t.Parallel()
	weekly := func(w ...engine.WeekWindow) func(in *engine.MatchInput) {
		return func(in *engine.MatchInput) { in.Request.Windows = w }
	}
	window := func(day engine.Weekday, starts, ends engine.WallTime) engine.WeekWindow {
		return engine.WeekWindow{Weekday: day, Starts: starts, Ends: ends}
	}
	now := func(moment string) func(in *engine.MatchInput) {
		return func(in *engine.MatchInput) { in.Now, in.Request.From = at(moment), "2027-03-01" }
	}
	for _, c := range []struct {
		name             string
		change           func(in *engine.MatchInput)
		feasible, needed int
		first            string
	}{
		{"two windows a week are one occurrence", weekly(window(engine.Tuesday, "15:00", "18:00"), window(engine.Thursday, "15:00", "18:00")), 12, 12, "2027-03-23 15:00"},
		{"windows count from the first day on", func(in *engine.MatchInput) { in.Request.From = "2027-03-24" }, 12, 12, "2027-03-25 15:00"},
		{"and never from before today", now("2027-03-22 09:00"), 12, 12, "2027-03-23 15:00"},
		{"a window that has begun is used from now on", now("2027-03-23 15:30"), 12, 12, "2027-03-23 15:30"},
		{"a request opened after today's window still has twelve weeks", func(in *engine.MatchInput) {
			now("2027-03-23 18:00")(in)
			in.Request.Windows = in.Request.Windows[:1] // Tuesdays
		}, 12, 12, "2027-03-30 15:00"},
		{"and one opened when too little of it is left", func(in *engine.MatchInput) {
			now("2027-03-23 17:01")(in)
			in.Request.Windows = in.Request.Windows[:1]
		}, 12, 12, "2027-03-30 15:00"},
		{"the first of two windows today has passed", func(in *engine.MatchInput) {
			now("2027-03-23 12:00")(in)
			in.Request.Windows = []engine.WeekWindow{window(engine.Tuesday, "09:00", "11:00"), window(engine.Tuesday, "19:00", "21:00")}
		}, 12, 12, "2027-03-23 19:00"},
		{"the last day counts", func(in *engine.MatchInput) { in.Request.Until = "2027-05-04" }, 7, 7, "2027-03-23 15:00"},
		{"the day before it is too late for one more", func(in *engine.MatchInput) {
			in.Request.Until, in.Request.Windows = "2027-05-03", in.Request.Windows[:1]
		}, 6, 6, "2027-03-23 15:00"},
		{"a period shorter than twelve weeks needs fewer", func(in *engine.MatchInput) { in.Request.Until = "2027-03-30" }, 2, 2, "2027-03-23 15:00"},
		{"a series of half a year is looked at to its end", func(in *engine.MatchInput) { in.Request.Occurrences = 26 }, 26, 26, "2027-03-23 15:00"},
		{"and a monthly one of a year", func(in *engine.MatchInput) { in.Request.Occurrences, in.Request.EveryWeeks = 12, 4 }, 12, 12, "2027-03-23 15:00"},
		{"every third week inside the period", func(in *engine.MatchInput) { in.Request.EveryWeeks, in.Request.Until = 3, "2027-05-04" }, 3, 3, "2027-03-23 15:00"},
		{"a period without end is looked at for two years", func(in *engine.MatchInput) {
			in.Request.Occurrences, in.Request.EveryWeeks = 104, 2
			in.Candidates[0].Certificates[0].To = ""
		}, 53, 53, "2027-03-23 15:00"},
		{"a window given twice is one", func(in *engine.MatchInput) {
			in.Request.Occurrences, in.Request.EveryWeeks, in.Type.Form = 1, 1, engine.OneOff
			in.Request.Windows, in.Request.Until = append(in.Request.Windows[:1:1], in.Request.Windows[0]), "2027-03-28"
		}, 1, 1, "2027-03-23 15:00"},
		{"an option given twice is one", func(in *engine.MatchInput) {
			in.Request.Occurrences, in.Request.Windows = 1, nil
			in.Request.Options = slices.Repeat(spans{span("2027-04-06 13:00", 60)}, 3)
		}, 1, 1, "2027-04-06 13:00"},
		{"a week with windows at every hour is one occurrence too", func(in *engine.MatchInput) {
			in.Request.Windows = nil
			for _, day := range week {
				for _, starts := range []engine.WallTime{"09:00", "11:00", "13:00", "15:00"} {
					in.Request.Windows = append(in.Request.Windows, window(day, starts, starts[:2]+":59"))
				}
			}
			in.Request.Minutes = 45
		}, 12, 12, "2027-03-22 09:00"},
		{"the hour that does not exist is no occurrence", func(in *engine.MatchInput) {
			in.Request.Windows, in.Request.Occurrences = []engine.WeekWindow{window(engine.Sunday, "02:00", "03:00")}, 4
		}, 3, 4, "2027-04-04 02:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := buddy()
			c.change(&in)
			ranking, err := engine.Suggest(in)
			if err != nil || len(ranking.Suggestions) != 1 {
				t.Fatalf("%v, excluded %v", err, ranking.Excluded)
			}
			s := ranking.Suggestions[0]
			if s.Feasible != c.feasible || s.Needed != c.needed || !s.Slots[0].Start.Equal(at(c.first)) {
				t.Errorf("%d of %d, first %s; want %d of %d, first %s", s.Feasible, s.Needed, s.Slots[0].Start.In(amsterdam), c.feasible, c.needed, c.first)
			}
		})
	}
}

func TestTheRhythmOfARelationIsKept(t *testing.T) {
	t.Parallel()
	for every, want := range map[int][]string{
		1: {"2027-03-23 15:00", "2027-03-30 15:00", "2027-04-06 15:00", "2027-04-13 15:00"},
		2: {"2027-03-23 15:00", "2027-04-06 15:00", "2027-04-20 15:00", "2027-05-04 15:00"},
		5: {"2027-03-23 15:00", "2027-04-27 15:00", "2027-06-01 15:00", "2027-07-06 15:00"},
	} {
		in := buddy()
		in.Request.Windows, in.Request.Occurrences, in.Request.EveryWeeks = in.Request.Windows[:1], 4, every
		s := suggest(t, in).Suggestions[0]
		var slots []string
		for _, slot := range s.Slots {
			slots = append(slots, slot.Start.In(amsterdam).Format("2006-01-02 15:04"))
		}
		if !slices.Equal(slots, want) {
			t.Errorf("every %d weeks: %v, want %v", every, slots, want)
		}
	}
}

func TestSlotsAreProposedOnTheQuarterOfAnHour(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		free  engine.Interval
		start string
	}{
		{"from a quarter", between("2027-04-06 13:00", "2027-04-06 16:00"), "2027-04-06 13:00"},
		{"rounded up to one", between("2027-04-06 13:07", "2027-04-06 16:00"), "2027-04-06 13:15"},
		{"or from the minute when there is no room to round", between("2027-04-06 13:07", "2027-04-06 14:10"), "2027-04-06 13:07"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := consultation()
			in.Request.Options = spans{c.free}
			ranking, err := engine.Suggest(in)
			if err != nil || len(ranking.Suggestions) != 1 {
				t.Fatalf("%v, excluded %v", err, ranking.Excluded)
			}
			if got, want := ranking.Suggestions[0].Slots, (spans{span(c.start, 60)}); !slices.Equal(got, want) {
				t.Errorf("slots %v, want %v", got, want)
			}
		})
	}
}

func TestAtMostSixSlotsAreProposedEarliestFirst(t *testing.T) {
	t.Parallel()
	in := buddy()
	ranking, err := engine.Suggest(in)
	if err != nil {
		t.Fatal(err)
	}
	slots := ranking.Suggestions[0].Slots
	if len(slots) != 6 || !slices.IsSortedFunc(slots, func(a, b engine.Interval) int { return a.Start.Compare(b.Start) }) {
		t.Errorf("slots %v, want the first six in order", slots)
	}
}
