package engine

import (
	"cmp"
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
	best    []hit // heap: the worst of the best k on top
	waiting []hit // with all the time there is
	out     []Standing
	themes  []themeWord
	wishes  []wishWord
	one     Case // whom the rules are asked about while ranking
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
// without their hours. Who could not come in even with all the time there is, is
// left out; the others wait for [Ranker.settle], which looks at hours.
func (r *Ranker) scan(q *Query, k int) {
	r.ties = r.Index.ties
	way := r.wayTo(q)
	most := int32(q.availability * q.room[q.most])
	for w, all := range way.reach {
		for _, b := range q.all {
			all &= b[w]
		}
		if all == 0 {
			continue
		}
		r.word(q, w)
		for ; all != 0; all &= all - 1 {
			bit := bits.TrailingZeros64(all)
			at := w<<6 | bit
			row := &r.rows[at]
			if int(row.years) < q.youngest {
				continue
			}
			h := r.without(q, row, way.near[at], bit)
			h.row, h.sum = int32(at), h.sum+most
			if len(r.best) == k && r.compare(&h, &r.best[0]) >= 0 {
				continue
			}
			if r.waiting = append(r.waiting, h); len(r.waiting) == waitingRoom {
				r.settle(q, way, k)
			}
		}
	}
	r.settle(q, way, k)
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
	most := int32(q.availability * q.room[q.most])
	for i := len(r.waiting)/2 - 1; i >= 0; i-- {
		r.sink(r.waiting, i, 1)
	}
	for len(r.waiting) > 0 {
		h, last := r.waiting[0], len(r.waiting)-1
		if len(r.best) == k && r.compare(&h, &r.best[0]) >= 0 {
			break
		}
		r.waiting[0] = r.waiting[last]
		r.waiting = r.waiting[:last]
		r.sink(r.waiting, 0, 1)
		feasible := r.feasibleFor(q, way, int(h.row))
		if feasible < q.required {
			continue
		}
		h.feasible = int32(feasible)
		h.sum += int32(q.availability*q.room[feasible]) - most
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

func (r *Ranker) word(q *Query, w int) {
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
	}
	for i := range q.wishedFor {
		r.wishes = append(r.wishes, wishWord{q.wishedFor[i].told.word(w), q.wishedFor[i].met.word(w)})
	}
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
func (r *Ranker) feasibleFor(q *Query, way *way, at int) int {
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
		return r.feasible(q, h)
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
	feasible               int32
	low                    bool // less is known of her than the policy wants
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
	r.best = append(r.best, h)
	for i := len(r.best) - 1; i > 0; {
		up := (i - 1) / 2
		if r.compare(&r.best[i], &r.best[up]) <= 0 {
			return
		}
		r.best[i], r.best[up] = r.best[up], r.best[i]
		i = up
	}
}

// sink restores a heap below i. With sign 1 the best is on top, with -1 the
// worst.
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
