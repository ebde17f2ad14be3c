package engine

import (
	"math"
	"sort"
	"time"
)

// diary is a calendar made ready to be looked into thousands of times without
// making anything new: numbers instead of dates.
type diary struct {
	hours [7][]diaryHours // by weekday, Monday first
	cuts  []diaryCut      // merged
}

// diaryHours is a weekly rule. Times are nanoseconds from midnight on the wall.
type diaryHours struct {
	from, to    int64
	first, past int64 // day numbers: the first, and the first on which it no longer holds
	odd, even   bool
	suits       bool // the mode and the way there
}

func (h *diaryHours) holds(day int64, odd bool) bool {
	return h.first <= day && day < h.past && (odd && h.odd || !odd && h.even)
}

// diaryCut is a span that is closed, as instants and as clocks show them.
type diaryCut struct {
	from, to         int64
	wallFrom, wallTo int64
}

func (s *SlotSearch) diary(c *Calendar, clock *clock) diary {
	var d diary
	for _, r := range c.Rules {
		h := diaryHours{
			from: int64(r.Starts.minutes()) * int64(time.Minute), to: int64(r.Ends.minutes()) * int64(time.Minute),
			first: math.MinInt64, past: math.MaxInt64, odd: r.Parity.includes(1), even: r.Parity.includes(2), suits: s.suits(c, r),
		}
		if r.From != "" {
			h.first = int64(r.From.dayNumber())
		}
		if r.To != "" {
			h.past = int64(r.To.dayNumber())
		}
		for day, name := range isoWeek {
			if name == r.Weekday {
				d.hours[day] = append(d.hours[day], h)
			}
		}
	}
	span := s.horizon()
	for _, cut := range c.closed() {
		if cut.Overlaps(span) {
			from, to := cut.Start.UnixNano(), cut.End.UnixNano()
			d.cuts = append(d.cuts, diaryCut{from, to, clock.wall(from), clock.wall(to)})
		}
	}
	return d
}

var isoWeek = [7]Weekday{Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday}

// openUntil gives the end of the time that is open from an instant on without a
// break, at most the limit; the instant itself when it is closed.
func (f *slotFinder) openUntil(d *diary, at, limit int64) int64 {
	limit = min(limit, f.until)
	if cut := d.cutAfter(at); cut != nil {
		limit = min(limit, cut.from)
	}
	return f.hoursUntil(d, at, limit, false)
}

// hoursUntil is openUntil by weekly hours alone: those that suit, or any.
func (f *slotFinder) hoursUntil(d *diary, at, limit int64, any bool) int64 {
	for at < limit {
		day, end := floorDiv(f.clock.wall(at), wholeDay), at
		odd := f.isOdd(day)
		for i := range d.hours[weekdayOf(day)] {
			h := &d.hours[weekdayOf(day)][i]
			if (any || h.suits) && h.holds(day, odd) && f.clock.instant(day*wholeDay+h.from) <= at {
				end = max(end, f.clock.instant(day*wholeDay+h.to))
			}
		}
		if end == at {
			return at
		}
		at = min(end, limit)
	}
	return at
}

// openSince gives the beginning of the time that is open up to an instant
// without a break, at least the limit; the instant itself when it is closed.
func (f *slotFinder) openSince(d *diary, at, limit int64) int64 {
	limit = max(limit, f.from)
	if cut := d.cutBefore(at); cut != nil {
		limit = max(limit, cut.to)
	}
	for at > limit {
		day, start := floorDiv(f.clock.wall(at-1), wholeDay), at
		odd := f.isOdd(day)
		for i := range d.hours[weekdayOf(day)] {
			h := &d.hours[weekdayOf(day)][i]
			if h.suits && h.holds(day, odd) && f.clock.instant(day*wholeDay+h.to) >= at {
				start = min(start, f.clock.instant(day*wholeDay+h.from))
			}
		}
		if start == at {
			return at
		}
		at = max(start, limit)
	}
	return at
}

// cutAfter is the first cut that ends after an instant.
func (d *diary) cutAfter(at int64) *diaryCut {
	i := sort.Search(len(d.cuts), func(i int) bool { return d.cuts[i].to > at })
	if i == len(d.cuts) {
		return nil
	}
	return &d.cuts[i]
}

// cutBefore is the last cut that begins before an instant.
func (d *diary) cutBefore(at int64) *diaryCut {
	i := sort.Search(len(d.cuts), func(i int) bool { return d.cuts[i].from >= at })
	if i == 0 {
		return nil
	}
	return &d.cuts[i-1]
}

// after is the cut behind a cut.
func (d *diary) after(cut *diaryCut) *diaryCut { return d.cutAfter(cut.to) }

// mark lays a week of the diary on what all of them can do: quarters that may be
// open, rounded outwards, and quarters that surely are, rounded inwards.
func (f *slotFinder) mark(d *diary, week *slotWeek) {
	var may, sure weekBits
	odd := f.isOdd(week.monday)
	for weekday := range d.hours {
		day := week.monday + int64(weekday)
		for i := range d.hours[weekday] {
			h := &d.hours[weekday][i]
			if h.suits && h.holds(day, odd) {
				start := int64(weekday) * wholeDay
				may.set(int(floorDiv(start+h.from, quarter)), ceilQuarter(start+h.to))
				sure.set(ceilQuarter(start+h.from), int(floorDiv(start+h.to, quarter)))
			}
		}
	}
	begins := week.monday * wholeDay
	for cut := d.cutAfter(f.clock.instant(begins)); cut != nil && cut.wallFrom < begins+7*wholeDay; cut = d.after(cut) {
		from, to := cut.wallFrom-begins, cut.wallTo-begins
		may.clear(ceilQuarter(from), int(floorDiv(to, quarter)))
		sure.clear(int(floorDiv(from, quarter)), ceilQuarter(to))
	}
	week.may.and(&may)
	week.sure.and(&sure)
}
