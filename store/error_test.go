package store_test

import (
	"errors"
	"testing"

	"expex/app"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// PostgreSQL holds no NUL, neither as text nor inside JSON, and no broken UTF-8.
// A client can send the first in any string of a query.
func TestATextThatCannotBeStoredIsInvalid(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	a, v, ctx := app.App{Store: s}, s.As(f.A.Coordinator), t.Context()
	for _, text := range []string{"a NUL \x00 within", "broken \xff within"} {
		for name, call := range map[string]func() error{
			"a filter": func() error {
				_, err := v.Experts(ctx, store.ExpertFilter{Search: &text}, page)
				return err
			},
			"a code": func() error {
				code := engine.MunicipalityCode(text)
				_, err := v.CountRequests(ctx, store.RequestFilter{Municipality: &code})
				return err
			},
			"a theme": func() error {
				_, err := a.SetThemeConsent(ctx, f.A.ExpertViewers[0], "key-of-a-theme", engine.Consent{Theme: engine.ThemeCode(text), Usage: engine.UsageCase, Level: engine.Green})
				return err
			},
			"an idempotency key": func() error {
				_, err := store.Once(ctx, v, store.Key{Key: "key " + text}, func(*store.Tx) (int, error) { return 1, nil })
				return err
			},
			"a theme of a request": func() error {
				return store.Change(ctx, s.As(f.A.LocationAsker), func(tx *store.Tx) error {
					_, err := tx.InsertRequest(ctx, engine.Request{PoolID: f.A.Pool, OrganisationID: f.A.Location, Type: engine.PolicyAdvice, Status: engine.RequestNew,
						Urgency: engine.UrgencyNormal, TeamSize: 1, Minutes: 60, Online: true, Audience: engine.AudienceClosed,
						Themes: []engine.RequestTheme{{Theme: engine.ThemeCode(text), Importance: engine.Must}}, Wishes: engine.Wishes{EveryWeeks: 1, Occurrences: 1}})
					return err
				})
			},
		} {
			var known *engine.Error
			if err := call(); !errors.As(err, &known) || known.Code != engine.CodeInvalid {
				t.Errorf("%q as %s: %v, want INVALID", text, name, err)
			}
		}
	}
}
