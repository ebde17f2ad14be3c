package engine

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// Standing is a place in the ranking of an index: what decides it, without the
// explanation.
type Standing struct {
	Expert   ExpertID
	Sum      int // Σ weight·value over known factors
	Known    int // Σ weight over known factors; the score is Sum/Known, rounded down
	Coverage int // percent of the applicable weight that is known
	Feasible int // sessions that fit

	row int
}

// Ranker ranks requests on an index. It keeps what it has worked out about
// places (two bytes and two bits for a candidate and place), so that many
// requests from one place share it. It serves one goroutine at a time.
type Ranker struct {
	*Index
	ways map[placeKey]*way

	ties    []tie // of the index, or of the request where those do not hold
	best    []hit // once there are k: a heap with the worst of them on top
	waiting []hit // with all the time there is
	out     []Standing
	themes  []themeWord
	wishes  []wishWord
	rooms   []uint64 // for 64 rows, by part of the week: whose weekly hours have room
	digits  counters // and for how many occurrences
	bar     bar

	allDigits [maxDigits]uint64
	scratch   block
	one       Case // whom the rules are asked about while ranking
}

// NewRanker gives a ranker of its own to a goroutine.
func (x *Index) NewRanker() *Ranker { return &Ranker{Index: x, ways: map[placeKey]*way{}} }

// Top suggests the k best experts for the request of the input, as [Suggest]
// ranks and explains them; the input's candidates are ignored. A request for a
// team is handed to Suggest.
func (x *Index) Top(in MatchInput, k int) ([]Suggestion, error) { return x.NewRanker().Top(in, k) }

// Top is [Index.Top] with what this ranker knows of places already.
func (r *Ranker) Top(in MatchInput, k int) ([]Suggestion, error) {
	if in.Request.TeamSize > 1 {
		return r.suggest(in, k)
	}
	q, err := r.Ask(in)
	if err != nil {
		return nil, err
	}
	var out []Suggestion
	for _, s := range r.Rank(q, k) {
		team := q.form([]*Case{q.judge(r.who[s.row])})
		b := score(team, q.Weights)
		if b.sum != s.Sum || b.known != s.Known || team.feasible(team.open) != s.Feasible || len(team.Members[0].blocked) > 0 {
			return r.suggest(in, k) // a mistake of the index: the definition is right
		}
		out = append(out, ranked{team, b}.suggestion())
	}
	return out, nil
}

// suggest is the definition.
func (x *Index) suggest(in MatchInput, k int) ([]Suggestion, error) {
	in.Candidates = make([]Candidate, len(x.who))
	for i, c := range x.who {
		in.Candidates[i] = *c
	}
	ranking, err := Suggest(in)
	return ranking.Suggestions[:min(max(0, k), len(ranking.Suggestions))], err
}

// Rank gives the k best, best first. The result is valid until the next call.
// Nothing is allocated once the ranker has seen the place and a list as long,
// as long as no candidate has to be judged by the readable rules.
func (r *Ranker) Rank(q *Query, k int) []Standing {
	r.best, r.out = r.best[:0], r.out[:0]
	switch {
	case k <= 0:
	case q.readable:
		r.judgeAll(q, k)
	case len(q.spans) > 0 || q.untimed:
		r.scan(q, k)
	}
	slices.SortFunc(r.best, func(a, b hit) int { return r.compare(&a, &b) })
	for _, h := range r.best {
		s := Standing{Expert: r.who[h.row].Expert, Sum: int(h.sum), Known: int(h.known), Feasible: int(h.feasible), row: int(h.row)}
		if h.known > 0 {
			s.Coverage = 100 * s.Known / int(h.applicable)
		}
		r.out = append(r.out, s)
	}
	return r.out
}

// judgeAll ranks by the readable rules and factors alone.
func (r *Ranker) judgeAll(q *Query, k int) {
	r.ties = make([]tie, len(r.who))
	for at, c := range r.who {
		one := q.judge(c)
		if len(one.blocked) > 0 {
			continue
		}
		team := q.form([]*Case{one})
		b := score(team, q.Weights)
		r.ties[at] = tieOf(team)
		h := hit{row: int32(at), sum: int32(b.sum), known: int32(b.known), feasible: int32(team.feasible(team.open)), low: b.Coverage < q.Policy.LowCoverage}
		for _, f := range b.Factors {
			h.applicable += int32(f.Weight)
		}
		r.keep(h, k)
	}
}

// scan walks the rows that are in every bitmap, 64 at a time, and scores them
// with the hours of an ordinary week, in which nothing is booked. Who could not
// come in even so is left out; the others wait for [Ranker.settle], which looks
// at the very dates.
func (r *Ranker) scan(q *Query, k int) {
	r.ties = r.Index.ties
	r.digits = r.allDigits[:bits.Len(uint(q.most))]
	r.setBar(q, k)
	way := r.wayTo(q)
	for w, rows := range way.reach {
		for _, b := range q.all {
			rows &= b[w]
		}
		if rows == 0 {
			continue
		}
		if rows = r.themesOf(q, w, rows); rows == 0 {
			continue
		}
		for rows = r.hoursOf(q, w, rows); rows != 0; rows &= rows - 1 {
			bit := bits.TrailingZeros64(rows)
			at := w<<6 | bit
			row := &r.rows[at]
			if int(row.years) < q.youngest {
				continue
			}
			h := r.without(q, row, way.near[at], bit)
			h.row, h.feasible = int32(at), int32(r.digits.of(bit))
			h.sum += int32(q.availability * q.room[h.feasible])
			if len(r.best) == k && r.compare(&h, &r.best[0]) >= 0 {
				continue
			}
			for i, room := range r.rooms {
				h.may |= room >> bit & 1 << i
			}
			if r.waiting = append(r.waiting, h); len(r.waiting) == waitingRoom {
				r.settle(q, way, k)
				r.setBar(q, k)
			}
		}
	}
	r.settle(q, way, k)
}

// bar is what a candidate may lose at most by one factor alone and still come
// in: in points of weight·value, and as the least number of occurrences.
//
// Her score is Perfect less what she loses over what is known of her, so it is
// at most Perfect less any one loss over all that applies.
type bar struct {
	loss     int
	feasible int
}

func (r *Ranker) setBar(q *Query, k int) {
	r.bar = bar{loss: math.MaxInt, feasible: q.required}
	if len(r.best) < k || r.best[0].low || r.best[0].known == 0 {
		return
	}
	worst := r.best[0]
	r.bar.loss = (Perfect*int(worst.known) - int(worst.sum)) * q.applicable / int(worst.known)
	for r.bar.feasible < q.most && q.availability*(Perfect-q.room[r.bar.feasible]) > r.bar.loss {
		r.bar.feasible++
	}
}

// without scores all but the hours.
func (r *Ranker) without(q *Query, row *row, near uint16, bit int) hit {
	sum, known := 0, q.certain
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
	return hit{sum: int32(sum), known: int32(known), applicable: int32(q.applicable), low: 100*known < q.Policy.LowCoverage*q.applicable}
}

// waitingRoom is how many candidates wait before hours are looked at: enough
// for a good first choice, and few enough for the nearest cache.
const waitingRoom = 512

// settle takes those who wait, the best that can still be made first, and gives
// them what their hours are worth, until the next could not come in any more
// with all the time there is. It is the threshold algorithm of R. Fagin, A. Lotem
// and M. Naor (Journal of Computer and System Sciences 66, 2003) with one costly
// attribute.
func (r *Ranker) settle(q *Query, way *way, k int) {
	r.heap(r.waiting, 1)
	for len(r.waiting) > 0 {
		h, last := r.waiting[0], len(r.waiting)-1
		if len(r.best) == k && r.compare(&h, &r.best[0]) >= 0 {
			break
		}
		r.waiting[0] = r.waiting[last]
		r.waiting = r.waiting[:last]
		r.sink(r.waiting, 0, 1)
		feasible := r.feasibleFor(q, way, &h)
		if feasible < q.required {
			continue
		}
		h.sum += int32(q.availability * (q.room[feasible] - q.room[h.feasible]))
		h.feasible = int32(feasible)
		r.keep(h, k)
	}
	r.waiting = r.waiting[:0]
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
	if q.untimed {
		for range q.most {
			r.digits.add(^uint64(0))
		}
		return rows
	}
	r.rooms = r.rooms[:0]
	for _, part := range q.weekly {
		room := r.growing[w] | r.free[w][q.online][part.odd].room(part, int(q.minutes+14)/15, rows, &r.scratch)
		r.rooms = append(r.rooms, room)
	}
	any := uint64(0)
	for i := range q.spans {
		any |= r.rooms[q.spans[i].weekly]
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

// feasibleFor counts the occurrences that fit, from the columns where they say
// it exactly and by the rules where they do not; -1 when a rule blocks her.
func (r *Ranker) feasibleFor(q *Query, way *way, hit *hit) int {
	at := int(hit.row)
	h := &r.hours[at]
	readable := q.untimed || r.uneven.has(at) || h.steady < q.end || int(h.length) < int(q.minutes) || way.split.has(at) ||
		q.adults && int(r.rows[at].years) < q.Policy.AdultAge
	if !readable && r.bound.has(at) {
		r.one = Case{question: q.question, Candidate: r.who[at]}
		if personExclusion.Blocks(&r.one) || dualRole.Blocks(&r.one) {
			return -1
		}
		for _, x := range r.one.OrganisationExclusions {
			if q.keepsAway(x) {
				if x.Until == "" {
					return -1
				}
				readable = true
			}
		}
	}
	if !readable {
		return r.feasible(q, at, hit.may)
	}
	k := q.judge(r.who[at])
	if len(k.blocked) > 0 {
		return -1
	}
	return q.question.feasible(k.open)
}

// hit is a candidate in the race.
type hit struct {
	row                    int32
	sum, known, applicable int32
	feasible               int32  // at most, while waiting
	low                    bool   // less is known of her than the policy wants
	may                    uint64 // parts of the week in which the weekly hours have room
}

// compare puts the better first, as ranked.compare does.
func (r *Ranker) compare(a, b *hit) int {
	if a.low != b.low {
		if a.low {
			return 1
		}
		return -1
	}
	if c := int64(b.sum)*int64(max(a.known, 1)) - int64(a.sum)*int64(max(b.known, 1)); c != 0 {
		return cmp.Compare(c, 0)
	}
	s, t := &r.ties[a.row], &r.ties[b.row]
	if c := cmp.Compare(int64(s.load)*int64(max(t.room, 1)), int64(t.load)*int64(max(s.room, 1))); c != 0 {
		return c
	}
	if c := cmp.Compare(s.offered, t.offered); c != 0 {
		return c
	}
	return cmp.Compare(a.row, b.row) // rows are in order of id
}

// keep adds a candidate to the best k, in place of the worst when there are k
// and she is better.
func (r *Ranker) keep(h hit, k int) {
	if len(r.best) == k {
		if r.compare(&h, &r.best[0]) < 0 {
			r.best[0] = h
			r.sink(r.best, 0, -1)
		}
		return
	}
	if r.best = append(r.best, h); len(r.best) == k {
		r.heap(r.best, -1)
	}
}

// heap orders hits so that the best is on top, or with sign -1 the worst.
func (r *Ranker) heap(hits []hit, sign int) {
	for i := len(hits)/2 - 1; i >= 0; i-- {
		r.sink(hits, i, sign)
	}
}

// sink restores a heap below i.
func (r *Ranker) sink(heap []hit, i, sign int) {
	for {
		first := i
		for down := 2*i + 1; down <= 2*i+2 && down < len(heap); down++ {
			if sign*r.compare(&heap[down], &heap[first]) < 0 {
				first = down
			}
		}
		if first == i {
			return
		}
		heap[i], heap[first] = heap[first], heap[i]
		i = first
	}
}
