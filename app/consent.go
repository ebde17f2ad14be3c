package app

import (
	"context"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// maxCode is more than any code has; an index of the database cannot hold a text
// of thousands of characters, not even to find that it is unknown.
const maxCode = 50

// SetThemeConsent gives or takes back the viewer's own consent for one theme in
// one setting; RED takes it back. It holds from the next read on. FORBIDDEN for
// somebody who is no expert; INVALID for an unknown theme.
func (a App) SetThemeConsent(ctx context.Context, viewer auth.Viewer, key string, c engine.Consent) (engine.ThemeConsent, error) {
	expert := viewer.Expert()
	if expert == "" {
		return engine.ThemeConsent{}, &engine.Error{Code: engine.CodeForbidden, Message: "only an expert may decide about her own themes"}
	}
	if err := engine.CheckText("theme", string(c.Theme), maxCode); err != nil {
		return engine.ThemeConsent{}, err
	}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "setThemeConsent", Input: c}, func(t *store.Tx) (engine.ThemeConsent, error) {
		return t.AppendConsent(ctx, engine.ThemeConsent{ExpertID: expert, Theme: c.Theme, Usage: c.Usage, Level: c.Level})
	})
}
