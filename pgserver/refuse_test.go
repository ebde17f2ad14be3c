//go:build linux || darwin

package pgserver

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestRefusedPaths(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ dir, want string }{
		"none":               {"", "--data"},
		"too long":           {"/tmp/" + strings.Repeat("x", 100), "too long"},
		"comma":              {"/tmp/a,b", "comma"},
		"double quote":       {`/tmp/a"b`, "double quote"},
		"line break":         {"/tmp/a\nb", "control character"},
		"below a file":       {"/dev/null/x", "not a directory"},
		"no place to create": {"/proc/expex", "/proc/expex"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Start(t.Context(), Options{Dir: test.dir})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, it should say %q", err, test.want)
			}
		})
	}
}

func TestLongestPathWorks(t *testing.T) {
	t.Parallel()
	base := stateDir(t)
	room := len(syscall.RawSockaddrUnix{}.Path) - 1 - len(layout(base).socket()) - 1
	s := startServer(t, Options{Dir: filepath.Join(base, strings.Repeat("é'", room/3)+strings.Repeat("x", room%3)), Volatile: true})
	if got, want := len(s.files.socket()), len(syscall.RawSockaddrUnix{}.Path)-1; got != want {
		t.Errorf("the socket path has %d bytes, this test wants %d", got, want)
	}
	ask(t, open(t, s), `select 'works'`)
}

func TestForeignDataIsRefusedAndNotTouched(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ file, content, want string }{
		"made by an older version": {"PG_VERSION", "9\n", "made by PostgreSQL 9"},
		"made by a newer version":  {"PG_VERSION", "99\n", "made by PostgreSQL 99"},
		"unreadable version":       {"PG_VERSION", "9.6\n", "not a major version"},
		"not a cluster":            {"letter.txt", "dear all", "no PostgreSQL cluster"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := stateDir(t)
			writeTree(t, dir, map[string]string{
				"pgdata/" + test.file:    test.content,
				"pgdata/postmaster.pid":  "1\n",
				"pgdata.new/half":        "made",
				"run/.s.PGSQL.5432.lock": "1\n",
			})
			giveAway(t, filepath.Join(dir, "pgdata"))
			before := readTree(t, dir)
			_, err := Start(t.Context(), Options{Dir: dir})
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "nothing was changed") {
				t.Errorf("the error is %v, it should say %q", err, test.want)
			}
			after := readTree(t, dir)
			delete(after, "owner.lock")
			if !maps.Equal(before, after) {
				t.Errorf("before %v, after %v", before, after)
			}
		})
	}
}

func TestBrokenDataSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(path string) error{
		"damaged": func(path string) error { return os.Truncate(path, 10) },
		"missing": os.Remove,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t, Options{Dir: stateDir(t), Volatile: true})
			if err := s.Stop(); err != nil {
				t.Fatal(err)
			}
			if err := spoil(filepath.Join(s.files.data(), "global", "pg_control")); err != nil {
				t.Fatal(err)
			}
			for range 2 { // the locks are free after a failure
				_, err := Start(t.Context(), Options{Dir: string(s.files), Volatile: true})
				if err == nil || !strings.Contains(err.Error(), "pg_control") {
					t.Errorf("the error is %v", err)
				}
			}
		})
	}
}

func TestFilesInTheSocketDirectoryAreKept(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	writeTree(t, dir, map[string]string{"run/daemon.pid": "1"})
	_, err := Start(t.Context(), Options{Dir: dir, Volatile: true})
	if err == nil || !strings.Contains(err.Error(), "not expex's") {
		t.Errorf("the error is %v", err)
	}
	if got := readTree(t, dir)["run/daemon.pid"]; got != "1" {
		t.Errorf("the file holds %q now", got)
	}
}

func TestWhoMayEnter(t *testing.T) {
	t.Parallel()
	postgres := account{name: "postgres", cred: &syscall.Credential{Uid: 101, Gid: 104}}
	for _, test := range []struct {
		uid, gid, mode uint32
		want           bool
	}{
		{0, 0, 0o755, true},
		{0, 0, 0o711, true},
		{0, 0, 0o700, false},
		{0, 104, 0o710, true},
		{0, 104, 0o701, false}, // the group decides, not the others
		{101, 0, 0o100, true},
		{101, 104, 0o611, false}, // the owner decides
	} {
		if got := postgres.mayEnter(test.uid, test.gid, test.mode); got != test.want {
			t.Errorf("%d:%d mode %04o: %t", test.uid, test.gid, test.mode, got)
		}
	}
}

// The account is invented, so this holds for root and a plain user alike.
func TestClosedDirectoryIsNamed(t *testing.T) {
	t.Parallel()
	closed := filepath.Join(stateDir(t), "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	postgres := account{name: "postgres", cred: &syscall.Credential{Uid: 1 << 30, Gid: 1 << 30}}
	err := layout(filepath.Join(closed, "below", "state")).create(postgres)
	if err == nil || !strings.Contains(err.Error(), closed+" (mode 0700)") || !strings.Contains(err.Error(), "--data") {
		t.Errorf("the error is %v", err)
	}
	if _, err := os.Stat(filepath.Join(closed, "below")); err == nil {
		t.Error("something was made in a directory that cannot be used")
	}
}

func FuzzParsePidFile(f *testing.F) {
	f.Add("4711\n/var/lib/expex/pgdata\n1774744200\n5432\n/var/lib/expex/run\n\n  5432001         0\nready   \n", 4711, "ready")
	f.Add("4711\n", 4711, "")
	f.Add("-4711\nx\n", 0, "")
	f.Add("", 0, "")
	f.Fuzz(func(t *testing.T, text string, pid int, status string) {
		p := parsePidFile(text)
		if p.pid < 0 {
			t.Errorf("%q: signalling pid %d would hit a process group", text, p.pid)
		}
		full := fmt.Sprintf("%d\n\n\n\n\n\n\n%s\n", pid, status)
		if pid > 0 && !strings.ContainsAny(status, "\n") {
			if p := parsePidFile(full); p.pid != pid || p.status != strings.TrimSpace(status) {
				t.Errorf("%q is read as %+v", full, p)
			}
		}
	})
}

// writePidFile writes what a killed PostgreSQL leaves behind.
func writePidFile(t *testing.T, files layout, pid int) {
	t.Helper()
	text := fmt.Sprintf("%d\n%s\n1774744200\n5432\n%s\n\n  5432001         0\nready   \n", pid, files.data(), files.run())
	if err := os.WriteFile(files.pidFile(), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// giveAway lets who runs PostgreSQL own dir when the test runs as root.
func giveAway(t *testing.T, dir string) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	who, err := namedAccount("")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Lchown(dir, int(who.cred.Uid), int(who.cred.Gid)); err != nil {
		t.Fatal(err)
	}
}

func writeTree(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func readTree(t *testing.T, dir string) map[string]string {
	t.Helper()
	tree := map[string]string{}
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(root, name)
		tree[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}
