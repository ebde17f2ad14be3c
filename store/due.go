package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"

	"expex/engine"
)

// WorkKind is a kind of due work.
type WorkKind string

// OfferExpires ends an offer that nobody answered; it is about that offer. The
// database queues it with the offer.
const OfferExpires WorkKind = "OFFER_EXPIRES"

// TaskAppears announces the list of a pool, on which a task appears that was made
// earlier; it is about that task. The database queues it with the task.
const TaskAppears WorkKind = "TASK_APPEARS"

// Work is something that has to happen because its time has come. The database
// or a use case queues it together with what makes it necessary: see table due_work.
type Work struct {
	ID       string
	Kind     WorkKind
	About    string // id of the thing, by kind
	PoolID   engine.PoolID
	Attempts int // that failed so far
}

// Queue has work done at its time, or at another time than it was queued for. Its
// kind must be one of the table in app/due.go. Only after [Tx.Decide].
func (t *Tx) Queue(ctx context.Context, kind WorkKind, about string, pool engine.PoolID, due time.Time) error {
	_, err := t.ExecContext(ctx, `
		insert into due_work (kind, about, pool_id, due_at) values ($1, $2, $3, $4)
		on conflict on constraint due_work_once do update set due_at = excluded.due_at, attempts = 0, failure = ''`,
		kind, about, pool, due)
	return err
}

// Unqueue takes work off the queue that is needed no more. Only after [Tx.Decide].
func (t *Tx) Unqueue(ctx context.Context, kind WorkKind, about string) error {
	_, err := t.ExecContext(ctx, `delete from due_work where kind = $1 and about = $2`, kind, about)
	return err
}

// BringForward makes all queued work of a kind due now.
func (s *Store) BringForward(ctx context.Context, kind WorkKind) error {
	return s.asSystem(ctx, func(t *Tx) error {
		_, err := t.ExecContext(ctx, `update due_work set due_at = $2 where kind = $1 and due_at > $2`, kind, t.Now)
		return err
	})
}

// DoDue claims the work that is due longest, runs do, and takes the work off the
// queue, in one transaction. It reports whether there was any.
//
// A claim is a lock on the row that others pass by, so two processes never do
// the same work; when one dies, its transaction rolls back, and the work is
// there for the next. There is no lease to outlive, and nothing to clean up.
// When do fails, its effects go and the work stays: it is due again after 10
// seconds, 20, 40, up to an hour. The queue and the error that is returned hold
// the class of the failure, never its words: those may be about people.
//
// Why no library: the ones that last, such as River, want pgx; through
// database/sql River can only poll, which is all that is done here.
func (s *Store) DoDue(ctx context.Context, do func(*Tx, Work) error) (found bool, err error) {
	var failure error
	err = s.asSystem(ctx, func(t *Tx) error {
		var w Work
		err := t.GetContext(ctx, &w, `
			select id, kind, about, pool_id, attempts from due_work
			where due_at <= $1 order by due_at, id limit 1 for update skip locked`, t.Now)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		found = true
		if _, err := t.ExecContext(ctx, `
			savepoint untouched; set local lock_timeout = '`+lockTimeout+`'; set local statement_timeout = '`+statementTimeout+`'`); err != nil {
			return err
		}
		// First off the queue: what do queues about the same thing shall stay.
		_, err = t.ExecContext(ctx, `delete from due_work where id = $1`, w.ID)
		if err == nil {
			err = attempt(do, t, w)
		}
		if err == nil {
			return nil
		}
		class := classOf(translate(ctx, err))
		failure = fmt.Errorf("due work %s failed %d times, now with %s", w.Kind, w.Attempts+1, class)
		if _, err := t.ExecContext(ctx, `rollback to savepoint untouched`); err != nil {
			return err
		}
		_, err = t.ExecContext(ctx, `
			update due_work set attempts = attempts + 1, failure = $3,
			       due_at = $2::timestamptz + least(interval '10 seconds' * 2 ^ least(attempts, 9), interval '1 hour')
			where id = $1`, w.ID, t.Now, class)
		return err
	})
	if err != nil {
		return false, err
	}
	return found, failure
}

// attempt lets a panic of the work fail it like any error, so that one bad row
// does not end the process again and again.
func attempt(do func(*Tx, Work) error, t *Tx, w Work) (err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			err = errPanic
		}
	}()
	return do(t, w)
}

var errPanic = errors.New("panic")

// classOf is what may be told of an error wherever it came from.
func classOf(err error) string {
	var known *engine.Error
	var pe *pq.Error
	switch {
	case errors.As(err, &known) && known.Reason != "":
		return string(known.Code) + "/" + string(known.Reason)
	case errors.As(err, &known):
		return string(known.Code)
	case errors.As(err, &pe):
		return "SQLSTATE " + string(pe.Code)
	case errors.Is(err, errPanic):
		return "PANIC"
	}
	return "INTERNAL"
}
