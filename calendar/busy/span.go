package busy

import (
	"cmp"
	"slices"
)

// span is [start, end) in Unix seconds.
type span struct{ start, end int64 }

// merged gives the same time in order, with room between any two spans.
func merged(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end))
	})
	var whole []span
	for _, s := range spans {
		if n := len(whole); n > 0 && s.start <= whole[n-1].end {
			whole[n-1].end = max(whole[n-1].end, s.end)
		} else {
			whole = append(whole, s)
		}
	}
	return whole
}

// without gives the time in spans that is not in holes. Both must be merged; so is what comes out.
func without(spans, holes []span) []span {
	var rest []span
	i := 0
	for _, s := range spans {
		for i < len(holes) && holes[i].end <= s.start {
			i++
		}
		for j := i; j < len(holes) && holes[j].start < s.end; j++ {
			if s.start < holes[j].start {
				rest = append(rest, span{s.start, holes[j].start})
			}
			s.start = max(s.start, holes[j].end)
		}
		if s.start < s.end {
			rest = append(rest, s)
		}
	}
	return rest
}
