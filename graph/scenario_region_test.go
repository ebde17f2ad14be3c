package graph_test

import (
	"fmt"
	"testing"
	"time"

	"expex/engine"
	"expex/graph/globalid"
	"expex/reference"
	"expex/store/storetest"
)

// edition applies an edition of the memberships, invented, in which a
// municipality belongs to a region from a day on and all others stay.
func (s *service) edition(t *testing.T, municipality, region string, from reference.Date) {
	t.Helper()
	set, err := s.store.Memberships(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []reference.Placement
	for _, m := range set.Memberships {
		switch {
		case m.ValidTo != "":
		case m.Municipality == municipality:
			all = append(all, reference.Placement{Municipality: municipality, Region: region})
		default:
			all = append(all, reference.Placement{Municipality: m.Municipality, Region: m.Region})
		}
	}
	changes, err := reference.Diff(set, all, from)
	if err != nil {
		t.Fatal(err)
	}
	if len(changes) != 1 {
		t.Fatalf("the edition changes %v, want one municipality", changes)
	}
	if err := s.store.ApplyEdition(t.Context(), changes, "invented", string(from)); err != nil {
		t.Fatal(err)
	}
}

// inZeewolde books an expert of Flevoland there, at 14:00 of a day, and gives the
// session.
func (s *service) inZeewolde(t *testing.T, day engine.Date) any {
	t.Helper()
	key := submissions.Add(1)
	start := storetest.Local(day, "14:00").UTC()
	slot := map[string]any{"start": start.Format(time.RFC3339), "end": start.Add(time.Hour).Format(time.RFC3339)}
	made := s.must(t, s.B.Coordinator, fmt.Sprintf(`mutation($o:ID!,$s:IntervalInput!){submitRequest(input:{idempotencyKey:"region-a-%05d",organisationId:$o,
		type:"LISTENING_EAR",municipality:"GM0050",postcode4:"3891",client:{ageFrom:14,ageTo:16},themes:[{theme:"LONELINESS",importance:MUST}],options:[$s]}){request{id}}}`, key),
		map[string]any{"o": globalid.Encode(globalid.Organisation, string(s.B.Location)), "s": slot})
	request := at(t, made, "submitRequest", "request", "id")
	s.must(t, s.B.Coordinator, fmt.Sprintf(`mutation($r:ID!){triageRequest(input:{idempotencyKey:"region-b-%05d",requestId:$r,outcome:OPEN}){request{status}}}`, key), map[string]any{"r": request})
	offered := s.must(t, s.B.Coordinator, fmt.Sprintf(`mutation($r:ID!,$e:ID!,$s:IntervalInput!){makeOffer(input:{idempotencyKey:"region-c-%05d",requestId:$r,expertIds:[$e],overrideReason:"omdat",slot:$s}){offers{id}}}`, key),
		map[string]any{"r": request, "e": globalid.Encode(globalid.Expert, string(s.B.Experts[0])), "s": slot})
	accepted := s.must(t, s.B.ExpertViewers[0], fmt.Sprintf(`mutation($o:ID!){acceptOffer(input:{idempotencyKey:"region-d-%05d",offerId:$o}){session{id}}}`, key),
		map[string]any{"o": at(t, offered, "makeOffer", "offers", 0, "id")})
	return at(t, accepted, "acceptOffer", "session", "id")
}

// Extra scenario: a municipality goes to another region. What took place before
// keeps its region, what comes after has the new one, also where it was planned
// already, and the pool serves the municipality as before.
func TestScenarioAMunicipalityGoesToAnotherRegion(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.edition(t, "GM0050", "JZ08", "2027-01-01") // as it was until 2025
	served := s.served(t, s.B.Coordinator)
	s.done(t, s.B.Coordinator, "setServiceArea", s.area(s.B.Pool, "2027-03-27", append(served, "GM0050")))
	is := func(when string, session any, want string) {
		t.Helper()
		got := s.must(t, s.B.Coordinator, `query($s:ID!){session(id:$s){region municipality status sequence}}`, map[string]any{"s": session})
		if region := at(t, got, "session", "region"); region != want {
			t.Errorf("%s the session is in %v, want %s", when, region, want)
		}
		if sequence := at(t, got, "session", "sequence"); sequence != 0.0 {
			t.Errorf("%s calendars are told of a change: sequence %v", when, sequence)
		}
	}
	before := s.inZeewolde(t, "2027-04-06")
	after := s.inZeewolde(t, "2027-04-22")
	is("planned", before, "JZ08")
	is("planned", after, "JZ08")

	s.edition(t, "GM0050", "JZ12", "2027-04-20")
	is("before the day", before, "JZ08")
	is("planned for after the day", after, "JZ12")

	s.moveTo(storetest.Local("2027-04-23", "10:00"))
	is("after the day", before, "JZ08")
	later := s.inZeewolde(t, "2027-04-29")
	is("booked since", later, "JZ12")
	for day, region := range map[string]string{"2027-04-19": "JZ08", "2027-04-20": "JZ12"} {
		got := s.must(t, s.B.Coordinator, `query($d:Date!){municipalities(on:$d){code region}}`, map[string]any{"d": day})
		for _, m := range at(t, got, "municipalities").([]any) {
			if at(t, m, "code") == "GM0050" && at(t, m, "region") != region {
				t.Errorf("on %s Zeewolde is in %v, want %s", day, at(t, m, "region"), region)
			}
		}
	}

	// Only who edits the service area ends that: the request is then nobody's.
	s.done(t, s.B.Coordinator, "setServiceArea", s.area(s.B.Pool, "2027-04-23", served))
	refused := s.read(t, s.B.Coordinator, `mutation($o:ID!){submitRequest(input:{idempotencyKey:"region-last",organisationId:$o,type:"LISTENING_EAR",municipality:"GM0050",
		client:{ageFrom:14,ageTo:16},options:[{start:"2027-05-05T12:00:00Z",end:"2027-05-05T13:00:00Z"}]}){request{id}}}`,
		map[string]any{"o": globalid.Encode(globalid.Organisation, string(s.B.Location))})
	if len(refused.Errors) != 1 {
		t.Errorf("a request for a place outside the service area passes: %+v", refused)
	}
	is("outside the service area now", before, "JZ08")
	is("outside the service area now", later, "JZ12")
}
