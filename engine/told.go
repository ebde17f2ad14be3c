package engine

import (
	"cmp"
	"maps"
	"slices"
)

// hiddenRules are never told about a named expert by their own code: whoever
// heard "excluded" about somebody he can name would know that she once lived
// there, or whom she fears. They count as [OtherRule].
var hiddenRules = []Rule[*Case]{organisationExclusion, personExclusion, dualRole}

// ToldOf is the code under which somebody may hear that a rule blocks this
// candidate: the one place that decides it. To is the expert who asks, "" for a
// coordinator. An exclusion is [OtherRule] to everybody. So is any rule about an
// expert who folds her exclusions, and any rule about another member of the
// team to an expert.
func ToldOf(c *Candidate, code RuleCode, to ExpertID) RuleCode {
	hidden := slices.ContainsFunc(hiddenRules, func(r Rule[*Case]) bool { return r.Code == code })
	others := c.Expert != to && (to != "" || c.FoldExclusions)
	if hidden || others {
		return OtherRule
	}
	return code
}

// ToldCounts are counts of a [Ranking] as a coordinator may hear them: under
// [OtherRule] whoever a hidden rule excludes. Else the one who is [OtherRule]
// when asked about by name would be known to be the one exclusion of the list.
func ToldCounts(counts []ExcludedCount) []ExcludedCount {
	by := map[RuleCode]ExcludedCount{}
	for _, c := range counts {
		if slices.ContainsFunc(hiddenRules, func(r Rule[*Case]) bool { return r.Code == c.Code }) {
			c.Code = OtherRule
		}
		sum := by[c.Code]
		by[c.Code] = ExcludedCount{Code: c.Code, Count: sum.Count + c.Count, Some: sum.Some || c.Some}
	}
	return slices.SortedFunc(maps.Values(by), func(a, b ExcludedCount) int { return cmp.Compare(ruleOrder(a.Code), ruleOrder(b.Code)) })
}

// Told is what [Check] finds, in the codes that may be told to a coordinator,
// or to the expert who asks. It is empty when all is well.
func Told(in MatchInput, slot Interval, to ExpertID) []RuleCode {
	q := askAt(in, slot)
	var codes []RuleCode
	cases := make([]*Case, len(in.Candidates))
	for i := range in.Candidates {
		cases[i] = q.judge(&in.Candidates[i])
		for _, code := range cases[i].blocked {
			codes = append(codes, ToldOf(cases[i].Candidate, code, to))
		}
	}
	if len(codes) == 0 {
		codes = q.form(cases).toldBlocked()
	}
	return inOrder(codes)
}

// toldBlocked lists the rules that exclude a team although none excludes a
// member. That two of them keep away from each other is not told.
func (t *Team) toldBlocked() []RuleCode {
	codes := t.blocked()
	if t.apart() {
		codes = append(codes, OtherRule)
		if t.experienced() {
			codes = slices.DeleteFunc(codes, func(c RuleCode) bool { return c == pairRule.Code })
		}
	}
	return codes
}

// hides reports that a hidden rule touches a time that is asked for, or, when
// every time has passed, would touch the next.
func (q *question) hides(c *Candidate) bool {
	k := &Case{question: q, Candidate: c}
	if len(q.wishes) == 0 {
		tomorrow := *q
		tomorrow.horizon = k.days(q.today, q.today.AddDays(1))
		tomorrow.wishes = []wish{{Window: tomorrow.horizon}}
		k.question = &tomorrow
	}
	for _, rule := range hiddenRules {
		if rule.Blocks != nil && rule.Blocks(k) {
			return true
		}
		if rule.Closes == nil {
			continue
		}
		for _, closed := range rule.Closes(k) {
			if slices.ContainsFunc(k.wishes, func(w wish) bool { return w.Window.Overlaps(closed) }) {
				return true
			}
		}
	}
	return false
}

// bare is the candidate without what the hidden rules ask about. Whatever is
// told with numbers is calculated from it, so that no number can depend on what
// is hidden.
func bare(c Candidate) Candidate {
	c.OrganisationExclusions, c.ExcludedClients, c.EmployedBy, c.TrainerOf = nil, nil, nil, nil
	return c
}

// inOrder sorts codes as the rules stand, each once.
func inOrder(codes []RuleCode) []RuleCode {
	slices.SortStableFunc(codes, func(a, b RuleCode) int { return cmp.Compare(ruleOrder(a), ruleOrder(b)) })
	return slices.Compact(codes)
}
