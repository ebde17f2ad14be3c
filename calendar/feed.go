// Package calendar speaks iCalendar (RFC 5545): Encode turns the sessions of
// one person into the text of a feed, and Handler serves that text to the
// calendar programs that subscribe to it.
//
// A feed is copied to the servers of calendar providers and onto shared
// screens, and cannot be called back. So what it may know is decided by the
// fields of Event and Feed: they are an allow-list, with no room for a theme, a
// client, an organisation, a colleague or a note. The only words of their own
// that sessions bring are their places.
//
// The bytes of a feed depend on its sessions alone, not on the moment of asking
// or on their order: a client may ask every five minutes and is told 304 until
// something changes.
package calendar

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Limits of a feed. Google Calendar drops what is beyond about 1 MB or 1,100
// events without a word; these stay well below it.
const (
	MaxEvents = 1_000
	MaxBytes  = 512 << 10
)

// zoneName is the one time zone that a feed can describe; see timezone.
const zoneName = "Europe/Amsterdam"

// Feed is the calendar of one person.
type Feed struct {
	Title  Title
	Zone   *time.Location // Europe/Amsterdam; any other is an error
	Events []Event        // in any order

	// Changed and Revision belong to what the owner chose for the whole feed:
	// the Title, or how much of a place is shown. Changed is when that last
	// changed (zero: never), Revision how often. They count as a change of every
	// event, because clients keep an old text until SEQUENCE and LAST-MODIFIED
	// rise. For a feed that was revoked Changed is that moment.
	Changed  time.Time
	Revision int

	// Moved is when an event last came into or left the window of the feed (zero:
	// never). No event shows it, but the feed as a whole has changed then.
	Moved time.Time
}

// Event is all that a calendar may know of a session. Times are kept to whole
// seconds.
type Event struct {
	UID        string    // opaque, the same for ever; 1..255 printable ASCII characters
	Start, End time.Time // End at least a second later; years 1996..9999
	Created    time.Time // when the session was first planned

	// Changed is the last time anything that a calendar shows did change, be it
	// only the place. It must be at least a second later each time, and Sequence
	// (from 0) must rise with it.
	Changed  time.Time
	Sequence int

	Status Status
	Place  string // a public address, a municipality, "Online" or empty; cleaned, and cut after 200 characters
	URL    string // an http(s) link with an opaque id to a page behind the login, or empty; at most 1,024 ASCII characters
}

// Status says how sure a session is.
type Status int

// The statuses of a session. A cancelled one is kept in the feed for a while:
// only so do all clients learn that it is off.
const (
	Tentative Status = iota
	Confirmed
	Cancelled
)

// Title is how a calendar names a feed and each session in it. The owner
// chooses; it is not text, so that it can never say what a session is about.
type Title int

// The titles. The zero value tells least.
const (
	TitleMinimal          Title = iota // "Bezet", in a calendar "Agenda"
	TitleAppointment                   // "Afspraak", in a calendar "Afspraken"
	TitleExpExAppointment              // "ExpEx-afspraak", in a calendar "ExpEx-afspraken"
)

// Body is an encoded feed.
type Body struct {
	Bytes   []byte
	Changed time.Time // newest change of the feed, of an event or of the window, UTC; zero if there is none
	Cut     int       // events left out because of MaxEvents or MaxBytes
}

// Encode writes a feed as iCalendar: content lines of at most 75 octets that
// end in CRLF, events in order of start and UID. An over-full feed keeps the
// soonest events, live ones before cancelled ones, and tells in Cut how many
// are missing. Whatever is in a Place, the feed stays readable.
//
// The error names what breaks the rules of Feed or Event: an unknown zone, title
// or status, a malformed or repeated UID, an impossible time, a malformed URL.
func Encode(f Feed) (Body, error) {
	if err := f.check(); err != nil {
		return Body{}, err
	}
	frame, err := contentLines(f.component())
	if err != nil {
		return Body{}, fmt.Errorf("calendar: %w", err)
	}

	type entry struct {
		event Event
		lines []byte
	}
	var kept []entry
	size := len(frame)
	for _, e := range slices.SortedFunc(slices.Values(f.Events), byWorth) {
		lines, err := contentLines(e.component(f))
		if err != nil {
			return Body{}, fmt.Errorf("calendar: event %s: %w", e.UID, err)
		}
		if len(kept) == MaxEvents || size+len(lines) > MaxBytes {
			break
		}
		kept = append(kept, entry{e, lines})
		size += len(lines)
	}
	slices.SortFunc(kept, func(a, b entry) int { return byStart(a.event, b.event) })

	const end = "END:VCALENDAR\r\n"
	text := append(make([]byte, 0, size), bytes.TrimSuffix(frame, []byte(end))...)
	for _, e := range kept {
		text = append(text, e.lines...)
	}
	text = append(text, end...)
	return Body{Bytes: text, Changed: f.lastChange(), Cut: len(f.Events) - len(kept)}, nil
}

// byStart is the order of events in a feed. UIDs differ, so it is total.
func byStart(a, b Event) int {
	return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.UID, b.UID))
}

// byWorth is the order in which events are given up, the last one first: a
// cancelled event that is missing is no harm, as it is off anyway.
func byWorth(a, b Event) int {
	if (a.Status == Cancelled) != (b.Status == Cancelled) {
		if a.Status == Cancelled {
			return 1
		}
		return -1
	}
	return byStart(a, b)
}

// lastChange is the newest change in the feed, cut events included.
func (f Feed) lastChange() time.Time {
	last := later(f.Changed, f.Moved)
	for _, e := range f.Events {
		last = later(last, e.Changed)
	}
	return last.UTC().Truncate(time.Second)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
