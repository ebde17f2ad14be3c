package store

import (
	"context"

	"github.com/lib/pq"

	"expex/engine"
)

// Themes gives all themes that are valid today, in the order of their groups as
// shipped.
func (v View) Themes(ctx context.Context) ([]engine.Theme, error) {
	return get(ctx, v, func(t *Tx) ([]engine.Theme, error) { return t.themes(ctx) })
}

const themeSelect = `
	select code, "group", nl, en, tier,
	       array(select related from theme_related where theme = code order by related) as related_codes
	from theme
	where daterange(valid_from, valid_to) @> app_today()
	order by array_position(array['CARE', 'ADULTHOOD', 'FAMILY', 'HEALTH', 'SCHOOL_SOCIAL', 'IDENTITY'], "group"), code`

type themeRow struct {
	engine.Theme
	RelatedCodes pq.StringArray
}

func themesOf(rows []themeRow) []engine.Theme {
	out := make([]engine.Theme, len(rows))
	for i, r := range rows {
		out[i] = r.Theme
		for _, code := range r.RelatedCodes {
			out[i].Related = append(out[i].Related, engine.ThemeCode(code))
		}
	}
	return out
}

func (t *Tx) themes(ctx context.Context) ([]engine.Theme, error) {
	var rows []themeRow
	err := t.SelectContext(ctx, &rows, themeSelect)
	return themesOf(rows), err
}

const deploymentTypeColumns = `code, nl, en, form, one_to_one, team_min, team_max, team_default,
	minutes_min, minutes_max, minutes_default, prep_minutes, debrief_minutes, conduct, usage, weights,
	needs_experienced, experienced_from, coalesce(session_cap, 0) as session_cap, series_every_weeks,
	occurrences_default, min_feasible_percent, offer_hours, urgent_offer_hours,
	needs_addon_training as needs_add_on_training, client`

// DeploymentTypes gives all kinds of deployment that are valid today, by code.
func (v View) DeploymentTypes(ctx context.Context) ([]engine.DeploymentType, error) {
	return get(ctx, v, func(t *Tx) (out []engine.DeploymentType, err error) {
		return out, t.SelectContext(ctx, &out, `
			select `+deploymentTypeColumns+` from deployment_type
			where daterange(valid_from, valid_to) @> app_today() order by code`)
	})
}

// DeploymentType gives one kind of deployment, also one that has ended.
func (t *Tx) DeploymentType(ctx context.Context, code engine.DeploymentTypeCode) (out engine.DeploymentType, err error) {
	return out, t.GetContext(ctx, &out, `select `+deploymentTypeColumns+` from deployment_type where code = $1`, code)
}

// Region is a youth region.
type Region struct {
	Code engine.RegionCode
	Name string
}

// Regions gives the youth regions that exist on the day (nil = today), by code.
func (v View) Regions(ctx context.Context, on *engine.Date) ([]Region, error) {
	return get(ctx, v, func(t *Tx) (out []Region, err error) {
		return out, t.SelectContext(ctx, &out, `
			select code, name from youth_region
			where daterange(valid_from, valid_to) @> coalesce($1::date, app_today()) order by code`, on)
	})
}

// Municipality is a municipality with the youth region it belongs to on the day
// that was asked about; "" when it belonged to none.
type Municipality struct {
	Code   engine.MunicipalityCode
	Name   string
	Region engine.RegionCode
}

// Municipalities gives the municipalities that exist on the day (nil = today),
// by name.
func (v View) Municipalities(ctx context.Context, on *engine.Date) ([]Municipality, error) {
	return get(ctx, v, func(t *Tx) (out []Municipality, err error) {
		return out, t.SelectContext(ctx, &out, `
			select code, name, coalesce(region_on(code, coalesce($1::date, app_today())), '') as region from municipality
			where daterange(valid_from, valid_to) @> coalesce($1::date, app_today()) order by name, code`, on)
	})
}

// Pool is a set of deployable experts with its service area.
type Pool struct {
	ID             engine.PoolID
	Name           string
	Municipalities []string // codes served today, sorted
}

// Pools gives the pools the viewer has to do with, by name.
func (v View) Pools(ctx context.Context) ([]Pool, error) {
	return get(ctx, v, func(t *Tx) ([]Pool, error) {
		var rows []struct {
			ID    engine.PoolID
			Name  string
			Codes pq.StringArray
		}
		err := t.SelectContext(ctx, &rows, `
			select id, name, array(select municipality from service_area
			    where pool_id = id and daterange(valid_from, valid_to) @> app_today() order by 1) as codes
			from pool order by name, id`)
		out := make([]Pool, len(rows))
		for i, r := range rows {
			out[i] = Pool{ID: r.ID, Name: r.Name, Municipalities: r.Codes}
		}
		return out, err
	})
}

const organisationColumns = `id, name, type, parent_id, merged_into, coalesce(municipality, '') as municipality,
	postcode4, address, address_visibility`

// OrganisationsByID gives those of the organisations the viewer may see.
func (v View) OrganisationsByID(ctx context.Context, ids []engine.OrganisationID) ([]engine.Organisation, error) {
	return get(ctx, v, func(t *Tx) (out []engine.Organisation, err error) {
		return out, t.SelectContext(ctx, &out, `
			select `+organisationColumns+` from organisation where id = any($1) order by id`, pq.Array(ids))
	})
}

// Organisations gives the organisations the viewer may ask or plan for, by name.
func (v View) Organisations(ctx context.Context) ([]engine.Organisation, error) {
	return get(ctx, v, func(t *Tx) (out []engine.Organisation, err error) {
		return out, t.SelectContext(ctx, &out, `select `+organisationColumns+` from organisation order by name, id`)
	})
}
