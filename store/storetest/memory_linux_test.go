package storetest

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func TestOnlyWhatNobodyHoldsIsSweptAway(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files []string
		age   time.Duration
		held  string
		stays bool
	}{
		"left by who was killed":                {[]string{"owner.lock", "server.lock"}, 2 * time.Hour, "", false},
		"of a test that runs":                   {[]string{"owner.lock", "server.lock"}, 2 * time.Hour, "owner.lock", true},
		"of a server that still runs":           {[]string{"owner.lock", "server.lock"}, 2 * time.Hour, "server.lock", true},
		"about to be locked":                    {[]string{"owner.lock", "server.lock"}, time.Minute, "", true},
		"just made":                             {[]string{"owner.lock"}, 2 * time.Hour, "", true},
		"of something of which we know nothing": {nil, 2 * time.Hour, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := t.TempDir()
			dir := filepath.Join(base, temporary+"1")
			if err := os.Mkdir(dir, 0o711); err != nil {
				t.Fatal(err)
			}
			for _, file := range c.files {
				f, err := os.Create(filepath.Join(dir, file))
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				if file == c.held {
					if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
						t.Fatal(err)
					}
				}
				then := time.Now().Add(-c.age)
				if err := os.Chtimes(f.Name(), then, then); err != nil {
					t.Fatal(err)
				}
			}
			sweep(base)
			if _, err := os.Stat(dir); (err == nil) != c.stays {
				t.Errorf("it stays: %v", err == nil)
			}
		})
	}
}
