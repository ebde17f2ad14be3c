//go:build !linux && !darwin

package pgserver

import (
	"context"
	"fmt"
	"runtime"
)

func start(context.Context, Options) (*Server, error) {
	return nil, fmt.Errorf("expex runs its own PostgreSQL on Linux and macOS only, not on %s: "+
		"set DATABASE_URL to a PostgreSQL 14 or newer", runtime.GOOS)
}
