package app

import (
	"context"

	"expex/auth"
	"expex/engine"
)

// PoolFairness says how the work of one pool is spread.
type PoolFairness struct {
	Pool engine.PoolID
	engine.Fairness
}

// Fairness assesses the pools the viewer coordinates, in the order of their ids;
// one of them when it is named. NOT_FOUND when she does not coordinate that one.
func (a App) Fairness(ctx context.Context, viewer auth.Viewer, pool *engine.PoolID) ([]PoolFairness, error) {
	loads, err := a.Store.As(viewer).PoolLoads(ctx, pool)
	out := make([]PoolFairness, len(loads))
	for i, load := range loads {
		out[i] = PoolFairness{Pool: load.Pool, Fairness: engine.AssessFairness(load.FairnessInput)}
	}
	return out, err
}
