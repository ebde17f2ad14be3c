package graph_test

import (
	"fmt"
	"testing"
	"time"

	"expex/graph/globalid"
	"expex/store/storetest"
)

func TestATaskThatIsPutOffIsCalledBack(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.addTasks(t)
	task := fmt.Sprintf(`taskId:%q`, globalid.Encode(globalid.Task, fixtureTask))
	count := func(filter string) any {
		return at(t, s.must(t, s.A.Coordinator, `{tasks(filter:{`+filter+`}){totalCount}}`, nil), "tasks", "totalCount")
	}
	s.done(t, s.A.Coordinator, "postponeTask", fmt.Sprintf(`%s,until:%q`, task, storetest.Now.AddDate(0, 0, 3).Format(time.RFC3339)))
	is(t, "in the list", count(""), 1)
	off := at(t, s.must(t, s.A.RegionLead, `{tasks(filter:{postponed:true}){edges{node{postponedUntil postponedBy{name}}}}}`, nil), "tasks", "edges").([]any)
	is(t, "who put it off", at(t, off[0], "node", "postponedBy", "name"), s.A.Coordinator.Name)
	is(t, "until", at(t, off[0], "node", "postponedUntil"), storetest.Now.AddDate(0, 0, 3).UTC().Format(time.RFC3339))
	is(t, "a coordinator elsewhere", s.code(t, s.B.Coordinator, "resumeTask", task), "NOT_FOUND")
	s.done(t, s.A.RegionLead, "resumeTask", task)
	is(t, "in the list", count(""), 2)
	is(t, "put off", count("postponed:true"), 0)
	is(t, "twice", s.code(t, s.A.Coordinator, "resumeTask", task), "CONFLICT ILLEGAL_TRANSITION")
}
