package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"expex/app"
	"expex/mail"
)

// dueEvery is how often the service looks for due work, and so about how late
// an offer may expire.
const dueEvery = 2 * time.Second

// keepDue does what is due. Work under way when the service stops rolls back and
// is done by the next who looks.
func keepDue(ctx context.Context, a app.App, log *slog.Logger) (end func()) {
	return keep(ctx, log, "due work", a.DoDue)
}

// keepReading reads the private calendars that are due, and says once when none
// can be linked by its address.
func keepReading(ctx context.Context, a app.App, log *slog.Logger) (end func()) {
	if a.Private.Keys.Current() == "" {
		log.Warn("EXPEX_KEYS is not set: no address of a private calendar can be linked")
	}
	return keep(ctx, log, "reading of private calendars", a.ReadBusyCalendars)
}

// keepSending sends the messages that wait, or says once that they do. A message
// under way when the service stops is finished.
func keepSending(ctx context.Context, a app.App, to *mail.Sender, log *slog.Logger) (end func()) {
	if to == nil {
		log.Warn("EXPEX_SMTP is not set: messages to people wait unsent")
		return func() {}
	}
	draw := invitations(to)
	return keep(ctx, log, "mail", func(ctx context.Context) (int, error) { return a.SendNotices(ctx, to, draw) })
}

// keep does something at once and then every few seconds, beside the calls that
// are answered. end stops it and waits, so the database may be closed afterwards.
func keep(ctx context.Context, log *slog.Logger, what string, do func(context.Context) (int, error)) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	var working sync.WaitGroup
	working.Go(func() {
		look := time.NewTicker(dueEvery)
		defer look.Stop()
		for {
			done, err := do(ctx)
			if done > 0 {
				log.Info(what+" done", "count", done)
			}
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				log.Error(what+" failed", "error", err)
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
