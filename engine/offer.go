package engine

import "time"

// transitions is a table of legal moves between states.
type transitions[S comparable] map[S][]S

func (t transitions[S]) allow(from, to S) bool {
	for _, next := range t[from] {
		if next == to {
			return true
		}
	}
	return false
}

// OfferStatus is where an offer stands.
type OfferStatus string

// The statuses. WITHDRAWN is neutral: it says nothing about why.
const (
	OfferSent      OfferStatus = "SENT"
	OfferAccepted  OfferStatus = "ACCEPTED"
	OfferDeclined  OfferStatus = "DECLINED"
	OfferExpired   OfferStatus = "EXPIRED"
	OfferWithdrawn OfferStatus = "WITHDRAWN"
)

var offerNext = transitions[OfferStatus]{
	OfferSent: {OfferAccepted, OfferDeclined, OfferExpired, OfferWithdrawn},
}

// CanBecome reports whether the move is legal.
func (s OfferStatus) CanBecome(next OfferStatus) bool { return offerNext.allow(s, next) }

// Lost reports whether no yes can come of an offer any more, and none came.
func (s OfferStatus) Lost() bool {
	return s == OfferDeclined || s == OfferExpired || s == OfferWithdrawn
}

// DeclineCode is the optional reason of a decline. None is ever needed.
type DeclineCode string

// The codes.
const (
	DeclineTime     DeclineCode = "TIME"
	DeclineDistance DeclineCode = "DISTANCE"
	DeclineTheme    DeclineCode = "THEME"
	DeclineTooMuch  DeclineCode = "TOO_MUCH_NOW"
	DeclineOther    DeclineCode = "OTHER"
)

// Offer is one question to one expert: will you do this, then? The offers of a
// team share a decision.
type Offer struct {
	ID         OfferID
	DecisionID DecisionID
	RequestID  RequestID
	PoolID     PoolID
	ExpertID   ExpertID

	// What is asked: enough to answer, nothing of the client or the house.
	Type         DeploymentTypeCode
	ThemeGroups  []string // groups of the themes asked for, never the themes
	Online       bool
	Municipality MunicipalityCode
	Slot         Interval
	FurtherSlots []Interval // the later dates of a series, in order

	Status      OfferStatus
	SentAt      time.Time
	ExpiresAt   time.Time
	AnsweredAt  *time.Time
	DeclineCode *DeclineCode
}

// Dates are all the slots of the offer, the first first.
func (o Offer) Dates() []Interval { return append([]Interval{o.Slot}, o.FurtherSlots...) }

// Decision is a person's choice of experts and a slot, with the calculation it
// was made from.
type Decision struct {
	ID             DecisionID
	RequestID      RequestID
	Follows        *DecisionID // one that came to nothing, of the same choice; nil for a choice made anew
	MadeBy         AccountID
	MadeAt         time.Time
	Slot           Interval
	FurtherSlots   []Interval // the later dates of a series, in order
	EngineVersion  string
	WeightsVersion string
	InputHash      string // SHA-256 of the input, hexadecimal
	// Override: the choice did not rest on a suggestion as it still was when it
	// was made. It needs a reason; a choice that did may have one.
	Override       bool
	OverrideReason string
	Suggestion     Suggestion // as by [Suggestion.Kept]
}
