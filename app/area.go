package app

import (
	"context"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// Bounds of where and how far: more municipalities than the country has, and what
// the database holds.
const (
	maxServed        = 400
	maxTravelMinutes = 600
)

// SetTravel says how far an expert travels, in minutes (1 to 600), and her home,
// the four digits of the postcode she sets out from; nil leaves what is. Who moves
// to another pool has [App.TransferExpert]. She says so herself, or a coordinator on her word. What she
// has planned and asked is judged anew. Errors: NOT_FOUND; INVALID.
func (a App) SetTravel(ctx context.Context, viewer auth.Viewer, key string, expert engine.ExpertID, minutes *int, home *string) (engine.ExpertID, error) {
	switch {
	case minutes == nil && home == nil:
		return expert, engine.Invalid("maxTravelMinutes", "is missing, as is postcode4; give one of them")
	case minutes != nil && (*minutes < 1 || *minutes > maxTravelMinutes):
		return expert, engine.Invalid("maxTravelMinutes", "is %d; give 1 to %d", *minutes, maxTravelMinutes)
	case home != nil && !postcode4.MatchString(*home):
		return expert, engine.Invalid("postcode4", "must be the four digits of a postcode")
	}
	input := struct {
		Expert  engine.ExpertID
		Minutes *int
		Home    *string
	}{expert, minutes, home}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "setTravel", Input: input}, func(t *store.Tx) (engine.ExpertID, error) {
		pools, err := enterForExpert(ctx, t, viewer, expert, true)
		if err != nil {
			return expert, err
		}
		if err := t.SetTravel(ctx, expert, minutes, home); err != nil {
			return expert, err
		}
		return expert, recheckExpert(ctx, t, expert, pools)
	})
}

// SetServiceArea has a pool serve exactly these municipalities of its own, from
// today or a later day on. What it serves by agreement with another region stays.
// What is planned and asked is judged anew, each request by itself, right
// afterwards. Errors: NOT_FOUND for a pool the viewer does not coordinate; INVALID
// for no municipality, an unknown one, or a day that has passed.
func (a App) SetServiceArea(ctx context.Context, viewer auth.Viewer, key string, pool engine.PoolID, codes []engine.MunicipalityCode, from engine.Date) (engine.PoolID, error) {
	if len(codes) < 1 || len(codes) > maxServed {
		return pool, engine.Invalid("municipalities", "holds %d codes; give 1 to %d", len(codes), maxServed)
	}
	for _, code := range codes {
		if err := engine.CheckText("municipalities", string(code), maxCode); err != nil {
			return pool, err
		}
	}
	input := struct {
		Pool  engine.PoolID
		Codes []engine.MunicipalityCode
		From  engine.Date
	}{pool, codes, from}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "setServiceArea", Input: input}, func(t *store.Tx) (engine.PoolID, error) {
		if err := t.Coordinate(ctx, pool); err != nil {
			return pool, err
		}
		if from < today(t) {
			return pool, engine.Invalid("from", "has passed; give today or a day to come: what was served stays as it was")
		}
		if err := t.SetServiceArea(ctx, codes, from); err != nil {
			return pool, err
		}
		return pool, t.QueueEach(ctx, Recheck)
	})
}
