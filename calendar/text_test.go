package calendar

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/emersion/go-ical"
	"pgregory.net/rapid"
)

func TestClean(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ in, want string }{
		"plain text stays":               {"Verzonnenstraat 1, Zeewolde", "Verzonnenstraat 1, Zeewolde"},
		"accents and emoji stay":         {"Café Zoë 🧑‍🏫🏳️‍🌈 文化", "Café Zoë 🧑‍🏫🏳️‍🌈 文化"},
		"line breaks become spaces":      {"a\r\nb\rc\nd\u2028e\u0085f\vg", "a b c d e f g"},
		"spaces are single, ends bare":   {" \ta \u00a0 b\n", "a b"},
		"control characters go":          {"a\x00\x1b[1m\x7f\u009bb", "a[1mb"},
		"removal leaves no double space": {"a \x00 b", "a b"},
		"direction marks go":             {"\u202ea\u2066b\u2069\u200f\u061cc", "abc"},
		"noncharacters go":               {"a\ufffe\U0001ffffb", "ab"},
		"invalid UTF-8 is marked":        {"a\xff\xfeb\xe2\x82", "a\uFFFDb\uFFFD"},
		"a backslash turns over":         {`a\nb\`, "a/nb/"},
		"quotes around the whole go":     {`"" De Noot""`, "De Noot"},
		"quotes within stay":             {`"De Noot", zaal "2`, `"De Noot", zaal "2`},
		"a quote alone stays":            {`"`, `"`},
		"200 characters stay":            {strings.Repeat("é", 200), strings.Repeat("é", 200)},
		"201 are cut":                    {strings.Repeat("é", 201), strings.Repeat("é", 199) + "…"},
		"a cut leaves no loose joiner":   {strings.Repeat("é", 197) + "🧑\u200D🏫é", strings.Repeat("é", 197) + "🧑…"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := clean(test.in); got != test.want {
				t.Errorf("clean(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
}

func TestFoldCountsOctetsAndKeepsCharactersWhole(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ in, want string }{
		"75 octets stay":            {strings.Repeat("a", 75) + "\r\n", strings.Repeat("a", 75) + "\r\n"},
		"76 are folded":             {strings.Repeat("a", 76) + "\r\n", strings.Repeat("a", 75) + "\r\n a\r\n"},
		"the space counts":          {strings.Repeat("a", 150) + "\r\n", strings.Repeat("a", 75) + "\r\n " + strings.Repeat("a", 74) + "\r\n a\r\n"},
		"a character moves over":    {strings.Repeat("a", 74) + "é\r\n", strings.Repeat("a", 74) + "\r\n é\r\n"},
		"each line begins to count": {strings.Repeat("a", 75) + "\r\nb\r\n", strings.Repeat("a", 75) + "\r\nb\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := string(fold([]byte(test.in))); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// checkLines verifies that text is content lines: ended by CRLF, 1 to 75 octets, whole UTF-8 characters.
func checkLines(t rapid.TB, text []byte) {
	t.Helper()
	body, ended := bytes.CutSuffix(text, []byte("\r\n"))
	if !ended {
		t.Fatalf("the text does not end in CRLF: %q", text)
	}
	for _, line := range bytes.Split(body, []byte("\r\n")) {
		if len(line) == 0 || len(line) > maxLine || !utf8.Valid(line) || bytes.ContainsAny(line, "\r\n") {
			t.Fatalf("not a content line: %q (%d octets)", line, len(line))
		}
	}
}

func TestEveryLineIsShortAndValid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		checkLines(t, encode(t, drawFeed(t)).Bytes)
	})
}

func FuzzFold(f *testing.F) {
	f.Add([]byte("LOCATION:" + strings.Repeat("Zoë 🧑‍🏫 ", 40)))
	f.Add([]byte(strings.Repeat("\x80", 200)))
	f.Add([]byte("a\r\n" + strings.Repeat("é", 76) + "\r\nb"))
	f.Fuzz(func(t *testing.T, text []byte) {
		// White space at the start of a line is a fold to a reader, and not ours to write.
		for _, fold := range []string{"\n ", "\n\t"} {
			if bytes.Contains(text, []byte(fold)) {
				return
			}
		}
		folded := fold(text)
		if got := bytes.ReplaceAll(folded, []byte("\r\n "), nil); !bytes.Equal(got, text) {
			t.Fatalf("unfolding gives %q, want %q", got, text)
		}
		for line := range bytes.FieldsFuncSeq(folded, func(r rune) bool { return r == '\r' || r == '\n' }) {
			if len(line) > maxLine {
				t.Fatalf("a line of %d octets: %q", len(line), line)
			}
			if utf8.Valid(text) && !utf8.Valid(line) {
				t.Fatalf("a character was cut: %q", line)
			}
		}
	})
}

func FuzzPlace(f *testing.F) {
	for _, e := range feeds()["hostile-place"].Events {
		f.Add(e.Place)
	}
	f.Add(strings.Repeat("🧑‍🏫", 80))
	f.Fuzz(func(t *testing.T, place string) {
		want := clean(place)
		if clean(want) != want {
			t.Fatalf("cleaning %q twice gives %q", place, clean(want))
		}
		if !utf8.ValidString(want) || utf8.RuneCountInString(want) > maxPlace || strings.ContainsFunc(want, unicode.IsControl) {
			t.Fatalf("clean(%q) = %q", place, want)
		}
		body := encode(t, Feed{Zone: amsterdam, Events: []Event{session("1", local(2026, 12, 1, 10, 0), time.Hour, at(place))}})
		checkLines(t, body.Bytes)
		events := decode(t, body.Bytes).Events()
		if len(events) != 1 {
			t.Fatalf("%d events", len(events))
		}
		if got, err := events[0].Props.Text(ical.PropLocation); err != nil || got != want {
			t.Fatalf("read back %q (%v), want %q", got, err, want)
		}
	})
}
