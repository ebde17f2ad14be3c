//go:build linux || darwin

package pgserver

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the user who runs PostgreSQL and owns its files.
type account struct {
	name string
	cred *syscall.Credential // nil when that is ourselves
}

// chooseAccount returns ourselves, or for root somebody PostgreSQL accepts.
// Data that exists stays with its owner: PostgreSQL refuses any other.
func chooseAccount(data, runAs string) (account, error) {
	if os.Geteuid() != 0 {
		self, err := user.Current()
		if err != nil {
			return account{}, fmt.Errorf("PostgreSQL needs a user with a name: %w", err)
		}
		return account{name: self.Username}, nil
	}
	var st syscall.Stat_t
	switch err := syscall.Stat(data, &st); {
	case errors.Is(err, fs.ErrNotExist):
		return namedAccount(runAs)
	case err != nil:
		return account{}, fmt.Errorf("stat %s: %w", data, err)
	}
	owner, err := user.LookupId(strconv.Itoa(int(st.Uid)))
	if err != nil {
		return account{}, fmt.Errorf("%s belongs to user id %d, whom this system does not know: "+
			"give it to user postgres (chown -R) or choose another directory with --data: %w", data, st.Uid, err)
	}
	if runAs != "" && runAs != owner.Username {
		return account{}, fmt.Errorf("%s belongs to user %s, so PostgreSQL cannot run there as %s: "+
			"choose that user or another directory with --data", data, owner.Username, runAs)
	}
	return unprivileged(owner)
}

func namedAccount(runAs string) (account, error) {
	names := []string{"postgres", "nobody"}
	if runAs != "" {
		names = []string{runAs}
	}
	for _, name := range names {
		u, err := user.Lookup(name)
		if errors.As(err, new(user.UnknownUserError)) {
			continue
		} else if err != nil {
			return account{}, err
		}
		return unprivileged(u)
	}
	return account{}, fmt.Errorf("PostgreSQL refuses to run as root and there is no user %q: "+
		"make one (useradd --system postgres) or run as a plain user", names)
}

func unprivileged(u *user.User) (account, error) {
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return account{}, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return account{}, err
	}
	if uid == 0 {
		return account{}, errors.New("PostgreSQL refuses to run as root: its data and its user must be a plain user's")
	}
	return account{
		name: u.Username,
		cred: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), Groups: []uint32{uint32(gid)}},
	}, nil
}

// create makes the state directory where the account can get at it.
func (l layout) create(who account) error {
	dir := string(l)
	if err := who.canEnter(dir); err != nil {
		return err
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		mode := os.FileMode(0o700)
		if who.cred != nil {
			mode = 0o711
		}
		if err := os.MkdirAll(dir, mode); err != nil {
			return err
		}
		if err := os.Chmod(dir, mode); err != nil { // whatever the umask
			return err
		}
	}
	return who.canEnter(dir)
}

// canEnter checks every directory on the way to dir that exists, because
// PostgreSQL itself would only say "permission denied".
func (a account) canEnter(dir string) error {
	if a.cred == nil {
		return nil
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	for {
		var st syscall.Stat_t
		err := syscall.Stat(dir, &st)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("stat %s: %w", dir, err)
		}
		if err == nil && !a.mayEnter(st.Uid, st.Gid, uint32(st.Mode)) {
			return fmt.Errorf("user %s, who runs PostgreSQL because root may not, cannot enter %s (mode %04o): "+
				"choose another state directory with --data", a.name, dir, st.Mode&0o7777)
		}
		if dir == filepath.Dir(dir) {
			return nil
		}
		dir = filepath.Dir(dir)
	}
}

// mayEnter is the search permission of path_resolution(7): the first class that
// fits decides.
func (a account) mayEnter(uid, gid, mode uint32) bool {
	switch {
	case uid == a.cred.Uid:
		return mode&0o100 != 0
	case gid == a.cred.Gid:
		return mode&0o010 != 0
	default:
		return mode&0o001 != 0
	}
}

// mkdir makes a directory that only the account can read.
func (a account) mkdir(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	if a.cred == nil {
		return nil
	}
	return os.Lchown(dir, int(a.cred.Uid), int(a.cred.Gid))
}
