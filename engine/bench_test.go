package engine_test

import (
	"fmt"
	"testing"

	"expex/engine"
)

// pool gives an input forty candidates, half of them with hours of their own, a
// quarter with sessions booked, one in five forbidden by a rule.
func pool(in engine.MatchInput) engine.MatchInput {
	anna := in.Candidates[0]
	in.Candidates = nil
	for i := range 40 {
		c := anna
		c.Expert = engine.ExpertID(fmt.Sprintf("e%02d", i))
		c.TravelMinutes = ptr(i)
		if i%2 == 0 {
			c.Rules = []engine.AvailabilityRule{
				hours(engine.Tuesday, "12:00", "20:00"), hours(engine.Wednesday, "12:00", "20:00"), hours(engine.Thursday, "09:00", "17:00"),
			}
		}
		if i%4 == 1 {
			c.Booked = []engine.Booked{booked("2027-04-05 10:00"), booked("2027-04-08 15:00")}
		}
		if i%5 == 4 {
			c.AgreementOn = ""
		}
		in.Candidates = append(in.Candidates, c)
	}
	return in
}

func benchmarkSuggest(b *testing.B, in engine.MatchInput) {
	b.ReportAllocs()
	for b.Loop() {
		if ranking, err := engine.Suggest(in); err != nil || len(ranking.Suggestions) == 0 {
			b.Fatalf("%d suggestions, %v", len(ranking.Suggestions), err)
		}
	}
}

// BenchmarkSuggestBuddy ranks 40 candidates for a relation of twelve weeks.
func BenchmarkSuggestBuddy(b *testing.B) { benchmarkSuggest(b, pool(buddy())) }

// BenchmarkSuggestOne ranks 40 candidates for a single session.
func BenchmarkSuggestOne(b *testing.B) { benchmarkSuggest(b, pool(consultation())) }

// BenchmarkSuggestPairs ranks the pairs of 40 candidates for a talk.
func BenchmarkSuggestPairs(b *testing.B) { benchmarkSuggest(b, pool(talk())) }

// BenchmarkSuggestTrios ranks the teams of three of 40 candidates.
func BenchmarkSuggestTrios(b *testing.B) {
	in := talk()
	in.Request.TeamSize = 3
	benchmarkSuggest(b, pool(in))
}

// BenchmarkCheck looks at one slot for one expert, as before every booking.
func BenchmarkCheck(b *testing.B) {
	in := buddy()
	slot := span("2027-03-23 15:00", 60)
	b.ReportAllocs()
	for b.Loop() {
		if _, codes := engine.Check(in, slot); len(codes) > 0 {
			b.Fatal(codes)
		}
	}
}
