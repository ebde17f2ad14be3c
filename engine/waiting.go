package engine

import (
	"slices"
	"time"
)

// WaitlistReason says why a request waits for supply. It is for coordinators:
// what a pool lacks says something about the people in it.
type WaitlistReason string

// The reasons.
const (
	WaitsForPool   WaitlistReason = "NO_POOL"        // the pool has too few deployable experts
	WaitsForCohort WaitlistReason = "COHORT_PENDING" // a training group has yet to deliver
	WaitsForTheme  WaitlistReason = "NO_THEME"       // nobody for what is asked
	WaitsForSlot   WaitlistReason = "NO_SLOT"        // nobody at the times that are asked
)

// Deadline is the last day on which a request can be fulfilled: the last day of
// its windows, or that of the last time it proposes. "" when there is none.
func (r Request) Deadline(zone *time.Location) Date {
	if r.Until != "" || len(r.Options) == 0 {
		return r.Until
	}
	last := slices.MaxFunc(r.Options, func(a, b Interval) int { return a.Start.Compare(b.Start) })
	return DateOf(last.Start, zone)
}

// HopedFor is the earliest date as it may be told on a day: one that has passed
// was wrong, and then nothing is known.
func (r Request) HopedFor(today Date) Date {
	if r.EarliestDate < today {
		return ""
	}
	return r.EarliestDate
}

// CannotBeMet reports whether a request waits for supply that will come too late
// for it, as far as is known.
func (r Request) CannotBeMet(zone *time.Location) bool {
	deadline := r.Deadline(zone)
	return r.EarliestDate != "" && deadline != "" && r.EarliestDate > deadline
}

// StillWaits is the reason that is true now of a request for which a ranking
// found nobody. The cohort is the one it waits for, nil for none. It rests on
// counts that a coordinator may see, so it cannot tell a consent that was taken
// back from an experience nobody has.
func StillWaits(in MatchInput, found Ranking, cohort *Cohort) WaitlistReason {
	deployable := 0
	for i := range in.Candidates {
		if c := &in.Candidates[i]; c.Status == ExpertDeployable && c.CertifiedOn != "" {
			deployable++
		}
	}
	switch {
	case cohort != nil && cohort.Pending():
		return WaitsForCohort
	case deployable < in.Request.TeamSize:
		return WaitsForPool
	case lastExcluding(found.Excluded) == noThemeConsent.Code:
		return WaitsForTheme
	}
	return WaitsForSlot
}

// lastExcluding is the last of the rules that keep somebody out, "" when none
// does: behind it nobody came.
func lastExcluding(counts []ExcludedCount) (last RuleCode) {
	if len(counts) > 0 {
		last = counts[len(counts)-1].Code // they are in the order of the rules
	}
	return last
}
