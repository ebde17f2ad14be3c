package engine_test

import (
	"testing"

	"expex/engine"
)

func TestOrganisationExclusion(t *testing.T) {
	t.Parallel()
	excludes := func(house engine.OrganisationID, tree engine.OrganisationTree) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Organisations = tree
			anna.OrganisationExclusions = []engine.OrganisationExclusion{{Organisation: house}}
		}
	}
	exclusion := func(x engine.OrganisationExclusion) func(*engine.MatchInput, *engine.Candidate) {
		x.Organisation = "house"
		return func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.OrganisationExclusions = []engine.OrganisationExclusion{x}
		}
	}
	checkRule(t, "ORG_EXCLUSION", buddy, []ruleRow{
		{"no exclusion", nothing, "", false},
		{"the house itself", excludes("house", nil), "", true},
		{"another house", excludes("elsewhere", nil), "", false},
		{"the house of which this is a location", excludes("head office", engine.OrganisationTree{"house": {Parent: "head office"}}), "", true},
		{"another location of the same house", excludes("east wing", engine.OrganisationTree{
			"house": {Parent: "head office"}, "east wing": {Parent: "head office"}}), "", true},
		{"a location of this house", excludes("east wing", engine.OrganisationTree{"east wing": {Parent: "house"}}), "", true},
		{"a location of another house", excludes("east wing", engine.OrganisationTree{"east wing": {Parent: "elsewhere"}}), "", false},
		{"a house that merged into this one", excludes("old house", engine.OrganisationTree{"old house": {MergedInto: "house"}}), "", true},
		{"a location of a house that merged into this one", excludes("old wing", engine.OrganisationTree{
			"old wing": {Parent: "old house"}, "old house": {MergedInto: "house"}}), "", true},
		{"a house that merged twice on the way here", excludes("oldest", engine.OrganisationTree{
			"oldest": {MergedInto: "old house"}, "old house": {MergedInto: "house"}}), "", true},
		{"an exclusion that ended the day before", exclusion(engine.OrganisationExclusion{Until: "2027-04-06"}), "", false},
		{"an exclusion that ends with the day", exclusion(engine.OrganisationExclusion{Until: "2027-04-07"}), "", true},
		{"an exclusion that ended with the short day", exclusion(engine.OrganisationExclusion{Until: "2027-03-29"}), "2027-03-29 00:00", false},
		{"an exclusion in the last hour of the short day", exclusion(engine.OrganisationExclusion{Until: "2027-03-29"}), "2027-03-28 23:00", true},
		{"an exclusion in the 25th hour of the long day", exclusion(engine.OrganisationExclusion{Until: "2027-11-01"}), "2027-10-31 23:00", true},
		{"an exclusion she lifted for this request", exclusion(engine.OrganisationExclusion{LiftedFor: []engine.RequestID{"other", "request"}}), "", false},
		{"an exclusion she lifted for another request", exclusion(engine.OrganisationExclusion{LiftedFor: []engine.RequestID{"other"}}), "", true},
		{"one of two exclusions of the house lifted", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Organisations = engine.OrganisationTree{"house": {Parent: "head office"}}
			anna.OrganisationExclusions = []engine.OrganisationExclusion{
				{Organisation: "house", LiftedFor: []engine.RequestID{"request"}}, {Organisation: "head office"}}
		}, "", true},
	})
}

func TestPersonExclusion(t *testing.T) {
	t.Parallel()
	excludes := func(clients ...engine.ClientRef) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.ExcludedClients = clients }
	}
	checkRule(t, "PERSON_EXCLUSION", buddy, []ruleRow{
		{"nobody", nothing, "", false},
		{"this young person", excludes("somebody", "client"), "", true},
		{"somebody else", excludes("somebody"), "", false},
	})
	checkRule(t, "PERSON_EXCLUSION", consultation, []ruleRow{
		{"a request about nobody in particular", excludes("client"), "", false},
	})
}
