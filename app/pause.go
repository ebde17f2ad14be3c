package app

import (
	"context"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// maxPause is how far ahead a pause can end: with more, it is until further
// notice.
const maxPause = 366 * 24 * time.Hour

// ExpertPaused: an expert rests, or has left; for her coordinators.
const ExpertPaused store.NoticeKind = "EXPERT_PAUSED"

// PauseExpert lets an expert rest, from now until a moment, or until further
// notice. She does it herself, and no reason is asked or kept, or a coordinator
// does. Her open offers for that time are withdrawn; what is planned in it stays
// and becomes tasks.
//
// Until further notice her calendar subscriptions end. With an end they go on:
// she has appointments after it, and before it they show that nothing is
// cancelled yet. Errors: NOT_FOUND; INVALID for an end that has passed or is more
// than a year away; CONFLICT for somebody who is not deployable.
func (a App) PauseExpert(ctx context.Context, viewer auth.Viewer, key string, expert engine.ExpertID, until *time.Time) (engine.ExpertID, error) {
	input := struct {
		Expert engine.ExpertID
		Until  *time.Time
	}{expert, until}
	return a.stand(ctx, viewer, store.Key{Key: key, Mutation: "pauseExpert", Input: input}, expert, true, func(t *store.Tx, s store.Standing) (store.Standing, error) {
		switch {
		case s.Status != engine.ExpertDeployable:
			return s, engine.Conflict(engine.ReasonIllegalTransition, "she is %s: only who may be deployed can pause", s.Status)
		case until == nil:
			s.Status = engine.ExpertPaused
		case !t.Now.Before(*until):
			return s, engine.Invalid("until", "has passed; give a moment to come")
		case until.Sub(t.Now) > maxPause:
			return s, engine.Invalid("until", "is more than a year away; leave it out to pause until further notice")
		}
		s.PausedUntil, s.PausedBy = until, &viewer.AccountID
		return s, nil
	})
}

// ResumeExpert ends a pause. What she began herself she may end herself; what a
// coordinator began, a coordinator ends. Subscriptions that ended stay so until
// she makes a new address. Errors: NOT_FOUND; FORBIDDEN for a pause a coordinator
// began; CONFLICT when there is none.
func (a App) ResumeExpert(ctx context.Context, viewer auth.Viewer, key string, expert engine.ExpertID) (engine.ExpertID, error) {
	return a.stand(ctx, viewer, store.Key{Key: key, Mutation: "resumeExpert", Input: expert}, expert, true, func(t *store.Tx, s store.Standing) (store.Standing, error) {
		resting := s.PausedUntil != nil && t.Now.Before(*s.PausedUntil)
		switch {
		case s.Status != engine.ExpertPaused && (s.Status != engine.ExpertDeployable || !resting):
			return s, engine.Conflict(engine.ReasonIllegalTransition, "she is %s and not paused", s.Status)
		case viewer.Expert() == expert && (s.PausedBy == nil || *s.PausedBy != viewer.AccountID):
			return s, &engine.Error{Code: engine.CodeForbidden, Message: "your coordinator began this pause; ask her to end it"}
		}
		return store.Standing{Status: engine.ExpertDeployable}, nil
	})
}

// OffboardExpert lets an expert leave, for good. Her open offers are withdrawn,
// her calendar subscriptions end, her themes are deleted, and somebody else is
// looked for to do what she had planned. Only a coordinator may do it. Errors:
// NOT_FOUND; CONFLICT for somebody who has left.
func (a App) OffboardExpert(ctx context.Context, viewer auth.Viewer, key string, expert engine.ExpertID) (engine.ExpertID, error) {
	return a.stand(ctx, viewer, store.Key{Key: key, Mutation: "offboardExpert", Input: expert}, expert, false, func(t *store.Tx, s store.Standing) (store.Standing, error) {
		if s.Status == engine.ExpertOffboarded {
			return s, engine.Conflict(engine.ReasonIllegalTransition, "she has left already")
		}
		if err := t.CloseTasks(ctx, store.TaskFilter{Kinds: []engine.TaskKind{engine.TaskCertificateExpires}, ExpertID: &expert}); err != nil {
			return s, err
		}
		return store.Standing{Status: engine.ExpertOffboarded}, nil
	})
}

// stand changes where an expert stands, and judges all she has planned anew.
func (a App) stand(ctx context.Context, viewer auth.Viewer, key store.Key, expert engine.ExpertID, herself bool, change func(*store.Tx, store.Standing) (store.Standing, error)) (engine.ExpertID, error) {
	return store.Once(ctx, a.Store.As(viewer), key, func(t *store.Tx) (engine.ExpertID, error) {
		pools, err := enterForExpert(ctx, t, viewer, expert, herself)
		if err != nil {
			return expert, err
		}
		was, err := t.LockStanding(ctx, expert)
		if err != nil {
			return expert, err
		}
		is, err := change(t, was)
		if err != nil {
			return expert, err
		}
		if err := t.SetStanding(ctx, expert, is); err != nil {
			return expert, err
		}
		if is.Status == engine.ExpertOffboarded {
			if err := t.ForgetThemes(ctx, expert); err != nil {
				return expert, err
			}
		}
		for _, pool := range pools {
			if err := t.Decide(ctx, pool); err != nil {
				return expert, err
			}
			effect := "EXPERT_PAUSED " + string(expert) + " " + t.Now.Format(time.RFC3339Nano)
			if err := t.Tell(ctx, store.Notice{Kind: ExpertPaused, Effect: effect, PoolID: &pool}); err != nil {
				return expert, err
			}
		}
		return expert, recheckExpert(ctx, t, expert, pools)
	})
}

// enterForExpert goes on as the engine about an expert, for a coordinator of hers
// or, where she may decide herself, for her. It gives all pools she is in.
func enterForExpert(ctx context.Context, t *store.Tx, viewer auth.Viewer, expert engine.ExpertID, herself bool) ([]engine.PoolID, error) {
	if !herself || viewer.Expert() != expert {
		return coordinateExpert(ctx, t, viewer, expert)
	}
	pools, err := t.PoolsOf(ctx, expert)
	if err == nil && len(pools) == 0 {
		err = engine.NotFound()
	}
	if err != nil {
		return nil, err
	}
	return pools, t.Decide(ctx, pools[0])
}
