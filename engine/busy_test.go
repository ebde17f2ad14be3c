package engine_test

import (
	"testing"
	"time"

	"expex/engine"
)

const someCalendar engine.BusyCalendarID = "aaaaaaaa-0010-4000-8000-000000000001"

func TestALinkedCalendarIsReadHourlyAndAfterFailuresLessAndLess(t *testing.T) {
	t.Parallel()
	now := at("2027-03-27 23:30") // the night of a clock change: an hour is an hour
	for failures, hours := range []int{1, 1, 2, 4, 8, 16, 24, 24, 24} {
		wait, most := time.Duration(hours)*time.Hour, time.Duration(hours)*66*time.Minute
		next := engine.BusyNextRead(someCalendar, now, failures)
		if got := next.Sub(now); got < wait || got >= most {
			t.Errorf("after %d failures it is read in %s, want %s and up to a tenth more", failures, got, wait)
		}
		if again := engine.BusyNextRead(someCalendar, now, failures); !again.Equal(next) {
			t.Errorf("after %d failures it is read at %s or at %s", failures, next, again)
		}
	}
	if got := engine.BusyNextRead(someCalendar, now, 1000).Sub(now); got >= 27*time.Hour {
		t.Errorf("after a thousand failures it is read in %s", got)
	}
	spread := map[time.Time]bool{}
	for i := range 100 {
		spread[engine.BusyNextRead(someCalendar[:34]+engine.BusyCalendarID([]byte{byte('0' + i/10), byte('0' + i%10)}), now, 0)] = true
	}
	if len(spread) < 60 {
		t.Errorf("a hundred calendars come at %d times", len(spread))
	}
}

func TestBusyTimesAreKeptMergedWithinTheWindowTheSoonestFirst(t *testing.T) {
	t.Parallel()
	now := at("2027-03-28 00:30")
	window := engine.BusyWindow(now)
	hour := func(n int) engine.Interval {
		start := now.Add(time.Duration(n) * time.Hour)
		return engine.Interval{Start: start, End: start.Add(time.Hour)}
	}
	kept, cut := engine.KeepBusy([]engine.Interval{hour(5), hour(2), hour(4), hour(-30), {Start: now.Add(-25 * time.Hour), End: now.Add(-23 * time.Hour)}, hour(400*24 - 1), hour(400 * 24), {Start: now, End: now}}, window)
	want := []engine.Interval{{Start: window.Start, End: now.Add(-23 * time.Hour)}, hour(2), {Start: hour(4).Start, End: hour(5).End}, hour(400*24 - 1)}
	if cut != 0 || len(kept) != len(want) {
		t.Fatalf("%v and %d cut, want %v", kept, cut, want)
	}
	for i := range want {
		if kept[i] != want[i] {
			t.Errorf("%v, want %v", kept[i], want[i])
		}
	}
	var many []engine.Interval
	for i := range 10_003 {
		start := now.Add(time.Duration(10_002-i) * 2 * time.Minute)
		many = append(many, engine.Interval{Start: start, End: start.Add(time.Minute)})
	}
	kept, cut = engine.KeepBusy(many, window)
	if len(kept) != 10_000 || cut != 3 || !kept[0].Start.Equal(now) {
		t.Errorf("of 10,003 it keeps %d from %s on and cuts %d", len(kept), kept[0].Start, cut)
	}
}

func TestBusyStanding(t *testing.T) {
	t.Parallel()
	now := at("2027-10-31 03:00")
	day := engine.BusyAddress.StaleAfter()
	read := func(ago time.Duration) *time.Time { at := now.Add(-ago); return &at }
	for _, c := range []struct {
		name    string
		read    *time.Time
		failure engine.BusyFailure
		want    engine.BusyState
	}{
		{"just linked", nil, "", engine.BusyNeverRead},
		{"never read, and the first try failed", nil, engine.BusyTimeout, engine.BusyFailing},
		{"just read", read(0), "", engine.BusyFresh},
		{"just under a day ago", read(day - 1), "", engine.BusyFresh},
		{"a day ago", read(day), "", engine.BusyStale},
		{"failing, and what was read is fresh", read(time.Hour), engine.BusyNotFound, engine.BusyFailing},
	} {
		stale := now
		if c.read != nil {
			stale = c.read.Add(day)
		}
		if got := engine.BusyStanding(c.read, stale, c.failure, now); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	if engine.BusyFile.StaleAfter() != 30*24*time.Hour {
		t.Errorf("a file is stale after %s", engine.BusyFile.StaleAfter())
	}
	if !engine.BusyUnchangedHolds(now.Add(-6*24*time.Hour), now) || engine.BusyUnchangedHolds(now.Add(-7*24*time.Hour), now) {
		t.Error("once a week all of a calendar is read")
	}
}

func TestAvailabilityFitSaysWhenBusyTimesAreOld(t *testing.T) {
	t.Parallel()
	old := func(when time.Time) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.BusyReadAt = &when }
	}
	checkFactor(t, "availability_fit", buddy, []factorRow{
		{"three days ago", old(at("2027-03-17 09:00")), "10000: FEASIBLE 12/12, HOURS_UNCONFIRMED, BUSY_OLD 3"},
		{"a clock that runs ahead", old(at("2027-03-21 09:00")), "10000: FEASIBLE 12/12, HOURS_UNCONFIRMED, BUSY_OLD 0"},
	})
	checkFactor(t, "availability_fit", talk, []factorRow{
		{"of a member of a team", old(at("2027-03-17 09:00")), "10000: FEASIBLE 3/3, anna: HOURS_UNCONFIRMED, anna: BUSY_OLD 3, bram: HOURS_UNCONFIRMED"},
	})
}
