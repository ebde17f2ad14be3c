package graph_test

import (
	"fmt"
	"testing"
	"time"

	"expex/graph/globalid"
)

const planSessions = `mutation($i:PlanSessionsInput!){planSessions(input:$i){plan{booked series{id rhythm{every count until}}
	dates{date verdict slot{start end} reasons{code} alternatives{start end} session{id status minutes}}}}}`

// withMeetings gives the relation of Midden-Holland to its first expert, until
// the end of the year.
func (s *service) withMeetings(t *testing.T) {
	t.Helper()
	s.exec(t, `update match set expert_id = $1, planned_end = '2027-12-31' where id = $2`, s.A.Experts[0], s.A.Match)
}

// plan plans sessions of the relation, as its coordinator.
func (s *service) plan(t *testing.T, key string, plan map[string]any) map[string]any {
	t.Helper()
	plan["matchId"] = globalid.Encode(globalid.Match, string(s.A.Match))
	got := s.must(t, s.A.Coordinator, planSessions, map[string]any{"i": map[string]any{"idempotencyKey": key, "plan": plan}})
	return at(t, got, "planSessions", "plan").(map[string]any)
}

// Scenario 5, DST: a weekly buddy on Wednesday at 16:00 from 13 October 2027, six
// times, stays at 16:00; a window from 02:00 to 03:00 on 28 March does not exist;
// 02:30 on 31 October is its first occurrence; 01:30 to 03:30 that night lasts 3
// hours, and paid hours are elapsed hours.
func TestScenarioDST(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.withMeetings(t)
	s.exec(t, `update deployment_type set minutes_max = 180 where code = 'BUDDY'`) // for the long night
	expert := globalid.Encode(globalid.Expert, string(s.A.Experts[0]))

	got := s.plan(t, "plan-dst-1", map[string]any{"date": "2027-10-13", "time": "16:00", "rhythm": map[string]any{"count": 6}})
	want := []string{"2027-10-13T14:00:00Z", "2027-10-20T14:00:00Z", "2027-10-27T14:00:00Z", "2027-11-03T15:00:00Z", "2027-11-10T15:00:00Z", "2027-11-17T15:00:00Z"}
	if n := len(got["dates"].([]any)); n != 6 || got["booked"] != true {
		t.Fatalf("%d dates, booked %v", n, got["booked"])
	}
	for i, start := range want {
		if d := at(t, got, "dates", i); at(t, d, "slot", "start") != start || at(t, d, "session", "status") != "CONFIRMED" || at(t, d, "session", "minutes") != 60.0 {
			t.Errorf("%v, want an hour from %s", d, start)
		}
	}

	// She opens the nights of Sunday. The hour that clocks skip has no slot.
	s.must(t, s.A.ExpertViewers[0], `mutation($e:ID!){setAvailability(input:{idempotencyKey:"nights-0001",expertId:$e,rules:[{weekday:SUNDAY,starts:"02:00",ends:"03:00"}]}){expert{id}}}`, map[string]any{"e": expert})
	const slots = `query($e:ID!){feasibleSlots(expertIds:[$e],duration:15,between:{start:"2027-03-27T23:00:00Z",end:"2027-03-28T22:00:00Z"},place:{online:true}){totalCount}}`
	if n := at(t, s.must(t, s.A.Coordinator, slots, map[string]any{"e": expert}), "feasibleSlots", "totalCount"); n != 0.0 {
		t.Errorf("%v slots in an hour that does not exist", n)
	}
	got = s.plan(t, "plan-dst-2", map[string]any{"date": "2027-03-28", "time": "02:30"})
	if d := at(t, got, "dates", 0); got["booked"] != false || at(t, d, "slot") != nil || at(t, d, "reasons", 0, "code") != "NO_SUCH_TIME" {
		t.Errorf("a session at a time that does not exist: %v", got)
	}

	s.must(t, s.A.ExpertViewers[0], `mutation($e:ID!){setAvailability(input:{idempotencyKey:"nights-0002",expertId:$e,rules:[{weekday:SUNDAY,starts:"00:00",ends:"12:00"}]}){expert{id}}}`, map[string]any{"e": expert})
	got = s.plan(t, "plan-dst-3", map[string]any{"date": "2027-10-31", "time": "02:30"})
	if start := at(t, got, "dates", 0, "slot", "start"); start != "2027-10-31T00:30:00Z" {
		t.Errorf("an hour that comes twice begins at %v, want the first", start)
	}
	ambiguous := at(t, got, "dates", 0, "session", "id")
	s.must(t, s.A.Coordinator, `mutation($s:ID!){cancelSession(input:{idempotencyKey:"cancel-dst",sessionId:$s}){sessions{id}}}`, map[string]any{"s": ambiguous})
	got = s.plan(t, "plan-dst-4", map[string]any{"date": "2027-10-31", "time": "01:30", "minutes": 180})
	d := at(t, got, "dates", 0)
	if at(t, d, "slot", "start") != "2027-10-30T23:30:00Z" || at(t, d, "slot", "end") != "2027-10-31T02:30:00Z" || at(t, d, "session", "minutes") != 180.0 {
		t.Errorf("the long night: %v, want 01:30 to 03:30 on the clock and three hours", d)
	}
	if end, _ := time.Parse(time.RFC3339, at(t, d, "slot", "end").(string)); end.In(storeZone(t)).Format("15:04") != "03:30" {
		t.Errorf("it ends at %s on the clock", end.In(storeZone(t)).Format("15:04"))
	}
}

func storeZone(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// Scenario 14, at planning: the certificate is valid to 31 March, the series runs
// to 30 May. Only sessions until 31 March are confirmed, later ones are HELD with
// a blocker; once it is renewed they can be confirmed.
func TestScenarioCertificateExpiresInMidSeries(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.withMeetings(t)
	s.exec(t, `update conduct_certificate set valid_to = '2027-04-01' where expert_id = $1`, s.A.Experts[0])
	got := s.plan(t, "plan-vog-1", map[string]any{"date": "2027-03-30", "time": "15:00", "rhythm": map[string]any{"until": "2027-05-30"}})
	dates := got["dates"].([]any)
	if len(dates) != 9 || got["booked"] != true {
		t.Fatalf("%d dates, booked %v; want nine until 25 May", len(dates), got["booked"])
	}
	for i, d := range dates {
		verdict, status := "HELD", "HELD"
		if i == 0 {
			verdict, status = "FITS", "CONFIRMED"
		}
		if at(t, d, "verdict") != verdict || at(t, d, "session", "status") != status {
			t.Errorf("%v, want %s", d, status)
		}
	}
	second := map[string]any{"s": at(t, dates[1], "session", "id")}
	const look = `query($s:ID!){session(id:$s){status series{id} blockers{code sentence(language:EN)} doubleBooked}}`
	if seen := at(t, s.must(t, s.A.Coordinator, look, second), "session"); at(t, seen, "blockers", 0, "code") != "CONDUCT_CERT_INVALID" {
		t.Errorf("the coordinator sees %v", seen)
	}
	for _, who := range []string{"expert", "requester"} {
		viewer := s.A.ExpertViewers[0]
		if who == "requester" {
			viewer = s.A.LocationAsker
		}
		if seen := at(t, s.must(t, viewer, look, second), "session"); at(t, seen, "blockers") != nil || at(t, seen, "doubleBooked") != nil {
			t.Errorf("the %s sees %v", who, seen)
		}
	}
	confirm := func(key string) answer {
		return s.read(t, s.A.Coordinator, `mutation($s:ID!,$k:String!){confirmSession(input:{idempotencyKey:$k,sessionId:$s}){session{status blockers{code}}}}`,
			map[string]any{"s": second["s"], "k": key})
	}
	if refused := confirm("confirm-1"); len(refused.Errors) != 1 || refused.Errors[0].Extensions.Code != "INFEASIBLE" || fmt.Sprint(refused.Errors[0].Extensions.Rules) != "[CONDUCT_CERT_INVALID]" {
		t.Errorf("without a certificate: %+v", refused)
	}
	s.wait(t, 48*time.Hour)
	s.exec(t, `update conduct_certificate set valid_to = '2030-04-01' where expert_id = $1`, s.A.Experts[0])
	renewed := confirm("confirm-2")
	if len(renewed.Errors) > 0 {
		t.Fatalf("with a new one: %+v", renewed.Errors)
	}
	if session := at(t, renewed.Data, "confirmSession", "session"); at(t, session, "status") != "CONFIRMED" || len(at(t, session, "blockers").([]any)) != 0 {
		t.Errorf("a confirmed session is %v", session)
	}
}

// A session is moved, and laid over another on purpose: what everybody sees.
func TestASessionIsMovedOverAnother(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.withMeetings(t)
	got := s.plan(t, "plan-move-1", map[string]any{"date": "2027-04-13", "time": "15:00"})
	variables := map[string]any{"s": at(t, got, "dates", 0, "session", "id")}
	const move = `mutation($s:ID!,$k:String!,$r:String){rescheduleSession(input:{idempotencyKey:$k,sessionId:$s,start:"2027-04-07T12:30:00Z",doubleBookingReason:$r}){
		moved session{sequence slot{start} doubleBooked doubleBookingReason} dates{verdict reasons{code} doubleBooked alternatives{start}}}}`
	variables["k"] = "move-0001"
	refused := at(t, s.must(t, s.A.Coordinator, move, variables), "rescheduleSession")
	if at(t, refused, "moved") != false || at(t, refused, "dates", 0, "reasons", 0, "code") != "OVERLAP" || at(t, refused, "session", "sequence") != 0.0 ||
		at(t, refused, "dates", 0, "alternatives", 0, "start") != "2027-04-07T14:00:00Z" {
		t.Errorf("onto the talk, without a reason: %v", refused)
	}
	variables["k"], variables["r"] = "move-0002", "Zij sluit later aan"
	moved := at(t, s.must(t, s.A.Coordinator, move, variables), "rescheduleSession")
	if at(t, moved, "moved") != true || at(t, moved, "session", "doubleBooked") != true || at(t, moved, "session", "doubleBookingReason") != "Zij sluit later aan" || at(t, moved, "session", "sequence") != 1.0 {
		t.Errorf("with one: %v", moved)
	}
}
