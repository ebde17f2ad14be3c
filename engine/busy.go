package engine

import "time"

// BusySource is where the busy times of a linked calendar come from.
type BusySource string

// The sources.
const (
	// BusyAddress is read again and again.
	BusyAddress BusySource = "ADDRESS"
	// BusyFile was read once, when it was handed in.
	BusyFile BusySource = "FILE"
)

// StaleAfter is how long busy times are taken to be complete after they were
// read. Afterwards they still count, and their age is shown: times that may have
// changed are no free time.
func (s BusySource) StaleAfter() time.Duration {
	if s == BusyFile {
		return 30 * 24 * time.Hour
	}
	return 24 * time.Hour
}

// BusyState is how a linked calendar stands.
type BusyState string

// The states.
const (
	BusyNeverRead BusyState = "NEVER_READ" // linked, and not read yet
	BusyFresh     BusyState = "FRESH"
	BusyStale     BusyState = "STALE"   // longer ago than [BusySource.StaleAfter]
	BusyFailing   BusyState = "FAILING" // the last try gave nothing; what was read before it counts
)

// BusyFailure is why a linked calendar could not be read. It says nothing of
// where it is or what is in it. Codes are API.
type BusyFailure string

// The reasons. The first three are ours, the others those of the server or of
// what it sends.
const (
	BusyKeyMissing     BusyFailure = "KEY_MISSING"         // its address was encrypted with a key the service no longer has
	BusyNotFetched     BusyFailure = "NOT_FETCHED"         // this installation does not fetch calendars
	BusyNotAllowed     BusyFailure = "ADDRESS_NOT_ALLOWED" // the address leads to where the service must not go
	BusyNotFound       BusyFailure = "NOT_FOUND"           // no such calendar (404, 410)
	BusyRefused        BusyFailure = "REFUSED"             // the server wants a login
	BusyTimeout        BusyFailure = "TIMEOUT"
	BusyUnreachable    BusyFailure = "UNREACHABLE"
	BusyTooLarge       BusyFailure = "TOO_LARGE"
	BusyNotACalendar   BusyFailure = "NOT_A_CALENDAR"
	BusyTruncated      BusyFailure = "TRUNCATED" // it ends in the middle
	BusyUnintelligible BusyFailure = "UNINTELLIGIBLE"
	BusyTooMany        BusyFailure = "TOO_MANY" // more events than a person has
)

// BusyFailures are all reasons there are.
var BusyFailures = []BusyFailure{BusyKeyMissing, BusyNotFetched, BusyNotAllowed, BusyNotFound, BusyRefused, BusyTimeout, BusyUnreachable, BusyTooLarge,
	BusyNotACalendar, BusyTruncated, BusyUnintelligible, BusyTooMany}

// BusyWarningCode says what was not understood in a calendar that was read, and
// what was made of it. Codes are API.
type BusyWarningCode string

// BusyCut: there were more busy times than are kept; the soonest were.
const BusyCut BusyWarningCode = "CUT"

// BusyWarning is a warning and how often it was met.
type BusyWarning struct {
	Code  BusyWarningCode
	Count int
}

// How far busy times are read, and how many are kept of one calendar.
const (
	busyBack   = 24 * time.Hour
	busyAhead  = 400 * 24 * time.Hour
	maxBusy    = 10_000
	busyReread = 7 * 24 * time.Hour
)

// BusyWindow is the time for which a calendar that is read now is looked at: from
// a day ago until 400 days ahead.
func BusyWindow(now time.Time) Interval {
	return Interval{Start: now.Add(-busyBack), End: now.Add(busyAhead)}
}

// BusyUnchangedHolds reports whether "nothing has changed" may be taken for an
// answer. What repeats for ever was written out to the end of the window at the
// time it was read, and the window moves on: once a week all of it is read.
func BusyUnchangedHolds(read, now time.Time) bool { return now.Sub(read) < busyReread }

// KeepBusy gives what is kept of the busy times of a calendar: merged, within the
// window, the soonest 10,000. cut is how many more there were.
func KeepBusy(times []Interval, window Interval) (kept []Interval, cut int) {
	for _, t := range times {
		if t = t.Intersect(window); !t.Empty() {
			kept = append(kept, t)
		}
	}
	kept = Merge(kept)
	if len(kept) > maxBusy {
		kept, cut = kept[:maxBusy], len(kept)-maxBusy
	}
	return kept, cut
}

// BusyNextRead is when a linked calendar is read next, after a number of failures
// in a row: in an hour; after failures in 1, 2, 4, 8, 16 hours and then 24. Up to
// a tenth more is added, always the same for the same calendar, so that they do
// not all come at once.
func BusyNextRead(id BusyCalendarID, now time.Time, failures int) time.Time {
	wait := time.Hour
	if failures > 0 {
		wait = min(time.Hour<<min(failures-1, 10), 24*time.Hour)
	}
	var sum uint32
	for _, b := range []byte(id) {
		sum = sum*31 + uint32(b)
	}
	return now.Add(wait + time.Duration(sum%360)*wait/3600)
}

// BusyStanding gives the state of a linked calendar.
func BusyStanding(readAt *time.Time, staleAt time.Time, failure BusyFailure, now time.Time) BusyState {
	switch {
	case failure != "":
		return BusyFailing
	case readAt == nil:
		return BusyNeverRead
	case now.Before(staleAt):
		return BusyFresh
	}
	return BusyStale
}
