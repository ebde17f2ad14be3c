package engine_test

import (
	"testing"

	"expex/engine"
)

// A year of weekly meetings, each judged by every rule.
func BenchmarkJudgePlan(b *testing.B) {
	p := engine.Planning{Input: buddy()}
	want := wants(meetings("2027-03-23", "15:00", 52), "anna")
	b.ReportAllocs()
	for b.Loop() {
		p.Judge(want, engine.AllOrNothing)
	}
}
