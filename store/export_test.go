package store

import (
	"context"

	"github.com/jmoiron/sqlx"

	"expex/engine"
)

// Constraints is what violated constraints mean, by name.
var Constraints map[string]*engine.Error = constraints

// Owner is the store's pool as the owner of the tables, whom row-level security
// does not bind: the test's own eyes.
func Owner(s *Store) *sqlx.DB { return s.db }

// Change runs fn in a transaction of the view that commits when it returns nil.
func Change(ctx context.Context, v View, fn func(*Tx) error) error { return v.change(ctx, fn) }

// Read runs fn on one snapshot of the view.
func Read(ctx context.Context, v View, fn func(*Tx) error) error { return v.read(ctx, fn) }
