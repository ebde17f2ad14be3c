package store

import (
	"context"

	"github.com/lib/pq"

	"expex/engine"
)

// OpenTask puts a task on the list of its pool. One of the same kind about the
// same things that is still open is kept, and takes over codes and dates. Only
// after [Tx.Decide].
func (t *Tx) OpenTask(ctx context.Context, task engine.Task) error {
	if task.AppearsAt.IsZero() {
		task.AppearsAt = t.Now
	}
	if task.Codes == nil {
		task.Codes = []string{}
	}
	_, err := t.ExecContext(ctx, `
		insert into task (pool_id, kind, expert_id, request_id, session_id, match_id, cohort_id, organisation_id, codes, appears_at, due_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		on conflict (pool_id, kind, expert_id, request_id, session_id, match_id, cohort_id, organisation_id) where done_at is null
		do update set codes = excluded.codes, appears_at = excluded.appears_at, due_at = excluded.due_at`,
		task.PoolID, task.Kind, task.ExpertID, task.RequestID, task.SessionID, task.MatchID, task.CohortID, task.OrganisationID,
		pq.Array(task.Codes), task.AppearsAt, task.DueAt)
	return err
}

// TaskFilter picks tasks by what they are about; nil is anything. With no kinds
// it is any kind.
type TaskFilter struct {
	Kinds     []engine.TaskKind
	ExpertID  *engine.ExpertID
	RequestID *engine.RequestID
	SessionID *engine.SessionID
	MatchID   *engine.MatchID
	CohortID  *engine.CohortID
}

// CloseTasks ends the open tasks of the filter, also those that have not
// appeared yet: what they asked for has happened or is needed no more. Only after
// [Tx.Decide].
func (t *Tx) CloseTasks(ctx context.Context, f TaskFilter) error {
	_, err := t.ExecContext(ctx, `
		update task set done_at = $1
		where done_at is null and ($2::text[] is null or kind = any($2))
		  and ($3::uuid is null or expert_id = $3) and ($4::uuid is null or request_id = $4) and ($5::uuid is null or session_id = $5)
		  and ($6::uuid is null or match_id = $6) and ($7::uuid is null or cohort_id = $7)`,
		t.Now, pq.Array(f.Kinds), f.ExpertID, f.RequestID, f.SessionID, f.MatchID, f.CohortID)
	return err
}
