package app

import (
	"context"

	"expex/auth"
	"expex/engine"
)

// Matching is the answer to "who could do this?", with the request it answers.
type Matching struct {
	Request engine.Request
	Ranking engine.Ranking
	// InputHash names the exact input of the calculation.
	InputHash string
}

// Basis is what a suggestion of the ranking rests on, as text for [MakeOffer].
func (m Matching) Basis(s engine.Suggestion) string {
	return basisOf(m.Request, m.Ranking.EngineVersion, m.Ranking.WeightsVersion, s).String()
}

// MatchSuggestions ranks the experts of the request's pool. It is computed anew
// on every call and changes nothing; who is left out by an exclusion is counted
// as OTHER. NOT_FOUND when the viewer may not see the
// request or does not coordinate its pool; CONFLICT when it is past matching.
func (a App) MatchSuggestions(ctx context.Context, viewer auth.Viewer, id engine.RequestID) (Matching, error) {
	in, err := a.toMatch(ctx, viewer, id)
	if err != nil {
		return Matching{}, err
	}
	ranking, err := engine.Suggest(in)
	if err != nil {
		return Matching{}, err
	}
	ranking.Excluded = engine.ToldCounts(ranking.Excluded)
	hash, err := inputHash(in)
	return Matching{Request: in.Request, Ranking: ranking, InputHash: hash}, err
}

// toMatch is the snapshot for a request that can still be matched.
func (a App) toMatch(ctx context.Context, viewer auth.Viewer, id engine.RequestID) (engine.MatchInput, error) {
	in, err := a.Store.As(viewer).MatchInput(ctx, id)
	if err == nil {
		err = matchable(in.Request)
	}
	return in, err
}

// matchable is a CONFLICT for a request that is past matching.
func matchable(r engine.Request) error {
	switch r.Status {
	case engine.RequestWithdrawn, engine.RequestReferred, engine.RequestClosed, engine.RequestEvaluated:
		return engine.Conflict(engine.ReasonIllegalTransition, "the request is %s: there is nothing left to match", r.Status)
	}
	return nil
}
