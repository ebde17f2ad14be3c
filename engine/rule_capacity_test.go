package engine_test

import (
	"testing"

	"expex/engine"
)

func books(list ...engine.Booked) func(*engine.MatchInput, *engine.Candidate) {
	return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.Booked = list }
}

func oneToOne(b engine.Booked) engine.Booked {
	b.OneToOne = true
	return b
}

// lasting makes a booked session as long as that many minutes.
func lasting(minutes int, b engine.Booked) engine.Booked {
	b.Session = engine.Interval{Start: b.Session.Start, End: b.Session.Start.Add(span("2027-01-01 00:00", minutes).Duration())}
	b.Busy = b.Session
	return b
}

func TestCapacityOfRelations(t *testing.T) {
	t.Parallel()
	active := func(n int) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.ActiveRelations = n }
	}
	newcomer := func(since engine.Date, n int) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.DeployableSince, anna.ActiveRelations = since, n
		}
	}
	own := func(limit, n int) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.Caps.ActiveRelations, anna.ActiveRelations = limit, n
		}
	}
	checkRule(t, "CAPACITY", buddy, []ruleRow{
		{"below the pool's two", active(1), "", false},
		{"at the pool's two", active(2), "", true},
		{"above them", active(3), "", true},
		{"six months deployable since today", newcomer("2026-09-20", 1), "", false},
		{"six months deployable from tomorrow on", newcomer("2026-09-21", 1), "", true},
		{"a newcomer's first", newcomer("2027-03-01", 0), "", false},
		{"deployable since an unknown day counts as new", newcomer("", 1), "", true},
		{"at her own lower limit", own(1, 1), "", true},
		{"her own higher limit does not lift the pool's", own(5, 2), "", true},
		{"a pool that allows more", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Policy.ActiveRelations, anna.ActiveRelations = 3, 2
		}, "", false},
	})
	checkRule(t, "CAPACITY", consultation, []ruleRow{
		{"a single session is no relation", active(9), "", false},
	})
}

func TestCapacityOfADay(t *testing.T) {
	t.Parallel()
	checkRule(t, "CAPACITY", consultation, []ruleRow{
		{"one other session that day", books(booked("2027-04-06 09:00")), "", false},
		{"two other sessions that day", books(booked("2027-04-06 09:00"), booked("2027-04-06 17:00")), "", true},
		{"two sessions the day before", books(booked("2027-04-05 09:00"), booked("2027-04-05 17:00")), "", false},
		{"a pool that allows three", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Policy.SessionsPerDay = 3
			anna.Booked = []engine.Booked{booked("2027-04-06 09:00"), booked("2027-04-06 17:00")}
		}, "", false},
		{"two one-to-one sessions are no matter when this is none", func(in *engine.MatchInput, anna *engine.Candidate) {
			anna.Booked = []engine.Booked{oneToOne(booked("2027-04-06 09:00"))}
		}, "", false},
		{"a pool that allows none", func(in *engine.MatchInput, _ *engine.Candidate) { in.Policy.SessionsPerDay = 0 }, "", true},
		{"the short day is full until its midnight", books(booked("2027-03-28 09:00"), booked("2027-03-28 12:00")), "2027-03-28 23:00", true},
		{"the night after the short day is free", books(booked("2027-03-28 09:00"), booked("2027-03-28 12:00")), "2027-03-29 00:00", false},
		{"the night before the short day is free", books(booked("2027-03-28 09:00"), booked("2027-03-28 12:00")), "2027-03-27 23:00", false},
		{"the long day is full in its 25th hour", books(booked("2027-10-31 09:00"), booked("2027-10-31 12:00")), "2027-10-31 23:00", true},
		{"the long day is full from its first hour", books(booked("2027-10-31 09:00"), booked("2027-10-31 12:00")), "2027-10-31 00:00", true},
		{"the night after the long day is free", books(booked("2027-10-31 09:00"), booked("2027-10-31 12:00")), "2027-11-01 00:00", false},
	})
	checkRule(t, "CAPACITY", buddy, []ruleRow{
		{"a second one-to-one session that day", books(oneToOne(booked("2027-04-06 09:00"))), "", true},
		{"a one-to-one session beside a talk", books(booked("2027-04-06 09:00")), "", false},
		{"a pool that allows no one-to-one session", func(in *engine.MatchInput, _ *engine.Candidate) { in.Policy.OneToOnePerDay = 0 }, "", true},
		{"a one-to-one session the day before", books(oneToOne(booked("2027-04-05 09:00"))), "", false},
	})
}

func TestCapacityOfAWeek(t *testing.T) {
	t.Parallel()
	three := func(days ...string) func(*engine.MatchInput, *engine.Candidate) {
		var list []engine.Booked
		for _, day := range days {
			list = append(list, booked(day+" 09:00"))
		}
		return books(list...)
	}
	minutes := func(n int) func(*engine.MatchInput, *engine.Candidate) {
		return books(lasting(n, booked("2027-04-08 09:00")))
	}
	own := func(limit int, list ...engine.Booked) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.Caps.SessionsPerWeek, anna.Booked = limit, list
		}
	}
	checkRule(t, "CAPACITY", consultation, []ruleRow{
		{"two other sessions that week", three("2027-04-05", "2027-04-07"), "", false},
		{"three other sessions, Monday to Sunday", three("2027-04-05", "2027-04-07", "2027-04-11"), "", true},
		{"a third on the Sunday before", three("2027-04-04", "2027-04-05", "2027-04-07"), "", false},
		{"a third on the Monday after", three("2027-04-05", "2027-04-07", "2027-04-12"), "", false},
		{"at her own lower limit", own(1, booked("2027-04-05 09:00")), "", true},
		{"her own higher limit does not lift the pool's", own(7, booked("2027-04-05 09:00"), booked("2027-04-07 09:00"), booked("2027-04-08 09:00")), "", true},
		{"420 minutes and an hour are the eight hours", minutes(420), "", false},
		{"421 minutes and an hour are more", minutes(421), "", true},
		{"one session longer than a week may hold", func(in *engine.MatchInput, _ *engine.Candidate) {
			in.Policy.ContactMinutesWeek = 59
		}, "", true},
		{"one session as long as a week may hold", func(in *engine.MatchInput, _ *engine.Candidate) {
			in.Policy.ContactMinutesWeek = 60
		}, "", false},
		{"a pool that allows none", func(in *engine.MatchInput, _ *engine.Candidate) { in.Policy.SessionsPerWeek = 0 }, "", true},
		{"a full week ends with the Sunday of the short day", three("2027-03-22", "2027-03-24", "2027-03-26"), "2027-03-28 23:00", true},
		{"and not an hour later", three("2027-03-22", "2027-03-24", "2027-03-26"), "2027-03-29 00:00", false},
		{"a full week ends with the 25th hour of the long day", three("2027-10-25", "2027-10-27", "2027-10-29"), "2027-10-31 23:00", true},
		{"and not before", three("2027-10-25", "2027-10-27", "2027-10-29"), "2027-11-01 00:00", false},
		{"a week in which the year changes is one week", three("2026-12-28", "2026-12-30", "2027-01-02"), "2027-01-03 13:00", true},
	})
}

func TestCapacityOfAMonth(t *testing.T) {
	t.Parallel()
	own := func(limit int, list ...engine.Booked) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.Caps.MinutesPerMonth, anna.Booked = limit, list
		}
	}
	checkRule(t, "CAPACITY", consultation, []ruleRow{
		{"without a limit of her own any number will do", own(0, lasting(400, booked("2027-04-20 09:00"))), "", false},
		{"up to her own limit", own(120, booked("2027-04-20 09:00")), "", false},
		{"a minute above it", own(119, booked("2027-04-20 09:00")), "", true},
		{"what was booked in March does not count", own(60, booked("2027-03-31 09:00")), "", false},
		{"one session longer than her limit", own(59), "", true},
		{"a full March lasts to its last summer hour", own(60, booked("2027-03-01 09:00")), "2027-03-31 23:00", true},
		{"and not into April", own(60, booked("2027-03-01 09:00")), "2027-04-01 00:00", false},
		{"a full October lasts to its last winter hour", own(60, booked("2027-10-01 09:00")), "2027-10-31 23:00", true},
		{"and not into November", own(60, booked("2027-10-01 09:00")), "2027-11-01 00:00", false},
	})
}
