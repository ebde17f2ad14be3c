package app_test

import (
	"testing"
	"time"

	"expex/engine"
	"expex/store/storetest"
)

func TestANoNeedsNoReason(t *testing.T) {
	t.Parallel()
	code := func(c engine.DeclineCode) *engine.DeclineCode { return &c }
	for _, why := range []*engine.DeclineCode{nil, code(engine.DeclineTime), code(engine.DeclineDistance), code(engine.DeclineTheme),
		code(engine.DeclineTooMuch), code(engine.DeclineOther)} {
		w := start(t)
		w.at(storetest.Now.Add(time.Hour))
		got := must(w.DeclineOffer(t.Context(), w.A.ExpertViewers[2], fresh(), w.A.Offer, why))(t)
		equal(t, "the offer", got.Status, engine.OfferDeclined)
		equal(t, "the reason", got.DeclineCode, why)
		if got.AnsweredAt == nil || !got.AnsweredAt.Equal(storetest.Now.Add(time.Hour)) {
			t.Errorf("answered at %v", got.AnsweredAt)
		}
		same(t, "what is read back", must(w.Store.As(w.A.ExpertViewers[2]).OffersByID(t.Context(), []engine.OfferID{got.ID}))(t), []engine.Offer{got})
		equal(t, "the request", w.status(t, "request", w.A.Buddy), "OPEN")
	}
}

func TestARequestIsOpenAgainWhenNobodyIsAsked(t *testing.T) {
	t.Parallel()
	w := start(t)
	id := w.open(t, w.ear())
	first, second := w.offer(t, id, thursday, 0)[0], w.offer(t, id, thursday, 1)[0]
	must(w.DeclineOffer(t.Context(), w.A.ExpertViewers[0], fresh(), first, nil))(t)
	equal(t, "with one still asked, the request", w.status(t, "request", id), "OFFERED")
	must(w.DeclineOffer(t.Context(), w.A.ExpertViewers[1], fresh(), second, nil))(t)
	equal(t, "with nobody asked, the request", w.status(t, "request", id), "OPEN")
}

// Who did not answer in time is not waited for.
func TestAnExpiredOfferIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	w := start(t)
	id := w.open(t, w.ear())
	silent, no := w.offer(t, id, thursday, 0)[0], w.offer(t, id, thursday, 1)[0]
	w.set(t, `update offer set expires_at = $2 where id = $1`, silent, storetest.Now.Add(time.Hour))
	w.at(storetest.Now.Add(time.Hour))
	must(w.DeclineOffer(t.Context(), w.A.ExpertViewers[1], fresh(), no, nil))(t)
	equal(t, "the other offer", w.status(t, "offer", silent), "EXPIRED")
	equal(t, "the request", w.status(t, "request", id), "OPEN")
}

// The one who said yes keeps her time until a coordinator decides what becomes
// of it (domain: "cancel and reopen, the coordinator owns the gap").
func TestANoAfterThePartnersYes(t *testing.T) {
	t.Parallel()
	w := start(t)
	id := w.open(t, w.talk())
	offers := w.offer(t, id, slot("2027-04-23", "15:00", 90), 0, 1)
	held := must(w.accept(t.Context(), 0, offers[0]))(t).Session
	must(w.DeclineOffer(t.Context(), w.A.ExpertViewers[1], fresh(), offers[1], nil))(t)
	equal(t, "the request", w.status(t, "request", id), "PARTLY_FILLED")
	equal(t, "the session", w.status(t, "session", held.ID), "HELD")
	must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), held.ID, nil))(t)
	equal(t, "the request after the coordinator let go", w.status(t, "request", id), "OPEN")
	must(w.accept(t.Context(), 0, w.offer(t, id, slot("2027-04-23", "15:00", 90), 0, 2)[0]))(t)
}

func TestANoOfAPartnerBeforeHerYes(t *testing.T) {
	t.Parallel()
	w := start(t)
	id := w.open(t, w.talk())
	offers := w.offer(t, id, slot("2027-04-23", "15:00", 90), 0, 1)
	must(w.DeclineOffer(t.Context(), w.A.ExpertViewers[1], fresh(), offers[1], nil))(t)
	equal(t, "the request", w.status(t, "request", id), "OFFERED")
	got := must(w.accept(t.Context(), 0, offers[0]))(t)
	equal(t, "no single person is confirmed: the session", got.Session.Status, engine.SessionHeld)
}
