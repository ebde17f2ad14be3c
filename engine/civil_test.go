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

func TestOnlyDaysThatExistAreDays(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"2027-03-28", "2028-02-29", "0001-01-01", "9999-12-31"} {
		if d, err := ParseDate(s); err != nil || d != Date(s) {
			t.Errorf("ParseDate(%q) = %q, %v", s, d, err)
		}
	}
	for _, s := range []string{"", "2027-02-29", "2027-13-01", "2027-3-28", "28-03-2027", "2027-03-28T00:00:00Z", " 2027-03-28", "10000-01-01", "2027-03-28\x00"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) = %q, want an error", s, d)
		}
	}
}

func TestOnlyTimesOfADayAreWallTimes(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"00:00", "09:05", "23:59", "24:00"} {
		if w, err := ParseWallTime(s); err != nil || w != WallTime(s) {
			t.Errorf("ParseWallTime(%q) = %q, %v", s, w, err)
		}
	}
	for _, s := range []string{"", "9:05", "24:01", "12:60", "-1:00", "12:00:00", "12.00", "١٢:٠٠"} {
		if w, err := ParseWallTime(s); err == nil {
			t.Errorf("ParseWallTime(%q) = %q, want an error", s, w)
		}
	}
}

func TestDatesAndWallTimesAreReadFromADatabase(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		src  any
		want Date
		ok   bool
	}{
		{"null is unknown", nil, "", true},
		{"a time is its day, whatever its zone", time.Date(2027, 3, 28, 0, 0, 0, 0, amsterdam), "2027-03-28", true},
		{"text", "2027-03-28", "2027-03-28", true},
		{"bytes", []byte("2027-03-28"), "2027-03-28", true},
		{"a number is refused", 20270328, "kept", false},
	} {
		got := Date("kept")
		if err := got.Scan(c.src); (err == nil) != c.ok || got != c.want {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
	for _, c := range []struct {
		name string
		src  any
		want WallTime
		ok   bool
	}{
		{"seconds are forgotten", "16:00:00", "16:00", true},
		{"bytes", []byte("24:00:00"), "24:00", true},
		{"too short is refused", "16:0", "kept", false},
		{"null is refused", nil, "kept", false},
	} {
		got := WallTime("kept")
		if err := got.Scan(c.src); (err == nil) != c.ok || got != c.want {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
}

func TestValidIsHalfOpenInDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		valid Valid
		day   Date
		want  bool
	}{
		{Valid{}, "2027-03-28", true},
		{Valid{From: "2027-03-28"}, "2027-03-28", true},
		{Valid{From: "2027-03-28"}, "2027-03-27", false},
		{Valid{To: "2027-03-28"}, "2027-03-27", true},
		{Valid{To: "2027-03-28"}, "2027-03-28", false},
		{Valid{From: "2027-03-28", To: "2027-03-28"}, "2027-03-28", false},
	} {
		if got := c.valid.On(c.day); got != c.want {
			t.Errorf("%v on %s: %t, want %t", c.valid, c.day, got, c.want)
		}
	}
}

func TestMonthsKeepTheDayOrTakeTheLast(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := Date("2020-01-01").AddDays(rapid.IntRange(0, 9*366).Draw(t, "day"))
		n := rapid.IntRange(-30, 30).Draw(t, "months")
		got := day.AddMonths(n)
		first := Date(day[:8] + "01").AddMonths(n)
		last := first.AddMonths(1).AddDays(-1)
		if want := Date(string(first[:8]) + string(min(day[8:], last[8:]))); got != want {
			t.Fatalf("%s and %d months is %s, want %s", day, n, got, want)
		}
		if monday := day.Monday(); monday.Weekday() != Monday || monday > day || monday.DaysUntil(day) > 6 || monday.ISOWeek() != day.ISOWeek() {
			t.Fatalf("the Monday of %s is %s", day, monday)
		}
	})
	if got := Date("").AddMonths(3); got != "" {
		t.Errorf("an unknown day and three months is %s", got)
	}
}

// A date is read by hand, for speed; it is the day time.Parse finds, or none.
func TestADateIsTheDayTimeParseReads(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(
			rapid.StringMatching(`[0-9]{4}-(0[0-9]|1[0-3])-[0-3][0-9]`), rapid.StringMatching(`[0-9:]{4}[-/][0-9+]{2}[-0][0-9 ]{2}`), rapid.String(),
		).Draw(t, "date")
		var want time.Time
		if day, err := time.Parse(time.DateOnly, text); err == nil {
			want = day.Add(12 * time.Hour)
		}
		if got := Date(text).noonUTC(); !got.Equal(want) {
			t.Fatalf("%q is %v, want %v", text, got, want)
		}
	})
}
