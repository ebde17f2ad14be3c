package app_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"expex/app"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// inTime is how long an offer waits for an answer.
const inTime = 72 * time.Hour

var friday = slot("2027-04-23", "15:00", 90)

// queue is a world whose only due work is what the test makes.
func queue(t *testing.T) *world {
	t.Helper()
	w := start(t)
	w.set(t, `delete from due_work`)
	return w
}

func TestAnOfferExpiresByItself(t *testing.T) {
	t.Parallel()
	later := func(w *world, t *testing.T, offer engine.OfferID) {
		w.set(t, `update offer set expires_at = expires_at + interval '1 hour' where id = $1`, offer)
	}
	for name, c := range map[string]struct {
		prepare         func(*world, *testing.T) engine.RequestID
		offers, request string
	}{
		"the only one": {func(w *world, t *testing.T) engine.RequestID {
			id := w.open(t, w.ear())
			w.offer(t, id, thursday, 0)
			return id
		}, "EXPIRED", "OPEN"},
		"both who were asked": {func(w *world, t *testing.T) engine.RequestID {
			id := w.open(t, w.ear())
			w.offer(t, id, thursday, 0)
			w.offer(t, id, thursday, 1)
			return id
		}, "EXPIRED,EXPIRED", "OPEN"},
		"somebody else still has time": {func(w *world, t *testing.T) engine.RequestID {
			id := w.open(t, w.ear())
			w.offer(t, id, thursday, 0)
			later(w, t, w.offer(t, id, thursday, 1)[0])
			return id
		}, "EXPIRED,SENT", "OFFERED"},
		"both of a pair": {func(w *world, t *testing.T) engine.RequestID {
			id := w.open(t, w.talk())
			w.offer(t, id, friday, 0, 1)
			return id
		}, "EXPIRED,EXPIRED", "OPEN"},
		"one of a pair, as after a no": {func(w *world, t *testing.T) engine.RequestID {
			id := w.open(t, w.talk())
			later(w, t, w.offer(t, id, friday, 0, 1)[1])
			return id
		}, "EXPIRED,SENT", "OFFERED"},
		"one of a pair after the other's yes": {func(w *world, t *testing.T) engine.RequestID {
			id := w.open(t, w.talk())
			must(w.accept(t.Context(), 0, w.offer(t, id, friday, 0, 1)[0]))(t)
			return id
		}, "ACCEPTED,EXPIRED", "PARTLY_FILLED"},
		"not after a yes": {func(w *world, t *testing.T) engine.RequestID {
			id := w.open(t, w.ear())
			w.booked(t, id, thursday, 0)
			return id
		}, "ACCEPTED", "FILLED"},
		"not after a no": {func(w *world, t *testing.T) engine.RequestID {
			id := w.open(t, w.ear())
			must(w.DeclineOffer(t.Context(), w.A.ExpertViewers[0], fresh(), w.offer(t, id, thursday, 0)[0], nil))(t)
			return id
		}, "DECLINED", "OPEN"},
		"not with a request that was withdrawn": {func(w *world, t *testing.T) engine.RequestID {
			id := w.open(t, w.ear())
			w.offer(t, id, thursday, 0)
			must(w.WithdrawRequest(t.Context(), w.A.LocationAsker, fresh(), id))(t)
			return id
		}, "WITHDRAWN", "WITHDRAWN"},
		"of a request that stands elsewhere": {func(w *world, t *testing.T) engine.RequestID {
			id := w.open(t, w.ear())
			w.offer(t, id, thursday, 0)
			w.set(t, `update request set status = 'ON_HOLD' where id = $1`, id)
			return id
		}, "EXPIRED", "ON_HOLD"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := queue(t)
			id := c.prepare(w, t)
			before := w.contents(t)
			w.at(storetest.Now.Add(inTime - time.Microsecond))
			equal(t, "done before its time", must(w.DoDue(t.Context()))(t), 0)
			if after := w.contents(t); !slices.Equal(before, after) {
				t.Errorf("before its time it did something: %s", changed(before, after))
			}

			w.at(storetest.Now.Add(inTime))
			must(w.DoDue(t.Context()))(t)
			equal(t, "the offers", get[string](t, w, `select string_agg(status, ',' order by status) from offer where request_id = $1`, id), c.offers)
			equal(t, "the request", w.status(t, "request", id), c.request)
			equal(t, "answers", get[int](t, w, `select count(*) from offer where request_id = $1 and status = 'EXPIRED' and answered_at is not null`, id), 0)
			equal(t, "work that is left and due", get[int](t, w, `select count(*) from due_work where due_at <= $1`, storetest.Now.Add(inTime)), 0)

			once := w.contents(t)
			w.set(t, `insert into due_work (kind, about, pool_id, due_at) select 'OFFER_EXPIRES', id, pool_id, $2 from offer where request_id = $1
				on conflict do nothing`, id, storetest.Now)
			must(w.DoDue(t.Context()))(t)
			if twice := w.contents(t); !slices.Equal(once, twice) {
				t.Errorf("done twice it does more: %s", changed(once, twice))
			}
		})
	}
}

// Who asks again sees the first offer end at once; the queue then finds nothing
// to do, and leaves the new offer alone.
func TestAnOfferThatEndedOnTheWayPastIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := queue(t)
	id := w.open(t, w.ear())
	w.offer(t, id, thursday, 0)
	w.at(storetest.Now.Add(inTime))
	w.offer(t, id, thursday, 0)
	equal(t, "done", must(w.DoDue(t.Context()))(t), 1)
	equal(t, "the offers", get[string](t, w, `select string_agg(status, ',' order by sent_at) from offer where request_id = $1`, id), "EXPIRED,SENT")
	equal(t, "the request", w.status(t, "request", id), "OFFERED")
	w.at(storetest.Now.Add(2 * inTime))
	equal(t, "done when the second is due", must(w.DoDue(t.Context()))(t), 1)
	equal(t, "the request", w.status(t, "request", id), "OPEN")
}

// An expert who was silent three times may be asked again, with no call between.
func TestAnExpiredOfferGivesItsPlaceBack(t *testing.T) {
	t.Parallel()
	w := queue(t)
	w.asked(t, 0, 3)
	w.at(storetest.Now.Add(inTime))
	equal(t, "done", must(w.DoDue(t.Context()))(t), 3)
	w.asked(t, 0, 3)
}

// ledger writes down every offer that expires, so that effects can be counted.
const ledger = `
	create table ledger (offer uuid);
	create function ledger() returns trigger language plpgsql security definer as $$
		begin insert into ledger values (new.id); return null; end $$;
	create trigger ledger after update on offer for each row when (new.status = 'EXPIRED') execute function ledger();`

// process is another process on the same database.
func (w *world) process(t *testing.T) app.App {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{DSN: w.dsn, Now: func() time.Time { return *w.now.Load() }, MaxConnections: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return app.App{Store: s}
}

func TestTwoProcessesDoDueWorkOnce(t *testing.T) {
	t.Parallel()
	const offers = 40
	w := queue(t)
	w.set(t, ledger)
	w.set(t, `update pool_policy set open_offers = $1`, offers)
	w.asked(t, 0, offers)
	w.at(storetest.Now.Add(inTime))
	processes := []app.App{w.process(t), w.process(t)}
	var (
		wg   sync.WaitGroup
		done [4]int
	)
	for n := range done {
		wg.Go(func() { done[n] = must(processes[n%2].DoDue(t.Context()))(t) })
	}
	wg.Wait()
	equal(t, "done by all", done[0]+done[1]+done[2]+done[3], offers)
	equal(t, "offers that expired", get[int](t, w, `select count(distinct offer) from ledger`), offers)
	equal(t, "times one expired", get[int](t, w, `select count(*) from ledger`), offers)
	equal(t, "work left", get[int](t, w, `select count(*) from due_work`), 0)
	equal(t, "requests open", get[int](t, w, `select count(*) from request r where status = 'OPEN' and exists (select from offer where request_id = r.id)`), offers)
}

// Work that one process has claimed is passed by, not waited for.
func TestAClaimHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	w := queue(t)
	w.set(t, ledger)
	first := w.open(t, w.ear())
	w.set(t, `update offer set expires_at = expires_at - interval '1 hour' where id = $1`, w.offer(t, first, thursday, 0)[0])
	w.asked(t, 0, 2)
	w.at(storetest.Now.Add(inTime))
	other := w.process(t)
	w.atOnce(t, func() {
		equal(t, "done by the other", must(other.DoDue(t.Context()))(t), 2)
	}, holdRequest, first, func() error {
		equal(t, "done by the one who waited", must(w.DoDue(t.Context()))(t), 1)
		return nil
	})
	equal(t, "times an offer expired", get[int](t, w, `select count(*) from ledger`), 3)
}

// A process that dies with work in hand, here by losing its connection between
// the claim and the commit, loses none and has done none by half.
func TestAProcessThatDiesLosesNoWork(t *testing.T) {
	t.Parallel()
	w := queue(t)
	id := w.open(t, w.ear())
	offer := w.offer(t, id, thursday, 0)[0]
	w.at(storetest.Now.Add(inTime))
	dying := w.process(t)
	before := w.contents(t)
	w.atOnce(t, func() {
		w.set(t, `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
	}, holdRequest, id, func() error {
		if done, err := dying.DoDue(t.Context()); err == nil || done != 0 {
			t.Errorf("it says it did %d (%v)", done, err)
		}
		return nil
	})
	if after := w.contents(t); !slices.Equal(before, after) {
		t.Errorf("it left a trace: %s", changed(before, after))
	}
	equal(t, "done by the next", must(w.DoDue(t.Context()))(t), 1)
	equal(t, "the offer", w.status(t, "offer", offer), "EXPIRED")
}

func TestWorkThatFailsIsTriedAgainAndHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	w := queue(t)
	bad := w.open(t, w.ear())
	offer := w.offer(t, bad, thursday, 0)[0]
	w.set(t, `update offer set expires_at = expires_at - interval '1 hour' where id = $1`, offer) // the first in the queue
	good := w.asked(t, 0, 1)[0]
	w.set(t, `
		create function fail() returns trigger language plpgsql as $$ begin raise exception 'Aafke and her theme'; end $$;
		create trigger fail before update on request for each row when (new.id = '`+string(bad)+`') execute function fail()`)
	now := storetest.Now.Add(inTime)
	for n, wait := range []time.Duration{10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600} {
		w.at(now)
		done, err := w.DoDue(t.Context())
		if err == nil || !strings.HasSuffix(err.Error(), "SQLSTATE P0001") || strings.Contains(err.Error(), "Aafke") {
			t.Fatalf("attempt %d: the failure is %v", n+1, err)
		}
		if n == 0 {
			equal(t, "done", done, 1)
			equal(t, "the other offer", w.status(t, "offer", good), "EXPIRED")
		}
		equal(t, "what the queue keeps", get[string](t, w, `select attempts || ' ' || failure from due_work where about = $1`, offer),
			fmt.Sprint(n+1, " SQLSTATE P0001"))
		next := get[time.Time](t, w, `select due_at from due_work where about = $1`, offer)
		equal(t, "the wait", next.Sub(now), wait*time.Second)
		equal(t, "the offer whose effects were undone", w.status(t, "offer", offer), "SENT")
		now = next
	}
	w.set(t, `drop trigger fail on request`)
	w.at(now)
	equal(t, "done at last", must(w.DoDue(t.Context()))(t), 1)
	equal(t, "the offer", w.status(t, "offer", offer), "EXPIRED")
	equal(t, "the request", w.status(t, "request", bad), "OPEN")
}

func TestWorkThatPanicsIsTriedAgain(t *testing.T) {
	t.Parallel()
	w := queue(t)
	offer := w.asked(t, 0, 1)[0]
	w.at(storetest.Now.Add(inTime))
	found, err := w.Store.DoDue(t.Context(), func(*store.Tx, store.Work) error { panic("Aafke and her theme") })
	if !found || err == nil || !strings.HasSuffix(err.Error(), "PANIC") {
		t.Fatalf("found %v, %v", found, err)
	}
	equal(t, "what the queue keeps", get[string](t, w, `select attempts || ' ' || failure from due_work where about = $1`, offer), "1 PANIC")
}
