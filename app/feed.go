package app

import (
	"context"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// NewFeed is a feed with the secret of its address, which is known here and now
// and never again.
type NewFeed struct {
	Feed store.Feed
	// Secret is empty when this is the answer to a repeated call: it was shown
	// the first time. Rotate the feed to get another.
	Secret auth.Secret `json:"-"`
}

// CreateCalendarFeed makes a calendar feed of the viewer's own sessions. Errors:
// FORBIDDEN for who is no expert; CONFLICT with PAUSED while she rests until further
// notice, when her subscriptions have ended, and with ILLEGAL_TRANSITION once she
// has left.
func (a App) CreateCalendarFeed(ctx context.Context, viewer auth.Viewer, key string, f store.Feed) (NewFeed, error) {
	f.Kind, f.ExpertID = store.FeedOfExpert, viewer.Expert()
	if f.ExpertID == "" {
		return NewFeed{}, &engine.Error{Code: engine.CodeForbidden, Message: "only an expert has a feed of her own sessions"}
	}
	return a.createFeed(ctx, viewer, store.Key{Key: key, Mutation: "createCalendarFeed", Input: f}, f)
}

func (a App) createFeed(ctx context.Context, viewer auth.Viewer, key store.Key, f store.Feed) (NewFeed, error) {
	if err := checkFeed(f); err != nil {
		return NewFeed{}, err
	}
	secret := auth.NewSecret()
	return a.feed(ctx, viewer, key, secret, func(t *store.Tx) (store.Feed, error) {
		if f.Kind == store.FeedOfExpert {
			if err := mayFollow(ctx, t, f.ExpertID); err != nil {
				return f, err
			}
		}
		return t.InsertFeed(ctx, f, secret.Hash())
	})
}

// mayFollow refuses a calendar of an expert whose subscriptions a pause, or her
// leaving, has ended: it would live on. She does not begin to rest meanwhile.
func mayFollow(ctx context.Context, t *store.Tx, expert engine.ExpertID) error {
	status, err := t.OwnStatus(ctx, expert)
	switch {
	case err != nil:
		return err
	case status == engine.ExpertPaused:
		return engine.Conflict(engine.ReasonPaused, "you rest until further notice, and your subscriptions have ended: resume first, or ask your coordinator to, and make one then")
	case status == engine.ExpertOffboarded:
		return engine.Conflict(engine.ReasonIllegalTransition, "you have left: there are no sessions to follow")
	}
	return nil
}

// RotateCalendarFeed gives a feed a new address; the old one is dead at once. One
// of her own sessions gets none while she may make none: see
// [App.CreateCalendarFeed].
func (a App) RotateCalendarFeed(ctx context.Context, viewer auth.Viewer, key string, id engine.FeedID) (NewFeed, error) {
	secret := auth.NewSecret()
	return a.feed(ctx, viewer, store.Key{Key: key, Mutation: "rotateCalendarFeed", Input: id}, secret, func(t *store.Tx) (store.Feed, error) {
		follows := error(nil)
		if viewer.Expert() != "" { // first her, then the feed, as a pause does
			follows = mayFollow(ctx, t, viewer.Expert())
		}
		f, err := t.FeedForUpdate(ctx, id)
		if err == nil && f.Kind == store.FeedOfExpert {
			err = follows
		}
		if err != nil {
			return f, err
		}
		return t.RotateFeed(ctx, id, secret.Hash())
	})
}

// RevokeCalendarFeed kills the address of a feed at once.
func (a App) RevokeCalendarFeed(ctx context.Context, viewer auth.Viewer, key string, id engine.FeedID) (store.Feed, error) {
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "revokeCalendarFeed", Input: id}, func(t *store.Tx) (store.Feed, error) {
		return t.RevokeFeed(ctx, id)
	})
}

// feed runs a change that gives a feed a secret. The secret reaches the caller
// only when the change happened now, not when its answer was remembered.
func (a App) feed(ctx context.Context, viewer auth.Viewer, key store.Key, secret auth.Secret, change func(*store.Tx) (store.Feed, error)) (NewFeed, error) {
	return store.Once(ctx, a.Store.As(viewer), key, func(t *store.Tx) (NewFeed, error) {
		f, err := change(t)
		return NewFeed{Feed: f, Secret: secret}, err
	})
}

// FindCalendarFeed looks up the calendar behind a secret, and notes that this
// kind of program fetched it. NOT_FOUND for a secret that opens nothing, whatever
// its form: it is looked up all the same, so that the time taken tells nothing.
// A secret of free/busy opens no calendar.
func (a App) FindCalendarFeed(ctx context.Context, secret auth.Secret, client string) (store.FoundFeed, error) {
	found, err := a.Store.FindFeed(ctx, secret.Hash(), client)
	if err == nil && found.Feed.Kind == store.FeedOfTeamFreeBusy {
		return store.FoundFeed{}, engine.NotFound()
	}
	return found, err
}

// FindFreeBusy is [App.FindCalendarFeed] for free/busy, and a secret of a
// calendar opens none. NOT_FOUND also for a secret that is dead: free/busy that
// is empty would say that everybody is free.
func (a App) FindFreeBusy(ctx context.Context, secret auth.Secret, client string) (store.FoundFeed, error) {
	found, err := a.Store.FindFeed(ctx, secret.Hash(), client)
	if err == nil && (found.Feed.Kind != store.FeedOfTeamFreeBusy || found.DeadSince != nil) {
		return store.FoundFeed{}, engine.NotFound()
	}
	return found, err
}

// CalendarEvents gives what a feed shows: nothing once it is dead.
func (a App) CalendarEvents(ctx context.Context, found store.FoundFeed) ([]store.FeedEvent, error) {
	if found.DeadSince != nil {
		return nil, nil
	}
	return a.Store.FeedEvents(ctx, found)
}
