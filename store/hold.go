package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/lib/pq"

	"expex/engine"
)

// HoldExpires lets go of the time that is held for part of a team; it is about
// their decision. The database takes it off the queue when nothing of that
// decision is held any more.
const HoldExpires WorkKind = "HOLD_EXPIRES"

// Messages about offers and holds.
const (
	NoticeOfferSent      NoticeKind = "OFFER_SENT"      // to the expert
	NoticeOfferWithdrawn NoticeKind = "OFFER_WITHDRAWN" // to the expert, without a why
	NoticeHoldReleased   NoticeKind = "HOLD_RELEASED"   // to the expert whose time is free again
	NoticeOfferDeclined  NoticeKind = "OFFER_DECLINED"  // to the coordinators
	NoticeOfferExpired   NoticeKind = "OFFER_EXPIRED"   // to the coordinators
	NoticeNobodyLeft     NoticeKind = "NOBODY_LEFT"     // to the coordinators: a request needs somebody found
)

// BeginHold keeps what is held for part of a team until the policy of the pool
// ends it, and never after start, when the first session of the team would begin.
// A hold that has begun stays as it is, also while its end is being worked on:
// then begun is false. Lock the request first. Only after [Tx.Decide].
func (t *Tx) BeginHold(ctx context.Context, decision engine.DecisionID, pool engine.PoolID, start time.Time) (until time.Time, begun bool, err error) {
	err = t.GetContext(ctx, &until, `
		insert into due_work (kind, about, pool_id, due_at)
		select $1, $2, pool_id, greatest($4::timestamptz, least($4::timestamptz + hold_hours * interval '1 hour', $5))
		from pool_policy where pool_id = $3 and not exists (select from due_work where kind = $1 and about = $2)
		returning due_at`, HoldExpires, decision, pool, t.Now, start)
	if errors.Is(err, sql.ErrNoRows) {
		return until, false, nil
	}
	return until.UTC(), err == nil, err
}

// ReleaseSessions ends holds and gives whose time is free again, by id.
func (t *Tx) ReleaseSessions(ctx context.Context, ids []engine.SessionID) (freed []engine.ExpertID, err error) {
	if _, err := t.ExecContext(ctx, `update session set status = 'RELEASED' where id = any($1)`, pq.Array(ids)); err != nil {
		return nil, err
	}
	return freed, t.SelectContext(ctx, &freed, `
		with free as (update booking set status = 'RELEASED' where session_id = any($1) and status = 'HELD' returning expert_id)
		select distinct expert_id from free order by expert_id`, pq.Array(ids))
}
