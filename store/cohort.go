package store

import (
	"context"

	"github.com/lib/pq"

	"expex/engine"
)

const cohortSelect = `
	select c.id, c.pool_id, c.name, c.places, c.planned_start, c.planned_end, c.actual_end, c.meetings, c.join_before,
	       c.offer_hours, c.paperwork_days, p.meetings_held, p.taken, p.offered, p.unfinished
	from cohort c cross join lateral cohort_progress(c.id) p `

func (t *Tx) cohorts(ctx context.Context, tail string, args ...any) (out []engine.Cohort, err error) {
	return out, t.SelectContext(ctx, &out, cohortSelect+tail, args...)
}

// Cohorts gives the training groups the viewer may see, of one pool or of all
// (nil), the latest start first.
func (v View) Cohorts(ctx context.Context, pool *engine.PoolID, p Page) (Slice[engine.Cohort], error) {
	if err := p.check(); err != nil {
		return Slice[engine.Cohort]{}, err
	}
	var start, id *string
	if p.After != nil {
		if _, err := engine.ParseDate(p.After.Key); err != nil {
			return Slice[engine.Cohort]{}, errCursor
		}
		start, id = &p.After.Key, &p.After.ID
	}
	list, err := get(ctx, v, func(t *Tx) ([]engine.Cohort, error) {
		return t.cohorts(ctx, `
			where ($1::uuid is null or c.pool_id = $1) and ($2::date is null or (c.planned_start, c.id) < ($2, $3::uuid))
			order by c.planned_start desc, c.id desc limit $4`, pool, start, id, p.First+1)
	})
	return cut(list, p), err
}

// CountCohorts counts the whole list.
func (v View) CountCohorts(ctx context.Context, pool *engine.PoolID) (int, error) {
	return get(ctx, v, func(t *Tx) (n int, err error) {
		return n, t.GetContext(ctx, &n, `select count(*) from cohort where $1::uuid is null or pool_id = $1`, pool)
	})
}

// CohortsByID gives those of the training groups the viewer may see.
func (v View) CohortsByID(ctx context.Context, ids []engine.CohortID) ([]engine.Cohort, error) {
	return get(ctx, v, func(t *Tx) ([]engine.Cohort, error) {
		return t.cohorts(ctx, `where c.id = any($1) order by c.id`, pq.Array(ids))
	})
}

// MembersOf gives the members of the training groups, by place; those who gave
// theirs up come last.
func (v View) MembersOf(ctx context.Context, ids []engine.CohortID) ([]engine.CohortMember, error) {
	return get(ctx, v, func(t *Tx) (out []engine.CohortMember, err error) {
		return out, t.SelectContext(ctx, &out, `
			select cohort_id, expert_id, first_name, last_name, coalesce(place, 0) as place, coalesce(outcome, '') as outcome, decided_on
			from cohort_people($1) p order by cohort_id, p.place, expert_id`, pq.Array(ids))
	})
}

// AttendanceOf gives who was at which meeting of the training groups.
func (v View) AttendanceOf(ctx context.Context, ids []engine.CohortID) ([]engine.Attendance, error) {
	return get(ctx, v, func(t *Tx) (out []engine.Attendance, err error) {
		return out, t.SelectContext(ctx, &out, `
			select cohort_id, expert_id, meeting, present from cohort_attendance
			where cohort_id = any($1)
			order by cohort_id, meeting, expert_id`, pq.Array(ids))
	})
}

// Cohort gives one training group, as far as the transaction may see it.
func (t *Tx) Cohort(ctx context.Context, id engine.CohortID) (engine.Cohort, error) {
	return one(t.cohorts(ctx, `where c.id = $1`, id))
}

// CohortsToJoin gives the training groups of a pool that have not ended, the
// first to start first.
func (t *Tx) CohortsToJoin(ctx context.Context, pool engine.PoolID) ([]engine.Cohort, error) {
	return t.cohorts(ctx, `where c.pool_id = $1 and c.actual_end is null order by c.planned_start, c.id`, pool)
}

// LockCohorts makes other transactions wait that would change the training groups
// of a pool or who has a place in them, until this one ends. Take it before the
// lock of a request. Only after [Tx.Decide].
func (t *Tx) LockCohorts(ctx context.Context, pool engine.PoolID) error {
	_, err := t.ExecContext(ctx, `select from cohort where pool_id = $1 order by id for update`, pool)
	return err
}

// InsertCohort writes a training group and gives it as stored.
func (t *Tx) InsertCohort(ctx context.Context, c engine.Cohort) (engine.Cohort, error) {
	if err := t.GetContext(ctx, &c.ID, `
		insert into cohort (pool_id, name, places, planned_start, planned_end, meetings, join_before, offer_hours, paperwork_days)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`,
		c.PoolID, c.Name, c.Places, c.PlannedStart, c.PlannedEnd, c.Meetings, c.JoinBefore, c.OfferHours, c.PaperworkDays); err != nil {
		return c, err
	}
	return t.Cohort(ctx, c.ID)
}

// MoveCohort gives a training group another planned end, and its members who are
// expected to be certified in the future that day for it. It gives the number of
// the move, 1 for the first.
func (t *Tx) MoveCohort(ctx context.Context, id engine.CohortID, plannedEnd engine.Date) (move int, err error) {
	if err := t.GetContext(ctx, &move, `
		update cohort set planned_end = $2, moves = moves + 1 where id = $1 returning moves`, id, plannedEnd); err != nil {
		return 0, err
	}
	_, err = t.ExecContext(ctx, `update certification set certified_on = $2 where cohort_id = $1 and certified_on > app_today()`, id, plannedEnd)
	return move, err
}

// EndCohort notes that every outcome of a training group is decided.
func (t *Tx) EndCohort(ctx context.Context, id engine.CohortID, on engine.Date) (move int, err error) {
	return move, t.GetContext(ctx, &move, `update cohort set actual_end = $2, moves = moves + 1 where id = $1 returning moves`, id, on)
}

// Enrol gives an expert the lowest free place of a training group. It is a
// CONFLICT with NO_PLACE when there is none, and with DUPLICATE when she has one.
func (t *Tx) Enrol(ctx context.Context, id engine.CohortID, expert engine.ExpertID) error {
	_, err := t.ExecContext(ctx, `insert into cohort_member (cohort_id, expert_id) values ($1, $2)`, id, expert)
	return err
}

// OutcomesOf gives the members of a training group with their outcomes, "" for
// none yet.
func (t *Tx) OutcomesOf(ctx context.Context, id engine.CohortID) (map[engine.ExpertID]engine.TrainingOutcome, error) {
	var rows []struct {
		ExpertID engine.ExpertID
		Outcome  engine.TrainingOutcome
	}
	err := t.SelectContext(ctx, &rows, `select expert_id, coalesce(outcome, '') as outcome from cohort_member where cohort_id = $1`, id)
	out := make(map[engine.ExpertID]engine.TrainingOutcome, len(rows))
	for _, r := range rows {
		out[r.ExpertID] = r.Outcome
	}
	return out, err
}

// DecideMember writes what came of somebody's training. Who stopped gives her
// place up.
func (t *Tx) DecideMember(ctx context.Context, id engine.CohortID, expert engine.ExpertID, outcome engine.TrainingOutcome, on engine.Date) error {
	_, err := t.ExecContext(ctx, `
		update cohort_member set outcome = $3, decided_on = $4,
		       place = case when $3 <> 'STOPPED' then place end, places = case when $3 <> 'STOPPED' then places end
		where cohort_id = $1 and expert_id = $2`, id, expert, outcome, on)
	return err
}

// Certify writes that an expert has passed, and leave for every type of
// deployment that needs no further training.
func (t *Tx) Certify(ctx context.Context, id engine.CohortID, expert engine.ExpertID, on engine.Date) error {
	if _, err := t.ExecContext(ctx, `
		insert into certification (expert_id, cohort_id, certified_on) values ($1, $2, $3)
		on conflict (expert_id) do update set cohort_id = excluded.cohort_id, certified_on = excluded.certified_on
		where certification.certified_on > excluded.certified_on`, expert, id, on); err != nil {
		return err
	}
	_, err := t.ExecContext(ctx, `
		insert into type_training (expert_id, type, trained_on)
		select $1, code, $2 from deployment_type where not needs_addon_training
		on conflict do nothing`, expert, on)
	return err
}

// RecordAttendance writes who was at a meeting, over what was written before.
func (t *Tx) RecordAttendance(ctx context.Context, a engine.Attendance) error {
	_, err := t.ExecContext(ctx, `
		insert into cohort_attendance (cohort_id, expert_id, meeting, present) values ($1, $2, $3, $4)
		on conflict (cohort_id, expert_id, meeting) do update set present = excluded.present`, a.CohortID, a.ExpertID, a.Meeting, a.Present)
	return err
}

// UncertifiedOf gives the members of a training group who are not certified yet.
func (t *Tx) UncertifiedOf(ctx context.Context, id engine.CohortID) (out []engine.ExpertID, err error) {
	return out, t.SelectContext(ctx, &out, `
		select m.expert_id from cohort_member m
		where m.cohort_id = $1 and not exists (select from certification c where c.expert_id = m.expert_id and c.certified_on <= app_today())
		order by m.expert_id`, id)
}

// HeldFor gives the sessions of the pool that hold time of these experts and are
// not confirmed, by id.
func (t *Tx) HeldFor(ctx context.Context, pool engine.PoolID, experts []engine.ExpertID) ([]engine.Session, error) {
	return t.sessions(ctx, `
		where s.pool_id = $1 and s.status = 'HELD'
		  and exists (select from booking b where b.session_id = s.id and b.expert_id = any($2) and b.status = 'HELD')
		order by s.id`, pool, pq.Array(experts))
}

// OpenOffersTo gives the offers of the pool that wait for an answer of these
// experts, by id.
func (t *Tx) OpenOffersTo(ctx context.Context, pool engine.PoolID, experts []engine.ExpertID) ([]engine.Offer, error) {
	return t.offers(ctx, `where pool_id = $1 and status = 'SENT' and expert_id = any($2) order by id`, pool, pq.Array(experts))
}

// ExpertStatus gives where a member of the pool stands, NOT_FOUND for who is none
// today. Only after [Tx.Decide].
func (t *Tx) ExpertStatus(ctx context.Context, pool engine.PoolID, expert engine.ExpertID) (status engine.ExpertStatus, err error) {
	return status, t.GetContext(ctx, &status, `
		select r.status from expert_record r
		where r.expert_id = $2 and exists (select from pool_member m where m.pool_id = $1 and m.expert_id = $2
		      and daterange(m.valid_from, m.valid_to) @> app_today())`, pool, expert)
}

// MoveExpert changes where an expert stands. The first day of being deployable is
// kept.
func (t *Tx) MoveExpert(ctx context.Context, id engine.ExpertID, to engine.ExpertStatus) error {
	_, err := t.ExecContext(ctx, `
		update expert_record set status = $2,
		       deployable_since = case when $2 = 'DEPLOYABLE' then coalesce(deployable_since, app_today()) else deployable_since end
		where expert_id = $1`, id, to)
	return err
}

// PoolCoordinated gives a pool of the expert that the viewer coordinates, the
// first by id; NOT_FOUND when there is none.
func (t *Tx) PoolCoordinated(ctx context.Context, expert engine.ExpertID) (id engine.PoolID, err error) {
	return id, t.GetContext(ctx, &id, `
		select pool_id from pool_member
		where expert_id = $1 and pool_id in (select viewer_pools()) and daterange(valid_from, valid_to) @> app_today()
		order by pool_id limit 1`, expert)
}

// Readiness gives what is known of the prerequisites of an expert. Only after
// [Tx.Decide].
func (t *Tx) Readiness(ctx context.Context, id engine.ExpertID) (r engine.Readiness, err error) {
	return r, t.GetContext(ctx, &r, `
		select r.status, r.agreement_on, r.nda_on as nda_on,
		       (select c.certified_on from certification c where c.expert_id = r.expert_id) as certified_on,
		       exists (select from type_training y join deployment_type d on d.code = y.type
		               where y.expert_id = r.expert_id and d.conduct = 'ALWAYS') as conduct_needed,
		       (select max(v.valid_to) from conduct_certificate v
		        where v.expert_id = r.expert_id and daterange(v.issued_on, v.valid_to) @> app_today()) as conduct_until,
		       (select count(*) from theme_consent x where x.expert_id = r.expert_id and x.superseded_at is null and x.level <> 'RED') as consents,
		       (select count(*) from availability_rule a where a.expert_id = r.expert_id and (a.valid_to is null or a.valid_to > app_today())) as windows
		from expert_record r where r.expert_id = $1`, id)
}
