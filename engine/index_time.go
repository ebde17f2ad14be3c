package engine

import (
	"slices"
	"time"
)

// span is a part of a wish in which the pool may work at all.
type span struct {
	occurrence int32
	start, end int32    // minutes from the origin
	monday     int32    // the minute at which the local week of start begins
	days       [2]int32 // from and to in Query.days
	part       uint8    // in Query.parts
	even       bool     // start and end are on the raster
	apart      bool     // no part of one local week
}

// spanDay is a day of a span.
type spanDay struct {
	number  int32 // as Date.dayNumber counts
	begins  int32 // its minute
	weekday uint8 // 0 = Monday
	odd     uint8 // of an odd ISO week
	changes bool  // the clocks may change, so that not every minute of it is that much after it begins
}

// weekPart is a part of a week: quarters [from, to), in an odd ISO week or not.
// The part of a span that is apart is empty.
type weekPart struct {
	from, to int
	odd      uint8
}

// maxParts bounds the parts of a week one request is about; each takes a bit of
// hit.may.
const maxParts = 64

// setClock reads when clocks change once. Columns count whole minutes: zones that
// do not are left to the readable code.
func (x *Index) setClock() {
	x.clock = clockFor(Interval{Start: x.origin, End: x.origin.Add(time.Duration(x.ahead) * time.Minute)}, x.made.Zone)
	x.complete = x.complete && x.clock.ahead%int64(time.Minute) == 0
	for _, change := range x.clock.changes {
		x.complete = x.complete && change.at%int64(time.Minute) == 0 && change.after%int64(time.Minute) == 0
	}
}

// minuteOn is the minute at which clocks show a minute of the day.
func (x *Index) minuteOn(day *spanDay, wall uint16) int32 {
	if !day.changes {
		return day.begins + int32(wall)
	}
	instant := x.clock.instant(int64(day.number)*wholeDay + int64(wall)*int64(time.Minute))
	return int32((instant/int64(time.Second) - x.origin.Unix()) / 60)
}

// askTimes lays the wishes on the local week.
func (x *Index) askTimes(q *Query) {
	if q.Request.Online {
		q.online = 1
	}
	q.minutes = int32(q.Request.Minutes)
	closed := Merge(outOfServiceArea.Closes(q.of(nil)))
	q.spans, q.days = make([]span, 0, len(q.wishes)), make([]spanDay, 0, len(q.wishes))
	for _, w := range q.wishes {
		if len(closed) == 0 {
			x.addSpan(q, w.Occurrence, w.Window)
			continue
		}
		for _, open := range Subtract([]Interval{w.Window}, closed) {
			x.addSpan(q, w.Occurrence, open)
		}
	}
	q.untimed = q.untimed || len(q.parts) > maxParts
	if q.untimed {
		q.most = len(q.wishes)
	}
	q.room = make([]int, q.most+1)
	for n := range q.room {
		q.room[n] = q.availabilityValue(n)
	}
}

// addSpan adds a part of a wish when a session fits into it.
func (x *Index) addSpan(q *Query, occurrence int, open Interval) {
	q.untimed = q.untimed || !wholeMinute(open.End)
	s := span{occurrence: int32(occurrence), start: x.minuteFrom(open.Start), end: x.minute(open.End)}
	if s.end-s.start < q.minutes {
		return
	}
	if n := len(q.spans); n == 0 || q.spans[n-1].occurrence != s.occurrence {
		q.most++
	}
	q.untimed = q.untimed || len(q.spans) > 0 && s.start < q.spans[len(q.spans)-1].start
	part := x.layOut(q, &s)
	n := slices.Index(q.parts, part)
	if n < 0 {
		n = len(q.parts)
		q.parts = append(q.parts, part)
	}
	s.part = uint8(n)
	q.spans, q.end = append(q.spans, s), max(q.end, s.end)
}

// layOut finds the days of a span and its part of the local week. A span near a
// change of the clocks, where wall time and elapsed time part, or in two weeks
// has none: it is apart.
func (x *Index) layOut(q *Query, s *span) weekPart {
	const changeReach = 3 * time.Hour // further from a change, wall time is elapsed time
	start, end := x.instant(s.start), x.instant(s.end)
	for _, change := range x.clock.changes {
		s.apart = s.apart || change.at > start-int64(changeReach) && change.at <= end+int64(changeReach)
	}
	wall := x.clock.wall(start)
	first, final := floorDiv(wall, wholeDay), floorDiv(x.clock.wall(end-1), wholeDay)
	begins := s.start - int32((wall-first*wholeDay)/int64(time.Minute))
	s.monday = begins - int32(weekdayOf(first))*24*60
	s.apart = s.apart || s.end > s.monday+7*24*60
	if s.apart {
		first, final = first-1, final+1 // hours of the day before may end late
	}
	s.days[0] = int32(len(q.days))
	for day := first; day <= final; day++ {
		_, week := time.Unix(day*int64(wholeDay/int64(time.Second)), 0).UTC().ISOWeek()
		q.days = append(q.days, spanDay{
			number: int32(day), begins: begins + int32(day-first)*24*60, weekday: uint8(weekdayOf(day)), odd: uint8(week % 2), changes: s.apart,
		})
	}
	s.days[1] = int32(len(q.days))
	if s.apart {
		return weekPart{}
	}
	part := weekPart{from: int(s.start-s.monday) / 15, to: int(s.end-s.monday+14) / 15, odd: q.days[s.days[0]].odd}
	s.even = (s.start-s.monday)%15 == 0 && (s.end-s.monday)%15 == 0
	return part
}

// instant is a minute as the clock counts.
func (x *Index) instant(minute int32) int64 {
	return x.origin.UnixNano() + int64(minute)*int64(time.Minute)
}
