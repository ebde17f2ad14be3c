package app

import (
	"context"
	"fmt"

	"expex/engine"
	"expex/store"
)

// tellOfSession tells those who have to do with a session: its experts, whoever
// asked for it, and, where they have to act, the coordinators. Whoever caused it
// is not told, nor the side it was done for; "" is none of them. Tell them while
// the experts are booked: before their time is let go.
func tellOfSession(ctx context.Context, t *store.Tx, s engine.Session, kind store.NoticeKind, by engine.Side) error {
	effect := fmt.Sprintf("%s %s %d", kind, s.ID, s.Sequence)
	experts, err := t.ExpertsBooked(ctx, s.ID)
	if err != nil {
		return err
	}
	var all []store.Notice
	for _, expert := range experts {
		all = append(all, store.Notice{ExpertID: &expert})
	}
	if by != engine.SideRequester {
		all = append(all, store.Notice{RequestID: &s.RequestID})
	}
	if by != engine.SideCoordinator {
		all = append(all, store.Notice{PoolID: &s.PoolID})
	}
	for _, n := range all {
		n.Kind, n.Effect, n.SessionID = kind, effect, &s.ID
		if err := t.Tell(ctx, n); err != nil {
			return err
		}
	}
	return nil
}
