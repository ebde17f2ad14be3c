package storetest

import (
	"fmt"
	"maps"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// row is one row by its columns. All rows of a table name the same ones.
type row = map[string]any

// tables are the rows of a site, in an order that satisfies the foreign keys.
func (s Site) tables(pool, letter string) []store.Table {
	house := func(id engine.OrganisationID, name string, kind engine.OrganisationType, parent, into any) row {
		return row{"id": id, "name": name + " " + letter, "type": kind, "parent_id": parent, "merged_into": into,
			"municipality": s.Municipality, "postcode4": s.Postcode4, "address": "Voorbeeldstraat 1"}
	}
	request := func(id engine.RequestID, kind engine.DeploymentTypeCode, status engine.RequestStatus, day string, team, minutes int, client any) row {
		return row{"id": id, "pool_id": s.Pool, "organisation_id": s.Location, "submitted_by": s.LocationAsker.AccountID, "type": kind,
			"status": status, "goal": "Een verzonnen doel " + letter, "team_size": team, "minutes": minutes, "municipality": s.Municipality,
			"postcode4": s.Postcode4, "address": "Voorbeeldstraat 3", "client_ref": client, "audience_age_from": 12, "needed_from": "2027-03-29",
			"needed_until": "2027-04-30", "submitted_at": Local(engine.Date(day), "10:00")}
	}
	decision := func(id engine.DecisionID, of engine.RequestID, start, end time.Time) row {
		return row{"id": id, "request_id": of, "made_by": s.Coordinator.AccountID, "made_at": Now.AddDate(0, 0, -2), "starts_at": start, "ends_at": end,
			"engine_version": engine.Version, "weights_version": "test", "input_hash": "test", "suggestion": engine.Suggestion{
				Score: 9700, Coverage: 100, Feasible: 1, Needed: 1, Slots: []engine.Interval{{Start: start.UTC(), End: end.UTC()}}, Factors: []engine.FactorScore{
					{Name: "theme_fit", Weight: 30, State: engine.Known, Value: 10000, Points: 3000, Facts: []engine.Fact{{Code: engine.FactThemesMust, N: 1, Of: 1}}},
					{Name: "practice_level", Weight: 70, State: engine.Known, Value: 9571, Points: 6700, Facts: []engine.Fact{{Code: engine.FactPractice, Expert: s.Experts[0], N: 3}}}}}}
	}
	offer := func(id engine.OfferID, of engine.DecisionID, about engine.RequestID, kind engine.DeploymentTypeCode, to engine.ExpertID, status engine.OfferStatus, start, end time.Time) row {
		r := row{"id": id, "decision_id": of, "request_id": about, "pool_id": s.Pool, "expert_id": to, "type": kind, "theme_groups": []string{"SCHOOL_SOCIAL"},
			"online": false, "municipality": s.Municipality, "starts_at": start, "ends_at": end, "status": status,
			"sent_at": Now.AddDate(0, 0, -2), "expires_at": Now.AddDate(0, 0, 1), "answered_at": nil}
		if status == engine.OfferAccepted {
			r["answered_at"] = Now.AddDate(0, 0, -1)
		}
		return r
	}
	session := func(id engine.SessionID, of engine.RequestID, from, series any, status engine.SessionStatus, start time.Time) row {
		return row{"id": id, "uid": id, "request_id": of, "decision_id": from, "series_id": series, "pool_id": s.Pool, "organisation_id": s.Location, "type": engine.Talk,
			"starts_at": start, "ends_at": start.Add(90 * time.Minute), "status": status, "online": false, "municipality": s.Municipality,
			"address": "Voorbeeldstraat 3", "created_at": Now.AddDate(0, -2, 0), "changed_at": Now.AddDate(0, -2, 0)}
	}
	booking := func(of engine.SessionID, e engine.ExpertID, status store.BookingStatus, start time.Time) row {
		end := start.Add(90 * time.Minute)
		return row{"session_id": of, "expert_id": e, "starts_at": start, "ends_at": end, "status": status, "one_to_one": false, "tier3": false,
			"busy": fmt.Sprintf("[%s,%s)", start.Format(time.RFC3339), end.Add(30*time.Minute).Format(time.RFC3339))}
	}
	buddyAt, talkAt := Local("2027-04-08", "14:00"), Local("2027-04-07", "14:00")
	e := s.Experts
	sessions := []row{session(s.Session, s.Talk, s.Decisions[1], nil, engine.SessionConfirmed, talkAt)}
	bookings := []row{booking(s.Session, e[0], store.BookingConfirmed, talkAt), booking(s.Session, e[1], store.BookingConfirmed, talkAt)}
	for i, day := range []engine.Date{"2027-02-03", "2027-02-10", "2027-02-17"} {
		sessions = append(sessions, session(s.Done[i], s.Past, nil, s.Series, engine.SessionCompleted, Local(day, "14:00")))
		bookings = append(bookings, booking(s.Done[i], e[0], store.BookingDone, Local(day, "14:00")))
	}
	tables := []store.Table{
		{Name: "organisation", Rows: []row{
			house(s.Host, "Gastheer", engine.Host, nil, nil),
			house(s.House, "Huis Verzonnen", engine.YouthCareProvider, nil, nil),
			house(s.Location, "Locatie Verzonnen", engine.YouthCareProvider, s.House, nil),
			house(s.Old, "Oud Huis Verzonnen", engine.YouthCareProvider, nil, s.House),
			house(s.Other, "Ander Huis", engine.YouthCareProvider, nil, nil)}},
		{Name: "pool", Rows: []row{{"id": s.Pool, "name": pool, "host_id": s.Host}}},
		{Name: "pool_policy", Rows: []row{{"pool_id": s.Pool}}},
		{Name: "weights", Rows: []row{{"pool_id": s.Pool, "type": engine.PolicyAdvice, "weights": row{"theme_fit": 60, "practice_level": 40},
			"reason": "Een verzonnen reden", "proposed_by": s.Coordinator.AccountID, "proposed_at": Now.AddDate(0, 0, -1)}}},
		{Name: "service_area", Rows: []row{{"pool_id": s.Pool, "municipality": s.Municipality, "valid_from": "2022-01-01"}}},
		{Name: "organisation_pool", Rows: []row{{"organisation_id": s.House, "pool_id": s.Pool}, {"organisation_id": s.Location, "pool_id": s.Pool},
			{"organisation_id": s.Old, "pool_id": s.Pool}, {"organisation_id": s.Other, "pool_id": s.Pool}}},
	}
	tables = append(tables, s.experts()...)
	return append(tables,
		store.Table{Name: "client", Rows: []row{{"ref": s.Client, "pool_id": s.Pool, "organisation_id": s.Location, "age_from": 14, "age_to": 16}}},
		store.Table{Name: "client_exclusion", Rows: []row{{"expert_id": e[4], "client_ref": s.Client}}},
		store.Table{Name: "dual_role", Rows: []row{{"expert_id": e[5], "organisation_id": s.House}}},
		store.Table{Name: "request", Rows: []row{
			request(s.Ear, engine.ListeningEar, engine.RequestOpen, "2027-03-24", 1, 60, s.Client),
			request(s.Buddy, engine.Buddy, engine.RequestOffered, "2027-03-23", 1, 60, s.Client),
			request(s.Talk, engine.Talk, engine.RequestFilled, "2027-03-22", 2, 90, nil),
			request(s.Past, engine.Talk, engine.RequestClosed, "2027-01-05", 1, 90, nil)}},
		store.Table{Name: "request_theme", Rows: []row{
			{"request_id": s.Ear, "theme": "LONELINESS", "importance": engine.Must}, {"request_id": s.Ear, "theme": "ADDICTION", "importance": engine.Nice},
			{"request_id": s.Buddy, "theme": "LONELINESS", "importance": engine.Must}, {"request_id": s.Talk, "theme": "LONELINESS", "importance": engine.Must}}},
		store.Table{Name: "request_preference", Rows: []row{{"request_id": s.Ear, "kind": engine.TraitLanguage, "value": "NL"}}},
		store.Table{Name: "request_window", Rows: []row{
			{"request_id": s.Ear, "weekday": engine.Wednesday, "starts": "14:00", "ends": "17:00"},
			{"request_id": s.Ear, "weekday": engine.Thursday, "starts": "14:00", "ends": "17:00"}}},
		store.Table{Name: "request_option", Rows: []row{
			{"request_id": s.Buddy, "starts_at": buddyAt, "ends_at": buddyAt.Add(3 * time.Hour)},
			{"request_id": s.Talk, "starts_at": talkAt, "ends_at": talkAt.Add(90 * time.Minute)}}},
		store.Table{Name: "organisation_exclusion_lift", Rows: []row{{"expert_id": e[3], "organisation_id": s.House, "request_id": s.Talk}}},
		store.Table{Name: "tier3_confirmation", Rows: []row{{"expert_id": e[0], "request_id": s.Talk, "confirmed_at": Now.AddDate(0, 0, -2)}}},
		store.Table{Name: "decision", Rows: []row{decision(s.Decisions[0], s.Buddy, buddyAt, buddyAt.Add(time.Hour)),
			decision(s.Decisions[1], s.Talk, talkAt, talkAt.Add(90*time.Minute))}},
		store.Table{Name: "offer", Rows: []row{
			offer(s.Offer, s.Decisions[0], s.Buddy, engine.Buddy, e[2], engine.OfferSent, buddyAt, buddyAt.Add(time.Hour)),
			offer(s.Accepted[0], s.Decisions[1], s.Talk, engine.Talk, e[0], engine.OfferAccepted, talkAt, talkAt.Add(90*time.Minute)),
			offer(s.Accepted[1], s.Decisions[1], s.Talk, engine.Talk, e[1], engine.OfferAccepted, talkAt, talkAt.Add(90*time.Minute))}},
		store.Table{Name: "match", Rows: []row{{"id": s.Match, "request_id": s.Buddy, "pool_id": s.Pool, "expert_id": e[5], "client_ref": s.Client, "type": engine.Buddy,
			"status": engine.MatchActive, "started_on": "2026-12-01", "planned_end": "2027-06-01"}}},
		store.Table{Name: "session_series", Rows: []row{{"id": s.Series, "request_id": s.Past, "pool_id": s.Pool, "first": "2027-02-03", "at": "14:00",
			"minutes": 90, "every": 1, "count": 3, "planned_by": s.Coordinator.AccountID, "planned_at": Now.AddDate(0, -2, 0)}}},
		store.Table{Name: "session", Rows: sessions},
		store.Table{Name: "booking", Rows: bookings},
		store.Table{Name: "calendar_feed", Rows: []row{
			feed(s.Feed, store.FeedOfExpert, row{"expert_id": e[0], "label": "telefoon " + letter, "title": "EXPEX_APPOINTMENT", "with_place": true}),
			feed(s.Team, store.FeedOfTeam, row{"account_id": s.Coordinator.AccountID, "pool_id": s.Pool, "title": "MINIMAL"}),
			feed(s.FreeBusy, store.FeedOfTeamFreeBusy, row{"account_id": s.Coordinator.AccountID, "pool_id": s.Pool, "title": "MINIMAL"}),
			feed(s.Talks, store.FeedOfPublicTalks, row{"account_id": s.Requester.AccountID, "organisation_id": s.House, "title": "TALK", "with_place": true})}},
		store.Table{Name: "calendar_feed_secret", Rows: []row{feedSecret(s.Feed), feedSecret(s.Team), feedSecret(s.FreeBusy), feedSecret(s.Talks)}},
		store.Table{Name: "busy_calendar", Rows: []row{{"id": s.Busy, "expert_id": e[0], "label": "privé " + letter, "source": engine.BusyAddress, "sealed": `\x`,
			"created_at": Now.AddDate(0, 0, -2), "read_at": Now.AddDate(0, 0, -2), "stale_at": Now.AddDate(5, 0, 0), "due_at": Now.AddDate(5, 0, 0)}}},
		store.Table{Name: "invitation_choice", Rows: []row{{"expert_id": e[1], "wanted": false, "title": "MINIMAL", "with_place": false}}},
	)
}

// feed is a calendar that was made a month ago and never fetched.
func feed(id engine.FeedID, kind store.FeedKind, of row) row {
	r := row{"id": id, "kind": kind, "expert_id": nil, "account_id": nil, "pool_id": nil, "organisation_id": nil, "label": "", "with_place": false,
		"created_at": Now.AddDate(0, -1, 0), "renewed_at": Now.AddDate(0, -1, 0)}
	maps.Copy(r, of)
	return r
}

func feedSecret(id engine.FeedID) row {
	return row{"hash": fmt.Sprintf(`\x%x`, SecretOfFeed(id).Hash()), "feed_id": id, "created_at": Now.AddDate(0, -1, 0)}
}

// experts are the people of a site, with what makes them deployable.
func (s Site) experts() []store.Table {
	var expert, record, member, certification, conduct, training, consent, trait, hours []row
	for i, e := range s.Experts {
		add := func(to *[]row, r row) { r["expert_id"] = e; *to = append(*to, r) }
		name := s.ExpertViewers[i].Name
		expert = append(expert, row{"id": e, "first_name": name, "intro": "Ik ben " + name + ", verzonnen."})
		add(&record, row{"last_name": "Voorbeeld", "email": name + "@example.org", "phone": "000", "birth_date": fmt.Sprintf("200%d-05-17", i),
			"postcode4": s.Postcode4, "status": engine.ExpertDeployable, "deployable_since": "2026-01-10", "agreement_on": "2026-01-08",
			"nda_on": "2026-01-09", "max_travel_minutes": 60, "availability_confirmed_at": Now.AddDate(0, 0, -10)})
		add(&member, row{"pool_id": s.Pool, "valid_from": "2026-01-10"})
		add(&certification, row{"certified_on": "2026-01-07"})
		add(&conduct, row{"issued_on": "2026-01-05", "valid_to": "2029-01-05"})
		for _, kind := range []engine.DeploymentTypeCode{engine.ListeningEar, engine.Talk, engine.Buddy} {
			add(&training, row{"type": kind, "trained_on": "2026-01-06"})
		}
		for _, usage := range []engine.Usage{engine.UsageOneToOne, engine.UsageClosedGroup} {
			add(&consent, row{"theme": "LONELINESS", "usage": usage, "level": engine.Green, "valid_from": Now.AddDate(0, -1, 0)})
			add(&consent, row{"theme": "ADDICTION", "usage": usage, "level": engine.Amber, "valid_from": Now.AddDate(0, -1, 0)})
		}
		add(&trait, row{"kind": engine.TraitLanguage, "value": "NL"})
		for _, day := range []engine.Weekday{engine.Monday, engine.Tuesday, engine.Wednesday, engine.Thursday, engine.Friday} {
			add(&hours, row{"weekday": day, "starts": "13:00", "ends": "20:00"})
		}
	}
	tookBack := func(level engine.ConsentLevel, daysAgo int) row {
		return row{"expert_id": s.Experts[1], "theme": "BULLYING", "usage": engine.UsageOneToOne, "level": level, "valid_from": Now.AddDate(0, 0, -daysAgo)}
	}
	return []store.Table{
		{Name: "expert", Rows: expert},
		{Name: "expert_record", Rows: record},
		{Name: "pool_member", Rows: member},
		{Name: "certification", Rows: certification},
		{Name: "conduct_certificate", Rows: conduct},
		{Name: "type_training", Rows: training},
		{Name: "theme_consent", Rows: append(consent, tookBack(engine.Green, 20), tookBack(engine.Red, 5))},
		{Name: "expert_trait", Rows: trait},
		{Name: "availability_rule", Rows: hours},
		{Name: "cohort", Rows: []row{
			{"id": s.Cohort, "pool_id": s.Pool, "name": "Lichting verzonnen", "places": 12, "planned_start": "2025-10-01", "planned_end": "2025-12-20", "actual_end": "2025-12-20"},
			{"id": s.Later, "pool_id": s.Pool, "name": "Latere lichting verzonnen", "places": 1, "planned_start": "2027-05-03", "planned_end": "2027-07-20", "actual_end": nil}}},
		{Name: "cohort_member", Rows: []row{{"cohort_id": s.Cohort, "expert_id": s.Experts[0], "outcome": "CERTIFIED", "decided_on": "2026-01-07"}}},
		{Name: "cohort_attendance", Rows: []row{{"cohort_id": s.Cohort, "expert_id": s.Experts[0], "meeting": 1, "present": true}}},
		{Name: "waitlist_entry", Rows: []row{{"id": s.Waiting, "pool_id": s.Pool, "expert_id": s.Experts[0], "since": "2027-03-01", "priority": 2}}},
		{Name: "waitlist_priority", Rows: []row{{"entry_id": s.Waiting, "priority": 2, "reason": "Een verzonnen reden", "set_by": s.Coordinator.AccountID, "set_at": Now.AddDate(0, 0, -3)}}},
		{Name: "place_offer", Rows: []row{{"id": s.Place, "cohort_id": s.Later, "entry_id": s.Waiting, "sent_at": Now.AddDate(0, 0, -1), "expires_at": Now.AddDate(0, 0, 2)}}},
		{Name: "blackout", Rows: []row{{"expert_id": s.Experts[0], "starts_at": Local("2027-04-14", "00:00"), "ends_at": Local("2027-04-15", "00:00")}}},
		{Name: "organisation_exclusion", Rows: []row{{"expert_id": s.Experts[3], "organisation_id": s.House}}},
		{Name: "expert_exclusion", Rows: []row{{"expert_id": s.Experts[3], "other_id": s.Experts[4]}}},
	}
}

// accounts are the people who may sign in, with the token of [Secret].
func accounts(viewers []auth.Viewer) []store.Table {
	var account, token []row
	for _, v := range viewers {
		hash := Secret(v).Hash()
		account = append(account, row{"id": v.AccountID, "name": v.Name})
		token = append(token, row{"account_id": v.AccountID, "hash": fmt.Sprintf(`\x%x`, hash), "label": "test"})
	}
	return []store.Table{{Name: "account", Rows: account}, {Name: "token", Rows: token}}
}

// roles are what the viewers hold.
func roles(viewers []auth.Viewer) []store.Table {
	var out []row
	for _, v := range viewers {
		for _, g := range v.Grants {
			out = append(out, row{"account_id": v.AccountID, "role": g.Role, "valid_from": "2026-01-01",
				"pool_id": orNull(g.PoolID), "organisation_id": orNull(g.OrganisationID), "expert_id": orNull(g.ExpertID)})
		}
	}
	return []store.Table{{Name: "account_role", Rows: out}}
}

func orNull[T ~string](id T) any {
	if id == "" {
		return nil
	}
	return id
}
