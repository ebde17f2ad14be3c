package engine_test

import (
	"testing"

	"expex/engine"
)

func TestAnErrorNamesTheThingTheProblemAndTheFix(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  *engine.Error
		want string
	}{
		{engine.Invalid("teamSize", "is %d; this type takes %d", 3, 2), "INVALID: teamSize: is 3; this type takes 2"},
		{engine.Conflict(engine.ReasonOfferExpired, "the offer expired %s", "today"), "CONFLICT/OFFER_EXPIRED: the offer expired today"},
		{engine.NotFound(), "NOT_FOUND: not found"},
		{engine.Infeasible([]engine.RuleCode{"OVERLAP", "CAPACITY"}), "INFEASIBLE: hard rules forbid this: OVERLAP, CAPACITY"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
