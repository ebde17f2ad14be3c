package engine_test

import (
	"testing"

	"expex/engine"
)

// Today is 20 March 2027; the client is 15 or 16, so 31 half-years in the middle.
func TestAgeNearness(t *testing.T) {
	t.Parallel()
	born := func(day engine.Date) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.BirthDate = day }
	}
	band := func(day engine.Date, from, to int) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, anna *engine.Candidate) {
			anna.BirthDate, in.Request.Client.AgeFrom, in.Request.Client.AgeTo = day, from, to
		}
	}
	checkFactor(t, "age_nearness", buddy, []factorRow{
		{"two and a half years older", born("2009-03-20"), "10000: AGE_GAP 5"},
		{"seven and a half years older", born("2003-05-14"), "10000: AGE_GAP 15"},
		{"eight years older than a single age", band("2004-03-20", 15, 15), "10000: AGE_GAP 16"},
		{"eight and a half", born("2003-03-20"), "9285: AGE_GAP 17"},
		{"eleven and a half", born("2000-03-20"), "5000: AGE_GAP 23"},
		{"fourteen and a half", born("1997-03-20"), "714: AGE_GAP 29"},
		{"fifteen years older than a single age", band("1997-03-20", 15, 15), "0: AGE_GAP 30"},
		{"thirty years older", born("1982-03-20"), "0: AGE_GAP 59"},
		{"the day before the birthday still counts the old age", born("2000-03-21"), "6428: AGE_GAP 21"},
	})
	// A pool may allow less distance than the factor likes.
	closer := func(day engine.Date) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Policy.MinAgeGap, in.Request.Client.AgeFrom, in.Request.Client.AgeTo, anna.BirthDate = -9, 18, 19, day
		}
	}
	checkFactor(t, "age_nearness", buddy, []factorRow{
		{"a year and a half older", closer("2007-03-20"), "7500: AGE_GAP 3"},
		{"half a year older", closer("2008-03-20"), "2500: AGE_GAP 1"},
		{"half a year younger", closer("2009-03-20"), "0: AGE_GAP -1"},
	})
	checkFactor(t, "age_nearness", func() engine.MatchInput {
		in := buddy()
		in.Type.OneToOne = false // so that an unknown age does not exclude
		return in
	}, []factorRow{
		{"an unknown birth date", born(""), "UNKNOWN: AGE_UNKNOWN"},
		{"a request about nobody in particular", func(in *engine.MatchInput, _ *engine.Candidate) { in.Request.Client = nil }, "absent"},
	})
}
