package app

import (
	"context"
	"fmt"

	"expex/engine"
	"expex/store"
)

// dueBatch is how much due work one call does at most.
const dueBatch = 100

// DoDue does what has to happen by now with nobody calling: offers that were not
// answered in time end. It gives how much it did, and the first failure without
// a word about people; what failed is tried again later and keeps nothing else
// from being done. Any number of processes may call it at once.
func (a App) DoDue(ctx context.Context) (done int, failure error) {
	for range dueBatch {
		found, err := a.Store.DoDue(ctx, func(t *store.Tx, w store.Work) error {
			if err := t.Decide(ctx, w.PoolID); err != nil {
				return err
			}
			switch w.Kind {
			case store.OfferExpires:
				return expireOffer(ctx, t, engine.OfferID(w.About))
			}
			return fmt.Errorf("unknown work %s", w.Kind)
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
func expireOffer(ctx context.Context, t *store.Tx, id engine.OfferID) error {
	offer, err := t.Offer(ctx, id)
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
