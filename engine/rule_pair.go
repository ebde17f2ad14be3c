package engine

import "slices"

// pairRule (H17): distinct people, at least one experienced where the type asks
// for it, and no two who exclude each other.
var pairRule = Rule[*Team]{
	Code: "PAIR_RULE",
	Blocks: func(t *Team) bool {
		experienced := !t.Type.NeedsExperienced || len(t.Members) < 2
		for i, a := range t.Members {
			experienced = experienced || a.CompletedOfType >= t.Type.ExperiencedFrom
			for _, b := range t.Members[:i] {
				if keptApart(a, b) {
					return true
				}
			}
		}
		return !experienced
	},
}

// keptApart reports that the two are one person, or that one of them excludes
// the other.
func keptApart(a, b *Case) bool {
	return a.Expert == b.Expert || slices.Contains(a.ExcludedExperts, b.Expert) || slices.Contains(b.ExcludedExperts, a.Expert)
}
