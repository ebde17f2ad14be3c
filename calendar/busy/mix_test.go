package busy

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// mix draws a calendar of properties that may or may not go together, around
// both changes of the clock in 2026.
func mix(t *rapid.T) string {
	pick := func(label string, values ...string) string { return rapid.SampledFrom(values).Draw(t, label) }
	moment := func() string {
		day := pick("day", "20260102", "20260327", "20260328", "20260329", "20260330", "20261024", "20261025", "20261026", "20260229", "20240229")
		clock := pick("clock", "T000000", "T013000", "T020000", "T023000", "T030000", "T090000Z", "T235959", "T010000Z", "")
		return day + clock
	}
	property := func(name string) string {
		zone := ""
		switch rapid.IntRange(0, 6).Draw(t, "zone") {
		case 0, 1:
			zone = ";TZID=Europe/Amsterdam"
		case 2:
			zone = ";TZID=X-K"
		case 3:
			zone = ";TZID=Eastern Standard Time"
		case 4:
			zone = ";TZID=Nowhere"
		}
		value := moment()
		for rapid.IntRange(0, 3).Draw(t, "more") == 0 && name != "DTSTART" && name != "DTEND" {
			value += "," + moment()
		}
		if name == "RDATE" && rapid.Bool().Draw(t, "period") {
			value += "/" + pick("until", "PT2H", "P1D", "20261101T000000Z", "-PT1H")
		}
		return name + zone + ":" + value
	}
	event := func(kind string) []string {
		lines := []string{"BEGIN:" + kind, property("DTSTART"), "UID:" + pick("uid", "a", "b", "c")}
		for range rapid.IntRange(0, 5).Draw(t, "properties") {
			switch rapid.IntRange(0, 9).Draw(t, "kind") {
			case 0:
				lines = append(lines, property("DTEND"))
			case 1:
				lines = append(lines, "DURATION:"+pick("duration", "PT1H", "P1D", "PT36H", "-PT5M", "P1Y", "PT0S", "P2W"))
			case 2, 3:
				lines = append(lines, "RRULE:"+ruleText(t))
			case 4:
				lines = append(lines, "EXRULE:"+ruleText(t))
			case 5:
				lines = append(lines, property("RDATE"))
			case 6:
				lines = append(lines, property("EXDATE"))
			case 7, 8:
				lines = append(lines, property("RECURRENCE-ID"+pick("range", "", ";RANGE=THISANDFUTURE")))
			case 9:
				lines = append(lines, pick("state", "STATUS:CANCELLED", "TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE", "STATUS:TENTATIVE", "DTSTART"))
			}
		}
		return append(lines, "END:"+kind)
	}
	blocks := []string{"BEGIN:VTIMEZONE\nTZID:X-K\nBEGIN:STANDARD\nDTSTART:19961027T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\n" +
		"BEGIN:DAYLIGHT\nDTSTART:19810329T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\nEND:VTIMEZONE"}
	for range rapid.IntRange(1, 6).Draw(t, "components") {
		switch rapid.IntRange(0, 9).Draw(t, "component") {
		case 0:
			blocks = append(blocks, "BEGIN:VFREEBUSY\nFREEBUSY;FBTYPE="+pick("type", "BUSY", "FREE", "X")+":"+moment()+"/PT1H\nEND:VFREEBUSY")
		case 1:
			lines := []string{"BEGIN:VAVAILABILITY", property("DTSTART"), "PRIORITY:" + pick("priority", "0", "1", "5", "9")}
			if rapid.Bool().Draw(t, "ends") {
				lines = append(lines, property("DTEND"))
			}
			for range rapid.IntRange(0, 3).Draw(t, "open") {
				lines = append(lines, event("AVAILABLE")...)
			}
			blocks = append(blocks, strings.Join(append(lines, "END:VAVAILABILITY"), "\n"))
		default:
			blocks = append(blocks, strings.Join(event("VEVENT"), "\n"))
		}
	}
	return "BEGIN:VCALENDAR\n" + strings.Join(blocks, "\n") + "\nEND:VCALENDAR\n"
}

// readBare reads without the net of Read, so that a panic is seen.
func readBare(text string, o Options) (Busy, error) {
	r := newReader(o)
	if err := r.read([]byte(text)); err != nil {
		return Busy{}, err
	}
	return r.answer(), nil
}

func TestAnyMixIsReadTheSameInAnyOrderAndAnyWindow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := mix(t)
		want, err := readBare(text, year)
		if err == nil {
			checkAnswer(t, want, year)
		}
		head, blocks, tail := componentsOf(text)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Shuffle(len(blocks), func(i, j int) { blocks[i], blocks[j] = blocks[j], blocks[i] })
		shuffled := strings.Join(slices.Concat(head, slices.Concat(blocks...), tail), "\n")
		if got, err2 := readBare(shuffled, year); !reflect.DeepEqual(got, want) || !reflect.DeepEqual(err, err2) {
			t.Fatalf("in another order %v, %v, want %v, %v", got, err2, want, err)
		}
		if err != nil || slices.ContainsFunc(want.Warnings, func(w Warning) bool { return w.Code == RuleCut }) {
			return
		}
		from := year.From.Add(time.Duration(rapid.IntRange(0, 364*24*60).Draw(t, "from")) * time.Minute)
		narrow := Options{Zone: amsterdam, From: from, To: from.Add(time.Duration(rapid.IntRange(1, 20*24*60).Draw(t, "minutes")) * time.Minute)}
		small, err := readBare(text, narrow)
		if err != nil {
			t.Fatal(err)
		}
		outside := []span{{0, narrow.From.Unix()}, {min(narrow.To.Unix(), year.To.Unix()), 1 << 40}}
		inside := spansOf(small)
		if narrow.To.After(year.To) {
			inside = without(inside, []span{{year.To.Unix(), 1 << 40}})
		}
		if !slices.Equal(inside, without(spansOf(want), outside)) {
			t.Fatalf("from %s to %s: %v, want %v", narrow.From, narrow.To, fmt.Sprint(small.Intervals), fmt.Sprint(want.Intervals))
		}
	})
}
