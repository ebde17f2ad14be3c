package engine

import "time"

// why gives what keeps all slots out, per expert, in the order of the calendars.
// It is asked when there are none, so it may take its time.
func (f *slotFinder) why() []SlotObstacle {
	if f.Pattern != nil && f.anyFits() {
		return []SlotObstacle{{Code: NoSeries}}
	}
	var out []SlotObstacle
	span := f.horizon()
	for i := range f.Calendars {
		c := &f.Calendars[i]
		any, hers := f.hoursIn(c, span)
		room := func(list []Interval) bool { return longest(list) >= f.length() }
		switch {
		case len(any) == 0:
			out = append(out, SlotObstacle{NoHours, c.Expert})
		case len(hers) == 0:
			out = append(out, SlotObstacle{NotThere, c.Expert})
		case !room(hers):
			out = append(out, SlotObstacle{TooShort, c.Expert})
		case !room(Subtract(hers, c.closed())):
			out = append(out, SlotObstacle{Taken, c.Expert})
		}
	}
	switch {
	case len(out) > 0:
		return out
	case len(f.Calendars) > 1:
		return []SlotObstacle{{Code: NotTogether}}
	default: // room, but only in the second of two equal hours
		return []SlotObstacle{{Code: NoSuchTime}}
	}
}

// whyNotAt gives what keeps one slot out.
func (f *slotFinder) whyNotAt(slot Interval) []SlotObstacle {
	var out []SlotObstacle
	start, end := slot.Start.UnixNano(), slot.End.UnixNano()
	for i := range f.diaries {
		d, expert := &f.diaries[i], f.Calendars[i].Expert
		switch {
		case f.openUntil(d, start, end) == end:
		case f.hoursUntil(d, start, end, true) < end:
			out = append(out, SlotObstacle{NoHours, expert})
		case f.hoursUntil(d, start, end, false) < end:
			out = append(out, SlotObstacle{NotThere, expert})
		default:
			out = append(out, SlotObstacle{Taken, expert})
		}
	}
	return out
}

// hoursIn gives an expert's weekly hours in a span: all of them, and those that
// suit the session.
func (f *slotFinder) hoursIn(c *Calendar, span Interval) (any, suiting []Interval) {
	return Availability(c.Rules, nil, span, f.Zone, func(AvailabilityRule) bool { return true }),
		Availability(c.Rules, nil, span, f.Zone, func(r AvailabilityRule) bool { return f.suits(c, r) })
}

func (f *slotFinder) anyFits() bool {
	for i := range f.weeks {
		if f.weeks[i].fits != (weekBits{}) {
			return true
		}
	}
	return false
}

func longest(list []Interval) (out time.Duration) {
	for _, i := range list {
		out = max(out, i.Duration())
	}
	return out
}
