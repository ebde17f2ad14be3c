package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"expex/calendar"
)

// amsterdam is the zone of every feed.
var amsterdam = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err) // a machine without zone data can read no calendar
	}
	return zone
}()

// changes are the moments on which the clocks change, from 2025 to 2028.
var changes = []time.Time{
	time.Date(2025, 3, 30, 1, 0, 0, 0, time.UTC), time.Date(2025, 10, 26, 1, 0, 0, 0, time.UTC),
	time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC), time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC),
	time.Date(2027, 3, 28, 1, 0, 0, 0, time.UTC), time.Date(2027, 10, 31, 1, 0, 0, 0, time.UTC),
	time.Date(2028, 3, 26, 1, 0, 0, 0, time.UTC), time.Date(2028, 10, 29, 1, 0, 0, 0, time.UTC),
}

// draw makes the versions of one feed, a few days apart. The sessions are such as
// the demo has them: mostly by day, in a municipality, at a street or online,
// some held, some cancelled; and more often than there on a night on which the
// clocks change, or all day long.
func draw(seed, number uint64) [versions]drawn {
	d := drawer{rand.New(rand.NewPCG(seed, number))}
	now := time.Date(2025, 1, 15, 8, 30, 0, 0, time.UTC).AddDate(0, 0, d.IntN(1_300))
	f := drawn{feed: calendar.Feed{Title: calendar.Title(d.IntN(3)), Zone: amsterdam}, places: map[string]string{}}
	if !d.oneIn(12) { // an expert without sessions has a feed, too
		for range 1 + d.IntN(24) {
			d.add(&f, now)
		}
	}
	var out [versions]drawn
	out[0] = f
	for v := 1; v < versions; v++ {
		now = now.Add(time.Duration(1+d.IntN(200)) * time.Hour)
		f = d.later(f, now)
		out[v] = f
	}
	return out
}

type drawer struct{ *rand.Rand }

func (d drawer) oneIn(n int) bool { return d.IntN(n) == 0 }

// later is the feed after some days: much stays, the rest is what happens to
// sessions. As in the database, a visible change raises the sequence and the
// moment of change of its session.
func (d drawer) later(before drawn, now time.Time) drawn {
	f := drawn{feed: before.feed, places: map[string]string{}}
	f.feed.Events = nil
	if d.oneIn(8) {
		f.feed.Title, f.feed.Changed = calendar.Title(d.IntN(3)), now
		f.feed.Revision++
	}
	emptied := d.oneIn(20) // stepped out, and nothing lies within the window any more
	for _, e := range before.feed.Events {
		place := before.places[e.UID]
		touched := e
		touched.Changed = now
		touched.Sequence++
		switch d.IntN(10) {
		case 0: // moved
			touched.Start = d.start(&f, now)
			touched.End = touched.Start.Add(e.End.Sub(e.Start))
		case 1: // called off
			touched.Status = calendar.Cancelled
		case 2: // somewhere else
			touched.Place, place = d.place()
		case 3: // the rest of the team said yes, or it is longer
			touched.Status = calendar.Confirmed
			touched.End = touched.End.Add(15 * time.Minute)
		case 4: // out of the window
			continue
		default:
			touched = e
		}
		if emptied {
			continue
		}
		f.feed.Events = append(f.feed.Events, touched)
		f.places[e.UID] = place
	}
	if !emptied {
		for range d.IntN(4) {
			d.add(&f, now)
		}
	}
	d.Shuffle(len(f.feed.Events), func(i, j int) { // rows come in any order
		f.feed.Events[i], f.feed.Events[j] = f.feed.Events[j], f.feed.Events[i]
	})
	return f
}

// add plans another session.
func (d drawer) add(f *drawn, now time.Time) {
	made := now.Add(-time.Duration(d.IntN(3_000)) * time.Minute)
	e := calendar.Event{
		UID:   fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x@expex.invalid", d.Uint32(), d.IntN(1<<16), d.IntN(1<<12), d.IntN(1<<12), d.Uint64N(1<<48)),
		Start: d.start(f, now), Created: made, Changed: made, Status: calendar.Status(d.IntN(3)),
	}
	e.End = e.Start.Add(time.Duration(2+d.IntN(15)) * 15 * time.Minute)
	if d.oneIn(3) {
		e.Sequence, e.Changed = 1+d.IntN(9), now
	}
	if local := e.Start.In(amsterdam); d.oneIn(10) { // a talk that is all day long: 23 or 25 hours when the clocks change
		midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, amsterdam)
		if d.free(*f, midnight) {
			e.Start, e.End = midnight, midnight.AddDate(0, 0, 1)
		}
	}
	if d.oneIn(4) {
		e.URL = "https://expex.example/afspraken/" + e.UID[:8]
	}
	e.Place, f.places[e.UID] = d.place()
	f.feed.Events = append(f.feed.Events, e)
}

// start is a moment at which nothing of the feed begins yet: vdirsyncer takes
// two events that differ in nothing but their UID for one.
func (d drawer) start(f *drawn, now time.Time) time.Time {
	for {
		at := now.Truncate(24*time.Hour).AddDate(0, 0, d.IntN(460)-60).Add(time.Duration(28+d.IntN(52)) * 15 * time.Minute)
		if d.oneIn(4) {
			at = changes[d.IntN(len(changes))].Add(time.Duration(d.IntN(33)-16) * 15 * time.Minute)
		}
		if d.free(*f, at) {
			return at
		}
	}
}

func (d drawer) free(f drawn, at time.Time) bool {
	return !slices.ContainsFunc(f.feed.Events, func(e calendar.Event) bool { return e.Start.Equal(at) })
}

// written are places as they may stand in the database, and as they are shown.
var written = []struct{ place, shown string }{
	{"", ""}, {"", ""},
	{"Online", "Online"},
	{"Gouda", "Gouda"},
	{"Zeewolde", "Zeewolde"},
	{"Voorbeeldstraat 3, Gouda", "Voorbeeldstraat 3, Gouda"},
	{`Zaal "De Noot"; 2e verdieping, 's-Gravenzande`, `Zaal "De Noot"; 2e verdieping, 's-Gravenzande`},
	{"Café Zoë 🧑‍🏫, Urk", "Café Zoë 🧑‍🏫, Urk"},
	{"🏳️‍🌈👩🏽‍🤝‍👨🏻 Buurthuis: zaal 1=A", "🏳️‍🌈👩🏽‍🤝‍👨🏻 Buurthuis: zaal 1=A"},
	{"文化会館 — مركز الشباب", "文化会館 — مركز الشباب"},
	{"Plein 1\r\nGouda", "Plein 1 Gouda"},
	{"  Plein\u00a01\x00,\tGouda\n", "Plein 1, Gouda"},
	{`A\nB, zaal\;C`, `A/nB, zaal/;C`},
	{`"De Noot"`, "De Noot"},
	{"END:VEVENT\nBEGIN:VEVENT", "END:VEVENT BEGIN:VEVENT"},
	{strings.Repeat("🧑", 200), strings.Repeat("🧑", 200)},
	{strings.Repeat("Zoë, ü; ", 25) + "en verder", strings.Repeat("Zoë, ü; ", 24) + "Zoë, ü;…"},
}

// letters are what other places are made of.
var letters = []rune(`abcdefghijklmnopqrstuvwxyzABCDE0123456789,,;;:"'éëüß€文🧑👍ع`)

// place draws a place, and how it must be shown: whole up to 200 characters,
// else the first 199 and an ellipsis.
func (d drawer) place() (place, shown string) {
	if !d.oneIn(3) {
		w := written[d.IntN(len(written))]
		return w.place, w.shown
	}
	text := make([]rune, 1+d.IntN(240))
	for i := range text {
		text[i] = letters[d.IntN(len(letters))]
	}
	text[0] = 'Z' // no quotation mark around the whole
	if len(text) > 200 {
		return string(text), string(text[:199]) + "…"
	}
	return string(text), string(text)
}
