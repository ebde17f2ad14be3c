package store

import (
	"context"
	"time"

	"github.com/lib/pq"

	"expex/engine"
)

// PoolsOf gives the pools an expert was, is or will be in, as far as the
// transaction may see her; none for somebody it may not.
func (t *Tx) PoolsOf(ctx context.Context, expert engine.ExpertID) (out []engine.PoolID, err error) {
	return out, t.SelectContext(ctx, &out, `select distinct pool_id from pool_member where expert_id = $1 order by pool_id`, expert)
}

// TeamOf gives the experts whose time is given to a session. Only after
// [Tx.Decide].
func (t *Tx) TeamOf(ctx context.Context, session engine.SessionID) (out []engine.ExpertID, err error) {
	return out, t.SelectContext(ctx, &out, `
		select expert_id from booking where session_id = $1 and status in ('HELD', 'CONFIRMED') and seat is null order by expert_id`, session)
}

// HasOpenTask reports whether a task of that kind about a session waits for
// somebody. Only after [Tx.Decide].
func (t *Tx) HasOpenTask(ctx context.Context, kind engine.TaskKind, session engine.SessionID) (open bool, err error) {
	return open, t.GetContext(ctx, &open, `
		select exists (select from task where kind = $1 and session_id = $2 and done_at is null)`, kind, session)
}

// HasTask reports whether such a task with these codes and this end was ever
// made, also when it is done. Only after [Tx.Decide].
func (t *Tx) HasTask(ctx context.Context, task engine.Task) (made bool, err error) {
	return made, t.GetContext(ctx, &made, `
		select exists (select from task
		where kind = $1 and expert_id is not distinct from $2 and match_id is not distinct from $3 and codes @> $4 and due_at = $5)`,
		task.Kind, task.ExpertID, task.MatchID, pq.Array(task.Codes), task.DueAt)
}

// SetConsentChoice writes what is done about a session for experts of its team.
// Only after [Tx.Decide].
func (t *Tx) SetConsentChoice(ctx context.Context, session engine.SessionID, experts []engine.ExpertID, choice engine.ConsentChoice) error {
	_, err := t.ExecContext(ctx, `
		insert into consent_choice (session_id, expert_id, choice, made_by, made_at)
		select $1, expert, $3, $4, $5 from unnest($2::uuid[]) expert
		on conflict (session_id, expert_id) do update set choice = excluded.choice, made_by = excluded.made_by, made_at = excluded.made_at`,
		session, pq.Array(experts), choice, t.viewer.AccountID, t.Now)
	return err
}

// ForgetKept takes back what an expert said yes to for single sessions that are
// to come and ask for a theme: she has taken it back again. Only after [Tx.Decide].
func (t *Tx) ForgetKept(ctx context.Context, expert engine.ExpertID, theme engine.ThemeCode) error {
	_, err := t.ExecContext(ctx, `
		delete from consent_choice c using session s join request_theme a on a.request_id = s.request_id and a.theme = $2
		where s.id = c.session_id and c.expert_id = $1 and c.choice = 'KEEP' and s.starts_at > $3`, expert, theme, t.Now)
	return err
}

// Standing is where an expert stands, as what is decided about her needs it.
type Standing struct {
	Status      engine.ExpertStatus
	PausedUntil *time.Time
	PausedBy    *engine.AccountID // who paused her, nil when unknown or not paused
}

// LockStanding reads where an expert stands and makes others wait who would
// change it. Only after [Tx.Decide].
func (t *Tx) LockStanding(ctx context.Context, expert engine.ExpertID) (s Standing, err error) {
	return s, t.GetContext(ctx, &s, `select status, paused_until, paused_by from expert_record where expert_id = $1 for update`, expert)
}

// SetStanding writes where an expert stands. Only after [Tx.Decide].
func (t *Tx) SetStanding(ctx context.Context, expert engine.ExpertID, s Standing) error {
	_, err := t.ExecContext(ctx, `
		update expert_record set status = $2, paused_until = $3, paused_by = $4 where expert_id = $1`, expert, s.Status, s.PausedUntil, s.PausedBy)
	return err
}

// ForgetThemes deletes the themes of an expert who has left. Only after [Tx.Decide].
func (t *Tx) ForgetThemes(ctx context.Context, expert engine.ExpertID) error {
	_, err := t.ExecContext(ctx, `select forget_themes($1)`, expert)
	return err
}

// Certificate is a certificate of conduct: never the document.
type Certificate struct {
	ExpertID         engine.ExpertID
	IssuedOn         engine.Date
	ValidTo          engine.Date // first day on which it no longer holds
	ScreeningProfile string
}

// RecordCertificate writes a certificate, or corrects the one of that day of
// issue. Only after [Tx.Decide].
func (t *Tx) RecordCertificate(ctx context.Context, c Certificate) error {
	_, err := t.ExecContext(ctx, `
		insert into conduct_certificate (expert_id, issued_on, valid_to, screening_profile, checked_by) values ($1, $2, $3, $4, $5)
		on conflict (expert_id, issued_on) do update
		set valid_to = excluded.valid_to, screening_profile = excluded.screening_profile, checked_by = excluded.checked_by`,
		c.ExpertID, c.IssuedOn, c.ValidTo, c.ScreeningProfile, t.viewer.Name)
	return err
}

// PoolCertificates gives the certificates of those members of the pool who may
// be deployed or are paused, by expert; of one of them, unless expert is nil. Only after [Tx.Decide].
func (t *Tx) PoolCertificates(ctx context.Context, expert *engine.ExpertID) (out []Certificate, err error) {
	return out, t.SelectContext(ctx, &out, `
		select c.expert_id, c.issued_on, c.valid_to, c.screening_profile
		from pool_member m join expert_record r on r.expert_id = m.expert_id join conduct_certificate c on c.expert_id = m.expert_id
		where m.pool_id = (select engine_pool()) and daterange(m.valid_from, m.valid_to) @> app_today()
		  and r.status in ('DEPLOYABLE', 'PAUSED') and ($1::uuid is null or m.expert_id = $1)
		order by c.expert_id, c.issued_on`, expert)
}

// ComingOfAge is an open relation whose young person turns 18, or has.
type ComingOfAge struct {
	MatchID      engine.MatchID
	RequestID    engine.RequestID
	ExpertID     engine.ExpertID
	Status       engine.MatchStatus
	Turns18On    engine.Date `db:"turns_18_on"`
	OwnConsentOn engine.Date
}

// ComingOfAge gives the open relations of the pool whose young person turns 18
// by a day, or of one request, unless it is nil. Only after [Tx.Decide].
func (t *Tx) ComingOfAge(ctx context.Context, by engine.Date, request *engine.RequestID) (out []ComingOfAge, err error) {
	return out, t.SelectContext(ctx, &out, `
		select m.id as match_id, m.request_id, m.expert_id, m.status, c.turns_18_on, c.own_consent_on
		from match m join client c on c.ref = m.client_ref
		where m.pool_id = (select engine_pool()) and m.status <> 'CLOSED' and c.turns_18_on <= $1 and ($2::uuid is null or m.request_id = $2)
		order by m.id`, by, request)
}

// GrowUp moves the age band of who has turned 18 up to adults. Only after [Tx.Decide].
func (t *Tx) GrowUp(ctx context.Context) error {
	_, err := t.ExecContext(ctx, `
		update client set age_from = greatest(age_from, 18), age_to = greatest(age_to, 18)
		where pool_id = (select engine_pool()) and turns_18_on <= app_today() and age_from < 18`)
	return err
}

// OwnConsent notes that the young person of a request agrees in her own name,
// today. NOT_FOUND for a request without one. Only after [Tx.Decide].
func (t *Tx) OwnConsent(ctx context.Context, request engine.RequestID) error {
	res, err := t.ExecContext(ctx, `
		update client set own_consent_on = app_today() where ref = (select client_ref from request where id = $1)`, request)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return orNotFound(err)
	}
	return nil
}

// SetRelation moves a relation to another status that leaves it open. Only
// after [Tx.Decide].
func (t *Tx) SetRelation(ctx context.Context, match engine.MatchID, to engine.MatchStatus) error {
	_, err := t.ExecContext(ctx, `update match set status = $2 where id = $1`, match, to)
	return err
}

// WaitingForConsent reports whether a relation was paused because the young
// person's own consent was missing. Only after [Tx.Decide].
func (t *Tx) WaitingForConsent(ctx context.Context, match engine.MatchID) (waiting bool, err error) {
	return waiting, t.GetContext(ctx, &waiting, `
		select exists (select from task where kind = 'TURNS_18' and match_id = $1 and codes @> '{OWN_CONSENT_MISSING}' and done_at is null)`, match)
}

// MergeOrganisations notes that one organisation went up in another. NOT_FOUND
// unless both may ask the pool, CONFLICT when it has a successor already. Only
// after [Tx.Coordinate].
func (t *Tx) MergeOrganisations(ctx context.Context, from, into engine.OrganisationID) error {
	var merged []engine.OrganisationID
	if err := t.SelectContext(ctx, &merged, `
		select coalesce(o.merged_into::text, '') from organisation o join organisation_pool p on p.organisation_id = o.id
		where p.pool_id = (select engine_pool()) and o.id in ($1, $2) order by o.id = $1 desc for update of o`, from, into); err != nil {
		return err
	}
	switch {
	case len(merged) != 2:
		return engine.NotFound()
	case merged[0] != "":
		return engine.Conflict(engine.ReasonIllegalTransition, "this organisation has merged already")
	}
	_, err := t.ExecContext(ctx, `update organisation set merged_into = $2 where id = $1`, from, into)
	return err
}

// HousePools gives the pools that were asked by anything of one house. Only after
// [Tx.Decide].
func (t *Tx) HousePools(ctx context.Context, of engine.OrganisationID) (out []engine.PoolID, err error) {
	return out, t.SelectContext(ctx, &out, `select house_pools($1)`, of)
}

// LiftExclusion lets an expert do one request although she keeps away from its
// house. NOT_FOUND when she does not keep away from that organisation, or the
// request is not of the pool. Only after [Tx.Decide].
func (t *Tx) LiftExclusion(ctx context.Context, expert engine.ExpertID, organisation engine.OrganisationID, request engine.RequestID) error {
	res, err := t.ExecContext(ctx, `
		insert into organisation_exclusion_lift (expert_id, organisation_id, request_id)
		select x.expert_id, x.organisation_id, r.id from organisation_exclusion x, request r
		where x.expert_id = $1 and x.organisation_id = $2 and r.id = $3 and r.pool_id = (select engine_pool())
		on conflict do nothing`, expert, organisation, request)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	var there bool
	if err := t.GetContext(ctx, &there, `
		select exists (select from organisation_exclusion_lift where expert_id = $1 and organisation_id = $2 and request_id = $3)`,
		expert, organisation, request); err != nil || there {
		return err
	}
	return engine.NotFound()
}
