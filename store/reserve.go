package store

import (
	"context"

	"github.com/lib/pq"

	"expex/engine"
)

// Reserve are the teams a coordinator asks next when nobody does what she
// decided first.
type Reserve struct {
	// Behind is the decision they follow: its times, its maker and her reason. It
	// comes without the calculation.
	Behind engine.Decision
	Teams  [][]engine.ExpertID // the first is asked first, each by id
}

// Reserve gives the reserve of a request; with no teams there is none.
func (t *Tx) Reserve(ctx context.Context, request engine.RequestID) (r Reserve, err error) {
	var rows []struct {
		engine.Decision
		FurtherStarts starts
		Place         int
		ExpertID      engine.ExpertID
	}
	if err := t.SelectContext(ctx, &rows, `
		select r.place, r.expert_id, d.id, d.request_id, coalesce(d.made_by::text, '') as made_by, d.made_at,
		       d.starts_at as "slot.start", d.ends_at as "slot.end", d.further as further_starts, d.override, d.override_reason
		from reserve r join decision d on d.id = r.decision_id
		where r.request_id = $1 order by r.place, r.expert_id`, request); err != nil {
		return r, err
	}
	for i, row := range rows {
		if i == 0 {
			r.Behind = row.Decision
			r.Behind.Slot = utc(row.Slot)
			r.Behind.FurtherSlots = row.FurtherStarts.slots(row.Slot)
		}
		if i == 0 || rows[i-1].Place != row.Place {
			r.Teams = append(r.Teams, nil)
		}
		last := len(r.Teams) - 1
		r.Teams[last] = append(r.Teams[last], row.ExpertID)
	}
	return r, nil
}

// SetReserve replaces the reserve of a request.
func (t *Tx) SetReserve(ctx context.Context, request engine.RequestID, behind engine.DecisionID, teams [][]engine.ExpertID) error {
	var places []int64
	var experts []engine.ExpertID
	for i, team := range teams {
		for _, expert := range team {
			places, experts = append(places, int64(i+1)), append(experts, expert)
		}
	}
	_, err := t.ExecContext(ctx, `delete from reserve where request_id = $1`, request)
	if err != nil || len(experts) == 0 {
		return err
	}
	_, err = t.ExecContext(ctx, `
		insert into reserve (request_id, place, expert_id, decision_id)
		select $1, place, expert, $2 from unnest($3::int[], $4::uuid[]) as x(place, expert)`,
		request, behind, pq.Array(places), pq.Array(experts))
	return err
}
