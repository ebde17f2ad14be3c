package engine_test

import (
	"testing"

	"expex/engine"
)

func TestDualRole(t *testing.T) {
	t.Parallel()
	employed := func(by engine.OrganisationID, tree engine.OrganisationTree) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Organisations, anna.EmployedBy = tree, []engine.OrganisationID{"somewhere", by}
		}
	}
	trains := func(clients ...engine.ClientRef) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.TrainerOf = clients }
	}
	checkRule(t, "DUAL_ROLE", buddy, []ruleRow{
		{"no other role", nothing, "", false},
		{"employed by the house that asks", employed("house", nil), "", true},
		{"employed by another house", employed("elsewhere", nil), "", false},
		{"employed at another location of it", employed("east wing", engine.OrganisationTree{"house": {Parent: "head office"}, "east wing": {Parent: "head office"}}), "", true},
		{"employed by what merged into it", employed("old house", engine.OrganisationTree{"old house": {MergedInto: "house"}}), "", true},
		{"trainer of this young person", trains("client"), "", true},
		{"trainer of somebody else", trains("somebody"), "", false},
	})
	checkRule(t, "DUAL_ROLE", consultation, []ruleRow{
		{"a request about nobody in particular", trains("client", ""), "", false},
	})
}
