package graph_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"expex/app"
	"expex/auth"
	"expex/graph"
	"expex/graph/globalid"
	"expex/store"
)

// lines takes what was logged so far, so that the end of the test finds nothing.
func (s *service) lines() []string {
	text := strings.TrimSpace(s.log.String())
	s.log.Reset()
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// secretWord stands in the arguments of calls that fail; it may not be logged.
const secretWord = "geheim-woord"

func TestAPanicIsLoggedOnceAndNotTold(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.serve(func(c *graph.Config) {
		c.FeedURL = func(store.FeedKind, auth.Secret) string { panic("the roof is on fire") }
	})
	feed := globalid.Encode(globalid.Feed, string(f.A.Feed))
	got := f.ask(t, f.A.ExpertViewers[0], `mutation($f:ID!){
		made:createCalendarFeed(input:{idempotencyKey:"panic-001",label:"`+secretWord+`"}){url}
		rotateCalendarFeed(input:{idempotencyKey:"panic-002",feedId:$f}){url}}`, map[string]any{"f": feed})
	var all struct {
		Errors []struct {
			Message    string
			Path       []any
			Extensions map[string]any
		}
	}
	if err := json.Unmarshal(got, &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Errors) == 0 || all.Errors[0].Message != "internal error" || all.Errors[0].Extensions["code"] != "INTERNAL" || len(all.Errors[0].Extensions) != 1 {
		t.Errorf("the answer is %s", got)
	}
	if path := all.Errors[0].Path; len(path) != 1 || path[0] != "made" {
		t.Errorf("the error is at %v, want made", path)
	}
	// Of the second call on its own: its error has its own place.
	again := f.ask(t, f.A.ExpertViewers[0], `mutation($f:ID!){rotateCalendarFeed(input:{idempotencyKey:"panic-003",feedId:$f}){url}}`, map[string]any{"f": feed})
	if err := json.Unmarshal(again, &all); err != nil || len(all.Errors) != 1 || len(all.Errors[0].Path) != 1 || all.Errors[0].Path[0] != "rotateCalendarFeed" {
		t.Errorf("the second answer is %s", again)
	}
	lines := f.lines()
	if len(lines) != 3 {
		t.Errorf("%d lines for three panics:\n%s", len(lines), strings.Join(lines, "\n"))
	}
	for i, path := range []string{"path=made", "path=rotateCalendarFeed", "path=rotateCalendarFeed"} {
		if len(lines) > i && (!strings.Contains(lines[i], path) || !strings.Contains(lines[i], "the roof is on fire") || strings.Contains(lines[i], secretWord)) {
			t.Errorf("line %d is %s", i, lines[i])
		}
	}
}

// What the database says is for the log, once, and for nobody else.
func TestAnErrorOfTheDatabaseIsLoggedOnceAndNotTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		breakIt func(*service)
		logged  string
	}{
		"a table is gone":    {func(s *service) { s.db.Exec(`alter table expert_record rename to mislaid`) }, "expert_record"},
		"the store is shut":  {func(s *service) { s.store.Close() }, "closed"},
		"a grant is missing": {func(s *service) { s.db.Exec(`revoke select on expert_record from expex_viewer`) }, "permission denied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t)
			c.breakIt(f)
			handler := graph.NewHandler(graph.Config{App: app.App{Store: f.store}, Log: slog.New(slog.NewTextHandler(&f.log, nil))})
			body, err := json.Marshal(map[string]any{"query": `{mine:experts(filter:{search:"` + secretWord + `"}){edges{node{id}}}}`})
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(string(body)))
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r.WithContext(auth.With(r.Context(), f.A.Coordinator)))
			text := w.Body.String()
			if want := `{"errors":[{"message":"internal error","path":["mine"],"locations":[{"line":1,"column":2}],"extensions":{"code":"INTERNAL"}}],"data":null}`; strings.TrimSpace(text) != want {
				t.Errorf("the answer is %s", text)
			}
			lines := f.lines()
			if len(lines) != 1 || !strings.Contains(lines[0], "path=mine") || !strings.Contains(lines[0], c.logged) ||
				strings.Contains(lines[0], secretWord) || strings.Contains(lines[0], "select ") {
				t.Errorf("the log is %q", lines)
			}
		})
	}
}

func TestATokenThatCannotBeLookedUp(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.store.Close()
	got := f.read(t, f.A.Coordinator, `{experts(filter:{search:"`+secretWord+`"}){totalCount}}`, nil)
	if len(got.Errors) != 1 || got.Errors[0].Extensions.Code != "INTERNAL" || got.Errors[0].Message != "internal error" {
		t.Errorf("the answer is %+v", got)
	}
	if lines := f.lines(); len(lines) != 1 || !strings.Contains(lines[0], "token look-up failed") || strings.Contains(lines[0], secretWord) {
		t.Errorf("the log is %q", lines)
	}
}

// The fields of an error are API.
func TestWhatAnErrorTells(t *testing.T) {
	t.Parallel()
	f := start(t)
	request, expert := globalid.Encode(globalid.Request, string(f.A.Ear)), globalid.Encode(globalid.Expert, string(f.A.Experts[0]))
	offer := func(slot string, experts ...string) string {
		return `mutation{makeOffer(input:{idempotencyKey:"errors-01",requestId:"` + request + `",expertIds:["` + strings.Join(experts, `","`) + `"],overrideReason:"omdat",slot:` + slot + `}){decisionId}}`
	}
	for name, c := range map[string]struct {
		viewer           auth.Viewer
		document, answer string
	}{
		"INVALID": {f.A.Coordinator, offer(`{start:"2027-04-08T12:00:00Z",end:"2027-04-08T12:30:00Z"}`, expert),
			`"message":"slot: must lie inside a time the request proposes, from now on, and last 60 minutes","path":["makeOffer"],"locations":[{"line":1,"column":10}],"extensions":{"code":"INVALID","field":"slot"}`},
		"INFEASIBLE": {f.A.Coordinator, offer(`{start:"2027-04-14T12:00:00Z",end:"2027-04-14T13:00:00Z"}`, expert),
			`"message":"hard rules forbid this: NOT_AVAILABLE","path":["makeOffer"],"locations":[{"line":1,"column":10}],"extensions":{"code":"INFEASIBLE","rules":["NOT_AVAILABLE"]}`},
		"CONFLICT": {f.A.Coordinator, offer(`{start:"2027-04-07T13:00:00Z",end:"2027-04-07T14:00:00Z"}`, expert),
			`"message":"the expert already has a session then, travel time included; take another slot","path":["makeOffer"],"locations":[{"line":1,"column":10}],"extensions":{"alternatives":[` +
				`{"end":"2027-03-31T13:00:00Z","start":"2027-03-31T12:00:00Z"},{"end":"2027-04-01T13:00:00Z","start":"2027-04-01T12:00:00Z"},{"end":"2027-04-07T15:00:00Z","start":"2027-04-07T14:00:00Z"},` +
				`{"end":"2027-04-08T13:00:00Z","start":"2027-04-08T12:00:00Z"},{"end":"2027-04-15T13:00:00Z","start":"2027-04-15T12:00:00Z"},{"end":"2027-04-21T13:00:00Z","start":"2027-04-21T12:00:00Z"}],` +
				`"code":"CONFLICT","reason":"SLOT_CONFLICT","rules":["OVERLAP"]}`},
		"NOT_FOUND": {f.B.Coordinator, offer(`{start:"2027-04-07T13:00:00Z",end:"2027-04-07T14:00:00Z"}`, expert),
			`"message":"not found","path":["makeOffer"],"locations":[{"line":1,"column":10}],"extensions":{"code":"NOT_FOUND"}`},
		"FORBIDDEN": {f.A.Trainer, offer(`{start:"2027-04-07T13:00:00Z",end:"2027-04-07T14:00:00Z"}`, expert),
			`"message":"your roles do not include this","path":["makeOffer"],"locations":[{"line":1,"column":10}],"extensions":{"code":"FORBIDDEN"}`},
		"a scalar": {f.A.Coordinator, offer(`{start:"tomorrow",end:"2027-04-07T14:00:00Z"}`, expert),
			`"message":"slot.start: is not an instant with an offset, such as 2027-03-28T14:00:00Z","path":["makeOffer","input","slot","start"],"extensions":{"code":"INVALID","field":"slot.start"}`},
		"a scalar at the root": {f.A.Coordinator, `{sessions(from:"x",to:"2027-04-07T14:00:00Z"){totalCount}}`,
			`"extensions":{"code":"INVALID","field":"from"}`},
		"a scalar in a list": {f.A.ExpertViewers[0], `mutation{setAvailability(input:{idempotencyKey:"errors-02",rules:[{weekday:MONDAY,starts:"13:00",ends:"25:00"}]}){expert{id}}}`,
			`"extensions":{"code":"INVALID","field":"rules.ends"}`},
		"an enum that is no word": {f.A.Coordinator, `query($o:RequestOrder!="NEWEST_FIRST"){requests(orderBy:$o){totalCount}}`,
			`"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}`},
	} {
		if text := string(f.ask(t, c.viewer, c.document, nil)); !strings.Contains(text, c.answer) {
			t.Errorf("%s:\n%s\nwant\n%s", name, text, c.answer)
		}
	}
}
