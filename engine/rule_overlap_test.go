package engine_test

import (
	"testing"

	"expex/engine"
)

// The session of the request is on 6 April from 13:00 to 14:00; the way between
// two sessions takes half an hour.
func TestOverlap(t *testing.T) {
	t.Parallel()
	checkRule(t, "OVERLAP", consultation, []ruleRow{
		{"nothing else that day", nothing, "", false},
		{"another session at the same time", books(booked("2027-04-06 13:00")), "", true},
		{"one that ends half an hour before", books(booked("2027-04-06 11:30")), "", false},
		{"one that ends 29 minutes before", books(booked("2027-04-06 11:31")), "", true},
		{"one that begins half an hour after", books(booked("2027-04-06 14:30")), "", false},
		{"one that begins 29 minutes after", books(booked("2027-04-06 14:29")), "", true},
		{"one that lies inside", books(lasting(15, booked("2027-04-06 13:15"))), "", true},
		{"one that holds it", books(lasting(180, booked("2027-04-06 12:00"))), "", true},
		{"between two with room on both sides", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Policy.SessionsPerDay = 3
			anna.Booked = []engine.Booked{booked("2027-04-06 14:30"), booked("2027-04-06 11:30")}
		}, "", false},
		{"without a buffer sessions may touch", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Policy.TravelBufferMinutes = 0
			anna.Booked = []engine.Booked{lasting(60, booked("2027-04-06 14:00"))}
		}, "", false},
		{"without a buffer they may not overlap", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Policy.TravelBufferMinutes = 0
			anna.Booked = []engine.Booked{lasting(60, booked("2027-04-06 13:59"))}
		}, "", true},
		{"half an hour over the change to summer is elapsed time", books(booked("2027-03-28 00:30")), "2027-03-28 03:00", false},
		{"and less is too little", books(booked("2027-03-28 00:31")), "2027-03-28 03:00", true},
		{"half an hour in the repeated hour is elapsed time", books(booked("2027-10-31T00:00:00Z")), "2027-10-31T01:30:00Z", false},
		{"and less is too little there", books(booked("2027-10-31T00:00:00Z")), "2027-10-31T01:29:00Z", true},
	})
}
