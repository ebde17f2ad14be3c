package calendar

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/emersion/go-ical"
)

// FreeBusy says when a team is busy within a window, and nothing else: not who,
// not where, not how many, not how often (RFC 5545 section 3.6.4).
type FreeBusy struct {
	UID string // opaque, the same for ever; 1..255 printable ASCII characters

	// Start and End are the window: midnights in Amsterdam, of which the second is
	// the later one. What the window does not cover is not said to be free.
	Start, End time.Time

	// Changed is when the text last became another one: the last change of a
	// session, or the midnight at which the window moved if that is later.
	Changed time.Time

	Busy []Period // in any order; they may overlap and reach over the window
}

// Period is time that is taken, in whole seconds.
type Period struct {
	Start, End time.Time // half-open
	Tentative  bool      // held, not yet certain
}

// EncodeFreeBusy writes a VFREEBUSY in UTC (sections 3.8.2.2 and 3.8.2.4 ask for
// it), one FREEBUSY line for each stretch of time. Stretches are in order and
// never touch one of their own type or overlap: what is busy and tentative at
// once is busy. The same times give the same bytes, however sessions divide them.
//
// There is no METHOD, since PUBLISH asks for an ORGANIZER (RFC 5546 section
// 3.3.1), and no time zone, since nothing needs one. It cannot be over-full: two
// stretches have time between them, so their number is bounded by the window.
//
// The error names what breaks the rules of FreeBusy.
func EncodeFreeBusy(f FreeBusy) (Body, error) {
	if err := f.check(); err != nil {
		return Body{}, fmt.Errorf("calendar: free/busy: %w", err)
	}
	changed := f.Changed.UTC().Truncate(time.Second)
	c := ical.NewComponent(ical.CompFreeBusy)
	c.Props.SetText(ical.PropUID, f.UID)
	c.Props.SetDateTime(ical.PropDateTimeStamp, changed)
	c.Props.SetDateTime(ical.PropDateTimeStart, f.Start.UTC())
	c.Props.SetDateTime(ical.PropDateTimeEnd, f.End.UTC())
	for _, p := range f.stretches() {
		kind := "BUSY"
		if p.Tentative {
			kind = "BUSY-TENTATIVE"
		}
		c.Props.Add(&ical.Prop{
			Name:   ical.PropFreeBusy,
			Params: ical.Params{ical.ParamFreeBusyType: {kind}},
			Value:  p.Start.UTC().Format(utcForm) + "/" + p.End.UTC().Format(utcForm),
		})
	}

	whole := newCalendar()
	whole.Children = []*ical.Component{c}
	text, err := contentLines(whole)
	if err != nil {
		return Body{}, fmt.Errorf("calendar: free/busy: %w", err)
	}
	return Body{Bytes: text, Changed: changed}, nil
}

// utcForm is form 2 of a date with time (RFC 5545 section 3.3.5).
const utcForm = "20060102T150405Z"

func (f FreeBusy) check() error {
	switch {
	case !printable(f.UID, maxUID):
		return fmt.Errorf("UID is %q: use 1 to %d printable ASCII characters", f.UID, maxUID)
	case !f.Start.Before(f.End) || f.Start.UTC().Year() < firstYear || f.End.UTC().Year() > lastYear:
		return fmt.Errorf("the window is no time between the years %d and %d: set Start and End", firstYear, lastYear)
	case f.Changed.IsZero():
		return errors.New("it does not say when it changed: set Changed")
	}
	return nil
}

// stretches is the time that is taken within the window: what is busy, and what
// is tentative and not busy as well, in order.
func (f FreeBusy) stretches() []Period {
	taken := func(tentative bool) []Period {
		var out []Period
		for _, p := range f.Busy {
			p.Start, p.End = later(p.Start, f.Start).Truncate(time.Second), earlier(p.End, f.End).Truncate(time.Second)
			if p.Tentative == tentative && p.Start.Before(p.End) {
				out = append(out, p)
			}
		}
		return merged(out)
	}
	busy := taken(false)
	return slices.SortedFunc(slices.Values(append(without(taken(true), busy), busy...)), func(a, b Period) int {
		return a.Start.Compare(b.Start)
	})
}

// merged makes one of periods that overlap or touch, in order. All are of one type.
func merged(periods []Period) []Period {
	slices.SortFunc(periods, func(a, b Period) int { return a.Start.Compare(b.Start) })
	var out []Period
	for _, p := range periods {
		if last := len(out) - 1; last >= 0 && !p.Start.After(out[last].End) {
			out[last].End = later(out[last].End, p.End)
			continue
		}
		out = append(out, p)
	}
	return out
}

// without cuts what is busy out of the periods. Both are merged.
func without(periods, busy []Period) []Period {
	var out []Period
	for _, p := range periods {
		for _, b := range busy {
			if !b.End.After(p.Start) || !b.Start.Before(p.End) {
				continue
			}
			if p.Start.Before(b.Start) {
				out = append(out, Period{p.Start, b.Start, p.Tentative})
			}
			p.Start = b.End
		}
		if p.Start.Before(p.End) {
			out = append(out, p)
		}
	}
	return out
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
