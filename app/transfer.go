package app

import (
	"context"
	"errors"
	"regexp"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// The messages about a move.
const (
	// TransferProposed: you are asked whether you want to move to another pool; for
	// the expert.
	TransferProposed store.NoticeKind = "TRANSFER_PROPOSED"
	// TransferDeclined: an expert does not want to move; for the coordinators of the
	// pool she stays in.
	TransferDeclined store.NoticeKind = "TRANSFER_DECLINED"
)

var postcode4 = regexp.MustCompile(`^[1-9][0-9]{3}$`)

// TransferExpert proposes that an expert moves to another pool on a day, with her
// new postcode. Nothing changes until she says yes: see [App.AcceptTransfer].
// Another proposal takes the place of this one. Errors: NOT_FOUND for an expert
// whose pool the viewer does not coordinate, or for an unknown pool; INVALID;
// CONFLICT when she said yes to a move that is still to come.
func (a App) TransferExpert(ctx context.Context, viewer auth.Viewer, key string, x engine.Transfer) (engine.ExpertID, error) {
	if !postcode4.MatchString(x.Postcode4) {
		return x.ExpertID, engine.Invalid("postcode4", "must be the four digits of a postcode")
	}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "transferExpert", Input: x}, func(t *store.Tx) (engine.ExpertID, error) {
		if x.TakesEffect < engine.DateOf(t.Now, store.Zone) {
			return x.ExpertID, engine.Invalid("on", "has passed; give today or a day to come")
		}
		pools, err := t.PoolsOf(ctx, x.ExpertID)
		if err != nil {
			return x.ExpertID, err
		}
		for _, pool := range pools {
			if pool != x.ToPool && coordinates(viewer, pool) {
				x.FromPool = pool
				break
			}
		}
		if x.FromPool == "" {
			return x.ExpertID, engine.NotFound()
		}
		if err := t.Coordinate(ctx, x.FromPool); err != nil {
			return x.ExpertID, err
		}
		if err := t.ProposeTransfer(ctx, x); err != nil {
			return x.ExpertID, err
		}
		if err := t.CloseTasks(ctx, store.TaskFilter{Kinds: []engine.TaskKind{engine.TaskTransferDeclined}, ExpertID: &x.ExpertID}); err != nil {
			return x.ExpertID, err
		}
		if err := t.OpenTask(ctx, moves(t, x, x.FromPool, "AWAITS_EXPERT")); err != nil {
			return x.ExpertID, err
		}
		effect := "TRANSFER " + string(x.ExpertID) + " " + string(x.ToPool) + " " + string(x.TakesEffect)
		return x.ExpertID, t.Tell(ctx, store.Notice{Kind: TransferProposed, Effect: effect, ExpertID: &x.ExpertID})
	})
}

// moves is the task of one of the two pools: until the day for the pool she
// leaves, in the two weeks after it for the one she comes to.
func moves(t *store.Tx, x engine.Transfer, pool engine.PoolID, code string) engine.Task {
	task := engine.Task{PoolID: pool, Kind: engine.TaskExpertMoves, ExpertID: &x.ExpertID, Codes: []string{code}, AppearsAt: t.Now,
		DueAt: engine.Instant(x.TakesEffect, "24:00", store.Zone)}
	if pool == x.ToPool {
		task.AppearsAt = engine.Instant(x.TakesEffect, "00:00", store.Zone)
		task.DueAt = engine.Instant(x.TakesEffect.AddDays(14), "00:00", store.Zone)
	}
	return task
}

// AcceptTransfer is the expert's own yes to a move. She becomes a member of the
// new pool on the day, and leaves the old one then, or, while a relation of hers
// runs there, when that has closed. What she has planned is judged as it will be
// on its day: from another home, and without her in the pool. Her calendar keeps
// its address, and what she did stays with the region it was done in. NOT_FOUND
// for a move nobody proposed; CONFLICT for one she has agreed to.
func (a App) AcceptTransfer(ctx context.Context, viewer auth.Viewer, key string, to engine.PoolID) (engine.ExpertID, error) {
	expert := viewer.Expert()
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "acceptTransfer", Input: to}, func(t *store.Tx) (engine.ExpertID, error) {
		if expert == "" {
			return expert, engine.NotFound()
		}
		x, err := t.Transfer(ctx, expert, to)
		if err != nil {
			return expert, err
		}
		if x.AcceptedAt != nil {
			return expert, answered()
		}
		if err := t.Decide(ctx, x.FromPool); err != nil {
			return expert, err
		}
		waited, err := t.AcceptTransfer(ctx, expert)
		if err == nil && !waited {
			err = answered()
		}
		if err != nil {
			return expert, err
		}
		if _, err := t.LeavePool(ctx, &expert); err != nil {
			return expert, err
		}
		if err := t.OpenTask(ctx, moves(t, x, x.FromPool, "ACCEPTED")); err != nil {
			return expert, err
		}
		if err := t.Decide(ctx, x.ToPool); err != nil {
			return expert, err
		}
		if err := t.JoinPool(ctx, expert, x.ToPool, x.TakesEffect); err != nil {
			return expert, err
		}
		if err := t.OpenTask(ctx, moves(t, x, x.ToPool, "JOINS")); err != nil {
			return expert, err
		}
		return expert, recheckExpert(ctx, t, expert, []engine.PoolID{x.FromPool})
	})
}

// DeclineTransfer is the expert's no to a move. It needs no reason and changes
// nothing: she stays where she is, and the pool she would have gone to never learns
// that she was asked to. Her coordinators get a task, and another move may be
// proposed. NOT_FOUND for a move nobody proposed, or she said no to; CONFLICT for
// one she has agreed to.
func (a App) DeclineTransfer(ctx context.Context, viewer auth.Viewer, key string, to engine.PoolID) (engine.ExpertID, error) {
	expert := viewer.Expert()
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "declineTransfer", Input: to}, func(t *store.Tx) (engine.ExpertID, error) {
		if expert == "" {
			return expert, engine.NotFound()
		}
		x, err := t.Transfer(ctx, expert, to)
		if err != nil {
			return expert, err
		}
		if err := t.Decide(ctx, x.FromPool); err != nil {
			return expert, err
		}
		waited, err := t.DeclineTransfer(ctx, expert)
		if err == nil && !waited {
			err = answered()
		}
		if err != nil {
			return expert, err
		}
		if err := t.CloseTasks(ctx, store.TaskFilter{Kinds: []engine.TaskKind{engine.TaskExpertMoves}, ExpertID: &expert}); err != nil {
			return expert, err
		}
		if err := t.OpenTask(ctx, engine.Task{PoolID: x.FromPool, Kind: engine.TaskTransferDeclined, ExpertID: &expert, DueAt: t.Now.Add(week)}); err != nil {
			return expert, err
		}
		effect := "TRANSFER_DECLINED " + string(expert) + " " + string(x.ToPool) + " " + t.Now.Format(time.RFC3339Nano)
		return expert, t.Tell(ctx, store.Notice{Kind: TransferDeclined, Effect: effect, PoolID: &x.FromPool})
	})
}

func answered() error {
	return engine.Conflict(engine.ReasonIllegalTransition, "you have answered about this move already; ask your coordinator when you think otherwise by now")
}

// carryOutTransfers does what the day of a move brings. What is planned in the
// pools the expert stays in is judged with her new home.
func carryOutTransfers(ctx context.Context, t *store.Tx, pool engine.PoolID) error {
	moved, err := t.CarryOutTransfers(ctx)
	if err != nil {
		return err
	}
	for _, x := range moved {
		if err := t.CloseTasks(ctx, store.TaskFilter{Kinds: []engine.TaskKind{engine.TaskExpertMoves}, ExpertID: &x.ExpertID}); err != nil {
			return err
		}
	}
	for _, x := range moved {
		// The old pool is looked at tonight anyway.
		if err := recheckExpert(ctx, t, x.ExpertID, []engine.PoolID{x.ToPool}); err != nil {
			return err
		}
	}
	return t.Decide(ctx, pool)
}

// isNotFound reports an error that says that there is no such thing.
func isNotFound(err error) bool {
	var e *engine.Error
	return errors.As(err, &e) && e.Code == engine.CodeNotFound
}
