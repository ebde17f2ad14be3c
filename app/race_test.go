package app_test

import (
	"context"
	"slices"
	"testing"

	"expex/engine"
)

// atOnce lets calls meet: it holds what they all need, waits until each of them
// waits for it, does something meanwhile, and lets go. It gives their answers as
// by [class], sorted.
func (w *world) atOnce(t *testing.T, meanwhile func(), hold string, of any, calls ...func() error) []string {
	t.Helper()
	tx, err := w.db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec(hold, of); err != nil {
		t.Fatal(err)
	}
	answers := make(chan string, len(calls))
	for _, call := range calls {
		go func() { answers <- class(call()) }()
	}
	for waiting := 0; waiting < len(calls); {
		if len(answers) > 0 {
			t.Fatalf("a call did not wait: %q", <-answers)
		}
		waiting = get[int](t, w, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
	}
	meanwhile()
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	out := make([]string, len(calls))
	for i := range out {
		out[i] = <-answers
	}
	slices.Sort(out)
	return out
}

func nothing() {}

const (
	holdRequest = `select from request where id = $1 for update`
	holdExpert  = `select pg_advisory_xact_lock(hashtextextended($1, 0))`
)

func TestTwoExpertsSayYesToOneSeatAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	id := w.open(t, w.ear())
	a, b := w.offer(t, id, thursday, 0)[0], w.offer(t, id, thursday, 1)[0]
	answers := w.atOnce(t, nothing, holdRequest, id,
		func() error { _, err := w.accept(t.Context(), 0, a); return err },
		func() error { _, err := w.accept(t.Context(), 1, b); return err })
	equal(t, "the answers", answers, []string{"", "CONFLICT REQUEST_FILLED"})
	equal(t, "sessions", get[int](t, w, `select count(*) from session where request_id = $1`, id), 1)
	equal(t, "bookings", get[int](t, w, `select count(*) from booking b join session s on s.id = b.session_id where s.request_id = $1`, id), 1)
	equal(t, "how the offers ended", get[string](t, w, `select string_agg(status, ',' order by status) from offer where request_id = $1`, id), "ACCEPTED,WITHDRAWN")
}

func TestOneExpertSaysYesToTwoOverlappingOffersAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.set(t, `update pool_policy set one_to_one_per_day = 9`)
	first, second := w.open(t, w.ear()), w.open(t, w.ear())
	a, b := w.offer(t, first, thursday, 0)[0], w.offer(t, second, slot("2027-04-22", "16:15", 60), 0)[0]
	answers := w.atOnce(t, nothing, holdExpert, w.A.Experts[0],
		func() error { _, err := w.accept(t.Context(), 0, a); return err },
		func() error { _, err := w.accept(t.Context(), 0, b); return err })
	equal(t, "the answers", answers, []string{"", "CONFLICT SLOT_CONFLICT"})
	equal(t, "her bookings", get[int](t, w, `select count(*) from booking where expert_id = $1 and starts_at::date = '2027-04-22'`, w.A.Experts[0]), 1)
	equal(t, "how the requests stand", get[string](t, w, `select string_agg(status, ',' order by status) from request where id in ($1, $2)`, first, second), "FILLED,OFFERED")
}

func TestBothOfAPairSayYesAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	id := w.open(t, w.talk())
	offers := w.offer(t, id, slot("2027-04-23", "15:00", 90), 0, 1)
	answers := w.atOnce(t, nothing, holdRequest, id,
		func() error { _, err := w.accept(t.Context(), 0, offers[0]); return err },
		func() error { _, err := w.accept(t.Context(), 1, offers[1]); return err })
	equal(t, "the answers", answers, []string{"", ""})
	equal(t, "the session", get[string](t, w, `select string_agg(status, ',') from session where request_id = $1`, id), "CONFIRMED")
	equal(t, "their time", get[int](t, w, `select count(*) from booking b join session s on s.id = b.session_id where s.request_id = $1 and b.status = 'CONFIRMED'`, id), 2)
}

func TestAYesMeetsAWithdrawal(t *testing.T) {
	t.Parallel()
	w := start(t)
	yes := func() error { _, err := w.accept(t.Context(), 2, w.A.Offer); return err }
	back := func() error {
		_, err := w.WithdrawRequest(t.Context(), w.A.LocationAsker, fresh(), w.A.Buddy)
		return err
	}
	// Whoever came first, nothing is left standing of a withdrawn request.
	answers := w.atOnce(t, nothing, holdRequest, w.A.Buddy, yes, back)
	if !slices.Contains([]string{"", "CONFLICT ILLEGAL_TRANSITION"}, answers[1]) || answers[0] != "" {
		t.Errorf("the answers are %q", answers)
	}
	equal(t, "the request", w.status(t, "request", w.A.Buddy), "WITHDRAWN")
	equal(t, "sessions that stand", get[int](t, w, `select count(*) from session where request_id = $1 and status in ('HELD', 'CONFIRMED')`, w.A.Buddy), 0)
	equal(t, "time that is taken", get[int](t, w, `select count(*) from booking b join session s on s.id = b.session_id where s.request_id = $1 and b.status <> 'RELEASED'`, w.A.Buddy), 0)
}

func TestTwoCoordinatorsAskTheSameExpertAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	id := w.open(t, w.ear())
	ask := func() error {
		_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(id, thursday, 0))
		return err
	}
	other := func() error {
		_, err := w.MakeOffer(t.Context(), w.A.RegionLead, fresh(), w.ask(id, thursday, 0))
		return err
	}
	equal(t, "the answers", w.atOnce(t, nothing, holdRequest, id, ask, other), []string{"", "CONFLICT OFFER_OPEN"})
	equal(t, "decisions", get[int](t, w, `select count(*) from decision where request_id = $1`, id), 1)
}

// The same call sent twice, the second before the first is done: one effect, and
// the same answer to both.
func TestTheSameCallTwiceAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	key := fresh()
	var answers [2]engine.SessionID
	call := func(n int) func() error {
		return func() error {
			got, err := w.AcceptOffer(t.Context(), w.A.ExpertViewers[2], key, w.A.Offer)
			answers[n] = got.Session.ID
			return err
		}
	}
	equal(t, "the answers", w.atOnce(t, nothing, holdRequest, w.A.Buddy, call(0), call(1)), []string{"", ""})
	equal(t, "the session of the second", answers[1], answers[0])
	equal(t, "sessions", get[int](t, w, `select count(*) from session where request_id = $1`, w.A.Buddy), 1)
}

// A caller who goes away while others hold what he needs leaves nothing behind.
func TestACancelledCallLeavesNothing(t *testing.T) {
	t.Parallel()
	w := start(t)
	ctx, cancel := context.WithCancel(t.Context())
	w.refused(t, "untyped: context canceled", func() (err error) {
		w.atOnce(t, cancel, holdRequest, w.A.Buddy, func() error {
			_, err = w.accept(ctx, 2, w.A.Offer)
			return err
		})
		return err
	})
}
