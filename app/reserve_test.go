package app_test

import (
	"testing"

	"expex/app"
	"expex/engine"
	"expex/store/storetest"
)

// offerWith asks experts of Midden-Holland with others in reserve, all by their
// numbers, and gives the offers to the first.
func (w *world) offerWith(t *testing.T, request engine.RequestID, at engine.Interval, reserve [][]int, experts ...int) []engine.OfferID {
	t.Helper()
	in := w.ask(request, at, experts...)
	in.Reserve = w.teams(reserve)
	must(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in))(t)
	out := make([]engine.OfferID, len(experts))
	for i, n := range experts {
		out[i] = w.openOffer(t, request, n)
	}
	return out
}

func (w *world) teams(numbers [][]int) (out [][]engine.ExpertID) {
	for _, team := range numbers {
		var ids []engine.ExpertID
		for _, n := range team {
			ids = append(ids, w.A.Experts[n])
		}
		out = append(out, ids)
	}
	return out
}

// openOffer is the offer of a request that an expert has still to answer.
func (w *world) openOffer(t *testing.T, request engine.RequestID, expert int) engine.OfferID {
	t.Helper()
	return get[engine.OfferID](t, w, `select id from offer where request_id = $1 and expert_id = $2 and status = 'SENT'`, request, w.A.Experts[expert])
}

// askedNow are the numbers of the experts who have still to answer, in order.
func (w *world) askedNow(t *testing.T, request engine.RequestID) string {
	t.Helper()
	return get[string](t, w, `select coalesce(string_agg(right(expert_id::text, 1)::int - 1 || '', ',' order by expert_id), '')
		from offer where request_id = $1 and status = 'SENT'`, request)
}

func TestTheNextInReserveIsAsked(t *testing.T) {
	t.Parallel()
	w := queue(t)
	id := w.open(t, w.ear())
	w.decline(t, 0, w.offerWith(t, id, thursday, [][]int{{1}, {2}}, 0)[0])
	equal(t, "after a no, who is asked", w.askedNow(t, id), "1")
	equal(t, "the request", w.status(t, "request", id), "OFFERED")
	equal(t, "what she heard", w.heard(t, 1), "OFFER_SENT")

	w.due(t, storetest.Now.Add(inTime))
	equal(t, "after nothing, who is asked", w.askedNow(t, id), "2")
	w.decline(t, 2, w.openOffer(t, id, 2))
	equal(t, "when nobody is left, who is asked", w.askedNow(t, id), "")
	equal(t, "the request", w.status(t, "request", id), "OPEN")
	equal(t, "the tasks", w.tasks(t, id), "FIND_EXPERT")
	equal(t, "what the coordinator heard", w.coordinatorHeard(t), "NOBODY_LEFT,OFFER_DECLINED,OFFER_DECLINED,OFFER_EXPIRED")

	// Each decision names the one it follows, and is of the same choice.
	equal(t, "the chain", get[string](t, w, `
		with recursive chain(id, n) as (
			select id, 0 from decision where request_id = $1 and follows is null
			union all select d.id, n + 1 from decision d join chain c on d.follows = c.id)
		select string_agg(right(o.expert_id::text, 1)::int - 1 || '', ',' order by n) from chain join offer o on o.decision_id = chain.id`, id), "0,1,2")
	equal(t, "ways to tell the decisions apart", get[int](t, w, `
		select count(distinct (made_by, starts_at, ends_at, override, override_reason)) from decision where request_id = $1`, id), 1)
	equal(t, "who made them", get[string](t, w, `select made_by::text from decision where request_id = $1 limit 1`, id), string(w.A.Coordinator.AccountID))
}

// Whoever else is asked has her turn first.
func TestTheReserveWaitsForAllWhoAreAsked(t *testing.T) {
	t.Parallel()
	w := queue(t)
	id := w.open(t, w.ear())
	first := w.offer(t, id, thursday, 0)[0]
	second := w.offerWith(t, id, thursday, [][]int{{2}}, 1)[0]
	w.decline(t, 1, second)
	equal(t, "with one still asked, who is", w.askedNow(t, id), "0")
	w.decline(t, 0, first)
	equal(t, "then, who is asked", w.askedNow(t, id), "2")
}

func TestWhoCannotDoItAnyMoreIsPassedOver(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*world, *testing.T){
		"she has a session then": func(w *world, t *testing.T) { w.booked(t, w.open(t, w.ear()), thursday, 1) },
		"she left the pool": func(w *world, t *testing.T) {
			w.set(t, `update pool_member set valid_to = '2027-01-01' where expert_id = $1`, w.A.Experts[1])
		},
		"she took her consent back": func(w *world, t *testing.T) {
			w.set(t, `delete from theme_consent where expert_id = $1`, w.A.Experts[1])
		},
		"she has as many open offers as she may": func(w *world, t *testing.T) { w.asked(t, 1, 3) },
		"she said no for this time before": func(w *world, t *testing.T) {
			w.set(t, `insert into offer (decision_id, request_id, pool_id, expert_id, type, theme_groups, online, municipality, starts_at, ends_at, status, expires_at, answered_at)
				select decision_id, request_id, pool_id, $1, type, theme_groups, online, municipality, starts_at, ends_at, 'DECLINED', expires_at, sent_at from offer
				where status = 'SENT' and starts_at = $2`, w.A.Experts[1], thursday.Start)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := queue(t)
			id := w.open(t, w.ear())
			offer := w.offerWith(t, id, thursday, [][]int{{1}, {2}}, 0)[0]
			change(w, t)
			w.decline(t, 0, offer)
			equal(t, "who is asked", w.askedNow(t, id), "2")
			equal(t, "who is left in reserve", get[int](t, w, `select count(*) from reserve where request_id = $1`, id), 0)
		})
	}
}

func TestNobodyInReserveIsAskedForATimeThatHasCome(t *testing.T) {
	t.Parallel()
	w := queue(t)
	id := w.open(t, w.ear())
	w.offerWith(t, id, thursday, [][]int{{1}}, 0)
	w.set(t, `update offer set expires_at = starts_at where request_id = $1`, id)
	w.due(t, thursday.Start)
	equal(t, "who is asked", w.askedNow(t, id), "")
	equal(t, "the request", w.status(t, "request", id), "OPEN")
}

// While one of a pair has said yes her time is held, and nobody in reserve is
// asked. When it is let go, the reserve has its turn; who was asked for this time
// before is not asked again.
func TestTheReserveWaitsForTheEndOfAHold(t *testing.T) {
	t.Parallel()
	w := queue(t)
	w.set(t, `update deployment_type set needs_experienced = false`)
	id := w.open(t, w.talk())
	offers := w.offerWith(t, id, friday, [][]int{{0, 2}, {2, 4}}, 0, 1)
	must(w.accept(t.Context(), 0, offers[0]))(t)
	w.decline(t, 1, offers[1])
	equal(t, "while her time is held, who is asked", w.askedNow(t, id), "")
	w.due(t, storetest.Now.Add(heldFor))
	equal(t, "then, who is asked", w.askedNow(t, id), "2,4")
	equal(t, "the request", w.status(t, "request", id), "OFFERED")
	equal(t, "the tasks", w.tasks(t, id), "")
}

func TestWhatEndsTheAskingEmptiesTheReserve(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*world, *testing.T, engine.RequestID, engine.OfferID){
		"a yes": func(w *world, t *testing.T, _ engine.RequestID, o engine.OfferID) {
			must(w.accept(t.Context(), 0, o))(t)
		},
		"a withdrawal": func(w *world, t *testing.T, id engine.RequestID, _ engine.OfferID) {
			must(w.WithdrawRequest(t.Context(), w.A.LocationAsker, fresh(), id))(t)
		},
		"another offer": func(w *world, t *testing.T, id engine.RequestID, _ engine.OfferID) { w.offer(t, id, thursday, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := queue(t)
			id := w.open(t, w.ear())
			offer := w.offerWith(t, id, thursday, [][]int{{2}}, 0)[0]
			end(w, t, id, offer)
			equal(t, "the reserve", get[int](t, w, `select count(*) from reserve where request_id = $1`, id), 0)
		})
	}
}

func TestAReserveIsChecked(t *testing.T) {
	t.Parallel()
	w := start(t)
	ear, talk := w.open(t, w.ear()), w.open(t, w.talk())
	with := func(in app.MakeOffer, teams ...[]engine.ExpertID) app.MakeOffer {
		in.Reserve = teams
		return in
	}
	one := w.teams([][]int{{1}})[0]
	for _, c := range []struct {
		name, want string
		in         app.MakeOffer
	}{
		{"six teams", "INVALID reserve", with(w.ask(ear, thursday, 0), one, one, one, one, one, one)},
		{"two for one", "INVALID reserve", with(w.ask(ear, thursday, 0), w.teams([][]int{{1, 2}})...)},
		{"one for two", "INVALID reserve", with(w.ask(talk, friday, 0, 1), one)},
		{"one twice for two", "INVALID reserve", with(w.ask(talk, friday, 0, 1), w.teams([][]int{{2, 2}})...)},
		{"nobody", "INVALID reserve", with(w.ask(ear, thursday, 0), []engine.ExpertID{})},
		{"an expert of another pool", "NOT_FOUND", with(w.ask(ear, thursday, 0), w.B.Experts[:1])},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.refused(t, c.want, func() error {
				_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), c.in)
				return err
			})
		})
	}
}

// Two who are asked say no at once: the next in reserve is asked once.
func TestTheNextInReserveIsAskedOnce(t *testing.T) {
	t.Parallel()
	w := queue(t)
	id := w.open(t, w.ear())
	first := w.offer(t, id, thursday, 0)[0]
	second := w.offerWith(t, id, thursday, [][]int{{2}, {3}}, 1)[0]
	no := func(expert int, offer engine.OfferID) func() error {
		return func() error {
			_, err := w.DeclineOffer(t.Context(), w.A.ExpertViewers[expert], fresh(), offer, nil)
			return err
		}
	}
	equal(t, "the answers", w.atOnce(t, nothing, holdRequest, id, no(0, first), no(1, second)), []string{"", ""})
	equal(t, "who is asked", w.askedNow(t, id), "2")
}
