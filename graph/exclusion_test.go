package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"expex/auth"
	"expex/graph/globalid"
)

// What an expert keeps away from is hers: she sets it, reads it and ends it, and
// no coordinator finds a word of it anywhere.
func TestWhatSheKeepsAwayFromIsHerOwn(t *testing.T) {
	t.Parallel()
	s := start(t)
	viewers := func(who auth.Viewer) string {
		return fmt.Sprint(at(t, s.must(t, who, `{viewer{exclusions{name until}}}`, nil), "viewer", "exclusions"))
	}
	houses := at(t, s.must(t, s.A.ExpertViewers[0], `{viewer{houses{id name}}}`, nil), "viewer", "houses").([]any)
	is(t, "the houses", fmt.Sprint(at(t, houses[0], "name"), ", ", at(t, houses[1], "name"), ", ", at(t, houses[2], "name"), len(houses)), "Ander Huis A, Huis Verzonnen A, Oud Huis Verzonnen A3")
	house := fmt.Sprintf(`organisationId:%q`, at(t, houses[1], "id"))
	s.done(t, s.A.ExpertViewers[0], "excludeOrganisation", house+`,until:"2027-12-01"`)
	is(t, "her own", viewers(s.A.ExpertViewers[0]), "[map[name:Huis Verzonnen A until:2027-12-01]]")
	for name, who := range map[string]auth.Viewer{"the coordinator": s.A.Coordinator, "another expert": s.A.ExpertViewers[1], "a requester": s.A.Requester} {
		is(t, name, viewers(who), "[]")
	}
	is(t, "the task", s.lifeTasks(t, s.A.Pool, "SESSION_BROKEN"), "[SESSION_BROKEN OTHER]")
	is(t, "by a coordinator", s.code(t, s.A.Coordinator, "excludeOrganisation", house), "FORBIDDEN")
	s.done(t, s.A.ExpertViewers[0], "endExclusion", house)
	is(t, "the task", s.lifeTasks(t, s.A.Pool, "SESSION_BROKEN"), "[]")
	is(t, "a second end", s.code(t, s.A.ExpertViewers[0], "endExclusion", house), "NOT_FOUND")
}

func TestACoordinatorReadsWhomSheKeepsApart(t *testing.T) {
	t.Parallel()
	s := start(t)
	expert := func(n int) string { return globalid.Encode(globalid.Expert, string(s.A.Experts[n])) }
	apart := func(who auth.Viewer) string {
		got := fmt.Sprint(at(t, s.must(t, who, `{viewer{keptApart{expert{firstName} other{firstName} request{type}}}}`, nil), "viewer", "keptApart"))
		return strings.ReplaceAll(got, "map", "")
	}
	ear := globalid.Encode(globalid.Request, string(s.A.Ear))
	s.done(t, s.A.Coordinator, "keepApart", fmt.Sprintf(`expertId:%q,otherId:%q`, expert(1), expert(0)))
	s.done(t, s.A.Coordinator, "keepApart", fmt.Sprintf(`expertId:%q,requestId:%q`, expert(2), ear))
	is(t, "her own", apart(s.A.Coordinator), "[[expert:[firstName:Aafke] other:[firstName:Abel] request:<nil>] [expert:[firstName:Amira] other:<nil> request:[type:LISTENING_EAR]]]")
	is(t, "a colleague's", apart(s.A.RegionLead), "[]")
	is(t, "an expert's", apart(s.A.ExpertViewers[0]), "[]")
	is(t, "a colleague ends it", s.code(t, s.A.RegionLead, "endKeepingApart", fmt.Sprintf(`expertId:%q,otherId:%q`, expert(1), expert(0))), "NOT_FOUND")
	s.done(t, s.A.Coordinator, "endKeepingApart", fmt.Sprintf(`expertId:%q,otherId:%q`, expert(0), expert(1)))
	s.done(t, s.A.Coordinator, "endKeepingApart", fmt.Sprintf(`expertId:%q,requestId:%q`, expert(2), ear))
	is(t, "none", apart(s.A.Coordinator), "[]")
}
