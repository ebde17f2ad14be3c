package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pressly/goose/v3"

	"expex/migrations"
	"expex/reference"
	"expex/store"
	"expex/store/storetest"
)

// empty opens two stores on one database without a schema, as two processes
// that start at once.
func empty(t *testing.T) [2]*store.Store {
	t.Helper()
	dsn := storetest.Empty(t)
	var out [2]*store.Store
	for i := range out {
		s, err := store.Open(t.Context(), store.Options{DSN: dsn})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		out[i] = s
	}
	return out
}

func TestTwoStartersMakeTheDatabaseOnce(t *testing.T) {
	t.Parallel()
	var dsn string
	admin := storetest.New(t, func(o *store.Options) { dsn = o.DSN })
	name := column(t, admin, `select current_database() || '_made'`)[0]
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if err := store.CreateDatabase(t.Context(), dsn, name); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if _, err := store.Owner(admin).Exec(`drop database ` + name); err != nil {
		t.Error(err)
	}
}

func TestTwoStartersMigrateOnce(t *testing.T) {
	t.Parallel()
	set, err := reference.Load()
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		stores := empty(t)
		var wg sync.WaitGroup
		for _, s := range stores {
			wg.Go(func() {
				if err := s.Migrate(t.Context()); err != nil {
					t.Errorf("migrate: %v", err)
				}
				if err := s.LoadReference(t.Context(), set); err != nil {
					t.Errorf("load the reference data: %v", err)
				}
				if err := s.CheckSchema(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		history := column(t, stores[0], `select version_id::text from goose_db_version where is_applied order by id`)
		want := []string{"0"}
		for version := range head(t, stores[0]) {
			want = append(want, fmt.Sprint(version+1))
		}
		if !slices.Equal(history, want) {
			t.Errorf("the history is %v, want %v", history, want)
		}
	}
}

func TestCheckSchemaSaysWhatToDo(t *testing.T) {
	t.Parallel()
	s := empty(t)[0]
	last := head(t, s)
	refuses := func(format string, args ...any) {
		t.Helper()
		if err := s.CheckSchema(t.Context()); err == nil || err.Error() != fmt.Sprintf(format, args...) {
			t.Errorf("it says %v, want "+format, append([]any{err}, args...)...)
		}
	}
	refuses("the schema is at version 0 and this program needs %d: run `expex migrate`, then start again", last)
	upTo(t, s, 3)
	refuses("the schema is at version 3 and this program needs %d: run `expex migrate`, then start again", last)
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.CheckSchema(t.Context()); err != nil {
		t.Error(err)
	}
	store.Owner(s).MustExec(`insert into goose_db_version (version_id, is_applied) values ($1, true)`, last+1)
	refuses("the schema is at version %d and this program knows %d: it was migrated by a newer release; start that one", last+1, last)
}

// Each version can be where somebody is. Nothing is released yet, so none of
// them has rows to carry over; what must hold is that every step finds what
// those before it left, and that all ways end alike.
func TestEveryVersionReachesHead(t *testing.T) {
	t.Parallel()
	template := storetest.New(t)
	want := schemaOf(t, template)
	for version := range head(t, template) {
		s := empty(t)[0]
		upTo(t, s, version+1)
		if err := s.Migrate(t.Context()); err != nil {
			t.Errorf("from version %d: %v", version+1, err)
		}
		if got := schemaOf(t, s); got != want {
			t.Errorf("from version %d another schema comes out:\n%s", version+1, diff(want, got))
		}
	}
}

// Migrating what is at head, with people in it, changes nothing.
func TestMigratingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	storetest.Fill(t, s)
	set, err := reference.Load()
	if err != nil {
		t.Fatal(err)
	}
	before := dump(t, s)
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.LoadReference(t.Context(), set); err != nil {
			t.Fatal(err)
		}
	}
	if after := dump(t, s); after != before {
		t.Errorf("it changed rows:\n%s", diff(before, after))
	}
}

func TestAChangedCodeIsUpdatedAndNoneIsDeleted(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	set, err := reference.Load()
	if err != nil {
		t.Fatal(err)
	}
	set.Themes = slices.Clone(set.Themes)[1:]
	set.Themes[0].NL = "een nieuw woord"
	if err := s.LoadReference(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	if got := column(t, s, `select nl from theme where code = $1`, set.Themes[0].Code); !slices.Equal(got, []string{"een nieuw woord"}) {
		t.Errorf("the label is %v", got)
	}
	if n := len(column(t, s, `select code from theme`)); n != len(set.Themes)+1 {
		t.Errorf("%d themes are left, want %d", n, len(set.Themes)+1)
	}
}

// LoadIntoEmpty is how two demos that start at once load one set of people.
func TestLoadIntoEmptyLoadsOnce(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tables := []store.Table{
		{Name: "organisation", Rows: []map[string]any{{"id": unknownID, "name": "Gastheer", "type": "HOST"}}},
		{Name: "pool", Rows: []map[string]any{{"name": "Verzonnen", "host_id": unknownID}}},
	}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if err := s.LoadIntoEmpty(t.Context(), tables); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(column(t, s, `select name from pool`)); n != 1 {
		t.Errorf("there are %d pools", n)
	}
}

// head is the version this binary was written for.
func head(t *testing.T, s *store.Store) int64 {
	t.Helper()
	_, want, err := s.SchemaVersions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return want
}

func upTo(t *testing.T, s *store.Store, version int64) {
	t.Helper()
	p, err := goose.NewProvider(goose.DialectPostgres, store.Owner(s).DB, migrations.FS)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(context.WithoutCancel(t.Context()), version); err != nil {
		t.Fatal(err)
	}
}

// schemaOf describes tables, columns, constraints, indexes, policies, functions
// and rights, a line each.
func schemaOf(t *testing.T, s *store.Store) string {
	t.Helper()
	return strings.Join(column(t, s, `
		select format('column %s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) from information_schema.columns where table_schema = 'public'
		union all select format('constraint %s %s', conname, pg_get_constraintdef(oid)) from pg_constraint where connamespace = 'public'::regnamespace
		union all select 'index ' || indexdef from pg_indexes where schemaname = 'public'
		union all select format('policy %s on %s for %s to %s using %s check %s', policyname, tablename, cmd, roles, qual, with_check) from pg_policies
		union all select 'function ' || pg_get_functiondef(p.oid) from pg_proc p where pronamespace = 'public'::regnamespace
		    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e') and prokind = 'f'
		union all select format('right %s on %s to %s', privilege_type, table_name, grantee) from information_schema.table_privileges where table_schema = 'public'
		union all select format('right %s on %s.%s to %s', privilege_type, table_name, column_name, grantee) from information_schema.column_privileges where table_schema = 'public'
		order by 1`), "\n") + "\n"
}
