package app

import (
	"context"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// CreateTeamFeed makes a calendar of when a pool of the viewer is busy, for
// calendar programs or, with freeBusy, for programs that plan. NOT_FOUND for a
// pool she does not coordinate or lead.
func (a App) CreateTeamFeed(ctx context.Context, viewer auth.Viewer, key string, pool engine.PoolID, freeBusy bool, label string) (NewFeed, error) {
	f := store.Feed{Kind: store.FeedOfTeam, AccountID: viewer.AccountID, PoolID: pool, Label: label, Title: "MINIMAL"}
	if freeBusy {
		f.Kind = store.FeedOfTeamFreeBusy
	}
	return a.createFeed(ctx, viewer, store.Key{Key: key, Mutation: "createTeamFeed", Input: f}, f)
}

// CreatePublicTalksFeed makes a calendar of the public talks at an organisation
// of the viewer and those below it. NOT_FOUND for one she may not ask for.
func (a App) CreatePublicTalksFeed(ctx context.Context, viewer auth.Viewer, key string, organisation engine.OrganisationID, withPlace bool, label string) (NewFeed, error) {
	f := store.Feed{Kind: store.FeedOfPublicTalks, AccountID: viewer.AccountID, OrganisationID: organisation, Label: label, Title: "TALK", WithPlace: withPlace}
	return a.createFeed(ctx, viewer, store.Key{Key: key, Mutation: "createPublicTalksFeed", Input: f}, f)
}

// FeedChange is how a feed is to look; nil leaves as it is.
type FeedChange struct {
	Label     *string
	Title     *string
	WithPlace *bool
}

// UpdateCalendarFeed changes how a feed of the viewer looks. Its address stays.
// INVALID for a title or a place that its kind does not have.
func (a App) UpdateCalendarFeed(ctx context.Context, viewer auth.Viewer, key string, id engine.FeedID, change FeedChange) (store.Feed, error) {
	input := struct {
		ID     engine.FeedID
		Change FeedChange
	}{id, change}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "updateCalendarFeed", Input: input}, func(t *store.Tx) (store.Feed, error) {
		f, err := t.FeedForUpdate(ctx, id)
		if err != nil {
			return f, err
		}
		f.Label = orAsItIs(change.Label, f.Label)
		f.Title = orAsItIs(change.Title, f.Title)
		f.WithPlace = orAsItIs(change.WithPlace, f.WithPlace)
		if err := checkFeed(f); err != nil {
			return f, err
		}
		return t.UpdateFeed(ctx, f.ID, f.Label, f.Title, f.WithPlace)
	})
}

func orAsItIs[T any](wanted *T, is T) T {
	if wanted != nil {
		return *wanted
	}
	return is
}

// checkFeed says what a kind of feed does not do. The constraints
// calendar_feed_title and calendar_feed_place hold the same.
func checkFeed(f store.Feed) error {
	if err := engine.CheckText("label", f.Label, 100); err != nil {
		return err
	}
	team := f.Kind == store.FeedOfTeam || f.Kind == store.FeedOfTeamFreeBusy
	switch {
	case f.Kind == store.FeedOfExpert && f.Title == "TALK":
		return engine.Invalid("title", "is for public talks; choose EXPEX_APPOINTMENT, APPOINTMENT or MINIMAL")
	case f.Kind == store.FeedOfPublicTalks && f.Title != "TALK":
		return engine.Invalid("title", "is always TALK for public talks; leave it out")
	case team && f.Title != "MINIMAL":
		return engine.Invalid("title", "is always MINIMAL for a team; leave it out")
	case team && f.WithPlace:
		return engine.Invalid("withPlace", "is not for a team, whose calendar tells times only; leave it out")
	}
	return nil
}
