package demodata

import (
	"testing"

	"expex/engine"
)

func TestNoGoalSaysWhoSomebodyIs(t *testing.T) {
	t.Parallel()
	for kind, texts := range goals {
		for _, text := range texts {
			if found := engine.FindPersonal(text, "2027-03-24"); len(found) > 0 {
				t.Errorf("%s: %q holds %+v", kind, text, found)
			}
		}
	}
}
