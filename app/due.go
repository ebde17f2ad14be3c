package app

import (
	"context"
	"fmt"
	"time"

	"expex/engine"
	"expex/store"
)

// dueBatch is how much due work one call does at most.
const dueBatch = 100

// dueKinds says how each kind of due work is done: by a transaction that has gone
// on as the engine for the pool of the work. What it is about may have changed or
// be done already: then there is nothing to do.
var dueKinds = map[store.WorkKind]func(context.Context, *store.Tx, store.Work) error{
	store.OfferExpires:        expireOffer,
	store.TaskAppears:         showTask,
	store.RemindADayAhead:     remind(2 * time.Hour), // later than that the next one tells
	store.RemindTwoHoursAhead: remind(0),
	store.ConfirmHours:        askForHours,

	PlaceOfferExpires:    expirePlaceOffer,
	ReviewWaiting:        reviewWaiting,
	store.RescoreWaiting: rescoreWaiting,
	store.HoldExpires:    expireHold,
	store.SessionBegins:  sessionBegins,
	store.CheckInDone:    checkInDone,
	store.ReviewDone:     reviewDone,
	DecideSession:        decideUnfilled,
	NightlyCheck:         checkNightly,
	Recheck:              checkRequest,
}

// DoDue does what has to happen by now with nobody calling. It gives how much it
// did, and the first failure without a word about people; what failed is tried
// again later and keeps nothing else from being done. Any number of processes
// may call it at once.
func (a App) DoDue(ctx context.Context) (done int, failure error) {
	for range dueBatch {
		found, err := a.Store.DoDue(ctx, func(t *store.Tx, w store.Work) error {
			if err := t.Decide(ctx, w.PoolID); err != nil {
				return err
			}
			do, known := dueKinds[w.Kind]
			if !known {
				return fmt.Errorf("unknown work %s", w.Kind)
			}
			return do(ctx, t, w)
		})
		if failure == nil {
			failure = err
		}
		switch {
		case !found:
			return done, failure
		case err == nil:
			done++
		}
	}
	return done, failure
}

// expireOffer ends an offer that waits for an answer no longer, unless a use case
// on the way past has done so, and does what a no would do.
func expireOffer(ctx context.Context, t *store.Tx, w store.Work) error {
	offer, err := t.Offer(ctx, engine.OfferID(w.About))
	if err != nil {
		return err
	}
	if err := t.LockRequest(ctx, offer.RequestID); err != nil {
		return err
	}
	request, err := t.Request(ctx, offer.RequestID)
	if err != nil {
		return err
	}
	return seekOn(ctx, t, request)
}

// showTask tells those who wait for the list of a pool that a task has appeared on
// it.
func showTask(ctx context.Context, t *store.Tx, w store.Work) error {
	return t.Announce(ctx, store.TasksTopic(w.PoolID))
}
