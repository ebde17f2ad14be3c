package calendar

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"github.com/emersion/go-ical"
)

// titles are the words of each Title: for a session and for the calendar.
var titles = map[Title]struct{ session, calendar string }{
	TitleMinimal:          {"Bezet", "Agenda"},
	TitleAppointment:      {"Afspraak", "Afspraken"},
	TitleExpExAppointment: {"ExpEx-afspraak", "ExpEx-afspraken"},
	TitleTalk:             {"Voorlichting", "Voorlichtingen"},
}

var statuses = map[Status]ical.EventStatus{
	Tentative: ical.EventTentative,
	Confirmed: ical.EventConfirmed,
	Cancelled: ical.EventCancelled,
}

// firstYear and lastYear bound the events: the European Union changes its
// clocks on the dates of timezone since 1996, and RFC 5545 section 3.3.4 has
// four digits for a year.
const (
	firstYear = 1996
	lastYear  = 9999
)

// newCalendar is a VCALENDAR without its components. PRODID does not name the
// product: some owners chose a Title that hides it.
func newCalendar() *ical.Component {
	c := ical.NewComponent(ical.CompCalendar)
	set(c, ical.PropVersion, "2.0")
	set(c, ical.PropProductID, "-//Agenda//Afspraken//NL")
	set(c, ical.PropCalendarScale, "GREGORIAN")
	return c
}

// component is the VCALENDAR with its time zone and without its events.
//
// There is no METHOD, since PUBLISH asks for an ORGANIZER (RFC 5546 section
// 3.2.1).
func (f Feed) component() *ical.Component {
	name := titles[f.Title].calendar
	c := newCalendar()
	set(c, ical.PropName, name) // RFC 7986 section 5.1
	set(c, "X-WR-CALNAME", name)
	c.Props.Set(&ical.Prop{ // RFC 7986 section 5.7 requires the parameter
		Name:   ical.PropRefreshInterval,
		Params: ical.Params{ical.ParamValue: {string(ical.ValueDuration)}},
		Value:  "PT1H",
	})
	set(c, "X-PUBLISHED-TTL", "PT1H")
	c.Children = append(c.Children, timezone())
	return c
}

// timezone is Europe/Amsterdam as RFC 5545 section 3.6.5 describes it: two
// yearly rules, in the form from 1970 on that every reader knows. It stands in
// each feed, also because a VCALENDAR needs one component (section 3.6) and an
// empty feed has no other.
func timezone() *ical.Component {
	observance := func(kind, name, from, to, onset, month string) *ical.Component {
		c := ical.NewComponent(kind)
		set(c, ical.PropTimezoneName, name)
		set(c, ical.PropTimezoneOffsetFrom, from)
		set(c, ical.PropTimezoneOffsetTo, to)
		set(c, ical.PropDateTimeStart, onset)
		set(c, ical.PropRecurrenceRule, "FREQ=YEARLY;BYMONTH="+month+";BYDAY=-1SU")
		return c
	}
	c := ical.NewComponent(ical.CompTimezone)
	set(c, ical.PropTimezoneID, zoneName)
	c.Children = []*ical.Component{
		observance(ical.CompTimezoneDaylight, "CEST", "+0100", "+0200", "19700329T020000", "3"),
		observance(ical.CompTimezoneStandard, "CET", "+0200", "+0100", "19701025T030000", "10"),
	}
	return c
}

// component is the VEVENT of e in the feed f.
func (e Event) component(f Feed) *ical.Component {
	c := ical.NewComponent(ical.CompEvent)
	c.Props.SetText(ical.PropUID, e.UID)
	c.Props.SetText(ical.PropSummary, titles[f.Title].session)
	set(c, ical.PropStatus, string(statuses[e.Status]))
	set(c, ical.PropClass, "PRIVATE")
	set(c, ical.PropTransparency, e.transparency())
	if place := clean(e.Place); place != "" {
		c.Props.SetText(ical.PropLocation, place)
	}
	if e.URL != "" {
		set(c, ical.PropURL, e.URL)
	}

	start, end := e.Start.In(f.Zone), e.End.In(f.Zone)
	if shownTwice(start) || shownTwice(end) {
		start, end = start.UTC(), end.UTC()
	}
	c.Props.SetDateTime(ical.PropDateTimeStart, start)
	c.Props.SetDateTime(ical.PropDateTimeEnd, end)

	// Without a METHOD the two stamps mean the same: the last change of the
	// event (RFC 5545 section 3.8.7.2), never the moment of encoding.
	changed := later(e.Changed, f.Changed).UTC()
	c.Props.SetDateTime(ical.PropCreated, e.Created.UTC())
	c.Props.SetDateTime(ical.PropLastModified, changed)
	c.Props.SetDateTime(ical.PropDateTimeStamp, changed)
	set(c, ical.PropSequence, strconv.Itoa(e.Sequence+f.Revision))
	return c
}

// transparency tells whether the event takes up time: not if it is off.
func (e Event) transparency() string {
	if e.Status == Cancelled {
		return "TRANSPARENT"
	}
	return "OPAQUE"
}

// shownTwice reports whether t falls into the hour that a clock in its zone
// shows twice, when summer time ends. A local time means the first of the two
// (RFC 5545 section 3.3.5), but readers commonly take it for the second, so
// such a time is better told in UTC.
func shownTwice(t time.Time) bool {
	goesBack := func(from, to time.Time) bool {
		_, before := from.Zone()
		_, after := to.Zone()
		return before-after == 3600
	}
	return goesBack(t, t.Add(time.Hour)) || goesBack(t.Add(-time.Hour), t)
}

// set gives c a property with a value that needs no escaping.
func set(c *ical.Component, name, value string) {
	c.Props.Set(&ical.Prop{Name: name, Value: value})
}

// contentLines encodes one component of any kind. The encoder of the library
// takes a calendar, which it treats as the component that it is.
func contentLines(c *ical.Component) ([]byte, error) {
	var text bytes.Buffer
	if err := ical.NewEncoder(&text).Encode(&ical.Calendar{Component: c}); err != nil {
		return nil, fmt.Errorf("encode %s: %w", c.Name, err)
	}
	return fold(text.Bytes()), nil
}
