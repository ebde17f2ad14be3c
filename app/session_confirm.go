package app

import (
	"context"
	"slices"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// ConfirmSession makes a session certain that time was held for, once nothing is
// in its way any more. Every hard rule is asked at its date. Errors: NOT_FOUND
// when the viewer does not coordinate its pool; CONFLICT for a session that is
// not HELD, has begun, or waits for somebody of its team; INFEASIBLE with the
// rules that still break.
func (a App) ConfirmSession(ctx context.Context, viewer auth.Viewer, key string, id engine.SessionID) (engine.Session, error) {
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "confirmSession", Input: id}, func(t *store.Tx) (engine.Session, error) {
		session, err := t.Session(ctx, id)
		if err != nil {
			return session, err
		}
		request, err := decideAbout(ctx, t, session.RequestID, t.Coordinate)
		if err != nil {
			return session, err
		}
		if session, err = t.Session(ctx, id); err != nil {
			return session, err
		}
		if err := confirmable(ctx, t, session); err != nil {
			return session, err
		}
		team, err := t.Team(ctx, id)
		if err != nil {
			return session, err
		}
		if len(team) < request.TeamSize {
			return session, engine.Conflict(engine.ReasonIllegalTransition, "%d of %d experts have said yes; find the others first", len(team), request.TeamSize)
		}
		if err := t.LockExperts(ctx, team); err != nil {
			return session, err
		}
		in, broken, err := judge(ctx, t, request, team, session.Slot, id)
		switch {
		case err != nil:
			return session, err
		case len(in.Candidates) != len(team):
			return session, engine.Infeasible(broken)
		case len(broken) > 0:
			return session, refuse(in, session.Slot, "")
		}
		if session, err = t.MoveSession(ctx, id, engine.SessionConfirmed, false, store.BookingConfirmed); err != nil {
			return session, err
		}
		if err := t.CloseTasks(ctx, store.TaskFilter{Kinds: []engine.TaskKind{engine.TaskSessionBroken, engine.TaskConfirmSession}, SessionID: &id}); err != nil {
			return session, err
		}
		if session.MatchID != nil {
			checked := store.TaskFilter{Kinds: []engine.TaskKind{engine.TaskNoShowCheckIn}, MatchID: session.MatchID}
			if err := t.CloseTasks(ctx, checked); err != nil {
				return session, err
			}
		} else if err := follow(ctx, t, session.RequestID); err != nil {
			return session, err
		}
		return session, tellOfSession(ctx, t, session, store.NoticeConfirmed, engine.SideCoordinator)
	})
}

// confirmable is a CONFLICT for a session that no rule could make certain.
func confirmable(ctx context.Context, t *store.Tx, s engine.Session) error {
	if s.Status != engine.SessionHeld || !t.Now.Before(s.Slot.Start) {
		return engine.Conflict(engine.ReasonIllegalTransition, "the session is %s or has begun: there is nothing to confirm", s.Status)
	}
	if s.DecisionID == nil {
		return nil
	}
	team, err := t.OffersOfDecision(ctx, *s.DecisionID)
	if err == nil && slices.ContainsFunc(team, func(o engine.Offer) bool { return o.Status != engine.OfferAccepted }) {
		err = engine.Conflict(engine.ReasonIllegalTransition, "somebody of the team has not said yes; the session is confirmed when all have")
	}
	return err
}
