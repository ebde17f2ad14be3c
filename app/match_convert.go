package app

import (
	"context"
	"strings"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// ConvertMatch is how a relation goes on as one of another type.
type ConvertMatch struct {
	MatchID engine.MatchID
	Type    engine.DeploymentTypeCode
	// Slot is the first meeting of the new relation.
	Slot       engine.Interval
	EveryWeeks int // 1..52
	PlannedEnd engine.Date
	// ConsentConfirmedBy says who at the organisation confirmed that the young
	// person consents to the new relation; 1..200 characters.
	ConsentConfirmedBy string
}

// ConvertMatch closes a relation as CONVERTED and begins another of the same two,
// on TRIAL since they know each other, with its first meeting. Every hard rule is
// checked for the new type, capacity and certificate among them; nobody rests in
// between. The request goes on as one of the new type: what was wished and
// confirmed for it stays. It gives the new relation. Errors: NOT_FOUND; INVALID;
// INFEASIBLE with the rules; CONFLICT for a relation that has not got beyond the
// introduction or is over, and with SLOT_CONFLICT.
func (a App) ConvertMatch(ctx context.Context, viewer auth.Viewer, key string, in ConvertMatch) (engine.Match, error) {
	if err := in.check(); err != nil {
		return engine.Match{}, err
	}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "convertMatch", Input: in}, func(t *store.Tx) (engine.Match, error) {
		match, err := t.Match(ctx, in.MatchID)
		if err != nil {
			return match, err
		}
		if err := t.Coordinate(ctx, match.PoolID); err != nil {
			return match, err
		}
		if err := t.LockRequest(ctx, match.RequestID); err != nil {
			return match, err
		}
		r, err := relationOf(ctx, t, in.MatchID)
		if err != nil {
			return match, err
		}
		if r.Status == engine.MatchIntro || r.Status == engine.MatchClosed {
			return match, engine.Conflict(engine.ReasonIllegalTransition, "the relation is %s: there is nothing to go on with", r.Status)
		}
		request, kind, err := r.turned(ctx, t, in)
		if err != nil {
			return match, err
		}
		if err := r.cancelAhead(ctx, t); err != nil {
			return match, err
		}
		if err := t.LockExperts(ctx, []engine.ExpertID{r.ExpertID}); err != nil {
			return match, err
		}
		input, broken, err := judge(ctx, t, request, []engine.ExpertID{r.ExpertID}, in.Slot, "")
		switch {
		case err != nil:
			return match, err
		case len(input.Candidates) == 0:
			return match, engine.Infeasible(broken)
		case len(broken) > 0:
			return match, refuse(input, in.Slot, "")
		}
		// Along the table: what is ACTIVE is announced first.
		if !r.Status.CanBecome(engine.MatchClosed) {
			if err := r.move(ctx, t, engine.MatchClosing); err != nil {
				return match, err
			}
		}
		if err := r.close(ctx, t, engine.MatchConverted); err != nil {
			return match, err
		}
		if err := t.ConfirmConsent(ctx, request.Client.Ref, in.ConsentConfirmedBy); err != nil {
			return match, err
		}
		if err := t.TurnRequest(ctx, request); err != nil {
			return match, err
		}
		converted, err := t.InsertMatch(ctx, request, r.ExpertID, in.PlannedEnd, kind.SessionCap, engine.DateOf(in.Slot.Start, store.Zone))
		if err != nil {
			return match, err
		}
		if err := t.MoveMatch(ctx, converted, engine.MatchTrial); err != nil {
			return match, err
		}
		session, err := t.InsertSession(ctx, engine.Session{
			RequestID: request.ID, MatchID: &converted, PoolID: r.PoolID, OrganisationID: request.OrganisationID, Type: kind.Code,
			Slot: in.Slot, Status: engine.SessionConfirmed, Online: request.Online, Municipality: request.Municipality, Address: request.Address,
		})
		if err != nil {
			return match, err
		}
		if err := t.InsertBooking(ctx, store.Booking{
			SessionID: session.ID, ExpertID: r.ExpertID, Session: in.Slot, Buffer: time.Duration(input.Policy.TravelBufferMinutes) * time.Minute,
			Status: store.BookingConfirmed, OneToOne: kind.OneToOne, Tier3: asksTier3(input),
		}); err != nil {
			return match, err
		}
		if err := busier(ctx, t, r.PoolID, r.ExpertID); err != nil {
			return match, err
		}
		return t.Match(ctx, converted)
	})
}

// check refuses what is wrong whatever the relation.
func (in ConvertMatch) check() error {
	switch {
	case strings.TrimSpace(in.ConsentConfirmedBy) == "":
		return engine.Invalid("consentConfirmedBy", "is missing; say who at the organisation confirmed the young person's consent to this relation")
	case in.EveryWeeks < 1 || in.EveryWeeks > 52:
		return engine.Invalid("everyWeeks", "must be 1 to 52")
	case !in.Slot.Start.Before(in.Slot.End):
		return engine.Invalid("slot.end", "must be later than start")
	}
	if err := engine.CheckText("type", string(in.Type), maxCode); err != nil {
		return err
	}
	return engine.CheckText("consentConfirmedBy", in.ConsentConfirmedBy, maxName)
}

// turned is the request of the relation as one of the new type, when that can be.
func (r relation) turned(ctx context.Context, t *store.Tx, in ConvertMatch) (engine.Request, engine.DeploymentType, error) {
	request, err := t.Request(ctx, r.RequestID)
	if err != nil {
		return request, engine.DeploymentType{}, err
	}
	kind, err := t.DeploymentType(ctx, in.Type)
	start, minutes := engine.DateOf(in.Slot.Start, store.Zone), int(in.Slot.Duration()/time.Minute)
	switch {
	case err != nil || kind.Form != engine.Relation || kind.Code == r.Type:
		return request, kind, engine.Invalid("type", "must be a relation of another type than %s; see deploymentTypes", r.Type)
	case request.Client == nil:
		return request, kind, engine.Conflict(engine.ReasonIllegalTransition, "the request names no young person whose consent could be confirmed")
	case !in.Slot.Start.After(t.Now):
		return request, kind, engine.Invalid("slot.start", "must lie ahead")
	case minutes < kind.MinutesMin || minutes > kind.MinutesMax:
		return request, kind, engine.Invalid("slot", "must last %d to %d minutes for this type", kind.MinutesMin, kind.MinutesMax)
	case in.PlannedEnd <= start:
		return request, kind, engine.Invalid("plannedEnd", "must be later than the first meeting")
	case in.PlannedEnd > r.care.LatestEnd(start):
		return request, kind, engine.Invalid("plannedEnd", "must be at most %d months after the first meeting; extend the relation when it comes to that", r.care.MostMonths)
	}
	request.Type, request.Minutes, request.EveryWeeks = kind.Code, minutes, in.EveryWeeks
	request.Occurrences = min(104, 1+start.DaysUntil(in.PlannedEnd)/(7*in.EveryWeeks))
	return request, kind, nil
}

// maxName bounds the name of a person, in characters.
const maxName = 200
