package store

import (
	"context"
	"time"

	"github.com/lib/pq"

	"expex/engine"
)

// Task is a task with who did it, and who put it off.
type Task struct {
	engine.Task
	Colleague      *Colleague // nil while it is open and when it ended by itself
	PostponedBy    *Colleague // who put it off last, nil for nobody
	PostponedUntil *time.Time // nil unless it is put off now
}

// TaskListFilter narrows the list of tasks; nil and no kinds are any.
type TaskListFilter struct {
	Kinds     []engine.TaskKind
	PoolID    *engine.PoolID
	Overdue   *bool
	Postponed *bool // true = those that are put off instead of those in the list
}

// tasks reads tasks. What they show of a person who did one is for her colleagues.
func (t *Tx) tasks(ctx context.Context, tail string, args ...any) ([]Task, error) {
	var rows []struct {
		Task
		Codes pq.StringArray
		By    Colleague
		Off   Colleague
	}
	err := t.SelectContext(ctx, &rows, `
		select k.id, k.pool_id, k.kind, k.expert_id, k.request_id, k.session_id, k.match_id, k.cohort_id, k.organisation_id, k.codes,
		       k.appears_at, k.due_at, k.made_at, k.done_at, coalesce(k.done_by::text, '') as "by.id", coalesce(c.name, '') as "by.name",
		       case when k.done_at is null and k.appears_at = k.postponed_until and k.appears_at > app_now() then k.appears_at end as postponed_until,
		       coalesce(k.postponed_by::text, '') as "off.id", coalesce(o.name, '') as "off.name"
		from task k left join viewer_colleagues() c on c.id = k.done_by left join viewer_colleagues() o on o.id = k.postponed_by `+tail, args...)
	out := make([]Task, len(rows))
	for i, r := range rows {
		out[i] = r.Task
		out[i].Codes = r.Codes
		if r.By.ID != "" {
			out[i].DoneBy, out[i].Colleague = &rows[i].By.ID, &rows[i].By
		}
		if r.Off.ID != "" {
			out[i].PostponedBy = &rows[i].Off
		}
	}
	return out, err
}

const taskWhere = `
	k.done_at is null and ($1::text[] is null or k.kind = any($1)) and ($2::uuid is null or k.pool_id = $2)
	and ($3::bool is null or (k.due_at < app_now()) = $3)
	and (k.appears_at > app_now()) = coalesce($4, false)`

// Tasks gives the open tasks the viewer may see, the most urgent first: those in the
// list, or those that are put off.
func (v View) Tasks(ctx context.Context, f TaskListFilter, p Page) (Slice[Task], error) {
	if err := p.check(); err != nil {
		return Slice[Task]{}, err
	}
	at, id, err := p.timeKey()
	if err != nil {
		return Slice[Task]{}, err
	}
	list, err := get(ctx, v, func(t *Tx) ([]Task, error) {
		return t.tasks(ctx, `where `+taskWhere+` and ($5::timestamptz is null or (k.due_at, k.id) > ($5, $6::uuid))
			order by k.due_at, k.id limit $7`, pq.Array(f.Kinds), f.PoolID, f.Overdue, f.Postponed, at, id, p.First+1)
	})
	return cut(list, p), err
}

// CountTasks counts the whole list.
func (v View) CountTasks(ctx context.Context, f TaskListFilter) (int, error) {
	return get(ctx, v, func(t *Tx) (n int, err error) {
		return n, t.GetContext(ctx, &n, `select count(*) from task k where `+taskWhere, pq.Array(f.Kinds), f.PoolID, f.Overdue, f.Postponed)
	})
}

// TasksByID gives those of the tasks the viewer may see, also those that are done.
func (v View) TasksByID(ctx context.Context, ids []engine.TaskID) ([]Task, error) {
	return get(ctx, v, func(t *Tx) ([]Task, error) { return t.tasks(ctx, `where k.id = any($1) order by k.id`, pq.Array(ids)) })
}

// Task gives one task, as far as the transaction may see it.
func (t *Tx) Task(ctx context.Context, id engine.TaskID) (Task, error) {
	return one(t.tasks(ctx, `where k.id = $1`, id))
}

// EndTask says that the viewer did an open task, and reports whether it was
// open. Only after [Tx.Coordinate].
func (t *Tx) EndTask(ctx context.Context, id engine.TaskID) (open bool, err error) {
	return affected(t.ExecContext(ctx, `update task set done_at = $2, done_by = $3 where id = $1 and done_at is null`, id, t.Now, t.viewer.AccountID))
}

// PostponeTask lets an open task appear again at a time, keeps who put it off, and
// reports whether it was open. Only after [Tx.Coordinate].
func (t *Tx) PostponeTask(ctx context.Context, id engine.TaskID, until time.Time) (open bool, err error) {
	return affected(t.ExecContext(ctx, `
		update task set appears_at = $2, due_at = greatest(due_at, $2), postponed_by = $3, postponed_until = $2,
		    postponed_due = case when appears_at = postponed_until and appears_at > $4 then postponed_due else due_at end
		where id = $1 and done_at is null`, id, until, t.viewer.AccountID, t.Now))
}

// ResumeTask puts an open task that is put off back in the list, due when it was
// before, and reports whether it was put off. Only after [Tx.Coordinate].
func (t *Tx) ResumeTask(ctx context.Context, id engine.TaskID) (off bool, err error) {
	return affected(t.ExecContext(ctx, `
		update task set appears_at = least($2, postponed_due), due_at = postponed_due, postponed_until = null, postponed_due = null
		where id = $1 and done_at is null and appears_at = postponed_until and appears_at > $2`, id, t.Now))
}
