package engine

import (
	"cmp"
	"slices"
)

// Team is one to six candidates who would do a session together, ordered by id.
type Team struct {
	*question
	Members []*Case

	open [][]Interval // per wish, what all members have open
}

func (q *question) form(members []*Case) *Team {
	t := &Team{question: q, Members: members, open: members[0].open}
	for _, m := range members[1:] {
		common := make([][]Interval, len(t.open))
		for i := range common {
			common[i] = Intersect(t.open[i], m.open[i])
		}
		t.open = common
	}
	return t
}

// blocked lists the rules that exclude the team although none excludes a member.
func (t *Team) blocked() []RuleCode {
	var out []RuleCode
	for _, rule := range TeamRules {
		if rule.Blocks(t) {
			out = append(out, rule.Code)
		}
	}
	if t.feasible(t.open) < t.required {
		out = append(out, notAvailable.Code)
	}
	return out
}

// consent gives the best level among the members.
func (t *Team) consent(theme ThemeCode) (ConsentLevel, bool) {
	best, ok := ConsentLevel(""), false
	for _, m := range t.Members {
		if level, have := m.consent(theme); have && best != Green {
			best, ok = level, true
		}
	}
	return best, ok
}

// load sums the load of the members.
func (t *Team) load() (n, of int) {
	for _, m := range t.Members {
		mn, mof := m.load()
		n, of = n+mn, of+mof
	}
	return n, of
}

// lastOffer is the most recent offer to any member; zero when there was none.
func (t *Team) lastOffer() (unix int64) {
	for _, m := range t.Members {
		if m.LastOfferAt != nil {
			unix = max(unix, m.LastOfferAt.UnixMicro())
		}
	}
	return unix
}

func (t *Team) ids() []ExpertID {
	out := make([]ExpertID, len(t.Members))
	for i, m := range t.Members {
		out[i] = m.Expert
	}
	return out
}

// ranked is a team with its score.
type ranked struct {
	*Team
	breakdown
}

// compare puts the better team first: enough known weight, higher score, lower
// load, longest since the last offer, then id.
func (r ranked) compare(other ranked) int {
	low := func(x ranked) int {
		if x.Coverage < x.Policy.LowCoverage {
			return 1
		}
		return 0
	}
	if c := cmp.Or(cmp.Compare(low(r), low(other)), r.breakdown.compare(&other.breakdown)); c != 0 {
		return c // most often; what follows takes longer
	}
	n, of := r.load()
	otherN, otherOf := other.load()
	return cmp.Or(
		cmp.Compare(n*max(otherOf, 1), otherN*max(of, 1)),
		cmp.Compare(r.lastOffer(), other.lastOffer()),
		slices.Compare(r.ids(), other.ids()),
	)
}
