package graph

import (
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"expex/engine"
	"expex/graph/generated"
)

func parsed() *ast.Schema {
	return generated.NewExecutableSchema(generated.Config{}).Schema()
}

func ours(d *ast.Definition) bool { return !strings.HasPrefix(d.Name, "__") && !d.BuiltIn }

func TestEveryRootFieldIsGuarded(t *testing.T) {
	t.Parallel()
	schema := parsed()
	for _, root := range []*ast.Definition{schema.Query, schema.Mutation, schema.Subscription} {
		if root == nil {
			continue
		}
		for _, f := range root.Fields {
			if !strings.HasPrefix(f.Name, "__") && f.Directives.ForName("needs") == nil {
				t.Errorf("%s.%s has no @needs: say who may call it", root.Name, f.Name)
			}
		}
	}
}

func TestSensitiveFieldsAreGuarded(t *testing.T) {
	t.Parallel()
	sensitive := []string{"lastName", "email", "phone", "birthDate", "consents"}
	for _, d := range parsed().Types {
		for _, f := range d.Fields {
			if d.Kind == ast.Object && slices.Contains(sensitive, f.Name) && f.Directives.ForName("needs") == nil {
				t.Errorf("%s.%s has no @needs", d.Name, f.Name)
			}
		}
	}
}

func TestEverythingIsDescribed(t *testing.T) {
	t.Parallel()
	for _, d := range parsed().Types {
		if !ours(d) {
			continue
		}
		say := func(what, description string) {
			if strings.TrimSpace(description) == "" {
				t.Errorf("%s has no description", what)
			}
		}
		say(d.Name, d.Description)
		for _, f := range d.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			say(d.Name+"."+f.Name, f.Description)
			for _, a := range f.Arguments {
				say(d.Name+"."+f.Name+"("+a.Name+")", a.Description)
			}
		}
		for _, v := range d.EnumValues {
			say(d.Name+"."+v.Name, v.Description)
		}
	}
}

func TestEveryMutationTakesOneInputWithAnIdempotencyKey(t *testing.T) {
	t.Parallel()
	schema := parsed()
	for _, f := range schema.Mutation.Fields {
		if len(f.Arguments) != 1 || f.Arguments[0].Name != "input" {
			t.Errorf("%s: want one argument called input", f.Name)
			continue
		}
		input := schema.Types[f.Arguments[0].Type.Name()]
		if key := input.Fields.ForName("idempotencyKey"); key == nil || key.Type.String() != "String!" {
			t.Errorf("%s: %s has no idempotencyKey: String!", f.Name, input.Name)
		}
	}
}

func TestNoListIsFilteredByTheme(t *testing.T) {
	t.Parallel()
	for _, d := range parsed().Types {
		if !strings.HasSuffix(d.Name, "Filter") {
			continue
		}
		for _, f := range d.Fields {
			if strings.Contains(strings.ToLower(f.Name), "theme") {
				t.Errorf("%s.%s: a small pool filtered by theme names people", d.Name, f.Name)
			}
		}
	}
}

// The other way round is for TestEveryCodeOfTheEngineHasWords.
func TestThereAreWordsOnlyForWhatTheEngineHas(t *testing.T) {
	t.Parallel()
	for code := range ruleSentences {
		known := code == engine.OtherRule || code == engine.CannotArrive ||
			slices.ContainsFunc(engine.Rules, func(r engine.Rule[*engine.Case]) bool { return r.Code == code }) ||
			slices.ContainsFunc(engine.TeamRules, func(r engine.Rule[*engine.Team]) bool { return r.Code == code })
		if !known {
			t.Errorf("the engine has no rule %s", code)
		}
	}
	for name := range factorLabels {
		if !slices.ContainsFunc(engine.Factors, func(f engine.Factor) bool { return f.Name == name }) {
			t.Errorf("the engine has no factor %s", name)
		}
	}
}
