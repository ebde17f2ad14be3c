package engine

import (
	"cmp"
	"slices"
)

// Version of the engine. It changes with every change that can change a score
// or an exclusion, and is stored with each decision.
const Version = "1.1.0"

// Suggestion is a proposal with its calculation. It decides nothing: a person
// does.
type Suggestion struct {
	Experts     []ExpertID // ordered by id
	Score       int        // 0..Perfect
	Coverage    int        // percent of the applicable weight that is known
	Factors     []FactorScore
	Unknown     []FactorName
	WouldChange []Gain
	Warnings    []Warning
	// Feasible of Needed sessions fit; Slots are the first of them.
	Feasible int
	Needed   int
	Slots    []Interval
	// Series are all the sessions of a relation or series, nil for a single one.
	Series []Occurrence
	// Basis is given back with the choice of this suggestion, so that a change in
	// between is noticed. It is made for those that are shown, outside of here.
	Basis string `json:"-"`
}

// ExcludedCount says how many candidates a rule excludes. Each candidate is
// counted once, under the first rule in the list that blocks her.
type ExcludedCount struct {
	Code  RuleCode
	Count int
	// Some replaces the count in small pools, where a number would name a
	// person by elimination; Count is 0 then.
	Some bool
}

// Ranking is the answer to a request: the best first.
type Ranking struct {
	// Suggestions are all there are, or, of more than some two thousand possible
	// teams, exactly the best MaxSuggestions.
	Suggestions []Suggestion
	// Total is how many there are; with AtLeast there may be more.
	Total          int
	AtLeast        bool
	Empty          EmptyReason     // why there are none, "" when there are some
	Warnings       []Warning       // about the ranking as a whole
	Excluded       []ExcludedCount // in the order of the rules
	Candidates     int
	EngineVersion  string
	WeightsVersion string
}

// MaxSuggestions is how many suggestions a ranking holds when there are too many
// teams to weigh each.
const MaxSuggestions = 50

// Suggest ranks every team of the size the request asks for. It returns INVALID
// on "teamSize" for teams of more than six, and when the best of them cannot be
// found with reasonable effort.
func Suggest(in MatchInput) (Ranking, error) { return suggestWithin(in, usualEffort) }

func suggestWithin(in MatchInput, limit effort) (Ranking, error) {
	q := ask(&in)
	cases, excluded := q.sift()
	out := Ranking{Candidates: len(in.Candidates), EngineVersion: Version, WeightsVersion: in.Weights.Version}
	var list []ranked
	var err error
	if q.team() == 1 || combinations(len(cases), q.team(), limit.weighed) <= limit.weighed {
		list = q.weighAll(cases, excluded)
		if out.Total = len(list); out.Total > limit.weighed {
			list = list[:limit.best] // single experts of a very large pool
		}
	} else if list, err = q.findBest(cases, excluded, limit, &out); err != nil {
		return Ranking{}, err
	}
	for _, r := range list {
		out.Suggestions = append(out.Suggestions, r.suggestion())
	}
	out.Excluded = excluded.counts()
	switch {
	case len(list) == 0:
		out.Empty = q.whyEmpty(len(cases))
	case out.Total == 1 && !out.AtLeast:
		out.Warnings = list[0].lastPlace()
	}
	return out, nil
}

// Check reports whether these experts can do this slot: every hard rule, at
// that time, on the input's knowledge. The input's candidates are the team. The
// suggestion carries the calculation; the codes, in the order of the rules, are
// empty when all is well.
func Check(in MatchInput, slot Interval) (Suggestion, []RuleCode) {
	q := askAt(in, slot)
	cases := make([]*Case, len(in.Candidates))
	var codes []RuleCode
	for i := range in.Candidates {
		cases[i] = q.judge(&in.Candidates[i])
		codes = append(codes, cases[i].blocked...)
	}
	slices.SortFunc(cases, func(a, b *Case) int { return cmp.Compare(a.Expert, b.Expert) })
	team := q.form(cases)
	if len(codes) == 0 {
		codes = team.blocked()
	}
	slices.SortStableFunc(codes, func(a, b RuleCode) int { return cmp.Compare(ruleOrder(a), ruleOrder(b)) })
	return ranked{team, score(team, in.Weights)}.suggestion(), slices.Compact(codes)
}

// WithinWishes reports whether a slot lies inside a window the requester
// proposed and has the length that was asked for.
func WithinWishes(in MatchInput, slot Interval) bool {
	q := ask(&in)
	return slot.Duration() == q.length() && slices.ContainsFunc(q.wishes, func(w wish) bool { return w.Window.Contains(slot) })
}

func (r ranked) suggestion() Suggestion {
	s := Suggestion{
		Experts: r.ids(), Score: r.Score, Coverage: r.Coverage, Factors: r.Factors, WouldChange: r.WouldChange,
		Feasible: r.feasible(r.open), Needed: r.needed, Slots: r.slots(r.open), Series: r.series(),
	}
	for _, f := range r.Factors {
		if f.State == UnknownYet {
			s.Unknown = append(s.Unknown, f.Name)
		}
	}
	s.Warnings = r.warnings(&s)
	return s
}

// sift judges every candidate and splits them into those no rule blocks, in
// order of id, and the count of the others.
func (q *question) sift() ([]*Case, *excluded) {
	out := &excluded{by: map[RuleCode]int{}, small: len(q.Candidates) < q.Policy.SmallPool}
	var cases []*Case
	for i := range q.Candidates {
		c := q.judge(&q.Candidates[i])
		if len(c.blocked) == 0 {
			cases = append(cases, c)
			continue
		}
		out.add(c, c.blocked[0])
	}
	slices.SortFunc(cases, func(a, b *Case) int { return cmp.Compare(a.Expert, b.Expert) })
	return cases, out
}

type excluded struct {
	by    map[RuleCode]int
	small bool
}

func (e *excluded) add(c *Case, code RuleCode) {
	if c.FoldExclusions {
		code = OtherRule
	}
	e.by[code]++
}

func (e *excluded) counts() []ExcludedCount {
	var out []ExcludedCount
	for code, n := range e.by {
		if e.small {
			n = 0
		}
		out = append(out, ExcludedCount{Code: code, Count: n, Some: e.small})
	}
	slices.SortFunc(out, func(a, b ExcludedCount) int { return cmp.Compare(ruleOrder(a.Code), ruleOrder(b.Code)) })
	return out
}

// ruleOrder is the place of a code in the lists; OTHER comes last.
func ruleOrder(code RuleCode) int {
	if i := slices.IndexFunc(Rules, func(r Rule[*Case]) bool { return r.Code == code }); i >= 0 {
		return i
	}
	switch code {
	case pairRule.Code:
		return len(Rules)
	case CannotArrive:
		return len(Rules) + 1
	}
	return len(Rules) + 2
}
