package busy

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"expex/calendar"
)

// checkAnswer verifies what every answer must be: in order, with room between,
// inside the window, in UTC and whole seconds; warnings in order, each once.
func checkAnswer(t interface{ Fatalf(string, ...any) }, b Busy, o Options) {
	last := o.From.Add(-time.Second)
	for _, s := range b.Intervals {
		if !s.Start.After(last) || !s.End.After(s.Start) || s.End.After(o.To) ||
			s.Start.Location() != time.UTC || s.End.Location() != time.UTC || s.Start.Nanosecond()+s.End.Nanosecond() != 0 {
			t.Fatalf("interval %v behind %v", s, last)
		}
		last = s.End
	}
	for i, w := range b.Warnings {
		if w.Count < 1 || i > 0 && b.Warnings[i-1].Code >= w.Code {
			t.Fatalf("warnings %v", b.Warnings)
		}
	}
}

// TestOurOwnFeedIsReadAsItWasWritten goes through the encoder and back.
func TestOurOwnFeedIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		feed := calendar.Feed{Zone: amsterdam}
		var want []span
		for i := range rapid.IntRange(0, 20).Draw(t, "sessions") {
			start := year.From.Add(time.Duration(rapid.IntRange(-100_000, 33_000_000).Draw(t, "start")) * time.Second)
			if rapid.Bool().Draw(t, "night of a change") { // around 25 October, in steps of 10 minutes
				start = at("2026-10-24T22:00:00Z").Add(time.Duration(rapid.IntRange(0, 36).Draw(t, "step")) * 10 * time.Minute)
			}
			end := start.Add(time.Duration(rapid.IntRange(1, 10_000).Draw(t, "seconds")) * time.Second)
			status := rapid.SampledFrom([]calendar.Status{calendar.Tentative, calendar.Confirmed, calendar.Cancelled}).Draw(t, "status")
			feed.Events = append(feed.Events, calendar.Event{
				UID: fmt.Sprint(i), Start: start, End: end, Created: year.From, Changed: year.From, Status: status,
				Place: rapid.String().Draw(t, "place"),
			})
			s := span{max(start.Unix(), year.From.Unix()), min(end.Unix(), year.To.Unix())}
			if status != calendar.Cancelled && s.start < s.end {
				want = append(want, s)
			}
		}
		body, err := calendar.Encode(feed)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Read(body.Bytes, year)
		if err != nil || len(b.Warnings) > 0 {
			t.Fatalf("%v %v", b.Warnings, err)
		}
		checkAnswer(t, b, year)
		if got := spansOf(b); !slices.Equal(got, merged(want)) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func spansOf(b Busy) []span {
	var spans []span
	for _, s := range b.Intervals {
		spans = append(spans, span{s.Start.Unix(), s.End.Unix()})
	}
	return spans
}

// hostile gives the texts of testdata/hostile by name.
func hostile(t testing.TB) map[string]string {
	names, err := filepath.Glob("testdata/hostile/*.ics")
	if err != nil || len(names) == 0 {
		t.Fatalf("found %d files: %v", len(names), err)
	}
	texts := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.Base(name)] = string(text)
	}
	return texts
}

// good are the hostile texts that are read, in order of name.
func good(t testing.TB) []string {
	texts := hostile(t)
	var list []string
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if _, err := Read([]byte(texts[name]), year); err == nil {
			list = append(list, texts[name])
		}
	}
	return list
}

// componentsOf splits a text into the lines in front of its components, these, and the lines behind.
func componentsOf(text string) (head []string, blocks [][]string, tail []string) {
	depth := 0
	for _, line := range unfold([]byte(text)) {
		begins, ends := strings.HasPrefix(strings.ToUpper(line), "BEGIN:"), strings.HasPrefix(strings.ToUpper(line), "END:")
		if begins {
			depth++
		}
		switch {
		case depth >= 2:
			if begins && depth == 2 {
				blocks = append(blocks, nil)
			}
			blocks[len(blocks)-1] = append(blocks[len(blocks)-1], line)
		case len(blocks) == 0 && !ends:
			head = append(head, line)
		default:
			tail = append(tail, line)
		}
		if ends {
			depth--
		}
	}
	return head, blocks, tail
}

func TestTheOrderOfComponentsDoesNotMatter(t *testing.T) {
	t.Parallel()
	for _, text := range good(t) {
		if strings.Count(text, "BEGIN:VCALENDAR") > 1 {
			continue // checked by the next test
		}
		want, err := Read([]byte(text), year)
		if err != nil {
			t.Fatal(err)
		}
		random := rand.New(rand.NewPCG(1, 2))
		for range 5 {
			head, blocks, tail := componentsOf(text)
			random.Shuffle(len(blocks), func(i, j int) { blocks[i], blocks[j] = blocks[j], blocks[i] })
			mixed := strings.Join(slices.Concat(head, slices.Concat(blocks...), tail), "\r\n")
			if got, err := Read([]byte(mixed), year); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, %v, want %v from\n%s", got, err, want, mixed)
			}
		}
	}
}

// TestCalendarsOneAfterTheOtherAddUp also holds the merging against a plain one:
// second by second would take too long, so by the borders.
func TestCalendarsOneAfterTheOtherAddUp(t *testing.T) {
	t.Parallel()
	texts := good(t)
	rapid.Check(t, func(t *rapid.T) {
		// UIDs that differ, so that events stay apart.
		a := strings.ReplaceAll(rapid.SampledFrom(texts).Draw(t, "a"), "UID:", "UID:a")
		b := strings.ReplaceAll(rapid.SampledFrom(texts).Draw(t, "b"), "UID:", "UID:b")
		if strings.Contains(a+b, "VAVAILABILITY") {
			return // those of one text have a say in one another
		}
		one, err1 := Read([]byte(a), year)
		two, err2 := Read([]byte(b), year)
		both, err := Read([]byte(strings.TrimRight(a, "\r\n")+"\r\n"+b), year)
		if err != nil || err1 != nil || err2 != nil {
			t.Fatal(err, err1, err2)
		}
		checkAnswer(t, both, year)
		if got, want := spansOf(both), merged(append(spansOf(one), spansOf(two)...)); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestHowLinesAreFoldedDoesNotMatter(t *testing.T) {
	t.Parallel()
	texts := good(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(texts).Draw(t, "text")
		end := rapid.SampledFrom([]string{"\n", "\r\n", "\r"}).Draw(t, "end")
		blank := rapid.SampledFrom([]string{" ", "\t"}).Draw(t, "blank")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		var folded strings.Builder
		for _, line := range unfold([]byte(text)) {
			for i := range len(line) {
				if i > 0 && random.IntN(20) == 0 {
					folded.WriteString(end + blank)
				}
				folded.WriteByte(line[i])
			}
			folded.WriteString(end)
		}
		want, err1 := Read([]byte(text), year)
		got, err2 := Read([]byte(folded.String()), year)
		if err1 != nil || err2 != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got %v, %v, want %v, %v", got, err2, want, err1)
		}
	})
}

func TestAWiderWindowContainsTheNarrower(t *testing.T) {
	t.Parallel()
	texts := good(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(texts).Draw(t, "text")
		from := year.From.Add(time.Duration(rapid.IntRange(0, 300*24*60).Draw(t, "from")) * time.Minute)
		narrow := Options{Zone: amsterdam, From: from, To: from.Add(time.Duration(rapid.IntRange(1, 60*24*60).Draw(t, "minutes")) * time.Minute)}
		small, err1 := Read([]byte(text), narrow)
		large, err2 := Read([]byte(text), year)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		checkAnswer(t, small, narrow)
		if slices.ContainsFunc(large.Warnings, func(w Warning) bool { return w.Code == RuleCut }) {
			return // the first 5,000 are others
		}
		within := merged(spansOf(large))
		outside := []span{{0, narrow.From.Unix()}, {narrow.To.Unix(), 1 << 40}}
		if got, want := spansOf(small), without(within, outside); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

// TestNothingOfATextGetsOut looks for words of the hostile texts in all that Read tells.
func TestNothingOfATextGetsOut(t *testing.T) {
	t.Parallel()
	for name, text := range hostile(t) {
		b, err := Read([]byte(text), year)
		told := strings.ToLower(fmt.Sprintf("%+v %v", b, err))
		for _, word := range []string{"geheim", "pim", "verzonnen", "voorbeeld", "hobbiton", "passwd", "soon", "ooit", "sometimes"} {
			if strings.Contains(told, word) {
				t.Errorf("%s lets %q out", name, word)
			}
		}
		var refusal *Refusal
		if err != nil && !errors.As(err, &refusal) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWindowsNamesAreZonesOfThisMachine keeps the table and the time zone database together.
func TestWindowsNamesAreZonesOfThisMachine(t *testing.T) {
	t.Parallel()
	if n := len(windows().names); n < 130 {
		t.Fatalf("%d names", n)
	}
	for name := range windows().names {
		if named(name) == nil {
			t.Errorf("%s has no zone", name)
		}
	}
}

// TestZonesResolveTheHoursOfAChange holds both kinds of zone, at both changes
// of two years and in a zone without any, against each other and RFC 5545
// section 3.3.5.
func TestZonesResolveTheHoursOfAChange(t *testing.T) {
	t.Parallel()
	z := place{amsterdam}
	for text, want := range map[string]string{
		"20260329T015959": "2026-03-29T00:59:59Z",
		"20260329T020000": "2026-03-29T01:00:00Z", // left out: as if it were 03:00
		"20260329T025959": "2026-03-29T01:59:59Z",
		"20260329T030000": "2026-03-29T01:00:00Z",
		"20261025T015959": "2026-10-24T23:59:59Z",
		"20261025T020000": "2026-10-25T00:00:00Z", // shown twice: the first
		"20261025T025959": "2026-10-25T00:59:59Z",
		"20261025T030000": "2026-10-25T02:00:00Z",
		"20270328T023000": "2027-03-28T01:30:00Z",
		"20271031T023000": "2027-10-31T00:30:00Z",
	} {
		l, _ := parseLiteral(text)
		if got := time.Unix(z.instant(l.wall), 0).UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
	// The same zone as a text tells of it.
	d := &described{}
	for y := int64(1996); y < 2040; y++ {
		lastSunday := func(month int64) wall {
			day := dayOf(y, month, 31)
			return wall((day - floorMod(civil(day).weekday+1, 7)) * dayLength)
		}
		d.changes = append(d.changes, change{lastSunday(3) + 2*hour, 3600, 7200}, change{lastSunday(10) + 3*hour, 7200, 3600})
	}
	rapid.Check(t, func(t *rapid.T) {
		w := wall(rapid.Int64Range(dayOf(1997, 1, 1)*dayLength, dayOf(2037, 1, 1)*dayLength).Draw(t, "wall"))
		if rapid.Bool().Draw(t, "near a change") {
			w = rapid.SampledFrom(d.changes).Draw(t, "change").at + wall(rapid.IntRange(-8000, 8000).Draw(t, "seconds"))
		}
		if got, want := d.instant(w), z.instant(w); got != want {
			t.Fatalf("instant of %d: %d, want %d", w, got, want)
		}
		i := z.instant(w)
		if got, want := d.wall(i), z.wall(i); got != want {
			t.Fatalf("wall of %d: %d, want %d", i, got, want)
		}
	})
}

func TestCivilAgreesWithPackageTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.Int64Range(-800_000, 3_000_000).Draw(t, "day")
		want := time.Unix(day*dayLength, 0).UTC()
		got := civil(day)
		if got.year != int64(want.Year()) || got.month != int64(want.Month()) || got.day != int64(want.Day()) ||
			got.yearDay != int64(want.YearDay()) || got.weekday != int64(want.Weekday()+6)%7 ||
			dayOf(got.year, got.month, got.day) != day || dayOf(got.year, got.month+1, 1)-dayOf(got.year, got.month, 1) != got.monthDays {
			t.Fatalf("day %d is %+v, want %v", day, got, want)
		}
	})
}

func TestWithoutTakesHolesOut(t *testing.T) {
	t.Parallel()
	spans := rapid.Custom(func(t *rapid.T) []span {
		var list []span
		for range rapid.IntRange(0, 6).Draw(t, "n") {
			start := rapid.Int64Range(0, 30).Draw(t, "start")
			list = append(list, span{start, start + rapid.Int64Range(1, 10).Draw(t, "length")})
		}
		return list
	})
	covers := func(list []span, at int64) bool {
		return slices.ContainsFunc(list, func(s span) bool { return s.start <= at && at < s.end })
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := spans.Draw(t, "a"), spans.Draw(t, "b")
		rest := without(merged(slices.Clone(a)), merged(slices.Clone(b)))
		for i := range int64(45) {
			if covers(rest, i) != (covers(a, i) && !covers(b, i)) {
				t.Fatalf("%v without %v is %v, wrong at %d", a, b, rest, i)
			}
		}
		if !slices.IsSortedFunc(rest, func(a, b span) int { return cmp.Compare(a.start, b.start) }) {
			t.Fatalf("%v is out of order", rest)
		}
	})
}

// FuzzRead looks for panics and hangs, and for answers that differ from one
// time to the next. The steps are counted, so a hang is a fault of the budget.
func FuzzRead(f *testing.F) {
	for _, text := range hostile(f) {
		if len(text) < 4_000 {
			f.Add([]byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r := newReader(year)
		err := r.read(text) // without the net of Read: a panic is to be seen
		if spent := maxSteps - r.work.left; spent > maxSteps+1 {
			t.Fatalf("%d steps", spent)
		}
		if err != nil {
			var refusal *Refusal
			if !errors.As(err, &refusal) {
				t.Fatal(err)
			}
			return
		}
		first := r.answer()
		checkAnswer(t, first, year)
		if again, err := Read(text, year); err != nil || !reflect.DeepEqual(first, again) {
			t.Fatalf("first %v, then %v, %v", first, again, err)
		}
	})
}
