package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// drain is how long calls under way may take when the service stops.
const drain = 10 * time.Second

// writeTimeout is how long a client may take to read a piece of what she is sent.
// An answer as a whole has no such limit: a stream has no end.
const (
	writeTimeout = 15 * time.Second
	writePiece   = 64 << 10
)

// listenAndServe serves until the context ends or the database is lost, then
// ends what never ends by itself and lets the calls under way finish. ready is
// called once calls are answered.
func listenAndServe(ctx context.Context, listener net.Listener, handler http.Handler, lost <-chan struct{}, end func(), log *slog.Logger, ready func() error) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	server.RegisterOnShutdown(end)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(pressing{listener}) }()
	err := ready()
	if err == nil {
		select {
		case <-ctx.Done():
			log.Info("stopping")
		case <-lost:
			err = errors.New("the private PostgreSQL has ended; start again")
		case err = <-ended:
			return err
		}
	}
	grace, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	return errors.Join(err, server.Shutdown(grace))
}

// pressing makes connections that do not wait for ever for who does not read.
type pressing struct{ net.Listener }

// Accept is called by the server.
func (p pressing) Accept() (net.Conn, error) {
	c, err := p.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return pressed{c, writeTimeout}, nil
}

// pressed is closed when a piece of what is written to it is not taken in time.
// It holds for a websocket, too, which the server has given away.
type pressed struct {
	net.Conn
	timeout time.Duration
}

func (c pressed) Write(text []byte) (written int, err error) {
	for err == nil && written < len(text) {
		if err = c.SetWriteDeadline(time.Now().Add(c.timeout)); err == nil {
			var n int
			n, err = c.Conn.Write(text[written:min(len(text), written+writePiece)])
			written += n
		}
	}
	if err != nil {
		c.Conn.Close() // who reads from it must learn of it
	}
	return written, err
}

// CloseWrite lets the server end an answer before it closes the connection, so
// that the client still gets it.
func (c pressed) CloseWrite() error {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if !ok {
		return nil
	}
	return half.CloseWrite()
}
