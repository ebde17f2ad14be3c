package busy

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write what is read as what must be read")

// year is the window of most tests: 2026 in Amsterdam, both changes of the clock in it.
var year = Options{Zone: amsterdam, From: at("2026-01-01T00:00:00+01:00"), To: at("2027-01-01T00:00:00+01:00")}

// TestHostileCalendars reads testdata/hostile. What each file must give is
// written in testdata/hostile.txt; the names of the files say what is odd.
func TestHostileCalendars(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/hostile/*.ics")
	if err != nil || len(names) < 60 {
		t.Fatalf("found %d files: %v", len(names), err)
	}
	var got strings.Builder
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "%s\n%s\n", strings.TrimSuffix(filepath.Base(name), ".ics"), verdict(Read(text, year)))
	}
	const golden = "testdata/hostile.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		for i, line := range strings.Split(string(want), "\n") {
			if lines := strings.Split(got.String(), "\n"); i >= len(lines) || lines[i] != line {
				t.Fatalf("%s, line %d: %q is no longer so; read what changed after -update", golden, i+1, line)
			}
		}
		t.Fatalf("%s lacks the end", golden)
	}
}

// verdict tells an answer in lines: a refusal, or warnings and then intervals.
func verdict(b Busy, err error) string {
	var refusal *Refusal
	if errors.As(err, &refusal) {
		return fmt.Sprintf("    refused %s\n", refusal.Code)
	}
	if err != nil {
		return "    " + err.Error() + "\n"
	}
	var out strings.Builder
	for _, w := range b.Warnings {
		fmt.Fprintf(&out, "    warns %s %d\n", w.Code, w.Count)
	}
	const shown = 8
	for i, s := range b.Intervals {
		if i == shown && len(b.Intervals) > shown+1 {
			last := b.Intervals[len(b.Intervals)-1]
			fmt.Fprintf(&out, "    and %d more, the last ends %s\n", len(b.Intervals)-shown, last.End.Format("Mon 2006-01-02 15:04:05Z"))
			break
		}
		fmt.Fprintf(&out, "    busy %s for %s\n", s.Start.Format("Mon 2006-01-02 15:04:05Z"), s.End.Sub(s.Start))
	}
	if len(b.Intervals) == 0 {
		out.WriteString("    free\n")
	}
	return out.String()
}

// TestReadRefusesWhatIsTooMuch is for texts too large to keep as files.
func TestReadRefusesWhatIsTooMuch(t *testing.T) {
	t.Parallel()
	event := func(props ...string) string {
		return "BEGIN:VEVENT\n" + strings.Join(props, "\n") + "\nEND:VEVENT\n"
	}
	calendar := func(parts ...string) string {
		return "BEGIN:VCALENDAR\n" + strings.Join(parts, "") + "END:VCALENDAR\n"
	}
	hour := event("DTSTART:20260101T080000Z", "DURATION:PT10M", "RRULE:FREQ=HOURLY")
	for name, test := range map[string]struct {
		text string
		want RefusalCode
	}{
		"1 MiB and an octet":            {strings.Repeat(" ", MaxBytes+1), TooLarge},
		"38,000 components in a row":    {strings.Repeat("BEGIN:A\n", 38_000), NotACalendar},
		"components without end":        {"BEGIN:VCALENDAR\n" + strings.Repeat("BEGIN:A\n", 100_000), TooDeep},
		"a line over 64 KiB":            {calendar(event("DTSTART:20260101T080000Z", "EXDATE:"+strings.Repeat("20260101T080000Z,", 4_000))), LineTooLong},
		"a parameter of 300,000 octets": {calendar(event("DTSTART;TZID=" + strings.Repeat("x", 300_000) + ":20260101T080000")), LineTooLong},
		"more than 5,000 events":        {calendar(strings.Repeat(event("DTSTART:20260101T080000Z"), 5_001)), TooMany},
		"more than 20,000 times":        {calendar(strings.Repeat(hour, 5)), TooMany},
		"rules that never come": {calendar(strings.Repeat(
			event("DTSTART:20260101T080000Z", "RRULE:FREQ=MINUTELY;BYHOUR=7;BYMINUTE=1;INTERVAL=2"), 3_000)), TooSlow},
		"counts from the first year": {calendar(strings.Repeat(
			event("DTSTART:00010101T080000Z", "RRULE:FREQ=DAILY;COUNT=999999999"), 1_000)), TooSlow},
		"series and changes of one UID": {calendar(
			strings.Repeat(event("UID:a", "DTSTART:20260101T080000Z"), 2_500),
			strings.Repeat(event("UID:a", "DTSTART:20260101T080000Z", "RECURRENCE-ID:20260101T080000Z"), 2_500)), TooSlow},
		"zones by the thousand": {calendar(func() string {
			var b strings.Builder
			for i := range 4_000 {
				fmt.Fprintf(&b, "BEGIN:VEVENT\nDTSTART;TZID=A/B%d:20260101T080000\nEND:VEVENT\n", i)
			}
			return b.String()
		}()), TooSlow},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Read([]byte(test.text), year)
			var refusal *Refusal
			if !errors.As(err, &refusal) || refusal.Code != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestReadAcceptsWhatIsJustEnough(t *testing.T) {
	t.Parallel()
	event := "BEGIN:VEVENT\nDTSTART:20260101T080000Z\nDTEND:20260101T090000Z\nEND:VEVENT\n"
	for name, text := range map[string]string{
		"5,000 events":    "BEGIN:VCALENDAR\n" + strings.Repeat(event, maxEvents) + "END:VCALENDAR\n",
		"a title of 1 MB": "BEGIN:VCALENDAR\nX-A:" + strings.Repeat("x", 1_000_000) + "\n" + event + "END:VCALENDAR\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, err := Read([]byte(text), year)
			if err != nil || len(b.Intervals) != 1 || len(b.Warnings) != 0 {
				t.Errorf("got %v, %v", b, err)
			}
		})
	}
}

func TestReadRefusesOptionsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"no zone":             {From: year.From, To: year.To},
		"zone of the machine": {Zone: time.Local, From: year.From, To: year.To},
		"empty window":        {Zone: amsterdam, From: year.To, To: year.To},
		"endless window":      {Zone: amsterdam, From: year.From, To: year.From.AddDate(4, 0, 0)},
		"no window":           {Zone: amsterdam},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var refusal *Refusal
			if _, err := Read(nil, o); err == nil || errors.As(err, &refusal) {
				t.Errorf("got %v, want an error about the options", err)
			}
		})
	}
}
