package engine

import "time"

// FindSlots gives the sessions, or series of sessions, that fit into the hours of
// everybody. The search must have passed Validate.
//
// A session begins on a quarter of an hour as clocks show it. Where a span that
// is open to all holds none with room for it after, it begins with the span, if
// wall time can name that moment. So the answer is exact for hours that begin or
// end at any moment, though whole weeks are looked at in quarters.
func FindSlots(s SlotSearch) SlotAnswer {
	f := newSlotFinder(&s)
	var out SlotAnswer
	if s.Pattern != nil {
		f.series(&out)
	} else {
		f.sessions(&out)
	}
	if out.Total == 0 {
		out.Obstacles = f.why()
	}
	return out
}

// slotFinder is a search made ready.
type slotFinder struct {
	*SlotSearch
	from, until int64 // instants
	room        int64 // length of a session
	clock       clock
	diaries     []diary
	weeks       []slotWeek // one more than the span has
	odds        []bool     // of the ISO weeks from the one before weeks to the one after
}

// slotWeek is an ISO week in quarters of an hour.
type slotWeek struct {
	monday int64    // day number
	may    weekBits // may be open to all
	sure   weekBits // is open to all
	around weekBits // skipped or shown twice by clocks, so that the bits mean nothing
	fits   weekBits // a session can begin
}

func newSlotFinder(s *SlotSearch) *slotFinder {
	span := s.horizon()
	f := &slotFinder{
		SlotSearch: s, from: span.Start.UnixNano(), until: span.End.UnixNano(), room: int64(s.length()),
		clock: clockFor(span, s.Zone), diaries: make([]diary, len(s.Calendars)),
	}
	for i := range s.Calendars {
		f.diaries[i] = s.diary(&s.Calendars[i], &f.clock)
	}
	first, last := floorDiv(f.clock.wall(f.from), wholeDay), floorDiv(f.clock.wall(f.until-1), wholeDay)
	monday := first - int64(weekdayOf(first))
	f.weeks = make([]slotWeek, (last-monday)/7+2)
	for i := range len(f.weeks) + 2 {
		_, week := time.Unix((monday+int64(7*(i-1)))*24*60*60, 0).UTC().ISOWeek()
		f.odds = append(f.odds, week%2 == 1)
	}
	for i := range f.weeks {
		f.weeks[i].monday = monday + int64(7*i)
		f.look(&f.weeks[i])
	}
	for i := range len(f.weeks) - 1 {
		f.fit(&f.weeks[i], &f.weeks[i+1])
	}
	return f
}

// isOdd reports whether a day, of the weeks or next to them, is in an odd ISO
// week.
func (f *slotFinder) isOdd(day int64) bool {
	return f.odds[floorDiv(day-f.weeks[0].monday, 7)+1]
}

// look fills the bits of a week from the span and the diaries.
func (f *slotFinder) look(week *slotWeek) {
	begins := week.monday * wholeDay
	from, until := f.clock.wall(f.from)-begins, f.clock.wall(f.until)-begins
	week.may.set(int(floorDiv(from, quarter)), ceilQuarter(until))
	week.sure.set(ceilQuarter(from), int(floorDiv(until, quarter)))
	for i := range f.diaries {
		f.mark(&f.diaries[i], week)
	}
	for _, change := range f.clock.changes {
		from, to := change.skips()
		week.around.set(int(floorDiv(from-begins, quarter)), ceilQuarter(to-begins))
	}
}

// fit finds the quarters on which a session can begin: those with nothing but
// sure quarters behind them, and of those that may do the ones that do when
// looked at to the moment.
func (f *slotFinder) fit(week, next *slotWeek) {
	k := ceilQuarter(f.room)
	may, sure := week.may.starts(&next.may, k), week.sure.starts(&next.sure, k)
	begins := week.monday * wholeDay
	for _, change := range f.clock.changes {
		// Sessions that touch the change are not as long as they look.
		from, to := change.skips()
		first, past := int(floorDiv(from-f.room-begins, quarter)), ceilQuarter(to-begins)
		may.set(first, past)
		sure.clear(first, past)
	}
	week.fits = sure
	for q := may.next(0); q >= 0; q = may.next(q + 1) {
		if !sure.has(q) && f.fitsAt(begins+int64(q)*quarter) {
			week.fits.set(q, q+1)
		}
	}
}

// fitsAt looks at one beginning, a wall time, to the moment.
func (f *slotFinder) fitsAt(wall int64) bool {
	at := f.clock.instant(wall)
	return f.clock.exists(wall) && at >= f.from && f.allOpenUntil(at, at+f.room) == at+f.room
}

func (f *slotFinder) allOpenUntil(at, limit int64) int64 {
	for i := range f.diaries {
		limit = f.openUntil(&f.diaries[i], at, limit)
	}
	return limit
}

// between gives the beginning within a quarter, not on it, of a span that has
// room for a session but not on any quarter.
func (f *slotFinder) between(wall int64) (at int64, ok bool) {
	if !f.clock.exists(wall) {
		return 0, false
	}
	begin := f.clock.instant(wall)
	end := begin + quarter
	at = begin
	for i := range f.diaries {
		if at = max(at, f.openSince(&f.diaries[i], end, begin)); at == end {
			return 0, false
		}
	}
	late := f.clock.instant(wall+quarter) + f.room // the end of a session on the next quarter
	open := f.allOpenUntil(at, late)
	return at, at > begin && at+f.room <= open && open < late
}

// sessions gives single sessions in order.
func (f *slotFinder) sessions(out *SlotAnswer) {
	add := func(at int64) {
		if out.Total++; out.Total <= f.Limit {
			date := f.date(at)
			out.Proposals = append(out.Proposals, SlotProposal{Dates: []SlotDate{date}, Fitting: 1})
		}
	}
	for i := range f.weeks {
		week := &f.weeks[i]
		look := week.fits // and where a span can begin between quarters
		for n := range look {
			look[n] |= week.may[n]&^week.sure[n] | week.around[n]
		}
		for q := look.next(0); q >= 0; q = look.next(q + 1) {
			wall := week.monday*wholeDay + int64(q)*quarter
			if week.fits.has(q) {
				add(f.clock.instant(wall))
			} else if at, ok := f.between(wall); ok {
				add(at)
			}
		}
	}
}

// date is a session that fits, with its warnings.
func (f *slotFinder) date(at int64) SlotDate {
	slot := f.slot(at)
	return SlotDate{Date: DateOf(slot.Start, f.Zone), Slot: &slot, Warnings: f.Holidays.on(slot, f.Zone)}
}

func (f *slotFinder) slot(at int64) Interval {
	return Interval{Start: time.Unix(0, at).UTC(), End: time.Unix(0, at+f.room).UTC()}
}
