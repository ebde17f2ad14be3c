package app

import (
	"context"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// SessionChoice is what a coordinator does about a session that lacks somebody.
type SessionChoice string

// The choices.
const (
	// DecideOnline holds it by video: nobody has to travel. It waits on for who
	// is missing, among whom now more are near enough.
	DecideOnline SessionChoice = "ONLINE"
	// DecidePostpone cancels it; the request asks for another day.
	DecidePostpone SessionChoice = "POSTPONE"
	// DecideAlone lets those who stay do it, where the type allows so few.
	DecideAlone SessionChoice = "ALONE"
)

// DecideSession is the coordinator's decision about a session that waits for
// somebody. ALONE needs a reason, which is kept with the decision. Errors:
// NOT_FOUND; CONFLICT for a session that waits for nobody; INVALID for ALONE
// without a reason; INFEASIBLE with the rules, PAIR_RULE for fewer people than the
// type needs.
func (a App) DecideSession(ctx context.Context, viewer auth.Viewer, key string, id engine.SessionID, choice SessionChoice, reason string) (engine.Session, error) {
	if choice == DecideAlone || reason != "" {
		if err := checkReason("overrideReason", reason); err != nil {
			return engine.Session{}, err
		}
	}
	input := struct {
		ID     engine.SessionID
		Choice SessionChoice
		Reason string
	}{id, choice, reason}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "decideSession", Input: input}, func(t *store.Tx) (engine.Session, error) {
		s, request, err := holdSession(ctx, t, id)
		if err != nil {
			return s, err
		}
		team, err := t.Team(ctx, id)
		if err != nil {
			return s, err
		}
		if err := joinable(s, t.Now, request.TeamSize-len(team)); err != nil {
			return s, err
		}
		switch choice {
		case DecideOnline:
			return holdOnline(ctx, t, s, request, team)
		case DecidePostpone:
			cancelled, err := cancel(ctx, t, s, engine.SideCoordinator)
			if err != nil {
				return s, err
			}
			return cancelled, reopen(ctx, t, s)
		default:
			return goAlone(ctx, t, s, request, team, reason)
		}
	})
}

// holdOnline makes a session one by video if those who stay can do it so. Who was
// asked to travel is asked no more.
func holdOnline(ctx context.Context, t *store.Tx, s engine.Session, request engine.Request, team []engine.ExpertID) (engine.Session, error) {
	if s.Online {
		return s, engine.Conflict(engine.ReasonIllegalTransition, "the session is held online already")
	}
	if err := t.LockExperts(ctx, team); err != nil {
		return s, err
	}
	online := s
	online.Online = true
	if len(team) > 0 {
		in, broken, err := judgeSeat(ctx, t, request, online, team)
		switch {
		case err != nil:
			return s, err
		case len(in.Candidates) != len(team):
			return s, engine.Infeasible(broken)
		case len(broken) > 0:
			return s, refuse(in, s.Slot, "")
		}
	}
	offers, err := t.OffersForSession(ctx, s.ID)
	if err != nil {
		return s, err
	}
	var open []engine.OfferID
	for _, o := range offers {
		if o.Status == engine.OfferSent {
			open = append(open, o.ID)
		}
	}
	if err := t.MoveOffers(ctx, open, engine.OfferWithdrawn, nil, nil); err != nil {
		return s, err
	}
	if err := seekOn(ctx, t, request); err != nil {
		return s, err
	}
	if s, err = t.HoldOnline(ctx, s.ID); err != nil {
		return s, err
	}
	return s, tellOfSession(ctx, t, s, noticeChanged, "")
}

// goAlone confirms a session with those who stay.
func goAlone(ctx context.Context, t *store.Tx, s engine.Session, request engine.Request, team []engine.ExpertID, reason string) (engine.Session, error) {
	if len(team) == 0 {
		return s, engine.Infeasible([]engine.RuleCode{"PAIR_RULE"})
	}
	if err := t.LockExperts(ctx, team); err != nil {
		return s, err
	}
	request.TeamSize = len(team) // as large as it will be
	in, broken, err := judgeSeat(ctx, t, request, s, team)
	switch {
	case err != nil:
		return s, err
	case len(team) < in.Type.TeamMin:
		return s, engine.Infeasible([]engine.RuleCode{"PAIR_RULE"})
	case len(in.Candidates) != len(team):
		return s, engine.Infeasible(broken)
	case len(broken) > 0:
		return s, refuse(in, s.Slot, "")
	}
	about, _ := engine.Check(in, s.Slot)
	decision, err := decisionOf(in, s.Slot, about)
	if err != nil {
		return s, err
	}
	decision.Override, decision.OverrideReason = true, reason
	if _, err := t.InsertJoin(ctx, s.ID, decision, engine.Offer{}); err != nil {
		return s, err
	}
	return complete(ctx, t, s, request)
}
