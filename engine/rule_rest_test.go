package engine_test

import (
	"testing"

	"expex/engine"
)

func tier3(b engine.Booked) engine.Booked {
	b.Tier3 = true
	return b
}

func TestRestAfterATier3Session(t *testing.T) {
	t.Parallel()
	checkRule(t, "REST_PERIOD", consultation, []ruleRow{
		{"a session the day before on another theme", books(booked("2027-04-05 14:00")), "", false},
		{"a day after it has ended", books(tier3(booked("2027-04-05 12:00"))), "", false},
		{"a minute less", books(tier3(booked("2027-04-05 12:01"))), "", true},
		{"a pool with another rest", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Policy.RestHoursTier3 = 48
			anna.Booked = []engine.Booked{tier3(booked("2027-04-04 12:01"))}
		}, "", true},
		{"a session before it, on another theme, is no matter", books(tier3(booked("2027-04-07 09:00"))), "", false},
		{"24 hours over the short night are until an hour later by the clock", books(tier3(booked("2027-03-27 12:00"))), "2027-03-28 14:00", false},
		{"and not before", books(tier3(booked("2027-03-27 12:00"))), "2027-03-28 13:59", true},
		{"24 hours over the long night are until an hour earlier by the clock", books(tier3(booked("2027-10-30 12:00"))), "2027-10-31 12:00", false},
		{"and not before that", books(tier3(booked("2027-10-30 12:00"))), "2027-10-31 11:59", true},
	})
}

func TestRestBeforeTheNextSessionWhenThisIsTier3(t *testing.T) {
	t.Parallel()
	asks := func(importance engine.Importance, list ...engine.Booked) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Request.Themes = []engine.RequestTheme{{Theme: "TRAUMA", Importance: importance}}
			anna.Consents = []engine.Consent{{Theme: "TRAUMA", Usage: engine.UsageCase, Level: engine.Green}}
			anna.Tier3Confirmed, anna.Booked = true, list
		}
	}
	checkRule(t, "REST_PERIOD", consultation, []ruleRow{
		{"nothing after it", asks(engine.Must), "", false},
		{"a session a day after it ends", asks(engine.Must, booked("2027-04-07 14:00")), "", false},
		{"a session a minute sooner", asks(engine.Must, booked("2027-04-07 13:59")), "", true},
		{"a session a minute sooner, for a wished theme", asks(engine.Nice, booked("2027-04-07 13:59")), "", true},
		{"a session the day before, on another theme", asks(engine.Must, booked("2027-04-06 09:00")), "", false},
	})
}

func TestRestBetweenRelations(t *testing.T) {
	t.Parallel()
	closed := func(on engine.Date) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.RelationClosedOn = on }
	}
	checkRule(t, "REST_PERIOD", buddy, []ruleRow{
		{"never had one", closed(""), "", false},
		{"one that closed two weeks before", closed("2027-03-23"), "", false},
		{"one that closed thirteen days before", closed("2027-03-24"), "", true},
		{"two weeks end at the midnight after the short day", closed("2027-03-15"), "2027-03-29 00:00", false},
		{"and not an hour before", closed("2027-03-15"), "2027-03-28 23:00", true},
		{"two weeks end at the midnight after the long day", closed("2027-10-18"), "2027-11-01 00:00", false},
		{"and not in its 25th hour", closed("2027-10-18"), "2027-10-31 23:00", true},
	})
	checkRule(t, "REST_PERIOD", consultation, []ruleRow{
		{"a single session needs no such rest", closed("2027-04-05"), "", false},
	})
}

func TestRestWhileSheHasPausedHerself(t *testing.T) {
	t.Parallel()
	paused := func(until string) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.PausedUntil = ptr(at(until)) }
	}
	checkRule(t, "REST_PERIOD", consultation, []ruleRow{
		{"until the session begins", paused("2027-04-06 13:00"), "", false},
		{"for a minute of it", paused("2027-04-06 13:01"), "", true},
		{"a pause that is over", paused("2027-03-01 00:00"), "", false},
	})
}
