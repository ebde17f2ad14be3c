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
	// SessionReleased: time that was held and is needed no more; nobody cancelled.
	SessionReleased SessionStatus = "RELEASED"
)

var sessionCancels = []SessionStatus{SessionCancelledByExpert, SessionCancelledByClient,
	SessionCancelledByRequester, SessionCancelledByCoordinator}

var sessionNext = transitions[SessionStatus]{
	SessionHeld: append([]SessionStatus{SessionConfirmed, SessionReleased}, sessionCancels...),
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
	SeriesID       *SeriesID // planned together with others
	PoolID         PoolID
	OrganisationID OrganisationID
	Type           DeploymentTypeCode
	Slot           Interval
	Status         SessionStatus
	Late           bool // cancelled less than LateHours before the start
	Online         bool
	Municipality   MunicipalityCode
	Address        string
	Seats          *int       // for guests beside the team, nil = it takes none
	SeatsTaken     int        // of them
	Region         RegionCode // of the municipality on the day of the session
	Sequence       int        // rises with every visible change, RFC 5545 3.8.7.4
	CreatedAt      time.Time
	ChangedAt      time.Time
}

// Minutes is the elapsed time, which is what is paid: over the night in which
// clocks go back a session from 01:30 to 03:30 has 180.
func (s Session) Minutes() int { return int(s.Slot.Duration() / time.Minute) }

// MatchStatus is where a relation stands.
type MatchStatus string

// The statuses. What is only proposed is an offer: a relation begins with the
// yes of the expert.
const (
	MatchIntro   MatchStatus = "INTRO"
	MatchTrial   MatchStatus = "TRIAL"
	MatchActive  MatchStatus = "ACTIVE"
	MatchPaused  MatchStatus = "PAUSED"
	MatchClosing MatchStatus = "CLOSING"
	MatchClosed  MatchStatus = "CLOSED"
)

var matchNext = transitions[MatchStatus]{
	MatchIntro:   {MatchTrial, MatchClosed},
	MatchTrial:   {MatchActive, MatchPaused, MatchClosing, MatchClosed},
	MatchActive:  {MatchPaused, MatchClosing},
	MatchPaused:  {MatchActive, MatchClosing},
	MatchClosing: {MatchClosed},
}

// CanBecome reports whether the move is legal.
func (s MatchStatus) CanBecome(next MatchStatus) bool { return matchNext.allow(s, next) }

// MatchEnd is why a relation was closed. The expert and her coordinators read it,
// so it never says who of the two wanted the end.
type MatchEnd string

// The ends.
const (
	// MatchNeverMet: it was closed before the first meeting. It asks for no rest
	// and is no relation that failed.
	MatchNeverMet MatchEnd = "NEVER_MET"
	// MatchWithdrawn: the request was taken back later.
	MatchWithdrawn MatchEnd = "WITHDRAWN"
	// MatchNoClick: after the first meeting not both sides wanted to go on.
	MatchNoClick      MatchEnd = "NO_CLICK"
	MatchPlannedEnd   MatchEnd = "PLANNED_END"
	MatchGoalReached  MatchEnd = "GOAL_REACHED"
	MatchMovedAway    MatchEnd = "MOVED_AWAY"
	MatchStoppedEarly MatchEnd = "STOPPED_EARLY"
	// MatchConverted: it goes on as a relation of another type, without rest.
	MatchConverted MatchEnd = "CONVERTED"
)

// Rests reports whether expert and young person rest after such an end.
func (e MatchEnd) Rests() bool { return e != MatchNeverMet && e != MatchConverted }
