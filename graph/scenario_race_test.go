package graph_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"expex/engine"
	"expex/graph/globalid"
	"expex/store"
)

// Scenario 4: an expert says yes to two overlapping sessions at the same moment,
// and to a third that begins before she can have travelled there from them. All
// three were offered while she was free. Exactly one is booked; the others hear
// SLOT_CONFLICT with times that would do; of a team, nothing is left by half; and
// who sends the same call again gets the same answer.
func TestScenarioDoubleBookingRace(t *testing.T) {
	t.Parallel()
	s := start(t)
	// Only time shall decide.
	if _, err := s.db.Exec(`update pool_policy set one_to_one_per_day = 9, sessions_per_day = 9, sessions_per_week = 9, open_offers = 9`); err != nil {
		t.Fatal(err)
	}
	expert := s.A.ExpertViewers[0]
	const ask = `type:"LISTENING_EAR",client:{ageFrom:14,ageTo:16},themes:[{theme:"LONELINESS",importance:MUST}],`
	const pair = `type:"TALK",audience:CLOSED,audienceAgeFrom:18,minutes:90,themes:[{theme:"LONELINESS",importance:MUST}],`
	const span = `options:[{start:"2027-04-21T11:00:00Z",end:"2027-04-21T17:00:00Z"}]`
	offers := []any{
		s.offered(t, s.submitted(t, ask+span), "2027-04-21T12:00:00Z", "2027-04-21T13:00:00Z", 0)[0],     // 14:00 to 15:00
		s.offered(t, s.submitted(t, pair+span), "2027-04-21T12:30:00Z", "2027-04-21T14:00:00Z", 0, 1)[0], // 14:30 to 16:00, of a team
		s.offered(t, s.submitted(t, ask+span), "2027-04-21T13:10:00Z", "2027-04-21T14:10:00Z", 0)[0],     // 15:10, ten minutes after the first
	}
	const yes = `mutation($o:ID!,$k:String!){acceptOffer(input:{idempotencyKey:$k,offerId:$o}){session{id status slot{start}}}}`
	sayYes := func(i int) []byte {
		return s.ask(t, expert, yes, map[string]any{"o": offers[i], "k": fmt.Sprintf("race-yes-%d", i)})
	}
	texts := make([][]byte, len(offers))
	var wg sync.WaitGroup
	gate := make(chan struct{})
	for i := range offers {
		wg.Go(func() {
			<-gate
			texts[i] = sayYes(i)
		})
	}
	close(gate)
	wg.Wait()

	won := -1
	for i, text := range texts {
		var got answer
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Errors) == 0 {
			if won >= 0 {
				t.Errorf("%d and %d are both booked", won, i)
			}
			won = i
			continue
		}
		e := got.Errors[0].Extensions
		if e.Code != string(engine.CodeConflict) || e.Reason != string(engine.ReasonSlotConflict) || len(e.Alternatives) == 0 {
			t.Errorf("number %d is refused with %s", i, text)
		}
	}
	if won < 0 {
		t.Fatalf("nobody is booked: %s", texts)
	}
	count := func(want int, query string) {
		t.Helper()
		var n int
		if err := s.db.QueryRow(query, s.A.Experts[0]).Scan(&n); err != nil || n != want {
			t.Errorf("%s: %d, want %d (%v)", query, n, want, err)
		}
	}
	const that = ` and starts_at::date = '2027-04-21'`
	exactlyOnce := func() {
		t.Helper()
		count(1, `select count(*) from booking where expert_id = $1`+that)
		count(1, `select count(*) from session where $1::uuid is not null`+that) // no team by half
		count(1, `select count(*) from offer where expert_id = $1 and status = 'ACCEPTED'`+that)
	}
	exactlyOnce()

	for i := range offers {
		again := sayYes(i)
		if i == won && string(again) != string(texts[i]) {
			t.Errorf("sent again, the answer is %s, was %s", again, texts[i])
		}
		var got answer
		if err := json.Unmarshal(again, &got); err != nil || (len(got.Errors) == 0) != (i == won) {
			t.Errorf("sent again, number %d is answered with %s", i, again)
		}
	}
	exactlyOnce()
}

// offered asks experts of Midden-Holland, by their numbers, and gives the offers
// in that order.
func (s *service) offered(t *testing.T, request any, start, end string, experts ...int) []any {
	t.Helper()
	var ids []any
	for _, n := range experts {
		ids = append(ids, globalid.Encode(globalid.Expert, string(s.A.Experts[n])))
	}
	got := s.must(t, s.A.Coordinator, `mutation($i:MakeOfferInput!){makeOffer(input:$i){offers{id expert{id}}}}`, map[string]any{"i": map[string]any{
		"idempotencyKey": fmt.Sprintf("offered-%05d", submissions.Add(1)), "requestId": request, "expertIds": ids, "overrideReason": "omdat",
		"slot": map[string]any{"start": start, "end": end}}})
	var out []any
	for _, id := range ids {
		for i := range at(t, got, "makeOffer", "offers").([]any) {
			if offer := at(t, got, "makeOffer", "offers", i); at(t, offer, "expert", "id") == id {
				out = append(out, at(t, offer, "id"))
			}
		}
	}
	return out
}

// A hundred and five dates take as many statements as two: offering them,
// accepting them, completing the team.
func TestManyDatesTakeAsManyStatementsAsTwo(t *testing.T) {
	t.Parallel()
	var before []int64
	for _, dates := range []int{2, 105} {
		s := start(t)
		if _, err := s.db.Exec(`
			insert into type_training (expert_id, type, trained_on) select expert_id, 'EXPERIENCE_CAFE', '2026-01-01' from expert_record`); err != nil {
			t.Fatal(err)
		}
		if _, err := s.db.Exec(`update conduct_certificate set valid_to = '2031-01-01'`); err != nil {
			t.Fatal(err)
		}
		request := s.submitted(t, `type:"EXPERIENCE_CAFE",teamSize:2,minutes:120,audience:CLOSED,audienceAgeFrom:18,themes:[{theme:"LONELINESS",importance:MUST}],
			windows:[{weekday:WEDNESDAY,starts:"14:00",ends:"18:00"},{weekday:THURSDAY,starts:"14:00",ends:"18:00"}],neededFrom:"2027-05-05",everyWeeks:1,occurrences:60`)
		var further []any
		for i := range dates {
			day := engine.Date("2027-05-05").AddDays(7*(i/2) + i%2)
			start := engine.Instant(day, "14:00", store.Zone)
			further = append(further, map[string]any{"start": start.UTC(), "end": start.UTC().Add(2 * time.Hour)})
		}
		var ids []any
		for _, expert := range s.A.Experts[:2] {
			ids = append(ids, globalid.Encode(globalid.Expert, string(expert)))
		}
		var counts []int64
		s.statements.Store(0)
		got := s.must(t, s.A.Coordinator, `mutation($i:MakeOfferInput!){makeOffer(input:$i){offers{id furtherSlots{start} expert{id}}}}`, map[string]any{"i": map[string]any{
			"idempotencyKey": "many-dates-1", "requestId": request, "expertIds": ids, "overrideReason": "omdat", "slot": further[0], "furtherSlots": further[1:]}})
		counts = append(counts, s.statements.Load())
		for i := range ids {
			offer := at(t, got, "makeOffer", "offers", i)
			if n := len(at(t, offer, "furtherSlots").([]any)); n != dates-1 {
				t.Errorf("the offer has %d further dates, want %d", n, dates-1)
			}
			viewer := s.whoIs(t, at(t, offer, "expert", "id"))
			s.ask(t, viewer, "{viewer{id}}", nil) // the first call of a day notes the use of the token
			s.statements.Store(0)
			accepted := s.must(t, viewer, `mutation($o:ID!){acceptOffer(input:{idempotencyKey:"many-dates-2",offerId:$o}){sessions{status}}}`, map[string]any{"o": at(t, offer, "id")})
			counts = append(counts, s.statements.Load())
			if n := len(at(t, accepted, "acceptOffer", "sessions").([]any)); n != dates {
				t.Errorf("%d sessions, want %d", n, dates)
			}
		}
		if before != nil && fmt.Sprint(counts) != fmt.Sprint(before) {
			t.Errorf("%d dates take %v statements, two took %v", dates, counts, before)
		}
		before = counts
	}
}
