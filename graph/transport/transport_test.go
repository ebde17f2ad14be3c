package transport_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"

	"expex/graph/transport"
)

const (
	typeJSON     = "application/json"
	typeResponse = "application/graphql-response+json"
)

// graphQL is a server of the toy with this transport.
func graphQL(t transport.HTTP) (*handler.Server, *toy) {
	schema := newToy()
	server := handler.New(schema)
	server.AddTransport(t)
	server.Use(extension.Introspection{})
	return server, schema
}

// reply is what a test looks at in an answer.
type reply struct {
	status int
	header http.Header
	text   string
	body   struct {
		Data   json.RawMessage
		Errors []struct {
			Message    string
			Extensions struct {
				Code, Limit string
				Max         int
			}
		}
	}
}

func (r reply) code() string {
	if len(r.body.Errors) == 0 {
		return ""
	}
	return r.body.Errors[0].Extensions.Code
}

func serve(t *testing.T, server http.Handler, r *http.Request) reply {
	t.Helper()
	recorder := httptest.NewRecorder()
	server.ServeHTTP(recorder, r)
	got := reply{status: recorder.Code, header: recorder.Header(), text: recorder.Body.String()}
	if err := json.Unmarshal(recorder.Body.Bytes(), &got.body); err != nil {
		t.Fatalf("the answer is no JSON: %v: %s", err, got.text)
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"} {
		if got := got.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	return got
}

func post(body string, headers ...string) *http.Request {
	return request(http.MethodPost, "/", body, append([]string{"Content-Type", typeJSON}, headers...)...)
}

func get(query string, headers ...string) *http.Request {
	return request(http.MethodGet, "/?"+query, "", headers...)
}

func request(method, target, body string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

// document is a body with nothing but a query.
func document(query string) string {
	body, _ := json.Marshal(map[string]string{"query": query})
	return string(body)
}

func TestOperationsThatRun(t *testing.T) {
	t.Parallel()
	variables := url.Values{
		"query":     {`query Q($n: String) { greeting(name: $n) }`},
		"variables": {`{"n":"Noor"}`}, "operationName": {"Q"}, "extensions": {""}, "unknown": {"1", "2"},
	}
	for name, c := range map[string]struct {
		request *http.Request
		want    string
	}{
		"a query":                          {post(`{"query":"{ greeting }"}`), `{"data":{"greeting":"hello "}}`},
		"with variables":                   {post(`{"query":"query($n: String) { greeting(name: $n) }","variables":{"n":"Noor"}}`), `{"data":{"greeting":"hello Noor"}}`},
		"with null for all that may be":    {post(`{"query":"{ greeting }","variables":null,"operationName":null,"extensions":null}`), `{"data":{"greeting":"hello "}}`},
		"with members we do not know":      {post(`{"query":"{ greeting }","Query":1,"batch":[{}]}`), `{"data":{"greeting":"hello "}}`},
		"with the operation named":         {post(`{"query":"query A { greeting } query B { __typename }","operationName":"B"}`), `{"data":{"__typename":"Query"}}`},
		"with a character in two escapes":  {post(`{"query":"query($n: String) { greeting(name: $n) }","variables":{"n":"\ud83c\udfca \\ud800"}}`), `{"data":{"greeting":"hello 🏊 \\ud800"}}`},
		"labelled as UTF-8":                {post(`{"query":"{ greeting }"}`, "Content-Type", "application/json; charset=UTF-8"), `{"data":{"greeting":"hello "}}`},
		"a mutation":                       {post(`{"query":"mutation { login(name: \"Noor\") }"}`), `{"data":{"login":true}}`},
		"a query by GET":                   {get(url.Values{"query": {"{ greeting }"}}.Encode()), `{"data":{"greeting":"hello "}}`},
		"a query by GET with variables":    {get(variables.Encode()), `{"data":{"greeting":"hello Noor"}}`},
		"a query by GET with null":         {get(url.Values{"query": {"{ greeting }"}, "variables": {"null"}}.Encode()), `{"data":{"greeting":"hello "}}`},
		"a query whose field fails":        {post(`{"query":"{ fails }"}`, "Accept", typeResponse), `{"errors":[{"message":"this field fails"}],"data":{"fails":null}}`},
		"an escape that is no escape":      {post(`{"query":"{ greeting(name: \"\"\"\\u0000\"\"\") }"}`), `{"data":{"greeting":"hello \\u0000"}}`},
		"an escape of another character":   {post(`{"query":"{ greeting(name: \"\\u0001\\u{1F600}\") }"}`), `{"data":{"greeting":"hello \u0001😀"}}`},
		"objects nested as deep as may be": {post(`{"query":"{ greeting }","extensions":` + strings.Repeat(`{"a":`, 30) + `{}` + strings.Repeat(`}`, 31)), `{"data":{"greeting":"hello "}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, _ := graphQL(transport.HTTP{})
			got := serve(t, server, c.request)
			if got.status != http.StatusOK || strings.TrimSpace(got.text) != c.want {
				t.Errorf("got %d %s, want 200 %s", got.status, got.text, c.want)
			}
		})
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	t.Parallel()
	secret := "Vertrouwelijk"
	for name, c := range map[string]struct {
		request *http.Request
		status  int
		code    string
	}{
		"HEAD":                              {request(http.MethodHead, "/?query={__typename}", ""), 405, transport.CodeMethodNotAllowed},
		"OPTIONS":                           {request(http.MethodOptions, "/", ""), 405, transport.CodeMethodNotAllowed},
		"PUT":                               {request(http.MethodPut, "/", `{"query":"{ greeting }"}`, "Content-Type", typeJSON), 405, transport.CodeMethodNotAllowed},
		"a mutation by GET":                 {get("query=mutation%7Blogin(name:%22x%22)%7D"), 405, transport.CodeMethodNotAllowed},
		"a subscription":                    {post(`{"query":"subscription { ticks }"}`), 400, transport.CodeBadRequest},
		"a subscription by GET":             {get("query=subscription%7Bticks%7D"), 400, transport.CodeBadRequest},
		"an answer we cannot give":          {post(`{"query":"{ greeting }"}`, "Accept", "text/html"), 406, transport.CodeNotAcceptable},
		"a form":                            {post(`query={greeting}`, "Content-Type", "application/x-www-form-urlencoded"), 415, transport.CodeUnsupportedMediaType},
		"an upload":                         {post("--x\r\n", "Content-Type", "multipart/form-data; boundary=x"), 415, transport.CodeUnsupportedMediaType},
		"text that a form can send":         {post(`{"query":"{ greeting }"}`, "Content-Type", "text/plain"), 415, transport.CodeUnsupportedMediaType},
		"a body without a label":            {post(`{"query":"{ greeting }"}`, "Content-Type", ""), 415, transport.CodeUnsupportedMediaType},
		"a body in Latin-1":                 {post(`{"query":"{ greeting }"}`, "Content-Type", "application/json; charset=iso-8859-1"), 415, transport.CodeUnsupportedMediaType},
		"a body beyond 64 KiB":              {post(document("{ greeting } #" + strings.Repeat(secret, 64<<10))), 413, transport.CodePayloadTooLarge},
		"an address beyond 64 KiB":          {get("query=" + strings.Repeat("%20", 64<<10)), 414, transport.CodePayloadTooLarge},
		"an empty body":                     {post(``), 400, transport.CodeBadRequest},
		"a body that is no JSON":            {post(`{"query": "` + secret), 400, transport.CodeBadRequest},
		"JSON with something after it":      {post(`{"query":"{ greeting }"} {"query":"` + secret + `"}`), 400, transport.CodeBadRequest},
		"a batch":                           {post(`[{"query":"{ greeting }"},{"query":"{ greeting }"}]`), 400, transport.CodeBadRequest},
		"a string":                          {post(`"{ greeting }"`), 400, transport.CodeBadRequest},
		"null":                              {post(`null`), 400, transport.CodeBadRequest},
		"no query":                          {post(`{"variables":{"name":"` + secret + `"}}`), 400, transport.CodeBadRequest},
		"an empty query":                    {post(`{"query":""}`), 400, transport.CodeBadRequest},
		"a query that is an object":         {post(`{"query":{"` + secret + `":1}}`), 400, transport.CodeBadRequest},
		"QUERY instead of query":            {post(`{"QUERY":"{ greeting }"}`), 400, transport.CodeBadRequest},
		"an operation name that is a list":  {post(`{"query":"{ greeting }","operationName":["` + secret + `"]}`), 400, transport.CodeBadRequest},
		"variables that are text":           {post(`{"query":"{ greeting }","variables":"` + secret + `"}`), 400, transport.CodeBadRequest},
		"extensions that are a number":      {post(`{"query":"{ greeting }","extensions":0}`), 400, transport.CodeBadRequest},
		"two queries":                       {post(`{"query":"{ greeting }","query":"{ ` + secret + ` }"}`), 400, transport.CodeBadRequest},
		"two variables of the same name":    {post(`{"query":"{ greeting }","variables":{"n":1,"n":"` + secret + `"}}`), 400, transport.CodeBadRequest},
		"invalid UTF-8":                     {post("{\"query\":\"{ greeting }\",\"variables\":{\"n\":\"" + secret + "\xff\"}}"), 400, transport.CodeBadRequest},
		"half a character":                  {post(`{"query":"{ greeting }","variables":{"n":"` + secret + `\ud83c x"}}`), 400, transport.CodeBadRequest},
		"two first halves of a character":   {post(`{"query":"{ greeting }","variables":{"n":"\ud83c\ud83c"}}`), 400, transport.CodeBadRequest},
		"NUL in a variable":                 {post(`{"query":"{ greeting }","variables":{"n":["` + secret + `\u0000"]}}`), 400, transport.CodeBadRequest},
		"NUL in the name of a variable":     {post(`{"query":"{ greeting }","variables":{"n\u0000":1}}`), 400, transport.CodeBadRequest},
		"NUL in the query":                  {post(`{"query":"{ greeting }\u0000"}`), 400, transport.CodeBadRequest},
		"NUL in a string of the query":      {post(`{"query":"{ greeting(name: \"` + secret + `\\u0000\") }"}`), 400, transport.CodeBadRequest},
		"NUL as \\u{0}":                     {post(`{"query":"{ greeting(name: \"\\u{0}\") }"}`), 400, transport.CodeBadRequest},
		"objects nested too deep":           {post(`{"query":"{ greeting }","extensions":` + strings.Repeat(`{"a":`, 31) + `{}` + strings.Repeat(`}`, 32)), 400, transport.CodeBadRequest},
		"arrays nested to the last byte":    {post(`{"query":"{ greeting }","variables":` + strings.Repeat(`[`, 32000) + strings.Repeat(`]`, 32000) + `}`), 400, transport.CodeBadRequest},
		"an address that is not encoded":    {get("query=%zz"), 400, transport.CodeBadRequest},
		"no query by GET":                   {get(""), 400, transport.CodeBadRequest},
		"two queries by GET":                {get("query=%7Bgreeting%7D&query=%7Bgreeting%7D"), 400, transport.CodeBadRequest},
		"invalid UTF-8 by GET":              {get("query=%7Bgreeting%7D&operationName=%ff"), 400, transport.CodeBadRequest},
		"NUL by GET":                        {get("query=%7Bgreeting%7D&operationName=%00"), 400, transport.CodeBadRequest},
		"variables that are no JSON by GET": {get("query=%7Bgreeting%7D&variables=" + secret), 400, transport.CodeBadRequest},
		"variables that are a list by GET":  {get("query=%7Bgreeting%7D&variables=%5B%5D"), 400, transport.CodeBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, schema := graphQL(transport.HTTP{})
			got := serve(t, server, c.request)
			if got.status != c.status || got.code() != c.code {
				t.Errorf("got %d %s, want %d %s: %s", got.status, got.code(), c.status, c.code, got.text)
			}
			if got.body.Data != nil || strings.Contains(got.text, `"data"`) {
				t.Errorf("a refusal has data: %s", got.text)
			}
			if strings.Contains(got.text, secret) {
				t.Errorf("a refusal quotes the request: %s", got.text)
			}
			if calls := schema.calls.Load(); calls != 0 {
				t.Errorf("%d resolvers ran", calls)
			}
		})
	}
}

func TestAllowNamesTheMethodsThatWouldDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		request *http.Request
		want    string
	}{
		"OPTIONS":           {request(http.MethodOptions, "/", ""), "GET, POST"},
		"a mutation by GET": {get("query=mutation%7Blogin(name:%22x%22)%7D"), "POST"},
		"no query by GET":   {get(""), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, _ := graphQL(transport.HTTP{})
			if got := serve(t, server, c.request).header.Get("Allow"); got != c.want {
				t.Errorf("Allow is %q, want %q", got, c.want)
			}
		})
	}
}

func TestHEADHasNoBody(t *testing.T) {
	t.Parallel()
	handler, _ := graphQL(transport.HTTP{})
	server := httptest.NewServer(handler)
	defer server.Close()
	response, err := server.Client().Head(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || len(body) != 0 || response.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("got %d with %d bytes, %v; want 405 with none", response.StatusCode, len(body), err)
	}
}

func TestStatusOfARequestErrorDependsOnTheMediaType(t *testing.T) {
	t.Parallel()
	for name, query := range map[string]string{
		"does not parse":    `{`,
		"does not validate": `{ unknown }`,
		"does not coerce":   `query($id: ID!) { __typename }`,
	} {
		for accept, status := range map[string]int{typeJSON: 200, typeResponse: 400} {
			t.Run(name+" as "+accept, func(t *testing.T) {
				t.Parallel()
				server, _ := graphQL(transport.HTTP{})
				got := serve(t, server, post(document(query), "Accept", accept))
				if got.status != status || got.body.Data != nil || len(got.body.Errors) == 0 {
					t.Errorf("got %d %s, want %d with errors and without data", got.status, got.text, status)
				}
				if want := accept + "; charset=utf-8"; got.header.Get("Content-Type") != want {
					t.Errorf("Content-Type is %q, want %q", got.header.Get("Content-Type"), want)
				}
			})
		}
	}
}

func TestAnswerSize(t *testing.T) {
	t.Parallel()
	whole := `{"data":{"text":"` + strings.Repeat("x", 1000) + `"}}` + "\n"
	for name, c := range map[string]struct {
		limit int
		query string
		want  string // limit that is named
	}{
		"as large as may be":                  {len(whole), `{ text(bytes: 1000) }`, ""},
		"a byte larger":                       {len(whole) - 1, `{ text(bytes: 1000) }`, "answerBytes"},
		"larger by its errors":                {40, `{ fails }`, "answerBytes"},
		"larger though it only has errors":    {40, `{ unknown }`, "answerBytes"},
		"as large as may be by default":       {0, `{ text(bytes: 2097131) }`, ""},
		"a byte larger than it is by default": {0, `{ text(bytes: 2097132) }`, "answerBytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, _ := graphQL(transport.HTTP{AnswerBytes: c.limit})
			got := serve(t, server, post(document(c.query)))
			if c.want == "" {
				if len(got.body.Errors) > 0 {
					t.Errorf("refused: %s", got.text)
				}
				return
			}
			max := c.limit
			if max == 0 {
				max = 2 << 20
			}
			if len(got.body.Errors) != 1 {
				t.Fatalf("got %d errors, want 1: %s", len(got.body.Errors), got.text)
			}
			found := got.body.Errors[0].Extensions
			if got.status != 200 || found.Code != transport.CodeLimitExceeded || found.Limit != c.want || found.Max != max {
				t.Errorf("got %d %+v, want 200 LIMIT_EXCEEDED %s %d", got.status, found, c.want, max)
			}
		})
	}
}

func TestTimeIsUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		query string
		want  string
	}{
		"a field that gave up says why":          {`{ greeting waits }`, `{"errors":[{"message":"milliseconds: the operation took longer than 20 ms: ask for less, or send it again later","extensions":{"code":"LIMIT_EXCEEDED","limit":"milliseconds","max":20}},{"message":"context deadline exceeded"}],"data":{"greeting":"hello ","waits":null}}`},
		"an answer found in the end is given":    {`{ waitsAndFinds }`, `{"data":{"waitsAndFinds":"found"}}`},
		"an answer found at once is not touched": {`{ greeting }`, `{"data":{"greeting":"hello "}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, _ := graphQL(transport.HTTP{Timeout: 20 * time.Millisecond})
			got := serve(t, server, post(document(c.query), "Accept", typeResponse))
			if got.status != 200 || strings.TrimSpace(got.text) != c.want {
				t.Errorf("got %d %s, want 200 %s", got.status, got.text, c.want)
			}
		})
	}
}

func TestTimeIsUpBeforeItBegan(t *testing.T) {
	t.Parallel()
	server, schema := graphQL(transport.HTTP{Timeout: time.Nanosecond})
	got := serve(t, server, post(`{"query":"{ greeting }"}`))
	if got.status != 200 || got.code() != transport.CodeLimitExceeded || schema.calls.Load() != 0 {
		t.Errorf("got %d %s after %d calls, want 200 LIMIT_EXCEEDED after none", got.status, got.text, schema.calls.Load())
	}
}

func TestClientIsGoneBeforeItBegan(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	server, schema := graphQL(transport.HTTP{})
	got := serve(t, server, post(`{"query":"{ greeting }"}`).WithContext(ctx))
	if got.status != 503 || got.code() != transport.CodeCancelled || schema.calls.Load() != 0 {
		t.Errorf("got %d %s after %d calls, want 503 CANCELLED after none", got.status, got.text, schema.calls.Load())
	}
}

func TestBrokenScalarIsAnInternalError(t *testing.T) {
	t.Parallel()
	server, _ := graphQL(transport.HTTP{})
	got := serve(t, server, post(`{"query":"{ writesNoJSON }"}`))
	if got.status != 500 || got.code() != transport.CodeInternal {
		t.Errorf("got %d %s, want 500 INTERNAL", got.status, got.text)
	}
}

func TestPanicIsAnInternalErrorInJSON(t *testing.T) {
	t.Parallel()
	server, _ := graphQL(transport.HTTP{})
	server.SetRecoverFunc(func(context.Context, any) error { return errors.New("internal error") })
	got := serve(t, server, post(`{"query":"{ panics }"}`))
	if want := typeJSON + "; charset=utf-8"; got.status != 500 || got.header.Get("Content-Type") != want {
		t.Errorf("got %d as %q, want 500 as %q", got.status, got.header.Get("Content-Type"), want)
	}
}

func TestInterruptedBodyIsABadRequest(t *testing.T) {
	t.Parallel()
	server, _ := graphQL(transport.HTTP{})
	r := httptest.NewRequest(http.MethodPost, "/", io.MultiReader(strings.NewReader(`{"query":`), interrupted{}))
	r.Header.Set("Content-Type", typeJSON)
	if got := serve(t, server, r); got.status != 400 || got.code() != transport.CodeBadRequest {
		t.Errorf("got %d %s, want 400 BAD_REQUEST", got.status, got.text)
	}
}

type interrupted struct{}

func (interrupted) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
