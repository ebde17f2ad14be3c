package graph

import (
	"context"
	"errors"
	"slices"
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
	sessions      *siblings[engine.SessionID, *engine.Session]
	trainings     *siblings[engine.ExpertID, []store.Training]
	consents      *siblings[engine.ExpertID, []engine.ThemeConsent]
	transfers     *siblings[engine.ExpertID, *engine.Transfer]
	certificates  *siblings[engine.ExpertID, []store.ConductCertificate]
	onSession     *siblings[engine.SessionID, []store.SessionExpert]
	cohorts       *siblings[engine.CohortID, *engine.Cohort]
	members       *siblings[engine.CohortID, []engine.CohortMember]
	attendance    *siblings[engine.CohortID, []engine.Attendance]
	placeOffers   *siblings[engine.WaitlistEntryID, []engine.PlaceOffer]
	priorityLog   *siblings[engine.WaitlistEntryID, []engine.PriorityChange]
	matches       *siblings[engine.MatchID, *engine.Match]
	matchesOf     *siblings[engine.RequestID, []engine.Match]
	meetings      *siblings[engine.MatchID, []engine.Session]
	rapports      *siblings[engine.MatchID, []engine.Rapport]
	standings     *siblings[engine.SessionID, *store.SessionStanding]
	series        *siblings[engine.SeriesID, *engine.SessionSeries]
	themes        func() (map[engine.ThemeCode]engine.Theme, error)
	now           func() (time.Time, error)
	serviceAreas  func() ([]store.Served, error)
	// municipalities are names by code.
	municipalities func() (map[engine.MunicipalityCode]string, error)
}

func newLoaders(ctx context.Context, s *store.Store, viewer auth.Viewer) *loaders {
	v := s.As(viewer)
	l := &loaders{
		organisations: newSiblings(byID(v.OrganisationsByID, func(o engine.Organisation) engine.OrganisationID { return o.ID }, nil)),
		trainings:     newSiblings(byOwner(v.TrainingsOf, func(t store.Training) engine.ExpertID { return t.ExpertID }, nil)),
		certificates:  newSiblings(byOwner(v.CertificatesOf, func(c store.ConductCertificate) engine.ExpertID { return c.ExpertID }, nil)),
		consents:      newSiblings(byOwner(v.ConsentsOf, func(c engine.ThemeConsent) engine.ExpertID { return c.ExpertID }, nil)),
		transfers:     newSiblings(byID(v.TransfersOf, func(x engine.Transfer) engine.ExpertID { return x.ExpertID }, nil)),
	}
	l.experts = newSiblings(byID(v.ExpertsByID, func(e engine.Expert) engine.ExpertID { return e.ID }, l.sawExperts))
	l.requests = newSiblings(byID(v.RequestsByID, func(r engine.Request) engine.RequestID { return r.ID }, l.sawRequests))
	l.sessions = newSiblings(byID(v.SessionsByID, func(s engine.Session) engine.SessionID { return s.ID }, l.sawSessions))
	l.onSession = newSiblings(byOwner(v.ExpertsOfSessions, func(e store.SessionExpert) engine.SessionID { return e.SessionID }, l.sawOnSession))
	l.attendance = newSiblings(byOwner(v.AttendanceOf, func(a engine.Attendance) engine.CohortID { return a.CohortID }, nil))
	l.members = newSiblings(byOwner(v.MembersOf, func(m engine.CohortMember) engine.CohortID { return m.CohortID }, l.sawMembers))
	l.cohorts = newSiblings(byID(v.CohortsByID, func(c engine.Cohort) engine.CohortID { return c.ID }, l.sawCohorts))
	l.placeOffers = newSiblings(byOwner(v.PlaceOffersOf, func(o engine.PlaceOffer) engine.WaitlistEntryID { return o.EntryID }, l.sawPlaceOffers))
	l.priorityLog = newSiblings(byOwner(v.PriorityLog, func(c engine.PriorityChange) engine.WaitlistEntryID { return c.EntryID }, nil))
	l.matches = newSiblings(byID(v.MatchesByID, func(m engine.Match) engine.MatchID { return m.ID }, l.sawMatches))
	l.matchesOf = newSiblings(byOwner(v.MatchesOf, func(m engine.Match) engine.RequestID { return m.RequestID }, l.sawMatches))
	l.meetings = newSiblings(byOwner(v.SessionsOfMatches, func(s engine.Session) engine.MatchID { return *s.MatchID }, l.sawSessions))
	l.rapports = newSiblings(byOwner(v.RapportsOf, func(r engine.Rapport) engine.MatchID { return r.MatchID }, nil))
	l.standings = newSiblings(byID(v.SessionStandings, func(s store.SessionStanding) engine.SessionID { return s.SessionID }, nil))
	l.series = newSiblings(byID(v.SeriesByID, func(s engine.SessionSeries) engine.SeriesID { return s.ID }, nil))
	l.themes = sync.OnceValues(func() (map[engine.ThemeCode]engine.Theme, error) {
		list, err := v.Themes(ctx)
		by := make(map[engine.ThemeCode]engine.Theme, len(list))
		for _, t := range list {
			by[t.Code] = t
		}
		return by, err
	})
	l.now = sync.OnceValues(func() (time.Time, error) { return v.Now(ctx) })
	l.serviceAreas = sync.OnceValues(func() ([]store.Served, error) { return v.ServiceAreas(ctx) })
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
	l.certificates.expect(ids)
}

func (l *loaders) sawRequests(list []engine.Request) {
	l.organisations.expect(keys(list, func(r engine.Request) engine.OrganisationID { return r.OrganisationID }))
	l.matchesOf.expect(keys(list, func(r engine.Request) engine.RequestID { return r.ID }))
	waiting := slices.DeleteFunc(slices.Clone(list), func(r engine.Request) bool { return r.CohortID == "" })
	l.cohorts.expect(keys(waiting, func(r engine.Request) engine.CohortID { return r.CohortID }))
}

func (l *loaders) sawCohorts(list []engine.Cohort) {
	ids := keys(list, func(c engine.Cohort) engine.CohortID { return c.ID })
	l.members.expect(ids)
	l.attendance.expect(ids)
}

func (l *loaders) sawMembers(list []engine.CohortMember) {
	l.experts.expect(keys(list, func(m engine.CohortMember) engine.ExpertID { return m.ExpertID }))
}

func (l *loaders) sawWaitlist(list []engine.WaitlistEntry) {
	ids := keys(list, func(e engine.WaitlistEntry) engine.WaitlistEntryID { return e.ID })
	l.placeOffers.expect(ids)
	l.priorityLog.expect(ids)
	l.experts.expect(keys(list, func(e engine.WaitlistEntry) engine.ExpertID { return e.ExpertID }))
}

func (l *loaders) sawPlaceOffers(list []engine.PlaceOffer) {
	l.cohorts.expect(keys(list, func(o engine.PlaceOffer) engine.CohortID { return o.CohortID }))
}

func (l *loaders) sawMatches(list []engine.Match) {
	ids := keys(list, func(m engine.Match) engine.MatchID { return m.ID })
	l.meetings.expect(ids)
	l.rapports.expect(ids)
	l.experts.expect(keys(list, func(m engine.Match) engine.ExpertID { return m.ExpertID }))
	l.requests.expect(keys(list, func(m engine.Match) engine.RequestID { return m.RequestID }))
}

func (l *loaders) sawOffers(list []engine.Offer) {
	l.experts.expect(keys(list, func(o engine.Offer) engine.ExpertID { return o.ExpertID }))
	l.requests.expect(keys(list, func(o engine.Offer) engine.RequestID { return o.RequestID }))
}

func (l *loaders) sawSessions(list []engine.Session) {
	l.requests.expect(keys(list, func(s engine.Session) engine.RequestID { return s.RequestID }))
	l.organisations.expect(keys(list, func(s engine.Session) engine.OrganisationID { return s.OrganisationID }))
	var matches []engine.MatchID
	for _, s := range list {
		if s.MatchID != nil {
			matches = append(matches, *s.MatchID)
		}
	}
	l.matches.expect(matches)
	ids := keys(list, func(s engine.Session) engine.SessionID { return s.ID })
	l.onSession.expect(ids)
	l.standings.expect(ids)
	var series []engine.SeriesID
	for _, s := range list {
		if s.SeriesID != nil {
			series = append(series, *s.SeriesID)
		}
	}
	l.series.expect(series)
}

func (l *loaders) sawPlanned(list []engine.PlannedDate) {
	var ids []engine.SessionID
	for _, d := range list {
		if d.SessionID != nil {
			ids = append(ids, *d.SessionID)
		}
	}
	l.sessions.expect(ids)
}

func (l *loaders) sawOnSession(list []store.SessionExpert) {
	l.experts.expect(keys(list, func(e store.SessionExpert) engine.ExpertID { return e.ExpertID }))
}

func (l *loaders) sawApart(list []store.Apart) {
	l.experts.expect(append(keys(list, func(a store.Apart) engine.ExpertID { return a.ExpertID }),
		named(list, func(a store.Apart) *engine.ExpertID { return a.OtherID })...))
	l.requests.expect(named(list, func(a store.Apart) *engine.RequestID { return a.RequestID }))
}

func (l *loaders) sawTasks(list []store.Task) {
	l.experts.expect(named(list, func(t store.Task) *engine.ExpertID { return t.ExpertID }))
	l.requests.expect(named(list, func(t store.Task) *engine.RequestID { return t.RequestID }))
	l.sessions.expect(named(list, func(t store.Task) *engine.SessionID { return t.SessionID }))
	l.matches.expect(named(list, func(t store.Task) *engine.MatchID { return t.MatchID }))
	l.cohorts.expect(named(list, func(t store.Task) *engine.CohortID { return t.CohortID }))
	l.organisations.expect(named(list, func(t store.Task) *engine.OrganisationID { return t.OrganisationID }))
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

// named are the keys that are there.
func named[K comparable, V any](list []V, key func(V) *K) (out []K) {
	for _, v := range list {
		if k := key(v); k != nil {
			out = append(out, *k)
		}
	}
	return out
}

// loadAny gives the thing a key names, nothing for no key.
func loadAny[K comparable, V any](ctx context.Context, s *siblings[K, *V], key *K) (*V, error) {
	if key == nil {
		return nil, nil
	}
	return s.load(ctx, *key)
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
	if isNotFound(err) {
		return nil, nil
	}
	return v, err
}

func isNotFound(err error) bool {
	var e *engine.Error
	return errors.As(err, &e) && e.Code == engine.CodeNotFound
}

type loadersKey struct{}

func withLoaders(ctx context.Context, l *loaders) context.Context {
	return context.WithValue(ctx, loadersKey{}, l)
}

func load(ctx context.Context) *loaders { return ctx.Value(loadersKey{}).(*loaders) }
