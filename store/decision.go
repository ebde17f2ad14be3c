package store

import (
	"context"
	"encoding/json"

	"github.com/lib/pq"

	"expex/engine"
)

// Decision is a choice with who made it and the offers it sent.
type Decision struct {
	engine.Decision
	Colleague *Colleague // nil for one that came with data from elsewhere
	Offers    []engine.Offer
}

// DecisionsByID gives those of the decisions the viewer may see, with their
// offers: a coordinator those of her pools.
func (v View) DecisionsByID(ctx context.Context, ids []engine.DecisionID) ([]Decision, error) {
	return get(ctx, v, func(t *Tx) ([]Decision, error) {
		var rows []struct {
			Decision
			FurtherStarts starts
			Suggestion    []byte
			By            Colleague
		}
		if err := t.SelectContext(ctx, &rows, `
			select d.id, d.request_id, d.follows, d.made_at, d.starts_at as "slot.start", d.ends_at as "slot.end", d.further as further_starts, d.engine_version, d.weights_version,
			       d.input_hash, d.override, d.override_reason, d.suggestion,
			       coalesce(d.made_by::text, '') as "by.id", coalesce(c.name, '') as "by.name"
			from decision d left join viewer_colleagues() c on c.id = d.made_by
			where d.id = any($1) order by d.id`, pq.Array(ids)); err != nil {
			return nil, err
		}
		offers, err := t.offers(ctx, `where decision_id = any($1) order by expert_id`, pq.Array(ids))
		if err != nil {
			return nil, err
		}
		out := make([]Decision, len(rows))
		for i, r := range rows {
			out[i] = r.Decision
			out[i].Slot, out[i].MadeBy = utc(r.Slot), r.By.ID
			out[i].FurtherSlots = r.FurtherStarts.slots(r.Slot)
			if r.By.ID != "" {
				out[i].Colleague = &rows[i].By
			}
			if err := json.Unmarshal(r.Suggestion, &out[i].Suggestion); err != nil {
				return nil, err
			}
			for _, o := range offers {
				if o.DecisionID == r.ID {
					out[i].Offers = append(out[i].Offers, o)
				}
			}
		}
		return out, nil
	})
}
