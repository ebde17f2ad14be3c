package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
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
		defer unlessPanic(recorded, r, log)
		next.ServeHTTP(recorded, r)
		log.InfoContext(r.Context(), "call", "method", r.Method, "route", r.Pattern, "status", recorded.status,
			"milliseconds", time.Since(began).Milliseconds())
	})
}

// unlessPanic logs where a call panicked and never the value, which may hold a
// secret: net/http would log it. It is deferred.
func unlessPanic(w *statusRecorder, r *http.Request, log *slog.Logger) {
	v := recover()
	if v == nil {
		return
	}
	if v == http.ErrAbortHandler { // somebody's wish to say no more
		panic(v)
	}
	log.ErrorContext(r.Context(), "panic", "method", r.Method, "route", r.Pattern, "of", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
	if w.wrote {
		panic(http.ErrAbortHandler) // the client must not take half an answer for a whole
	}
	clear(w.Header())
	http.Error(w, "internal error", http.StatusInternalServerError)
}

type statusRecorder struct {
	http.ResponseWriter
	status int
	wrote  bool
}

func (s *statusRecorder) Write(text []byte) (int, error) {
	s.wrote = true
	return s.ResponseWriter.Write(text)
}

// ReadFrom lets the server copy with a buffer of its own, not a new one a call.
func (s *statusRecorder) ReadFrom(r io.Reader) (int64, error) {
	s.wrote = true
	return io.Copy(s.ResponseWriter, r)
}

func (s *statusRecorder) WriteHeader(status int) {
	s.status, s.wrote = status, true
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (s *statusRecorder) Unwrap() http.ResponseWriter { return s.ResponseWriter }
