// Package globalid makes ids opaque: a global id names a thing and its kind and
// says nothing else. exp_ and 26 characters of Crockford's base 32 stand for the
// UUID of an expert.
package globalid

import (
	"encoding/base32"
	"encoding/hex"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"expex/engine"
)

// Kind is the kind of thing an id names.
type Kind string

// The kinds.
const (
	Account      Kind = "acc"
	Pool         Kind = "pool"
	Organisation Kind = "org"
	Expert       Kind = "exp"
	Request      Kind = "req"
	Decision     Kind = "dec"
	Offer        Kind = "off"
	Session      Kind = "ses"
	Feed         Kind = "feed"
	Task         Kind = "task"
	Deputyship   Kind = "dep"
	Cohort       Kind = "coh"
	Waiting      Kind = "wait" // an entry of a waiting list
	Place        Kind = "plc"  // an offer of a training place
	Match        Kind = "mat"
	Series       Kind = "ser"
	Busy         Kind = "busy" // a private calendar that is linked
)

var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// Encode makes the global id of a thing with that UUID.
func Encode(kind Kind, uuid string) string {
	raw, err := hex.DecodeString(strings.ReplaceAll(uuid, "-", ""))
	if err != nil || len(raw) != 16 {
		return ""
	}
	return string(kind) + "_" + crockford.EncodeToString(raw)
}

// Split gives the kind and the UUID a global id stands for. NOT_FOUND for a text
// that is no global id: to the caller that is the same as an unknown one.
func Split(id string) (Kind, string, error) {
	kind, code, found := strings.Cut(id, "_")
	raw, err := crockford.DecodeString(code)
	// A text that does not encode back to itself has stray bits at its end.
	if !found || err != nil || len(raw) != 16 || crockford.EncodeToString(raw) != code {
		return "", "", engine.NotFound()
	}
	h := hex.EncodeToString(raw)
	return Kind(kind), h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:], nil
}

// Decode gives the UUID behind a global id of that kind, NOT_FOUND for others.
func Decode[ID ~string](kind Kind, id string) (ID, error) {
	have, uuid, err := Split(id)
	if err != nil {
		return "", err
	}
	if have != kind {
		return "", engine.NotFound()
	}
	return ID(uuid), nil
}

// DecodeAll gives the UUIDs behind several global ids of one kind.
func DecodeAll[ID ~string](kind Kind, ids []string) ([]ID, error) {
	out := make([]ID, len(ids))
	for i, id := range ids {
		var err error
		if out[i], err = Decode[ID](kind, id); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func marshal(kind Kind, uuid string) graphql.Marshaler {
	if uuid == "" {
		return graphql.Null
	}
	return graphql.MarshalString(Encode(kind, uuid))
}

// unmarshal reads an id of an input object. A text that is no id of that kind
// stands for a thing that does not exist, and is answered like one.
func unmarshal[ID ~string](kind Kind, v any) (ID, error) {
	if text, err := graphql.UnmarshalID(v); err == nil {
		if id, err := Decode[ID](kind, text); err == nil {
			return id, nil
		}
	}
	return nothing, nil
}

// nothing is an id no thing has: the nil UUID of RFC 9562 5.9.
const nothing = "00000000-0000-0000-0000-000000000000"

// The pairs below bind GraphQL's ID to the id types of the engine; gqlgen finds
// them by name. An empty id is null.

// MarshalAccountID writes the id of an account.
func MarshalAccountID(id engine.AccountID) graphql.Marshaler { return marshal(Account, string(id)) }

// UnmarshalAccountID reads the id of an account.
func UnmarshalAccountID(v any) (engine.AccountID, error) {
	return unmarshal[engine.AccountID](Account, v)
}

// MarshalPoolID writes the id of a pool.
func MarshalPoolID(id engine.PoolID) graphql.Marshaler { return marshal(Pool, string(id)) }

// UnmarshalPoolID reads the id of a pool.
func UnmarshalPoolID(v any) (engine.PoolID, error) { return unmarshal[engine.PoolID](Pool, v) }

// MarshalOrganisationID writes the id of an organisation.
func MarshalOrganisationID(id engine.OrganisationID) graphql.Marshaler {
	return marshal(Organisation, string(id))
}

// UnmarshalOrganisationID reads the id of an organisation.
func UnmarshalOrganisationID(v any) (engine.OrganisationID, error) {
	return unmarshal[engine.OrganisationID](Organisation, v)
}

// MarshalExpertID writes the id of an expert.
func MarshalExpertID(id engine.ExpertID) graphql.Marshaler { return marshal(Expert, string(id)) }

// UnmarshalExpertID reads the id of an expert.
func UnmarshalExpertID(v any) (engine.ExpertID, error) { return unmarshal[engine.ExpertID](Expert, v) }

// MarshalRequestID writes the id of a request.
func MarshalRequestID(id engine.RequestID) graphql.Marshaler { return marshal(Request, string(id)) }

// UnmarshalRequestID reads the id of a request.
func UnmarshalRequestID(v any) (engine.RequestID, error) {
	return unmarshal[engine.RequestID](Request, v)
}

// MarshalDecisionID writes the id of a decision.
func MarshalDecisionID(id engine.DecisionID) graphql.Marshaler { return marshal(Decision, string(id)) }

// UnmarshalDecisionID reads the id of a decision.
func UnmarshalDecisionID(v any) (engine.DecisionID, error) {
	return unmarshal[engine.DecisionID](Decision, v)
}

// MarshalOfferID writes the id of an offer.
func MarshalOfferID(id engine.OfferID) graphql.Marshaler { return marshal(Offer, string(id)) }

// UnmarshalOfferID reads the id of an offer.
func UnmarshalOfferID(v any) (engine.OfferID, error) { return unmarshal[engine.OfferID](Offer, v) }

// MarshalSessionID writes the id of a session.
func MarshalSessionID(id engine.SessionID) graphql.Marshaler { return marshal(Session, string(id)) }

// UnmarshalSessionID reads the id of a session.
func UnmarshalSessionID(v any) (engine.SessionID, error) {
	return unmarshal[engine.SessionID](Session, v)
}

// MarshalMatchID writes the id of a relation.
func MarshalMatchID(id engine.MatchID) graphql.Marshaler { return marshal(Match, string(id)) }

// UnmarshalMatchID reads the id of a relation.
func UnmarshalMatchID(v any) (engine.MatchID, error) { return unmarshal[engine.MatchID](Match, v) }

// MarshalFeedID writes the id of a calendar feed.
func MarshalFeedID(id engine.FeedID) graphql.Marshaler { return marshal(Feed, string(id)) }

// UnmarshalFeedID reads the id of a calendar feed.
func UnmarshalFeedID(v any) (engine.FeedID, error) { return unmarshal[engine.FeedID](Feed, v) }

// MarshalBusyCalendarID writes the id of a linked calendar.
func MarshalBusyCalendarID(id engine.BusyCalendarID) graphql.Marshaler {
	return marshal(Busy, string(id))
}

// UnmarshalBusyCalendarID reads the id of a linked calendar.
func UnmarshalBusyCalendarID(v any) (engine.BusyCalendarID, error) {
	return unmarshal[engine.BusyCalendarID](Busy, v)
}

// MarshalTaskID writes the id of a task.
func MarshalTaskID(id engine.TaskID) graphql.Marshaler { return marshal(Task, string(id)) }

// UnmarshalTaskID reads the id of a task.
func UnmarshalTaskID(v any) (engine.TaskID, error) { return unmarshal[engine.TaskID](Task, v) }

// MarshalDeputyshipID writes the id of a deputyship.
func MarshalDeputyshipID(id engine.DeputyshipID) graphql.Marshaler {
	return marshal(Deputyship, string(id))
}

// UnmarshalDeputyshipID reads the id of a deputyship.
func UnmarshalDeputyshipID(v any) (engine.DeputyshipID, error) {
	return unmarshal[engine.DeputyshipID](Deputyship, v)
}

// MarshalCohortID writes the id of a training group.
func MarshalCohortID(id engine.CohortID) graphql.Marshaler { return marshal(Cohort, string(id)) }

// UnmarshalCohortID reads the id of a training group.
func UnmarshalCohortID(v any) (engine.CohortID, error) { return unmarshal[engine.CohortID](Cohort, v) }

// MarshalWaitlistEntryID writes the id of an entry of a waiting list.
func MarshalWaitlistEntryID(id engine.WaitlistEntryID) graphql.Marshaler {
	return marshal(Waiting, string(id))
}

// UnmarshalWaitlistEntryID reads the id of an entry of a waiting list.
func UnmarshalWaitlistEntryID(v any) (engine.WaitlistEntryID, error) {
	return unmarshal[engine.WaitlistEntryID](Waiting, v)
}

// MarshalPlaceOfferID writes the id of an offer of a training place.
func MarshalPlaceOfferID(id engine.PlaceOfferID) graphql.Marshaler { return marshal(Place, string(id)) }

// UnmarshalPlaceOfferID reads the id of an offer of a training place.
func UnmarshalPlaceOfferID(v any) (engine.PlaceOfferID, error) {
	return unmarshal[engine.PlaceOfferID](Place, v)
}

// MarshalSeriesID writes the id of a series.
func MarshalSeriesID(id engine.SeriesID) graphql.Marshaler { return marshal(Series, string(id)) }

// UnmarshalSeriesID reads the id of a series.
func UnmarshalSeriesID(v any) (engine.SeriesID, error) { return unmarshal[engine.SeriesID](Series, v) }

// Node is any thing with a global id: one of the nouns of the engine or store.
type Node any
