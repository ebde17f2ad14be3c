package busy

import (
	"iter"
	"math/bits"
	"slices"
	"strings"
)

// work is what is left of the steps that one text may take. Steps are counted,
// not timed, so that the same text gets the same answer on any machine.
type work struct{ left int }

// maxSteps is about forty times what the fullest calendar of a person takes.
const maxSteps = 4_000_000

// spend takes n steps and reports whether there were as many.
func (w *work) spend(n int) bool {
	w.left = max(w.left-n, -1)
	return w.left >= 0
}

type frequency int

const (
	yearly frequency = iota
	monthly
	weekly
	daily
	hourly
	minutely
	secondly
)

var frequencies = map[string]frequency{
	"YEARLY": yearly, "MONTHLY": monthly, "WEEKLY": weekly, "DAILY": daily,
	"HOURLY": hourly, "MINUTELY": minutely, "SECONDLY": secondly,
}

var weekdays = map[string]int64{"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}

// numbers is a set of numbers in -366..366. A rule may say -1 for the last.
type numbers struct {
	any              bool
	fromStart, toEnd [367/64 + 1]uint64
}

func (s *numbers) add(n int64) {
	s.any = true
	if n < 0 {
		s.toEnd[-n/64] |= 1 << (-n % 64)
	} else {
		s.fromStart[n/64] |= 1 << (n % 64)
	}
}

func (s *numbers) has(n int64) bool { return s.fromStart[n/64]>>(n%64)&1 == 1 }

// hasOf reports whether the set has the n-th of count: n itself or how far it is from the end.
func (s *numbers) hasOf(n, count int64) bool {
	back := count - n + 1
	return s.has(n) || s.toEnd[back/64]>>(back%64)&1 == 1
}

// all lists the numbers that are not negative.
func (s *numbers) all() []int64 {
	var list []int64
	for i, word := range s.fromStart {
		for ; word != 0; word &= word - 1 {
			list = append(list, int64(i*64+bits.TrailingZeros64(word)))
		}
	}
	return list
}

// rule is a RECUR (RFC 5545 section 3.3.10).
//
// The library next to the decoder, rrule-go, is not used: it cannot be stopped
// while it looks for a first time that may never come (its hours can go round
// for ever), cannot start near the window, and goes wrong when the clock
// changes. The tests hold this one against it.
type rule struct {
	frequency frequency
	interval  int64
	count     int64           // 0: no limit
	ended     func(wall) bool // beyond UNTIL
	weekStart int64

	months, weeks, yearDays, monthDays numbers
	days                               numbers    // weekdays that count whenever
	nth                                [7]numbers // those that count as the n-th
	hours, minutes, seconds            numbers
	positions                          numbers
	times                              []int64 // seconds of the day, for daily and slower
}

// parseRule reads a rule of something that starts at start. Parts that nobody
// knows are left out, which makes the rule wider at most. The warning is empty
// if the rule is of use.
func parseRule(text string, start when) (*rule, WarningCode) {
	r := &rule{frequency: -1, interval: 1, ended: func(wall) bool { return false }}
	lists := map[string]struct {
		set       *numbers
		low, high int64
		negative  bool
	}{
		"BYMONTH": {&r.months, 1, 12, false}, "BYWEEKNO": {&r.weeks, 1, 53, true},
		"BYYEARDAY": {&r.yearDays, 1, 366, true}, "BYMONTHDAY": {&r.monthDays, 1, 31, true},
		"BYHOUR": {&r.hours, 0, 23, false}, "BYMINUTE": {&r.minutes, 0, 59, false},
		"BYSECOND": {&r.seconds, 0, 60, false}, "BYSETPOS": {&r.positions, 1, 366, true},
	}
	for part := range strings.SplitSeq(strings.ToUpper(text), ";") {
		name, value, _ := strings.Cut(part, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		ok := true
		switch name {
		case "FREQ":
			r.frequency, ok = frequencies[value]
		case "INTERVAL":
			r.interval, ok = number(value)
			r.interval = max(r.interval, 1)
		case "COUNT":
			r.count, ok = number(value)
			ok = ok && r.count > 0
		case "UNTIL":
			ok = r.parseUntil(value, start)
		case "WKST":
			r.weekStart, ok = weekdays[value]
		case "BYDAY":
			ok = r.parseDays(value)
		case "RSCALE": // RFC 7529: other calendars than the Gregorian
			ok = value == "GREGORIAN"
		case "SKIP":
			ok = value == "OMIT"
		default:
			list, known := lists[name]
			if !known {
				continue
			}
			for item := range strings.SplitSeq(value, ",") {
				n, valid := signed(strings.TrimSpace(item))
				if !valid || max(n, -n) < list.low || max(n, -n) > list.high || n < 0 && !list.negative {
					return nil, UnreadableRule
				}
				list.set.add(n)
			}
		}
		if !ok {
			return nil, UnreadableRule
		}
	}
	if r.frequency < 0 {
		return nil, UnreadableRule
	}
	if r.frequency == secondly {
		return nil, SecondlyRule
	}
	return r, r.complete(start)
}

func (r *rule) parseUntil(value string, start when) bool {
	until, ok := parseLiteral(value)
	switch {
	case start.date && until.utc:
		last := start.zone.wall(int64(until.wall)).day()
		r.ended = func(w wall) bool { return w.day() > last }
	case start.date || until.date:
		last := until.wall.day()
		r.ended = func(w wall) bool { return w.day() > last }
	case until.utc:
		r.ended = func(w wall) bool { return start.zone.instant(w) > int64(until.wall) }
	default:
		r.ended = func(w wall) bool { return w > until.wall }
	}
	return ok
}

func (r *rule) parseDays(value string) bool {
	for item := range strings.SplitSeq(value, ",") {
		item = strings.TrimSpace(item)
		if len(item) < 2 {
			return false
		}
		day, known := weekdays[item[len(item)-2:]]
		if !known {
			return false
		}
		if len(item) == 2 {
			r.days.add(day)
			continue
		}
		n, ok := signed(strings.TrimSpace(item[:len(item)-2]))
		if !ok || n == 0 || max(n, -n) > 53 {
			return false
		}
		r.nth[day].add(n)
	}
	return true
}

// complete takes from the start what the rule leaves open.
func (r *rule) complete(start when) WarningCode {
	first := civil(start.wall.day())
	if r.frequency > monthly || r.frequency == yearly && r.weeks.any {
		for day := range r.nth { // only months and years have an n-th weekday
			if r.nth[day].any {
				r.days.add(int64(day))
				r.nth[day] = numbers{}
			}
		}
	}
	if !r.yearDays.any && !r.monthDays.any && !r.anyWeekday() {
		switch {
		case r.frequency == weekly, r.frequency == yearly && r.weeks.any:
			r.days.add(first.weekday)
		case r.frequency == monthly:
			r.monthDays.add(first.day)
		case r.frequency == yearly:
			r.monthDays.add(first.day)
			if !r.months.any {
				r.months.add(first.month)
			}
		}
	}
	clock := start.wall.clock()
	if !r.hours.any && r.frequency < hourly {
		r.hours.add(clock / 3600)
	}
	if !r.minutes.any && r.frequency < minutely {
		r.minutes.add(clock / 60 % 60)
	}
	if !r.seconds.any {
		r.seconds.add(clock % 60)
	}
	hours, minutes, seconds := r.hours.all(), r.minutes.all(), r.seconds.all()
	if len(seconds) > 1 && (r.frequency == minutely || len(minutes)*len(seconds) > 60) {
		return SecondlyRule
	}
	if r.frequency < hourly {
		for _, h := range hours {
			for _, m := range minutes {
				for _, s := range seconds {
					r.times = append(r.times, h*3600+m*60+min(s, 59))
				}
			}
		}
	}
	return ""
}

func (r *rule) anyWeekday() bool {
	return r.days.any || slices.ContainsFunc(r.nth[:], func(n numbers) bool { return n.any })
}

// allows reports whether times may fall on a day. The parts of a rule that
// widen and those that narrow (the table of RFC 5545 section 3.3.10) come to
// the same thing when all days of a period are looked at.
func (r *rule) allows(day int64) bool {
	d := civil(day)
	if r.months.any && !r.months.has(d.month) ||
		r.monthDays.any && !r.monthDays.hasOf(d.day, d.monthDays) ||
		r.yearDays.any && !r.yearDays.hasOf(d.yearDay, d.yearLength) {
		return false
	}
	if r.weeks.any {
		// A week belongs to the year that has most of it: that of its fourth day.
		middle := civil(day - floorMod(d.weekday-r.weekStart, 7) + 3)
		n, back := (middle.yearDay-1)/7+1, (middle.yearLength-middle.yearDay)/7+1
		if !r.weeks.hasOf(n, n+back-1) {
			return false
		}
	}
	if !r.anyWeekday() || r.days.has(d.weekday) {
		return true
	}
	nth := &r.nth[d.weekday]
	if !nth.any {
		return false
	}
	place, size := d.day, d.monthDays
	if r.frequency == yearly && !r.months.any {
		place, size = d.yearDay, d.yearLength
	}
	n, back := (place-1)/7+1, (size-place)/7+1
	return nth.hasOf(n, n+back-1)
}

// between gives the times of a rule that starts at start and fall into
// [from, to), in order. It begins to look near from, unless the rule counts.
// It ends early when the work is done.
func (r *rule) between(start, from, to wall, w *work) iter.Seq[wall] {
	return func(yield func(wall) bool) {
		near := max(start, from)
		if r.count > 0 {
			near = start
		}
		count := r.count
		for t := range r.selected(start, near, to, w) {
			switch {
			case t < start:
				continue
			case t >= to || r.ended(t):
				return
			case t >= from && !yield(t):
				return
			}
			if count--; count == 0 {
				return
			}
		}
	}
}

// selected gives the times of each period, or those that BYSETPOS picks from it.
func (r *rule) selected(start, near, to wall, w *work) iter.Seq[wall] {
	return func(yield func(wall) bool) {
		var set []wall
		for period := range r.periods(start, near, to, w) {
			if !r.positions.any {
				for t := range period {
					if !yield(t) {
						return
					}
				}
				continue
			}
			set = slices.AppendSeq(set[:0], period)
			for i, t := range set {
				n, size := int64(i+1), int64(len(set))
				first := n <= 366 && r.positions.has(n)
				last := size-n+1 <= 366 && r.positions.hasBack(size-n+1)
				if (first || last) && !yield(t) {
					return
				}
			}
		}
	}
}

func (s *numbers) hasBack(n int64) bool { return s.toEnd[n/64]>>(n%64)&1 == 1 }

// periods gives the years, months, weeks, days, hours or minutes that the rule
// takes, each as its times. It begins with the one of near or the one before.
func (r *rule) periods(start, near, to wall, w *work) iter.Seq[iter.Seq[wall]] {
	if r.frequency >= hourly {
		return r.shortPeriods(start, near, to, w)
	}
	return func(yield func(iter.Seq[wall]) bool) {
		for k := r.periodOf(start, near); ; k++ {
			first, last := r.period(start, k)
			if first*dayLength >= int64(to) || !w.spend(1) {
				return
			}
			times := func(yield func(wall) bool) {
				for day := first; day < last; {
					if !w.spend(1) {
						return
					}
					if d := civil(day); r.months.any && !r.months.has(d.month) {
						day += d.monthDays - d.day + 1
						continue
					}
					if r.allows(day) {
						for _, t := range r.times {
							if !w.spend(1) || !yield(wall(day*dayLength+t)) {
								return
							}
						}
					}
					day++
				}
			}
			if !yield(times) {
				return
			}
		}
	}
}

// period is the k-th period from that of start: its first day, and the day behind its last.
func (r *rule) period(start wall, k int64) (first, last int64) {
	d := civil(start.day())
	switch k *= r.interval; r.frequency {
	case yearly:
		return dayOf(d.year+k, 1, 1), dayOf(d.year+k+1, 1, 1)
	case monthly:
		return dayOf(d.year, d.month+k, 1), dayOf(d.year, d.month+k+1, 1)
	case weekly:
		first = start.day() - floorMod(d.weekday-r.weekStart, 7) + 7*k
		return first, first + 7
	default:
		return start.day() + k, start.day() + k + 1
	}
}

// periodOf is the number of the last period that begins at or before near; 0 is that of start.
func (r *rule) periodOf(start, near wall) int64 {
	from, to := civil(start.day()), civil(near.day())
	var n int64
	switch r.frequency {
	case yearly:
		n = to.year - from.year
	case monthly:
		n = (to.year-from.year)*12 + to.month - from.month
	case weekly:
		first, _ := r.period(start, 0)
		n = floorDiv(near.day()-first, 7)
	default:
		n = near.day() - start.day()
	}
	return max(floorDiv(n, r.interval), 0)
}

// shortPeriods are the hours or minutes that the rule takes. Days and hours
// that it does not allow are passed over in one step.
func (r *rule) shortPeriods(start, near, to wall, w *work) iter.Seq[iter.Seq[wall]] {
	unit := int64(3600)
	if r.frequency == minutely {
		unit = 60
	}
	minutes, seconds := r.minutes.all(), r.seconds.all()
	if r.frequency == minutely {
		minutes = []int64{0}
	}
	return func(yield func(iter.Seq[wall]) bool) {
		base, step := floorDiv(int64(start), unit)*unit, r.interval*unit
		// after is the number of the first period at or behind t.
		after := func(t int64) int64 { return -floorDiv(base-t, step) }
		for k := max(floorDiv(int64(near)-base, step), 0); ; {
			t := base + k*step
			if t >= int64(to) || !w.spend(1) {
				return
			}
			day, clock := wall(t).day(), wall(t).clock()
			switch {
			case !r.allows(day):
				k = after((day + 1) * dayLength)
			case r.hours.any && !r.hours.has(clock/3600):
				k = after(t + 3600 - clock%3600)
			case r.frequency == minutely && r.minutes.any && !r.minutes.has(clock/60%60):
				k++
			default:
				times := func(yield func(wall) bool) {
					for _, m := range minutes {
						for _, s := range seconds {
							if !w.spend(1) || !yield(wall(t+m*60+min(s, 59))) {
								return
							}
						}
					}
				}
				if !yield(times) {
					return
				}
				k++
			}
		}
	}
}
