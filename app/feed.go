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

// CreateCalendarFeed makes a calendar feed of the viewer's own sessions.
func (a App) CreateCalendarFeed(ctx context.Context, viewer auth.Viewer, key string, f store.Feed) (NewFeed, error) {
	f.Kind, f.ExpertID = store.FeedOfExpert, viewer.Expert()
	if f.ExpertID == "" {
		return NewFeed{}, &engine.Error{Code: engine.CodeForbidden, Message: "only an expert has a feed of her own sessions"}
	}
	if err := engine.CheckText("label", f.Label, 100); err != nil {
		return NewFeed{}, err
	}
	secret := auth.NewSecret()
	return a.feed(ctx, viewer, store.Key{Key: key, Mutation: "createCalendarFeed", Input: f}, secret, func(t *store.Tx) (store.Feed, error) {
		return t.InsertFeed(ctx, f, secret.Hash())
	})
}

// RotateCalendarFeed gives a feed a new address; the old one is dead at once.
func (a App) RotateCalendarFeed(ctx context.Context, viewer auth.Viewer, key string, id engine.FeedID) (NewFeed, error) {
	secret := auth.NewSecret()
	return a.feed(ctx, viewer, store.Key{Key: key, Mutation: "rotateCalendarFeed", Input: id}, secret, func(t *store.Tx) (store.Feed, error) {
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

// UpdateCalendarFeed changes how a feed looks: its label, title, and whether
// places show. Its address stays.
func (a App) UpdateCalendarFeed(ctx context.Context, viewer auth.Viewer, key string, f store.Feed) (store.Feed, error) {
	if err := engine.CheckText("label", f.Label, 100); err != nil {
		return store.Feed{}, err
	}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "updateCalendarFeed", Input: f}, func(t *store.Tx) (store.Feed, error) {
		return t.UpdateFeed(ctx, f.ID, f.Label, f.Title, f.WithPlace)
	})
}

// FindCalendarFeed looks up the feed behind a secret, and notes that this kind of
// program fetched it. NOT_FOUND for a secret that opens nothing, whatever its
// form: it is looked up all the same, so that the time taken tells nothing.
func (a App) FindCalendarFeed(ctx context.Context, secret auth.Secret, client string) (store.FoundFeed, error) {
	return a.Store.FindFeed(ctx, secret.Hash(), client)
}

// CalendarEvents gives what a feed shows: nothing once it is dead.
func (a App) CalendarEvents(ctx context.Context, found store.FoundFeed) ([]store.FeedEvent, error) {
	if found.DeadSince != nil {
		return nil, nil
	}
	return a.Store.FeedEvents(ctx, found)
}
