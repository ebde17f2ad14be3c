package app

import (
	"context"
	"slices"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// ExcludeOrganisation has the viewer, an expert, never work for an organisation and
// the whole house it belongs to, until a day or nil for good. Why is asked and kept
// nowhere, and nobody but she reads that she does. What she has planned there
// becomes tasks, told as OTHER; open offers are withdrawn, neutrally. Errors:
// NOT_FOUND for a house that may not ask a pool of hers; INVALID for a day that has
// come already.
func (a App) ExcludeOrganisation(ctx context.Context, viewer auth.Viewer, key string, organisation engine.OrganisationID, until *engine.Date) (engine.ExpertID, error) {
	input := struct {
		Organisation engine.OrganisationID
		Until        *engine.Date
	}{organisation, until}
	return a.keepAway(ctx, viewer, store.Key{Key: key, Mutation: "excludeOrganisation", Input: input}, func(t *store.Tx) error {
		if until != nil && *until <= today(t) {
			return engine.Invalid("until", "must be a day to come: the first on which it no longer holds")
		}
		return t.SetExclusion(ctx, organisation, until)
	})
}

// EndExclusion is the end of [App.ExcludeOrganisation], for good. For one request
// only there is [App.LiftExclusion]. NOT_FOUND when she does not keep away from it.
func (a App) EndExclusion(ctx context.Context, viewer auth.Viewer, key string, organisation engine.OrganisationID) (engine.ExpertID, error) {
	return a.keepAway(ctx, viewer, store.Key{Key: key, Mutation: "endExclusion", Input: organisation}, func(t *store.Tx) error {
		return t.EndExclusion(ctx, organisation)
	})
}

// keepAway changes with the viewer's own rights what she keeps away from, and has
// all she has planned judged anew.
func (a App) keepAway(ctx context.Context, viewer auth.Viewer, key store.Key, change func(*store.Tx) error) (engine.ExpertID, error) {
	expert := viewer.Expert()
	return store.Once(ctx, a.Store.As(viewer), key, func(t *store.Tx) (engine.ExpertID, error) {
		if err := change(t); err != nil {
			return expert, err
		}
		pools, err := t.PoolsOf(ctx, expert)
		if err != nil {
			return expert, err
		}
		return expert, recheckExpert(ctx, t, expert, pools)
	})
}

// KeepApart notes, on somebody's word, that an expert is never deployed with
// another one, or for the young person of a request. Why is kept nowhere; whoever
// notes it reads it back, and nobody else: what follows is told as OTHER. It is the
// same answer whether others noted it before. Errors: NOT_FOUND unless the viewer
// coordinates a pool of both; INVALID for neither or both, herself, or a request
// that is not for a young person.
func (a App) KeepApart(ctx context.Context, viewer auth.Viewer, key string, apart store.Apart) (engine.ExpertID, error) {
	return a.apart(ctx, viewer, store.Key{Key: key, Mutation: "keepApart", Input: apart}, apart, func(t *store.Tx) error {
		return t.KeepApart(ctx, apart)
	})
}

// EndKeepingApart takes back what the viewer noted with [App.KeepApart]. What
// others noted stays. Errors: those of KeepApart; NOT_FOUND when she did not.
func (a App) EndKeepingApart(ctx context.Context, viewer auth.Viewer, key string, apart store.Apart) (engine.ExpertID, error) {
	return a.apart(ctx, viewer, store.Key{Key: key, Mutation: "endKeepingApart", Input: apart}, apart, func(t *store.Tx) error {
		return t.EndKeepingApart(ctx, apart)
	})
}

func (a App) apart(ctx context.Context, viewer auth.Viewer, key store.Key, apart store.Apart, change func(*store.Tx) error) (engine.ExpertID, error) {
	switch {
	case (apart.OtherID == nil) == (apart.RequestID == nil):
		return apart.ExpertID, engine.Invalid("otherId", "say either the other expert, or with requestId a request for the young person")
	case apart.OtherID != nil && *apart.OtherID == apart.ExpertID:
		return apart.ExpertID, engine.Invalid("otherId", "is the same expert; nobody is kept apart from herself")
	}
	return store.Once(ctx, a.Store.As(viewer), key, func(t *store.Tx) (engine.ExpertID, error) {
		pools, err := t.PoolsOf(ctx, apart.ExpertID)
		if err != nil {
			return apart.ExpertID, err
		}
		var theirs []engine.PoolID
		if apart.OtherID != nil {
			theirs, err = t.PoolsOf(ctx, *apart.OtherID)
		} else {
			var request engine.Request
			if request, err = t.Request(ctx, *apart.RequestID); err == nil {
				theirs = []engine.PoolID{request.PoolID}
			}
		}
		if err != nil {
			return apart.ExpertID, err
		}
		shared := slices.DeleteFunc(pools, func(pool engine.PoolID) bool { return !coordinates(viewer, pool) || !slices.Contains(theirs, pool) })
		if len(shared) == 0 {
			return apart.ExpertID, engine.NotFound()
		}
		if err := t.Coordinate(ctx, shared[0]); err != nil {
			return apart.ExpertID, err
		}
		if err := change(t); err != nil {
			return apart.ExpertID, err
		}
		return apart.ExpertID, recheckExpert(ctx, t, apart.ExpertID, shared)
	})
}
