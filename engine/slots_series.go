package engine

import (
	"cmp"
	"slices"
)

// begins reports whether a session can begin on a quarter of a day.
func (f *slotFinder) begins(day int64, q int) bool {
	i := floorDiv(day-f.weeks[0].monday, 7)
	return f.weeks[i].fits.has(weekdayOf(day)*dayQuarter + q)
}

// seriesAt is a series by its first date, and how many dates it lacks.
type seriesAt struct {
	day     int // place of the first in the list of days
	q       int
	lacking int
}

func (a seriesAt) compare(b seriesAt) int {
	return cmp.Or(cmp.Compare(a.lacking, b.lacking), cmp.Compare(a.day, b.day), cmp.Compare(a.q, b.q))
}

// series gives series in order: the fullest first, then the earliest.
func (f *slotFinder) series(out *SlotAnswer) {
	p := f.Pattern
	days, stride := p.days(int(floorDiv(f.clock.wall(f.from), wholeDay)), int(floorDiv(f.clock.wall(f.until-1), wholeDay)))
	var best []seriesAt // the Limit best so far, in order
	for i := 0; i+(p.Occurrences-1)*stride < len(days); i++ {
		last := days[i+(p.Occurrences-1)*stride]
		for q := range dayQuarter {
			if !f.begins(int64(days[i]), q) || f.clock.instant(int64(last)*wholeDay+int64(q)*quarter)+f.room > f.until {
				continue
			}
			one := seriesAt{day: i, q: q}
			for n := 1; n < p.Occurrences && (one.lacking == 0 || !p.AllOrNothing); n++ {
				if !f.begins(int64(days[i+n*stride]), q) {
					one.lacking++
				}
			}
			if one.lacking > 0 && p.AllOrNothing {
				continue
			}
			out.Total++
			best = keep(best, one, f.Limit)
		}
	}
	for _, one := range best {
		proposal := SlotProposal{Fitting: p.Occurrences - one.lacking}
		for n := range p.Occurrences {
			proposal.Dates = append(proposal.Dates, f.dateOn(days[one.day+n*stride], one.q))
		}
		out.Proposals = append(out.Proposals, proposal)
	}
}

// keep puts one in its place among the best, of which there are at most limit.
func keep(best []seriesAt, one seriesAt, limit int) []seriesAt {
	i, _ := slices.BinarySearchFunc(best, one, seriesAt.compare)
	if i == limit {
		return best
	}
	if len(best) == limit {
		best = best[:limit-1]
	}
	return slices.Insert(best, i, one)
}

// dateOn is the session of a series on a day, or why there is none.
func (f *slotFinder) dateOn(day, q int) SlotDate {
	wall := int64(day)*wholeDay + int64(q)*quarter
	if !f.clock.exists(wall) {
		return SlotDate{Date: dateOfNumber(day), Obstacles: []SlotObstacle{{Code: NoSuchTime}}}
	}
	out := f.date(f.clock.instant(wall))
	if !f.begins(int64(day), q) {
		out.Obstacles = f.whyNotAt(*out.Slot)
	}
	return out
}
