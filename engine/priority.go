package engine

import (
	"slices"
	"time"
)

// UrgentHeadStart is how much longer an urgent request counts as waiting: four
// weeks, the time after which a waitlisted request is looked at again. So an
// urgent request goes before a normal one of up to four weeks, and behind one
// that has waited longer still.
const UrgentHeadStart = 28 * 24 * time.Hour

// Priority is how pressing a request is beside other requests. It says nothing
// about experts and never enters their scores: nobody fits a request better
// because it is old.
type Priority struct {
	Points      int // WaitingDays + UrgencyDays; the higher goes first
	WaitingDays int // whole days of 24 hours since submission, whatever has happened since
	UrgencyDays int // the head start of an urgent request
}

// Priority gives how pressing the request is; ok is false for one that no longer
// waits for an expert.
func (r Request) Priority(now time.Time) (p Priority, ok bool) {
	if !r.Status.Waits() {
		return Priority{}, false
	}
	const day = 24 * time.Hour
	p.WaitingDays = max(0, int(now.Sub(r.SubmittedAt)/day))
	if r.Urgency == UrgencyUrgent {
		p.UrgencyDays = int(UrgentHeadStart / day)
	}
	p.Points = p.WaitingDays + p.UrgencyDays
	return p, true
}

// QueuesFrom is the moment from which the request counts as waiting. Requests in
// the order of this moment are in the order of their priority, at any time, so
// that a list can be paged by it.
func (r Request) QueuesFrom() time.Time {
	if r.Urgency == UrgencyUrgent {
		return r.SubmittedAt.Add(-UrgentHeadStart)
	}
	return r.SubmittedAt
}

// Waits reports whether a request in this state still waits for an expert. The
// clock runs from submission, also on the waiting list and while it is on hold.
func (s RequestStatus) Waits() bool { return slices.Contains(WaitingStatuses(), s) }

// WaitingStatuses are the states in which a request waits for an expert.
func WaitingStatuses() []RequestStatus {
	return []RequestStatus{RequestNew, RequestTriaged, RequestOpen, RequestSuggested, RequestOffered, RequestPartlyFilled, RequestWaitlisted, RequestOnHold}
}
