package engine

import (
	"math"
	"math/bits"
	"slices"
	"sort"
	"time"
)

// quarters is the number of quarter-hours in a week.
const quarters = 7 * 24 * 4

// week holds one bit per quarter-hour of a local week from Monday on, set where
// a candidate can be asked. It is in wall time, so that a weekly rule is the
// same bits on both sides of a clock change.
type week [(quarters + 63) / 64]uint64

// hours is when a candidate can be asked. It holds exactly for sessions of at
// most length minutes, up to the minute steady.
type hours struct {
	weeks    [2][2]uint32 // in Index.weeks, by mode (online is 1) and ISO week (odd is 1)
	closings [2]uint32    // from and to in Index.closings
	steady   int32
	length   uint16
}

// closing is a span in which no session may lie, in minutes from the origin. It
// counts for a request that meets all its conditions.
type closing struct {
	start, end int32
	when       condition
}

// condition is a set of traits of a request.
type condition uint8

const (
	amongYoung condition = 1 << iota // the audience is or may be under 18
	asksTier3
)

// addHours sets the weekly hours. Rules that begin or end later bound the time
// for which the week is steady.
func (x *builder) addHours(at int, k *Case) {
	h := &x.hours[at]
	h.steady = math.MaxInt32
	x.trips[at].hours = math.MaxInt32
	var weeks [2][2]week
	for _, r := range k.Rules {
		for _, day := range []Date{r.From, r.To} {
			if day > k.today {
				h.steady = min(h.steady, x.minute(Instant(day, "00:00", k.Zone)))
			}
		}
		if !r.On(k.today) {
			continue
		}
		if r.MaxTravelMinutes > 0 {
			x.trips[at].hours = min(x.trips[at].hours, int32(r.MaxTravelMinutes))
		}
		from, to := r.Starts.minutes(), r.Ends.minutes()
		if from%15 != 0 || to%15 != 0 {
			x.uneven.set(at)
		}
		day := slices.Index(weekdays[1:], r.Weekday)
		if r.Weekday == Sunday {
			day = 6
		}
		for online := range weeks {
			for odd := range weeks[online] {
				if day >= 0 && r.Mode.Allows(online == 1) && r.Parity.includes(2-odd) {
					weeks[online][odd].fill(day*24*4+from/15, day*24*4+to/15)
				}
			}
		}
	}
	for online := range weeks {
		for odd, w := range weeks[online] {
			n, ok := x.weeks[w]
			if !ok {
				n = uint32(len(x.Index.weeks))
				x.weeks[w] = n
				x.Index.weeks = append(x.Index.weeks, w)
			}
			h.weeks[online][odd] = n
		}
	}
}

// addClosings runs every rule that closes time for reasons of the candidate
// alone, and tells from that whether anything is left.
func (x *builder) addClosings(at int, k *Case) {
	from := uint32(len(x.closings))
	all := slices.Clone(k.Blackouts)
	for _, rule := range []Rule[*Case]{notDeployable, typeNotTrained, conductCertificate, overlap, restPeriod, capacity} {
		all = append(all, rule.Closes(k)...)
	}
	open := !notDeployable.Blocks(k) && !agreementMissing.Blocks(k) && !capacity.Blocks(k)
	always := x.close(at, all, 0)
	young := x.close(at, conductCertificate.Closes(x.blank(Request{}).of(k.Candidate)), amongYoung)
	tier3 := x.blank(Request{Themes: []RequestTheme{{Theme: "any"}}})
	tier3.Themes = map[ThemeCode]Theme{"any": {Tier: 3}}
	x.close(at, restPeriod.Closes(tier3.of(k.Candidate)), asksTier3)
	if open && !always {
		x.able.set(at)
		if !young {
			x.certified.set(at)
		}
	}
	slices.SortFunc(x.closings[from:], func(a, b closing) int { return int(a.start) - int(b.start) })
	h := &x.hours[at]
	h.closings = [2]uint32{from, uint32(len(x.closings))}
	h.length = longest(x.Index, k)
}

// close adds closings and reports whether one leaves nothing open. A candidate
// whose spans do not lie on whole minutes is marked.
func (x *builder) close(at int, spans []Interval, when condition) (everything bool) {
	for _, span := range Merge(spans) {
		start, end := max(0, x.minute(span.Start)), min(x.ahead, x.minute(span.End))
		if end <= 0 || start >= x.ahead {
			continue
		}
		if !wholeMinute(span.Start) && start > 0 || !wholeMinute(span.End) {
			x.uneven.set(at)
		}
		x.closings = append(x.closings, closing{start, end, when})
		everything = everything || start == 0 && end == x.ahead
	}
	return everything
}

// longest is the longest session for which capacity leaves what it leaves for
// the shortest. More minutes never leave more, which is what bisection needs.
func longest(x *Index, k *Case) uint16 {
	most := min(x.made.Type.MinutesMax, math.MaxUint16)
	if len(k.Booked) == 0 && k.Caps.MinutesPerMonth == 0 && most <= k.Policy.ContactMinutesWeek {
		return uint16(most) // nothing to add the minutes to
	}
	blocks, closed := capacity.Blocks(k), Merge(capacity.Closes(k))
	least := x.made.Type.MinutesMin
	return uint16(least - 1 + sort.Search(max(0, most-least+1), func(n int) bool {
		longer := x.blank(Request{Minutes: least + n}).of(k.Candidate)
		return capacity.Blocks(longer) != blocks || !slices.Equal(Merge(capacity.Closes(longer)), closed)
	}))
}

// minute counts whole minutes from the origin, rounded down, and stops at what
// 32 bits hold.
func (x *Index) minute(t time.Time) int32 {
	n := (t.Unix() - x.origin.Unix()) / 60
	if t.Before(x.origin) {
		n = -1 // all of the past is alike
	}
	return int32(min(n, math.MaxInt32))
}

func wholeMinute(t time.Time) bool { return t.Second() == 0 && t.Nanosecond() == 0 }

// span is a part of a wish in which the pool may work at all.
type span struct {
	occurrence int32
	start, end int32 // minutes from the origin
	monday     int32 // the minute at which the local week of start begins
	odd        uint8 // 1 in an odd ISO week
}

// feasible counts the occurrences with room for a session, as
// question.feasible does on intervals.
func (x *Index) feasible(q *Query, h *hours) int {
	n, last, closings := 0, int32(-1), x.closings[h.closings[0]:h.closings[1]]
	for i := range q.spans {
		s := &q.spans[i]
		if s.occurrence == last {
			continue
		}
		for len(closings) > 0 && closings[0].end <= s.start {
			closings = closings[1:]
		}
		if q.fits(s, &x.weeks[h.weeks[q.online][s.odd]], closings) {
			n, last = n+1, s.occurrence
		}
	}
	return n
}

// fits reports whether a session fits into a span: a run of free quarters, cut
// to the span and by the closings, is long enough.
func (q *Query) fits(s *span, w *week, closings []closing) bool {
	for at := s.start; at < s.end; {
		from := w.next(int(at-s.monday)/15, 0)
		to := w.next(from, ^uint64(0))
		free := max(at, s.monday+int32(from)*15)
		at = min(s.end, s.monday+int32(to)*15)
		if at-free < q.minutes {
			if to == quarters {
				return false
			}
			continue
		}
		for _, c := range closings {
			if c.start >= at || c.start-free >= q.minutes {
				break
			}
			if c.when&^q.meets == 0 {
				free = max(free, c.end)
			}
		}
		if at-free >= q.minutes {
			return true
		}
	}
	return false
}

// next is the first quarter from one on that is set, or with flip all ones the
// first that is not; quarters when there is none.
func (w *week) next(from int, flip uint64) int {
	mask := ^uint64(0) << (from & 63)
	for i := from >> 6; i < len(w); i++ {
		if word := (w[i] ^ flip) & mask; word != 0 {
			return min(quarters, i<<6+bits.TrailingZeros64(word))
		}
		mask = ^uint64(0)
	}
	return quarters
}

func (w *week) fill(from, to int) {
	for i := from; i < to; i++ {
		w[i>>6] |= 1 << (i & 63)
	}
}
