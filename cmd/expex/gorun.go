package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"
)

// watchGoRun stops the program when it was started by `go run` and go is gone.
// go does not pass a SIGTERM on: whoever ends it would leave the program, and
// its database, running.
func watchGoRun(ctx context.Context, stop context.CancelFunc) {
	parent := os.Getppid()
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", parent))
	if err != nil || strings.TrimSpace(string(name)) != "go" {
		return
	}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if os.Getppid() != parent {
				stop()
				return
			}
		}
	}
}
