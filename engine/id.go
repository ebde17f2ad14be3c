package engine

// Identifiers are lower-case UUIDs in their 36-character text form. They are
// random: they say nothing about order, age or number. Each noun has its own
// type, so that one cannot be passed for another.
type (
	// AccountID names a person who can sign in.
	AccountID string
	// PoolID names a set of deployable experts with an owner and a service area.
	PoolID string
	// OrganisationID names an organisation or one of its locations.
	OrganisationID string
	// ExpertID names an ExpEx.
	ExpertID string
	// ClientRef is the pseudonymous reference to a young person. The mapping to
	// a name stays with the care organisation.
	ClientRef string
	// RequestID names a demand for deployment.
	RequestID string
	// DecisionID names a person's choice of experts and a slot for a request.
	DecisionID string
	// OfferID names one question to one expert.
	OfferID string
	// SessionID names one appointment.
	SessionID string
	// MatchID names an accepted relation between an expert and a young person.
	MatchID string
	// FeedID names a calendar feed (not its secret).
	FeedID string
	// BusyCalendarID names a private calendar an expert has linked (not its address).
	BusyCalendarID string
	// CohortID names a training group.
	CohortID string
	// WaitlistEntryID names somebody's place on a waiting list.
	WaitlistEntryID string
	// PlaceOfferID names the question whether somebody takes a training place.
	PlaceOfferID string
	// SeriesID names sessions that were planned together.
	SeriesID string
	// TaskID names something a coordinator has to do.
	TaskID string
	// DeputyshipID names a deputy's time in place of a coordinator.
	DeputyshipID string
)
