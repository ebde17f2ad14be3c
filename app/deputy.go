package app

import (
	"context"
	"strings"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// deputyDays is how many days a deputyship lasts at most: half a year.
const deputyDays = 184

// AppointDeputy lets a colleague stand in for the viewer in a pool, from a day on
// up to and including another. A colleague is named by the address of her account
// and coordinates or leads some pool: accounts are not browsed, and an address
// that nobody has and one that is not for this look the same. Errors: NOT_FOUND
// for either and for a pool the viewer does not coordinate herself, which is why a
// deputy appoints none; INVALID for the days; CONFLICT with DUPLICATE.
func (a App) AppointDeputy(ctx context.Context, viewer auth.Viewer, key string, pool engine.PoolID, email string, from, until engine.Date) (store.Deputyship, error) {
	input := struct {
		Pool        engine.PoolID
		Email       string
		From, Until engine.Date
	}{pool, email, from, until}
	if err := engine.CheckText("email", email, 254); err != nil {
		return store.Deputyship{}, err
	}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "appointDeputy", Input: input}, func(t *store.Tx) (store.Deputyship, error) {
		if err := t.Coordinate(ctx, pool); err != nil {
			return store.Deputyship{}, err
		}
		switch today := engine.DateOf(t.Now, store.Zone); {
		case from < today:
			return store.Deputyship{}, engine.Invalid("from", "is past; begin today or later")
		case from > today.AddMonths(12):
			return store.Deputyship{}, engine.Invalid("from", "is more than a year ahead; appoint later")
		case until < from:
			return store.Deputyship{}, engine.Invalid("until", "must not be before from")
		case from.DaysUntil(until) >= deputyDays:
			return store.Deputyship{}, engine.Invalid("until", "is more than %d days after from; appoint again then", deputyDays)
		}
		deputy, err := t.PossibleDeputy(ctx, strings.TrimSpace(email))
		if err != nil {
			return store.Deputyship{}, err
		}
		made, err := t.AppointDeputy(ctx, pool, deputy, from, until.AddDays(1))
		if err != nil {
			return made, err
		}
		return made, t.Tell(ctx, store.Notice{Kind: store.NoticeDeputy, AccountID: &deputy, Effect: string(store.NoticeDeputy) + " " + string(made.ID)})
	})
}

// EndDeputyship ends a deputyship from today on, for whoever gave it and whoever
// has it; NOT_FOUND for others. One that is over stays as it is.
func (a App) EndDeputyship(ctx context.Context, viewer auth.Viewer, key string, id engine.DeputyshipID) (store.Deputyship, error) {
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "endDeputyship", Input: id}, func(t *store.Tx) (store.Deputyship, error) {
		if _, err := t.Deputyship(ctx, id); err != nil {
			return store.Deputyship{}, err
		}
		if err := t.EndDeputyship(ctx, id); err != nil {
			return store.Deputyship{}, err
		}
		ended, err := t.Deputyship(ctx, id)
		if err != nil {
			return ended, err
		}
		other := ended.Deputy.ID
		if other == viewer.AccountID {
			other = ended.Absent.ID
		}
		if err := t.Decide(ctx, ended.PoolID); err != nil {
			return ended, err
		}
		return ended, t.Tell(ctx, store.Notice{Kind: store.NoticeDeputy, AccountID: &other, Effect: string(store.NoticeDeputy) + " END " + string(id)})
	})
}
