package engine_test

import (
	"testing"

	"expex/engine"
)

func TestPracticeLevel(t *testing.T) {
	t.Parallel()
	completed := func(n int) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.CompletedOfType = n }
	}
	checkFactor(t, "practice_level", consultation, []factorRow{
		{"never done it", completed(0), "4000: PRACTICE 0"},
		{"done it once", completed(1), "7000: PRACTICE 1"},
		{"done it twice", completed(2), "7000: PRACTICE 2"},
		{"done it three times", completed(3), "10000: PRACTICE 3"},
		{"done it often", completed(40), "10000: PRACTICE 40"},
		{"a newcomer's seat means nothing without a team", func(in *engine.MatchInput, _ *engine.Candidate) { in.Request.NewcomerSeat = true }, "4000: PRACTICE 0"},
	})
	checkFactor(t, "practice_level", buddy, []factorRow{
		{"is not weighed for a buddy", completed(3), "absent"},
	})
}

func TestPracticeLevelWithANewcomersSeat(t *testing.T) {
	t.Parallel()
	seat := func(anna, bram int) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, _ *engine.Candidate) {
			in.Request.NewcomerSeat = true
			in.Candidates[0].CompletedOfType, in.Candidates[1].CompletedOfType = anna, bram
		}
	}
	checkFactor(t, "practice_level", talk, []factorRow{
		{"without the seat, the mean", nothing, "7000: anna: PRACTICE 3, bram: PRACTICE 0"},
		{"with it, somebody who never did it is perfect", seat(3, 0), "10000: anna: PRACTICE 3, bram: PRACTICE 0"},
		{"somebody who did it once is less so", seat(3, 1), "8500: anna: PRACTICE 3, bram: PRACTICE 1"},
		{"two old hands are least", seat(5, 3), "7000: anna: PRACTICE 5, bram: PRACTICE 3"},
		{"the seat is that of the least experienced, whoever comes first", seat(0, 3), "10000: anna: PRACTICE 0, bram: PRACTICE 3"},
	})
}
