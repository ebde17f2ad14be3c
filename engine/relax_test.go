package engine_test

import (
	"slices"
	"testing"

	"expex/engine"
)

func TestASearchForChangesStaysWithinItsBoundWhateverThePool(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		n, size  int
		complete bool
	}{
		{"a small pool is searched to the end", 12, 1, true},
		{"pairs out of a large one are not", 100, 1, false},
		{"a very large one is searched in part", 2000, 1, false},
		{"a team out of a very large one", 2000, 2, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := hopeless(c.n)
			in.Request.TeamSize = c.size
			proposals, trials := engine.Relax(in)
			// The last step before the bound may judge everybody once more.
			if trials > engine.MaxTrials+engine.MaxNear {
				t.Errorf("%d judgements", trials)
			}
			if proposals.Complete != c.complete || len(proposals.List) > 0 {
				t.Errorf("complete %t, %v", proposals.Complete, proposalsText(proposals))
			}
		})
	}
}

// Whoever has the wanted hours but for a little stands before all others,
// wherever she is in the input.
func TestOfAVeryLargePoolTheNearestAreLookedAt(t *testing.T) {
	t.Parallel()
	in := hopeless(2000)
	near := buddy().Candidates[0]
	near.Expert, near.TravelMinutes, near.MaxTravelMinutes = "e1234", ptr(70), 60
	in.Candidates[1234] = near
	answer := whyNobody(t, in)
	if got := proposalsText(answer.Proposals); len(got) == 0 || answer.Proposals.Complete || answer.Suggestions > 0 {
		t.Fatalf("complete %t, %v", answer.Proposals.Complete, got)
	}
	slices.Reverse(in.Candidates)
	if got, want := proposalsText(whyNobody(t, in).Proposals), proposalsText(answer.Proposals); !slices.Equal(got, want) {
		t.Errorf("in another order %v instead of %v", got, want)
	}
}
