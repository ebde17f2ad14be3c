package store

import (
	"context"
	"time"

	"github.com/lib/pq"

	"expex/engine"
)

const sessionColumns = `s.id, s.request_id, s.decision_id, s.match_id, s.series_id, s.pool_id, s.organisation_id, s.type,
	s.starts_at as "slot.start", s.ends_at as "slot.end", s.status, s.late, s.online,
	coalesce(s.municipality, '') as municipality, s.address, coalesce(s.region, '') as region,
	s.seats, case when s.seats is null then 0 else seats_taken(s.id) end as seats_taken,
	s.sequence, s.created_at, s.changed_at`

func (t *Tx) sessions(ctx context.Context, tail string, args ...any) ([]engine.Session, error) {
	var out []engine.Session
	err := t.SelectContext(ctx, &out, `select `+sessionColumns+` from session s `+tail, args...)
	return inUTC(out), err
}

func inUTC(sessions []engine.Session) []engine.Session {
	for i := range sessions {
		sessions[i].Slot = utc(sessions[i].Slot)
	}
	return sessions
}

// SessionFilter narrows a list of sessions to those that touch [From, To).
type SessionFilter struct {
	From      time.Time
	To        time.Time
	ExpertID  *engine.ExpertID
	RequestID *engine.RequestID
	Status    *engine.SessionStatus
}

// The first line says by session_length what the second says anyway, so that
// the list begins in the index at From and not in the first year.
const sessionWhere = `
	s.starts_at > $1::timestamptz - interval '24 hours' and s.starts_at < $2
	and s.ends_at > $1
	and ($3::uuid is null or exists (select from booking b where b.session_id = s.id and b.expert_id = $3))
	and ($4::uuid is null or s.request_id = $4) and ($5::text is null or s.status = $5)`

// Sessions gives the sessions the viewer may see, the earliest first.
func (v View) Sessions(ctx context.Context, f SessionFilter, p Page) (Slice[engine.Session], error) {
	if err := p.check(); err != nil {
		return Slice[engine.Session]{}, err
	}
	at, id, err := p.timeKey()
	if err != nil {
		return Slice[engine.Session]{}, err
	}
	list, err := get(ctx, v, func(t *Tx) ([]engine.Session, error) {
		return t.sessions(ctx, `where `+sessionWhere+` and ($6::timestamptz is null or (s.starts_at, s.id) > ($6, $7::uuid))
			order by s.starts_at, s.id limit $8`, f.From, f.To, f.ExpertID, f.RequestID, f.Status, at, id, p.First+1)
	})
	return cut(list, p), err
}

// CountSessions counts the whole list.
func (v View) CountSessions(ctx context.Context, f SessionFilter) (int, error) {
	return get(ctx, v, func(t *Tx) (n int, err error) {
		return n, t.GetContext(ctx, &n, `select count(*) from session s where `+sessionWhere, f.From, f.To, f.ExpertID, f.RequestID, f.Status)
	})
}

// SessionsByID gives those of the sessions the viewer may see.
func (v View) SessionsByID(ctx context.Context, ids []engine.SessionID) ([]engine.Session, error) {
	return get(ctx, v, func(t *Tx) ([]engine.Session, error) {
		return t.sessions(ctx, `where s.id = any($1) order by s.id`, pq.Array(ids))
	})
}

// Session gives one session, as far as the transaction may see it.
func (t *Tx) Session(ctx context.Context, id engine.SessionID) (engine.Session, error) {
	return one(t.sessions(ctx, `where s.id = $1`, id))
}

// SessionsOfRequest gives all sessions of a request, the earliest first.
func (t *Tx) SessionsOfRequest(ctx context.Context, id engine.RequestID) ([]engine.Session, error) {
	return t.sessions(ctx, `where s.request_id = $1 order by s.starts_at, s.id`, id)
}

// InsertSession writes a session and gives it as stored: with its id, the
// region of its day and its first stamps.
func (t *Tx) InsertSession(ctx context.Context, s engine.Session) (engine.Session, error) {
	if err := t.GetContext(ctx, &s.ID, `
		insert into session (request_id, decision_id, match_id, series_id, pool_id, organisation_id, type, starts_at, ends_at, status, online, municipality, address)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning id`,
		s.RequestID, s.DecisionID, s.MatchID, s.SeriesID, s.PoolID, s.OrganisationID, s.Type, s.Slot.Start, s.Slot.End, s.Status,
		s.Online, orNull(string(s.Municipality)), s.Address); err != nil {
		return s, err
	}
	return t.Session(ctx, s.ID)
}

// MoveSession changes the status of a session and of its bookings, but for those
// of experts who fell out.
func (t *Tx) MoveSession(ctx context.Context, id engine.SessionID, to engine.SessionStatus, late bool, bookings BookingStatus) (engine.Session, error) {
	if _, err := t.ExecContext(ctx, `update session set status = $2, late = $3 where id = $1`, id, to, late); err != nil {
		return engine.Session{}, err
	}
	if _, err := t.ExecContext(ctx, `update booking set status = $2 where session_id = $1 and status <> 'RELEASED'`, id, bookings); err != nil {
		return engine.Session{}, err
	}
	return t.Session(ctx, id)
}

// BookingStatus is what a session means for an expert's time.
type BookingStatus string

// The statuses. HELD and CONFIRMED keep others out.
const (
	BookingHeld      BookingStatus = "HELD"
	BookingConfirmed BookingStatus = "CONFIRMED"
	BookingDone      BookingStatus = "DONE"
	BookingReleased  BookingStatus = "RELEASED"
)

// Booking is the time one expert gives to one session.
type Booking struct {
	SessionID engine.SessionID
	ExpertID  engine.ExpertID
	Session   engine.Interval
	Buffer    time.Duration // kept free after the session
	Status    BookingStatus
	OneToOne  bool
	Tier3     bool
	Guest     bool // has a seat, and is not of the team; only where it is read
	// DoubleReason is why a coordinator gives time that is given already, ""
	// when she does not.
	DoubleReason string
}

// InsertBooking gives an expert's time to a session. It is a CONFLICT with
// SLOT_CONFLICT when she has none, whoever else booked it, unless there is a
// reason to give it twice.
func (t *Tx) InsertBooking(ctx context.Context, b Booking) error {
	_, err := t.ExecContext(ctx, `
		insert into booking (session_id, expert_id, starts_at, ends_at, busy, status, one_to_one, tier3, double_reason)
		values ($1, $2, $3, $4, tstzrange($3, $5), $6, $7, $8, $9)`,
		b.SessionID, b.ExpertID, b.Session.Start, b.Session.End, b.Session.End.Add(b.Buffer), b.Status, b.OneToOne, b.Tier3, orNull(b.DoubleReason))
	return err
}

// InsertMatch writes a relation and gives its id.
func (t *Tx) InsertMatch(ctx context.Context, r engine.Request, expert engine.ExpertID, plannedEnd engine.Date, sessionCap int, started engine.Date) (id engine.MatchID, err error) {
	var client *engine.ClientRef
	if r.Client != nil {
		client = &r.Client.Ref
	}
	var limit *int
	if sessionCap > 0 {
		limit = &sessionCap
	}
	return id, t.GetContext(ctx, &id, `
		insert into match (request_id, pool_id, expert_id, client_ref, type, status, started_on, planned_end, session_cap)
		values ($1, $2, $3, $4, $5, 'INTRO', $6, $7, $8) returning id`,
		r.ID, r.PoolID, expert, client, r.Type, started, plannedEnd, limit)
}

// Related gives the experts whose relation of this request is not closed.
func (t *Tx) Related(ctx context.Context, request engine.RequestID) (out []engine.ExpertID, err error) {
	return out, t.SelectContext(ctx, &out, `select expert_id from match where request_id = $1 and status <> 'CLOSED' order by expert_id`, request)
}

// utc gives instants in UTC, whatever the session's time zone.
func utc(i engine.Interval) engine.Interval {
	return engine.Interval{Start: i.Start.UTC(), End: i.End.UTC()}
}
