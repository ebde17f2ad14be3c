package storetest

import (
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// shm is memory that looks like a directory, where the system has one.
const shm = "/dev/shm"

// memoryFor is how much of it must be free: a run of tests has taken some 200 MB,
// and several packages are tested at once.
const memoryFor = 4 << 30

// memory is where the private server of the tests lives: in memory, when there is
// plenty, and "" for where temporary files go. Who says where by TMPDIR is heard.
//
// The database of a test is some 800 files that are made, hardly written, and
// removed again. On the disk of a virtual machine that took three times as long as
// all that the tests do: 31 seconds for those of seats, and 12 in memory. How the
// template is copied (strategy wal_log or file_copy) made no difference to either.
func memory() string {
	const tmpfs = 0x01021994 // TMPFS_MAGIC of linux/magic.h
	var at syscall.Statfs_t
	if os.Getenv("TMPDIR") != "" || syscall.Statfs(shm, &at) != nil || int64(at.Type) != tmpfs || at.Bavail*uint64(at.Bsize) < memoryFor {
		return ""
	}
	sweep(shm)
	return shm
}

// sweep removes what test binaries have left that were killed: it would stay in
// memory. What nobody has locked for an hour belongs to nobody.
func sweep(dir string) {
	left, _ := filepath.Glob(filepath.Join(dir, temporary+"*")) // the pattern is well-formed
	for _, server := range left {
		free := true
		for _, name := range []string{"owner.lock", "server.lock"} {
			lock, err := os.Open(filepath.Join(server, name))
			if err != nil {
				free = false
				break
			}
			defer lock.Close()
			info, err := lock.Stat()
			free = free && err == nil && time.Since(info.ModTime()) > time.Hour &&
				syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
		}
		if free {
			os.RemoveAll(server)
		}
	}
}
