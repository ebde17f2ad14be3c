package main

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"expex/engine"
	"expex/graph/globalid"
	"expex/store"
	"expex/store/storetest"
)

// TestOneOfAHundredOverlappingOffersIsAccepted sends a hundred acceptances for
// overlapping sessions of one expert at once, half to each of two processes on
// one database.
func TestOneOfAHundredOverlappingOffersIsAccepted(t *testing.T) {
	t.Parallel()
	const offers = 100
	dsn := storetest.DSN(t)
	s, err := store.Open(context.Background(), store.Options{DSN: dsn, Now: func() time.Time { return storetest.Now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	f := storetest.Fill(t, s)
	owner, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	if _, err := owner.Exec(`update pool_policy set open_offers = $1`, offers); err != nil {
		t.Fatal(err)
	}
	var urls [2]string
	for i := range urls {
		c := command("serve", "--addr", "127.0.0.1:0")
		c.Env = append(c.Env, "DATABASE_URL="+dsn, atTime+"="+storetest.Now.Format(time.RFC3339))
		urls[i] = launch(t, c).address() + "/graphql"
	}
	coordinator := storetest.Secret(f.A.Coordinator).Reveal()
	expert := storetest.Secret(f.A.ExpertViewers[0]).Reveal()
	organisation := globalid.Encode(globalid.Organisation, string(f.A.Location))
	expertID := globalid.Encode(globalid.Expert, string(f.A.Experts[0]))

	// A hundred requests around one hour, and an offer to the same expert for each.
	ids := make([]any, offers)
	err = each(offers, 8, func(n int) error {
		start := time.Date(2027, 4, 22, 12, n%60, 0, 0, time.UTC)
		slot := map[string]any{"start": start, "end": start.Add(time.Hour)}
		made, err := do(urls[n%2], coordinator, `mutation($k:String!,$o:ID!,$s:IntervalInput!){submitRequest(input:{idempotencyKey:$k,organisationId:$o,
			type:"LISTENING_EAR",municipality:"GM0513",client:{ageFrom:15,ageTo:16},themes:[{theme:"LONELINESS",importance:MUST}],options:[$s]}){request{id}}}`,
			map[string]any{"k": fmt.Sprintf("race-submit-%d", n), "o": organisation, "s": slot})
		if err != nil {
			return err
		}
		request := dig(made, "submitRequest", "request", "id")
		_, err = do(urls[n%2], coordinator, `mutation($k:String!,$r:ID!){triageRequest(input:{idempotencyKey:$k,requestId:$r,outcome:OPEN}){request{id}}}`,
			map[string]any{"k": fmt.Sprintf("race-triage-%d", n), "r": request})
		if err != nil {
			return err
		}
		offered, err := do(urls[n%2], coordinator, `mutation($k:String!,$r:ID!,$e:ID!,$s:IntervalInput!){makeOffer(input:{idempotencyKey:$k,requestId:$r,expertIds:[$e],slot:$s,overrideReason:"omdat"}){offers{id}}}`,
			map[string]any{"k": fmt.Sprintf("race-offer-%d", n), "r": request, "e": expertID, "s": slot})
		if err == nil {
			ids[n] = dig(offered, "makeOffer", "offers", 0, "id")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}

	answers := make([]answer, offers)
	err = each(offers, offers, func(n int) (err error) {
		answers[n], err = ask(urls[n%2], expert, `mutation($k:String!,$o:ID!){acceptOffer(input:{idempotencyKey:$k,offerId:$o}){session{status}}}`,
			map[string]any{"k": fmt.Sprintf("race-accept-%d", n), "o": ids[n]})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, a := range answers {
		what := "accepted"
		if len(a.Errors) > 0 {
			what = a.Errors[0].Extensions.Code + "/" + a.Errors[0].Extensions.Reason
		}
		counts[what]++
	}
	if counts["accepted"] != 1 || counts["CONFLICT/SLOT_CONFLICT"] != offers-1 {
		t.Errorf("answers: %v, want 1 accepted and %d CONFLICT/SLOT_CONFLICT", counts, offers-1)
	}

	hours, err := s.As(f.A.ExpertViewers[0]).HoursOf(context.Background(), f.A.Experts[0], engine.Interval{
		Start: time.Date(2027, 4, 22, 0, 0, 0, 0, time.UTC), End: time.Date(2027, 4, 23, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	if len(hours.Busy) != 1 {
		t.Errorf("the expert has %d sessions that day, want 1", len(hours.Busy))
	}
}
