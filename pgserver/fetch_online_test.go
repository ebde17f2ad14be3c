//go:build fetch && (linux || darwin)

package pgserver

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Needs npm and its registry, so it runs on demand only:
//
//	go test -tags fetch -run TestFetchedPostgreSQLServes -v ./pgserver
func TestFetchedPostgreSQLServes(t *testing.T) {
	cache := filepath.Join(stateDir(t), "cache")
	who, err := chooseAccount(t.TempDir()+"/none", "")
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Dir: stateDir(t), CacheDir: cache, Log: make(lineLog, 1000).logger()}
	for _, from := range []string{"the registry", "the cache"} {
		began := time.Now()
		bin, err := fetchedBinaries(t.Context(), o, who)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("PostgreSQL %s from %s in %s", bin.version(), from, time.Since(began))
		if bin.major != npmMajor {
			t.Errorf("the package has PostgreSQL %s, npmMajor is %d", bin.version(), npmMajor)
		}
		o.BinDir = bin.dir
		began = time.Now()
		s := startServer(t, o)
		t.Logf("started in %s", time.Since(began))
		db := open(t, s)
		do(t, db, `create extension if not exists btree_gist`)
		do(t, db, `create temporary table visit (expert int, during tstzrange, exclude using gist (expert with =, during with &&))`)
		if got := ask(t, db, `select version() || upper('é')`); !strings.Contains(got, "PostgreSQL "+bin.version()) || !strings.HasSuffix(got, "É") {
			t.Errorf("the server is %s", got)
		}
		if err := s.Stop(); err != nil {
			t.Fatal(err)
		}
	}
}
