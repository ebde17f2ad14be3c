package engine_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"expex/engine"
)

// midnight begins the day of these tests.
var midnight = at("2027-03-29 00:00")

// m is the half-open span between two minutes of that day.
func m(from, to int) engine.Interval {
	return engine.Interval{Start: midnight.Add(time.Duration(from) * time.Minute), End: midnight.Add(time.Duration(to) * time.Minute)}
}

type spans = []engine.Interval

func TestAnIntervalIsHalfOpen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		got, want any
	}{
		{"a span", m(1, 2).Empty(), false},
		{"no span", m(1, 1).Empty(), true},
		{"a reversed span", m(2, 1).Empty(), true},
		{"the length of a span", m(1, 3).Duration(), 2 * time.Minute},
		{"the length of a reversed span", m(3, 1).Duration(), time.Duration(0)},
		{"an interval contains itself", m(1, 3).Contains(m(1, 3)), true},
		{"an interval contains its part", m(1, 4).Contains(m(2, 3)), true},
		{"not what begins sooner", m(1, 4).Contains(m(0, 3)), false},
		{"not what ends later", m(1, 4).Contains(m(2, 5)), false},
		{"not an empty one", m(1, 4).Contains(m(2, 2)), false},
		{"overlapping", m(1, 3).Overlaps(m(2, 4)), true},
		{"touching is not overlapping", m(1, 2).Overlaps(m(2, 3)), false},
		{"touching the other way round", m(2, 3).Overlaps(m(1, 2)), false},
		{"an empty one overlaps nothing", m(1, 4).Overlaps(m(2, 2)), false},
		{"nothing overlaps an empty one", m(2, 2).Overlaps(m(1, 4)), false},
		{"the common part", m(1, 3).Intersect(m(2, 4)), m(2, 3)},
		{"the common part of strangers is empty", m(1, 2).Intersect(m(3, 4)).Empty(), true},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
		}
	}
}

func TestIntervalListsByExample(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		got, want spans
	}{
		{"merge nothing", engine.Merge(nil), nil},
		{"merge sorts", engine.Merge(spans{m(5, 6), m(1, 2)}), spans{m(1, 2), m(5, 6)}},
		{"merge joins what overlaps", engine.Merge(spans{m(1, 4), m(3, 6)}), spans{m(1, 6)}},
		{"merge joins what touches", engine.Merge(spans{m(3, 6), m(1, 3)}), spans{m(1, 6)}},
		{"merge keeps what holds another", engine.Merge(spans{m(1, 9), m(3, 4), m(8, 9)}), spans{m(1, 9)}},
		{"merge drops the empty and the reversed", engine.Merge(spans{m(3, 3), m(5, 4), m(1, 2)}), spans{m(1, 2)}},
		{"merge does not let a reversed span join others", engine.Merge(spans{m(1, 2), m(2, 1), m(3, 4)}), spans{m(1, 2), m(3, 4)}},
		{"intersect takes the common parts", engine.Intersect(spans{m(1, 4), m(6, 9)}, spans{m(3, 7)}), spans{m(3, 4), m(6, 7)}},
		{"intersect of neighbours is nothing", engine.Intersect(spans{m(1, 4)}, spans{m(4, 7)}), nil},
		{"intersect with nothing", engine.Intersect(spans{m(1, 4)}, nil), nil},
		{"subtract from the middle", engine.Subtract(spans{m(1, 9)}, spans{m(3, 4), m(6, 7)}), spans{m(1, 3), m(4, 6), m(7, 9)}},
		{"subtract the ends", engine.Subtract(spans{m(1, 9)}, spans{m(0, 2), m(8, 12)}), spans{m(2, 8)}},
		{"subtract one cut from two", engine.Subtract(spans{m(1, 4), m(6, 9)}, spans{m(3, 7)}), spans{m(1, 3), m(7, 9)}},
		{"subtract everything", engine.Subtract(spans{m(1, 4)}, spans{m(0, 9)}), nil},
		{"subtract nothing", engine.Subtract(spans{m(1, 4)}, nil), spans{m(1, 4)}},
		{"pad before and after", engine.Pad(spans{m(10, 12)}, 2*time.Minute, time.Minute), spans{m(8, 13)}},
		{"pad joins what comes to touch", engine.Pad(spans{m(10, 12), m(14, 16)}, 2*time.Minute, 0), spans{m(8, 16)}},
		{"pad of nothing", engine.Pad(nil, time.Minute, time.Minute), nil},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
		}
	}
}

// bitmap is the naive form of a list: which minutes of a day lie in it.
type bitmap [24 * 60]bool

func bits(list spans) (b bitmap) {
	for _, i := range list {
		for at := i.Start; at.Before(i.End); at = at.Add(time.Minute) {
			b[at.Sub(midnight)/time.Minute] = true
		}
	}
	return b
}

func (b bitmap) with(c bitmap, keep func(b, c bool) bool) (out bitmap) {
	for minute := range b {
		out[minute] = keep(b[minute], c[minute])
	}
	return out
}

// canonical reports that a list is sorted, disjoint, not touching and free of
// empty intervals.
func canonical(list spans) bool {
	for n, i := range list {
		if i.Empty() || n > 0 && !list[n-1].End.Before(i.Start) {
			return false
		}
	}
	return true
}

// decode reads spans of a day from bytes: pairs of minutes, reversed and empty
// ones included. They keep clear of the ends of the day by half an hour.
func decode(data []byte) (list spans) {
	for len(data) >= 3 {
		start := 30 + int(data[0])*5
		list, data = append(list, m(start, start+int(int8(data[1]))%60+int(data[2])%30)), data[3:]
	}
	return slices.DeleteFunc(list, func(i engine.Interval) bool {
		return i.Start.Before(m(30, 0).Start) || i.End.After(m(0, 23*60+30).End)
	})
}

func checkAlgebra(t interface{ Errorf(string, ...any) }, a, b spans, before, after int) {
	given := slices.Clone(a)
	x, y := engine.Merge(a), engine.Merge(b)
	padded := engine.Pad(x, time.Duration(before)*time.Minute, time.Duration(after)*time.Minute)
	widened := spans{}
	for _, i := range x {
		widened = append(widened, engine.Interval{Start: i.Start.Add(-time.Duration(before) * time.Minute), End: i.End.Add(time.Duration(after) * time.Minute)})
	}
	for name, c := range map[string]struct {
		got  spans
		want bitmap
	}{
		"merge":     {x, bits(a)},
		"intersect": {engine.Intersect(x, y), bits(a).with(bits(b), func(p, q bool) bool { return p && q })},
		"subtract":  {engine.Subtract(x, y), bits(a).with(bits(b), func(p, q bool) bool { return p && !q })},
		"pad":       {padded, bits(widened)},
	} {
		if bits(c.got) != c.want || !canonical(c.got) {
			t.Errorf("%s of %v and %v is %v", name, a, b, c.got)
		}
	}
	if !slices.Equal(a, given) {
		t.Errorf("the input %v was changed to %v", given, a)
	}
}

func FuzzIntervals(f *testing.F) {
	f.Add([]byte{}, []byte{}, uint8(0), uint8(0))
	f.Add([]byte{1, 20, 3, 2, 20, 3}, []byte{1, 5, 0, 3, 0, 0}, uint8(30), uint8(0))
	f.Add([]byte{9, 250, 1, 8, 5, 0, 9, 0, 0}, []byte{8, 10, 0, 8, 0, 5}, uint8(0), uint8(15))
	f.Fuzz(func(t *testing.T, a, b []byte, before, after uint8) {
		checkAlgebra(t, decode(a[:min(len(a), 60)]), decode(b[:min(len(b), 60)]), int(before)%31, int(after)%31)
	})
}

func TestTheAlgebraOfIntervalsIsThatOfSetsOfMinutes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.Byte(), 0, 24)
		a, b := decode(list.Draw(t, "a")), decode(list.Draw(t, "b"))
		checkAlgebra(t, a, b, rapid.IntRange(0, 30).Draw(t, "before"), rapid.IntRange(0, 30).Draw(t, "after"))

		x, y := engine.Merge(a), engine.Merge(b)
		whole := spans{m(0, 24*60)}
		outside := func(list spans) spans { return engine.Subtract(whole, list) }
		for name, pair := range map[string][2]spans{
			"merging twice is merging once":                {engine.Merge(x), x},
			"the order of a union does not matter":         {engine.Merge(slices.Concat(a, b)), engine.Merge(slices.Concat(b, a))},
			"intersect commutes":                           {engine.Intersect(x, y), engine.Intersect(y, x)},
			"taking away twice is taking away once":        {engine.Subtract(engine.Subtract(x, y), y), engine.Subtract(x, y)},
			"what is left and what is common is all":       {engine.Merge(slices.Concat(engine.Subtract(x, y), engine.Intersect(x, y))), x},
			"outside both is outside either (De Morgan)":   {outside(engine.Merge(slices.Concat(x, y))), engine.Intersect(outside(x), outside(y))},
			"outside the common part (De Morgan)":          {outside(engine.Intersect(x, y)), engine.Merge(slices.Concat(outside(x), outside(y)))},
			"taking away is intersecting with the outside": {engine.Subtract(x, y), engine.Intersect(x, outside(y))},
			"the outside of the outside":                   {outside(outside(x)), x},
			"no padding changes nothing":                   {engine.Pad(x, 0, 0), x},
		} {
			if !slices.Equal(pair[0], pair[1]) {
				t.Errorf("%s: %v, not %v", name, pair[0], pair[1])
			}
		}
	})
}
