package app

import (
	"context"

	"expex/auth"
	"expex/engine"
)

// WhyNot is the answer to "why not her?", with the request it is about.
type WhyNot struct {
	Request engine.Request
	engine.WhyNotAnswer
}

// WhyNobody is the answer to "why nobody?", with the request it is about.
type WhyNobody struct {
	Request engine.Request
	engine.WhyNobodyAnswer
}

// WhyNot explains why an expert of the request's pool is not suggested for it, or
// where she stands. It changes nothing. NOT_FOUND when the viewer may not see the
// request, does not coordinate its pool, or the expert is not in it; CONFLICT and
// INVALID as for [App.MatchSuggestions].
func (a App) WhyNot(ctx context.Context, viewer auth.Viewer, id engine.RequestID, expert engine.ExpertID) (WhyNot, error) {
	in, err := a.toMatch(ctx, viewer, id)
	if err != nil {
		return WhyNot{}, err
	}
	answer, err := engine.WhyNot(in, expert)
	return WhyNot{Request: in.Request, WhyNotAnswer: answer}, err
}

// WhyNobody counts what keeps the experts of its pool from a request, and
// proposes what would change it. It changes nothing. Errors as for
// [App.MatchSuggestions].
func (a App) WhyNobody(ctx context.Context, viewer auth.Viewer, id engine.RequestID) (WhyNobody, error) {
	in, err := a.toMatch(ctx, viewer, id)
	if err != nil {
		return WhyNobody{}, err
	}
	answer, err := engine.WhyNobody(in)
	return WhyNobody{Request: in.Request, WhyNobodyAnswer: answer}, err
}
