package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"time"
)

// textLog is for people at a terminal, jsonLog for machines that collect. Both
// write to stderr: stdout belongs to answers.
func textLog(p *process, l logFlags) *slog.Logger {
	return slog.New(withRequestID{slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: l.LogLevel})})
}

func jsonLog(p *process, l logFlags) *slog.Logger {
	return slog.New(withRequestID{slog.NewJSONHandler(p.stderr, &slog.HandlerOptions{Level: l.LogLevel})})
}

// withRequestID adds the id of the call to every line written during it.
type withRequestID struct{ slog.Handler }

func (h withRequestID) Handle(ctx context.Context, r slog.Record) error {
	if id, ok := ctx.Value(requestIDKey{}).(string); ok {
		r.AddAttrs(slog.String("request", id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h withRequestID) WithAttrs(a []slog.Attr) slog.Handler {
	return withRequestID{h.Handler.WithAttrs(a)}
}
func (h withRequestID) WithGroup(name string) slog.Handler {
	return withRequestID{h.Handler.WithGroup(name)}
}

type requestIDKey struct{}

// logged writes one line a call: the pattern of the route and never the path,
// because the path of a calendar is its secret. The id goes back to the caller,
// so that an internal error can be found again.
func logged(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := rand.Text()[:12]
		r = r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id))
		w.Header().Set("X-Request-Id", id)
		began := time.Now()
		recorded := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(recorded, r)
		log.InfoContext(r.Context(), "call", "method", r.Method, "route", r.Pattern, "status", recorded.status,
			"milliseconds", time.Since(began).Milliseconds())
	})
}

type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (s *statusRecorder) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (s *statusRecorder) Unwrap() http.ResponseWriter { return s.ResponseWriter }
