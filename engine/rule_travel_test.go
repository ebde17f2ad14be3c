package engine_test

import (
	"testing"

	"expex/engine"
)

func TestTravelLimit(t *testing.T) {
	t.Parallel()
	minutes := func(known *int, limit int) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.TravelMinutes, anna.MaxTravelMinutes = known, limit
		}
	}
	checkRule(t, "TRAVEL_LIMIT", buddy, []ruleRow{
		{"an unknown distance does not exclude", minutes(nil, 60), "", false},
		{"as far as she goes", minutes(ptr(60), 60), "", false},
		{"a minute further", minutes(ptr(61), 60), "", true},
		{"without a limit any distance will do", minutes(ptr(600), 0), "", false},
		{"online nobody travels", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Request.Online, anna.TravelMinutes = true, ptr(600)
		}, "", false},
		{"an estimate stands in for a known time", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Place.Point = &engine.Point{Latitude: 52.0119, Longitude: 4.7080}
			anna.Home.Point = &engine.Point{Latitude: 52.5076, Longitude: 5.4849} // about 90 minutes away
		}, "", true},
		{"a known time overrides the estimate", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Place.Point = &engine.Point{Latitude: 52.0119, Longitude: 4.7080}
			anna.Home.Point, anna.TravelMinutes = &engine.Point{Latitude: 52.5076, Longitude: 5.4849}, ptr(55)
		}, "", false},
		{"half a pair of points is no estimate", func(in *engine.MatchInput, anna *engine.Candidate) {
			anna.Home.Point = &engine.Point{Latitude: 52.5076, Longitude: 5.4849}
		}, "", false},
	})
}

func TestOutOfServiceArea(t *testing.T) {
	t.Parallel()
	serves := func(list ...engine.AreaMembership) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, _ *engine.Candidate) { in.ServiceArea = list }
	}
	member := func(code engine.MunicipalityCode, from, to engine.Date) engine.AreaMembership {
		return engine.AreaMembership{Municipality: code, Valid: engine.Valid{From: from, To: to}}
	}
	checkRule(t, "OUT_OF_SERVICE_AREA", buddy, []ruleRow{
		{"a municipality the pool serves", nothing, "", false},
		{"no municipality at all", serves(), "", true},
		{"other municipalities only", serves(member("GM0627", "", "")), "", true},
		{"one it serves from the day on", serves(member("GM0513", "2027-04-06", "")), "", false},
		{"one it serves from the day after", serves(member("GM0513", "2027-04-07", "")), "", true},
		{"one it served until the day before", serves(member("GM0513", "2022-01-01", "2027-04-06")), "", true},
		{"one it serves for the last day", serves(member("GM0513", "2022-01-01", "2027-04-07")), "", false},
		{"one it serves again", serves(member("GM0513", "2027-04-01", ""), member("GM0513", "2022-01-01", "2025-01-01")), "", false},
		{"to the end of the short day", serves(member("GM0513", "", "2027-03-29")), "2027-03-28 23:00", false},
		{"and no further", serves(member("GM0513", "", "2027-03-29")), "2027-03-29 00:00", true},
		{"to the 25th hour of the long day", serves(member("GM0513", "", "2027-11-01")), "2027-10-31 23:00", false},
		{"and not after it", serves(member("GM0513", "", "2027-11-01")), "2027-11-01 00:00", true},
		{"online there is no area", func(in *engine.MatchInput, _ *engine.Candidate) {
			in.Request.Online, in.ServiceArea = true, nil
		}, "", false},
	})
}
