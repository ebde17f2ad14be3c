package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"expex/pgserver"
	"expex/reference"
	"expex/store"
)

// databaseName is the database on a private server.
const databaseName = "expex"

// clock replaces the database's clock in tests that run this program; nil
// otherwise.
var clock func() time.Time

// database is an open store and, when it is ours, the server below it.
type database struct {
	*store.Store
	server *pgserver.Server // nil with DATABASE_URL
}

// open connects to DATABASE_URL or starts the private PostgreSQL in dir.
func open(ctx context.Context, f databaseFlags, dir string, log *slog.Logger) (*database, error) {
	if f.DatabaseURL != "" {
		s, err := store.Open(ctx, store.Options{DSN: f.DatabaseURL, Now: clock})
		if err != nil {
			return nil, fmt.Errorf("DATABASE_URL: %w", err)
		}
		return &database{Store: s}, nil
	}
	log.Info("no DATABASE_URL: using the private PostgreSQL", "data", dir)
	server, err := pgserver.Start(ctx, pgserver.Options{Dir: dir, BinDir: f.PostgresBin, Log: log})
	if err != nil {
		return nil, err
	}
	s, err := func() (*store.Store, error) {
		if err := store.CreateDatabase(ctx, server.DSN("postgres"), databaseName); err != nil {
			return nil, err
		}
		return store.Open(ctx, store.Options{DSN: server.DSN(databaseName), Now: clock})
	}()
	if err != nil {
		return nil, errors.Join(err, server.Stop())
	}
	return &database{Store: s, server: server}, nil
}

// lost is closed when the private server ends by itself; never with DATABASE_URL.
func (d *database) lost() <-chan struct{} {
	if d.server == nil {
		return nil
	}
	return d.server.Done()
}

// close ends the connections and, when it is ours, the server.
func (d *database) close() error {
	err := d.Store.Close()
	if d.server != nil {
		err = errors.Join(err, d.server.Stop())
	}
	return err
}

// migrate brings schema and reference data to this version.
func migrate(ctx context.Context, s *store.Store) error {
	set, err := reference.Load()
	if err != nil {
		return err
	}
	if err := s.Migrate(ctx); err != nil {
		return err
	}
	return s.LoadReference(ctx, set)
}

// migrateCommand brings a database to this version.
type migrateCommand struct {
	databaseFlags
	logFlags
}

// Run migrates, forward only.
func (c *migrateCommand) Run(p *process) error {
	return withDatabase(p, c.databaseFlags, c.logFlags, func(d *database) error {
		if err := migrate(p.ctx, d.Store); err != nil {
			return err
		}
		have, _, err := d.SchemaVersions(p.ctx)
		if err == nil {
			fmt.Fprintf(p.stdout, "the schema is at version %d\n", have)
		}
		return err
	})
}

// withDatabase opens the database of `expex serve` for one command.
func withDatabase(p *process, f databaseFlags, l logFlags, use func(*database) error) error {
	dir, err := f.dataDir("serve")
	if err != nil {
		return err
	}
	d, err := open(p.ctx, f, dir, textLog(p, l))
	if err != nil {
		return err
	}
	return errors.Join(use(d), d.close())
}
