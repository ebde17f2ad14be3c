package app

import (
	"context"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// postponeAtMost is how long a task may be out of sight at a time.
const postponeAtMost = 14 * 24 * time.Hour

// CompleteTask says that the viewer did a task. NOT_FOUND for one of a pool she
// does not coordinate; CONFLICT when it is not open.
func (a App) CompleteTask(ctx context.Context, viewer auth.Viewer, key string, id engine.TaskID) (store.Task, error) {
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "completeTask", Input: id}, func(t *store.Tx) (store.Task, error) {
		return changeTask(ctx, t, id, t.EndTask)
	})
}

// PostponeTask takes a task off the list until a time, at most 14 days from now, and
// keeps who did. Errors: INVALID for another time, and those of CompleteTask.
func (a App) PostponeTask(ctx context.Context, viewer auth.Viewer, key string, id engine.TaskID, until time.Time) (store.Task, error) {
	input := struct {
		ID    engine.TaskID
		Until time.Time
	}{id, until}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "postponeTask", Input: input}, func(t *store.Tx) (store.Task, error) {
		return changeTask(ctx, t, id, func(ctx context.Context, id engine.TaskID) (bool, error) {
			if !until.After(t.Now) || until.After(t.Now.Add(postponeAtMost)) {
				return false, engine.Invalid("until", "must lie ahead, and at most 14 days from now")
			}
			return t.PostponeTask(ctx, id, until)
		})
	})
}

// ResumeTask puts a task back in the list before its time, due when it was before
// it was put off. Who put it off last stays known. CONFLICT when it is not put off;
// else the errors of CompleteTask.
func (a App) ResumeTask(ctx context.Context, viewer auth.Viewer, key string, id engine.TaskID) (store.Task, error) {
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "resumeTask", Input: id}, func(t *store.Tx) (store.Task, error) {
		return changeTask(ctx, t, id, func(ctx context.Context, id engine.TaskID) (bool, error) {
			off, err := t.ResumeTask(ctx, id)
			if err == nil && !off {
				err = engine.Conflict(engine.ReasonIllegalTransition, "the task is not put off: it is done, or in the list")
			}
			return off, err
		})
	})
}

// changeTask sees a task with the viewer's own eyes and changes it while it is open.
func changeTask(ctx context.Context, t *store.Tx, id engine.TaskID, change func(context.Context, engine.TaskID) (bool, error)) (store.Task, error) {
	task, err := t.Task(ctx, id)
	if err != nil {
		return task, err
	}
	if err := t.Coordinate(ctx, task.PoolID); err != nil {
		return task, err
	}
	open, err := change(ctx, id)
	if err != nil {
		return task, err
	}
	if !open {
		return task, engine.Conflict(engine.ReasonIllegalTransition, "the task is not open any more")
	}
	return t.Task(ctx, id)
}
