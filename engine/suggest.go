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
	// Suggestions are all there are, or, of more than can be weighed one by one,
	// exactly the best MaxSuggestions.
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

// effort bounds how much one ranking may do. What it cannot do within is refused
// or said to be a lower bound, never cut short.
type effort struct {
	weighed int // teams weighed one by one; beyond, a search finds the best
	counted int // teams counted; beyond, Total is at least those that were seen
	steps   int // of one search
	best    int // suggestions from a search
}

// The pairs of 60 people are weighed one by one. A step of a search takes some
// tens of nanoseconds, so the worst it may do takes a second or two.
var usualEffort = effort{weighed: 1770, counted: 1_000_000, steps: 20_000_000, best: MaxSuggestions}

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
		out.Total = len(list)
	} else if list, err = q.findBest(cases, excluded, limit, &out); err != nil {
		return Ranking{}, err
	}
	for _, r := range list {
		out.Suggestions = append(out.Suggestions, r.suggestion())
	}
	out.Excluded = excluded.counts()
	switch len(list) {
	case 0:
		out.Empty = q.whyEmpty(len(cases))
	case 1:
		out.Warnings = list[0].lastPlace()
	}
	return out, nil
}

// EmptyReason says in one code why there is no suggestion at all.
type EmptyReason string

// The reasons, the first that holds.
const (
	EmptyNoTime       EmptyReason = "NO_TIME"        // no session fits in what was asked, from now on
	EmptyNoPool       EmptyReason = "NO_POOL"        // the pool has no experts
	EmptyPoolTooSmall EmptyReason = "POOL_TOO_SMALL" // it has fewer than the team needs
	EmptyAllExcluded  EmptyReason = "ALL_EXCLUDED"   // rules leave nobody, see Excluded
	EmptyTooFew       EmptyReason = "TOO_FEW"        // rules leave fewer than the team needs
	EmptyNoTeam       EmptyReason = "NO_TEAM"        // enough are left, but no team of them will do
)

func (q *question) whyEmpty(able int) EmptyReason {
	switch {
	case q.feasible(q.openIn(nil)) == 0:
		return EmptyNoTime
	case len(q.Candidates) == 0:
		return EmptyNoPool
	case len(q.Candidates) < q.team():
		return EmptyPoolTooSmall
	case able == 0:
		return EmptyAllExcluded
	case able < q.team():
		return EmptyTooFew
	default:
		return EmptyNoTeam
	}
}

// weighAll weighs every team, and counts whoever fits in none. This is the
// definition; findBest must give the same.
func (q *question) weighAll(cases []*Case, excluded *excluded) []ranked {
	var list []ranked
	best := map[ExpertID]teamRule{} // how far the best of her teams comes
	for _, c := range cases {
		best[c.Expert] = commonTime
	}
	any := false
	teams(cases, q.team(), func(members []*Case) {
		team := q.form(members)
		codes := team.blocked()
		any = true
		reached := wholeRule
		switch {
		case slices.Contains(codes, notAvailable.Code):
			reached = commonTime
		case slices.Contains(codes, teamThemeConsent.Code):
			reached = coveredThemes
		case len(codes) == 0:
			reached = wholeRule + 1
			list = append(list, ranked{team, score(team, q.Weights)})
		}
		for _, m := range members {
			best[m.Expert] = max(best[m.Expert], reached)
		}
	})
	for _, c := range cases {
		switch reached := best[c.Expert]; {
		case !any:
			excluded.add(c, pairRule.Code)
		case reached <= wholeRule:
			excluded.add(c, withoutTeam[reached])
		}
	}
	slices.SortFunc(list, ranked.compare)
	return list
}

// withoutTeam is the code for a candidate whom no rule blocks but who fits in no
// team, by the first rule that none of her teams comes past: no common time
// before themes, themes before the pair rule, because in that order the next
// date changes it soonest.
var withoutTeam = map[teamRule]RuleCode{
	commonTime: notAvailable.Code, coveredThemes: teamThemeConsent.Code, wholeRule: pairRule.Code,
}

// findBest searches for the best teams, and for a team for everybody.
func (q *question) findBest(cases []*Case, excluded *excluded, limit effort, out *Ranking) ([]ranked, error) {
	if q.team() > maxTeam || len(q.must)+len(q.nice) > maxThemeBits {
		return nil, Invalid("teamSize", "is %d; a team has at most %d members", q.team(), maxTeam)
	}
	tooMuch := Invalid("teamSize", "the best teams of %d out of %d experts cannot be found with reasonable effort; ask for fewer experts, or for fewer and wider times", q.team(), len(cases))
	s := q.newSearch(cases, limit.best, limit.steps)
	if !s.run() {
		return nil, tooMuch
	}
	placed := make([]bool, len(cases))
	list := make([]ranked, 0, len(s.list))
	for _, f := range s.list {
		members := make([]*Case, s.k)
		for i, at := range f.places[:s.k] {
			members[i], placed[at] = cases[at], true
		}
		team := q.form(members)
		list = append(list, ranked{team, score(team, q.Weights)})
	}
	out.Total, out.AtLeast = s.valid, true
	if combinations(len(cases), q.team(), limit.counted) <= limit.counted {
		out.Total, out.AtLeast = s.count(placed), false
	}
	for i, c := range cases {
		if placed[i] {
			continue
		}
		code, ok := s.whyAlone(i, out.AtLeast)
		if !ok {
			return nil, tooMuch
		}
		if code != "" {
			excluded.add(c, code)
		}
	}
	return list, nil
}

// whyAlone is the code of a candidate who fits in no team, "" if she does.
func (s *search) whyAlone(place int, perhapsNot bool) (RuleCode, bool) {
	for rule := commonTime; rule <= wholeRule; rule++ {
		if rule == wholeRule && !perhapsNot {
			break // that she has none was found by counting
		}
		if has, ok := s.hasTeam(place, rule); !ok || !has {
			return withoutTeam[rule], ok
		}
	}
	if perhapsNot {
		return "", true
	}
	return pairRule.Code, true
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
	if code == pairRule.Code {
		return len(Rules)
	}
	return len(Rules) + 1
}
