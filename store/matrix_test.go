package store_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"expex/auth"
	"expex/store"
	"expex/store/storetest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// eyes are those that look: a column of the matrix each.
type eyes struct {
	name   string
	viewer auth.Viewer
	engine bool // goes on as the engine about pool A
}

func allEyes(f storetest.Fixture) []eyes {
	a := f.A
	return []eyes{
		{name: "nobody"}, {name: "roleless", viewer: f.Roleless}, {name: "admin", viewer: f.SystemAdmin},
		{name: "trainer", viewer: a.Trainer}, {name: "safeguard", viewer: a.SafeguardLead}, {name: "funder", viewer: a.Funder},
		{name: "privacy", viewer: a.PrivacyOfficer}, {name: "coordinator", viewer: a.Coordinator}, {name: "lead", viewer: a.RegionLead},
		{name: "house", viewer: a.Requester}, {name: "location", viewer: a.LocationAsker}, {name: "other", viewer: a.OtherRequester},
		{name: "expert0", viewer: a.ExpertViewers[0]}, {name: "expert3", viewer: a.ExpertViewers[3]},
		{name: "engine", viewer: a.Coordinator, engine: true},
	}
}

// TestWhoSeesHowManyRows compares how many rows of the fixture's first pool each
// kind of viewer can read, table by table, with a file that people can read. A
// change of a policy is a change of that file, to be judged in review. That
// nobody of pool A reads a row of pool B is no matter of judgement.
func TestWhoSeesHowManyRows(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	tables := column(t, s, `
		select distinct c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
		where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.atttypid = 'uuid'::regtype order by 1`)
	if _, err := store.Once(t.Context(), s.As(f.A.Coordinator), store.Key{Key: "a remembered key"}, func(*store.Tx) (int, error) { return 1, nil }); err != nil {
		t.Fatal(err)
	}
	cells := map[string][]string{}
	columns := allEyes(f)
	for _, e := range columns {
		for table, seen := range rowsSeen(t, s, f, e, tables) {
			cells[table] = append(cells[table], seen.String())
			if seen.ofB > 0 && !(e.engine && table == "organisation") { // exclusions follow the whole tree
				t.Errorf("%s of pool A reads %d rows of pool B in %s", e.name, seen.ofB, table)
			}
		}
	}
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "rows of pool A")
	for _, e := range columns {
		fmt.Fprintf(w, "\t%s", e.name)
	}
	for _, table := range tables {
		fmt.Fprintf(w, "\n%s\t%s", table, strings.Join(cells[table], "\t"))
	}
	w.Flush()
	b.WriteString("\n")
	golden(t, "testdata/who_sees_what.txt", b.Bytes())
}

// seen is what a viewer reads of a table: rows that name a thing of either pool.
type seen struct {
	denied   bool // may not read the table at all
	ofA, ofB int
}

func (s seen) String() string {
	switch {
	case s.denied:
		return "-"
	case s.ofA == 0:
		return "."
	}
	return fmt.Sprint(s.ofA)
}

func rowsSeen(t *testing.T, s *store.Store, f storetest.Fixture, e eyes, tables []string) map[string]seen {
	t.Helper()
	ctx := t.Context()
	out := map[string]seen{}
	err := store.Read(ctx, s.As(e.viewer), func(tx *store.Tx) error {
		if e.engine {
			if err := tx.Decide(ctx, f.A.Pool); err != nil {
				return err
			}
		}
		for _, table := range tables {
			var columns []string
			if err := tx.SelectContext(ctx, &columns, `
				select attname from pg_attribute where attrelid = $1::regclass and attnum > 0 and has_column_privilege(attrelid, attnum, 'select')`, table); err != nil {
				return err
			}
			if len(columns) == 0 {
				out[table] = seen{denied: true}
				continue
			}
			var rows []string
			if err := tx.SelectContext(ctx, &rows, fmt.Sprintf(`select row("%s")::text from %s`, strings.Join(columns, `", "`), table)); err != nil {
				return err
			}
			out[table] = seen{ofA: count(rows, "aaaaaaaa-"), ofB: count(rows, "bbbbbbbb-")}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("%s: %v", e.name, err)
	}
	return out
}

func count(rows []string, mark string) int {
	return len(slices.DeleteFunc(slices.Clone(rows), func(row string) bool { return !strings.Contains(row, mark) }))
}

// golden compares with a file, or writes it with -update.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; run with -update and read the change. Got:\n%s", path, got)
	}
}
