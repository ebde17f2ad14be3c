package store

import (
	"context"

	"expex/engine"
)

// NoticeKind is what a message is about. It decides the words, and they say no
// more than "there is news" and a time.
type NoticeKind string

// Notice is something a person has to hear. Whom it is for is exactly one of
// ExpertID, RequestID and PoolID.
type Notice struct {
	Kind NoticeKind
	// Effect names what the message tells of, such as a kind and the id of an
	// offer: nobody is told the same effect twice.
	Effect    string
	ExpertID  *engine.ExpertID
	RequestID *engine.RequestID // whoever submitted it
	PoolID    *engine.PoolID    // its coordinators of today
	SessionID *engine.SessionID // whose time may be told
}

// Tell puts a message into the outbox, in the transaction of what it tells. Only
// after [Tx.Decide].
func (t *Tx) Tell(ctx context.Context, n Notice) error {
	_, err := t.ExecContext(ctx, `
		insert into notice (kind, effect, account_id, expert_id, session_id)
		select $1, $2, who.account_id, who.expert_id, $3 from (
		    select null::uuid as account_id, $4::uuid as expert_id where $4 is not null
		    union all select request_asker, null from request_asker($5) where $5 is not null
		    union all select pool_coordinators, null from pool_coordinators($6) where $6 is not null) who
		on conflict do nothing`,
		n.Kind, n.Effect, n.SessionID, n.ExpertID, n.RequestID, n.PoolID)
	return err
}
