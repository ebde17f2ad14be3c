package engine_test

import (
	"testing"

	"expex/engine"
)

// Anna has given three talks, Bram none.
func TestPairRule(t *testing.T) {
	t.Parallel()
	checkRule(t, "PAIR_RULE", talk, []ruleRow{
		{"an experienced expert with a newcomer", nothing, "", false},
		{"two newcomers, one with two talks", func(_ *engine.MatchInput, anna *engine.Candidate) { anna.CompletedOfType = 2 }, "", true},
		{"two experienced experts", func(in *engine.MatchInput, _ *engine.Candidate) { in.Candidates[1].CompletedOfType = 7 }, "", false},
		{"two newcomers where the type asks for no experience", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Type.NeedsExperienced, anna.CompletedOfType = false, 0
		}, "", false},
		{"the first excludes the second", func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.ExcludedExperts = []engine.ExpertID{"bram"}
		}, "", true},
		{"the second excludes the first", func(in *engine.MatchInput, _ *engine.Candidate) {
			in.Candidates[1].ExcludedExperts = []engine.ExpertID{"chris", "anna"}
		}, "", true},
		{"each excludes a third", func(in *engine.MatchInput, anna *engine.Candidate) {
			anna.ExcludedExperts = []engine.ExpertID{"chris"}
			in.Candidates[1].ExcludedExperts = []engine.ExpertID{"chris"}
		}, "", false},
		{"the same person twice", func(in *engine.MatchInput, anna *engine.Candidate) { in.Candidates[1] = *anna }, "", true},
	})
	checkRule(t, "PAIR_RULE", consultation, []ruleRow{
		{"one person is no pair", nothing, "", false},
		{"one newcomer where the type asks for experience in teams", func(in *engine.MatchInput, _ *engine.Candidate) {
			in.Type.NeedsExperienced, in.Type.ExperiencedFrom = true, 3
		}, "", false},
	})
}
