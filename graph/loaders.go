package graph

import (
	"context"
	"errors"
	"sync"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// loaders read what the fields of a list ask for in one statement a kind. They
// live for one root field, so they show one viewer one moment.
//
// Whoever reads a list says which keys its items may ask for; the first item
// that asks brings the answer for all. There is no timer, so the number of
// statements does not depend on how busy the machine is, which is why the
// dataloader libraries, which wait for siblings, were left.
type loaders struct {
	experts       *siblings[engine.ExpertID, *engine.Expert]
	requests      *siblings[engine.RequestID, *engine.Request]
	organisations *siblings[engine.OrganisationID, *engine.Organisation]
	trainings     *siblings[engine.ExpertID, []store.Training]
	consents      *siblings[engine.ExpertID, []engine.ThemeConsent]
	transfers     *siblings[engine.ExpertID, *engine.Transfer]
	onSession     *siblings[engine.SessionID, []store.SessionExpert]
	blockers      *siblings[engine.SessionID, []store.Blocker]
	themes        func() (map[engine.ThemeCode]engine.Theme, error)
	now           func() (time.Time, error)
	// municipalities are names by code.
	municipalities func() (map[engine.MunicipalityCode]string, error)
}

func newLoaders(ctx context.Context, s *store.Store, viewer auth.Viewer) *loaders {
	v := s.As(viewer)
	l := &loaders{
		organisations: newSiblings(byID(v.OrganisationsByID, func(o engine.Organisation) engine.OrganisationID { return o.ID }, nil)),
		trainings:     newSiblings(byOwner(v.TrainingsOf, func(t store.Training) engine.ExpertID { return t.ExpertID }, nil)),
		consents:      newSiblings(byOwner(v.ConsentsOf, func(c engine.ThemeConsent) engine.ExpertID { return c.ExpertID }, nil)),
		transfers:     newSiblings(byID(v.TransfersOf, func(x engine.Transfer) engine.ExpertID { return x.ExpertID }, nil)),
		blockers:      newSiblings(byOwner(v.BlockersOf, func(b store.Blocker) engine.SessionID { return b.SessionID }, nil)),
	}
	l.experts = newSiblings(byID(v.ExpertsByID, func(e engine.Expert) engine.ExpertID { return e.ID }, l.sawExperts))
	l.requests = newSiblings(byID(v.RequestsByID, func(r engine.Request) engine.RequestID { return r.ID }, l.sawRequests))
	l.onSession = newSiblings(byOwner(v.ExpertsOfSessions, func(e store.SessionExpert) engine.SessionID { return e.SessionID }, l.sawOnSession))
	l.themes = sync.OnceValues(func() (map[engine.ThemeCode]engine.Theme, error) {
		list, err := v.Themes(ctx)
		by := make(map[engine.ThemeCode]engine.Theme, len(list))
		for _, t := range list {
			by[t.Code] = t
		}
		return by, err
	})
	l.now = sync.OnceValues(func() (time.Time, error) { return v.Now(ctx) })
	l.municipalities = sync.OnceValues(func() (map[engine.MunicipalityCode]string, error) {
		list, err := v.Municipalities(ctx, nil)
		by := make(map[engine.MunicipalityCode]string, len(list))
		for _, m := range list {
			by[m.Code] = m.Name
		}
		return by, err
	})
	return l
}

func (l *loaders) sawExperts(list []engine.Expert) {
	ids := keys(list, func(e engine.Expert) engine.ExpertID { return e.ID })
	l.trainings.expect(ids)
	l.consents.expect(ids)
	l.transfers.expect(ids)
}

func (l *loaders) sawRequests(list []engine.Request) {
	l.organisations.expect(keys(list, func(r engine.Request) engine.OrganisationID { return r.OrganisationID }))
}

func (l *loaders) sawOffers(list []engine.Offer) {
	l.experts.expect(keys(list, func(o engine.Offer) engine.ExpertID { return o.ExpertID }))
	l.requests.expect(keys(list, func(o engine.Offer) engine.RequestID { return o.RequestID }))
}

func (l *loaders) sawSessions(list []engine.Session) {
	l.requests.expect(keys(list, func(s engine.Session) engine.RequestID { return s.RequestID }))
	l.organisations.expect(keys(list, func(s engine.Session) engine.OrganisationID { return s.OrganisationID }))
	ids := keys(list, func(s engine.Session) engine.SessionID { return s.ID })
	l.onSession.expect(ids)
	l.blockers.expect(ids)
}

func (l *loaders) sawOnSession(list []store.SessionExpert) {
	l.experts.expect(keys(list, func(e store.SessionExpert) engine.ExpertID { return e.ExpertID }))
}

func (l *loaders) sawSuggestions(list []engine.Suggestion) {
	var ids []engine.ExpertID
	for _, s := range list {
		ids = append(ids, s.Experts...)
	}
	l.experts.expect(ids)
}

// siblings are keys that are read together.
type siblings[K comparable, V any] struct {
	read   func(context.Context, []K) (map[K]V, error)
	mu     sync.Mutex
	groups map[K]*group[K, V]
}

type group[K comparable, V any] struct {
	keys   []K
	once   sync.Once
	values map[K]V
	err    error
}

func newSiblings[K comparable, V any](read func(context.Context, []K) (map[K]V, error)) *siblings[K, V] {
	return &siblings[K, V]{read: read, groups: map[K]*group[K, V]{}}
}

// expect says that these keys may be asked for. Nothing is read yet.
func (s *siblings[K, V]) expect(keys []K) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := &group[K, V]{}
	for _, k := range keys {
		if s.groups[k] == nil {
			g.keys, s.groups[k] = append(g.keys, k), g
		}
	}
}

// load gives the value of a key, read together with its siblings. A key without
// a value gives the zero value.
func (s *siblings[K, V]) load(ctx context.Context, key K) (V, error) {
	s.expect([]K{key}) // no more than a group of its own when nobody announced it
	s.mu.Lock()
	g := s.groups[key]
	s.mu.Unlock()
	g.once.Do(func() { g.values, g.err = s.read(ctx, g.keys) })
	return g.values[key], g.err
}

// byID reads single things and tells what else they may ask for.
func byID[K comparable, V any](read func(context.Context, []K) ([]V, error), key func(V) K, saw func([]V)) func(context.Context, []K) (map[K]*V, error) {
	return func(ctx context.Context, ids []K) (map[K]*V, error) {
		list, err := read(ctx, ids)
		by := make(map[K]*V, len(list))
		for i := range list {
			by[key(list[i])] = &list[i]
		}
		if saw != nil {
			saw(list)
		}
		return by, err
	}
}

// byOwner reads the things that belong to each key.
func byOwner[K comparable, V any](read func(context.Context, []K) ([]V, error), key func(V) K, saw func([]V)) func(context.Context, []K) (map[K][]V, error) {
	return func(ctx context.Context, owners []K) (map[K][]V, error) {
		list, err := read(ctx, owners)
		by := make(map[K][]V, len(owners))
		for _, v := range list {
			by[key(v)] = append(by[key(v)], v)
		}
		if saw != nil {
			saw(list)
		}
		return by, err
	}
}

func keys[K comparable, V any](list []V, key func(V) K) []K {
	out := make([]K, len(list))
	for i, v := range list {
		out[i] = key(v)
	}
	return out
}

// there gives a thing for a field that cannot be null.
func there[V any](v *V, err error) (*V, error) {
	if err == nil && v == nil {
		err = engine.NotFound()
	}
	return v, err
}

// orNull gives nothing for what is not found: out of sight does not exist.
func orNull[V any](v *V, err error) (*V, error) {
	var e *engine.Error
	if errors.As(err, &e) && e.Code == engine.CodeNotFound {
		return nil, nil
	}
	return v, err
}

type loadersKey struct{}

func withLoaders(ctx context.Context, l *loaders) context.Context {
	return context.WithValue(ctx, loadersKey{}, l)
}

func load(ctx context.Context) *loaders { return ctx.Value(loadersKey{}).(*loaders) }
