//go:build linux || darwin

package pgserver

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lib/pq"
	"pgregory.net/rapid"
)

// A test that needs a second process runs this binary again in a role.
const roleVariable = "EXPEX_PGSERVER_TEST_ROLE"

func TestMain(m *testing.M) {
	if role, dir, ok := strings.Cut(os.Getenv(roleVariable), " "); ok {
		if err := play(role, dir); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// play reports readiness on stdout and ends when stdin does.
func play(role, path string) error {
	stdin := bufio.NewReader(os.Stdin)
	switch role {
	case "start": // as the program does, with durable data
		s, err := Start(context.Background(), Options{Dir: path})
		if err != nil {
			return err
		}
		fmt.Println("ready", s.Joined())
		_, _ = stdin.ReadString(0)
		return s.Stop()
	case "lock": // the lock file path, and nothing else
		lock, free, err := openLock(path, syscall.LOCK_EX)
		if err != nil || !free {
			return fmt.Errorf("no lock: %w", err)
		}
		fmt.Println("ready")
		_, _ = stdin.ReadString(0)
		return lock.Close()
	}
	return fmt.Errorf("no role %q", role)
}

func TestRestartKeepsDataAndStopLeavesNothingStale(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	first := startServer(t, Options{Dir: dir})
	if first.Joined() {
		t.Fatal("the first start joined a server")
	}
	db := open(t, first)
	do(t, db, `create extension btree_gist`)
	do(t, db, `create table visit (expert int, during tstzrange, exclude using gist (expert with =, during with &&))`)
	do(t, db, `insert into visit values (1, '[2026-03-29 00:30+00, 2026-03-29 01:30+00)')`)
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	<-first.Done()
	if err := first.Err(); err != nil {
		t.Errorf("a wanted end is reported as error: %v", err)
	}
	for _, stale := range []string{first.files.pidFile(), first.files.socket(), first.files.newData()} {
		if _, err := os.Lstat(stale); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there after Stop (%v)", stale, err)
		}
	}

	db = open(t, startServer(t, Options{Dir: dir}))
	if got := ask(t, db, `select during::text from visit`); got != `["2026-03-29 00:30:00+00","2026-03-29 01:30:00+00")` {
		t.Errorf("after the restart the row is %s", got)
	}
}

func TestServerSettings(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"listen_addresses":                  "",
		"unix_socket_permissions":           "0700",
		"TimeZone":                          "UTC",
		"server_encoding":                   "UTF8",
		"data_checksums":                    "on",
		"log_statement":                     "none",
		"log_parameter_max_length":          "0",
		"log_parameter_max_length_on_error": "0",
		"log_error_verbosity":               "terse",
	}
	durability := map[bool]string{false: "on", true: "off"}
	for volatile, fsync := range durability {
		t.Run(fmt.Sprintf("volatile=%t", volatile), func(t *testing.T) {
			t.Parallel()
			db := open(t, startServer(t, Options{Dir: stateDir(t), Volatile: volatile}))
			for name, value := range want {
				if got := ask(t, db, "show "+name); got != value {
					t.Errorf("%s is %q, want %q", name, got, value)
				}
			}
			for _, name := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
				if got := ask(t, db, "show "+name); got != fsync {
					t.Errorf("%s is %q, want %q", name, got, fsync)
				}
			}
			if got := ask(t, db, `select upper('énée') || ' ' || string_agg(w, ' ' order by w) from unnest('{b,B,a,é}'::text[]) w`); got != "ÉNÉE B a b é" {
				t.Errorf("case and order of letters: %q", got)
			}
		})
	}
}

func TestLogHasNothingThatPeopleTyped(t *testing.T) {
	t.Parallel()
	lines := make(lineLog, 1000)
	s := startServer(t, Options{Dir: stateDir(t), Volatile: true, Log: lines.logger()})
	db := open(t, s)
	do(t, db, `create table person (email text primary key)`)
	do(t, db, `insert into person values ($1)`, "fictief@example.org")
	for _, statement := range []string{
		`insert into person values ('fictief@example.org')`,
		`select 'fictief@example.org'::int`,
		`do $$ begin raise exception 'fictief@example.org'; end $$`,
	} {
		if _, err := db.Exec(statement); err == nil {
			t.Errorf("%s succeeded", statement)
		}
	}
	if _, err := db.Exec(`insert into person values ($1)`, "fictief@example.org"); err == nil {
		t.Error("the second insert succeeded")
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	close(lines)
	started := false
	for line := range lines {
		started = started || strings.Contains(line, "ready to accept connections")
		if strings.Contains(line, "fictief") {
			t.Errorf("logged: %s", line)
		}
	}
	if !started {
		t.Error("the lines of PostgreSQL did not reach the log")
	}
}

func TestDoneSaysWhyTheServerEnded(t *testing.T) {
	t.Parallel()
	s := startServer(t, Options{Dir: stateDir(t), Volatile: true})
	if err := s.Err(); err != nil {
		t.Fatalf("an error while the server runs: %v", err)
	}
	if err := s.process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-s.Done()
	if err := s.Err(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("the reason is %v", err)
	}
	if err := s.Stop(); err != nil {
		t.Errorf("Stop after the end: %v", err)
	}
	if s, err := Start(t.Context(), Options{Dir: string(s.files), Volatile: true}); err != nil {
		t.Errorf("start after the end: %v", err)
	} else {
		s.Stop()
	}
}

func TestStopForcesAServerThatHangs(t *testing.T) {
	t.Parallel()
	s := startServer(t, Options{Dir: stateDir(t), Volatile: true})
	freezeBackend(t, open(t, s))
	if err := s.Stop(); err == nil || !strings.Contains(err.Error(), "did not shut down") {
		t.Errorf("Stop said %v", err)
	}
	<-s.Done()
}

// Root has permissions that hide mistakes, so the everyday path also runs as
// an ordinary user.
func TestPlainUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		plainUser(t)
		return
	}
	// "go test" builds where only root may enter.
	home := stateDir(t)
	program := filepath.Join(home, "pgserver.test")
	if out, err := exec.Command("cp", os.Args[0], program).CombinedOutput(); err != nil {
		t.Fatalf("copy: %v %s", err, out)
	}
	nobody, err := namedAccount("nobody")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Lchown(home, int(nobody.cred.Uid), int(nobody.cred.Gid)); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, "-test.run=^TestPlainUser$", "-test.v")
	c.Dir, c.Env = "/", []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + home, "HOME=" + home}
	c.SysProcAttr = &syscall.SysProcAttr{Credential: nobody.cred}
	out, err := c.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestPlainUser") {
		t.Errorf("as nobody: %v\n%s", err, out)
	}
}

func plainUser(t *testing.T) {
	dir := stateDir(t)
	for range 2 {
		s := startServer(t, Options{Dir: dir, RunAs: "root"}) // RunAs is for root only
		self, err := user.Current()
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(s.files.data())
		if err != nil {
			t.Fatal(err)
		}
		if uid := strconv.Itoa(int(info.Sys().(*syscall.Stat_t).Uid)); uid != self.Uid {
			t.Errorf("the data belongs to uid %s, we are %s", uid, self.Uid)
		}
		if got := ask(t, open(t, s), `select current_user`); got != "expex" {
			t.Errorf("we are %s to PostgreSQL", got)
		}
		if err := s.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(dir, "owner.lock"), 0); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Options{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "another user") {
		t.Errorf("in a directory of another user: %v", err)
	}
}

func TestDSNSurvivesEveryPath(t *testing.T) {
	t.Parallel()
	name := rapid.StringMatching(`/[ -+\--~éß"]{1,40}`)
	rapid.Check(t, func(t *rapid.T) {
		dir, database := name.Draw(t, "dir"), name.Draw(t, "database")
		files, err := newLayout(dir)
		if err != nil {
			return // refused, see TestRefusedPaths
		}
		config, err := pq.NewConfig((&Server{files: files}).DSN(database))
		if err != nil {
			t.Fatal(err)
		}
		if config.Host != files.run() || config.Database != database || config.User != "expex" || config.Port != 5432 {
			t.Errorf("read back as %s of %s at %s", config.Database, config.User, config.Host)
		}
	})
}

func TestDefaultDir(t *testing.T) {
	dir, err := DefaultDir()
	if os.Geteuid() == 0 {
		if dir != "/var/lib/expex" || err != nil {
			t.Errorf("root: %s %v", dir, err)
		}
		return
	}
	t.Setenv("HOME", "/home/invented")
	for state, want := range map[string]string{
		"/state":   "/state/expex",
		"relative": "/home/invented/.local/state/expex",
		"":         "/home/invented/.local/state/expex",
	} {
		t.Setenv("XDG_STATE_HOME", state)
		if dir, err := DefaultDir(); dir != want || err != nil {
			t.Errorf("XDG_STATE_HOME=%q: %s %v, want %s", state, dir, err, want)
		}
	}
}

// stateDir is short enough for a socket and open to who runs PostgreSQL, which
// t.TempDir is not.
func stateDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pgs")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

func startServer(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Stop() })
	return s
}

func open(t *testing.T, s *Server) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", s.DSN("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func do(t *testing.T, db *sql.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.Exec(statement, args...); err != nil {
		t.Fatal(err)
	}
}

func ask(t *testing.T, db *sql.DB, query string) (answer string) {
	t.Helper()
	if err := db.QueryRow(query).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// freezeBackend stops the process behind a connection, so that no polite
// shutdown can end.
func freezeBackend(t *testing.T, db *sql.DB) (pid int) {
	t.Helper()
	pid, err := strconv.Atoi(ask(t, db, `select pg_backend_pid()`))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	return pid
}

// eventually waits for what nothing announces.
func eventually(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !happened(); {
		if time.Now().After(deadline) {
			t.Fatalf("never happened: %s", what)
		}
		time.Sleep(pause)
	}
}

// lineLog collects log records as text.
type lineLog chan string

func (l lineLog) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

func (l lineLog) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}
