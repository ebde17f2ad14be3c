package limit

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// The shape of what the engine serves: connections, pages of an answer, lists
// that are always whole, and a type that leads back to itself.
const schemaText = `
directive @flag on QUERY | FIELD | FRAGMENT_DEFINITION | FRAGMENT_SPREAD | INLINE_FRAGMENT | VARIABLE_DEFINITION
type Query {
  name: String
  request: Request!
  requests(first: Int! = 20): RequestConnection!
  suggestions(first: Int! = 10): Suggestions!
  themes: [Theme!]!
  cities(first: Int): [City!]!
}
type Mutation { rename(name: String!): Request! }
type RequestConnection { edges: [RequestEdge!]! pageInfo: PageInfo! totalCount: Int! }
type RequestEdge { node: Request! }
type PageInfo { hasNextPage: Boolean! }
type Request {
  id: ID!
  self: Request!
  themes: [Theme!]!
  offers(first: Int! = 10): OfferConnection!
  requests(first: Int! = 20): RequestConnection!
}
type OfferConnection { edges: [OfferEdge!]! }
type OfferEdge { node: Offer! }
type Offer { expert: Expert! }
type Expert { consents: [Consent!]! languages: [String!]! }
type Consent { theme: String! }
type Theme { code: String! }
type City { name: String! themes: [Theme!]! }
type Suggestions { suggestions: [Suggestion!]! excluded: [Theme!]! totalCount: Int! }
type Suggestion { experts: [Expert!]! score: Int! }
`

var schema = gqlparser.MustLoadSchema(&ast.Source{Input: schemaText})

// submit is what gqlgen makes of a request before it runs it: the answer has
// the errors of all that would keep it from running.
func submit(t testing.TB, limits Limits, query, variables string) (*graphql.OperationContext, gqlerror.List) {
	server := executor.New(&graphql.ExecutableSchemaMock{SchemaFunc: func() *ast.Schema { return schema }})
	server.Use(limits)
	params := &graphql.RawParams{Query: query}
	if variables != "" {
		decoder := json.NewDecoder(strings.NewReader(variables))
		decoder.UseNumber()
		if err := decoder.Decode(&params.Variables); err != nil {
			t.Fatal(err)
		}
	}
	return server.CreateOperationContext(graphql.StartOperationTrace(t.Context()), params)
}

// refused is the limit that an operation ran into, or "" if it passed.
func refused(t *testing.T, limits Limits, query, variables string) (name, message string) {
	t.Helper()
	_, errs := submit(t, limits, query, variables)
	if len(errs) == 0 {
		return "", ""
	}
	if len(errs) != 1 || errs[0].Extensions["code"] != "LIMIT_EXCEEDED" {
		t.Fatalf("not a refusal: %v", errs)
	}
	name, _ = errs[0].Extensions["limit"].(string)
	if errs[0].Extensions["max"] != maximum(limits, name) {
		t.Errorf("max is %v, want %d", errs[0].Extensions["max"], maximum(limits, name))
	}
	if !strings.HasPrefix(errs[0].Message, name+": ") {
		t.Errorf("the message does not name the limit: %s", errs[0].Message)
	}
	return name, errs[0].Message
}

func maximum(l Limits, name string) int {
	return map[string]int{
		"tokens": l.Tokens, "operations": l.Operations, "fragments": l.Fragments, "directives": l.Directives,
		"selections": l.Selections, "aliases": l.Aliases, "rootFields": l.RootFields, "depth": l.Depth, "introspectionDepth": l.IntrospectionDepth,
		"first": l.First, "cost": l.Cost,
	}[name]
}

// nested puts a selection below n fields of that name.
func nested(n int, field, selection string) string {
	return strings.Repeat(field+" { ", n) + selection + strings.Repeat(" }", n)
}

// times writes a text n times, each with its number in place of §.
func times(n int, text string) string {
	var all strings.Builder
	for i := range n {
		all.WriteString(strings.ReplaceAll(text, "§", strconv.Itoa(i)) + " ")
	}
	return all.String()
}

func TestEachLimitOnItAndBeyond(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		limit, name string
		on, beyond  string
	}{
		{"tokens", "of fields",
			"{ request { " + times(199, "id #\n#\n#\n#\n") + "} }",
			"{ request { " + times(199, "id #\n#\n#\n#\n") + "__typename } }"},
		{"tokens", "of comments",
			times(997, "#\n") + "{ name }",
			times(998, "#\n") + "{ name }"},
		{"operations", "of any name",
			"query A { name }",
			"query A { name } query B { name }"},
		{"fragments", "that are used",
			"{ request {" + times(20, "...F§") + "} }" + times(20, "fragment F§ on Request { id }"),
			"{ request {" + times(21, "...F§") + "} }" + times(21, "fragment F§ on Request { id }")},
		{"selections", "below a field",
			"{ request { " + times(299, "id") + "} }",
			"{ request { " + times(300, "id") + "} }"},
		{"selections", "of all kinds",
			"{ request { ...F ... { self { id } } } } fragment F on Request { " + times(295, "id") + "}",
			"{ request { ...F ... { self { id } } } } fragment F on Request { " + times(296, "id") + "}"},
		{"directives", "on fields",
			"{ request { " + times(20, "id @flag") + "} }",
			"{ request { " + times(21, "id @flag") + "} }"},
		{"directives", "on anything",
			"query($n: Int! @flag) @flag { cities(first: $n) { ... @flag { ...F @flag } } } fragment F on City @flag {" + times(15, "name @flag") + "}",
			"query($n: Int! @flag) @flag { cities(first: $n) { ... @flag { ...F @flag } } } fragment F on City @flag {" + times(16, "name @flag") + "}"},
		{"aliases", "of one field",
			"{ request { id: id " + times(15, "a§: id") + "} }",
			"{ request { id: id " + times(16, "a§: id") + "} }"},
		{"aliases", "in fragments",
			"{ a: request { ...F ...F } } fragment F on Request {" + times(14, "a§: id") + "}",
			"{ a: request { ...F ...F } } fragment F on Request {" + times(15, "a§: id") + "}"},
		{"rootFields", "of one name",
			"{ " + times(10, "name") + "}",
			"{ " + times(11, "name") + "}"},
		{"rootFields", "in fragments",
			"{ ...F ...F } fragment F on Query {" + times(5, "name") + "}",
			"{ name ...F ...F } fragment F on Query {" + times(5, "name") + "}"},
		{"rootFields", "inline",
			"{ ... { ... on Query { " + times(10, "name") + "} } }",
			"{ name ... { ... on Query { " + times(10, "name") + "} } }"},
		{"rootFields", "of a mutation",
			"mutation { " + times(10, `rename(name: "x") { id }`) + "}",
			"mutation { " + times(11, `rename(name: "x") { id }`) + "}"},
		{"depth", "written out",
			"{ request { " + nested(10, "self", "id") + " } }",
			"{ request { " + nested(11, "self", "id") + " } }"},
		{"depth", "through fragments",
			"{ request { ...F } } fragment F on Request { self { ...G } } fragment G on Request { " + nested(9, "self", "id") + " }",
			"{ request { ...F } } fragment F on Request { self { ...G } } fragment G on Request { " + nested(10, "self", "id") + " }"},
		{"depth", "beside introspection",
			`{ __type(name: "City") { name } request { ` + nested(10, "self", "id") + " } }",
			`{ __type(name: "City") { name } request { ` + nested(11, "self", "id") + " } }"},
		{"introspectionDepth", "of a type",
			`{ __type(name: "City") { ` + nested(14, "ofType", "name") + " } }",
			`{ __type(name: "City") { ` + nested(15, "ofType", "name") + " } }"},
		{"introspectionDepth", "through fragments",
			`{ ...Q } fragment Q on Query { __schema { queryType { ...T } } } fragment T on __Type { ` + nested(13, "ofType", "name") + " }",
			`{ ...Q } fragment Q on Query { __schema { queryType { ...T } } } fragment T on __Type { ` + nested(14, "ofType", "name") + " }"},
		{"first", "written down",
			"{ cities(first: 50) { name } }",
			"{ cities(first: 51) { name } }"},
		{"first", "beyond 32 bits",
			"{ cities(first: 50) { name } }",
			"{ cities(first: 9223372036854775807) { name } }"},
		{"first", "in a fragment",
			"{ request { ...F } } fragment F on Request { offers(first: 50) { edges { node { __typename } } } }",
			"{ request { ...F } } fragment F on Request { offers(first: 51) { edges { node { __typename } } } }"},
		{"cost", "of a page",
			"{ cities(first: 50) { " + times(39, "name") + "} request { " + times(48, "id") + "} }",
			"{ cities(first: 50) { " + times(39, "name") + "} request { " + times(49, "id") + "} }"},
		{"cost", "of introspection",
			`{ __schema { types { name } } __type(name: "City") { name } }`,
			`{ __schema { types { name } } __type(name: "City") { name } name }`},
	} {
		t.Run(c.limit+" "+c.name, func(t *testing.T) {
			t.Parallel()
			if name, message := refused(t, Default(), c.on, `{"n":1}`); name != "" {
				t.Errorf("on the limit it is refused: %s", message)
			}
			if name, message := refused(t, Default(), c.beyond, `{"n":1}`); name != c.limit {
				t.Errorf("beyond it is refused by %q %q, want %s", name, message, c.limit)
			}
		})
	}
}

func TestUsualOperationsPass(t *testing.T) {
	t.Parallel()
	introspection, err := os.ReadFile("testdata/introspection.graphql")
	if err != nil {
		t.Fatal(err)
	}
	for name, query := range map[string]string{
		"the introspection of GraphiQL": string(introspection),
		"the deepest page":              `{ requests(first: 10) { edges { node { offers { edges { node { expert { consents { theme } } } } } } } } }`,
		"a mutation":                    `mutation($name: String = "x") { rename(name: $name) { id themes { code } } }`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, errs := submit(t, Default(), query, ""); len(errs) > 0 {
				t.Error(errs)
			}
		})
	}
}

func TestInvalidDocumentsAreLeftToTheValidator(t *testing.T) {
	t.Parallel()
	for name, query := range map[string]string{
		"no GraphQL":                   `{ name `,
		"no text":                      ``,
		"nothing but a fragment":       `fragment F on Query { name }`,
		"a fragment that is not there": `{ request { ...F } }`,
		"a fragment in itself":         `{ ...F } fragment F on Query { name ...F }`,
		"fragments in a circle":        `{ request { ...F } } fragment F on Request { self { ...G } } fragment G on Request { self { ...F } }`,
		"a fragment defined twice":     `{ ...F } fragment F on Query { name } fragment F on Query { request { id } }`,
		"a field that is not there":    `{ nobody(first: 1000) { knows } }`,
		"the schema at no root":        `{ request { __schema { types { name } } } }`,
		"a page size that is no Int":   `{ cities(first: "99") { name } }`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, errs := submit(t, Default(), query, "")
			if len(errs) == 0 {
				t.Fatal("it passed")
			}
			for _, err := range errs {
				if err.Extensions["code"] == "LIMIT_EXCEEDED" {
					t.Errorf("it was refused as too large: %v", err)
				}
			}
		})
	}
}

func TestValidateRefusesLimitsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	server := &graphql.ExecutableSchemaMock{SchemaFunc: func() *ast.Schema { return schema }}
	if err := Default().Validate(server); err != nil {
		t.Errorf("the defaults: %v", err)
	}
	for name, c := range map[string]struct {
		limits Limits
		want   []string
	}{
		"the zero value":           {Limits{}, []string{"Tokens is 0", "Operations is 0", "Fragments is 0", "Selections is 0", "Directives is 0", "Aliases is 0", "RootFields is 0", "Depth is 0", "IntrospectionDepth is 0", "First is 0", "Cost is 0", "ListSize is 0"}},
		"a list of no length":      {withListSize("Request.themes", 0), []string{`ListSizes["Request.themes"] is 0`}},
		"a type that is not there": {withListSize("Nobody.themes", 3), []string{`ListSizes["Nobody.themes"]`}},
		"a field that is no list":  {withListSize("Request.id", 3), []string{`ListSizes["Request.id"]`}},
		"no coordinate":            {withListSize("themes", 3), []string{`ListSizes["themes"]`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.limits.Validate(server)
			if err == nil {
				t.Fatal("accepted")
			}
			if lines := strings.Split(err.Error(), "\n"); len(lines) != len(c.want) {
				t.Errorf("%d problems, want %d: %v", len(lines), len(c.want), err)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is missing in: %v", want, err)
				}
			}
		})
	}
	if err := withListSize("Request.themes", 3).Validate(server); err != nil {
		t.Errorf("a list of the schema: %v", err)
	}
}

func withListSize(coordinate string, size int) Limits {
	limits := Default()
	limits.ListSizes = map[string]int{coordinate: size}
	return limits
}
