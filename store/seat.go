package store

import (
	"context"
	"database/sql"
	"errors"

	"expex/engine"
)

// LockSession makes other transactions wait that would seat somebody at the
// session, or change its seats, until this one ends.
func (t *Tx) LockSession(ctx context.Context, id engine.SessionID) error {
	var locked bool
	return t.GetContext(ctx, &locked, `select true from session where id = $1 for update`, id)
}

// SetSeats says how many guests a session has room for. Those on seats beyond
// that move to free ones below; when there are more guests than seats it is a
// CONFLICT with NO_SEAT. Lock the session first.
func (t *Tx) SetSeats(ctx context.Context, id engine.SessionID, seats int) error {
	if _, err := t.ExecContext(ctx, `
		with high as (
			select expert_id, row_number() over (order by seat) as n from booking
			where session_id = $1 and seat > $2 and status <> 'RELEASED'),
		free as (
			select seat, row_number() over (order by seat) as n from generate_series(1, $2) seat
			where seat not in (select b.seat from booking b where b.session_id = $1 and b.seat is not null and b.status <> 'RELEASED'))
		update booking b set seat = free.seat from high join free using (n) where b.session_id = $1 and b.expert_id = high.expert_id`,
		id, seats); err != nil {
		return err
	}
	_, err := t.ExecContext(ctx, `update session set seats = $2 where id = $1`, id, seats)
	return err
}

// TakeSeat gives an expert the lowest free seat of a session, with her time: b is
// her booking. It reports whether there was one. Lock the session first. Errors
// as for [Tx.InsertBooking]; CONFLICT with DUPLICATE when she takes part already.
func (t *Tx) TakeSeat(ctx context.Context, b Booking) (bool, error) {
	var seat int
	err := t.GetContext(ctx, &seat, `
		insert into booking (session_id, expert_id, starts_at, ends_at, busy, status, one_to_one, tier3, seat, seats)
		select s.id, $2, s.starts_at, s.ends_at, tstzrange(s.starts_at, s.ends_at + $3 * interval '1 microsecond'), $4, false, false, number, s.seats
		from session s, generate_series(1, s.seats) number
		where s.id = $1 and not exists (select from booking b where b.session_id = s.id and b.seat = number and b.status <> 'RELEASED')
		order by number limit 1
		returning seat`, b.SessionID, b.ExpertID, b.Buffer.Microseconds(), b.Status)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// GiveUpSeat takes an expert's seat at a session from her, and gives her time
// back. It reports whether she had one.
func (t *Tx) GiveUpSeat(ctx context.Context, id engine.SessionID, expert engine.ExpertID) (bool, error) {
	res, err := t.ExecContext(ctx, `delete from booking where session_id = $1 and expert_id = $2 and seat is not null and status <> 'RELEASED'`, id, expert)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
