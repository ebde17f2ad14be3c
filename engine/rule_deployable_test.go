package engine_test

import (
	"testing"

	"expex/engine"
)

func TestNotDeployable(t *testing.T) {
	t.Parallel()
	status := func(s engine.ExpertStatus) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.Status = s }
	}
	certified := func(on engine.Date) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.CertifiedOn = on }
	}
	checkRule(t, "NOT_DEPLOYABLE", buddy, []ruleRow{
		{"a deployable expert may be asked", nothing, "", false},
		{"an applicant may not", status(engine.ExpertApplicant), "", true},
		{"somebody in training may not", status(engine.ExpertInTraining), "", true},
		{"certified without the papers may not", status(engine.ExpertCertified), "", true},
		{"a paused expert may not", status(engine.ExpertPaused), "", true},
		{"somebody who left may not", status(engine.ExpertOffboarded), "", true},
		{"an unknown status may not", status(""), "", true},
		{"without a certification day she may not", certified(""), "", true},
		{"certified on the day itself she may", certified("2027-04-06"), "", false},
		{"certified the day after she may not", certified("2027-04-07"), "", true},
		{"the day she is certified begins at midnight, winter time", certified("2027-03-28"), "2027-03-28 00:00", false},
		{"an hour before that midnight she may not", certified("2027-03-28"), "2027-03-27 23:00", true},
		{"the day after the clocks go back begins at its own midnight", certified("2027-11-01"), "2027-11-01 00:00", false},
		{"in the last of the 25 hours before she may not", certified("2027-11-01"), "2027-10-31 23:00", true},
	})
}
