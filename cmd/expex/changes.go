package main

import (
	"context"
	"log/slog"
	"sync"

	"expex/graph"
	"expex/live"
	"expex/store"
)

// keepTelling tells a hub what changes in the database, whichever process changes
// it. end stops that, ends who listens, and waits until the connection is left.
func keepTelling(ctx context.Context, s *store.Store, log *slog.Logger) (hub *live.Hub, end func()) {
	hub = live.New(graph.StreamsPerAccount, graph.StreamsInAll)
	ctx, cancel := context.WithCancel(ctx)
	var telling sync.WaitGroup
	telling.Go(func() {
		err := s.Follow(ctx, func(topic string) { hub.Tell(live.Topic(topic)) }, hub.TellAll, func(err error) {
			log.Warn("the connection that listens for changes is lost, and made anew", "error", err)
		})
		if err != nil {
			log.Error("changes are told no more", "error", err)
			hub.Close() // better no stream than one that is silent
		}
	})
	return hub, func() {
		hub.Close()
		cancel()
		telling.Wait()
	}
}
