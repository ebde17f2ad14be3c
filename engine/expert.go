package engine

import "time"

// ExpertStatus is where an ExpEx stands.
type ExpertStatus string

// The statuses.
const (
	ExpertApplicant  ExpertStatus = "APPLICANT"
	ExpertInTraining ExpertStatus = "IN_TRAINING"
	ExpertCertified  ExpertStatus = "CERTIFIED"  // passed, prerequisites not complete
	ExpertDeployable ExpertStatus = "DEPLOYABLE" // may be suggested
	ExpertPaused     ExpertStatus = "PAUSED"     // until further notice
	ExpertOffboarded ExpertStatus = "OFFBOARDED"
)

// Pausing and leaving need no reason.
var expertNext = transitions[ExpertStatus]{
	ExpertApplicant:  {ExpertInTraining, ExpertOffboarded},
	ExpertInTraining: {ExpertCertified, ExpertApplicant, ExpertOffboarded},
	ExpertCertified:  {ExpertDeployable, ExpertOffboarded},
	ExpertDeployable: {ExpertPaused, ExpertOffboarded},
	ExpertPaused:     {ExpertDeployable, ExpertOffboarded},
}

// CanBecome reports whether the move is legal. Staying is not a move.
func (s ExpertStatus) CanBecome(next ExpertStatus) bool { return expertNext.allow(s, next) }

// Expert is an ExpEx as people see her. What matching needs is a [Candidate].
type Expert struct {
	ID        ExpertID
	FirstName string
	Intro     string // written by the expert, shown to requesters after acceptance

	LastName                string
	Email                   string
	Phone                   string
	BirthDate               Date
	Postcode4               string
	Municipality            MunicipalityCode
	Status                  ExpertStatus
	DeployableSince         Date
	AgreementOn             Date // signed the agreement of volunteers, "" when not
	NDAOn                   Date // signed the duty of confidentiality, "" when not
	MaxTravelMinutes        int
	PausedUntil             *time.Time
	AvailabilityConfirmedAt *time.Time
}

// Mode is how a session is held.
type Mode string

// The modes.
const (
	InPerson Mode = "IN_PERSON"
	Online   Mode = "ONLINE"
	Both     Mode = "BOTH"
)

// Allows reports whether a session of that kind may be held in this mode.
func (m Mode) Allows(online bool) bool {
	return m == Both || online == (m == Online)
}

// Parity restricts a weekly rule to odd or even ISO weeks.
type Parity string

// The parities.
const (
	EveryWeek Parity = "EVERY"
	OddWeeks  Parity = "ODD"
	EvenWeeks Parity = "EVEN"
)

func (p Parity) includes(week int) bool {
	return p == EveryWeek || p == "" || (week%2 == 1) == (p == OddWeeks)
}

// AvailabilityRule is a weekly window in wall time during which an expert can
// be asked.
type AvailabilityRule struct {
	Weekday Weekday
	Starts  WallTime
	Ends    WallTime // after Starts; 24:00 is the end of the day
	Valid
	Parity Parity
	Mode   Mode
	// MaxTravelMinutes lowers the expert's own limit for this window; 0 = no
	// lower limit.
	MaxTravelMinutes int
}

// TraitKind is what a preference can be about.
type TraitKind string

// The kinds.
const (
	TraitGender      TraitKind = "GENDER"
	TraitLanguage    TraitKind = "LANGUAGE"
	TraitContactForm TraitKind = "CONTACT_FORM"
	TraitActivity    TraitKind = "ACTIVITY"
)

// Trait is something an expert has told about herself so that preferences can
// be met.
type Trait struct {
	Kind  TraitKind
	Value string
}

// OrganisationExclusion keeps an expert away from a house. The reason is not
// stored anywhere.
type OrganisationExclusion struct {
	Organisation OrganisationID
	Until        Date        // "" = for good
	LiftedFor    []RequestID // requests for which the expert herself lifted it
}

// Training is leave to be deployed in one type from a day on.
type Training struct {
	Type DeploymentTypeCode
	From Date
}

// Booked is time an expert has already given.
type Booked struct {
	ID       SessionID
	Session  Interval // the appointment itself
	Busy     Interval // with the travel buffer on its trailing edge
	OneToOne bool
	Tier3    bool
	// Doubled: a coordinator has laid it over another session, or on a full day,
	// and has said why.
	Doubled bool `json:",omitempty"`
	// Beside: the session that is asked about may overlap it and share its day,
	// for the same reason. Only whoever decides that sets it.
	Beside bool `json:",omitempty"`
}

// Caps are the limits an expert has set for herself; 0 = the pool's policy.
type Caps struct {
	ActiveRelations int
	SessionsPerWeek int
	MinutesPerMonth int // contact minutes in a calendar month
}

// Candidate is an expert as matching sees her: no name, no contact, and only
// what the purpose of the request allows.
type Candidate struct {
	Expert          ExpertID
	Status          ExpertStatus
	BirthDate       Date
	DeployableSince Date
	CertifiedOn     Date // "" = not certified
	AgreementOn     Date // volunteer agreement, "" = missing
	NDAOn           Date // duty of confidentiality, "" = missing
	PausedUntil     *time.Time

	Trained      []Training
	Certificates []Valid // of conduct
	Consents     []Consent
	Traits       []Trait

	OrganisationExclusions []OrganisationExclusion
	ExcludedClients        []ClientRef // "not with X", by either side
	ExcludedExperts        []ExpertID
	EmployedBy             []OrganisationID // dual role
	TrainerOf              []ClientRef      // dual role
	Tier3Confirmed         bool             // for this request
	FoldExclusions         bool             // count my exclusions under OTHER

	// Gone is the first day on which she is no longer in the pool, "" for open. Moves
	// is the first day at another home, NewHome, "" when she does not move.
	Gone    Date  `json:",omitzero"`
	Moves   Date  `json:",omitzero"`
	NewHome Place `json:",omitzero"`

	Home             Place
	MaxTravelMinutes int
	TravelMinutes    *int // known travel time to the place, overrides the estimate

	Rules                   []AvailabilityRule
	Blackouts               []Interval
	AvailabilityConfirmedAt *time.Time
	// BusyReadAt is when busy times of hers were last read, set only when that is
	// too long ago for them to be complete.
	BusyReadAt *time.Time `json:",omitempty"`
	Booked     []Booked
	Caps       Caps
	// Extra is room beyond her caps. No snapshot has any; [Apply] adds it.
	Extra Caps `json:",omitzero"`

	ActiveRelations  int
	RelationClosedOn Date // the last one, "" = never
	CompletedOfType  int  // completed deployments of the request's type
	LastOfferAt      *time.Time
	// DeclinedTooMuch counts the offers of the last twelve weeks that she
	// declined because it was too much then.
	DeclinedTooMuch int
	// AtOfferLimit: as many offers wait for her answer, from whichever pool, as
	// this pool lets her have. It says no more than that.
	AtOfferLimit bool `json:",omitzero"`
}
