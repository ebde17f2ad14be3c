package graph_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/graph/globalid"
	"expex/store/storetest"
)

// supply is a year in which Midden-Holland has nobody to deploy: its six experts
// are paused, and twelve applicants, with accounts of their own, came.
type supply struct {
	*service
	people  []any // global ids of the applicants
	viewers []auth.Viewer
	keys    int
}

func startSupply(t *testing.T, day engine.Date) *supply {
	t.Helper()
	s := &supply{service: start(t)}
	s.moveTo(storetest.Local(day, "10:00"))
	s.sql(t, `update expert_record set status = 'PAUSED' where expert_id::text like 'aaaaaaaa%'`)
	s.sql(t, `update organisation set type = 'CERTIFIED_INSTITUTION' where id = $1`, s.A.Location)
	for n := range 12 {
		expert, account := fmt.Sprintf("eeeeeeee-0004-4000-8000-%012d", n+1), fmt.Sprintf("eeeeeeee-0003-4000-8000-%012d", n+1)
		viewer := auth.Viewer{AccountID: engine.AccountID(account)}
		hash := storetest.Secret(viewer).Hash()
		s.sql(t, `insert into expert (id, first_name) values ($1, $2)`, expert, fmt.Sprintf("Leerling %d", n+1))
		s.sql(t, `insert into expert_record (expert_id, last_name, status, birth_date, postcode4) values ($1, 'Voorbeeld', 'APPLICANT', '2004-05-17', '2801')`, expert)
		s.sql(t, `insert into pool_member (pool_id, expert_id, valid_from) values ($1, $2, '2028-01-01')`, s.A.Pool, expert)
		s.sql(t, `insert into account (id, name) values ($1, 'Leerling')`, account)
		s.sql(t, `insert into token (account_id, hash) values ($1, $2)`, account, hash[:])
		s.sql(t, `insert into account_role (account_id, role, expert_id, valid_from) values ($1, 'EXPERT', $2, '2028-01-01')`, account, expert)
		s.people, s.viewers = append(s.people, globalid.Encode(globalid.Expert, expert)), append(s.viewers, viewer)
	}
	return s
}

func (s *supply) sql(t *testing.T, statement string, args ...any) {
	t.Helper()
	if _, err := s.db.Exec(statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// do calls a mutation with a fresh key and gives its payload.
func (s *supply) do(t *testing.T, viewer auth.Viewer, mutation, input, answer string, in map[string]any) map[string]any {
	t.Helper()
	return at(t, s.must(t, viewer, fmt.Sprintf(`mutation($i:%s!){%s(input:$i){%s}}`, input, mutation, answer), map[string]any{"i": s.keyed(in)}), mutation).(map[string]any)
}

// refused calls a mutation that must fail, and gives the code and the reason or field.
func (s *supply) refused(t *testing.T, viewer auth.Viewer, mutation, input, answer string, in map[string]any) string {
	t.Helper()
	got := s.read(t, viewer, fmt.Sprintf(`mutation($i:%s!){%s(input:$i){%s}}`, input, mutation, answer), map[string]any{"i": s.keyed(in)})
	if len(got.Errors) != 1 {
		t.Fatalf("%s is not refused: %+v", mutation, got)
	}
	e := got.Errors[0].Extensions
	return e.Code + " " + e.Reason + e.Field
}

func (s *supply) keyed(in map[string]any) map[string]any {
	s.keys++
	in["idempotencyKey"] = fmt.Sprintf("supply-key-%d", s.keys)
	return in
}

func (s *supply) count(t *testing.T, query string, args ...any) (n int) {
	t.Helper()
	if err := s.db.QueryRow(query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func (s *supply) cohort(t *testing.T, start, end engine.Date, paperwork int) any {
	t.Helper()
	made := s.do(t, s.A.Coordinator, "createCohort", "CreateCohortInput", "cohort{id places taken earliestDate}", map[string]any{
		"poolId": globalid.Encode(globalid.Pool, string(s.A.Pool)), "name": "Midden-Holland 3", "plannedStart": start, "plannedEnd": end, "paperworkDays": paperwork})
	return at(t, made, "cohort", "id")
}

func (s *supply) enrol(t *testing.T, cohort any, people ...any) {
	t.Helper()
	s.do(t, s.A.Coordinator, "enrol", "EnrolInput", "cohort{taken}", map[string]any{"cohortId": cohort, "expertIds": people})
}

// talk asks for a pair to talk to a group of adults, on one of the days at 14:00.
func (s *supply) talk(t *testing.T, asker auth.Viewer, organisation engine.OrganisationID, days ...engine.Date) any {
	t.Helper()
	var options []any
	for _, day := range days {
		start := storetest.Local(day, "14:00").UTC()
		options = append(options, map[string]any{"start": start.Format(time.RFC3339), "end": start.Add(3 * time.Hour).Format(time.RFC3339)})
	}
	made := s.do(t, asker, "submitRequest", "SubmitRequestInput", "request{id}", map[string]any{
		"organisationId": globalid.Encode(globalid.Organisation, string(organisation)), "type": "TALK", "municipality": "GM0513", "postcode4": "2801",
		"audience": "CLOSED", "audienceAgeFrom": 18, "themes": []any{map[string]any{"theme": "TRANSITION_18", "importance": "MUST"}}, "options": options})
	s.moveTo(s.now.Load().Add(time.Minute)) // the next one comes later
	return at(t, made, "request", "id")
}

func (s *supply) waitFor(t *testing.T, request, cohort any) {
	t.Helper()
	s.do(t, s.A.Coordinator, "waitlistRequest", "WaitlistRequestInput", "request{status}",
		map[string]any{"requestId": request, "reason": "COHORT_PENDING", "cohortId": cohort})
}

// papers are what the coordinator has seen of each applicant: what she signed, and a
// certificate of conduct.
func (s *supply) papers(t *testing.T, on engine.Date) {
	t.Helper()
	for _, person := range s.people {
		for _, agreement := range []string{"AGREEMENT", "NDA"} {
			s.do(t, s.A.Coordinator, "recordAgreement", "RecordAgreementInput", "expert{id}", map[string]any{"expertId": person, "agreement": agreement, "on": on})
		}
		s.do(t, s.A.Coordinator, "recordConductCertificate", "RecordConductCertificateInput", "expert{id}",
			map[string]any{"expertId": person, "issuedOn": on, "validTo": on.AddDays(1000)})
	}
}

// tells is what an expert says of herself: what she will speak about, and when.
func (s *supply) tells(t *testing.T, viewer auth.Viewer) {
	t.Helper()
	s.do(t, viewer, "setThemeConsent", "SetThemeConsentInput", "consent{level}", map[string]any{"theme": "TRANSITION_18", "usage": "CLOSED_GROUP", "level": "GREEN"})
	var rules []any
	for _, day := range []string{"MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"} {
		rules = append(rules, map[string]any{"weekday": day, "starts": "13:00", "ends": "20:00"})
	}
	s.do(t, viewer, "setAvailability", "SetAvailabilityInput", "expert{id}", map[string]any{"rules": rules})
}

// Scenario 1: a request before certification.
func TestScenario1ARequestBeforeCertification(t *testing.T) {
	t.Parallel()
	// A requester of a GI in Gouda asks for two talks on TRANSITION_18 on 3 February.
	// The pool has nobody who can be deployed; a cohort of 12 places ends on 15 December.
	s := startSupply(t, "2028-02-03")
	cohort := s.cohort(t, "2028-09-20", "2028-12-15", 28)
	s.enrol(t, cohort, s.people...)
	if got := s.refused(t, s.A.Coordinator, "enrol", "EnrolInput", "cohort{taken}", map[string]any{"cohortId": cohort, "expertIds": []any{s.people[0]}}); got != "CONFLICT NO_PLACE" {
		t.Errorf("a thirteenth place: %s", got)
	}
	talks := []any{s.talk(t, s.A.LocationAsker, s.A.Location, "2029-01-17", "2029-01-24"), s.talk(t, s.A.LocationAsker, s.A.Location, "2029-01-18", "2029-01-25")}
	other := s.talk(t, s.A.OtherRequester, s.A.Other, "2028-12-20", "2028-12-21") // before anybody is deployable
	s.do(t, s.A.Coordinator, "triageRequest", "TriageRequestInput", "request{status}", map[string]any{"requestId": talks[0], "outcome": "TRIAGED"})
	for _, request := range append(slices.Clone(talks), other) {
		s.waitFor(t, request, cohort)
	}

	// They wait, with an earliest date and no names.
	const seen = `query($r:ID!){request(id:$r){status earliestDate cannotBeMet waitingDays}}`
	if got := at(t, s.must(t, s.A.LocationAsker, seen, map[string]any{"r": talks[0]}), "request"); fmt.Sprint(got) != "map[cannotBeMet:false earliestDate:2029-01-12 status:WAITLISTED waitingDays:0]" {
		t.Errorf("the requester sees %v", got)
	}
	why := `query($r:ID!){request(id:$r){waitlistReason cohort{id}}}`
	if got := at(t, s.must(t, s.A.Coordinator, why, map[string]any{"r": talks[0]}), "request"); at(t, got, "waitlistReason") != "COHORT_PENDING" || at(t, got, "cohort", "id") != cohort {
		t.Errorf("the coordinator sees %v", got)
	}
	if got := s.read(t, s.A.LocationAsker, why, map[string]any{"r": talks[0]}); len(got.Errors) != 2 || at(t, got.Data, "request", "waitlistReason") != nil {
		t.Errorf("the requester hears why: %+v", got)
	}

	// Every four weeks a person looks at each of them.
	for month := range 3 {
		s.wait(t, 28*24*time.Hour)
		if n := s.count(t, `select count(*) from task where kind = 'REVIEW_WAITING' and done_at is null`); n != 3 {
			t.Errorf("after %d times four weeks %d requests are to be reviewed, want 3", month+1, n)
		}
		s.sql(t, `update task set done_at = appears_at where kind = 'REVIEW_WAITING'`)
	}

	// The trainer certifies nine.
	s.moveTo(storetest.Local("2028-12-15", "17:00"))
	var attendance, outcomes []any
	for n, person := range s.people {
		attendance = append(attendance, map[string]any{"expertId": person, "meeting": 12, "present": n < 10})
		outcome := "CERTIFIED"
		if n >= 9 {
			outcome = []string{"NOT_YET", "NOT_YET", "STOPPED"}[n-9]
		}
		outcomes = append(outcomes, map[string]any{"expertId": person, "outcome": outcome})
	}
	s.do(t, s.A.Trainer, "recordAttendance", "RecordAttendanceInput", "cohort{meetingsHeld}", map[string]any{"cohortId": cohort, "attendance": attendance})
	ended := s.do(t, s.A.Trainer, "recordOutcomes", "RecordOutcomesInput", "cohort{actualEnd taken members{firstName lastName outcome attendance{meeting present} expert{id}}}",
		map[string]any{"cohortId": cohort, "outcomes": outcomes})
	if got := at(t, ended, "cohort"); at(t, got, "actualEnd") != "2028-12-15" || at(t, got, "taken") != 11.0 || fmt.Sprint(at(t, got, "members", 0)) !=
		"map[attendance:[map[meeting:12 present:true]] expert:<nil> firstName:Leerling 1 lastName:Voorbeeld outcome:CERTIFIED]" {
		t.Errorf("the trainer sees %v", got)
	}
	s.wait(t, time.Minute)
	if n := s.count(t, `select count(*) from request where status = 'WAITLISTED' and waitlist_reason = 'COHORT_PENDING'`); n != 3 {
		t.Errorf("%d wait for the cohort while nobody is deployable yet, want 3", n)
	}

	// A first talk is done beside somebody who has done three (H17): Aafke is back.
	s.moveTo(storetest.Local("2028-12-22", "10:00"))
	s.sql(t, `update expert_record set status = 'DEPLOYABLE' where expert_id = $1`, s.A.Experts[0])
	s.tells(t, s.A.ExpertViewers[0])
	ready := func(person any) any {
		return at(t, s.do(t, s.A.Coordinator, "makeDeployable", "MakeDeployableInput", "expert{status deployableSince} missing", map[string]any{"expertId": person}))
	}
	if got := fmt.Sprint(ready(s.people[0])); got != "map[expert:map[deployableSince:<nil> status:CERTIFIED] missing:[AGREEMENT NDA CONDUCT_CERTIFICATE CONSENT AVAILABILITY]]" {
		t.Errorf("without papers: %s", got)
	}
	s.papers(t, "2028-12-20")
	for n := range 9 {
		s.tells(t, s.viewers[n])
		if got := fmt.Sprint(ready(s.people[n])); got != "map[expert:map[deployableSince:2028-12-22 status:DEPLOYABLE] missing:[]]" {
			t.Errorf("with papers: %s", got)
		}
	}
	if got := s.refused(t, s.A.Coordinator, "makeDeployable", "MakeDeployableInput", "missing", map[string]any{"expertId": s.people[9]}); got != "CONFLICT ILLEGAL_TRANSITION" {
		t.Errorf("who did not pass: %s", got)
	}

	// They are scored again, the oldest first.
	var order string
	if err := s.db.QueryRow(`select string_agg(about::text, ',' order by due_at, id) = (select string_agg(id::text, ',' order by submitted_at) from request where status = 'WAITLISTED')
		from due_work where kind = 'RESCORE_WAITING'`).Scan(&order); err != nil || order != "true" {
		t.Errorf("the oldest is not looked at first: %v %v", order, err)
	}
	s.wait(t, time.Minute)
	for _, request := range talks {
		got := at(t, s.must(t, s.A.Coordinator, `query($r:ID!){request(id:$r){status waitingDays earliestDate waitlistReason} matchSuggestions(requestId:$r,first:10){totalCount suggestions{score experts{id}}}}`, map[string]any{"r": request}))
		// The clock of the KPI runs since 3 February.
		if r := at(t, got, "request"); fmt.Sprint(r) != "map[earliestDate:<nil> status:SUGGESTED waitingDays:323 waitlistReason:<nil>]" {
			t.Errorf("a talk is %v", r)
		}
		pairs := at(t, got, "matchSuggestions", "suggestions").([]any)
		if n := at(t, got, "matchSuggestions", "totalCount"); n != 9.0 || len(at(t, pairs[0], "experts").([]any)) != 2 {
			t.Errorf("%v suggestions, want nine pairs: %v", n, pairs)
		}
		if !slices.IsSortedFunc(pairs, func(a, b any) int { return int(at(t, b, "score").(float64) - at(t, a, "score").(float64)) }) {
			t.Error("the pairs are not ranked")
		}
	}
	if n := s.count(t, `select count(*) from task where kind = 'MATCH_WAITING' and done_at is null`); n != 2 {
		t.Errorf("%d tasks to match, want 2", n)
	}
	// The one whose days are over keeps waiting, for the reason that is true now.
	if got := at(t, s.must(t, s.A.Coordinator, `query($r:ID!){request(id:$r){status earliestDate waitlistReason}}`, map[string]any{"r": other}), "request"); fmt.Sprint(got) != "map[earliestDate:<nil> status:WAITLISTED waitlistReason:NO_SLOT]" {
		t.Errorf("the talk of another house is %v", got)
	}
	if n := s.count(t, `select count(*) from offer where request_id = any(select id from request where submitted_at > '2028-01-01')`); n != 0 {
		t.Errorf("%d experts were asked: nothing is assigned by itself", n)
	}
}

// Scenario 2: a cohort is delayed by three weeks.
func TestScenario2ACohortDelayedByThreeWeeks(t *testing.T) {
	t.Parallel()
	s := startSupply(t, "2028-11-20")
	cohort := s.cohort(t, "2028-09-20", "2028-12-15", 3)
	s.enrol(t, cohort, s.people[:10]...)
	for _, person := range s.people[10:] {
		s.do(t, s.A.Coordinator, "addToWaitlist", "AddToWaitlistInput", "entry{id}", map[string]any{"poolId": globalid.Encode(globalid.Pool, string(s.A.Pool)), "expertId": person})
	}
	// Four requests wait for it, of three requesters; one is of use until 20 December only.
	requests := []any{
		s.talk(t, s.A.LocationAsker, s.A.Location, "2028-12-18", "2029-02-07"),
		s.talk(t, s.A.LocationAsker, s.A.Location, "2028-12-19", "2029-02-08"),
		s.talk(t, s.A.Requester, s.A.House, "2028-12-20"),
		s.talk(t, s.A.OtherRequester, s.A.Other, "2029-02-14"),
	}
	for _, request := range requests {
		s.waitFor(t, request, cohort)
	}
	if n := s.count(t, `select count(*) from task where kind = 'DEADLINE_AT_RISK'`); n != 0 {
		t.Errorf("%d requests cannot be met before the delay", n)
	}

	// Two members are counted on already: for one time is held, the other is asked.
	s.papers(t, "2028-11-01")
	for _, person := range s.people[:2] {
		s.do(t, s.A.Coordinator, "recordTraining", "RecordTrainingInput", "expert{trainedFor}", map[string]any{"expertId": person, "type": "TALK", "on": "2028-11-01"})
	}
	s.sql(t, `update expert_record set status = 'DEPLOYABLE' where expert_id = $1 or expert_id::text in ('eeeeeeee-0004-4000-8000-000000000001', 'eeeeeeee-0004-4000-8000-000000000002')`, s.A.Experts[0])
	s.sql(t, `insert into certification (expert_id, cohort_id, certified_on) select m.expert_id, m.cohort_id, '2028-12-15' from cohort_member m where m.cohort_id::text not like 'aaaaaaaa%' and m.cohort_id::text not like 'bbbbbbbb%' order by m.expert_id limit 2`)
	aafke := globalid.Encode(globalid.Expert, string(s.A.Experts[0]))
	for _, viewer := range []auth.Viewer{s.A.ExpertViewers[0], s.viewers[0], s.viewers[1]} {
		s.tells(t, viewer)
	}
	ask := func(request any, day engine.Date, expert any) any {
		start := storetest.Local(day, "14:00").UTC()
		return at(t, s.do(t, s.A.Coordinator, "makeOffer", "MakeOfferInput", "offers{id expert{id}}", map[string]any{"requestId": request, "expertIds": []any{aafke, expert},
			"overrideReason": "Zij is in december klaar", "slot": map[string]any{"start": start.Format(time.RFC3339), "end": start.Add(90 * time.Minute).Format(time.RFC3339)}}), "offers")
	}
	accept := func(viewer auth.Viewer, offers any, expert any) {
		for _, offer := range offers.([]any) {
			if at(t, offer, "expert", "id") == expert {
				s.do(t, viewer, "acceptOffer", "AcceptOfferInput", "session{status}", map[string]any{"offerId": at(t, offer, "id")})
			}
		}
	}
	accept(s.viewers[0], ask(requests[0], "2028-12-18", s.people[0]), s.people[0])
	ask(requests[1], "2028-12-19", s.people[1])
	if n := s.count(t, `select count(*) from booking where status = 'HELD'`); n != 1 {
		t.Fatalf("%d holds, want 1", n)
	}
	order := func() string {
		return fmt.Sprint(s.must(t, s.A.Coordinator, `{requests(first:50,orderBy:OLDEST_FIRST,filter:{waiting:true}){edges{node{id}}} waitlist{edges{node{expert{id} placeOffer{id status}}}}}`, nil))
	}
	before := order()

	// The trainer moves the end from 15 December to 5 January.
	move := map[string]any{"i": s.keyed(map[string]any{"cohortId": cohort, "plannedEnd": "2029-01-05"})}
	const moveCohort = `mutation($i:MoveCohortInput!){moveCohort(input:$i){cohort{plannedEnd earliestDate}}}`
	first := s.ask(t, s.A.Trainer, moveCohort, move)
	if again := s.ask(t, s.A.Trainer, moveCohort, move); string(again) != string(first) {
		t.Errorf("the same move again gives %s, then %s", first, again)
	}
	s.wait(t, time.Minute)

	// All four have a new earliest date, and one cannot be met.
	for n, request := range requests {
		got := at(t, s.must(t, s.A.Requester, `query($r:ID!){request(id:$r){status earliestDate cannotBeMet}}`, map[string]any{"r": request}), "request")
		if n == 3 {
			got = at(t, s.must(t, s.A.OtherRequester, `query($r:ID!){request(id:$r){status earliestDate cannotBeMet}}`, map[string]any{"r": request}), "request")
		}
		if want := fmt.Sprintf("map[cannotBeMet:%t earliestDate:2029-01-08 status:WAITLISTED]", n == 2); fmt.Sprint(got) != want {
			t.Errorf("request %d is %v, want %s", n+1, got, want)
		}
	}
	_, deadline, _ := globalid.Split(requests[2].(string))
	if n, all := s.count(t, `select count(*) from task where kind = 'DEADLINE_AT_RISK' and request_id = $1 and done_at is null`, deadline), s.count(t, `select count(*) from task where kind = 'DEADLINE_AT_RISK'`); n != 1 || all != 1 {
		t.Errorf("%d and %d tasks about deadlines, want 1 and 1", n, all)
	}
	// Each requester is told once, also who has two requests.
	if n, people := s.count(t, `select count(*) from notice where kind = 'EARLIEST_DATE_MOVED'`), s.count(t, `select count(distinct account_id) from notice where kind = 'EARLIEST_DATE_MOVED'`); n != 3 || people != 3 {
		t.Errorf("%d messages to %d requesters, want 3 to 3", n, people)
	}
	// What was held for or asked of members is free, neutrally.
	if n := s.count(t, `select count(*) from booking where status in ('HELD', 'CONFIRMED') and expert_id::text like 'eeeeeeee%'`); n != 0 {
		t.Errorf("%d holds are left", n)
	}
	if n := s.count(t, `select count(*) from offer where status = 'SENT' and pool_id = $1 and sent_at > '2028-01-01'`, s.A.Pool); n != 0 {
		t.Errorf("%d offers are left open", n)
	}
	if n := s.count(t, `select count(*) from offer where status = 'WITHDRAWN' and answered_at is null and decline_code is null`); n != 3 {
		t.Errorf("%d offers were withdrawn neutrally, want 3", n)
	}
	if n := s.count(t, `select count(*) from certification where certified_on = '2029-01-05'`); n != 2 {
		t.Errorf("%d members are expected on the new day, want 2", n)
	}
	if after := order(); after != before {
		t.Errorf("the order of waiting is\n%s\nwas\n%s", after, before)
	}

	// A date that is taken back is news again; the same date is none.
	for day, want := range map[engine.Date]int{"2028-12-15": 6} {
		s.do(t, s.A.Trainer, "moveCohort", "MoveCohortInput", "cohort{id}", map[string]any{"cohortId": cohort, "plannedEnd": day})
		s.do(t, s.A.Trainer, "moveCohort", "MoveCohortInput", "cohort{id}", map[string]any{"cohortId": cohort, "plannedEnd": day})
		if n := s.count(t, `select count(*) from notice where kind = 'EARLIEST_DATE_MOVED'`); n != want {
			t.Errorf("after a move to %s there were %d messages, want %d", day, n, want)
		}
	}
	if n := s.count(t, `select count(*) from task where kind = 'DEADLINE_AT_RISK' and done_at is null`); n != 0 {
		t.Errorf("%d requests cannot be met after all", n)
	}
}
