package engine

import (
	"slices"
)

// helps reports whether some rule that blocks an expert could stop to by one of
// the changes; an expert blocked by none is always worth trying.
func (r *relaxation) helps(c Change, expert ExpertID) bool {
	blocked := r.blocked[expert]
	return len(blocked) == 0 || slices.ContainsFunc(blocked, func(code RuleCode) bool { return c.mends(code, expert) })
}

func (c Change) mends(code RuleCode, expert ExpertID) bool {
	return (c.Expert == "" || c.Expert == expert) && slices.Contains(specOf(c.Kind).Mends, code)
}

// works reports whether the request can be served after the changes, and is one
// that could be submitted.
func (r *relaxation) works(changes ...Change) bool {
	asked := r.in
	asked.Candidates = nil
	for _, c := range changes {
		asked = Apply(asked, c)
	}
	if r.valid && asked.Request.Validate(asked.Type, asked.Now, asked.Zone) != nil || asked.Request.collide() && !r.in.Request.collide() {
		return false
	}
	return r.serves(changes...)
}

// serves reports whether the request can be served after the changes; never when
// the search is spent. Who is still blocked by a rule that none of them mends is
// not looked at again, and, where one expert is needed, nor is anybody but her
// whom a change is about.
func (r *relaxation) serves(changes ...Change) bool {
	if r.spent() {
		return false
	}
	in, holdsHer, only := r.in, r.with == "", ExpertID("")
	for _, x := range changes {
		if r.in.Request.TeamSize <= 1 {
			only = max(only, x.Expert)
		}
	}
	in.Candidates = nil
	for i := range r.in.Candidates {
		c := &r.in.Candidates[i]
		if only != "" && c.Expert != only || slices.ContainsFunc(r.blocked[c.Expert], func(code RuleCode) bool {
			return !slices.ContainsFunc(changes, func(x Change) bool { return x.mends(code, c.Expert) })
		}) {
			continue
		}
		in.Candidates = append(in.Candidates, *c)
		holdsHer = holdsHer || c.Expert == r.with
	}
	if len(in.Candidates) == 0 || !holdsHer {
		return false
	}
	for _, c := range changes {
		in = Apply(in, c)
	}
	return ask(&in).servable(r.with, &r.trials)
}

// collide reports that two of the options of a series overlap, so that one time
// would count as two of its sessions.
func (w Wishes) collide() bool {
	options := slices.SortedFunc(slices.Values(w.Options), compareIntervals)
	for i := 1; i < len(options); i++ {
		if w.Occurrences > 1 && options[i].Start.Before(options[i-1].End) {
			return true
		}
	}
	return false
}

// servable reports whether [Suggest] has a team for the request that holds the
// expert, "" for any team. It stops at the first, and gives up a part of a team
// as soon as its members have too little time in common or keep away from each
// other; and all of it at [MaxTrials], which it counts.
func (q *question) servable(with ExpertID, trials *int) bool {
	var free []*Case
	for i := range q.Candidates {
		*trials++
		k := &Case{question: q, Candidate: &q.Candidates[i]}
		if !k.free() {
			continue
		}
		if free = append(free, k); with == "" && q.team() == 1 && len(q.form(free[len(free)-1:]).blocked()) == 0 {
			return true
		}
		if k.Expert == with { // first, so that every team holds her
			free[0], free[len(free)-1] = k, free[0]
		}
	}
	if with != "" && (len(free) == 0 || free[0].Expert != with) {
		return false
	}
	size := q.team()
	if len(free) == 0 || size > 1 && q.form(free).lacks(size) {
		return false // all of them together could not
	}
	var meets func(members []*Case, from int) bool
	meets = func(members []*Case, from int) bool {
		if *trials++; *trials > MaxTrials {
			return false
		}
		if len(members) > 0 {
			team := q.form(slices.Clone(members))
			if q.feasible(team.open) < q.required || team.apart() {
				return false
			}
			if len(members) == size {
				return len(team.blocked()) == 0
			}
		}
		for i := from; i <= len(free)-(size-len(members)); i++ {
			if with != "" && len(members) == 0 && i > 0 {
				return false
			}
			if meets(append(members, free[i]), i+1) {
				return true
			}
		}
		return false
	}
	return meets(make([]*Case, 0, size), 0)
}

// lacks reports that no team of that size out of these can cover the must-themes
// or hold somebody with practice.
func (t *Team) lacks(size int) bool {
	for _, theme := range t.must {
		if _, ok := t.consent(theme); !ok {
			return true
		}
	}
	return len(t.Members) < size || !t.experienced()
}

// free reports that no rule blocks a candidate, as judge finds it, and fills in
// what is open.
func (c *Case) free() bool {
	var closed []Interval
	for _, rule := range Rules {
		if rule.Blocks != nil && rule.Blocks(c) {
			return false
		}
	}
	for _, rule := range Rules {
		if rule.Closes != nil {
			closed = append(closed, rule.Closes(c)...)
		}
	}
	c.open = c.openIn(Merge(closed))
	return c.feasible(c.open) >= c.required
}
