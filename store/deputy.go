package store

import (
	"context"
	"database/sql"
	"time"

	"expex/engine"
)

// Deputyship is a coordinator's role that somebody has in place of another, for
// some days.
type Deputyship struct {
	ID     engine.DeputyshipID
	PoolID engine.PoolID
	Absent Colleague // who appointed the deputy
	Deputy Colleague
	From   engine.Date
	To     engine.Date // first day on which it holds no more
	MadeAt time.Time
}

func (t *Tx) deputyships(ctx context.Context, tail string, args ...any) (out []Deputyship, err error) {
	return out, t.SelectContext(ctx, &out, `
		select id, pool_id, absent_id as "absent.id", absent_name as "absent.name", deputy_id as "deputy.id", deputy_name as "deputy.name",
		       valid_from as "from", valid_to as "to", made_at
		from viewer_deputyships() `+tail, args...)
}

// Deputyships gives those the viewer gave and those she has, the latest first.
func (v View) Deputyships(ctx context.Context) ([]Deputyship, error) {
	return get(ctx, v, func(t *Tx) ([]Deputyship, error) { return t.deputyships(ctx, `order by valid_from desc, id`) })
}

// Deputyship gives one that the viewer gave or has.
func (t *Tx) Deputyship(ctx context.Context, id engine.DeputyshipID) (Deputyship, error) {
	return one(t.deputyships(ctx, `where id = $1`, id))
}

// PossibleDeputy gives the account of the colleague with that address who may
// stand in for the viewer, NOT_FOUND when there is none. Only after
// [Tx.Coordinate].
func (t *Tx) PossibleDeputy(ctx context.Context, email string) (engine.AccountID, error) {
	var id *engine.AccountID
	if err := t.GetContext(ctx, &id, `select possible_deputy($1)`, email); err != nil {
		return "", err
	}
	if id == nil {
		return "", engine.NotFound()
	}
	return *id, nil
}

// AppointDeputy gives an account the viewer's place in a pool on days [from, to).
// Only after [Tx.Coordinate].
func (t *Tx) AppointDeputy(ctx context.Context, pool engine.PoolID, deputy engine.AccountID, from, to engine.Date) (Deputyship, error) {
	if _, err := t.ExecContext(ctx, `
		insert into account_role (account_id, role, pool_id, valid_from, valid_to, deputy_for) values ($1, 'COORDINATOR', $2, $3, $4, $5)`,
		deputy, pool, from, to, t.viewer.AccountID); err != nil {
		return Deputyship{}, err
	}
	return one(t.deputyships(ctx, `where pool_id = $1 and deputy_id = $2 and absent_id = viewer() and valid_from = $3 and valid_to = $4
		order by made_at desc limit 1`, pool, deputy, from, to))
}

// EndDeputyship ends one that has not ended, from today on, with the viewer's own
// eyes.
func (t *Tx) EndDeputyship(ctx context.Context, id engine.DeputyshipID) error {
	_, err := t.ExecContext(ctx, `
		update account_role set valid_to = greatest(app_today(), valid_from) where id = $1 and valid_to > greatest(app_today(), valid_from)`, id)
	return err
}

// affected reports whether a statement changed anything.
func affected(res sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
