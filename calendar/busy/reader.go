package busy

import (
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-ical"
)

// reader is the state of one Read.
type reader struct {
	window   span
	owner    zone
	work     work
	warnings map[WarningCode]int

	components int // events and the like, readable or not
	readable   int // those that say when they are
	times      int // of all events, within the window

	events         []*event
	availabilities []availability
	busy           []span
}

func newReader(o Options) *reader {
	return &reader{
		// Whole seconds that cover the window.
		window:   span{o.From.Unix(), o.To.Add(time.Second - 1).Unix()},
		owner:    place{o.Zone},
		work:     work{maxSteps},
		warnings: map[WarningCode]int{},
	}
}

func (r *reader) warn(code WarningCode) { r.warnings[code]++ }

func (r *reader) read(text []byte) error {
	calendars, malformed, refusal := guard(text)
	if refusal != "" {
		return &Refusal{refusal}
	}
	if malformed > 0 {
		r.warnings[UnreadableLine] = malformed
	}
	for _, c := range calendars {
		decoded, err := ical.NewDecoder(strings.NewReader(c)).Decode()
		if err != nil { // its words may quote the text
			return &Refusal{Malformed}
		}
		r.calendar(decoded)
	}
	r.busy = append(r.busy, r.timesOf(r.events)...)
	r.busy = append(r.busy, r.unavailable()...)
	switch {
	case r.work.left < 0:
		return &Refusal{TooSlow}
	case r.components > maxEvents || r.times > maxAllTimes:
		return &Refusal{TooMany}
	case r.components > 0 && r.readable == 0:
		return &Refusal{Malformed}
	}
	return nil
}

// calendar reads the components of one VCALENDAR. Others than these four are
// no business of ours: tasks, journals, alarms.
func (r *reader) calendar(c *ical.Calendar) {
	z := &zones{
		owner: r.owner, until: wall(r.window.end + 2*dayLength), work: &r.work,
		described: map[string][]*ical.Component{}, known: map[string]zone{},
	}
	for _, child := range c.Children {
		if p := child.Props.Get("TZID"); p != nil && child.Name == "VTIMEZONE" {
			z.described[p.Value] = append(z.described[p.Value], child)
		}
	}
	for _, child := range c.Children {
		l := lines{child, z, r.warn}
		switch child.Name {
		case "VEVENT":
			if e := r.event(l, UnreadableEvent); e != nil {
				r.events = append(r.events, e)
			}
		case "VFREEBUSY":
			r.freeBusy(l)
		case "VAVAILABILITY":
			r.availability(l)
		}
	}
	if z.unknown > 0 {
		r.warnings[UnknownZone] += z.unknown
	}
}

// event reads one event. It gives nil and leaves a warning if nobody can know when that is.
func (r *reader) event(l lines, warning WarningCode) *event {
	if r.components++; r.components > maxEvents {
		return nil
	}
	e := l.event()
	if e == nil {
		r.warn(warning)
		return nil
	}
	r.readable++
	return e
}

// freeBusy reads the FREEBUSY lines of a VFREEBUSY (RFC 5545 section 3.8.2.6).
// Kinds that nobody knows are busy.
func (r *reader) freeBusy(l lines) {
	r.components++
	var kept []ical.Prop
	for _, p := range l.Props["FREEBUSY"] {
		if !strings.EqualFold(p.Params.Get("FBTYPE"), "FREE") {
			kept = append(kept, p)
		}
	}
	l.Props["FREEBUSY"] = kept
	periods := l.list("FREEBUSY", length{})
	if len(periods) > 0 || len(kept) == 0 {
		r.readable++
	}
	for _, o := range periods {
		if s, ok := r.visible(o); ok {
			r.times++
			r.busy = append(r.busy, s)
		}
	}
}

// timesOf gives the times of events that fall into the window. Events that
// share a UID belong together.
func (r *reader) timesOf(events []*event) []span {
	type group struct{ masters, changes []*event }
	groups := map[string]*group{}
	var order []*group
	for _, e := range events {
		g := groups[e.uid]
		if g == nil || e.uid == "" {
			g = &group{}
			groups[e.uid] = g
			order = append(order, g)
		}
		if e.original != nil {
			g.changes = append(g.changes, e)
		} else {
			g.masters = append(g.masters, e)
		}
	}
	var spans []span
	for _, g := range order {
		for _, e := range g.masters {
			if !r.work.spend(1 + len(g.changes)) {
				return spans
			}
			spans = append(spans, r.timesOfSeries(newSeries(e, g.changes))...)
		}
		for _, e := range g.changes {
			spans = append(spans, r.timesOfSeries(newSeries(e, nil))...)
		}
	}
	return spans
}

func (r *reader) timesOfSeries(s *series) []span {
	var spans []span
	s.times(r.window, &r.work, func(o occurrence) bool {
		found, ok := r.visible(o)
		if !ok {
			return true
		}
		if n := len(spans); n > 0 && spans[n-1].start <= found.start && found.start <= spans[n-1].end {
			spans[n-1].end = max(spans[n-1].end, found.end) // an event that overlaps itself is one time
			return true
		}
		if len(spans) == maxTimes {
			r.warn(RuleCut)
			return false
		}
		spans = append(spans, found)
		r.times++
		return r.times <= maxAllTimes
	})
	return spans
}

// visible is the part of an occurrence that lies within the window.
func (r *reader) visible(o occurrence) (span, bool) {
	s := span{max(o.start.instant(), r.window.start), min(o.length.end(o.start), r.window.end)}
	return s, s.start < s.end
}

// availability is a VAVAILABILITY: within its range its owner is busy, except
// when it says otherwise.
type availability struct {
	priority int64 // 1 the highest .. 9, 0 the lowest of all
	within   span
	open     []span
}

// availability reads RFC 7953 section 3.1. Every BUSYTYPE is busy.
func (r *reader) availability(l lines) {
	if r.components++; r.components > maxEvents {
		return
	}
	a := availability{within: r.window}
	start, end := l.when("DTSTART"), l.when("DTEND")
	duration, timed := parseDuration(l.text("DURATION"))
	switch {
	case l.Props.Get("DTSTART") != nil && start == nil,
		l.Props.Get("DTEND") != nil && end == nil,
		l.Props.Get("DURATION") != nil && (!timed || start == nil):
		r.warn(UnreadableAvailability)
		return
	}
	r.readable++
	if start != nil {
		a.within.start = max(a.within.start, start.instant())
	}
	if end != nil {
		a.within.end = min(a.within.end, end.instant())
	} else if timed {
		a.within.end = min(a.within.end, duration.end(*start))
	}
	if p := l.text("PRIORITY"); p != "" {
		n, ok := number(p)
		if !ok || n > 9 {
			r.warn(UnreadableAvailability)
			n = 0
		}
		a.priority = n
	}
	var open []*event
	for _, child := range l.Children {
		if child.Name == "AVAILABLE" {
			if e := r.event(lines{child, l.zones, l.warn}, UnreadableAvailability); e != nil {
				e.free = false
				open = append(open, e)
			}
		}
	}
	a.open = merged(r.timesOf(open))
	if a.within.start < a.within.end {
		r.availabilities = append(r.availabilities, a)
	}
}

// unavailable puts the availabilities together as RFC 7953 section 4 does:
// one of a higher priority replaces those below it within its range. Of two
// that are equal, busy wins.
func (r *reader) unavailable() []span {
	level := func(a availability) int64 {
		if a.priority == 0 {
			return 10
		}
		return a.priority
	}
	var busy []span
	for priority := int64(10); priority > 0; priority-- {
		var ranges, closed []span
		for _, a := range r.availabilities {
			if level(a) == priority {
				ranges = append(ranges, a.within)
				closed = append(closed, without([]span{a.within}, a.open)...)
			}
		}
		busy = merged(slices.Concat(without(busy, merged(ranges)), closed))
	}
	return busy
}

// answer is what was read.
func (r *reader) answer() Busy {
	b := Busy{Warnings: sortedWarnings(r.warnings)}
	for _, s := range merged(r.busy) {
		b.Intervals = append(b.Intervals, Interval{time.Unix(s.start, 0).UTC(), time.Unix(s.end, 0).UTC()})
	}
	return b
}
