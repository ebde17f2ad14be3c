package store

import (
	"context"
	"time"

	"github.com/lib/pq"

	"expex/engine"
)

// PoolLoad is what is known about the load of one pool.
type PoolLoad struct {
	Pool engine.PoolID
	engine.FairnessInput
}

// PoolLoads reads the load of the pools the viewer coordinates, in the order of
// their ids, as of one moment; of one of them when it is named. NOT_FOUND when
// she does not coordinate that one.
func (v View) PoolLoads(ctx context.Context, pool *engine.PoolID) ([]PoolLoad, error) {
	return get(ctx, v, func(t *Tx) ([]PoolLoad, error) {
		var pools []engine.PoolID
		if err := t.SelectContext(ctx, &pools, `select distinct p from viewer_pools() p where $1::uuid is null or p = $1 order by 1`, pool); err != nil {
			return nil, err
		}
		if pool != nil && len(pools) == 0 {
			return nil, engine.NotFound()
		}
		out := make([]PoolLoad, len(pools))
		for i, id := range pools {
			// As the engine: work for other pools is load as well, and relations
			// there are nobody else's to see.
			if err := t.Coordinate(ctx, id); err != nil {
				return nil, err
			}
			in, err := t.fairnessInput(ctx, id)
			if err != nil {
				return nil, err
			}
			out[i] = PoolLoad{Pool: id, FairnessInput: in}
		}
		return out, nil
	})
}

func (t *Tx) fairnessInput(ctx context.Context, pool engine.PoolID) (in engine.FairnessInput, err error) {
	in.Now, in.Zone = t.Now, Zone
	if in.Policy, err = t.Policy(ctx, pool); err != nil {
		return in, err
	}
	if err := t.SelectContext(ctx, &in.Experts, `
		select r.expert_id as expert, r.status, r.deployable_since,
		       r.cap_active_relations as "caps.active_relations", r.cap_sessions_per_week as "caps.sessions_per_week",
		       (select count(*) from match m where m.expert_id = r.expert_id and m.status <> 'CLOSED') as active_relations,
		       (select max(o.sent_at) from offer o where o.expert_id = r.expert_id) as last_offer_at
		from expert_record r
		where r.status = 'DEPLOYABLE' and (r.paused_until is null or r.paused_until <= $2)
		  and exists (select from pool_member m where m.pool_id = $1 and m.expert_id = r.expert_id
		      and daterange(m.valid_from, m.valid_to) @> app_today())
		order by r.expert_id`, pool, t.Now); err != nil {
		return in, err
	}
	if err := t.fillLoad(ctx, &in); err != nil {
		return in, err
	}
	var oldest []engine.Request
	if err := t.SelectContext(ctx, &oldest, `
		select id, status, urgency, submitted_at from request
		where pool_id = $1 and status = any($2) order by submitted_at, id limit 1`, pool, pq.Array(engine.WaitingStatuses())); err != nil {
		return in, err
	}
	if len(oldest) > 0 {
		in.Oldest = &oldest[0]
	}
	return in, nil
}

// fillLoad adds the sessions that count as load: those of the window, and those
// planned in the four weeks from this Monday.
func (t *Tx) fillLoad(ctx context.Context, in *engine.FairnessInput) error {
	ids := make([]engine.ExpertID, len(in.Experts))
	by := make(map[engine.ExpertID]*engine.Candidate, len(in.Experts))
	for i := range in.Experts {
		ids[i], by[in.Experts[i].Expert] = in.Experts[i].Expert, &in.Experts[i]
	}
	var booked []struct {
		ExpertID engine.ExpertID
		engine.Booked
	}
	if err := t.SelectContext(ctx, &booked, `
		select expert_id, session_id as id, starts_at as "session.start", ends_at as "session.end"
		from booking
		where expert_id = any($1) and status <> 'RELEASED' and ends_at > $2 and starts_at < $3
		order by expert_id, starts_at, session_id`,
		pq.Array(ids), engine.FairnessWindow(t.Now, Zone).Start, t.Now.Add(29*24*time.Hour)); err != nil {
		return err
	}
	for _, x := range booked {
		x.Session = utc(x.Session)
		by[x.ExpertID].Booked = append(by[x.ExpertID].Booked, x.Booked)
	}
	return nil
}

// Now is the moment of a transaction of this view, UTC.
func (v View) Now(ctx context.Context) (time.Time, error) {
	return get(ctx, v, func(t *Tx) (time.Time, error) { return t.Now, nil })
}
