package app

import (
	"context"

	"expex/engine"
	"expex/store"
)

// checkInAfter, reviewAfter and thinkOfEnd put the next task of their kind on the
// list, for the day on which it falls due.
func (r relation) checkInAfter(ctx context.Context, t *store.Tx, last engine.Date) error {
	return r.open(ctx, t, engine.TaskCheckIn, morning(r.care.NextCheckIn(r.StartedOn, last)), week)
}

func (r relation) reviewAfter(ctx context.Context, t *store.Tx, last engine.Date) error {
	next := r.care.NextReview(r.Match, last)
	if next == "" {
		return nil
	}
	return r.open(ctx, t, engine.TaskReview, morning(next), 2*week)
}

func (r relation) thinkOfEnd(ctx context.Context, t *store.Tx) error {
	return r.open(ctx, t, engine.TaskClosure, morning(r.care.ClosureOn(r.PlannedEnd)), 2*week)
}

// tendAll puts what care for a relation asks on the list of a pool where nothing
// ever was: relations that came in with an import or before there was a list. No
// contact is on record, so the first one is due at once.
func tendAll(ctx context.Context, t *store.Tx, pool engine.PoolID) error {
	ids, err := t.Untended(ctx, pool)
	if err != nil {
		return err
	}
	for _, id := range ids {
		r, err := relationOf(ctx, t, id)
		if err != nil {
			return err
		}
		if err := r.open(ctx, t, engine.TaskCheckIn, t.Now, week); err != nil {
			return err
		}
		if err := r.reviewAfter(ctx, t, today(t)); err != nil {
			return err
		}
		if err := r.thinkOfEnd(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// checkInDone and reviewDone open the next one after somebody did one.
func checkInDone(ctx context.Context, t *store.Tx, w store.Work) error {
	return afterTask(ctx, t, w, func(r relation) error { return r.checkInAfter(ctx, t, today(t)) })
}

func reviewDone(ctx context.Context, t *store.Tx, w store.Work) error {
	return afterTask(ctx, t, w, func(r relation) error { return r.reviewAfter(ctx, t, today(t)) })
}

// afterTask goes on with a relation whose task was done, unless it is paused or
// over.
func afterTask(ctx context.Context, t *store.Tx, w store.Work, next func(relation) error) error {
	match, err := t.Match(ctx, engine.MatchID(w.About))
	if err != nil {
		return err
	}
	if err := t.LockRequest(ctx, match.RequestID); err != nil {
		return err
	}
	r, err := relationOf(ctx, t, match.ID)
	if err != nil || r.Status == engine.MatchPaused || r.Status == engine.MatchClosed {
		return err
	}
	return next(r)
}
