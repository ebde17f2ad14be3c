package calendar

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/emersion/go-ical"
	"pgregory.net/rapid"
)

var amsterdam = func() *time.Location {
	zone, err := time.LoadLocation(zoneName)
	if err != nil {
		panic(err)
	}
	return zone
}()

// local is a wall-clock time in Amsterdam.
func local(year int, month time.Month, day, hour, minute int) time.Time {
	return time.Date(year, month, day, hour, minute, 0, 0, amsterdam)
}

// utc is an instant, for the hour that Amsterdam has twice.
func utc(year int, month time.Month, day, hour, minute int) time.Time {
	return time.Date(year, month, day, hour, minute, 0, 0, time.UTC)
}

// session is a plain event; the changes make it the one a test needs.
func session(uid string, start time.Time, lasts time.Duration, changes ...func(*Event)) Event {
	e := Event{
		UID:     uid + "@expex.example",
		Start:   start,
		End:     start.Add(lasts),
		Created: utc(2026, 11, 2, 9, 0),
		Changed: utc(2026, 11, 2, 9, 0),
		Status:  Confirmed,
	}
	for _, change := range changes {
		change(&e)
	}
	return e
}

func at(place string) func(*Event) { return func(e *Event) { e.Place = place } }

func encode(t rapid.TB, f Feed) Body {
	t.Helper()
	body, err := Encode(f)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func decode(t rapid.TB, text []byte) *ical.Calendar {
	t.Helper()
	c, err := ical.NewDecoder(bytes.NewReader(text)).Decode()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// drawFeed makes a feed with up to 40 events, many of them on the nights of a clock change.
func drawFeed(t *rapid.T) Feed {
	f := Feed{
		Zone:     amsterdam,
		Title:    rapid.SampledFrom([]Title{TitleMinimal, TitleAppointment, TitleExpExAppointment}).Draw(t, "title"),
		Revision: rapid.IntRange(0, 3).Draw(t, "revision"),
	}
	days := []time.Time{utc(2026, 3, 29, 0, 0), utc(2026, 10, 25, 0, 0), utc(2027, 3, 28, 0, 0), utc(2027, 10, 31, 0, 0), utc(2027, 6, 1, 0, 0)}
	for i := range rapid.IntRange(0, 40).Draw(t, "events") {
		start := rapid.SampledFrom(days).Draw(t, "day").Add(time.Duration(rapid.IntRange(-8, 24).Draw(t, "quarters")) * 15 * time.Minute)
		f.Events = append(f.Events, session(fmt.Sprint(i), start, time.Duration(rapid.IntRange(1, 24).Draw(t, "lasts"))*15*time.Minute, func(e *Event) {
			e.Status = Status(rapid.IntRange(0, 2).Draw(t, "status"))
			e.Place = rapid.String().Draw(t, "place")
			e.Sequence = rapid.IntRange(0, 9).Draw(t, "sequence")
		}))
	}
	return f
}

func TestOrderOfEventsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := drawFeed(t)
		want := encode(t, f)
		f.Events = rapid.Permutation(f.Events).Draw(t, "permutation")
		if got := encode(t, f); !reflect.DeepEqual(got, want) {
			t.Fatalf("two orders of the same events give\n%s\nand\n%s", want.Bytes, got.Bytes)
		}
	})
}

func TestEncodeLeavesItsInputAlone(t *testing.T) {
	t.Parallel()
	f := feeds()["clock-changes"]
	slices.Reverse(f.Events)
	before := slices.Clone(f.Events)
	encode(t, f)
	if !slices.Equal(f.Events, before) {
		t.Error("the events were reordered")
	}
}

// All that a feed may hold, and an event in it: neither must learn more by accident.
var (
	calendarProps = []string{"CALSCALE", "NAME", "PRODID", "REFRESH-INTERVAL", "VERSION", "X-PUBLISHED-TTL", "X-WR-CALNAME"}
	eventProps    = []string{
		"CLASS", "CREATED", "DTEND", "DTSTAMP", "DTSTART", "LAST-MODIFIED", "LOCATION", "SEQUENCE", "STATUS", "SUMMARY", "TRANSP", "UID", "URL",
	}
	eventFields = []string{"UID", "Start", "End", "Created", "Changed", "Sequence", "Status", "Place", "URL"}
)

func TestFeedHoldsNothingBeyondTheAllowList(t *testing.T) {
	t.Parallel()
	var fields []string
	for field := range reflect.TypeFor[Event]().Fields() {
		fields = append(fields, field.Name)
	}
	if !slices.Equal(fields, eventFields) {
		t.Errorf("Event has the fields %v: each new one reaches the servers of calendar providers; if that is meant, add it here", fields)
	}
	rapid.Check(t, func(t *rapid.T) {
		c := decode(t, encode(t, drawFeed(t)).Bytes)
		for name := range c.Props {
			if !slices.Contains(calendarProps, name) {
				t.Fatalf("the calendar has %s", name)
			}
		}
		for _, e := range c.Events() {
			for name := range e.Props {
				if !slices.Contains(eventProps, name) {
					t.Fatalf("an event has %s", name)
				}
			}
			if len(e.Children) > 0 {
				t.Fatalf("an event has a %s", e.Children[0].Name)
			}
		}
	})
}

func TestOnlyTheTitleThatSaysExpExSaysIt(t *testing.T) {
	t.Parallel()
	e := Event{UID: "1", Start: local(2026, 12, 1, 10, 0), End: local(2026, 12, 1, 11, 0), Created: utc(2026, 11, 1, 0, 0), Changed: utc(2026, 11, 1, 0, 0)}
	for title := range titles {
		text := encode(t, Feed{Zone: amsterdam, Title: title, Events: []Event{e}}).Bytes
		if got := bytes.Contains(bytes.ToLower(text), []byte("expex")); got != (title == TitleExpExAppointment) {
			t.Errorf("title %d: says it: %v\n%s", title, got, text)
		}
	}
}

func TestOverFullFeedKeepsTheSoonest(t *testing.T) {
	t.Parallel()
	hourly := func(n int, place string) []Event {
		var events []Event
		for i := range n {
			events = append(events, session(fmt.Sprintf("%04d", i), utc(2026, 12, 1, i, 0), time.Hour, at(place)))
		}
		return events
	}
	uids := func(body Body) []string {
		var uids []string
		for _, e := range decode(t, body.Bytes).Events() {
			uid, _ := e.Props.Text(ical.PropUID)
			uids = append(uids, strings.TrimSuffix(uid, "@expex.example"))
		}
		return uids
	}

	t.Run("1,000 fit", func(t *testing.T) {
		if body := encode(t, Feed{Zone: amsterdam, Events: hourly(MaxEvents, "")}); body.Cut != 0 {
			t.Errorf("%d cut", body.Cut)
		}
	})
	t.Run("too many: the last go", func(t *testing.T) {
		body := encode(t, Feed{Zone: amsterdam, Events: hourly(MaxEvents+3, "")})
		if got := uids(body); body.Cut != 3 || len(got) != MaxEvents || got[0] != "0000" || got[MaxEvents-1] != "0999" {
			t.Errorf("%d cut, %d kept from %s to %s", body.Cut, len(got), got[0], got[len(got)-1])
		}
	})
	t.Run("too many: the cancelled go first", func(t *testing.T) {
		events := hourly(MaxEvents+1, "")
		events[0].Status, events[500].Status = Cancelled, Cancelled
		body := encode(t, Feed{Zone: amsterdam, Events: events})
		if got := uids(body); body.Cut != 1 || got[0] != "0000" || slices.Contains(got, "0500") || !slices.Contains(got, "1000") {
			t.Errorf("%d cut, kept %v", body.Cut, got)
		}
	})
	t.Run("too long: the last go", func(t *testing.T) {
		body := encode(t, Feed{Zone: amsterdam, Events: hourly(MaxEvents, strings.Repeat("會", maxPlace))})
		got := uids(body)
		if len(body.Bytes) > MaxBytes || len(body.Bytes) < MaxBytes-2048 || body.Cut != MaxEvents-len(got) || got[0] != "0000" {
			t.Errorf("%d octets, %d cut, %d kept from %s", len(body.Bytes), body.Cut, len(got), got[0])
		}
	})
}

func TestBodyTellsTheNewestChange(t *testing.T) {
	t.Parallel()
	before, after := utc(2026, 11, 1, 9, 0), utc(2026, 11, 2, 9, 0)
	changed := func(uid string, at time.Time) Event {
		return session(uid, local(2026, 12, 1, 10, 0), time.Hour, func(e *Event) { e.Changed = at })
	}
	for name, test := range map[string]struct {
		feed Feed
		want time.Time
	}{
		"none in an empty feed":      {Feed{}, time.Time{}},
		"of an empty feed":           {Feed{Changed: after}, after},
		"of the events":              {Feed{Events: []Event{changed("1", before), changed("2", after)}}, after},
		"of an event after the feed": {Feed{Changed: before, Events: []Event{changed("1", after)}}, after},
		"of the feed after an event": {Feed{Changed: after, Events: []Event{changed("1", before)}}, after},
		"in whole seconds of UTC":    {Feed{Changed: after.Add(999 * time.Millisecond).In(amsterdam)}, after},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.feed.Zone = amsterdam
			if got := encode(t, test.feed).Changed; got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestEncodeRefusesWhatNoReaderCouldUse(t *testing.T) {
	t.Parallel()
	one := func(change func(*Event)) Feed {
		return Feed{Zone: amsterdam, Events: []Event{session("1", local(2026, 12, 1, 10, 0), time.Hour, change)}}
	}
	for name, test := range map[string]struct {
		feed Feed
		says string
	}{
		"no zone":           {Feed{}, "zone"},
		"another zone":      {Feed{Zone: time.UTC}, "zone is UTC"},
		"unknown title":     {Feed{Zone: amsterdam, Title: 9}, "title 9"},
		"negative revision": {Feed{Zone: amsterdam, Revision: -1}, "revision"},
		"no UID":            {one(func(e *Event) { e.UID = "" }), "UID"},
		"UID with a break":  {one(func(e *Event) { e.UID = "a\r\nb" }), "UID"},
		"long UID":          {one(func(e *Event) { e.UID = strings.Repeat("a", maxUID+1) }), "UID"},
		"same UID twice":    {Feed{Zone: amsterdam, Events: slices.Repeat(one(func(*Event) {}).Events, 2)}, "two events"},
		"ends as it starts": {one(func(e *Event) { e.End = e.Start }), "does not end"},
		"before 1996":       {one(func(e *Event) { e.Start = utc(1995, 10, 1, 10, 0) }), "years"},
		"after 9999":        {one(func(e *Event) { e.End = utc(10_000, 1, 1, 0, 0) }), "years"},
		"never created":     {one(func(e *Event) { e.Created = time.Time{} }), "Created"},
		"never changed":     {one(func(e *Event) { e.Changed = time.Time{} }), "Changed"},
		"negative sequence": {one(func(e *Event) { e.Sequence = -1 }), "sequence"},
		"unknown status":    {one(func(e *Event) { e.Status = 7 }), "status 7"},
		"script for a URL":  {one(func(e *Event) { e.URL = "javascript:alert(1)" }), "URL"},
		"URL with a login":  {one(func(e *Event) { e.URL = "https://a:b@expex.example/1" }), "URL"},
		"URL with a break":  {one(func(e *Event) { e.URL = "https://expex.example/\r\n" }), "URL"},
		"URL beyond ASCII":  {one(func(e *Event) { e.URL = "https://expex.example/é" }), "URL"},
		"relative URL":      {one(func(e *Event) { e.URL = "/afspraken/1" }), "URL"},
		"long URL":          {one(func(e *Event) { e.URL = "https://expex.example/" + strings.Repeat("a", maxURL) }), "URL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := Encode(test.feed); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v, want one that says %q", err, test.says)
			}
		})
	}
}
