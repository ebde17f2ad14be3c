package engine

import (
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
)

func TestTheClockAgreesWithInstantAtEveryQuarter(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Europe/Amsterdam", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Date(2026, 12, 20, 13, 7, 0, 0, time.UTC)
		clock := clockFor(Interval{Start: start, End: start.AddDate(0, 0, 400)}, zone)
		for day := DateOf(start, zone); day <= DateOf(start.AddDate(0, 0, 400), zone); day = day.AddDays(1) {
			for minute := 0; minute < 24*60; minute += 15 {
				w := WallTime([]byte{'0' + byte(minute/600), '0' + byte(minute/60%10), ':', '0' + byte(minute%60/10), '0' + byte(minute%10)})
				want := Instant(day, w, zone)
				wall := int64(day.dayNumber())*wholeDay + int64(minute)*int64(time.Minute)
				if got := time.Unix(0, clock.instant(wall)); !got.Equal(want) {
					t.Fatalf("%s: %s %s is %s, want %s", name, day, w, got, want)
				}
				if got, want := clock.exists(wall), Exists(day, w, zone); got != want {
					t.Fatalf("%s: %s %s exists: %t, want %t", name, day, w, got, want)
				}
				_, ahead := want.In(zone).Zone()
				if got := clock.wall(want.UnixNano()); got != want.UnixNano()+int64(ahead)*int64(time.Second) {
					t.Fatalf("%s: at %s clocks show %s", name, want, time.Unix(0, got).UTC())
				}
			}
		}
	}
}

func TestDayNumbersAreDates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		date    Date
		number  int
		weekday int
	}{{"1970-01-01", 0, 3}, {"1969-12-31", -1, 2}, {"1969-12-29", -3, 0}, {"2026-12-28", 20815, 0}, {"2027-01-03", 20821, 6}} {
		if got := c.date.dayNumber(); got != c.number || weekdayOf(int64(got)) != c.weekday || dateOfNumber(got) != c.date {
			t.Errorf("%s is day %d, weekday %d", c.date, got, weekdayOf(int64(got)))
		}
	}
	if Date("").dayNumber() > Date("0001-01-02").dayNumber() {
		t.Error("the unknown date is not before all others")
	}
}

func TestWeekBitsAreASetOfQuarters(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var week, next weekBits
		var naive [2 * weekQuarters]bool
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			from := rapid.IntRange(-50, 2*weekQuarters).Draw(t, "from")
			to := from + rapid.IntRange(-5, 300).Draw(t, "to")
			set := rapid.Bool().Draw(t, "set")
			do := (*weekBits).clear
			if set {
				do = (*weekBits).set
			}
			do(&week, from, to)
			do(&next, from-weekQuarters, to-weekQuarters)
			for i := max(0, from); i < min(to, len(naive)); i++ {
				naive[i] = set
			}
		}
		k := rapid.IntRange(1, dayQuarter).Draw(t, "k")
		run, all := week.starts(&next, k), fullWeek
		all.and(&week)
		if all != week {
			t.Fatalf("a week has bits beyond its end: %v", week)
		}
		for i, at := 0, week.next(0); i < weekQuarters; i++ {
			want := true
			for n := range k {
				want = want && naive[i+n]
			}
			if week.has(i) != naive[i] || run.has(i) != want {
				t.Fatalf("quarter %d: %t, want %t; %d on end: %t, want %t", i, week.has(i), naive[i], k, run.has(i), want)
			}
			if naive[i] {
				if at != i {
					t.Fatalf("the next quarter is %d, want %d", at, i)
				}
				at = week.next(i + 1)
			}
		}
	})
}
