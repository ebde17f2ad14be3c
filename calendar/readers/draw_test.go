package main

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"expex/calendar"
)

func TestTheSameSeedDrawsTheSameFeeds(t *testing.T) {
	t.Parallel()
	if !reflect.DeepEqual(draw(1, 2), draw(1, 2)) {
		t.Error("two draws differ")
	}
	if reflect.DeepEqual(draw(1, 2), draw(1, 3)) || reflect.DeepEqual(draw(1, 2), draw(2, 2)) {
		t.Error("the number of the feed and the seed do not count")
	}
}

// What the readers agree on is worth as much as what they are given.
func TestTheFeedsHoldWhatCanGoWrong(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for number := range uint64(60) { // as many as every change is checked with
		before := map[string]calendar.Event{}
		for v, drawn := range draw(2027, number) {
			if len(drawn.feed.Events) == 0 {
				seen["an empty feed"]++
				if len(before) > 0 {
					seen["an emptied feed"]++
				}
			}
			after := map[string]calendar.Event{}
			for _, e := range drawn.feed.Events {
				after[e.UID] = e
				was, known := before[e.UID]
				hours := e.End.Sub(e.Start).Hours()
				for what, so := range map[string]bool{
					statuses[e.Status]:            true,
					"a place that is cut":         strings.HasSuffix(drawn.places[e.UID], "…"),
					"an emoji":                    strings.Contains(e.Place, "🧑"),
					"a comma":                     strings.Contains(e.Place, ","),
					"an hour that comes twice":    twice(e.Start) || twice(e.End),
					"a day of 23 hours":           hours == 23,
					"a day of 25 hours":           hours == 25,
					"an event that is new":        v > 0 && !known,
					"an event that moved":         known && !was.Start.Equal(e.Start),
					"an event somewhere else":     known && was.Place != e.Place,
					"an event that is called off": known && was.Status != e.Status && e.Status == calendar.Cancelled,
				} {
					if so {
						seen[what]++
					}
				}
				if known && was != e && (e.Sequence <= was.Sequence || !e.Changed.After(was.Changed)) {
					t.Errorf("%s changed without its stamps", e.UID)
				}
			}
			for uid := range before {
				if _, still := after[uid]; !still {
					seen["an event that is gone"]++
				}
			}
			before = after
		}
	}
	for _, what := range []string{
		"TENTATIVE", "CONFIRMED", "CANCELLED", "an empty feed", "an emptied feed", "a place that is cut", "an emoji", "a comma", "an hour that comes twice",
		"a day of 23 hours", "a day of 25 hours", "an event that is new", "an event that moved", "an event somewhere else",
		"an event that is called off", "an event that is gone",
	} {
		if seen[what] == 0 {
			t.Errorf("60 feeds hold no such thing: %s", what)
		}
	}
}

func TestEveryDifferenceIsNamed(t *testing.T) {
	t.Parallel()
	drawn := draw(2027, 1)[0]
	want := drawn.expected()
	if got := compare("feed", want, want); len(got) != 0 {
		t.Errorf("compared with itself: %v", got)
	}
	for field, change := range map[string]func(*event){
		"uid": func(e *event) { e.UID += "x" }, "start": func(e *event) { e.Start = "2027-10-31T01:30:00Z" }, "end": func(e *event) { e.End = "" },
		"sequence": func(e *event) { e.Sequence++ }, "status": func(e *event) { e.Status = "" }, "summary": func(e *event) { e.Summary = "" },
		"location": func(e *event) { e.Location += " " }, "lastModified": func(e *event) { e.LastModified = "" },
	} {
		wrong := drawn.expected()
		change(&wrong[0])
		if got := strings.Join(compare("feed", want, wrong), "\n"); !strings.Contains(got, field+" is") {
			t.Errorf("another %s: %q", field, got)
		}
	}
	if got := compare("feed", want, want[1:]); len(got) == 0 {
		t.Error("a missing event is no difference")
	}
	for name, readings := range map[string][]reading{
		"a feed that is not read": nil, "a reader that fails": {{Feed: "feed", Error: "no"}}, "a feed that is read twice": {{Feed: "feed", Events: want}, {Feed: "feed", Events: want}},
	} {
		if _, got := judge([]text{{name: "feed", want: want}}, readings, named); len(got) == 0 {
			t.Errorf("%s is no difference", name)
		}
	}
}

// twice reports whether t lies within an hour that the clock shows twice.
func twice(t time.Time) bool {
	for i, change := range changes {
		if since := t.Sub(change); i%2 == 1 && -time.Hour <= since && since < time.Hour {
			return true
		}
	}
	return false
}
