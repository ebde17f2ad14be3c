package app

import (
	"context"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// mergerDays is how long coordinators have to look at what a merger broke.
const mergerDays = 14

// MergeOrganisations notes that one organisation went up in another. Exclusions
// and dual roles follow at once: whoever keeps away from one keeps away from
// both. In every pool that either has asked, what is planned is judged anew. The
// viewer leads a region both may ask. Errors: NOT_FOUND for an organisation she
// may not see; INVALID for one under which the other lies; CONFLICT for one that
// has a successor.
func (a App) MergeOrganisations(ctx context.Context, viewer auth.Viewer, key string, from, into engine.OrganisationID) (engine.OrganisationID, error) {
	if from == into {
		return into, engine.Invalid("intoId", "must be another organisation than fromId")
	}
	input := struct{ From, Into engine.OrganisationID }{from, into}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "mergeOrganisations", Input: input}, func(t *store.Tx) (engine.OrganisationID, error) {
		err := error(engine.NotFound())
		for _, g := range viewer.Grants {
			if g.Role != auth.RoleRegionLead {
				continue
			}
			if err = t.Coordinate(ctx, g.PoolID); err == nil {
				err = t.MergeOrganisations(ctx, from, into)
			}
			if !isNotFound(err) {
				break
			}
		}
		if err != nil {
			return into, err
		}
		pools, err := t.HousePools(ctx, into)
		if err != nil {
			return into, err
		}
		for _, pool := range pools {
			if err := t.Decide(ctx, pool); err != nil {
				return into, err
			}
			if err := t.OpenTask(ctx, engine.Task{PoolID: pool, Kind: engine.TaskOrganisationMerged, OrganisationID: &into, DueAt: t.Now.AddDate(0, 0, mergerDays)}); err != nil {
				return into, err
			}
			if err := recheck(ctx, t, pool, store.Scope{OrganisationID: &into}); err != nil {
				return into, err
			}
		}
		return into, nil
	})
}
