package store

import (
	"context"

	"github.com/lib/pq"

	"expex/engine"
)

// WaitlistRequest lets a request wait for supply, for that reason, or changes
// what it waits for. The cohort is "" for none, and so is the date then.
func (t *Tx) WaitlistRequest(ctx context.Context, id engine.RequestID, why engine.WaitlistReason, cohort engine.CohortID, earliest engine.Date) error {
	_, err := t.ExecContext(ctx, `
		update request set status = 'WAITLISTED', waitlist_reason = $2, cohort_id = $3, earliest_date = $4 where id = $1`,
		id, why, orNull(string(cohort)), orNull(string(earliest)))
	return err
}

// LockWaitingFor gives the requests that wait for a training group, the oldest
// first, and makes other transactions wait that would move them.
func (t *Tx) LockWaitingFor(ctx context.Context, id engine.CohortID) ([]engine.Request, error) {
	var ids []engine.RequestID
	if err := t.SelectContext(ctx, &ids, `
		select id from request where cohort_id = $1 and status = 'WAITLISTED' order by id for update`, id); err != nil || len(ids) == 0 {
		return nil, err
	}
	return t.requests(ctx, `where r.id = any($1) order by r.submitted_at, r.id`, pq.Array(ids))
}

// RescoreFor has the requests looked at again that wait in a pool of an expert
// who can be suggested now. Only after [Tx.Decide], about a pool of hers.
func (t *Tx) RescoreFor(ctx context.Context, expert engine.ExpertID) error {
	_, err := t.ExecContext(ctx, `select rescore_waiting($1)`, expert)
	return err
}

// RescoreCohort has the requests looked at again that wait for a training group.
// Only after [Tx.Decide].
func (t *Tx) RescoreCohort(ctx context.Context, id engine.CohortID) error {
	_, err := t.ExecContext(ctx, `
		insert into due_work (kind, about, pool_id, due_at)
		select $2, id, pool_id, least(submitted_at, $3) from request where status = 'WAITLISTED' and cohort_id = $1
		on conflict on constraint due_work_once do update set due_at = excluded.due_at, attempts = 0, failure = ''`, id, RescoreWaiting, t.Now)
	return err
}

// RescoreWaiting looks at a request again that waits for supply; it is about that
// request.
const RescoreWaiting WorkKind = "RESCORE_WAITING"
