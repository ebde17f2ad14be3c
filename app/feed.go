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
	f.ExpertID = viewer.Expert()
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

// CalendarFeed gives what the feed behind a secret shows, and notes the fetch.
// NOT_FOUND for a secret that opens nothing, whatever its form.
func (a App) CalendarFeed(ctx context.Context, secret auth.Secret, client string) (store.FeedContent, error) {
	if !secret.WellFormed() {
		return store.FeedContent{}, engine.NotFound()
	}
	c, err := a.Store.FeedBySecret(ctx, secret.Hash())
	if err != nil || c.Dead || c.SeenLately(client) {
		return c, err
	}
	return c, a.Store.NoteFetch(ctx, c, client)
}
