package app_test

import (
	"strings"
	"testing"
	"time"

	"expex/engine"
	"expex/store/storetest"
)

// asked makes open requests and asks an expert for each of them.
func (w *world) asked(t *testing.T, expert, times int) (offers []engine.OfferID) {
	t.Helper()
	for range times {
		offers = append(offers, w.offer(t, w.open(t, w.ear()), thursday, expert)[0])
	}
	return offers
}

func TestAnExpertHasThreeOpenOffersAtMost(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		want   string
		change func(*world, *testing.T, []engine.OfferID)
	}{
		"three are open": {"CONFLICT OFFER_LIMIT", func(*world, *testing.T, []engine.OfferID) {}},
		"she answered one": {"", func(w *world, t *testing.T, offers []engine.OfferID) {
			must(w.DeclineOffer(t.Context(), w.A.ExpertViewers[0], fresh(), offers[1], nil))(t)
		}},
		"one has expired this moment": {"", func(w *world, t *testing.T, offers []engine.OfferID) {
			w.set(t, `update offer set expires_at = $2 where id = $1`, offers[0], storetest.Now)
		}},
		"one expires in a moment": {"CONFLICT OFFER_LIMIT", func(w *world, t *testing.T, offers []engine.OfferID) {
			w.set(t, `update offer set expires_at = $2 where id = $1`, offers[0], storetest.Now.Add(time.Microsecond))
		}},
		"one is of another pool": {"CONFLICT OFFER_LIMIT", func(w *world, t *testing.T, offers []engine.OfferID) {
			w.set(t, `update offer set pool_id = $2 where id = $1`, offers[0], w.B.Pool)
		}},
		"the pool lets her have four": {"", func(w *world, t *testing.T, _ []engine.OfferID) {
			w.set(t, `update pool_policy set open_offers = 4 where pool_id = $1`, w.A.Pool)
		}},
		"another pool lets her have four": {"CONFLICT OFFER_LIMIT", func(w *world, t *testing.T, _ []engine.OfferID) {
			w.set(t, `update pool_policy set open_offers = 4 where pool_id = $1`, w.B.Pool)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			c.change(w, t, w.asked(t, 0, 3))
			id := w.open(t, w.ear())
			ask := func() error {
				_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(id, thursday, 0))
				return err
			}
			if c.want == "" {
				equal(t, "the answer", class(ask()), "")
				return
			}
			e := w.refused(t, c.want, ask)
			for _, secret := range []string{string(w.A.Experts[0]), w.A.ExpertViewers[0].Name, "Flevoland"} {
				if strings.Contains(e.Message, secret) {
					t.Errorf("the message says %s: %s", secret, e.Message)
				}
			}
			w.offer(t, id, thursday, 1) // others may be asked
		})
	}
}

// One of a team who was asked too often is enough.
func TestATeamIsNotAskedWhenOneOfThemIsAtHerLimit(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.asked(t, 1, 3)
	id := w.open(t, w.talk())
	w.refused(t, "CONFLICT OFFER_LIMIT", func() error {
		_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(id, slot("2027-04-23", "15:00", 90), 0, 1))
		return err
	})
}

// Two coordinators ask for her last place at once, for different requests.
func TestTheLastOpenOfferIsMadeOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.asked(t, 0, 2)
	first, second := w.open(t, w.ear()), w.open(t, w.ear())
	answers := w.atOnce(t, nothing, holdExpert, w.A.Experts[0],
		func() error {
			_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(first, thursday, 0))
			return err
		},
		func() error {
			_, err := w.MakeOffer(t.Context(), w.A.RegionLead, fresh(), w.ask(second, thursday, 0))
			return err
		})
	equal(t, "the answers", answers, []string{"", "CONFLICT OFFER_LIMIT"})
	equal(t, "her open offers", get[int](t, w, `select count(*) from offer where expert_id = $1 and status = 'SENT'`, w.A.Experts[0]), 3)
}
