package main

import (
	"context"
	"log/slog"
	"net/http"
	"path"
	"strings"

	"expex/app"
	"expex/auth"
	"expex/calendar"
	"expex/graph"
	"expex/live"
	"expex/store"
	"expex/web"
)

// site is what the routes are made of.
type site struct {
	store         *store.Store
	log           *slog.Logger
	base          string // address of the service, without a slash at its end
	introspection bool
	page          web.Page
	changes       *live.Hub // ends the streams when it is closed
}

// routes is the whole URL space.
func routes(s site) (http.Handler, error) {
	use := app.App{Store: s.store}
	pages, err := web.Handler(s.page)
	if err != nil {
		return nil, err
	}
	graphQL := graph.NewHandler(graph.Config{
		App: use, Log: s.log, Introspection: s.introspection, Changes: s.changes,
		FeedURL: func(secret auth.Secret) string { return s.base + "/calendar/" + secret.Reveal() + ".ics" },
	})
	signedIn := auth.Middleware(s.store.ViewerByToken, graph.Refuse, graph.Fail(s.log))

	mux := http.NewServeMux()
	mux.Handle("/graphql", signedIn(graphQL))
	mux.Handle("/healthz", probe(func(context.Context) error { return nil }))
	mux.Handle("/readyz", probe(s.store.CheckSchema))
	mux.Handle("/", pages)
	handler := below("/calendar/", calendar.Handler(feeds(use), s.log), mux)
	if strings.HasPrefix(s.base, "https://") {
		handler = onlyByTLS(handler)
	}
	return logged(s.log, handler), nil
}

// below hands whatever lies below a prefix to its handler as it came, and the rest
// to another. A mux would clean a path and redirect to it: not every calendar
// program follows, and a secret would stand in one more header.
func below(prefix string, h, rest http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file, ok := strings.CutPrefix(r.URL.Path, prefix)
		if !ok && !strings.HasPrefix(path.Clean("/"+r.URL.Path), prefix) {
			rest.ServeHTTP(w, r)
			return
		}
		r.Pattern = prefix + "{file}"
		r.SetPathValue("file", file)
		h.ServeHTTP(w, r)
	})
}

// onlyByTLS tells browsers to come by https for a year (RFC 6797), where the
// address of the service says that there is such a way.
func onlyByTLS(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		next.ServeHTTP(w, r)
	})
}

// probe answers 204 when all is well and 503 when not, without a word of why.
func probe(check func(context.Context) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if err := check(r.Context()); err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}
