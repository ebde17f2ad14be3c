package engine_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"expex/engine"
)

// TestACapIsNeverExceeded plans, cancels and records at random, planning only
// where the relation is not full.
func TestACapIsNeverExceeded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := engine.Match{SessionCap: rapid.IntRange(1, 6).Draw(t, "cap"), ExtraSessions: rapid.IntRange(0, 1).Draw(t, "extra")}
		now := at("2027-04-01 12:00")
		var sessions []engine.Session
		for range rapid.IntRange(0, 40).Draw(t, "steps") {
			full := m.Full(engine.CountMeetings(sessions, now).Standing)
			plan := rapid.Bool().Draw(t, "plan")
			switch {
			case plan && !full:
				start := now.AddDate(0, 0, rapid.IntRange(-30, 30).Draw(t, "day"))
				sessions = append(sessions, engine.Session{Status: engine.SessionConfirmed, Slot: engine.Interval{Start: start, End: start.Add(time.Hour)}})
			case !plan && len(sessions) > 0:
				s := &sessions[rapid.IntRange(0, len(sessions)-1).Draw(t, "which")]
				to := rapid.SampledFrom([]engine.SessionStatus{engine.SessionHeld, engine.SessionConfirmed, engine.SessionCompleted,
					engine.SessionNoShowClient, engine.SessionNoShowExpert, engine.SessionCancelledByClient}).Draw(t, "to")
				if s.Status.CanBecome(to) {
					s.Status = to
				}
			}
			c := engine.CountMeetings(sessions, now)
			if c.Standing > m.SessionCap+m.ExtraSessions {
				t.Fatalf("%d meetings stand under a cap of %d", c.Standing, m.SessionCap)
			}
			if c.Ahead > c.Open || c.Open+c.Completed+c.Missed > c.Standing {
				t.Fatalf("the parts are more than the whole: %+v", c)
			}
			if full != m.Full(c.Standing) && !full && c.Standing != m.SessionCap+m.ExtraSessions {
				t.Fatalf("it is full with %d", c.Standing)
			}
		}
	})
	if (engine.Match{}).Full(1000) {
		t.Error("a relation without a cap is full")
	}
}

// TestCheckInsFollowEachOther walks through the check-ins of a relation that may
// begin around either change of the clocks. Each is done up to two weeks late.
func TestCheckInsFollowEachOther(t *testing.T) {
	t.Parallel()
	care := engine.DefaultCare()
	rapid.Check(t, func(t *rapid.T) {
		change := rapid.SampledFrom([]engine.Date{"2027-03-28", "2027-10-31"}).Draw(t, "change")
		started := change.AddDays(rapid.IntRange(-100, 3).Draw(t, "start"))
		met := engine.Instant(started, engine.WallTime(fmt.Sprintf("%02d:00", rapid.IntRange(0, 23).Draw(t, "hour"))), amsterdam)
		first := care.FirstCheckIn(met)
		if first.Sub(met) != 48*time.Hour {
			t.Fatalf("the first is %s after the first meeting", first.Sub(met))
		}
		last, early := engine.DateOf(first, amsterdam), started.AddMonths(3)
		for range 20 {
			next := care.NextCheckIn(started, last)
			gap := last.DaysUntil(next)
			if last < early && gap != 14 || last >= early && (gap < 28 || gap > 31) {
				t.Fatalf("%s is followed by %s, for a relation since %s", last, next, started)
			}
			// It appears on that day, whatever the clocks do on it.
			if morning := engine.Instant(next, "00:00", amsterdam); engine.DateOf(morning, amsterdam) != next || engine.DateOf(morning.Add(-time.Second), amsterdam) == next {
				t.Fatalf("%s begins at %s", next, morning)
			}
			last = next.AddDays(rapid.IntRange(0, 14).Draw(t, "late"))
		}
	})
}

func TestReviewsLieInsideTheRelation(t *testing.T) {
	t.Parallel()
	care := engine.DefaultCare()
	m := engine.Match{StartedOn: "2027-01-31", PlannedEnd: "2028-01-31"}
	for _, c := range []struct{ after, want engine.Date }{
		{"2027-01-31", "2027-04-30"}, {"2027-04-29", "2027-04-30"}, {"2027-04-30", "2027-07-31"},
		{"2027-07-31", ""}, // a year later is the planned end itself
	} {
		if got := care.NextReview(m, c.after); got != c.want {
			t.Errorf("the review after %s is %q, want %q", c.after, got, c.want)
		}
	}
	m.PlannedEnd = "2028-02-01"
	if got := care.NextReview(m, "2027-07-31"); got != "2028-01-31" {
		t.Errorf("the review before a later end is %q", got)
	}
	if got := care.ClosureOn("2027-04-20"); got != "2027-03-23" {
		t.Errorf("the end is thought of on %s", got)
	}
	if got := care.LatestEnd("2028-02-29"); got != "2030-02-28" {
		t.Errorf("the latest end is %s", got)
	}
}

func TestWhoNeverMetOrGoesOnNeedsNoRest(t *testing.T) {
	t.Parallel()
	for end, want := range map[engine.MatchEnd]bool{
		engine.MatchNeverMet: false, engine.MatchConverted: false, engine.MatchNoClick: true, engine.MatchWithdrawn: true,
		engine.MatchPlannedEnd: true, engine.MatchGoalReached: true, engine.MatchMovedAway: true, engine.MatchStoppedEarly: true,
	} {
		if end.Rests() != want {
			t.Errorf("%s asks for rest: %t, want %t", end, end.Rests(), want)
		}
	}
}
