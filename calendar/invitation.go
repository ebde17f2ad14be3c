package calendar

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/emersion/go-ical"
)

// The methods of an invitation (RFC 5546 sections 3.2.2 and 3.2.5).
const (
	MethodRequest = "REQUEST" // it is new, or has changed
	MethodCancel  = "CANCEL"  // it is off, or goes on without her
)

// Invitation is one appointment for the calendar of the one person who gets it
// by mail. It shows what a [Feed] shows of the event, property by property, with
// the same UID and SEQUENCE, so that a calendar which has it from both knows it
// for the same. Title, Zone, Changed and Revision are those of [Feed].
type Invitation struct {
	Event    Event
	Title    Title
	Zone     *time.Location
	Changed  time.Time
	Revision int

	// Organizer is the address of the service, which answers to nothing, and
	// Attendee that of the recipient. Nobody else is named.
	Organizer, Attendee string

	// Told is when there was something to tell. Two messages about the same
	// state differ in nothing else.
	Told time.Time
}

// Method says what the invitation is: a cancelled event is taken out of the
// calendar, any other is put there.
func (i Invitation) Method() string {
	if i.Event.Status == Cancelled {
		return MethodCancel
	}
	return MethodRequest
}

// EncodeInvitation writes an invitation as iCalendar, in the form of [Encode].
// Its errors are those of Encode, or name an address that is none; they do not
// repeat it.
//
// The attendee has accepted: she said yes in the app, and what a mail program
// would answer is read by nobody, so it shall not ask her (RSVP=FALSE).
func EncodeInvitation(i Invitation) ([]byte, error) {
	feed := Feed{Title: i.Title, Zone: i.Zone, Events: []Event{i.Event}, Changed: i.Changed, Revision: i.Revision}
	if err := feed.check(); err != nil {
		return nil, err
	}
	if !mailAddress(i.Organizer) || !mailAddress(i.Attendee) {
		return nil, errors.New("calendar: organizer and attendee of an invitation must be plain mail addresses")
	}
	c := newCalendar()
	set(c, ical.PropMethod, i.Method())
	event := i.Event.component(feed)
	set(event, ical.PropOrganizer, "mailto:"+i.Organizer)
	event.Props.Set(&ical.Prop{
		Name:   ical.PropAttendee,
		Params: ical.Params{ical.ParamParticipationStatus: {"ACCEPTED"}, ical.ParamRSVP: {"FALSE"}},
		Value:  "mailto:" + i.Attendee,
	})
	// With a METHOD the stamp is when this message was made (RFC 5545 section
	// 3.8.7.2), which is not before what it tells.
	event.Props.SetDateTime(ical.PropDateTimeStamp, later(i.Told, later(i.Event.Changed, i.Changed)).UTC())
	c.Children = append(c.Children, timezone(), event)
	text, err := contentLines(c)
	if err != nil {
		return nil, fmt.Errorf("calendar: invitation %s: %w", i.Event.UID, err)
	}
	return text, nil
}

// mailAddress reports whether s can stand in a mailto URI as it is (RFC 6068
// section 2): what would have to be escaped is no address of anybody here.
func mailAddress(s string) bool {
	return printable(s, 254) && strings.Count(s, "@") == 1 && strings.Trim(s, "@") == s && !strings.ContainsAny(s, `"%<>()[]\,;:?&`)
}
