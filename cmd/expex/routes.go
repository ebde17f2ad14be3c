package main

import (
	"context"
	"log/slog"
	"net/http"

	"expex/app"
	"expex/auth"
	"expex/calendar"
	"expex/graph"
	"expex/live"
	"expex/web"
)

// site is what the routes are made of.
type site struct {
	use           app.App
	log           *slog.Logger
	base          string // address of the service, without a slash at its end
	introspection bool
	page          web.Page
	changes       *live.Hub // ends the streams when it is closed
}

// routes is the whole URL space.
func routes(s site) (http.Handler, error) {
	use := s.use
	pages, err := web.Handler(s.page)
	if err != nil {
		return nil, err
	}
	graphQL := graph.NewHandler(graph.Config{
		App: use, Log: s.log, Introspection: s.introspection, Changes: s.changes,
		FeedURL: func(secret auth.Secret) string { return s.base + "/calendar/" + secret.Reveal() + ".ics" },
	})
	signedIn := auth.Middleware(s.use.Store.ViewerByToken, graph.Refuse, graph.Fail(s.log))

	mux := http.NewServeMux()
	mux.Handle("/graphql", signedIn(graphQL))
	mux.Handle("/busy-calendars", signedIn(graph.NewUpload(use, s.log)))
	mux.Handle("/calendar/{file}", calendar.Handler(feeds(use), s.log))
	mux.Handle("/healthz", probe(func(context.Context) error { return nil }))
	mux.Handle("/readyz", probe(s.use.Store.CheckSchema))
	mux.Handle("/", pages)
	return logged(s.log, mux), nil
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
