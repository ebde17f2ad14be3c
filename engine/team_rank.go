package engine

import "slices"

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

// weighAll weighs every team, and counts whoever fits in none. This is the
// definition; findBest must give the same.
func (q *question) weighAll(cases []*Case, excluded *excluded) []ranked {
	var list []ranked
	best := map[ExpertID]teamRule{} // how far the best of her teams comes
	for _, c := range cases {
		best[c.Expert] = commonTime
	}
	formed := false
	teams(cases, q.team(), func(members []*Case) {
		team := q.form(members)
		codes := team.blocked()
		formed = true
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
		case !formed:
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
	if q.team() > maxTeam {
		return nil, Invalid("teamSize", "is %d; a team has at most %d members", q.team(), maxTeam)
	}
	if n := len(q.must) + len(q.nice); n > maxThemeBits {
		return nil, Invalid("themes", "holds %d themes; name at most %d", n, maxThemes)
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
	s.steps = 0
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

// teams calls yield with every combination of k cases, in order of id.
func teams(cases []*Case, k int, yield func([]*Case)) {
	pick := make([]*Case, 0, k)
	var choose func(from int)
	choose = func(from int) {
		if len(pick) == k {
			yield(slices.Clone(pick))
			return
		}
		for i := from; i <= len(cases)-(k-len(pick)); i++ {
			pick = append(pick, cases[i])
			choose(i + 1)
			pick = pick[:len(pick)-1]
		}
	}
	choose(0)
}

// combinations is n over k, saturating above limit.
func combinations(n, k, limit int) int {
	if n < k {
		return 0
	}
	c := 1
	for i := range min(k, n-k) {
		c = c * (n - i) / (i + 1)
		if c > limit {
			return limit + 1
		}
	}
	return c
}
