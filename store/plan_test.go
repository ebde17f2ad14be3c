package store_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/lib/pq"

	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// crowd makes the first pool far larger than any: 2,000 experts, 5,000 requests,
// 5,000 sessions with 20,000 bookings over three years, 5,000 offers.
const crowd = `
	create function uuid_at(noun int, n int) returns uuid language sql immutable
		return ('eeeeeeee-' || lpad(noun::text, 4, '0') || '-4000-8000-' || lpad(n::text, 12, '0'))::uuid;
	insert into expert (id, first_name) select uuid_at(4, n), 'Menigte ' || n from generate_series(1, 2000) n;
	insert into expert_record (expert_id, status, postcode4) select uuid_at(4, n), 'DEPLOYABLE', '2801' from generate_series(1, 2000) n;
	insert into pool_member (pool_id, expert_id, valid_from)
		select p.id, uuid_at(4, n), '2026-01-01' from generate_series(1, 2000) n, pool p where p.name = 'Midden-Holland';
	create view ear as select * from request where id = 'aaaaaaaa-0005-4000-8000-000000000001';
	insert into request (id, pool_id, organisation_id, type, team_size, minutes, municipality, submitted_at)
		select uuid_at(5, n), pool_id, organisation_id, type, 1, 60, municipality, '2027-01-01'::timestamptz + n * interval '20 minutes'
		from generate_series(1, 5000) n, ear;
	insert into session (id, request_id, pool_id, organisation_id, type, starts_at, ends_at, status, online)
		select uuid_at(8, n), uuid_at(5, n), pool_id, organisation_id, type, at, at + interval '1 hour', 'CONFIRMED', true
		from generate_series(1, 5000) n, ear, lateral (select '2026-01-01'::timestamptz + (n / 500) * interval '60 days' + (n % 17) * interval '1 day' as at) x;
	insert into booking (session_id, expert_id, starts_at, ends_at, busy, status, one_to_one, tier3)
		select id, uuid_at(4, 1 + (4 * n + k) % 2000), starts_at, ends_at, tstzrange(starts_at, ends_at), 'CONFIRMED', true, false
		from generate_series(1, 5000) n join session on id = uuid_at(8, n), generate_series(0, 3) k;
	insert into decision (id, request_id, starts_at, ends_at, engine_version, weights_version, input_hash, suggestion)
		select uuid_at(6, n), uuid_at(5, n), '2027-04-01', '2027-04-02', '', '', '', '{}' from generate_series(1, 5000) n;
	insert into offer (decision_id, request_id, pool_id, expert_id, type, theme_groups, online, starts_at, ends_at, sent_at, expires_at, status)
		select uuid_at(6, n), uuid_at(5, n), pool_id, uuid_at(4, 1 + n % 2000), type, '{}', true,
		       '2027-04-01', '2027-04-02', '2027-01-01'::timestamptz + n * interval '10 minutes', '2027-04-01', 'EXPIRED'
		from generate_series(1, 5000) n, ear;
	drop view ear;
	analyze;`

// rowsRead counts the rows read from the tables that grow with every request;
// reading all of them for one is what makes a service slow in its third year.
const rowsRead = `
	select coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0) from pg_stat_xact_user_tables
	where relname in ('request', 'session', 'booking', 'offer', 'decision')`

func TestAGrownDatabaseIsReadThroughIndexes(t *testing.T) {
	t.Parallel()
	log := &statements{}
	s := storetest.New(t, func(o *store.Options) { o.OnStatement = log.add })
	f := storetest.Fill(t, s)
	small := log.of(t, func() error { _, err := s.As(f.A.Coordinator).MatchInput(t.Context(), f.A.Ear); return err })
	store.Owner(s).MustExec(crowd)

	t.Run("a snapshot takes as many statements for 2,006 experts as for six", func(t *testing.T) {
		large := log.of(t, func() error {
			in, err := s.As(f.A.Coordinator).MatchInput(t.Context(), f.A.Ear)
			if len(in.Candidates) != 2006 {
				t.Errorf("%d candidates, want 2,006", len(in.Candidates))
			}
			return err
		})
		if len(large) != len(small) {
			t.Errorf("%d statements, %d for six experts", len(large), len(small))
		}
	})
	t.Run("lists follow the index of their order", func(t *testing.T) { listPlans(t, s, f, log) })
	t.Run("the longest waiting is found among those that wait", func(t *testing.T) { longestWaiting(t, s, f, log) })
	t.Run("single things are looked up", func(t *testing.T) { lookups(t, s, f) })
}

func listPlans(t *testing.T, s *store.Store, f storetest.Fixture, log *statements) {
	ctx := t.Context()
	page := store.Page{First: 50}
	after := storetest.Now.AddDate(0, -1, 0)
	cursor := store.TimeCursor(after, string(f.A.Ear))
	waiting := pq.Array(engine.WaitingStatuses())
	weeks := store.SessionFilter{From: storetest.Now.AddDate(0, 0, -7), To: storetest.Now.AddDate(0, 0, 30)}
	for _, list := range []struct {
		name, index string
		call        func(store.View) error
		args        []any
	}{
		{"requests", "request_submitted",
			func(v store.View) error {
				_, err := v.Requests(ctx, store.RequestFilter{}, store.NewestFirst, page)
				return err
			},
			[]any{nil, nil, nil, nil, nil, waiting, nil, nil, 51}},
		{"more requests", "request_submitted",
			func(v store.View) error {
				_, err := v.Requests(ctx, store.RequestFilter{}, store.NewestFirst, store.Page{First: 50, After: &cursor})
				return err
			},
			[]any{nil, nil, nil, nil, nil, waiting, after, string(f.A.Ear), 51}},
		{"sessions", "session_starts",
			func(v store.View) error { _, err := v.Sessions(ctx, weeks, page); return err },
			[]any{weeks.From, weeks.To, nil, nil, nil, nil, nil, 51}},
		{"sessions of an expert", "session_starts",
			func(v store.View) error {
				weeks.ExpertID = &f.A.Experts[0]
				_, err := v.Sessions(ctx, weeks, page)
				return err
			},
			[]any{weeks.From, weeks.To, f.A.Experts[0], nil, nil, nil, nil, 51}},
		{"offers", "offer_sent",
			func(v store.View) error { _, err := v.Offers(ctx, store.OfferFilter{}, page); return err },
			[]any{nil, nil, nil, nil, nil, 51}},
	} {
		for _, viewer := range []struct {
			is string
			store.View
		}{{"coordinator", s.As(f.A.Coordinator)}, {"requester", s.As(f.A.Requester)}} {
			texts := log.of(t, func() error { return list.call(viewer.View) })
			i := 0
			for !strings.Contains(texts[i], " limit $") {
				i++
			}
			var plan []string
			err := store.Read(ctx, viewer.View, func(tx *store.Tx) error {
				return tx.SelectContext(ctx, &plan, `explain (costs off) `+texts[i], list.args...)
			})
			text := strings.Join(plan, "\n")
			if err != nil || !strings.Contains(text, "using "+list.index+" ") || sorts(text) {
				t.Errorf("%s for a %s do not follow %s (%v):\n%s", list.name, viewer.is, list.index, err, text)
			}
		}
	}
}

// sorts reports whether a list is sorted as a whole. What belongs to a row of it may
// be, such as the themes of a request: in a subplan, which runs for the rows of a
// page alone, and which finds what it sorts by the id of that row.
func sorts(plan string) bool {
	part, depth := "", 0 // the subplan that the line is in, and how deep it begins
	for line := range strings.Lines(plan + "\n\n") {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if part != "" && indent > depth {
			part += line
			continue
		}
		if strings.Contains(part, "Sort Key: ") && !strings.Contains(part, "Index Cond: (request_id = r.id)") || strings.Contains(line, "Sort Key: ") {
			return true
		}
		if part = ""; strings.HasPrefix(strings.TrimLeft(line, " "), "SubPlan ") {
			part, depth = line, indent
		}
	}
	return false
}

// Without an index of its own the oldest request that waits is looked for among
// all that were ever answered, oldest first.
func longestWaiting(t *testing.T, s *store.Store, f storetest.Fixture, log *statements) {
	store.Owner(s).MustExec(`
		update request set status = 'CLOSED' where submitted_at > '2027-01-01' and submitted_at < '2027-03-01';
		analyze request`)
	view := s.As(f.A.Coordinator)
	texts := log.of(t, func() error { _, err := view.PoolLoads(t.Context(), &f.A.Pool); return err })
	i := 0
	for !strings.Contains(texts[i], "order by submitted_at, id limit 1") {
		i++
	}
	var plan []string
	err := store.Read(t.Context(), view, func(tx *store.Tx) error {
		if err := tx.Coordinate(t.Context(), f.A.Pool); err != nil {
			return err
		}
		return tx.SelectContext(t.Context(), &plan, `explain (costs off) `+texts[i], f.A.Pool, pq.Array(engine.WaitingStatuses()))
	})
	if text := strings.Join(plan, "\n"); err != nil || !strings.Contains(text, "using request_waiting ") || strings.Contains(text, "Sort Key") {
		t.Errorf("the longest waiting does not follow request_waiting (%v):\n%s", err, text)
	}
}

func lookups(t *testing.T, s *store.Store, f storetest.Fixture) {
	ctx := t.Context()
	for _, step := range []struct {
		name string
		run  func(*store.Tx) error
	}{
		{"a request", func(tx *store.Tx) error { _, err := tx.Request(ctx, f.A.Ear); return err }},
		{"a session", func(tx *store.Tx) error { _, err := tx.Session(ctx, f.A.Session); return err }},
		{"an offer", func(tx *store.Tx) error { _, err := tx.Offer(ctx, f.A.Offer); return err }},
		{"the snapshot of a team", func(tx *store.Tx) error {
			request, err := tx.Request(ctx, f.A.Talk)
			if err != nil {
				return err
			}
			if err := tx.Decide(ctx, f.A.Pool); err != nil {
				return err
			}
			_, err = tx.MatchInput(ctx, request, f.A.Experts[:2])
			return err
		}},
		{"what belongs to a decision", func(tx *store.Tx) error {
			if err := tx.Decide(ctx, f.A.Pool); err != nil {
				return err
			}
			if _, err := tx.OffersOfDecision(ctx, f.A.Decisions[1]); err != nil {
				return err
			}
			_, err := tx.SessionsOfDecision(ctx, f.A.Decisions[1])
			return err
		}},
		{"the look before an answer", func(tx *store.Tx) error {
			if err := tx.Decide(ctx, f.A.Pool); err != nil {
				return err
			}
			taken, err := tx.LockAnswer(ctx, f.A.Buddy, f.A.Experts[2], f.A.Offer)
			if taken {
				t.Error("her time is taken, and she has none booked")
			}
			return err
		}},
		{"a blackout, with what it has judged anew", func(tx *store.Tx) error {
			return tx.AddBlackout(ctx, f.A.Experts[0], engine.Interval{Start: storetest.Now, End: storetest.Now.AddDate(0, 0, 30)})
		}},
		{"the move of a session", func(tx *store.Tx) error {
			if err := tx.Decide(ctx, f.A.Pool); err != nil {
				return err
			}
			_, err := tx.MoveSession(ctx, f.A.Session, engine.SessionCompleted, false, store.BookingDone)
			return err
		}},
	} {
		var before, after int // the counter may still hold what the last transaction read
		err := store.Change(ctx, s.As(f.A.Coordinator), func(tx *store.Tx) error {
			if _, err := tx.ExecContext(ctx, `set local random_page_cost = 1.1`); err != nil { // no spinning disks
				return err
			}
			if err := tx.GetContext(ctx, &before, rowsRead); err != nil {
				return err
			}
			if err := step.run(tx); err != nil {
				return err
			}
			return tx.GetContext(ctx, &after, rowsRead)
		})
		if err != nil || after-before > 500 {
			t.Errorf("%s reads %d rows (%v)", step.name, after-before, err)
		}
	}
}

// statements collects what a store sends.
type statements struct {
	mu    sync.Mutex
	texts []string
}

func (l *statements) add(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.texts = append(l.texts, text)
}

// of gives the statements of one call.
func (l *statements) of(t *testing.T, call func() error) []string {
	t.Helper()
	from := len(l.texts)
	if err := call(); err != nil {
		t.Fatal(err)
	}
	return l.texts[from:]
}
