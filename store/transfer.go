package store

import (
	"context"

	"github.com/lib/pq"

	"expex/engine"
)

const transferColumns = `expert_id, from_pool, to_pool, takes_effect, postcode4, accepted_at`

// TransfersOf gives the moves of experts to another pool that have not been
// carried out yet, as far as the viewer may see them.
func (v View) TransfersOf(ctx context.Context, ids []engine.ExpertID) ([]engine.Transfer, error) {
	return get(ctx, v, func(t *Tx) (out []engine.Transfer, err error) {
		return out, t.SelectContext(ctx, &out, `
			select `+transferColumns+`, coalesce(destination_name(expert_id, to_pool), '') as to_name
			from expert_transfer where expert_id = any($1) and moved_at is null and declined_at is null order by expert_id`, pq.Array(ids))
	})
}

// Transfer gives the move of an expert to a pool that is still to come, as far
// as the transaction may see it.
func (t *Tx) Transfer(ctx context.Context, expert engine.ExpertID, to engine.PoolID) (x engine.Transfer, err error) {
	return x, t.GetContext(ctx, &x, `
		select `+transferColumns+` from expert_transfer
		where expert_id = $1 and to_pool = $2 and moved_at is null and declined_at is null`, expert, to)
}

// ProposeTransfer writes a move that waits for the expert's yes, in the place of
// one that waited. CONFLICT when she said yes to one that is still to come;
// NOT_FOUND for an unknown pool. Only after [Tx.Coordinate] of the pool she leaves.
func (t *Tx) ProposeTransfer(ctx context.Context, x engine.Transfer) error {
	if _, err := t.ExecContext(ctx, `delete from expert_transfer where expert_id = $1 and accepted_at is null and declined_at is null`, x.ExpertID); err != nil {
		return err
	}
	_, err := t.ExecContext(ctx, `
		insert into expert_transfer (expert_id, from_pool, to_pool, takes_effect, postcode4, proposed_by, proposed_at)
		values ($1, $2, $3, $4, $5, $6, $7)`, x.ExpertID, x.FromPool, x.ToPool, x.TakesEffect, x.Postcode4, t.viewer.AccountID, t.Now)
	return err
}

// AcceptTransfer notes her yes, and reports whether the move still waited for it.
// Only after [Tx.Decide] about the pool she leaves.
func (t *Tx) AcceptTransfer(ctx context.Context, expert engine.ExpertID) (waited bool, err error) {
	return affected(t.ExecContext(ctx, `
		update expert_transfer set accepted_at = $2
		where expert_id = $1 and accepted_at is null and declined_at is null and moved_at is null`, expert, t.Now))
}

// DeclineTransfer notes her no, and reports whether the move still waited for an
// answer. Only after [Tx.Decide] about the pool she stays in.
func (t *Tx) DeclineTransfer(ctx context.Context, expert engine.ExpertID) (waited bool, err error) {
	return affected(t.ExecContext(ctx, `
		update expert_transfer set declined_at = $2
		where expert_id = $1 and accepted_at is null and declined_at is null and moved_at is null`, expert, t.Now))
}

// JoinPool makes an expert a member of the pool from a day on. CONFLICT when she
// is one then. Only after [Tx.Decide].
func (t *Tx) JoinPool(ctx context.Context, expert engine.ExpertID, pool engine.PoolID, from engine.Date) error {
	_, err := t.ExecContext(ctx, `insert into pool_member (pool_id, expert_id, valid_from) values ($1, $2, $3)`, pool, expert, from)
	return err
}

// LeavePool ends the membership of the pool of whoever has agreed to move away, on
// the day of the move or today if that has been, unless a relation of hers runs
// here: then it goes on until that has closed. With an expert, only hers. It gives
// the moves of those who leave. Only after [Tx.Decide].
func (t *Tx) LeavePool(ctx context.Context, expert *engine.ExpertID) (left []engine.Transfer, err error) {
	return left, t.SelectContext(ctx, &left, `
		update pool_member m set valid_to = greatest(x.takes_effect, app_today())
		from expert_transfer x
		where x.from_pool = m.pool_id and x.expert_id = m.expert_id and x.accepted_at is not null
		  and m.pool_id = (select engine_pool()) and m.valid_to is null and m.valid_from < x.takes_effect and ($1::uuid is null or m.expert_id = $1)
		  and not exists (select from match r where r.pool_id = m.pool_id and r.expert_id = m.expert_id and r.status <> 'CLOSED')
		returning x.expert_id, x.from_pool, x.to_pool, x.takes_effect, x.postcode4, x.accepted_at`, expert)
}

// CarryOutTransfers gives those who move today, or did while nobody looked, their
// new postcode, and ends the membership of those who have moved and whose last
// relation here has closed. It gives the moves of whoever it touched. Only after
// [Tx.Decide] about the pool they leave.
func (t *Tx) CarryOutTransfers(ctx context.Context) (out []engine.Transfer, err error) {
	if err := t.SelectContext(ctx, &out, `
		with due as (
			update expert_transfer set moved_at = $1
			where from_pool = (select engine_pool()) and accepted_at is not null and moved_at is null and takes_effect <= app_today()
			returning `+transferColumns+`),
		moved as (
			update expert_record r set postcode4 = due.postcode4 from due where r.expert_id = due.expert_id)
		select `+transferColumns+` from due order by expert_id`, t.Now); err != nil {
		return nil, err
	}
	left, err := t.LeavePool(ctx, nil)
	return append(out, left...), err
}
