package engine

// teamObstacles says of candidates whom no rule blocks by herself what blocks
// every team she could be in. Who is in a team that nothing blocks has none.
func (q *question) teamObstacles(asked func(ExpertID) bool) map[ExpertID][]Obstacle {
	cases, _ := q.sift()
	out := map[ExpertID][]Obstacle{}
	for i, codes := range q.keptOut(cases, asked) {
		c := cases[i]
		for n, code := range codes {
			codes[n] = ToldOf(c.Candidate, code, "")
		}
		for _, code := range inOrder(codes) {
			out[c.Expert] = append(out[c.Expert], q.teamObstacle(code, len(cases)))
		}
	}
	return out
}

// keptOut gives, for each of the cases that is asked about, the told rules that
// block the teams she could be in: of all of them, or, where they are too many to
// look at each, the first rule that none of them comes past.
func (q *question) keptOut(cases []*Case, asked func(ExpertID) bool) [][]RuleCode {
	out := make([][]RuleCode, len(cases))
	switch most := usualEffort.weighed; {
	case len(cases) < q.team():
		for i := range cases {
			out[i] = []RuleCode{pairRule.Code}
		}
	case combinations(len(cases), q.team(), most) <= most:
		fits, at := make([]bool, len(cases)), map[ExpertID]int{}
		for i, c := range cases {
			at[c.Expert] = i
		}
		teams(cases, q.team(), func(members []*Case) {
			codes := q.form(members).toldBlocked()
			for _, m := range members {
				i := at[m.Expert]
				fits[i] = fits[i] || len(codes) == 0
				out[i] = inOrder(append(out[i], codes...))
			}
		})
		for i := range cases {
			if fits[i] {
				out[i] = nil
			}
		}
	default:
		s := q.newSearch(cases, 1, usualEffort.steps)
		for i, c := range cases {
			if asked(c.Expert) {
				out[i] = s.keptOut(i)
			}
		}
	}
	return out
}

// keptOut is whyAlone as it may be told: that she and others keep away from each
// other is [OtherRule].
func (s *search) keptOut(place int) []RuleCode {
	code, _ := s.whyAlone(place, true)
	switch {
	case code == "":
		return nil
	case code == pairRule.Code && s.anyApart:
		s.anyApart = false
		has, _ := s.hasTeam(place, wholeRule)
		if s.anyApart = true; has {
			return []RuleCode{OtherRule}
		}
	}
	return []RuleCode{code}
}

func (q *question) teamObstacle(code RuleCode, available int) Obstacle {
	o := Obstacle{Code: code}
	switch {
	case code == pairRule.Code && available < q.team():
		o.Details = []Detail{{Code: DetailNoPartner}}
	case code == notAvailable.Code:
		o.Details = []Detail{{Code: DetailNoCommonTime, Min: q.required}}
	case code == pairRule.Code:
		o.Details = []Detail{{Code: DetailNobodyPractised, Of: q.Type.ExperiencedFrom}}
	}
	return o
}
