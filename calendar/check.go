package calendar

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// maxUID and maxURL bound the two references of an event, in octets.
const (
	maxUID = 255
	maxURL = 1_024
)

// check reports what no reader of the feed could make sense of. All of it is
// ours to prevent: no user types any of these fields.
func (f Feed) check() error {
	if f.Zone == nil || f.Zone.String() != zoneName {
		return fmt.Errorf("calendar: zone is %v: load %s, the one that feeds can describe", f.Zone, zoneName)
	}
	if _, known := titles[f.Title]; !known {
		return fmt.Errorf("calendar: title %d is unknown: use one of the Title constants", f.Title)
	}
	if f.Revision < 0 {
		return fmt.Errorf("calendar: revision is %d: count from 0", f.Revision)
	}
	seen := make(map[string]bool, len(f.Events))
	for _, e := range f.Events {
		if !printable(e.UID, maxUID) {
			return fmt.Errorf("calendar: an event has UID %q: use 1 to %d printable ASCII characters", e.UID, maxUID)
		}
		if seen[e.UID] {
			return fmt.Errorf("calendar: two events have UID %s: give each session its own", e.UID)
		}
		seen[e.UID] = true
		if err := e.check(); err != nil {
			return fmt.Errorf("calendar: event %s: %w", e.UID, err)
		}
	}
	return nil
}

func (e Event) check() error {
	switch {
	case e.End.Sub(e.Start) < time.Second:
		return errors.New("it does not end after it starts: set End")
	case e.Start.UTC().Year() < firstYear || e.End.UTC().Year() > lastYear:
		return fmt.Errorf("it is not between the years %d and %d: set Start and End", firstYear, lastYear)
	case e.Created.IsZero() || e.Changed.IsZero():
		return errors.New("it does not say when it was made or changed: set Created and Changed")
	case e.Sequence < 0:
		return fmt.Errorf("sequence is %d: count from 0", e.Sequence)
	case statuses[e.Status] == "":
		return fmt.Errorf("status %d is unknown: use one of the Status constants", e.Status)
	}
	if e.URL != "" && !webAddress(e.URL) {
		// The address itself stays out of the message: it points at one session.
		return fmt.Errorf("its URL is no plain web address: use http(s)://host/path, at most %d ASCII characters", maxURL)
	}
	return nil
}

// webAddress reports whether s is an absolute http(s) address without a login.
func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && printable(s, maxURL)
}

// printable reports whether s has 1 to limit octets, all of them printable ASCII other than a space.
func printable(s string, limit int) bool {
	return s != "" && len(s) <= limit && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}
