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
// [engine.Told]. A member who left the pool is NOT_DEPLOYABLE. What a coordinator
// has doubled on purpose is no fault of a session that has its time already. Only
// after Tx.Decide, and with the experts locked when it decides a booking.
func judge(ctx context.Context, t *store.Tx, request engine.Request, team []engine.ExpertID, slot engine.Interval, own engine.SessionID) (engine.MatchInput, []engine.RuleCode, error) {
	in, err := t.TeamInput(ctx, request, team)
	if err != nil {
		return in, nil, err
	}
	if len(in.Candidates) != len(team) {
		return in, []engine.RuleCode{"NOT_DEPLOYABLE"}, nil
	}
	for i := range in.Candidates {
		standing(&in.Candidates[i], own)
	}
	_, broken := engine.Check(in, slot)
	return in, broken, nil
}

// standing takes a session out of what a candidate has booked. Her other ones may
// stay beside it as it was decided when one was laid over the other.
func standing(c *engine.Candidate, own engine.SessionID) {
	i := slices.IndexFunc(c.Booked, func(b engine.Booked) bool { return b.ID == own })
	if i < 0 {
		return
	}
	doubled := c.Booked[i].Doubled
	c.Booked = slices.Delete(c.Booked, i, i+1)
	for i := range c.Booked {
		c.Booked[i].Beside = doubled || c.Booked[i].Doubled
	}
}
