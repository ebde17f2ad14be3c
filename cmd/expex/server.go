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

// listenAndServe serves until the context ends or the database is lost, then
// lets the calls under way finish. ready is called once calls are answered.
func listenAndServe(ctx context.Context, listener net.Listener, handler http.Handler, lost <-chan struct{}, log *slog.Logger, ready func() error) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
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
