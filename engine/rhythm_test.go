package engine_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"expex/engine"
)

func TestTheDatesOfARhythm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		first engine.Date
		r     engine.Rhythm
		want  []engine.Date
	}{
		{"weekly", "2027-10-13", engine.Rhythm{Every: 1, Count: 4}, []engine.Date{"2027-10-13", "2027-10-20", "2027-10-27", "2027-11-03"}},
		{"fortnightly", "2027-10-13", engine.Rhythm{Every: 2, Count: 3}, []engine.Date{"2027-10-13", "2027-10-27", "2027-11-10"}},
		{"every fifth week over the year", "2026-11-30", engine.Rhythm{Every: 5, Count: 3}, []engine.Date{"2026-11-30", "2027-01-04", "2027-02-08"}},
		{"once", "2027-10-13", engine.Rhythm{Every: 1, Count: 1}, []engine.Date{"2027-10-13"}},
		{"until a date of it", "2027-10-13", engine.Rhythm{Every: 1, Until: "2027-10-27"}, []engine.Date{"2027-10-13", "2027-10-20", "2027-10-27"}},
		{"until the day before", "2027-10-13", engine.Rhythm{Every: 1, Until: "2027-10-26"}, []engine.Date{"2027-10-13", "2027-10-20"}},
		{"until the first", "2027-10-13", engine.Rhythm{Every: 1, Until: "2027-10-13"}, []engine.Date{"2027-10-13"}},
		{"the first Monday", "2027-02-01", engine.Rhythm{Every: 1, Nth: engine.FirstOfMonth, Weekday: engine.Monday, Count: 3}, []engine.Date{"2027-02-01", "2027-03-01", "2027-04-05"}},
		{"the second Tuesday", "2027-09-14", engine.Rhythm{Every: 1, Nth: engine.SecondOfMonth, Weekday: engine.Tuesday, Count: 4}, []engine.Date{"2027-09-14", "2027-10-12", "2027-11-09", "2027-12-14"}},
		{"the fourth Sunday of every third month", "2027-11-28", engine.Rhythm{Every: 3, Nth: engine.FourthOfMonth, Weekday: engine.Sunday, Count: 3}, []engine.Date{"2027-11-28", "2028-02-27", "2028-05-28"}},
		{"the last Friday, fourth or fifth", "2027-09-24", engine.Rhythm{Every: 1, Nth: engine.LastOfMonth, Weekday: engine.Friday, Count: 4}, []engine.Date{"2027-09-24", "2027-10-29", "2027-11-26", "2027-12-31"}},
		{"the last Tuesday of a leap February", "2028-01-25", engine.Rhythm{Every: 1, Nth: engine.LastOfMonth, Weekday: engine.Tuesday, Until: "2028-02-29"}, []engine.Date{"2028-01-25", "2028-02-29"}},
	} {
		if err := c.r.Validate(c.first); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := c.r.Dates(c.first); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestARhythmThatCannotStandNamesItsField(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		first engine.Date
		r     engine.Rhythm
		field string
	}{
		{"no step", "2027-10-13", engine.Rhythm{Count: 2}, "plan.rhythm.every"},
		{"a step of half a year and more", "2027-10-13", engine.Rhythm{Every: 27, Count: 2}, "plan.rhythm.every"},
		{"no end", "2027-10-13", engine.Rhythm{Every: 1}, "plan.rhythm.count"},
		{"two ends", "2027-10-13", engine.Rhythm{Every: 1, Count: 2, Until: "2027-12-01"}, "plan.rhythm.count"},
		{"fewer than none", "2027-10-13", engine.Rhythm{Every: 1, Count: -1}, "plan.rhythm.count"},
		{"too many", "2027-10-13", engine.Rhythm{Every: 1, Count: 105}, "plan.rhythm.count"},
		{"an end before the begin", "2027-10-13", engine.Rhythm{Every: 1, Until: "2027-10-12"}, "plan.rhythm.until"},
		{"an end in a hundred years", "2027-10-13", engine.Rhythm{Every: 1, Until: "2127-10-12"}, "plan.rhythm.until"},
		{"half a month", "2027-10-13", engine.Rhythm{Every: 1, Count: 2, Nth: engine.FirstOfMonth}, "plan.rhythm.monthly"},
		{"a fifth Monday", "2027-10-13", engine.Rhythm{Every: 1, Count: 2, Nth: "FIFTH", Weekday: engine.Monday}, "plan.rhythm.monthly"},
		{"a begin outside of it", "2027-10-13", engine.Rhythm{Every: 1, Count: 2, Nth: engine.FirstOfMonth, Weekday: engine.Wednesday}, "plan.date"},
	} {
		var invalid *engine.Error
		if err := c.r.Validate(c.first); !errors.As(err, &invalid) || invalid.Field != c.field {
			t.Errorf("%s: %v, want INVALID on %s", c.name, err, c.field)
		}
	}
}

// Scenario 5: weekly on Wednesday at 16:00 from 13 October 2027, six times.
func TestAWeeklySessionStaysAtItsHourOverTheChange(t *testing.T) {
	t.Parallel()
	var got []string
	for _, day := range (engine.Rhythm{Every: 1, Count: 6}).Dates("2027-10-13") {
		got = append(got, engine.SlotOn(day, "16:00", time.Hour, amsterdam).Start.Format(time.RFC3339))
	}
	want := []string{"2027-10-13T14:00:00Z", "2027-10-20T14:00:00Z", "2027-10-27T14:00:00Z", "2027-11-03T15:00:00Z", "2027-11-10T15:00:00Z", "2027-11-17T15:00:00Z"}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestASessionInTheNightsOfTheChanges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		day   engine.Date
		at    engine.WallTime
		start string // "" = clocks skip it
		end   string // of three hours
	}{
		{"2025-03-30", "01:30", "2025-03-30T00:30:00Z", "2025-03-30 05:30"},
		{"2025-03-30", "02:30", "", ""},
		{"2025-03-30", "03:00", "2025-03-30T01:00:00Z", "2025-03-30 06:00"},
		{"2025-10-26", "01:30", "2025-10-25T23:30:00Z", "2025-10-26 03:30"},
		{"2025-10-26", "02:30", "2025-10-26T00:30:00Z", "2025-10-26 04:30"},
		{"2026-03-29", "02:00", "", ""},
		{"2026-03-29", "02:59", "", ""},
		{"2026-10-25", "02:00", "2026-10-25T00:00:00Z", "2026-10-25 04:00"},
		{"2026-10-25", "03:00", "2026-10-25T02:00:00Z", "2026-10-25 06:00"},
		{"2027-03-28", "02:30", "", ""},
		{"2027-03-28", "01:59", "2027-03-28T00:59:00Z", "2027-03-28 05:59"},
		{"2027-10-31", "01:30", "2027-10-30T23:30:00Z", "2027-10-31 03:30"},
		{"2027-10-31", "02:30", "2027-10-31T00:30:00Z", "2027-10-31 04:30"},
		{"2028-03-26", "02:15", "", ""},
		{"2028-03-26", "03:15", "2028-03-26T01:15:00Z", "2028-03-26 06:15"},
		{"2028-10-29", "02:59", "2028-10-29T00:59:00Z", "2028-10-29 04:59"},
	} {
		slot := engine.SlotOn(c.day, c.at, 3*time.Hour, amsterdam)
		switch {
		case (slot == nil) != (c.start == ""):
			t.Errorf("%s %s: %v, want %q", c.day, c.at, slot, c.start)
		case slot != nil && (!slot.Start.Equal(at(c.start)) || slot.End.In(amsterdam).Format("2006-01-02 15:04") != c.end):
			t.Errorf("%s %s: %s to %s, want %s to %s", c.day, c.at, slot.Start, slot.End.In(amsterdam), c.start, c.end)
		}
	}
}

func drawRhythm(t *rapid.T, first engine.Date) engine.Rhythm {
	r := engine.Rhythm{Every: rapid.IntRange(1, 6).Draw(t, "every")}
	if rapid.Bool().Draw(t, "monthly") {
		// The first day is one of its month by two names at most, and always by one.
		var names []engine.Nth
		for _, nth := range []engine.Nth{engine.FirstOfMonth, engine.SecondOfMonth, engine.ThirdOfMonth, engine.FourthOfMonth, engine.LastOfMonth} {
			if (engine.Rhythm{Every: 1, Nth: nth, Weekday: first.Weekday(), Count: 1}).Validate(first) == nil {
				names = append(names, nth)
			}
		}
		r.Nth, r.Weekday = rapid.SampledFrom(names).Draw(t, "nth"), first.Weekday()
	}
	if rapid.Bool().Draw(t, "counted") {
		r.Count = rapid.IntRange(1, 30).Draw(t, "count")
	} else {
		r.Until = first.AddDays(rapid.IntRange(0, 300).Draw(t, "days"))
	}
	return r
}

func TestTheDatesOfAnyRhythm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first := engine.Date("2025-01-01").AddDays(rapid.IntRange(0, 4*365).Draw(t, "first"))
		r := drawRhythm(t, first)
		if err := r.Validate(first); err != nil {
			t.Fatal(err)
		}
		dates := r.Dates(first)
		if len(dates) == 0 || dates[0] != first {
			t.Fatalf("%v does not begin with %s", dates, first)
		}
		if r.Count > 0 && len(dates) != r.Count {
			t.Errorf("%d dates, want %d", len(dates), r.Count)
		}
		for i, day := range dates {
			if day.Weekday() != first.Weekday() {
				t.Errorf("%s is a %s", day, day.Weekday())
			}
			if r.Until != "" && day > r.Until {
				t.Errorf("%s is after %s", day, r.Until)
			}
			if i > 0 && r.Nth == "" && dates[i-1].DaysUntil(day) != 7*r.Every {
				t.Errorf("%s is %d days after %s", day, dates[i-1].DaysUntil(day), dates[i-1])
			}
			if r.Nth != "" && day[:7] != (first[:7] + "-01").AddMonths(i * r.Every)[:7] {
				t.Errorf("date %d is %s, in another month", i, day)
			}
			if r.Nth == engine.LastOfMonth && day.AddDays(7)[:7] == day[:7] {
				t.Errorf("%s is not the last of its month", day)
			}
		}
		longer := r
		if r.Count > 0 {
			longer.Count++
		} else {
			longer.Until = r.Until.AddDays(1)
		}
		if got := longer.Dates(first); !slices.Equal(got[:len(dates)], dates) {
			t.Errorf("a later end changes what comes before: %v, then %v", dates, got)
		}
	})
}

func TestAWallTimeIsKeptOrRefused(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		change := rapid.SampledFrom([]engine.Date{"2025-03-30", "2025-10-26", "2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31", "2028-03-26", "2028-10-29"}).Draw(t, "change")
		day := change.AddDays(rapid.IntRange(-1, 1).Draw(t, "days"))
		minute := rapid.IntRange(0, 24*60-1).Draw(t, "minute")
		wall := engine.WallTime(time.Date(2000, 1, 1, 0, minute, 0, 0, time.UTC).Format("15:04"))
		slot := engine.SlotOn(day, wall, 90*time.Minute, amsterdam)
		if slot == nil {
			if day != change || wall < "02:00" || wall >= "03:00" || change[5:7] != "03" {
				t.Fatalf("%s %s is refused", day, wall)
			}
			return
		}
		if got := slot.Start.In(amsterdam).Format("2006-01-02 15:04"); got != string(day)+" "+string(wall) {
			t.Fatalf("%s %s became %s", day, wall, got)
		}
		if earlier := slot.Start.Add(-time.Hour).In(amsterdam).Format("2006-01-02 15:04"); earlier == string(day)+" "+string(wall) {
			t.Fatalf("%s %s is the second occurrence", day, wall)
		}
		if slot.Duration() != 90*time.Minute {
			t.Fatalf("it lasts %s", slot.Duration())
		}
	})
}
