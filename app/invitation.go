package app

import (
	"context"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// SetInvitations has the viewer's own appointments sent along with the messages
// about them, or not. What was sent once is kept right in either case. INVALID on
// "title" for one that is not for an expert's own sessions.
func (a App) SetInvitations(ctx context.Context, viewer auth.Viewer, key string, i store.Invitations) (store.Invitations, error) {
	her := viewer.Expert()
	if her == "" {
		return i, &engine.Error{Code: engine.CodeForbidden, Message: "only an expert has appointments of her own"}
	}
	switch i.Title {
	case "EXPEX_APPOINTMENT", "APPOINTMENT", "MINIMAL":
	default:
		return i, engine.Invalid("title", "is not for your own sessions; choose EXPEX_APPOINTMENT, APPOINTMENT or MINIMAL")
	}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "setInvitations", Input: i}, func(t *store.Tx) (store.Invitations, error) {
		return i, t.SetInvitations(ctx, her, i)
	})
}
