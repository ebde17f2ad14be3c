//go:build linux || darwin

package pgserver

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

func TestSurveyRejectsWhatCannotServe(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files   map[string]string
		version string // of what is usable
		want    string // in the reason for the rejection
	}{
		"as the PostgreSQL project packs it": {
			files:   install("(PostgreSQL) 17.6", "share/extension"),
			version: "17.6",
		},
		"as npm packs it": {
			files:   install("(PostgreSQL) 18.4", "share/postgresql/extension"),
			version: "18.4",
		},
		"shared files where pg_config says": {
			files: with(install("(PostgreSQL) 14.0 (Debian 14.0-1)", "elsewhere/extension"),
				"bin/pg_config", "#!/bin/sh\nexpr \"$1\" = --sharedir >/dev/null && dirname \"$0\" | sed s,bin$,elsewhere,\n"),
			version: "14.0",
		},
		"version not released yet": {
			files:   install("(PostgreSQL) 19devel", "share/extension"),
			version: "19.0",
		},
		"too old": {
			files: install("(PostgreSQL) 13.23", "share/extension"),
			want:  "PostgreSQL 13.23 is older than 14",
		},
		"no btree_gist": {
			files: install("(PostgreSQL) 16.2", "share/elsewhere"),
			want:  "PostgreSQL 16.2 comes without the extension btree_gist",
		},
		"no initdb": {
			files: map[string]string{"bin/postgres": script("(PostgreSQL) 17.6")},
			want:  "no program initdb",
		},
		"does not run": {
			files: with(install("", "share/extension"), "bin/postgres", "#!/bin/sh\necho libinvented.so: error >&2; exit 127\n"),
			want:  "libinvented.so: error",
		},
		"something else": {
			files: install("0.1", "share/extension"),
			want:  "no PostgreSQL version",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			writeTree(t, dir, test.files)
			usable, rejected := survey(t.Context(), account{}, []string{filepath.Join(dir, "bin")}, 0)
			switch {
			case test.want != "":
				if len(usable) != 0 || len(rejected) != 1 || !strings.Contains(rejected[0].Error(), test.want) {
					t.Errorf("usable %v, rejected %v, want %q", usable, rejected, test.want)
				}
			case len(usable) != 1 || usable[0].version() != test.version:
				t.Errorf("usable %v, rejected %v, want %s", usable, rejected, test.version)
			}
		})
	}
}

func TestPickMatchesTheDataElseTheNewest(t *testing.T) {
	t.Parallel()
	usable := []binaries{{"a", 15, 9}, {"b", 17, 2}, {"c", 17, 10}, {"d", 14, 20}}
	for major, want := range map[int]string{0: "c", 14: "d", 15: "a", 17: "c", 16: ""} {
		if got, ok := pick(usable, major); got.dir != want || ok != (want != "") {
			t.Errorf("for data of PostgreSQL %d: %+v", major, got)
		}
	}
}

func TestInstalledDirsFollowLinksAndHaveNoDoubles(t *testing.T) {
	base, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	writeTree(t, base, map[string]string{
		"lib/15/bin/postgres":  script(""),
		"lib/17/bin/postgres":  script(""),
		"lib/none/bin/psql":    script(""),
		"lib/17/bin/pg_config": "#!/bin/sh\ndirname \"$0\"\n",
	})
	t.Setenv("PATH", filepath.Join(base, "path")+":/usr/bin:/bin")
	writeTree(t, base, map[string]string{"path/pg_config": "#!/bin/sh\necho " + base + "/lib/17/bin\n"})
	link(t, "../lib/15/bin/postgres", filepath.Join(base, "path", "postgres"))
	got := installedDirs(t.Context(), []string{filepath.Join(base, "lib/*/bin")})
	want := []string{base + "/lib/17/bin", base + "/lib/15/bin"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestExplicitProgramsAreUsedOrRefused(t *testing.T) {
	t.Parallel()
	dir := stateDir(t)
	writeTree(t, dir, install("(PostgreSQL) 13.23", "share/extension"))
	_, err := Start(t.Context(), Options{Dir: filepath.Join(dir, "state"), BinDir: filepath.Join(dir, "bin")})
	if err == nil || !strings.Contains(err.Error(), "older than 14") {
		t.Errorf("the error is %v", err)
	}
	_, err = Start(t.Context(), Options{Dir: filepath.Join(dir, "state"), BinDir: filepath.Join(dir, "nothing")})
	if err == nil || !strings.Contains(err.Error(), "no program postgres") {
		t.Errorf("the error is %v", err)
	}
}

func TestNotFoundSaysWhatToDo(t *testing.T) {
	t.Parallel()
	err := notFound([]error{errors.New("/opt/old/bin: too old"), errors.New("npm: npm is not installed either")})
	for _, want := range []string{"btree_gist", "PATH", installPlaces[0], "/opt/old/bin: too old", "npm is not installed", "Install it: ", "DATABASE_URL"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in: %v", want, err)
		}
	}
}

func TestInstallCommandFitsThePlatform(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ goos, release, want string }{
		"Debian":       {"linux", "PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n", "apt-get install postgresql"},
		"Mint":         {"linux", "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", "apt-get install postgresql"},
		"Fedora":       {"linux", "ID=fedora\n", "dnf install postgresql-server postgresql-contrib"},
		"Rocky":        {"linux", "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", "dnf install postgresql-server postgresql-contrib"},
		"openSUSE":     {"linux", "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n", "zypper install"},
		"Alpine":       {"linux", "ID=alpine\n", "apk add postgresql postgresql-contrib"},
		"Arch":         {"linux", "ID=arch\n", "pacman -S postgresql"},
		"another":      {"linux", "ID=invented\n", "of your system"},
		"no release":   {"linux", "", "of your system"},
		"macOS":        {"darwin", "", "brew install postgresql@17"},
		"VERSION lies": {"linux", "VERSION_ID=debian\nID=alpine\n", "apk add"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := installCommand(test.goos, test.release); !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// install is the files of an installation whose postgres prints a version.
func install(version, extensions string) map[string]string {
	return map[string]string{
		"bin/postgres":                     script(version),
		"bin/initdb":                       script(version),
		extensions + "/btree_gist.control": "relocatable = true\n",
	}
}

func with(files map[string]string, name, content string) map[string]string {
	files[name] = content
	return files
}

func script(version string) string { return "#!/bin/sh\necho 'postgres " + version + "'\n" }
