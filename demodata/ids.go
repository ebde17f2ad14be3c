package demodata

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
)

// source is where everything that is left open comes from. Each thing draws from
// a stream of its own, named by kind and number: one more of a kind changes
// nothing about the others.
type source struct{ seed uint64 }

func (s source) digest(kind string, numbers ...int) [sha256.Size]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%d/%s", s.seed, kind)
	for _, n := range numbers {
		fmt.Fprintf(h, "/%d", n)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// rand is the stream of one thing.
func (s source) rand(kind string, numbers ...int) *rand.Rand {
	sum := s.digest("rand/"+kind, numbers...)
	return rand.New(rand.NewPCG(binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:16])))
}

// newID is a UUID of version 8 (RFC 9562, section 5.8), the version for values
// made by a rule of one's own. It says nothing about order.
func newID[T ~string](s source, kind string, numbers ...int) T {
	sum := s.digest("id/"+kind, numbers...)
	u := sum[:16]
	u[6] = u[6]&0x0f | 0x80
	u[8] = u[8]&0x3f | 0x80
	return T(fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:16]))
}

// pick draws one of the list.
func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// between draws a whole number from lowest to highest, both included.
func between(r *rand.Rand, lowest, highest int) int { return lowest + r.IntN(highest-lowest+1) }

// chance is true in so many of a hundred cases.
func chance(r *rand.Rand, percent int) bool { return r.IntN(100) < percent }
