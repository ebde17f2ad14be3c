//go:build linux || darwin

package pgserver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// clusterMajor returns the major version of existing data, 0 when there is none.
func clusterMajor(data string) (int, error) {
	b, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(data); err == nil {
			return 0, fmt.Errorf("%s exists but is no PostgreSQL cluster (no PG_VERSION); nothing was changed: "+
				"move it away or choose another directory with --data", data)
		}
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return 0, fmt.Errorf("%s: PG_VERSION holds %q, not a major version; nothing was changed", data, b)
	}
	return major, nil
}

// makeCluster builds the cluster beside its place and renames it in, so that a
// kill in the middle leaves nothing that looks like one. initdb inherits the
// lock: an orphaned one has ended before we come here.
func (s *Server) makeCluster(ctx context.Context, bin binaries, who account, lock *os.File, volatile bool) error {
	dir := s.files.newData()
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := who.mkdir(dir); err != nil {
		return err
	}
	args := []string{"-D", dir, "--username=expex", "--auth-local=peer", "--auth-host=reject",
		"--encoding=UTF8", "--data-checksums", "--no-sync"}
	c := who.command(ctx, bin.path("initdb"), append(args, locale(bin.major)...)...)
	c.ExtraFiles = []*os.File{lock}
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("make a PostgreSQL cluster in %s: %w: %s", dir, err, complaint(out))
	}
	if volatile {
		return os.Rename(dir, s.files.data())
	}
	if err := syncTree(dir); err != nil {
		return err
	}
	if err := os.Rename(dir, s.files.data()); err != nil {
		return err
	}
	parent, err := os.Open(string(s.files))
	if err != nil {
		return err
	}
	defer parent.Close()
	return parent.Sync() // the rename itself
}

// locale orders by code point and knows upper and lower case of all letters,
// the same on every machine.
func locale(major int) []string {
	switch {
	case major >= 17:
		return []string{"--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"}
	case runtime.GOOS == "darwin": // has no C.UTF-8
		return []string{"--locale=C", "--lc-ctype=en_US.UTF-8"}
	default:
		return []string{"--locale=C.UTF-8"}
	}
}

// complaint returns the line of a program's output that says what went wrong.
func complaint(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	for _, line := range lines {
		if strings.Contains(line, "error") || strings.Contains(line, "FATAL:") {
			return line
		}
	}
	return lines[len(lines)-1]
}
