package store

import (
	"context"
	"fmt"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"expex/migrations"
)

// Migrate brings the schema to the version of this binary, forward only. Two
// processes that start at once do it once: the other waits for the lock.
func (s *Store) Migrate(ctx context.Context) error {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 120), lock.WithUnlockTimeout(1, 10))
	if err != nil {
		return err
	}
	p, err := s.migrator(goose.WithSessionLocker(locker))
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate the schema: %w", err)
	}
	return nil
}

// SchemaVersions gives the version the database has and the one this binary was
// written for. An empty database has version 0.
func (s *Store) SchemaVersions(ctx context.Context) (have, want int64, err error) {
	p, err := s.migrator()
	if err != nil {
		return 0, 0, err
	}
	sources := p.ListSources()
	want = sources[len(sources)-1].Version
	var exists bool
	if err := s.db.GetContext(ctx, &exists, `select to_regclass('goose_db_version') is not null`); err != nil || !exists {
		return 0, want, translate(ctx, err)
	}
	err = s.db.GetContext(ctx, &have, `select coalesce(max(version_id), 0) from goose_db_version where is_applied`)
	return have, want, translate(ctx, err)
}

// CheckSchema refuses a database that is older or newer than this binary, with
// a sentence that says what to do.
func (s *Store) CheckSchema(ctx context.Context) error {
	have, want, err := s.SchemaVersions(ctx)
	switch {
	case err != nil:
		return err
	case have < want:
		return fmt.Errorf("the schema is at version %d and this program needs %d: run `expex migrate`, then start again", have, want)
	case have > want:
		return fmt.Errorf("the schema is at version %d and this program knows %d: it was migrated by a newer release; start that one", have, want)
	}
	return nil
}

func (s *Store) migrator(o ...goose.ProviderOption) (*goose.Provider, error) {
	p, err := goose.NewProvider(goose.DialectPostgres, s.db.DB, migrations.FS, o...)
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	return p, nil
}
