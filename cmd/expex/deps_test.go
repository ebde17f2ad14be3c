package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// allowed says who may import whom inside this module. Each line is a decision;
// the reason stands behind it.
var allowed = map[string][]string{
	"expex/engine":          {},                                                                                         // pure: snapshot in, decision out
	"expex/auth":            {"expex/engine"},                                                                           // ids in a viewer's scope
	"expex/migrations":      {},                                                                                         // SQL files
	"expex/reference":       {},                                                                                         // data files
	"expex/pgserver":        {},                                                                                         // a child process
	"expex/calendar":        {},                                                                                         // its input is an allow-list of its own
	"expex/web":             {},                                                                                         // pages
	"expex/spreadsheet":     {"expex/engine"},                                                                           // rows in the vocabulary
	"expex/fetch":           {},                                                                                         // bytes from outside, whatever they mean
	"expex/live":            {},                                                                                         // topics, whatever they mean
	"expex/store":           {"expex/engine", "expex/auth", "expex/migrations", "expex/reference", "expex/spreadsheet"}, // the only SQL
	"expex/mail":            {},                                                                                         // a message has no field for what must not leave
	"expex/mail/mailbox":    {},                                                                                         // where the demo's mail arrives
	"expex/app":             {"expex/engine", "expex/auth", "expex/store", "expex/mail"},                                // decides and saves
	"expex/graph/globalid":  {"expex/engine"},                                                                           // ids
	"expex/graph/scalar":    {"expex/engine"},                                                                           // scalars
	"expex/graph/limit":     {},                                                                                         // works with any schema
	"expex/graph/transport": {},                                                                                         // works with any schema
	"expex/graph/generated": {"expex/engine", "expex/auth", "expex/app", "expex/store", "expex/graph/globalid", "expex/graph/scalar"},
	"expex/graph":           {"expex/engine", "expex/auth", "expex/app", "expex/store", "expex/graph/generated", "expex/graph/globalid", "expex/graph/limit", "expex/graph/transport", "expex/live"},
	"expex/demodata":        {"expex/engine", "expex/store", "expex/reference"},                                                                               // rows for the store
	"expex/store/storetest": {"expex/engine", "expex/auth", "expex/store", "expex/migrations", "expex/reference", "expex/pgserver"},                           // tests only
	"expex/bench":           {"expex/engine", "expex/app", "expex/auth", "expex/store", "expex/graph", "expex/demodata", "expex/reference", "expex/pgserver"}, // measures; its plain SQL is an opinion independent of store
	"expex/cmd/expex":       {"*"},                                                                                                                            // wires it all
}

// libraries says which folder may know a library of the stack.
var libraries = map[string][]string{
	"github.com/jmoiron/sqlx":                      {"expex/store"},
	"github.com/lib/pq":                            {"expex/store", "expex/store/storetest", "expex/bench"},
	"github.com/pressly/goose/v3":                  {"expex/store"},
	"github.com/pressly/goose/v3/lock":             {"expex/store"},
	"github.com/emersion/go-ical":                  {"expex/calendar"},
	"github.com/hashicorp/golang-lru/v2/simplelru": {"expex/calendar"},
	"github.com/alecthomas/kong":                   {"expex/cmd/expex"},
	"github.com/wneessen/go-mail":                  {"expex/mail"},
	"github.com/emersion/go-smtp":                  {"expex/mail/mailbox"},
	"database/sql":                                 {"expex/store", "expex/store/storetest", "expex/bench"},
	"os/exec":                                      {"expex/pgserver"},
}

func TestEveryPackageImportsOnlyWhatItMay(t *testing.T) {
	t.Parallel()
	for pkg, imports := range directImports(t) {
		mine, listed := allowed[pkg]
		if !listed {
			t.Errorf("%s is not in the table: decide whom it may import, and why", pkg)
			continue
		}
		for _, path := range imports {
			if strings.HasPrefix(path, "expex/") && !slices.Contains(mine, "*") && !slices.Contains(mine, path) {
				t.Errorf("%s imports %s", pkg, path)
			}
			if path == "expex/store/storetest" {
				t.Errorf("%s imports %s outside a test", pkg, path)
			}
			if homes, guarded := libraries[path]; guarded && !slices.Contains(homes, pkg) {
				t.Errorf("%s imports %s, which belongs to %v", pkg, path, homes)
			}
			if isGQL := strings.HasPrefix(path, "github.com/99designs/gqlgen") || strings.HasPrefix(path, "github.com/vektah/gqlparser"); isGQL &&
				pkg != "expex/graph" && !strings.HasPrefix(pkg, "expex/graph/") {
				t.Errorf("%s imports %s, which belongs to graph", pkg, path)
			}
		}
	}
}

// directImports asks go list. Indirect imports would say too much: fmt alone
// pulls in os.
func directImports(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}}{{range .Imports}} {{.}}{{end}}", "expex/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	imports := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		imports[fields[0]] = fields[1:]
	}
	return imports
}
