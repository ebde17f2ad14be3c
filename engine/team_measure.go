package engine

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// themeSums turns themes into bits, so that a union is an or: a theme has one
// bit from a related theme on, a second from amber on, a third for green.
type themeSums struct {
	weight            int
	must              uint64 // first bits of the must-themes
	mustHalf, mustTop uint64 // first and second bits; third bits
	niceHalf, niceTop uint64
	total             int
}

const maxThemeBits = 21 // three bits each in a word

// value is theme_fit times its weight.
func (t *themeSums) value(levels uint64) int {
	if t.weight == 0 {
		return 0
	}
	sum := mustImportance*(relatedValue*bits.OnesCount64(levels&t.mustHalf)+(Perfect-amberValue)*bits.OnesCount64(levels&t.mustTop)) +
		niceImportance*(relatedValue*bits.OnesCount64(levels&t.niceHalf)+(Perfect-amberValue)*bits.OnesCount64(levels&t.niceTop))
	return t.weight * (sum / t.total)
}

// newSearch prepares the search among cases that no rule blocks. The list holds
// at most most teams; the search gives up after quota steps.
func (q *question) newSearch(cases []*Case, most, quota int) *search {
	s := &search{
		k: q.team(), most: most, required: q.required, quota: quota, practice: -1, lowAt: q.Policy.LowCoverage,
		needsExperienced: q.Type.NeedsExperienced && q.team() > 1, members: make([]member, len(cases)),
	}
	for i, c := range cases {
		m := &s.members[i]
		m.at, m.experienced = i, c.CompletedOfType >= q.Type.ExperiencedFrom
		alone := &Team{question: q, Members: []*Case{c}}
		load, room := alone.load()
		m.load, m.room, m.offer = int64(load), int64(room), alone.lastOffer()
	}
	s.weigh(q, cases)
	s.order()
	s.measureTime(q, cases)
	s.keepApart(cases)
	s.lookAhead()
	s.list = make([]found, 0, most+1)
	return s
}

// weigh reads the factors off teams of one.
func (s *search) weigh(q *question, cases []*Case) {
	var columns [][]Measure
	for _, f := range Factors {
		weight := q.Weights.By[f.Name]
		switch {
		case weight == 0:
		case f.Name == themeFit.Name:
			s.weighThemes(q, weight)
		case f.Name == availabilityFit.Name:
			s.whole += weight
			s.applies += weight
			for n := range len(q.wishes) + 1 {
				s.fits = append(s.fits, weight*q.availabilityValue(n))
			}
		default:
			column := make([]Measure, len(cases))
			applies := false
			for i, c := range cases {
				column[i] = f.Score(&Team{question: q, Members: []*Case{c}})
				applies = applies || column[i].State != NotApplicable
			}
			if !applies {
				continue
			}
			if f.Name == practiceLevel.Name && q.Request.NewcomerSeat && s.k > 1 {
				s.practice = len(columns)
			}
			columns, s.means, s.applies = append(columns, column), append(s.means, weight), s.applies+weight
		}
	}
	if s.fits == nil {
		s.fits = make([]int, len(q.wishes)+1)
	}
	s.setThemeBits(q, cases)
	s.setValues(cases, columns)
}

func (s *search) weighThemes(q *question, weight int) {
	s.themes.total = mustImportance*len(q.must) + niceImportance*len(q.nice)
	if s.themes.total > 0 {
		s.themes.weight = weight
		s.whole += weight
		s.applies += weight
	}
}

func (s *search) setThemeBits(q *question, cases []*Case) {
	t := &s.themes
	for n := range q.must {
		t.must |= 1 << (3 * n)
	}
	t.mustHalf, t.mustTop = t.must|t.must<<1, t.must<<2
	for n := range q.nice {
		first := uint64(1) << (3 * (len(q.must) + n))
		t.niceHalf, t.niceTop = t.niceHalf|first|first<<1, t.niceTop|first<<2
	}
	levels := func(value int) uint64 {
		switch value {
		case Perfect:
			return 7
		case amberValue:
			return 3
		case relatedValue:
			return 1
		default:
			return 0
		}
	}
	for i, c := range cases {
		alone := &Team{question: q, Members: []*Case{c}}
		for n, theme := range q.must {
			if level, ok := c.consent(theme); ok {
				s.members[i].themes |= levels(levelValue(level)) << (3 * n)
			}
		}
		for n, theme := range q.nice {
			value, _ := alone.niceMatch(theme)
			s.members[i].themes |= levels(value) << (3 * (len(q.must) + n))
		}
	}
}

// setValues keeps the values of the means, and per member their weighted sum. An
// unknown value stands there at the best anybody has, which is at least the mean
// of the known ones; where a whole team may be unknown, at Perfect, which is at
// least the score it then drops out of.
func (s *search) setValues(cases []*Case, columns [][]Measure) {
	s.values = make([]int64, len(cases)*len(columns))
	always := s.whole
	for f, column := range columns {
		unknown, best := 0, 0
		for _, m := range column {
			if m.State != Known {
				unknown++
			}
			best = max(best, m.Value)
		}
		if unknown >= s.k {
			best = Perfect
		} else {
			always += s.means[f]
		}
		for i, m := range column {
			if m.State == Known {
				s.members[i].known |= 1 << f
				s.values[i*len(columns)+f] = int64(m.Value)
				s.members[i].linear += int64(s.means[f] * m.Value)
			} else {
				s.members[i].linear += int64(s.means[f] * best)
			}
		}
		if f == s.practice {
			for i, c := range cases {
				s.members[i].seat = int64(c.seatValue() - column[i].Value)
			}
		}
	}
	s.mayBeLow = s.isLow(always)
}

// order puts the most promising members first. Whoever is equal in score stands
// as compare would have it.
func (s *search) order() {
	slices.SortFunc(s.members, func(a, b member) int {
		return cmp.Or(cmp.Compare(b.linear, a.linear), cmp.Compare(a.load*max(b.room, 1), b.load*max(a.room, 1)), cmp.Compare(a.offer, b.offer), cmp.Compare(a.at, b.at))
	})
	values := make([]int64, 0, len(s.values))
	for _, m := range s.members {
		values = append(values, s.valuesAt(m.at)...)
	}
	s.values = values
}

func (s *search) valuesAt(i int) []int64 { return s.values[i*len(s.means) : (i+1)*len(s.means)] }

// measureTime turns common time into bits. A common slot of a team can always be
// moved forward to where the open time of one of its members begins; so it is
// enough to know, of each such beginning, who has room from there on.
func (s *search) measureTime(q *question, cases []*Case) {
	occurrences := 0
	var bundles [][][]uint64 // per occurrence, per start: bits of the cases with room
	last := -1
	for w, wish := range q.wishes {
		if wish.Occurrence != last {
			last, occurrences = wish.Occurrence, occurrences+1
			bundles = append(bundles, nil)
		}
		bundles[occurrences-1] = append(bundles[occurrences-1], q.starts(cases, w)...)
	}
	for o := range bundles {
		bundles[o] = undominated(bundles[o])
		s.planes = max(s.planes, len(bundles[o]))
	}
	s.words = (occurrences + 63) / 64
	s.slots = make([]uint64, len(cases)*s.stride())
	s.common = make([]uint64, (s.k+1)*s.stride())
	for i, m := range s.members {
		for o, bundle := range bundles {
			for p, room := range bundle {
				if room[m.at/64]>>(m.at%64)&1 == 1 {
					s.slots[i*s.stride()+p*s.words+o/64] |= 1 << (o % 64)
				}
			}
		}
	}
	for i := range s.stride() {
		s.common[i] = math.MaxUint64
	}
}

func (s *search) stride() int { return s.planes * s.words }

// starts gives, for each moment at which open time of somebody begins in a
// wish, the bits of the cases that have room for a session from there on.
func (q *question) starts(cases []*Case, wish int) [][]uint64 {
	var out [][]uint64
	seen := map[int64]bool{}
	for _, c := range cases {
		for _, span := range c.open[wish] {
			if seen[span.Start.UnixNano()] || span.Duration() < q.length() {
				continue
			}
			seen[span.Start.UnixNano()] = true
			slot := Interval{Start: span.Start, End: span.Start.Add(q.length())}
			room := make([]uint64, (len(cases)+63)/64)
			for i, other := range cases {
				if slices.ContainsFunc(other.open[wish], func(o Interval) bool { return o.Contains(slot) }) {
					room[i/64] |= 1 << (i % 64)
				}
			}
			out = append(out, room)
		}
	}
	return out
}

// undominated leaves out the starts at which only people have room who all have
// room at another.
func undominated(starts [][]uint64) [][]uint64 {
	var out [][]uint64
	within := func(a, b []uint64) bool {
		for w := range a {
			if a[w]&^b[w] != 0 {
				return false
			}
		}
		return true
	}
	for i, a := range starts {
		dominated := false
		for j, b := range starts {
			dominated = dominated || i != j && within(a, b) && (!within(b, a) || j < i)
		}
		if !dominated {
			out = append(out, a)
		}
	}
	return out
}

func (s *search) keepApart(cases []*Case) {
	row := s.apartWords()
	s.apart = make([]uint64, len(cases)*row)
	for i, a := range s.members {
		for j, b := range s.members {
			if i != j && keptApart(cases[a.at], cases[b.at]) {
				s.apart[i*row+j/64] |= 1 << (j % 64)
				s.anyApart = true
			}
		}
	}
}

func (s *search) apartWords() int { return (len(s.members) + 63) / 64 }

func (s *search) lookAhead() {
	n := len(s.members)
	s.prefix, s.after, s.loadFloor = make([]int64, n+1), make([]suffix, n+1), make([]int64, n+1)
	end := &s.after[n]
	end.seat = math.MinInt32
	for i := range end.offers {
		end.offers[i] = math.MaxInt64
	}
	for i := range end.places {
		end.places[i] = math.MaxInt
	}
	end.offers[0] = 0
	for i, m := range s.members {
		s.prefix[i+1] = s.prefix[i] + m.linear
	}
	for i := n - 1; i >= 0; i-- {
		m, a := &s.members[i], &s.after[i]
		*a = s.after[i+1]
		a.themes, a.known, a.experienced, a.seat = a.themes|m.themes, a.known|m.known, a.experienced || m.experienced, max(a.seat, m.seat)
		for x, j := m.offer, 1; j < len(a.offers); j++ {
			a.offers[j], x = min(a.offers[j], x), max(a.offers[j], x)
		}
		for x, j := m.at, 0; j < len(a.places); j++ {
			a.places[j], x = min(a.places[j], x), max(a.places[j], x)
		}
	}
}
