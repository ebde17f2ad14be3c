//go:build linux || darwin

package pgserver

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/user"
	"runtime"
	"strings"
	"sync"
	"syscall"
)

// settings returns the arguments of postgres. The command line wins over the
// files in the cluster, so what runs is what is written here.
func settings(files layout, o Options) []string {
	set := []string{
		"listen_addresses=",
		"port=" + port,
		"unix_socket_directories=" + files.run(),
		"unix_socket_permissions=0700",
		"hba_file=" + files.hba(),
		"ident_file=" + files.ident(),
		"max_connections=100",
		"shared_buffers=" + cmp.Or(o.SharedBuffers, "128MB"),
		"timezone=UTC",
		"jit=off", // compiling costs more than our short queries
		// The log must not hold what people typed: no statement, no parameter,
		// no DETAIL with key values, and errors go to the client alone.
		"log_destination=stderr",
		"logging_collector=off",
		"log_line_prefix=",
		"log_timezone=UTC",
		"log_min_messages=log",
		"log_min_error_statement=panic",
		"log_error_verbosity=terse",
		"log_statement=none",
		"log_parameter_max_length=0",
		"log_parameter_max_length_on_error=0",
		"log_checkpoints=off",
	}
	if runtime.GOOS == "linux" {
		// A query whose client was killed ends, and with it the last process
		// that could hold server.lock. Older versions know it on Linux only.
		set = append(set, "client_connection_check_interval=1s")
	}
	if o.Volatile {
		set = append(set, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	args := []string{"-D", files.data()}
	for _, s := range set {
		args = append(args, "-c", s)
	}
	return args
}

// prepare makes the socket directory and writes who may connect: as the
// PostgreSQL user expex, the users root, ourselves, and who runs the server.
func (l layout) prepare(who account) error {
	for _, stale := range []string{l.socket(), l.socket() + ".lock"} {
		if err := os.Remove(stale); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	// Made anew, because who owns it may have changed. Rmdir cannot harm a
	// directory of somebody else's: it refuses one with files, and links.
	_ = syscall.Rmdir(l.run())
	if err := who.mkdir(l.run()); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s holds files that are not expex's: choose another state directory with --data", l.run())
	} else if err != nil {
		return err
	}
	if err := writeFile(l.hba(), "local all expex peer map=owner\n"); err != nil {
		return err
	}
	self, err := user.Current()
	if err != nil {
		return err
	}
	var idents strings.Builder
	for _, name := range []string{"root", self.Username, who.name} {
		fmt.Fprintf(&idents, "owner \"%s\" expex\n", name)
	}
	return writeFile(l.ident(), idents.String())
}

// writeFile replaces a file that PostgreSQL, maybe another user, must read. It
// makes a new one and renames it, so that a link planted there is not followed.
func writeFile(path, text string) error {
	fresh := path + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(fresh, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil { // whatever the umask
		return err
	}
	return os.Rename(fresh, path)
}

// logLines turns PostgreSQL's log into records and keeps its last complaint.
type logLines struct {
	log *slog.Logger

	mu   sync.Mutex
	rest []byte
	last string
}

func (l *logLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, p...)
	for {
		line, rest, whole := bytes.Cut(l.rest, []byte("\n"))
		if !whole {
			return len(p), nil
		}
		l.rest = rest
		text := string(line)
		if !strings.HasPrefix(text, "LOG:") { // the very first complaints have no prefix at all
			l.last = text
		}
		if strings.Contains(text, "FATAL:") || strings.Contains(text, "PANIC:") {
			l.log.Warn("postgres", "line", text)
		} else {
			l.log.Debug("postgres", "line", text)
		}
	}
}

// complaint returns the last line that is not a mere report.
func (l *logLines) complaint() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}
