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
	n := store.Notice{Kind: kind, Effect: fmt.Sprintf("%s %s %d", kind, s.ID, s.Sequence), SessionID: &s.ID, Booked: true}
	if by != engine.SideRequester {
		n.RequestID = &s.RequestID
	}
	if by != engine.SideCoordinator {
		n.PoolID = &s.PoolID
	}
	return t.Tell(ctx, n)
}
