package graph_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/graph/globalid"
)

// whoIs gives the expert of Midden-Holland with a global id.
func (s *service) whoIs(t *testing.T, id any) auth.Viewer {
	t.Helper()
	for n, expert := range s.A.Experts {
		if globalid.Encode(globalid.Expert, string(expert)) == id {
			return s.A.ExpertViewers[n]
		}
	}
	t.Fatalf("%v is nobody of Midden-Holland", id)
	return auth.Viewer{}
}

var submissions atomic.Int64

// submitted is a request that is open: the fields say what it asks.
func (s *service) submitted(t *testing.T, fields string) any {
	t.Helper()
	n := submissions.Add(1)
	out := s.must(t, s.A.Coordinator, fmt.Sprintf(`mutation($o:ID!){submitRequest(input:{idempotencyKey:"submit-%05d",organisationId:$o,municipality:"GM0513",%s}){request{id}}}`, n, fields),
		map[string]any{"o": globalid.Encode(globalid.Organisation, string(s.A.Location))})
	id := at(t, out, "submitRequest", "request", "id")
	s.must(t, s.A.Coordinator, fmt.Sprintf(`mutation($r:ID!){triageRequest(input:{idempotencyKey:"triage-%05d",requestId:$r,outcome:OPEN}){request{status}}}`, n), map[string]any{"r": id})
	return id
}

// Scenario 3, the half about the hold: of a pair one says yes and the other no.
// Her slot stays held for 48 hours; nobody is confirmed alone.
func TestScenarioOneOfAPairDeclines(t *testing.T) {
	t.Parallel()
	s := start(t)
	request := s.submitted(t, `type:"TALK",audience:CLOSED,audienceAgeFrom:18,themes:[{theme:"LONELINESS",importance:MUST}],
		options:[{start:"2027-04-21T12:00:00Z",end:"2027-04-21T15:00:00Z"}]`)
	ranked := s.must(t, s.A.Coordinator, `query($r:ID!){matchSuggestions(requestId:$r){suggestions{experts{id} slots{start end} basis}}}`, map[string]any{"r": request})
	for i := range at(t, ranked, "matchSuggestions", "suggestions").([]any) {
		team := at(t, ranked, "matchSuggestions", "suggestions", i, "experts").([]any)
		apart := 0
		for _, member := range team {
			for _, n := range []int{3, 4} {
				if at(t, member, "id") == globalid.Encode(globalid.Expert, string(s.A.Experts[n])) {
					apart++
				}
			}
		}
		if len(team) != 2 || apart == 2 {
			t.Errorf("suggestion %d is no valid pair: %v", i, team)
		}
	}
	first := at(t, ranked, "matchSuggestions", "suggestions", 0)
	offered := s.must(t, s.A.Coordinator, `mutation($i:MakeOfferInput!){makeOffer(input:$i){offers{id expert{id}}}}`, map[string]any{"i": map[string]any{
		"idempotencyKey": "pair-0001", "requestId": request, "basis": at(t, first, "basis"), "slot": at(t, first, "slots", 0),
		"expertIds": []any{at(t, first, "experts", 0, "id"), at(t, first, "experts", 1, "id")}}})
	yes, no := at(t, offered, "makeOffer", "offers", 0), at(t, offered, "makeOffer", "offers", 1)
	experienced, newcomer := s.whoIs(t, at(t, yes, "expert", "id")), s.whoIs(t, at(t, no, "expert", "id"))

	accepted := s.must(t, experienced, `mutation($o:ID!){acceptOffer(input:{idempotencyKey:"pair-0002",offerId:$o}){session{id status}}}`, map[string]any{"o": at(t, yes, "id")})
	session := at(t, accepted, "acceptOffer", "session", "id")
	s.must(t, newcomer, `mutation($o:ID!){declineOffer(input:{idempotencyKey:"pair-0003",offerId:$o}){offer{status}}}`, map[string]any{"o": at(t, no, "id")})

	is := func(when, wantSession, wantRequest string) {
		t.Helper()
		got := s.must(t, s.A.Coordinator, `query($s:ID!,$r:ID!){session(id:$s){status experts{firstName}} request(id:$r){status}}`, map[string]any{"s": session, "r": request})
		if status := at(t, got, "session", "status"); status != wantSession {
			t.Errorf("%s the session is %v, want %s", when, status, wantSession)
		}
		if status := at(t, got, "request", "status"); status != wantRequest {
			t.Errorf("%s the request is %v, want %s", when, status, wantRequest)
		}
		if experts := at(t, got, "session", "experts").([]any); len(experts) != 0 {
			t.Errorf("%s somebody is confirmed alone: %v", when, experts)
		}
	}
	is("after the no", "HELD", "PARTLY_FILLED")

	// Meanwhile nobody else gets that time of hers.
	other := s.submitted(t, `type:"LISTENING_EAR",client:{ageFrom:14,ageTo:16},themes:[{theme:"LONELINESS",importance:MUST}],
		options:[{start:"2027-04-21T12:00:00Z",end:"2027-04-21T13:00:00Z"}]`)
	refused := s.read(t, s.A.Coordinator, `mutation($r:ID!,$e:ID!){makeOffer(input:{idempotencyKey:"pair-0004",requestId:$r,expertIds:[$e],overrideReason:"omdat",
		slot:{start:"2027-04-21T12:00:00Z",end:"2027-04-21T13:00:00Z"}}){decisionId}}`, map[string]any{"r": other, "e": at(t, yes, "expert", "id")})
	if len(refused.Errors) != 1 || refused.Errors[0].Extensions.Reason != string(engine.ReasonSlotConflict) {
		t.Errorf("her held time can be offered: %+v", refused)
	}

	s.wait(t, 48*time.Hour-time.Second)
	is("within 48 hours", "HELD", "PARTLY_FILLED")
	s.wait(t, time.Second)
	is("after 48 hours", "RELEASED", "OPEN")
	s.must(t, s.A.Coordinator, `mutation($r:ID!,$e:ID!){makeOffer(input:{idempotencyKey:"pair-0005",requestId:$r,expertIds:[$e],overrideReason:"omdat",
		slot:{start:"2027-04-21T12:00:00Z",end:"2027-04-21T13:00:00Z"}}){decisionId}}`, map[string]any{"r": other, "e": at(t, yes, "expert", "id")})
}
