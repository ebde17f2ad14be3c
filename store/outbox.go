package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"expex/engine"
)

// Letter is a message of the outbox on its way to one person.
type Letter struct {
	ID     string
	Kind   NoticeKind
	MadeAt time.Time
	// To is an address, "" when none is known or the account is disabled.
	To string
	// SessionAt and SessionStatus are those of the session it is about as it is
	// now; nil and "" when it is about none.
	SessionAt     *time.Time
	SessionStatus engine.SessionStatus
	// Appointment is that session as it stands in her calendar now, when it shall
	// go along; nil for none.
	Appointment *Appointment
	Attempts    int       // that failed so far
	Now         time.Time // when it is tried
}

// Unsendable is why a message is not sent, now or ever.
type Unsendable string

// The reasons.
const (
	NoAddress Unsendable = "NO_ADDRESS" // nobody knows where to
	TooLate   Unsendable = "TOO_LATE"   // it speaks of something that is over
	Refused   Unsendable = "REFUSED"    // the servers keep saying no
)

// SendNotice claims the message that is due longest, lets send try it, and marks
// what became of it, in one transaction. It reports whether there was any. send
// gives "" and "" for a message that left; the class of a failure, never its
// words; and a reason when it shall not be tried again.
//
// A claim is a row lock that others pass by, as in [Store.DoDue], so any number of
// processes send at once and none sends what another does. Mail cannot be part of
// a transaction: who is killed between the server's yes and the mark leaves a
// message that is sent again. That is why its Message-ID is made of [Letter.ID]:
// the second one is the first one to whoever looks. What failed is due again after
// 10 seconds, 20, 40, up to 10 minutes.
func (s *Store) SendNotice(ctx context.Context, send func(Letter) (failure string, never Unsendable)) (found bool, err error) {
	err = s.asSystem(ctx, func(t *Tx) error {
		var l Letter
		err := t.GetContext(ctx, &l, `
			select n.id, n.kind, n.made_at, n.attempts, s.starts_at as session_at, coalesce(s.status, '') as session_status,
			       coalesce(case when n.expert_id is not null then r.email when a.disabled_at is null then a.email end, '') as "to"
			from notice n
			left join account a on a.id = n.account_id
			left join expert_record r on r.expert_id = n.expert_id
			left join session s on s.id = n.session_id
			where n.sent_at is null and n.unsendable = '' and n.due_at <= $1
			order by n.due_at, n.id limit 1 for update of n skip locked`, t.Now)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		found = true
		l.Now = t.Now
		if l.Appointment, err = t.appointment(ctx, l.ID); err != nil {
			return err
		}
		failure, never := send(l)
		_, err = t.ExecContext(ctx, `
			update notice set sent_at = case when $3 = '' and $4 = '' then $2::timestamptz end, failure = $3, unsendable = $4,
			       invited = $5 and $3 = '' and $4 = '',
			       attempts = attempts + case when $3 = '' then 0 else 1 end,
			       due_at = case when $3 = '' then due_at
			           else $2::timestamptz + least(interval '10 seconds' * 2 ^ least(attempts, 9), interval '10 minutes') end
			where id = $1`, l.ID, t.Now, failure, never, l.Appointment != nil)
		return err
	})
	return found, err
}

// Outbox counts the messages that wait: all, and those that failed at least once.
func (s *Store) Outbox(ctx context.Context) (waiting, failing int, err error) {
	err = s.db.QueryRowContext(ctx, `
		select count(*), count(*) filter (where attempts > 0) from notice where sent_at is null and unsendable = ''`).Scan(&waiting, &failing)
	return waiting, failing, translate(ctx, err)
}
