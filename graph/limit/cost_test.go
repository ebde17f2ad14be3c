package limit

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
)

func TestFirstWhereverItComesFrom(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		query, variables string
		want             string
	}{
		"a variable on the limit":                   {`query($n: Int!) { cities(first: $n) { name } }`, `{"n":50}`, ""},
		"a variable beyond it":                      {`query($n: Int!) { cities(first: $n) { name } }`, `{"n":51}`, "first"},
		"a variable as text":                        {`query($n: Int!) { cities(first: $n) { name } }`, `{"n":"51"}`, "first"},
		"a variable beyond 32 bits":                 {`query($n: Int!) { cities(first: $n) { name } }`, `{"n":4294967297}`, "first"},
		"the default of a variable":                 {`query($n: Int = 51) { cities(first: $n) { name } }`, ``, "first"},
		"a variable rather than its default":        {`query($n: Int = 51) { cities(first: $n) { name } }`, `{"n":50}`, ""},
		"a variable without a value":                {`query($n: Int) { cities(first: $n) { name } }`, ``, ""},
		"a variable that is null":                   {`query($n: Int) { cities(first: $n) { name } }`, `{"n":null}`, ""},
		"a negative number is left to the resolver": {`{ cities(first: -1) { name } }`, ``, ""},
		"a field that is skipped all the same":      {`{ cities(first: 51) @skip(if: true) { name } }`, ``, "first"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, message := refused(t, Default(), c.query, c.variables); got != c.want {
				t.Errorf("refused by %q %q, want %q", got, message, c.want)
			}
		})
	}
}

func TestCost(t *testing.T) {
	t.Parallel()
	sizes := Default()
	sizes.ListSizes = map[string]int{"Suggestion.experts": 2, "Suggestions.excluded": 6}
	for name, c := range map[string]struct {
		query, variables string
		want             int
	}{
		"a field":                                {`{ name }`, ``, 1},
		"a field below a field":                  {`{ request { id } }`, ``, 2},
		"a connection counts its page once":      {`{ requests(first: 7) { edges { node { id } } } }`, ``, 1 + 7*3},
		"a page by default of the schema":        {`{ requests { totalCount } }`, ``, 1 + 20},
		"a page by a variable":                   {`query($n: Int!) { requests(first: $n) { totalCount } }`, `{"n":3}`, 1 + 3},
		"a page by default of the variable":      {`query($n: Int! = 4) { requests(first: $n) { totalCount } }`, ``, 1 + 4},
		"a page of unknown size is the largest":  {`query($n: Int) { cities(first: $n) { name } }`, ``, 1 + 50},
		"a page of null, too":                    {`query($n: Int) { cities(first: $n) { name } }`, `{"n":null}`, 1 + 50},
		"a page of 0 or less does not cost less": {`{ cities(first: -2147483648) { name } }`, ``, 1 + 1},
		"a list below a page that is a list":     {`{ cities(first: 3) { themes { code } } }`, ``, 1 + 3*(1+10*1)},
		"a list directly below a page is it":     {`{ suggestions(first: 5) { suggestions { score } } }`, ``, 1 + 5*2},
		"unless it is known to be another":       {`{ suggestions(first: 5) { excluded { code } } }`, ``, 1 + 5*(1+6)},
		"it is, through fragments":               {`{ suggestions(first: 5) { ... { ...F } } } fragment F on Suggestions { suggestions { score } }`, ``, 1 + 5*2},
		"a list below a list of a page":          {`{ suggestions(first: 5) { suggestions { experts { languages } } } }`, ``, 1 + 5*(1+(1+2*1))},
		"a list of text":                         {`{ request { offers(first: 1) { edges { node { expert { languages } } } } } }`, ``, 1 + (1 + 1*(1+1+1+1))},
		"a fragment in a page and out of it":     {`{ suggestions(first: 5) { suggestions { ...E } } requests(first: 2) { edges { node { ...R } } } } fragment E on Suggestion { experts { __typename } } fragment R on Request { themes { code } }`, ``, (1 + 5*(1+(1+2))) + (1 + 2*(2+(1+10)))},
		"fields that merge count each":           {`{ request { id } request { id } }`, ``, 4},
		"fields that are skipped count":          {`{ request @skip(if: true) { id } }`, ``, 2},
		"the schema costs a flat price":          {`{ __schema { types { fields { name type { name } } } } }`, ``, 1000},
		"the deepest page of the usual":          {`{ requests(first: 10) { edges { node { offers(first: 10) { edges { node { expert { consents { theme } } } } } } } } }`, ``, 1 + 10*(2+(1+10*(2+(1+(1+10*1)))))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sizes := sizes
			sizes.Cost = c.want
			if name, message := refused(t, sizes, c.query, c.variables); name != "" {
				t.Errorf("costs more than %d: %s", c.want, message)
			}
			if c.want == 1 {
				return
			}
			sizes.Cost--
			if name, message := refused(t, sizes, c.query, c.variables); name != "cost" || !strings.Contains(message, fmt.Sprintf("costs %d,", c.want)) {
				t.Errorf("does not cost %d: %q %s", c.want, name, message)
			}
		})
	}
}

func TestCostSaturates(t *testing.T) {
	t.Parallel()
	limits := Default()
	limits.First, limits.Depth, limits.Cost = math.MaxInt, 100, ceiling-1
	for name, query := range map[string]string{
		"three huge pages":      `{ requests(first: 9223372036854775807) { edges { node { requests(first: 9223372036854775807) { edges { node { requests(first: 9223372036854775807) { totalCount } } } } } } } }`,
		"one huge page":         `{ cities(first: 9223372036854775807) { name } }`,
		"that sum up":           `{ cities(first: 999999998) { name } requests(first: 999999998) { totalCount } }`,
		"fifty in fifty by ten": "{ " + strings.Repeat("requests(first: 50) { edges { node { ", 10) + "id" + strings.Repeat(" } } }", 10) + " }",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			name, message := refused(t, limits, query, "")
			if name != "cost" || !strings.Contains(message, "1000000000 or more") {
				t.Errorf("refused by %q %q, want a cost of 1000000000 or more", name, message)
			}
		})
	}
}

func TestInteger(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		value any
		want  int64
		ok    bool
	}{
		"a number":                {int64(51), 51, true},
		"a number of JSON":        {json.Number("51"), 51, true},
		"a float of JSON":         {51.0, 51, true},
		"a huge float":            {1e300, ceiling, true},
		"a negative float":        {-1e300, 0, true},
		"text":                    {"51", 51, true},
		"text beyond 64 bits":     {"99999999999999999999", math.MaxInt64, true},
		"text far below 0":        {"-99999999999999999999", math.MinInt64, true},
		"text that is no number":  {"many", 0, false},
		"a number that is no Int": {json.Number("1e3"), 0, false},
		"nothing":                 {nil, 0, false},
		"something else":          {true, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, ok := integer(c.value); got != c.want || ok != c.ok {
				t.Errorf("integer(%#v) = %d, %t; want %d, %t", c.value, got, ok, c.want, c.ok)
			}
		})
	}
}
