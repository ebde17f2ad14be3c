package store_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"expex/auth"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// TestWritesOutOfScopeAreRefusedAndLeaveNothing asks a stranger's writes, each
// about a thing of pool A. All end as the error of what does not exist, and no
// row of any table is another afterwards.
func TestWritesOutOfScopeAreRefusedAndLeaveNothing(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	a, b := f.A, f.B
	ctx := t.Context()
	slot := engine.Interval{Start: storetest.Local("2027-04-20", "10:00"), End: storetest.Local("2027-04-20", "11:00")}
	request := func(pool engine.PoolID, house engine.OrganisationID) engine.Request {
		return engine.Request{PoolID: pool, OrganisationID: house, Type: engine.PolicyAdvice, Status: engine.RequestNew, Urgency: engine.UrgencyNormal,
			TeamSize: 1, Minutes: 60, Online: true, Audience: engine.AudienceClosed, Wishes: engine.Wishes{EveryWeeks: 1, Occurrences: 1}}
	}
	withClient := func(r engine.Request) engine.Request { r.Client = &engine.Client{AgeFrom: 12, AgeTo: 13}; return r }
	before := dump(t, s)
	for _, try := range []struct {
		name   string
		viewer auth.Viewer
		write  func(*store.Tx) error
	}{
		{"a coordinator sets the hours of a foreign expert", b.Coordinator, func(tx *store.Tx) error {
			return tx.ReplaceAvailability(ctx, a.Experts[0], nil)
		}},
		{"an expert sets the hours of another", a.ExpertViewers[1], func(tx *store.Tx) error {
			return tx.ReplaceAvailability(ctx, a.Experts[0], nil)
		}},
		{"a coordinator adds a blackout to a foreign expert", b.Coordinator, func(tx *store.Tx) error {
			return tx.AddBlackout(ctx, a.Experts[0], slot)
		}},
		{"an expert adds a blackout to another", a.ExpertViewers[1], func(tx *store.Tx) error { return tx.AddBlackout(ctx, a.Experts[0], slot) }},
		{"a stranger tries whether a blackout is there", b.Coordinator, func(tx *store.Tx) error {
			return tx.AddBlackout(ctx, a.Experts[0], engine.Interval{Start: storetest.Local("2027-04-14", "00:00"), End: storetest.Local("2027-04-15", "00:00")})
		}},
		{"nobody adds a blackout", auth.Viewer{}, func(tx *store.Tx) error { return tx.AddBlackout(ctx, a.Experts[0], slot) }},
		{"a coordinator gives a consent for an expert", a.Coordinator, func(tx *store.Tx) error {
			_, err := tx.AppendConsent(ctx, engine.ThemeConsent{ExpertID: a.Experts[0], Theme: "BULLYING", Usage: engine.UsageCase, Level: engine.Green})
			return err
		}},
		{"an expert gives a consent for another", a.ExpertViewers[1], func(tx *store.Tx) error {
			_, err := tx.AppendConsent(ctx, engine.ThemeConsent{ExpertID: a.Experts[0], Theme: "LONELINESS", Usage: engine.UsageOneToOne, Level: engine.Red})
			return err
		}},
		{"a requester asks for a foreign house", a.OtherRequester, func(tx *store.Tx) error {
			_, err := tx.InsertRequest(ctx, request(a.Pool, a.Location))
			return err
		}},
		{"a requester asks for a foreign house, with a client", a.OtherRequester, func(tx *store.Tx) error {
			_, err := tx.InsertRequest(ctx, withClient(request(a.Pool, a.Location)))
			return err
		}},
		{"a requester asks a pool her house is not linked to", a.Requester, func(tx *store.Tx) error {
			_, err := tx.InsertRequest(ctx, request(b.Pool, a.House))
			return err
		}},
		{"a coordinator asks for a house that may not ask her pool", a.Coordinator, func(tx *store.Tx) error {
			_, err := tx.InsertRequest(ctx, request(a.Pool, b.House))
			return err
		}},
		{"a requester looks for the pool of a foreign house", a.OtherRequester, func(tx *store.Tx) error {
			_, err := tx.PoolFor(ctx, a.Location, a.Municipality)
			return err
		}},
		{"a coordinator makes a feed of an expert", a.Coordinator, func(tx *store.Tx) error {
			_, err := tx.InsertFeed(ctx, store.Feed{ExpertID: a.Experts[0], Title: "MINIMAL"}, auth.NewSecret().Hash())
			return err
		}},
		{"an expert rotates the feed of another", a.ExpertViewers[1], func(tx *store.Tx) error {
			_, err := tx.RotateFeed(ctx, a.Feed, auth.NewSecret().Hash())
			return err
		}},
		{"an expert revokes the feed of another", a.ExpertViewers[1], func(tx *store.Tx) error { _, err := tx.RevokeFeed(ctx, a.Feed); return err }},
		{"an engine books an expert of a foreign pool", b.Coordinator, func(tx *store.Tx) error {
			if err := tx.Decide(ctx, b.Pool); err != nil {
				return err
			}
			return tx.InsertBooking(ctx, store.Booking{SessionID: b.Session, ExpertID: a.Experts[2], Session: slot, Status: store.BookingHeld})
		}},
		{"an engine writes a session of a foreign pool", b.Coordinator, func(tx *store.Tx) error {
			if err := tx.Decide(ctx, b.Pool); err != nil {
				return err
			}
			_, err := tx.InsertSession(ctx, engine.Session{RequestID: a.Ear, PoolID: a.Pool, OrganisationID: a.House, Type: engine.Talk, Slot: slot, Status: engine.SessionHeld, Online: true})
			return err
		}},
		{"an engine decides about a foreign request", b.Coordinator, func(tx *store.Tx) error {
			if err := tx.Decide(ctx, b.Pool); err != nil {
				return err
			}
			_, err := tx.InsertDecision(ctx, engine.Decision{RequestID: a.Ear, Slot: slot}, engine.Offer{})
			return err
		}},
		{"an engine offers to an expert of a foreign pool", b.Coordinator, func(tx *store.Tx) error {
			if err := tx.Decide(ctx, b.Pool); err != nil {
				return err
			}
			_, err := tx.InsertDecision(ctx, engine.Decision{RequestID: b.Ear, Slot: slot, Suggestion: engine.Suggestion{Experts: a.Experts[:1]}},
				engine.Offer{PoolID: b.Pool, Type: engine.Talk, Online: true, ExpiresAt: slot.Start})
			return err
		}},
		{"an engine locks a foreign request", b.Coordinator, func(tx *store.Tx) error {
			if err := tx.Decide(ctx, b.Pool); err != nil {
				return err
			}
			return tx.LockRequest(ctx, a.Ear)
		}},
		{"an engine moves a foreign session", b.Coordinator, func(tx *store.Tx) error {
			if err := tx.Decide(ctx, b.Pool); err != nil {
				return err
			}
			_, err := tx.MoveSession(ctx, a.Session, engine.SessionCancelledByExpert, false, store.BookingReleased)
			return err
		}},
	} {
		t.Run(try.name, func(t *testing.T) {
			if err := store.Change(ctx, s.As(try.viewer), try.write); !reflect.DeepEqual(err, error(engine.NotFound())) {
				t.Errorf("it ends as %v, want NOT_FOUND", err)
			}
			if after := dump(t, s); after != before {
				t.Errorf("it changed rows:\n%s", diff(before, after))
			}
		})
	}
}

// Without a decision the viewer's role has no right to any of these at all: that
// is a mistake of ours, not of the caller, and no NOT_FOUND may hide it.
func TestOnlyADecisionWritesWhatDecisionsWrite(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	for _, statement := range []string{
		`insert into session select * from session`, `insert into booking select * from booking`, `insert into offer select * from offer`,
		`insert into decision select * from decision`, `insert into match select * from match`,
		`update session set status = 'COMPLETED'`, `update booking set status = 'RELEASED'`, `update offer set status = 'ACCEPTED'`,
		`update request set status = 'OPEN'`, `update match set status = 'CLOSED'`,
		`update expert set intro = ''`, `update expert_record set status = 'DEPLOYABLE'`, `update client set age_from = 0`,
		`update theme_consent set level = 'GREEN'`, `update account_role set role = 'SYSTEM_ADMIN'`, `insert into account_role select * from account_role`,
		`delete from theme_consent`, `delete from booking`, `delete from session`, `delete from request`, `delete from offer`, `delete from idempotency_key`,
		`select hash from calendar_feed_secret`, `select hash from token`,
	} {
		for _, viewer := range []auth.Viewer{f.A.Coordinator, f.A.ExpertViewers[0], f.A.Requester} {
			err := store.Change(t.Context(), s.As(viewer), func(tx *store.Tx) error {
				_, err := tx.ExecContext(t.Context(), statement)
				return err
			})
			if err == nil || !strings.Contains(err.Error(), "permission denied") {
				t.Errorf("%s may %s: %v", viewer.Name, statement, err)
			}
		}
	}
}

func TestSettingsEndWithTheTransaction(t *testing.T) {
	t.Parallel()
	s := storetest.New(t, func(o *store.Options) { o.MaxConnections = 1 })
	f := storetest.Fill(t, s)
	ctx := t.Context()
	refused := fmt.Errorf("refused on purpose")
	for _, end := range []struct {
		name string
		run  func() error
		want error
	}{
		{"a read", func() error { _, err := s.As(f.A.Coordinator).MatchInput(ctx, f.A.Ear); return err }, nil},
		{"a change", func() error {
			return store.Change(ctx, s.As(f.A.Coordinator), func(tx *store.Tx) error { return tx.Decide(ctx, f.A.Pool) })
		}, nil},
		{"a change that fails", func() error {
			return store.Change(ctx, s.As(f.A.Coordinator), func(tx *store.Tx) error {
				if err := tx.Decide(ctx, f.A.Pool); err != nil {
					return err
				}
				return refused
			})
		}, refused},
		{"a change whose caller goes away", func() error {
			gone, leave := context.WithCancel(ctx)
			return store.Change(gone, s.As(f.A.Coordinator), func(tx *store.Tx) error {
				leave()
				return gone.Err()
			})
		}, context.Canceled},
	} {
		if err := end.run(); err != end.want {
			t.Errorf("%s ends with %v, want %v", end.name, err, end.want)
		}
		var left []string
		if err := store.Owner(s).SelectContext(ctx, &left, `
			select name || '=' || value from (values
			    ('role', case when current_user = session_user then '' else current_user end),
			    ('app.viewer', current_setting('app.viewer', true)), ('app.pool', current_setting('app.pool', true)),
			    ('app.now', current_setting('app.now', true))) settings (name, value)
			where value <> '' union all
			select name || '=' || setting from pg_settings where name in ('lock_timeout', 'statement_timeout') and setting <> reset_val`); err != nil {
			t.Fatal(err)
		}
		if len(left) > 0 {
			t.Errorf("after %s the connection still has %v", end.name, left)
		}
	}
}

// dump is every row of the tables of people, as text in a fixed order.
func dump(t *testing.T, s *store.Store) string {
	t.Helper()
	var b strings.Builder
	for _, table := range column(t, s, `select tablename from pg_tables where schemaname = 'public' order by 1`) {
		for _, row := range column(t, s, fmt.Sprintf(`select t::text from "%s" t order by 1`, table)) {
			b.WriteString(table + " " + row + "\n")
		}
	}
	return b.String()
}

// diff gives the lines that only one of two dumps has.
func diff(a, b string) string {
	var out []string
	for _, side := range []struct{ mark, has, not string }{{"- ", a, b}, {"+ ", b, a}} {
		for line := range strings.Lines(side.has) {
			if !strings.Contains(side.not, line) {
				out = append(out, side.mark+line)
			}
		}
	}
	return strings.Join(out, "")
}
