package main

import (
	"context"

	"expex/app"
	"expex/auth"
	"expex/store"
)

// demoFeeds are the calendars of the demo that are not an expert's, with the
// account that owns each. Each account has one role.
var demoFeeds = []struct {
	key  string
	kind store.FeedKind
	of   string // key of the account
}{
	{"team", store.FeedOfTeam, "coordinatorMiddenHolland"},
	{"teamFreeBusy", store.FeedOfTeamFreeBusy, "coordinatorMiddenHolland"},
	{"publicTalks", store.FeedOfPublicTalks, "requester"},
}

// handOutFeeds makes those that open nothing anew.
func handOutFeeds(ctx context.Context, use app.App, have *secrets) error {
	if have.Feeds == nil {
		have.Feeds = map[string]auth.Secret{}
	}
	for _, f := range demoFeeds {
		find := use.FindCalendarFeed
		if f.kind == store.FeedOfTeamFreeBusy {
			find = use.FindFreeBusy
		}
		if _, err := find(ctx, have.Feeds[f.key], ""); err == nil {
			continue
		}
		owner, err := use.Store.ViewerByToken(ctx, have.Tokens[f.of].Hash())
		if err != nil {
			return err
		}
		var made app.NewFeed
		key, role := string(auth.NewSecret().Reveal()), owner.Grants[0]
		if f.kind == store.FeedOfPublicTalks {
			made, err = use.CreatePublicTalksFeed(ctx, owner, key, role.OrganisationID, true, "demo")
		} else {
			made, err = use.CreateTeamFeed(ctx, owner, key, role.PoolID, f.kind == store.FeedOfTeamFreeBusy, "demo")
		}
		if err != nil {
			return err
		}
		have.Feeds[f.key] = made.Secret
	}
	return nil
}
