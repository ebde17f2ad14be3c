package graph_test

import (
	"fmt"
	"testing"

	"expex/graph/globalid"
)

func TestAnExpertSaysNoToAMove(t *testing.T) {
	t.Parallel()
	s := start(t)
	her := globalid.Encode(globalid.Expert, string(s.A.Experts[0]))
	move := fmt.Sprintf(`toPoolId:%q`, globalid.Encode(globalid.Pool, string(s.B.Pool)))
	s.done(t, s.A.Coordinator, "transferExpert", fmt.Sprintf(`expertId:%q,%s,on:"2027-05-01",postcode4:"1315"`, her, move))
	is(t, "another expert says no", s.code(t, s.A.ExpertViewers[1], "declineTransfer", move), "NOT_FOUND")
	is(t, "her coordinator says no", s.code(t, s.A.Coordinator, "declineTransfer", move), "FORBIDDEN")
	s.done(t, s.A.ExpertViewers[0], "declineTransfer", move)
	is(t, "the move", at(t, s.must(t, s.A.ExpertViewers[0], `{viewer{expert{transfer{on}}}}`, nil), "viewer", "expert", "transfer"), nil)
	is(t, "the tasks", s.lifeTasks(t, s.A.Pool, "EXPERT_MOVES", "TRANSFER_DECLINED"), "[TRANSFER_DECLINED ]")
	is(t, "the tasks of the other pool", s.lifeTasks(t, s.B.Pool, "EXPERT_MOVES", "TRANSFER_DECLINED"), "[]")
	is(t, "what is planned", s.lifeTasks(t, s.A.Pool, "SESSION_BROKEN"), "[]")
	is(t, "a yes after all", s.code(t, s.A.ExpertViewers[0], "acceptTransfer", move), "NOT_FOUND")
}
