package engine_test

import (
	"testing"

	"expex/engine"
)

func certificates(list ...engine.Valid) func(*engine.MatchInput, *engine.Candidate) {
	return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.Certificates = list }
}

func TestConductCertificateOfABuddy(t *testing.T) {
	t.Parallel()
	checkRule(t, "CONDUCT_CERT_INVALID", buddy, []ruleRow{
		{"a valid certificate does", nothing, "", false},
		{"none does not", certificates(), "", true},
		{"one that ended the day before does not", certificates(engine.Valid{From: "2024-04-06", To: "2027-04-06"}), "", true},
		{"one that ends with the day does", certificates(engine.Valid{From: "2024-04-06", To: "2027-04-07"}), "", false},
		{"one that begins on the day does", certificates(engine.Valid{From: "2027-04-06", To: "2030-04-06"}), "", false},
		{"one that begins the day after does not", certificates(engine.Valid{From: "2027-04-07", To: "2030-04-06"}), "", true},
		{"one without a last day does", certificates(engine.Valid{From: "2024-04-06"}), "", false},
		{"a new one may follow the old in the middle of a session", certificates(
			engine.Valid{From: "2027-04-07", To: "2030-04-07"}, engine.Valid{From: "2024-04-07", To: "2027-04-07"}), "2027-04-06 23:30", false},
		{"a day between two does not", certificates(
			engine.Valid{From: "2024-04-06", To: "2027-04-06"}, engine.Valid{From: "2027-04-07", To: "2030-04-07"}), "", true},
		{"it holds to the last hour before the clocks go forward", certificates(engine.Valid{To: "2027-03-28"}), "2027-03-27 23:00", false},
		{"it has ended in the hour before they do", certificates(engine.Valid{To: "2027-03-28"}), "2027-03-28 01:00", true},
		{"it holds to the end of that short day", certificates(engine.Valid{To: "2027-03-29"}), "2027-03-28 23:00", false},
		{"it holds to the 25th hour of the long day", certificates(engine.Valid{To: "2027-11-01"}), "2027-10-31 23:00", false},
		{"it has ended after it", certificates(engine.Valid{To: "2027-11-01"}), "2027-11-01 00:00", true},
	})
}

func TestConductCertificateByAudience(t *testing.T) {
	t.Parallel()
	uncertified := func(youngest int) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Request.AudienceAgeFrom, anna.Certificates = youngest, nil
		}
	}
	checkRule(t, "CONDUCT_CERT_INVALID", talk, []ruleRow{
		{"an audience of adults needs none", uncertified(18), "", false},
		{"a listener of seventeen needs one", uncertified(17), "", true},
		{"an audience of unknown age counts as young", uncertified(0), "", true},
	})
}

func TestConductCertificateIsNotNeededForPolicyAdvice(t *testing.T) {
	t.Parallel()
	checkRule(t, "CONDUCT_CERT_INVALID", consultation, []ruleRow{
		{"advice to a municipality needs none", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Type, in.Request.Type = deployment(engine.PolicyAdvice), engine.PolicyAdvice
			anna.Trained[0].Type, anna.Certificates = engine.PolicyAdvice, nil
		}, "", false},
		{"advice on a case does", certificates(), "", true},
	})
}
