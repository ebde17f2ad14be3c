package graph

import (
	"context"
	"reflect"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"expex/engine"
)

// exactEnums is a gqlgen extension that refuses variables with an enum value in
// other letters than the schema has. gqlparser takes "green" for GREEN (it
// compares with strings.EqualFold), the enums of the engine are strings, and so
// "green" would go all the way to the database.
type exactEnums struct{ schema *ast.Schema }

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
} = exactEnums{}

// ExtensionName names the extension to gqlgen.
func (exactEnums) ExtensionName() string { return "ExactEnums" }

// Validate has nothing to refuse.
func (exactEnums) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext is called after the variables were validated.
func (x exactEnums) MutateOperationContext(_ context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	for _, v := range operation.Operation.VariableDefinitions {
		field, kind := x.inexact(v.Variable, v.Type, reflect.ValueOf(operation.Variables[v.Variable]))
		if kind == nil {
			continue
		}
		err := engine.Invalid(strings.TrimPrefix(field, "input."), "is not a value of %s; write it as in the schema, in capitals", kind.Name)
		return &gqlerror.Error{Message: err.Message, Extensions: extensions(err)}
	}
	return nil
}

// inexact finds the first value that is none of its enum: where it stands, and
// the enum. The enum is nil when there is none.
func (x exactEnums) inexact(path string, kind *ast.Type, value reflect.Value) (string, *ast.Definition) {
	if value.Kind() == reflect.Interface {
		value = value.Elem()
	}
	definition := x.schema.Types[kind.Name()]
	switch {
	case value.Kind() == reflect.Slice && kind.Elem != nil:
		for i := range value.Len() {
			if at, enum := x.inexact(path, kind.Elem, value.Index(i)); enum != nil {
				return at, enum
			}
		}
	case value.Kind() == reflect.Map && definition.Kind == ast.InputObject:
		for _, f := range definition.Fields {
			if at, enum := x.inexact(path+"."+f.Name, f.Type, value.MapIndex(reflect.ValueOf(f.Name))); enum != nil {
				return at, enum
			}
		}
	case value.Kind() == reflect.String && definition.Kind == ast.Enum && definition.EnumValues.ForName(value.String()) == nil:
		return path, definition
	}
	return "", nil
}
