package app

import (
	"context"
	"time"

	"expex/engine"
	"expex/store"
)

// The work of the night. It is short and many, so that a crash costs the request
// that was being looked at, and several processes share it.
const (
	// NightlyCheck looks at a pool, its id, and queues the rest. The database
	// queues the first one with the pool, and each queues the next.
	NightlyCheck store.WorkKind = "NIGHTLY_CHECK"
	// Recheck judges all that is planned for a request, its id, once more.
	Recheck store.WorkKind = "RECHECK"
)

// nightHour is when a pool is looked at: no clock change skips or repeats it.
const nightHour engine.WallTime = "03:00"

// nightAfter is the next night after a moment.
func nightAfter(now time.Time) time.Time {
	today := engine.DateOf(now, store.Zone)
	if at := engine.Instant(today, nightHour, store.Zone); now.Before(at) {
		return at
	}
	return engine.Instant(today.AddDays(1), nightHour, store.Zone)
}

// CheckNow has the work of the night done as soon as somebody looks for due work:
// when many things came in at once, past the use cases.
func (a App) CheckNow(ctx context.Context) error { return a.Store.BringForward(ctx, NightlyCheck) }

// checkNightly does what a new day brings for a pool: people move, certificates
// run out, somebody comes of age. Then every plan is judged anew.
func checkNightly(ctx context.Context, t *store.Tx, w store.Work) error {
	for _, step := range []func(context.Context, *store.Tx, engine.PoolID) error{carryOutTransfers, remindOfCertificates, comeOfAge, tendAll} {
		if err := step(ctx, t, w.PoolID); err != nil {
			return err
		}
	}
	if err := t.QueueEach(ctx, Recheck); err != nil {
		return err
	}
	return t.Queue(ctx, NightlyCheck, string(w.PoolID), w.PoolID, nightAfter(t.Now))
}

// checkRequest judges the plan of one request.
func checkRequest(ctx context.Context, t *store.Tx, w store.Work) error {
	id := engine.RequestID(w.About)
	return recheck(ctx, t, w.PoolID, store.Scope{RequestID: &id})
}
