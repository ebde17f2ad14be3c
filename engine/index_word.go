package engine

// without scores all but the hours, as score does: Σ weight·value and Σ weight
// over what is known, the weight of the hours included.
func (r *Ranker) without(q *Query, row *row, near uint16, bit int) (sum, known int) {
	known = q.certain
	if q.theme > 0 {
		sum += q.theme * int(r.themeSum(bit)/uint32(q.themeTotal))
	}
	for i, value := range row.fixed {
		if value != noValue {
			sum, known = sum+q.fixed[i]*int(value), known+q.fixed[i]
		}
	}
	if near != noValue {
		sum, known = sum+q.proximity*int(near), known+q.proximity
	}
	if q.age > 0 && row.years != noYears {
		sum, known = sum+q.age*gapValue(2*int(row.years)-q.ages), known+q.age
	}
	if q.preference > 0 {
		if met, answered := r.wishesMet(bit); answered > 0 {
			sum, known = sum+q.preference*int(met*Perfect/answered), known+q.preference
		}
	}
	return sum, known
}

// themeWord is a theme of the request for 64 rows: in which of them it is
// matched how. wishWord is the same for a wish.
type themeWord struct {
	importance            uint32
	green, amber, related uint64
}

type wishWord struct{ told, met uint64 }

// themesOf looks at the themes and wishes of 64 rows at once, and gives those of
// the rows that are still in the race.
func (r *Ranker) themesOf(q *Query, w int, rows uint64) uint64 {
	r.themes, r.wishes = r.themes[:0], r.wishes[:0]
	for i := range q.themes {
		a := &q.themes[i]
		t := themeWord{importance: uint32(a.importance), green: a.green.word(w), amber: a.amber.word(w)}
		if a.unconfirmed {
			t.green, t.amber = t.green&r.confirmed[w], t.amber&r.confirmed[w]
		}
		for _, b := range a.related {
			t.related |= b[w]
		}
		t.related &^= t.green | t.amber
		r.themes = append(r.themes, t)
		switch {
		case a.lossAmber > r.bar.loss:
			rows &= t.green
		case a.lossRelated > r.bar.loss:
			rows &= t.green | t.amber
		case a.lossNone > r.bar.loss:
			rows &= t.green | t.amber | t.related
		}
	}
	for _, wish := range q.wishedFor {
		t := wishWord{wish.told.word(w), wish.met.word(w)}
		r.wishes = append(r.wishes, t)
		if q.lossWish > r.bar.loss {
			rows &= t.met | ^t.told
		}
	}
	return rows
}

// hoursOf does the same with the weekly hours.
func (r *Ranker) hoursOf(q *Query, w int, rows uint64) uint64 {
	clear(r.digits)
	r.rooms = r.rooms[:0]
	if q.untimed {
		for range q.most {
			r.digits.add(^uint64(0))
		}
		return rows
	}
	for _, part := range q.parts {
		if part.to == 0 {
			r.rooms = append(r.rooms, ^uint64(0)) // looked at later
			continue
		}
		room := r.growing[w] | r.free[w][q.online][part.odd].room(part, int(q.minutes+14)/15, rows, &r.scratch)
		r.rooms = append(r.rooms, room)
	}
	any := uint64(0)
	for i := range q.spans {
		any |= r.rooms[q.spans[i].part]
		if i == len(q.spans)-1 || q.spans[i+1].occurrence != q.spans[i].occurrence {
			r.digits.add(any)
			any = 0
		}
	}
	return rows & r.digits.atLeast(r.bar.feasible)
}

// counters is a number for each of 64 rows, its binary digits apart, the lowest
// first: what is done to all numbers takes a few operations.
type counters []uint64

// maxDigits is enough for the wishes of any request that Validate lets through.
const maxDigits = 9

func (c counters) add(rows uint64) {
	for i := range c {
		c[i], rows = c[i]^rows, c[i]&rows
	}
}

func (c counters) of(bit int) (n int) {
	for i, digit := range c {
		n |= int(digit>>bit&1) << i
	}
	return n
}

func (c counters) atLeast(n int) uint64 {
	if n >= 1<<len(c) {
		return 0
	}
	more, same := uint64(0), ^uint64(0)
	for i := len(c) - 1; i >= 0; i-- {
		if n>>i&1 == 1 {
			same &= c[i]
		} else {
			more, same = more|same&c[i], same&^c[i]
		}
	}
	return more | same
}

// themeSum is Σ importance·value, as themeFit adds it up.
func (r *Ranker) themeSum(bit int) (sum uint32) {
	for i := range r.themes {
		t := &r.themes[i]
		value := Perfect*uint32(t.green>>bit&1) + amberValue*uint32(t.amber>>bit&1) + relatedValue*uint32(t.related>>bit&1)
		sum += t.importance * value
	}
	return sum
}

func (r *Ranker) wishesMet(bit int) (met, answered uint32) {
	for i := range r.wishes {
		met += uint32(r.wishes[i].met >> bit & 1)
		answered += uint32(r.wishes[i].told >> bit & 1)
	}
	return met, answered
}
