package engine

import (
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
)

// amsterdam is the zone every test of time runs in.
var amsterdam = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err)
	}
	return zone
}()

// at reads an instant, for tests.
func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

func TestInstantFollowsTheClocksOfAmsterdam(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		day  Date
		wall WallTime
		want string
	}{
		{"winter", "2027-01-13", "16:00", "2027-01-13T15:00:00Z"},
		{"summer", "2027-07-13", "16:00", "2027-07-13T14:00:00Z"},
		{"the night before clocks go forward", "2027-03-28", "01:59", "2027-03-28T00:59:00Z"},
		{"the first minute of the gap is the change", "2027-03-28", "02:00", "2027-03-28T01:00:00Z"},
		{"inside the gap is the change", "2027-03-28", "02:30", "2027-03-28T01:00:00Z"},
		{"the end of the gap", "2027-03-28", "03:00", "2027-03-28T01:00:00Z"},
		{"after the gap", "2027-03-28", "12:00", "2027-03-28T10:00:00Z"},
		{"before the overlap", "2027-10-31", "01:59", "2027-10-30T23:59:00Z"},
		{"the overlap is its first occurrence", "2027-10-31", "02:00", "2027-10-31T00:00:00Z"},
		{"in the overlap is its first occurrence", "2027-10-31", "02:30", "2027-10-31T00:30:00Z"},
		{"after the overlap", "2027-10-31", "03:00", "2027-10-31T02:00:00Z"},
		{"last year's autumn", "2026-10-25", "02:30", "2026-10-25T00:30:00Z"},
		{"the end of a day is the start of the next", "2027-03-27", "24:00", "2027-03-27T23:00:00Z"},
		{"the end of the short day", "2027-03-28", "24:00", "2027-03-28T22:00:00Z"},
		{"far ahead, in the gap of 2041", "2041-03-31", "02:15", "2041-03-31T01:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := Instant(c.day, c.wall, amsterdam); !got.Equal(at(c.want)) {
				t.Errorf("Instant(%s, %s) = %s, want %s", c.day, c.wall, got, c.want)
			}
		})
	}
}

func TestOnlyTheHourOfTheGapDoesNotExist(t *testing.T) {
	t.Parallel()
	for wall, want := range map[WallTime]bool{"01:59": true, "02:00": false, "02:59": false, "03:00": true} {
		if got := Exists("2027-03-28", wall, amsterdam); got != want {
			t.Errorf("Exists(2027-03-28, %s) = %t, want %t", wall, got, want)
		}
	}
}

func TestAnInstantShowsTheWallTimeItWasMadeOf(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := Date("2025-01-01").AddDays(rapid.IntRange(0, 4*366).Draw(t, "day"))
		wall := WallTime(time.Date(0, 1, 1, 0, rapid.IntRange(0, 24*60-1).Draw(t, "minute"), 0, 0, time.UTC).Format("15:04"))
		got := Instant(day, wall, amsterdam)
		if !Exists(day, wall, amsterdam) {
			if shown := got.In(amsterdam).Format("15:04"); shown != "03:00" {
				t.Fatalf("%s %s in the gap is %s", day, wall, shown)
			}
			return
		}
		if shown := got.In(amsterdam).Format("2006-01-02 15:04"); shown != string(day)+" "+string(wall) {
			t.Fatalf("%s %s is shown as %s", day, wall, shown)
		}
		// Nothing earlier shows the same: it is the first occurrence.
		if earlier := got.Add(-time.Hour).In(amsterdam).Format("2006-01-02 15:04"); earlier == string(day)+" "+string(wall) {
			t.Fatalf("%s %s occurred an hour before %s", day, wall, got)
		}
	})
}

func TestDatesCountDaysWeeksAndYears(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ got, want any }{
		"a day over a change of clocks":       {Date("2027-03-27").AddDays(2), Date("2027-03-29")},
		"a month into a shorter one":          {Date("2027-01-31").AddMonths(1), Date("2027-02-28")},
		"a month into a leap February":        {Date("2028-01-31").AddMonths(1), Date("2028-02-29")},
		"eighteen years":                      {Date("2010-02-28").AddMonths(12 * 18), Date("2028-02-28")},
		"Monday of a Sunday":                  {Date("2027-03-28").Monday(), Date("2027-03-22")},
		"Monday of a Monday":                  {Date("2027-03-22").Monday(), Date("2027-03-22")},
		"week 53 of 2026":                     {Date("2026-12-31").ISOWeek(), 53},
		"the first days of 2027 are week 53":  {Date("2027-01-03").ISOWeek(), 53},
		"weekday":                             {Date("2027-03-28").Weekday(), Sunday},
		"age the day before the birthday":     {Date("2005-03-28").YearsUntil("2027-03-27"), 21},
		"age on the birthday":                 {Date("2005-03-28").YearsUntil("2027-03-28"), 22},
		"days over a change of clocks":        {Date("2027-03-27").DaysUntil("2027-03-29"), 2},
		"the local day of an evening in July": {DateOf(at("2027-07-01T22:30:00Z"), amsterdam), Date("2027-07-02")},
		"an unknown day stays unknown":        {Date("").AddDays(3), Date("")},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %v, want %v", name, c.got, c.want)
		}
	}
}
