// Package limit refuses hostile GraphQL operations before they cost anything.
//
// It is a gqlgen extension of two halves. The first reads the document on its
// own and runs before gqlparser validates it, because validation compares the
// fields of a selection in pairs: it is there that thousands of fields hurt.
// The second runs after validation, when types, arguments and variables are
// known, and works out what the operation can cost at most.
//
// Both halves look at each fragment once, however often it is spread, and
// their numbers saturate instead of overflowing. gqlgen's own complexity limit
// does neither: 28 fragments that double each other kept it busy for more than
// 20 seconds, and each further one doubles that.
package limit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
)

// Limits is a gqlgen extension that refuses what goes beyond any of them. All
// are inclusive and must be at least 1; Default has values for all.
//
// A refusal is a GraphQL error with extensions
//
//	{"code": "LIMIT_EXCEEDED", "limit": "depth", "max": 12}
//
// where limit is the name of the field below with a small first letter. No
// resolver has run then.
type Limits struct {
	// Tokens of the document, comments included: 1,000 by default.
	Tokens int
	// Operations in the document: 1 by default.
	Operations int
	// Fragments defined in the document: 20 by default. Inline ones are free.
	Fragments int
	// Selections written in the document, which are fields, spreads and inline
	// fragments: 300 by default. The validator's work grows with their square.
	Selections int
	// Directives written in the document: 20 by default.
	Directives int
	// Aliases written in the document: 15 by default. An alias that repeats the
	// name of its field is none.
	Aliases int
	// RootFields is how many fields an operation asks of its root type, through
	// fragments, repeated ones included: 10 by default.
	RootFields int
	// Depth is how deep fields nest, through fragments: 12 by default, { a } has
	// 1. What is below __schema and __type is left out.
	Depth int
	// IntrospectionDepth is how deep fields nest from __schema or __type
	// downwards, those included: 16 by default. The standard introspection query
	// has 15, nine of them to unwrap a type.
	IntrospectionDepth int
	// First is the largest value of an argument named first, whether written
	// down, in a variable or by default: 50 by default.
	First int
	// Cost of the operation: 2,000 by default. A field costs 1 plus the cost of
	// its selection. That selection counts
	//   - as often as first says, for a field with that argument. Lists directly
	//     below, such as the edges of a connection, are that page and do not
	//     count again;
	//   - as often as its list is assumed to be long, for any other list;
	//   - once for all other fields.
	// A fragment costs what it selects, and @skip and @include save nothing.
	// __schema and __type cost 1,000 each, whatever is below.
	Cost int

	// ListSize is how long a list without first is assumed to be: 10 by default.
	// A list of lists counts as one.
	ListSize int
	// ListSizes are better assumptions for single fields, by coordinate, such as
	// "Request.themes". Nil by default. A list named here counts directly below
	// a page, too.
	ListSizes map[string]int
}

// Default is what an operation of a well-meaning client stays below.
func Default() Limits {
	return Limits{
		Tokens:             1000,
		Operations:         1,
		Fragments:          20,
		Selections:         300,
		Directives:         20,
		Aliases:            15,
		RootFields:         10,
		Depth:              12,
		IntrospectionDepth: 16,
		First:              50,
		Cost:               2000,
		ListSize:           10,
	}
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
	graphql.OperationContextMutator
} = Limits{}

// ExtensionName names the extension to gqlgen.
func (Limits) ExtensionName() string { return "Limits" }

// Validate refuses limits that would refuse everything, and assumptions about
// fields that are no lists of the schema. gqlgen calls it at the start and
// panics on an error.
func (l Limits) Validate(schema graphql.ExecutableSchema) error {
	var problems []error
	for _, limit := range []struct {
		name string
		max  int
	}{
		{"Tokens", l.Tokens}, {"Operations", l.Operations}, {"Fragments", l.Fragments},
		{"Selections", l.Selections}, {"Directives", l.Directives}, {"Aliases", l.Aliases},
		{"RootFields", l.RootFields}, {"Depth", l.Depth}, {"IntrospectionDepth", l.IntrospectionDepth},
		{"First", l.First}, {"Cost", l.Cost}, {"ListSize", l.ListSize},
	} {
		if limit.max < 1 {
			problems = append(problems, fmt.Errorf("limit: %s is %d: it must be at least 1, start from limit.Default()", limit.name, limit.max))
		}
	}
	for _, coordinate := range slices.Sorted(maps.Keys(l.ListSizes)) {
		if err := checkListSize(schema.Schema(), coordinate, l.ListSizes[coordinate]); err != nil {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

// MutateOperationParameters refuses a document by its text alone. gqlgen calls
// it before it validates the document. A document that cannot be parsed passes:
// gqlgen reports that itself.
func (l Limits) MutateOperationParameters(_ context.Context, raw *graphql.RawParams) *gqlerror.Error {
	source := &ast.Source{Input: raw.Query}
	if moreTokens(source, l.Tokens) {
		return exceeded("tokens", l.Tokens, "the document has more than %d tokens: split it, or use variables for long values", l.Tokens)
	}
	document, err := parser.ParseQuery(source)
	if err != nil {
		return nil
	}
	return l.checkShape(document)
}

// MutateOperationContext refuses an operation by its page sizes and its cost.
// gqlgen calls it after it validated the document and the variables.
func (l Limits) MutateOperationContext(_ context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	return l.checkCost(operation.Operation, operation.Variables)
}

func checkListSize(schema *ast.Schema, coordinate string, size int) error {
	if size < 1 {
		return fmt.Errorf("limit: ListSizes[%q] is %d: it must be at least 1", coordinate, size)
	}
	typeName, fieldName, _ := strings.Cut(coordinate, ".")
	if definition := schema.Types[typeName]; definition != nil {
		if field := definition.Fields.ForName(fieldName); field != nil && field.Type.Elem != nil {
			return nil
		}
	}
	return fmt.Errorf("limit: ListSizes[%q]: the schema has no such list: write Type.field", coordinate)
}

// exceeded is a refusal. The message says what was found and what to do.
func exceeded(limit string, maximum int, message string, values ...any) *gqlerror.Error {
	return &gqlerror.Error{
		Message:    limit + ": " + fmt.Sprintf(message, values...),
		Extensions: map[string]any{"code": "LIMIT_EXCEEDED", "limit": limit, "max": maximum},
	}
}
