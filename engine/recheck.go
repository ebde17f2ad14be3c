package engine

import "slices"

// Breach is a hard rule that a planned session breaks.
type Breach struct {
	Expert ExpertID // who breaks it, "" for the team as a whole
	Code   RuleCode // for the engine's ears
	Told   RuleCode // as a coordinator may hear it
}

// Breaches is [Check] for something that is planned already: member by member
// what she breaks, and, when nobody breaks anything and the team is complete,
// what the team does.
func Breaches(in MatchInput, slot Interval) []Breach {
	q := askAt(in, slot)
	cases := make([]*Case, len(in.Candidates))
	var out []Breach
	for i := range in.Candidates {
		cases[i] = q.judge(&in.Candidates[i])
		for _, code := range cases[i].blocked {
			out = append(out, Breach{cases[i].Expert, code, ToldOf(cases[i].Candidate, code, "")})
		}
	}
	if len(out) == 0 && len(cases) == q.team() {
		team := q.form(cases)
		for _, code := range team.blocked() {
			if code != pairRule.Code {
				out = append(out, Breach{"", code, code})
				continue
			}
			for _, told := range team.toldBlocked() {
				if told == code || told == OtherRule {
					out = append(out, Breach{"", code, told})
				}
			}
		}
	}
	return out
}

// ToldCodes are the codes of breaches as a coordinator may hear them, in the
// order of the rules, each once.
func ToldCodes(breaches []Breach) []RuleCode {
	codes := make([]RuleCode, len(breaches))
	for i, b := range breaches {
		codes[i] = b.Told
	}
	return inOrder(codes)
}

// CoveredUntil is the first day on which no certificate holds any more, counted
// from a day on without a gap; "" when none holds on that day.
func CoveredUntil(certificates []Valid, from Date) Date {
	until := Date("")
	for {
		day := from
		if until != "" {
			day = until
		}
		i := slices.IndexFunc(certificates, func(v Valid) bool { return v.On(day) })
		if i < 0 {
			return until
		}
		if until = certificates[i].To; until == "" {
			return "9999-12-31"
		}
	}
}
