package app

import (
	"context"
	"slices"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// EvaluateRequest says that those involved have been asked how it was: the request
// is EVALUATED. CONFLICT while a session of it is planned or a relation goes on.
func (a App) EvaluateRequest(ctx context.Context, viewer auth.Viewer, key string, id engine.RequestID) (engine.Request, error) {
	return a.finish(ctx, viewer, store.Key{Key: key, Mutation: "evaluateRequest", Input: id}, id, engine.RequestEvaluated)
}

// CloseRequest puts a request away, evaluated or not. CONFLICT as for
// EvaluateRequest.
func (a App) CloseRequest(ctx context.Context, viewer auth.Viewer, key string, id engine.RequestID) (engine.Request, error) {
	return a.finish(ctx, viewer, store.Key{Key: key, Mutation: "closeRequest", Input: id}, id, engine.RequestClosed)
}

func (a App) finish(ctx context.Context, viewer auth.Viewer, key store.Key, id engine.RequestID, to engine.RequestStatus) (engine.Request, error) {
	return store.Once(ctx, a.Store.As(viewer), key, func(t *store.Tx) (engine.Request, error) {
		request, err := decideAbout(ctx, t, id, t.Coordinate)
		if err != nil {
			return request, err
		}
		moved, err := move(ctx, t, request, to)
		if err != nil {
			return request, err
		}
		goesOn, err := unfinished(ctx, t, id)
		switch {
		case err != nil:
			return request, err
		case goesOn:
			return request, engine.Conflict(engine.ReasonIllegalTransition, "a session of the request is planned or not recorded, or its relation goes on; end those first")
		}
		return moved, evaluated(ctx, t, id)
	})
}

// unfinished reports whether a session of the request has no outcome yet or a
// relation of it goes on.
func unfinished(ctx context.Context, t *store.Tx, id engine.RequestID) (bool, error) {
	sessions, err := t.SessionsOfRequest(ctx, id)
	if err != nil || slices.ContainsFunc(sessions, stands) {
		return true, err
	}
	open, err := t.OpenMatchesOf(ctx, id)
	return len(open) > 0, err
}

// stands reports whether nobody has said yet what became of a session.
func stands(s engine.Session) bool {
	return s.Status == engine.SessionHeld || s.Status == engine.SessionConfirmed
}

// allOver asks to evaluate a request once nothing of it is left to come or to be
// recorded.
func allOver(ctx context.Context, t *store.Tx, id engine.RequestID) error {
	goesOn, err := unfinished(ctx, t, id)
	if err != nil || goesOn {
		return err
	}
	request, err := t.Request(ctx, id)
	if err != nil || !request.Status.CanBecome(engine.RequestEvaluated) {
		return err
	}
	return t.OpenTask(ctx, engine.Task{PoolID: request.PoolID, Kind: engine.TaskEvaluateRequest, RequestID: &id, DueAt: t.Now.Add(2 * week)})
}

// evaluated takes that off the list again.
func evaluated(ctx context.Context, t *store.Tx, id engine.RequestID) error {
	return t.CloseTasks(ctx, store.TaskFilter{Kinds: []engine.TaskKind{engine.TaskEvaluateRequest}, RequestID: &id})
}

// moveOn is what becomes of a request whose relation has ended: it is open for
// another expert, or asks to be evaluated.
func moveOn(ctx context.Context, t *store.Tx, id engine.RequestID, seekAgain bool) error {
	if !seekAgain {
		return allOver(ctx, t, id)
	}
	return openAgain(ctx, t, id)
}

// openAgain opens a request to offers again, if it was filled. Those who were
// asked beside are still asked.
func openAgain(ctx context.Context, t *store.Tx, id engine.RequestID) error {
	request, err := t.Request(ctx, id)
	if err != nil {
		return err
	}
	waiting, err := stillAsked(ctx, t, id)
	if err != nil {
		return err
	}
	next := engine.RequestOpen
	if waiting {
		next = engine.RequestOffered
	}
	// RUNNING becomes OFFERED by way of OPEN.
	if !request.Status.CanBecome(next) && !request.Status.CanBecome(engine.RequestOpen) {
		return nil
	}
	if err := evaluated(ctx, t, id); err != nil {
		return err
	}
	return t.MoveRequest(ctx, id, next, "")
}

// follow moves a request to what is so now, where that is a legal move: a series
// that runs is not filled anew by one of its sessions.
func follow(ctx context.Context, t *store.Tx, id engine.RequestID) error {
	request, err := t.Request(ctx, id)
	if err != nil {
		return err
	}
	next, err := followsFor(ctx, t, id)
	if err != nil {
		return err
	}
	if request.Status == engine.RequestFilled && next == engine.RequestOffered { // by way of OPEN
		return t.MoveRequest(ctx, id, next, "")
	}
	return moveRequest(ctx, t, request, next)
}

// followsFor is the one place that says how a request stands by what is planned
// and asked for it: FILLED with a session that is certain, PARTLY_FILLED with
// somebody's time held, OFFERED while somebody is asked, OPEN otherwise. What has
// begun counts no more, nor does a session that all have stepped out of. The
// request is held, so that nothing is counted that another ends at this moment.
func followsFor(ctx context.Context, t *store.Tx, id engine.RequestID) (engine.RequestStatus, error) {
	sessions, err := t.SessionsOfRequest(ctx, id)
	if err != nil {
		return "", err
	}
	held := false
	for _, s := range sessions {
		switch {
		case !t.Now.Before(s.Slot.Start):
		case s.Status == engine.SessionConfirmed:
			return engine.RequestFilled, nil
		case s.Status == engine.SessionHeld && !held:
			team, err := t.Team(ctx, s.ID)
			if err != nil {
				return "", err
			}
			held = len(team) > 0
		}
	}
	if held {
		return engine.RequestPartlyFilled, nil
	}
	waiting, err := stillAsked(ctx, t, id)
	if err != nil || !waiting {
		return engine.RequestOpen, err
	}
	return engine.RequestOffered, nil
}

// running moves a request on whose first session of several has begun.
func running(ctx context.Context, t *store.Tx, session engine.Session) error {
	request, err := t.Request(ctx, session.RequestID)
	if err != nil || !request.Status.CanBecome(engine.RequestRunning) {
		return err
	}
	kind, err := t.DeploymentType(ctx, session.Type)
	if err != nil || kind.Form != engine.Relation && request.Occurrences < 2 {
		return err
	}
	return t.MoveRequest(ctx, request.ID, engine.RequestRunning, "")
}

// sessionBegins is what follows when a session begins. A meeting of a relation
// that nobody has confirmed by then does not take place.
func sessionBegins(ctx context.Context, t *store.Tx, w store.Work) error {
	session, err := t.Session(ctx, engine.SessionID(w.About))
	if err != nil {
		return err
	}
	if err := t.LockRequest(ctx, session.RequestID); err != nil {
		return err
	}
	if session, err = t.Session(ctx, session.ID); err != nil {
		return err
	}
	switch {
	case t.Now.Before(session.Slot.Start): // it was moved
		return nil
	case session.Status == engine.SessionConfirmed:
		return running(ctx, t, session)
	case session.Status == engine.SessionHeld && session.MatchID != nil:
		_, err = cancel(ctx, t, session, engine.SideCoordinator)
	}
	return err
}
