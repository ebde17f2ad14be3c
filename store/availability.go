package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/lib/pq"

	"expex/engine"
)

// ruleRow is a weekly rule with the expert it belongs to.
type ruleRow struct {
	ExpertID engine.ExpertID
	engine.AvailabilityRule
}

// blackoutRow is a blackout with the expert it belongs to.
type blackoutRow struct {
	ExpertID engine.ExpertID
	engine.Interval
}

// rulesOf are the weekly rules of the experts $1.
const rulesOf = `
	select expert_id, weekday, starts::text as starts, ends::text as ends,
	       valid_from as "from", valid_to as "to", parity, mode, max_travel_minutes
	from availability_rule where expert_id = any($1)
	order by expert_id, array_position(array['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'], weekday),
	         starts, ends, id`

// blackoutsOf are the closed times of the experts $1 between $2 and $3: what they
// have closed themselves, and the busy times of calendars they have linked, which
// count exactly the same.
const blackoutsOf = `
	select expert_id, starts_at as start, ends_at as "end"
	from closed_times($1, tstzrange($2, $3))
	order by expert_id, starts_at, ends_at`

func (t *Tx) availabilityRules(ctx context.Context, ids []engine.ExpertID) (out []ruleRow, err error) {
	return out, t.SelectContext(ctx, &out, rulesOf, pq.Array(ids))
}

func (t *Tx) blackouts(ctx context.Context, ids []engine.ExpertID, in engine.Interval) (out []blackoutRow, err error) {
	return out, t.SelectContext(ctx, &out, blackoutsOf, pq.Array(ids), in.Start, in.End)
}

// Hours is what is known of an expert's time.
type Hours struct {
	Rules       []engine.AvailabilityRule
	Blackouts   []engine.Interval
	Busy        []engine.Interval // sessions with their travel buffer, nothing of what they are
	ConfirmedAt *time.Time
}

// HoursOf gives what is known of an expert's time within a span.
func (v View) HoursOf(ctx context.Context, id engine.ExpertID, in engine.Interval) (Hours, error) {
	return get(ctx, v, func(t *Tx) (h Hours, err error) {
		if err = t.GetContext(ctx, &h.ConfirmedAt, `select availability_confirmed_at from expert_record where expert_id = $1`, id); err != nil {
			return h, err
		}
		only := []engine.ExpertID{id}
		rules, err := t.availabilityRules(ctx, only)
		if err != nil {
			return h, err
		}
		for _, r := range rules {
			h.Rules = append(h.Rules, r.AvailabilityRule)
		}
		blackouts, err := t.blackouts(ctx, only, in)
		if err != nil {
			return h, err
		}
		for _, b := range blackouts {
			h.Blackouts = append(h.Blackouts, b.Interval)
		}
		return h, t.SelectContext(ctx, &h.Busy, `
			select lower(busy) as start, upper(busy) as "end" from booking
			where expert_id = $1 and status in ('HELD', 'CONFIRMED') and busy && tstzrange($2, $3)
			order by 1`, id, in.Start, in.End)
	})
}

// ReplaceAvailability puts the given rules in the place of all the expert had,
// and notes that the hours were confirmed now.
func (t *Tx) ReplaceAvailability(ctx context.Context, id engine.ExpertID, rules []engine.AvailabilityRule) error {
	res, err := t.ExecContext(ctx, `update expert_record set availability_confirmed_at = $2 where expert_id = $1`, id, t.Now)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return orNotFound(err)
	}
	if _, err := t.ExecContext(ctx, `delete from availability_rule where expert_id = $1`, id); err != nil {
		return err
	}
	type row struct {
		Weekday, Starts, Ends, Parity, Mode string
		From, To                            *string
		Travel                              int
	}
	rows := make([]row, len(rules))
	for i, r := range rules {
		rows[i] = row{string(r.Weekday), string(r.Starts), string(r.Ends), string(r.Parity), string(r.Mode),
			orNull(string(r.Valid.From)), orNull(string(r.Valid.To)), r.MaxTravelMinutes}
	}
	encoded, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = t.ExecContext(ctx, `
		insert into availability_rule (expert_id, weekday, starts, ends, valid_from, valid_to, parity, mode, max_travel_minutes)
		select $1, r."Weekday", r."Starts", r."Ends", r."From", r."To", r."Parity", r."Mode", r."Travel"
		from jsonb_to_recordset($2::jsonb) as r("Weekday" text, "Starts" time, "Ends" time, "From" date, "To" date,
		     "Parity" text, "Mode" text, "Travel" int)`, id, string(encoded))
	return err
}

// AddBlackout closes a span of an expert's time. No reason is kept.
func (t *Tx) AddBlackout(ctx context.Context, id engine.ExpertID, span engine.Interval) error {
	_, err := t.ExecContext(ctx, `insert into blackout (expert_id, starts_at, ends_at) values ($1, $2, $3)`, id, span.Start, span.End)
	return err
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func orNotFound(err error) error {
	if err == nil {
		return engine.NotFound()
	}
	return err
}
