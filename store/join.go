package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/lib/pq"

	"expex/engine"
)

// Team gives who does a session, or is held for it, by id; guests are no part of it.
func (t *Tx) Team(ctx context.Context, session engine.SessionID) (out []engine.ExpertID, err error) {
	return out, t.SelectContext(ctx, &out, `
		select expert_id from booking where session_id = $1 and status in ('HELD', 'CONFIRMED') and seat is null order by expert_id`, session)
}

// SteppedOut gives who left the team of a session that goes on, by id.
func (t *Tx) SteppedOut(ctx context.Context, session engine.SessionID) (out []engine.ExpertID, err error) {
	return out, t.SelectContext(ctx, &out, `
		select expert_id from booking where session_id = $1 and left_at is not null order by expert_id`, session)
}

// StepOut frees an expert's time from a session that goes on without her: it is
// HELD for those who stay. Her calendar shows it as cancelled from now on.
func (t *Tx) StepOut(ctx context.Context, session engine.SessionID, expert engine.ExpertID, late bool) (engine.Session, error) {
	if _, err := t.ExecContext(ctx, `
		update booking set status = 'RELEASED', left_at = $3, late = $4 where session_id = $1 and expert_id = $2`,
		session, expert, t.Now, late); err != nil {
		return engine.Session{}, err
	}
	// In one statement, so that calendars hear of one change.
	if _, err := t.ExecContext(ctx, `update session set steps_out = steps_out + 1, status = 'HELD' where id = $1`, session); err != nil {
		return engine.Session{}, err
	}
	return t.MoveSession(ctx, session, engine.SessionHeld, false, BookingHeld)
}

// HoldOnline makes a session one by video.
func (t *Tx) HoldOnline(ctx context.Context, session engine.SessionID) (engine.Session, error) {
	if _, err := t.ExecContext(ctx, `update session set online = true where id = $1`, session); err != nil {
		return engine.Session{}, err
	}
	return t.Session(ctx, session)
}

// OffersForSession gives the offers for a seat in a session: those of who was
// asked to join, and those its team was asked with while the team has no other
// session that still stands, by the time they were sent.
func (t *Tx) OffersForSession(ctx context.Context, id engine.SessionID) ([]engine.Offer, error) {
	return t.offers(ctx, `
		where decision_id in (
		    select s.decision_id from session s where s.id = $1 and not exists (
		        select from session x where x.decision_id = s.decision_id and x.id <> s.id and x.status in ('HELD', 'CONFIRMED') and x.starts_at > app_now())
		    union all select id from decision where session_id = $1)
		order by sent_at, id`, id)
}

// InsertJoin writes the decision to ask one expert for a seat in a session, and
// sends her the offer. A decision without anybody to ask sends none.
func (t *Tx) InsertJoin(ctx context.Context, session engine.SessionID, d engine.Decision, offer engine.Offer) (engine.Offer, error) {
	suggestion, err := json.Marshal(d.Suggestion)
	if err != nil {
		return offer, err
	}
	if err := t.GetContext(ctx, &d.ID, `
		insert into decision (request_id, session_id, made_by, made_at, starts_at, ends_at, engine_version, weights_version, input_hash, override, override_reason, suggestion)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id`,
		d.RequestID, session, t.viewer.AccountID, t.Now, d.Slot.Start, d.Slot.End, d.EngineVersion, d.WeightsVersion, d.InputHash,
		d.Override, d.OverrideReason, string(suggestion)); err != nil || offer.ExpertID == "" {
		return offer, err
	}
	if err := t.GetContext(ctx, &offer.ID, `
		insert into offer (decision_id, request_id, pool_id, expert_id, type, theme_groups, online, municipality, starts_at, ends_at, sent_at, expires_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id`,
		d.ID, d.RequestID, offer.PoolID, offer.ExpertID, offer.Type, pq.Array(offer.ThemeGroups), offer.Online,
		orNull(string(offer.Municipality)), d.Slot.Start, d.Slot.End, t.Now, offer.ExpiresAt); err != nil {
		return offer, err
	}
	return t.Offer(ctx, offer.ID)
}

// SeatInput is what ranking for a free seat asks: the session, what the engine
// knows about its request and the whole pool, and the seat.
type SeatInput struct {
	Session engine.Session
	Input   engine.MatchInput
	Seat    engine.Seat
}

// SeatInput reads a session with the viewer's own eyes and all of its pool as the
// engine, as of one moment. NOT_FOUND when the viewer may not see the session or
// does not coordinate its pool.
func (v View) SeatInput(ctx context.Context, id engine.SessionID) (SeatInput, error) {
	return get(ctx, v, func(t *Tx) (SeatInput, error) {
		session, err := t.Session(ctx, id)
		if err != nil {
			return SeatInput{}, err
		}
		if err := t.Coordinate(ctx, session.PoolID); err != nil {
			return SeatInput{}, err
		}
		return t.SeatInput(ctx, session)
	})
}

// SeatInput is that of View for a session that was seen. Only after [Tx.Decide].
func (t *Tx) SeatInput(ctx context.Context, s engine.Session) (in SeatInput, err error) {
	in.Session = s
	in.Seat = engine.Seat{Session: s.ID, Slot: s.Slot, Movable: map[engine.SessionID]int{}}
	request, err := t.Request(ctx, s.RequestID)
	if err != nil {
		return in, err
	}
	request.Online = s.Online // it may be held otherwise than was asked
	if in.Input, err = t.MatchInput(ctx, request, nil); err != nil {
		return in, err
	}
	if in.Seat.Stay, err = t.Team(ctx, s.ID); err != nil {
		return in, err
	}
	if err := t.SelectContext(ctx, &in.Seat.Left, `
		select expert_id from booking where session_id = $1 and left_at is not null
		union select expert_id from offer where status = 'DECLINED' and decision_id in (
		    select decision_id from session where id = $1 union all select id from decision where session_id = $1)
		order by 1`, s.ID); err != nil {
		return in, err
	}
	in.Seat.Open = request.TeamSize - len(in.Seat.Stay)
	if err := t.SelectContext(ctx, &in.Seat.Standby, `
		select distinct expert_id from standby_duty where starts_at <= $1 and ends_at >= $2 order by expert_id`, s.Slot.Start, s.Slot.End); err != nil {
		return in, err
	}
	var held []struct {
		ID     engine.SessionID
		People int
	}
	err = t.SelectContext(ctx, &held, `
		select s.id, count(*) as people from session s join booking b on b.session_id = s.id and b.status = 'HELD'
		where s.pool_id = $1 and s.status = 'HELD' and s.starts_at > $2 and s.starts_at < $3::timestamptz + interval '8 days' and s.id <> $4
		group by s.id order by s.id`, s.PoolID, t.Now, s.Slot.Start, s.ID)
	for _, h := range held {
		in.Seat.Movable[h.ID] = h.People
	}
	return in, err
}

// SessionsToLeave gives the sessions that touch a span and have not begun, in
// which an expert takes part, as far as the transaction may see them, by request
// and start. NOT_FOUND when it may not see her.
func (t *Tx) SessionsToLeave(ctx context.Context, expert engine.ExpertID, in engine.Interval) ([]engine.Session, error) {
	if _, err := one(t.seen(ctx, expert)); err != nil {
		return nil, err
	}
	return t.sessions(ctx, `
		where s.status in ('HELD', 'CONFIRMED') and s.starts_at > $4 and s.starts_at < $3 and s.ends_at > $2
		  and exists (select from booking b where b.session_id = s.id and b.expert_id = $1 and b.status in ('HELD', 'CONFIRMED'))
		order by s.request_id, s.starts_at, s.id`, expert, in.Start, in.End, t.Now)
}

func (t *Tx) seen(ctx context.Context, expert engine.ExpertID) (out []engine.ExpertID, err error) {
	return out, t.SelectContext(ctx, &out, `select id from expert where id = $1`, expert)
}

// DecideBefore is how long before the start a coordinator of the pool decides
// about a session whose team is not complete.
func (t *Tx) DecideBefore(ctx context.Context, pool engine.PoolID) (time.Duration, error) {
	var minutes int
	err := t.GetContext(ctx, &minutes, `select decide_minutes from pool_policy where pool_id = $1`, pool)
	return time.Duration(minutes) * time.Minute, err
}
