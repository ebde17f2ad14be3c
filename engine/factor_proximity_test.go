package engine_test

import (
	"testing"

	"expex/engine"
)

func TestProximity(t *testing.T) {
	t.Parallel()
	minutes := func(known, limit int) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.TravelMinutes, anna.MaxTravelMinutes = &known, limit
		}
	}
	lives := func(municipality engine.MunicipalityCode, region engine.RegionCode) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.Home = engine.Place{Municipality: municipality, Region: region}
		}
	}
	checkFactor(t, "proximity", buddy, []factorRow{
		{"next door", minutes(0, 60), "10000: TRAVEL_MINUTES 0/60"},
		{"at twenty minutes nearer is not better", minutes(20, 60), "10000: TRAVEL_MINUTES 20/60"},
		{"a minute more is a little less", minutes(21, 60), "9750: TRAVEL_MINUTES 21/60"},
		{"halfway to her limit", minutes(40, 60), "5000: TRAVEL_MINUTES 40/60"},
		{"rounded down", minutes(41, 47), "2222: TRAVEL_MINUTES 41/47"},
		{"at her limit", minutes(60, 60), "0: TRAVEL_MINUTES 60/60"},
		{"a limit below twenty minutes", minutes(15, 15), "10000: TRAVEL_MINUTES 15/15"},
		{"a limit of twenty minutes", minutes(20, 20), "10000: TRAVEL_MINUTES 20/20"},
		{"minutes without a limit say nothing, the map does", minutes(90, 0), "10000: SAME_MUNICIPALITY"},
		{"same municipality", nothing, "10000: SAME_MUNICIPALITY"},
		{"same region", lives("GM0627", "JZ27"), "7000: SAME_REGION"},
		{"neighbouring region", lives("GM0599", "JZ29"), "3000: NEIGHBOUR_REGION"},
		{"another region", lives("GM0995", "JZ08"), "0: FAR_REGION"},
		{"an unknown home", lives("", ""), "UNKNOWN: TRAVEL_UNKNOWN"},
		{"an unknown region of the home", lives("GM0627", ""), "UNKNOWN: TRAVEL_UNKNOWN"},
		{"an unknown region of the place", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Place.Region, anna.Home.Municipality = "", "GM0627"
		}, "UNKNOWN: TRAVEL_UNKNOWN"},
		{"online", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Request.Online, anna.TravelMinutes = true, ptr(600)
		}, "10000: ONLINE"},
		{"by estimate", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Place.Point = &engine.Point{Latitude: 52.0119, Longitude: 4.7080}
			anna.Home.Point = &engine.Point{Latitude: 52.0400, Longitude: 4.6500}
		}, "10000: TRAVEL_MINUTES 14/60"},
	})
	checkFactor(t, "proximity", talk, []factorRow{
		{"of a team, the mean of those known", func(in *engine.MatchInput, anna *engine.Candidate) {
			anna.TravelMinutes, in.Candidates[1].TravelMinutes = ptr(40), ptr(21)
		}, "7375: anna: TRAVEL_MINUTES 40/60, bram: TRAVEL_MINUTES 21/60"},
		{"of a team, one of them unknown", func(in *engine.MatchInput, anna *engine.Candidate) {
			anna.Home, in.Candidates[1].TravelMinutes = engine.Place{}, ptr(40)
		}, "5000: anna: TRAVEL_UNKNOWN, bram: TRAVEL_MINUTES 40/60"},
		{"of a team, both unknown", func(in *engine.MatchInput, anna *engine.Candidate) {
			anna.Home, in.Candidates[1].Home = engine.Place{}, engine.Place{}
		}, "UNKNOWN: anna: TRAVEL_UNKNOWN, bram: TRAVEL_UNKNOWN"},
	})
}
