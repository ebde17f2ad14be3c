package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"expex/auth"
	"expex/graph"
	"expex/graph/limit"
	"expex/store/storetest"
)

// times repeats a text; § in it is the number of the copy.
func copies(n int, text string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(text, "§", fmt.Sprint(i)))
	}
	return b.String()
}

// nest puts a selection n times into another.
func nest(n int, outer, inner string) string {
	return strings.Repeat(outer+"{", n) + inner + strings.Repeat("}", n)
}

// Each limit is tripped by a document that is valid in every other way.
func TestEveryLimitTripsAndSaysWhichItIs(t *testing.T) {
	t.Parallel()
	f := start(t)
	const offers = "offers{edges{node{request"
	beyond := map[string]string{
		"tokens":             "{viewer{id" + strings.Repeat("#\n", 1000) + "}}",
		"operations":         "query A{viewer{id}} query B{viewer{id}}",
		"fragments":          "{viewer{" + copies(21, "...F§ ") + "}}" + copies(21, "fragment F§ on Viewer{id}"),
		"selections":         "{viewer{" + strings.Repeat("id ", 300) + "}}",
		"directives":         "{viewer{" + strings.Repeat("id @include(if:true) ", 21) + "}}",
		"aliases":            "{viewer{" + copies(16, "a§:id ") + "}}",
		"rootFields":         "{" + copies(11, "viewer{id}") + "}",
		"depth":              "{requests{edges{node{" + strings.Repeat(offers+"{", 3) + "id" + strings.Repeat("}", 12) + "}}}}",
		"introspectionDepth": "{__schema{types{fields{type{" + nest(13, "ofType", "name") + "}}}}}",
		"first":              "{requests(first:51){totalCount}}",
		"cost":               "{requests(first:50){edges{node{offers(first:50){edges{node{id}}}}}}}",
	}
	limits := reflect.TypeFor[limit.Limits]()
	for i := range limits.NumField() {
		name := limits.Field(i).Name
		name = strings.ToLower(name[:1]) + name[1:]
		if name == "listSize" || name == "listSizes" { // assumptions about lists, not limits
			continue
		}
		document, tried := beyond[name]
		if !tried {
			t.Errorf("nothing trips %s", name)
			continue
		}
		got := f.read(t, f.A.Coordinator, document, nil)
		if len(got.Errors) != 1 || got.Errors[0].Extensions.Code != "LIMIT_EXCEEDED" || got.Errors[0].Extensions.Limit != name || got.Data != nil {
			t.Errorf("%s: %+v, %v", name, got.Errors, got.Data)
		}
	}
}

func TestWhatPeopleAskStaysBelowTheLimits(t *testing.T) {
	t.Parallel()
	f := start(t)
	introspection, err := os.ReadFile("limit/testdata/introspection.graphql")
	if err != nil {
		t.Fatal(err)
	}
	example, variables := graph.ExampleQuery(f.A.Ear)
	var given map[string]any
	if err := json.Unmarshal([]byte(variables), &given); err != nil {
		t.Fatal(err)
	}
	for name, q := range map[string]struct {
		document  string
		variables map[string]any
	}{
		"the introspection of GraphiQL": {string(introspection), nil},
		"the example of the front page": {example, given},
		"a page of requests, complete": {`{requests(first:50){totalCount pageInfo{hasNextPage endCursor} edges{cursor node{id type status urgency goal teamSize minutes online municipality
			audience submittedAt organisation{id name} themes{theme importance} }}}}`, nil},
		"a page of experts, complete": {`{experts(first:50){totalCount pageInfo{hasNextPage endCursor} edges{cursor node{id firstName lastName email phone birthDate status
			deployableSince municipality maxTravelMinutes trainedFor consents{theme level}}}}}`, nil},
		"a month of sessions, complete": {`{sessions(first:50,from:"2027-04-01T00:00:00Z",to:"2027-05-01T00:00:00Z"){totalCount pageInfo{hasNextPage endCursor}
			edges{cursor node{id type status late slot{start end} municipality address sequence organisation{name} request{id goal} experts{firstName expert{phone}}}}}}`, nil},
		"the deepest that makes sense": {`{requests(first:10){edges{node{id offers(first:5){edges{node{expert{consents{theme}}}}}}}}}`, nil},
		"everything about one request": {`query($request:ID!){request(id:$request){id offers(first:50){edges{node{status expert{firstName trainedFor}}}} themes{theme} windows{weekday}}
			matchSuggestions(requestId:$request,first:10){suggestions{experts{firstName} score factors{label sentence} slots{start}} excluded{code count}}}`, given},
	} {
		if got := f.read(t, f.A.Coordinator, q.document, q.variables); len(got.Errors) > 0 {
			t.Errorf("%s: %+v", name, got.Errors)
		}
	}
}

// In production the schema is for those who were given it.
func TestInProductionTheSchemaIsNotTold(t *testing.T) {
	t.Parallel()
	f := start(t)
	typos := []string{"{vieweer{id}}", "{viewer{nam}}", "{requests(frist:1){totalCount}}", "{requests(orderBy:NEWEST_FIRS){totalCount}}",
		"query($f:RequestFilte){requests(filter:$f){totalCount}}", "{requests(filter:{statu:OPEN}){totalCount}}", "{node(id:\"x\"){... on Exper{id}}}", "{viewer{id @skpi(if:true)}}"}
	suggestions := 0
	for _, typo := range typos {
		if bytes.Contains(f.ask(t, f.A.Coordinator, typo, nil), []byte("Did you mean")) {
			suggestions++
		}
	}
	if suggestions == 0 {
		t.Error("not even in development does an error suggest a name")
	}
	f.serve(func(c *graph.Config) { c.Introspection = false })
	for _, typo := range typos {
		if text := f.ask(t, f.A.Coordinator, typo, nil); bytes.Contains(text, []byte("Did you mean")) {
			t.Errorf("%s is answered with a suggestion: %s", typo, text)
		}
	}
	for _, query := range []string{"{__schema{types{name}}}", `{__type(name:"Expert"){fields{name}}}`, "{viewer{id} __schema{queryType{name}}}"} {
		text := string(f.ask(t, f.A.Coordinator, query, nil))
		if !strings.Contains(text, `"errors"`) || strings.Contains(text, "Expert") || strings.Contains(text, `"Query"`) {
			t.Errorf("%s: %s", query, text)
		}
	}
	if name := at(t, f.must(t, f.A.Coordinator, "{__typename viewer{__typename}}", nil), "viewer", "__typename"); name != "Viewer" {
		t.Errorf("__typename is %v", name)
	}
}

// A page of somebody else cannot use a token that was pasted into ours.
func TestCallsFromOtherPagesAreRefused(t *testing.T) {
	t.Parallel()
	f := start(t)
	const mutation = `{"query":"mutation{revokeCalendarFeed(input:{idempotencyKey:\"cross-site\",feedId:\"feed_x\"}){feed{id}}}"}`
	for _, c := range []struct {
		name, method, address, contentType, body string
		headers                                  map[string]string
		status                                   int
		code                                     string
	}{
		{"a program", "POST", "/graphql", "application/json", mutation, nil, 200, "NOT_FOUND"},
		{"our own page", "POST", "/graphql", "application/json", mutation, map[string]string{"Origin": "http://example.com", "Sec-Fetch-Site": "same-origin"}, 200, "NOT_FOUND"},
		{"an old browser on our page", "POST", "/graphql", "application/json", mutation, map[string]string{"Origin": "http://example.com"}, 200, "NOT_FOUND"},
		{"a foreign page", "POST", "/graphql", "application/json", mutation, map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, 403, "FORBIDDEN"},
		{"a foreign page in an old browser", "POST", "/graphql", "application/json", mutation, map[string]string{"Origin": "https://evil.example"}, 403, "FORBIDDEN"},
		{"a sister domain", "POST", "/graphql", "application/json", mutation, map[string]string{"Sec-Fetch-Site": "same-site"}, 403, "FORBIDDEN"},
		{"a page without an origin", "POST", "/graphql", "application/json", mutation, map[string]string{"Origin": "null"}, 403, "FORBIDDEN"},
		{"a form that says text", "POST", "/graphql", "text/plain", mutation, nil, 415, "UNSUPPORTED_MEDIA_TYPE"},
		{"a form", "POST", "/graphql", "application/x-www-form-urlencoded", "query=" + url.QueryEscape("mutation{x}"), nil, 415, "UNSUPPORTED_MEDIA_TYPE"},
		{"a form with a file", "POST", "/graphql", "multipart/form-data; boundary=x", "--x--", nil, 415, "UNSUPPORTED_MEDIA_TYPE"},
		{"a link to a mutation", "GET", "/graphql?query=" + url.QueryEscape(`mutation{revokeCalendarFeed(input:{idempotencyKey:"cross-site",feedId:"feed_x"}){feed{id}}}`), "", "", nil, 405, "METHOD_NOT_ALLOWED"},
		{"a link to a query", "GET", "/graphql?query=" + url.QueryEscape(`{session(id:"x"){id}}`), "", "", nil, 200, "FORBIDDEN"},
	} {
		r := httptest.NewRequest(c.method, c.address, strings.NewReader(c.body))
		r.Header.Set("Authorization", "Bearer "+storetest.Secret(f.A.ExpertViewers[0]).Reveal())
		if c.name == "a link to a query" { // answered for whoever the token is: nobody
			r.Header.Set("Authorization", "Bearer "+storetest.Secret(f.A.Trainer).Reveal())
		}
		if c.contentType != "" {
			r.Header.Set("Content-Type", c.contentType)
		}
		for name, value := range c.headers {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		f.handler.ServeHTTP(w, r)
		var got answer
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Errorf("%s: %v in %s", c.name, err, w.Body)
			continue
		}
		if w.Code != c.status || len(got.Errors) != 1 || got.Errors[0].Extensions.Code != c.code {
			t.Errorf("%s: status %d, %+v; want %d, %s", c.name, w.Code, got.Errors, c.status, c.code)
		}
	}
}

// A dead token is refused as a whole; no token at all reaches what asks for none.
func TestTokens(t *testing.T) {
	t.Parallel()
	f := start(t)
	for name, header := range map[string]string{"an unknown one": "Bearer " + auth.NewSecret().Reveal(), "a malformed one": "Bearer x", "none behind the word": "Bearer ", "another scheme": "Basic eDp5"} {
		r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query":"{__typename}"}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", header)
		w := httptest.NewRecorder()
		f.handler.ServeHTTP(w, r)
		var got answer
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusUnauthorized || got.Errors[0].Extensions.Code != "UNAUTHENTICATED" ||
			w.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%s: status %d, %s", name, w.Code, w.Body)
		}
	}
	if got := f.read(t, auth.Viewer{}, "{__typename}", nil); len(got.Errors) > 0 {
		t.Errorf("nobody asks for nothing: %+v", got.Errors)
	}
	if got := f.read(t, auth.Viewer{}, "{viewer{id}}", nil); len(got.Errors) != 1 || got.Errors[0].Extensions.Code != "UNAUTHENTICATED" {
		t.Errorf("nobody asks who he is: %+v", got.Errors)
	}
}

// The fields of a query run side by side; their errors come in the order of the
// document all the same.
func TestErrorsComeInTheOrderOfTheDocument(t *testing.T) {
	t.Parallel()
	f := start(t)
	const query = "{a:viewer{id} b:themes{code} c:regions{code} d:deploymentTypes{code} e:municipalities{code} f:experts{totalCount} g:requests{totalCount}}"
	first := f.ask(t, auth.Viewer{}, query, nil)
	for range 50 {
		if again := f.ask(t, auth.Viewer{}, query, nil); !bytes.Equal(first, again) {
			t.Fatalf("the same question has two answers:\n%s\n%s", first, again)
		}
	}
	if a, g := bytes.Index(first, []byte(`"path":["a"]`)), bytes.Index(first, []byte(`"path":["g"]`)); a < 0 || g < a {
		t.Errorf("the first field comes last: %s", first)
	}
}

// Whoever hangs up is not a fault of ours: nothing is logged (see start).
func TestACallThatIsGivenUp(t *testing.T) {
	t.Parallel()
	f := start(t)
	given, cancel := context.WithCancel(t.Context())
	cancel()
	late, done := context.WithDeadline(t.Context(), time.Now().Add(-time.Hour))
	defer done()
	for name, ctx := range map[string]context.Context{"by the client": given, "by time": late} {
		for _, viewer := range []auth.Viewer{f.A.Coordinator, {}} {
			if viewer.AccountID != "" && ctx == late { // a look-up that takes too long is worth a line
				continue
			}
			r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query":"{requests{totalCount}}"}`)).WithContext(ctx)
			r.Header.Set("Content-Type", "application/json")
			if viewer.AccountID != "" {
				r.Header.Set("Authorization", "Bearer "+storetest.Secret(viewer).Reveal())
			}
			w := httptest.NewRecorder()
			f.handler.ServeHTTP(w, r)
			if text := w.Body.String(); strings.Contains(text, "data\":{") || strings.Contains(text, "context") {
				t.Errorf("%s: %d %s", name, w.Code, text)
			}
		}
	}
}
