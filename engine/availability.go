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
	if horizon.Empty() {
		return nil
	}
	var open []Interval
	last := DateOf(horizon.End, zone)
	// One day early: a window may have begun on the day before the horizon.
	for day := DateOf(horizon.Start, zone).AddDays(-1); day <= last; day = day.AddDays(1) {
		weekday, week := day.Weekday(), day.ISOWeek()
		for _, r := range rules {
			if r.Weekday == weekday && r.Parity.includes(week) && r.On(day) && suits(r) {
				window := Interval{Start: Instant(day, r.Starts, zone), End: Instant(day, r.Ends, zone)}
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

// weeksAhead is how far a relation or series is looked at.
const weeksAhead = 12

// maxWishes bounds the expansion of weekly windows into options. No valid request
// comes to it: cutting a series short would cost everybody its last weeks.
const maxWishes = weeksAhead * maxWindows

// expand turns wishes into windows from now on. For concrete options, and for
// the weekly windows of a one-off, every window is an occurrence of its own;
// for a relation or series the windows of one period are one occurrence.
func (w Wishes) expand(length time.Duration, now time.Time, zone *time.Location) []wish {
	var out []wish
	if len(w.Windows) == 0 {
		options := slices.Clone(w.Options)
		slices.SortFunc(options, func(a, b Interval) int {
			return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End))
		})
		for _, o := range options {
			if o.Start = later(o.Start, now); !o.Empty() {
				out = append(out, wish{Window: o, Occurrence: len(out)})
			}
		}
		return out
	}
	from := max(w.From, DateOf(now, zone))
	if !w.roomOn(from, length, now, zone) {
		// Else a series that is asked for in the evening would lack its first
		// session, for everybody.
		from = from.AddDays(1)
	}
	windows := w.sortedWindows()
	oneOff := w.Occurrences <= 1
	every := max(1, w.EveryWeeks)
	periods := (weeksAhead + every - 1) / every
	if !oneOff {
		periods = min(periods, w.Occurrences)
	}
	for p := range periods {
		for d := range 7 {
			day := from.AddDays(7*every*p + d)
			if w.Until != "" && day > w.Until {
				return out
			}
			for _, win := range windows {
				if win.Weekday != day.Weekday() || len(out) == maxWishes {
					continue
				}
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
	}
	return out
}

// roomOn reports whether a window of that day still has room for a session.
func (w Wishes) roomOn(day Date, length time.Duration, now time.Time, zone *time.Location) bool {
	return slices.ContainsFunc(w.Windows, func(win WeekWindow) bool {
		left := Interval{Start: later(Instant(day, win.Starts, zone), now), End: Instant(day, win.Ends, zone)}
		return win.Weekday == day.Weekday() && left.Duration() >= length
	})
}

// needed is how many sessions the availability of an expert is measured
// against.
func (w Wishes) needed() int {
	n := max(1, w.Occurrences)
	if len(w.Windows) == 0 {
		return n
	}
	every := max(1, w.EveryWeeks)
	return min(n, (weeksAhead+every-1)/every)
}

func (w Wishes) sortedWindows() []WeekWindow {
	out := slices.Clone(w.Windows)
	slices.SortFunc(out, func(a, b WeekWindow) int {
		return cmp.Or(cmp.Compare(a.Starts, b.Starts), cmp.Compare(a.Ends, b.Ends), cmp.Compare(a.Weekday, b.Weekday))
	})
	return out
}
