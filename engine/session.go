package engine

import "time"

// SessionStatus is where an appointment stands.
type SessionStatus string

// The statuses.
const (
	SessionHeld                   SessionStatus = "HELD"
	SessionConfirmed              SessionStatus = "CONFIRMED"
	SessionCompleted              SessionStatus = "COMPLETED"
	SessionCancelledByExpert      SessionStatus = "CANCELLED_BY_EXPERT"
	SessionCancelledByClient      SessionStatus = "CANCELLED_BY_CLIENT"
	SessionCancelledByRequester   SessionStatus = "CANCELLED_BY_REQUESTER"
	SessionCancelledByCoordinator SessionStatus = "CANCELLED_BY_COORDINATOR"
	SessionNoShowExpert           SessionStatus = "NO_SHOW_EXPERT"
	SessionNoShowClient           SessionStatus = "NO_SHOW_CLIENT"
	SessionNoShowRequester        SessionStatus = "NO_SHOW_REQUESTER"
)

var sessionCancels = []SessionStatus{SessionCancelledByExpert, SessionCancelledByClient,
	SessionCancelledByRequester, SessionCancelledByCoordinator}

var sessionNext = transitions[SessionStatus]{
	SessionHeld: append([]SessionStatus{SessionConfirmed}, sessionCancels...),
	SessionConfirmed: append([]SessionStatus{SessionHeld, SessionCompleted,
		SessionNoShowExpert, SessionNoShowClient, SessionNoShowRequester}, sessionCancels...),
}

// CanBecome reports whether the move is legal.
func (s SessionStatus) CanBecome(next SessionStatus) bool { return sessionNext.allow(s, next) }

// Cancelled reports whether somebody cancelled.
func (s SessionStatus) Cancelled() bool {
	for _, c := range sessionCancels {
		if s == c {
			return true
		}
	}
	return false
}

// Side is who cancels or stays away.
type Side string

// The sides.
const (
	SideExpert      Side = "EXPERT"
	SideClient      Side = "CLIENT"
	SideRequester   Side = "REQUESTER"
	SideCoordinator Side = "COORDINATOR"
)

// CancelledBy is the status after a cancellation by that side.
func CancelledBy(side Side) SessionStatus { return SessionStatus("CANCELLED_BY_" + string(side)) }

// LateHours is how short before the start a cancellation counts as late.
const LateHours = 24

// Session is one appointment.
type Session struct {
	ID             SessionID
	RequestID      RequestID
	DecisionID     *DecisionID
	MatchID        *MatchID
	PoolID         PoolID
	OrganisationID OrganisationID
	Type           DeploymentTypeCode
	Slot           Interval
	Status         SessionStatus
	Late           bool // cancelled less than LateHours before the start
	Online         bool
	Municipality   MunicipalityCode
	Address        string
	Region         RegionCode // of the municipality on the day of the session
	Sequence       int        // rises with every visible change, RFC 5545 3.8.7.4
	CreatedAt      time.Time
	ChangedAt      time.Time
}

// MatchStatus is where a relation stands.
type MatchStatus string

// The statuses.
const (
	MatchProposed MatchStatus = "PROPOSED"
	MatchIntro    MatchStatus = "INTRO"
	MatchTrial    MatchStatus = "TRIAL"
	MatchActive   MatchStatus = "ACTIVE"
	MatchPaused   MatchStatus = "PAUSED"
	MatchClosing  MatchStatus = "CLOSING"
	MatchClosed   MatchStatus = "CLOSED"
)

var matchNext = transitions[MatchStatus]{
	MatchProposed: {MatchIntro, MatchClosed},
	MatchIntro:    {MatchTrial, MatchClosed},
	MatchTrial:    {MatchActive, MatchPaused, MatchClosing, MatchClosed},
	MatchActive:   {MatchPaused, MatchClosing},
	MatchPaused:   {MatchActive, MatchClosing},
	MatchClosing:  {MatchClosed},
}

// CanBecome reports whether the move is legal.
func (s MatchStatus) CanBecome(next MatchStatus) bool { return matchNext.allow(s, next) }

// MatchEnd is why a relation was closed.
type MatchEnd string

// The ends so far.
const (
	// MatchNeverMet: the request was taken back before the first meeting. It asks
	// for no rest and is no relation that failed.
	MatchNeverMet MatchEnd = "NEVER_MET"
	// MatchWithdrawn: the request was taken back later.
	MatchWithdrawn MatchEnd = "WITHDRAWN"
)
