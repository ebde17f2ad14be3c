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

// maxSteps is more than ten times what the fullest calendar of a person takes
// (see BenchmarkRead), and well below a second.
const maxSteps = 2_000_000

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

// hasOf reports whether the set has the n-th of count: n itself, or how far it is from the end.
func (s *numbers) hasOf(n, count int64) bool {
	back := count - n + 1
	return n <= 366 && s.has(n) || back <= 366 && s.toEnd[back/64]>>(back%64)&1 == 1
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
	minuteList, secondList             []int64 // in order, for hourly and minutely
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
		r.ended = func(w wall) bool {
			if ahead := w - until.wall; ahead < -dayLength || ahead > dayLength {
				return ahead > 0 // no wall is as far from UTC
			}
			return start.zone.instant(w) > int64(until.wall)
		}
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
	r.minuteList, r.secondList = minutes, seconds
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

// allows reports whether times may fall on a day with the date d. The parts of a rule that
// widen and those that narrow (the table of RFC 5545 section 3.3.10) come to
// the same thing when all days of a period are looked at.
func (r *rule) allows(day int64, d date) bool {
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
		gather := func(t wall) bool {
			set = append(set, t)
			return true
		}
		for p := range r.periods(start, near, to, w) {
			if !r.positions.any {
				if !r.fill(p, w, yield) {
					return
				}
				continue
			}
			set = set[:0]
			r.fill(p, w, gather)
			for i, t := range set {
				if r.positions.hasOf(int64(i+1), int64(len(set))) && !yield(t) {
					return
				}
			}
		}
	}
}

// period is a year, month, week, day, hour or minute that the rule takes.
type period struct {
	start     wall
	firstDay  int64
	behindDay int64 // the day behind the last; not for hours and minutes
}

// fill calls yield with the times of a period that the rule allows, until it
// returns false or the work is done.
func (r *rule) fill(p period, w *work, yield func(wall) bool) bool {
	if r.frequency >= hourly {
		return r.fillShort(p, w, yield)
	}
	for day := p.firstDay; day < p.behindDay; day++ {
		d := civil(day)
		if !w.spend(1) {
			return false
		}
		if r.months.any && !r.months.has(d.month) {
			day += d.monthDays - d.day
			continue
		}
		if !r.allows(day, d) {
			continue
		}
		for _, t := range r.times {
			if !w.spend(1) || !yield(wall(day*dayLength+t)) {
				return false
			}
		}
	}
	return true
}

func (r *rule) fillShort(p period, w *work, yield func(wall) bool) bool {
	if r.frequency == minutely {
		return w.spend(1) && yield(p.start+wall(min(r.secondList[0], 59)))
	}
	for _, m := range r.minuteList {
		for _, s := range r.secondList {
			if !w.spend(1) || !yield(p.start+wall(m*60+min(s, 59))) {
				return false
			}
		}
	}
	return true
}

// periods gives the periods that the rule takes and that begin before to. It
// starts with the last that begins at or before near.
func (r *rule) periods(start, near, to wall, w *work) iter.Seq[period] {
	if r.frequency >= hourly {
		return r.shortPeriods(start, near, to, w)
	}
	return func(yield func(period) bool) {
		from := civil(start.day())
		for k := r.periodOf(start, near); w.spend(1); k++ {
			p := r.period(start.day(), from, k)
			if p.start >= to || !yield(p) {
				return
			}
		}
	}
}

// period is the k-th period from that of the day from.
func (r *rule) period(day int64, from date, k int64) (p period) {
	switch k *= r.interval; r.frequency {
	case yearly:
		p.firstDay, p.behindDay = dayOf(from.year+k, 1, 1), dayOf(from.year+k+1, 1, 1)
	case monthly:
		p.firstDay, p.behindDay = dayOf(from.year, from.month+k, 1), dayOf(from.year, from.month+k+1, 1)
	case weekly:
		p.firstDay = day - floorMod(from.weekday-r.weekStart, 7) + 7*k
		p.behindDay = p.firstDay + 7
	default:
		p.firstDay, p.behindDay = day+k, day+k+1
	}
	p.start = wall(p.firstDay * dayLength)
	return p
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
		n = floorDiv(near.day()-r.period(start.day(), from, 0).firstDay, 7)
	default:
		n = near.day() - start.day()
	}
	return max(floorDiv(n, r.interval), 0)
}

// shortPeriods are the hours or minutes that the rule takes. Days and hours
// that it does not allow are passed over in one step.
func (r *rule) shortPeriods(start, near, to wall, w *work) iter.Seq[period] {
	unit := int64(3600)
	if r.frequency == minutely {
		unit = 60
	}
	return func(yield func(period) bool) {
		base, step := floorDiv(int64(start), unit)*unit, r.interval*unit
		// after is the number of the first period at or behind t.
		after := func(t int64) int64 { return -floorDiv(base-t, step) }
		allowed, known := false, int64(-1<<62) // the last day that was looked at
		for k := max(floorDiv(int64(near)-base, step), 0); w.spend(1); {
			t := wall(base + k*step)
			if t >= to {
				return
			}
			day, clock := t.day(), t.clock()
			if day != known {
				allowed, known = r.allows(day, civil(day)), day
			}
			switch {
			case !allowed:
				k = after((day + 1) * dayLength)
			case r.hours.any && !r.hours.has(clock/3600):
				k = after(int64(t) + 3600 - clock%3600)
			case r.frequency == minutely && r.minutes.any && !r.minutes.has(clock/60%60):
				k++
			default:
				if !yield(period{start: t}) {
					return
				}
				k++
			}
		}
	}
}
