package engine

import (
	"cmp"
	"math"
	"slices"
)

// block is the free time of 64 candidates: a word for each quarter-hour of a
// local week from Monday on, with a bit for each candidate who can be asked
// then. It is in wall time, so that a weekly rule is the same bits on both sides
// of a clock change. Where the hours of somebody do not begin or end on a
// quarter, she has the whole of it, and is marked.
type block [weekQuarters]uint64

// blocks are the weeks of 64 candidates by mode (online is 1) and ISO week (odd
// is 1). Equal ones are one.
type blocks [2][2]*block

// hours is when a candidate can be asked. Her block holds up to the minute
// steady; no session of more than length minutes is open to her.
type hours struct {
	weekly   [2]uint32 // from and to in Index.weekly
	closings [2]uint32 // from and to in Index.closings
	steady   int32
	length   uint16
}

// weeklyHours is a weekly rule in numbers. The rules of one candidate lie in the
// order in which they begin in a week.
type weeklyHours struct {
	from, to    uint16 // minutes of the day on the wall
	travel      uint16 // most minutes of travel, 0 = no limit
	weekday     uint8  // 0 = Monday
	weeks       uint8  // a bit for each mode and ISO week, see weekBit
	first, past int32  // day numbers: the first, and the first on which it no longer holds
}

// weekBit is for online (1) or in person (0), in odd (1) or even (0) weeks.
func weekBit(online, odd uint8) uint8 { return 1 << (2*online + odd) }

// addHours sets the weekly hours. Rules that begin or end later bound the time
// for which the block holds.
func (x *builder) addHours(at int, c *Candidate) {
	today, zone := x.plain.today, x.plain.Zone
	if at%64 == 0 {
		x.free = append(x.free, blocks{{new(block), new(block)}, {new(block), new(block)}})
	}
	h := &x.hours[at]
	h.steady = math.MaxInt32
	x.trips[at].hours = math.MaxInt32
	h.weekly[0] = uint32(len(x.weekly))
	for _, r := range c.Rules {
		rule, some := weeklyRule(r)
		if !some {
			continue
		}
		x.weekly = append(x.weekly, rule)
		for _, day := range []Date{r.From, r.To} {
			if day > today {
				h.steady = min(h.steady, x.minute(Instant(day, "00:00", zone)))
			}
		}
		if r.From > today {
			x.growing.set(at)
		}
		if !r.On(today) {
			continue
		}
		if r.MaxTravelMinutes > 0 {
			x.trips[at].hours = min(x.trips[at].hours, int32(r.MaxTravelMinutes))
		}
		x.addToBlock(at, rule)
	}
	h.weekly[1] = uint32(len(x.weekly))
	slices.SortFunc(x.weekly[h.weekly[0]:], func(a, b weeklyHours) int {
		return cmp.Or(cmp.Compare(a.weekday, b.weekday), cmp.Compare(a.from, b.from))
	})
	if at%64 == 63 || at == len(x.who)-1 {
		x.free[at/64].share()
	}
}

// weeklyRule reads a rule; some is false when it has no hours of any day.
func weeklyRule(r AvailabilityRule) (h weeklyHours, some bool) {
	day := slices.Index(isoWeek[:], r.Weekday)
	h = weeklyHours{
		from: uint16(r.Starts.minutes()), to: uint16(r.Ends.minutes()), travel: uint16(min(max(0, r.MaxTravelMinutes), math.MaxUint16)),
		weekday: uint8(max(0, day)), first: math.MinInt32, past: math.MaxInt32,
	}
	for _, odd := range []uint8{0, 1} {
		for _, online := range []uint8{0, 1} {
			if r.Mode.Allows(online == 1) && r.Parity.includes(2-int(odd)) {
				h.weeks |= weekBit(online, odd)
			}
		}
	}
	if r.From != "" {
		h.first = int32(r.From.dayNumber())
	}
	if r.To != "" {
		h.past = int32(r.To.dayNumber())
	}
	return h, day >= 0 && h.from < h.to
}

func (x *builder) addToBlock(at int, h weeklyHours) {
	if h.from%15 != 0 || h.to%15 != 0 {
		x.uneven.set(at)
	}
	midnight := int(h.weekday) * dayQuarter
	for online := range uint8(2) {
		for odd := range uint8(2) {
			if h.weeks&weekBit(online, odd) != 0 {
				for quarter := midnight + int(h.from)/15; quarter < midnight+(int(h.to)+14)/15; quarter++ {
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

// room gives who of the rows, out of 64 candidates, have a run of n free quarters
// in a part of the week. It overwrites the scratch.
func (b *block) room(part weekPart, n int, rows uint64, scratch *block) uint64 {
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
