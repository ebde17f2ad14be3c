package engine

import (
	"math/bits"
	"slices"
)

// Scored is a place in the ranking of an index: what decides it, without the
// explanation.
type Scored struct {
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
	out     []Scored
	themes  []themeWord
	wishes  []wishWord
	rooms   []uint64 // for 64 rows, by part of the week: whose weekly hours have room
	digits  counters // and for how many occurrences
	bar     bar

	allDigits [maxDigits]uint64
	scratch   block
	one       Case // whom single rules are asked about while ranking
	asked     *Query
	question  question // of asked, see whole
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
		one := r.whole(q).judge(r.who[s.row])
		team := one.form([]*Case{one})
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
func (r *Ranker) Rank(q *Query, k int) []Scored {
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
		s := Scored{Expert: r.who[h.row].Expert, Sum: int(h.sum), Known: int(h.known), Feasible: int(h.feasible), row: int(h.row)}
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
		one := r.whole(q).judge(c)
		if len(one.blocked) > 0 {
			continue
		}
		team := one.form([]*Case{one})
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
		// Many rows: the hours of all at once leave few to score. Few rows: the score
		// comes first, because the hours are further away in memory.
		looked := bits.OnesCount64(rows) > fewRows
		if looked {
			rows = r.hoursOf(q, w, rows)
		}
		for rows != 0 {
			bit := bits.TrailingZeros64(rows)
			at := w<<6 | bit
			row := &r.rows[at]
			if int(row.years) < q.youngest {
				rows &= rows - 1
				continue
			}
			sum, known := r.without(q, row, way.near[at], bit)
			if !looked {
				if r.late(q, at, sum+q.availability*q.room[q.most], known, k) {
					rows &= rows - 1
					continue
				}
				rows, looked = r.hoursOf(q, w, rows), true
				if rows>>bit&1 == 0 {
					continue
				}
			}
			rows &= rows - 1
			feasible := r.digits.of(bit)
			sum += q.availability * q.room[feasible]
			if r.late(q, at, sum, known, k) {
				continue
			}
			h := q.hit(at, sum, known)
			h.feasible = int32(feasible)
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

// fewRows is how many of 64 are few.
const fewRows = 8

// waitingRoom is how many candidates wait before hours are looked at: enough
// for a good first choice, and few enough for the nearest cache.
const waitingRoom = 64

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

// feasibleFor counts the occurrences that fit, to the minute; -1 when a rule
// blocks her.
func (r *Ranker) feasibleFor(q *Query, way *way, hit *hit) int {
	at := int(hit.row)
	h := &r.hours[at]
	switch {
	case q.untimed || r.ragged.has(at):
		k := r.whole(q).judge(r.who[at])
		if len(k.blocked) > 0 {
			return -1
		}
		return q.question.feasible(k.open)
	case int32(h.length) < q.minutes:
		return -1
	}
	from := int32(0)
	if r.bound.has(at) {
		r.one = Case{question: q.question, Candidate: r.who[at]}
		if personExclusion.Blocks(&r.one) || dualRole.Blocks(&r.one) {
			return -1
		}
		for _, x := range r.one.OrganisationExclusions {
			switch {
			case !q.keepsAway(x):
			case x.Until == "":
				return -1
			default:
				from = max(from, r.minuteFrom(Instant(x.Until, "00:00", q.Zone)))
			}
		}
	}
	return r.feasible(q, at, hit.may, from, r.uneven.has(at) || h.steady < q.end || way.split.has(at))
}

// whole is the question with its calendar, which only the readable code needs:
// it is made for the first candidate who is asked about.
func (r *Ranker) whole(q *Query) *question {
	if r.asked != q {
		r.asked, r.question = q, *q.question
		r.question.calendar = localDays(q.horizon, q.Zone)
	}
	return &r.question
}
