package calendar

import (
	"testing"
	"time"

	"github.com/emersion/go-ical"
)

// The zone data of Go and the two rules in the feed must tell the same time for
// as far ahead as anyone plans: readers use either. If a law changes the clocks,
// this test fails with the first Go release that knows of it.
func TestTimezoneTellsTheSameAsTheZoneData(t *testing.T) {
	t.Parallel()
	zone := timezone()
	from, to := utc(firstYear, 1, 1, 0, 0), utc(2100, 1, 1, 0, 0)

	changes := map[time.Time]string{} // instant: offset from then on
	for _, c := range zone.Children {
		before, err := time.Parse("-0700", c.Props.Get(ical.PropTimezoneOffsetFrom).Value)
		if err != nil {
			t.Fatal(err)
		}
		_, offset := before.Zone()
		rule, err := c.RecurrenceSet(time.UTC) // onsets as if their wall clock were UTC
		if err != nil {
			t.Fatal(err)
		}
		for _, onset := range rule.Between(from, to, true) {
			changes[onset.Add(-time.Duration(offset)*time.Second)] = c.Props.Get(ical.PropTimezoneOffsetTo).Value
		}
	}

	n := 0
	for at := from; at.Before(to); at = at.Add(time.Hour) {
		offset := at.In(amsterdam).Format("-0700")
		if offset == at.Add(-time.Hour).In(amsterdam).Format("-0700") {
			continue
		}
		n++
		if changes[at] != offset {
			t.Errorf("at %v the zone data says offset %s, the feed %q", at, offset, changes[at])
		}
	}
	if n != len(changes) || n != 2*(2100-firstYear) {
		t.Errorf("%d clock changes in the zone data, %d in the feed", n, len(changes))
	}
}

func TestShownTwice(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		at   time.Time
		want bool
	}{
		"a second before 02:00":       {utc(2027, 10, 30, 23, 59).Add(59 * time.Second), false},
		"the first 02:00":             {utc(2027, 10, 31, 0, 0), true},
		"the first 02:59":             {utc(2027, 10, 31, 0, 59), true},
		"the second 02:00":            {utc(2027, 10, 31, 1, 0), true},
		"the second 02:59":            {utc(2027, 10, 31, 1, 59), true},
		"03:00":                       {utc(2027, 10, 31, 2, 0), false},
		"before the hour that is not": {utc(2027, 3, 28, 0, 59), false},
		"after the hour that is not":  {utc(2027, 3, 28, 1, 0), false},
		"noon in summer":              {utc(2027, 7, 1, 10, 0), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := shownTwice(test.at.In(amsterdam)); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestTimesInTheRepeatedHourAreUTC(t *testing.T) {
	t.Parallel()
	f := feeds()["repeated-hour"]
	for _, e := range f.Events {
		c := e.component(f)
		start, end := c.Props.Get(ical.PropDateTimeStart), c.Props.Get(ical.PropDateTimeEnd)
		wantZone := ""
		if e.UID == "starts-0300@expex.example" {
			wantZone = zoneName
		}
		for _, p := range []*ical.Prop{start, end} {
			if got := p.Params.Get(ical.PropTimezoneID); got != wantZone {
				t.Errorf("%s has %s in zone %q, want %q", e.UID, p.Name, got, wantZone)
			}
		}
	}
}
