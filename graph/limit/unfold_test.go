package limit

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
	"pgregory.net/rapid"
)

// FuzzLimits: no document makes the limits panic, and what they let pass is
// within them when it is unfolded the slow way.
func FuzzLimits(f *testing.F) {
	for _, seed := range []string{
		`{ name }`,
		`query($n: Int!) { cities(first: $n) { name themes { code } } }`,
		`{ requests(first: 10) { edges { node { offers { edges { node { expert { consents { theme } } } } } } } } }`,
		`{ request { ...F ...F } } fragment F on Request { self { ...G } themes { code } } fragment G on Request { ... on Request @include(if: true) { id a: id } }`,
		`{ ...F } fragment F on Query { ...F }`,
		`{ suggestions { suggestions { experts { languages } } totalCount } }`,
		`mutation { rename(name: """x""") { id } }`,
		`{ __schema { types { fields { args { type { ofType { name } } } } } } }`,
		`query A @flag { name } query B { name }`,
		chain(5, "Query", "...F%d ...F%d"),
	} {
		f.Add(seed, int64(3))
	}
	limits := Default()
	f.Fuzz(func(t *testing.T, query string, n int64) {
		operation, errs := submit(t, limits, query, fmt.Sprintf(`{"n":%d}`, n))
		if len(errs) > 0 {
			return
		}
		u := unfolded{limits, operation.Variables}
		if cost := u.cost(operation.Operation.SelectionSet, false); cost > limits.Cost {
			t.Errorf("it costs %d, more than %d", cost, limits.Cost)
		}
		if depth := u.depth(operation.Operation.SelectionSet); depth > limits.Depth {
			t.Errorf("it is %d deep, more than %d", depth, limits.Depth)
		}
		if fields := u.fields(operation.Operation.SelectionSet); fields > limits.RootFields {
			t.Errorf("it has %d root fields, more than %d", fields, limits.RootFields)
		}
	})
}

// What is worked out once per fragment is what unfolding every spread gives.
func TestShapeAndCostAreThoseOfTheUnfoldedDocument(t *testing.T) {
	t.Parallel()
	limits := Default()
	limits.First = 7 // so that some pages are too large
	limits.ListSizes = map[string]int{"Request.themes": 3, "Suggestions.excluded": 4}
	rapid.Check(t, func(t *rapid.T) {
		query := document(t)
		parsed, errs := gqlparser.LoadQueryWithRules(schema, query, rules.NewDefaultRules())
		if len(errs) > 0 {
			t.Fatalf("the generator makes invalid documents: %v\n%s", errs, query)
		}
		set := parsed.Operations[0].SelectionSet
		u := unfolded{limits, nil}
		b := newBill(limits, nil)
		if got, want := b.selection(set, false), u.cost(set, false); got != want {
			t.Errorf("cost %d, unfolded %d\n%s", got, want, query)
		}
		got := survey(parsed).operations[0]
		if want := (shape{fields: u.fields(set), depth: u.depth(set)}); got != want {
			t.Errorf("shape %+v, unfolded %+v\n%s", got, want, query)
		}
	})
}

// document draws a valid query: two fragments on Request, each of which may
// spread those after it, and a selection that may spread both.
func document(t *rapid.T) string {
	selections := map[string][]string{ // what may be selected of a type; § is a selection of the type after it
		"Query":       {"name", "request §Request", "requests(first: #) §Connection", "requests §Connection", "suggestions(first: #) §Suggestions", "cities(first: #) §City"},
		"Connection":  {"totalCount", "edges { node §Request }", "... §Connection"},
		"Request":     {"id", "self §Request", "themes { code }", "requests(first: #) §Connection", "... on Request @skip(if: true) §Request"},
		"Suggestions": {"totalCount", "excluded { code }", "suggestions { score experts { languages consents { theme } } }"},
		"City":        {"name", "themes { code }"},
	}
	const fragments = 3
	aliases := 0
	var write func(typeName string, level, spreadable int) string
	write = func(typeName string, level, spreadable int) string {
		choices := selections[typeName]
		if level == 0 {
			choices = choices[:1]
		}
		var parts []string
		for range rapid.IntRange(1, 3).Draw(t, "selections") {
			if typeName == "Request" && spreadable < fragments && rapid.Bool().Draw(t, "spread") {
				parts = append(parts, fmt.Sprintf("...F%d", rapid.IntRange(spreadable, fragments-1).Draw(t, "fragment")))
				continue
			}
			text := rapid.SampledFrom(choices).Draw(t, "field")
			if page, rest, ok := strings.Cut(text, "#"); ok {
				// Fields of one name merge only if their arguments are the same.
				aliases++
				text = fmt.Sprintf("a%d: %s%d%s", aliases, page, rapid.IntRange(-2, 9).Draw(t, "first"), rest)
			}
			if before, below, ok := strings.Cut(text, "§"); ok {
				name := strings.TrimRight(below, " }")
				text = before + write(name, level-1, spreadable) + strings.TrimPrefix(below, name)
			}
			parts = append(parts, text)
		}
		return "{ " + strings.Join(parts, " ") + " }"
	}
	text := write("Query", 5, fragments)
	text = strings.TrimSuffix(text, "}") + "request { ...F0 ...F1 ...F2 ...F0 } }"
	for i := range fragments {
		text += fmt.Sprintf("\nfragment F%d on Request %s", i, write("Request", 3, i+1))
	}
	return text
}

// unfolded works out a validated operation by following every spread.
type unfolded struct {
	limits    Limits
	variables map[string]any
}

func (u unfolded) cost(set ast.SelectionSet, inPage bool) int {
	total := 0
	for _, selection := range set {
		switch selection := selection.(type) {
		case *ast.InlineFragment:
			total += u.cost(selection.SelectionSet, inPage)
		case *ast.FragmentSpread:
			total += u.cost(selection.Definition.SelectionSet, inPage)
		case *ast.Field:
			if selection.Name == "__schema" || selection.Name == "__type" {
				total += 1000
				continue
			}
			isList := selection.Definition.Type.Elem != nil
			factor, isPage := 1, false
			if selection.Definition.Arguments.ForName("first") != nil {
				factor, isPage = u.limits.First, !isList
				if first, ok := selection.ArgumentMap(u.variables)["first"].(int64); ok {
					factor = int(max(1, min(first, int64(u.limits.First))))
				}
			} else if size, ok := u.limits.ListSizes[selection.ObjectDefinition.Name+"."+selection.Name]; ok {
				factor = size
			} else if isList && !inPage {
				factor = u.limits.ListSize
			}
			total += 1 + factor*u.cost(selection.SelectionSet, isPage)
		}
	}
	return total
}

func (u unfolded) depth(set ast.SelectionSet) int {
	deepest := 0
	for _, selection := range set {
		switch selection := selection.(type) {
		case *ast.InlineFragment:
			deepest = max(deepest, u.depth(selection.SelectionSet))
		case *ast.FragmentSpread:
			deepest = max(deepest, u.depth(selection.Definition.SelectionSet))
		case *ast.Field:
			below := 0
			if selection.Name != "__schema" && selection.Name != "__type" {
				below = u.depth(selection.SelectionSet)
			}
			deepest = max(deepest, 1+below)
		}
	}
	return deepest
}

func (u unfolded) fields(set ast.SelectionSet) int {
	total := 0
	for _, selection := range set {
		switch selection := selection.(type) {
		case *ast.InlineFragment:
			total += u.fields(selection.SelectionSet)
		case *ast.FragmentSpread:
			total += u.fields(selection.Definition.SelectionSet)
		case *ast.Field:
			total++
		}
	}
	return total
}
