package app

import (
	"context"
	"slices"

	"expex/engine"
	"expex/store"
)

// judge asks every hard rule whether a team may do a session of a request, as if
// the session itself ("" for a new one) and the relation it belongs to were not
// there. It gives the knowledge it judged on, for what is told of a refusal, and
// the rules that break, in their order: codes for the engine's ears, see
// [engine.Told]. A member who left the pool is NOT_DEPLOYABLE. Only after
// Tx.Decide, and with the experts locked when it decides a booking.
func judge(ctx context.Context, t *store.Tx, request engine.Request, team []engine.ExpertID, slot engine.Interval, own engine.SessionID) (engine.MatchInput, []engine.RuleCode, error) {
	in, err := t.MatchInput(ctx, request, team)
	if err != nil {
		return in, nil, err
	}
	if len(in.Candidates) != len(team) {
		return in, []engine.RuleCode{"NOT_DEPLOYABLE"}, nil
	}
	related, err := relatedTo(ctx, t, in)
	if err != nil {
		return in, nil, err
	}
	in = without(in, own, related)
	_, broken := engine.Check(in, slot)
	return in, broken, nil
}

// relatedTo gives the experts whose relation the request is.
func relatedTo(ctx context.Context, t *store.Tx, in engine.MatchInput) ([]engine.ExpertID, error) {
	if in.Type.Form != engine.Relation {
		return nil, nil
	}
	return t.Related(ctx, in.Request.ID)
}

// without is the knowledge as if a session and a relation were not there. The
// rest after another relation is for new ones: this one goes on.
func without(in engine.MatchInput, own engine.SessionID, related []engine.ExpertID) engine.MatchInput {
	in.Candidates = slices.Clone(in.Candidates)
	for i := range in.Candidates {
		c := &in.Candidates[i]
		c.Booked = slices.DeleteFunc(slices.Clone(c.Booked), func(b engine.Booked) bool { return b.ID == own })
		if slices.Contains(related, c.Expert) {
			c.ActiveRelations--
			c.RelationClosedOn = ""
		}
	}
	return in
}
