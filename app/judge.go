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
	in, err := knowledge(ctx, t, request, team, []engine.Session{{ID: own}})
	if err != nil {
		return in, nil, err
	}
	if len(in.Candidates) != len(team) {
		return in, []engine.RuleCode{notDeployable}, nil
	}
	_, broken := engine.Check(in, slot)
	return in, broken, nil
}

// notDeployable is also the rule that whoever left the pool breaks.
const notDeployable engine.RuleCode = "NOT_DEPLOYABLE"

// knowledge is what a team is judged on, as if its own sessions and its relation
// were not there. Who left the pool is not among its candidates.
func knowledge(ctx context.Context, t *store.Tx, request engine.Request, team []engine.ExpertID, own []engine.Session) (engine.MatchInput, error) {
	in, err := t.TeamInput(ctx, request, team)
	for i := range in.Candidates {
		for _, s := range own {
			standing(&in.Candidates[i], s.ID)
		}
	}
	return in, err
}

// refuseDates is nil when a team may do all dates. One date is refused as by
// [refuse]; of several, each that fails is named with its rules.
func refuseDates(in engine.MatchInput, dates []engine.Interval, to engine.ExpertID) error {
	if len(dates) == 1 {
		if _, broken := engine.Check(in, dates[0]); len(broken) > 0 {
			return refuse(in, dates[0], to)
		}
		return nil
	}
	refused := engine.RefusedDates(in, dates, to)
	if len(refused) == 0 {
		return nil
	}
	return engine.InfeasibleDates(refused)
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
		c.Booked = slices.Clone(c.Booked)
		standing(c, own)
		if slices.Contains(related, c.Expert) {
			c.ActiveRelations--
			c.RelationClosedOn = ""
		}
	}
	return in
}
