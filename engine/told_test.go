package engine_test

import (
	"reflect"
	"testing"

	"expex/engine"
)

func TestExclusionsAreCountedTogetherUnderOther(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ counts, told []engine.ExcludedCount }{
		"nobody": {},
		"no exclusion": {
			[]engine.ExcludedCount{{Code: "NOT_DEPLOYABLE", Count: 5}, {Code: "NOT_AVAILABLE", Count: 2}},
			[]engine.ExcludedCount{{Code: "NOT_DEPLOYABLE", Count: 5}, {Code: "NOT_AVAILABLE", Count: 2}}},
		"each kind, beside one who folds hers": {
			[]engine.ExcludedCount{{Code: "ORG_EXCLUSION", Count: 1}, {Code: "PERSON_EXCLUSION", Count: 2}, {Code: "AGE_RULE", Count: 4}, {Code: "DUAL_ROLE", Count: 8}, {Code: engine.OtherRule, Count: 16}},
			[]engine.ExcludedCount{{Code: "AGE_RULE", Count: 4}, {Code: engine.OtherRule, Count: 27}}},
		"a small pool": {
			[]engine.ExcludedCount{{Code: "ORG_EXCLUSION", Some: true}, {Code: "AGE_RULE", Some: true}},
			[]engine.ExcludedCount{{Code: "AGE_RULE", Some: true}, {Code: engine.OtherRule, Some: true}}},
	} {
		if got := engine.ToldCounts(c.counts); !reflect.DeepEqual(got, c.told) {
			t.Errorf("%s: %+v, want %+v", name, got, c.told)
		}
	}
}
