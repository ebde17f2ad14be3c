package graph_test

import (
	"fmt"
	"testing"

	"expex/graph/globalid"
)

// A wrong word on a session is put right by who said it or by the coordinator, with
// what followed from it.
func TestAWrongOutcomeIsCorrected(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.until(t, "2027-04-07", "17:00")
	talk := fmt.Sprintf(`sessionId:%q,`, globalid.Encode(globalid.Session, string(s.A.Session)))
	follows := func() []string {
		return s.lifeTasks(t, s.A.Pool, "DEBRIEF", "WELFARE_CALL", "EVALUATE_REQUEST")
	}
	s.done(t, s.A.ExpertViewers[0], "recordOutcome", talk+`outcome:NO_SHOW_REQUESTER`)
	s.done(t, s.A.ExpertViewers[0], "correctOutcome", talk+`outcome:COMPLETED,reason:"Zij kwam later"`)
	is(t, "what follows", follows(), "[DEBRIEF  DEBRIEF  EVALUATE_REQUEST ]")
	is(t, "her partner corrects it", s.code(t, s.A.ExpertViewers[1], "correctOutcome", talk+`outcome:NO_SHOW_REQUESTER,reason:"omdat"`), "FORBIDDEN")
	s.done(t, s.A.Coordinator, "correctOutcome", talk+`outcome:NO_SHOW_EXPERT,reason:"Zij waren er niet"`)
	is(t, "what follows", follows(), "[WELFARE_CALL  WELFARE_CALL ]")
	s.done(t, s.A.Coordinator, "correctOutcome", talk+`outcome:COMPLETED,reason:"Toch wel"`)
	is(t, "what follows", follows(), "[DEBRIEF  DEBRIEF  EVALUATE_REQUEST ]")
	is(t, "the same again", s.code(t, s.A.Coordinator, "correctOutcome", talk+`outcome:COMPLETED,reason:"omdat"`), "INVALID")
	is(t, "a colleague elsewhere", s.code(t, s.B.Coordinator, "correctOutcome", talk+`outcome:NO_SHOW_CLIENT,reason:"omdat"`), "NOT_FOUND")
	is(t, "the lines that are kept", s.rows(t, `select count(*)::text from record_change where session_id = $1`, s.A.Session), "[4]")
	s.done(t, s.A.Coordinator, "evaluateRequest", fmt.Sprintf(`requestId:%q`, globalid.Encode(globalid.Request, string(s.A.Talk))))
	is(t, "after it was evaluated", s.code(t, s.A.Coordinator, "correctOutcome", talk+`outcome:NO_SHOW_CLIENT,reason:"omdat"`), "CONFLICT ILLEGAL_TRANSITION")
}
