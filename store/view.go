package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jmoiron/sqlx"

	"expex/auth"
	"expex/engine"
)

// View is the store as one viewer sees it. Its methods open a transaction of
// their own; several reads that must agree are one method.
type View struct {
	s      *Store
	viewer auth.Viewer
}

// Tx is one transaction of a view: one viewer, one moment.
type Tx struct {
	*sqlx.Tx
	// Now is the time of the transaction, UTC, in microseconds.
	Now     time.Time
	viewer  auth.Viewer
	decides bool // has become the engine
	bounded bool // each statement ends within statementTimeout
	lists   *keptLists
}

// as marks what is asked as the engine. A connection keeps one plan for a text,
// and makes it anew when the role has changed: a text for each keeps both.
func (t *Tx) as(query string) string {
	if t.decides {
		return "/* engine */ " + query
	}
	return query
}

// within is the context of one statement. In a transaction that bounds its
// statements none is broken off because the caller went away: it ends by itself,
// and the transaction with it, uncommitted. Watching for that took two goroutines
// a statement, a tenth of what an acceptance costs here.
func (t *Tx) within(ctx context.Context) context.Context {
	if t.bounded {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

// GetContext is that of sqlx.
func (t *Tx) GetContext(ctx context.Context, dest any, query string, args ...any) error {
	return t.Tx.GetContext(t.within(ctx), dest, t.as(query), args...)
}

// SelectContext is that of sqlx.
func (t *Tx) SelectContext(ctx context.Context, dest any, query string, args ...any) error {
	return t.Tx.SelectContext(t.within(ctx), dest, t.as(query), args...)
}

// ExecContext is that of sqlx.
func (t *Tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return t.Tx.ExecContext(t.within(ctx), t.as(query), args...)
}

// read runs fn on one consistent snapshot that nothing can be written to.
func (v View) read(ctx context.Context, fn func(*Tx) error) error {
	return translate(ctx, v.in(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, fn))
}

// change runs fn in a transaction that commits when it returns nil. Two writers
// who block each other are tried again a few times.
func (v View) change(ctx context.Context, fn func(*Tx) error) error {
	var err error
	for attempt := range 3 {
		if attempt > 0 {
			pause := time.Duration(10+rand.IntN(40)) * time.Millisecond * time.Duration(attempt)
			select {
			case <-ctx.Done():
				return translate(ctx, ctx.Err())
			case <-time.After(pause):
			}
		}
		if err = v.in(ctx, nil, fn); !retryable(err) {
			break
		}
	}
	return translate(ctx, err)
}

// in opens the transaction and enters it as the viewer: from here on row-level
// security binds, whatever the login may do. All settings end with it.
func (v View) in(ctx context.Context, o *sql.TxOptions, fn func(*Tx) error) error {
	tx, err := v.s.db.BeginTxx(ctx, o)
	if err != nil {
		return err
	}
	defer tx.Rollback() // after a commit it does nothing
	t := &Tx{Tx: tx, viewer: v.viewer, lists: &v.s.lists}
	const enter = `
		with clock as (select coalesce($2::timestamptz, clock_timestamp()) as now)
		select now from clock, lateral (select
			set_config('role', 'expex_viewer', true),
			set_config('app.viewer', $1, true),
			set_config('app.pool', '', true),
			set_config('app.now', now::text, true),
			set_config('lock_timeout', '` + lockTimeout + `', true),
			set_config('statement_timeout', '` + statementTimeout + `', true),
			set_config('plan_cache_mode', $3, true)) settings`
	if err := tx.GetContext(ctx, &t.Now, enter, string(v.viewer.AccountID), v.s.moment(), plans(o)); err != nil {
		return err
	}
	t.Now, t.bounded = t.Now.UTC(), true
	if err := fn(t); err != nil {
		return err
	}
	return tx.Commit()
}

// plans says how the server plans the statements of a transaction. A list leaves
// out what it was not narrowed by, and is worth a plan for its values. What
// changes something reads by id, and its values say nothing a plan could use:
// planning them anew, with all their policies, was a fifth of an acceptance.
func plans(o *sql.TxOptions) string {
	if o != nil && o.ReadOnly {
		return "auto"
	}
	return "force_generic_plan"
}

// Decide goes on as the engine, which knows what rules need, about one pool.
// Call it only after the viewer's own eyes have seen what the decision is about.
func (t *Tx) Decide(ctx context.Context, pool engine.PoolID) error {
	_, err := t.ExecContext(ctx, becomeEngine, string(pool))
	t.decides = err == nil
	return err
}

// Coordinate is [Tx.Decide] for what only the coordinators of a pool may do. It
// is NOT_FOUND for everybody else, also for somebody who sees the request as the
// one who asks and coordinates another pool.
func (t *Tx) Coordinate(ctx context.Context, pool engine.PoolID) error {
	res, err := t.ExecContext(ctx, becomeEngine+` where $1::uuid in (select viewer_pools())`, string(pool))
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return orNotFound(err)
	}
	t.decides = true
	return nil
}

const becomeEngine = `select set_config('role', 'expex_engine', true), set_config('app.pool', $1, true)`

// Key names one intended effect, so that a client who lost the answer can ask
// again without causing it twice.
type Key struct {
	Key      string // chosen by the client, 8..200 characters, unique per account
	Mutation string
	Input    any // what the effect was asked with
}

// Once runs fn and stores its answer under the key in the same transaction. The
// same key with the same input gives the stored answer and no second effect;
// with another input it is a CONFLICT. Fields of T marked `json:"-"` are not
// stored: secrets are shown once.
func Once[T any](ctx context.Context, v View, key Key, fn func(*Tx) (T, error)) (T, error) {
	var answer T
	if n := len(key.Key); n < 8 || n > 200 {
		return answer, engine.Invalid("idempotencyKey", "has %d bytes; choose a fresh random text of 8 to 200, such as a UUID", n)
	}
	input, err := json.Marshal(key.Input)
	if err != nil {
		return answer, fmt.Errorf("encode the input of %s: %w", key.Mutation, err)
	}
	hash := sha256.Sum256(input)
	err = v.change(ctx, func(t *Tx) error {
		answer = *new(T)
		first, err := t.claim(ctx, key, hash[:], &answer)
		if err != nil || !first {
			return err
		}
		if answer, err = fn(t); err != nil {
			return err
		}
		stored, err := json.Marshal(answer)
		if err != nil {
			return fmt.Errorf("encode the answer of %s: %w", key.Mutation, err)
		}
		_, err = t.ExecContext(ctx, `update idempotency_key set answer = $3 where account_id = $1 and key = $2`,
			t.viewer.AccountID, key.Key, string(stored))
		return err
	})
	if err != nil {
		return *new(T), err
	}
	return answer, nil
}

// claim takes the key. When it was taken before, also by a call still under way,
// it waits for that one and reads its answer.
func (t *Tx) claim(ctx context.Context, key Key, hash []byte, answer any) (first bool, err error) {
	res, err := t.ExecContext(ctx, `
		insert into idempotency_key (account_id, key, mutation, input_hash, created_at) values ($1, $2, $3, $4, $5)
		on conflict do nothing`,
		t.viewer.AccountID, key.Key, key.Mutation, hash, t.Now)
	if err != nil {
		return false, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return n == 1, err
	}
	var stored struct {
		Mutation string
		Same     bool
		Answer   []byte
	}
	err = t.GetContext(ctx, &stored, `
		select mutation, input_hash = $3 as same, answer from idempotency_key where account_id = $1 and key = $2`,
		t.viewer.AccountID, key.Key, hash)
	if err != nil {
		return false, err
	}
	if stored.Mutation != key.Mutation || !stored.Same {
		return false, engine.Conflict(engine.ReasonKeyReused,
			"idempotencyKey: was used before for something else; choose a fresh one for a new intention")
	}
	return false, json.Unmarshal(stored.Answer, answer)
}

// one gives the single element of a list read by id, or NOT_FOUND.
func one[T any](list []T, err error) (T, error) {
	if err == nil && len(list) != 1 {
		err = engine.NotFound()
	}
	if err != nil {
		return *new(T), err
	}
	return list[0], nil
}

// get reads a list in a transaction of its own.
func get[T any](ctx context.Context, v View, fn func(*Tx) (T, error)) (T, error) {
	var out T
	err := v.read(ctx, func(t *Tx) (err error) {
		out, err = fn(t)
		return err
	})
	return out, err
}
