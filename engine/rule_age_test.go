package engine_test

import (
	"testing"

	"expex/engine"
)

// Today is Saturday 20 March 2027.
func TestAgeRule(t *testing.T) {
	t.Parallel()
	born := func(day engine.Date) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.BirthDate = day }
	}
	ages := func(day engine.Date, from, to int) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, anna *engine.Candidate) {
			anna.BirthDate, in.Request.Client.AgeFrom, in.Request.Client.AgeTo = day, from, to
		}
	}
	checkRule(t, "AGE_RULE", buddy, []ruleRow{
		{"seven years older", nothing, "", false},
		{"two years older than the top of the band, since today", born("2009-03-20"), "", false},
		{"two years older from tomorrow on", born("2009-03-21"), "", true},
		{"an unknown birth date cannot be shown to fit", born(""), "", true},
		{"of age on the day of the session", ages("2009-04-06", 12, 13), "", false},
		{"of age the day after it", ages("2009-04-07", 12, 13), "", true},
		{"of age at the midnight before the clocks go forward", ages("2009-03-28", 12, 13), "2027-03-28 00:00", false},
		{"not of age in the hour before it", ages("2009-03-28", 12, 13), "2027-03-27 23:00", true},
		{"of age at the midnight after the clocks went back", ages("2009-11-01", 12, 13), "2027-11-01 00:00", false},
		{"not of age in the 25th hour of the day before", ages("2009-11-01", 12, 13), "2027-10-31 23:00", true},
		{"a band that begins below eighteen is one of minors", ages("2008-01-01", 17, 19), "", true},
		{"a young adult with somebody two years older", ages("2006-03-20", 18, 19), "", false},
		{"a young adult with somebody nearly two years older", ages("2006-03-21", 18, 19), "", true},
		{"a pool may ask for more years between them", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Policy.MinAgeGap, anna.BirthDate = 5, "2007-03-20"
		}, "", true},
		{"a pool may set another age of majority", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Policy.AdultAge, anna.BirthDate, in.Request.Client.AgeTo = 21, "2006-04-07", 15
		}, "", true},
		{"a deployment that is not one to one", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Type.OneToOne, anna.BirthDate = false, ""
		}, "", false},
	})
	checkRule(t, "AGE_RULE", consultation, []ruleRow{
		{"a request about nobody in particular asks no age", born(""), "", false},
	})
}
