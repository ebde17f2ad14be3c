package engine

import (
	"slices"
	"time"
)

// Bounds of a search for slots.
const (
	MaxSlotExperts  = 6
	maxSlotWeeks    = 26
	minSlotMinutes  = 15
	maxSlotMinutes  = 720
	maxSlotSessions = 26
)

// SlotSearch asks when some experts can do a session together. It is about time
// alone: hours, blackouts, what is booked and the way there. Caps, consents and
// all other rules are for a decision about a request.
type SlotSearch struct {
	Now       time.Time
	Zone      *time.Location
	Between   Interval // a session lies wholly in it; what has passed of it is left out
	Minutes   int      // elapsed time of a session
	Online    bool
	Calendars []Calendar // of all who are to be there
	Pattern   *SlotPattern
	Holidays  Holidays
	Limit     int // proposals to give, at least 1; all are counted
}

// Calendar is what is known of an expert's time over the span of a search.
type Calendar struct {
	Expert    ExpertID
	Rules     []AvailabilityRule
	Blackouts []Interval // her pause among them
	Busy      []Interval // sessions of any pool, each with its travel buffer behind it
	// TravelBufferMinutes is kept free between the session that is looked for and
	// her next one.
	TravelBufferMinutes int
	MaxTravelMinutes    int  // 0 = no limit
	TravelMinutes       *int // to the place; nil = not known, or online
}

// SlotPattern asks for a series instead of single sessions: the same wall time on
// each of its dates.
type SlotPattern struct {
	Occurrences int // 2 to 26
	Every       int // 1 to 26 weeks, or months with Nth
	Nth         Nth // of a month; "" = the weekday of the first date
	Weekday     Weekday
	// AllOrNothing leaves out a series of which a date does not fit. Otherwise a
	// series begins with a date that fits, and the fullest come first.
	AllOrNothing bool
}

// Nth is which of the equal weekdays of a month.
type Nth string

// The places in a month.
const (
	FirstOfMonth  Nth = "FIRST"
	SecondOfMonth Nth = "SECOND"
	ThirdOfMonth  Nth = "THIRD"
	FourthOfMonth Nth = "FOURTH"
	LastOfMonth   Nth = "LAST"
)

// SlotAnswer is what a search has found, the earliest first; of series that lack
// dates those that lack fewest.
type SlotAnswer struct {
	Proposals []SlotProposal // the first of them, Limit at most
	Total     int            // how many there are
	Obstacles []SlotObstacle // why there are none
}

// SlotProposal is a session, or the sessions of a series by date.
type SlotProposal struct {
	Dates   []SlotDate
	Fitting int // dates without an obstacle
}

// SlotDate is one session of a proposal.
type SlotDate struct {
	Date      Date
	Slot      *Interval      // nil when clocks skip its wall time on that date
	Obstacles []SlotObstacle // why it does not fit
	Warnings  []Holiday      // what is on that day; it never keeps a slot out
}

// Fits reports whether nothing is in the way.
func (d SlotDate) Fits() bool { return len(d.Obstacles) == 0 }

// SlotObstacle is why there is no slot.
type SlotObstacle struct {
	Code   SlotObstacleCode
	Expert ExpertID // "" = all of them together
}

// SlotObstacleCode says what is in the way. It tells no more than an expert's hours
// do.
type SlotObstacleCode string

// The obstacles, of one expert first.
const (
	NoHours     SlotObstacleCode = "NO_HOURS"     // no weekly hours then
	NotThere    SlotObstacleCode = "NOT_THERE"    // hours, but not in this mode or not this far away
	TooShort    SlotObstacleCode = "TOO_SHORT"    // no hours as long as the session
	Taken       SlotObstacleCode = "TAKEN"        // hours, but booked, on the way or closed by herself
	NotTogether SlotObstacleCode = "NOT_TOGETHER" // each has room, but never at the same time
	NoSeries    SlotObstacleCode = "NO_SERIES"    // single sessions fit, but no series
	NoSuchTime  SlotObstacleCode = "NO_SUCH_TIME" // clocks skip that time, or show it for the second time
)

// SlotObstacleCodes are all of them.
var SlotObstacleCodes = []SlotObstacleCode{NoHours, NotThere, TooShort, Taken, NotTogether, NoSeries, NoSuchTime}

// Validate reports the first thing about a search that cannot stand, as INVALID
// with the field, the problem and the fix. It looks at no calendar.
func (s *SlotSearch) Validate() error {
	span := s.horizon()
	switch {
	case s.Minutes < minSlotMinutes || s.Minutes > maxSlotMinutes:
		return Invalid("duration", "is %d minutes; give %d to %d", s.Minutes, minSlotMinutes, maxSlotMinutes)
	case s.Between.Empty():
		return Invalid("between.end", "is not later than start; give a span of time")
	case s.Between.Duration() > maxSlotWeeks*7*24*time.Hour+time.Hour: // one more when clocks go back
		return Invalid("between.end", "is more than %d weeks after start; ask for less", maxSlotWeeks)
	case !s.Between.End.After(s.Now):
		return Invalid("between.end", "is in the past; give a span from now on")
	case s.Between.End.After(s.Now.AddDate(0, 0, maxAheadDays)):
		return Invalid("between.end", "is more than two years ahead; give an earlier time")
	case span.Duration() < s.length():
		return Invalid("between.end", "leaves %d minutes from %s on; a session takes %d",
			int(span.Duration()/time.Minute), span.Start.UTC().Format(time.RFC3339), s.Minutes)
	case s.Limit < 1:
		return Invalid("first", "is %d; ask for at least 1", s.Limit)
	case s.Pattern != nil:
		return s.Pattern.validate(span, s.Zone)
	}
	return nil
}

func (p *SlotPattern) validate(span Interval, zone *time.Location) error {
	monthly := p.Nth != "" || p.Weekday != ""
	switch {
	case p.Occurrences < 2 || p.Occurrences > maxSlotSessions:
		return Invalid("pattern.occurrences", "is %d; give 2 to %d sessions, or leave out the pattern", p.Occurrences, maxSlotSessions)
	case p.Every < 1 || p.Every > maxSlotWeeks:
		return Invalid("pattern.every", "is %d; give 1 (each week, or each month) to %d", p.Every, maxSlotWeeks)
	case monthly && (!slices.Contains(nths, p.Nth) || !slices.Contains(weekdays[:], p.Weekday)):
		return Invalid("pattern.monthly", "is not whole; say which weekday of the month, such as the second Tuesday")
	}
	days, stride := p.days(DateOf(span.Start, zone).dayNumber(), DateOf(span.End.Add(-1), zone).dayNumber())
	if (p.Occurrences-1)*stride >= len(days) {
		return Invalid("pattern.occurrences", "is %d; so many dates do not fit between start and end: ask for fewer or widen the span", p.Occurrences)
	}
	return nil
}

var nths = []Nth{FirstOfMonth, SecondOfMonth, ThirdOfMonth, FourthOfMonth, LastOfMonth}

func (s *SlotSearch) length() time.Duration { return time.Duration(s.Minutes) * time.Minute }

// horizon is what is left of the span: from the next quarter of an hour on when
// it has begun.
func (s *SlotSearch) horizon() Interval {
	span := s.Between
	if span.Start.Before(s.Now) {
		span.Start = s.Now.Add(slotGrid - 1).Truncate(slotGrid)
	}
	return span
}

// suits reports whether the weekly rule can be used for this session.
func (s *SlotSearch) suits(c *Calendar, r AvailabilityRule) bool {
	return r.Mode.Allows(s.Online) && within(c.TravelMinutes, c.MaxTravelMinutes) && within(c.TravelMinutes, r.MaxTravelMinutes)
}

// within is true as well when the way is not known or not limited.
func within(minutes *int, limit int) bool { return minutes == nil || limit == 0 || *minutes <= limit }

// closed gives the time in which no session may be, merged: a session leaves
// time to travel before the next one.
func (c *Calendar) closed() []Interval {
	busy := Pad(c.Busy, time.Duration(c.TravelBufferMinutes)*time.Minute, 0)
	return Merge(append(busy, c.Blackouts...))
}

// days gives the day numbers, from one to the other, that can be dates of a
// series. The dates of one are stride apart in that list.
func (p *SlotPattern) days(from, to int) (list []int, stride int) {
	for day := from; day <= to; day++ {
		if p.Nth == "" || p.isNth(day) {
			list = append(list, day)
		}
	}
	if p.Nth == "" {
		return list, 7 * p.Every
	}
	return list, p.Every
}

// isNth reports whether the day is the pattern's weekday in the pattern's place
// of its month.
func (p *SlotPattern) isNth(day int) bool {
	at := time.Unix(int64(day)*24*60*60, 0).UTC()
	if weekdays[at.Weekday()] != p.Weekday {
		return false
	}
	if p.Nth == LastOfMonth {
		return at.AddDate(0, 0, 7).Month() != at.Month()
	}
	return (at.Day()-1)/7 == slices.Index(nths, p.Nth)
}
