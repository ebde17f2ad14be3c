package store

import (
	"context"
	"slices"
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
		about, expert, err := t.DecideOffer(ctx, id)
		if err == nil && expert != v.viewer.Expert() {
			err = engine.NotFound()
		}
		if err != nil {
			return engine.MatchInput{}, err
		}
		course, err := t.CourseOf(ctx, about, id)
		if err != nil {
			return engine.MatchInput{}, err
		}
		offer := course.Offers[slices.IndexFunc(course.Offers, func(o engine.Offer) bool { return o.ID == id })]
		team, _ := course.Of(offer.DecisionID)
		experts := make([]engine.ExpertID, len(team))
		for i, o := range team {
			experts[i] = o.ExpertID
		}
		return t.MatchInput(ctx, course.Request, experts)
	})
}

// MatchInput reads what the engine needs about a request. The candidates are the
// members of its pool today; with experts given, those among them. Only after
// [Tx.Decide].
//
// While it reads named experts the engine knows nobody else (app.experts): else
// each of some twenty policies would ask for the whole pool to find one of it.
func (t *Tx) MatchInput(ctx context.Context, request engine.Request, experts []engine.ExpertID) (in engine.MatchInput, err error) {
	in.Now, in.Zone, in.Request = t.Now, Zone, request
	if err := t.around(ctx, &in, experts); err != nil {
		return in, err
	}
	in.Candidates, err = t.candidates(ctx, request, experts)
	return in, err
}

// around reads what the candidates are held against: the lists that everybody
// shares, what the pool has decided for itself, the place of the request, the
// area the pool serves, the neighbours of the region, the public holidays ahead,
// and how many relations of the client have ended. When it has read, the engine
// knows the named experts only, nil for all, until [Tx.fill] has.
func (t *Tx) around(ctx context.Context, in *engine.MatchInput, experts []engine.ExpertID) error {
	var client *engine.ClientRef
	if in.Request.Client != nil {
		client = &in.Request.Client.Ref
	}
	known := t.lists.last()
	var all struct {
		Lists         nested[listsRow]
		Weights       nested[weightsThatHold]
		Policies      nested[engine.Policy]
		Organisations nested[struct {
			ID engine.OrganisationID
			engine.OrganisationLinks
		}]
		Places nested[placeRow]
		Area   nested[engine.AreaMembership]
		Ended  int
		Known  string
	}
	if err := t.GetContext(ctx, &all, `
		select x.*, set_config('app.experts', coalesce($6::uuid[]::text, ''), true) as known from (
		with place as materialized (
			select m.code as municipality, coalesce(region_on(m.code, app_today()), '') as region,
			       coalesce(p.latitude, m.latitude) as latitude, coalesce(p.longitude, m.longitude) as longitude
			from municipality m left join locate_postcode($4) p on true where m.code = $3)
		select
		(select json_agg(x) from (`+listsUnless("$7")+`) x) as lists,
		(select json_agg(x) from (
			select version, weights from weights
			where pool_id = $1 and type = $2 and status = 'APPROVED' order by version desc limit 1) x) as weights,
		(select json_agg(x) from (select `+policyColumns+` from pool_policy where pool_id = $1) x) as policies,
		(select json_agg(x) from (
			select id, coalesce(parent_id::text, '') as parent, coalesce(merged_into::text, '') as merged_into
			from organisation where parent_id is not null or merged_into is not null) x) as organisations,
		(select json_agg(x) from place x) as places,
		(select json_agg(x) from (
			select municipality, valid_from as "valid.from", valid_to as "valid.to"
			from service_area where pool_id = $1 order by municipality, valid_from) x) as area,
		(select count(*) from match where client_ref = $5 and status = 'CLOSED' and closed_reason not in ('NEVER_MET', 'CONVERTED')) as ended
		offset 0) x`, // first all of x is read
		in.Request.PoolID, in.Request.Type, in.Request.Municipality, in.Request.Postcode4, client, pq.Array(experts), known.key); err != nil {
		return err
	}
	known = t.lists.newer(known, all.Lists)
	var err error
	var ok bool
	if in.Type, ok = known.types[in.Request.Type]; !ok {
		return engine.NotFound()
	}
	if in.Policy, err = one(all.Policies, nil); err != nil {
		return err
	}
	if in.Weights, err = weightsOf(in.Type, all.Weights); err != nil {
		return err
	}
	in.Themes, in.Holidays = known.themes, known.holidays
	in.Organisations = make(engine.OrganisationTree, len(all.Organisations))
	for _, r := range all.Organisations {
		in.Organisations[r.ID] = r.OrganisationLinks
	}
	if in.Request.Municipality != "" {
		if in.Place, err = one(placesOf(all.Places), nil); err != nil {
			return err
		}
	}
	in.ServiceArea, in.RelationsEnded = all.Area, all.Ended
	in.Neighbours = map[engine.RegionCode][]engine.RegionCode{in.Place.Region: known.neighbours[in.Place.Region]}
	return nil
}

const policyColumns = `active_relations, active_relations_early, early_months, one_to_one_per_day, sessions_per_day, sessions_per_week,
	contact_minutes_week, travel_buffer_minutes, rest_hours_tier3, rest_days_relation, adult_age, min_age_gap,
	small_pool, low_coverage, recent_offer_days`

// Policy gives what a pool has decided for itself. Only after [Tx.Decide].
func (t *Tx) Policy(ctx context.Context, pool engine.PoolID) (p engine.Policy, err error) {
	return p, t.GetContext(ctx, &p, `select `+policyColumns+` from pool_policy where pool_id = $1`, pool)
}

type placeRow struct {
	Municipality engine.MunicipalityCode
	Region       engine.RegionCode
	engine.Point
}

func placesOf(rows []placeRow) []engine.Place {
	out := make([]engine.Place, len(rows))
	for i, r := range rows {
		out[i] = engine.Place{Municipality: r.Municipality, Region: r.Region, Point: &rows[i].Point}
	}
	return out
}

func (t *Tx) places(ctx context.Context, query string, args ...any) ([]engine.Place, error) {
	var rows []placeRow
	err := t.SelectContext(ctx, &rows, query, args...)
	return placesOf(rows), err
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
			where r.expert_id = any(coalesce($2::uuid[], array(select engine_experts())))),
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
		       asked.last_offer_at, asked.declined_too_much,
		       asked.open >= (select open_offers from pool_policy where pool_id = $1) as at_offer_limit,
		       (select min(coalesce(y.read_at, y.created_at)) from busy_calendar y where y.expert_id = r.expert_id and y.stale_at <= app_now()) as busy_read_at,
		       coalesce(d.completed, 0) as completed_of_type
		from members r
		left join certification c on c.expert_id = r.expert_id
		left join homes h on h.postcode4 = r.postcode4
		left join expert_transfer x on x.expert_id = r.expert_id and x.accepted_at is not null and x.moved_at is null
		left join lateral locate_postcode(x.postcode4) n on true
		cross join lateral (
			select max(o.sent_at) as last_offer_at,
			       count(*) filter (where o.pool_id = $1 and o.decline_code = 'TOO_MUCH_NOW' and o.status = 'DECLINED'
			           and o.sent_at > app_now() - interval '84 days') as declined_too_much,
			       count(*) filter (where o.status = 'SENT' and o.expires_at > app_now()) as open
			from offer o where o.expert_id = r.expert_id) asked
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
	return out, t.fill(ctx, ids, by)
}

// fill adds what there may be several of for an expert, by whichever pool: what
// she may do and has told about herself, whom and what she keeps away from, and
// her time. All of it is one statement: each alone costs more to send and to
// begin than to run. After it the engine knows all of its pool again.
func (t *Tx) fill(ctx context.Context, ids []engine.ExpertID, by map[engine.ExpertID]*engine.Candidate) error {
	var all struct {
		Trainings nested[struct {
			ExpertID engine.ExpertID
			engine.Training
		}]
		Certificates nested[struct {
			ExpertID engine.ExpertID
			engine.Valid
		}]
		Consents nested[struct {
			ExpertID engine.ExpertID
			engine.Consent
		}]
		Traits nested[struct {
			ExpertID engine.ExpertID
			engine.Trait
		}]
		Houses nested[struct {
			ExpertID     engine.ExpertID
			Organisation engine.OrganisationID
			Until        engine.Date
			Lifted       []engine.RequestID
		}]
		People nested[struct {
			ExpertID     engine.ExpertID
			Client       *engine.ClientRef
			Expert       *engine.ExpertID
			Employer     *engine.OrganisationID
			TrainedByHer *engine.ClientRef
		}]
		Rules     nested[ruleRow]
		Blackouts nested[blackoutRow]
		Booked    nested[struct {
			ExpertID engine.ExpertID
			engine.Booked
		}]
		Known string
	}
	if err := t.GetContext(ctx, &all, `
		select x.*, set_config('app.experts', '', true) as known from (select
		(select json_agg(x) from (
			select expert_id, type, trained_on as "from" from type_training where expert_id = any($1) order by expert_id, type) x) as trainings,
		(select json_agg(x) from (
			select expert_id, issued_on as "from", valid_to as "to" from conduct_certificate
			where expert_id = any($1) order by expert_id, issued_on) x) as certificates,
		(select json_agg(x) from (
			select expert_id, theme, usage, level from theme_consent
			where expert_id = any($1) and superseded_at is null and level <> 'RED' order by expert_id, theme, usage) x) as consents,
		(select json_agg(x) from (
			select expert_id, kind, value from expert_trait where expert_id = any($1) order by expert_id, kind, value) x) as traits,
		(select json_agg(x) from (
			select expert_id, organisation_id as organisation, until,
			       array(select l.request_id from organisation_exclusion_lift l
			             where l.expert_id = x.expert_id and l.organisation_id = x.organisation_id order by 1) as lifted
			from organisation_exclusion x where expert_id = any($1) order by expert_id, organisation_id) x) as houses,
		(select json_agg(x) from (
			select expert_id, client_ref as client, null::uuid as expert, null::uuid as employer, null::uuid as trained_by_her
			from client_exclusion where expert_id = any($1)
			union all
			select expert_id, null, other_id, null, null from expert_exclusion where expert_id = any($1)
			union all
			select other_id, null, expert_id, null, null from expert_exclusion where other_id = any($1)
			union all
			select expert_id, null, null, organisation_id, client_ref from dual_role where expert_id = any($1)
			order by 1, 2, 3, 4, 5) x) as people,
		(select json_agg(x) from (`+rulesOf+`) x) as rules,
		(select json_agg(x) from (`+blackoutsOf+`) x) as blackouts,
		(select json_agg(x) from (
			select expert_id, session_id as id, starts_at as "session.start", ends_at as "session.end",
			       lower(busy) as "busy.start", upper(busy) as "busy.end", one_to_one, tier3, double_reason is not null as doubled
			from booking
			where expert_id = any($1) and status <> 'RELEASED' and starts_at < $3 and ends_at > $2
			order by expert_id, starts_at, session_id) x) as booked
		offset 0) x`, // first all of x is read
		pq.Array(ids), t.Now.Add(-bookedBack), t.Now.Add(bookedAhead)); err != nil {
		return err
	}
	for _, x := range all.Trainings {
		by[x.ExpertID].Trained = append(by[x.ExpertID].Trained, x.Training)
	}
	for _, x := range all.Certificates {
		by[x.ExpertID].Certificates = append(by[x.ExpertID].Certificates, x.Valid)
	}
	for _, x := range all.Consents {
		by[x.ExpertID].Consents = append(by[x.ExpertID].Consents, x.Consent)
	}
	for _, x := range all.Traits {
		by[x.ExpertID].Traits = append(by[x.ExpertID].Traits, x.Trait)
	}
	for _, x := range all.Houses {
		by[x.ExpertID].OrganisationExclusions = append(by[x.ExpertID].OrganisationExclusions,
			engine.OrganisationExclusion{Organisation: x.Organisation, Until: x.Until, LiftedFor: append([]engine.RequestID(nil), x.Lifted...)})
	}
	for _, x := range all.People {
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
	for _, x := range all.Rules {
		by[x.ExpertID].Rules = append(by[x.ExpertID].Rules, x.AvailabilityRule)
	}
	for _, x := range all.Blackouts {
		by[x.ExpertID].Blackouts = append(by[x.ExpertID].Blackouts, utc(x.Interval))
	}
	for _, x := range all.Booked {
		x.Booked.Session, x.Booked.Busy = utc(x.Booked.Session), utc(x.Booked.Busy)
		by[x.ExpertID].Booked = append(by[x.ExpertID].Booked, x.Booked)
	}
	return nil
}
