package calendar

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// across gives sessions for a night on which the clocks change at 01:00 UTC:
// well before the change, well after it, over it, and one that begins and ends
// within the hour before and after, which in October look the same.
func across(year int, month time.Month, day int) []Event {
	change := utc(year, month, day, 1, 0)
	name := change.Format("20060102") + "-"
	return []Event{
		session(name+"before", change.Add(-3*time.Hour), time.Hour),
		session(name+"after", change.Add(2*time.Hour), time.Hour),
		session(name+"over", change.Add(-2*time.Hour), 4*time.Hour),
		session(name+"close", change.Add(-30*time.Minute), time.Hour),
	}
}

// allDay is a talk for the whole of a local day, from midnight to midnight. It
// has times as any other has: a date without a time would be another moment in
// another zone.
func allDay(uid string, year int, month time.Month, day int) Event {
	start := local(year, month, day, 0, 0)
	return session(uid, start, local(year, month, day+1, 0, 0).Sub(start), at("Voorbeeldplein 1, Gouda"))
}

// feeds are the golden files. Nobody in them exists.
func feeds() map[string]Feed {
	return map[string]Feed{
		"empty": {Zone: amsterdam},
		"normal": {Zone: amsterdam, Title: TitleExpExAppointment, Events: []Event{
			session("3c1f9a52", local(2026, 12, 1, 10, 0), time.Hour, at(`Verzonnenstraat 1, Zeewolde; zaal "De \Noot"`), func(e *Event) {
				e.URL = "https://expex.example/afspraken/3c1f9a52"
			}),
			session("a07be411", local(2026, 12, 1, 10, 0), 90*time.Minute, at("Online")),
			session("58d2c06e", local(2027, 7, 5, 19, 30), 2*time.Hour, at("Gouda"), func(e *Event) {
				e.Status = Tentative
				e.Sequence = 2
				e.Changed = utc(2026, 11, 20, 16, 45)
			}),
			session("e94417d0", local(2026, 12, 31, 23, 0), 2*time.Hour),
		}},
		"team": {Zone: amsterdam, Title: TitleMinimal, Events: []Event{
			session("0d6e1f20", local(2026, 12, 1, 10, 0), time.Hour),
			session("91c2b7aa", local(2026, 12, 1, 10, 0), time.Hour, func(e *Event) { e.Status = Tentative }),
		}},
		"public-talks": {Zone: amsterdam, Title: TitleTalk, Events: []Event{
			session("b1d0c3e5", local(2026, 12, 10, 19, 30), 90*time.Minute, at("Voorbeeldplein 5, Gouda")),
			session("f7a94c02", local(2027, 1, 14, 19, 30), 90*time.Minute, at("Online"), func(e *Event) { e.Status = Tentative }),
		}},
		"cancelled": {Zone: amsterdam, Title: TitleAppointment, Events: []Event{
			session("77aa03b9", local(2026, 12, 2, 14, 0), time.Hour, at("Lelystad"), func(e *Event) {
				e.Status = Cancelled
				e.Sequence = 1
				e.Changed = utc(2026, 11, 30, 8, 10)
			}),
		}},
		"owner-changed-title": {
			Zone: amsterdam, Title: TitleAppointment, Changed: utc(2026, 11, 15, 12, 0), Revision: 1,
			Events: []Event{
				session("older", local(2026, 12, 2, 14, 0), time.Hour),
				session("newer", local(2026, 12, 3, 14, 0), time.Hour, func(e *Event) {
					e.Sequence = 4
					e.Changed = utc(2026, 11, 16, 12, 0)
				}),
			},
		},
		"clock-changes": {Zone: amsterdam, Events: slices.Concat(
			across(2025, 3, 30), across(2025, 10, 26),
			across(2026, 3, 29), across(2026, 10, 25),
			across(2027, 3, 28), across(2027, 10, 31),
			across(2028, 3, 26), across(2028, 10, 29),
		)},
		"all-day": {Zone: amsterdam, Title: TitleExpExAppointment, Events: []Event{
			allDay("of-23-hours", 2027, 3, 28),
			allDay("of-25-hours", 2027, 10, 31),
			allDay("of-24-hours", 2027, 6, 1),
		}},
		"repeated-hour": {Zone: amsterdam, Events: []Event{
			session("starts-first-0230", utc(2027, 10, 31, 0, 30), 3*time.Hour),
			session("starts-second-0230", utc(2027, 10, 31, 1, 30), 3*time.Hour),
			session("ends-first-0230", utc(2027, 10, 30, 23, 30), time.Hour),
			session("ends-second-0230", utc(2027, 10, 30, 23, 30), 2*time.Hour),
			session("inside-first", utc(2027, 10, 31, 0, 15), 30*time.Minute),
			session("inside-second", utc(2027, 10, 31, 1, 15), 30*time.Minute),
			session("ends-first-0200", utc(2027, 10, 30, 23, 0), time.Hour),
			session("starts-0300", utc(2027, 10, 31, 2, 0), time.Hour),
		}},
		"long-place": {Zone: amsterdam, Events: []Event{
			session("exactly-200", local(2026, 12, 1, 10, 0), time.Hour, at("🧑‍🏫 "+strings.Repeat("Zoë, ü; ", 24)+"1234")),
			session("over-200", local(2026, 12, 2, 10, 0), time.Hour, at(strings.Repeat("🧑‍🏫", 80))),
			session("other-scripts", local(2026, 12, 3, 10, 0), time.Hour, at("文化会館 — مركز الشباب — "+strings.Repeat("會", 60))),
		}},
		"hostile-place": {Zone: amsterdam, Events: []Event{
			session("line-breaks", local(2026, 12, 1, 10, 0), time.Hour, at("Plein 1\r\nATTENDEE:mailto:x@expex.example\rEND:VEVENT\n\u2028\u2029\u0085\vUrk")),
			session("controls", local(2026, 12, 2, 10, 0), time.Hour, at("Plein\x00 \x1b[31m2\x7f\u009b")),
			session("not-utf-8", local(2026, 12, 3, 10, 0), time.Hour, at("Plein \xff\xfe 3 \xe2\x82")),
			session("turned-around", local(2026, 12, 4, 10, 0), time.Hour, at("Plein \u202e4\u2066 \u200fnielP")),
			session("syntax", local(2026, 12, 5, 10, 0), time.Hour, at(`\n;VALUE=URI:"a,b;c\`)),
			session("only-space", local(2026, 12, 6, 10, 0), time.Hour, at(" \t\r\n\u00a0\ufffe")),
		}},
	}
}

func TestGoldenFeeds(t *testing.T) {
	t.Parallel()
	for name, feed := range feeds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := encode(t, feed).Bytes
			want := checkGolden(t, name+".ics", got)
			checkReadBack(t, feed, want)
		})
	}
}

// checkGolden compares a text with the file of that name, which it writes first
// with -update, and gives what stands in the file.
func checkGolden(t *testing.T, name string, got []byte) []byte {
	t.Helper()
	golden := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("differs from %s; if it should, run the test with -update\n%s", golden, got)
	}
	checkLines(t, want)
	return want
}

// checkReadBack reads a feed with the library's decoder and compares each event
// with what was put in. The foreign readers are compared with that reading.
func checkReadBack(t *testing.T, f Feed, text []byte) {
	t.Helper()
	read := map[string]ical.Event{}
	for _, e := range decode(t, text).Events() {
		uid, _ := e.Props.Text(ical.PropUID)
		read[uid] = e
	}
	if len(read) != len(f.Events) {
		t.Fatalf("%d events read, %d written", len(read), len(f.Events))
	}
	for _, want := range f.Events {
		uid, got := want.UID, read[want.UID]
		start, err := got.DateTimeStart(nil)
		if err != nil || !start.Equal(want.Start) {
			t.Errorf("%s starts %v (%v), want %v", want.UID, start, err, want.Start)
		}
		end, err := got.DateTimeEnd(nil)
		if err != nil || !end.Equal(want.End) {
			t.Errorf("%s ends %v (%v), want %v", want.UID, end, err, want.End)
		}
		if sequence, err := got.Props.Get(ical.PropSequence).Int(); err != nil || sequence != want.Sequence+f.Revision {
			t.Errorf("%s has sequence %d (%v), want %d", uid, sequence, err, want.Sequence+f.Revision)
		}
		changed, err := got.Props.DateTime(ical.PropLastModified, nil)
		if want := later(want.Changed, f.Changed); err != nil || !changed.Equal(want) {
			t.Errorf("%s changed %v (%v), want %v", uid, changed, err, want)
		}
		for name, want := range map[string]string{
			ical.PropLocation: clean(want.Place), ical.PropSummary: titles[f.Title].session, ical.PropStatus: string(statuses[want.Status]),
		} {
			if text, err := got.Props.Text(name); err != nil || text != want {
				t.Errorf("%s has %s %q (%v), want %q", uid, name, text, err, want)
			}
		}
	}
}
