package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"expex/engine"
)

// search is one expert with those hours, and nothing else, over a span.
func search(start, end string, minutes int, rules ...engine.AvailabilityRule) engine.SlotSearch {
	return engine.SlotSearch{
		Now: at("2026-11-01 12:00"), Zone: amsterdam, Between: between(start, end), Minutes: minutes, Limit: 1000,
		Calendars: []engine.Calendar{{Expert: "anna", Rules: rules, TravelBufferMinutes: 30}},
	}
}

// local writes the slots of an answer as clocks show them.
func local(a engine.SlotAnswer) string {
	var out []string
	for _, p := range a.Proposals {
		slot := p.Dates[0].Slot
		out = append(out, slot.Start.In(amsterdam).Format("Mon 2 15:04:05 MST")+slot.End.In(amsterdam).Format("-15:04"))
	}
	return strings.ReplaceAll(strings.Join(out, ", "), ":00 ", " ")
}

func TestSlotsByExample(t *testing.T) {
	t.Parallel()
	tuesday := hours(engine.Tuesday, "14:00", "16:00")
	week := func(rules ...engine.AvailabilityRule) engine.SlotSearch {
		return search("2027-05-10 00:00", "2027-05-17 00:00", 60, rules...)
	}
	with := func(s engine.SlotSearch, change func(*engine.SlotSearch, *engine.Calendar)) engine.SlotSearch {
		change(&s, &s.Calendars[0])
		return s
	}
	rule := func(r engine.AvailabilityRule, change func(*engine.AvailabilityRule)) engine.AvailabilityRule {
		change(&r)
		return r
	}
	for _, c := range []struct {
		name   string
		search engine.SlotSearch
		want   string
	}{
		{"every quarter with room after it", week(tuesday), "Tue 11 14:00 CEST-15:00, Tue 11 14:15 CEST-15:15, Tue 11 14:30 CEST-15:30, Tue 11 14:45 CEST-15:45, Tue 11 15:00 CEST-16:00"},
		{"a session as long as the hours", with(week(tuesday), func(s *engine.SlotSearch, _ *engine.Calendar) { s.Minutes = 120 }), "Tue 11 14:00 CEST-16:00"},
		{"hours that touch are one", with(week(tuesday, hours(engine.Tuesday, "16:00", "16:07"), hours(engine.Tuesday, "16:07", "17:00")), func(s *engine.SlotSearch, _ *engine.Calendar) { s.Minutes = 180 }), "Tue 11 14:00 CEST-17:00"},
		{"over midnight, also of Sunday", with(search("2027-05-10 00:00", "2027-05-24 00:00", 120, hours(engine.Sunday, "23:00", "24:00"), hours(engine.Monday, "00:00", "01:00")), func(*engine.SlotSearch, *engine.Calendar) {}), "Sun 16 23:00 CEST-01:00"},
		{"no quarter has room, so the span begins it", week(hours(engine.Tuesday, "14:07", "15:10")), "Tue 11 14:07 CEST-15:07"},
		{"a quarter has room, so the span does not", week(hours(engine.Tuesday, "14:07", "15:17")), "Tue 11 14:15 CEST-15:15"},
		{"one minute short", week(hours(engine.Tuesday, "14:07", "15:06")), ""},
		{"the way after a session that is there and after the new one", with(week(tuesday), func(_ *engine.SlotSearch, c *engine.Calendar) {
			c.Busy = []engine.Interval{span("2027-05-11 12:30", 105), span("2027-05-11 16:30", 60)}
		}), "Tue 11 14:15 CEST-15:15, Tue 11 14:30 CEST-15:30, Tue 11 14:45 CEST-15:45, Tue 11 15:00 CEST-16:00"},
		{"a minute less for the way is too little", with(week(tuesday), func(_ *engine.SlotSearch, c *engine.Calendar) {
			c.Busy = []engine.Interval{span("2027-05-11 16:29", 60)}
		}), "Tue 11 14:00 CEST-15:00, Tue 11 14:15 CEST-15:15, Tue 11 14:30 CEST-15:30, Tue 11 14:45 CEST-15:45"},
		{"closed by herself, without a way", with(week(tuesday), func(_ *engine.SlotSearch, c *engine.Calendar) {
			c.Blackouts = []engine.Interval{span("2027-05-11 15:15", 600)}
		}), "Tue 11 14:00 CEST-15:00, Tue 11 14:15 CEST-15:15"},
		{"what has passed is left out, from the next quarter on", with(week(tuesday), func(s *engine.SlotSearch, _ *engine.Calendar) { s.Now = at("2027-05-11 14:31") }), "Tue 11 14:45 CEST-15:45, Tue 11 15:00 CEST-16:00"},
		{"odd weeks: week 53 and week 1 follow each other", search("2026-12-21 00:00", "2027-01-18 00:00", 60, rule(hours(engine.Saturday, "14:00", "15:00"), func(r *engine.AvailabilityRule) { r.Parity = engine.OddWeeks })), "Sat 2 14:00 CET-15:00, Sat 9 14:00 CET-15:00"},
		{"even weeks: 52 and 2", search("2026-12-21 00:00", "2027-01-18 00:00", 60, rule(hours(engine.Saturday, "14:00", "15:00"), func(r *engine.AvailabilityRule) { r.Parity = engine.EvenWeeks })), "Sat 26 14:00 CET-15:00, Sat 16 14:00 CET-15:00"},
		{"hours with a last day", search("2027-05-10 00:00", "2027-05-24 00:00", 120, rule(tuesday, func(r *engine.AvailabilityRule) { r.To = "2027-05-18" })), "Tue 11 14:00 CEST-16:00"},
		{"hours by video are not for a session face to face", week(rule(tuesday, func(r *engine.AvailabilityRule) { r.Mode = engine.Online })), ""},
		{"and not the other way round", with(week(rule(tuesday, func(r *engine.AvailabilityRule) { r.Mode = engine.InPerson })), func(s *engine.SlotSearch, _ *engine.Calendar) { s.Online = true }), ""},
		{"too far for these hours", with(week(rule(tuesday, func(r *engine.AvailabilityRule) { r.MaxTravelMinutes = 29 }), hours(engine.Friday, "09:00", "10:00")), func(_ *engine.SlotSearch, c *engine.Calendar) {
			c.TravelMinutes = ptr(30)
		}), "Fri 14 09:00 CEST-10:00"},
		{"just near enough", with(search("2027-05-10 00:00", "2027-05-17 00:00", 120, rule(tuesday, func(r *engine.AvailabilityRule) { r.MaxTravelMinutes = 30 })), func(_ *engine.SlotSearch, c *engine.Calendar) {
			c.TravelMinutes, c.MaxTravelMinutes = ptr(30), 30
		}), "Tue 11 14:00 CEST-16:00"},
		{"too far for her", with(week(tuesday), func(_ *engine.SlotSearch, c *engine.Calendar) { c.TravelMinutes, c.MaxTravelMinutes = ptr(31), 30 }), ""},

		{"the hour that clocks skip has no beginning in it", search("2027-03-28 00:00", "2027-03-29 00:00", 60, hours(engine.Sunday, "01:30", "04:00")), "Sun 28 01:30 CET-03:30, Sun 28 01:45 CET-03:45, Sun 28 03:00 CEST-04:00"},
		{"hours in the gap have no length", search("2027-03-28 00:00", "2027-03-29 00:00", 15, hours(engine.Sunday, "02:00", "03:00")), ""},
		{"an hour that comes twice begins with its first and lasts as long", search("2027-10-31 00:00", "2027-11-01 00:00", 60, hours(engine.Sunday, "02:30", "03:15")), "Sun 31 02:30 CEST-02:30, Sun 31 02:45 CEST-02:45"},
		{"the second of two equal hours has no beginning, and is time all the same", search("2027-10-31 00:00", "2027-11-01 00:00", 120, hours(engine.Sunday, "01:00", "03:00")), "Sun 31 01:00 CEST-02:00, Sun 31 01:15 CEST-02:15, Sun 31 01:30 CEST-02:30, Sun 31 01:45 CEST-02:45, Sun 31 02:00 CEST-03:00"},
		{"a session over the night of the change", search("2027-10-30 00:00", "2027-11-01 00:00", 720, hours(engine.Saturday, "18:00", "24:00"), hours(engine.Sunday, "00:00", "05:00")), "Sat 30 18:00 CEST-05:00"},
		{"between quarters in the first of two equal hours", with(search("2027-10-31 00:00", "2027-11-01 00:00", 55, atAnyHour()...), func(_ *engine.SlotSearch, c *engine.Calendar) {
			c.TravelBufferMinutes = 0
			c.Busy = []engine.Interval{
				{Start: at("2027-10-30T22:00:00Z"), End: at("2027-10-31T00:52:00Z")}, // until 02:52 CEST
				{Start: at("2027-10-31T01:50:00Z"), End: at("2027-10-31T23:00:00Z")}, // from 02:50 CET
			}
		}), "Sun 31 02:52 CEST-02:47"},
		{"between quarters in the first, closed in the second", with(search("2027-10-31 00:00", "2027-11-01 00:00", 20, atAnyHour()...), func(_ *engine.SlotSearch, c *engine.Calendar) {
			c.Blackouts = []engine.Interval{
				{Start: at("2027-10-30T22:00:00Z"), End: at("2027-10-31T00:37:00Z")}, // until 02:37 CEST
				{Start: at("2027-10-31T01:00:00Z"), End: at("2027-10-31T23:00:00Z")}, // from 02:00 CET
			}
		}), "Sun 31 02:37 CEST-02:57"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if err := c.search.Validate(); err != nil {
				t.Fatal(err)
			}
			got := engine.FindSlots(c.search)
			if local(got) != c.want {
				t.Errorf("got  %s\nwant %s", local(got), c.want)
			}
		})
	}
}

func TestWhyThereIsNoSlot(t *testing.T) {
	t.Parallel()
	tuesday, online, near := hours(engine.Tuesday, "14:00", "16:00"), hours(engine.Tuesday, "14:00", "16:00"), hours(engine.Tuesday, "14:00", "16:00")
	online.Mode, near.MaxTravelMinutes = engine.Online, 10
	one := func(id engine.ExpertID, rules ...engine.AvailabilityRule) engine.Calendar {
		return engine.Calendar{Expert: id, Rules: rules, TravelMinutes: ptr(20)}
	}
	busy := one("busy", tuesday)
	busy.Busy = []engine.Interval{span("2027-05-11 15:00", 60)}
	for _, c := range []struct {
		name      string
		calendars []engine.Calendar
		pattern   *engine.SlotPattern
		want      []engine.SlotObstacle
	}{
		{"no hours at all", []engine.Calendar{one("anna")}, nil, []engine.SlotObstacle{{Code: engine.NoHours, Expert: "anna"}}},
		{"no hours in the span", []engine.Calendar{one("anna", hours(engine.Saturday, "14:00", "16:00"))}, nil, []engine.SlotObstacle{{Code: engine.NoHours, Expert: "anna"}}},
		{"hours by video only", []engine.Calendar{one("anna", online)}, nil, []engine.SlotObstacle{{Code: engine.NotThere, Expert: "anna"}}},
		{"hours nearby only", []engine.Calendar{one("anna", near)}, nil, []engine.SlotObstacle{{Code: engine.NotThere, Expert: "anna"}}},
		{"hours that are too short", []engine.Calendar{one("anna", hours(engine.Tuesday, "14:00", "15:29"))}, nil, []engine.SlotObstacle{{Code: engine.TooShort, Expert: "anna"}}},
		{"everything booked", []engine.Calendar{busy}, nil, []engine.SlotObstacle{{Code: engine.Taken, Expert: "busy"}}},
		{"those in the way and not the others", []engine.Calendar{one("anna", tuesday), busy, one("carla")}, nil,
			[]engine.SlotObstacle{{Code: engine.Taken, Expert: "busy"}, {Code: engine.NoHours, Expert: "carla"}}},
		{"never at the same time", []engine.Calendar{one("anna", tuesday), one("bram", hours(engine.Wednesday, "14:00", "16:00"))}, nil, []engine.SlotObstacle{{Code: engine.NotTogether}}},
		{"single sessions but no series", []engine.Calendar{one("anna", tuesday)}, &engine.SlotPattern{Occurrences: 2, Every: 1, AllOrNothing: true},
			[]engine.SlotObstacle{{Code: engine.NoSeries}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := search("2027-05-10 00:00", "2027-05-15 00:00", 90)
			if c.pattern != nil {
				s.Between.End = at("2027-05-22 00:00")
				c.calendars[0].Blackouts = []engine.Interval{between("2027-05-17 00:00", "2027-05-22 00:00")}
			}
			s.Calendars, s.Pattern = c.calendars, c.pattern
			if got := engine.FindSlots(s); got.Total != 0 || !slices.Equal(got.Obstacles, c.want) {
				t.Errorf("%d slots, obstacles %v, want %v", got.Total, got.Obstacles, c.want)
			}
		})
	}
}

func TestRoomInTheSecondOfTwoEqualHoursHasNoNameToBeginAt(t *testing.T) {
	t.Parallel()
	s := search("2027-10-31 00:00", "2027-11-01 00:00", 30, hours(engine.Sunday, "02:00", "03:00"))
	s.Calendars[0].Blackouts = []engine.Interval{{Start: at("2027-10-31T00:00:00Z"), End: at("2027-10-31T01:00:00Z")}}
	if got := engine.FindSlots(s); got.Total != 0 || !slices.Equal(got.Obstacles, []engine.SlotObstacle{{Code: engine.NoSuchTime}}) {
		t.Errorf("%d slots, obstacles %v", got.Total, got.Obstacles)
	}
}

func TestSeriesByExample(t *testing.T) {
	t.Parallel()
	sunday := hours(engine.Sunday, "02:30", "04:00")
	for _, c := range []struct {
		name       string
		start, end string
		rule       engine.AvailabilityRule
		minutes    int
		pattern    engine.SlotPattern
		closed     string
		want       string // of the first
		total      int
	}{
		{"weekly, the same wall time over the change", "2027-03-24 00:00", "2027-04-10 00:00", hours(engine.Thursday, "16:00", "17:00"), 60,
			engine.SlotPattern{Occurrences: 3, Every: 1, AllOrNothing: true}, "", "2027-03-25T15:00Z 2027-04-01T14:00Z 2027-04-08T14:00Z", 1},
		{"fortnightly, over week 53", "2026-12-21 00:00", "2027-01-31 00:00", hours(engine.Saturday, "10:00", "11:00"), 60,
			engine.SlotPattern{Occurrences: 3, Every: 2, AllOrNothing: true}, "", "2026-12-26T09:00Z 2027-01-09T09:00Z 2027-01-23T09:00Z", 2},
		{"a date is closed, so there is none", "2027-05-10 00:00", "2027-05-24 00:00", hours(engine.Tuesday, "14:00", "15:00"), 60,
			engine.SlotPattern{Occurrences: 2, Every: 1, AllOrNothing: true}, "2027-05-18", "", 0},
		{"or there is one that lacks it", "2027-05-10 00:00", "2027-05-31 00:00", hours(engine.Tuesday, "14:00", "15:00"), 60,
			engine.SlotPattern{Occurrences: 3, Every: 1}, "2027-05-18", "2027-05-11T12:00Z TAKEN 2027-05-25T12:00Z", 1},
		{"the fullest comes first", "2027-05-10 00:00", "2027-06-07 00:00", hours(engine.Tuesday, "14:00", "15:00"), 60,
			engine.SlotPattern{Occurrences: 2, Every: 1}, "2027-05-18", "2027-05-25T12:00Z 2027-06-01T12:00Z", 2},
		{"a time that clocks skip on one of the dates", "2027-03-20 00:00", "2027-04-05 00:00", sunday, 60,
			engine.SlotPattern{Occurrences: 3, Every: 1}, "", "2027-03-21T02:00Z 2027-03-28T01:00Z 2027-04-04T01:00Z", 3},
		{"an ambiguous time is its first", "2027-10-24 00:00", "2027-11-01 00:00", hours(engine.Sunday, "02:30", "03:30"), 60,
			engine.SlotPattern{Occurrences: 2, Every: 1, AllOrNothing: true}, "", "2027-10-24T00:30Z 2027-10-31T00:30Z", 1},
		{"the second Tuesday of the month", "2027-05-01 00:00", "2027-08-01 00:00", hours(engine.Tuesday, "14:00", "15:00"), 60,
			engine.SlotPattern{Occurrences: 3, Every: 1, Nth: engine.SecondOfMonth, Weekday: engine.Tuesday, AllOrNothing: true}, "", "2027-05-11T12:00Z 2027-06-08T12:00Z 2027-07-13T12:00Z", 1},
		{"the first Monday of every second month", "2027-05-01 00:00", "2027-10-01 00:00", hours(engine.Monday, "14:00", "15:00"), 60,
			engine.SlotPattern{Occurrences: 3, Every: 2, Nth: engine.FirstOfMonth, Weekday: engine.Monday, AllOrNothing: true}, "", "2027-05-03T12:00Z 2027-07-05T12:00Z 2027-09-06T12:00Z", 1},
		{"the last Sunday, when clocks go back", "2027-09-01 00:00", "2027-12-01 00:00", hours(engine.Sunday, "14:00", "15:00"), 60,
			engine.SlotPattern{Occurrences: 3, Every: 1, Nth: engine.LastOfMonth, Weekday: engine.Sunday, AllOrNothing: true}, "", "2027-09-26T12:00Z 2027-10-31T13:00Z 2027-11-28T13:00Z", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := search(c.start, c.end, c.minutes, c.rule)
			s.Pattern = &c.pattern
			if c.closed != "" {
				s.Calendars[0].Blackouts = []engine.Interval{between(c.closed+" 00:00", c.closed+" 23:59")}
			}
			if err := s.Validate(); err != nil {
				t.Fatal(err)
			}
			got := engine.FindSlots(s)
			first := ""
			if len(got.Proposals) > 0 {
				var dates []string
				for _, d := range got.Proposals[0].Dates {
					if len(d.Obstacles) > 0 {
						dates = append(dates, string(d.Obstacles[0].Code))
					} else {
						dates = append(dates, d.Slot.Start.Format("2006-01-02T15:04Z"))
					}
				}
				first = strings.Join(dates, " ")
			}
			if first != c.want || got.Total != c.total {
				t.Errorf("%d series, the first %s\nwant %d, %s", got.Total, first, c.total, c.want)
			}
		})
	}
}

func TestASlotWarnsOfHolidaysAndStays(t *testing.T) {
	t.Parallel()
	s := search("2027-04-26 00:00", "2027-05-03 00:00", 60, hours(engine.Monday, "10:00", "11:00"), hours(engine.Tuesday, "10:00", "11:00"), hours(engine.Sunday, "23:30", "24:00"), hours(engine.Monday, "00:00", "00:30"),
		hours(engine.Friday, "23:00", "24:00"))
	s.Between = between("2027-04-19 00:00", "2027-05-04 00:00")
	s.Holidays = engine.Holidays{Region: engine.HolidayMiddle, List: []engine.Holiday{
		{First: "2027-04-24", Last: "2027-05-02", NL: "mei", School: true},
		{First: "2027-04-27", Last: "2027-04-27", NL: "koning"},
	}}
	var got []string
	for _, p := range engine.FindSlots(s).Proposals {
		var names []string
		for _, h := range p.Dates[0].Warnings {
			names = append(names, h.NL)
		}
		got = append(got, fmt.Sprint(p.Dates[0].Date[5:], " ", strings.Join(names, "+")))
	}
	want := []string{"04-19 ", "04-20 ", "04-23 ", "04-25 mei", "04-26 mei", "04-27 mei+koning", "04-30 mei", "05-02 mei", "05-03 "}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestASearchThatCannotBeNamesTheField(t *testing.T) {
	t.Parallel()
	fine := func() engine.SlotSearch { return search("2027-05-10 00:00", "2027-05-24 00:00", 60) }
	for _, c := range []struct {
		name, field string
		change      func(*engine.SlotSearch)
	}{
		{"as it is", "", func(*engine.SlotSearch) {}},
		{"too short a session", "duration", func(s *engine.SlotSearch) { s.Minutes = 14 }},
		{"the shortest", "", func(s *engine.SlotSearch) { s.Minutes = 15 }},
		{"the longest", "", func(s *engine.SlotSearch) { s.Minutes = 720 }},
		{"too long a session", "duration", func(s *engine.SlotSearch) { s.Minutes = 721 }},
		{"no span", "between.end", func(s *engine.SlotSearch) { s.Between.End = s.Between.Start }},
		{"backwards", "between.end", func(s *engine.SlotSearch) { s.Between.End = s.Between.Start.Add(-time.Hour) }},
		{"26 weeks in which clocks go back", "", func(s *engine.SlotSearch) { s.Between.End = at("2027-11-08 00:00") }},
		{"a minute more", "between.end", func(s *engine.SlotSearch) { s.Between.End = at("2027-11-08 00:01") }},
		{"wholly in the past", "between.end", func(s *engine.SlotSearch) { s.Now = s.Between.End }},
		{"too little of it left", "between.end", func(s *engine.SlotSearch) { s.Now = s.Between.End.Add(-59 * time.Minute) }},
		{"enough of it left", "", func(s *engine.SlotSearch) { s.Now = s.Between.End.Add(-75 * time.Minute) }},
		{"shorter than a session", "between.end", func(s *engine.SlotSearch) { s.Between.End = s.Between.Start.Add(59 * time.Minute) }},
		{"too far ahead", "between.end", func(s *engine.SlotSearch) { s.Now = s.Between.Start.AddDate(-2, 0, 0) }},
		{"no limit", "first", func(s *engine.SlotSearch) { s.Limit = 0 }},
		{"a series of one", "pattern.occurrences", func(s *engine.SlotSearch) { s.Pattern = &engine.SlotPattern{Occurrences: 1, Every: 1} }},
		{"a series of 27", "pattern.occurrences", func(s *engine.SlotSearch) { s.Pattern = &engine.SlotPattern{Occurrences: 27, Every: 1} }},
		{"a series that fits", "", func(s *engine.SlotSearch) { s.Pattern = &engine.SlotPattern{Occurrences: 2, Every: 1} }},
		{"a series longer than the span", "pattern.occurrences", func(s *engine.SlotSearch) { s.Pattern = &engine.SlotPattern{Occurrences: 3, Every: 1} }},
		{"no rhythm", "pattern.every", func(s *engine.SlotSearch) { s.Pattern = &engine.SlotPattern{Occurrences: 2} }},
		{"too slow a rhythm", "pattern.every", func(s *engine.SlotSearch) { s.Pattern = &engine.SlotPattern{Occurrences: 2, Every: 27} }},
		{"half a monthly rhythm", "pattern.monthly", func(s *engine.SlotSearch) {
			s.Pattern = &engine.SlotPattern{Occurrences: 2, Every: 1, Nth: engine.FirstOfMonth}
		}},
		{"monthly, longer than the span", "pattern.occurrences", func(s *engine.SlotSearch) {
			s.Pattern = &engine.SlotPattern{Occurrences: 2, Every: 1, Nth: engine.FirstOfMonth, Weekday: engine.Monday}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := fine()
			c.change(&s)
			err := s.Validate()
			var known *engine.Error
			if errors.As(err, &known); c.field == "" && err != nil || c.field != "" && (known == nil || known.Field != c.field) {
				t.Errorf("%v, want it to be about %q", err, c.field)
			}
		})
	}
}
