package app

import (
	"context"
	"slices"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// CancelSession cancels an appointment that has not begun, for the side the
// viewer is on; a coordinator of its pool may say for whom. The experts' time is
// free again at once, and a request that was filled by it is open again. Errors:
// NOT_FOUND; FORBIDDEN for a side that is not the viewer's; CONFLICT for a
// session that is over or cancelled.
func (a App) CancelSession(ctx context.Context, viewer auth.Viewer, key string, id engine.SessionID, side *engine.Side) (engine.Session, error) {
	input := struct {
		ID   engine.SessionID
		Side *engine.Side
	}{id, side}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "cancelSession", Input: input}, func(t *store.Tx) (engine.Session, error) {
		session, err := t.Session(ctx, id)
		if err != nil {
			return session, err
		}
		by, err := cancellingSide(viewer, session.PoolID, side)
		if err != nil {
			return session, err
		}
		if err := t.Decide(ctx, session.PoolID); err != nil {
			return session, err
		}
		if err := t.LockRequest(ctx, session.RequestID); err != nil {
			return session, err
		}
		if session, err = t.Session(ctx, id); err != nil {
			return session, err
		}
		if !session.Status.CanBecome(engine.CancelledBy(by)) || !t.Now.Before(session.Slot.Start) {
			return session, engine.Conflict(engine.ReasonIllegalTransition, "the session is %s or has begun and cannot be cancelled", session.Status)
		}
		cancelled, err := cancel(ctx, t, session, by)
		if err != nil {
			return session, err
		}
		return cancelled, reopen(ctx, t, session)
	})
}

// cancellingSide is the side for which the viewer cancels a session of the pool.
// To coordinate another pool says nothing here.
func cancellingSide(viewer auth.Viewer, pool engine.PoolID, wanted *engine.Side) (engine.Side, error) {
	own := engine.SideRequester
	switch {
	case coordinates(viewer, pool):
		own = engine.SideCoordinator
		if wanted != nil {
			own = *wanted
		}
	case viewer.Has(auth.RoleExpert):
		own = engine.SideExpert
	}
	if wanted != nil && *wanted != own {
		return own, &engine.Error{Code: engine.CodeForbidden, Message: "onBehalfOf: only a coordinator may cancel for another side; leave it out"}
	}
	return own, nil
}

func cancel(ctx context.Context, t *store.Tx, s engine.Session, by engine.Side) (engine.Session, error) {
	late := s.Slot.Start.Sub(t.Now) < engine.LateHours*time.Hour
	return t.MoveSession(ctx, s.ID, engine.CancelledBy(by), late, store.BookingReleased)
}

// reopen makes a request that this session filled, or was to fill, open to
// offers again, and takes back what was still asked for this session. A request
// with another session planned stays as it is, and a relation goes on without
// one of its meetings.
func reopen(ctx context.Context, t *store.Tx, s engine.Session) error {
	if s.MatchID != nil {
		return nil
	}
	ofItsTeam := func(o engine.Offer) bool { return s.DecisionID != nil && o.DecisionID == *s.DecisionID }
	if err := endOffers(ctx, t, s.RequestID, engine.OfferWithdrawn, ofItsTeam); err != nil {
		return err
	}
	sessions, err := t.SessionsOfRequest(ctx, s.RequestID)
	if err != nil {
		return err
	}
	planned := func(other engine.Session) bool {
		return (other.Status == engine.SessionHeld || other.Status == engine.SessionConfirmed) && t.Now.Before(other.Slot.Start)
	}
	if slices.ContainsFunc(sessions, planned) {
		return nil
	}
	next := engine.RequestOpen
	waiting, err := stillAsked(ctx, t, s.RequestID)
	if err != nil {
		return err
	}
	if waiting {
		next = engine.RequestOffered
	}
	request, err := t.Request(ctx, s.RequestID)
	if err != nil || !request.Status.CanBecome(next) {
		return err
	}
	return t.MoveRequest(ctx, s.RequestID, next, "")
}
