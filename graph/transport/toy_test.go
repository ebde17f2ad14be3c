package transport_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

const toySchema = `
type Query {
  greeting(name: String): String!
  text(bytes: Int!): String!
  fails: String
  panics: String
  waits: String
  waitsAndFinds: String!
  writesNoJSON: String
  node: Node
  nodes(first: Int! = 10): [Node!]!
}
type Mutation {
  login(name: String!): Boolean!
}
type Subscription {
  ticks: Int!
}
type Node {
  id: ID!
  name(of: String): String!
  node: Node
  nodes(first: Int! = 10): [Node!]!
  tags: [Node!]!
}`

// toy is a schema that resolves itself: every object and list is there, and
// some fields of Query misbehave as their names say.
type toy struct {
	schema *ast.Schema
	calls  atomic.Int64 // of resolvers
}

func newToy() *toy {
	return &toy{schema: gqlparser.MustLoadSchema(&ast.Source{Input: toySchema})}
}

func (t *toy) Schema() *ast.Schema { return t.schema }

func (t *toy) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (t *toy) Exec(ctx context.Context) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	root := map[ast.Operation]*ast.Definition{ast.Query: t.schema.Query, ast.Mutation: t.schema.Mutation}[operation.Operation.Operation]
	return func(ctx context.Context) *graphql.Response {
		if strings.Contains(operation.RawQuery, "writesNoJSON") {
			return &graphql.Response{Data: json.RawMessage(`{"writesNoJSON":`)}
		}
		data, err := json.Marshal(t.object(ctx, operation, root, operation.Operation.SelectionSet))
		if err != nil {
			graphql.AddError(ctx, err)
		}
		return &graphql.Response{Data: data}
	}
}

func (t *toy) object(ctx context.Context, operation *graphql.OperationContext, definition *ast.Definition, set ast.SelectionSet) map[string]any {
	object := map[string]any{}
	for _, field := range graphql.CollectFields(operation, set, []string{definition.Name}) {
		object[field.Alias] = t.field(ctx, operation, definition, field)
	}
	return object
}

func (t *toy) field(ctx context.Context, operation *graphql.OperationContext, definition *ast.Definition, field graphql.CollectedField) any {
	args := field.ArgumentMap(operation.Variables)
	switch field.Name {
	case "__typename":
		return definition.Name
	case "__type", "__schema":
		return nil
	}
	t.calls.Add(1)
	switch field.Name {
	case "greeting":
		name, _ := args["name"].(string)
		return "hello " + name
	case "text":
		return strings.Repeat("x", int(args["bytes"].(int64)))
	case "fails":
		graphql.AddErrorf(ctx, "this field fails")
		return nil
	case "panics":
		panic("this field panics")
	case "waits":
		<-ctx.Done()
		graphql.AddError(ctx, context.Cause(ctx))
		return nil
	case "waitsAndFinds":
		<-ctx.Done()
		return "found"
	case "login":
		return true
	}
	target := t.schema.Types[field.Definition.Type.Name()]
	if target.Kind != ast.Object {
		return field.Name
	}
	if field.Definition.Type.Elem == nil {
		return t.object(ctx, operation, target, field.Selections)
	}
	length := int64(10)
	if first, ok := args["first"].(int64); ok {
		length = first
	}
	list := []any{}
	for range length {
		list = append(list, t.object(ctx, operation, target, field.Selections))
	}
	return list
}
