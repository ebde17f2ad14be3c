//go:build linux || darwin

package pgserver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func start(ctx context.Context, o Options) (*Server, error) {
	files, err := newLayout(o.Dir)
	if err != nil {
		return nil, err
	}
	who, err := chooseAccount(files.data(), o.RunAs)
	if err != nil {
		return nil, err
	}
	if err := files.create(who); err != nil {
		return nil, err
	}
	s := &Server{files: files, log: o.Log, leave: make(chan struct{}), done: make(chan struct{})}
	if err := s.ownOrJoin(ctx); err != nil {
		return nil, err
	}
	if s.owner == nil {
		return s, nil
	}
	if err := s.runAsOwner(ctx, o, who); err != nil {
		s.owner.Close()
		return nil, err
	}
	return s, nil
}

// newLayout checks what a path must be before anything is made there.
func newLayout(dir string) (layout, error) {
	if dir == "" {
		return "", errors.New("no state directory given for PostgreSQL: name one with --data")
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("state directory %s: %w", dir, err)
	}
	// A comma separates hosts in a connection string and directories in
	// PostgreSQL's setting; a line break would break postmaster.pid.
	if strings.ContainsFunc(abs, func(r rune) bool { return r == ',' || r == '"' || r < ' ' }) {
		return "", fmt.Errorf("state directory %q has a comma, a double quote or a control character "+
			"in its path, which PostgreSQL cannot use: choose another with --data", abs)
	}
	l := layout(abs)
	// sun_path ends with a zero byte (unix(7)).
	if room := len(syscall.RawSockaddrUnix{}.Path) - 1; len(l.socket()) > room {
		return "", fmt.Errorf("state directory %s is too long: a unix socket path may have %d bytes, "+
			"%s would have %d: choose a shorter one with --data", abs, room, l.socket(), len(l.socket()))
	}
	return l, nil
}

// ownOrJoin ends with s.owner set, or with s watching the server of another
// process. Each look tries the lock first: a holder that dies is replaced.
func (s *Server) ownOrJoin(ctx context.Context) error {
	lock, err := os.OpenFile(s.files.ownerLock(), os.O_CREATE|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("state directory %s belongs to another user: "+
			"run as that user or choose another directory with --data: %w", s.files, err)
	} else if err != nil {
		return err
	}
	for looks := 0; ; looks++ {
		free, err := tryLock(lock, syscall.LOCK_EX)
		if err != nil {
			lock.Close()
			return err
		}
		if free {
			s.owner = lock
			return lock.Truncate(0) // what the last owner announced is over
		}
		if pid := announced(lock); pid != 0 && s.ready(ctx, pid) {
			go s.watch(lock, pid)
			return nil
		}
		if looks == 0 {
			s.log.Info("waiting for the process that starts PostgreSQL here", "dir", string(s.files))
		}
		if err := wait(ctx); err != nil {
			lock.Close()
			return fmt.Errorf("another process holds %s but its PostgreSQL is not ready: %w", s.files.ownerLock(), err)
		}
	}
}

// watch closes done when the joined server ends: its processes have let go of
// server.lock, or a new owner has begun and withdrawn the announcement.
func (s *Server) watch(ownerLock *os.File, pid int) {
	defer close(s.done)
	defer ownerLock.Close()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-s.leave:
			return
		case <-tick.C:
		}
		// Shared, so that several watchers do not take each other for the server.
		lock, free, err := openLock(s.files.serverLock(), syscall.LOCK_SH)
		if err == nil {
			lock.Close()
		}
		if err != nil || free || announced(ownerLock) != pid {
			s.err = fmt.Errorf("the PostgreSQL in %s was ended by the process that owns it", s.files)
			return
		}
	}
}

// runAsOwner takes the directory from no server to one that is ready.
func (s *Server) runAsOwner(ctx context.Context, o Options, who account) error {
	major, err := clusterMajor(s.files.data())
	if err != nil {
		return err
	}
	bin, err := findBinaries(ctx, o, who, major, s.files.data())
	if err != nil {
		return err
	}
	lock, err := s.takeOver(ctx)
	if err != nil {
		return err
	}
	defer lock.Close() // the server holds it on
	if err := s.files.prepare(who); err != nil {
		return err
	}
	if major == 0 {
		if err := s.makeCluster(ctx, bin, who, lock, o.Volatile); err != nil {
			return err
		}
	}
	lines := &logLines{log: s.log}
	if err := s.launch(bin, who, lock, lines, o); err != nil {
		return err
	}
	if err := s.awaitReady(ctx, lines); err != nil {
		s.shutDown()
		return err
	}
	s.log.Info("PostgreSQL is ready", "version", bin.version(), "dir", string(s.files), "new", major == 0)
	return nil
}

// launch starts the postmaster as our child.
func (s *Server) launch(bin binaries, who account, lock *os.File, lines *logLines, o Options) error {
	c := who.command(context.Background(), bin.path("postgres"), settings(s.files, o)...)
	c.ExtraFiles = []*os.File{lock}
	c.Stdout, c.Stderr = lines, lines
	c.WaitDelay = grace // orphaned backends keep the pipe open
	dieWithParent(c.SysProcAttr)
	started := make(chan error)
	go func() {
		// The death signal is sent when the *thread* that forked ends (prctl(2),
		// PR_SET_PDEATHSIG), so this thread lives as long as the server.
		runtime.LockOSThread()
		err := c.Start()
		started <- err
		if err != nil {
			return
		}
		_ = c.Wait() // ProcessState tells more
		if !s.stopping.Load() {
			s.err = fmt.Errorf("PostgreSQL ended by itself or was ended from outside: %s", c.ProcessState)
		}
		close(s.done)
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("start %s: %w", c.Path, err)
	}
	s.process = c.Process
	return nil
}

// awaitReady waits for our postmaster and then announces it to those who join.
func (s *Server) awaitReady(ctx context.Context, lines *logLines) error {
	for !s.ready(ctx, s.process.Pid) {
		select {
		case <-s.done:
			return fmt.Errorf("PostgreSQL in %s does not start: %w: %s", s.files, s.err, lines.complaint())
		default:
		}
		if err := wait(ctx); err != nil {
			return fmt.Errorf("PostgreSQL in %s is not ready yet: %w", s.files, err)
		}
	}
	_, err := s.owner.WriteAt([]byte(strconv.Itoa(s.process.Pid)), 0)
	return err
}

// ready reports whether the postmaster pid says so and takes connections.
// Asking its file first keeps "starting up" refusals out of its log.
func (s *Server) ready(ctx context.Context, pid int) bool {
	p := readPidFile(s.files.pidFile())
	if p.pid != pid || p.status != "ready" {
		return false
	}
	conn, err := new(net.Dialer).DialContext(ctx, "unix", s.files.socket())
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// announced returns the pid of the ready postmaster that the owner wrote into
// its lock file, 0 when there is none.
func announced(ownerLock *os.File) int {
	var b [20]byte
	n, _ := ownerLock.ReadAt(b[:], 0)
	pid, _ := strconv.Atoi(string(b[:n]))
	return pid
}

// postmaster is what PostgreSQL writes into postmaster.pid (miscadmin.h,
// LOCK_FILE_LINE_*): the pid on line 1, the status on line 8.
type postmaster struct {
	pid    int // 0 when there is none
	status string
}

func readPidFile(path string) postmaster {
	b, err := os.ReadFile(path)
	if err != nil {
		return postmaster{}
	}
	return parsePidFile(string(b))
}

func parsePidFile(text string) (p postmaster) {
	lines := strings.Split(text, "\n")
	// A single-user server writes its pid as a negative number.
	if pid, err := strconv.Atoi(strings.TrimSpace(lines[0])); err == nil && pid > 0 {
		p.pid = pid
	}
	if len(lines) >= 8 {
		p.status = strings.TrimSpace(lines[7])
	}
	return p
}

// openLock opens a lock file and tries to take it; how is LOCK_EX or LOCK_SH.
func openLock(path string, how int) (lock *os.File, free bool, err error) {
	lock, err = os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, false, err
	}
	if free, err = tryLock(lock, how); err != nil {
		lock.Close()
		return nil, false, err
	}
	return lock, free, nil
}

// tryLock takes the lock if that needs no waiting.
func tryLock(lock *os.File, how int) (bool, error) {
	switch err := syscall.Flock(int(lock.Fd()), how|syscall.LOCK_NB); {
	case err == nil:
		return true, nil
	case errors.Is(err, syscall.EWOULDBLOCK), errors.Is(err, syscall.EINTR):
		return false, nil
	default:
		return false, fmt.Errorf("lock %s: %w; use a directory on a local disk", lock.Name(), err)
	}
}

// wait lets a little time pass, or returns why there is none left.
func wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(pause):
		return nil
	}
}

// command builds a call with a minimal environment: nothing of ours leaks into
// PostgreSQL, and no PG* or LC_* variable of the user changes what it does. Its
// own process group keeps Ctrl-C away, so that we can drain before it stops.
func (a account) command(ctx context.Context, path string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, path, args...)
	c.Dir = "/"
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	c.SysProcAttr = &syscall.SysProcAttr{Credential: a.cred, Setpgid: true}
	c.WaitDelay = grace
	return c
}
