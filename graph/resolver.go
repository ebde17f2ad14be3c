// Package graph is GraphQL: arguments become one call of a use case or of the
// store, and its answer becomes fields. Nothing is decided here.
package graph

import (
	"context"
	"slices"

	"expex/app"
	"expex/auth"
	"expex/engine"
	"expex/graph/generated"
	"expex/graph/globalid"
	"expex/live"
	"expex/store"
)

//go:generate go tool gqlgen generate

// Resolver resolves the fields of the schema.
type Resolver struct {
	App     app.App
	Store   *store.Store
	FeedURL func(store.FeedKind, auth.Secret) string
	Changes *live.Hub
}

// view is the store as the viewer of the call sees it.
func (r *Resolver) view(ctx context.Context) store.View { return r.Store.As(auth.From(ctx)) }

// wording makes sentences in a language, with the names of these experts.
func (r *Resolver) wording(ctx context.Context, language generated.Language, experts ...engine.ExpertID) (Wording, error) {
	themes, err := load(ctx).themes()
	w := Wording{Language: Language(language), Themes: themes, Names: map[engine.ExpertID]string{}}
	for _, id := range experts {
		expert, err := load(ctx).experts.load(ctx, id)
		if err != nil {
			return w, err
		}
		if expert != nil { // out of sight: a sentence without a name
			w.Names[id] = expert.FirstName
		}
	}
	return w, err
}

// expertOrSelf is the expert an input names, the viewer herself by default.
func expertOrSelf(ctx context.Context, id *string) (engine.ExpertID, error) {
	if id != nil {
		return globalid.Decode[engine.ExpertID](globalid.Expert, *id)
	}
	if self := auth.From(ctx).Expert(); self != "" {
		return self, nil
	}
	return "", engine.Invalid("expertId", "is missing; you are no expert yourself, so say whose")
}

// verdict names the version of weights that is decided about.
func verdict(input generated.DecideWeightsInput) (app.Verdict, error) {
	pool, err := globalid.Decode[engine.PoolID](globalid.Pool, input.PoolID)
	return app.Verdict{PoolID: pool, Type: engine.DeploymentTypeCode(input.Type), Version: input.Version}, err
}

// matched is the answer of a step in the life of a relation.
func matched(match engine.Match, err error) (*generated.MatchPayload, error) {
	return &generated.MatchPayload{Match: &match}, err
}

// offers is the list behind Query.offers and Request.offers.
func (r *Resolver) offers(ctx context.Context, f store.OfferFilter, first int, after *string) (*generated.OfferConnection, error) {
	page, err := pageOf(first, after)
	if err != nil {
		return nil, err
	}
	list, err := r.view(ctx).Offers(ctx, f, page)
	if err != nil {
		return nil, err
	}
	out := &generated.OfferConnection{}
	load(ctx).sawOffers(list.Items)
	out.Edges, out.PageInfo = connect(list, page,
		func(o engine.Offer) store.Cursor { return store.TimeCursor(o.SentAt, string(o.ID)) },
		func(cursor string, node *engine.Offer) *generated.OfferEdge {
			return &generated.OfferEdge{Cursor: cursor, Node: node}
		})
	out.TotalCount, err = total(ctx, func() (int, error) { return r.view(ctx).CountOffers(ctx, f) })
	return out, err
}

// feedPayload shows the address of a feed when its secret is known, which is
// once.
func (r *Resolver) feedPayload(made app.NewFeed) *generated.CalendarFeedPayload {
	out := &generated.CalendarFeedPayload{Feed: &made.Feed}
	if made.Secret != "" {
		address := r.FeedURL(made.Feed.Kind, made.Secret)
		out.URL, out.Links = &address, linksTo(made.Feed.Kind, made.Feed.Title, address)
	}
	return out
}

// poolOrAll is the pool a list is narrowed to, nil for none.
func poolOrAll(id *string) (*engine.PoolID, error) {
	if id == nil {
		return nil, nil
	}
	return pointer(globalid.UnmarshalPoolID(*id)) // what is no id narrows to nothing, as an unknown one
}

// coordinates reports whether somebody coordinates or leads a pool.
func coordinates(v auth.Viewer, pool engine.PoolID) bool {
	return slices.ContainsFunc(v.Grants, func(g auth.Grant) bool {
		return g.PoolID == pool && (g.Role == auth.RoleCoordinator || g.Role == auth.RoleRegionLead)
	})
}

// only gives the thing that was read by id, nil when it is not there.
func only[T any](list []T, err error) (*T, error) {
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// nodeOf gives a thing as a node; a missing one is a nil node, not a nil in one.
func nodeOf[T any](v *T, err error) (globalid.Node, error) {
	if v == nil {
		return nil, err
	}
	return v, err
}

func expertsIn(facts []engine.Fact) []engine.ExpertID {
	var out []engine.ExpertID
	for _, f := range facts {
		if f.Expert != "" {
			out = append(out, f.Expert)
		}
	}
	return out
}
