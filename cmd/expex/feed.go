package main

import (
	"context"
	"errors"

	"expex/app"
	"expex/auth"
	"expex/calendar"
	"expex/engine"
	"expex/store"
)

// feeds hands the use case to the calendar: secret in, allow-listed appointments
// out.
func feeds(use app.App) calendar.Load {
	return func(ctx context.Context, token, client string) (calendar.Feed, error) {
		found, err := use.FindCalendarFeed(ctx, auth.Secret(token), client)
		var e *engine.Error
		if errors.As(err, &e) && e.Code == engine.CodeNotFound {
			return calendar.Feed{}, calendar.ErrNotFound
		}
		if err != nil {
			return calendar.Feed{}, err
		}
		feed := calendar.Feed{Zone: store.Zone, Title: titles[found.Feed.Title], Revision: found.Feed.Revision}
		if found.Feed.ChangedAt != nil {
			feed.Changed = *found.Feed.ChangedAt
		}
		if found.DeadSince != nil {
			feed.Changed = *found.DeadSince
		}
		events, err := use.CalendarEvents(ctx, found)
		if err != nil {
			return calendar.Feed{}, err
		}
		for _, e := range events {
			feed.Events = append(feed.Events, event(found.Feed, e))
		}
		return feed, nil
	}
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
	case e.OneToOne || e.Address == "":
		return e.Municipality
	default:
		return e.Address + ", " + e.Municipality
	}
}
