package app

import (
	"context"
	"slices"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// maxCode is more than any code has; an index of the database cannot hold a text
// of thousands of characters, not even to find that it is unknown.
const maxCode = 50

// SetThemeConsent gives or takes back the viewer's own consent for one theme in
// one setting; RED takes it back. It holds from the next read on. In the same
// transaction open offers that needed it are withdrawn, neutrally, and a planned
// session that needs it goes to her and her coordinators: see
// [App.ResolveConsentChange]. Whoever asked for the session hears nothing.
// FORBIDDEN for somebody who is no expert; INVALID for an unknown theme.
func (a App) SetThemeConsent(ctx context.Context, viewer auth.Viewer, key string, c engine.Consent) (engine.ThemeConsent, error) {
	expert := viewer.Expert()
	if expert == "" {
		return engine.ThemeConsent{}, &engine.Error{Code: engine.CodeForbidden, Message: "only an expert may decide about her own themes"}
	}
	if err := engine.CheckText("theme", string(c.Theme), maxCode); err != nil {
		return engine.ThemeConsent{}, err
	}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "setThemeConsent", Input: c}, func(t *store.Tx) (engine.ThemeConsent, error) {
		consent, err := t.AppendConsent(ctx, engine.ThemeConsent{ExpertID: expert, Theme: c.Theme, Usage: c.Usage, Level: c.Level})
		if err != nil {
			return consent, err
		}
		pools, err := t.PoolsOf(ctx, expert)
		if err != nil {
			return consent, err
		}
		for _, pool := range pools {
			if err := t.Decide(ctx, pool); err != nil {
				return consent, err
			}
			if c.Level == engine.Red {
				if err := t.ForgetKept(ctx, expert, c.Theme); err != nil {
					return consent, err
				}
			}
		}
		return consent, recheckExpert(ctx, t, expert, pools)
	})
}

// ResolveConsentChange is what becomes of a planned session whose expert took
// back a consent it needs. KEEP is her own yes to this one session, and nobody
// else's; CHANGE_TOPIC is the coordinator's word that it will be about something
// else; with REPLACE, by either, somebody else is looked for. The expert is the
// viewer herself, or whom a coordinator names. Errors: NOT_FOUND; FORBIDDEN for a
// choice that is not the viewer's to make; INVALID for an expert who does not do
// the session; CONFLICT when there is nothing to decide.
func (a App) ResolveConsentChange(ctx context.Context, viewer auth.Viewer, key string, id engine.SessionID, choice engine.ConsentChoice, expert *engine.ExpertID) (engine.Session, error) {
	input := struct {
		ID     engine.SessionID
		Choice engine.ConsentChoice
		Expert *engine.ExpertID
	}{id, choice, expert}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "resolveConsentChange", Input: input}, func(t *store.Tx) (engine.Session, error) {
		session, err := t.Session(ctx, id)
		if err != nil {
			return session, err
		}
		who := viewer.Expert()
		if coordinates(viewer, session.PoolID) {
			if choice == engine.ConsentKeep {
				return session, &engine.Error{Code: engine.CodeForbidden, Message: "choice: only the expert herself may say yes again; ask her"}
			}
			if who = ""; expert != nil {
				who = *expert
			}
		} else if choice == engine.ConsentChange || who == "" || expert != nil && *expert != who {
			return session, &engine.Error{Code: engine.CodeForbidden, Message: "choice: another topic, and what another expert does, is for the coordinator to decide"}
		}
		if err := t.Decide(ctx, session.PoolID); err != nil {
			return session, err
		}
		if err := t.LockRequest(ctx, session.RequestID); err != nil {
			return session, err
		}
		team, err := t.TeamOf(ctx, id)
		if err != nil {
			return session, err
		}
		open, err := t.HasOpenTask(ctx, engine.TaskConsentChanged, id)
		if err != nil {
			return session, err
		}
		switch {
		case !open:
			return session, engine.Conflict(engine.ReasonIllegalTransition, "there is nothing to decide about the consents of this session")
		case choice != engine.ConsentChange && !slices.Contains(team, who):
			return session, engine.Invalid("expertId", "must name an expert who does this session")
		case choice != engine.ConsentChange:
			team = []engine.ExpertID{who}
		}
		if err := t.SetConsentChoice(ctx, id, team, choice); err != nil {
			return session, err
		}
		if err := recheckRequest(ctx, t, session.PoolID, session.RequestID); err != nil {
			return session, err
		}
		return t.Session(ctx, id)
	})
}
