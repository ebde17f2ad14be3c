package store

import (
	"context"

	"github.com/lib/pq"

	"expex/engine"
)

// OutcomeBy gives who said last what became of a session, "" when that is not
// known. Only after [Tx.Decide].
func (t *Tx) OutcomeBy(ctx context.Context, session engine.SessionID) (by engine.AccountID, err error) {
	return by, t.GetContext(ctx, &by, `
		select coalesce((select made_by::text from record_change where session_id = $1 and kind = 'OUTCOME' order by number desc limit 1), '')`, session)
}

// CalledAfter gives the experts who were to be called because they did not come to
// a session. Only after [Tx.Decide].
func (t *Tx) CalledAfter(ctx context.Context, session engine.SessionID) (out []engine.ExpertID, err error) {
	return out, t.SelectContext(ctx, &out, `
		select distinct expert_id from task where kind = 'WELFARE_CALL' and session_id = $1 and expert_id is not null order by 1`, session)
}

// GiveBack makes a session that is over the time of these experts again. Only after
// [Tx.Decide].
func (t *Tx) GiveBack(ctx context.Context, session engine.SessionID, experts []engine.ExpertID) error {
	_, err := t.ExecContext(ctx, `
		update booking set status = 'DONE' where session_id = $1 and status = 'RELEASED' and expert_id = any($2)`,
		session, pq.Array(experts))
	return err
}
