package graph

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"expex/engine"
)

// strictVariables is a gqlgen extension that refuses what gqlparser lets pass in
// variables and GraphQL does not: an enum value in other letters ("green" for
// GREEN, because it compares with strings.EqualFold) and a number for a String
// (because json.Number is a string to it). Both would go all the way to the
// database. GraphQL specification, sections 3.5.3 and 3.9.
type strictVariables struct{ schema *ast.Schema }

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
} = strictVariables{}

// ExtensionName names the extension to gqlgen.
func (strictVariables) ExtensionName() string { return "StrictVariables" }

// Validate has nothing to refuse.
func (strictVariables) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext is called after gqlparser validated the variables.
func (s strictVariables) MutateOperationContext(_ context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	for _, v := range operation.Operation.VariableDefinitions {
		if err := s.check(v.Variable, v.Type, reflect.ValueOf(operation.Variables[v.Variable])); err != nil {
			return &gqlerror.Error{Message: err.Message, Extensions: extensions(err)}
		}
	}
	return nil
}

// check reports the first value in a variable that does not fit its type.
func (s strictVariables) check(path string, kind *ast.Type, value reflect.Value) *engine.Error {
	if value.Kind() == reflect.Interface {
		value = value.Elem()
	}
	definition := s.schema.Types[kind.Name()]
	switch value.Kind() {
	case reflect.Slice:
		for i := range value.Len() {
			if err := s.check(path, kind, value.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Map:
		for _, f := range definition.Fields { // none where a scalar takes a map
			if err := s.check(path+"."+f.Name, f.Type, value.MapIndex(reflect.ValueOf(f.Name))); err != nil {
				return err
			}
		}
	case reflect.String:
		field := strings.TrimPrefix(path, "input.")
		switch {
		case definition.Kind == ast.Enum && definition.EnumValues.ForName(value.String()) == nil:
			return engine.Invalid(field, "is not a value of %s; write it as in the schema, in capitals", definition.Name)
		case definition.Name == "String" && value.Type() == reflect.TypeFor[json.Number]():
			return engine.Invalid(field, "is a number; put it in quotes")
		}
	}
	return nil
}
