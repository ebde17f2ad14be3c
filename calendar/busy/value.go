package busy

import "strings"

// when is a time as a property tells it: what the wall shows, and where.
type when struct {
	wall wall
	date bool // a whole day, from midnight; RFC 5545 section 3.3.4
	zone zone
}

// instant is when that is, in Unix seconds.
func (w when) instant() int64 { return w.zone.instant(w.wall) }

// in is what a wall in the zone z shows at that time. A date is the same day everywhere.
func (w when) in(z zone) wall {
	if w.date || w.zone == z {
		return w.wall
	}
	return z.wall(w.instant())
}

// length is how long an event lasts: days as the calendar counts them, which
// have 23 or 25 hours when the clock changes, and seconds as they pass
// (RFC 5545 section 3.3.6).
type length struct{ days, seconds int64 }

// maxLength bounds a duration to 100 years, in seconds, so that sums stay small.
const maxLength = 100 * 366 * dayLength

func (l length) total() int64 { return l.days*dayLength + l.seconds }

// end is when something that starts at w and lasts l ends, in Unix seconds.
func (l length) end(w when) int64 {
	return w.zone.instant(w.wall+wall(l.days*dayLength)) + l.seconds
}

// literal is a DATE or DATE-TIME before its zone is known.
type literal struct {
	wall wall
	date bool
	utc  bool
}

var separators = strings.NewReplacer("-", "", ":", "")

// parseLiteral reads RFC 5545 sections 3.3.4 and 3.3.5, and what is often
// written instead: ISO 8601 with separators, no seconds, midnight as 24:00, a
// leap second, small letters, a date with a Z.
func parseLiteral(s string) (l literal, ok bool) {
	s = separators.Replace(strings.ToUpper(strings.TrimSpace(s)))
	s, l.utc = strings.CutSuffix(s, "Z")
	day, clock, timed := strings.Cut(s, "T")
	year, ok1 := digits(day, 0, 4, 1, 9999)
	month, ok2 := digits(day, 4, 6, 1, 12)
	if len(day) != 8 || !ok1 || !ok2 {
		return literal{}, false
	}
	monthDay, ok3 := digits(day, 6, 8, 1, daysIn(year, month))
	if !ok3 {
		return literal{}, false
	}
	l.wall = wall(dayOf(year, month, monthDay) * dayLength)
	if !timed {
		l.date, l.utc = true, false
		return l, true
	}
	if len(clock) == 4 {
		clock += "00"
	}
	hour, ok1 := digits(clock, 0, 2, 0, 24)
	minute, ok2 := digits(clock, 2, 4, 0, 59)
	second, ok3 := digits(clock, 4, 6, 0, 60)
	if len(clock) != 6 || !ok1 || !ok2 || !ok3 || hour == 24 && minute+second > 0 {
		return literal{}, false
	}
	l.wall += wall(hour*3600 + minute*60 + min(second, 59))
	return l, true
}

// digits reads s[from:to] as a number in low..high.
func digits(s string, from, to int, low, high int64) (int64, bool) {
	if len(s) < to {
		return 0, false
	}
	n, ok := number(s[from:to])
	return n, ok && n >= low && n <= high
}

// number reads 1 to 9 digits.
func number(s string) (int64, bool) {
	if s == "" || len(s) > 9 {
		return 0, false
	}
	var n int64
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// signed reads a number with or without a sign in front.
func signed(s string) (int64, bool) {
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 {
		return 0, false
	}
	n, ok := number(digits)
	if strings.HasPrefix(s, "-") {
		n = -n
	}
	return n, ok
}

// parseDuration reads RFC 5545 section 3.3.6, with units in any mix.
func parseDuration(s string) (l length, ok bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	negative := strings.HasPrefix(s, "-")
	s, found := strings.CutPrefix(strings.TrimLeft(s, "+-"), "P")
	if !found || s == "" || s == "T" {
		return length{}, false
	}
	timed := false
	for s != "" {
		if s[0] == 'T' && !timed {
			timed = true
			s = s[1:]
			continue
		}
		i := strings.IndexAny(s, "WDHMS")
		if i < 0 {
			return length{}, false
		}
		n, ok := number(s[:i])
		if !ok {
			return length{}, false
		}
		switch unit := s[i]; {
		case unit == 'W' && !timed:
			l.days += 7 * n
		case unit == 'D' && !timed:
			l.days += n
		case unit == 'H' && timed:
			l.seconds += 3600 * n
		case unit == 'M' && timed:
			l.seconds += 60 * n
		case unit == 'S' && timed:
			l.seconds += n
		default:
			return length{}, false
		}
		s = s[i+1:]
	}
	l.days, l.seconds = min(l.days, maxLength/dayLength), min(l.seconds, maxLength)
	if negative {
		l.days, l.seconds = -l.days, -l.seconds
	}
	return l, true
}

// parseOffset reads a UTC-OFFSET (RFC 5545 section 3.3.14) in seconds.
func parseOffset(s string) (int64, bool) {
	s = strings.ReplaceAll(strings.TrimSpace(s), ":", "")
	if len(s) != 5 && len(s) != 7 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	hours, ok1 := digits(s, 1, 3, 0, 23)
	minutes, ok2 := digits(s, 3, 5, 0, 59)
	seconds, ok3 := int64(0), true
	if len(s) == 7 {
		seconds, ok3 = digits(s, 5, 7, 0, 59)
	}
	n := hours*3600 + minutes*60 + seconds
	if s[0] == '-' {
		n = -n
	}
	return n, ok1 && ok2 && ok3
}
