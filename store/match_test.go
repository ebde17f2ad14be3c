package store_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

func TestDefaultCareIsThatOfTheDatabase(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s) // its pools decided nothing
	err := store.Change(t.Context(), s.As(f.A.Coordinator), func(tx *store.Tx) error {
		care, err := tx.Care(t.Context(), f.A.Pool)
		if want := engine.DefaultCare(); !reflect.DeepEqual(care, want) {
			t.Errorf("the column defaults give %+v, want %+v", care, want)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// meet plans a meeting of the fixture's relation, on a day of its own, and does
// something before it is certain.
func meet(ctx context.Context, s *store.Store, f storetest.Fixture, day int, meanwhile func()) error {
	return store.Change(ctx, s.As(f.A.Coordinator), func(tx *store.Tx) error {
		if err := tx.Coordinate(ctx, f.A.Pool); err != nil {
			return err
		}
		start := storetest.Now.AddDate(0, 0, day)
		_, err := tx.InsertSession(ctx, engine.Session{
			RequestID: f.A.Buddy, MatchID: &f.A.Match, PoolID: f.A.Pool, OrganisationID: f.A.Location, Type: engine.Buddy,
			Slot: engine.Interval{Start: start, End: start.Add(time.Hour)}, Status: engine.SessionHeld, Municipality: f.A.Municipality,
		})
		if err == nil {
			meanwhile()
		}
		return err
	})
}

func nothing() {}

// capped gives the fixture's relation a cap of four, and one above it.
func capped(t *testing.T, s *store.Store, f storetest.Fixture) {
	t.Helper()
	if _, err := store.Owner(s).Exec(`update match set session_cap = 4, extra_sessions = 1 where id = $1`, f.A.Match); err != nil {
		t.Fatal(err)
	}
}

// TestTheFifthAndTheSixthAreNotPlannedAtOnce lets two writers plan when four
// meetings stand: the second has begun before the first has ended.
func TestTheFifthAndTheSixthAreNotPlannedAtOnce(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	capped(t, s, f)
	for day := range 4 {
		if err := meet(t.Context(), s, f, day, nothing); err != nil {
			t.Fatal(err)
		}
	}
	second := make(chan error, 1)
	err := meet(t.Context(), s, f, 4, func() {
		go func() { second <- meet(t.Context(), s, f, 5, nothing) }()
		for waiting := 0; waiting == 0; {
			if len(second) > 0 {
				t.Errorf("the sixth did not wait for the fifth")
				return
			}
			if err := store.Owner(s).Get(&waiting, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`); err != nil {
				t.Error(err)
				return
			}
		}
	})
	if err != nil {
		t.Errorf("the fifth: %v", err)
	}
	if err := <-second; !full(err) {
		t.Errorf("the sixth: %v, want SESSION_CAP", err)
	}
}

// TestACapHoldsForThoseWhoPlanAtOnce lets many writers plan for a relation that
// may have five meetings.
func TestACapHoldsForThoseWhoPlanAtOnce(t *testing.T) {
	t.Parallel()
	const writers, most = 24, 5
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	capped(t, s, f)
	answers := make(chan error, writers)
	for n := range writers {
		go func() {
			err := meet(t.Context(), s, f, n, nothing)
			for has(err, engine.ReasonBusy) {
				err = meet(t.Context(), s, f, n, nothing)
			}
			answers <- err
		}()
	}
	planned := 0
	for range writers {
		switch err := <-answers; {
		case err == nil:
			planned++
		case !full(err):
			t.Errorf("who came too late gets %v", err)
		}
	}
	if got := column(t, s, `select count(*)::text from session where match_id = $1`, f.A.Match); planned != most || got[0] != fmt.Sprint(most) {
		t.Errorf("%d were planned and %s stand, want %d", planned, got[0], most)
	}
	// Who cancels makes room for one.
	if _, err := store.Owner(s).Exec(`update session set status = 'CANCELLED_BY_CLIENT' where id = (select id from session where match_id = $1 order by id limit 1)`, f.A.Match); err != nil {
		t.Fatal(err)
	}
	if err := meet(t.Context(), s, f, 100, nothing); err != nil {
		t.Errorf("after a cancellation: %v", err)
	}
	if err := meet(t.Context(), s, f, 101, nothing); !full(err) {
		t.Errorf("one more after a cancellation: %v", err)
	}
	// Nor does a session join the relation later, or come back.
	for _, change := range []string{
		`update session set match_id = $1 where match_id is null`,
		`update session set status = 'HELD' where match_id = $1 and status = 'CANCELLED_BY_CLIENT'`,
	} {
		if _, err := store.Owner(s).Exec(change, f.A.Match); err == nil {
			t.Errorf("the cap lets through: %s", change)
		}
	}
}

func full(err error) bool { return has(err, engine.ReasonSessionCap) }

func has(err error, reason engine.Reason) bool {
	var e *engine.Error
	return errors.As(err, &e) && e.Reason == reason
}

// spoken has both say after the first meeting of the fixture's relation that it
// clicked.
func spoken(t *testing.T, s *store.Store, a storetest.Site) {
	t.Helper()
	if _, err := store.Owner(s).Exec(`insert into rapport (match_id, side, good, recorded_by) values ($1, 'EXPERT', true, $2), ($1, 'CLIENT', true, $3)`,
		a.Match, a.ExpertViewers[5].AccountID, a.Coordinator.AccountID); err != nil {
		t.Fatal(err)
	}
}

// TestNeitherSeesWhatTheOtherSaid asks the database itself.
func TestNeitherSeesWhatTheOtherSaid(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	spoken(t, s, f.A)
	for _, who := range []struct {
		name   string
		viewer auth.Viewer
		sees   []engine.Side
	}{
		{"the coordinator", f.A.Coordinator, []engine.Side{engine.SideExpert, engine.SideClient}},
		{"the expert", f.A.ExpertViewers[5], []engine.Side{engine.SideExpert}},
		{"another expert", f.A.ExpertViewers[0], nil},
		{"the requester", f.A.LocationAsker, nil},
	} {
		list, err := s.As(who.viewer).RapportsOf(t.Context(), []engine.MatchID{f.A.Match})
		if err != nil {
			t.Fatal(err)
		}
		var sides []engine.Side
		for _, r := range list {
			sides = append(sides, r.Side)
		}
		if !reflect.DeepEqual(sides, who.sees) {
			t.Errorf("%s sees what was said by %v, want %v", who.name, sides, who.sees)
		}
	}
}

// TestTheTaskToRecordASessionFollowsIt moves and cancels a session: the
// task to record it moves and goes with it.
func TestTheTaskToRecordASessionFollowsIt(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	task := func() string {
		found := column(t, s, `select to_char(appears_at at time zone 'UTC', 'MM-DD HH24:MI') || case when done_at is null then '' else ' done' end
			from task where session_id = $1 and kind = 'RECORD_OUTCOME' order by made_at desc, done_at desc nulls first limit 1`, f.A.Session)
		return fmt.Sprint(found)
	}
	for _, step := range []struct{ change, want string }{
		{`select`, "[04-07 13:30]"}, // loaded as CONFIRMED
		{`update session set ends_at = ends_at + interval '15 minutes' where id = $1`, "[04-07 13:45]"},
		{`update session set status = 'HELD' where id = $1`, "[04-07 13:45 done]"},
		{`update session set status = 'CONFIRMED' where id = $1`, "[04-07 13:45]"},
		{`update session set status = 'CANCELLED_BY_EXPERT' where id = $1`, "[04-07 13:45 done]"},
	} {
		if step.change != "select" {
			if _, err := store.Owner(s).Exec(step.change, f.A.Session); err != nil {
				t.Fatal(err)
			}
		}
		if got := task(); got != step.want {
			t.Errorf("after %s: %s, want %s", step.change, got, step.want)
		}
	}
}
