package engine

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
