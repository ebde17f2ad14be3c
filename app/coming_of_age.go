package app

import (
	"context"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// The messages about who comes of age.
const (
	// Turns18: the young person of a relation turns 18; for the coordinators.
	Turns18 store.NoticeKind = "TURNS_18"
	// RelationPaused: the relation waits; for the expert, the one who asked and the coordinators.
	RelationPaused store.NoticeKind = "RELATION_PAUSED"
)

// comeOfAge does what the months before and the day itself ask for. From that
// day on the consent of a guardian counts no more: without the young person's
// own the relation is paused. It is neither ended nor deleted. Of a birth date
// only the month is known, so that the day is the first of it.
func comeOfAge(ctx context.Context, t *store.Tx, pool engine.PoolID) error {
	if err := t.GrowUp(ctx); err != nil {
		return err
	}
	today := engine.DateOf(t.Now, store.Zone)
	relations, err := t.ComingOfAge(ctx, today.AddMonths(6), nil)
	if err != nil {
		return err
	}
	for _, r := range relations {
		task := engine.Task{PoolID: pool, Kind: engine.TaskTurns18, MatchID: &r.MatchID, DueAt: engine.Instant(r.Turns18On, "00:00", store.Zone)}
		switch {
		case today < r.Turns18On.AddMonths(-3):
			task.Codes = []string{"MONTHS_6"}
		case today < r.Turns18On:
			task.Codes = []string{"MONTHS_3"}
		default:
			task.Codes = []string{"TURNED_18"}
		}
		missing := today >= r.Turns18On && r.OwnConsentOn == ""
		if missing {
			task.Codes = append(task.Codes, "OWN_CONSENT_MISSING")
		}
		about := store.Notice{Kind: Turns18, Effect: "TURNS_18 " + string(r.MatchID) + " " + task.Codes[0]}
		if err := bringUp(ctx, t, task, about, store.Notice{PoolID: &pool}); err != nil {
			return err
		}
		if !missing || !r.Status.CanBecome(engine.MatchPaused) {
			continue
		}
		if err := t.SetRelation(ctx, r.MatchID, engine.MatchPaused); err != nil {
			return err
		}
		for _, who := range []store.Notice{{ExpertID: &r.ExpertID}, {RequestID: &r.RequestID}, {PoolID: &pool}} {
			who.Kind, who.Effect = RelationPaused, "RELATION_PAUSED "+string(r.MatchID)
			if err := t.Tell(ctx, who); err != nil {
				return err
			}
		}
	}
	return nil
}

// ConfirmClientConsent notes that the young person of a request agrees in her own
// name. Who asked may say so, and a coordinator. A relation that waited for it
// goes on. NOT_FOUND for a request that the viewer may not see or that has no
// young person.
func (a App) ConfirmClientConsent(ctx context.Context, viewer auth.Viewer, key string, id engine.RequestID) (engine.Request, error) {
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "confirmClientConsent", Input: id}, func(t *store.Tx) (engine.Request, error) {
		request, err := decideAbout(ctx, t, id, t.Decide)
		if err != nil {
			return request, err
		}
		if err := t.OwnConsent(ctx, id); err != nil {
			return request, err
		}
		relations, err := t.ComingOfAge(ctx, engine.DateOf(t.Now, store.Zone), &id)
		if err != nil {
			return request, err
		}
		for _, r := range relations {
			waited, err := t.WaitingForConsent(ctx, r.MatchID)
			if err != nil {
				return request, err
			}
			if !waited {
				continue
			}
			if r.Status == engine.MatchPaused {
				if err := t.SetRelation(ctx, r.MatchID, engine.MatchActive); err != nil {
					return request, err
				}
			}
			if err := t.CloseTasks(ctx, store.TaskFilter{Kinds: []engine.TaskKind{engine.TaskTurns18}, MatchID: &r.MatchID}); err != nil {
				return request, err
			}
		}
		return t.Request(ctx, id)
	})
}
