package engine_test

import (
	"testing"

	"expex/engine"
)

func TestTypeNotTrained(t *testing.T) {
	t.Parallel()
	trained := func(list ...engine.Training) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.Trained = list }
	}
	checkRule(t, "TYPE_NOT_TRAINED", buddy, []ruleRow{
		{"with leave for the type she may be asked", nothing, "", false},
		{"without any leave she may not", trained(), "", true},
		{"with leave for another type she may not", trained(engine.Training{Type: engine.Talk, From: "2026-01-01"}), "", true},
		{"leave that begins on the day counts", trained(engine.Training{Type: engine.Buddy, From: "2027-04-06"}), "", false},
		{"leave that begins the day after does not", trained(engine.Training{Type: engine.Buddy, From: "2027-04-07"}), "", true},
		{"leave without a first day always counts", trained(engine.Training{Type: engine.Buddy}), "", false},
		{"the earliest of two leaves counts, whatever their order", trained(
			engine.Training{Type: engine.Buddy, From: "2027-06-01"},
			engine.Training{Type: engine.Buddy, From: "2026-01-01"}), "", false},
		{"leave begins at the midnight before the clocks go forward", trained(engine.Training{Type: engine.Buddy, From: "2027-03-28"}), "2027-03-28 00:00", false},
		{"and not in the hour before it", trained(engine.Training{Type: engine.Buddy, From: "2027-03-28"}), "2027-03-27 23:00", true},
		{"leave begins at the midnight after the clocks went back", trained(engine.Training{Type: engine.Buddy, From: "2027-11-01"}), "2027-11-01 00:00", false},
		{"and not in the 25th hour of that day", trained(engine.Training{Type: engine.Buddy, From: "2027-11-01"}), "2027-10-31 23:00", true},
	})
}
