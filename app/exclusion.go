package app

import (
	"context"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// LiftExclusion lets the viewer do one request although she keeps away from its
// house. It counts for that request only; the exclusion stays. NOT_FOUND when she
// does not keep away from that organisation, or no pool of hers has the request.
func (a App) LiftExclusion(ctx context.Context, viewer auth.Viewer, key string, organisation engine.OrganisationID, request engine.RequestID) (engine.ExpertID, error) {
	expert := viewer.Expert()
	input := struct {
		Organisation engine.OrganisationID
		Request      engine.RequestID
	}{organisation, request}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "liftExclusion", Input: input}, func(t *store.Tx) (engine.ExpertID, error) {
		err := error(engine.NotFound())
		if expert == "" {
			return expert, err
		}
		pools, failed := t.PoolsOf(ctx, expert)
		if failed != nil {
			return expert, failed
		}
		for _, pool := range pools {
			if err := t.Decide(ctx, pool); err != nil {
				return expert, err
			}
			if err = t.LiftExclusion(ctx, expert, organisation, request); err == nil {
				return expert, recheck(ctx, t, pool, store.Scope{RequestID: &request})
			}
			if !isNotFound(err) {
				break
			}
		}
		return expert, err
	})
}
