package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/lib/pq"

	"expex/engine"
)

// What is told of sessions. The effect of each is its kind with the id of the
// session, or of the series, and the sequence it has then.
const (
	SessionsPlanned NoticeKind = "SESSIONS_PLANNED"
	SessionMoved    NoticeKind = "SESSION_MOVED"
)

// PlanBasis is everything a plan of sessions is judged on, as of one moment.
type PlanBasis struct {
	Request engine.Request
	// Of the relation, when the sessions are those of one.
	MatchID     *engine.MatchID
	MatchStatus engine.MatchStatus
	PlannedEnd  engine.Date
	Left        *int // sessions it has room for; nil = no cap
	// Team are those who do the sessions; candidates of Input are those of them
	// who are members of the pool today.
	Team  []engine.ExpertID
	Input engine.MatchInput
}

// PlanBasis reads the basis of a plan of a relation, or of a request. NOT_FOUND
// when the viewer does not coordinate its pool.
func (v View) PlanBasis(ctx context.Context, request *engine.RequestID, match *engine.MatchID) (PlanBasis, error) {
	return get(ctx, v, func(t *Tx) (b PlanBasis, err error) {
		id, err := t.PlanRequest(ctx, request, match)
		if err != nil {
			return b, err
		}
		of, err := t.Request(ctx, id)
		if err != nil {
			return b, err
		}
		if err := t.Coordinate(ctx, of.PoolID); err != nil {
			return b, err
		}
		return t.PlanBasis(ctx, of, match, func([]engine.ExpertID) error { return nil })
	})
}

// PlanRequest is the request that a plan is about: itself, or that of a relation
// the viewer may see.
func (t *Tx) PlanRequest(ctx context.Context, request *engine.RequestID, match *engine.MatchID) (id engine.RequestID, err error) {
	if match == nil {
		return *request, nil
	}
	return id, t.GetContext(ctx, &id, `select request_id from match where id = $1`, *match)
}

// PlanBasis reads the basis of a plan; hold is called with the team before what
// it has planned is read. Only after [Tx.Coordinate].
func (t *Tx) PlanBasis(ctx context.Context, request engine.Request, match *engine.MatchID, hold func(team []engine.ExpertID) error) (PlanBasis, error) {
	b := PlanBasis{Request: request, MatchID: match}
	var err error
	if match != nil {
		var m struct {
			ExpertID   engine.ExpertID
			Status     engine.MatchStatus
			PlannedEnd engine.Date
			Left       *int
		}
		if err := t.GetContext(ctx, &m, `
			select expert_id, status, planned_end,
			       session_cap + extra_sessions - (select count(*) from session s where s.match_id = match.id and s.status not like 'CANCELLED%') as left
			from match where id = $1`, *match); err != nil {
			return b, err
		}
		b.Team, b.MatchStatus, b.PlannedEnd, b.Left = []engine.ExpertID{m.ExpertID}, m.Status, m.PlannedEnd, m.Left
	} else if err = t.SelectContext(ctx, &b.Team, `
		select expert_id from offer
		where status = 'ACCEPTED' and decision_id = (
		    select decision_id from session where request_id = $1 and decision_id is not null and status not like 'CANCELLED%' and status <> 'RELEASED'
		    order by starts_at desc, id limit 1)
		order by expert_id`, request.ID); err != nil {
		return b, err
	}
	if err := hold(b.Team); err != nil {
		return b, err
	}
	b.Input, err = t.TeamInput(ctx, request, b.Team)
	return b, err
}

// PlannedEnd is the last day of a relation as it is planned. Only after
// [Tx.Decide].
func (t *Tx) PlannedEnd(ctx context.Context, id engine.MatchID) (end engine.Date, err error) {
	return end, t.GetContext(ctx, &end, `select planned_end from match where id = $1`, id)
}

// TeamInput is [Tx.MatchInput] for those who do the sessions of a request, as if
// the relation they have for it were not there.
func (t *Tx) TeamInput(ctx context.Context, request engine.Request, team []engine.ExpertID) (engine.MatchInput, error) {
	in, err := t.MatchInput(ctx, request, team)
	if err != nil || in.Type.Form != engine.Relation {
		return in, err
	}
	related, err := t.Related(ctx, request.ID)
	for i := range in.Candidates {
		for _, e := range related {
			if e == in.Candidates[i].Expert {
				in.Candidates[i].ActiveRelations--
				in.Candidates[i].RelationClosedOn = "" // rest comes before a new relation, not within one
			}
		}
	}
	return in, err
}

// InsertSeries writes what was planned together and gives its id.
func (t *Tx) InsertSeries(ctx context.Context, s engine.SessionSeries) (id engine.SeriesID, err error) {
	p := s.SessionPlan
	return id, t.GetContext(ctx, &id, `
		insert into session_series (request_id, match_id, pool_id, first, at, minutes, every, nth, weekday, count, until, planned_by, planned_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, nullif($10::int, 0), $11, $12, $13) returning id`,
		s.RequestID, s.MatchID, s.PoolID, string(p.First), string(p.At), p.Minutes, p.Rhythm.Every, orNull(string(p.Rhythm.Nth)),
		orNull(string(p.Rhythm.Weekday)), p.Rhythm.Count, orNull(string(p.Rhythm.Until)), t.viewer.AccountID, t.Now)
}

// SeriesByID gives those of the series of which the viewer may see a session.
func (v View) SeriesByID(ctx context.Context, ids []engine.SeriesID) ([]engine.SessionSeries, error) {
	return get(ctx, v, func(t *Tx) (out []engine.SessionSeries, err error) {
		if err = t.SelectContext(ctx, &out, `
			select id, request_id, match_id, pool_id, first, at::text as at, minutes,
			       every as "rhythm.every", coalesce(nth, '') as "rhythm.nth", coalesce(weekday, '') as "rhythm.weekday",
			       coalesce(count, 0) as "rhythm.count", until as "rhythm.until", planned_at
			from session_series where id = any($1) order by id`, pq.Array(ids)); err != nil {
			return nil, err
		}
		for i := range out {
			out[i].PlannedAt = out[i].PlannedAt.UTC()
		}
		return out, nil
	})
}

// SessionsOfSeries gives all sessions of a series, the earliest first.
func (t *Tx) SessionsOfSeries(ctx context.Context, id engine.SeriesID) ([]engine.Session, error) {
	return t.sessions(ctx, `where s.series_id = $1 order by s.starts_at, s.id`, id)
}

// BookingsOf gives the time that is given to sessions, by session and expert.
// Only after [Tx.Decide].
func (t *Tx) BookingsOf(ctx context.Context, ids []engine.SessionID) ([]Booking, error) {
	var rows []struct {
		Booking
		BusyUntil time.Time
	}
	err := t.SelectContext(ctx, &rows, `
		select session_id, expert_id, starts_at as "session.start", ends_at as "session.end", upper(busy) as busy_until,
		       status, one_to_one, tier3, seat is not null as guest, coalesce(double_reason, '') as double_reason
		from booking where session_id = any($1) order by session_id, expert_id`, pq.Array(ids))
	out := make([]Booking, len(rows))
	for i, r := range rows {
		out[i] = r.Booking
		out[i].Session = utc(r.Session)
		out[i].Buffer = r.BusyUntil.Sub(r.Session.End)
	}
	return out, err
}

// MoveSessions gives sessions and their bookings another time, and the status
// they have there. UIDs stay; the database raises sequences and stamps.
//
// All the time is let go first and taken again afterwards, so that sessions may
// move to each other's places, while booking_no_overlap looks at every row.
// Deferring the constraint was rejected: a clash would surface at the commit,
// after everything else was written and told. Lock the experts first: a booking
// that came in between would make this a SLOT_CONFLICT.
func (t *Tx) MoveSessions(ctx context.Context, sessions []engine.Session, bookings []Booking) error {
	ids := make([]engine.SessionID, len(sessions))
	for i, s := range sessions {
		ids[i] = s.ID
	}
	if _, err := t.ExecContext(ctx, `update booking set status = 'RELEASED' where session_id = any($1)`, pq.Array(ids)); err != nil {
		return err
	}
	moved, err := json.Marshal(sessions)
	if err != nil {
		return err
	}
	if _, err := t.ExecContext(ctx, `
		update session s set starts_at = (m."Slot"->>'Start')::timestamptz, ends_at = (m."Slot"->>'End')::timestamptz, status = m."Status"
		from jsonb_to_recordset($1::jsonb) as m("ID" uuid, "Slot" jsonb, "Status" text) where s.id = m."ID"`, string(moved)); err != nil {
		return err
	}
	for _, b := range bookings {
		if _, err := t.ExecContext(ctx, `
			update booking set starts_at = $3, ends_at = $4, busy = tstzrange($3, $5), status = $6, double_reason = $7
			where session_id = $1 and expert_id = $2`,
			b.SessionID, b.ExpertID, b.Session.Start, b.Session.End, b.Session.End.Add(b.Buffer), b.Status, orNull(b.DoubleReason)); err != nil {
			return err
		}
	}
	return nil
}

// SessionStanding is what only the coordinators of its pool hear of a session.
type SessionStanding struct {
	SessionID    engine.SessionID
	DoubleReason *string // why its time is given twice; nil = it is not
	Blockers     []engine.Blocker
}

// SessionStandings gives those of the sessions whose pool the viewer coordinates.
func (v View) SessionStandings(ctx context.Context, ids []engine.SessionID) ([]SessionStanding, error) {
	return get(ctx, v, func(t *Tx) ([]SessionStanding, error) {
		var rows []struct {
			SessionID    engine.SessionID
			DoubleReason *string
			Blockers     pq.StringArray
		}
		err := t.SelectContext(ctx, &rows, `select session_id, double_reason, blockers from session_standing($1)`, pq.Array(ids))
		out := make([]SessionStanding, len(rows))
		for i, r := range rows {
			out[i] = SessionStanding{SessionID: r.SessionID, DoubleReason: r.DoubleReason, Blockers: []engine.Blocker{}}
			for _, code := range r.Blockers {
				out[i].Blockers = append(out[i].Blockers, engine.Blocker{Code: engine.RuleCode(code)})
			}
		}
		return out, err
	})
}
