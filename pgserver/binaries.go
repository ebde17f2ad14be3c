//go:build linux || darwin

package pgserver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

const (
	oldest    = 14           // the first major with multiranges and SQL-standard function bodies
	extension = "btree_gist" // exclusion constraints on an id and a time range need it
)

// binaries is one usable PostgreSQL.
type binaries struct {
	dir          string
	major, minor int
}

func (b binaries) path(program string) string { return filepath.Join(b.dir, program) }
func (b binaries) version() string            { return fmt.Sprintf("%d.%d", b.major, b.minor) }

// findBinaries returns programs for a cluster of the given major version in
// data, or for a new one (major 0) the newest that are installed.
func findBinaries(ctx context.Context, o Options, who account, major int, data string) (binaries, error) {
	if o.BinDir != "" {
		b, err := inspect(ctx, who, o.BinDir)
		if err != nil {
			return binaries{}, fmt.Errorf("the PostgreSQL programs in %s cannot be used: %w", o.BinDir, err)
		}
		if major != 0 && b.major != major {
			return binaries{}, otherMajor(data, major, []binaries{b})
		}
		return b, nil
	}
	usable, rejected := survey(ctx, who, installedDirs(ctx, installPlaces), major)
	if b, ok := pick(usable, major); ok {
		return b, nil
	}
	if ctx.Err() != nil {
		return binaries{}, fmt.Errorf("look for the PostgreSQL programs: %w", ctx.Err())
	}
	if major == 0 || major == npmMajor {
		b, err := fetchedBinaries(ctx, o, who)
		if err == nil {
			return b, nil
		}
		rejected = append(rejected, fmt.Errorf("npm: %w", err))
	}
	if major != 0 {
		return binaries{}, otherMajor(data, major, usable, rejected...)
	}
	return binaries{}, notFound(rejected)
}

// installedDirs lists the directories that hold a postgres, without doubles.
func installedDirs(ctx context.Context, places []string) (dirs []string) {
	var found []string
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		found = append(found, strings.TrimSpace(string(out)))
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		found = append(found, filepath.Dir(path))
	}
	for _, place := range places {
		matches, _ := filepath.Glob(place) // fails on a bad pattern only
		found = append(found, matches...)
	}
	for _, dir := range found {
		// Debian's admins and Homebrew link single programs into PATH; initdb and
		// the shared files are beside the real one.
		program, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
		if err == nil && !slices.Contains(dirs, filepath.Dir(program)) {
			dirs = append(dirs, filepath.Dir(program))
		}
	}
	return dirs
}

// survey inspects the directories, up to the first of the wanted major version.
func survey(ctx context.Context, who account, dirs []string, major int) (usable []binaries, rejected []error) {
	for _, dir := range dirs {
		b, err := inspect(ctx, who, dir)
		if err != nil {
			rejected = append(rejected, fmt.Errorf("%s: %w", dir, err))
			continue
		}
		usable = append(usable, b)
		if b.major == major {
			break
		}
	}
	return usable, rejected
}

// pick returns the programs of a major version, the newest for 0.
func pick(usable []binaries, major int) (newest binaries, ok bool) {
	for _, b := range usable {
		if major != 0 && b.major != major {
			continue
		}
		if !ok || b.major > newest.major || b.major == newest.major && b.minor > newest.minor {
			newest, ok = b, true
		}
	}
	return newest, ok
}

var versionText = regexp.MustCompile(`\(PostgreSQL\) (\d+)(?:\.(\d+))?`)

// inspect says what is in dir, or why it cannot serve us. It runs postgres as
// the account that will run it, so it also proves that this is possible.
func inspect(ctx context.Context, who account, dir string) (binaries, error) {
	b := binaries{dir: dir}
	for _, program := range []string{"postgres", "initdb"} {
		if info, err := os.Stat(b.path(program)); err != nil || !info.Mode().IsRegular() {
			return b, fmt.Errorf("there is no program %s", program)
		}
	}
	out, err := who.command(ctx, b.path("postgres"), "--version").CombinedOutput()
	if err != nil {
		return b, unrunnable(err, who, out)
	}
	m := versionText.FindStringSubmatch(string(out))
	if m == nil {
		return b, fmt.Errorf("postgres --version says %q, which is no PostgreSQL version", out)
	}
	b.major, _ = strconv.Atoi(m[1])
	b.minor, _ = strconv.Atoi(m[2]) // empty in "19devel"
	if b.major < oldest {
		return b, fmt.Errorf("PostgreSQL %s is older than %d", b.version(), oldest)
	}
	if !b.hasExtension(ctx) {
		return b, fmt.Errorf("PostgreSQL %s comes without the extension %s (package postgresql-contrib)", b.version(), extension)
	}
	return b, nil
}

func unrunnable(err error, who account, out []byte) error {
	switch {
	case who.cred != nil && (errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EINVAL)):
		return fmt.Errorf("root may not become user %s here (is the capability SETUID missing?): %w", who.name, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("user %s may not run postgres: %w", who.name, err)
	default:
		return fmt.Errorf("postgres does not run: %w: %s", err, complaint(out))
	}
}

// hasExtension looks for the control file where this build keeps its own.
func (b binaries) hasExtension(ctx context.Context) bool {
	n := strconv.Itoa(b.major)
	shared := []string{
		b.path("../share/postgresql"),      // npm package, Arch, Postgres.app
		b.path("../share"),                 // source, Red Hat of the PostgreSQL project
		b.path("../share/pgsql"),           // Fedora
		b.path("../share/postgresql@" + n), // Homebrew
		"/usr/share/postgresql/" + n,       // Debian
		"/usr/share/postgresql" + n,        // Alpine, SUSE
	}
	if out, err := exec.CommandContext(ctx, b.path("pg_config"), "--sharedir").Output(); err == nil {
		shared = []string{strings.TrimSpace(string(out))}
	}
	return slices.ContainsFunc(shared, func(dir string) bool {
		_, err := os.Stat(filepath.Join(dir, "extension", extension+".control"))
		return err == nil
	})
}

func otherMajor(data string, major int, usable []binaries, rejected ...error) error {
	var found []string
	for _, b := range usable {
		found = append(found, b.version()+" in "+b.dir)
	}
	for _, err := range rejected {
		found = append(found, err.Error())
	}
	return fmt.Errorf("%s was made by PostgreSQL %d and needs the programs of that version, nothing was changed (found: %s): "+
		"install PostgreSQL %[2]d or choose another directory with --data", data, major, strings.Join(found, "; "))
}

func notFound(rejected []error) error {
	text := fmt.Sprintf("no PostgreSQL %d or newer with %s: looked for pg_config and postgres in PATH, in %s, and with npm",
		oldest, extension, strings.Join(installPlaces, ", "))
	for _, err := range rejected {
		text += "; " + err.Error()
	}
	release, _ := os.ReadFile("/etc/os-release") // none on macOS
	return fmt.Errorf("%s.\nInstall it: %s\nOr set DATABASE_URL to a PostgreSQL that runs elsewhere", text,
		installCommand(runtime.GOOS, string(release)))
}

// installCommand says how to get PostgreSQL. The release is the text of
// os-release(5), whose ID or ID_LIKE names the family.
func installCommand(goos, release string) string {
	if goos == "darwin" {
		return "brew install postgresql@17"
	}
	var ids []string
	for line := range strings.Lines(release) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if key == "ID" || key == "ID_LIKE" {
			ids = append(ids, strings.Fields(strings.Trim(value, `"'`))...)
		}
	}
	commands := []struct{ id, command string }{
		{"debian", "sudo apt-get install postgresql"},
		{"ubuntu", "sudo apt-get install postgresql"},
		{"fedora", "sudo dnf install postgresql-server postgresql-contrib"},
		{"rhel", "sudo dnf install postgresql-server postgresql-contrib"},
		{"suse", "sudo zypper install postgresql-server postgresql-contrib"},
		{"alpine", "sudo apk add postgresql postgresql-contrib"},
		{"arch", "sudo pacman -S postgresql"},
	}
	for _, c := range commands {
		if slices.Contains(ids, c.id) {
			return c.command
		}
	}
	return "use the packages postgresql and postgresql-contrib of your system"
}
