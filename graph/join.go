package graph

import (
	"context"
	"errors"

	"expex/app"
	"expex/auth"
	"expex/engine"
	"expex/graph/generated"
	"expex/graph/globalid"
	"expex/store"
)

// usualSubstitutes are shown of each session where nobody says how many.
const usualSubstitutes = 10

// joining shows the best who could take a seat.
func joining(ctx context.Context, j app.Joining, first int) *generated.JoinSuggestions {
	best := j.Ranking.Substitutes[:min(first, len(j.Ranking.Substitutes))]
	out := &generated.JoinSuggestions{Session: &j.Session, TotalCount: len(j.Ranking.Substitutes), Candidates: j.Ranking.Candidates}
	load(ctx).sawSessions([]engine.Session{j.Session})
	suggestions := make([]engine.Suggestion, len(best))
	for i := range best {
		best[i].Suggestion.Basis = j.Basis(best[i])
		suggestions[i] = best[i].Suggestion
	}
	load(ctx).sawSuggestions(suggestions)
	out.Substitutes, _ = pointers(best, nil)
	out.Excluded, _ = pointers(j.Ranking.Excluded, nil)
	return out
}

// substitutes are who could take the seat of a session that somebody stepped out
// of, nil when nobody can join it.
func (r *Resolver) substitutes(ctx context.Context, id engine.SessionID) (*generated.JoinSuggestions, error) {
	j, err := r.App.JoinSuggestions(ctx, auth.From(ctx), id)
	var e *engine.Error
	if errors.As(err, &e) && e.Code == engine.CodeConflict {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return joining(ctx, j, usualSubstitutes), nil
}

// sessionNow reads a session as it is.
func (r *Resolver) sessionNow(ctx context.Context, id engine.SessionID) (*engine.Session, error) {
	list, err := r.view(ctx).SessionsByID(ctx, []engine.SessionID{id})
	load(ctx).sawSessions(list)
	return there(only(list, err))
}

// asksOf names who is asked to join.
func asksOf(list []*generated.JoinAskInput) ([]app.JoinAsk, error) {
	out := make([]app.JoinAsk, len(list))
	for i, ask := range list {
		id, err := globalid.Decode[engine.ExpertID](globalid.Expert, ask.ExpertID)
		if err != nil {
			return nil, err
		}
		out[i] = app.JoinAsk{ExpertID: id, Basis: orZero(ask.Basis)}
	}
	return out, nil
}

// checkFirst is INVALID for a number of items that no page has.
func checkFirst(first int) error {
	if first < 1 || first > store.MaxPage {
		return engine.Invalid("first", "is %d; ask for 1 to %d", first, store.MaxPage)
	}
	return nil
}
