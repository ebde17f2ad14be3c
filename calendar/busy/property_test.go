package busy

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/teambition/rrule-go"
	"pgregory.net/rapid"
)

// amsterdam is the owner's zone in most tests.
var amsterdam = mustLoad("Europe/Amsterdam")

func mustLoad(name string) *time.Location {
	location, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return location
}

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

// TestRulesAgreeWithAnotherReading holds the rules against rrule-go, which is a
// port of python-dateutil, where that one can be used at all.
func TestRulesAgreeWithAnotherReading(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		start := time.Date(rapid.IntRange(1996, 2030).Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month")),
			rapid.IntRange(1, 28).Draw(t, "day"), rapid.IntRange(0, 23).Draw(t, "hour"), rapid.SampledFrom([]int{0, 30, 45}).Draw(t, "minute"), 0, 0, time.UTC)
		text := ruleText(t)
		mine, warning := parseRule(text, when{wall: wall(start.Unix()), zone: offset(0)})
		if warning != "" {
			t.Fatalf("%s: %s", text, warning)
		}
		options, err := rrule.StrToROption(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		options.Dtstart = start
		other, err := rrule.NewRRule(*options)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		from := start.AddDate(0, 0, rapid.IntRange(-10, 900).Draw(t, "from"))
		to := from.AddDate(0, 0, rapid.IntRange(1, 500).Draw(t, "days"))
		var want, got []string
		for next := other.Iterator(); ; {
			x, ok := next()
			if !ok || !x.Before(to) || len(want) > 2000 {
				break
			}
			if !x.Before(from) {
				want = append(want, x.Format(time.DateTime))
			}
		}
		for x := range mine.between(wall(start.Unix()), wall(from.Unix()), wall(to.Unix()), &work{maxSteps}) {
			got = append(got, time.Unix(int64(x), 0).UTC().Format(time.DateTime))
			if len(got) > 2000 {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%s from %s, seen from %s to %s:\n got %v\nwant %v", text, start.Format(time.DateTime), from.Format(time.DateTime), to.Format(time.DateTime), got, want)
		}
	})
}

// ruleText draws a rule that rrule-go can read and end.
func ruleText(t *rapid.T) string {
	frequency := rapid.SampledFrom([]string{"YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY"}).Draw(t, "frequency")
	parts := []string{"FREQ=" + frequency}
	some := func(name string, chance int, values ...string) {
		if rapid.IntRange(1, 10).Draw(t, name+"?") > chance {
			return
		}
		list := rapid.SliceOfNDistinct(rapid.SampledFrom(values), 1, min(3, len(values)), rapid.ID).Draw(t, name)
		parts = append(parts, name+"="+strings.Join(list, ","))
	}
	days := []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}
	switch frequency {
	case "YEARLY", "MONTHLY": // rrule-go loses the plain ones in a mix
		if rapid.Bool().Draw(t, "nth") {
			days = []string{"1MO", "-1SU", "2TU", "-2FR", "5SA", "+3WE", "-5MO"}
		}
	}
	interval := rapid.IntRange(1, 4).Draw(t, "interval")
	if frequency == "MINUTELY" {
		interval = rapid.SampledFrom([]int{20, 45, 90, 1441}).Draw(t, "minutes")
	}
	parts = append(parts, fmt.Sprint("INTERVAL=", interval))
	some("BYMONTH", 3, "1", "2", "3", "10", "12")
	weeks := false
	if frequency == "YEARLY" {
		n := len(parts)
		some("BYWEEKNO", 2, "1", "20", "52", "53", "-1")
		weeks = len(parts) > n
		some("BYYEARDAY", 2, "1", "60", "100", "366", "-1", "-300")
	}
	if frequency != "WEEKLY" && !weeks {
		some("BYMONTHDAY", 3, "1", "15", "29", "31", "-1", "-2")
	}
	if weeks { // without a day, RFC 5545 takes that of the start, and dateutil the whole week
		parts = append(parts, "BYDAY="+rapid.SampledFrom([]string{"MO", "TH", "SU"}).Draw(t, "weekday"))
	} else {
		some("BYDAY", 4, days...)
	}
	if frequency != "HOURLY" && frequency != "MINUTELY" {
		some("BYHOUR", 2, "8", "9", "17")
		some("BYMINUTE", 2, "0", "15", "30")
		some("BYSETPOS", 2, "1", "2", "-1", "-3")
	}
	some("WKST", 3, "SU")
	switch rapid.IntRange(0, 3).Draw(t, "end") {
	case 0:
		parts = append(parts, fmt.Sprint("COUNT=", rapid.IntRange(1, 60).Draw(t, "count")))
	case 1:
		parts = append(parts, fmt.Sprintf("UNTIL=%d0630T120000Z", rapid.IntRange(1996, 2035).Draw(t, "until")))
	}
	return strings.Join(parts, ";")
}
