package engine

import (
	"cmp"
	"slices"
)

// Bounds of the search for changes. All of it is looked at; nothing beyond.
const (
	maxShiftMinutes = 240 // a window or option ends later, or begins earlier
	maxShiftDays    = 6   // an option also on another day
	maxShiftWeeks   = 8   // all of it later or earlier
	maxEveryWeeks   = 4   // less often, down to every fourth week
	maxMoreTravel   = 60  // minutes more than one expert travels now
	maxCapSteps     = 2   // above a cap
	// Sessions become shorter down to the least of their type, and fewer down to
	// half of them; a team smaller down to the least of its type.
)

// What the search may do: a second of one core at most, whatever the pool. It
// counts judgements and not time, so that the same input gives the same answer.
// A search that leaves something out says so; what it found helps, but something
// smaller may have been left.
const (
	// MaxTrials is how often it judges a candidate, or part of a team, anew.
	MaxTrials = 20_000
	// MaxNear is how many candidates it looks for changes for: those whom the
	// fewest rules block, and of these those with most time.
	MaxNear = 100
)

// Proposal is one change, or two together, after which a request can be served.
type Proposal struct {
	Changes []Change // one or two, in the order in which to apply them
	Cost    int      // the sum of theirs: proposals are listed by it
}

// Proposals are the smallest changes of each kind, the cheapest first.
type Proposals struct {
	List []Proposal
	// Complete is false when [MaxNear] or [MaxTrials] left something out.
	Complete bool
}

// relaxation searches for the changes after which a request can be served, by
// anybody or by one expert.
//
// Single changes: for each kind every size up to its bound is tried, the
// smallest first, for everything it can be about; the search for a kind ends
// with the first size that works, and everything of that size that works is
// proposed. Pairs, when no single change will do: two changes of what can differ
// (two windows, two people, a window and a person). Of each two kinds the pair
// that costs least is proposed. Where a larger size always allows more, the
// largest is tried before all others, which need no look when it does not help.
//
// A change that leaves a request which nobody could submit is none, nor one that
// makes two options of a series overlap.
//
// Nobody about whom a hidden rule or a folded exclusion would have to be told
// takes part, so that no proposal, and no lack of one where she alone would do,
// says anything about it.
type relaxation struct {
	in      MatchInput // its candidates are those who take part, in order of id
	blocked map[ExpertID][]RuleCode
	with    ExpertID // the team must hold her; "" = anybody
	valid   bool     // the request as it is could be submitted
	partly  bool     // not all who take part are looked at
	trials  int      // judgements until now
}

// relax gives the smallest changes after which the request can be served by a
// team with this expert, "" for any team.
func relax(in MatchInput, with ExpertID) Proposals { return newRelaxation(in, with).proposals() }

func newRelaxation(in MatchInput, with ExpertID) *relaxation {
	q := ask(&in)
	r := &relaxation{in: in, blocked: map[ExpertID][]RuleCode{}, with: with}
	r.valid = in.Request.Validate(in.Type, in.Now, in.Zone) == nil
	r.in.Candidates = nil
	room := map[ExpertID]int{} // sessions
	for i := range in.Candidates {
		c := &in.Candidates[i]
		if c.FoldExclusions || q.hides(c) || with != "" && q.team() == 1 && c.Expert != with {
			continue
		}
		k := q.judge(c)
		if len(c.Rules) == 0 || slices.ContainsFunc(k.blocked, func(code RuleCode) bool { return !mendable(code) }) {
			continue // she has no hours at all, or no change gets round what blocks her
		}
		r.blocked[c.Expert], room[c.Expert] = k.blocked, q.feasible(k.open)
		if q.together(k) {
			r.blocked[c.Expert] = nil // no rule is enough by itself: any change may help
		}
		r.in.Candidates = append(r.in.Candidates, *c)
	}
	r.keepNear(room)
	return r
}

func (r *relaxation) proposals() Proposals {
	if _, takesPart := r.blocked[r.with]; len(r.in.Candidates) == 0 || r.with != "" && !takesPart {
		return Proposals{Complete: true}
	}
	list := r.singles()
	if len(list) == 0 {
		list = cheapest(r.pairs())
	}
	return Proposals{List: sorted(list), Complete: !r.partly && !r.spent()}
}

// keepNear keeps the candidates for whom a small change is most likely to do, in
// order of id: her whom it is about, then whom the fewest rules block, then who
// has room for most sessions.
func (r *relaxation) keepNear(room map[ExpertID]int) {
	far := func(c Candidate) int {
		if c.Expert == r.with {
			return -1
		}
		return len(r.blocked[c.Expert])
	}
	slices.SortFunc(r.in.Candidates, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(far(a), far(b)), cmp.Compare(room[b.Expert], room[a.Expert]), cmp.Compare(a.Expert, b.Expert))
	})
	if r.partly = len(r.in.Candidates) > MaxNear; r.partly {
		r.in.Candidates = r.in.Candidates[:MaxNear]
	}
	slices.SortFunc(r.in.Candidates, func(a, b Candidate) int { return cmp.Compare(a.Expert, b.Expert) })
}

// spent reports that the search may do no more.
func (r *relaxation) spent() bool { return r.trials >= MaxTrials }

// mendable reports that some kind of change can keep the rule from blocking.
func mendable(code RuleCode) bool {
	return slices.ContainsFunc(changeSpecs, func(s changeSpec) bool { return slices.Contains(s.Mends, code) })
}

// together reports that a candidate is blocked although no rule blocks her by
// itself: what several rules close leaves too little.
func (q *question) together(k *Case) bool {
	return slices.Equal(k.blocked, []RuleCode{notAvailable.Code}) && len(q.wishes) > 0 && q.leaves(k, notAvailable) >= q.required
}

// leaves counts the sessions a rule by itself leaves room for.
func (q *question) leaves(k *Case, rule Rule[*Case]) int {
	if rule.Closes == nil {
		return q.feasible(q.openIn(nil))
	}
	return q.feasible(q.openIn(Merge(rule.Closes(k))))
}

// singles are the smallest changes of each kind that do by themselves.
func (r *relaxation) singles() []Proposal {
	var out []Proposal
	for _, spec := range changeSpecs {
		var changes []Change
		for _, sizes := range r.subjects(spec) {
			if len(sizes) == 1 || r.serves(sizes[len(sizes)-1]) {
				changes = append(changes, sizes...)
			}
		}
		slices.SortFunc(changes, Change.compare)
		size := 0
		for _, c := range changes {
			if size > 0 && c.By > size {
				break
			}
			if r.works(c) {
				size = c.By
				out = append(out, Proposal{Changes: []Change{c}, Cost: c.Cost()})
			}
		}
	}
	return out
}

// pairs are the smallest pairs of changes for each two subjects.
func (r *relaxation) pairs() (out []Proposal) {
	var subjects [][]Change
	for _, spec := range changeSpecs {
		subjects = append(subjects, r.subjects(spec)...)
	}
	for i, a := range subjects {
		for _, b := range subjects[i+1:] {
			if r.spent() {
				return out
			}
			if r.compatible(a[0], b[0]) {
				out = append(out, r.smallest(a, b)...)
			}
		}
	}
	return out
}

// compatible reports that two changes can stand beside each other.
func (r *relaxation) compatible(a, b Change) bool {
	about := func(c Change) Change {
		return Change{Expert: c.Expert, Window: c.Window, Option: c.Option, Wish: c.Wish}
	}
	if a.Kind == b.Kind && about(a) == (Change{}) {
		return false
	}
	return a.Expert == b.Expert || a.Expert == "" || b.Expert == "" || r.in.Request.TeamSize > 1
}

// smallest are the pairs of two subjects that work and cost least.
func (r *relaxation) smallest(a, b []Change) []Proposal {
	if !r.serves(both(a[len(a)-1], b[len(b)-1])...) {
		return nil
	}
	var all, out []Proposal
	for _, x := range a {
		for _, y := range b {
			all = append(all, Proposal{Changes: both(x, y), Cost: x.Cost() + y.Cost()})
		}
	}
	slices.SortFunc(all, Proposal.compare)
	for _, p := range all {
		if len(out) > 0 && p.Cost > out[0].Cost {
			break
		}
		if r.works(p.Changes...) {
			out = append(out, p)
		}
	}
	return out
}

// both puts two changes in the order in which they can be applied: a copy of a
// window or option is made before it is widened, and it is widened before all of
// them move.
func both(a, b Change) []Change {
	turn := func(c Change) int {
		switch c.Kind {
		case ChangeAlsoDay, ChangeAlsoWeekday:
			return 0
		case ChangeEndsLater:
			return 1
		case ChangeStartsEarlier:
			return 2
		}
		return 3
	}
	pair := []Change{a, b}
	slices.SortFunc(pair, func(a, b Change) int {
		return cmp.Or(cmp.Compare(turn(a), turn(b)), cmp.Compare(a.Kind.order(), b.Kind.order()), a.compare(b))
	})
	if pair[0].Kind == ChangeEndsLater && pair[1].Kind == ChangeStartsEarlier {
		pair[1].Window, pair[1].Option = pair[0].widenWindow(pair[1].Window), pair[0].widenOption(pair[1].Option)
	}
	return pair
}

// cheapest keeps, of each two kinds, the pairs that cost least.
func cheapest(list []Proposal) []Proposal {
	least := map[[2]ChangeKind]int{}
	kinds := func(p Proposal) [2]ChangeKind { return [2]ChangeKind{p.Changes[0].Kind, p.Changes[1].Kind} }
	for _, p := range list {
		if cost, found := least[kinds(p)]; !found || p.Cost < cost {
			least[kinds(p)] = p.Cost
		}
	}
	return slices.DeleteFunc(list, func(p Proposal) bool { return p.Cost > least[kinds(p)] })
}

// compare puts the cheaper first.
func (p Proposal) compare(other Proposal) int {
	return cmp.Or(cmp.Compare(p.Cost, other.Cost), slices.CompareFunc(p.Changes, other.Changes, Change.compare))
}

// sorted lists the cheaper first, and once what differs only in whom it is
// about: for one person, whoever that is.
func sorted(list []Proposal) []Proposal {
	slices.SortFunc(list, Proposal.compare)
	nameless := func(c, other Change) int {
		c.Expert, other.Expert = "", ""
		return c.compare(other)
	}
	return slices.CompactFunc(list, func(a, b Proposal) bool { return slices.CompareFunc(a.Changes, b.Changes, nameless) == 0 })
}
