package engine

import "slices"

// pairRule (H17): distinct people, at least one experienced where the type asks
// for it, and no two who exclude each other.
var pairRule = Rule[*Team]{
	Code:   "PAIR_RULE",
	Blocks: func(t *Team) bool { return t.apart() || !t.experienced() },
}

// apart reports that two of the members are one person or exclude each other.
func (t *Team) apart() bool {
	for i, a := range t.Members {
		for _, b := range t.Members[:i] {
			if keptApart(a, b) {
				return true
			}
		}
	}
	return false
}

// experienced reports that a member has practice, where a team needs one who has.
func (t *Team) experienced() bool {
	return !t.Type.NeedsExperienced || len(t.Members) < 2 ||
		slices.ContainsFunc(t.Members, func(m *Case) bool { return m.CompletedOfType >= t.Type.ExperiencedFrom })
}

// keptApart reports that the two are one person, or that one of them excludes
// the other.
func keptApart(a, b *Case) bool {
	return a.Expert == b.Expert || slices.Contains(a.ExcludedExperts, b.Expert) || slices.Contains(b.ExcludedExperts, a.Expert)
}
