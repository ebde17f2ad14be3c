package limit

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// Fragments that double each other unfold to 2^30 fields. Reading them must not.
func TestDoublingFragmentsAreReadOnce(t *testing.T) {
	t.Parallel()
	const n = 30
	all := chain(n, "Query", "...F%d ...F%d")
	document := gqlparser.MustLoadQueryWithRules(schema, all, rules.NewDefaultRules())

	s := survey(document)
	if want := 1 + 2*n + 1; s.selections != want {
		t.Errorf("the survey looked at %d selections, want %d", s.selections, want)
	}
	if s.operations[0].fields != ceiling {
		t.Errorf("it found %d root fields, want the ceiling", s.operations[0].fields)
	}

	b := newBill(Default(), nil)
	cost := b.selection(document.Operations[0].SelectionSet, false)
	if want := 1 + 2*n + 1; b.lookedAt != want {
		t.Errorf("the bill looked at %d selections, want %d", b.lookedAt, want)
	}
	if cost != ceiling {
		t.Errorf("it came to %d, want the ceiling", cost)
	}
}

func TestDoublingFragmentsAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ query, want string }{
		"30 of them":                  {chain(30, "Query", "...F%d ...F%d"), "fragments"},
		"as many as may be":           {chain(19, "Query", "...F%d ...F%d"), "rootFields"},
		"below a field":               {"{ request { ...F0 } }" + chainOf(19, "Request", "...F%d ...F%d"), "cost"},
		"with a level each":           {"{ request { ...F0 } }" + chainOf(19, "Request", "self { ...F%d } self { ...F%d }"), "depth"},
		"with a level each, just so":  {"{ request { ...F0 } }" + chainOf(10, "Request", "self { ...F%d } self { ...F%d }"), "cost"},
		"with pages in pages of them": {"{ request { ...F0 } }" + chainOf(3, "Request", "requests(first: 50) { edges { node { ...F%d ...F%d } } }"), "cost"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, message := refused(t, Default(), c.query, ""); got != c.want {
				t.Errorf("refused by %q %q, want %s", got, message, c.want)
			}
		})
	}
}

// chain is a query of n+1 fragments on the root, each of which spreads the next
// one as the text says, twice.
func chain(n int, on, text string) string { return "{ ...F0 }" + chainOf(n, on, text) }

func chainOf(n int, on, text string) string {
	var all strings.Builder
	for i := range n {
		fmt.Fprintf(&all, " fragment F%d on %s { "+text+" }", i, on, i+1, i+1)
	}
	fmt.Fprintf(&all, " fragment F%d on %s { __typename }", n, on)
	return all.String()
}
