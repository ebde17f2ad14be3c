package engine

import (
	"math"
	"slices"
	"sort"
	"time"
)

// closedHours is a span in which no session may lie, in minutes from the origin.
// It counts for a request that meets all its conditions and is longer than so
// many minutes.
type closedHours struct {
	start, end int32
	longer     uint16
	when       condition
}

func (c *closedHours) countsFor(q *Query) bool {
	return c.when&^q.meets == 0 && int32(c.longer) < q.minutes
}

// condition is a set of traits of a request.
type condition uint8

const (
	amongYoung condition = 1 << iota // the audience is or may be under 18
	aloneWithMinor
	asksTier3
)

// addClosings runs every rule that closes time for reasons of the candidate
// alone, and tells from that whether anything is left.
func (x *builder) addClosings(at int, c *Candidate) {
	k, from := x.plain.of(c), uint32(len(x.closings))
	all := slices.Clone(k.Blackouts)
	for _, rule := range []Rule[*Case]{notDeployable, typeNotTrained, conductCertificate, overlap, restPeriod, capacity} {
		all = append(all, rule.Closes(k)...)
	}
	if c.Moves != "" { // how far she lives depends on the day: the rules are asked
		x.ragged.set(at)
	}
	open := !notDeployable.Blocks(k) && !agreementMissing.Blocks(k) && !capacity.Blocks(k)
	always := x.close(at, all, closedHours{})
	young := x.close(at, conductCertificate.Closes(x.young.of(c)), closedHours{when: amongYoung})
	x.close(at, ageRule.Closes(x.minor.of(c)), closedHours{when: aloneWithMinor})
	x.close(at, restPeriod.Closes(x.tier3.of(c)), closedHours{when: asksTier3})
	if open && !always {
		x.able.set(at)
		if !young {
			x.certified.set(at)
		}
	}
	h := &x.hours[at]
	h.length = x.addLengths(at, c)
	h.closings = [2]uint32{from, uint32(len(x.closings))}
	slices.SortFunc(x.closings[from:], func(a, b closedHours) int { return int(a.start) - int(b.start) })
}

// close adds closings for the requests that another one counts for, and reports
// whether one leaves nothing open. A candidate whose spans do not lie on whole
// minutes is marked.
func (x *builder) close(at int, spans []Interval, as closedHours) (everything bool) {
	for _, span := range Merge(spans) {
		start, end := max(0, x.minute(span.Start)), min(x.ahead, x.minute(span.End))
		if end <= 0 || start >= x.ahead {
			continue
		}
		if !wholeMinute(span.Start) && start > 0 || !wholeMinute(span.End) {
			x.ragged.set(at)
		}
		as.start, as.end = start, end
		x.closings = append(x.closings, as)
		everything = everything || start == 0 && end == x.ahead
	}
	return everything
}

// addLengths adds what capacity closes for longer sessions beside what it closes
// for the shortest, and gives the longest for which it leaves anything. More
// minutes never leave more, which is what the search needs: it goes from one
// length at which something changes to the next.
func (x *builder) addLengths(at int, c *Candidate) uint16 {
	ask := func(minutes int) (bool, []Interval) {
		in, q := *x.plain.MatchInput, *x.plain
		in.Request.Minutes = minutes
		q.MatchInput = &in
		return capacity.Blocks(q.of(c)), Merge(capacity.Closes(q.of(c)))
	}
	length := x.plain.Request.Minutes
	blocks, closed := ask(length)
	for !blocks {
		changes := func(minutes int) bool {
			blocked, now := ask(minutes)
			return blocked || !slices.Equal(now, closed)
		}
		if !changes(x.longest) {
			return uint16(x.longest)
		}
		next := length + 1 + sort.Search(x.longest-length-1, func(n int) bool { return changes(length + 1 + n) })
		was := closed
		blocks, closed = ask(next)
		if !blocks {
			x.close(at, Subtract(closed, was), closedHours{longer: uint16(next - 1)})
		}
		length = next
	}
	return uint16(max(0, length-1))
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

// minuteFrom is minute, rounded up.
func (x *Index) minuteFrom(t time.Time) int32 {
	n := x.minute(t)
	if !wholeMinute(t) {
		n++
	}
	return n
}

func wholeMinute(t time.Time) bool { return t.Second() == 0 && t.Nanosecond() == 0 }
