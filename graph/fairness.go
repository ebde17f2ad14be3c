package graph

import (
	"context"

	"expex/app"
	"expex/engine"
)

// orFew is a number of people, null where it is hidden.
func orFew(t engine.Tally) *int {
	if t.Some {
		return nil
	}
	return &t.Count
}

func (l *loaders) sawFairness(list []app.PoolFairness) {
	var ids []engine.RequestID
	for _, f := range list {
		if f.Longest != nil {
			ids = append(ids, f.Longest.Request)
		}
	}
	l.requests.expect(ids)
}

// priority is how pressing a request is at the moment of the call, nil when it
// no longer waits.
func (r *Resolver) priority(ctx context.Context, request *engine.Request) (*engine.Priority, error) {
	now, err := load(ctx).now()
	if p, waits := request.Priority(now); err == nil && waits {
		return &p, nil
	}
	return nil, err
}
