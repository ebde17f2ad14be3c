package busy

import (
	"cmp"
	"slices"
	"strings"

	"github.com/emersion/go-ical"
)

// event is a VEVENT or an AVAILABLE: something with a start that may happen
// again.
type event struct {
	uid    string
	start  when
	length length
	free   bool // takes no time of its owner

	rules, without []*rule // RRULE, EXRULE
	extra          []occurrence
	except         []when

	// original is set in an event that stands for one time of a series, or for
	// that and all later ones if following is set (RFC 5545 section 3.8.4.4).
	original  *when
	following bool
}

// occurrence is one time of an event.
type occurrence struct {
	start  when
	length length
}

// lines reads the properties of one component.
type lines struct {
	*ical.Component
	zones *zones
	warn  func(WarningCode)
}

// text is the value of a property in capitals, empty if there is none.
func (l lines) text(name string) string {
	if p := l.Props.Get(name); p != nil {
		return strings.ToUpper(strings.TrimSpace(p.Value))
	}
	return ""
}

// when reads a property with one time: the first that can be read, as prose
// that broke out of a description may look like one. It gives nil if there is none.
func (l lines) when(name string) *when {
	for _, p := range l.Props[name] {
		if w, ok := l.parse(p.Value, &p); ok {
			return &w
		}
	}
	return nil
}

// parse reads one of the times in a property.
func (l lines) parse(value string, p *ical.Prop) (when, bool) {
	literal, ok := parseLiteral(value)
	if !ok {
		return when{}, false
	}
	w := when{wall: literal.wall, date: literal.date}
	switch {
	case literal.utc:
		w.zone = offset(0)
	case literal.date:
		w.zone = l.zones.owner
	default:
		w.zone = l.zones.find(p.Params.Get("TZID"))
	}
	return w, true
}

// list reads all times in all properties of a name.
func (l lines) list(name string, defaultLength length) []occurrence {
	var all []occurrence
	for _, p := range l.Props[name] {
		for value := range strings.SplitSeq(p.Value, ",") {
			if !l.zones.work.spend(1) {
				return all
			}
			o, ok := l.occurrence(value, &p, defaultLength)
			if !ok {
				l.warn(UnreadableDate)
				continue
			}
			all = append(all, o)
		}
	}
	return all
}

// occurrence reads a time, or a period (RFC 5545 section 3.3.9).
func (l lines) occurrence(value string, p *ical.Prop, defaultLength length) (occurrence, bool) {
	value, end, period := strings.Cut(value, "/")
	start, ok := l.parse(value, p)
	if !ok || !period {
		return occurrence{start, defaultLength}, ok
	}
	if d, ok := parseDuration(end); ok {
		return occurrence{start, d}, d.total() >= 0
	}
	last, ok := l.parse(end, p)
	if !ok {
		return occurrence{}, false
	}
	d := last.instant() - start.instant()
	return occurrence{start, length{seconds: d}}, d >= 0
}

// hour is what an event of unknown length is taken to last.
const hour = 3600

// howLong reads DTEND or DURATION, with the rules of RFC 5545 section 3.6.1
// for an event that has neither.
func (l lines) howLong(start when) length {
	whole, guess := length{}, length{seconds: hour}
	if start.date {
		whole, guess = length{days: 1}, length{days: 1}
	}
	if l.Props.Get("DTEND") == nil && l.Props.Get("DURATION") == nil {
		return whole
	}
	var found length
	if end := l.when("DTEND"); end != nil && start.date && end.date {
		found.days = end.wall.day() - start.wall.day()
	} else if end != nil {
		found.seconds = end.instant() - start.instant() // the same exact length each time, section 3.8.5.3
	} else if d, ok := parseDuration(l.text("DURATION")); ok {
		found = d
	} else {
		l.warn(UnreadableEnd)
		return guess
	}
	switch {
	case found.total() < 0:
		l.warn(EndBeforeStart)
		return guess
	case found.total() == 0:
		return whole // of an all-day event many tell the last day, not the one after it
	}
	return found
}

// isFree reports whether an event takes no time. What Outlook writes must not
// contradict it: programs that change the one often leave the other.
func (l lines) isFree() bool {
	if l.text("STATUS") == "CANCELLED" {
		return true
	}
	standard, outlook := l.text("TRANSP"), l.text("X-MICROSOFT-CDO-BUSYSTATUS")
	switch standard {
	case "TRANSPARENT":
		return outlook == "" || outlook == "FREE"
	case "":
		return outlook == "FREE"
	}
	return false
}

// event reads the component. It gives nil if there is no start in it.
func (l lines) event() *event {
	start := l.when("DTSTART")
	if start == nil {
		return nil
	}
	e := &event{start: *start, free: l.isFree()}
	if p := l.Props.Get("UID"); p != nil {
		e.uid = p.Value
	}
	e.length = l.howLong(e.start)
	e.rules, e.without = l.rules("RRULE", e.start), l.rules("EXRULE", e.start)
	e.extra = l.list("RDATE", e.length)
	for i := range e.extra {
		if at := &e.extra[i].start; at.date && !e.start.date {
			at.date, at.zone = false, e.start.zone // on that day, at the usual time
			at.wall += wall(e.start.wall.clock())
		}
	}
	for _, o := range l.list("EXDATE", length{}) {
		e.except = append(e.except, o.start)
	}
	if p := l.Props.Get("RECURRENCE-ID"); p != nil {
		if e.original = l.when("RECURRENCE-ID"); e.original == nil {
			l.warn(UnreadableDate)
		}
		e.following = strings.EqualFold(p.Params.Get("RANGE"), "THISANDFUTURE")
	}
	return e
}

func (l lines) rules(name string, start when) []*rule {
	var rules []*rule
	for _, p := range l.Props[name] {
		// A rule is made of up to 1,440 times of the day.
		rule, warning := parseRule(p.Value, start)
		if warning != "" {
			l.warn(warning)
			continue
		}
		if !l.zones.work.spend(1 + len(rule.times)) {
			return rules
		}
		rules = append(rules, rule)
	}
	return rules
}

// series is a master event with the changes to single times of it.
type series struct {
	*event
	replaced  map[wall]bool  // original times that other events stand for
	dropped   map[wall]bool  // EXDATE and EXRULE
	days      map[int64]bool // whole days of EXDATE
	following []moved        // in order
}

// moved is the change from one time on.
type moved struct {
	from wall // the first original time, on the wall of the master
	*event
}

// newSeries gathers what the other events of the same UID change in a master.
func newSeries(master *event, changes []*event) *series {
	s := &series{event: master, replaced: map[wall]bool{}, dropped: map[wall]bool{}, days: map[int64]bool{}}
	for _, c := range changes {
		at := c.original.in(master.start.zone)
		if c.original.date && !master.start.date {
			// The day alone says which: most series happen once a day.
			at += wall(master.start.wall.clock())
		}
		s.replaced[at] = true
		if c.following {
			s.following = append(s.following, moved{at, c})
		}
	}
	slices.SortFunc(s.following, func(a, b moved) int {
		return cmp.Or(cmp.Compare(a.from, b.from),
			cmp.Compare(a.start.instant(), b.start.instant()), cmp.Compare(a.length.total(), b.length.total()))
	})
	for _, e := range master.except {
		switch {
		case e.date && !master.start.date:
			s.days[e.wall.day()] = true
		default:
			s.dropped[e.in(master.start.zone)] = true
			if master.start.date && e.wall.clock() == 0 {
				s.dropped[e.wall] = true // midnight, of whatever zone: the day is meant
			}
		}
	}
	return s
}

// times calls add with each time of the series that may overlap the window,
// until add returns false.
func (s *series) times(window span, w *work, add func(occurrence) bool) {
	// The wall is within a day of UTC everywhere. Times that are moved or that
	// last long may begin outside the window.
	back, ahead := s.length.total(), int64(0)
	for _, m := range s.following {
		shift := int64(m.start.wall - m.from)
		back = max(back, m.length.total()+max(shift, 0))
		ahead = max(ahead, -shift)
	}
	from, to := wall(window.start-back-2*dayLength), wall(window.end+ahead+2*dayLength)

	for _, r := range s.without {
		for t := range r.between(s.start.wall, from, to, w) {
			if s.dropped[t] = true; len(s.dropped) > maxAllTimes {
				break // the rest stays busy
			}
		}
	}
	if !s.emit(occurrence{s.start, s.length}, add) {
		return
	}
	for _, o := range s.extra {
		if !s.emit(o, add) {
			return
		}
	}
	for _, r := range s.rules {
		for t := range r.between(s.start.wall, from, to, w) {
			at := s.start
			if at.wall = t; t != s.start.wall && !s.emit(occurrence{at, s.length}, add) {
				return
			}
		}
	}
}

// emit adds a time of the series unless it is left out, moved or free. It
// returns false when there is no room for more.
func (s *series) emit(o occurrence, add func(occurrence) bool) bool {
	at := o.start.in(s.start.zone)
	if s.dropped[at] || s.days[at.day()] || s.replaced[at] {
		return true
	}
	e := s.event
	behind, _ := slices.BinarySearchFunc(s.following, at+1, func(m moved, at wall) int {
		return cmp.Compare(m.from, at)
	})
	if behind > 0 {
		m := s.following[behind-1]
		if e = m.event; len(e.rules) > 0 {
			return true // a series of its own goes on from there
		}
		o.start = when{wall: at + e.start.wall - m.from, date: e.start.date, zone: e.start.zone}
		o.length = e.length
	}
	return e.free || add(o)
}
