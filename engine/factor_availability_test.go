package engine_test

import (
	"testing"
	"time"

	"expex/engine"
)

func TestAvailabilityFitOfOneSession(t *testing.T) {
	t.Parallel()
	options := func(offered, free int) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Request.Options = nil
			for i := range offered {
				option := span("2027-04-05 13:00", 60)
				option.Start, option.End = option.Start.AddDate(0, 0, i), option.End.AddDate(0, 0, i)
				in.Request.Options = append(in.Request.Options, option)
				if i >= free {
					anna.Blackouts = append(anna.Blackouts, option)
				}
			}
		}
	}
	checkFactor(t, "availability_fit", consultation, []factorRow{
		{"one option fits", options(3, 1), "6000: FEASIBLE 1/3, HOURS_UNCONFIRMED"},
		{"the only option fits", options(1, 1), "6000: FEASIBLE 1/1, HOURS_UNCONFIRMED"},
		{"two fit", options(3, 2), "8000: FEASIBLE 2/3, HOURS_UNCONFIRMED"},
		{"three fit", options(3, 3), "10000: FEASIBLE 3/3, HOURS_UNCONFIRMED"},
		{"a fourth brings nothing", options(5, 4), "10000: FEASIBLE 4/5, HOURS_UNCONFIRMED"},
		{"weekly windows of one session are options", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Request.Options = nil
			in.Request.Windows = []engine.WeekWindow{{Weekday: engine.Tuesday, Starts: "13:00", Ends: "14:00"}}
			in.Request.From, in.Request.Until = "2027-03-22", "2027-04-30"
			anna.Blackouts = []engine.Interval{between("2027-04-03 00:00", "2027-05-30 00:00")}
		}, "8000: FEASIBLE 2/6, HOURS_UNCONFIRMED"},
	})
}

func TestAvailabilityFitOfASeries(t *testing.T) {
	t.Parallel()
	// weeksAway takes whole weeks away, from Monday 22 March on.
	weeksAway := func(n int) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.Blackouts = []engine.Interval{{Start: at("2027-03-22 00:00"), End: at("2027-03-22 00:00").AddDate(0, 0, 7*n)}}
		}
	}
	needs := func(occurrences, everyWeeks int) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, _ *engine.Candidate) {
			in.Request.Occurrences, in.Request.EveryWeeks = occurrences, everyWeeks
		}
	}
	checkFactor(t, "availability_fit", buddy, []factorRow{
		{"every week fits", weeksAway(0), "10000: FEASIBLE 12/12, HOURS_UNCONFIRMED"},
		{"eleven of twelve, rounded down", weeksAway(1), "9166: FEASIBLE 11/12, HOURS_UNCONFIRMED"},
		{"half of them", weeksAway(6), "5000: FEASIBLE 6/12, HOURS_UNCONFIRMED"},
		{"one of two days a week is enough", func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.Rules = []engine.AvailabilityRule{hours(engine.Thursday, "15:00", "16:00")}
		}, "10000: FEASIBLE 12/12, HOURS_UNCONFIRMED"},
		{"every other week is half", func(_ *engine.MatchInput, anna *engine.Candidate) {
			for i := range anna.Rules {
				anna.Rules[i].Parity = engine.OddWeeks
			}
		}, "5000: FEASIBLE 6/12, HOURS_UNCONFIRMED"},
		{"five sessions are measured against five", needs(5, 1), "10000: FEASIBLE 5/5, HOURS_UNCONFIRMED"},
		{"forty weeks are all looked at", needs(40, 1), "10000: FEASIBLE 40/40, HOURS_UNCONFIRMED"},
		{"twelve every two weeks are twelve", needs(12, 2), "10000: FEASIBLE 12/12, HOURS_UNCONFIRMED"},
		{"twelve every five weeks too", needs(12, 5), "10000: FEASIBLE 12/12, HOURS_UNCONFIRMED"},
		{"a needed period of five weeks needs five", func(in *engine.MatchInput, _ *engine.Candidate) { in.Request.Until = "2027-04-22" }, "10000: FEASIBLE 5/5, HOURS_UNCONFIRMED"},
		{"concrete dates count each", func(in *engine.MatchInput, _ *engine.Candidate) {
			in.Request.Windows, in.Request.From, in.Request.Occurrences = nil, "", 3
			in.Request.Options = []engine.Interval{span("2027-04-06 13:00", 60), span("2027-04-13 13:00", 60)}
		}, "6666: FEASIBLE 2/3, HOURS_UNCONFIRMED"},
	})
}

func TestAvailabilityFitSaysHowFreshTheHoursAre(t *testing.T) {
	t.Parallel()
	confirmed := func(when time.Time) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.AvailabilityConfirmedAt = &when }
	}
	checkFactor(t, "availability_fit", buddy, []factorRow{
		{"nine days ago", confirmed(at("2027-03-11 23:59")), "10000: FEASIBLE 12/12, HOURS_CONFIRMED 9"},
		{"today", confirmed(at("2027-03-20 00:00")), "10000: FEASIBLE 12/12, HOURS_CONFIRMED 0"},
		{"a clock that runs ahead is today", confirmed(at("2027-03-21 00:00")), "10000: FEASIBLE 12/12, HOURS_CONFIRMED 0"},
	})
	checkFactor(t, "availability_fit", talk, []factorRow{
		{"for each member of a team", confirmed(at("2027-03-11 12:00")), "10000: FEASIBLE 3/3, anna: HOURS_CONFIRMED 9, bram: HOURS_UNCONFIRMED"},
		{"a team fits where all of it fits", func(in *engine.MatchInput, anna *engine.Candidate) {
			anna.Blackouts = []engine.Interval{between("2027-04-06 13:00", "2027-04-06 14:45")}
			in.Candidates[1].Blackouts = []engine.Interval{between("2027-04-08 00:00", "2027-04-09 00:00")}
		}, "6000: FEASIBLE 1/3, anna: HOURS_UNCONFIRMED, bram: HOURS_UNCONFIRMED"},
	})
}
