package graph_test

import (
	"fmt"
	"testing"

	"expex/graph/globalid"
)

// A coordinator keeps the papers of an expert without anybody's SQL: she corrects a
// day, withdraws what is wrong, and sees at once what it breaks.
func TestACoordinatorKeepsPapers(t *testing.T) {
	t.Parallel()
	s := start(t)
	her := globalid.Encode(globalid.Expert, string(s.A.Experts[0]))
	expert := func(rest string) string { return fmt.Sprintf(`expertId:%q,%s`, her, rest) }
	papers := func() string {
		got := at(t, s.must(t, s.A.Coordinator, fmt.Sprintf(`{expert(id:%q){agreementOn ndaOn conductCertificates{issuedOn validTo checkedBy} trainings{type}}}`, her), nil), "expert")
		return fmt.Sprintln(at(t, got, "agreementOn"), at(t, got, "ndaOn"), at(t, got, "conductCertificates"), len(at(t, got, "trainings").([]any)))
	}
	before := len(at(t, s.must(t, s.A.Coordinator, fmt.Sprintf(`{expert(id:%q){trainings{type}}}`, her), nil), "expert", "trainings").([]any))

	s.done(t, s.A.Coordinator, "recordAgreement", expert(`agreement:AGREEMENT,on:"2027-03-01"`))
	s.done(t, s.A.Coordinator, "withdrawPaper", expert(`paper:NDA,reason:"Niet getekend"`))
	s.done(t, s.A.Coordinator, "withdrawPaper", expert(`paper:CONDUCT_CERTIFICATE,issuedOn:"2026-01-05",reason:"Van een ander"`))
	s.done(t, s.A.Coordinator, "recordConductCertificate", expert(`issuedOn:"2027-02-01",validTo:"2030-02-01"`))
	s.done(t, s.A.Coordinator, "recordTraining", expert(`type:"CO_TRAINER",on:"2027-03-01"`))
	is(t, "her papers", papers(), fmt.Sprintf("2027-03-01 <nil> [map[checkedBy:%s issuedOn:2027-02-01 validTo:2030-02-01]] %d\n", s.A.Coordinator.Name, before+1))
	is(t, "the tasks", s.lifeTasks(t, s.A.Pool, "SESSION_BROKEN"), "[SESSION_BROKEN AGREEMENT_MISSING]")
	s.done(t, s.A.Coordinator, "recordAgreement", expert(`agreement:NDA,on:"2027-03-02"`))
	is(t, "the tasks", s.lifeTasks(t, s.A.Pool, "SESSION_BROKEN"), "[]")

	is(t, "a day to come", s.code(t, s.A.Coordinator, "recordAgreement", expert(`agreement:NDA,on:"2028-01-01"`)), "INVALID")
	is(t, "a training without a type", s.code(t, s.A.Coordinator, "withdrawPaper", expert(`paper:TRAINING,reason:"omdat"`)), "INVALID")
	is(t, "what is not there", s.code(t, s.A.Coordinator, "withdrawPaper", expert(`paper:CONDUCT_CERTIFICATE,issuedOn:"2026-01-05",reason:"omdat"`)), "CONFLICT ILLEGAL_TRANSITION")
	is(t, "by herself", s.code(t, s.A.ExpertViewers[0], "recordAgreement", expert(`agreement:NDA,on:"2027-03-02"`)), "FORBIDDEN")
}
