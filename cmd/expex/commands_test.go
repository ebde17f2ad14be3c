package main

import (
	"database/sql"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"expex/store/storetest"
)

// on runs a command on a database.
func on(dsn string, args ...string) (stdout, stderr string, code int) {
	c := command(args...)
	c.Env = append(c.Env, "DATABASE_URL="+dsn)
	return output(c)
}

// TestTheImportExampleLeadsToSuggestions imports the shipped example into an
// empty database and asks, as its coordinator, who could do one of its requests.
func TestTheImportExampleLeadsToSuggestions(t *testing.T) {
	t.Parallel()
	dsn := storetest.Empty(t)
	for _, list := range []struct{ kind, file string }{
		{"organisations", "organisaties.csv"}, {"experts", "expex.csv"}, {"requests", "aanvragen.csv"},
	} {
		for _, want := range []string{" 0 changed, 0 unchanged", " 0 added, 0 changed"} { // the second time changes nothing
			stdout, stderr, code := on(dsn, "import", list.kind, filepath.Join("testdata", "import", list.file))
			if code != 0 || !strings.Contains(stdout, want) {
				t.Fatalf("import %s: exit %d, %q, want %q\n%s", list.kind, code, stdout, want, stderr)
			}
		}
	}
	token, stderr, code := on(dsn, "token", "create", "--name", "Cora Coördinator", "--role", "COORDINATOR", "--pool", "Midden-Holland")
	if code != 0 {
		t.Fatalf("token create: %s", stderr)
	}
	c := command("serve", "--addr", "127.0.0.1:0")
	c.Env = append(c.Env, "DATABASE_URL="+dsn)
	url := launch(t, c).address() + "/graphql"
	token = strings.TrimSpace(token)
	requests, err := do(url, token, `{requests(first:50,filter:{type:"BUDDY"}){edges{node{id status}}}}`, nil)
	if err != nil {
		t.Fatal(err)
	}
	found, err := do(url, token, `query($r:ID!){matchSuggestions(requestId:$r){suggestions{experts{firstName} score slots{start} summary}}}`,
		map[string]any{"r": dig(requests, "requests", "edges", 0, "node", "id")})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(dig(found, "matchSuggestions", "suggestions").([]any)); n < 3 {
		t.Errorf("%d suggestions for an imported request, want at least 3: %v", n, found)
	}
}

func TestABrokenFileGivesAllItsErrorsAndChangesNothing(t *testing.T) {
	t.Parallel()
	dsn := storetest.Empty(t)
	if _, stderr, code := on(dsn, "import", "organisations", filepath.Join("testdata", "import", "organisaties.csv")); code != 0 {
		t.Fatal(stderr)
	}
	before := dump(t, dsn)
	for kind, file := range map[string]string{"organisations": "organisaties.csv", "experts": "expex.csv", "requests": "aanvragen.csv"} {
		stdout, stderr, code := on(dsn, "import", kind, filepath.Join("testdata", "import", "broken", file))
		if code != 1 || stdout != "" || !strings.Contains(stderr, "nothing was imported") {
			t.Errorf("import %s: exit %d, stdout %q, stderr %.200q", kind, code, stdout, stderr)
		}
		if n := strings.Count(stderr, file+":"); n < 5 {
			t.Errorf("import %s names %d problems at once:\n%s", kind, n, stderr)
		}
	}
	if after := dump(t, dsn); after != before {
		t.Error("a broken file changed the database")
	}
}

func TestServeRefusesAnotherSchemaAndSaysWhatToDo(t *testing.T) {
	t.Parallel()
	dsn := storetest.Empty(t)
	if _, stderr, code := on(dsn, "serve", "--addr", "127.0.0.1:0"); code != 1 || !strings.Contains(stderr, "run `expex migrate`") {
		t.Errorf("an empty schema: exit %d, %s", code, stderr)
	}
	if stdout, stderr, code := on(dsn, "migrate"); code != 0 || !strings.Contains(stdout, "the schema is at version") {
		t.Fatalf("migrate: exit %d, %s%s", code, stdout, stderr)
	}
	execSQL(t, dsn, `insert into goose_db_version (version_id, is_applied) values (99999, true)`)
	if _, stderr, code := on(dsn, "serve", "--addr", "127.0.0.1:0"); code != 1 || !strings.Contains(stderr, "newer release") {
		t.Errorf("a newer schema: exit %d, %s", code, stderr)
	}
}

func TestATokenIsShownOnceListedAndRevoked(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	made, stderr, code := on(dsn, "token", "create", "--name", "Ada Beheer", "--role", "SYSTEM_ADMIN", "--label", "proef")
	if code != 0 || len(strings.TrimSpace(made)) != 43 {
		t.Fatalf("create: exit %d, %q %s", code, made, stderr)
	}
	list, _, _ := on(dsn, "token", "list")
	if !strings.Contains(list, "Ada Beheer") || strings.Contains(list, strings.TrimSpace(made)) {
		t.Errorf("the list lacks the account or shows the token:\n%s", list)
	}
	id := strings.Fields(strings.Split(list, "\n")[1])[0]
	if _, stderr, code := on(dsn, "token", "revoke", id); code != 0 {
		t.Errorf("revoke: %s", stderr)
	}
	if _, stderr, code := on(dsn, "token", "revoke", "nonsense"); code != 1 || !strings.Contains(stderr, "expex token list") {
		t.Errorf("revoking nonsense: exit %d, %s", code, stderr)
	}
	for name, args := range map[string][]string{
		"an unknown role":     {"--role", "KING"},
		"a role without pool": {"--role", "COORDINATOR"},
		"an unknown pool":     {"--role", "COORDINATOR", "--pool", "Atlantis"},
	} {
		if _, stderr, code := on(dsn, append([]string{"token", "create", "--name", "X"}, args...)...); code != 1 || stderr == "" {
			t.Errorf("%s: exit %d, %q", name, code, stderr)
		}
	}
}

func TestConfigMasksThePassword(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{"postgres://expex:hunter2@db.example:5432/expex", "host=db.example user=expex password=hunter2 dbname=expex"} {
		stdout, _, code := on(dsn, "config")
		var settings map[string]string
		if err := json.Unmarshal([]byte(stdout), &settings); err != nil || code != 0 {
			t.Fatalf("exit %d, %v: %s", code, err, stdout)
		}
		if masked := settings["DATABASE_URL"]; strings.Contains(stdout, "hunter2") || !strings.Contains(masked, "***") || !strings.Contains(masked, "db.example") {
			t.Errorf("%s is shown as %s", dsn, masked)
		}
	}
}

func TestAWrongCallSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"unexpected argument": {"nonsense"},
		"is not host:port":    {"serve", "--addr", "8080"},
		"--public-url":        {"serve", "--public-url", "nonsense"},
		"production":          {"serve", "--env", "moon"},
	} {
		if _, stderr, code := output(command(args...)); code != 2 || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit %d, %q, want %q", args, code, stderr, want)
		}
	}
	if stdout, _, code := output(command("version")); code != 0 || !strings.HasPrefix(stdout, "expex 1.") {
		t.Errorf("version: exit %d, %q", code, stdout)
	}
	if stdout, _, code := output(command("--help")); code != 0 || !strings.Contains(stdout, "demo") {
		t.Errorf("help: exit %d, %q", code, stdout)
	}
}

func execSQL(t *testing.T, dsn, statement string) {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

// dump is every row of every table, as text.
func dump(t *testing.T, dsn string) string {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var all string
	err = db.QueryRow(`select string_agg(query_to_xml(format('select * from %I t order by t::text', tablename), true, false, '')::text, '' order by tablename)
		from pg_tables where schemaname = 'public'`).Scan(&all)
	if err != nil {
		t.Fatal(err)
	}
	return all
}
