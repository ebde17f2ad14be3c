//go:build linux || darwin

package pgserver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// takeOver returns server.lock, and with it the kernel's word that no process
// of an earlier server lives here. That word is better than pids: they are
// reused, outlive their process as zombies, and differ between containers.
//
// A server whose owner was killed shuts down by itself where the system can
// tell it (Linux); it is asked as well, and asked harder after a while. What
// PostgreSQL did not clean up is removed then, or the next one would refuse.
func (s *Server) takeOver(ctx context.Context) (*os.File, error) {
	lock, free, err := openLock(s.files.serverLock(), syscall.LOCK_EX)
	if err != nil {
		return nil, err
	}
	if !free {
		err = s.endOrphan(ctx, lock)
	}
	if err == nil {
		err = s.dropPidFile()
	}
	if err != nil {
		lock.Close()
		return nil, err
	}
	return lock, nil
}

// endOrphan waits until it has the lock that an earlier server holds.
func (s *Server) endOrphan(ctx context.Context, lock *os.File) error {
	hints := []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT}
	for began := time.Now(); ; {
		// A watcher of a joined server looks at the lock with a shared one. Only
		// when that fails too there is a server, and reason to signal it.
		watched, err := tryLock(lock, syscall.LOCK_SH)
		if err != nil {
			return err
		}
		waited := time.Since(began)
		if !watched && len(hints) > 0 && waited >= time.Duration(2-len(hints))*grace {
			s.signalOrphan(hints[0])
			s.log.Info("waiting for an earlier PostgreSQL to end", "dir", string(s.files))
			hints = hints[1:]
		}
		if free, err := tryLock(lock, syscall.LOCK_EX); free || err != nil {
			return err
		}
		err = wait(ctx)
		if err == nil && waited > 4*grace {
			err = errors.New("given up")
		}
		if err != nil {
			return fmt.Errorf("an earlier PostgreSQL in %s has not ended after %s (%w): "+
				"see who holds %s", s.files, waited.Round(time.Second), err, lock.Name())
		}
	}
}

// signalOrphan signals the postmaster of postmaster.pid, and only it: the
// process is pinned before it is looked at, so a reused pid cannot be hit.
func (s *Server) signalOrphan(signal syscall.Signal) {
	pid := readPidFile(s.files.pidFile()).pid
	if pid == 0 {
		return
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		return
	}
	defer process.Release()
	if !isPostgresOf(pid, s.files.data()) {
		return
	}
	s.log.Info("stopping the PostgreSQL of a killed process", "pid", pid, "signal", signal.String())
	_ = process.Signal(signal) // gone already is fine
}

// dropPidFile removes a stale postmaster.pid. One that names a live PostgreSQL
// of this directory is not stale: someone started it by hand, and it is theirs.
func (s *Server) dropPidFile() error {
	if pid := readPidFile(s.files.pidFile()).pid; pid != 0 && isPostgresOf(pid, s.files.data()) {
		return fmt.Errorf("%s is in use by a PostgreSQL that expex did not start (pid %d): "+
			"stop it with pg_ctl stop -D %[1]s, or choose another directory with --data", s.files.data(), pid)
	}
	err := os.Remove(s.files.pidFile())
	if err == nil {
		s.log.Info("removed what a killed PostgreSQL left behind", "file", s.files.pidFile())
	} else if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
