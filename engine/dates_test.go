package engine_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"expex/engine"
)

func TestDatesThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*engine.MatchInput)
		dates  []string
		want   map[int]engine.RuleCode
	}{
		"none of one":                       {func(*engine.MatchInput) {}, []string{"2027-04-06 15:00"}, nil},
		"none of three weeks":               {func(*engine.MatchInput) {}, []string{"2027-04-06 15:00", "2027-04-13 15:00", "2027-04-20 15:00"}, nil},
		"the one on which she is away":      {awayThen, []string{"2027-04-06 15:00", "2027-04-13 15:00", "2027-04-20 15:00"}, map[int]engine.RuleCode{1: "NOT_AVAILABLE"}},
		"the second of a day":               {capped(1, 9), []string{"2027-04-06 15:00", "2027-04-06 17:00"}, map[int]engine.RuleCode{1: "CAPACITY"}},
		"not the second of another day":     {capped(1, 9), []string{"2027-04-06 15:00", "2027-04-08 15:00"}, nil},
		"the second of a week":              {capped(9, 1), []string{"2027-04-06 15:00", "2027-04-08 15:00", "2027-04-13 15:00"}, map[int]engine.RuleCode{1: "CAPACITY"}},
		"one that is refused takes no room": {func(in *engine.MatchInput) { capped(9, 1)(in); awayThen(in) }, []string{"2027-04-13 15:00", "2027-04-15 15:00"}, map[int]engine.RuleCode{0: "NOT_AVAILABLE"}},
		"one within the way home":           {capped(9, 9), []string{"2027-04-06 15:00", "2027-04-06 16:29"}, map[int]engine.RuleCode{1: "OVERLAP"}},
		"not one after the way home":        {capped(9, 9), []string{"2027-04-06 15:00", "2027-04-06 16:30"}, nil},
		"in the hour that is lost":          {func(*engine.MatchInput) {}, []string{"2028-03-25 01:30", "2028-03-26 02:30"}, nil},
		"in the hour that comes twice":      {func(*engine.MatchInput) {}, []string{"2027-10-30 02:30", "2027-10-31 02:30"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := buddy()
			c.change(&in)
			var dates []engine.Interval
			for _, text := range c.dates {
				dates = append(dates, span(text, 60))
			}
			got := engine.RefusedDates(in, dates, "")
			if len(got) != len(c.want) {
				t.Fatalf("refused: %+v, want %v", got, c.want)
			}
			for _, d := range got {
				i := slices.Index(dates, d.Slot)
				if len(d.Rules) != 1 || d.Rules[0] != c.want[i] {
					t.Errorf("date %d is refused by %v, want %s", i, d.Rules, c.want[i])
				}
			}
		})
	}
}

// awayThen takes the Tuesday of 13 April from her.
func awayThen(in *engine.MatchInput) {
	in.Candidates[0].Blackouts = append(in.Candidates[0].Blackouts, engine.Interval{Start: at("2027-04-13 00:00"), End: at("2027-04-14 00:00")})
}

func capped(perDay, perWeek int) func(*engine.MatchInput) {
	return func(in *engine.MatchInput) {
		in.Policy.OneToOnePerDay, in.Policy.SessionsPerDay, in.Policy.SessionsPerWeek = perDay, perDay, perWeek
	}
}

// A date is refused exactly when Check refuses it beside the ones before it that
// were not, and what comes in is left as it was.
func TestDatesAreCheckedOneAfterTheOther(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := buddy()
		capped(rapid.IntRange(1, 3).Draw(t, "per day"), rapid.IntRange(1, 4).Draw(t, "per week"))(&in)
		in.Policy.ContactMinutesWeek = rapid.SampledFrom([]int{60, 120, 480}).Draw(t, "minutes")
		if rapid.Bool().Draw(t, "away") {
			awayThen(&in)
		}
		var dates []engine.Interval
		start := at("2027-04-05 13:00")
		for range rapid.IntRange(1, 12).Draw(t, "dates") {
			start = start.Add(time.Duration(rapid.IntRange(60, 2880).Draw(t, "gap")) * time.Minute)
			dates = append(dates, engine.Interval{Start: start, End: start.Add(time.Hour)})
		}
		booked := len(in.Candidates[0].Booked)
		refused := engine.RefusedDates(in, dates, "")
		if len(in.Candidates[0].Booked) != booked {
			t.Fatal("the input was changed")
		}
		beside := in
		beside.Candidates = slices.Clone(in.Candidates)
		for _, slot := range dates {
			_, broken := engine.Check(beside, slot)
			told := slices.ContainsFunc(refused, func(d engine.RefusedDate) bool { return d.Slot == slot })
			if told != (len(broken) > 0) {
				t.Fatalf("%v is refused: %v, and breaks %v", slot, told, broken)
			}
			if told {
				continue
			}
			busy := engine.Interval{Start: slot.Start, End: slot.End.Add(time.Duration(in.Policy.TravelBufferMinutes) * time.Minute)}
			for i := range beside.Candidates {
				c := &beside.Candidates[i]
				c.Booked = append(slices.Clone(c.Booked), engine.Booked{Session: slot, Busy: busy, OneToOne: in.Type.OneToOne})
			}
		}
	})
}

func BenchmarkAHundredAndFiveDates(b *testing.B) {
	in := talk()
	var dates []engine.Interval
	for week := range 105 {
		start := at("2027-04-06 15:00").AddDate(0, 0, 7*week)
		dates = append(dates, engine.Interval{Start: start, End: start.Add(90 * time.Minute)})
	}
	for b.Loop() {
		engine.RefusedDates(in, dates, "")
	}
}

func TestAnOfferIsLostWhenNoYesCanCome(t *testing.T) {
	t.Parallel()
	for status, want := range map[engine.OfferStatus]bool{engine.OfferSent: false, engine.OfferAccepted: false,
		engine.OfferDeclined: true, engine.OfferExpired: true, engine.OfferWithdrawn: true} {
		if got := status.Lost(); got != want {
			t.Errorf("%s is lost: %v, want %v", status, got, want)
		}
	}
}
