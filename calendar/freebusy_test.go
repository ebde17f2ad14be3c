package calendar

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"
	"pgregory.net/rapid"
)

func busy(start, end time.Time) Period { return Period{Start: start, End: end} }
func held(start, end time.Time) Period { return Period{Start: start, End: end, Tentative: true} }

// week is a window of seven days of Amsterdam, whatever number of hours they have.
func week(year int, month time.Month, day int, periods ...Period) FreeBusy {
	return FreeBusy{
		UID:   "5f0c7a31@expex.example",
		Start: local(year, month, day, 0, 0), End: local(year, month, day+7, 0, 0),
		Changed: utc(2026, 11, 20, 16, 45), Busy: periods,
	}
}

// freeBusies are the golden files.
func freeBusies() map[string]FreeBusy {
	on := func(day, hour, minute int) time.Time { return local(2026, 12, day, hour, minute) }
	return map[string]FreeBusy{
		"empty": week(2026, 12, 1),
		"week": week(2026, 12, 1,
			busy(on(3, 19, 30), on(3, 21, 0)),
			busy(on(1, 10, 0), on(1, 11, 0)), busy(on(1, 10, 30), on(1, 12, 0)), // overlap
			busy(on(2, 9, 0), on(2, 10, 0)), busy(on(2, 10, 0), on(2, 11, 0)), // touch
			held(on(4, 9, 0), on(4, 17, 0)), busy(on(4, 12, 0), on(4, 13, 0)), // busy within what is held
			held(on(5, 9, 0), on(5, 10, 0)), busy(on(5, 10, 0), on(5, 11, 0)), // held, then busy
		),
		"at the edges": week(2026, 12, 1,
			busy(on(1, 0, 0).Add(-time.Hour), on(1, 0, 0).Add(time.Hour)),
			busy(on(7, 23, 0), on(8, 1, 0)),
			busy(on(8, 0, 0), on(8, 1, 0)), busy(on(1, 0, 0).Add(-time.Hour), on(1, 0, 0)), // outside
		),
		"clocks forward": week(2027, 3, 22, busy(local(2027, 3, 28, 1, 0), local(2027, 3, 28, 4, 0))),
		"clocks back":    week(2027, 10, 25, busy(utc(2027, 10, 31, 0, 30), utc(2027, 10, 31, 1, 30))),
	}
}

func TestGoldenFreeBusy(t *testing.T) {
	t.Parallel()
	for name, f := range freeBusies() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := encodeFreeBusy(t, f)
			checkGolden(t, "freebusy-"+strings.ReplaceAll(name, " ", "-")+".ifb", got)
		})
	}
}

func encodeFreeBusy(t rapid.TB, f FreeBusy) []byte {
	t.Helper()
	body, err := EncodeFreeBusy(f)
	if err != nil {
		t.Fatal(err)
	}
	return body.Bytes
}

// readFreeBusy gives the stretches of an encoded free/busy, read with the
// library's decoder.
func readFreeBusy(t rapid.TB, text []byte) []Period {
	t.Helper()
	var out []Period
	for _, p := range decode(t, text).Children[0].Props[ical.PropFreeBusy] {
		from, to, _ := strings.Cut(p.Value, "/")
		start, err := time.Parse(utcForm, from)
		end, err2 := time.Parse(utcForm, to)
		if err != nil || err2 != nil {
			t.Fatal(p.Value)
		}
		out = append(out, Period{start, end, p.Params.Get(ical.ParamFreeBusyType) == "BUSY-TENTATIVE"})
	}
	return out
}

// drawFreeBusy makes a window around a night on which the clocks change, in
// quarters of an hour.
func drawFreeBusy(t *rapid.T) FreeBusy {
	f := rapid.SampledFrom([]FreeBusy{week(2027, 3, 25), week(2027, 10, 28), week(2026, 12, 1)}).Draw(t, "window")
	for range rapid.IntRange(0, 12).Draw(t, "periods") {
		start := f.Start.Add(time.Duration(rapid.IntRange(-8, 8*96).Draw(t, "start")) * 15 * time.Minute)
		lasts := time.Duration(rapid.IntRange(0, 40).Draw(t, "lasts")) * 15 * time.Minute
		f.Busy = append(f.Busy, Period{start, start.Add(lasts), rapid.Bool().Draw(t, "held")})
	}
	return f
}

// Any quarter of an hour is told as what it is, and no stretch meets another
// that it could be one with.
func TestFreeBusyTellsEachMomentOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := drawFreeBusy(t)
		read := readFreeBusy(t, encodeFreeBusy(t, f))
		for i, p := range read[:max(0, len(read)-1)] {
			next := read[i+1]
			if next.Start.Before(p.End) || next.Start.Equal(p.End) && next.Tentative == p.Tentative {
				t.Fatalf("%v and %v overlap or should be one", p, next)
			}
		}
		told := func(periods []Period, at time.Time) string {
			out := "free"
			for _, p := range periods {
				if !p.Start.After(at) && p.End.After(at) && out != "busy" {
					out = map[bool]string{true: "held", false: "busy"}[p.Tentative]
				}
			}
			return out
		}
		for at := f.Start.Add(-4 * time.Hour); at.Before(f.End.Add(4 * time.Hour)); at = at.Add(15 * time.Minute) {
			want := told(f.Busy, at)
			if at.Before(f.Start) || !at.Before(f.End) {
				want = "free"
			}
			if got := told(read, at); got != want {
				t.Fatalf("at %v it says %s, want %s", at, got, want)
			}
		}
	})
}

func TestFreeBusyDependsOnTheTimesAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := drawFreeBusy(t)
		want := encodeFreeBusy(t, f)
		before := slices.Clone(f.Busy)
		f.Busy = rapid.Permutation(f.Busy).Draw(t, "permutation")
		if len(f.Busy) > 0 { // one session in two parts
			p := f.Busy[0]
			middle := p.Start.Add(p.End.Sub(p.Start) / 2)
			f.Busy = append(f.Busy[1:], Period{p.Start, middle, p.Tentative}, Period{middle, p.End, p.Tentative})
		}
		if got := encodeFreeBusy(t, f); !bytes.Equal(got, want) {
			t.Fatalf("the same times as %v give\n%s\nand\n%s", before, want, got)
		}
	})
}

func TestFreeBusyHoldsTimesAndNothingElse(t *testing.T) {
	t.Parallel()
	var fields []string
	for field := range reflect.TypeFor[FreeBusy]().Fields() {
		fields = append(fields, field.Name)
	}
	if want := []string{"UID", "Start", "End", "Changed", "Busy"}; !slices.Equal(fields, want) {
		t.Errorf("FreeBusy has the fields %v: each new one is told to whoever holds the address; if that is meant, add it here", fields)
	}
	rapid.Check(t, func(t *rapid.T) {
		c := decode(t, encodeFreeBusy(t, drawFreeBusy(t)))
		if len(c.Props) != 3 || len(c.Children) != 1 || c.Children[0].Name != ical.CompFreeBusy {
			t.Fatalf("the calendar holds %v and %d components", c.Props, len(c.Children))
		}
		for name := range c.Children[0].Props {
			if !slices.Contains([]string{"DTEND", "DTSTAMP", "DTSTART", "FREEBUSY", "UID"}, name) {
				t.Fatalf("it has %s", name)
			}
		}
	})
}

func TestEncodeFreeBusyRefusesWhatNoReaderCouldUse(t *testing.T) {
	t.Parallel()
	for says, change := range map[string]func(*FreeBusy){
		"UID":     func(f *FreeBusy) { f.UID = "a\r\nb" },
		"window":  func(f *FreeBusy) { f.End = f.Start },
		"years":   func(f *FreeBusy) { f.Start = utc(1995, 1, 1, 0, 0) },
		"Changed": func(f *FreeBusy) { f.Changed = time.Time{} },
	} {
		f := week(2026, 12, 1)
		change(&f)
		if _, err := EncodeFreeBusy(f); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
}

func TestFreeBusyIsServedAsFeedsAre(t *testing.T) {
	t.Parallel()
	find := func(_ context.Context, token, _ string) (Found, error) {
		switch token {
		case knownToken:
			return Found{Key: "the team", Load: func(context.Context) (Content, error) { return freeBusies()["week"], nil }}, nil
		case "down":
			return Found{}, errDown
		}
		return Found{}, ErrNotFound
	}
	mux := http.NewServeMux()
	mux.Handle("/freebusy/{file}", FreeBusyHandler(find, slog.New(slog.DiscardHandler)))
	ask := func(method, file string, header http.Header) *http.Response {
		r := httptest.NewRequest(method, "/freebusy/"+file, nil)
		r.Header = header
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		return w.Result()
	}

	first := ask(http.MethodGet, knownToken+".ifb", nil)
	checkHeader(t, first, always)
	checkHeader(t, first, map[string]string{
		"Content-Type": "text/calendar; charset=utf-8", "Content-Disposition": `inline; filename="bezet.ifb"`,
		"Last-Modified": "Fri, 20 Nov 2026 16:45:00 GMT",
	})
	if got := text(t, first); !bytes.Equal(got, encodeFreeBusy(t, freeBusies()["week"])) {
		t.Errorf("body\n%s", got)
	}
	packed := ask(http.MethodGet, knownToken+".ifb", only("Accept-Encoding", "gzip"))
	if got := text(t, packed); !bytes.Equal(got, encodeFreeBusy(t, freeBusies()["week"])) || packed.Header.Get("ETag") == first.Header.Get("ETag") {
		t.Errorf("packed with ETag %s: %s", packed.Header.Get("ETag"), got)
	}
	for name, c := range map[string]struct {
		method, file string
		header       http.Header
		want         int
	}{
		"the same tag":     {http.MethodGet, knownToken + ".ifb", only("If-None-Match", first.Header.Get("ETag")), 304},
		"the same time":    {http.MethodGet, knownToken + ".ifb", only("If-Modified-Since", first.Header.Get("Last-Modified")), 304},
		"only the head":    {http.MethodHead, knownToken + ".ifb", nil, 200},
		"as a calendar":    {http.MethodGet, knownToken + ".ics", nil, 404},
		"without a suffix": {http.MethodGet, knownToken, nil, 404},
		"another token":    {http.MethodGet, "unknown.ifb", nil, 404},
		"not now":          {http.MethodGet, "down.ifb", nil, 503},
		"another method":   {http.MethodPost, knownToken + ".ifb", nil, 405},
	} {
		if got := ask(c.method, c.file, c.header); got.StatusCode != c.want {
			t.Errorf("%s: status %d, want %d", name, got.StatusCode, c.want)
		}
	}
}
