//go:build linux || darwin

package pgserver

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

func TestTwoFirstStartsAtOnceMakeOneServer(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	var servers [2]*Server
	var starts sync.WaitGroup
	for i := range servers {
		starts.Go(func() {
			s, err := Start(t.Context(), Options{Dir: dir, Volatile: true})
			if err != nil {
				t.Error(err)
				return
			}
			servers[i] = s
		})
	}
	starts.Wait()
	if t.Failed() {
		return
	}
	owner, joined := servers[0], servers[1]
	if owner.Joined() {
		owner, joined = joined, owner
	}
	defer owner.Stop()
	if owner.Joined() || !joined.Joined() {
		t.Fatalf("joined: %t and %t", owner.Joined(), joined.Joined())
	}
	if a, b := startTime(t, owner), startTime(t, joined); a != b {
		t.Errorf("two servers, started at %s and %s", a, b)
	}
	if err := owner.Stop(); err != nil {
		t.Fatal(err)
	}
	<-joined.Done()
	if joined.Err() == nil {
		t.Error("the joined server ended without a reason")
	}
}

func TestStopLeavesAJoinedServerRunning(t *testing.T) {
	t.Parallel()
	owner := startServer(t, Options{Dir: stateDir(t), Volatile: true})
	joined := startServer(t, Options{Dir: string(owner.files), Volatile: true})
	for range 2 {
		if err := joined.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	<-joined.Done()
	if err := joined.Err(); err != nil {
		t.Errorf("after Stop: %v", err)
	}
	ask(t, open(t, owner), `select 'still here'`)
}

func TestProcessesStartJoinAndTakeOver(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	owner := inRole(t, "start", dir)
	owner.expect(t, "ready false")
	for range 3 {
		other := inRole(t, "start", dir)
		other.expect(t, "ready true")
		owner.kill(t)
		owner = inRole(t, "start", dir)
		owner.expect(t, "ready false")
	}
}

func TestWaiterTakesOverWhenTheOwnerDies(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	owner := inRole(t, "lock", dir+"/owner.lock") // an owner that never gets ready
	owner.expect(t, "ready")
	lines := make(lineLog, 1000)
	started := make(chan *Server)
	go func() {
		s, err := Start(t.Context(), Options{Dir: dir, Volatile: true, Log: lines.logger()})
		if err != nil {
			t.Error(err)
		}
		started <- s
	}()
	for !strings.Contains(<-lines, "waiting for the process") {
	}
	owner.kill(t)
	s := <-started
	if s == nil {
		return
	}
	defer s.Stop()
	if s.Joined() {
		t.Error("joined a server without an owner")
	}
	ask(t, open(t, s), `select 'works'`)
}

// A pid file outlives its server, and the system gives the pid to somebody else.
func TestStrangerWithTheOldPidSurvives(t *testing.T) {
	t.Parallel()
	for _, locked := range []bool{false, true} {
		name := map[bool]string{false: "the server is gone", true: "something holds the lock of the server"}[locked]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := stateDir(t)
			s := startServer(t, Options{Dir: dir, Volatile: true})
			if err := s.Stop(); err != nil {
				t.Fatal(err)
			}
			stranger := runStranger(t, s.files, "/bin/sleep")
			writePidFile(t, s.files, stranger.Process.Pid)
			if locked {
				holder := inRole(t, "lock", s.files.serverLock())
				holder.expect(t, "ready")
				lines := make(lineLog, 1000)
				started := make(chan *Server)
				go func() {
					s, err := Start(t.Context(), Options{Dir: dir, Volatile: true, Log: lines.logger()})
					if err != nil {
						t.Error(err)
					}
					started <- s
				}()
				for !strings.Contains(<-lines, "waiting for an earlier PostgreSQL") {
				}
				holder.kill(t)
				s = <-started
			} else {
				s = startServer(t, Options{Dir: dir, Volatile: true})
			}
			if s == nil {
				return
			}
			defer s.Stop()
			ask(t, open(t, s), `select 'works'`)
			if err := stranger.Process.Signal(syscall.Signal(0)); err != nil {
				t.Errorf("the stranger is gone: %v", err)
			}
		})
	}
}

func TestServerStartedByHandIsLeftAlone(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	s := startServer(t, Options{Dir: dir, Volatile: true})
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	who, err := chooseAccount(s.files.data(), "")
	if err != nil {
		t.Fatal(err)
	}
	bin, err := findBinaries(t.Context(), Options{}, who, 0, s.files.data())
	if err != nil {
		t.Fatal(err)
	}
	byHand := who.command(t.Context(), bin.path("postgres"), "-D", s.files.data(), "-k", s.files.run(), "-h", "")
	if err := byHand.Start(); err != nil {
		t.Fatal(err)
	}
	defer byHand.Wait()
	defer byHand.Process.Signal(syscall.SIGINT)
	eventually(t, "the server started by hand is ready", func() bool {
		return s.ready(t.Context(), byHand.Process.Pid)
	})
	_, err = Start(t.Context(), Options{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "expex did not start") {
		t.Errorf("beside a server started by hand: %v", err)
	}
	if !s.ready(t.Context(), byHand.Process.Pid) {
		t.Error("the server started by hand was disturbed")
	}
}

func TestOnlyAPostgreSQLOfTheDirectoryIsTakenForOne(t *testing.T) {
	t.Parallel()
	s := startServer(t, Options{Dir: stateDir(t), Volatile: true})
	stranger := runStranger(t, s.files, "/bin/sleep")
	namesake := filepath.Join(stateDir(t), "postgres")
	if out, err := exec.Command("cp", "/bin/sleep", namesake).CombinedOutput(); err != nil {
		t.Fatalf("copy: %v %s", err, out)
	}
	elsewhere := runStranger(t, s.files, namesake)
	for name, test := range map[string]struct {
		pid  int
		data string
		want bool
	}{
		"the server":                    {s.process.Pid, s.files.data(), true},
		"the server, another directory": {s.process.Pid, string(s.files), false},
		"ourselves":                     {os.Getpid(), s.files.data(), false},
		"a stranger in the directory":   {stranger.Process.Pid, s.files.data(), false},
		"a namesake, another directory": {elsewhere.Process.Pid, filepath.Dir(namesake), false},
		"no process":                    {1 << 30, s.files.data(), false},
	} {
		if got := isPostgresOf(test.pid, test.data); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func startTime(t *testing.T, s *Server) string {
	t.Helper()
	return ask(t, open(t, s), `select pg_postmaster_start_time()::text`)
}

// runStranger runs a program of the user who runs PostgreSQL, in its directory.
func runStranger(t *testing.T, files layout, program string) *exec.Cmd {
	t.Helper()
	who, err := chooseAccount(files.data(), "")
	if err != nil {
		t.Fatal(err)
	}
	c := who.command(t.Context(), program, "600")
	c.Dir = files.data()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	return c
}
