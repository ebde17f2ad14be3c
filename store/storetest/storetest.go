// Package storetest gives every test a database of its own on a real
// PostgreSQL: a clone of one migrated template.
//
// A package that uses it calls [Main] from its TestMain. The server is the one
// at TEST_DATABASE_URL, or a private one that lives as long as the test binary.
package storetest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"expex/migrations"
	"expex/pgserver"
	"expex/reference"
	"expex/store"
)

// Now is the moment tests live in: a Saturday, the day before clocks go forward.
var Now = time.Date(2027, 3, 27, 9, 0, 0, 0, time.UTC)

// Main runs the tests of a package and stops the private server afterwards.
func Main(m *testing.M) {
	code := m.Run()
	if stop := shared.stop; stop != nil {
		stop()
	}
	os.Exit(code)
}

// DSN makes an empty but migrated database with reference data and gives its
// address. It is dropped when the test ends.
func DSN(t testing.TB) string {
	t.Helper()
	return create(t, "")
}

// Empty makes a database without anything in it and gives its address. It is
// dropped when the test ends.
func Empty(t testing.TB) string {
	t.Helper()
	return create(t, "template0")
}

// New opens a store on a database of its own, with the clock standing at [Now].
func New(t testing.TB, options ...func(*store.Options)) *store.Store {
	t.Helper()
	return open(t, DSN(t), options...)
}

// Filled is [New] on a database that holds the fixture, as [Fill] at [Now]: a
// copy of one that was filled before, which costs a tenth of filling another.
func Filled(t testing.TB, options ...func(*store.Options)) (*store.Store, Fixture) {
	t.Helper()
	shared.once.Do(shared.start)
	shared.filling.Do(shared.fill)
	if shared.fillErr != nil {
		t.Fatalf("fill a database to copy: %v", shared.fillErr)
	}
	return open(t, create(t, shared.filled), options...), fixture()
}

func open(t testing.TB, dsn string, options ...func(*store.Options)) *store.Store {
	t.Helper()
	o := store.Options{DSN: dsn, Now: func() time.Time { return Now }, MaxConnections: 8}
	for _, option := range options {
		option(&o)
	}
	s, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

var (
	serial atomic.Int64
	shared server
)

// server is where the databases of this test binary live.
type server struct {
	once     sync.Once
	err      error
	admin    *sql.DB
	dsn      func(database string) string
	template string
	stop     func()

	filling sync.Once
	fillErr error
	filled  string // the name of a database with the fixture
}

// fill makes the database that [Filled] copies. It is of this run alone: nobody
// else knows which fixture this one has.
func (s *server) fill() {
	s.fillErr = func() error {
		if s.err != nil {
			return s.err
		}
		s.filled = fmt.Sprintf("t_%d_filled", os.Getpid())
		if _, err := s.admin.Exec("create database " + s.filled + " template " + s.template); err != nil {
			return err
		}
		end := s.stop
		s.stop = func() {
			s.admin.Exec("drop database if exists " + s.filled + " with (force)") // a private server goes as a whole
			end()
		}
		st, err := store.Open(context.Background(), store.Options{DSN: s.dsn(s.filled), Now: func() time.Time { return Now }})
		if err != nil {
			return err
		}
		defer st.Close()
		return fixture().load(st)
	}()
}

func (s *server) start() {
	s.err = func() error {
		ctx := context.Background()
		if url := os.Getenv("TEST_DATABASE_URL"); url != "" {
			s.dsn = func(database string) string { return withDatabase(url, database) }
			s.stop = func() { s.admin.Close() }
		} else if err := s.startPrivate(ctx); err != nil {
			return err
		}
		var err error
		if s.admin, err = sql.Open("postgres", s.dsn("postgres")); err != nil {
			return err
		}
		return s.migrateTemplate(ctx)
	}()
}

// temporary begins the name of the directory of a private server.
const temporary = "expex-test-"

func (s *server) startPrivate(ctx context.Context) error {
	dir, err := os.MkdirTemp(memory(), temporary)
	if err != nil {
		return err
	}
	if err := os.Chmod(dir, 0o711); err != nil { // an unprivileged PostgreSQL must get in
		return err
	}
	pg, err := pgserver.Start(ctx, pgserver.Options{Dir: dir, Volatile: true})
	if err != nil {
		os.RemoveAll(dir)
		return err
	}
	s.dsn = pg.DSN
	s.stop = func() {
		if s.admin != nil {
			s.admin.Close()
		}
		pg.Stop()
		os.RemoveAll(dir)
	}
	return nil
}

// migrateTemplate makes the template once per version of the migrations and the
// reference data, also when several test binaries share a server.
func (s *server) migrateTemplate(ctx context.Context) error {
	set, err := reference.Load()
	if err != nil {
		return err
	}
	s.template = fmt.Sprintf("expex_template_%x", fingerprint(set))
	conn, err := s.admin.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `select pg_advisory_lock(7236501)`); err != nil {
		return err
	}
	defer conn.ExecContext(ctx, `select pg_advisory_unlock(7236501)`)
	var exists bool
	if err := conn.QueryRowContext(ctx, `select exists (select from pg_database where datname = $1 and datistemplate)`, s.template).Scan(&exists); err != nil || exists {
		return err
	}
	if _, err := conn.ExecContext(ctx, "drop database if exists "+s.template); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "create database "+s.template); err != nil {
		return err
	}
	st, err := store.Open(ctx, store.Options{DSN: s.dsn(s.template)})
	if err != nil {
		return err
	}
	defer st.Close()
	if err := st.Migrate(ctx); err != nil {
		return err
	}
	if err := st.LoadReference(ctx, set); err != nil {
		return err
	}
	st.Close()
	_, err = conn.ExecContext(ctx, "alter database "+s.template+" is_template true")
	return err
}

// create makes a database out of a template, "" for ours.
func create(t testing.TB, template string) string {
	t.Helper()
	shared.once.Do(shared.start)
	if shared.err != nil {
		t.Fatalf("no PostgreSQL for the tests: %v", shared.err)
	}
	name := fmt.Sprintf("t_%d_%d", os.Getpid(), serial.Add(1))
	shared.exec(t, fmt.Sprintf("create database %s template %s", name, cmp.Or(template, shared.template)))
	t.Cleanup(func() { shared.exec(t, fmt.Sprintf("drop database %s with (force)", name)) })
	return shared.dsn(name)
}

func (s *server) exec(t testing.TB, statement string) {
	if _, err := s.admin.ExecContext(context.Background(), statement); err != nil {
		t.Errorf("%s: %v", statement, err)
	}
}

func fingerprint(set reference.Set) []byte {
	h := sha256.New()
	fmt.Fprintf(h, "%+v", set)
	names, _ := fs.Glob(migrations.FS, "*.sql") // the pattern is well-formed
	for _, name := range names {
		text, _ := fs.ReadFile(migrations.FS, name)
		h.Write(text)
	}
	return h.Sum(nil)[:6]
}

// withDatabase points a connection string at another database of its server.
func withDatabase(dsn, database string) string {
	if strings.Contains(dsn, "://") {
		if address, err := url.Parse(dsn); err == nil {
			address.Path = "/" + database
			return address.String()
		}
	}
	return dsn + " dbname=" + database
}
