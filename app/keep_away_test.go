package app_test

import (
	"testing"

	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// pair is two experts of the fixture, with a young person's request instead of the
// second one when that is negative.
func (w *world) pair(expert, other int) store.Apart {
	if other < 0 {
		return store.Apart{ExpertID: w.A.Experts[expert], RequestID: &w.A.Ear}
	}
	return store.Apart{ExpertID: w.A.Experts[expert], OtherID: &w.A.Experts[other]}
}

func init() {
	type calls = struct {
		call, other func(w *world, t *testing.T, key string) (any, error)
	}
	repeated["ExcludeOrganisation"] = calls{
		func(w *world, t *testing.T, key string) (any, error) {
			return w.ExcludeOrganisation(t.Context(), w.A.ExpertViewers[0], key, w.A.House, nil)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.ExcludeOrganisation(t.Context(), w.A.ExpertViewers[0], key, w.A.Other, nil)
		},
	}
	repeated["EndExclusion"] = calls{
		func(w *world, t *testing.T, key string) (any, error) {
			return w.EndExclusion(t.Context(), w.A.ExpertViewers[3], key, w.A.House)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.EndExclusion(t.Context(), w.A.ExpertViewers[3], key, w.A.Other)
		},
	}
	repeated["KeepApart"] = calls{
		func(w *world, t *testing.T, key string) (any, error) {
			return w.KeepApart(t.Context(), w.A.Coordinator, key, w.pair(0, 1))
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.KeepApart(t.Context(), w.A.Coordinator, key, w.pair(0, 2))
		},
	}
	repeated["EndKeepingApart"] = calls{
		func(w *world, t *testing.T, key string) (any, error) {
			must(w.KeepApart(t.Context(), w.A.Coordinator, "key-of-before", w.pair(0, 1)))(t)
			return w.EndKeepingApart(t.Context(), w.A.Coordinator, key, w.pair(0, 1))
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.EndKeepingApart(t.Context(), w.A.Coordinator, key, w.pair(0, 2))
		},
	}
	for name, event := range map[string]struct {
		happen func(*world, *testing.T)
		want   string
	}{
		"she keeps away from the house": {func(w *world, t *testing.T) {
			must(w.ExcludeOrganisation(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.House, nil))(t)
		}, "SESSION_BROKEN TALK {OTHER}"},
		"she keeps away from another house": {func(w *world, t *testing.T) {
			must(w.ExcludeOrganisation(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Other, nil))(t)
		}, ""},
		"she keeps away from it until the day": {func(w *world, t *testing.T) {
			must(w.ExcludeOrganisation(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.House, new(engine.Date("2027-04-07"))))(t)
		}, ""},
		"she keeps away from it until the day after": {func(w *world, t *testing.T) {
			must(w.ExcludeOrganisation(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.House, new(engine.Date("2027-04-08"))))(t)
		}, "SESSION_BROKEN TALK {OTHER}"},
		"she keeps away from it no more": {func(w *world, t *testing.T) {
			must(w.ExcludeOrganisation(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.House, nil))(t)
			must(w.EndExclusion(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.House))(t)
		}, ""},
		"the two who do it are kept apart": {func(w *world, t *testing.T) {
			must(w.KeepApart(t.Context(), w.A.Coordinator, fresh(), w.pair(1, 0)))(t)
		}, "SESSION_BROKEN TALK {OTHER}"},
		"the two are kept apart by another one, too": {func(w *world, t *testing.T) {
			must(w.KeepApart(t.Context(), w.A.Coordinator, fresh(), w.pair(0, 1)))(t)
			must(w.KeepApart(t.Context(), w.A.RegionLead, fresh(), w.pair(1, 0)))(t)
			must(w.EndKeepingApart(t.Context(), w.A.Coordinator, fresh(), w.pair(0, 1)))(t)
		}, "SESSION_BROKEN TALK {OTHER}"},
		"the two are kept apart no more": {func(w *world, t *testing.T) {
			must(w.KeepApart(t.Context(), w.A.Coordinator, fresh(), w.pair(0, 1)))(t)
			must(w.EndKeepingApart(t.Context(), w.A.Coordinator, fresh(), w.pair(1, 0)))(t)
		}, ""},
		"one is kept apart from a third": {func(w *world, t *testing.T) {
			must(w.KeepApart(t.Context(), w.A.Coordinator, fresh(), w.pair(0, 2)))(t)
		}, ""},
	} {
		events[name] = event
	}
}

func TestWhatCannotBeKeptAwayFrom(t *testing.T) {
	t.Parallel()
	w := start(t)
	exclude := func(expert int, organisation engine.OrganisationID, until engine.Date) func() error {
		return func() error {
			_, err := w.ExcludeOrganisation(t.Context(), w.A.ExpertViewers[expert], fresh(), organisation, &until)
			return err
		}
	}
	apart := func(a store.Apart) func() error {
		return func() error { _, err := w.KeepApart(t.Context(), w.A.Coordinator, fresh(), a); return err }
	}
	end := func(a store.Apart) func() error {
		return func() error { _, err := w.EndKeepingApart(t.Context(), w.A.Coordinator, fresh(), a); return err }
	}
	must(w.KeepApart(t.Context(), w.A.RegionLead, fresh(), w.pair(0, 1)))(t)
	foreign := store.Apart{ExpertID: w.A.Experts[0], OtherID: &w.B.Experts[0]}
	for _, c := range []struct {
		name string
		call func() error
		want string
	}{
		{"until today", exclude(0, w.A.House, engine.DateOf(storetest.Now, store.Zone)), "INVALID until"},
		{"a house of another pool", exclude(0, w.B.House, "2028-01-01"), "NOT_FOUND"},
		{"what does not exist", exclude(0, "dddddddd-0000-4000-8000-000000000000", "2028-01-01"), "NOT_FOUND"},
		{"an end of nothing", func() error {
			_, err := w.EndExclusion(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.House)
			return err
		}, "NOT_FOUND"},
		{"an end of another's", func() error {
			_, err := w.EndExclusion(t.Context(), w.A.Coordinator, fresh(), w.A.House)
			return err
		}, "NOT_FOUND"},
		{"nobody", apart(store.Apart{ExpertID: w.A.Experts[0]}), "INVALID otherId"},
		{"both", apart(store.Apart{ExpertID: w.A.Experts[0], OtherID: &w.A.Experts[1], RequestID: &w.A.Ear}), "INVALID otherId"},
		{"herself", apart(w.pair(0, 0)), "INVALID otherId"},
		{"somebody of another pool", apart(foreign), "NOT_FOUND"},
		{"a request without a young person", apart(store.Apart{ExpertID: w.A.Experts[0], RequestID: &w.A.Talk}), "INVALID requestId"},
		{"a request of another pool", apart(store.Apart{ExpertID: w.A.Experts[0], RequestID: &w.B.Ear}), "NOT_FOUND"},
		{"what another one noted", end(w.pair(0, 1)), "NOT_FOUND"},
		{"what was there before", end(w.pair(3, 4)), "NOT_FOUND"},
		{"what nobody noted", end(w.pair(0, 2)), "NOT_FOUND"},
	} {
		t.Run(c.name, func(t *testing.T) { w.refused(t, c.want, c.call) })
	}
}

// Whom nobody wants to be with is found by asking nobody: who notes it reads back
// her own words, whatever others said before.
func TestWhoKeepsTwoApartLearnsNothing(t *testing.T) {
	t.Parallel()
	w := start(t)
	read := func(n int) string {
		var out string
		for _, a := range must(w.Store.As(w.A.Coordinator).KeptApart(t.Context()))(t) {
			if a.ExpertID == w.A.Experts[n] || a.OtherID != nil && *a.OtherID == w.A.Experts[n] {
				out += "apart "
			}
		}
		return out
	}
	for _, n := range []int{4, 2} { // the fourth is kept apart from the third already
		equal(t, "before", read(n), "")
		must(w.KeepApart(t.Context(), w.A.Coordinator, fresh(), w.pair(3, n)))(t)
		equal(t, "after", read(n), "apart ")
		must(w.EndKeepingApart(t.Context(), w.A.Coordinator, fresh(), w.pair(n, 3)))(t)
		equal(t, "after the end", read(n), "")
	}
	equal(t, "what was there before", get[int](t, w, `select count(*) from expert_exclusion where set_by is null and expert_id = $1`, w.A.Experts[3]), 1)
	equal(t, "her lifts", len(must(w.Store.As(w.A.RegionLead).KeptApart(t.Context()))(t)), 0)
}

// An offer to somebody who is kept apart from the young person is taken back.
func TestAnOfferEndsWhenSheIsKeptApartFromTheYoungPerson(t *testing.T) {
	t.Parallel()
	w := start(t)
	request := w.open(t, w.ear())
	offer := w.offer(t, request, slot("2027-04-22", "14:00", 60), 0)[0]
	must(w.KeepApart(t.Context(), w.A.Coordinator, fresh(), store.Apart{ExpertID: w.A.Experts[0], RequestID: &request}))(t)
	equal(t, "the offer", w.status(t, "offer", offer), "WITHDRAWN")
}
