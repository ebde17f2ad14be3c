package store_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// list is one list of a View, read page by page.
type list struct {
	name   string
	page   func(context.Context, store.View, store.Page) (ids []string, keys []store.Cursor, more bool, err error)
	count  func(context.Context, store.View) (int, error)
	insert string // one more item, at a random place: $1 is a number below 40
}

func pagedLists() []list {
	days := store.SessionFilter{From: storetest.Now.AddDate(0, 1, 0), To: storetest.Now.AddDate(1, 0, 0)}
	byTime := func(order store.RequestOrder) func(context.Context, store.View, store.Page) ([]string, []store.Cursor, bool, error) {
		return func(ctx context.Context, v store.View, p store.Page) ([]string, []store.Cursor, bool, error) {
			slice, err := v.Requests(ctx, store.RequestFilter{Type: new(engine.TheatreMedia)}, order, p)
			return unpack(slice, err, func(r engine.Request) (string, store.Cursor) { return string(r.ID), order.Cursor(r) })
		}
	}
	countRequests := func(ctx context.Context, v store.View) (int, error) {
		return v.CountRequests(ctx, store.RequestFilter{Type: new(engine.TheatreMedia)})
	}
	insertRequest := `insert into request (pool_id, organisation_id, type, team_size, minutes, online, urgency, submitted_at)
		select pool_id, organisation_id, 'THEATRE_MEDIA', 1, 60, true, (array['NORMAL', 'URGENT'])[1 + $1::int % 2], '2027-01-01'::timestamptz + $1 * interval '1 hour' + interval '1 microsecond' from request where id = 'aaaaaaaa-0005-4000-8000-000000000001'`
	return []list{
		{"requests", byTime(store.OldestFirst), countRequests, insertRequest},
		{"requests, newest first", byTime(store.NewestFirst), countRequests, insertRequest},
		{"requests, priority first", byTime(store.PriorityFirst), countRequests, insertRequest},
		{"experts", func(ctx context.Context, v store.View, p store.Page) ([]string, []store.Cursor, bool, error) {
			slice, err := v.Experts(ctx, store.ExpertFilter{Search: new("Rij")}, p)
			return unpack(slice, err, func(e engine.Expert) (string, store.Cursor) {
				return string(e.ID), store.Cursor{Key: e.FirstName, ID: string(e.ID)}
			})
		}, func(ctx context.Context, v store.View) (int, error) {
			return v.CountExperts(ctx, store.ExpertFilter{Search: new("Rij")})
		}, `with e as (insert into expert (first_name) select (array['Élise', 'Zoë', 'zoë', 'Anna-Bo', 'O''Neil', 'ĳsbrand', 'Anna Bo', 'aNNA'])[1 + $1::int % 8] returning id),
		         r as (insert into expert_record (expert_id, last_name, status) select id, 'Rij', 'DEPLOYABLE' from e)
		    insert into pool_member (pool_id, expert_id, valid_from) select p.id, e.id, '2027-01-01' from e, pool p where p.name = 'Midden-Holland'`},
		{"sessions", func(ctx context.Context, v store.View, p store.Page) ([]string, []store.Cursor, bool, error) {
			slice, err := v.Sessions(ctx, days, p)
			return unpack(slice, err, func(s engine.Session) (string, store.Cursor) {
				return string(s.ID), store.TimeCursor(s.Slot.Start, string(s.ID))
			})
		}, func(ctx context.Context, v store.View) (int, error) { return v.CountSessions(ctx, days) },
			`insert into session (request_id, pool_id, organisation_id, type, starts_at, ends_at, status, online)
				select request_id, pool_id, organisation_id, type, '2027-06-01'::timestamptz + $1 * interval '1 hour', '2027-06-01'::timestamptz + $1 * interval '1 hour' + interval '1 hour', 'HELD', true
				from session where id = 'aaaaaaaa-0008-4000-8000-000000000001'`},
		{"offers", func(ctx context.Context, v store.View, p store.Page) ([]string, []store.Cursor, bool, error) {
			slice, err := v.Offers(ctx, store.OfferFilter{Status: new(engine.OfferExpired)}, p)
			return unpack(slice, err, func(o engine.Offer) (string, store.Cursor) {
				return string(o.ID), store.TimeCursor(o.SentAt, string(o.ID))
			})
		}, func(ctx context.Context, v store.View) (int, error) {
			return v.CountOffers(ctx, store.OfferFilter{Status: new(engine.OfferExpired)})
		}, `with d as (insert into decision (request_id, starts_at, ends_at, engine_version, weights_version, input_hash, suggestion)
				select request_id, starts_at, ends_at, '', '', '', '{}' from decision where id = 'aaaaaaaa-0006-4000-8000-000000000001' returning id)
			insert into offer (decision_id, request_id, pool_id, expert_id, type, theme_groups, online, starts_at, ends_at, sent_at, expires_at, status)
				select d.id, request_id, pool_id, expert_id, type, '{}', true, starts_at, ends_at, '2027-01-01'::timestamptz + $1 * interval '1 hour', expires_at, 'EXPIRED'
				from d, offer where offer.id = 'aaaaaaaa-0007-4000-8000-000000000001'`},
	}
}

func unpack[T any](s store.Slice[T], err error, of func(T) (string, store.Cursor)) (ids []string, keys []store.Cursor, more bool, _ error) {
	for _, item := range s.Items {
		id, key := of(item)
		ids, keys = append(ids, id), append(keys, key)
	}
	return ids, keys, s.More, err
}

// TestPagesGiveEachItemOnce reads 120 items, three or more to a sort key, in
// pages of changing size while items come in before and after the cursor.
func TestPagesGiveEachItemOnce(t *testing.T) {
	t.Parallel()
	for n, l := range pagedLists() {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			s := storetest.New(t)
			f := storetest.Fill(t, s)
			v, ctx := s.As(f.A.Coordinator), t.Context()
			for i := range 120 {
				store.Owner(s).MustExec(l.insert, i/3)
			}
			if n, err := l.count(ctx, v); err != nil || n != 120 {
				t.Fatalf("the list counts %d (%v), want 120", n, err)
			}
			var want []string
			walk(t, l, v, func() int { return store.MaxPage }, func() {}, func(id string) { want = append(want, id) })
			if len(want) != 120 {
				t.Fatalf("the list holds %d items", len(want))
			}
			random := rand.New(rand.NewPCG(2027, uint64(n)))
			for range 5 {
				place := map[string]int{}
				var got []string
				walk(t, l, v, func() int { return 1 + random.IntN(store.MaxPage) }, func() { store.Owner(s).MustExec(l.insert, random.IntN(40)) },
					func(id string) { place[id]++; got = append(got, id) })
				for id, times := range place {
					if times != 1 {
						t.Errorf("%s came %d times", id, times)
					}
				}
				if old := slices.DeleteFunc(slices.Clone(got), func(id string) bool { return !slices.Contains(want, id) }); !slices.Equal(old, want) {
					t.Errorf("of the %d items that were there all the time, %d came, or in another order", len(want), len(old))
				}
			}
			var all []string
			walk(t, l, v, func() int { return store.MaxPage }, func() {}, func(id string) { all = append(all, id) })
			if n, err := l.count(ctx, v); err != nil || n != len(all) {
				t.Errorf("the list counts %d (%v) and holds %d", n, err, len(all))
			}
		})
	}
}

// walk reads a list to its end.
func walk(t *testing.T, l list, v store.View, size func() int, between func(), see func(string)) {
	t.Helper()
	p := store.Page{First: size()}
	for {
		ids, keys, more, err := l.page(t.Context(), v, p)
		if err != nil || len(ids) > p.First || more && len(ids) != p.First {
			t.Fatalf("a page of %d holds %d, more is %v: %v", p.First, len(ids), more, err)
		}
		for _, id := range ids {
			see(id)
		}
		if !more {
			return
		}
		between()
		p = store.Page{First: size(), After: &keys[len(keys)-1]}
	}
}

func TestAPageThatCannotBeIsInvalid(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	at := storetest.Now.Format(time.RFC3339Nano)
	for _, l := range pagedLists() {
		for name, p := range map[string]struct {
			store.Page
			field string
		}{
			"first 0":                       {store.Page{First: 0}, "first"},
			"first -1":                      {store.Page{First: -1}, "first"},
			"first 51":                      {store.Page{First: 51}, "first"},
			"an empty cursor":               {store.Page{First: 1, After: &store.Cursor{}}, "after"},
			"a cursor without an id":        {store.Page{First: 1, After: &store.Cursor{Key: at}}, "after"},
			"a cursor with another's id":    {store.Page{First: 1, After: &store.Cursor{Key: at, ID: "exp_0001"}}, "after"},
			"a cursor that speaks SQL":      {store.Page{First: 1, After: &store.Cursor{Key: at, ID: "' or true --"}}, "after"},
			"a cursor with a long id":       {store.Page{First: 1, After: &store.Cursor{Key: at, ID: fmt.Sprintf("%040000d", 0)}}, "after"},
			"a cursor with a NUL":           {store.Page{First: 1, After: &store.Cursor{Key: "Aafke\x00", ID: string(f.A.Ear)}}, "after"},
			"a cursor of broken characters": {store.Page{First: 1, After: &store.Cursor{Key: "Aafke\xff", ID: string(f.A.Ear)}}, "after"},
		} {
			_, _, _, err := l.page(t.Context(), s.As(f.A.Coordinator), p.Page)
			var known *engine.Error
			if !errors.As(err, &known) || known.Code != engine.CodeInvalid || known.Field != p.field {
				t.Errorf("%s with %s: %.200v, want INVALID on %s", l.name, name, err, p.field)
			}
		}
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	a, v, ctx := f.A, s.As(f.A.Coordinator), t.Context()
	start, end := storetest.Local("2027-04-07", "14:00"), storetest.Local("2027-04-07", "15:30")
	within := func(from, to time.Time) store.SessionFilter { return store.SessionFilter{From: from, To: to} }
	of := func(f store.SessionFilter, change func(*store.SessionFilter)) store.SessionFilter {
		change(&f)
		return f
	}
	all := within(years.Start, years.End)
	for name, want := range map[string]struct {
		filter any
		ids    []string
	}{
		"all requests":                   {store.RequestFilter{}, texts(a.Ear, a.Buddy, a.Talk, a.Past)},
		"requests by status":             {store.RequestFilter{Status: new(engine.RequestOpen)}, texts(a.Ear)},
		"requests by type":               {store.RequestFilter{Type: new(engine.Talk)}, texts(a.Talk, a.Past)},
		"requests by municipality":       {store.RequestFilter{Municipality: &a.Municipality}, texts(a.Ear, a.Buddy, a.Talk, a.Past)},
		"requests of elsewhere":          {store.RequestFilter{Municipality: &f.B.Municipality}, nil},
		"requests by organisation":       {store.RequestFilter{OrganisationID: &a.Location}, texts(a.Ear, a.Buddy, a.Talk, a.Past)},
		"requests of a house without":    {store.RequestFilter{OrganisationID: &a.House}, nil},
		"requests that wait":             {store.RequestFilter{Waiting: new(true)}, texts(a.Ear, a.Buddy)},
		"requests that do not":           {store.RequestFilter{Waiting: new(false)}, texts(a.Talk, a.Past)},
		"requests by two things":         {store.RequestFilter{Type: new(engine.Talk), Status: new(engine.RequestClosed)}, texts(a.Past)},
		"all experts":                    {store.ExpertFilter{}, texts(a.Experts[:]...)},
		"experts by status":              {store.ExpertFilter{Status: new(engine.ExpertPaused)}, nil},
		"experts by training":            {store.ExpertFilter{Type: new(engine.Buddy)}, texts(a.Experts[:]...)},
		"experts by lack of training":    {store.ExpertFilter{Type: new(engine.Workshop)}, nil},
		"experts by municipality":        {store.ExpertFilter{Municipality: &a.Municipality}, texts(a.Experts[:]...)},
		"experts by part of a name":      {store.ExpertFilter{Search: new("MIR")}, texts(a.Experts[2])},
		"experts by first and last name": {store.ExpertFilter{Search: new("amira voor")}, texts(a.Experts[2])},
		"experts by a pattern":           {store.ExpertFilter{Search: new("%")}, nil},
		"all offers":                     {store.OfferFilter{}, texts(a.Accepted[1], a.Accepted[0], a.Offer)},
		"offers by request":              {store.OfferFilter{RequestID: &a.Buddy}, texts(a.Offer)},
		"offers by expert":               {store.OfferFilter{ExpertID: &a.Experts[1]}, texts(a.Accepted[1])},
		"offers by status":               {store.OfferFilter{Status: new(engine.OfferSent)}, texts(a.Offer)},
		"all sessions":                   {all, texts(a.Done[0], a.Done[1], a.Done[2], a.Session)},
		"sessions by expert":             {of(all, func(f *store.SessionFilter) { f.ExpertID = &a.Experts[1] }), texts(a.Session)},
		"sessions by request":            {of(all, func(f *store.SessionFilter) { f.RequestID = &a.Past }), texts(a.Done[:]...)},
		"sessions by status":             {of(all, func(f *store.SessionFilter) { f.Status = new(engine.SessionConfirmed) }), texts(a.Session)},
		"sessions from their end on":     {within(end, end.AddDate(0, 0, 1)), nil},
		"sessions until their start":     {within(start.AddDate(0, 0, -1), start), nil},
		"sessions in their last minute":  {within(end.Add(-time.Minute), end), texts(a.Session)},
		"sessions in their first minute": {within(start, start.Add(time.Minute)), texts(a.Session)},
		"no time at all":                 {within(start, start), nil},
	} {
		var got []string
		var n int
		var err, countErr error
		switch filter := want.filter.(type) {
		case store.RequestFilter:
			slice, e := v.Requests(ctx, filter, store.NewestFirst, page)
			got, _, _, err = unpack(slice, e, func(r engine.Request) (string, store.Cursor) { return string(r.ID), store.Cursor{} })
			n, countErr = v.CountRequests(ctx, filter)
		case store.ExpertFilter:
			slice, e := v.Experts(ctx, filter, page)
			got, _, _, err = unpack(slice, e, func(r engine.Expert) (string, store.Cursor) { return string(r.ID), store.Cursor{} })
			n, countErr = v.CountExperts(ctx, filter)
		case store.OfferFilter:
			slice, e := v.Offers(ctx, filter, page)
			got, _, _, err = unpack(slice, e, func(r engine.Offer) (string, store.Cursor) { return string(r.ID), store.Cursor{} })
			n, countErr = v.CountOffers(ctx, filter)
		case store.SessionFilter:
			slice, e := v.Sessions(ctx, filter, page)
			got, _, _, err = unpack(slice, e, func(r engine.Session) (string, store.Cursor) { return string(r.ID), store.Cursor{} })
			n, countErr = v.CountSessions(ctx, filter)
		}
		if !slices.Equal(got, want.ids) || n != len(want.ids) || cmp.Or(err, countErr) != nil {
			t.Errorf("%s: %v, counted %d (%v), want %v", name, got, n, errors.Join(err, countErr), want.ids)
		}
	}
}

// A session may last a day. The list must not lose one that began long before
// the time asked about.
func TestALongSessionIsListedWhileItLasts(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	start := storetest.Local("2027-05-01", "09:00")
	store.Owner(s).MustExec(`update session set starts_at = $2, ends_at = $2::timestamptz + interval '24 hours' where id = $1`, f.A.Session, start)
	last := store.SessionFilter{From: start.Add(24*time.Hour - time.Microsecond), To: start.AddDate(0, 0, 2)}
	if n, err := s.As(f.A.Coordinator).CountSessions(t.Context(), last); err != nil || n != 1 {
		t.Errorf("in its last moment %d sessions are listed (%v), want one", n, err)
	}
	if _, err := store.Owner(s).Exec(`update session set ends_at = ends_at + interval '1 second' where id = $1`, f.A.Session); err == nil {
		t.Error("a session may last longer than a day")
	}
}

func texts[T ~string](ids ...T) []string {
	var out []string
	for _, id := range ids {
		out = append(out, string(id))
	}
	return out
}

// The database and the engine agree about what presses most.
func TestPriorityFirstIsTheOrderOfTheEngine(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	// Four weeks and a moment around the head start, over the change of the clocks.
	store.Owner(s).MustExec(`
		insert into request (pool_id, organisation_id, type, team_size, minutes, online, urgency, submitted_at)
		select r.pool_id, r.organisation_id, 'THEATRE_MEDIA', 1, 60, true, u, r.submitted_at - d * interval '24 hours' + m * interval '1 microsecond'
		from request r, unnest(array['NORMAL', 'URGENT']) u, generate_series(0, 28, 14) d, generate_series(-1, 1) m
		where r.id = 'aaaaaaaa-0005-4000-8000-000000000001'`)
	list, err := s.As(f.A.Coordinator).Requests(t.Context(), store.RequestFilter{Waiting: new(true)}, store.PriorityFirst, page)
	if err != nil || len(list.Items) != 20 {
		t.Fatalf("%d requests (%v), want 20", len(list.Items), err)
	}
	if !slices.IsSortedFunc(list.Items, func(a, b engine.Request) int {
		return cmp.Or(a.QueuesFrom().Compare(b.QueuesFrom()), cmp.Compare(a.ID, b.ID))
	}) {
		t.Errorf("%+v", list.Items)
	}
}
