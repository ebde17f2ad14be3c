package app_test

import (
	"slices"
	"testing"
	"time"

	"expex/engine"
	"expex/store/storetest"
)

// heldFor is how long a hold lasts by default.
const heldFor = 48 * time.Hour

// due does all that has become due by a moment.
func (w *world) due(t *testing.T, now time.Time) {
	t.Helper()
	w.at(now)
	for must(w.DoDue(t.Context()))(t) > 0 {
	}
}

// tasks are the open tasks of a request as "KIND,KIND", sorted.
func (w *world) tasks(t *testing.T, request engine.RequestID) string {
	t.Helper()
	return get[string](t, w, `select coalesce(string_agg(kind, ',' order by kind), '') from task where request_id = $1 and done_at is null`, request)
}

// heard are the kinds of messages somebody got, sorted: an expert by her number.
func (w *world) heard(t *testing.T, expert int) string {
	t.Helper()
	return get[string](t, w, `select coalesce(string_agg(kind, ',' order by kind), '') from notice where expert_id = $1`, w.A.Experts[expert])
}

// coordinatorHeard are those that the coordinator got.
func (w *world) coordinatorHeard(t *testing.T) string {
	t.Helper()
	return get[string](t, w, `select coalesce(string_agg(kind, ',' order by kind), '') from notice where account_id = $1 and kind <> 'REQUEST_SUBMITTED'`, w.A.Coordinator.AccountID)
}

func (w *world) decline(t *testing.T, expert int, offer engine.OfferID) {
	t.Helper()
	must(w.DeclineOffer(t.Context(), w.A.ExpertViewers[expert], fresh(), offer, nil))(t)
}

func TestAHoldBeginsWhenTheTeamCannotBeCompletedByItself(t *testing.T) {
	t.Parallel()
	yes := func(w *world, t *testing.T, offers []engine.OfferID) { must(w.accept(t.Context(), 0, offers[0]))(t) }
	no := func(w *world, t *testing.T, offers []engine.OfferID) { w.decline(t, 1, offers[1]) }
	silence := func(w *world, t *testing.T, offers []engine.OfferID) {
		w.set(t, `update offer set expires_at = $2 where id = $1`, offers[1], storetest.Now.Add(time.Hour))
		w.due(t, storetest.Now.Add(time.Hour))
	}
	for name, c := range map[string]struct {
		steps []func(*world, *testing.T, []engine.OfferID)
		until time.Time // zero: no hold
	}{
		"yes, and the other has still to answer": {[]func(*world, *testing.T, []engine.OfferID){yes}, time.Time{}},
		"yes, then no":                           {[]func(*world, *testing.T, []engine.OfferID){yes, no}, storetest.Now.Add(heldFor)},
		"no, then yes":                           {[]func(*world, *testing.T, []engine.OfferID){no, yes}, storetest.Now.Add(heldFor)},
		"yes, then nothing":                      {[]func(*world, *testing.T, []engine.OfferID){yes, silence}, storetest.Now.Add(time.Hour + heldFor)},
		"nothing, then yes":                      {[]func(*world, *testing.T, []engine.OfferID){silence, yes}, storetest.Now.Add(time.Hour + heldFor)},
		"never past the beginning": {[]func(*world, *testing.T, []engine.OfferID){yes, func(w *world, t *testing.T, offers []engine.OfferID) {
			w.set(t, `update pool_policy set hold_hours = 10000`)
			no(w, t, offers)
		}}, friday.Start},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := queue(t)
			id := w.open(t, w.talk())
			offers := w.offer(t, id, friday, 0, 1)
			for _, step := range c.steps {
				step(w, t, offers)
			}
			equal(t, "the request", w.status(t, "request", id), "PARTLY_FILLED")
			equal(t, "the session", get[string](t, w, `select string_agg(status, ',') from session where request_id = $1`, id), "HELD")
			if c.until.IsZero() {
				equal(t, "holds that end", get[int](t, w, `select count(*) from due_work where kind = 'HOLD_EXPIRES'`), 0)
				equal(t, "the tasks", w.tasks(t, id), "")
				return
			}
			equal(t, "the tasks", w.tasks(t, id), "COMPLETE_TEAM")
			for what, column := range map[string]string{
				"the end of the hold":              `select due_at from due_work where kind = 'HOLD_EXPIRES'`,
				"until when the task must be done": `select due_at from task where kind = 'COMPLETE_TEAM'`,
			} {
				if got := get[time.Time](t, w, column); !got.Equal(c.until) {
					t.Errorf("%s is %v, want %v", what, got, c.until)
				}
			}
		})
	}
}

func TestAHoldExpiresByItself(t *testing.T) {
	t.Parallel()
	w := queue(t)
	id := w.open(t, w.talk())
	offers := w.offer(t, id, friday, 0, 1)
	held := must(w.accept(t.Context(), 0, offers[0]))(t).Session
	w.decline(t, 1, offers[1])
	before := w.contents(t)
	w.due(t, storetest.Now.Add(heldFor-time.Microsecond))
	if after := w.contents(t); !slices.Equal(before, after) {
		t.Errorf("before its time it did something: %s", changed(before, after))
	}

	w.due(t, storetest.Now.Add(heldFor))
	equal(t, "the session", w.status(t, "session", held.ID), "RELEASED")
	equal(t, "whether it was late", get[bool](t, w, `select late from session where id = $1`, held.ID), false)
	equal(t, "her time", get[string](t, w, `select status from booking where session_id = $1`, held.ID), "RELEASED")
	equal(t, "her offer", w.status(t, "offer", offers[0]), "ACCEPTED")
	equal(t, "the request", w.status(t, "request", id), "OPEN")
	equal(t, "the tasks", w.tasks(t, id), "FIND_EXPERT")
	equal(t, "what she who said yes heard", w.heard(t, 0), "HOLD_RELEASED,OFFER_SENT")
	equal(t, "what she who said no heard", w.heard(t, 1), "OFFER_SENT")
	equal(t, "what the coordinator heard", w.coordinatorHeard(t), "NOBODY_LEFT,OFFER_DECLINED")

	once := w.contents(t)
	w.set(t, `insert into due_work (kind, about, pool_id, due_at) select 'HOLD_EXPIRES', decision_id, pool_id, $2 from session where id = $1`, held.ID, storetest.Now)
	must(w.DoDue(t.Context()))(t)
	if twice := w.contents(t); !slices.Equal(once, twice) {
		t.Errorf("done twice it does more: %s", changed(once, twice))
	}

	// She may be asked again, for the same time, and her time is hers to give.
	again := w.offer(t, id, friday, 0, 2)
	equal(t, "the tasks while others are asked", w.tasks(t, id), "")
	must(w.accept(t.Context(), 0, again[0]))(t)
	equal(t, "the new session", must(w.accept(t.Context(), 2, again[1]))(t).Session.Status, engine.SessionConfirmed)
}

// Of three, one said yes: the first no begins the hold, and the second does not
// make it longer. Whoever has not answered by its end is asked no more.
func TestAHoldBeginsOnce(t *testing.T) {
	t.Parallel()
	w := queue(t)
	talk := w.talk()
	talk.Type, talk.TeamSize, talk.Minutes = engine.PolicyAdvice, 3, 120
	w.set(t, `insert into type_training (expert_id, type, trained_on) select expert_id, 'POLICY_ADVICE', '2026-01-01' from expert_record on conflict do nothing`)
	w.set(t, `insert into theme_consent (expert_id, theme, usage, level, valid_from) select expert_id, 'LONELINESS', 'POLICY', 'GREEN', '2026-01-01' from expert_record on conflict do nothing`)
	id := w.open(t, talk)
	offers := w.offer(t, id, slot("2027-04-23", "15:00", 120), 0, 1, 2)
	must(w.accept(t.Context(), 0, offers[0]))(t)
	w.decline(t, 1, offers[1])
	w.due(t, storetest.Now.Add(heldFor/2))
	equal(t, "the request", w.status(t, "request", id), "PARTLY_FILLED")
	w.decline(t, 2, offers[2])
	w.due(t, storetest.Now.Add(heldFor-time.Microsecond))
	equal(t, "the request before the end", w.status(t, "request", id), "PARTLY_FILLED")
	w.due(t, storetest.Now.Add(heldFor))
	equal(t, "the request", w.status(t, "request", id), "OPEN")
	equal(t, "the session", get[string](t, w, `select string_agg(status, ',') from session where request_id = $1`, id), "RELEASED")
}

func TestARequestIsStillOfferedWhenAHoldExpiresAndOthersAreAsked(t *testing.T) {
	t.Parallel()
	w := queue(t)
	id := w.open(t, w.talk())
	offers := w.offer(t, id, friday, 0, 1)
	must(w.accept(t.Context(), 0, offers[0]))(t)
	w.decline(t, 1, offers[1])
	w.at(storetest.Now.Add(time.Hour))
	w.set(t, `update deployment_type set needs_experienced = false`)
	others := w.offer(t, id, slot("2027-04-23", "13:00", 90), 1, 2)
	w.due(t, storetest.Now.Add(heldFor))
	equal(t, "the request", w.status(t, "request", id), "OFFERED")
	equal(t, "the tasks", w.tasks(t, id), "")
	must(w.accept(t.Context(), 1, others[0]))(t)
	equal(t, "the session", must(w.accept(t.Context(), 2, others[1]))(t).Session.Status, engine.SessionConfirmed)
}

// Whatever ends a hold takes with it what waited for its end.
func TestAHoldThatEndsOtherwiseLeavesNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end     func(*world, *testing.T, engine.RequestID, engine.Session)
		session string
	}{
		"the coordinator cancels": {func(w *world, t *testing.T, _ engine.RequestID, held engine.Session) {
			must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), held.ID, nil))(t)
		}, "CANCELLED_BY_COORDINATOR"},
		"the request is taken back": {func(w *world, t *testing.T, id engine.RequestID, _ engine.Session) {
			must(w.WithdrawRequest(t.Context(), w.A.LocationAsker, fresh(), id))(t)
		}, "CANCELLED_BY_REQUESTER"},
		"another team fills it": {func(w *world, t *testing.T, id engine.RequestID, _ engine.Session) {
			w.set(t, `update deployment_type set needs_experienced = false`)
			others := w.offer(t, id, slot("2027-04-23", "13:00", 90), 1, 2)
			must(w.accept(t.Context(), 1, others[0]))(t)
			must(w.accept(t.Context(), 2, others[1]))(t)
		}, "RELEASED"},
		"somebody completes it": {func(w *world, t *testing.T, _ engine.RequestID, held engine.Session) {
			w.set(t, `update session set status = 'CONFIRMED' where id = $1`, held.ID)
		}, "CONFIRMED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := queue(t)
			id := w.open(t, w.talk())
			offers := w.offer(t, id, friday, 0, 1)
			held := must(w.accept(t.Context(), 0, offers[0]))(t).Session
			w.decline(t, 1, offers[1])
			c.end(w, t, id, held)
			equal(t, "the session", w.status(t, "session", held.ID), c.session)
			equal(t, "the tasks", w.tasks(t, id), "")
			equal(t, "holds that end", get[int](t, w, `select count(*) from due_work where kind = 'HOLD_EXPIRES'`), 0)
			w.due(t, storetest.Now.Add(heldFor))
			equal(t, "the session after the time of the hold", w.status(t, "session", held.ID), c.session)
		})
	}
}

func TestWhoIsNotNeededHearsItWithoutAWhy(t *testing.T) {
	t.Parallel()
	w := queue(t)
	id := w.open(t, w.ear())
	w.offer(t, id, thursday, 1)
	w.booked(t, id, thursday, 0)
	equal(t, "what the other heard", w.heard(t, 1), "OFFER_SENT,OFFER_WITHDRAWN")
	equal(t, "what she who does it heard", w.heard(t, 0), "OFFER_SENT")
	equal(t, "what the coordinator heard", w.coordinatorHeard(t), "")
}

// An expiry is told to the coordinators once.
func TestAnExpiryIsToldOnce(t *testing.T) {
	t.Parallel()
	w := queue(t)
	id := w.open(t, w.ear())
	w.offer(t, id, thursday, 0)
	w.due(t, storetest.Now.Add(inTime))
	w.offer(t, id, thursday, 1)
	w.due(t, storetest.Now.Add(inTime))
	equal(t, "what the coordinator heard", w.coordinatorHeard(t), "NOBODY_LEFT,OFFER_EXPIRED")
	equal(t, "what the expert heard", w.heard(t, 0), "OFFER_SENT")
}

// The end of a hold and the no of somebody else meet:
// neither waits for the other in a circle, and the hold ends once.
func TestTheEndOfAHoldMeetsAnotherNo(t *testing.T) {
	t.Parallel()
	w := queue(t)
	w.set(t, `update deployment_type set needs_experienced = false`)
	id := w.open(t, w.talk())
	offers := w.offer(t, id, friday, 0, 1)
	must(w.accept(t.Context(), 0, offers[0]))(t)
	w.decline(t, 1, offers[1])
	w.at(storetest.Now.Add(time.Hour))
	others := w.offer(t, id, slot("2027-04-23", "13:00", 90), 1, 2)
	w.at(storetest.Now.Add(heldFor))
	answers := w.atOnce(t, nothing, holdRequest, id,
		func() error { return second(w.DoDue(t.Context())) },
		func() error {
			return second(w.DeclineOffer(t.Context(), w.A.ExpertViewers[1], fresh(), others[0], nil))
		})
	equal(t, "the answers", answers, []string{"", ""})
	equal(t, "the request", w.status(t, "request", id), "OFFERED")
	equal(t, "holds that end", get[int](t, w, `select count(*) from due_work where kind = 'HOLD_EXPIRES'`), 0)
}

// The end of a hold meets the coordinator's cancellation.
func TestTheEndOfAHoldMeetsACancellation(t *testing.T) {
	t.Parallel()
	w := queue(t)
	id := w.open(t, w.talk())
	offers := w.offer(t, id, friday, 0, 1)
	held := must(w.accept(t.Context(), 0, offers[0]))(t).Session
	w.decline(t, 1, offers[1])
	w.at(storetest.Now.Add(heldFor))
	answers := w.atOnce(t, nothing, holdRequest, id,
		func() error { return second(w.DoDue(t.Context())) },
		func() error { return second(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), held.ID, nil)) })
	if !slices.Contains([]string{"", "CONFLICT ILLEGAL_TRANSITION"}, answers[1]) || answers[0] != "" {
		t.Errorf("the answers are %q", answers)
	}
	equal(t, "the request", w.status(t, "request", id), "OPEN")
	equal(t, "holds that end", get[int](t, w, `select count(*) from due_work where kind = 'HOLD_EXPIRES'`), 0)
	equal(t, "time that is taken", get[int](t, w, `select count(*) from booking where session_id = $1 and status <> 'RELEASED'`, held.ID), 0)
}
