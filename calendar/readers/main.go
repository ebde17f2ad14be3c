// Command readers lets eight foreign readers of iCalendar read the same feeds
// and compares what each made of them with what was put in: ical.js (which is
// Thunderbird's), node-ical, icalendar, vobject, libical, go-ical, and, by
// subscription over HTTP, vdirsyncer and khal on what vdirsyncer stored. Any
// difference fails and names the reader, the feed and the field.
//
// It draws the feeds itself (the same for the same seed), each in three
// versions that follow each other, and takes the golden files of package
// calendar along. Run it from the root of the repository, by `make readers`:
// that installs the readers first.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"expex/calendar"
)

// versions is how often a feed is read: as it is first, and after two changes.
const versions = 3

// most is how many differences of one reader are printed.
const most = 10

func main() {
	feeds := flag.Int("feeds", 1_000, "how many feeds to draw")
	seed := flag.Uint64("seed", 2027, "what to draw them from")
	flag.Parse()
	if err := run(*feeds, *seed); err != nil {
		fmt.Fprintln(os.Stderr, "readers:", err)
		os.Exit(1)
	}
}

func run(n int, seed uint64) error {
	work, err := os.MkdirTemp("", "expex-readers-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	all, err := drawAll(n, seed)
	if err != nil {
		return err
	}
	goldens, err := readGoldens(filepath.Join("calendar", "testdata"))
	if err != nil {
		return err
	}
	tell(all, goldens)

	different := 0
	report := func(reader string, began time.Time, events int, differences []string) {
		different += len(differences)
		for _, d := range differences[:min(len(differences), most)] {
			fmt.Printf("%s: %s\n", reader, d)
		}
		if len(differences) > most {
			fmt.Printf("%s: and %d more\n", reader, len(differences)-most)
		}
		fmt.Printf("%-11s %7d events read, %d differences, %.1f s\n", reader, events, len(differences), time.Since(began).Seconds())
	}
	if err := readFiles(work, all, goldens, report); err != nil {
		return err
	}
	if err := subscribe(work, all, goldens, report); err != nil {
		return err
	}
	if different > 0 {
		return fmt.Errorf("%d differences", different)
	}
	return nil
}

// text is one calendar as it is served, and what a reader must make of it.
type text struct {
	name  string
	feed  calendar.Feed // of a golden file nothing
	bytes []byte
	want  []event
}

// series is one feed in its successive versions.
type series [versions]text

func drawAll(n int, seed uint64) ([]series, error) {
	out := make([]series, n)
	for i := range out {
		for v, drawn := range draw(seed, uint64(i)) {
			body, err := calendar.Encode(drawn.feed)
			if err != nil {
				return nil, fmt.Errorf("feed %d, version %d: %w", i, v+1, err)
			}
			out[i][v] = text{name: fmt.Sprintf("feed%04d-%d", i, v+1), feed: drawn.feed, bytes: body.Bytes, want: drawn.expected()}
		}
	}
	return out, nil
}

// readGoldens takes what go-ical reads for true: the golden test of package
// calendar compares that with what was put in.
func readGoldens(folder string) ([]text, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.ics"))
	if err != nil {
		return nil, err
	}
	var out []text
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		events, err := readGoICal(content)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		name := filepath.Base(file)
		out = append(out, text{name: "golden-" + name[:len(name)-len(".ics")], bytes: content, want: events})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no golden files in %s: run this from the root of the repository", folder)
	}
	return out, nil
}

// tell says what there is to read, so that "no differences" is known to mean
// something.
func tell(all []series, goldens []text) {
	var events, empty int
	var changed [versions - 1]int
	for _, s := range all {
		for v, t := range s {
			events += len(t.want)
			if len(t.want) == 0 {
				empty++
			}
			if v > 0 && !bytes.Equal(t.bytes, s[v-1].bytes) {
				changed[v-1]++
			}
		}
	}
	inGoldens := 0
	for _, g := range goldens {
		inGoldens += len(g.want)
	}
	fmt.Printf("%d feeds in %d versions: %d events, %d versions empty, %d feeds changed, then %d; %d golden files: %d events\n",
		len(all), versions, events, empty, changed[0], changed[1], len(goldens), inGoldens)
}

// drawn is one version of a feed with the place that each event must show.
type drawn struct {
	feed   calendar.Feed
	places map[string]string // by UID
}

// summaries are the words of the titles, written down again.
var summaries = map[calendar.Title]string{
	calendar.TitleMinimal: "Bezet", calendar.TitleAppointment: "Afspraak", calendar.TitleExpExAppointment: "ExpEx-afspraak",
}

var statuses = map[calendar.Status]string{
	calendar.Tentative: "TENTATIVE", calendar.Confirmed: "CONFIRMED", calendar.Cancelled: "CANCELLED",
}

// expected is what a reader must see.
func (d drawn) expected() []event {
	var out []event
	for _, e := range d.feed.Events {
		changed := slices.MaxFunc([]time.Time{e.Changed, d.feed.Changed}, time.Time.Compare)
		out = append(out, event{
			UID: e.UID, Start: instant(e.Start), End: instant(e.End), Sequence: e.Sequence + d.feed.Revision, Status: statuses[e.Status],
			Summary: summaries[d.feed.Title], Location: d.places[e.UID], LastModified: instant(changed),
		})
	}
	return out
}
