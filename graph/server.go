package graph

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"

	"expex/app"
	"expex/auth"
	"expex/engine"
	"expex/graph/generated"
	"expex/graph/limit"
	"expex/graph/transport"
	"expex/live"
	"expex/store"
)

// Config says how to serve GraphQL.
type Config struct {
	App app.App
	Log *slog.Logger
	// Introspection lets clients ask for the schema, and lets errors suggest
	// names. Off in production.
	Introspection bool
	// FeedURL makes the address of a calendar feed out of its secret.
	FeedURL func(store.FeedKind, auth.Secret) string
	// Changes wakes subscriptions; closing it ends them. Nil is one that nobody
	// tells anything.
	Changes *live.Hub
}

// NewHandler serves GraphQL over HTTP at whatever path it is mounted.
func NewHandler(c Config) http.Handler {
	if c.Changes == nil {
		c.Changes = live.New(StreamsPerAccount, StreamsInAll)
	}
	schema := generated.NewExecutableSchema(generated.Config{
		Resolvers:  &Resolver{App: c.App, Store: c.App.Store, FeedURL: c.FeedURL, Changes: c.Changes},
		Directives: generated.DirectiveRoot{Needs: needs},
	})
	server := handler.New(schema)
	limits := Limits()
	server.SetParserTokenLimit(limits.Tokens)
	server.SetQueryCache(lru.New[*ast.QueryDocument](1000))
	server.SetDisableSuggestion(!c.Introspection)
	server.SetErrorPresenter(present(c.Log, c.Introspection))
	server.SetRecoverFunc(rescue(c.Log))
	server.AroundResponses(inOrder)
	server.AroundOperations(begin)
	server.AroundResponses(onEvents(c.App.Store))
	server.AddTransport(socket(c))
	server.AddTransport(transport.Events{})
	server.AddTransport(transport.HTTP{})
	server.Use(transport.SubscriptionsOnly{})
	server.Use(limits)
	server.Use(strictVariables{schema.Schema()})
	if c.Introspection {
		server.Use(extension.Introspection{})
	}
	// A root field is one moment: what the second mutation of a document shows
	// must not have been read before the first.
	server.AroundRootFields(func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
		return next(withLoaders(ctx, newLoaders(ctx, c.App.Store, auth.From(ctx))))
	})
	// Cookies are not used, but a token pasted into a page of ours must not be
	// usable by a page of somebody else.
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(refuseOrigin)
	return protection.Handler(server)
}

// Limits are what an operation must stay below: the defaults, with the usual
// length of our lists without `first`, so that a sensible query is not refused
// for what it cannot return.
func Limits() limit.Limits {
	l := limit.Default()
	l.Cost = 3000
	l.ListSizes = map[string]int{
		"MatchSuggestion.experts": 2, "MatchSuggestion.factors": 7, "MatchSuggestion.unknown": 3,
		"MatchSuggestion.wouldChange": 3, "MatchSuggestion.slots": 6,
		"Simulation.excluded": 12, "SuggestionDifference.experts": 2, "SuggestionDifference.factors": 7,
		"Query.fairness": 2, "Spread.quartiles": 3,
		"SuggestionDifference.slotsGained": 6, "SuggestionDifference.slotsLost": 6,
		"SlotProposal.dates": 6, "SlotDate.obstacles": 1, "SlotDate.warnings": 1,
		"Session.experts": 2, "Offer.themeGroups": 3,
		"Request.themes": 5, "Request.preferences": 3, "Request.options": 5, "Request.windows": 5,
	}
	return l
}

// needs guards a field: who is nobody is UNAUTHENTICATED, who has none of the
// roles is FORBIDDEN. An empty list asks only that the viewer is somebody.
func needs(ctx context.Context, _ any, next graphql.Resolver, any []auth.Role) (any, error) {
	viewer := auth.From(ctx)
	switch {
	case viewer.AccountID == "":
		return nil, &engine.Error{Code: engine.CodeUnauthenticated, Message: "send a token: Authorization: Bearer …"}
	case len(any) > 0 && !viewer.Has(any...):
		return nil, &engine.Error{Code: engine.CodeForbidden, Message: "your roles do not include this"}
	}
	return next(ctx)
}

// stamp writes an instant as the DateTime scalar does.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
