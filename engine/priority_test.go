package engine_test

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"expex/engine"
)

func TestThePriorityOfARequest(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for _, c := range []struct {
		name    string
		status  engine.RequestStatus
		urgency engine.Urgency
		ago     time.Duration
		want    engine.Priority
		waits   bool
	}{
		{"just submitted", engine.RequestNew, engine.UrgencyNormal, 0, engine.Priority{}, true},
		{"almost a day", engine.RequestOpen, engine.UrgencyNormal, day - time.Second, engine.Priority{}, true},
		{"a day", engine.RequestOpen, engine.UrgencyNormal, day, engine.Priority{Points: 1, WaitingDays: 1}, true},
		{"urgent", engine.RequestOpen, engine.UrgencyUrgent, 0, engine.Priority{Points: 28, UrgencyDays: 28}, true},
		{"urgent, a week", engine.RequestOpen, engine.UrgencyUrgent, 7 * day, engine.Priority{Points: 35, WaitingDays: 7, UrgencyDays: 28}, true},
		{"the clock runs on the waiting list", engine.RequestWaitlisted, engine.UrgencyNormal, 100 * day, engine.Priority{Points: 100, WaitingDays: 100}, true},
		{"and on hold", engine.RequestOnHold, engine.UrgencyNormal, 3 * day, engine.Priority{Points: 3, WaitingDays: 3}, true},
		{"until all have said yes", engine.RequestPartlyFilled, engine.UrgencyNormal, 3 * day, engine.Priority{Points: 3, WaitingDays: 3}, true},
		{"filled", engine.RequestFilled, engine.UrgencyUrgent, 3 * day, engine.Priority{}, false},
		{"withdrawn", engine.RequestWithdrawn, engine.UrgencyNormal, 3 * day, engine.Priority{}, false},
		{"passed on to care", engine.RequestReferred, engine.UrgencyNormal, 3 * day, engine.Priority{}, false},
		{"a clock that was set back", engine.RequestOpen, engine.UrgencyNormal, -day, engine.Priority{}, true},
	} {
		r := engine.Request{Status: c.status, Urgency: c.urgency, SubmittedAt: saturday.Add(-c.ago)}
		if got, waits := r.Priority(saturday); got != c.want || waits != c.waits || c.status.Waits() != c.waits {
			t.Errorf("%s: %+v %v, want %+v %v", c.name, got, waits, c.want, c.waits)
		}
	}
	// A day is 24 hours, also where the clocks change.
	for _, change := range []string{"2027-03-28 12:00", "2027-10-31 12:00"} {
		r := engine.Request{Status: engine.RequestOpen, SubmittedAt: at(change).AddDate(0, 0, -1)}
		if got, _ := r.Priority(at(change)); got.WaitingDays != 1 {
			t.Errorf("%s: %d days", change, got.WaitingDays)
		}
	}
}

// What is paged by the moment a request queues from is in the order of priority,
// whenever it is looked at.
func TestTheQueueIsInTheOrderOfPriority(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var list []engine.Request
		for range rapid.IntRange(2, 20).Draw(t, "requests") {
			list = append(list, engine.Request{
				Status:      rapid.SampledFrom(engine.WaitingStatuses()).Draw(t, "status"),
				Urgency:     rapid.SampledFrom([]engine.Urgency{engine.UrgencyNormal, engine.UrgencyUrgent}).Draw(t, "urgency"),
				SubmittedAt: saturday.Add(-time.Duration(rapid.IntRange(0, 100*24*60).Draw(t, "ago")) * time.Minute),
			})
		}
		slices.SortFunc(list, func(a, b engine.Request) int { return a.QueuesFrom().Compare(b.QueuesFrom()) })
		now := saturday.Add(time.Duration(rapid.IntRange(0, 100*24*60).Draw(t, "later")) * time.Minute)
		if !slices.IsSortedFunc(list, func(a, b engine.Request) int {
			pa, _ := a.Priority(now)
			pb, _ := b.Priority(now)
			return cmp.Compare(pb.Points, pa.Points)
		}) {
			t.Fatalf("at %v: %+v", now, list)
		}
	})
}
