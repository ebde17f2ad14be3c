package store

import (
	"context"

	"expex/engine"
)

// NoticeKind is what a message is about. It decides the words, and they say no
// more than "there is news" and a time.
type NoticeKind string

// The kinds that are told here; every part has its own beside them. A kind the
// words do not know (package mail) is told as plain news.
const (
	// NoticeReminder says that a session is near; it is told with its time.
	NoticeReminder NoticeKind = "SESSION_REMINDER"
	// NoticeChangedSoon says that a session less than a day ahead changed. The
	// database tells it: trigger session_changed_soon.
	NoticeChangedSoon NoticeKind = "SESSION_CHANGED_SOON"
	// NoticeConfirmed says that a session is certain.
	NoticeConfirmed NoticeKind = "SESSION_CONFIRMED"
	// NoticeCancelled says that a session was cancelled.
	NoticeCancelled NoticeKind = "SESSION_CANCELLED"
	// NoticeSubmitted says that somebody asks for experts.
	NoticeSubmitted NoticeKind = "REQUEST_SUBMITTED"
	// NoticeConfirmHours asks an expert whether her hours still hold.
	NoticeConfirmHours NoticeKind = "CONFIRM_HOURS"
	// NoticeDeputy says that somebody is a deputy from some day on, or no longer.
	NoticeDeputy NoticeKind = "DEPUTY"
)

// Notice is something people have to hear: who ExpertID, AccountID, RequestID,
// PoolID and Booked name, each once.
type Notice struct {
	Kind NoticeKind
	// Effect names what the message tells of, such as a kind and the id of an
	// offer: nobody is told the same effect twice.
	Effect    string
	ExpertID  *engine.ExpertID
	AccountID *engine.AccountID
	RequestID *engine.RequestID // whoever submitted it
	PoolID    *engine.PoolID    // its coordinators of today, deputies among them
	SessionID *engine.SessionID // whose time may be told
	// Booked tells the experts whose time the session holds.
	Booked bool
	// Herself tells also whoever caused it: when it asks something of her.
	Herself bool
}

// Tell puts a message into the outbox, in the transaction of what it tells.
// Nobody is told what she did herself, and what one transaction does to a session
// is one message to each. Only after [Tx.Decide].
func (t *Tx) Tell(ctx context.Context, n Notice) error {
	_, err := t.ExecContext(ctx, `
		insert into notice (kind, effect, account_id, expert_id, session_id)
		select $1, $2, who.account_id, who.expert_id, $3 from (
		    select null::uuid as account_id, $4::uuid as expert_id where $4 is not null
		    union all select $7, null where $7::uuid is not null
		    union all select null, expert_id from booking where $9 and session_id = $3 and status in ('HELD', 'CONFIRMED')
		    union all select request_asker, null from request_asker($5) where $5 is not null
		    union all select pool_coordinators, null from pool_coordinators($6) where $6 is not null) who
		where $8 or coalesce(who.account_id <> viewer(), true) and coalesce(who.expert_id not in (select viewer_self()), true)
		on conflict do nothing`,
		n.Kind, n.Effect, n.SessionID, n.ExpertID, n.RequestID, n.PoolID, n.AccountID, n.Herself, n.Booked)
	return err
}

// ExpertsBooked gives the experts whose time a session holds, by id.
func (t *Tx) ExpertsBooked(ctx context.Context, id engine.SessionID) (out []engine.ExpertID, err error) {
	return out, t.SelectContext(ctx, &out, `
		select expert_id from booking where session_id = $1 and status in ('HELD', 'CONFIRMED') order by expert_id`, id)
}
