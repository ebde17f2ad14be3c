package store_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// The whole snapshot, for one of its candidates written by hand. A field that is
// added to engine.Candidate and not read by the store fails the second check.
func TestTheSnapshotHoldsWhatRulesAndFactorsNeed(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	a := f.A
	in := enrich(t, s, a)
	home := &engine.Point{Latitude: 52.0119, Longitude: 4.7080} // the middle of Gouda, for lack of postcodes
	confirmed, lastOffer, paused := storetest.Now.AddDate(0, 0, -10), storetest.Now.AddDate(0, 0, -2), storetest.Now.AddDate(0, 1, 0)
	booked := func(id engine.SessionID, day engine.Date) engine.Booked {
		start := storetest.Local(day, "14:00")
		return engine.Booked{ID: id, Session: engine.Interval{Start: start.UTC(), End: start.Add(90 * time.Minute).UTC()},
			Busy: engine.Interval{Start: start.UTC(), End: start.Add(2 * time.Hour).UTC()}}
	}
	rule := func(day engine.Weekday) engine.AvailabilityRule {
		return engine.AvailabilityRule{Weekday: day, Starts: "13:00", Ends: "20:00", Parity: engine.EveryWeek, Mode: engine.Both}
	}
	want := engine.Candidate{
		Expert: a.Experts[0], Status: engine.ExpertDeployable, BirthDate: "2000-05-17", DeployableSince: "2026-01-10",
		CertifiedOn: "2026-01-07", AgreementOn: "2026-01-08", NDAOn: "2026-01-09", PausedUntil: &paused,
		Trained:      []engine.Training{{Type: engine.Buddy, From: "2026-01-06"}, {Type: engine.ListeningEar, From: "2026-01-06"}, {Type: engine.Talk, From: "2026-01-06"}},
		Certificates: []engine.Valid{{From: "2026-01-05", To: "2029-01-05"}},
		Consents: []engine.Consent{
			{Theme: "ADDICTION", Usage: engine.UsageClosedGroup, Level: engine.Amber}, {Theme: "ADDICTION", Usage: engine.UsageOneToOne, Level: engine.Amber},
			{Theme: "LONELINESS", Usage: engine.UsageClosedGroup, Level: engine.Green}, {Theme: "LONELINESS", Usage: engine.UsageOneToOne, Level: engine.Green}},
		Traits:                 []engine.Trait{{Kind: engine.TraitLanguage, Value: "NL"}},
		OrganisationExclusions: []engine.OrganisationExclusion{{Organisation: a.Other, Until: "2027-12-31", LiftedFor: []engine.RequestID{a.Ear, a.Talk}}},
		ExcludedClients:        []engine.ClientRef{a.Client},
		ExcludedExperts:        []engine.ExpertID{a.Experts[5]},
		EmployedBy:             []engine.OrganisationID{a.Host},
		TrainerOf:              []engine.ClientRef{a.Client},
		Tier3Confirmed:         true, FoldExclusions: true,
		Home: engine.Place{Municipality: "GM0513", Region: "JZ27", Point: home},
		Gone: "2027-12-01", Moves: "2027-11-01", NewHome: engine.Place{Municipality: "GM0513", Region: "JZ27", Point: home},
		MaxTravelMinutes: 60,
		Rules: []engine.AvailabilityRule{rule(engine.Monday), rule(engine.Tuesday), rule(engine.Wednesday), rule(engine.Thursday), rule(engine.Friday),
			{Weekday: engine.Sunday, Starts: "22:00", Ends: "24:00", Valid: engine.Valid{From: "2027-04-01", To: "2027-10-31"}, Parity: engine.OddWeeks, Mode: engine.Online, MaxTravelMinutes: 20}},
		Blackouts: []engine.Interval{{Start: storetest.Local("2027-04-14", "00:00").UTC(), End: storetest.Local("2027-04-15", "00:00").UTC()},
			{Start: storetest.Local("2027-04-15", "09:00").UTC(), End: storetest.Local("2027-04-15", "09:30").UTC()}},
		AvailabilityConfirmedAt: &confirmed, BusyReadAt: &lastOffer, // both two days ago
		// Of the sessions she did, the one of more than five weeks ago no longer
		// matters; she counts all three as practice.
		Booked:          []engine.Booked{booked(a.Session, "2027-04-07")},
		Caps:            engine.Caps{ActiveRelations: 1, SessionsPerWeek: 2, MinutesPerMonth: 600},
		ActiveRelations: 1, RelationClosedOn: "2027-03-01", CompletedOfType: 3, LastOfferAt: &lastOffer, DeclinedTooMuch: 1, AtOfferLimit: true,
	}
	got := in.Candidates[0]
	for _, at := range []*time.Time{got.PausedUntil, got.AvailabilityConfirmedAt, got.BusyReadAt, got.LastOfferAt} {
		*at = at.UTC()
	}
	differ(t, "candidate", got, want)
	differ(t, "the other side of an exclusion", in.Candidates[5].ExcludedExperts, a.Experts[:1])
	filled := reflect.ValueOf(want)
	for i := range filled.NumField() {
		name := filled.Type().Field(i).Name
		// Nobody measures travel yet, and extra room is only ever tried.
		if filled.Field(i).IsZero() && name != "TravelMinutes" && name != "Extra" {
			t.Errorf("engine.Candidate.%s is not in the expectation: say where the store reads it", name)
		}
	}
}

func TestTheSnapshotHoldsWhatTheRequestNeeds(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	a := f.A
	store.Owner(s).MustExec(`
		insert into match (request_id, pool_id, expert_id, client_ref, type, status, started_on, planned_end, closed_on)
		values ($1, $2, $3, $4, 'BUDDY', 'CLOSED', '2026-01-01', '2027-12-01', '2027-03-01'), ($1, $2, $3, $4, 'BUDDY', 'ACTIVE', '2027-03-02', '2027-12-01', null)`,
		a.Ear, a.Pool, a.Experts[0], a.Client)
	in, err := s.As(a.Coordinator).MatchInput(t.Context(), a.Ear)
	if err != nil {
		t.Fatal(err)
	}
	differ(t, "now", in.Now, storetest.Now)
	differ(t, "place", in.Place, engine.Place{Municipality: "GM0513", Region: "JZ27", Point: &engine.Point{Latitude: 52.0119, Longitude: 4.7080}})
	differ(t, "service area", in.ServiceArea, []engine.AreaMembership{{Municipality: "GM0513", Valid: engine.Valid{From: "2022-01-01"}}})
	differ(t, "neighbours", in.Neighbours, map[engine.RegionCode][]engine.RegionCode{"JZ27": {"JZ18", "JZ19", "JZ24", "JZ26", "JZ29"}})
	differ(t, "tree", in.Organisations, engine.OrganisationTree{
		a.Location: {Parent: a.House}, a.Old: {MergedInto: a.House}, f.B.Location: {Parent: f.B.House}, f.B.Old: {MergedInto: f.B.House}})
	differ(t, "weights", in.Weights, engine.DefaultWeights(engine.WeightsBuddy))
	in.Request.SubmittedAt = in.Request.SubmittedAt.UTC()
	differ(t, "request", in.Request, engine.Request{
		ID: a.Ear, PoolID: a.Pool, OrganisationID: a.Location, Type: engine.ListeningEar, Status: engine.RequestOpen, Urgency: engine.UrgencyNormal,
		Goal: "Een verzonnen doel A", TeamSize: 1, Minutes: 60, Municipality: "GM0513", Postcode4: "2801", Address: "Voorbeeldstraat 3",
		Audience: engine.AudienceClosed, AudienceAgeFrom: 12, Client: &engine.Client{Ref: a.Client, AgeFrom: 14, AgeTo: 16},
		Themes:      []engine.RequestTheme{{Theme: "LONELINESS", Importance: engine.Must}, {Theme: "ADDICTION", Importance: engine.Nice}},
		Preferences: []engine.Preference{{Kind: engine.TraitLanguage, Value: "NL"}},
		Wishes: engine.Wishes{Windows: []engine.WeekWindow{
			{Weekday: engine.Wednesday, Starts: "14:00", Ends: "17:00"}, {Weekday: engine.Thursday, Starts: "14:00", Ends: "17:00"}},
			From: "2027-03-29", Until: "2027-04-30", EveryWeeks: 1, Occurrences: 1},
		SubmittedAt: storetest.Local("2027-03-24", "10:00").UTC(),
	})
	differ(t, "relations ended", in.RelationsEnded, 1)
	if len(in.Holidays) == 0 || in.Holidays[0] != "2027-03-28" || !slices.Contains(in.Holidays, "2028-12-26") {
		t.Errorf("public holidays ahead are %v, want those of the next two years", in.Holidays)
	}
	var order []engine.ExpertID
	for _, c := range in.Candidates {
		order = append(order, c.Expert)
	}
	differ(t, "candidates, by id", order, a.Experts[:])
	if theme := in.Themes["LONELINESS"]; theme.Group != "SCHOOL_SOCIAL" || theme.Tier != 1 || len(in.Themes) != 30 {
		t.Errorf("themes: %d, LONELINESS is %+v", len(in.Themes), theme)
	}
}

// enrich gives the first expert of the site one of everything, and reads the
// snapshot of the TALK that she did three times.
func enrich(t *testing.T, s *store.Store, a storetest.Site) engine.MatchInput {
	t.Helper()
	type row = map[string]any
	e := a.Experts[0]
	store.Owner(s).MustExec(`
		update expert_record set fold_exclusions = true, cap_active_relations = 1, cap_sessions_per_week = 2, cap_minutes_per_month = 600,
		    paused_until = $2 where expert_id = $1`, e, storetest.Now.AddDate(0, 1, 0))
	// A calendar that was read two days ago, and went stale; a talk of hers came back in it.
	store.Owner(s).MustExec(`update busy_calendar set stale_at = $2, busy = tstzmultirange(tstzrange($3, $4), tstzrange($5, $6)) where expert_id = $1`, e, storetest.Now,
		storetest.Local("2027-04-07", "14:00"), storetest.Local("2027-04-07", "15:30"), storetest.Local("2027-04-15", "09:00"), storetest.Local("2027-04-15", "09:30"))
	store.Owner(s).MustExec(`update pool_member set valid_to = '2027-12-01' where expert_id = $1 and pool_id = $2`, e, a.Pool)
	store.Owner(s).MustExec(`
		insert into expert_transfer (expert_id, from_pool, to_pool, takes_effect, postcode4, proposed_by, proposed_at, accepted_at)
		select $1, $2, id, '2027-11-01', '2801', $3, $4, $4 from pool where id <> $2 limit 1`, e, a.Pool, a.Coordinator.AccountID, storetest.Now)
	store.Owner(s).MustExec(`update offer set status = 'DECLINED', decline_code = 'TOO_MUCH_NOW', answered_at = sent_at where expert_id = $1`, e)
	store.Owner(s).MustExec(`
		with d as (insert into decision (request_id, starts_at, ends_at, engine_version, weights_version, input_hash, suggestion)
			select id, $2::timestamptz, $3::timestamptz, '', '', '', '{}' from request where id = any(array[$5, $6, $7]::uuid[]) returning id, request_id)
		insert into offer (decision_id, request_id, pool_id, expert_id, type, theme_groups, online, municipality, starts_at, ends_at, sent_at, expires_at)
		select d.id, r.id, r.pool_id, $1, r.type, '{}', false, r.municipality, $2, $3, $4, $3 from d join request r on r.id = d.request_id`,
		e, storetest.Now.AddDate(0, 0, 1), storetest.Now.AddDate(0, 0, 2), storetest.Now.AddDate(0, 0, -3), a.Ear, a.Buddy, a.Talk)
	if err := s.Load(t.Context(), []store.Table{
		{Name: "organisation_exclusion", Rows: []row{{"expert_id": e, "organisation_id": a.Other, "until": "2027-12-31"}}},
		{Name: "organisation_exclusion_lift", Rows: []row{{"expert_id": e, "organisation_id": a.Other, "request_id": a.Ear}, {"expert_id": e, "organisation_id": a.Other, "request_id": a.Talk}}},
		{Name: "client_exclusion", Rows: []row{{"expert_id": e, "client_ref": a.Client}}},
		{Name: "expert_exclusion", Rows: []row{{"expert_id": e, "other_id": a.Experts[5]}}},
		{Name: "dual_role", Rows: []row{{"expert_id": e, "organisation_id": a.Host, "client_ref": nil}, {"expert_id": e, "organisation_id": nil, "client_ref": a.Client}}},
		{Name: "availability_rule", Rows: []row{{"expert_id": e, "weekday": engine.Sunday, "starts": "22:00", "ends": "24:00", "valid_from": "2027-04-01",
			"valid_to": "2027-10-31", "parity": engine.OddWeeks, "mode": engine.Online, "max_travel_minutes": 20}}},
		{Name: "match", Rows: []row{
			{"request_id": a.Ear, "pool_id": a.Pool, "expert_id": e, "type": engine.Buddy, "status": engine.MatchActive, "started_on": "2027-01-01", "planned_end": "2027-12-01", "closed_on": nil},
			{"request_id": a.Talk, "pool_id": a.Pool, "expert_id": e, "type": engine.Buddy, "status": engine.MatchClosed, "started_on": "2026-01-01", "planned_end": "2027-12-01", "closed_on": "2027-03-01"}}},
		{Name: "theme_consent", Rows: []row{{"expert_id": e, "theme": "DEBT_INCOME", "usage": engine.UsageOneToOne, "level": engine.Red}}},
	}); err != nil {
		t.Fatal(err)
	}
	in, err := s.As(a.Coordinator).MatchInput(t.Context(), a.Talk) // it has her confirmation of tier 3
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func differ(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		g, _ := json.MarshalIndent(got, "", " ")
		w, _ := json.MarshalIndent(want, "", " ")
		t.Errorf("%s differs:\n%s", what, diff(string(w)+"\n", string(g)+"\n"))
	}
}
