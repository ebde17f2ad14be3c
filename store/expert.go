package store

import (
	"context"

	"github.com/lib/pq"

	"expex/engine"
)

const expertColumns = `e.id, e.first_name, e.intro, r.last_name, r.email, r.phone,
	r.birth_date, r.postcode4,
	coalesce((select municipality from locate_postcode(r.postcode4)), '') as municipality,
	r.status, r.deployable_since, r.agreement_on, r.nda_on, r.max_travel_minutes, r.paused_until, r.availability_confirmed_at`

// ExpertFilter narrows a list of experts. There is no filter by theme: in a
// small pool it would show who has it.
type ExpertFilter struct {
	Status       *engine.ExpertStatus
	Type         *engine.DeploymentTypeCode // trained for it
	Municipality *engine.MunicipalityCode   // lives there
	Search       *string                    // part of the first or last name
}

const expertWhere = `
	from expert e join expert_record r on r.expert_id = e.id
	where ($1::text is null or r.status = $1)
	  and ($2::text is null or exists (select from type_training t where t.expert_id = e.id and t.type = $2))
	  and ($3::text is null or exists (select from locate_postcode(r.postcode4) where municipality = $3))
	  and ($4::text is null or position(lower($4) in lower(e.first_name || ' ' || r.last_name)) > 0)`

// Experts gives the experts of the viewer's pools, by first name.
func (v View) Experts(ctx context.Context, f ExpertFilter, p Page) (Slice[engine.Expert], error) {
	if err := p.check(); err != nil {
		return Slice[engine.Expert]{}, err
	}
	var name, id *string
	if p.After != nil {
		name, id = &p.After.Key, &p.After.ID
	}
	rows, err := get(ctx, v, func(t *Tx) (out []engine.Expert, err error) {
		return out, t.SelectContext(ctx, &out, `select `+expertColumns+expertWhere+`
			and ($5::text is null or (e.first_name, e.id) > ($5, $6::uuid))
			order by e.first_name, e.id limit $7`,
			f.Status, f.Type, f.Municipality, f.Search, name, id, p.First+1)
	})
	return cut(rows, p), err
}

// CountExperts counts the whole list.
func (v View) CountExperts(ctx context.Context, f ExpertFilter) (int, error) {
	return get(ctx, v, func(t *Tx) (n int, err error) {
		return n, t.GetContext(ctx, &n, `select count(*)`+expertWhere, f.Status, f.Type, f.Municipality, f.Search)
	})
}

// ExpertsByID gives those of the experts the viewer may see.
func (v View) ExpertsByID(ctx context.Context, ids []engine.ExpertID) ([]engine.Expert, error) {
	return get(ctx, v, func(t *Tx) (out []engine.Expert, err error) {
		return out, t.SelectContext(ctx, &out, `
			select `+expertColumns+` from expert e join expert_record r on r.expert_id = e.id
			where e.id = any($1) order by e.id`, pq.Array(ids))
	})
}

// OwnStatus gives where the viewer stands, an expert, and has others wait who would
// change it.
func (t *Tx) OwnStatus(ctx context.Context, self engine.ExpertID) (status engine.ExpertStatus, err error) {
	return status, t.GetContext(ctx, &status, `select status from expert_record where expert_id = $1 for share`, self)
}

// Training is leave for one type of deployment.
type Training struct {
	ExpertID  engine.ExpertID
	Type      engine.DeploymentTypeCode
	TrainedOn engine.Date
}

// TrainingsOf gives the types the experts may be deployed in.
func (v View) TrainingsOf(ctx context.Context, ids []engine.ExpertID) ([]Training, error) {
	return get(ctx, v, func(t *Tx) (out []Training, err error) {
		return out, t.SelectContext(ctx, &out, `
			select expert_id, type, trained_on from type_training where expert_id = any($1) order by expert_id, type`, pq.Array(ids))
	})
}

// SessionExpert is what a session shows of one of its experts, to everybody who
// may see the session.
type SessionExpert struct {
	SessionID engine.SessionID
	ExpertID  engine.ExpertID
	FirstName string
	Intro     string
}

// ExpertsOfSessions gives the confirmed experts of the sessions.
func (v View) ExpertsOfSessions(ctx context.Context, ids []engine.SessionID) ([]SessionExpert, error) {
	return get(ctx, v, func(t *Tx) (out []SessionExpert, err error) {
		return out, t.SelectContext(ctx, &out, `
			select session_id, expert_id, first_name, intro from session_experts($1)`, pq.Array(ids))
	})
}
