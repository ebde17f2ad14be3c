package engine

import "time"

// RequestStatus is where a request stands.
type RequestStatus string

// The statuses.
const (
	RequestNew          RequestStatus = "NEW"
	RequestTriaged      RequestStatus = "TRIAGED"
	RequestOpen         RequestStatus = "OPEN"
	RequestSuggested    RequestStatus = "SUGGESTED"
	RequestOffered      RequestStatus = "OFFERED"
	RequestPartlyFilled RequestStatus = "PARTLY_FILLED"
	RequestFilled       RequestStatus = "FILLED"
	RequestRunning      RequestStatus = "RUNNING"
	RequestEvaluated    RequestStatus = "EVALUATED"
	RequestClosed       RequestStatus = "CLOSED"
	RequestWaitlisted   RequestStatus = "WAITLISTED"
	RequestOnHold       RequestStatus = "ON_HOLD"
	RequestWithdrawn    RequestStatus = "WITHDRAWN"
	RequestReferred     RequestStatus = "REFERRED"
)

var requestNext = transitions[RequestStatus]{
	RequestNew:          {RequestTriaged, RequestOpen, RequestWaitlisted, RequestOnHold, RequestReferred, RequestWithdrawn},
	RequestTriaged:      {RequestOpen, RequestWaitlisted, RequestOnHold, RequestReferred, RequestWithdrawn},
	RequestOpen:         {RequestSuggested, RequestOffered, RequestWaitlisted, RequestOnHold, RequestReferred, RequestWithdrawn},
	RequestSuggested:    {RequestOpen, RequestOffered, RequestWaitlisted, RequestOnHold, RequestReferred, RequestWithdrawn},
	RequestOffered:      {RequestOpen, RequestPartlyFilled, RequestFilled, RequestWaitlisted, RequestWithdrawn},
	RequestPartlyFilled: {RequestOpen, RequestOffered, RequestFilled, RequestWaitlisted, RequestWithdrawn},
	RequestFilled:       {RequestOpen, RequestPartlyFilled, RequestRunning, RequestEvaluated, RequestWithdrawn},
	RequestRunning:      {RequestOpen, RequestEvaluated, RequestClosed, RequestWithdrawn},
	RequestEvaluated:    {RequestClosed},
	RequestWaitlisted:   {RequestOpen, RequestSuggested, RequestOffered, RequestOnHold, RequestReferred, RequestWithdrawn},
	RequestOnHold:       {RequestOpen, RequestWaitlisted, RequestReferred, RequestWithdrawn},
}

// CanBecome reports whether the move is legal. Staying is not a move.
func (s RequestStatus) CanBecome(next RequestStatus) bool { return requestNext.allow(s, next) }

// AcceptsOffers reports whether experts can be asked for a request in this state.
func (s RequestStatus) AcceptsOffers() bool {
	return s == RequestOffered || s == RequestPartlyFilled || s.CanBecome(RequestOffered)
}

// Importance of a theme to a request.
type Importance string

// The importances.
const (
	Must Importance = "MUST"
	Nice Importance = "NICE"
)

// RequestTheme is a theme a request asks for.
type RequestTheme struct {
	Theme      ThemeCode
	Importance Importance
}

// Preference is a wish of the young person or requester about the expert.
type Preference struct {
	Kind  TraitKind
	Value string
	Must  bool // a must excludes, a wish scores
}

// Audience says who can be in the room.
type Audience string

// The audiences.
const (
	AudienceClosed Audience = "CLOSED"
	AudiencePublic Audience = "PUBLIC"
)

// Urgency of a request. It shortens the answer window of offers and orders
// requests; it never changes the order of experts within one.
type Urgency string

// The urgencies.
const (
	UrgencyNormal Urgency = "NORMAL"
	UrgencyUrgent Urgency = "URGENT"
)

// Client is what may be known of the young person: no name, no birth date.
type Client struct {
	Ref       ClientRef
	AgeFrom   int // the age band, whole years, both ends included
	AgeTo     int
	Turns18On Date // first of the month, "" = unknown
}

// WeekWindow is a weekly wish in wall time.
type WeekWindow struct {
	Weekday Weekday
	Starts  WallTime
	Ends    WallTime
}

// Wishes are the times a requester proposed: either concrete options, or weekly
// windows over a period. The windows of a single session are looked at for the
// first twelve weeks of the period, those of a relation or series to its end.
type Wishes struct {
	Options []Interval
	Windows []WeekWindow
	From    Date // first day on which windows count
	Until   Date // last day, "" = open
	// EveryWeeks is the rhythm of a relation or series: 1 weekly, 2 fortnightly.
	EveryWeeks int
	// Occurrences is the number of sessions needed, 1 for a one-off.
	Occurrences int
}

// Request is a demand for deployment.
type Request struct {
	ID             RequestID
	PoolID         PoolID
	OrganisationID OrganisationID
	Type           DeploymentTypeCode
	Status         RequestStatus
	WaitlistReason WaitlistReason
	Urgency        Urgency
	Goal           string // free text of the requester: no names, no diagnoses
	// GoalNamesNobody is said at submission, and not kept: what looks like a first
	// name in Goal is nobody's.
	GoalNamesNobody bool `json:",omitzero"`
	TeamSize        int
	Minutes         int // of one session
	Online          bool
	Municipality    MunicipalityCode // where it takes place, "" when online
	Postcode4       string
	Address         string

	Audience        Audience
	AudienceSize    int // 0 = unknown
	AudienceAgeFrom int // 0 = unknown
	// NewcomerSeat asks for a pair in which the less experienced gains practice.
	NewcomerSeat bool

	Client      *Client
	Themes      []RequestTheme
	Preferences []Preference
	Wishes
	SubmittedAt time.Time

	// CohortID is the training group a request waits or waited for, "" for none.
	CohortID CohortID `json:",omitzero"`
	// EarliestDate is the first day on which supply can honestly be hoped for, ""
	// when nothing is known or the request does not wait.
	EarliestDate Date `json:",omitzero"`
}
