package transport

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzDecode: decode never panics, and what it accepts is what encoding/json
// reads, with nothing in it that decode promises to refuse.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"query":"{ greeting }","variables":{"n":[1,2.5e3,null,true,"\ud83c\udfca"]}}`,
		`{"a":1,"a":2}`, `{"a":"\ud800"}`, `{"a":"\\ud800"}`, `{"a":"\u0000"}`, `{} {}`, `[[[[]]]]`, "\"\xff\"", `"\udfca\ud83c"`, `1e999`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		const nesting = 8
		got, err := decode(text, nesting)
		if err != nil {
			return
		}
		reference := json.NewDecoder(bytes.NewReader(text))
		reference.UseNumber()
		var want any
		if err := reference.Decode(&want); err != nil {
			t.Fatalf("accepted what encoding/json refuses: %v", err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("read %#v, encoding/json reads %#v", got, want)
		}
		if reference.More() {
			t.Error("accepted something after the value")
		}
		if depth := depthOf(got); depth > nesting {
			t.Errorf("accepted %d levels", depth)
		}
		again, _ := json.Marshal(got)
		if strings.Contains(string(again), `\u0000`) && !strings.Contains(string(again), `\\u0000`) {
			t.Errorf("accepted NUL: %s", again)
		}
		if replaced := strings.Count(string(again), string(utf8.RuneError)); replaced > written(text) {
			t.Errorf("replaced characters: %s", again)
		}
	})
}

// written is how often U+FFFD stands in a text, itself or escaped.
func written(text []byte) int {
	lower := bytes.ToLower(text)
	return bytes.Count(lower, []byte(string(utf8.RuneError))) + bytes.Count(lower, []byte(`\ufffd`))
}

func depthOf(value any) int {
	deepest := 0
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			deepest = max(deepest, depthOf(element))
		}
	case map[string]any:
		for _, element := range value {
			deepest = max(deepest, depthOf(element))
		}
	default:
		return 0
	}
	return deepest + 1
}
