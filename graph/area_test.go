package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"expex/auth"
	"expex/engine"
	"expex/graph/globalid"
)

// served are the municipalities that the first pool of a coordinator serves today.
func (s *service) served(t *testing.T, coordinator auth.Viewer) (codes []string) {
	t.Helper()
	for _, code := range at(t, s.must(t, coordinator, `{viewer{pools{municipalities}}}`, nil), "viewer", "pools", 0, "municipalities").([]any) {
		codes = append(codes, code.(string))
	}
	return codes
}

// area is the input of setServiceArea.
func (s *service) area(pool engine.PoolID, from engine.Date, codes []string) string {
	return fmt.Sprintf(`poolId:%q,from:%q,municipalities:["%s"]`, globalid.Encode(globalid.Pool, string(pool)), from, strings.Join(codes, `","`))
}

func TestACoordinatorSaysWhereHerPoolWorks(t *testing.T) {
	t.Parallel()
	s := start(t)
	served := s.served(t, s.A.Coordinator)
	s.done(t, s.A.Coordinator, "setServiceArea", s.area(s.A.Pool, "2027-05-01", append(served, "GM0034")))
	got := at(t, s.must(t, s.A.Coordinator, `{viewer{pools{municipalities serviceArea{municipality validFrom validUntil}}}}`, nil), "viewer", "pools", 0)
	is(t, "today", len(at(t, got, "municipalities").([]any)), len(served))
	is(t, "and from May", strings.Contains(fmt.Sprint(at(t, got, "serviceArea")), "map[municipality:GM0034 validFrom:2027-05-01 validUntil:<nil>]"), true)
	is(t, "another pool", s.code(t, s.A.Coordinator, "setServiceArea", s.area(s.B.Pool, "2027-05-01", served)), "NOT_FOUND")
	is(t, "an expert", s.code(t, s.A.ExpertViewers[0], "setServiceArea", s.area(s.A.Pool, "2027-05-01", served)), "FORBIDDEN")
}

func TestAnExpertSaysHowFarSheTravels(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.done(t, s.A.ExpertViewers[0], "setTravel", `maxTravelMinutes:35`)
	is(t, "how far", at(t, s.must(t, s.A.ExpertViewers[0], `{viewer{expert{maxTravelMinutes}}}`, nil), "viewer", "expert", "maxTravelMinutes"), 35)
	her := globalid.Encode(globalid.Expert, string(s.A.Experts[0]))
	s.done(t, s.A.Coordinator, "setTravel", fmt.Sprintf(`expertId:%q,postcode4:%q`, her, s.B.Postcode4))
	is(t, "what it breaks", s.lifeTasks(t, s.A.Pool, "SESSION_BROKEN"), "[SESSION_BROKEN TRAVEL_LIMIT]")
	s.done(t, s.A.Coordinator, "setTravel", fmt.Sprintf(`expertId:%q,postcode4:%q`, her, s.A.Postcode4))
	is(t, "and no more", s.lifeTasks(t, s.A.Pool, "SESSION_BROKEN"), "[]")
	is(t, "another expert", s.code(t, s.A.ExpertViewers[1], "setTravel", fmt.Sprintf(`expertId:%q,maxTravelMinutes:5`, her)), "NOT_FOUND")
}
