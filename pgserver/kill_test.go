//go:build linux || darwin

package pgserver

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func TestOwnerKilledLosesNothingCommitted(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	owner := inRole(t, "start", dir)
	owner.expect(t, "ready false")
	joined := startServer(t, Options{Dir: dir})
	if !joined.Joined() {
		t.Fatal("two owners")
	}
	committed := writeUntilItFails(t, open(t, joined), func() { owner.kill(t) })

	next := startServer(t, Options{Dir: dir})
	if next.Joined() {
		t.Fatal("joined a server without an owner")
	}
	<-joined.Done()
	if joined.Err() == nil {
		t.Error("a joined server ended without a reason")
	}
	expectRows(t, open(t, next), committed)
}

func TestOwnerAndPostmasterKilledAgainAndAgain(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	var committed []int
	for round := range 5 {
		owner := inRole(t, "start", dir)
		owner.expect(t, "ready false")
		joined := startServer(t, Options{Dir: dir})
		pid := readPidFile(joined.files.pidFile()).pid
		db := open(t, joined)
		expectRows(t, db, committed)
		committed = append(committed, writeUntilItFails(t, db, func() {
			if round%2 == 0 {
				owner.kill(t)
				_ = syscall.Kill(pid, syscall.SIGKILL) // it may be quicker
			} else {
				_ = syscall.Kill(pid, syscall.SIGKILL)
				owner.kill(t)
			}
		})...)
	}
	expectRows(t, open(t, startServer(t, Options{Dir: dir})), committed)
}

func TestOwnerKilledWhileItMakesTheCluster(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	owner := inRole(t, "start", dir)
	eventually(t, "a half-made cluster", func() bool {
		_, err := os.Stat(filepath.Join(dir, "pgdata.new", "base"))
		return err == nil
	})
	owner.kill(t)
	s := startServer(t, Options{Dir: dir})
	if s.Joined() {
		t.Error("joined a server without an owner")
	}
	ask(t, open(t, s), `select 'works'`)
	if _, err := os.Stat(s.files.newData()); err == nil {
		t.Error("the half-made cluster is still there")
	}
}

func TestStartCutShortLeavesADirectoryThatStarts(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() {
		_, err := Start(ctx, Options{Dir: dir})
		failed <- err
	}()
	eventually(t, "a half-made cluster", func() bool {
		_, err := os.Stat(filepath.Join(dir, "pgdata.new", "base"))
		return err == nil
	})
	cancel()
	if err := <-failed; err == nil {
		t.Error("the start succeeded")
	}
	if _, err := Start(ctx, Options{Dir: dir}); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that is over: %v", err)
	}
	ask(t, open(t, startServer(t, Options{Dir: dir})), `select 'works'`)
}

func TestHalfMadeClusterIsReplaced(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	if err := os.MkdirAll(filepath.Join(dir, "pgdata.new", "base"), 0o700); err != nil {
		t.Fatal(err)
	}
	s := startServer(t, Options{Dir: dir, Volatile: true})
	if _, err := os.Stat(s.files.newData()); err == nil {
		t.Error("the half-made cluster is still there")
	}
}

// A second server beside one that still writes would destroy the data.
func TestNoSecondServerBesideAnOrphan(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	owner := inRole(t, "start", dir)
	owner.expect(t, "ready false")
	joined := startServer(t, Options{Dir: dir})
	db := open(t, joined)
	do(t, db, `create table kept ()`)
	orphan := readPidFile(joined.files.pidFile()).pid
	backend := freezeBackend(t, db)
	owner.kill(t)

	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := Start(ctx, Options{Dir: dir}); !errors.Is(err, context.DeadlineExceeded) ||
		!strings.Contains(err.Error(), "an earlier PostgreSQL") {
		t.Errorf("beside an orphan: %v", err)
	}
	if pid := readPidFile(joined.files.pidFile()).pid; pid != orphan {
		t.Errorf("postmaster.pid names %d instead of the orphan %d", pid, orphan)
	}
	if err := syscall.Kill(backend, syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	do(t, open(t, startServer(t, Options{Dir: dir})), `select from kept`)
}

func TestOrphanThatHangsIsForced(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	owner := inRole(t, "start", dir)
	owner.expect(t, "ready false")
	db := open(t, startServer(t, Options{Dir: dir}))
	do(t, db, `create table kept ()`)
	freezeBackend(t, db)
	owner.kill(t)
	do(t, open(t, startServer(t, Options{Dir: dir})), `select from kept`)
}

func TestBusyQueryOfAKilledProcessEnds(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	owner := inRole(t, "start", dir)
	owner.expect(t, "ready false")
	joined := startServer(t, Options{Dir: dir})
	db := open(t, joined)
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var backend int
	if err := conn.QueryRowContext(t.Context(), `select pg_backend_pid()`).Scan(&backend); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() {
		_, err := conn.ExecContext(t.Context(), `select count(*) from generate_series(1, 100000000000)`)
		ended <- err
	}()
	eventually(t, "the query runs", func() bool {
		return ask(t, db, `select count(*)::text from pg_stat_activity where state = 'active' and query like '%generate_series(1,%' and pid <> pg_backend_pid()`) == "1"
	})
	owner.kill(t)
	startServer(t, Options{Dir: dir})
	if err := <-ended; err == nil {
		t.Error("the query outlived its server")
	}
}

// second is this test binary in a role.
type second struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
}

func inRole(t *testing.T, role, path string) *second {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), roleVariable+"="+role+" "+path)
	c.Stderr = os.Stderr
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		_, _ = io.Copy(io.Discard, stdout)
		_ = c.Wait()
	})
	return &second{cmd: c, lines: bufio.NewScanner(stdout)}
}

func (s *second) expect(t *testing.T, line string) {
	t.Helper()
	if !s.lines.Scan() || s.lines.Text() != line {
		t.Fatalf("the other process says %q, expected is %q", s.lines.Text(), line)
	}
}

// kill returns when the process is gone and its locks are free.
func (s *second) kill(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = s.cmd.Wait()
}

// writeUntilItFails inserts from four connections, kills in the middle, and
// returns what was acknowledged before the connections broke.
func writeUntilItFails(t *testing.T, db *sql.DB, kill func()) (committed []int) {
	t.Helper()
	do(t, db, `create table if not exists entry (id int generated always as identity)`)
	var mu sync.Mutex
	var writers sync.WaitGroup
	enough := make(chan struct{})
	for range 4 {
		writers.Go(func() {
			conn, err := db.Conn(t.Context())
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			for {
				var id int
				if err := conn.QueryRowContext(t.Context(), `insert into entry default values returning id`).Scan(&id); err != nil {
					return
				}
				mu.Lock()
				committed = append(committed, id)
				if len(committed) == 200 {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	<-enough
	kill()
	writers.Wait()
	return committed
}

func expectRows(t *testing.T, db *sql.DB, ids []int) {
	t.Helper()
	if len(ids) == 0 {
		return
	}
	text := make([]string, len(ids))
	for i, id := range ids {
		text[i] = strconv.Itoa(id)
	}
	lost := ask(t, db, `select coalesce(string_agg(id::text, ' '), '') from (
		select unnest('{`+strings.Join(text, ",")+`}'::int[]) except select id from entry) as lost (id)`)
	if lost != "" {
		t.Errorf("committed rows are lost: %s", lost)
	}
}
