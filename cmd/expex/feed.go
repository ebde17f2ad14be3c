package main

import (
	"context"
	"errors"
	"time"

	"expex/app"
	"expex/auth"
	"expex/calendar"
	"expex/engine"
	"expex/store"
)

// feeds hands the use case to the calendar: secret in, allow-listed appointments
// out.
func feeds(use app.App) calendar.Find {
	return func(ctx context.Context, token, client string) (calendar.Found, error) {
		found, err := use.FindCalendarFeed(ctx, auth.Secret(token), client)
		var e *engine.Error
		if errors.As(err, &e) && e.Code == engine.CodeNotFound {
			return calendar.Found{}, calendar.ErrNotFound
		}
		return calendar.Found{
			Key: string(found.Feed.ID) + " " + found.Fingerprint,
			Load: func(ctx context.Context) (calendar.Feed, error) {
				events, err := use.CalendarEvents(ctx, found)
				return feed(found, events), err
			},
		}, err
	}
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
		UID: e.UID + "@expex.invalid", Start: e.Start, End: e.End, Created: e.Created, Changed: e.Changed,
		Sequence: e.Sequence, Status: statuses[e.Status], Place: place(f, e),
	}
}

var titles = map[string]calendar.Title{
	"EXPEX_APPOINTMENT": calendar.TitleExpExAppointment,
	"APPOINTMENT":       calendar.TitleAppointment,
	"MINIMAL":           calendar.TitleMinimal,
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
