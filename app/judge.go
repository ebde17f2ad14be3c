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
	var related []engine.ExpertID
	if in.Type.Form == engine.Relation {
		if related, err = t.Related(ctx, request.ID); err != nil {
			return in, nil, err
		}
	}
	for i := range in.Candidates {
		c := &in.Candidates[i]
		c.Booked = slices.DeleteFunc(c.Booked, func(b engine.Booked) bool { return b.ID == own })
		if slices.Contains(related, c.Expert) {
			c.ActiveRelations--
			c.RelationClosedOn = "" // rest comes before a new relation, not within one
		}
	}
	_, broken := engine.Check(in, slot)
	return in, broken, nil
}
