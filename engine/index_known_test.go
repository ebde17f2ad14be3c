package engine

import (
	"testing"
	"time"
)

// The lists of what the index knows are not part of the package's face.
func TestTheIndexKnowsEveryRuleAndFactor(t *testing.T) {
	t.Parallel()
	if !knowsEverything() {
		t.Error("a rule or factor is missing from indexedRules or indexedFactors: every ranking is now readable and slow. Teach the index (index.go says how it knows the others), then list it there")
	}
	if n := len(Rules) + len(TeamRules) - 1; len(indexedRules) != n { // the theme rule stands in both
		t.Errorf("the index lists %d rules of %d", len(indexedRules), n)
	}
	if len(indexedFactors) != len(Factors) {
		t.Errorf("the index lists %d factors of %d", len(indexedFactors), len(Factors))
	}
}

func TestAnIndexThatDoesNotKnowEverythingStillRanks(t *testing.T) {
	t.Parallel()
	x := NewIndex(MatchInput{Zone: time.UTC, Type: DeploymentType{MinutesMin: 60}})
	x.complete = false
	q, err := x.Ask(MatchInput{Zone: time.UTC, Type: DeploymentType{MinutesMin: 60}, Request: Request{Minutes: 60}})
	if err != nil || !q.readable {
		t.Errorf("ranked by columns that do not know everything (%v)", err)
	}
}
