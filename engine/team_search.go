package engine

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// maxTeam is the largest team the search knows; the largest of any type.
const maxTeam = 6

// search finds the best teams without weighing each: depth first over the
// candidates, best first, leaving out every branch that cannot come before the
// worst team in the list (branch and bound, Land and Doig, Econometrica 28,
// 1960). The bounds are sound, so the list is the one that weighing all teams
// would give; the readable definition is form, blocked, score and compare, and a
// property test holds the two together.
//
// What it must know of a factor: theme_fit is about the union of the members,
// availability_fit about their common time, and every other factor is the mean
// of its members, practice_level with one of them in the newcomer's seat.
type search struct {
	k        int // members of a team
	most     int // teams in the list
	required int // occurrences that must fit

	members []member // the most promising first
	means   []int    // weights of the factors that are means
	values  []int64  // per member, one per mean
	apart   []uint64 // per member a bit for each member she may not sit with
	// slots has, per member, planes times words: in word p*words+o/64 bit o%64
	// says that she has room in occurrence o from its p-th start on.
	slots         []uint64
	planes, words int

	themes  themeSums
	fits    []int // availability_fit times its weight, by occurrences that fit
	applies int   // weight of all factors that apply
	whole   int   // weight of those that are known of any team
	// practice is the mean with the newcomer's seat, -1 for none.
	practice         int
	needsExperienced bool // somebody experienced must be among them
	anyApart         bool
	lowAt            int  // coverage in percent below which a team comes last
	mayBeLow         bool // some team may be known too little
	weighLow         bool // this pass looks for those only

	prefix    []int64  // sums of linear
	after     []suffix // what the members from an index on can bring
	loadFloor []int64  // their least load, measured against the worst in the list
	stale     bool     // loadFloor belongs to an earlier worst

	pick   [maxTeam]int
	frames [maxTeam + 1]frame
	common []uint64 // per depth, as slots: the common time of those picked

	list  []found // best first
	full  bool
	bar   int64 // a bound, k times the weighted value to reach, below it cannot enter the list
	valid int   // teams seen that break no rule
	steps int
	quota int // of steps
}

// member is what the search knows of a candidate.
type member struct {
	at          int    // place among the cases, in order of id
	linear      int64  // Σ weight·value over the means, unknown ones at their best
	themes      uint64 // levels, see themeSums
	known       uint64 // which means are known
	seat        int64  // what the newcomer's seat changes in practice_level
	experienced bool
	load, room  int64
	offer       int64
}

// suffix is what the members from an index on can bring at best.
type suffix struct {
	themes      uint64
	known       uint64
	seat        int64
	experienced bool
	offers      [maxTeam + 1]int64 // the n-th smallest last offer
	places      [maxTeam]int       // the smallest places, in order
}

// frame is what the members picked so far come to.
type frame struct {
	linear      int64
	themes      uint64
	known       uint64
	seat        int64
	experienced bool
	fits        int
}

// found is a team in the list, with all that orders it.
type found struct {
	sum, known int64
	load, room int64
	offer      int64
	places     [maxTeam]int // of the members among the cases, ascending
}

// run fills the list, and reports false when it took more steps than it may.
// Teams of which too little is known come after all others, in a second pass.
func (s *search) run() bool {
	s.list, s.full, s.bar, s.valid, s.steps = s.list[:0], false, 0, 0, 0
	s.begin()
	ok := s.descend(0, 0)
	if s.mayBeLow && ok && !s.full {
		first := s.list
		s.list, s.most, s.weighLow = s.list[len(first):], s.most-len(first), true
		ok = s.descend(0, 0)
		s.list, s.most = append(first, s.list...), s.most+len(first)
	}
	return ok
}

// begin picks nobody, of whom all may still become.
func (s *search) begin() {
	s.weighLow = false
	s.frames[0] = frame{seat: math.MinInt32, experienced: !s.needsExperienced, fits: len(s.fits) - 1}
}

// descend adds one of the members from an index on to those picked.
func (s *search) descend(depth, from int) bool {
	f := &s.frames[depth]
	left := s.k - depth
	levels := f.themes | s.after[from].themes
	themes := int64(s.k * s.themes.value(levels))
	time := int64(s.k * s.fits[f.fits])
	for i := from; i+left <= len(s.members); i++ {
		a, m := &s.after[i], &s.members[i]
		if now := f.themes | a.themes; now != levels {
			levels, themes = now, int64(s.k*s.themes.value(now))
		}
		if levels&s.themes.must != s.themes.must || !f.experienced && !a.experienced {
			return true
		}
		if s.full && f.linear+s.prefix[i+left]-s.prefix[i]+themes+time+s.seatValue(f.seat, a.seat) < s.bar {
			return true // and so it is for all that follow
		}
		if s.mayBeLow && !s.weighLow && s.isLow(s.knownWeight(f.known|a.known)) {
			return true
		}
		if s.steps++; s.steps > s.quota {
			return false
		}
		if left == 1 {
			if s.completes(f, m, time) && s.add(depth, i) {
				s.offer()
			}
			continue
		}
		if !s.add(depth, i) {
			continue
		}
		if s.full {
			next, rest := &s.frames[depth+1], &s.after[i+1]
			bound := themes
			if now := next.themes | rest.themes; now != levels {
				bound = int64(s.k * s.themes.value(now))
			}
			bound += next.linear + s.prefix[i+left] - s.prefix[i+1] + int64(s.k*s.fits[next.fits]) + s.seatValue(next.seat, rest.seat)
			if bound < s.bar || bound == s.bar && s.tied(bound) && s.losesTie(depth+1, i+1) {
				continue
			}
		}
		if !s.descend(depth+1, i+1) {
			return false
		}
	}
	return true
}

// completes reports whether the last member brings what the others lack, and
// enough to enter the list.
func (s *search) completes(f *frame, m *member, time int64) bool {
	levels := f.themes | m.themes
	return levels&s.themes.must == s.themes.must && (f.experienced || m.experienced) &&
		(!s.full || f.linear+m.linear+int64(s.k*s.themes.value(levels))+time+s.seatValue(f.seat, m.seat) >= s.bar)
}

// add picks a member, and reports whether she can sit with those picked before:
// none keeps away from another, and enough common time is left.
func (s *search) add(depth, i int) bool {
	f, next, m := &s.frames[depth], &s.frames[depth+1], &s.members[i]
	if s.anyApart {
		for _, other := range s.pick[:depth] {
			if s.apart[other*s.apartWords()+i/64]>>(i%64)&1 == 1 {
				return false
			}
		}
	}
	stride := s.stride()
	mine, before, now := s.slots[i*stride:(i+1)*stride], s.common[depth*stride:(depth+1)*stride], s.common[(depth+1)*stride:(depth+2)*stride]
	fits := 0
	for w := range s.words {
		room := uint64(0)
		for p := w; p < stride; p += s.words {
			now[p] = before[p] & mine[p]
			room |= now[p]
		}
		fits += bits.OnesCount64(room)
	}
	known := f.known | m.known
	if fits < s.required || s.weighLow && !s.isLow(s.knownWeight(known)) {
		return false
	}
	s.pick[depth] = i
	next.linear, next.themes, next.known = f.linear+m.linear, f.themes|m.themes, known
	next.seat, next.experienced, next.fits = max(f.seat, m.seat), f.experienced || m.experienced, fits
	return true
}

// seatValue is what the newcomer's seat adds for the better of two.
func (s *search) seatValue(a, b int64) int64 {
	if s.practice < 0 {
		return 0
	}
	return int64(s.means[s.practice]) * max(a, b)
}

// offer weighs the team that is picked and lists it if it is good enough.
func (s *search) offer() {
	f := &s.frames[s.k]
	if s.mayBeLow && s.isLow(s.knownWeight(f.known)) != s.weighLow {
		return
	}
	s.valid++
	if s.full && f.linear+int64(s.k*(s.themes.value(f.themes)+s.fits[f.fits]))+s.seatValue(f.seat, f.seat) < s.bar {
		return
	}
	team := s.weighTeam(f)
	at := len(s.list)
	for at > 0 && team.compare(&s.list[at-1]) < 0 {
		at--
	}
	if at == s.most {
		return
	}
	s.list = slices.Insert(s.list, at, team)
	s.list = s.list[:min(len(s.list), s.most)]
	if s.full = len(s.list) == s.most; s.full {
		worst := &s.list[s.most-1]
		known := max(worst.known, 1)
		s.bar, s.stale = (int64(s.k)*worst.sum*int64(s.applies)+known-1)/known, true
	}
}

// weighTeam is the exact sum of [score], in the numbers of the search.
func (s *search) weighTeam(f *frame) found {
	t := found{sum: int64(s.themes.value(f.themes) + s.fits[f.fits]), known: int64(s.whole)}
	for n, weight := range s.means {
		sum, known := int64(0), int64(0)
		for _, i := range s.pick[:s.k] {
			if s.members[i].known>>n&1 == 1 {
				sum, known = sum+s.values[i*len(s.means)+n], known+1
			}
		}
		if n == s.practice {
			sum += f.seat
		}
		if known > 0 {
			t.sum += int64(weight) * (sum / known)
			t.known += int64(weight)
		}
	}
	for n, i := range s.pick[:s.k] {
		m := &s.members[i]
		t.load, t.room, t.offer = t.load+m.load, t.room+m.room, max(t.offer, m.offer)
		t.place(n, m.at)
	}
	return t
}

// place puts a member among the first n, in order.
func (t *found) place(n, at int) {
	for ; n > 0 && t.places[n-1] > at; n-- {
		t.places[n] = t.places[n-1]
	}
	t.places[n] = at
}

// compare is that of ranked, in the numbers of the search.
func (t *found) compare(other *found) int {
	return cmp.Or(
		cmp.Compare(other.sum*max(t.known, 1), t.sum*max(other.known, 1)),
		cmp.Compare(t.load*max(other.room, 1), other.load*max(t.room, 1)),
		cmp.Compare(t.offer, other.offer),
		slices.Compare(t.places[:], other.places[:]),
	)
}

// tied reports whether a bound at the bar is the score of the worst in the list
// exactly, and not a rounding above it.
func (s *search) tied(bound int64) bool {
	worst := &s.list[s.most-1]
	return bound*max(worst.known, 1) == int64(s.k)*worst.sum*int64(s.applies)
}

// losesTie reports that no team with those picked and others from an index on
// comes before the worst in the list, were their scores equal.
func (s *search) losesTie(depth, from int) bool {
	worst, left := &s.list[s.most-1], s.k-depth
	room, load := max(worst.room, 1), worst.load
	if s.stale {
		s.stale = false
		s.loadFloor[len(s.members)] = math.MaxInt32
		for i := len(s.members) - 1; i >= 0; i-- {
			m := &s.members[i]
			s.loadFloor[i] = min(s.loadFloor[i+1], m.load*room-load*max(m.room, 1))
		}
	}
	least := int64(left) * s.loadFloor[from]
	offer := s.after[from].offers[left]
	best := found{}
	for n, i := range s.pick[:depth] {
		m := &s.members[i]
		least += m.load*room - load*max(m.room, 1)
		offer = max(offer, m.offer)
		best.place(n, m.at)
	}
	for n, at := range s.after[from].places[:left] {
		best.place(depth+n, at)
	}
	return cmp.Or(cmp.Compare(least, 0), cmp.Compare(offer, worst.offer), slices.Compare(best.places[:s.k], worst.places[:s.k])) >= 0
}

func (s *search) knownWeight(known uint64) int {
	weight := s.whole
	for ; known != 0; known &= known - 1 {
		weight += s.means[bits.TrailingZeros64(known)]
	}
	return weight
}

func (s *search) isLow(known int) bool {
	return known == 0 && s.lowAt > 0 || known > 0 && 100*known/s.applies < s.lowAt
}

// count walks through every team that breaks no rule, tells their number, and
// marks the places of those who are in one.
func (s *search) count(placed []bool) int {
	n := 0
	var walk func(depth, from int)
	walk = func(depth, from int) {
		f := &s.frames[depth]
		for i := from; i+s.k-depth <= len(s.members); i++ {
			if a := &s.after[i]; (f.themes|a.themes)&s.themes.must != s.themes.must || !f.experienced && !a.experienced {
				return
			}
			switch {
			case !s.add(depth, i):
			case depth+1 < s.k:
				walk(depth+1, i+1)
			case s.breaksNothing(wholeRule):
				n++
				for _, i := range s.pick[:s.k] {
					placed[s.members[i].at] = true
				}
			}
		}
	}
	s.begin()
	walk(0, 0)
	return n
}

// The rules about a team, each with those before it.
type teamRule int

const (
	commonTime teamRule = iota
	coveredThemes
	wholeRule
)

func (s *search) breaksNothing(upTo teamRule) bool {
	f := &s.frames[s.k]
	return (upTo < coveredThemes || f.themes&s.themes.must == s.themes.must) && (upTo < wholeRule || f.experienced)
}

// hasTeam reports whether the member at a place is in a team that keeps the
// rules up to one; ok is false when all such questions together took more steps
// than they may.
func (s *search) hasTeam(place int, upTo teamRule) (has, ok bool) {
	her := slices.IndexFunc(s.members, func(m member) bool { return m.at == place })
	anyApart := s.anyApart
	s.anyApart = anyApart && upTo == wholeRule
	defer func() { s.anyApart = anyApart }()
	var walk func(depth, from int) bool
	walk = func(depth, from int) bool {
		if depth == s.k {
			return s.breaksNothing(upTo)
		}
		f := &s.frames[depth]
		for i := from; i+s.k-depth <= len(s.members)+1; i++ { // one more: she may be among the rest
			if i == len(s.members) || s.steps > s.quota {
				return false
			}
			a := &s.after[i]
			if upTo >= coveredThemes && (f.themes|a.themes)&s.themes.must != s.themes.must || upTo >= wholeRule && !f.experienced && !a.experienced {
				return false
			}
			if s.steps++; i != her && s.add(depth, i) && walk(depth+1, i+1) {
				return true
			}
		}
		return false
	}
	s.begin()
	has = s.add(0, her) && walk(1, 0)
	return has, has || s.steps <= s.quota
}

// bestWith gives the best team that holds the member at a place; nil when there
// is none, or none was found within the steps it may take.
func (s *search) bestWith(place int) *found {
	her := slices.IndexFunc(s.members, func(m member) bool { return m.at == place })
	s.apart[her*s.apartWords()+her/64] |= 1 << (her % 64) // she is not picked twice
	s.anyApart = true
	s.list, s.most, s.full, s.bar, s.steps = s.list[:0], 1, false, 0, 0
	for _, low := range []bool{false, true} {
		s.begin()
		s.weighLow = low
		if s.full || low && !s.mayBeLow || !s.add(0, her) {
			continue
		}
		if !s.descend(1, 0) {
			return nil
		}
	}
	if !s.full {
		return nil
	}
	return &s.list[0]
}
