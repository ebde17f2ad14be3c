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

	ties   []tie // of the index, or of the request where those do not hold
	best   []hit // heap: the worst of the best k on top
	out    []Standing
	themes []themeWord
	one    Case // whom the rules are asked about while ranking
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
		s := Standing{Expert: r.who[h.row].Expert, Sum: h.sum, Known: h.known, Feasible: h.feasible, row: h.row}
		if h.known > 0 {
			s.Coverage = 100 * h.known / h.applicable
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
		h := hit{row: at, sum: b.sum, known: b.known, feasible: team.feasible(team.open), low: b.Coverage < q.Policy.LowCoverage}
		for _, f := range b.Factors {
			h.applicable += f.Weight
		}
		r.ties[at] = tieOf(team)
		if len(r.best) < k || r.compare(&h, &r.best[0]) < 0 {
			r.keep(h, k)
		}
	}
}

// scan walks the rows that are in every bitmap, 64 at a time: score without
// time, skip who could not come in even with all the time there is, and only
// then look at the hours.
func (r *Ranker) scan(q *Query, k int) {
	r.ties = r.Index.ties
	way := r.wayTo(q)
	certain := q.availability
	if q.themeTotal > 0 {
		certain += q.theme
	}
	most := q.availability * q.room[q.most]
	for w, all := range way.reach {
		for _, b := range q.all {
			all &= b[w]
		}
		if all == 0 {
			continue
		}
		r.themesOf(q, w)
		for ; all != 0; all &= all - 1 {
			bit := bits.TrailingZeros64(all)
			at := w<<6 | bit
			row := &r.rows[at]
			if int(row.years) < q.youngest {
				continue
			}
			h := hit{row: at, known: certain, applicable: q.applicable}
			if q.themeTotal > 0 {
				h.sum = q.theme * (r.themeSum(bit) / q.themeTotal)
			}
			for i, value := range row.fixed {
				if value != noValue {
					h.sum += q.fixed[i] * int(value)
					h.known += q.fixed[i]
				}
			}
			if value := way.near[at]; value != noValue {
				h.sum += q.proximity * int(value)
				h.known += q.proximity
			}
			if q.age > 0 && row.years != noYears {
				client := q.Request.Client
				h.sum += q.age * gapValue(2*int(row.years)-(client.AgeFrom+client.AgeTo))
				h.known += q.age
			}
			if q.preference > 0 {
				met, answered := q.wishesOf(at)
				if answered > 0 {
					h.sum += q.preference * (met * Perfect / answered)
					h.known += q.preference
				}
			}
			h.low = 100*h.known < q.Policy.LowCoverage*h.applicable
			if len(r.best) == k {
				bound := h
				bound.sum += most
				if r.compare(&bound, &r.best[0]) >= 0 {
					continue
				}
			}
			if h.feasible = r.feasibleFor(q, way, at); h.feasible < q.required {
				continue
			}
			h.sum += q.availability * q.room[h.feasible]
			if len(r.best) < k || r.compare(&h, &r.best[0]) < 0 {
				r.keep(h, k)
			}
		}
	}
}

// themeWord is a theme of the request for 64 rows: in which of them it is
// matched how.
type themeWord struct {
	importance            int
	green, amber, related uint64
}

func (r *Ranker) themesOf(q *Query, w int) {
	r.themes = r.themes[:0]
	for i := range q.themes {
		a := &q.themes[i]
		t := themeWord{importance: a.importance}
		if a.green != nil {
			t.green = a.green[w]
		}
		if a.amber != nil {
			t.amber = a.amber[w]
		}
		if a.unconfirmed {
			t.green, t.amber = t.green&r.confirmed[w], t.amber&r.confirmed[w]
		}
		for _, b := range a.related {
			t.related |= b[w]
		}
		t.related &^= t.green | t.amber
		r.themes = append(r.themes, t)
	}
}

// themeSum is Σ importance·value, as themeFit adds it up.
func (r *Ranker) themeSum(bit int) (sum int) {
	for i := range r.themes {
		t := &r.themes[i]
		value := Perfect*int(t.green>>bit&1) + amberValue*int(t.amber>>bit&1) + relatedValue*int(t.related>>bit&1)
		sum += t.importance * value
	}
	return sum
}

func (q *Query) wishesOf(at int) (met, answered int) {
	for _, w := range q.wishedFor {
		if w.told.has(at) {
			answered++
			if w.met.has(at) {
				met++
			}
		}
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
	row        int
	sum, known int
	applicable int
	feasible   int
	low        bool // less is known of her than the policy wants
}

// compare puts the better first, as ranked.compare does.
func (r *Ranker) compare(a, b *hit) int {
	if a.low != b.low {
		if a.low {
			return 1
		}
		return -1
	}
	if c := cmp.Compare(b.sum*max(a.known, 1), a.sum*max(b.known, 1)); c != 0 {
		return c
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

// keep adds a candidate to the best k, in place of the worst when there are k.
func (r *Ranker) keep(h hit, k int) {
	if len(r.best) < k {
		r.best = append(r.best, h)
		for i := len(r.best) - 1; i > 0; {
			up := (i - 1) / 2
			if r.compare(&r.best[i], &r.best[up]) <= 0 {
				return
			}
			r.best[i], r.best[up] = r.best[up], r.best[i]
			i = up
		}
		return
	}
	r.best[0] = h
	for i := 0; ; {
		worst := i
		for down := 2*i + 1; down <= 2*i+2 && down < k; down++ {
			if r.compare(&r.best[down], &r.best[worst]) > 0 {
				worst = down
			}
		}
		if worst == i {
			return
		}
		r.best[i], r.best[worst] = r.best[worst], r.best[i]
		i = worst
	}
}
