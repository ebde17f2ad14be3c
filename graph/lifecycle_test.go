package graph_test

import (
	"slices"
	"testing"

	"expex/graph/globalid"
	"expex/store"
	"expex/store/storetest"
)

// TestFromRequestToCancelledSession walks the whole path through the API.
func TestFromRequestToCancelledSession(t *testing.T) {
	t.Parallel()
	f := start(t)
	requester, coordinator, expert := f.A.LocationAsker, f.A.Coordinator, f.A.ExpertViewers[0]

	submitted := f.must(t, requester, `mutation($i:SubmitRequestInput!){submitRequest(input:$i){request{id status teamSize minutes}}}`,
		map[string]any{"i": map[string]any{
			"idempotencyKey": "submit-0001", "organisationId": globalid.Encode(globalid.Organisation, string(f.A.Location)),
			"type": "LISTENING_EAR", "goal": "Even praten", "municipality": "GM0513", "postcode4": "2801",
			"client": map[string]any{"ageFrom": 15, "ageTo": 16}, "themes": []any{map[string]any{"theme": "LONELINESS", "importance": "MUST"}},
			"options": []any{map[string]any{"start": "2027-04-22T13:00:00Z", "end": "2027-04-22T16:00:00Z"}},
		}})
	request := at(t, submitted, "submitRequest", "request", "id")
	if status := at(t, submitted, "submitRequest", "request", "status"); status != "NEW" {
		t.Errorf("a submitted request is %v", status)
	}
	if minutes := at(t, submitted, "submitRequest", "request", "minutes"); minutes != 60.0 {
		t.Errorf("minutes are filled in as %v, want the type's 60", minutes)
	}

	f.must(t, coordinator, `mutation($r:ID!){triageRequest(input:{idempotencyKey:"triage-0001",requestId:$r,outcome:OPEN}){request{status}}}`, map[string]any{"r": request})
	ranked := f.must(t, coordinator, `query($r:ID!){matchSuggestions(requestId:$r){suggestions{experts{id} slots{start end} basis}}}`, map[string]any{"r": request})
	best := globalid.Encode(globalid.Expert, string(f.A.Experts[0]))
	var slot, basis any
	for _, s := range at(t, ranked, "matchSuggestions", "suggestions").([]any) {
		if at(t, s, "experts", 0, "id") == best {
			slot, basis = at(t, s, "slots", 0), at(t, s, "basis")
		}
	}
	if slot == nil {
		t.Fatalf("the expert is not suggested: %s", f.ask(t, coordinator, `query($r:ID!){matchSuggestions(requestId:$r){suggestions{experts{firstName}} excluded{code count}}}`, map[string]any{"r": request}))
	}

	offer := f.must(t, coordinator, `mutation($i:MakeOfferInput!){makeOffer(input:$i){offers{id status} request{status}}}`,
		map[string]any{"i": map[string]any{"idempotencyKey": "offer-0001", "requestId": request, "expertIds": []any{best}, "slot": slot, "basis": basis}})
	if status := at(t, offer, "makeOffer", "request", "status"); status != "OFFERED" {
		t.Errorf("a request with an offer is %v", status)
	}
	accept := map[string]any{"o": at(t, offer, "makeOffer", "offers", 0, "id")}
	const acceptOffer = `mutation($o:ID!){acceptOffer(input:{idempotencyKey:"accept-0001",offerId:$o}){offer{status} session{id status sequence experts{firstName}}}}`
	accepted := f.ask(t, expert, acceptOffer, accept)
	if again := f.ask(t, expert, acceptOffer, accept); string(again) != string(accepted) {
		t.Errorf("the same key gives another answer:\n%s\n%s", accepted, again)
	}
	planned := f.must(t, expert, acceptOffer, accept)
	if status := at(t, planned, "acceptOffer", "session", "status"); status != "CONFIRMED" {
		t.Errorf("an accepted session is %v", status)
	}
	session := at(t, planned, "acceptOffer", "session", "id")

	// The requester now knows the expert's first name, and nothing more.
	seen := f.must(t, requester, `query($s:ID!){session(id:$s){status experts{firstName intro expert{id}}}}`, map[string]any{"s": session})
	if name := at(t, seen, "session", "experts", 0, "firstName"); name != "Aafke" {
		t.Errorf("the requester sees %v", name)
	}
	if full := at(t, seen, "session", "experts", 0, "expert"); full != nil {
		t.Errorf("the requester sees the expert's record: %v", full)
	}

	cancelled := f.must(t, coordinator, `mutation($s:ID!){cancelSession(input:{idempotencyKey:"cancel-0001",sessionId:$s,onBehalfOf:REQUESTER}){session{status late sequence}}}`, map[string]any{"s": session})
	if got := at(t, cancelled, "cancelSession", "session"); got.(map[string]any)["status"] != "CANCELLED_BY_REQUESTER" || got.(map[string]any)["sequence"] != 1.0 {
		t.Errorf("a cancelled session is %v", got)
	}
	after := f.must(t, coordinator, `query($r:ID!){request(id:$r){status}}`, map[string]any{"r": request})
	if status := at(t, after, "request", "status"); status != "OPEN" {
		t.Errorf("after the cancellation the request is %v, want OPEN", status)
	}
	events, err := storetest.OpenFeed(t.Context(), f.store, storetest.FeedSecret(f.A).Hash())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(events.Events, func(e store.FeedEvent) bool { return e.Status == "CANCELLED" }) {
		t.Error("the expert's feed does not show the cancelled session")
	}
}

// TestATeamIsConfirmedWhenBothHaveSaidYes offers a talk to a pair.
func TestATeamIsConfirmedWhenBothHaveSaidYes(t *testing.T) {
	t.Parallel()
	f := start(t)
	organisation := globalid.Encode(globalid.Organisation, string(f.A.Location))
	submitted := f.must(t, f.A.Coordinator, `mutation($o:ID!){submitRequest(input:{idempotencyKey:"talk-0001",organisationId:$o,type:"TALK",municipality:"GM0513",
		audience:CLOSED,audienceAgeFrom:18,themes:[{theme:"LONELINESS",importance:MUST}],
		options:[{start:"2027-04-21T12:00:00Z",end:"2027-04-21T15:00:00Z"}]}){request{id teamSize}}}`, map[string]any{"o": organisation})
	request := at(t, submitted, "submitRequest", "request", "id")
	f.must(t, f.A.Coordinator, `mutation($r:ID!){triageRequest(input:{idempotencyKey:"talk-0002",requestId:$r,outcome:OPEN}){request{status}}}`, map[string]any{"r": request})
	ranked := f.must(t, f.A.Coordinator, `query($r:ID!){matchSuggestions(requestId:$r){suggestions{experts{id} slots{start end} basis}}}`, map[string]any{"r": request})
	first := at(t, ranked, "matchSuggestions", "suggestions", 0)
	team := []any{at(t, first, "experts", 0, "id"), at(t, first, "experts", 1, "id")}
	offered := f.must(t, f.A.Coordinator, `mutation($i:MakeOfferInput!){makeOffer(input:$i){offers{id expert{id}}}}`,
		map[string]any{"i": map[string]any{"idempotencyKey": "talk-0003", "requestId": request, "expertIds": team, "slot": at(t, first, "slots", 0), "basis": at(t, first, "basis")}})

	for i, want := range []string{"HELD", "CONFIRMED"} {
		offer := at(t, offered, "makeOffer", "offers", i)
		var viewer = f.A.ExpertViewers[0]
		for n, id := range f.A.Experts {
			if globalid.Encode(globalid.Expert, string(id)) == at(t, offer, "expert", "id") {
				viewer = f.A.ExpertViewers[n]
			}
		}
		accepted := f.must(t, viewer, `mutation($o:ID!){acceptOffer(input:{idempotencyKey:"talk-accept",offerId:$o}){session{status}}}`, map[string]any{"o": offer.(map[string]any)["id"]})
		if status := at(t, accepted, "acceptOffer", "session", "status"); status != want {
			t.Errorf("after yes number %d the session is %v, want %s", i+1, status, want)
		}
	}
}
