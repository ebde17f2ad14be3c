package engine_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"expex/engine"
)

// slotWeeks are weeks worth a search: of both changes of the clocks, of week 53
// of 2026 and of an ordinary one.
var slotWeeks = []engine.Date{"2027-03-22", "2027-10-25", "2026-12-21", "2027-05-10"}

// drawSearch draws a search that passes its validation, over days to weeks, with
// data to the minute and sometimes to the second.
func drawSearch(t *rapid.T) engine.SlotSearch {
	monday := rapid.SampledFrom(slotWeeks).Draw(t, "week")
	minutes := func(label string, from, to int) time.Duration {
		return time.Duration(rapid.IntRange(from, to).Draw(t, label)) * time.Minute
	}
	// Instants are drawn near the night of the change more often than elsewhere.
	moment := func(label string) time.Time {
		if rapid.Bool().Draw(t, label+" in the night") {
			return engine.Instant(monday.AddDays(6), "02:00", amsterdam).Add(minutes(label, -5*60, 6*60))
		}
		return engine.Instant(monday, "00:00", amsterdam).Add(minutes(label, -3*24*60, 18*24*60))
	}
	s := engine.SlotSearch{
		Zone: amsterdam, Limit: 1 << 30, Online: rarely(t, "online"),
		Minutes: rapid.SampledFrom([]int{15, 20, 50, 60, 60, 90, 180, 720}).Draw(t, "minutes"),
		Between: engine.Interval{Start: moment("from")},
	}
	s.Now = s.Between.Start.Add(-minutes("now", -60, 600))
	s.Between.End = later(s.Between.Start, s.Now).Add(time.Duration(s.Minutes)*time.Minute + 15*time.Minute + minutes("span", 0, 16*24*60))
	for n := range rapid.IntRange(1, 6).Draw(t, "experts") {
		s.Calendars = append(s.Calendars, drawCalendar(t, engine.ExpertID(fmt.Sprint("e", n)), moment, minutes))
	}
	if err := s.Validate(); err != nil {
		t.Fatalf("the generator made a search that nobody could ask: %v", err)
	}
	return s
}

func drawCalendar(t *rapid.T, id engine.ExpertID, moment func(string) time.Time, minutes func(string, int, int) time.Duration) engine.Calendar {
	c := engine.Calendar{Expert: id, TravelBufferMinutes: rapid.SampledFrom([]int{0, 15, 30, 37}).Draw(t, "buffer")}
	if rapid.Bool().Draw(t, "way known") {
		c.TravelMinutes, c.MaxTravelMinutes = ptr(rapid.IntRange(0, 50).Draw(t, "way")), rapid.SampledFrom([]int{0, 45}).Draw(t, "limit")
	}
	if rapid.IntRange(0, 2).Draw(t, "own hours") > 0 {
		for range rapid.IntRange(1, 9).Draw(t, "rules") {
			starts := rapid.OneOf(rapid.IntRange(0, 23*60), rapid.IntRange(0, 4*60)).Draw(t, "opens")
			if rapid.Bool().Draw(t, "on a quarter") {
				starts -= starts % 15
			}
			r := hours(drawWeekday(t), wall(starts), wall(min(24*60, starts+rapid.IntRange(1, 16*60).Draw(t, "closes"))))
			r.Parity = rapid.SampledFrom([]engine.Parity{engine.EveryWeek, engine.EveryWeek, engine.OddWeeks, engine.EvenWeeks}).Draw(t, "parity")
			r.Mode = rapid.SampledFrom([]engine.Mode{engine.Both, engine.Both, engine.Both, engine.InPerson, engine.Online}).Draw(t, "mode")
			r.MaxTravelMinutes = rapid.SampledFrom([]int{0, 0, 0, 30}).Draw(t, "rule way")
			if rarely(t, "dated") {
				r.From = engine.DateOf(moment("rule from"), amsterdam)
				r.To = r.From.AddDays(rapid.IntRange(1, 20).Draw(t, "rule to"))
			}
			c.Rules = append(c.Rules, r)
		}
	} else {
		c.Rules = atAnyHour()
	}
	for range rapid.IntRange(0, 4).Draw(t, "closed") {
		start := moment("closed from").Add(time.Duration(rapid.SampledFrom([]int{0, 0, 0, 30}).Draw(t, "seconds")) * time.Second)
		span := engine.Interval{Start: start, End: start.Add(minutes("closed for", 1, 30*60))}
		if rapid.Bool().Draw(t, "booked") {
			c.Busy = append(c.Busy, span)
		} else {
			c.Blackouts = append(c.Blackouts, span)
		}
	}
	return c
}

// commonSpans is the readable answer to "when are all of them open?": the algebra
// of intervals.
func commonSpans(s engine.SlotSearch) []engine.Interval {
	span := s.Between
	if span.Start.Before(s.Now) {
		span.Start = s.Now.Add(15*time.Minute - 1).Truncate(15 * time.Minute)
	}
	common := []engine.Interval{span}
	for _, c := range s.Calendars {
		suits := func(r engine.AvailabilityRule) bool {
			near := c.TravelMinutes == nil ||
				(c.MaxTravelMinutes == 0 || *c.TravelMinutes <= c.MaxTravelMinutes) && (r.MaxTravelMinutes == 0 || *c.TravelMinutes <= r.MaxTravelMinutes)
			return near && r.Mode.Allows(s.Online)
		}
		open := engine.Availability(c.Rules, c.Blackouts, span, s.Zone, suits)
		open = engine.Subtract(open, engine.Pad(c.Busy, time.Duration(c.TravelBufferMinutes)*time.Minute, 0))
		common = engine.Intersect(common, open)
	}
	return common
}

// quarterStarts gives the instants in a span that clocks show as a quarter of an
// hour, each wall time once.
func quarterStarts(span engine.Interval) []time.Time {
	var out []time.Time
	for day := engine.DateOf(span.Start, amsterdam); day <= engine.DateOf(span.End, amsterdam); day = day.AddDays(1) {
		for minute := 0; minute < 24*60; minute += 15 {
			if at := engine.Instant(day, wall(minute), amsterdam); engine.Exists(day, wall(minute), amsterdam) && !at.Before(span.Start) && at.Before(span.End) {
				out = append(out, at)
			}
		}
	}
	return out
}

// named reports whether wall time can name the instant: the hour that comes
// twice names its first.
func named(at time.Time) bool {
	return at.In(amsterdam).Format(time.DateTime) != at.Add(-time.Hour).In(amsterdam).Format(time.DateTime)
}

// readableStarts is what FindSlots promises, by its definition.
func readableStarts(s engine.SlotSearch) []time.Time {
	var out []time.Time
	length := time.Duration(s.Minutes) * time.Minute
	for _, span := range commonSpans(s) {
		var fit []time.Time
		for _, at := range quarterStarts(span) {
			if !at.Add(length).After(span.End) {
				fit = append(fit, at)
			}
		}
		if len(fit) == 0 && named(span.Start) && !span.Start.Add(length).After(span.End) {
			fit = append(fit, span.Start)
		}
		out = append(out, fit...)
	}
	return out
}

func starts(a engine.SlotAnswer) []time.Time {
	var out []time.Time
	for _, p := range a.Proposals {
		out = append(out, p.Dates[0].Slot.Start)
	}
	return out
}

func TestSlotsAreThoseOfTheAlgebraOfIntervals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSearch(t)
		got, want := engine.FindSlots(s), readableStarts(s)
		if !slices.EqualFunc(starts(got), want, time.Time.Equal) || got.Total != len(want) {
			t.Fatalf("found %d\n%v\nwant\n%v\nin %v", got.Total, starts(got), want, commonSpans(s))
		}
		if (got.Total == 0) != (len(got.Obstacles) > 0) {
			t.Fatalf("%d slots and the obstacles %v", got.Total, got.Obstacles)
		}
		for _, p := range got.Proposals {
			if slot := p.Dates[0].Slot; slot.Duration() != time.Duration(s.Minutes)*time.Minute || p.Fitting != 1 || len(p.Dates) != 1 {
				t.Fatalf("%+v is no session of %d minutes", p, s.Minutes)
			}
		}
	})
}

func TestALimitCutsTheSlotsAndNotTheCount(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSearch(t)
		all := engine.FindSlots(s)
		s.Limit = rapid.IntRange(1, 20).Draw(t, "limit")
		some := engine.FindSlots(s)
		if some.Total != all.Total || !slices.EqualFunc(starts(some), starts(all)[:min(s.Limit, all.Total)], time.Time.Equal) {
			t.Fatalf("%d of %d with limit %d", len(some.Proposals), some.Total, s.Limit)
		}
	})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// readableSeries lists the series of a search as its comment has it: for every
// day and quarter that can be the first, how many dates fit.
func readableSeries(s engine.SlotSearch) []string {
	spans := commonSpans(s)
	length := time.Duration(s.Minutes) * time.Minute
	fits := func(day engine.Date, minute int) bool {
		slot := engine.Interval{Start: engine.Instant(day, wall(minute), amsterdam)}
		slot.End = slot.Start.Add(length)
		return engine.Exists(day, wall(minute), amsterdam) && slices.ContainsFunc(spans, func(span engine.Interval) bool { return span.Contains(slot) })
	}
	p := s.Pattern
	var out []string
	for lacking := range p.Occurrences {
		if lacking > 0 && p.AllOrNothing {
			break
		}
		for day := engine.DateOf(later(s.Between.Start, s.Now), amsterdam); day <= engine.DateOf(s.Between.End, amsterdam); day = day.AddDays(1) {
			dates := seriesFrom(*p, day)
			if dates == nil {
				continue
			}
			for minute := 0; minute < 24*60; minute += 15 {
				if engine.Instant(dates[len(dates)-1], wall(minute), amsterdam).Add(length).After(s.Between.End) || !fits(day, minute) {
					continue
				}
				text, n := "", 0
				for _, date := range dates {
					text += fmt.Sprintf(" %s %s %t", date, wall(minute), fits(date, minute))
					if !fits(date, minute) {
						n++
					}
				}
				if n == lacking {
					out = append(out, text)
				}
			}
		}
	}
	return out
}

// seriesFrom gives the dates of the series that begins on a day, nil when none
// does.
func seriesFrom(p engine.SlotPattern, day engine.Date) []engine.Date {
	if p.Nth == "" {
		var dates []engine.Date
		for n := range p.Occurrences {
			dates = append(dates, day.AddDays(7*p.Every*n))
		}
		return dates
	}
	var dates []engine.Date
	for month := day[:8] + "01"; len(dates) < p.Occurrences; month = month.AddMonths(p.Every) {
		var equal []engine.Date // the days of the month on that weekday
		for d := month; d[:7] == month[:7]; d = d.AddDays(1) {
			if d.Weekday() == p.Weekday {
				equal = append(equal, d)
			}
		}
		n := map[engine.Nth]int{engine.FirstOfMonth: 0, engine.SecondOfMonth: 1, engine.ThirdOfMonth: 2, engine.FourthOfMonth: 3, engine.LastOfMonth: len(equal) - 1}[p.Nth]
		dates = append(dates, equal[n])
	}
	if dates[0] != day {
		return nil
	}
	return dates
}

func seriesOf(a engine.SlotAnswer) []string {
	var out []string
	for _, p := range a.Proposals {
		local := p.Dates[0].Slot.Start.In(amsterdam).Format("15:04")
		text := ""
		for _, d := range p.Dates {
			text += fmt.Sprintf(" %s %s %t", d.Date, local, len(d.Obstacles) == 0)
		}
		out = append(out, text)
	}
	return out
}

func TestSeriesAreThoseOfTheAlgebraOfIntervals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSearch(t)
		s.Calendars = s.Calendars[:min(2, len(s.Calendars))]
		p := engine.SlotPattern{Occurrences: 2, AllOrNothing: rapid.Bool().Draw(t, "all or nothing")}
		days := 16 // in which two sessions fit, two weeks or two months apart
		if rapid.Bool().Draw(t, "monthly") {
			p.Every = rapid.IntRange(1, 2).Draw(t, "every months")
			p.Nth = rapid.SampledFrom([]engine.Nth{engine.FirstOfMonth, engine.FourthOfMonth, engine.LastOfMonth}).Draw(t, "nth")
			p.Weekday = drawWeekday(t)
			days = 31 + 62 + 7*p.Every
		} else {
			p.Every = rapid.IntRange(1, 2).Draw(t, "every weeks")
		}
		s.Between.End = later(s.Between.End, later(s.Between.Start, s.Now).AddDate(0, 0, rapid.IntRange(days, 100+7*p.Every).Draw(t, "days")))
		s.Pattern = &p
		var fit []int
		for n := 2; n <= 4; n++ {
			if p.Occurrences = n; s.Validate() == nil {
				fit = append(fit, n)
			}
		}
		p.Occurrences = rapid.SampledFrom(fit).Draw(t, "sessions")
		if err := s.Validate(); err != nil {
			t.Fatal(err)
		}
		got, want := engine.FindSlots(s), readableSeries(s)
		if !slices.Equal(seriesOf(got), want) || got.Total != len(want) {
			t.Fatalf("found %d\n%q\nwant %d\n%q", got.Total, seriesOf(got), len(want), want)
		}
	})
}

// readableObstacle is why an expert cannot do a slot, "" when she can: by the
// algebra of intervals on her hours as they are, without what closes them, and
// without what does not suit.
func readableObstacle(s engine.SlotSearch, expert engine.ExpertID, slot engine.Interval) engine.SlotObstacleCode {
	i := slices.IndexFunc(s.Calendars, func(c engine.Calendar) bool { return c.Expert == expert })
	can := func(c engine.Calendar) bool {
		s.Calendars = []engine.Calendar{c}
		return slices.ContainsFunc(commonSpans(s), func(span engine.Interval) bool { return span.Contains(slot) })
	}
	c := s.Calendars[i]
	if can(c) {
		return ""
	}
	c.Busy, c.Blackouts = nil, nil
	if can(c) {
		return engine.Taken
	}
	c.MaxTravelMinutes, c.Rules = 0, slices.Clone(c.Rules)
	for n := range c.Rules {
		c.Rules[n].Mode, c.Rules[n].MaxTravelMinutes = engine.Both, 0
	}
	if can(c) {
		return engine.NotThere
	}
	return engine.NoHours
}

func TestADateThatDoesNotFitSaysWhy(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSearch(t)
		s.Between.End = later(s.Between.End, s.Now.AddDate(0, 0, 30))
		s.Pattern = &engine.SlotPattern{Occurrences: 3, Every: 1}
		s.Limit = 30
		for _, p := range engine.FindSlots(s).Proposals {
			for _, d := range p.Dates {
				var want []engine.SlotObstacle
				if d.Slot == nil {
					want = []engine.SlotObstacle{{Code: engine.NoSuchTime}}
				} else {
					for _, c := range s.Calendars {
						if code := readableObstacle(s, c.Expert, *d.Slot); code != "" {
							want = append(want, engine.SlotObstacle{Code: code, Expert: c.Expert})
						}
					}
				}
				if !slices.Equal(d.Obstacles, want) || d.Fits() != (want == nil) {
					t.Fatalf("%s: %v, want %v", d.Date, d.Obstacles, want)
				}
			}
		}
	})
}

// A slot that is found and one that is asked for are judged alike: the rules of
// time find nothing in its way.
func TestTheRulesOfTimeAllowEverySlot(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		in.Candidates = in.Candidates[:min(3, len(in.Candidates))]
		s := engine.SlotSearch{
			Now: in.Now, Zone: in.Zone, Between: engine.Interval{Start: in.Now, End: in.Now.AddDate(0, 0, 21)},
			Minutes: in.Request.Minutes, Online: in.Request.Online, Limit: 30,
		}
		for _, c := range in.Candidates {
			calendar := engine.Calendar{Expert: c.Expert, Rules: c.Rules, Blackouts: c.Blackouts, TravelBufferMinutes: in.Policy.TravelBufferMinutes, MaxTravelMinutes: c.MaxTravelMinutes}
			for _, b := range c.Booked {
				calendar.Busy = append(calendar.Busy, b.Busy)
			}
			if minutes := known(in, c); !s.Online && minutes > 0 {
				calendar.TravelMinutes = &minutes
			}
			s.Calendars = append(s.Calendars, calendar)
		}
		for _, p := range engine.FindSlots(s).Proposals {
			_, codes := engine.Check(in, *p.Dates[0].Slot)
			for _, code := range []engine.RuleCode{"NOT_AVAILABLE", "OVERLAP", "TRAVEL_LIMIT"} {
				if slices.Contains(codes, code) {
					t.Fatalf("%s is found and forbidden by %s", slotText(*p.Dates[0].Slot), code)
				}
			}
		}
	})
}
