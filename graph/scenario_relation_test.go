package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/graph/globalid"
	"expex/store/storetest"
)

// relation is one of Aafke, the first expert, with a young person in Gouda: it
// begins on Thursday 8 April at 15:00.
type relation struct {
	*service
	request, match any
	serial         int
}

// begin has a relation asked for, offered and accepted.
func begin(t *testing.T, kind engine.DeploymentTypeCode) *relation {
	t.Helper()
	r := &relation{service: start(t)}
	if _, err := r.db.Exec(`insert into type_training (expert_id, type, trained_on) values ($1, 'HOPE_GIVER', '2026-01-06')`, r.A.Experts[0]); err != nil {
		t.Fatal(err)
	}
	submitted := r.must(t, r.A.LocationAsker, `mutation($i:SubmitRequestInput!){submitRequest(input:$i){request{id}}}`, map[string]any{"i": map[string]any{
		"idempotencyKey": "relation-0001", "organisationId": globalid.Encode(globalid.Organisation, string(r.A.Location)),
		"type": kind, "municipality": "GM0513", "postcode4": "2801", "client": map[string]any{"ageFrom": 15, "ageTo": 16},
		"themes":  []any{map[string]any{"theme": "LONELINESS", "importance": "MUST"}},
		"windows": []any{map[string]any{"weekday": "THURSDAY", "starts": "14:00", "ends": "18:00"}}, "neededFrom": "2027-04-05",
	}})
	r.request = at(t, submitted, "submitRequest", "request", "id")
	r.must(t, r.A.Coordinator, `mutation($r:ID!){triageRequest(input:{idempotencyKey:"relation-0002",requestId:$r,outcome:OPEN}){request{id}}}`, map[string]any{"r": r.request})
	offered := r.must(t, r.A.Coordinator, `mutation($i:MakeOfferInput!){makeOffer(input:$i){offers{id}}}`, map[string]any{"i": map[string]any{
		"idempotencyKey": "relation-0003", "requestId": r.request, "expertIds": []any{r.aafke()}, "overrideReason": "Zij kent de buurt",
		"slot": map[string]any{"start": "2027-04-08T13:00:00Z", "end": "2027-04-08T14:00:00Z"},
	}})
	accepted := r.must(t, r.A.ExpertViewers[0], `mutation($o:ID!){acceptOffer(input:{idempotencyKey:"relation-0004",offerId:$o}){session{match{id status}}}}`,
		map[string]any{"o": at(t, offered, "makeOffer", "offers", 0, "id")})
	r.match = at(t, accepted, "acceptOffer", "session", "match", "id")
	if status := at(t, accepted, "acceptOffer", "session", "match", "status"); status != "INTRO" {
		t.Fatalf("a relation begins as %v", status)
	}
	return r
}

func (r *relation) aafke() string { return globalid.Encode(globalid.Expert, string(r.A.Experts[0])) }

func (r *relation) key() string { r.serial++; return fmt.Sprintf("relation-key-%d", r.serial) }

// plan puts a meeting of an hour into the calendar, as planning a series does,
// and gives the error of the database.
func (r *relation) plan(day engine.Date) error {
	begin := storetest.Local(day, "15:00")
	_, err := r.db.Exec(`
		with meeting as (
			insert into session (request_id, match_id, pool_id, organisation_id, type, starts_at, ends_at, status, online, municipality)
			select m.request_id, m.id, m.pool_id, r.organisation_id, m.type, $1::timestamptz, $1::timestamptz + interval '1 hour', 'CONFIRMED', false, 'GM0513'
			from match m join request r on r.id = m.request_id where m.id = $2 returning *)
		insert into booking (session_id, expert_id, starts_at, ends_at, busy, status, one_to_one, tier3)
		select s.id, m.expert_id, s.starts_at, s.ends_at, tstzrange(s.starts_at, s.ends_at + interval '30 minutes'), 'CONFIRMED', true, false
		from meeting s join match m on m.id = s.match_id`, begin, r.uuid(r.match))
	return err
}

func (r *relation) mustPlan(t *testing.T, days ...engine.Date) {
	t.Helper()
	for _, day := range days {
		if err := r.plan(day); err != nil {
			t.Fatal(err)
		}
	}
}

func (r *relation) uuid(id any) string {
	_, uuid, err := globalid.Split(id.(string))
	if err != nil {
		return ""
	}
	return uuid
}

// meetings are the sessions of the relation, as the coordinator sees them.
func (r *relation) meetings(t *testing.T) []any {
	t.Helper()
	return at(t, r.must(t, r.A.Coordinator, `query($m:ID!){match(id:$m){sessions{id status slot{start}}}}`, map[string]any{"m": r.match}), "match", "sessions").([]any)
}

// until moves the clock to an hour after the meeting with that number has ended,
// and does all that has become due.
func (r *relation) until(t *testing.T, n int) (session any) {
	t.Helper()
	s := r.meetings(t)[n-1]
	begins, err := time.Parse(time.RFC3339, at(t, s, "slot", "start").(string))
	if err != nil {
		t.Fatal(err)
	}
	r.wait(t, begins.Add(2*time.Hour).Sub(*r.now.Load()))
	return at(t, s, "id")
}

// record says what became of a meeting once it is over.
func (r *relation) record(t *testing.T, who auth.Viewer, n int, outcome string) {
	t.Helper()
	r.must(t, who, `mutation($s:ID!,$o:Outcome!,$k:String!){recordOutcome(input:{idempotencyKey:$k,sessionId:$s,outcome:$o}){session{status}}}`,
		map[string]any{"s": r.until(t, n), "o": outcome, "k": r.key()})
}

// step is one step in the life of the relation, with more input as the step needs
// it. It gives the relation, or the error.
func (r *relation) step(t *testing.T, who auth.Viewer, mutation, more string) (match map[string]any, reason string) {
	t.Helper()
	out := r.read(t, who, fmt.Sprintf(`mutation($m:ID!,$k:String!){%s(input:{idempotencyKey:$k,matchId:$m%s}){match{id status type meetingsAhead closedReason extraSessions sessions{status} request{status}}}}`, mutation, more),
		map[string]any{"m": r.match, "k": r.key()})
	if len(out.Errors) > 0 {
		e := out.Errors[0].Extensions
		return nil, strings.TrimSpace(e.Code + " " + e.Reason + e.Field)
	}
	return at(t, out.Data, mutation, "match").(map[string]any), ""
}

// steps takes a step that must lead to that status.
func (r *relation) steps(t *testing.T, mutation, more, status string) map[string]any {
	t.Helper()
	match, reason := r.step(t, r.A.Coordinator, mutation, more)
	if reason != "" || match["status"] != status {
		t.Fatalf("%s gives %v %s, want %s", mutation, match, reason, status)
	}
	return match
}

func (r *relation) refused(t *testing.T, mutation, more, want string) {
	t.Helper()
	if match, reason := r.step(t, r.A.Coordinator, mutation, more); reason != want {
		t.Errorf("%s is answered with %v %q, want %q", mutation, match, reason, want)
	}
}

// todo lists the open tasks that the coordinator has by now about this relation,
// its request and its sessions, by kind.
func (r *relation) todo(t *testing.T) []string {
	t.Helper()
	rows, err := r.db.Query(`
		select kind from task
		where done_at is null and appears_at <= $1
		  and (match_id = $2 or session_id in (select id from session where match_id = $2) or request_id = $3) order by kind`,
		*r.now.Load(), r.uuid(r.match), r.uuid(r.request))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var kind string
		if err := rows.Scan(&kind); err != nil {
			t.Fatal(err)
		}
		out = append(out, kind)
	}
	return out
}

func (r *relation) has(t *testing.T, kind engine.TaskKind, want bool) {
	t.Helper()
	if list := r.todo(t); slices.Contains(list, string(kind)) != want {
		t.Errorf("on the list is %v: with %s %v, want %v", list, kind, !want, want)
	}
}

// did ends a task as the coordinator does.
func (r *relation) did(t *testing.T, kind engine.TaskKind) {
	t.Helper()
	result, err := r.db.Exec(`update task set done_at = $1, done_by = $2 where done_at is null and kind = $3 and match_id = $4`,
		*r.now.Load(), r.A.Coordinator.AccountID, kind, r.uuid(r.match))
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := result.RowsAffected(); n != 1 {
		t.Fatalf("%d tasks %s were open", n, kind)
	}
	r.wait(t, time.Second)
}

func (r *relation) requestIs(t *testing.T, want string) {
	t.Helper()
	got := r.must(t, r.A.Coordinator, `query($r:ID!){request(id:$r){status}}`, map[string]any{"r": r.request})
	if status := at(t, got, "request", "status"); status != want {
		t.Errorf("the request is %v, want %s", status, want)
	}
}

// clicks has both say after the first meeting that they want to go on.
func (r *relation) clicks(t *testing.T) {
	t.Helper()
	r.record(t, r.A.ExpertViewers[0], 1, "COMPLETED")
	r.steps(t, "recordRapport", ",side:CLIENT,good:true", "INTRO")
	r.steps(t, "recordRapport", ",side:EXPERT,good:true", "TRIAL")
}

// Scenario 12. The young person misses sessions 2 and 3 of 5: two no-shows make a
// check-in, and session 4 needs to be confirmed. The expert is spoken with, and
// nothing of it shows in what she is offered.
func TestAfterTwoNoShowsTheNextMeetingNeedsToBeConfirmed(t *testing.T) {
	t.Parallel()
	r := begin(t, engine.HopeGiver)
	r.mustPlan(t, "2027-04-15", "2027-04-22", "2027-04-29", "2027-05-06")
	r.clicks(t)

	r.until(t, 2)
	r.has(t, engine.TaskRecordOutcome, true)
	r.record(t, r.A.ExpertViewers[0], 2, "NO_SHOW_CLIENT")
	r.has(t, engine.TaskRecordOutcome, false)
	r.has(t, engine.TaskDebrief, true)
	r.has(t, engine.TaskNoShowCheckIn, false)
	r.record(t, r.A.Coordinator, 3, "NO_SHOW_CLIENT")
	r.has(t, engine.TaskNoShowCheckIn, true)
	status := func(n int) any { return at(t, r.meetings(t), n-1, "status") }
	if status(4) != "HELD" || status(5) != "CONFIRMED" {
		t.Errorf("after two no-shows meetings 4 and 5 are %v and %v", status(4), status(5))
	}

	// After the check-in it is confirmed, with every rule checked.
	confirm := func(n int) answer {
		return r.read(t, r.A.Coordinator, `mutation($s:ID!,$k:String!){confirmSession(input:{idempotencyKey:$k,sessionId:$s}){session{status}}}`,
			map[string]any{"s": at(t, r.meetings(t), n-1, "id"), "k": r.key()})
	}
	if out := confirm(4); len(out.Errors) > 0 || status(4) != "CONFIRMED" {
		t.Errorf("confirming meeting 4: %+v", out.Errors)
	}
	r.has(t, engine.TaskNoShowCheckIn, false)
	if out := confirm(5); len(out.Errors) != 1 || out.Errors[0].Extensions.Reason != "ILLEGAL_TRANSITION" {
		t.Errorf("a meeting is confirmed twice: %+v", out)
	}
	// One more no-show asks for a check-in again. Nobody confirms: it does not take place.
	r.record(t, r.A.Coordinator, 4, "NO_SHOW_CLIENT")
	r.until(t, 5)
	if status(5) != "CANCELLED_BY_COORDINATOR" {
		t.Errorf("a meeting that nobody confirmed is %v once it would have begun", status(5))
	}
	// It is no matter of the expert's: her time counts as given, and nothing else changed.
	var done int
	if err := r.db.QueryRow(`select count(*) from booking b join session s on s.id = b.session_id where s.match_id = $1 and b.status = 'DONE'`, r.uuid(r.match)).Scan(&done); err != nil || done != 4 {
		t.Errorf("%d bookings are done: %v", done, err)
	}
}

// The expert does not come: somebody asks how she is. She records no no-show of
// her own, and a young person's answer is not hers to give.
func TestAnExpertWhoDidNotComeIsCalled(t *testing.T) {
	t.Parallel()
	r := begin(t, engine.Buddy)
	say := `mutation($s:ID!,$o:Outcome!,$k:String!){recordOutcome(input:{idempotencyKey:$k,sessionId:$s,outcome:$o}){session{status}}}`
	session := at(t, r.meetings(t), 0, "id")
	try := func(who auth.Viewer, outcome string) string {
		out := r.read(t, who, say, map[string]any{"s": session, "o": outcome, "k": r.key()})
		if len(out.Errors) == 0 {
			return ""
		}
		return strings.TrimSpace(out.Errors[0].Extensions.Code + " " + out.Errors[0].Extensions.Reason)
	}
	if got := try(r.A.Coordinator, "COMPLETED"); got != "CONFLICT ILLEGAL_TRANSITION" {
		t.Errorf("a session that has not begun is recorded: %q", got)
	}
	r.until(t, 1)
	r.requestIs(t, "RUNNING")
	for who, want := range map[*auth.Viewer]string{
		&r.A.ExpertViewers[0]: "FORBIDDEN", &r.A.ExpertViewers[1]: "NOT_FOUND", &r.A.LocationAsker: "FORBIDDEN", &r.B.Coordinator: "NOT_FOUND",
	} {
		if got := try(*who, "NO_SHOW_EXPERT"); got != want {
			t.Errorf("%s records that the expert did not come: %q, want %q", who.Name, got, want)
		}
	}
	if got := try(r.A.Coordinator, "NO_SHOW_EXPERT"); got != "" {
		t.Errorf("the coordinator is refused: %q", got)
	}
	r.has(t, engine.TaskWelfareCall, true)
	r.has(t, engine.TaskDebrief, false)
	if got := try(r.A.Coordinator, "COMPLETED"); got != "CONFLICT ILLEGAL_TRANSITION" {
		t.Errorf("an outcome is recorded twice: %q", got)
	}
	r.refused(t, "recordRapport", ",side:EXPERT,good:true", "CONFLICT ILLEGAL_TRANSITION") // they have not met
}

// Scenario 13. A hope giver's fifth session is completed and both want more. A
// sixth cannot be planned. One extension is granted with a reason, not two. Then
// it is closed, and two weeks later the rest is over.
func TestAHopeGiverMeetsFiveTimes(t *testing.T) {
	t.Parallel()
	r := begin(t, engine.HopeGiver)
	r.mustPlan(t, "2027-04-15", "2027-04-22", "2027-04-29", "2027-05-06")
	if err := r.plan("2027-05-13"); err == nil || !strings.Contains(err.Error(), "cap") {
		t.Errorf("a sixth meeting is planned: %v", err)
	}
	r.clicks(t)
	for n := 2; n <= 5; n++ {
		r.has(t, engine.TaskCapReached, false)
		r.record(t, r.A.ExpertViewers[0], n, "COMPLETED")
	}
	r.has(t, engine.TaskCapReached, true)
	if err := r.plan("2027-05-13"); err == nil {
		t.Error("a sixth meeting is planned after the fifth")
	}

	r.refused(t, "grantExtraSession", `,reason:" "`, "INVALID reason")
	if match := r.steps(t, "grantExtraSession", `,reason:"Eén keer om af te ronden"`, "TRIAL"); match["extraSessions"] != 1.0 {
		t.Errorf("granted is %v", match)
	}
	r.has(t, engine.TaskCapReached, false)
	r.refused(t, "grantExtraSession", `,reason:"Nog een"`, "CONFLICT SESSION_CAP")
	r.mustPlan(t, "2027-05-13")
	if err := r.plan("2027-05-20"); err == nil {
		t.Error("a seventh meeting is planned")
	}
	r.record(t, r.A.Coordinator, 6, "COMPLETED")
	r.has(t, engine.TaskCapReached, true)

	if match := r.steps(t, "closeMatch", ",reason:GOAL_REACHED", "CLOSED"); match["closedReason"] != "GOAL_REACHED" {
		t.Errorf("closed is %v", match)
	}
	if got := r.todo(t); slices.Contains(got, "CAP_REACHED") || slices.Contains(got, "CHECK_IN") || !slices.Contains(got, "EVALUATE_REQUEST") {
		t.Errorf("after the end the list holds %v", got)
	}
	finish := func(mutation string) any {
		return at(t, r.must(t, r.A.Coordinator, `mutation($r:ID!,$k:String!){`+mutation+`(input:{idempotencyKey:$k,requestId:$r}){request{status}}}`,
			map[string]any{"r": r.request, "k": r.key()}), mutation, "request", "status")
	}
	if status := finish("evaluateRequest"); status != "EVALUATED" {
		t.Errorf("the request is %v", status)
	}
	r.has(t, engine.TaskEvaluateRequest, false)
	if status := finish("closeRequest"); status != "CLOSED" {
		t.Errorf("the request is %v", status)
	}
	r.wait(t, 13*24*time.Hour)
	r.has(t, engine.TaskRestOver, false)
	r.wait(t, 24*time.Hour)
	r.has(t, engine.TaskRestOver, true)
}

// Scenario 13, the other way out: it becomes a buddy.
func TestAHopeGiverBecomesABuddy(t *testing.T) {
	t.Parallel()
	r := begin(t, engine.HopeGiver)
	convert := `,slot:{start:"2027-05-13T13:00:00Z",end:"2027-05-13T14:00:00Z"},plannedEnd:"2027-11-11",consentConfirmedBy:"Loes Locatie"`
	r.refused(t, "convertMatch", convert, "CONFLICT ILLEGAL_TRANSITION") // they have not met
	r.mustPlan(t, "2027-04-15", "2027-04-22", "2027-04-29", "2027-05-06")
	r.clicks(t)
	for n := 2; n <= 5; n++ {
		r.record(t, r.A.ExpertViewers[0], n, "COMPLETED")
		if n == 2 {
			r.steps(t, "activateMatch", "", "ACTIVE")
		}
	}
	r.refused(t, "convertMatch", strings.Replace(convert, "Loes Locatie", "", 1), "INVALID consentConfirmedBy")
	r.refused(t, "convertMatch", convert+`,type:"TALK"`, "INVALID type")
	r.refused(t, "convertMatch", strings.Replace(convert, "2027-11-11", "2029-11-11", 1), "INVALID plannedEnd")
	r.refused(t, "convertMatch", strings.Replace(convert, "T14:00:00Z", "T13:15:00Z", 1), "INVALID slot")

	// Certificate and capacity are checked for the new type.
	change := func(statement string) {
		t.Helper()
		if _, err := r.db.Exec(statement, r.A.Experts[0]); err != nil {
			t.Fatal(err)
		}
	}
	change(`update conduct_certificate set valid_to = '2027-05-13' where expert_id = $1`)
	r.refused(t, "convertMatch", convert, "INFEASIBLE")
	change(`update conduct_certificate set valid_to = '2029-01-05' where expert_id = $1`)
	change(`update expert_record set cap_minutes_per_month = 30 where expert_id = $1`)
	r.refused(t, "convertMatch", convert, "INFEASIBLE")
	change(`update expert_record set cap_minutes_per_month = 6000 where expert_id = $1`)

	before := r.match
	buddy := r.steps(t, "convertMatch", convert, "TRIAL")
	if buddy["id"] == before || buddy["type"] != "BUDDY" || buddy["meetingsAhead"] != 1.0 || at(t, buddy, "request", "status") != "RUNNING" {
		t.Errorf("the buddy is %v", buddy)
	}
	old := r.must(t, r.A.ExpertViewers[0], `query($m:ID!){match(id:$m){status closedReason request{id} rapport{side}}}`, map[string]any{"m": before})
	if at(t, old, "match", "closedReason") != "CONVERTED" || at(t, old, "match", "request") != nil || len(at(t, old, "match", "rapport").([]any)) != 1 {
		t.Errorf("the expert sees of the hope giver %v", old)
	}
	r.has(t, engine.TaskCapReached, false)
	seen := r.must(t, r.A.Coordinator, `query($r:ID!){request(id:$r){type matches{status type}}}`, map[string]any{"r": r.request})
	if at(t, seen, "request", "type") != "BUDDY" || len(at(t, seen, "request", "matches").([]any)) != 2 {
		t.Errorf("the request is %v", seen)
	}
	r.match = buddy["id"]
	r.mustPlan(t, "2027-05-20") // no cap, and no rest
	r.record(t, r.A.ExpertViewers[0], 1, "COMPLETED")
	var consent string
	if err := r.db.QueryRow(`select consent_confirmed_by || consent_confirmed_on from client c join request r on r.client_ref = c.ref where r.id = $1`, r.uuid(r.request)).Scan(&consent); err != nil || consent != "Loes Locatie2027-05-06" {
		t.Errorf("the consent is confirmed by %q: %v", consent, err)
	}
}

// After the first meeting each is asked alone. A no ends it without a word about
// whose it was, and another expert is sought.
func TestWhereItDoesNotClickAnotherExpertIsSought(t *testing.T) {
	t.Parallel()
	r := begin(t, engine.Buddy)
	r.mustPlan(t, "2027-04-15")
	r.record(t, r.A.Coordinator, 1, "COMPLETED")
	r.has(t, engine.TaskAskRapport, true)
	r.has(t, engine.TaskCheckIn, false)
	if _, reason := r.step(t, r.A.ExpertViewers[0], "recordRapport", ",side:CLIENT,good:true"); reason != "FORBIDDEN" {
		t.Errorf("the expert speaks for the young person: %q", reason)
	}
	if _, reason := r.step(t, r.A.ExpertViewers[1], "recordRapport", ",side:EXPERT,good:true"); reason != "NOT_FOUND" {
		t.Errorf("another expert answers: %q", reason)
	}
	r.refused(t, "recordRapport", ",side:REQUESTER,good:true", "INVALID side")
	if match, reason := r.step(t, r.A.ExpertViewers[0], "recordRapport", ",side:EXPERT,good:true"); reason != "" || match["status"] != "INTRO" {
		t.Errorf("her yes gives %v %s", match, reason)
	}
	match := r.steps(t, "recordRapport", ",side:CLIENT,good:false", "CLOSED")
	if match["closedReason"] != "NO_CLICK" || at(t, match, "sessions", 1, "status") != "CANCELLED_BY_COORDINATOR" {
		t.Errorf("after a no it is %v", match)
	}
	r.requestIs(t, "OPEN")
	r.has(t, engine.TaskAskRapport, false)
	hers := strings.TrimSpace(string(r.ask(t, r.A.ExpertViewers[0], `query($m:ID!){match(id:$m){status closedReason rapport{side good} request{id}}}`, map[string]any{"m": r.match})))
	if want := `{"data":{"match":{"status":"CLOSED","closedReason":"NO_CLICK","rapport":[{"side":"EXPERT","good":true}],"request":null}}}`; hers != want {
		t.Errorf("she sees %s", hers)
	}
	var busy int
	if err := r.db.QueryRow(`select count(*) from booking b join session s on s.id = b.session_id where s.match_id = $1 and b.status in ('HELD', 'CONFIRMED')`, r.uuid(r.match)).Scan(&busy); err != nil || busy != 0 {
		t.Errorf("%d of her hours are still taken: %v", busy, err)
	}
}

// A relation of a buddy from trial to planned end, with what falls due on the way.
func TestABuddyIsAccompaniedToThePlannedEnd(t *testing.T) {
	t.Parallel()
	r := begin(t, engine.Buddy) // until 1 July
	r.mustPlan(t, "2027-04-15", "2027-04-22")
	r.clicks(t)
	r.refused(t, "activateMatch", "", "CONFLICT ILLEGAL_TRANSITION") // one meeting is no trial
	r.has(t, engine.TaskCheckIn, false)
	r.wait(t, 47*time.Hour)
	r.has(t, engine.TaskCheckIn, true) // 48 hours after the end of the first meeting
	r.did(t, engine.TaskCheckIn)
	r.has(t, engine.TaskCheckIn, false)
	r.record(t, r.A.ExpertViewers[0], 2, "COMPLETED")
	r.steps(t, "activateMatch", "", "ACTIVE")
	r.refused(t, "closeMatch", ",reason:PLANNED_END", "CONFLICT ILLEGAL_TRANSITION") // it never just stops

	r.record(t, r.A.ExpertViewers[0], 3, "COMPLETED")
	r.wait(t, 4*24*time.Hour) // 26 April: two weeks after the first check-in, on the 10th, were over on the 24th
	r.has(t, engine.TaskCheckIn, true)

	// Paused: nothing falls due, and nobody meets.
	r.mustPlan(t, "2027-05-06")
	if match := r.steps(t, "pauseMatch", "", "PAUSED"); match["meetingsAhead"] != 0.0 {
		t.Errorf("a paused relation has meetings ahead: %v", match)
	}
	r.wait(t, 30*24*time.Hour)
	r.has(t, engine.TaskCheckIn, false)
	r.steps(t, "resumeMatch", "", "ACTIVE")
	r.wait(t, 15*24*time.Hour) // 10 June
	r.has(t, engine.TaskCheckIn, true)
	r.has(t, engine.TaskClosure, true) // the end on 1 July is near

	// Extended to the spring: reviews come, and the end is far again.
	r.refused(t, "extendMatch", `,plannedEnd:"2027-06-30"`, "CONFLICT ILLEGAL_TRANSITION")
	r.refused(t, "extendMatch", `,plannedEnd:"2029-04-09"`, "INVALID overrideReason")
	r.steps(t, "extendMatch", `,plannedEnd:"2028-03-30"`, "ACTIVE")
	r.has(t, engine.TaskClosure, false)
	r.has(t, engine.TaskReview, false)
	r.wait(t, 29*24*time.Hour) // 9 July, over three months
	r.has(t, engine.TaskReview, true)
	r.did(t, engine.TaskReview)
	r.has(t, engine.TaskReview, false)
	r.wait(t, 92*24*time.Hour) // 9 October, over six months
	r.has(t, engine.TaskReview, true)

	// The end is announced two meetings ahead, or with a reason.
	r.mustPlan(t, "2027-10-14")
	r.refused(t, "announceClosure", "", "INVALID overrideReason")
	r.mustPlan(t, "2027-10-21")
	if match := r.steps(t, "announceClosure", "", "CLOSING"); match["meetingsAhead"] != 2.0 {
		t.Errorf("at the announcement %v", match)
	}
	r.refused(t, "extendMatch", `,plannedEnd:"2028-04-30"`, "CONFLICT ILLEGAL_TRANSITION")
	r.record(t, r.A.ExpertViewers[0], 5, "COMPLETED")
	r.has(t, engine.TaskClosure, false)
	r.record(t, r.A.ExpertViewers[0], 6, "COMPLETED")
	r.has(t, engine.TaskClosure, true) // the last meeting was: close it
	r.requestIs(t, "RUNNING")
	r.steps(t, "closeMatch", ",reason:STOPPED_EARLY,seekAgain:true", "CLOSED")
	r.requestIs(t, "OPEN")
	r.refused(t, "pauseMatch", "", "CONFLICT ILLEGAL_TRANSITION")
}

// Scenario 14, its last line: no session is completed without a valid certificate
// of conduct, unless a coordinator breaks the glass.
func TestNoMeetingIsCompletedWithoutACertificate(t *testing.T) {
	t.Parallel()
	r := begin(t, engine.Buddy)
	if _, err := r.db.Exec(`update conduct_certificate set valid_to = '2027-04-08' where expert_id = $1`, r.A.Experts[0]); err != nil { // the day after the last
		t.Fatal(err)
	}
	session := r.until(t, 1)
	say := func(who auth.Viewer, more string) string {
		out := r.read(t, who, `mutation($s:ID!,$k:String!){recordOutcome(input:{idempotencyKey:$k,sessionId:$s,outcome:COMPLETED`+more+`}){session{status}}}`,
			map[string]any{"s": session, "k": r.key()})
		if len(out.Errors) == 0 {
			return ""
		}
		e := out.Errors[0].Extensions
		return strings.TrimSpace(e.Code + " " + e.Field + strings.Join(e.Rules, ","))
	}
	for _, c := range []struct {
		who        auth.Viewer
		more, want string
	}{
		{r.A.ExpertViewers[0], "", "INFEASIBLE OTHER"},
		{r.A.ExpertViewers[0], `,breakGlassReason:"Het ging goed"`, "FORBIDDEN"},
		{r.A.Coordinator, "", "INFEASIBLE CONDUCT_CERT_INVALID"},
		{r.A.Coordinator, `,breakGlassReason:" "`, "INVALID breakGlassReason"},
		{r.A.Coordinator, `,breakGlassReason:"Aanvraag liep; ik was erbij"`, ""},
	} {
		if got := say(c.who, c.more); got != c.want {
			t.Errorf("%s with %q: %q, want %q", c.who.Name, c.more, got, c.want)
		}
	}
	var kept string
	if err := r.db.QueryRow(`select kind || ' ' || reason from waiver where session_id = $1`, r.uuid(session)).Scan(&kept); err != nil || kept != "NO_CERTIFICATE Aanvraag liep; ik was erbij" {
		t.Errorf("kept is %q: %v", kept, err)
	}
}
