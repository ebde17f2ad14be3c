package engine_test

import (
	"testing"

	"expex/engine"
)

func available(list ...engine.AvailabilityRule) func(*engine.MatchInput, *engine.Candidate) {
	return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.Rules = list }
}

func away(list ...engine.Interval) func(*engine.MatchInput, *engine.Candidate) {
	return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.Blackouts = list }
}

// Sessions last an hour; 6 April 2027 is a Tuesday in ISO week 14.
func TestNotAvailable(t *testing.T) {
	t.Parallel()
	tuesday := func(starts, ends engine.WallTime) engine.AvailabilityRule { return hours(engine.Tuesday, starts, ends) }
	with := func(r engine.AvailabilityRule, change func(*engine.AvailabilityRule)) func(*engine.MatchInput, *engine.Candidate) {
		change(&r)
		return available(r)
	}
	checkRule(t, "NOT_AVAILABLE", consultation, []ruleRow{
		{"at any hour", nothing, "", false},
		{"no hours at all", available(), "", true},
		{"exactly the hour", available(tuesday("13:00", "14:00")), "", false},
		{"a minute too late", available(tuesday("13:01", "18:00")), "", true},
		{"a minute too short", available(tuesday("09:00", "13:59")), "", true},
		{"another weekday", available(hours(engine.Wednesday, "09:00", "18:00")), "", true},
		{"two windows that touch are one", available(tuesday("13:30", "18:00"), tuesday("09:00", "13:30")), "", false},
		{"two windows with a minute between are not", available(tuesday("09:00", "13:29"), tuesday("13:30", "18:00")), "", true},
		{"over midnight by two rules", available(tuesday("22:00", "24:00"), hours(engine.Wednesday, "00:00", "02:00")), "2027-04-06 23:30", false},
		{"over midnight by one rule", available(tuesday("22:00", "24:00")), "2027-04-06 23:30", true},
		{"odd weeks only, in an even week", with(tuesday("09:00", "18:00"), func(r *engine.AvailabilityRule) { r.Parity = engine.OddWeeks }), "", true},
		{"even weeks only, in an even week", with(tuesday("09:00", "18:00"), func(r *engine.AvailabilityRule) { r.Parity = engine.EvenWeeks }), "", false},
		{"even weeks only, in an odd week", with(tuesday("09:00", "18:00"), func(r *engine.AvailabilityRule) { r.Parity = engine.EvenWeeks }), "2027-04-13 13:00", true},
		{"a rule that begins on the day", with(tuesday("09:00", "18:00"), func(r *engine.AvailabilityRule) { r.From = "2027-04-06" }), "", false},
		{"a rule that begins the day after", with(tuesday("09:00", "18:00"), func(r *engine.AvailabilityRule) { r.From = "2027-04-07" }), "", true},
		{"a rule that ends with the day", with(tuesday("09:00", "18:00"), func(r *engine.AvailabilityRule) { r.To = "2027-04-07" }), "", false},
		{"a rule that ended the day before", with(tuesday("09:00", "18:00"), func(r *engine.AvailabilityRule) { r.To = "2027-04-06" }), "", true},
		{"in person only, and this is in person", with(tuesday("09:00", "18:00"), func(r *engine.AvailabilityRule) { r.Mode = engine.InPerson }), "", false},
		{"online only, and this is in person", with(tuesday("09:00", "18:00"), func(r *engine.AvailabilityRule) { r.Mode = engine.Online }), "", true},
		{"in person only, and this is online", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Request.Online, anna.Rules[1].Mode = true, engine.InPerson
		}, "", true},
		{"online only, and this is online", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Request.Online, anna.Rules[1].Mode = true, engine.Online
		}, "", false},
		{"a window for at most the minutes it takes", func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.Rules[1].MaxTravelMinutes, anna.TravelMinutes = 30, ptr(30)
		}, "", false},
		{"a window for a minute less than it takes", func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.Rules[1].MaxTravelMinutes, anna.TravelMinutes = 30, ptr(31)
		}, "", true},
		{"an unknown distance does not close a window", func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.Rules[1].MaxTravelMinutes = 30
		}, "", false},
		{"away for the hour", away(span("2027-04-06 13:00", 60)), "", true},
		{"away until it begins", away(span("2027-04-06 12:00", 60)), "", false},
		{"away from when it ends", away(span("2027-04-06 14:00", 60)), "", false},
		{"away for a minute of it", away(span("2027-04-06 13:59", 60)), "", true},
	})
}

func TestNotAvailableWhenTheClocksChange(t *testing.T) {
	t.Parallel()
	sunday := func(starts, ends engine.WallTime) func(*engine.MatchInput, *engine.Candidate) {
		return available(hours(engine.Sunday, starts, ends))
	}
	checkRule(t, "NOT_AVAILABLE", consultation, []ruleRow{
		{"the hour that does not exist is no hour", sunday("02:00", "03:00"), "2027-03-28 03:00", true},
		{"nor the hour before it", sunday("02:00", "03:00"), "2027-03-28 01:00", true},
		{"it exists the Sunday after", sunday("02:00", "03:00"), "2027-04-04 02:00", false},
		{"a window of three hours by the clock lasts two", sunday("01:00", "04:00"), "2027-03-28 03:00", false},
		{"and has no third", sunday("01:00", "04:00"), "2027-03-28 04:00", true},
		{"a window by the clock over the repeated hour lasts one more", sunday("02:00", "03:00"), "2027-10-31T01:00:00Z", false},
		{"and begins at the first occurrence", sunday("02:00", "03:00"), "2027-10-31T00:00:00Z", false},
		{"and ends with the second", sunday("02:00", "03:00"), "2027-10-31T02:00:00Z", true},
		{"a window inside the repeated hour is its first occurrence", sunday("01:30", "02:30"), "2027-10-30T23:30:00Z", false},
		{"and not its second", sunday("01:30", "02:30"), "2027-10-31T00:30:00Z", true},
		{"sixteen hundred stays sixteen hundred in winter", available(hours(engine.Wednesday, "16:00", "17:00")), "2027-11-03T15:00:00Z", false},
		{"and in summer", available(hours(engine.Wednesday, "16:00", "17:00")), "2027-10-27T14:00:00Z", false},
	})
}
