package app

import (
	"context"
	"time"

	"expex/engine"
	"expex/store"
)

// hoursHold is how long hours are taken to hold without a word from the expert.
const hoursHold = 28 * 24 * time.Hour

// remind tells the experts of a session that it is near, unless it was cancelled
// or moved since, or the next reminder is due already. Hours ahead are elapsed
// hours, whatever the clocks on the wall do in between.
func remind(until time.Duration) func(context.Context, *store.Tx, store.Work) error {
	return func(ctx context.Context, t *store.Tx, w store.Work) error {
		session, err := t.Session(ctx, engine.SessionID(w.About))
		if err != nil {
			return err
		}
		if session.Status != engine.SessionConfirmed || !t.Now.Before(session.Slot.Start.Add(-until)) {
			return nil
		}
		experts, err := t.ExpertsBooked(ctx, session.ID)
		if err != nil {
			return err
		}
		for _, expert := range experts {
			if err := t.Tell(ctx, store.Notice{
				Kind: store.NoticeReminder, ExpertID: &expert, SessionID: &session.ID,
				Effect: string(w.Kind) + " " + w.About + " " + session.Slot.Start.Format(time.RFC3339),
			}); err != nil {
				return err
			}
		}
		return nil
	}
}

// askForHours asks an expert whether her hours still hold, and again four weeks
// later.
func askForHours(ctx context.Context, t *store.Tx, w store.Work) error {
	expert := engine.ExpertID(w.About)
	old, err := t.HoursAreOld(ctx, expert, t.Now.Add(-hoursHold))
	if err != nil {
		return err
	}
	if old {
		if err := t.Tell(ctx, store.Notice{Kind: store.NoticeConfirmHours, ExpertID: &expert,
			Effect: string(store.NoticeConfirmHours) + " " + t.Now.Format(time.DateOnly)}); err != nil {
			return err
		}
	}
	return t.Queue(ctx, store.ConfirmHours, w.About, w.PoolID, t.Now.Add(hoursHold))
}
