package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"expex/app"
)

// dueEvery is how often the service looks for due work, and so about how late
// an offer may expire.
const dueEvery = 2 * time.Second

// keepDue does what is due, at once and then every few seconds, beside the calls
// that are answered. end stops it and waits: work under way rolls back and is
// done by the next who looks, so the database may be closed afterwards.
func keepDue(ctx context.Context, a app.App, log *slog.Logger) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	var working sync.WaitGroup
	working.Go(func() {
		look := time.NewTicker(dueEvery)
		defer look.Stop()
		for {
			done, err := a.DoDue(ctx)
			if ctx.Err() != nil {
				return
			}
			if done > 0 {
				log.Info("due work done", "count", done)
			}
			if err != nil {
				log.Error("due work failed", "error", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-look.C:
			}
		}
	})
	return func() {
		cancel()
		working.Wait()
	}
}
