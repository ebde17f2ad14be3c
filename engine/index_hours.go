package engine

import (
	"math"
	"slices"
	"sort"
	"time"
)

// quarters is the number of quarter-hours in a week.
const quarters = 7 * 24 * 4

// block is the free time of 64 candidates: a word for each quarter-hour of a
// local week from Monday on, with a bit for each candidate who can be asked
// then. It is in wall time, so that a weekly rule is the same bits on both sides
// of a clock change. Where the hours of somebody do not begin or end on a
// quarter, she has the whole of it, and is marked.
type block [quarters]uint64

// blocks are the weeks of 64 candidates by mode (online is 1) and ISO week (odd
// is 1). Equal ones are one.
type blocks [2][2]*block

// hours is when a candidate can be asked. Her weeks hold up to the minute
// steady, her closings for sessions of at most length minutes.
type hours struct {
	closings [2]uint32 // from and to in Index.closings
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
	if at%64 == 0 {
		x.free = append(x.free, blocks{{new(block), new(block)}, {new(block), new(block)}})
	}
	h := &x.hours[at]
	h.steady = math.MaxInt32
	x.trips[at].hours = math.MaxInt32
	for _, r := range k.Rules {
		for _, day := range []Date{r.From, r.To} {
			if day > k.today {
				h.steady = min(h.steady, x.minute(Instant(day, "00:00", k.Zone)))
			}
		}
		if r.From > k.today {
			x.growing.set(at)
		}
		if !r.On(k.today) {
			continue
		}
		if r.MaxTravelMinutes > 0 {
			x.trips[at].hours = min(x.trips[at].hours, int32(r.MaxTravelMinutes))
		}
		x.addRule(at, r)
	}
	if at%64 == 63 || at == len(x.who)-1 {
		x.free[at/64].share()
	}
}

func (x *builder) addRule(at int, r AvailabilityRule) {
	day := (slices.Index(weekdays[:], r.Weekday) + 6) % 7
	from, to := r.Starts.minutes(), r.Ends.minutes()
	if from >= to || weekdays[(day+1)%7] != r.Weekday {
		return // no hours of any day
	}
	if from%15 != 0 || to%15 != 0 {
		x.uneven.set(at)
	}
	for online := range 2 {
		for odd := range 2 {
			if r.Mode.Allows(online == 1) && r.Parity.includes(2-odd) {
				for quarter := day*24*4 + from/15; quarter < day*24*4+(to+14)/15; quarter++ {
					x.free[at/64][online][odd][quarter] |= 1 << (at % 64)
				}
			}
		}
	}
}

// share keeps one of equal blocks.
func (b *blocks) share() {
	for online := range b {
		if *b[online][1] == *b[online][0] {
			b[online][1] = b[online][0]
		}
	}
	for odd := range 2 {
		if *b[1][odd] == *b[0][odd] {
			b[1][odd] = b[0][odd]
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
	weekly     uint8 // its part of the week, in Query.weekly
	even       bool  // start and end are on the raster
}

// weekly is a part of a week: quarters [from, to), in an odd ISO week or not.
type weekly struct {
	from, to int
	odd      uint8
}

// maxWeekly bounds the parts of a week one request is about; each takes a bit of
// hit.may.
const maxWeekly = 64

// room gives who of the rows, out of 64 candidates, have a run of n free quarters
// in a part of the week. It overwrites the scratch.
func (b *block) room(part weekly, n int, rows uint64, scratch *block) uint64 {
	free := b[part.from:part.to]
	some := uint64(0)
	for i := n - 1; i < len(free); i += n {
		some |= free[i] // a run of n holds one of these
	}
	if some&rows == 0 {
		return 0
	}
	for have := 1; have < n; { // free[i] says: from quarter i on for so many quarters
		step := min(have, n-have)
		longer := scratch[:len(free)-step]
		for i, later := range free[step:] {
			longer[i] = free[i] & later
		}
		free, have = longer, have+step
	}
	var any uint64
	for _, word := range free {
		any |= word
	}
	return any & rows
}

// feasible counts the occurrences with room for a session, as
// question.feasible does on intervals. Of the parts of the week, may holds those
// in which her weekly hours have room.
func (x *Index) feasible(q *Query, at int, may uint64) int {
	n, last, h := 0, int32(-1), &x.hours[at]
	closings := x.closings[h.closings[0]:h.closings[1]]
	for i := range q.spans {
		s := &q.spans[i]
		if s.occurrence == last || may>>s.weekly&1 == 0 {
			continue
		}
		for len(closings) > 0 && closings[0].end <= s.start {
			closings = closings[1:]
		}
		clear := s.even && !x.growing.has(at) && (len(closings) == 0 || closings[0].start >= s.end)
		if clear || q.fits(s, x.free[at/64][q.online][q.weekly[s.weekly].odd], uint(at%64), closings) {
			n, last = n+1, s.occurrence
		}
	}
	return n
}

// fits reports whether a session fits into a span: a run of free quarters, cut
// to the span and by the closings, is long enough.
func (q *Query) fits(s *span, b *block, bit uint, closings []closing) bool {
	part := q.weekly[s.weekly]
	for quarter := part.from; quarter < part.to; quarter++ {
		if b[quarter]>>bit&1 == 0 {
			continue
		}
		free := max(s.start, s.monday+int32(quarter)*15)
		for quarter < part.to && b[quarter]>>bit&1 == 1 {
			quarter++
		}
		end := min(s.end, s.monday+int32(quarter)*15)
		for _, c := range closings {
			if c.start >= end || c.start-free >= q.minutes {
				break
			}
			if c.when&^q.meets == 0 {
				free = max(free, c.end)
			}
		}
		if end-free >= q.minutes {
			return true
		}
	}
	return false
}
