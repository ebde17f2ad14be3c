package engine

import (
	"fmt"
	"strings"
)

// Code is the class of an error, stable for machines. It is what a client sees
// as extensions.code.
type Code string

// The classes of error. Anything that is none of these is INTERNAL at the edge.
const (
	// CodeInvalid is bad input: Field names it, the message says the fix.
	CodeInvalid Code = "INVALID"
	// CodeInfeasible is a well-formed wish that hard rules forbid: Rules lists them.
	CodeInfeasible Code = "INFEASIBLE"
	// CodeConflict is a clash with the present state of things: Reason says which.
	CodeConflict Code = "CONFLICT"
	// CodeNotFound is an unknown id, and equally an id the viewer may not see.
	CodeNotFound Code = "NOT_FOUND"
	// CodeUnauthenticated is a missing or dead token.
	CodeUnauthenticated Code = "UNAUTHENTICATED"
	// CodeForbidden is a viewer whose roles do not include the operation.
	CodeForbidden Code = "FORBIDDEN"
)

// Reason narrows a CONFLICT, and one kind of INVALID. Reasons are API: they are never renamed.
type Reason string

// The reasons: of a CONFLICT, but for the last.
const (
	// ReasonSlotConflict: the expert already has a session then, buffers included.
	ReasonSlotConflict Reason = "SLOT_CONFLICT"
	// ReasonIllegalTransition: the thing is not in a state that allows this.
	ReasonIllegalTransition Reason = "ILLEGAL_TRANSITION"
	// ReasonRequestFilled: others already fill the request.
	ReasonRequestFilled Reason = "REQUEST_FILLED"
	// ReasonOfferExpired: the offer's answer window has passed.
	ReasonOfferExpired Reason = "OFFER_EXPIRED"
	// ReasonOfferOpen: this expert already has an open offer for this request.
	ReasonOfferOpen Reason = "OFFER_OPEN"
	// ReasonOfferLimit: this expert has as many open offers as she may.
	ReasonOfferLimit Reason = "OFFER_LIMIT"
	// ReasonKeyReused: the idempotency key was used before with other input.
	ReasonKeyReused Reason = "IDEMPOTENCY_KEY_REUSED"
	// ReasonBusy: too many writers at once; the same call may succeed later.
	ReasonBusy Reason = "BUSY"
	// ReasonDuplicate: a thing with this identity exists already.
	ReasonDuplicate Reason = "DUPLICATE"
	// ReasonStale: the world has changed since the caller looked; Changes say how.
	ReasonStale Reason = "STALE"
	// ReasonNoPlace: the training group has no free place.
	ReasonNoPlace Reason = "NO_PLACE"
	// ReasonNoSeat: all seats are taken, or there is none of hers to give up.
	ReasonNoSeat Reason = "NO_SEAT"
	// ReasonSessionCap: the relation has as many meetings as it may.
	ReasonSessionCap Reason = "SESSION_CAP"
	// ReasonOwnProposal: two people are needed, and the caller is the first.
	ReasonOwnProposal Reason = "OWN_PROPOSAL"
	// ReasonPaused: the expert rests until further notice.
	ReasonPaused Reason = "PAUSED"
	// ReasonPersonalData, with INVALID: a free text may say who somebody is;
	// Findings say where, and Rewrite how to do without.
	ReasonPersonalData Reason = "PERSONAL_DATA"
)

// Error is an error with a stable meaning. Its message names the field, the
// problem and the fix; it never holds a theme, a client or an organisation.
type Error struct {
	Code    Code
	Reason  Reason     // with CONFLICT, and with INVALID for personal data
	Field   string     // with INVALID: the path in the input, such as "slot.start"
	Rules   []RuleCode // with INFEASIBLE, and with SLOT_CONFLICT
	Message string
	// Alternatives are slots that would do, with SLOT_CONFLICT, and with STALE
	// when the slot was taken.
	Alternatives []Interval
	Dates        []RefusedDate // with INFEASIBLE, when several dates were asked for
	Changes      []StaleChange // with STALE, when there is more to tell than the message
	Findings     []Finding     // with PERSONAL_DATA, in the order of the text
	// Rewrite is the text without its findings, with PERSONAL_DATA. It is for whoever
	// sent the text, and for no log.
	Rewrite string
}

// StaleKind is a kind of difference between two looks at the world. Kinds are
// API.
type StaleKind string

// The kinds.
const (
	ChangedEngine  StaleKind = "ENGINE_VERSION"  // Was and Is are versions
	ChangedWeights StaleKind = "WEIGHTS_VERSION" // Was and Is are versions
	ChangedRequest StaleKind = "REQUEST"         // what is asked for is another
	ChangedSlot    StaleKind = "SLOT_TAKEN"      // somebody of the team has a session then
	ChangedRule    StaleKind = "RULE"            // Rule excludes the team now
	ChangedFactor  StaleKind = "FACTOR"          // Factor had the value Was and has Is
	// ChangedProfile: what the experts have told about themselves counts otherwise.
	// It says neither what nor how: a theme that was taken back would be told.
	ChangedProfile StaleKind = "PROFILE"
)

// StaleChange is one difference between what the caller saw and what is.
type StaleChange struct {
	What   StaleKind
	Factor FactorName // with FACTOR
	Rule   RuleCode   // with RULE
	// Was and Is are text for a version, a number for the value of a factor, and
	// nil for an unknown value.
	Was, Is any
}

// Error gives the message, prefixed with code and reason for logs.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Code))
	if e.Reason != "" {
		b.WriteString("/" + string(e.Reason))
	}
	b.WriteString(": " + e.Message)
	return b.String()
}

// Invalid reports bad input in a field; the message says the problem and the fix.
func Invalid(field, format string, args ...any) *Error {
	return &Error{Code: CodeInvalid, Field: field, Message: field + ": " + fmt.Sprintf(format, args...)}
}

// Conflict reports a clash with the present state.
func Conflict(reason Reason, format string, args ...any) *Error {
	return &Error{Code: CodeConflict, Reason: reason, Message: fmt.Sprintf(format, args...)}
}

// NotFound reports that there is no such thing for this viewer. The text is the
// same for what does not exist and for what he may not see.
func NotFound() *Error {
	return &Error{Code: CodeNotFound, Message: "not found"}
}

// InfeasibleDates reports which of several dates hard rules forbid.
func InfeasibleDates(refused []RefusedDate) *Error {
	var rules []RuleCode
	for _, d := range refused {
		rules = append(rules, d.Rules...)
	}
	e := Infeasible(inOrder(rules))
	e.Dates = refused
	return e
}

// Infeasible reports the hard rules that forbid what was asked.
func Infeasible(rules []RuleCode) *Error {
	words := make([]string, len(rules))
	for i, r := range rules {
		words[i] = string(r)
	}
	return &Error{Code: CodeInfeasible, Rules: rules,
		Message: "hard rules forbid this: " + strings.Join(words, ", ")}
}
