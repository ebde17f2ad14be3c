package app_test

import (
	"testing"

	"expex/store"
	"expex/store/storetest"
)

// A pause until further notice ends her subscriptions, and she makes none, nor
// revives one, until it is over.
func TestWhoRestsMakesNoFeed(t *testing.T) {
	t.Parallel()
	until := storetest.Now.AddDate(0, 0, 9)
	for name, c := range map[string]struct {
		happen func(*world, *testing.T)
		want   string
	}{
		"until further notice": {func(w *world, t *testing.T) {
			must(w.PauseExpert(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Experts[0], nil))(t)
		}, "CONFLICT PAUSED"},
		"until a day": {func(w *world, t *testing.T) {
			must(w.PauseExpert(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Experts[0], &until))(t)
		}, ""},
		"no more": {func(w *world, t *testing.T) {
			must(w.PauseExpert(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Experts[0], nil))(t)
			must(w.ResumeExpert(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Experts[0]))(t)
		}, ""},
		"for good": {func(w *world, t *testing.T) {
			must(w.OffboardExpert(t.Context(), w.A.Coordinator, fresh(), w.A.Experts[0]))(t)
		}, "CONFLICT ILLEGAL_TRANSITION"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			c.happen(w, t)
			for what, call := range map[string]func() error{
				"make": func() error {
					_, err := w.CreateCalendarFeed(t.Context(), w.A.ExpertViewers[0], fresh(), store.Feed{Title: "MINIMAL"})
					return err
				},
				"revive": func() error {
					_, err := w.RotateCalendarFeed(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Feed)
					return err
				},
			} {
				if c.want == "" {
					equal(t, what, class(call()), "")
				} else {
					w.refused(t, c.want, call)
				}
			}
			w.refused(t, "NOT_FOUND", func() error {
				_, err := w.RotateCalendarFeed(t.Context(), w.A.ExpertViewers[0], fresh(), w.B.Feed)
				return err
			})
			must(w.RevokeCalendarFeed(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Feed))(t)
		})
	}
}

// Somebody who makes a feed and begins to rest at once has no feed that lives.
func TestAFeedThatIsMadeWhileSheBeginsToRestEndsWithIt(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.atOnce(t, nothing, `select from expert_record where expert_id = $1 for update`, w.A.Experts[0],
		func() error {
			_, err := w.CreateCalendarFeed(t.Context(), w.A.ExpertViewers[0], fresh(), store.Feed{Title: "MINIMAL"})
			return err
		},
		func() error {
			_, err := w.PauseExpert(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Experts[0], nil)
			return err
		})
	equal(t, "she", get[string](t, w, `select status from expert_record where expert_id = $1`, w.A.Experts[0]), "PAUSED")
	equal(t, "live feeds of hers", get[int](t, w, `select count(*) from calendar_feed where expert_id = $1 and revoked_at is null`, w.A.Experts[0]), 0)
}
