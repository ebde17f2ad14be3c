// Package busy reads a foreign calendar and says when its owner is busy.
//
// The text comes from a stranger's server: it may be broken, hostile or just
// odd. What leaves this package are intervals, codes and counts. Titles,
// places and people are dropped at the door (see kept), so that no later
// mistake can let them out.
//
// In doubt a time is busy: an ExpEx who is asked once too little loses a
// session, one who is double-booked loses her trust. A text of which too much
// is in doubt is refused as a whole, and the caller keeps what it had.
package busy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Limits of a text. The first three protect the decoder, the others the clock
// and the memory of the machine.
const (
	MaxBytes     = 1 << 20  // of the whole text, decompressed
	maxLine      = 64 << 10 // octets of an unfolded line that is read
	maxParameter = 1 << 10  // octets of a parameter in such a line
	maxDepth     = 8        // components within components
	maxEvents    = 5_000    // events, free/busy times and availabilities in a text
	maxTimes     = 5_000    // times of one event within the window, those that touch taken as one
	maxAllTimes  = 20_000   // times of all events within the window
)

// Options say whose calendar it is and which part of it counts.
type Options struct {
	// Zone is the owner's: all-day events and times without a zone are hers.
	Zone *time.Location

	// From and To bound the answer: intervals are cut to [From, To), in whole
	// seconds. At most 3 years apart.
	From, To time.Time
}

// maxWindow is the longest that From and To may be apart.
const maxWindow = 3 * 366 * 24 * time.Hour

// Busy is when the owner of a calendar is busy.
type Busy struct {
	Intervals []Interval // merged, in order, with room between any two; cut to the window
	Warnings  []Warning  // in order of code, each code once
}

// Interval is [Start, End) in UTC and whole seconds, at least one second long.
type Interval struct{ Start, End time.Time }

// Warning tells the owner that some things in her calendar were not understood.
type Warning struct {
	Code  WarningCode
	Count int // how many, at least 1
}

// WarningCode says what was not understood, and what was made of it.
type WarningCode string

// The warnings. None of them stops the rest of a calendar from being read.
const (
	// UnknownZone counts time zones that nobody knows and the text does not
	// describe. Their times are read in the owner's zone.
	UnknownZone WarningCode = "UNKNOWN_ZONE"

	// UnreadableLine counts lines that should hold a time, a rule or a status
	// but are malformed. What they would have said counts as unreadable.
	UnreadableLine WarningCode = "UNREADABLE_LINE"

	// UnreadableEvent counts events without a start that can be read. They are
	// left out: nobody knows when they are.
	UnreadableEvent WarningCode = "UNREADABLE_EVENT"

	// UnreadableEnd counts events of which the start can be read and the end
	// cannot. They are taken to last an hour, or a day if they are all-day.
	UnreadableEnd WarningCode = "UNREADABLE_END"

	// EndBeforeStart counts events that end before they start. They are taken to
	// last an hour, or a day if they are all-day.
	EndBeforeStart WarningCode = "END_BEFORE_START"

	// UnreadableRule counts rules of repetition that cannot be read. Their
	// events count as busy the first time only.
	UnreadableRule WarningCode = "UNREADABLE_RULE"

	// UnreadableDate counts single dates in lists of extra, left out or busy
	// times that cannot be read. They are left out of the list.
	UnreadableDate WarningCode = "UNREADABLE_DATE"

	// SecondlyRule counts events that repeat every few seconds, or so often that
	// it comes to the same. They count as busy the first time only.
	SecondlyRule WarningCode = "SECONDLY_RULE"

	// RuleCut counts events that happen more than 5,000 times within the window,
	// with room in between. The first 5,000 count as busy.
	RuleCut WarningCode = "RULE_CUT"

	// UnreadableAvailability counts opening hours (RFC 7953) that cannot be
	// read. Whole ones are left out; single times in them count as busy.
	UnreadableAvailability WarningCode = "UNREADABLE_AVAILABILITY"
)

// Refusal is the error of Read for a text that is of no use. It holds no word
// of that text.
type Refusal struct{ Code RefusalCode }

// Error implements error.
func (r *Refusal) Error() string { return "calendar refused: " + string(r.Code) }

// RefusalCode says why a text is refused.
type RefusalCode string

// The reasons to refuse.
const (
	TooLarge     RefusalCode = "TOO_LARGE"      // more than 1 MiB
	NotACalendar RefusalCode = "NOT_A_CALENDAR" // does not begin as iCalendar: a web page, for one
	Truncated    RefusalCode = "TRUNCATED"      // ends in the middle of a component
	Malformed    RefusalCode = "MALFORMED"      // components end out of turn, or no event in it can be read
	TooDeep      RefusalCode = "TOO_DEEP"       // more than 8 components within one another
	LineTooLong  RefusalCode = "LINE_TOO_LONG"  // a line of more than 64 KiB, or a parameter of more than 1 KiB
	TooMany      RefusalCode = "TOO_MANY"       // more than 5,000 events, or 20,000 times within the window
	TooSlow      RefusalCode = "TOO_SLOW"       // needs more steps than a calendar of a person can
)

// Read turns a foreign calendar into the times its owner is busy. Text is
// iCalendar (RFC 5545, with VAVAILABILITY of RFC 7953), all of it: several
// VCALENDARs too. The answer depends on the text and the options alone; it does
// not depend on the order of the events or on how lines are folded.
//
// The error is a *Refusal if the text is of no use, and another if the options
// are: a zone is missing, To is not after From, or they are more than 3 years
// apart.
func Read(text []byte, o Options) (busy Busy, err error) {
	if err := o.check(); err != nil {
		return Busy{}, err
	}
	// The guard leaves nothing that is known to make the decoder panic.
	defer func() {
		if recover() != nil {
			busy, err = Busy{}, &Refusal{Malformed}
		}
	}()
	r := newReader(o)
	if err := r.read(text); err != nil {
		return Busy{}, err
	}
	return r.answer(), nil
}

func (o Options) check() error {
	switch {
	case o.Zone == nil:
		return errors.New("busy: the owner's zone is missing: set Zone")
	case o.Zone == time.Local:
		return errors.New("busy: the owner's zone is that of this machine: load a zone by its name")
	case !o.To.After(o.From):
		return errors.New("busy: the window is empty: set To after From")
	case o.To.Sub(o.From) > maxWindow:
		return fmt.Errorf("busy: the window is longer than %d days", int(maxWindow.Hours()/24))
	case o.From.Year() < 1900 || o.To.Year() > 9990:
		return errors.New("busy: the window is not between the years 1900 and 9990")
	}
	return nil
}

// sortedWarnings lists counts in order of code.
func sortedWarnings(counts map[WarningCode]int) []Warning {
	var list []Warning
	for code, n := range counts {
		list = append(list, Warning{code, n})
	}
	slices.SortFunc(list, func(a, b Warning) int { return strings.Compare(string(a.Code), string(b.Code)) })
	return list
}
