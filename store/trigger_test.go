package store_test

import (
	"maps"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// changes are the columns of a session, each with another value and whether a
// calendar can show the difference.
var changes = map[string]struct {
	to      string
	visible bool
}{
	"starts_at":       {"starts_at + interval '15 minutes'", true},
	"ends_at":         {"ends_at + interval '15 minutes'", true},
	"online":          {"not online", true},
	"municipality":    {"'GM0627'", true},
	"address":         {"'Ander Voorbeeld 2'", true},
	"status":          {"'CANCELLED_BY_EXPERT'", true},
	"steps_out":       {"steps_out + 1", true}, // in the calendar of whoever left
	"late":            {"true", false},
	"seats":           {"4", false},
	"organisation_id": {"(select id from organisation where id <> organisation_id limit 1)", false},
	"request_id":      {"(select id from request where id <> request_id limit 1)", false},
	"decision_id":     {"null", false},
	"match_id":        {"(select id from match limit 1)", false},
	"series_id":       {"(select id from session_series limit 1)", false},
	"pool_id":         {"(select id from pool where id <> pool_id limit 1)", false},
	"type":            {"'WORKSHOP'", false},
	"created_at":      {"created_at - interval '1 day'", false},
	"region":          {"'JZ08'", false}, // and it stays what the municipality says
}

// stamps are the columns that stamp a change, and the names that never change.
var stamps = []string{"changed_at", "id", "sequence", "uid"}

func TestSequenceRisesWithVisibleChangesOnly(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	all := column(t, s, `select column_name from information_schema.columns where table_schema = 'public' and table_name = 'session' order by 1`)
	if covered := slices.Sorted(slices.Values(slices.Concat(slices.Collect(maps.Keys(changes)), stamps))); !slices.Equal(all, covered) {
		t.Fatalf("the test knows the columns %v, the table has %v", covered, all)
	}
	for name, change := range changes {
		before := sessionOf(t, s, f)
		store.Owner(s).MustExec(`update session set `+name+` = `+change.to+` where id = $1`, f.A.Session)
		after := sessionOf(t, s, f)
		if rose := after.Sequence == before.Sequence+1 && after.ChangedAt.After(before.ChangedAt); rose != change.visible {
			t.Errorf("%s: sequence %d to %d, changed_at %v to %v; visible is %v", name, before.Sequence, after.Sequence, before.ChangedAt, after.ChangedAt, change.visible)
		} else if !rose && (after.Sequence != before.Sequence || !after.ChangedAt.Equal(before.ChangedAt)) {
			t.Errorf("%s: one of sequence and changed_at rose without the other", name)
		}
	}
}

func TestSequenceFollowsWhatACalendarShowsOfAStatus(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	for _, step := range []struct {
		from, to engine.SessionStatus
		rises    bool
	}{
		{engine.SessionHeld, engine.SessionConfirmed, true},
		{engine.SessionHeld, engine.SessionCancelledByClient, true},
		{engine.SessionHeld, engine.SessionReleased, true},
		{engine.SessionConfirmed, engine.SessionCompleted, false},
		{engine.SessionConfirmed, engine.SessionNoShowExpert, false},
		{engine.SessionConfirmed, engine.SessionNoShowClient, false},
		{engine.SessionConfirmed, engine.SessionNoShowRequester, false},
		{engine.SessionConfirmed, engine.SessionCancelledByExpert, true},
		{engine.SessionConfirmed, engine.SessionCancelledByRequester, true},
		{engine.SessionConfirmed, engine.SessionCancelledByCoordinator, true},
		{engine.SessionCancelledByExpert, engine.SessionCancelledByCoordinator, false},
	} {
		store.Owner(s).MustExec(`update session set status = $2 where id = $1`, f.A.Session, step.from)
		before := sessionOf(t, s, f)
		store.Owner(s).MustExec(`update session set status = $2 where id = $1`, f.A.Session, step.to)
		if rise := sessionOf(t, s, f).Sequence - before.Sequence; rise != 0 != step.rises || rise > 1 {
			t.Errorf("%s to %s: sequence rises by %d, rises is %v", step.from, step.to, rise, step.rises)
		}
	}
	before := sessionOf(t, s, f)
	store.Owner(s).MustExec(`update session set starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour', address = '' where id = $1`, f.A.Session)
	if rise := sessionOf(t, s, f).Sequence - before.Sequence; rise != 1 {
		t.Errorf("one change of three columns raises the sequence by %d", rise)
	}
}

// A clock that was set back must not make a change look older than the last, or
// as old.
func TestChangedAtRisesWhateverTheClock(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	late := storetest.Now.AddDate(0, 0, 1)
	store.Owner(s).MustExec(`update session set changed_at = $2 where id = $1`, f.A.Session, late)
	err := store.Change(t.Context(), s.As(f.A.Coordinator), func(tx *store.Tx) error {
		if err := tx.Decide(t.Context(), f.A.Pool); err != nil {
			return err
		}
		moved, err := tx.MoveSession(t.Context(), f.A.Session, engine.SessionCancelledByExpert, true, store.BookingReleased)
		if err == nil && (!moved.ChangedAt.Equal(late.Add(time.Second)) || moved.Sequence != 1) {
			t.Errorf("changed_at is %v and sequence %d, want a second after %v and 1", moved.ChangedAt, moved.Sequence, late)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// Zeewolde moved from Flevoland to Noord-Veluwe on 1 January 2025; the day is
// the local one.
func TestTheRegionOfASessionIsThatOfItsDay(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	for start, want := range map[string]engine.RegionCode{
		"2024-06-01T10:00:00Z": "JZ08",
		"2024-12-31T22:59:59Z": "JZ08", // 23:59:59 in Zeewolde
		"2024-12-31T23:00:00Z": "JZ12", // midnight
		"2027-03-28T00:30:00Z": "JZ12",
	} {
		store.Owner(s).MustExec(`update session set municipality = 'GM0050', starts_at = $2, ends_at = $2::timestamptz + interval '1 hour' where id = $1`, f.A.Session, start)
		if got := sessionOf(t, s, f).Region; got != want {
			t.Errorf("at %s it lies in %s, want %s", start, got, want)
		}
	}
	store.Owner(s).MustExec(`update session set municipality = null, online = true where id = $1`, f.A.Session)
	if got := sessionOf(t, s, f).Region; got != "" {
		t.Errorf("an online session lies in %s", got)
	}
}

func TestARegionThatCBSNeverNumberedIsRefused(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	for _, code := range []string{"JZ40", "JZ4", "XX01", ""} {
		_, err := store.Owner(s).Exec(`insert into youth_region (code, name, valid_from) values ($1, 'Verzonnen', '2027-01-01')`, code)
		if err == nil {
			t.Errorf("%q is a region", code)
		}
	}
}

func TestConsentsAreVersions(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	e, v := f.A.Experts[0], s.As(f.A.ExpertViewers[0])
	give := func(level engine.ConsentLevel) (c engine.ThemeConsent, err error) {
		err = store.Change(t.Context(), v, func(tx *store.Tx) (err error) {
			c, err = tx.AppendConsent(t.Context(), engine.ThemeConsent{ExpertID: e, Theme: "FOSTER_CARE", Usage: engine.UsageCase, Level: level})
			return err
		})
		return c, err
	}
	for i, level := range []engine.ConsentLevel{engine.Green, engine.Amber, engine.Red, engine.Green} {
		got, err := give(level)
		want := engine.ThemeConsent{ExpertID: e, Theme: "FOSTER_CARE", Usage: engine.UsageCase, Level: level, Version: i + 1, ValidFrom: storetest.Now}
		got.ValidFrom = got.ValidFrom.UTC()
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("it is written as %+v (%v), want %+v", got, err, want)
		}
		if current := column(t, s, `select level from theme_consent where theme = 'FOSTER_CARE' and superseded_at is null`); !slices.Equal(current, []string{string(level)}) {
			t.Errorf("current are %v, want one %s", current, level)
		}
	}
	if all := column(t, s, `select level from theme_consent where theme = 'FOSTER_CARE' order by version`); !slices.Equal(all, []string{"GREEN", "AMBER", "RED", "GREEN"}) {
		t.Errorf("the versions are %v", all)
	}
	if got, err := v.ConsentsOf(t.Context(), []engine.ExpertID{e}); err != nil || len(got) != 5 {
		t.Errorf("%d consents hold (%v), want five", len(got), err)
	}
}

func TestTwoConsentsAtOnce(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	e, v := f.A.Experts[0], s.As(f.A.ExpertViewers[0])
	consent := engine.ThemeConsent{ExpertID: e, Theme: "FOSTER_CARE", Usage: engine.UsageCase, Level: engine.Green}
	inside, waited := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := store.Change(t.Context(), v, func(tx *store.Tx) error {
			_, err := tx.AppendConsent(t.Context(), consent)
			close(inside)
			<-waited
			return err
		}); err != nil {
			t.Errorf("the first ends as %v", err)
		}
	})
	wg.Go(func() {
		<-inside
		err := store.Change(t.Context(), v, func(tx *store.Tx) error {
			_, err := tx.AppendConsent(t.Context(), consent)
			return err
		})
		if !reflect.DeepEqual(err, error(store.Constraints["theme_consent_current"])) {
			t.Errorf("the second ends as %v, want CONFLICT/BUSY", err)
		}
	})
	<-inside
	awaitWaiting(t, s, 1)
	close(waited)
	wg.Wait()
	if n := column(t, s, `select version::text from theme_consent where theme = 'FOSTER_CARE' and superseded_at is null`); !slices.Equal(n, []string{"1"}) {
		t.Errorf("current versions are %v, want one", n)
	}
}

// sessionOf reads the fixture's session as the owner of the tables, who may
// also see it after its pool and house were changed.
func sessionOf(t *testing.T, s *store.Store, f storetest.Fixture) (out struct {
	Sequence  int
	ChangedAt time.Time
	Region    engine.RegionCode
}) {
	t.Helper()
	if err := store.Owner(s).Get(&out, `select sequence, changed_at, coalesce(region, '') as region from session where id = $1`, f.A.Session); err != nil {
		t.Fatal(err)
	}
	return out
}
