package graph_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"expex/auth"
	"expex/graph/globalid"
	"expex/store/storetest"
)

// The coordinator keeps others in reserve; they are asked when it is their turn,
// and cannot tell that they were second.
func TestTheReserveThroughGraphQL(t *testing.T) {
	t.Parallel()
	s := start(t)
	request := s.submitted(t, `type:"LISTENING_EAR",client:{ageFrom:14,ageTo:16},themes:[{theme:"LONELINESS",importance:MUST}],
		options:[{start:"2027-04-21T12:00:00Z",end:"2027-04-21T15:00:00Z"}]`)
	id := func(n int) string { return globalid.Encode(globalid.Expert, string(s.A.Experts[n])) }
	s.must(t, s.A.Coordinator, `mutation($i:MakeOfferInput!){makeOffer(input:$i){decisionId}}`, map[string]any{"i": map[string]any{
		"idempotencyKey": "reserve-0001", "requestId": request, "expertIds": []any{id(0)}, "reserve": []any{[]any{id(1)}, []any{id(2)}}, "overrideReason": "omdat",
		"slot": map[string]any{"start": "2027-04-21T12:00:00Z", "end": "2027-04-21T13:00:00Z"}}})
	const mine = `{offers(first:1,status:SENT){totalCount edges{node{id decisionId type online municipality slot{start end} furtherSlots{start} status request{id}}}}}`
	first := s.must(t, s.A.ExpertViewers[0], mine, nil)
	if got := s.must(t, s.A.ExpertViewers[1], mine, nil); at(t, got, "offers", "totalCount") != 0.0 {
		t.Errorf("the second hears of it before her turn: %v", got)
	}
	s.must(t, s.A.ExpertViewers[0], `mutation($o:ID!){declineOffer(input:{idempotencyKey:"reserve-0002",offerId:$o,code:TOO_MUCH_NOW}){offer{status}}}`,
		map[string]any{"o": at(t, first, "offers", "edges", 0, "node", "id")})
	seen := s.must(t, s.A.ExpertViewers[1], mine, nil)
	one, two := at(t, first, "offers", "edges", 0, "node").(map[string]any), at(t, seen, "offers", "edges", 0, "node").(map[string]any)
	decision := two["decisionId"]
	for _, own := range []string{"id", "decisionId"} {
		if one[own] == two[own] {
			t.Errorf("both have the same %s", own)
		}
		delete(one, own)
		delete(two, own)
	}
	a, _ := json.Marshal(one)
	b, _ := json.Marshal(two)
	if string(a) != string(b) {
		t.Errorf("the second reads %s, the first read %s", b, a)
	}
	const chain = `query($d:ID!){decision(id:$d){follows overrideReason madeBy{name}}}`
	got := s.must(t, s.A.Coordinator, chain, map[string]any{"d": decision})
	if at(t, got, "decision", "follows") == nil || at(t, got, "decision", "overrideReason") != "omdat" || at(t, got, "decision", "madeBy", "name") != s.A.Coordinator.Name {
		t.Errorf("the coordinator reads %v", got)
	}
	if hers := s.ask(t, s.A.ExpertViewers[1], chain, map[string]any{"d": decision}); !strings.Contains(string(hers), "FORBIDDEN") {
		t.Errorf("the expert reads %s", hers)
	}
	s.wait(t, 72*time.Hour)
	if got := s.must(t, s.A.ExpertViewers[2], mine, nil); at(t, got, "offers", "totalCount") != 1.0 {
		t.Errorf("the third is not asked: %v", got)
	}
}

// A date that fails comes back with its rules.
func TestDatesThatFailAreNamed(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, statement := range []string{
		`insert into type_training (expert_id, type, trained_on) select expert_id, 'EXPERIENCE_CAFE', '2026-01-01' from expert_record`,
		`insert into blackout (expert_id, starts_at, ends_at) values ('` + string(s.A.Experts[0]) + `', '2027-05-12T00:00:00Z', '2027-05-13T00:00:00Z')`,
	} {
		if _, err := s.db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	request := s.submitted(t, `type:"EXPERIENCE_CAFE",teamSize:2,minutes:120,audience:CLOSED,audienceAgeFrom:18,themes:[{theme:"LONELINESS",importance:MUST}],
		windows:[{weekday:WEDNESDAY,starts:"14:00",ends:"18:00"}],neededFrom:"2027-05-05",everyWeeks:1,occurrences:3`)
	span := func(day string) map[string]any {
		return map[string]any{"start": "2027-05-" + day + "T12:00:00Z", "end": "2027-05-" + day + "T14:00:00Z"}
	}
	text := string(s.ask(t, s.A.Coordinator, `mutation($i:MakeOfferInput!){makeOffer(input:$i){decisionId}}`, map[string]any{"i": map[string]any{
		"idempotencyKey": "dates-0001", "requestId": request, "overrideReason": "omdat", "slot": span("05"), "furtherSlots": []any{span("12"), span("19")},
		"expertIds": []any{globalid.Encode(globalid.Expert, string(s.A.Experts[0])), globalid.Encode(globalid.Expert, string(s.A.Experts[1]))}}}))
	if want := `"code":"INFEASIBLE","dates":[{"end":"2027-05-12T14:00:00Z","rules":["NOT_AVAILABLE"],"start":"2027-05-12T12:00:00Z"}],"rules":["NOT_AVAILABLE"]`; !strings.Contains(text, want) {
		t.Errorf("the answer is %s, want %s in it", text, want)
	}
}

// An expert of the pool finds a session with seats, takes one, has it in her
// calendar, and gives it up.
func TestSeatsThroughGraphQL(t *testing.T) {
	t.Parallel()
	s := start(t)
	session := map[string]any{"s": globalid.Encode(globalid.Session, string(s.A.Session))}
	guest := s.A.ExpertViewers[2]
	const list = `{sessions(from:"2027-04-07T00:00:00Z",to:"2027-04-08T00:00:00Z"){totalCount edges{node{seats seatsTaken experts{firstName expert{id}}}}}}`
	if got := s.must(t, guest, list, nil); at(t, got, "sessions", "totalCount") != 0.0 {
		t.Errorf("before there are seats she sees %v", got)
	}
	s.must(t, s.A.Coordinator, `mutation($s:ID!){openSeats(input:{idempotencyKey:"seats-0001",sessionId:$s,seats:1}){session{seats}}}`, session)
	if got := s.must(t, guest, list, nil); at(t, got, "sessions", "edges", 0, "node", "seats") != 1.0 {
		t.Errorf("with seats she sees %v", got)
	}
	taken := s.must(t, guest, `mutation($s:ID!){takeSeat(input:{idempotencyKey:"seats-0002",sessionId:$s}){session{seats seatsTaken experts{firstName}}}}`, session)
	if at(t, taken, "takeSeat", "session", "seatsTaken") != 1.0 || len(at(t, taken, "takeSeat", "session", "experts").([]any)) != 2 {
		t.Errorf("she reads %v", taken)
	}
	late := s.read(t, s.A.ExpertViewers[4], `mutation($s:ID!){takeSeat(input:{idempotencyKey:"seats-0003",sessionId:$s}){session{seats}}}`, session)
	if len(late.Errors) != 1 || late.Errors[0].Extensions.Reason != "NO_SEAT" {
		t.Errorf("the second for one seat is answered with %+v", late)
	}
	feed := s.must(t, guest, `mutation{createCalendarFeed(input:{idempotencyKey:"seats-0004",label:"telefoon"}){url}}`, nil)
	events := func() int {
		secret := strings.TrimSuffix(strings.TrimPrefix(at(t, feed, "createCalendarFeed", "url").(string), "https://expex.example/calendar/"), ".ics")
		content, err := storetest.OpenFeed(t.Context(), s.store, auth.Secret(secret).Hash())
		if err != nil {
			t.Fatal(err)
		}
		return len(content.Events)
	}
	if n := events(); n != 1 {
		t.Errorf("her calendar has %d events, want 1", n)
	}
	given := s.must(t, guest, `mutation($s:ID!){giveUpSeat(input:{idempotencyKey:"seats-0005",sessionId:$s}){session{seatsTaken}}}`, session)
	if at(t, given, "giveUpSeat", "session", "seatsTaken") != 0.0 {
		t.Errorf("after she gave it up she reads %v", given)
	}
	if n := events(); n != 0 {
		t.Errorf("her calendar has %d events, want none", n)
	}
	s.must(t, s.A.ExpertViewers[4], `mutation($s:ID!){takeSeat(input:{idempotencyKey:"seats-0006",sessionId:$s}){session{seats}}}`, session)
}
