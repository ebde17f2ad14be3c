package store

import (
	"context"
	"encoding/json"
	"time"

	"expex/engine"
)

// Standby is a span in which an expert can be asked at short notice.
type Standby struct {
	ExpertID engine.ExpertID
	Span     engine.Interval
}

// Standby gives who the viewer may see on duty within a span, the earliest first.
func (v View) Standby(ctx context.Context, in engine.Interval) ([]Standby, error) {
	return get(ctx, v, func(t *Tx) ([]Standby, error) {
		var out []Standby
		err := t.SelectContext(ctx, &out, `
			select expert_id, starts_at as "span.start", ends_at as "span.end" from standby_duty
			where starts_at < $2 and ends_at > $1 order by starts_at, ends_at, expert_id`, in.Start, in.End)
		for i := range out {
			out[i].Span = utc(out[i].Span)
		}
		return out, err
	})
}

// ReplaceStandby puts the given spans in the place of all of hers that are not
// over. NOT_FOUND when the viewer may not see her.
func (t *Tx) ReplaceStandby(ctx context.Context, expert engine.ExpertID, spans []engine.Interval) error {
	if _, err := one(t.seen(ctx, expert)); err != nil {
		return err
	}
	if _, err := t.ExecContext(ctx, `delete from standby_duty where expert_id = $1 and ends_at > $2`, expert, t.Now); err != nil {
		return err
	}
	type row struct{ Start, End time.Time }
	rows := make([]row, len(spans))
	for i, s := range spans {
		rows[i] = row{s.Start, s.End}
	}
	encoded, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = t.ExecContext(ctx, `
		insert into standby_duty (expert_id, starts_at, ends_at)
		select $1, r."Start", r."End" from jsonb_to_recordset($2::jsonb) as r("Start" timestamptz, "End" timestamptz)`, expert, string(encoded))
	return err
}
