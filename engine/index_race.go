package engine

import (
	"cmp"
	"math"
)

// hit is a candidate in the race.
type hit struct {
	row                    int32
	sum, known, applicable int32
	feasible               int32  // at most, while waiting
	low                    bool   // less is known of her than the policy wants
	may                    uint64 // parts of the week in which the weekly hours have room
}

// compare puts the better first, as ranked.compare does.
func (r *Ranker) compare(a, b *hit) int {
	if a.low != b.low {
		if a.low {
			return 1
		}
		return -1
	}
	if c := int64(b.sum)*int64(max(a.known, 1)) - int64(a.sum)*int64(max(b.known, 1)); c != 0 {
		return cmp.Compare(c, 0)
	}
	s, t := &r.ties[a.row], &r.ties[b.row]
	if c := cmp.Compare(int64(s.load)*int64(max(t.room, 1)), int64(t.load)*int64(max(s.room, 1))); c != 0 {
		return c
	}
	if c := cmp.Compare(s.offered, t.offered); c != 0 {
		return c
	}
	return cmp.Compare(a.row, b.row) // rows are in order of id
}

// keep adds a candidate to the best k, in place of the worst when there are k
// and she is better.
func (r *Ranker) keep(h hit, k int) {
	if len(r.best) == k {
		if r.compare(&h, &r.best[0]) < 0 {
			r.best[0] = h
			r.sink(r.best, 0, -1)
		}
		return
	}
	if r.best = append(r.best, h); len(r.best) == k {
		r.heap(r.best, -1)
	}
}

// heap orders hits so that the best is on top, or with sign -1 the worst.
func (r *Ranker) heap(hits []hit, sign int) {
	for i := len(hits)/2 - 1; i >= 0; i-- {
		r.sink(hits, i, sign)
	}
}

// sink restores a heap below i.
func (r *Ranker) sink(heap []hit, i, sign int) {
	for {
		first := i
		for down := 2*i + 1; down <= 2*i+2 && down < len(heap); down++ {
			if sign*r.compare(&heap[down], &heap[first]) < 0 {
				first = down
			}
		}
		if first == i {
			return
		}
		heap[i], heap[first] = heap[first], heap[i]
		i = first
	}
}

func (q *Query) hit(at, sum, known int) hit {
	return hit{row: int32(at), sum: int32(sum), known: int32(known), applicable: int32(q.applicable), low: q.low(known)}
}

func (q *Query) low(known int) bool { return 100*known < q.Policy.LowCoverage*q.applicable }

// late reports whether k better ones are there already. It is compare, with the
// answer for most taken from the score alone.
func (r *Ranker) late(q *Query, at, sum, known, k int) bool {
	if len(r.best) < k {
		return false
	}
	worst := &r.best[0]
	if q.low(known) == worst.low {
		if d := sum*int(max(worst.known, 1)) - int(worst.sum)*max(known, 1); d != 0 {
			return d < 0
		}
	}
	h := q.hit(at, sum, known)
	return r.compare(&h, worst) >= 0
}

// bar is what a candidate may lose at most by one factor alone and still come
// in: in points of weight·value, and as the least number of occurrences.
//
// Her score is Perfect less what she loses over what is known of her, so it is
// at most Perfect less any one loss over all that applies.
type bar struct {
	loss     int
	feasible int
}

func (r *Ranker) setBar(q *Query, k int) {
	r.bar = bar{loss: math.MaxInt, feasible: q.required}
	if len(r.best) < k || r.best[0].low || r.best[0].known == 0 {
		return
	}
	worst := r.best[0]
	r.bar.loss = (Perfect*int(worst.known) - int(worst.sum)) * q.applicable / int(worst.known)
	for r.bar.feasible < q.most && q.availability*(Perfect-q.room[r.bar.feasible]) > r.bar.loss {
		r.bar.feasible++
	}
}
