package engine_test

import (
	"fmt"
	"testing"

	"expex/engine"
)

// Near the worst case of the search: nothing helps, no rule is beyond help, so
// every change is tried and then every pair.
func BenchmarkWhyNobodyWhenNothingHelps(b *testing.B) {
	for _, n := range []int{12, 40, 2000} {
		b.Run(fmt.Sprintf("%d candidates", n), func(b *testing.B) {
			in := hopeless(n)
			for b.Loop() {
				answer, err := engine.WhyNobody(in)
				if err != nil || len(answer.Proposals.List) > 0 {
					b.Fatal(answer, err)
				}
			}
		})
	}
}

// hopeless is a request for which nobody of so many has a fitting hour, nor would
// have after any change.
func hopeless(n int) engine.MatchInput {
	in := buddy()
	anna := in.Candidates[0]
	in.Candidates = nil
	for i := range n {
		anna.Expert = engine.ExpertID(fmt.Sprintf("e%04d", i))
		anna.Rules = []engine.AvailabilityRule{hours(engine.Sunday, "03:00", "04:00")}
		in.Candidates = append(in.Candidates, anna)
	}
	return in
}
