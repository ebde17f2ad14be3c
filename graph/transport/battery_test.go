package transport_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"

	"expex/graph/limit"
	"expex/graph/transport"
)

// attack is a hostile request and what must come of it.
type attack struct {
	name    string
	request *http.Request
	status  int
	code    string // extensions.code of the first error
	limit   string // its extensions.limit
}

// battery is what GraphQL servers have been brought down with, in the size that
// it was tried in and, where the body limit stops that, in one that fits.
func battery() []attack {
	const (
		tooLarge = transport.CodePayloadTooLarge
		bad      = transport.CodeBadRequest
		wrong    = transport.CodeUnsupportedMediaType
		limit    = transport.CodeLimitExceeded
		invalid  = "GRAPHQL_VALIDATION_FAILED"
	)
	return []attack{
		{"20,000 aliases of a login", query("mutation {" + times(20000, `a§: login(name: "x")`) + "}"), 413, tooLarge, ""},
		{"1,500 aliases of a login", query("mutation {" + times(1500, `a§: login(name: "x")`) + "}"), 200, limit, "tokens"},
		{"100 aliases of a login", query("mutation {" + times(100, `a§: login(name: "x")`) + "}"), 200, limit, "aliases"},
		{"15 aliases of a login", query("mutation {" + times(15, `a§: login(name: "x")`) + "}"), 200, limit, "rootFields"},
		{"20,000 fields of one name", query("{" + times(20000, "__typename") + "}"), 413, tooLarge, ""},
		{"5,000 fields of one name", query("{" + times(5000, "__typename") + "}"), 200, limit, "tokens"},
		{"990 fields of one name", query("{" + times(990, "__typename") + "}"), 200, limit, "selections"},
		{"290 fields of one name", query("{" + times(290, "__typename") + "}"), 200, limit, "rootFields"},
		{"290 fields of one name below another", query("{ node {" + times(290, "__typename") + "} }"), 200, "", ""},
		{"ten in ten, nine levels deep", query(nested(9, "nodes(first: 10)", "id")), 200, limit, "cost"},
		{"fifty in fifty", query(nested(2, "nodes(first: 50)", "id")), 200, limit, "cost"},
		{"60 aliases of pages of 100 in 100", query("{" + times(60, "a§: nodes(first: 100)"+nested(1, "nodes(first: 100)", "id")) + "}"), 200, limit, "tokens"},
		{"ten pages of 50 in 50", query("{" + times(10, "a§: nodes(first: 50)"+nested(1, "nodes(first: 50)", "id")) + "}"), 200, limit, "cost"},
		{"a page of two billion", query("{ nodes(first: 2147483647) { id } }"), 200, limit, "first"},
		{"lists in lists without a page", query("{ node " + nested(4, "tags", "id") + "}"), 200, limit, "cost"},
		{"100,000 directives", query("{ __typename " + times(100000, "@a") + "}"), 413, tooLarge, ""},
		{"15,000 directives", query("{ __typename " + strings.Repeat("@a ", 15000) + "}"), 200, limit, "tokens"},
		{"490 directives", query("{ __typename " + strings.Repeat("@a ", 490) + "}"), 200, limit, "directives"},
		{"28 doubling fragments", query("{ ...F0 }" + doubling(28, "Query", "...F§ ...F§")), 200, limit, "fragments"},
		{"19 doubling fragments", query("{ ...F0 }" + doubling(19, "Query", "...F§ ...F§")), 200, limit, "rootFields"},
		{"19 doubling fragments below a field", query("{ node { ...F0 } }" + doubling(19, "Node", "...F§ ...F§")), 200, limit, "cost"},
		{"10 fragments with 14 fields to the next", query("{ node { ...F0 } }" + doubling(10, "Node", strings.Repeat("node { ...F§ } ", 14))), 200, limit, "cost"},
		{"fragments in a circle", query("{ node { ...F0 } } fragment F0 on Node { node { ...F1 } } fragment F1 on Node { node { ...F0 } }"), 200, invalid, ""},
		{"20 fragments of 13 fields of one name", query("{ node {" + times(20, "...F§") + "} }" + times(20, "fragment F§ on Node {"+strings.Repeat("id ", 13)+"}")), 200, "", ""},
		{"a tree of fields of one name", query("{ " + tree(4, "node") + " }"), 200, "", ""},
		{"150 fields that cannot be merged", query("{ node {" + times(150, "name(of: \"§\")") + "} }"), 200, limit, "answerBytes"},
		{"fields that cannot be merged, eleven levels deep", query("{ " + strings.Repeat(strings.Repeat("node { ", 11)+times(70, `name(of: "§")`)+strings.Repeat("} ", 11), 2) + "}"), 200, invalid, ""},
		{"290 fields that are not there", query("{ node {" + times(290, "x§") + "} }"), 200, invalid, ""},
		{"a name of 60,000 characters", query("{ " + strings.Repeat("x", 60000) + " }"), 200, invalid, ""},
		{"a body of 10 MB", query("{ greeting(name: \"" + strings.Repeat("x", 10<<20) + "\") }"), 413, tooLarge, ""},
		{"a variable of 10 MB", post(`{"query":"{ greeting }","variables":{"n":"` + strings.Repeat("x", 10<<20) + `"}}`), 413, tooLarge, ""},
		{"selections nested 100,000 deep", query(strings.Repeat("{a", 100000)), 413, tooLarge, ""},
		{"selections nested 30,000 deep", query(strings.Repeat("{a", 30000)), 200, limit, "tokens"},
		{"selections nested 290 deep", query("{ " + strings.Repeat("node { ", 290) + "id" + strings.Repeat(" }", 290) + " }"), 200, limit, "depth"},
		{"lists nested 60,000 deep", query("{ greeting(name: " + strings.Repeat("[", 60000)), 200, limit, "tokens"},
		{"lists nested 480 deep", query("{ greeting(name: " + strings.Repeat("[", 480) + strings.Repeat("]", 480) + ") }"), 200, invalid, ""},
		{"objects nested 240 deep", query("{ greeting(name: " + strings.Repeat("{a:", 240) + "1" + strings.Repeat("}", 240) + ") }"), 200, invalid, ""},
		{"types nested 450 deep", query("query($n: " + strings.Repeat("[", 450) + "Int" + strings.Repeat("]", 450) + ") { greeting }"), 200, invalid, ""},
		{"inline fragments nested 290 deep", query("{ " + strings.Repeat("... { ", 290) + "greeting" + strings.Repeat(" }", 290) + " }"), 200, "", ""},
		{"JSON nested to the last byte", post(`{"query":"{ greeting }","variables":` + strings.Repeat(`{"a":`, 10000) + "1" + strings.Repeat("}", 10001)), 400, bad, ""},
		{"invalid UTF-8", post("{\"query\":\"{ greeting(name: \\\"\xc3\x28\\\") }\"}"), 400, bad, ""},
		{"NUL in a string", query(`{ greeting(name: "\u0000") }`), 400, bad, ""},
		{"an upload from a page of another origin", post("--x--", "Content-Type", "multipart/form-data; boundary=x"), 415, wrong, ""},
		{"a form from a page of another origin", post(`{"query":"mutation { login(name: \"x\") }"}`, "Content-Type", "text/plain"), 415, wrong, ""},
		{"a mutation by link", get("query=mutation%7Blogin(name:%22x%22)%7D"), 405, transport.CodeMethodNotAllowed, ""},
		{"a batch of 1,000", post("[" + strings.TrimSuffix(times(1000, `{"query":"{ greeting }"},`), ", ") + "]"), 400, bad, ""},
		{"190 operations", query(times(190, "query Q§ { a }")), 200, limit, "operations"},
		{"the schema within the schema", query("{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"), 200, invalid, ""},
		{"the schema three times", query("{" + times(3, "a§: __schema { types { name } }") + "}"), 200, limit, "cost"},
		{"an answer of 3 MB", query("{ text(bytes: 3000000) }"), 200, limit, "answerBytes"},
	}
}

// longestAnswer is how long the answer to an attack may be, in bytes. Only a
// validator that finds fault a thousand times needs that much.
const longestAnswer = 2 << 20

func TestBattery(t *testing.T) {
	t.Parallel()
	for _, a := range battery() {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			server, schema := guarded()
			got := serve(t, server, a.request)
			if got.status != a.status || got.code() != a.code {
				t.Errorf("got %d %q, want %d %q: %.300s", got.status, got.code(), a.status, a.code, got.text)
			}
			if a.code != "" && got.body.Errors[0].Extensions.Limit != a.limit {
				t.Errorf("refused by %q, want %q", got.body.Errors[0].Extensions.Limit, a.limit)
			}
			if len(got.text) > longestAnswer {
				t.Errorf("the answer has %d bytes", len(got.text))
			}
			if calls := schema.calls.Load(); a.code != "" && a.limit != "answerBytes" && calls > 0 {
				t.Errorf("%d resolvers ran", calls)
			}
		})
	}
}

// guarded is a server of the toy as the real one is put together.
func guarded() (*handler.Server, *toy) {
	schema := newToy()
	server := handler.New(schema)
	server.AddTransport(transport.HTTP{})
	limits := limit.Default()
	server.SetParserTokenLimit(limits.Tokens)
	server.Use(limits)
	server.Use(extension.Introspection{})
	return server, schema
}

func query(text string) *http.Request {
	body, _ := json.Marshal(map[string]string{"query": text})
	return post(string(body))
}

// times writes a text n times, each with its number in place of §.
func times(n int, text string) string {
	var all strings.Builder
	for i := range n {
		all.WriteString(strings.ReplaceAll(text, "§", strconv.Itoa(i)) + " ")
	}
	return all.String()
}

// nested puts a selection below n fields of that name, with braces around.
func nested(n int, field, selection string) string {
	return strings.Repeat("{ "+field, n) + " { " + selection + " }" + strings.Repeat(" }", n)
}

// doubling is n+1 fragments, each with that text and the number of the next one
// in place of §.
func doubling(n int, on, text string) string {
	var all strings.Builder
	for i := range n {
		fmt.Fprintf(&all, " fragment F%d on %s { %s }", i, on, strings.ReplaceAll(text, "§", strconv.Itoa(i+1)))
	}
	fmt.Fprintf(&all, " fragment F%d on %s { __typename }", n, on)
	return all.String()
}

// tree is a field with three fields of the same name below, and so on.
func tree(levels int, field string) string {
	if levels == 0 {
		return field + " { id }"
	}
	return field + " { " + strings.Repeat(tree(levels-1, field)+" ", 3) + "}"
}
