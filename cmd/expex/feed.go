package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"expex/app"
	"expex/auth"
	"expex/calendar"
	"expex/engine"
	"expex/store"
)

// feeds hands the use case to the calendar: secret in, allow-listed appointments
// out. How many did not fit is noted for the owner.
func feeds(use app.App, log *slog.Logger) calendar.Find {
	return func(ctx context.Context, token, client string) (calendar.Found, error) {
		found, err := use.FindCalendarFeed(ctx, auth.Secret(token), client)
		return calendar.Found{
			Key: string(found.Feed.ID) + " " + found.Fingerprint,
			Load: func(ctx context.Context) (calendar.Content, error) {
				events, err := use.CalendarEvents(ctx, found)
				return feed(found, events), err
			},
			Cut: func(ctx context.Context, events int) {
				if found.DeadSince != nil || events == found.Feed.Cut {
					return
				}
				if err := use.Store.NoteCut(ctx, found.Feed.ID, events); err != nil { // the calendar is as good without
					log.ErrorContext(ctx, "an over-full calendar was not noted", "error", err)
				}
			},
		}, unfound(err)
	}
}

// freeBusy does the same for free/busy: times out.
func freeBusy(use app.App) calendar.Find {
	return func(ctx context.Context, token, client string) (calendar.Found, error) {
		found, err := use.FindFreeBusy(ctx, auth.Secret(token), client)
		return calendar.Found{
			Key: string(found.Feed.ID) + " " + found.Fingerprint,
			Load: func(ctx context.Context) (calendar.Content, error) {
				events, err := use.CalendarEvents(ctx, found)
				return busyTimes(found, events), err
			},
		}, unfound(err)
	}
}

// busyTimes is what free/busy tells, of today and the days after it.
func busyTimes(found store.FoundFeed, events []store.FeedEvent) calendar.FreeBusy {
	start, end := store.FreeBusyWindow(found.Now)
	f := calendar.FreeBusy{UID: string(found.Feed.ID) + uidDomain, Start: start, End: end, Changed: start}
	for _, e := range events {
		if e.Changed.After(f.Changed) {
			f.Changed = e.Changed
		}
		if status := statuses[e.Status]; status != calendar.Cancelled {
			f.Busy = append(f.Busy, calendar.Period{Start: e.Start, End: e.End, Tentative: status == calendar.Tentative})
		}
	}
	return f
}

// uidDomain ends each UID. Only the part before it tells two apart.
const uidDomain = "@expex.invalid"

// unfound is how the calendar calls what is NOT_FOUND.
func unfound(err error) error {
	var e *engine.Error
	if errors.As(err, &e) && e.Code == engine.CodeNotFound {
		return calendar.ErrNotFound
	}
	return err
}

// feed is what a calendar shows.
func feed(found store.FoundFeed, events []store.FeedEvent) calendar.Feed {
	f := calendar.Feed{Zone: store.Zone, Title: titles[found.Feed.Title], Revision: found.Feed.Revision}
	for _, e := range events {
		f.Events = append(f.Events, event(found.Feed, e))
		if came := e.Start.Add(-store.FeedAhead); came.After(f.Moved) {
			f.Moved = came
		}
	}
	if found.Feed.ChangedAt != nil {
		f.Changed = *found.Feed.ChangedAt
	}
	if left := found.LeftAt; left != nil && left.After(f.Moved) {
		f.Moved = *left
	}
	if found.DeadSince != nil {
		f.Changed, f.Moved = *found.DeadSince, time.Time{}
	}
	return f
}

// event is an appointment as every calendar shows it, subscribed to or mailed.
func event(f store.Feed, e store.FeedEvent) calendar.Event {
	return calendar.Event{
		UID: e.UID + uidDomain, Start: e.Start, End: e.End, Created: e.Created, Changed: e.Changed,
		Sequence: e.Sequence, Status: statuses[e.Status], Place: place(f, e),
	}
}

var titles = map[string]calendar.Title{
	"EXPEX_APPOINTMENT": calendar.TitleExpExAppointment,
	"APPOINTMENT":       calendar.TitleAppointment,
	"MINIMAL":           calendar.TitleMinimal,
	"TALK":              calendar.TitleTalk,
}

var statuses = map[string]calendar.Status{
	"TENTATIVE": calendar.Tentative,
	"CONFIRMED": calendar.Confirmed,
	"CANCELLED": calendar.Cancelled,
}

// place is what a calendar may say of where: nothing unless the owner wants it,
// the municipality at most for one-to-one, a street only where it is public.
func place(f store.Feed, e store.FeedEvent) string {
	switch {
	case !f.WithPlace:
		return ""
	case e.Online:
		return "Online"
	case e.Address == "":
		return e.Municipality
	default:
		return e.Address + ", " + e.Municipality
	}
}
