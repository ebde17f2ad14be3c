package engine

import (
	"slices"
	"time"
)

// Rhythm is how the sessions of a series come back, in wall time: a recurrence
// of RFC 5545 3.3.10 with FREQ=WEEKLY;INTERVAL=Every, or with Nth and Weekday
// FREQ=MONTHLY;INTERVAL=Every;BYDAY. The first date is the first session and
// counts (3.8.5.3); Until belongs to it (3.3.10).
type Rhythm struct {
	Every   int     // 1 to 26 weeks, or months with Nth
	Nth     Nth     // of a month; "" = on the weekday of the first date
	Weekday Weekday // with Nth
	Count   int     // sessions, 1 to 104; 0 = by Until
	Until   Date    // "" = by Count
}

// maxRhythmDates bounds a series: two years of weeks.
const maxRhythmDates = 104

// Validate reports the first thing that cannot stand, as INVALID with the field,
// the problem and the fix. A first date that the rhythm does not name would be a
// session outside of it, which RFC 5545 leaves undefined: it is refused.
func (r Rhythm) Validate(first Date) error {
	monthly := r.Nth != "" || r.Weekday != ""
	switch {
	case r.Every < 1 || r.Every > maxSlotWeeks:
		return Invalid("plan.rhythm.every", "is %d; give 1 (each week, or each month) to %d", r.Every, maxSlotWeeks)
	case monthly && (!slices.Contains(nths, r.Nth) || !slices.Contains(weekdays[:], r.Weekday)):
		return Invalid("plan.rhythm.monthly", "is not whole; say which weekday of the month, such as the second Tuesday")
	case monthly && r.inMonth(first) != first:
		return Invalid("plan.date", "is not the %s %s of its month, as the rhythm says; begin on such a day", r.Nth, r.Weekday)
	case (r.Count == 0) == (r.Until == ""):
		return Invalid("plan.rhythm.count", "must be given, or until, and not both")
	case r.Count < 0 || r.Count > maxRhythmDates:
		return Invalid("plan.rhythm.count", "is %d; give 1 to %d sessions", r.Count, maxRhythmDates)
	case r.Until != "" && r.Until < first:
		return Invalid("plan.rhythm.until", "is before the first date; give a later day")
	case len(r.Dates(first)) > maxRhythmDates:
		return Invalid("plan.rhythm.until", "makes more than %d sessions; give an earlier day", maxRhythmDates)
	}
	return nil
}

// Dates gives the days of a valid rhythm, in order. Their number is that of the
// rule: a date whose wall time clocks skip is among them, although 3.3.10 leaves
// such an instance out and goes on counting. Who plans six meetings shall hear
// of the one that cannot be, and not get another week in its place.
func (r Rhythm) Dates(first Date) []Date {
	var out []Date
	for day := first; ; day = r.next(day) {
		if r.Count > 0 && len(out) == r.Count || r.Until != "" && day > r.Until || len(out) > maxRhythmDates {
			return out
		}
		out = append(out, day)
	}
}

func (r Rhythm) next(day Date) Date {
	if r.Nth == "" {
		return day.AddDays(7 * r.Every)
	}
	return r.inMonth((day[:len("2006-01")] + "-01").AddMonths(r.Every))
}

// inMonth is the day of the rhythm in the month of a day.
func (r Rhythm) inMonth(of Date) Date {
	first := of[:len("2006-01")] + "-01"
	if r.Nth == LastOfMonth {
		last := first.AddMonths(1).AddDays(-1)
		return last.AddDays(-(daysFrom(r.Weekday, last.Weekday())))
	}
	return first.AddDays(daysFrom(first.Weekday(), r.Weekday) + 7*slices.Index(nths, r.Nth))
}

// daysFrom counts the days from one weekday on to the next other one, 0 to 6.
func daysFrom(one, other Weekday) int {
	return (slices.Index(weekdays[:], other) - slices.Index(weekdays[:], one) + 7) % 7
}

// SlotOn is the session that begins at a wall time of a day: the first
// occurrence of one that comes twice (RFC 5545 3.3.5), nil for one that clocks
// skip. The length is elapsed time, as for DTEND in 3.8.5.3: every session of a
// series is as long as the first, and so are the hours paid.
func SlotOn(day Date, at WallTime, length time.Duration, zone *time.Location) *Interval {
	if !Exists(day, at, zone) {
		return nil
	}
	start := Instant(day, at, zone)
	return &Interval{Start: start, End: start.Add(length)}
}

// wallOf is the wall time of an instant, without its seconds.
func wallOf(t time.Time, zone *time.Location) WallTime { return WallTime(t.In(zone).Format("15:04")) }
