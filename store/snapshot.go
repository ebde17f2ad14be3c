package store

import (
	"context"
	"time"
	_ "time/tzdata"

	"github.com/lib/pq"

	"expex/engine"
)

// Zone is the zone of every wall time in the database, Europe/Amsterdam. Its
// rules are compiled in, so that a machine without them counts time alike.
var Zone = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err) // cannot happen with time/tzdata linked in
	}
	return zone
}()

// MatchInput reads everything the engine needs about a request, as of one
// moment: the request with the viewer's own eyes, then, as the engine, its pool,
// or those of it who are named.
// NOT_FOUND when the viewer may not see the request or does not coordinate its
// pool.
func (v View) MatchInput(ctx context.Context, id engine.RequestID, experts ...engine.ExpertID) (engine.MatchInput, error) {
	return get(ctx, v, func(t *Tx) (engine.MatchInput, error) {
		request, err := t.Request(ctx, id)
		if err != nil {
			return engine.MatchInput{}, err
		}
		if err := t.Coordinate(ctx, request.PoolID); err != nil {
			return engine.MatchInput{}, err
		}
		return t.MatchInput(ctx, request, experts)
	})
}

// OfferInput is [View.MatchInput] for the expert who is asked: the request of an
// offer of hers, with the team of its decision as candidates. NOT_FOUND when the
// offer is not hers.
func (v View) OfferInput(ctx context.Context, id engine.OfferID) (engine.MatchInput, error) {
	return get(ctx, v, func(t *Tx) (engine.MatchInput, error) {
		offer, err := t.Offer(ctx, id)
		if err == nil && offer.ExpertID != v.viewer.Expert() {
			err = engine.NotFound()
		}
		if err != nil {
			return engine.MatchInput{}, err
		}
		if err := t.Decide(ctx, offer.PoolID); err != nil {
			return engine.MatchInput{}, err
		}
		request, err := t.Request(ctx, offer.RequestID)
		if err != nil {
			return engine.MatchInput{}, err
		}
		team, err := t.OffersOfDecision(ctx, offer.DecisionID)
		if err != nil {
			return engine.MatchInput{}, err
		}
		experts := make([]engine.ExpertID, len(team))
		for i, o := range team {
			experts[i] = o.ExpertID
		}
		return t.MatchInput(ctx, request, experts)
	})
}

// MatchInput reads what the engine needs about a request. The candidates are the
// members of its pool today; with experts given, those among them. Only after
// [Tx.Decide].
func (t *Tx) MatchInput(ctx context.Context, request engine.Request, experts []engine.ExpertID) (in engine.MatchInput, err error) {
	in.Now, in.Zone, in.Request = t.Now, Zone, request
	if in.Type, err = t.DeploymentType(ctx, request.Type); err != nil {
		return in, err
	}
	if in.Weights, err = t.weights(ctx, request.PoolID, in.Type); err != nil {
		return in, err
	}
	if in.Policy, err = t.Policy(ctx, request.PoolID); err != nil {
		return in, err
	}
	themes, err := t.themes(ctx)
	if err != nil {
		return in, err
	}
	in.Themes = make(map[engine.ThemeCode]engine.Theme, len(themes))
	for _, theme := range themes {
		in.Themes[theme.Code] = theme
	}
	if in.Organisations, err = t.organisationTree(ctx); err != nil {
		return in, err
	}
	if err := t.where(ctx, &in); err != nil {
		return in, err
	}
	if err := t.around(ctx, &in); err != nil {
		return in, err
	}
	in.Candidates, err = t.candidates(ctx, request, experts)
	return in, err
}

// around reads what warnings are made of: the public holidays ahead, and how
// many relations of the client have ended.
func (t *Tx) around(ctx context.Context, in *engine.MatchInput) error {
	var client *engine.ClientRef
	if in.Request.Client != nil {
		client = &in.Request.Client.Ref
	}
	var row struct {
		Holidays pq.StringArray
		Ended    int
	}
	if err := t.GetContext(ctx, &row, `
		select array(select date::text from public_holiday where date between app_today() and app_today() + 740 order by date) as holidays,
		       (select count(*) from match where client_ref = $1 and status = 'CLOSED' and closed_reason not in ('NEVER_MET', 'CONVERTED')) as ended`, client); err != nil {
		return err
	}
	for _, day := range row.Holidays {
		in.Holidays = append(in.Holidays, engine.Date(day))
	}
	in.RelationsEnded = row.Ended
	return nil
}

// Policy gives what a pool has decided for itself. Only after [Tx.Decide].
func (t *Tx) Policy(ctx context.Context, pool engine.PoolID) (p engine.Policy, err error) {
	return p, t.GetContext(ctx, &p, `
		select active_relations, active_relations_early, early_months, one_to_one_per_day, sessions_per_day, sessions_per_week,
		       contact_minutes_week, travel_buffer_minutes, rest_hours_tier3, rest_days_relation, adult_age, min_age_gap,
		       small_pool, low_coverage, recent_offer_days
		from pool_policy where pool_id = $1`, pool)
}

func (t *Tx) organisationTree(ctx context.Context) (engine.OrganisationTree, error) {
	var rows []struct {
		ID engine.OrganisationID
		engine.OrganisationLinks
	}
	err := t.SelectContext(ctx, &rows, `
		select id, coalesce(parent_id::text, '') as parent, coalesce(merged_into::text, '') as merged_into
		from organisation where parent_id is not null or merged_into is not null`)
	tree := make(engine.OrganisationTree, len(rows))
	for _, r := range rows {
		tree[r.ID] = r.OrganisationLinks
	}
	return tree, err
}

// where resolves the place of the request, the area the pool serves and the
// neighbours of the region.
func (t *Tx) where(ctx context.Context, in *engine.MatchInput) error {
	if in.Request.Municipality != "" {
		place, err := one(t.places(ctx, `
			select $1 as municipality, coalesce(region_on($1, app_today()), '') as region,
			       coalesce(p.latitude, m.latitude) as latitude, coalesce(p.longitude, m.longitude) as longitude
			from municipality m left join locate_postcode($2) p on true where m.code = $1`,
			in.Request.Municipality, in.Request.Postcode4))
		if err != nil {
			return err
		}
		in.Place = place
	}
	if err := t.SelectContext(ctx, &in.ServiceArea, `
		select municipality, valid_from as "valid.from", valid_to as "valid.to"
		from service_area where pool_id = $1 order by municipality, valid_from`, in.Request.PoolID); err != nil {
		return err
	}
	var neighbours []engine.RegionCode
	if err := t.SelectContext(ctx, &neighbours, `
		select neighbour from youth_region_neighbour where region = $1 order by neighbour`, in.Place.Region); err != nil {
		return err
	}
	in.Neighbours = map[engine.RegionCode][]engine.RegionCode{in.Place.Region: neighbours}
	return nil
}

func (t *Tx) places(ctx context.Context, query string, args ...any) ([]engine.Place, error) {
	var rows []struct {
		Municipality engine.MunicipalityCode
		Region       engine.RegionCode
		engine.Point
	}
	err := t.SelectContext(ctx, &rows, query, args...)
	out := make([]engine.Place, len(rows))
	for i, r := range rows {
		out[i] = engine.Place{Municipality: r.Municipality, Region: r.Region, Point: &rows[i].Point}
	}
	return out, err
}

// bookedBack and bookedAhead bound the sessions that caps, rest and overlaps can
// depend on: a month back, and as far ahead as a series may run.
const (
	bookedBack  = 35 * 24 * time.Hour
	bookedAhead = 740 * 24 * time.Hour
)

// candidates reads the experts with all that rules and factors ask about them:
// a fixed number of statements, however many experts.
func (t *Tx) candidates(ctx context.Context, request engine.Request, experts []engine.ExpertID) ([]engine.Candidate, error) {
	var rows []struct {
		engine.Candidate
		Postcode4        string
		HomeMunicipality *engine.MunicipalityCode
		HomeRegion       *engine.RegionCode
		HomeLatitude     *float64
		HomeLongitude    *float64
		NewMunicipality  *engine.MunicipalityCode
		NewRegion        *engine.RegionCode
		NewLatitude      *float64
		NewLongitude     *float64
	}
	if err := t.SelectContext(ctx, &rows, `
		with members as materialized (
			select r.expert_id, r.status, r.birth_date, r.deployable_since, r.agreement_on, r.nda_on, r.paused_until, r.fold_exclusions,
			       r.max_travel_minutes, r.availability_confirmed_at, r.postcode4,
			       r.cap_active_relations, r.cap_sessions_per_week, r.cap_minutes_per_month, m.valid_to as gone
			from expert_record r
			join pool_member m on m.pool_id = $1 and m.expert_id = r.expert_id and daterange(m.valid_from, m.valid_to) @> app_today()
			where $2::uuid[] is null or r.expert_id = any($2::uuid[])),
		homes as materialized ( -- many live in one postcode
			select p.postcode4, h.municipality, region_on(h.municipality, app_today()) as region, h.latitude, h.longitude
			from (select distinct postcode4 from members) p cross join lateral locate_postcode(p.postcode4) h)
		select r.expert_id as expert, r.status, r.birth_date, r.deployable_since, c.certified_on, r.agreement_on, r.nda_on as nda_on,
		       r.paused_until, r.fold_exclusions, r.max_travel_minutes, r.availability_confirmed_at,
		       r.cap_active_relations as "caps.active_relations", r.cap_sessions_per_week as "caps.sessions_per_week",
		       r.cap_minutes_per_month as "caps.minutes_per_month",
		       h.municipality as home_municipality, h.region as home_region,
		       h.latitude as home_latitude, h.longitude as home_longitude, r.gone, x.takes_effect as moves,
		       n.municipality as new_municipality, region_on(n.municipality, x.takes_effect) as new_region, n.latitude as new_latitude, n.longitude as new_longitude,
		       exists (select from tier3_confirmation x where x.expert_id = r.expert_id and x.request_id = $3) as tier3_confirmed,
		       (select count(*) from match m where m.expert_id = r.expert_id and m.status <> 'CLOSED') as active_relations,
		       (select max(m.closed_on) from match m where m.expert_id = r.expert_id and m.closed_reason not in ('NEVER_MET', 'CONVERTED')) as relation_closed_on,
		       (select max(o.sent_at) from offer o where o.expert_id = r.expert_id) as last_offer_at,
		       (select count(*) from offer o where o.expert_id = r.expert_id and o.pool_id = $1 and o.decline_code = 'TOO_MUCH_NOW'
		          and o.status = 'DECLINED' and o.sent_at > app_now() - interval '84 days') as declined_too_much,
		       (select count(*) from offer o where o.expert_id = r.expert_id and o.status = 'SENT' and o.expires_at > app_now())
		          >= (select open_offers from pool_policy where pool_id = $1) as at_offer_limit,
		       (select min(coalesce(y.read_at, y.created_at)) from busy_calendar y where y.expert_id = r.expert_id and y.stale_at <= app_now()) as busy_read_at,
		       coalesce(d.completed, 0) as completed_of_type
		from members r
		left join certification c on c.expert_id = r.expert_id
		left join homes h on h.postcode4 = r.postcode4
		left join expert_transfer x on x.expert_id = r.expert_id and x.accepted_at is not null and x.moved_at is null
		left join lateral locate_postcode(x.postcode4) n on true
		left join completed_deployments(coalesce($2::uuid[], array(select engine_experts())), $4) d on d.expert_id = r.expert_id
		order by r.expert_id`,
		request.PoolID, pq.Array(experts), request.ID, request.Type); err != nil {
		return nil, err
	}
	out := make([]engine.Candidate, len(rows))
	ids := make([]engine.ExpertID, len(rows))
	by := make(map[engine.ExpertID]*engine.Candidate, len(rows))
	for i, r := range rows {
		out[i] = r.Candidate
		if r.HomeMunicipality != nil {
			out[i].Home.Municipality = *r.HomeMunicipality
			out[i].Home.Point = &engine.Point{Latitude: *r.HomeLatitude, Longitude: *r.HomeLongitude}
		}
		if r.HomeRegion != nil {
			out[i].Home.Region = *r.HomeRegion
		}
		if r.NewMunicipality != nil {
			out[i].NewHome = engine.Place{Municipality: *r.NewMunicipality, Point: &engine.Point{Latitude: *r.NewLatitude, Longitude: *r.NewLongitude}}
			if r.NewRegion != nil {
				out[i].NewHome.Region = *r.NewRegion
			}
		}
		ids[i], by[r.Expert] = r.Expert, &out[i]
	}
	for _, fill := range []func(context.Context, []engine.ExpertID, map[engine.ExpertID]*engine.Candidate) error{
		t.fillLeave, t.fillExclusions, t.fillHours,
	} {
		if err := fill(ctx, ids, by); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fillLeave adds what an expert may do: trainings, certificates, consents, and
// what she has told about herself.
func (t *Tx) fillLeave(ctx context.Context, ids []engine.ExpertID, by map[engine.ExpertID]*engine.Candidate) error {
	var trainings []struct {
		ExpertID engine.ExpertID
		engine.Training
	}
	if err := t.SelectContext(ctx, &trainings, `
		select expert_id, type, trained_on as "from" from type_training where expert_id = any($1) order by expert_id, type`, pq.Array(ids)); err != nil {
		return err
	}
	for _, x := range trainings {
		by[x.ExpertID].Trained = append(by[x.ExpertID].Trained, x.Training)
	}
	var certificates []struct {
		ExpertID engine.ExpertID
		engine.Valid
	}
	if err := t.SelectContext(ctx, &certificates, `
		select expert_id, issued_on as "from", valid_to as "to" from conduct_certificate
		where expert_id = any($1) order by expert_id, issued_on`, pq.Array(ids)); err != nil {
		return err
	}
	for _, x := range certificates {
		by[x.ExpertID].Certificates = append(by[x.ExpertID].Certificates, x.Valid)
	}
	var consents []struct {
		ExpertID engine.ExpertID
		engine.Consent
	}
	if err := t.SelectContext(ctx, &consents, `
		select expert_id, theme, usage, level from theme_consent
		where expert_id = any($1) and superseded_at is null and level <> 'RED' order by expert_id, theme, usage`, pq.Array(ids)); err != nil {
		return err
	}
	for _, x := range consents {
		by[x.ExpertID].Consents = append(by[x.ExpertID].Consents, x.Consent)
	}
	var traits []struct {
		ExpertID engine.ExpertID
		engine.Trait
	}
	if err := t.SelectContext(ctx, &traits, `
		select expert_id, kind, value from expert_trait where expert_id = any($1) order by expert_id, kind, value`, pq.Array(ids)); err != nil {
		return err
	}
	for _, x := range traits {
		by[x.ExpertID].Traits = append(by[x.ExpertID].Traits, x.Trait)
	}
	return nil
}

// fillExclusions adds whom and what an expert keeps away from.
func (t *Tx) fillExclusions(ctx context.Context, ids []engine.ExpertID, by map[engine.ExpertID]*engine.Candidate) error {
	var houses []struct {
		ExpertID     engine.ExpertID
		Organisation engine.OrganisationID
		Until        engine.Date
		Lifted       pq.StringArray
	}
	if err := t.SelectContext(ctx, &houses, `
		select expert_id, organisation_id as organisation, until,
		       array(select l.request_id::text from organisation_exclusion_lift l
		             where l.expert_id = x.expert_id and l.organisation_id = x.organisation_id order by 1) as lifted
		from organisation_exclusion x where expert_id = any($1) order by expert_id, organisation_id`, pq.Array(ids)); err != nil {
		return err
	}
	for _, x := range houses {
		exclusion := engine.OrganisationExclusion{Organisation: x.Organisation, Until: x.Until}
		for _, request := range x.Lifted {
			exclusion.LiftedFor = append(exclusion.LiftedFor, engine.RequestID(request))
		}
		by[x.ExpertID].OrganisationExclusions = append(by[x.ExpertID].OrganisationExclusions, exclusion)
	}
	var people []struct {
		ExpertID     engine.ExpertID
		Client       *engine.ClientRef
		Expert       *engine.ExpertID
		Employer     *engine.OrganisationID
		TrainedByHer *engine.ClientRef
	}
	if err := t.SelectContext(ctx, &people, `
		select expert_id, client_ref as client, null::uuid as expert, null::uuid as employer, null::uuid as trained_by_her
		from client_exclusion where expert_id = any($1)
		union all
		select expert_id, null, other_id, null, null from expert_exclusion where expert_id = any($1)
		union all
		select other_id, null, expert_id, null, null from expert_exclusion where other_id = any($1)
		union all
		select expert_id, null, null, organisation_id, client_ref from dual_role where expert_id = any($1)
		order by 1, 2, 3, 4, 5`, pq.Array(ids)); err != nil {
		return err
	}
	for _, x := range people {
		c := by[x.ExpertID]
		switch {
		case x.Client != nil:
			c.ExcludedClients = append(c.ExcludedClients, *x.Client)
		case x.Expert != nil:
			c.ExcludedExperts = append(c.ExcludedExperts, *x.Expert)
		case x.Employer != nil:
			c.EmployedBy = append(c.EmployedBy, *x.Employer)
		case x.TrainedByHer != nil:
			c.TrainerOf = append(c.TrainerOf, *x.TrainedByHer)
		}
	}
	return nil
}

// fillHours adds an expert's time: weekly rules, blackouts and what is booked,
// by whichever pool.
func (t *Tx) fillHours(ctx context.Context, ids []engine.ExpertID, by map[engine.ExpertID]*engine.Candidate) error {
	span := engine.Interval{Start: t.Now.Add(-bookedBack), End: t.Now.Add(bookedAhead)}
	rules, err := t.availabilityRules(ctx, ids)
	if err != nil {
		return err
	}
	for _, x := range rules {
		by[x.ExpertID].Rules = append(by[x.ExpertID].Rules, x.AvailabilityRule)
	}
	blackouts, err := t.blackouts(ctx, ids, span)
	if err != nil {
		return err
	}
	for _, x := range blackouts {
		by[x.ExpertID].Blackouts = append(by[x.ExpertID].Blackouts, utc(x.Interval))
	}
	var booked []struct {
		ExpertID engine.ExpertID
		engine.Booked
	}
	if err := t.SelectContext(ctx, &booked, `
		select expert_id, session_id as id, starts_at as "session.start", ends_at as "session.end",
		       lower(busy) as "busy.start", upper(busy) as "busy.end", one_to_one, tier3, double_reason is not null as doubled
		from booking
		where expert_id = any($1) and status <> 'RELEASED' and starts_at < $3 and ends_at > $2
		order by expert_id, starts_at, session_id`, pq.Array(ids), span.Start, span.End); err != nil {
		return err
	}
	for _, x := range booked {
		x.Booked.Session, x.Booked.Busy = utc(x.Booked.Session), utc(x.Booked.Busy)
		by[x.ExpertID].Booked = append(by[x.ExpertID].Booked, x.Booked)
	}
	return nil
}
