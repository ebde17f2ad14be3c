package engine

import (
	"slices"
	"time"
)

// Interval is the half-open span [Start, End). It is empty when End is not
// after Start.
type Interval struct {
	Start time.Time
	End   time.Time
}

// Empty reports whether no instant lies in the interval.
func (i Interval) Empty() bool { return !i.Start.Before(i.End) }

// Duration is the elapsed time, zero for an empty interval.
func (i Interval) Duration() time.Duration {
	if i.Empty() {
		return 0
	}
	return i.End.Sub(i.Start)
}

// Contains reports whether j lies wholly inside i. An empty j lies in nothing.
func (i Interval) Contains(j Interval) bool {
	return !j.Empty() && !j.Start.Before(i.Start) && !j.End.After(i.End)
}

// Overlaps reports whether the two share an instant; touching ends do not.
func (i Interval) Overlaps(j Interval) bool {
	return !i.Empty() && !j.Empty() && i.Start.Before(j.End) && j.Start.Before(i.End)
}

// Intersect gives the common part, possibly empty.
func (i Interval) Intersect(j Interval) Interval {
	return Interval{Start: later(i.Start, j.Start), End: earlier(i.End, j.End)}
}

// Merge gives the same set of instants as sorted, disjoint, non-touching,
// non-empty intervals. Every function below expects and returns such a list;
// call Merge on anything that comes from outside.
func Merge(list []Interval) []Interval {
	var out []Interval
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b Interval) int { return a.Start.Compare(b.Start) })
	for _, i := range sorted {
		switch last := len(out) - 1; {
		case i.Empty():
		case last >= 0 && !i.Start.After(out[last].End):
			out[last].End = later(out[last].End, i.End)
		default:
			out = append(out, i)
		}
	}
	return out
}

// Intersect gives the instants that lie in both merged lists.
func Intersect(a, b []Interval) []Interval {
	var out []Interval
	for len(a) > 0 && len(b) > 0 {
		if both := a[0].Intersect(b[0]); !both.Empty() {
			out = append(out, both)
		}
		if a[0].End.Before(b[0].End) {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return out
}

// Subtract gives the instants of a merged list that lie in none of the merged
// cuts.
func Subtract(list, cuts []Interval) []Interval {
	var out []Interval
	for _, i := range list {
		for len(cuts) > 0 && !cuts[0].End.After(i.Start) {
			cuts = cuts[1:]
		}
		for _, cut := range cuts {
			if !cut.Start.Before(i.End) {
				break
			}
			if i.Start.Before(cut.Start) {
				out = append(out, Interval{Start: i.Start, End: cut.Start})
			}
			i.Start = cut.End
		}
		if !i.Empty() {
			out = append(out, i)
		}
	}
	return out
}

// Pad widens every interval by the given times before and after, and merges.
func Pad(list []Interval, before, after time.Duration) []Interval {
	out := make([]Interval, len(list))
	for n, i := range list {
		out[n] = Interval{Start: i.Start.Add(-before), End: i.End.Add(after)}
	}
	return Merge(out)
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
