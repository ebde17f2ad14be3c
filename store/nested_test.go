package store

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"expex/engine"
)

func TestRowsWithinARowAreReadAsRowsOfTheirOwn(t *testing.T) {
	t.Parallel()
	type row struct {
		ID   string
		Slot engine.Interval
		Day  engine.Date
		At   engine.WallTime
		Sent *time.Time
		Tags []string
	}
	noon := time.Date(2027, 3, 28, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, text string
		want       nested[row]
		fails      string
	}{
		{"no rows", `null`, nil, ""},
		{"instants are in UTC, whatever the zone of the session", `[{"id":"a","slot.start":"2027-03-28T14:00:00+02:00","sent":"2027-03-28T14:00:00+02:00"}]`,
			nested[row]{{ID: "a", Slot: engine.Interval{Start: noon}, Sent: &noon}}, ""},
		{"days and times of day have their own way", `[{"day":"2027-03-28","at":"13:00:00"},{"day":null,"sent":null,"tags":["x"]}]`,
			nested[row]{{Day: "2027-03-28", At: "13:00"}, {Tags: []string{"x"}}}, ""},
		{"a column without a field is a fault", `[{"other":1}]`, nil, "missing destination name other"},
		{"so is a value of another kind", `[{"id":1}]`, nil, "read id"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got nested[row]
			err := got.Scan([]byte(c.text))
			switch {
			case c.fails != "":
				if err == nil || !strings.Contains(err.Error(), c.fails) {
					t.Errorf("it says %v, want %q", err, c.fails)
				}
			case err != nil || !reflect.DeepEqual(got, c.want):
				t.Errorf("got %+v (%v), want %+v", got, err, c.want)
			}
		})
	}
}
