package storetest

import (
	"context"

	"expex/auth"
	"expex/store"
)

// FeedContent is what a secret opens: a feed and what it shows.
type FeedContent struct {
	store.FoundFeed
	Dead   bool // the calendar is empty
	Events []store.FeedEvent
}

// OpenFeed fetches a feed as a program that nobody knows would.
func OpenFeed(ctx context.Context, s *store.Store, secret auth.Hash) (FeedContent, error) {
	found, err := s.FindFeed(ctx, secret, "")
	if err != nil || found.DeadSince != nil {
		return FeedContent{FoundFeed: found, Dead: err == nil}, err
	}
	events, err := s.FeedEvents(ctx, found)
	return FeedContent{FoundFeed: found, Events: events}, err
}
