package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"expex/engine"
)

// seriesText writes a series as one letter a session, and what blocks the rest.
func seriesText(s engine.Suggestion) string {
	var marks, blocked strings.Builder
	for _, o := range s.Series {
		if o.Slot != nil {
			marks.WriteByte('+')
			continue
		}
		marks.WriteByte('-')
		fmt.Fprintf(&blocked, " %s %v", o.Day, o.Blocked)
	}
	return marks.String() + blocked.String()
}

func TestASeriesShowsEachSessionAndWhatStandsInTheWay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(in *engine.MatchInput, anna *engine.Candidate)
		want   string
	}{
		{"all fit", nothing, "++++++"},
		{"she is away", func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.Blackouts = spans{between("2027-04-01 00:00", "2027-04-10 00:00")}
		}, "++-+++ 2027-04-06 [NOT_AVAILABLE]"},
		{"she is booked", func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.Booked = []engine.Booked{{ID: "long", Session: span("2027-04-06 15:30", 120), Busy: span("2027-04-06 15:30", 150)}}
		}, "++-+++ 2027-04-06 [OVERLAP]"},
		{"booked and at the cap of that day", func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.Booked = []engine.Booked{{ID: "long", OneToOne: true, Session: span("2027-04-06 15:30", 120), Busy: span("2027-04-06 15:30", 150)}}
		}, "++-+++ 2027-04-06 [CAPACITY OVERLAP]"},
		{"her certificate ends", func(_ *engine.MatchInput, anna *engine.Candidate) { anna.Certificates[0].To = "2027-04-20" },
			"++++-- 2027-04-20 [CONDUCT_CERT_INVALID] 2027-04-27 [CONDUCT_CERT_INVALID]"},
		{"two half reasons", func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.Blackouts = spans{between("2027-04-06 16:00", "2027-04-06 18:00")}
			anna.Booked = []engine.Booked{{ID: "one", Session: span("2027-04-06 15:00", 60), Busy: span("2027-04-06 15:00", 60)}}
		}, "++-+++ 2027-04-06 [NOT_AVAILABLE]"},
		{"what she keeps away from is not told", func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.OrganisationExclusions = []engine.OrganisationExclusion{{Organisation: "house", Until: "2027-04-01"}}
		}, "--++++ 2027-03-23 [NOT_AVAILABLE] 2027-03-30 [NOT_AVAILABLE]"},
		{"nor what she rests from", func(in *engine.MatchInput, anna *engine.Candidate) {
			anna.Booked = []engine.Booked{{ID: "heavy", Tier3: true, Session: span("2027-04-05 18:30", 60), Busy: span("2027-04-05 18:30", 90)}}
		}, "++-+++ 2027-04-06 [NOT_AVAILABLE]"},
		{"every second week", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Request.EveryWeeks = 2
			anna.Blackouts = spans{between("2027-04-01 00:00", "2027-04-10 00:00")}
		}, "+-++++ 2027-04-06 [NOT_AVAILABLE]"},
		{"inside the needed period", func(in *engine.MatchInput, _ *engine.Candidate) { in.Request.Until = "2027-04-06" }, "+++"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := buddy()
			in.Request.Occurrences, in.Request.Windows = 6, in.Request.Windows[:1] // Tuesdays 15:00-18:00
			c.change(&in, &in.Candidates[0])
			ranking := suggest(t, in)
			if len(ranking.Suggestions) != 1 {
				t.Fatalf("excluded %s", excludedText(ranking.Excluded))
			}
			if got := seriesText(ranking.Suggestions[0]); got != c.want {
				t.Errorf("series %s, want %s", got, c.want)
			}
		})
	}
	if s := suggest(t, consultation()).Suggestions[0]; s.Series != nil {
		t.Errorf("a single session shows a series: %v", s.Series)
	}
}

// A weekly meeting stays at the same wall time over both changes of the clocks.
func TestASeriesKeepsItsWallTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from engine.Date
		now  string
		utc  []int
	}{{"2027-10-13", "2027-10-11 12:00", []int{14, 14, 14, 15, 15, 15}}, {"2027-03-17", "2027-03-15 12:00", []int{15, 15, 14, 14, 14, 14}}} {
		in := buddy()
		in.Now, in.Request.From, in.Request.Occurrences = at(c.now), c.from, 6
		in.Request.Windows = []engine.WeekWindow{{Weekday: engine.Wednesday, Starts: "16:00", Ends: "17:00"}}
		var hours []int
		for _, o := range suggest(t, in).Suggestions[0].Series {
			hours = append(hours, o.Slot.Start.UTC().Hour())
		}
		if !slices.Equal(hours, c.utc) {
			t.Errorf("from %s the series is at %v UTC, want %v", c.from, hours, c.utc)
		}
	}
}

func TestTheSeriesIsWhatIsCounted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		for _, s := range rank(t, in).Suggestions {
			if in.Request.Occurrences <= 1 {
				if s.Series != nil {
					t.Fatalf("%v: a series for a single session", s.Experts)
				}
				continue
			}
			fits := 0
			for _, o := range s.Series {
				if (o.Slot != nil) == (len(o.Blocked) > 0) {
					t.Fatalf("%v: a session neither fits nor is blocked, or both: %v", s.Experts, o)
				}
				if o.Slot == nil {
					continue
				}
				fits++
				if _, codes := engine.Check(only(in, s.Experts), *o.Slot); len(codes) > 0 {
					t.Fatalf("%v: %v breaks %v", s.Experts, *o.Slot, codes)
				}
			}
			if fits != s.Feasible {
				t.Fatalf("%v: %d of the series fit, %d are counted", s.Experts, fits, s.Feasible)
			}
		}
	})
}
