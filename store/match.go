package store

import (
	"context"

	"github.com/lib/pq"

	"expex/engine"
)

// Work that the database queues: see migration 0013.
const (
	// SessionBegins is about a session, at its start.
	SessionBegins WorkKind = "SESSION_BEGINS"
	// CheckInDone and ReviewDone are about a relation whose task somebody did.
	CheckInDone WorkKind = "CHECK_IN_DONE"
	ReviewDone  WorkKind = "REVIEW_DONE"
)

// NoticeMatchChanged tells that a relation goes on otherwise, or not at all.
const NoticeMatchChanged NoticeKind = "MATCH_CHANGED"

func (t *Tx) matches(ctx context.Context, tail string, args ...any) (out []engine.Match, err error) {
	return out, t.SelectContext(ctx, &out, `
		select m.id, m.request_id, m.pool_id, m.expert_id, m.type, m.status, m.started_on, m.planned_end,
		       coalesce(m.session_cap, 0) as session_cap, m.extra_sessions, m.closed_on, m.closed_reason
		from match m `+tail, args...)
}

// MatchFilter narrows a list of relations.
type MatchFilter struct {
	Status   *engine.MatchStatus
	ExpertID *engine.ExpertID
}

const matchWhere = `($1::text is null or m.status = $1) and ($2::uuid is null or m.expert_id = $2)`

// MatchCursor is the place of a relation in a list.
func MatchCursor(m engine.Match) Cursor {
	return Cursor{Key: string(m.StartedOn) + "T00:00:00Z", ID: string(m.ID)}
}

// Matches gives the relations the viewer may see, the latest started first.
func (v View) Matches(ctx context.Context, f MatchFilter, p Page) (Slice[engine.Match], error) {
	if err := p.check(); err != nil {
		return Slice[engine.Match]{}, err
	}
	at, id, err := p.timeKey()
	if err != nil {
		return Slice[engine.Match]{}, err
	}
	list, err := get(ctx, v, func(t *Tx) ([]engine.Match, error) {
		return t.matches(ctx, `where `+matchWhere+` and ($3::timestamptz is null or (m.started_on, m.id) < (($3 at time zone 'UTC')::date, $4::uuid))
			order by m.started_on desc, m.id desc limit $5`, f.Status, f.ExpertID, at, id, p.First+1)
	})
	return cut(list, p), err
}

// CountMatches counts the whole list.
func (v View) CountMatches(ctx context.Context, f MatchFilter) (int, error) {
	return get(ctx, v, func(t *Tx) (n int, err error) {
		return n, t.GetContext(ctx, &n, `select count(*) from match m where `+matchWhere, f.Status, f.ExpertID)
	})
}

// MatchesByID gives those of the relations the viewer may see.
func (v View) MatchesByID(ctx context.Context, ids []engine.MatchID) ([]engine.Match, error) {
	return get(ctx, v, func(t *Tx) ([]engine.Match, error) {
		return t.matches(ctx, `where m.id = any($1) order by m.id`, pq.Array(ids))
	})
}

// MatchesOf gives the relations that requests led to, as far as the viewer may
// see them, the earliest first.
func (v View) MatchesOf(ctx context.Context, requests []engine.RequestID) ([]engine.Match, error) {
	return get(ctx, v, func(t *Tx) ([]engine.Match, error) {
		return t.matches(ctx, `where m.request_id = any($1) order by m.request_id, m.started_on, m.id`, pq.Array(requests))
	})
}

// SessionsOfMatches gives the sessions of relations, as far as the viewer may see
// them, the earliest first.
func (v View) SessionsOfMatches(ctx context.Context, matches []engine.MatchID) ([]engine.Session, error) {
	return get(ctx, v, func(t *Tx) ([]engine.Session, error) {
		return t.sessions(ctx, `where s.match_id = any($1) order by s.match_id, s.starts_at, s.id`, pq.Array(matches))
	})
}

// RapportsOf gives what was said after the first meeting of relations: all of it
// to coordinators of the pool, her own answer to the expert.
func (v View) RapportsOf(ctx context.Context, matches []engine.MatchID) ([]engine.Rapport, error) {
	return get(ctx, v, func(t *Tx) ([]engine.Rapport, error) {
		return t.rapports(ctx, matches)
	})
}

func (t *Tx) rapports(ctx context.Context, matches []engine.MatchID) (out []engine.Rapport, err error) {
	return out, t.SelectContext(ctx, &out, `
		select match_id, side, good from rapport where match_id = any($1) order by match_id, side desc`, pq.Array(matches))
}

// Match gives one relation, as far as the transaction may see it.
func (t *Tx) Match(ctx context.Context, id engine.MatchID) (engine.Match, error) {
	return one(t.matches(ctx, `where m.id = $1`, id))
}

// OpenMatchesOf gives the relations of a request that are not closed.
func (t *Tx) OpenMatchesOf(ctx context.Context, request engine.RequestID) ([]engine.Match, error) {
	return t.matches(ctx, `where m.request_id = $1 and m.status <> 'CLOSED' order by m.id`, request)
}

// SessionsOfMatch gives all sessions of a relation, the earliest first.
func (t *Tx) SessionsOfMatch(ctx context.Context, id engine.MatchID) ([]engine.Session, error) {
	return t.sessions(ctx, `where s.match_id = $1 order by s.starts_at, s.id`, id)
}

// MoveMatch changes the status of a relation. [Tx.CloseMatch] ends one.
func (t *Tx) MoveMatch(ctx context.Context, id engine.MatchID, to engine.MatchStatus) error {
	_, err := t.ExecContext(ctx, `update match set status = $2 where id = $1`, id, to)
	return err
}

// CloseMatch ends a relation today.
func (t *Tx) CloseMatch(ctx context.Context, id engine.MatchID, why engine.MatchEnd) error {
	_, err := t.ExecContext(ctx, `
		update match set status = 'CLOSED', closed_on = app_today(), closed_reason = $2 where id = $1`, id, why)
	return err
}

// PlanEnd changes the day on which a relation is meant to end.
func (t *Tx) PlanEnd(ctx context.Context, id engine.MatchID, day engine.Date) error {
	_, err := t.ExecContext(ctx, `update match set planned_end = $2 where id = $1`, id, day)
	return err
}

// AddSession lets a relation have one session more than its cap. A second time is
// a CONFLICT with SESSION_CAP.
func (t *Tx) AddSession(ctx context.Context, id engine.MatchID) error {
	_, err := t.ExecContext(ctx, `update match set extra_sessions = extra_sessions + 1 where id = $1`, id)
	return err
}

// RecordRapport keeps what one side said after the first meeting, instead of what
// it said before.
func (t *Tx) RecordRapport(ctx context.Context, r engine.Rapport) error {
	_, err := t.ExecContext(ctx, `
		insert into rapport (match_id, side, good, recorded_by) values ($1, $2, $3, $4)
		on conflict (match_id, side) do update set good = excluded.good, recorded_by = excluded.recorded_by, recorded_at = app_now()`,
		r.MatchID, r.Side, r.Good, t.viewer.AccountID)
	return err
}

// Rapports gives what both sides said. Only after [Tx.Decide].
func (t *Tx) Rapports(ctx context.Context, id engine.MatchID) ([]engine.Rapport, error) {
	return t.rapports(ctx, []engine.MatchID{id})
}

// WaiverKind is a rule that can be set aside with a reason.
type WaiverKind string

// The kinds.
const (
	WaiveCap         WaiverKind = "EXTRA_SESSION"
	WaiveAnnouncing  WaiverKind = "SHORT_CLOSURE"
	WaiveLatestEnd   WaiverKind = "LATE_END"
	WaiveCertificate WaiverKind = "NO_CERTIFICATE"
)

// Waiver is a rule that a coordinator set aside for one relation or one session.
type Waiver struct {
	Kind      WaiverKind
	PoolID    engine.PoolID
	MatchID   *engine.MatchID // this or the session
	SessionID *engine.SessionID
	Reason    string // 1..500 characters
}

// Waive keeps who set a rule aside and why, for good.
func (t *Tx) Waive(ctx context.Context, w Waiver) error {
	_, err := t.ExecContext(ctx, `
		insert into waiver (pool_id, kind, match_id, session_id, reason, made_by) values ($1, $2, $3, $4, $5, $6)`,
		w.PoolID, w.Kind, w.MatchID, w.SessionID, w.Reason, t.viewer.AccountID)
	return err
}

// Care is what a pool has decided about the time around and after sessions.
func (t *Tx) Care(ctx context.Context, pool engine.PoolID) (engine.Care, error) {
	var row struct {
		engine.Care
		ReviewMonths pq.Int64Array
	}
	err := t.GetContext(ctx, &row, `
		select care_debrief_hours as debrief_hours, care_debrief_hours_tier3 as debrief_hours_tier3, care_check_in_hours as check_in_hours,
		       care_check_in_days as check_in_days, care_early_months as early_months, care_review_months as review_months,
		       care_no_shows as no_shows, care_trial_meetings as trial_meetings, care_last_meetings as last_meetings,
		       care_closure_weeks as closure_weeks, care_most_months as most_months
		from pool_policy where pool_id = $1`, pool)
	care := row.Care
	for _, months := range row.ReviewMonths {
		care.ReviewMonths = append(care.ReviewMonths, int(months))
	}
	return care, err
}

// Untended gives the relations of a pool that go on and never had a check-in on
// the list, by id. Only after [Tx.Decide].
func (t *Tx) Untended(ctx context.Context, pool engine.PoolID) (out []engine.MatchID, err error) {
	return out, t.SelectContext(ctx, &out, `
		select id from match m where pool_id = $1 and status in ('TRIAL', 'ACTIVE')
		and not exists (select from task k where k.match_id = m.id and k.kind = 'CHECK_IN') order by id`, pool)
}

// WithoutCertificate gives those of the experts who have no valid certificate of
// conduct on one of the days. Only after [Tx.Decide].
func (t *Tx) WithoutCertificate(ctx context.Context, experts []engine.ExpertID, days ...engine.Date) (out []engine.ExpertID, err error) {
	return out, t.SelectContext(ctx, &out, `
		select distinct expert from unnest($1::uuid[]) expert, unnest($2::date[]) day
		where not exists (select from conduct_certificate c where c.expert_id = expert and daterange(c.issued_on, c.valid_to) @> day)
		order by expert`, pq.Array(experts), pq.Array(days))
}

// TurnRequest makes a request one of another type, with the rhythm of its wishes:
// its relation goes on as such. What was wished and confirmed for it stays.
func (t *Tx) TurnRequest(ctx context.Context, r engine.Request) error {
	_, err := t.ExecContext(ctx, `
		update request set type = $2, minutes = $3, every_weeks = $4, occurrences = $5 where id = $1`,
		r.ID, r.Type, r.Minutes, r.EveryWeeks, r.Occurrences)
	return err
}

// ConfirmConsent keeps that the organisation has confirmed the young person's
// consent today, and who there did.
func (t *Tx) ConfirmConsent(ctx context.Context, client engine.ClientRef, by string) error {
	_, err := t.ExecContext(ctx, `
		update client set consent_confirmed_on = app_today(), consent_confirmed_by = $2 where ref = $1`, client, by)
	return err
}

// RestDays is how long expert and young person rest after a relation, in days.
func (t *Tx) RestDays(ctx context.Context, pool engine.PoolID) (days int, err error) {
	return days, t.GetContext(ctx, &days, `select rest_days_relation from pool_policy where pool_id = $1`, pool)
}
