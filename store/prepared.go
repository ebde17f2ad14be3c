package store

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/lib/pq"
)

// maxPrepared is how many statements a connection keeps prepared. The texts of
// this package are constants, fewer than that; the bound is for what a test or a
// future caller may make up.
const maxPrepared = 500

// cachedPlanChanged is the SQLSTATE of "cached plan must not change result type"
// (after a migration), invalidStatement that of a name the server has forgotten
// (after DISCARD ALL).
const (
	cachedPlanChanged = "0A000"
	invalidStatement  = "26000"
)

// prepare gives the statement as this connection keeps it prepared.
//
// Without it lib/pq parses each call of a query that has values anew, in a round
// trip of its own, and the server plans the row-level security of every table
// in it again. The server itself watches what a plan rests on: it plans again
// when the role or the schema has changed (plancache.c), so a plan made for the
// viewer is never run for the engine.
func (c *conn) prepare(ctx context.Context, query string) (driver.Stmt, error) {
	if s, ok := c.prepared[query]; ok {
		return s, nil
	}
	s, err := c.pqConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if len(c.prepared) >= maxPrepared {
		for old := range c.prepared {
			c.forget(old)
			break
		}
	}
	if c.prepared == nil {
		c.prepared = map[string]driver.Stmt{}
	}
	c.prepared[query] = s
	return s, nil
}

// forget drops a statement; its errors do not matter, the connection's do.
func (c *conn) forget(query string) {
	if s, ok := c.prepared[query]; ok {
		delete(c.prepared, query)
		s.Close()
	}
}

// stale drops the statement when the error says that the server cannot run it
// any more. The call fails; the next prepares it anew.
func (c *conn) stale(query string, err error) error {
	var fromServer *pq.Error
	if errors.As(err, &fromServer) && (fromServer.Code == cachedPlanChanged || fromServer.Code == invalidStatement) {
		c.forget(query)
	}
	return err
}
