package graph_test

import (
	"bytes"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"expex/auth"
	"expex/graph/globalid"
	"expex/store"
	"expex/store/storetest"
)

// A mutation shows things as they are after it, and not as the one before it in
// the same document left them.
func TestEachMutationOfADocumentShowsItsOwnMoment(t *testing.T) {
	t.Parallel()
	f := start(t)
	request, other := globalid.Encode(globalid.Request, string(f.A.Ear)), globalid.Encode(globalid.Expert, string(f.A.Experts[1]))
	first := globalid.Encode(globalid.Expert, string(f.A.Experts[0]))
	got := f.must(t, f.A.Coordinator, `mutation($r:ID!,$a:ID!,$b:ID!){
		one:makeOffer(input:{idempotencyKey:"moment-1",requestId:$r,expertIds:[$a],slot:{start:"2027-04-08T12:00:00Z",end:"2027-04-08T13:00:00Z"},overrideReason:"omdat"}){request{status offers{totalCount}}}
		two:makeOffer(input:{idempotencyKey:"moment-2",requestId:$r,expertIds:[$b],slot:{start:"2027-04-08T12:00:00Z",end:"2027-04-08T13:00:00Z"},overrideReason:"omdat"}){request{status offers{totalCount}}}
		back:withdrawRequest(input:{idempotencyKey:"moment-3",requestId:$r}){request{status offers{edges{node{status}}}}}}`,
		map[string]any{"r": request, "a": first, "b": other})
	for path, want := range map[string]float64{"one": 1, "two": 2} {
		if n := at(t, got, path, "request", "offers", "totalCount"); n != want {
			t.Errorf("after %s there are %v offers, want %v", path, n, want)
		}
		if status := at(t, got, path, "request", "status"); status != "OFFERED" {
			t.Errorf("after %s the request is %v", path, status)
		}
	}
	if status := at(t, got, "back", "request", "status"); status != "WITHDRAWN" {
		t.Errorf("after it was withdrawn the request is %v", status)
	}
	if status := at(t, got, "back", "request", "offers", "edges", 1, "node", "status"); status != "WITHDRAWN" {
		t.Errorf("after it was withdrawn the offer is %v", status)
	}
}

// The expert of a payload is read by a loader, which lives for one root field.
func TestLoadersDoNotOutliveTheirRootField(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	f := start(t, func(o *store.Options) {
		o.Now = func() time.Time { return storetest.Now.Add(time.Duration(calls.Add(1)) * time.Second) }
	})
	got := f.must(t, f.A.ExpertViewers[0], `mutation{
		one:setAvailability(input:{idempotencyKey:"loader-1",rules:[]}){expert{availabilityConfirmedAt}}
		two:setAvailability(input:{idempotencyKey:"loader-2",rules:[]}){expert{availabilityConfirmedAt}}}`, nil)
	one, two := at(t, got, "one", "expert", "availabilityConfirmedAt").(string), at(t, got, "two", "expert", "availabilityConfirmedAt").(string)
	if one >= two {
		t.Errorf("the first shows %s and the second %s", one, two)
	}
}

// Two databases that differ only in this: in one an expert took a theme back, in
// the other she never had it. No answer may tell them apart, not in one byte.
func TestATakenBackThemeCannotBeToldFromNone(t *testing.T) {
	t.Parallel()
	withdrawn, never := start(t), start(t)
	for _, usage := range []string{"ONE_TO_ONE", "CLOSED_GROUP"} {
		withdrawn.must(t, withdrawn.A.ExpertViewers[0], `mutation($u:Usage!,$a:String!,$b:String!){
			given:setThemeConsent(input:{idempotencyKey:$a,theme:"LONELINESS",usage:$u,level:GREEN}){consent{version}}
			taken:withdrawThemeConsent(input:{idempotencyKey:$b,theme:"LONELINESS",usage:$u}){consent{version}}}`,
			map[string]any{"u": usage, "a": "consent-" + usage, "b": "withdraw-" + usage})
	}
	if _, err := never.db.Exec(`delete from theme_consent where expert_id = $1 and theme = 'LONELINESS'`, string(never.A.Experts[0])); err != nil {
		t.Fatal(err)
	}
	suggestions, err := os.ReadFile("testdata/suggestions.graphql")
	if err != nil {
		t.Fatal(err)
	}
	ear, talk, expert := globalid.Encode(globalid.Request, string(never.A.Ear)), globalid.Encode(globalid.Request, string(never.A.Talk)), globalid.Encode(globalid.Expert, string(never.A.Experts[0]))
	offer := `mutation{makeOffer(input:{idempotencyKey:"consent-3",requestId:"` + ear + `",expertIds:["` + expert + `"],slot:{start:"2027-04-08T12:00:00Z",end:"2027-04-08T13:00:00Z"},overrideReason:"omdat"}){decisionId}}`
	for name, q := range map[string]struct {
		document  string
		variables map[string]any
	}{
		"suggestions for one":  {string(suggestions), map[string]any{"request": ear}},
		"suggestions for two":  {string(suggestions), map[string]any{"request": talk}},
		"the expert":           {`query($e:ID!){expert(id:$e){firstName status consents{theme usage level version validFrom}}}`, map[string]any{"e": expert}},
		"the list of experts":  {`{experts{totalCount edges{cursor node{id firstName consents{theme usage level}}}}}`, nil},
		"the refusal to offer": {offer, nil},
	} {
		for _, viewer := range []auth.Viewer{never.A.Coordinator, never.A.RegionLead} { // they are the same in both
			x, y := withdrawn.ask(t, viewer, q.document, q.variables), never.ask(t, viewer, q.document, q.variables)
			if !bytes.Equal(x, y) {
				t.Errorf("%s for %s:\n%s\n%s", name, viewer.Name, x, y)
			}
		}
	}
}
