package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"strings"
	"sync/atomic"

	"github.com/lib/pq"
)

// connector opens lib/pq connections that are thrown away after any error that
// did not come from the server itself.
//
// lib/pq 1.11.0 to 1.12.3 can hand a connection back to the pool in the middle
// of a message: after a server error longer than 30,000 bytes (lib/pq#1324) the
// next query hangs, after a connection lost between an error and its end
// (lib/pq#1320) every later one fails. Both are fixed upstream but not released;
// when they are, this file goes. conn_test.go holds both cases.
type connector struct {
	driver.Connector
	onStatement func(string) // nil, or called before each statement
}

// Connect opens a guarded connection.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	raw, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{pqConn: raw.(pqConn), onStatement: c.onStatement}, nil
}

// pqConn is what a lib/pq connection can do and database/sql makes use of.
type pqConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.QueryerContext
	driver.ExecerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
	driver.NamedValueChecker
}

type conn struct {
	pqConn
	broken      atomic.Bool
	onStatement func(string)
	prepared    map[string]driver.Stmt // by text; see prepare
}

// inTheMiddle is what lib/pq says when it has sent nothing, because it still
// waits for the end of an answer that a lost connection will never bring.
const inTheMiddle = "there is already a query being processed"

// watch marks the connection broken unless the error is one the server sent, or
// one database/sql uses to say something about the call and not the connection.
// Where nothing was sent, database/sql is told that it may try another one.
func (c *conn) watch(err error) error {
	var fromServer *pq.Error
	switch {
	case err == nil, errors.Is(err, io.EOF), errors.Is(err, driver.ErrSkip), errors.Is(err, driver.ErrRemoveArgument):
	case errors.As(err, &fromServer):
	case strings.Contains(err.Error(), inTheMiddle):
		c.broken.Store(true)
		return driver.ErrBadConn
	default:
		c.broken.Store(true)
	}
	return err
}

func (c *conn) tell(query string) {
	if c.onStatement != nil {
		c.onStatement(query)
	}
}

func (c *conn) IsValid() bool { return !c.broken.Load() && c.pqConn.IsValid() }

func (c *conn) ResetSession(ctx context.Context) error {
	if c.broken.Load() {
		return driver.ErrBadConn
	}
	return c.pqConn.ResetSession(ctx)
}

func (c *conn) Ping(ctx context.Context) error {
	if c.broken.Load() {
		return driver.ErrBadConn
	}
	return c.watch(c.pqConn.Ping(ctx))
}

func (c *conn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if c.broken.Load() {
		return nil, driver.ErrBadConn
	}
	t, err := c.pqConn.BeginTx(ctx, o)
	if err != nil {
		return nil, c.watch(err)
	}
	return guardedTx{t, c}, nil
}

func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if c.broken.Load() {
		return nil, driver.ErrBadConn
	}
	s, err := c.pqConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, c.watch(err)
	}
	c.tell(query)
	return guardedStmt{s, c}, nil
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if c.broken.Load() {
		return nil, driver.ErrBadConn
	}
	c.tell(query)
	if len(args) == 0 { // one round trip, and it may be several statements
		r, err := c.pqConn.QueryContext(ctx, query, args)
		return c.guardRows(r, err)
	}
	s, err := c.prepare(ctx, query)
	if err != nil {
		return nil, c.watch(err)
	}
	r, err := s.(driver.StmtQueryContext).QueryContext(ctx, args)
	return c.guardRows(r, c.stale(query, err))
}

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if c.broken.Load() {
		return nil, driver.ErrBadConn
	}
	c.tell(query)
	if len(args) == 0 {
		r, err := c.pqConn.ExecContext(ctx, query, args)
		return r, c.watch(err)
	}
	s, err := c.prepare(ctx, query)
	if err != nil {
		return nil, c.watch(err)
	}
	r, err := s.(driver.StmtExecContext).ExecContext(ctx, args)
	return r, c.watch(c.stale(query, err))
}

func (c *conn) guardRows(r driver.Rows, err error) (driver.Rows, error) {
	if err != nil {
		return nil, c.watch(err)
	}
	if full, ok := r.(pqRows); ok {
		return guardedRows{full, c}, nil
	}
	return r, nil
}

type guardedTx struct {
	driver.Tx
	c *conn
}

func (t guardedTx) Commit() error {
	if t.c.broken.Load() {
		return driver.ErrBadConn
	}
	return t.c.watch(t.Tx.Commit())
}

// Rollback says nothing on a broken stream: closing the connection rolls back.
func (t guardedTx) Rollback() error {
	if t.c.broken.Load() {
		return driver.ErrBadConn
	}
	return t.c.watch(t.Tx.Rollback())
}

type guardedStmt struct {
	driver.Stmt
	c *conn
}

func (s guardedStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if s.c.broken.Load() {
		return nil, driver.ErrBadConn
	}
	r, err := s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
	return s.c.guardRows(r, err)
}

func (s guardedStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if s.c.broken.Load() {
		return nil, driver.ErrBadConn
	}
	r, err := s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
	return r, s.c.watch(err)
}

type pqRows interface {
	driver.Rows
	driver.RowsNextResultSet
	driver.RowsColumnTypeScanType
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeLength
	driver.RowsColumnTypePrecisionScale
}

type guardedRows struct {
	pqRows
	c *conn
}

func (r guardedRows) Next(dest []driver.Value) error { return r.c.watch(r.pqRows.Next(dest)) }
func (r guardedRows) Close() error                   { return r.c.watch(r.pqRows.Close()) }
func (r guardedRows) NextResultSet() error           { return r.c.watch(r.pqRows.NextResultSet()) }
