package limit

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

const (
	// introspectionCost is the flat cost of __schema and of __type. What is below
	// does not grow with the data, but the whole schema is a large answer: it may
	// be asked for twice, not ten times.
	introspectionCost = 1000

	// ceiling is where numbers saturate. Twice of it fits an int of 32 bits.
	ceiling = 1_000_000_000
)

// checkCost refuses a validated operation. The variables are coerced and hold
// the operation's defaults.
func (l Limits) checkCost(operation *ast.OperationDefinition, variables map[string]any) *gqlerror.Error {
	bill := newBill(l, variables)
	cost := bill.selection(operation.SelectionSet, false)
	if bill.refusal != nil {
		return bill.refusal
	}
	if cost > l.Cost {
		return exceeded("cost", l.Cost, "the operation costs %s, at most %d is allowed: ask for smaller pages (first) or fewer fields", count(cost), l.Cost)
	}
	return nil
}

// bill adds up what an operation costs. It sees each selection at most twice:
// a fragment is priced once for spreads in a page and once for all others.
type bill struct {
	limits    Limits
	variables map[string]any
	fragments map[pricedFragment]int
	refusal   *gqlerror.Error // of the first page that is too large
	lookedAt  int             // selections
}

type pricedFragment struct {
	definition *ast.FragmentDefinition
	inPage     bool
}

func newBill(limits Limits, variables map[string]any) *bill {
	return &bill{limits: limits, variables: variables, fragments: map[pricedFragment]int{}}
}

// selection costs the sum of its parts. In a page, lists are the page itself:
// the field above has multiplied already.
func (b *bill) selection(set ast.SelectionSet, inPage bool) int {
	total := 0
	for _, selection := range set {
		b.lookedAt++
		switch selection := selection.(type) {
		case *ast.Field:
			total = plus(total, b.field(selection, inPage))
		case *ast.InlineFragment:
			total = plus(total, b.selection(selection.SelectionSet, inPage))
		case *ast.FragmentSpread:
			total = plus(total, b.fragment(pricedFragment{selection.Definition, inPage}))
		}
	}
	return total
}

func (b *bill) field(field *ast.Field, inPage bool) int {
	if isIntrospection(field.Name) {
		return introspectionCost
	}
	times, isPage := b.repeats(field, inPage)
	return plus(1, multiply(times, b.selection(field.SelectionSet, isPage)))
}

func (b *bill) fragment(fragment pricedFragment) int {
	cost, ok := b.fragments[fragment]
	if ok || fragment.definition == nil {
		return cost
	}
	b.fragments[fragment] = 0 // ends a circle, though the validator lets none pass
	cost = b.selection(fragment.definition.SelectionSet, fragment.inPage)
	b.fragments[fragment] = cost
	return cost
}

// repeats is how often the selection of a field counts, and whether the field
// is a page whose lists are counted by that.
func (b *bill) repeats(field *ast.Field, inPage bool) (times int, isPage bool) {
	isList := field.Definition.Type.Elem != nil
	if definition := field.Definition.Arguments.ForName("first"); definition != nil {
		return b.first(field, definition), !isList
	}
	if !isList {
		return 1, false
	}
	if size, ok := b.limits.ListSizes[field.ObjectDefinition.Name+"."+field.Name]; ok {
		return size, false
	}
	if inPage {
		return 1, false
	}
	return b.limits.ListSize, false
}

// first is the page size that a field asks for, from 1 to the limit. A larger
// one is noted as a refusal; what is below 1, or no number at all, is the
// resolver's to refuse and only must not make the selection cheap.
func (b *bill) first(field *ast.Field, definition *ast.ArgumentDefinition) int {
	size, ok := integer(b.argument(field, definition))
	if !ok {
		return b.limits.First
	}
	if size > int64(b.limits.First) && b.refusal == nil {
		b.refusal = exceeded("first", b.limits.First, "%s asks for %d items, at most %d are allowed: ask for a smaller page and read on after its endCursor", field.Name, size, b.limits.First)
	}
	return int(min(max(size, 1), int64(b.limits.First)))
}

// argument is the value an argument has when the field is resolved: what is
// written, or what its variable holds, or else its default.
func (b *bill) argument(field *ast.Field, definition *ast.ArgumentDefinition) any {
	value := definition.DefaultValue
	if argument := field.Arguments.ForName(definition.Name); argument != nil {
		if argument.Value.Kind != ast.Variable {
			value = argument.Value
		} else if held, ok := b.variables[argument.Value.Raw]; ok {
			return held
		}
	}
	if value != nil && value.Kind == ast.IntValue {
		return json.Number(value.Raw)
	}
	return nil
}

// integer reads a number in any of the forms in which gqlgen accepts an Int,
// text included. One beyond 64 bits becomes the nearest that fits.
func integer(value any) (int64, bool) {
	switch value := value.(type) {
	case int64:
		return value, true
	case float64: // from a transport that decodes JSON without json.Number
		return int64(min(max(value, 0), ceiling)), true
	case json.Number, string:
		n, err := strconv.ParseInt(fmt.Sprint(value), 10, 64)
		return n, err == nil || n != 0 // ParseInt gives the nearest when out of range
	default:
		return 0, false
	}
}

// plus and multiply never exceed the ceiling.
func plus(a, b int) int { return min(a+b, ceiling) }

func multiply(a, b int) int {
	if a > 0 && b > ceiling/a {
		return ceiling
	}
	return a * b
}

// count writes a number that may have saturated.
func count(n int) string {
	if n >= ceiling {
		return fmt.Sprintf("%d or more", ceiling)
	}
	return strconv.Itoa(n)
}
