package engine

import (
	"cmp"
	"slices"
	"time"
)

// Availability expands weekly rules into the instants of the horizon in which
// an expert can be asked: rules that suit the mode and the travel time, minus
// blackouts. Wall time is kept over daylight-saving changes: 16:00 stays 16:00.
func Availability(rules []AvailabilityRule, blackouts []Interval, horizon Interval, zone *time.Location, suits func(AvailabilityRule) bool) []Interval {
	return availability(localDays(horizon, zone), rules, blackouts, horizon, zone, suits)
}

// localDay is a day with what weekly rules ask of it.
type localDay struct {
	date    Date
	weekday Weekday
	week    int // ISO 8601
}

// localDays are the days on which a window that touches the horizon may begin.
func localDays(horizon Interval, zone *time.Location) []localDay {
	if horizon.Empty() {
		return nil
	}
	var out []localDay
	last := DateOf(horizon.End, zone)
	// One day early: a window may have begun on the day before the horizon.
	for day := DateOf(horizon.Start, zone).AddDays(-1); day <= last; day = day.AddDays(1) {
		out = append(out, localDay{date: day, weekday: day.Weekday(), week: day.ISOWeek()})
	}
	return out
}

// availability is [Availability] on the days of the horizon, which are the same
// for all candidates.
func availability(days []localDay, rules []AvailabilityRule, blackouts []Interval, horizon Interval, zone *time.Location, suits func(AvailabilityRule) bool) []Interval {
	var open []Interval
	for _, day := range days {
		for _, r := range rules {
			if r.Weekday == day.weekday && r.Parity.includes(day.week) && r.On(day.date) && suits(r) {
				window := Interval{Start: Instant(day.date, r.Starts, zone), End: Instant(day.date, r.Ends, zone)}
				open = append(open, window.Intersect(horizon))
			}
		}
	}
	return Subtract(Merge(open), Merge(blackouts))
}

// wish is a window in which a requester would like one of the needed sessions.
type wish struct {
	Window     Interval
	Occurrence int // 0, 1, … of the sessions needed
}

// weeksAhead is how far the weekly windows of a single session are looked at. A
// relation or series is looked at to its end.
const weeksAhead = 12

// expand turns wishes into windows from now on, and tells how many sessions the
// availability of an expert is measured against. For concrete options, and for
// the weekly windows of a single session, every window is an occurrence of its
// own. For a relation or series the windows of one period, of as many weeks as
// the rhythm has, are one occurrence; so many are needed as were asked for and
// lie inside the needed period.
func (w Wishes) expand(length time.Duration, now time.Time, zone *time.Location) (out []wish, needed int) {
	if len(w.Windows) == 0 {
		for _, o := range w.sortedOptions() {
			if o.Start = later(o.Start, now); !o.Empty() {
				out = append(out, wish{Window: o, Occurrence: len(out)})
			}
		}
		return out, max(1, w.Occurrences)
	}
	from, until := max(w.From, DateOf(now, zone)), w.Until
	if end := DateOf(now, zone).AddDays(maxAheadDays); until == "" || until > end {
		until = end
	}
	if !w.roomOn(from, length, now, zone) {
		// Else a series that is asked for in the evening would lack its first
		// session, for everybody.
		from = from.AddDays(1)
	}
	oneOff, every, periods := w.Occurrences <= 1, max(1, w.EveryWeeks), w.Occurrences
	if oneOff {
		periods = (weeksAhead + every - 1) / every
	}
	windows := w.sortedWindows()
	for p := range periods {
		asked := false
		for d := range 7 {
			day := from.AddDays(7*every*p + d)
			if day > until {
				break
			}
			weekday := day.Weekday()
			for _, win := range windows {
				if win.Weekday != weekday {
					continue
				}
				asked = true
				span := Interval{Start: later(Instant(day, win.Starts, zone), now), End: Instant(day, win.Ends, zone)}
				if span.Empty() {
					continue
				}
				occurrence := p
				if oneOff {
					occurrence = len(out)
				}
				out = append(out, wish{Window: span, Occurrence: occurrence})
			}
		}
		if !asked {
			break // a week holds every weekday: what follows lies beyond the period
		}
		needed++
	}
	if oneOff {
		needed = 1
	}
	return out, max(1, needed)
}

// roomOn reports whether a window of that day still has room for a session.
func (w Wishes) roomOn(day Date, length time.Duration, now time.Time, zone *time.Location) bool {
	return slices.ContainsFunc(w.Windows, func(win WeekWindow) bool {
		left := Interval{Start: later(Instant(day, win.Starts, zone), now), End: Instant(day, win.Ends, zone)}
		return win.Weekday == day.Weekday() && left.Duration() >= length
	})
}

// sortedOptions and sortedWindows leave out what was given twice: it is no second
// choice.
func (w Wishes) sortedOptions() []Interval {
	out := slices.Clone(w.Options)
	slices.SortFunc(out, func(a, b Interval) int {
		return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End))
	})
	return slices.CompactFunc(out, func(a, b Interval) bool { return a.Start.Equal(b.Start) && a.End.Equal(b.End) })
}

func (w Wishes) sortedWindows() []WeekWindow {
	out := slices.Clone(w.Windows)
	slices.SortFunc(out, func(a, b WeekWindow) int {
		return cmp.Or(cmp.Compare(a.Starts, b.Starts), cmp.Compare(a.Ends, b.Ends), cmp.Compare(a.Weekday, b.Weekday))
	})
	return slices.Compact(out)
}
