package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/lib/pq"

	"expex/engine"
)

// starts are instants as an array of the database holds them.
type starts []time.Time

// Scan reads a timestamptz[].
func (s *starts) Scan(src any) error {
	var texts pq.StringArray
	if err := texts.Scan(src); err != nil {
		return err
	}
	*s = nil
	for _, text := range texts {
		at, err := pq.ParseTimestamp(time.UTC, text)
		if err != nil {
			return err
		}
		*s = append(*s, at.UTC())
	}
	return nil
}

// slots gives each its end: all last as long as the first slot.
func (s starts) slots(first engine.Interval) []engine.Interval {
	var out []engine.Interval
	for _, at := range s {
		out = append(out, engine.Interval{Start: at.UTC(), End: at.Add(first.Duration()).UTC()})
	}
	return out
}

// startsOf is when slots begin, as an argument.
func startsOf(slots []engine.Interval) any {
	out := make([]string, len(slots))
	for i, slot := range slots {
		out[i] = slot.Start.UTC().Format(time.RFC3339Nano)
	}
	return pq.Array(out)
}

// SessionsOfDecision gives all sessions of a team, the earliest first; none
// before the first accepted.
func (t *Tx) SessionsOfDecision(ctx context.Context, id engine.DecisionID) ([]engine.Session, error) {
	return t.sessions(ctx, `where s.decision_id = $1 order by s.starts_at, s.id`, id)
}

// InsertSessions writes the same session at several times, and gives them as
// [Tx.InsertSession] does, the earliest first.
func (t *Tx) InsertSessions(ctx context.Context, s engine.Session, at []engine.Interval) ([]engine.Session, error) {
	slots, err := json.Marshal(at)
	if err != nil {
		return nil, err
	}
	var out []engine.Session
	err = t.SelectContext(ctx, &out, `
		with s as (
			insert into session (request_id, decision_id, match_id, pool_id, organisation_id, type, status, online, municipality, address, starts_at, ends_at)
			select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, x."Start", x."End" from jsonb_to_recordset($11::jsonb) as x("Start" timestamptz, "End" timestamptz)
			returning *)
		select `+sessionColumns+` from s order by s.starts_at, s.id`,
		s.RequestID, s.DecisionID, s.MatchID, s.PoolID, s.OrganisationID, s.Type, s.Status, s.Online, orNull(string(s.Municipality)), s.Address,
		string(slots))
	return inUTC(out), err
}

// InsertBookings gives an expert's time to several sessions: b with the session
// and slot of each. Errors as for [Tx.InsertBooking].
func (t *Tx) InsertBookings(ctx context.Context, b Booking, sessions []engine.Session) error {
	_, err := t.ExecContext(ctx, `
		insert into booking (session_id, expert_id, starts_at, ends_at, busy, status, one_to_one, tier3)
		select id, $2, starts_at, ends_at, tstzrange(starts_at, ends_at + $3 * interval '1 microsecond'), $4, $5, $6
		from session where id = any($1)`,
		pq.Array(idsOf(sessions)), b.ExpertID, b.Buffer.Microseconds(), b.Status, b.OneToOne, b.Tier3)
	return err
}

// ConfirmSessions confirms what was held, for everybody who is booked, and gives
// the sessions as they are now, the earliest first.
func (t *Tx) ConfirmSessions(ctx context.Context, sessions []engine.Session) ([]engine.Session, error) {
	ids := pq.Array(idsOf(sessions))
	if _, err := t.ExecContext(ctx, `update session set status = 'CONFIRMED' where id = any($1)`, ids); err != nil {
		return nil, err
	}
	if _, err := t.ExecContext(ctx, `update booking set status = 'CONFIRMED' where session_id = any($1) and status = 'HELD'`, ids); err != nil {
		return nil, err
	}
	return t.sessions(ctx, `where s.id = any($1) order by s.starts_at, s.id`, ids)
}

func idsOf(sessions []engine.Session) []engine.SessionID {
	out := make([]engine.SessionID, len(sessions))
	for i, s := range sessions {
		out[i] = s.ID
	}
	return out
}
