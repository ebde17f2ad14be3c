package app

import (
	"context"
	"slices"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// CancelSession cancels an appointment that has not begun, for the side the
// viewer is on; a coordinator of its pool may say for whom. The experts' time is
// free again at once, and a request that was filled by it is open again. An
// expert steps out of a session that goes on without her: it is HELD for a
// substitute and for those who stay, see [App.SubstituteSession]. Errors:
// NOT_FOUND; FORBIDDEN for a side that is not the viewer's; CONFLICT for a
// session that is over or cancelled, or that she has stepped out of.
func (a App) CancelSession(ctx context.Context, viewer auth.Viewer, key string, id engine.SessionID, side *engine.Side) (engine.Session, error) {
	cancelled, err := a.CancelSessions(ctx, viewer, key, id, side, engine.ScopeThis)
	if err != nil {
		return engine.Session{}, err
	}
	return cancelled[0], nil
}

// CancelSessions is [App.CancelSession] for a session and others of its series,
// the one that is named first. Those of them that have begun or cannot be
// cancelled stay as they are. INVALID on "scope" for a session of no series.
func (a App) CancelSessions(ctx context.Context, viewer auth.Viewer, key string, id engine.SessionID, side *engine.Side, scope engine.SeriesScope) ([]engine.Session, error) {
	input := struct {
		ID    engine.SessionID
		Side  *engine.Side
		Scope engine.SeriesScope
	}{id, side, scope}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "cancelSession", Input: input}, func(t *store.Tx) ([]engine.Session, error) {
		session, err := t.Session(ctx, id)
		if err != nil {
			return nil, err
		}
		by, err := cancellingSide(viewer, session.PoolID, side)
		if err != nil {
			return nil, err
		}
		if session, _, err = decideOn(ctx, t, id); err != nil {
			return nil, err
		}
		all, err := inScope(ctx, t, session, scope)
		if err != nil {
			return nil, err
		}
		if !session.Status.CanBecome(engine.CancelledBy(by)) || !t.Now.Before(session.Slot.Start) {
			return nil, engine.Conflict(engine.ReasonIllegalTransition, "the session is %s or has begun and cannot be cancelled", session.Status)
		}
		var her engine.ExpertID
		if by == engine.SideExpert && !coordinates(viewer, session.PoolID) {
			her = viewer.Expert()
		}
		cancelled := make([]engine.Session, 1, len(all))
		for _, s := range all {
			done, err := callOff(ctx, t, s, by, her)
			if err != nil {
				return nil, err
			}
			if s.ID == id {
				cancelled[0] = done
			} else {
				cancelled = append(cancelled, done)
			}
		}
		return cancelled, nil
	})
}

// callOff takes an expert who cancels for herself ("" for nobody) out of a session
// that goes on without her, and cancels any other.
func callOff(ctx context.Context, t *store.Tx, s engine.Session, by engine.Side, her engine.ExpertID) (engine.Session, error) {
	if her != "" {
		team, err := t.Team(ctx, s.ID)
		switch {
		case err != nil:
			return s, err
		case !slices.Contains(team, her):
			return s, engine.Conflict(engine.ReasonIllegalTransition, "you have no part in this session any more")
		case goesOn(s, team):
			return stepOut(ctx, t, s, her)
		}
	}
	cancelled, err := cancel(ctx, t, s, by)
	if err != nil {
		return s, err
	}
	return cancelled, reopen(ctx, t, s)
}

// cancellingSide is the side for which the viewer cancels a session of the pool.
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

// cancel cancels one session and tells everybody. Nothing is in its way any more.
func cancel(ctx context.Context, t *store.Tx, s engine.Session, by engine.Side) (engine.Session, error) {
	if err := tellOfSession(ctx, t, s, store.NoticeCancelled, by); err != nil {
		return s, err
	}
	if s.Status == engine.SessionHeld {
		if err := noSeat(ctx, t, s); err != nil {
			return s, err
		}
	}
	cancelled, err := t.MoveSession(ctx, s.ID, engine.CancelledBy(by), isLate(t, s), store.BookingReleased)
	if err != nil {
		return s, err
	}
	return cancelled, t.CloseTasks(ctx, store.TaskFilter{Kinds: []engine.TaskKind{engine.TaskSessionBroken, engine.TaskConfirmSession}, SessionID: &s.ID})
}

// reopen makes a request that this session filled, or was to fill, open to
// offers again, and takes back what was still asked for this session. A request
// with another session planned is what that makes of it, and a relation goes on
// without one of its meetings.
func reopen(ctx context.Context, t *store.Tx, s engine.Session) error {
	if s.MatchID != nil {
		return nil
	}
	sessions, err := t.SessionsOfRequest(ctx, s.RequestID)
	if err != nil {
		return err
	}
	planned := func(other engine.Session) bool { return stands(other) && t.Now.Before(other.Slot.Start) }
	// While other dates of the same team stand, they are still asked for those.
	ofItsTeam := func(id *engine.DecisionID) bool { return s.DecisionID != nil && id != nil && *id == *s.DecisionID }
	if !slices.ContainsFunc(sessions, func(other engine.Session) bool { return planned(other) && ofItsTeam(other.DecisionID) }) {
		if err := endOffers(ctx, t, s.RequestID, engine.OfferWithdrawn, func(o engine.Offer) bool { return ofItsTeam(&o.DecisionID) }); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(sessions, planned) {
		return follow(ctx, t, s.RequestID)
	}
	return openAgain(ctx, t, s.RequestID)
}
