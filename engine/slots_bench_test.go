package engine_test

import (
	"fmt"
	"testing"
	"time"

	"expex/engine"
)

// halfYear is a search of some experts over 26 weeks and both an even and an odd
// hour: hours on five afternoons that differ by the week, two blackouts and two
// sessions a week each.
func halfYear(experts, shift int) engine.SlotSearch {
	s := engine.SlotSearch{
		Now: saturday, Zone: amsterdam, Minutes: 60, Limit: 50,
		Between: engine.Interval{Start: saturday, End: saturday.AddDate(0, 0, 26*7)},
	}
	for n := range experts {
		c := engine.Calendar{Expert: engine.ExpertID(fmt.Sprint("e", n)), TravelBufferMinutes: 30}
		for d, day := range week[:5] {
			r := hours(day, wall(12*60+15*(n%3)+shift), wall(21*60-shift))
			if (n+d)%4 == 0 {
				r.Parity = engine.OddWeeks
			}
			c.Rules = append(c.Rules, r)
		}
		for w := range 26 {
			start := saturday.AddDate(0, 0, 7*w+2+n%5).Add(time.Duration(2+n)*time.Hour + time.Duration(shift)*time.Minute)
			c.Busy = append(c.Busy, engine.Interval{Start: start, End: start.Add(90 * time.Minute)},
				engine.Interval{Start: start.AddDate(0, 0, 2), End: start.AddDate(0, 0, 2).Add(90 * time.Minute)})
		}
		away := saturday.AddDate(0, 0, 20*n+10)
		c.Blackouts = []engine.Interval{{Start: away, End: away.AddDate(0, 0, 9)}, {Start: away.AddDate(0, 0, 60), End: away.AddDate(0, 0, 61)}}
		s.Calendars = append(s.Calendars, c)
	}
	return s
}

// BenchmarkSlots puts the week bitmaps beside the algebra of intervals, which is
// the definition, on hours that begin on a quarter and on hours that do not.
func BenchmarkSlots(b *testing.B) {
	for _, shift := range []int{0, 7} {
		for _, experts := range []int{1, 3, 6} {
			s := halfYear(experts, shift)
			name := fmt.Sprintf("experts=%d/odd=%d", experts, shift)
			if got, want := engine.FindSlots(s).Total, len(readableStarts(s)); got != want {
				b.Fatalf("%s: %d slots, %d by the algebra", name, got, want)
			}
			b.Run(name+"/bitmaps", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					engine.FindSlots(s)
				}
				b.ReportMetric(float64(engine.FindSlots(s).Total), "slots")
			})
			b.Run(name+"/intervals", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					commonSpans(s) // without the starts in them
				}
			})
		}
	}
	for _, all := range []bool{true, false} {
		s := halfYear(6, 0)
		s.Pattern = &engine.SlotPattern{Occurrences: 12, Every: 1, AllOrNothing: all}
		b.Run(fmt.Sprintf("experts=6/series of 12/all or nothing=%t", all), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				engine.FindSlots(s)
			}
			b.ReportMetric(float64(engine.FindSlots(s).Total), "series")
		})
	}
}

// Not parallel, because others would be counted too. Hours on every day hold some
// ten times the beginnings of hours on one, and cost the same to find.
func TestASearchMakesNothingNewPerBeginning(t *testing.T) {
	allocations := func(rules []engine.AvailabilityRule) (float64, int) {
		s := halfYear(6, 7)
		for i := range s.Calendars {
			s.Calendars[i].Rules, s.Limit = rules, 1
		}
		return testing.AllocsPerRun(5, func() { engine.FindSlots(s) }), engine.FindSlots(s).Total
	}
	var all, one []engine.AvailabilityRule // as many rules each
	for n, day := range week {
		all = append(all, hours(day, "00:07", "23:53"))
		one = append(one, hours(day, "12:07", wall(13*60+30+n)))
	}
	many, manySlots := allocations(all)
	few, fewSlots := allocations(one)
	if manySlots < 10*fewSlots || fewSlots == 0 || many > few+5 {
		t.Errorf("%v allocations for %d slots, %v for %d", many, manySlots, few, fewSlots)
	}
}
