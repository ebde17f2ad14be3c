package store

import (
	"context"

	"github.com/lib/pq"

	"expex/engine"
)

// Served is a municipality a pool serves, or will serve, on some days.
type Served struct {
	PoolID       engine.PoolID
	Municipality engine.MunicipalityCode
	ValidFrom    engine.Date
	ValidUntil   engine.Date // first day on which it no longer does, "" for none
	ByAgreement  bool        // for another region
}

// ServiceAreas gives what the pools the viewer has to do with serve today or
// later, by pool and municipality.
func (v View) ServiceAreas(ctx context.Context) ([]Served, error) {
	return get(ctx, v, func(t *Tx) (out []Served, err error) {
		return out, t.SelectContext(ctx, &out, `
			select pool_id, municipality, valid_from, valid_to as valid_until, by_agreement from service_area
			where valid_to is null or valid_to > app_today() order by pool_id, municipality, valid_from`)
	})
}

// SetServiceArea has the pool serve exactly these municipalities of its own from
// a day on, whatever was planned for later. What it serves by agreement with
// another region stays. INVALID for an unknown municipality. Only after
// [Tx.Coordinate].
func (t *Tx) SetServiceArea(ctx context.Context, codes []engine.MunicipalityCode, from engine.Date) error {
	if _, err := t.ExecContext(ctx, `
		delete from service_area where pool_id = (select engine_pool()) and not by_agreement and valid_from >= $1`, from); err != nil {
		return err
	}
	if _, err := t.ExecContext(ctx, `
		update service_area set valid_to = case when municipality <> all($1) then $2::date end
		where pool_id = (select engine_pool()) and not by_agreement and (valid_to is null or valid_to > $2)`, pq.Array(codes), from); err != nil {
		return err
	}
	_, err := t.ExecContext(ctx, `
		insert into service_area (pool_id, municipality, valid_from)
		select engine_pool(), code, $2 from (select distinct unnest($1::text[]) as code) c
		where not exists (select from service_area a where a.pool_id = (select engine_pool()) and a.municipality = code
		    and daterange(a.valid_from, a.valid_to) && daterange($2, null))`, pq.Array(codes), from)
	return err
}

// SetTravel writes how far an expert travels and where from; nil leaves what is.
// Only after [Tx.Decide].
func (t *Tx) SetTravel(ctx context.Context, expert engine.ExpertID, minutes *int, home *string) error {
	_, err := t.ExecContext(ctx, `
		update expert_record set max_travel_minutes = coalesce($2, max_travel_minutes), postcode4 = coalesce($3, postcode4) where expert_id = $1`,
		expert, minutes, home)
	return err
}
