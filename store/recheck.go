package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/lib/pq"

	"expex/engine"
)

// Scope says whose plans are looked at: those of an expert, of a request, or of
// a house with all that belongs to it. Exactly one is given; none is the whole
// pool.
type Scope struct {
	ExpertID       *engine.ExpertID
	RequestID      *engine.RequestID
	OrganisationID *engine.OrganisationID
}

// PlannedRequests gives the requests of the pool that have a session planned or
// an offer open, in order of id: the order to lock them in. Only after
// [Tx.Decide].
func (t *Tx) PlannedRequests(ctx context.Context, of Scope) (out []engine.RequestID, err error) {
	return out, t.SelectContext(ctx, &out, `
		select r.id from request r
		where r.pool_id = (select engine_pool()) and ($2::uuid is null or r.id = $2)
		  and ($3::uuid is null or r.organisation_id in (select house_of($3)))
		  and (exists (select from session s where s.request_id = r.id and s.status in ('HELD', 'CONFIRMED') and s.starts_at > $4
		               and ($1::uuid is null or exists (select from booking b where b.session_id = s.id and b.expert_id = $1 and b.status <> 'RELEASED')))
		       or exists (select from offer o where o.request_id = r.id and o.status = 'SENT' and ($1::uuid is null or o.expert_id = $1)))
		order by r.id`, of.ExpertID, of.RequestID, of.OrganisationID, t.Now)
}

// QueueEach has work done now for each request of the pool that [Tx.PlannedRequests]
// gives for all of it. Only after [Tx.Decide].
func (t *Tx) QueueEach(ctx context.Context, kind WorkKind) error {
	_, err := t.ExecContext(ctx, `
		insert into due_work (kind, about, pool_id, due_at)
		select $1, r.id, r.pool_id, $2 from request r
		where r.pool_id = (select engine_pool())
		  and (exists (select from session s where s.request_id = r.id and s.status in ('HELD', 'CONFIRMED') and s.starts_at > $2)
		       or exists (select from offer o where o.request_id = r.id and o.status = 'SENT'))
		on conflict on constraint due_work_once do nothing`, kind, t.Now)
	return err
}

// QueueAsked has work done at a time, or earlier where it is queued already, for
// each request of the pool that waits for an answer of one of the experts, and
// gives the other pools that wait for one. Only after [Tx.Decide].
func (t *Tx) QueueAsked(ctx context.Context, kind WorkKind, experts []engine.ExpertID, due time.Time) (others []engine.PoolID, err error) {
	return others, t.SelectContext(ctx, &others, `
		with asked as (
			select distinct request_id, pool_id from offer where expert_id = any($2) and status = 'SENT'),
		queued as (
			insert into due_work (kind, about, pool_id, due_at)
			select $1, request_id, pool_id, $3 from asked where pool_id = (select engine_pool()) order by request_id
			-- Locked, so that nobody takes it off the queue who does not see this change.
			on conflict on constraint due_work_once do update set due_at = excluded.due_at where due_work.due_at > excluded.due_at)
		select distinct pool_id from asked where pool_id <> (select engine_pool()) order by pool_id`, kind, pq.Array(experts), due)
}

// Plan is what a request has in people's calendars.
type Plan struct {
	Sessions []PlannedSession // not begun, the earliest first
	Choices  map[engine.SessionID]map[engine.ExpertID]engine.ConsentChoice
}

// PlannedSession is a session with the experts whose time is given to it.
type PlannedSession struct {
	engine.Session
	Team []engine.ExpertID
}

// Plan reads the plan of a request. Only after [Tx.Decide].
func (t *Tx) Plan(ctx context.Context, request engine.RequestID) (Plan, error) {
	plan := Plan{Choices: map[engine.SessionID]map[engine.ExpertID]engine.ConsentChoice{}}
	sessions, err := t.sessions(ctx, `where s.request_id = $1 and s.status in ('HELD', 'CONFIRMED') and s.starts_at > $2 order by s.starts_at, s.id`, request, t.Now)
	if err != nil {
		return plan, err
	}
	ids := make([]engine.SessionID, len(sessions))
	for i, s := range sessions {
		ids[i] = s.ID
	}
	var team []struct {
		SessionID engine.SessionID
		ExpertID  engine.ExpertID
		Choice    *engine.ConsentChoice
	}
	if err := t.SelectContext(ctx, &team, `
		select b.session_id, b.expert_id, c.choice from booking b left join consent_choice c using (session_id, expert_id)
		where b.session_id = any($1) and b.status in ('HELD', 'CONFIRMED') and b.seat is null order by b.session_id, b.expert_id`, pq.Array(ids)); err != nil {
		return plan, err
	}
	on := map[engine.SessionID][]engine.ExpertID{}
	for _, x := range team {
		on[x.SessionID] = append(on[x.SessionID], x.ExpertID)
		if x.Choice != nil {
			if plan.Choices[x.SessionID] == nil {
				plan.Choices[x.SessionID] = map[engine.ExpertID]engine.ConsentChoice{}
			}
			plan.Choices[x.SessionID][x.ExpertID] = *x.Choice
		}
	}
	for _, s := range sessions {
		plan.Sessions = append(plan.Sessions, PlannedSession{s, on[s.ID]})
	}
	return plan, nil
}

// AwaitsCheckIn reports whether somebody has to ask after the young person of a
// relation before it goes on. Only after [Tx.Decide].
func (t *Tx) AwaitsCheckIn(ctx context.Context, id engine.MatchID) (awaits bool, err error) {
	return awaits, t.GetContext(ctx, &awaits, `
		select exists (select from task where match_id = $1 and kind = 'NO_SHOW_CHECK_IN' and done_at is null)`, id)
}

// recheckKinds are the kinds of tasks that [Tx.SettleTasks] keeps.
var recheckKinds = []engine.TaskKind{engine.TaskSessionBroken, engine.TaskConfirmSession, engine.TaskConsentChanged, engine.TaskExpertPaused, engine.TaskReplaceExpert}

// SettleTasks makes the open tasks about sessions those that are wanted, of the
// kinds that follow from a broken rule and from one that is broken no more, and gives those it opened. A task
// REPLACE_EXPERT without a rule in its codes was made for another reason, and
// stays. Only after [Tx.Decide].
func (t *Tx) SettleTasks(ctx context.Context, judged []engine.SessionID, wanted []engine.Task) (opened []engine.Task, err error) {
	type row struct {
		Kind      engine.TaskKind   `json:"kind"`
		SessionID *engine.SessionID `json:"session_id"`
		ExpertID  *engine.ExpertID  `json:"expert_id"`
		Codes     []string          `json:"codes"`
		DueAt     time.Time         `json:"due_at"`
	}
	rows := make([]row, len(wanted))
	for i, w := range wanted {
		rows[i] = row{w.Kind, w.SessionID, w.ExpertID, w.Codes, w.DueAt}
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return nil, err
	}
	const want = `jsonb_to_recordset($1::jsonb) as w (kind text, session_id uuid, expert_id uuid, codes text[], due_at timestamptz)`
	if _, err := t.ExecContext(ctx, `
		update task set done_at = $2
		where done_at is null and session_id = any($3) and kind = any($4) and (kind <> 'REPLACE_EXPERT' or codes && $5)
		  and not exists (select from `+want+` where w.kind = task.kind and w.session_id = task.session_id and w.expert_id is not distinct from task.expert_id)`,
		string(text), t.Now, pq.Array(judged), pq.Array(recheckKinds), pq.Array(ruleCodes())); err != nil {
		return nil, err
	}
	return opened, t.SelectContext(ctx, &opened, `
		with kept as (
			insert into task (pool_id, kind, session_id, expert_id, codes, appears_at, due_at)
			select engine_pool(), w.kind, w.session_id, w.expert_id, w.codes, $2, w.due_at from `+want+`
			on conflict (pool_id, kind, expert_id, request_id, session_id, match_id, cohort_id, organisation_id) where done_at is null
			do update set codes = excluded.codes, due_at = greatest(excluded.due_at, task.appears_at),
			    postponed_due = case when task.postponed_due is not null then excluded.due_at end
			where (task.codes, task.due_at) is distinct from (excluded.codes, greatest(excluded.due_at, task.appears_at))
			returning id, pool_id, kind, session_id, expert_id, xmax = 0 as fresh)
		select id, pool_id, kind, session_id, expert_id from kept where fresh order by kind, session_id, expert_id`, string(text), t.Now)
}

func ruleCodes() []string {
	codes := []string{string(engine.OtherRule)}
	for _, r := range engine.Rules {
		codes = append(codes, string(r.Code))
	}
	for _, r := range engine.TeamRules {
		codes = append(codes, string(r.Code))
	}
	return codes
}
