package graph_test

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// hostile are values that no well-meaning client sends for a type, by a name
// that says what they are. The good value is what a call succeeds with.
func hostile(schema *ast.Schema, kind *ast.Type, good any) map[string]any {
	if kind.Elem != nil {
		return map[string]any{
			"null": nil, "an empty list": []any{}, "a list with null": []any{nil}, "a list in a list": []any{[]any{good}},
			"10,000 items": slices.Repeat(append([]any{}, good.([]any)...), 10_000), "a text": "x", "an object": map[string]any{},
			"10,000 empty texts": slices.Repeat([]any{""}, 10_000), "a thousand of the same": slices.Repeat(append([]any{}, good.([]any)...), 200),
		}
	}
	out := map[string]any{"null": nil}
	if values, known := hostileScalars[kind.Name()]; known {
		maps.Copy(out, values)
		return out
	}
	if schema.Types[kind.Name()].Kind == ast.Enum {
		maps.Copy(out, map[string]any{"an unknown value": "GARBAGE", "an empty text": "", "a number": 5, "a Boolean": true, "a list": []any{"GARBAGE"}, "an object": map[string]any{},
			"a value in small letters": strings.ToLower(good.(string)), "text turned round": good.(string) + "\u202e", "60,000 characters": noise})
		return out
	}
	maps.Copy(out, map[string]any{"a text": "x", "a number": 5, "a list": []any{}, "an empty object": map[string]any{}, "an unknown field": map[string]any{"evil": 1}})
	return out
}

var hostileScalars = map[string]map[string]any{
	"String":   texts,
	"ID":       texts,
	"Int":      {"minus one": -1, "nought": 0, "the largest": 2147483647, "one more than the largest": 2147483648, "the smallest": -2147483648, "one less than the smallest": -2147483649, "beyond 64 bits": json.Number("99999999999999999999"), "beyond a float": json.Number("1e400"), "a fraction": 1.5, "a whole fraction": json.Number("1.0"), "a number in quotes": "3", "a text": "x", "a Boolean": true, "a list": []any{}, "an object": map[string]any{}},
	"Boolean":  {"a text": "true", "a number": 1, "a list": []any{}},
	"DateTime": times("0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "1900-01-01T00:00:00Z", "2200-12-31T23:59:59Z", "9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "-4713-01-01T00:00:00Z", "2027-04-08T13:00:00", "2027-02-30T13:00:00Z", "infinity", "-infinity", "now", "2027-04-08", "2027-03-28T02:30:00+01:00"),
	"Date":     times("0000-01-01", "1900-01-01", "2200-12-31", "9999-12-31", "10000-01-01", "2027-02-30", "2027-13-01", "2027-04-31", "infinity", "today", "2027-4-1"),
	"WallTime": times("25:00", "24:01", "24:00:00", "24:00", "00:00", "9:00", "12:60", "-01:00", "noon"),
}

// texts are hostile wherever a text is asked for.
var texts = map[string]any{
	"NUL":                       "aZERO-BYTEb",
	"half a character":          "aHALF-A-CHARACTERb",
	"broken UTF-8":              "aBROKEN-UTF-8b",
	"a bare escape":             "aBARE-ESCAPE",
	"a megabyte":                strings.Repeat("a", 1<<20),
	"60,000 characters":         noise,
	"text turned round":         "twaalf tekens \u202e of meer",
	"text turned by a mark":     "twaalf tekens \u200f of meer",
	"text turned by an isolate": "twaalf tekens \u2067 of meer",
	"text turned to a bell":     "twaalf tekens \a of meer",
	"text turned to an escape":  "twaalf tekens \x1b[31m of meer",
	"text turned to a C1":       "twaalf tekens \u0085 of meer",
	"text turned to U+FFFD":     "twaalf tekens \ufffd of meer",
	"SQL":                       "'; drop table expert; --",
	"a pattern":                 `%_\*.^$[(`,
	"a format":                  "%s%d%n {{7*7}} ${x} $1",
	"markup":                    "<script>alert(1)</script>",
	"an empty text":             "",
	"spaces":                    strings.Repeat(" ", 20),
	"a family":                  "👩‍👩‍👧‍👦 verzonnen",
	"accents without letters":   strings.Repeat("\u0301", 20),
	"a number":                  5,
	"a fraction":                1.5,
	"a Boolean":                 true,
	"a list":                    []any{"x"},
	"an object":                 map[string]any{"x": "y"},
}

// times are texts that are no times, or extreme ones, beside those of [texts].
func times(list ...string) map[string]any {
	out := maps.Clone(texts)
	for _, text := range list {
		out[text] = text
	}
	return out
}

// noise is text that does not compress.
var noise = func() string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz0123456789"
	random := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, 60_000)
	for i := range b {
		b[i] = letters[random.IntN(len(letters))]
	}
	return string(b)
}()
