package engine_test

import (
	"testing"

	"expex/engine"
)

func TestAgreementMissing(t *testing.T) {
	t.Parallel()
	signed := func(agreement, nda engine.Date) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.AgreementOn, anna.NDAOn = agreement, nda }
	}
	checkRule(t, "AGREEMENT_MISSING", buddy, []ruleRow{
		{"both signed", nothing, "", false},
		{"no volunteer agreement", signed("", "2026-01-10"), "", true},
		{"no duty of confidentiality", signed("2026-01-10", ""), "", true},
		{"neither", signed("", ""), "", true},
		{"both signed today", signed("2027-03-20", "2027-03-20"), "", false},
		{"an agreement dated tomorrow", signed("2027-03-21", "2027-03-20"), "", true},
		{"confidentiality dated tomorrow", signed("2027-03-20", "2027-03-21"), "", true},
	})
}
