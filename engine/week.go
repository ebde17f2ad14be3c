package engine

import "math/bits"

// weekQuarters is the number of quarters of an hour in a week on the wall.
const weekQuarters = 7 * dayQuarter

// weekBits is an ISO week on the wall in quarters of an hour, from Monday 00:00
// on: bit i of word i/64. A weekly rule is the same bits in every week, however
// the clocks are set in it. Sets of small integers as words and operations on
// all of them at once are old (Knuth, The Art of Computer Programming 4A, 7.1.3,
// "broadword computing").
type weekBits [11]uint64 // 672 bits, the rest is 0

// fullWeek has every quarter.
var fullWeek = weekBits{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0), 1<<32 - 1}

// set adds the quarters [from, to) as far as they lie in the week.
func (w *weekBits) set(from, to int) {
	for from, to = inWeek(from, to); from < to; from = wordEnd(from, to) {
		w[from/64] |= mask(from, to)
	}
}

// clear removes the quarters [from, to).
func (w *weekBits) clear(from, to int) {
	for from, to = inWeek(from, to); from < to; from = wordEnd(from, to) {
		w[from/64] &^= mask(from, to)
	}
}

func inWeek(from, to int) (int, int) { return max(from, 0), min(to, weekQuarters) }

// wordEnd is where the word that holds bit from ends, or to.
func wordEnd(from, to int) int { return min(to, (from/64+1)*64) }

// mask is the part of [from, to) that lies in the word of bit from.
func mask(from, to int) uint64 {
	return ^uint64(0) >> (64 - (wordEnd(from, to) - from)) << (from % 64)
}

func (w *weekBits) has(i int) bool { return w[i/64]>>(i%64)&1 != 0 }

// and keeps what is in both.
func (w *weekBits) and(other *weekBits) {
	for i := range w {
		w[i] &= other[i]
	}
}

// next gives the first quarter of the week from i on, -1 when there is none.
func (w *weekBits) next(i int) int {
	if i >= weekQuarters {
		return -1
	}
	word := w[i/64] >> (i % 64) << (i % 64)
	for n := i / 64; ; word = w[n] {
		if word != 0 {
			return n*64 + bits.TrailingZeros64(word)
		}
		if n++; n == len(w) {
			return -1
		}
	}
}

// starts gives the quarters of the week from which k quarters on end are set,
// with the week after it for what runs over midnight of Sunday. k is 1 to 96.
// This is the erosion of the set by a line of length k, in steps that double
// (R. van den Boomgaard and R. van Balen, Methods for fast morphological image
// transforms using bitmapped binary images, CVGIP 54, 1992).
func (w *weekBits) starts(after *weekBits, k int) weekBits {
	var run [13]uint64 // the week and a day of the next
	copy(run[:], w[:])
	run[10] |= after[0] << 32
	run[11] = after[0]>>32 | after[1]<<32
	run[12] = after[1] >> 32
	for have := 1; have < k; {
		step := min(have, k-have, 63)
		for i := range run {
			shifted := run[i] >> step
			if i+1 < len(run) {
				shifted |= run[i+1] << (64 - step)
			}
			run[i] &= shifted
		}
		have += step
	}
	var out weekBits
	copy(out[:], run[:11])
	out[10] &= fullWeek[10]
	return out
}
