package engine

// feasible counts the occurrences with room for a session, as
// question.feasible does on intervals. Of the parts of the week, may holds those
// in which her weekly hours have room; with rough, they may have less. Before the
// minute from nothing is open.
func (r *Ranker) feasible(q *Query, at int, may uint64, from int32, rough bool) int {
	h := &r.hours[at]
	closings, weekly := r.closings[h.closings[0]:h.closings[1]], r.weekly[h.weekly[0]:h.weekly[1]]
	travel := noTravel
	n, last := 0, int32(-1)
	for i := range q.spans {
		s := q.spans[i]
		if s.occurrence == last || may>>s.part&1 == 0 || s.end-from < q.minutes {
			continue
		}
		for len(closings) > 0 && closings[0].end <= s.start {
			closings = closings[1:]
		}
		var fits bool
		switch {
		case rough || s.apart:
			if travel == noTravel {
				travel = r.travelOf(q, at)
			}
			s.start = max(s.start, from)
			fits = r.fitsHours(q, &s, weekly, travel, closings)
		case s.even && s.start >= from && !r.growing.has(at) && (len(closings) == 0 || closings[0].start >= s.end):
			fits = true // the block says so
		default:
			s.start = max(s.start, from)
			fits = q.fitsBlock(&s, r.free[at/64][q.online][q.parts[s.part].odd], uint(at%64), closings)
		}
		if fits {
			n, last = n+1, s.occurrence
		}
	}
	return n
}

// noTravel says that nobody has looked.
const noTravel = int32(-1)

// travelOf is what the limits of her hours are compared with: her way to the
// place in minutes, 0 where there is none or it is unknown.
func (r *Ranker) travelOf(q *Query, at int) int32 {
	r.one = Case{question: q.question, Candidate: r.who[at]}
	minutes, _ := r.one.travel()
	return int32(minutes)
}

// fitsBlock reports whether a session fits into a span: a run of free quarters,
// cut to the span and by the closings, is long enough.
func (q *Query) fitsBlock(s *span, b *block, bit uint, closings []closedHours) bool {
	part := q.parts[s.part]
	for quarter := part.from; quarter < part.to; quarter++ {
		if b[quarter]>>bit&1 == 0 {
			continue
		}
		free := s.monday + int32(quarter)*15
		for quarter < part.to && b[quarter]>>bit&1 == 1 {
			quarter++
		}
		if q.leaves(max(s.start, free), min(s.end, s.monday+int32(quarter)*15), closings) {
			return true
		}
	}
	return false
}

// fitsHours is fitsBlock to the minute, by her weekly rules on the very days.
func (x *Index) fitsHours(q *Query, s *span, weekly []weeklyHours, travel int32, closings []closedHours) bool {
	start, end := s.start, s.start // of the run of free time so far
	for i := s.days[0]; i < s.days[1]; i++ {
		day := &q.days[i]
		for j := range weekly {
			h := &weekly[j]
			if h.weekday != day.weekday || h.weeks&weekBit(q.online, day.odd) == 0 || day.number < h.first || day.number >= h.past ||
				h.travel > 0 && travel > int32(h.travel) {
				continue
			}
			from, to := max(s.start, x.minuteOn(day, h.from)), min(s.end, x.minuteOn(day, h.to))
			switch {
			case from >= to:
			case from <= end:
				end = max(end, to)
			case q.leaves(start, end, closings):
				return true
			default:
				start, end = from, to
			}
		}
	}
	return q.leaves(start, end, closings)
}

// leaves reports whether the closings leave room for a session in a free span.
func (q *Query) leaves(free, end int32, closings []closedHours) bool {
	for i := range closings {
		c := &closings[i]
		if c.start >= end || c.start-free >= q.minutes {
			break
		}
		if c.countsFor(q) {
			free = max(free, c.end)
		}
	}
	return end-free >= q.minutes
}
