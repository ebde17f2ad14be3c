package engine_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"expex/engine"
)

// reorder copies an input with every list in it, at any depth, in another order.
// It goes by reflection, so that a list that is added later is reordered too.
func reorder(t *rapid.T, in engine.MatchInput) engine.MatchInput {
	return reordered(t, reflect.ValueOf(in)).Interface().(engine.MatchInput)
}

func reordered(t *rapid.T, v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch {
	case v.Type() == reflect.TypeFor[time.Time](), v.Type() == reflect.TypeFor[*time.Location]():
		out.Set(v)
	case v.Kind() == reflect.Slice && v.Len() > 0:
		indices := make([]int, v.Len())
		for i := range indices {
			indices[i] = i
		}
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for to, from := range rapid.Permutation(indices).Draw(t, "order") {
			out.Index(to).Set(reordered(t, v.Index(from)))
		}
	case v.Kind() == reflect.Map && v.Len() > 0:
		out.Set(reflect.MakeMap(v.Type()))
		for _, key := range sortedKeys(v) {
			out.SetMapIndex(key, reordered(t, v.MapIndex(key)))
		}
	case v.Kind() == reflect.Pointer && !v.IsNil():
		out.Set(reflect.New(v.Type().Elem()))
		out.Elem().Set(reordered(t, v.Elem()))
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			out.Field(i).Set(reordered(t, v.Field(i)))
		}
	default:
		out.Set(v)
	}
	return out
}

// sortedKeys gives string keys in order: what is drawn must not depend on the
// order of a map.
func sortedKeys(m reflect.Value) []reflect.Value {
	keys := m.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	return keys
}

func TestReorderKeepsEverythingAndMovesSomething(t *testing.T) {
	t.Parallel()
	moved := false
	rapid.Check(t, func(t *rapid.T) {
		in := several(9)
		out := reorder(t, in)
		moved = moved || !reflect.DeepEqual(in, out)
		if len(out.Candidates) != len(in.Candidates) || !reflect.DeepEqual(out.Themes["BULLYING"].Code, in.Themes["BULLYING"].Code) {
			t.Fatalf("reordering lost something: %v", out)
		}
	})
	if !moved {
		t.Error("nothing ever moved")
	}
}
