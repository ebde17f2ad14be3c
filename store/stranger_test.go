package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"expex/auth"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// subject is what a View is asked about.
type subject struct {
	expert       engine.ExpertID
	request      engine.RequestID
	session      engine.SessionID
	offer        engine.OfferID
	organisation engine.OrganisationID
	feed         engine.FeedID
	busy         engine.BusyCalendarID
	pool         engine.PoolID
	decision     engine.DecisionID
	cohort       engine.CohortID
	waiting      engine.WaitlistEntryID
	match        engine.MatchID
	related      engine.RequestID // it led to the match
	matched      engine.ExpertID  // of the match
	series       engine.SeriesID
	name         string // of the expert
	task         engine.TaskID
}

// taskOf is a task about the first expert and the session of a site.
const taskOf = "aaaaaaaa-000c-4000-8000-000000000001"

// withTask fills the fixture and puts a task on the list of Midden-Holland.
func withTask(t *testing.T, s *store.Store) storetest.Fixture {
	t.Helper()
	f := storetest.Fill(t, s)
	store.Owner(s).MustExec(`insert into task (id, pool_id, kind, session_id, appears_at, due_at) values ($1, $2, 'DEBRIEF', $3, $4, $4)`,
		taskOf, f.A.Pool, f.A.Session, storetest.Now)
	store.Owner(s).MustExec(`insert into account_role (account_id, role, pool_id, valid_from, valid_to, deputy_for) values ($1, 'COORDINATOR', $2, '2028-01-01', '2028-01-08', $3)`,
		f.A.RegionLead.AccountID, f.A.Pool, f.A.Coordinator.AccountID)
	return f
}

func about(s storetest.Site) subject {
	return subject{
		expert: s.Experts[0], request: s.Ear, session: s.Session, offer: s.Accepted[0], organisation: s.Location, feed: s.Feed, busy: s.Busy, pool: s.Pool,
		decision: s.Decisions[0], cohort: s.Cohort, waiting: s.Waiting, match: s.Match, related: s.Buddy, matched: s.Experts[5], series: s.Series, name: s.ExpertViewers[0].Name, task: taskOf,
	}
}

// unknown is about what does not exist, malformed about what cannot.
var unknown, malformed = allOf(unknownID, "Niemand"), allOf("x", "x")

func allOf(id, name string) (s subject) {
	s = subject{
		expert: engine.ExpertID(id), request: engine.RequestID(id), session: engine.SessionID(id), offer: engine.OfferID(id),
		organisation: engine.OrganisationID(id), feed: engine.FeedID(id), busy: engine.BusyCalendarID(id), pool: engine.PoolID(id), decision: engine.DecisionID(id),
		cohort: engine.CohortID(id), waiting: engine.WaitlistEntryID(id),
		match: engine.MatchID(id), related: engine.RequestID(id), matched: engine.ExpertID(id), series: engine.SeriesID(id), name: name, task: engine.TaskID(id),
	}
	return s
}

const unknownID = "dddddddd-0000-4000-8000-000000000000"

var (
	page  = store.Page{First: store.MaxPage}
	years = engine.Interval{Start: storetest.Now.AddDate(-1, 0, 0), End: storetest.Now.AddDate(1, 0, 0)}
)

// asks says how each method of View is called to learn about a subject. A method
// that is missing fails the test.
var asks = map[string]func(context.Context, store.View, subject) (any, error){
	"AttendanceOf": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.AttendanceOf(ctx, []engine.CohortID{s.cohort})
	},
	"Cohorts": func(ctx context.Context, v store.View, s subject) (any, error) { return v.Cohorts(ctx, &s.pool, page) },
	"CohortsByID": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.CohortsByID(ctx, []engine.CohortID{s.cohort})
	},
	"MembersOf": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.MembersOf(ctx, []engine.CohortID{s.cohort})
	},
	"PlaceOffersOf": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.PlaceOffersOf(ctx, []engine.WaitlistEntryID{s.waiting})
	},
	"PriorityLog": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.PriorityLog(ctx, []engine.WaitlistEntryID{s.waiting})
	},
	"Waitlist":      func(ctx context.Context, v store.View, s subject) (any, error) { return v.Waitlist(ctx, &s.pool, page) },
	"CountCohorts":  func(ctx context.Context, v store.View, s subject) (any, error) { return v.CountCohorts(ctx, &s.pool) },
	"CountWaitlist": func(ctx context.Context, v store.View, s subject) (any, error) { return v.CountWaitlist(ctx, &s.pool) },
	"BusyCalendars": func(ctx context.Context, v store.View, s subject) (any, error) { return v.BusyCalendars(ctx) },
	"BusyCalendarsByID": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.BusyCalendarsByID(ctx, []engine.BusyCalendarID{s.busy})
	},
	"CertificatesOf": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.CertificatesOf(ctx, []engine.ExpertID{s.expert})
	},
	"ConsentsOf": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.ConsentsOf(ctx, []engine.ExpertID{s.expert})
	},
	"CountExperts": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.CountExperts(ctx, store.ExpertFilter{Search: &s.name})
	},
	"CountMatches": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.CountMatches(ctx, store.MatchFilter{ExpertID: &s.matched})
	},
	"CountOffers": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.CountOffers(ctx, store.OfferFilter{ExpertID: &s.expert})
	},
	"CountRequests": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.CountRequests(ctx, store.RequestFilter{OrganisationID: &s.organisation})
	},
	"CountSessions": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.CountSessions(ctx, store.SessionFilter{From: years.Start, To: years.End, ExpertID: &s.expert})
	},
	"CountTasks": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.CountTasks(ctx, store.TaskListFilter{PoolID: &s.pool})
	},
	"DecisionsByID": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.DecisionsByID(ctx, []engine.DecisionID{s.decision})
	},
	"Deputyships": func(ctx context.Context, v store.View, s subject) (any, error) { return v.Deputyships(ctx) },
	"Exclusions":  func(ctx context.Context, v store.View, s subject) (any, error) { return v.Exclusions(ctx) },
	"Houses":      func(ctx context.Context, v store.View, s subject) (any, error) { return v.Houses(ctx) },
	"KeptApart":   func(ctx context.Context, v store.View, s subject) (any, error) { return v.KeptApart(ctx) },
	"Experts": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.Experts(ctx, store.ExpertFilter{Search: &s.name}, page)
	},
	"ExpertsByID": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.ExpertsByID(ctx, []engine.ExpertID{s.expert})
	},
	"ExpertsOfSessions": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.ExpertsOfSessions(ctx, []engine.SessionID{s.session})
	},
	"Invitations": func(ctx context.Context, v store.View, s subject) (any, error) { return v.Invitations(ctx) },
	"Feeds":       func(ctx context.Context, v store.View, s subject) (any, error) { return v.Feeds(ctx) },
	"FeedsByID": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.FeedsByID(ctx, []engine.FeedID{s.feed})
	},
	"HoursOf": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.HoursOf(ctx, s.expert, years)
	},
	"MatchInput": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.MatchInput(ctx, s.request)
	},
	"MatchInputAt": func(ctx context.Context, v store.View, s subject) (any, error) {
		gouda := engine.MunicipalityCode("GM0513")
		in, at, err := v.MatchInputAt(ctx, s.request, &gouda)
		return []any{in, at}, err
	},
	"Matches": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.Matches(ctx, store.MatchFilter{ExpertID: &s.matched}, page)
	},
	"MatchesByID": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.MatchesByID(ctx, []engine.MatchID{s.match})
	},
	"MatchesOf": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.MatchesOf(ctx, []engine.RequestID{s.related})
	},
	"Now": func(ctx context.Context, v store.View, s subject) (any, error) { return v.Now(ctx) },
	"OfferInput": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.OfferInput(ctx, s.offer)
	},
	"Offers": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.Offers(ctx, store.OfferFilter{ExpertID: &s.expert}, page)
	},
	"OffersByID": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.OffersByID(ctx, []engine.OfferID{s.offer})
	},
	"Organisations": func(ctx context.Context, v store.View, s subject) (any, error) { return v.Organisations(ctx) },
	"OrganisationsByID": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.OrganisationsByID(ctx, []engine.OrganisationID{s.organisation})
	},
	"PoolLoads": func(ctx context.Context, v store.View, s subject) (any, error) { return v.PoolLoads(ctx, &s.pool) },
	"Pools":     func(ctx context.Context, v store.View, s subject) (any, error) { return v.Pools(ctx) },
	"RapportsOf": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.RapportsOf(ctx, []engine.MatchID{s.match})
	},
	"Requests": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.Requests(ctx, store.RequestFilter{OrganisationID: &s.organisation}, store.NewestFirst, page)
	},
	"RequestState": func(ctx context.Context, v store.View, s subject) (any, error) { return v.RequestState(ctx, s.request) },
	"RequestsByID": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.RequestsByID(ctx, []engine.RequestID{s.request})
	},
	"SeatInput": func(ctx context.Context, v store.View, s subject) (any, error) { return v.SeatInput(ctx, s.session) },
	"Sessions": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.Sessions(ctx, store.SessionFilter{From: years.Start, To: years.End, ExpertID: &s.expert}, page)
	},
	"SessionsByID": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.SessionsByID(ctx, []engine.SessionID{s.session})
	},
	"SessionsOfMatches": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.SessionsOfMatches(ctx, []engine.MatchID{s.match})
	},
	"PlanBasis": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.PlanBasis(ctx, &s.request, nil)
	},
	"SeriesByID": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.SeriesByID(ctx, []engine.SeriesID{s.series})
	},
	"SessionStandings": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.SessionStandings(ctx, []engine.SessionID{s.session})
	},
	"ServiceAreas": func(ctx context.Context, v store.View, s subject) (any, error) { return v.ServiceAreas(ctx) },
	"SlotSearch": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.SlotSearch(ctx, []engine.ExpertID{s.expert}, years, store.SlotPlace{Online: true})
	},
	"TaskStates": func(ctx context.Context, v store.View, s subject) (any, error) {
		states, err := v.TaskStates(ctx)
		maps.DeleteFunc(states, func(pool engine.PoolID, _ string) bool { return pool != s.pool })
		return states, err
	},
	"Tasks": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.Tasks(ctx, store.TaskListFilter{PoolID: &s.pool}, page)
	},
	"TasksByID": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.TasksByID(ctx, []engine.TaskID{s.task})
	},
	"Standby": func(ctx context.Context, v store.View, s subject) (any, error) { return v.Standby(ctx, years) },
	"TrainingsOf": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.TrainingsOf(ctx, []engine.ExpertID{s.expert})
	},
	"TransfersOf": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.TransfersOf(ctx, []engine.ExpertID{s.expert})
	},
	"Weights": func(ctx context.Context, v store.View, s subject) (any, error) {
		return v.Weights(ctx, s.pool, engine.PolicyAdvice)
	},
}

// open are the methods about nobody: lists of codes, for whoever is signed in.
var open = map[string]func(context.Context, store.View) (any, error){
	"DeploymentTypes": func(ctx context.Context, v store.View) (any, error) { return v.DeploymentTypes(ctx) },
	"Municipalities":  func(ctx context.Context, v store.View) (any, error) { return v.Municipalities(ctx, nil) },
	"Regions":         func(ctx context.Context, v store.View) (any, error) { return v.Regions(ctx, nil) },
	"Themes":          func(ctx context.Context, v store.View) (any, error) { return v.Themes(ctx) },
}

// training is the business of trainers.
var training = []string{"AttendanceOf", "Cohorts", "CohortsByID", "CountCohorts", "MembersOf"}

func TestEveryMethodOfViewIsAsked(t *testing.T) {
	t.Parallel()
	view := reflect.TypeFor[store.View]()
	for i := range view.NumMethod() {
		name := view.Method(i).Name
		_, person := asks[name]
		_, code := open[name]
		if person == code {
			t.Errorf("View.%s is in none or both of the tables asks and open: say there how a stranger would call it", name)
		}
	}
}

// happened is what the fixture has none of: a session that is broken, an expert
// who is asked to move to the other pool, and who keeps away from whom.
func happened(s *store.Store, f storetest.Fixture) {
	store.Owner(s).MustExec(`insert into task (pool_id, kind, session_id, codes, appears_at, due_at) values ($1, 'SESSION_BROKEN', $2, '{NOT_AVAILABLE}', $3, $3)`,
		f.A.Pool, f.A.Session, storetest.Now)
	store.Owner(s).MustExec(`insert into expert_transfer (expert_id, from_pool, to_pool, takes_effect, postcode4, proposed_by, proposed_at)
		values ($1, $2, $3, '2027-05-01', '1315', $4, $5)`, f.A.Experts[0], f.A.Pool, f.B.Pool, f.A.Coordinator.AccountID, storetest.Now)
	store.Owner(s).MustExec(`insert into organisation_exclusion (expert_id, organisation_id) values ($1, $2)`, f.A.Experts[0], f.A.Other)
	store.Owner(s).MustExec(`insert into expert_exclusion (expert_id, other_id, set_by) values ($1, $2, $3)`, f.A.Experts[0], f.A.Experts[1], f.A.Coordinator.AccountID)
	store.Owner(s).MustExec(`insert into client_exclusion (expert_id, client_ref, set_by) values ($1, $2, $3)`, f.A.Experts[0], f.A.Client, f.A.Coordinator.AccountID)
}

func TestAStrangerSeesNothing(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := withTask(t, s)
	spoken(t, s, f.A)
	a := f.A
	onDuty(s, a)
	happened(s, f)
	strangers := map[string]auth.Viewer{
		"nobody": {}, "an account without roles": f.Roleless, "a system admin": f.SystemAdmin,
		"an account that does not exist": {AccountID: unknownID},
		"a funder of the pool":           a.Funder, "a trainer of the pool": a.Trainer, "a privacy officer of the pool": a.PrivacyOfficer,
		"a safeguarding lead of the pool":    a.SafeguardLead,
		"a coordinator of the other pool":    f.B.Coordinator,
		"a region lead of the other pool":    f.B.RegionLead,
		"a requester of another house":       a.OtherRequester,
		"a requester of the other pool":      f.B.Requester,
		"another expert of the pool":         a.ExpertViewers[2],
		"an expert of the other pool":        f.B.ExpertViewers[0],
		"a viewer who claims a foreign role": {AccountID: f.Roleless.AccountID, Grants: a.Coordinator.Grants},
	}
	secrets := []string{string(a.Experts[0]), string(a.Client), string(a.Ear), string(a.Talk), string(a.Session), string(a.Accepted[0]),
		string(a.House), string(a.Location), string(a.Feed), string(a.Busy), string(a.Match), taskOf, "Aafke"}
	for who, viewer := range strangers {
		t.Run(who, func(t *testing.T) {
			v := s.As(viewer)
			for method, ask := range asks {
				if who == "a trainer of the pool" && slices.Contains(training, method) || who == "another expert of the pool" && method == "Houses" {
					continue
				}
				answer, err := ask(t.Context(), v, about(a))
				if got := text(t, answer, err); slices.ContainsFunc(secrets, func(secret string) bool { return strings.Contains(got, secret) }) {
					t.Errorf("%s shows %s", method, got)
				}
				if n, ok := answer.(int); ok && n != 0 {
					t.Errorf("%s counts %d", method, n)
				}
				other, otherErr := ask(t.Context(), v, unknown)
				if !reflect.DeepEqual(err, otherErr) || !reflect.DeepEqual(answer, other) {
					t.Errorf("%s answers %s for what is hidden and %s for what does not exist", method, text(t, answer, err), text(t, other, otherErr))
				}
				// A malformed id asks for nothing in particular: where it is an
				// error, it is the one for the unknown.
				if _, err := ask(t.Context(), v, malformed); err != nil && !reflect.DeepEqual(err, error(engine.NotFound())) {
					t.Errorf("%s answers a malformed id with %v, want NOT_FOUND", method, err)
				}
			}
		})
	}
}

func TestNobodyReadsNotEvenCodes(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	for method, ask := range open {
		if got, err := ask(t.Context(), s.As(auth.Viewer{})); err != nil || reflect.ValueOf(got).Len() != 0 {
			t.Errorf("%s shows nobody %d codes (%v)", method, reflect.ValueOf(got).Len(), err)
		}
		if got, err := ask(t.Context(), s.As(f.Roleless)); err != nil || reflect.ValueOf(got).Len() == 0 {
			t.Errorf("%s shows an account no codes (%v)", method, err)
		}
	}
}

// TestWhoMaySees is the other half: the same questions, asked by those whose
// business it is. Without it a View that shows nobody anything would pass.
func TestWhoMaySees(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := withTask(t, s)
	spoken(t, s, f.A)
	a := f.A
	onDuty(s, a)
	happened(s, f)
	pool := []string{"CertificatesOf", "ConsentsOf", "CountExperts", "CountMatches", "CountOffers", "CountRequests", "CountSessions", "CountTasks", "CountWaitlist",
		"DecisionsByID", "Deputyships", "Experts", "ExpertsByID", "ExpertsOfSessions", "HoursOf", "MatchInput", "MatchInputAt", "Matches", "MatchesByID",
		"MatchesOf", "Offers", "OffersByID", "Organisations", "OrganisationsByID", "PlaceOffersOf", "PlanBasis", "PoolLoads", "Pools", "PriorityLog",
		"RapportsOf", "RequestState", "Requests", "RequestsByID", "SeatInput", "SeriesByID", "ServiceAreas", "SessionStandings", "Sessions", "SessionsByID", "SlotSearch",
		"Standby", "TaskStates", "Tasks", "TasksByID", "TrainingsOf", "TransfersOf", "Waitlist", "Weights"}
	pool = append(pool, training...)
	herself := []string{"AttendanceOf", "BusyCalendars", "BusyCalendarsByID", "CertificatesOf", "Cohorts", "CohortsByID", "ConsentsOf", "CountCohorts", "CountExperts", "CountOffers", "CountSessions", "CountWaitlist", "Exclusions", "Experts",
		"ExpertsByID", "ExpertsOfSessions", "Feeds", "FeedsByID", "HoursOf", "Houses", "OfferInput", "Offers", "OffersByID", "Organisations", "OrganisationsByID",
		"PlaceOffersOf", "Pools", "SeriesByID", "Sessions", "SessionsByID", "Standby", "TrainingsOf", "TransfersOf", "Waitlist"}
	house := []string{"CountRequests", "ExpertsOfSessions", "Organisations", "OrganisationsByID", "Pools", "RequestState", "Requests", "RequestsByID", "SeriesByID",
		"ServiceAreas", "SessionsByID"}
	for _, who := range []struct {
		name   string
		viewer auth.Viewer
		sees   []string
	}{
		{"the coordinator", a.Coordinator, append(slices.Clone(pool), "Feeds", "KeptApart")},
		{"the region lead", a.RegionLead, pool},
		{"the trainer", a.Trainer, training},
		{"the expert herself", a.ExpertViewers[0], herself},
		{"the requester of the location", a.LocationAsker, house},
		{"the requester of the house above it", a.Requester, append(slices.Clone(house), "Feeds")},
	} {
		t.Run(who.name, func(t *testing.T) {
			for method, ask := range asks {
				answer, err := ask(t.Context(), s.As(who.viewer), about(a))
				got := text(t, answer, err)
				sees := strings.Contains(got, "aaaaaaaa-") || (method == "HoursOf" || method == "RequestState") && err == nil
				if n, ok := answer.(int); ok {
					sees = n > 0
				}
				if want := slices.Contains(who.sees, method); sees != want {
					t.Errorf("%s: sees something is %v, want %v: %.300s", method, sees, want, got)
				}
			}
		})
	}
}

// onDuty has the first expert stand by, so that there is something to see.
func onDuty(s *store.Store, a storetest.Site) {
	store.Owner(s).MustExec(`insert into standby_duty (expert_id, starts_at, ends_at) values ($1, $2, $3)`,
		a.Experts[0], storetest.Now, storetest.Now.AddDate(0, 0, 1))
}

// text is an answer as one string, error included.
func text(t *testing.T, answer any, err error) string {
	t.Helper()
	var known *engine.Error
	if err != nil && !errors.As(err, &known) {
		t.Errorf("an error of no class: %v", err)
	}
	b, _ := json.Marshal(answer) // fails on nothing that is asked here
	if err != nil {
		return err.Error()
	}
	return string(b)
}
