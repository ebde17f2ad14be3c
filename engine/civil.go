package engine

import (
	"fmt"
	"time"
)

// Date is a calendar day in the form 2006-01-02; "" means unknown or open. Two
// dates compare as strings.
type Date string

// ParseDate checks the form and that the day exists (years 0001..9999).
func ParseDate(s string) (Date, error) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", fmt.Errorf("%.20q is not a day in the form 2006-01-02", s)
	}
	return Date(s), nil
}

// DateOf is the local day on which the instant falls.
func DateOf(t time.Time, zone *time.Location) Date {
	return Date(t.In(zone).Format(time.DateOnly))
}

// AddDays moves by whole days. The zero date stays unknown.
func (d Date) AddDays(n int) Date {
	if d == "" {
		return ""
	}
	return Date(d.noonUTC().AddDate(0, 0, n).Format(time.DateOnly))
}

// AddMonths moves by whole months; where the target month is too short, to its
// last day (31 January plus one month is 28 or 29 February).
func (d Date) AddMonths(n int) Date {
	if d == "" {
		return ""
	}
	y, m, day := d.noonUTC().Date()
	last := time.Date(y, m+time.Month(n)+1, 0, 12, 0, 0, 0, time.UTC)
	return Date(last.AddDate(0, 0, min(day, last.Day())-last.Day()).Format(time.DateOnly))
}

// Weekday is the day of the week.
func (d Date) Weekday() Weekday { return weekdays[d.noonUTC().Weekday()] }

// ISOWeek is the ISO 8601 week number, 1..53.
func (d Date) ISOWeek() int {
	_, week := d.noonUTC().ISOWeek()
	return week
}

// Monday is the first day of the ISO week that holds d.
func (d Date) Monday() Date {
	return d.AddDays(-(int(d.noonUTC().Weekday()) + 6) % 7)
}

// YearsUntil counts completed years from d (a birth date) on the given day.
func (d Date) YearsUntil(on Date) int {
	born, then := d.noonUTC(), on.noonUTC()
	years := then.Year() - born.Year()
	if then.Month() < born.Month() || then.Month() == born.Month() && then.Day() < born.Day() {
		years--
	}
	return years
}

// DaysUntil counts the days from d to the other day, negative when it is past.
func (d Date) DaysUntil(other Date) int {
	return int(other.noonUTC().Sub(d.noonUTC()) / (24 * time.Hour))
}

// Scan reads a database date. It makes Date a database/sql Scanner without this
// package knowing of databases.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = ""
	case time.Time:
		*d = Date(v.Format(time.DateOnly))
	case string:
		*d = Date(v)
	case []byte:
		*d = Date(v)
	default:
		return fmt.Errorf("cannot read a date from %T", src)
	}
	return nil
}

// noonUTC is noon of the day in UTC, the zero time when there is no such day. It
// reads the digits itself: dates are read all the time, and time.Parse takes
// longer than what is done with them.
func (d Date) noonUTC() time.Time {
	if len(d) != len(time.DateOnly) || d[4] != '-' || d[7] != '-' {
		return time.Time{}
	}
	number := func(digits Date) (n int) {
		for _, c := range []byte(digits) {
			if c < '0' || c > '9' {
				return -1
			}
			n = 10*n + int(c-'0')
		}
		return n
	}
	year, month, day := number(d[:4]), time.Month(number(d[5:7])), number(d[8:])
	if year < 0 || month < 0 || day < 0 {
		return time.Time{}
	}
	t := time.Date(year, month, day, 12, 0, 0, 0, time.UTC)
	if y, m, n := t.Date(); y != year || m != month || n != day {
		return time.Time{}
	}
	return t
}

// Valid is the half-open range of days [From, To); "" is open on that side.
type Valid struct {
	From Date
	To   Date
}

// On reports whether the day lies in the range.
func (v Valid) On(d Date) bool {
	return (v.From == "" || v.From <= d) && (v.To == "" || d < v.To)
}

// interval is the span of instants the range covers, with open ends at the
// bounds of the horizon.
func (v Valid) interval(horizon Interval, zone *time.Location) Interval {
	out := horizon
	if v.From != "" {
		out.Start = later(out.Start, Instant(v.From, "00:00", zone))
	}
	if v.To != "" {
		out.End = earlier(out.End, Instant(v.To, "00:00", zone))
	}
	return out
}

// WallTime is a time of day in the form 15:04, from 00:00 to 24:00. Two wall
// times compare as strings.
type WallTime string

// ParseWallTime checks the form; 24:00 is the end of the day.
func ParseWallTime(s string) (WallTime, error) {
	if s == "24:00" {
		return WallTime(s), nil
	}
	if t, err := time.Parse("15:04", s); err != nil || t.Format("15:04") != s {
		return "", fmt.Errorf("%.20q is not a time of day in the form 15:04", s)
	}
	return WallTime(s), nil
}

// Scan reads a database time of day and forgets its seconds.
func (w *WallTime) Scan(src any) error {
	var s string
	switch v := src.(type) {
	case string:
		s = v
	case []byte:
		s = string(v)
	default:
		return fmt.Errorf("cannot read a time of day from %T", src)
	}
	if len(s) < 5 {
		return fmt.Errorf("cannot read a time of day from %d characters", len(s))
	}
	*w = WallTime(s[:5])
	return nil
}

func (w WallTime) minutes() int {
	if len(w) != 5 {
		return 0
	}
	return int(w[0]-'0')*600 + int(w[1]-'0')*60 + int(w[3]-'0')*10 + int(w[4]-'0')
}

// Weekday is a day of the week.
type Weekday string

// The days of the week, in ISO order.
const (
	Monday    Weekday = "MONDAY"
	Tuesday   Weekday = "TUESDAY"
	Wednesday Weekday = "WEDNESDAY"
	Thursday  Weekday = "THURSDAY"
	Friday    Weekday = "FRIDAY"
	Saturday  Weekday = "SATURDAY"
	Sunday    Weekday = "SUNDAY"
)

var weekdays = [7]Weekday{Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday}

// Instant is the moment at which clocks in the zone show the wall time on the
// day. A wall time that does not exist (the spring gap) is the moment of the
// change, so a window inside the gap has no length. A wall time that occurs
// twice (the autumn overlap) is the first occurrence, as RFC 5545 3.3.5 has it.
// time.Date promises neither, and time.ZoneBounds is wrong after 2037.
func Instant(d Date, w WallTime, zone *time.Location) time.Time {
	wall := d.noonUTC().Add(time.Duration(w.minutes())*time.Minute - 12*time.Hour)
	before, after := offset(wall.Add(-24*time.Hour), zone), offset(wall.Add(24*time.Hour), zone)
	// An offset is right when it holds at the moment it gives. The larger one
	// gives the earlier moment, hence the first occurrence.
	early, late := wall.Add(-max(before, after)), wall.Add(-min(before, after))
	switch {
	case offset(early, zone) == max(before, after):
		return early
	case offset(late, zone) == min(before, after):
		return late
	}
	for late.Sub(early) > time.Second { // the change lies between them
		if middle := early.Add(late.Sub(early) / 2); offset(middle, zone) == before {
			early = middle
		} else {
			late = middle
		}
	}
	return late.Truncate(time.Second)
}

func offset(at time.Time, zone *time.Location) time.Duration {
	_, seconds := at.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}

// Exists reports whether clocks in the zone show the wall time on that day; it
// is false in the spring gap.
func Exists(d Date, w WallTime, zone *time.Location) bool {
	local := Instant(d, w, zone).In(zone)
	return local.Hour() == w.minutes()/60%24 && local.Minute() == w.minutes()%60
}
