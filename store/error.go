package store

import (
	"context"
	"database/sql"
	"errors"
	"regexp"

	"github.com/lib/pq"

	"expex/auth"
	"expex/engine"
)

// PostgreSQL's error codes this package acts on, appendix A of its manual.
const (
	invalidText          = "22P02"
	notInRepertoire      = "22021"
	untranslatable       = "22P05"
	foreignKeyViolation  = "23503"
	uniqueViolation      = "23505"
	checkViolation       = "23514"
	exclusionViolation   = "23P01"
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	lockNotAvailable     = "55P03"
	insufficientRights   = "42501"
	queryCancelled       = "57014"
)

// refusedByPolicy is the routine PostgreSQL names when a new row violates a
// row-level security policy; a missing grant has the same code.
const refusedByPolicy = "ExecWithCheckOptions"

// constraints maps the name of a violated constraint to what it means for the
// caller. A name that is missing here is an internal error: the code should
// have checked first. error_test.go compares the names with the schema.
var constraints = map[string]*engine.Error{
	"booking_no_overlap":          engine.Conflict(engine.ReasonSlotConflict, "the expert already has a session then, travel time included"),
	"offer_open":                  engine.Conflict(engine.ReasonOfferOpen, "this expert already has an open offer for this request; wait for the answer or its expiry"),
	"offer_once":                  engine.Conflict(engine.ReasonOfferOpen, "this expert is already part of this decision"),
	"session_one_per_decision":    engine.Conflict(engine.ReasonRequestFilled, "this decision already has its session then"),
	"booking_seat":                engine.Conflict(engine.ReasonNoSeat, "more seats are taken than that; give at least as many"),
	"booking_seat_once":           engine.Conflict(engine.ReasonBusy, "this seat is being taken by another call; try again"),
	"booking_pkey":                engine.Conflict(engine.ReasonDuplicate, "she takes part in this session already"),
	"match_open":                  engine.Conflict(engine.ReasonRequestFilled, "this expert already has this relation"),
	"session_within_cap":          engine.Conflict(engine.ReasonSessionCap, "the relation has as many meetings as it may; close it, convert it, or grant one more"),
	"match_extra_once":            engine.Conflict(engine.ReasonSessionCap, "one meeting above the cap is all there can be; close the relation or convert it"),
	"waiver_extra_session":        engine.Conflict(engine.ReasonSessionCap, "one meeting above the cap is all there can be; close the relation or convert it"),
	"match_dates":                 engine.Invalid("plannedEnd", "must not be before the relation starts"),
	"blackout_once":               engine.Conflict(engine.ReasonDuplicate, "this blackout is already there"),
	"availability_rule_order":     engine.Invalid("rules.ends", "must be later than starts"),
	"availability_rule_valid":     engine.Invalid("rules.validUntil", "must not be before validFrom"),
	"availability_rule_travel":    engine.Invalid("rules.maxTravelMinutes", "must be 0 to 600"),
	"standby_duty_pkey":           engine.Invalid("spans", "names a span twice, or one that is over already"),
	"standby_duty_order":          engine.Invalid("spans.end", "must be later than start"),
	"blackout_order":              engine.Invalid("end", "must be later than start"),
	"request_team_size":           engine.Invalid("teamSize", "must be 1 to 6"),
	"request_minutes":             engine.Invalid("minutes", "must be 15 to 720"),
	"request_goal":                engine.Invalid("goal", "must be at most 1,000 characters"),
	"request_place":               engine.Invalid("municipality", "is needed unless the request is online"),
	"request_dates":               engine.Invalid("neededUntil", "must not be before neededFrom"),
	"request_rhythm":              engine.Invalid("everyWeeks", "must be 1 to 52, and occurrences 1 to 104"),
	"request_type":                engine.Invalid("type", "is not a deployment type"),
	"request_municipality":        engine.Invalid("municipality", "is not a municipality"),
	"request_theme_theme":         engine.Invalid("themes", "holds a code that is not a theme"),
	"request_theme_pkey":          engine.Invalid("themes", "names a theme twice"),
	"request_preference_pkey":     engine.Invalid("preferences", "names a wish twice"),
	"request_preference_value":    engine.Invalid("preferences.value", "must be 1 to 50 characters"),
	"request_option_pkey":         engine.Invalid("options", "names a time twice"),
	"request_option_order":        engine.Invalid("options.end", "must be later than start"),
	"request_window_pkey":         engine.Invalid("windows", "names a window twice"),
	"request_window_order":        engine.Invalid("windows.ends", "must be later than starts"),
	"client_age":                  engine.Invalid("client.ageTo", "the band must run from a lower to a higher age within 0 to 27"),
	"client_turns_18":             engine.Invalid("client.turns18On", "must be the first day of a month: only the month is kept"),
	"theme_consent_theme":         engine.Invalid("theme", "is not a theme"),
	"theme_consent_current":       engine.Conflict(engine.ReasonBusy, "this consent is being changed by another call; try again"),
	"theme_consent_pkey":          engine.Conflict(engine.ReasonBusy, "this consent is being changed by another call; try again"),
	"calendar_feed_label":         engine.Invalid("label", "must be at most 100 characters"),
	"idempotency_key_length":      engine.Invalid("idempotencyKey", "must be 8 to 200 characters"),
	"organisation_no_cycle":       engine.Invalid("parent", "an organisation cannot lie under itself"),
	"account_role_scope":          engine.Invalid("role", "is unknown, or lacks its pool, organisation or expert, or has one that does not belong to it"),
	"account_role_one_deputyship": engine.Conflict(engine.ReasonDuplicate, "this colleague is a deputy in this pool on one of these days already"),
	"account_email":               engine.Invalid("email", "must be at most 254 characters"),
	"account_name":                engine.Invalid("name", "must be 1 to 200 characters"),
	"weights_reason":              engine.Invalid("reason", "must be 1 to 500 characters"),
	"weights_pkey":                engine.Conflict(engine.ReasonBusy, "others are proposing weights for the same pool and type; try again"),
	"weights_two_people":          engine.Conflict(engine.ReasonOwnProposal, "you proposed these weights; another coordinator or region lead of the pool must approve them"),
	"weights_replaced_once":       engine.Conflict(engine.ReasonStale, "other weights were approved since these were proposed; propose them anew"),
	"cohort_member_place":         engine.Conflict(engine.ReasonNoPlace, "no place is free in this training group"),
	"cohort_member_place_once":    engine.Conflict(engine.ReasonNoPlace, "this place was given to somebody else just now"),
	"cohort_member_pkey":          engine.Conflict(engine.ReasonDuplicate, "she is in this training group already"),
	"waitlist_entry_once":         engine.Conflict(engine.ReasonDuplicate, "she is on the waiting list already"),
	"pool_member_once":            engine.Conflict(engine.ReasonDuplicate, "she is a member of that pool already"),
	"expert_transfer_open":        engine.Conflict(engine.ReasonIllegalTransition, "she said yes to a move that is still to come"),
	"expert_transfer_pkey":        engine.Conflict(engine.ReasonIllegalTransition, "she said yes to a move that is still to come"), // at the same moment
	"service_area_municipality":   engine.Invalid("municipalities", "holds a code that is not a municipality"),
	"service_area_once":           engine.Conflict(engine.ReasonBusy, "the service area is being changed by another call; try again"),
	"service_area_pkey":           engine.Conflict(engine.ReasonBusy, "the service area is being changed by another call; try again"),
	"type_training_type":          engine.Invalid("type", "is not a deployment type"),
	"organisation_secret_address": engine.Invalid("addressVisibility", "shelters and mental-health providers keep their address secret"),
}

// translate turns an error of the driver into one of the engine. What it does
// not know stays as it is and is INTERNAL at the edge.
func translate(ctx context.Context, err error) error {
	var known *engine.Error
	var pe *pq.Error
	switch {
	case err == nil, errors.As(err, &known), errors.Is(err, auth.ErrUnknown):
		return err
	case errors.Is(err, sql.ErrNoRows):
		return engine.NotFound()
	case ctx.Err() != nil:
		return ctx.Err() // a cancelled query surfaces as 57014, not as this
	case !errors.As(err, &pe):
		return err
	}
	if meaning, ok := constraints[pe.Constraint]; ok {
		return meaning
	}
	switch pe.Code {
	case invalidText, foreignKeyViolation:
		// Malformed, unknown and forbidden ids are the same thing to the caller.
		return engine.NotFound()
	case notInRepertoire, untranslatable:
		return engine.Invalid("text", "holds a NUL or is not valid UTF-8; remove it")
	case insufficientRights:
		// A row the policies refuse is a forbidden id; a missing grant is our bug.
		if pe.Routine == refusedByPolicy {
			return engine.NotFound()
		}
	case serializationFailure, deadlockDetected, lockNotAvailable:
		return engine.Conflict(engine.ReasonBusy, "others are changing the same thing; try again")
	case queryCancelled:
		return engine.Conflict(engine.ReasonBusy, "this took too long; try again")
	}
	return err
}

// retryable reports whether the whole transaction may simply be tried again:
// the server undid it because of other writers.
func retryable(err error) bool {
	var pe *pq.Error
	return errors.As(err, &pe) && (pe.Code == serializationFailure || pe.Code == deadlockDetected)
}

var password = regexp.MustCompile(`(password=)\S+|(://[^:@/\s]*:)[^@/\s]+@`)

// redact takes a password out of the text of a connection error.
func redact(err error) error {
	clean := password.ReplaceAllString(err.Error(), "$1$2***")
	if clean == err.Error() {
		return err
	}
	return errors.New(clean)
}
