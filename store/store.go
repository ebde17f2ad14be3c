// Package store is the only place with SQL and the only one that reads
// PostgreSQL's error codes.
//
// A [Store] does nothing by itself: [Store.As] gives the [View] of one viewer,
// and everything she may see or change goes through it, under the row-level
// security of the database. What a system process may do without a viewer (find
// the account behind a token, load reference data, import a spreadsheet) are
// the few methods of Store itself.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"expex/auth"
)

// Store is a pool of connections to the one database.
type Store struct {
	db  *sqlx.DB
	dsn string // for the connection that listens
	now func() time.Time

	lookups lookups // of feeds by their secret
	lists   keptLists
}

// Options say how to open a store.
type Options struct {
	// DSN is a PostgreSQL connection string, URL or keyword form.
	DSN string
	// Now replaces the clock, for tests. Nil is the clock of the database, so
	// that two processes with different clocks agree.
	Now func() time.Time
	// MaxConnections bounds the pool; 0 = 20.
	MaxConnections int
	// OnStatement is called with the text of every statement, for tests.
	OnStatement func(query string)
}

// lockTimeout and statementTimeout bound what a busy expert or a lost plan can
// cost; both end as a CONFLICT/BUSY or an error, never as a hang.
const (
	lockTimeout      = "3s"
	statementTimeout = "5s"
)

// Open connects and pings.
func Open(ctx context.Context, o Options) (*Store, error) {
	config, err := pq.NewConfig(o.DSN)
	if err != nil {
		return nil, fmt.Errorf("the database address is malformed: %w", redact(err))
	}
	// What runs outside a transaction of a view, such as the look-up of a feed, is
	// found by its key: planning it took five times as long as running it.
	if config.Runtime == nil {
		config.Runtime = map[string]string{}
	}
	config.Runtime["plan_cache_mode"] = "force_generic_plan"
	// The database of a region fits in memory, where a page costs the same wherever
	// it is. By default, four times the next one, small tables were read whole.
	config.Runtime["random_page_cost"] = "1.1"
	c, err := pq.NewConnectorConfig(config)
	if err != nil {
		return nil, fmt.Errorf("the database address is malformed: %w", redact(err))
	}
	db := sqlx.NewDb(sql.OpenDB(connector{c, o.OnStatement}), "postgres")
	db.MapperFunc(snake)
	limit := o.MaxConnections
	if limit == 0 {
		limit = 20
	}
	db.SetMaxOpenConns(limit)
	db.SetMaxIdleConns(limit)
	db.SetConnMaxLifetime(5 * time.Minute)
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("the database does not answer: %w", redact(err))
	}
	return &Store{db: db, dsn: o.DSN, now: o.Now}, nil
}

// CreateDatabase makes a database on the server of a connection string, unless
// it is there. The name is ours, never input.
func CreateDatabase(ctx context.Context, dsn, name string) error {
	s, err := Open(ctx, Options{DSN: dsn, MaxConnections: 1})
	if err != nil {
		return err
	}
	defer s.Close()
	var exists bool
	if err := s.db.GetContext(ctx, &exists, `select exists (select from pg_database where datname = $1)`, name); err != nil || exists {
		return err
	}
	_, err = s.db.ExecContext(ctx, "create database "+pq.QuoteIdentifier(name))
	var pe *pq.Error
	if errors.As(err, &pe) && (pe.Code == "42P04" || pe.Code == uniqueViolation) { // somebody else just did
		return nil
	}
	return err
}

// Close ends all connections.
func (s *Store) Close() error { return s.db.Close() }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.db.PingContext(ctx) }

// As is the one door to people's data: everything behind it sees and changes
// only what this viewer may.
func (s *Store) As(viewer auth.Viewer) View { return View{s: s, viewer: viewer} }

// asSystem runs fn in a transaction with the clock of the store and no viewer.
func (s *Store) asSystem(ctx context.Context, fn func(*Tx) error) error {
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return translate(ctx, err)
	}
	defer tx.Rollback()
	t := &Tx{Tx: tx, lists: &s.lists}
	if err := tx.GetContext(ctx, &t.Now, `
		with clock as (select coalesce($1::timestamptz, clock_timestamp()) as now)
		select now from clock, lateral (select set_config('app.now', now::text, true)) setting`, s.moment()); err != nil {
		return translate(ctx, err)
	}
	t.Now = t.Now.UTC()
	if err := fn(t); err != nil {
		return translate(ctx, err)
	}
	return translate(ctx, tx.Commit())
}

// moment is the clock of the tests in microseconds, nil for the database's own.
func (s *Store) moment() *time.Time {
	if s.now == nil {
		return nil
	}
	now := s.now().UTC().Truncate(time.Microsecond)
	return &now
}

// snake maps field names to column names: ExpertID to expert_id, NL to nl.
func snake(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		boundary := i > 0 && unicode.IsUpper(r) &&
			(!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		if boundary {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
