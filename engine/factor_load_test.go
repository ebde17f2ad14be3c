package engine_test

import (
	"testing"
	"time"

	"expex/engine"
)

func TestLoadBalanceOfARelation(t *testing.T) {
	t.Parallel()
	active := func(n int) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.ActiveRelations = n }
	}
	offered := func(ago time.Duration, n int) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, anna *engine.Candidate) {
			anna.LastOfferAt, anna.ActiveRelations = ptr(in.Now.Add(-ago)), n
		}
	}
	const week = 7 * 24 * time.Hour
	checkFactor(t, "load_balance", buddy, []factorRow{
		{"no relation", active(0), "10000: LOAD 0/2"},
		{"one of two", active(1), "5000: LOAD 1/2"},
		{"a newcomer has one place", func(_ *engine.MatchInput, anna *engine.Candidate) { anna.DeployableSince = "2027-01-01" }, "10000: LOAD 0/1"},
		{"her own limit counts", func(_ *engine.MatchInput, anna *engine.Candidate) { anna.Caps.ActiveRelations = 1 }, "10000: LOAD 0/1"},
		{"two of a pool's three, rounded", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Policy.ActiveRelations, anna.ActiveRelations = 3, 2
		}, "3334: LOAD 2/3"},
		{"asked just now", offered(0, 0), "8000: LOAD 0/2, OFFERED_LATELY"},
		{"asked almost a week ago", offered(week-time.Second, 1), "3000: LOAD 1/2, OFFERED_LATELY"},
		{"asked a week ago", offered(week, 1), "5000: LOAD 1/2"},
	})
}

func TestLoadBalanceOfSessions(t *testing.T) {
	t.Parallel()
	// Four weeks from Monday 15 March: twelve sessions at three a week.
	checkFactor(t, "load_balance", consultation, []factorRow{
		{"none", nothing, "10000: LOAD 0/12"},
		{"those of these four weeks", books(booked("2027-03-14 22:00"), booked("2027-03-15 00:00"), booked("2027-04-11 23:00"), booked("2027-04-12 00:00")),
			"8334: LOAD 2/12"},
		{"her own limit counts", func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.Caps.SessionsPerWeek, anna.Booked = 1, []engine.Booked{booked("2027-03-15 10:00")}
		}, "7500: LOAD 1/4"},
		{"relations do not count", func(_ *engine.MatchInput, anna *engine.Candidate) { anna.ActiveRelations = 2 }, "10000: LOAD 0/12"},
		{"never below nothing", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Policy.SessionsPerWeek, anna.LastOfferAt = 1, ptr(in.Now)
			anna.Booked = []engine.Booked{booked("2027-03-15 10:00"), booked("2027-03-22 10:00"), booked("2027-03-29 10:00"),
				booked("2027-03-30 10:00")}
		}, "0: LOAD 4/4, OFFERED_LATELY"},
	})
	checkFactor(t, "load_balance", talk, []factorRow{
		{"of a team, the mean", books(booked("2027-03-22 10:00"), booked("2027-03-24 10:00"), booked("2027-03-26 10:00")),
			"8750: anna: LOAD 3/12, bram: LOAD 0/12"},
	})
}
