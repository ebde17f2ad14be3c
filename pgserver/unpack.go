//go:build linux || darwin

package pgserver

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// What a package may weigh, in bytes; the largest has 55 MB and 148 MB.
const (
	maxArchive  = 128 << 20
	maxUnpacked = 512 << 20
)

// unpackPackage unpacks the one archive in the directory packed, provided that
// it has the expected digest, and completes it.
func unpackPackage(packed, unpacked, integrity string) error {
	names, err := filepath.Glob(filepath.Join(packed, "*.tgz"))
	if err != nil || len(names) != 1 {
		return fmt.Errorf("npm made %d archives instead of one", len(names))
	}
	archive, err := os.Open(names[0])
	if err != nil {
		return err
	}
	defer archive.Close()
	if err := checkIntegrity(archive, integrity); err != nil {
		return err
	}
	if _, err := archive.Seek(0, io.SeekStart); err != nil {
		return err
	}
	root, err := os.OpenRoot(unpacked) // nothing leaves it, by any name or link
	if err != nil {
		return err
	}
	defer root.Close()
	if err := unpack(archive, root, maxUnpacked); err != nil {
		return err
	}
	if err := makeLinks(root); err != nil {
		return err
	}
	return openToAll(root)
}

// checkIntegrity compares the SHA-512 digest of r.
func checkIntegrity(r io.Reader, integrity string) error {
	h := sha512.New()
	n, err := io.Copy(h, io.LimitReader(r, maxArchive+1))
	if err != nil {
		return err
	}
	if n > maxArchive {
		return fmt.Errorf("the archive is larger than %d bytes", maxArchive)
	}
	if got := "sha512-" + base64.StdEncoding.EncodeToString(h.Sum(nil)); got != integrity {
		return fmt.Errorf("the archive has the digest %s, expected is %s: "+
			"the registry serves something else, do not use it", got, integrity)
	}
	return nil
}

// unpack writes the files of a gzipped tar archive of at most limit unpacked
// bytes. Npm packages hold regular files only, so anything else is refused.
func unpack(archive io.Reader, root *os.Root, limit int64) error {
	gz, err := gzip.NewReader(archive)
	if err != nil {
		return fmt.Errorf("the archive is not gzip: %w", err)
	}
	bounded := &io.LimitedReader{R: gz, N: limit}
	for files := tar.NewReader(bounded); ; {
		header, err := files.Next()
		if err == nil {
			err = unpackFile(files, header, root)
		}
		switch {
		case bounded.N <= 0:
			return fmt.Errorf("the archive unpacks to more than %d bytes", limit)
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("unpack: %w", err)
		}
	}
}

func unpackFile(content io.Reader, header *tar.Header, root *os.Root) error {
	switch header.Typeflag {
	case tar.TypeDir:
		return nil // made with their files
	case tar.TypeReg:
	default:
		return fmt.Errorf("%q is neither a file nor a directory", header.Name)
	}
	if !filepath.IsLocal(header.Name) {
		return fmt.Errorf("%q leads out of the package", header.Name)
	}
	if err := root.MkdirAll(path.Dir(header.Name), 0o755); err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if header.Mode&0o111 != 0 {
		mode = 0o755
	}
	f, err := root.OpenFile(path.Clean(header.Name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Close())
}

// makeLinks adds the links between libraries that a package cannot hold. It
// lists them for a script of its own, which we do not run.
func makeLinks(root *os.Root) error {
	text, err := root.ReadFile("package/native/pg-symlinks.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(text, &links); err != nil {
		return fmt.Errorf("pg-symlinks.json: %w", err)
	}
	for _, link := range links {
		if !filepath.IsLocal(link.Source) || !filepath.IsLocal(link.Target) {
			return fmt.Errorf("the link from %q to %q leads out of the package", link.Target, link.Source)
		}
		source, err := filepath.Rel(path.Dir(link.Target), link.Source)
		if err != nil {
			return err
		}
		if err := root.Symlink(source, path.Join("package", link.Target)); err != nil {
			return err
		}
	}
	return nil
}

// openToAll lets every user read, whatever our umask: who fetches (root) is
// not who runs PostgreSQL.
func openToAll(root *os.Root) error {
	return fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		mode := fs.FileMode(0o644)
		if info.Mode()&0o100 != 0 { // directories have it too
			mode = 0o755
		}
		return root.Chmod(name, mode)
	})
}
