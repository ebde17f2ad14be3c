package app

import (
	"context"
	"time"

	"expex/engine"
	"expex/store"
)

// DecideSession is due when it is time to decide about a session whose team is
// not complete, and once more when that session begins. It is about the session.
const DecideSession store.WorkKind = "DECIDE_SESSION"

// goesOn reports whether a session waits for a substitute when somebody of its
// team falls out: when it was certain, or somebody stays. A meeting of a relation
// waits for nobody.
func goesOn(s engine.Session, team []engine.ExpertID) bool {
	return s.MatchID == nil && (s.Status == engine.SessionConfirmed || len(team) > 1)
}

// stepOut takes an expert out of a session that goes on: her time is free at
// once, no reason is asked, and those who stay are held. The gap is the
// coordinator's: she hears of it at once, as do the requester and those who stay.
// The request is held.
func stepOut(ctx context.Context, t *store.Tx, s engine.Session, her engine.ExpertID) (engine.Session, error) {
	s, err := t.StepOut(ctx, s.ID, her, isLate(t, s))
	if err != nil {
		return s, err
	}
	if err := follow(ctx, t, s.RequestID); err != nil {
		return s, err
	}
	before, err := t.DecideBefore(ctx, s.PoolID)
	if err != nil {
		return s, err
	}
	decide := s.Slot.Start.Add(-before)
	if decide.Before(t.Now) {
		decide = t.Now
	}
	for _, task := range []engine.Task{
		{Kind: engine.TaskReplaceExpert, DueAt: decide},
		{Kind: engine.TaskDecideSession, AppearsAt: decide, DueAt: s.Slot.Start},
	} {
		task.PoolID, task.RequestID, task.SessionID = s.PoolID, &s.RequestID, &s.ID
		if err := t.OpenTask(ctx, task); err != nil {
			return s, err
		}
	}
	if err := t.Queue(ctx, DecideSession, string(s.ID), s.PoolID, decide); err != nil {
		return s, err
	}
	return s, tellOfSession(ctx, t, s, noticeOut, "")
}

func isLate(t *store.Tx, s engine.Session) bool {
	return s.Slot.Start.Sub(t.Now) < engine.LateHours*time.Hour
}

// decideUnfilled reminds the coordinators of a session that still lacks somebody
// when it is time to decide, and ends it when it would begin.
func decideUnfilled(ctx context.Context, t *store.Tx, w store.Work) error {
	s, err := t.Session(ctx, engine.SessionID(w.About))
	if err != nil {
		return err
	}
	if err := t.LockRequest(ctx, s.RequestID); err != nil {
		return err
	}
	if s, err = t.Session(ctx, s.ID); err != nil || s.Status != engine.SessionHeld {
		return err
	}
	if t.Now.Before(s.Slot.Start) {
		if err := t.Tell(ctx, store.Notice{Kind: noticeDecide, Effect: "DECIDE_SESSION " + string(s.ID) + " " + s.Slot.Start.Format(time.RFC3339),
			PoolID: &s.PoolID, SessionID: &s.ID}); err != nil {
			return err
		}
		return t.Queue(ctx, DecideSession, string(s.ID), s.PoolID, s.Slot.Start)
	}
	if _, err := cancel(ctx, t, s, engine.SideExpert); err != nil {
		return err
	}
	return reopen(ctx, t, s)
}
