package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"expex/engine"
	"expex/graph/globalid"
	"expex/store"
	"expex/store/storetest"
)

var (
	rushCalls  = flag.Int("rush.calls", 600, "mutations that two processes get at once (make race-test: 10,000)")
	rushSeed   = flag.Uint64("rush.seed", 0, "of the random calls; 0 = another one each time")
	rushAtOnce = flag.Int("rush.atonce", 16, "callers at once")
)

// TestTwoProcessesKeepTheLawUnderRandomCalls sends random mutations about twenty
// experts to two processes on one database, many at once, some of them twice at
// the same moment, one to each process. Afterwards it counts in SQL whether
// anything was done that must never be, or acknowledged and not done.
func TestTwoProcessesKeepTheLawUnderRandomCalls(t *testing.T) {
	t.Parallel()
	r := newRush(t, 20)
	each(*rushAtOnce, *rushAtOnce, func(n int) error {
		caller := rand.New(rand.NewPCG(r.seed, uint64(n)))
		for r.room() {
			r.step(caller)
		}
		return nil
	})
	for _, problem := range r.problems {
		t.Error(problem)
	}
	tally := map[string]int{}
	for _, call := range r.journal {
		tally[call.mutation+" "+call.outcome]++
	}
	for _, line := range slices.Sorted(maps.Keys(tally)) {
		t.Logf("%6d %s", tally[line], line)
	}
	r.count(t)
}

// rush is two processes, who may call them, and what has been said so far.
type rush struct {
	seed        uint64
	urls        [2]string
	programs    [2]*program
	db          *sql.DB
	coordinator string
	house       string // global id of the organisation that asks
	houseID     engine.OrganisationID
	experts     []rushExpert

	mu       sync.Mutex
	calls    int
	offers   []rushOffer // sent, as far as their senders know
	sessions []rushSession
	open     []string // sessions with seats for guests
	requests []string
	journal  []rushCall
	problems []string
}

type rushExpert struct{ id, token string }

type rushOffer struct {
	id     string
	expert rushExpert
}

// rushSession is the part that one of its team has in a session.
type rushSession struct {
	id     string
	expert rushExpert
}

// rushCall is one intended effect, whether it was asked for once or twice.
type rushCall struct {
	key, mutation string
	outcome       string // "done", or code and reason of the refusal
	data          map[string]any
	session       string // what it is about, and for whom, where that counts
	expert        string
}

func newRush(t testing.TB, experts int) *rush {
	t.Helper()
	dsn := storetest.DSN(t)
	s, err := store.Open(context.Background(), store.Options{DSN: dsn, Now: func() time.Time { return storetest.Now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	f := storetest.Fill(t, s)
	r := &rush{seed: *rushSeed, coordinator: storetest.Secret(f.A.Coordinator).Reveal(),
		house: globalid.Encode(globalid.Organisation, string(f.A.Other)), houseID: f.A.Other}
	if r.seed == 0 {
		r.seed = rand.Uint64()
	}
	t.Logf("seed %d", r.seed)
	if r.db, err = sql.Open("postgres", dsn); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.db.Close() })
	for n := range experts {
		r.experts = append(r.experts, r.likeAnother(t, f, n))
	}
	for i := range r.urls {
		c := command("serve", "--addr", "127.0.0.1:0")
		c.Env = append(c.Env, "DATABASE_URL="+dsn, atTime+"="+storetest.Now.Format(time.RFC3339))
		r.programs[i] = launch(t, c)
		r.urls[i] = r.programs[i].address() + "/graphql"
	}
	return r
}

// likeAnother adds an expert who is like the first of the fixture, and did three
// talks when n is even.
func (r *rush) likeAnother(t testing.TB, f storetest.Fixture, n int) rushExpert {
	t.Helper()
	id := engine.ExpertID(fmt.Sprintf("dddddddd-0004-4000-8000-%012x", n))
	viewer := f.A.ExpertViewers[0]
	viewer.AccountID = engine.AccountID(fmt.Sprintf("dddddddd-0003-4000-8000-%012x", n))
	hash := storetest.Secret(viewer).Hash()
	like := f.A.Experts[0]
	for _, statement := range []string{
		`insert into expert (id, first_name) values ($1, 'Verzonnen')`,
		`insert into expert_record (expert_id, birth_date, postcode4, status, deployable_since, agreement_on, nda_on, availability_confirmed_at)
		 select $1, birth_date, postcode4, status, deployable_since, agreement_on, nda_on, availability_confirmed_at from expert_record where expert_id = $2`,
		`insert into pool_member (pool_id, expert_id, valid_from) select pool_id, $1, valid_from from pool_member where expert_id = $2`,
		`insert into certification (expert_id, certified_on) select $1, certified_on from certification where expert_id = $2`,
		`insert into conduct_certificate (expert_id, issued_on, valid_to) select $1, issued_on, valid_to from conduct_certificate where expert_id = $2`,
		`insert into type_training (expert_id, type, trained_on) select $1, type, trained_on from type_training where expert_id = $2`,
		`insert into theme_consent (expert_id, theme, usage, level, valid_from) select $1, theme, usage, level, valid_from from theme_consent where expert_id = $2`,
		`insert into availability_rule (expert_id, weekday, starts, ends) select $1, weekday, starts, ends from availability_rule where expert_id = $2`,
		`insert into account (id, name) values ($3, 'Verzonnen')`,
		`insert into account_role (account_id, role, expert_id, valid_from) values ($3, 'EXPERT', $1, '2026-01-01')`,
		`insert into token (account_id, hash) values ($3, $4)`,
		`with done as (
		    insert into session (request_id, pool_id, organisation_id, type, starts_at, ends_at, status, online, municipality)
		    select request_id, pool_id, organisation_id, type, starts_at, ends_at, status, online, municipality
		    from session where id = any($5::uuid[]) and $6 % 2 = 0 returning id, starts_at, ends_at)
		 insert into booking (session_id, expert_id, starts_at, ends_at, busy, status, one_to_one, tier3)
		 select id, $1, starts_at, ends_at, tstzrange(starts_at, ends_at), 'DONE', false, false from done`,
	} {
		// Every statement gets all values, and a part that reads none.
		all := `with given as (select $1::uuid, $2::uuid, $3::uuid, $4::bytea, $5::text, $6::int) `
		if statement[:4] == "with" {
			all, statement = all+", ", statement[len("with "):]
		}
		done := fmt.Sprintf("{%s,%s,%s}", f.A.Done[0], f.A.Done[1], f.A.Done[2])
		if _, err := r.db.Exec(all+statement, id, like, viewer.AccountID, hash[:], done, n); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	return rushExpert{globalid.Encode(globalid.Expert, string(id)), storetest.Secret(viewer).Reveal()}
}

func (r *rush) room() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls < *rushCalls
}

// step is one intention of one caller.
func (r *rush) step(caller *rand.Rand) {
	switch n := caller.IntN(100); {
	case n < 30:
		r.ask(caller)
	case n < 66:
		if o, ok := pick(r, caller, &r.offers, true); ok {
			if data := r.call(caller, o.expert.token, "acceptOffer", map[string]any{"offerId": o.id}, `session{id}`); data != nil {
				r.keep(rushSession{dig(data, "session", "id").(string), o.expert})
			}
		}
	case n < 70:
		if o, ok := pick(r, caller, &r.offers, true); ok {
			r.call(caller, o.expert.token, "declineOffer", map[string]any{"offerId": o.id}, `offer{status}`)
		}
	case n < 94:
		if s, ok := pick(r, caller, &r.sessions, false); ok {
			r.tend(caller, s, n)
		}
	default:
		if request, ok := pick(r, caller, &r.requests, false); ok {
			r.call(caller, r.coordinator, "withdrawRequest", map[string]any{"requestId": request}, `request{status}`)
		}
	}
}

// tend does something with a session that somebody said yes to.
func (r *rush) tend(caller *rand.Rand, s rushSession, n int) {
	about := map[string]any{"sessionId": s.id}
	switch {
	case n < 76:
		r.call(caller, r.coordinator, "cancelSession", about, `session{status}`)
	case n < 79: // she steps out
		r.call(caller, s.expert.token, "cancelSession", about, `session{status}`)
	case n < 82:
		about["expertId"], about["ask"] = s.expert.id, true
		if data := r.call(caller, r.coordinator, "substituteSession", about, `sessions{session{id} offers{id expert{id}}}`); data != nil {
			for _, left := range dig(data, "sessions").([]any) {
				r.keepOffers(dig(left, "offers").([]any))
			}
		}
	case n < 87:
		about["start"] = someTime(caller)
		r.call(caller, r.coordinator, "rescheduleSession", about, `moved session{id slot{start} sequence}`)
	case n < 89:
		about["seats"] = 1 + caller.IntN(3)
		if r.call(caller, r.coordinator, "openSeats", about, `session{id}`) != nil {
			r.mu.Lock()
			r.open = append(r.open, s.id)
			r.mu.Unlock()
		}
	default:
		// Few may sit in, and those who want to want to again.
		id, ok := pick(r, caller, &r.open, false)
		if !ok {
			return
		}
		mutation := []string{"takeSeat", "takeSeat", "giveUpSeat"}[caller.IntN(3)]
		r.call(caller, r.experts[caller.IntN(5)].token, mutation, map[string]any{"sessionId": id}, `session{id}`)
	}
}

// someTime is on a workday within eight weeks from the Monday after both clocks
// have changed.
func someTime(caller *rand.Rand) time.Time {
	day := engine.Date("2027-04-05").AddDays(7*caller.IntN(8) + caller.IntN(5))
	return storetest.Local(day, "13:00").Add(time.Duration(caller.IntN(16)) * 15 * time.Minute)
}

// ask submits a request for one or two experts, has it triaged, and offers it.
func (r *rush) ask(caller *rand.Rand) {
	start := someTime(caller)
	asked := map[string]any{"organisationId": r.house, "municipality": "GM0513", "themes": []any{map[string]any{"theme": "LONELINESS", "importance": "MUST"}}}
	team, length := 1, time.Hour
	if caller.IntN(3) > 0 {
		asked["type"], asked["client"] = "LISTENING_EAR", map[string]any{"ageFrom": 15, "ageTo": 16}
	} else {
		team, length = 2, 90*time.Minute
		asked["type"], asked["teamSize"], asked["audienceAgeFrom"] = "TALK", 2, 12
	}
	slot := map[string]any{"start": start, "end": start.Add(length)}
	asked["options"] = []any{slot}
	made := r.call(caller, r.coordinator, "submitRequest", asked, `request{id}`)
	if made == nil {
		return
	}
	request := dig(made, "request", "id").(string)
	r.call(caller, r.coordinator, "triageRequest", map[string]any{"requestId": request, "outcome": "OPEN"}, `request{status}`)
	chosen := caller.Perm(len(r.experts))[:team]
	experts := make([]string, team)
	for i, n := range chosen {
		experts[i] = r.experts[n].id
	}
	offered := r.call(caller, r.coordinator, "makeOffer",
		map[string]any{"requestId": request, "expertIds": experts, "slot": slot, "overrideReason": "omdat"}, `offers{id expert{id}}`)
	if offered == nil {
		return
	}
	r.mu.Lock()
	r.requests = append(r.requests, request)
	r.mu.Unlock()
	r.keepOffers(dig(offered, "offers").([]any))
}

// keepOffers keeps those offers that went to one of the experts.
func (r *rush) keepOffers(offers []any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, o := range offers {
		n := slices.IndexFunc(r.experts, func(e rushExpert) bool { return e.id == dig(o, "expert", "id") })
		if n >= 0 {
			r.offers = append(r.offers, rushOffer{dig(o, "id").(string), r.experts[n]})
		}
	}
}

// call makes one mutation, now and then twice at the same moment under the same
// key, and keeps what was answered. It gives the data, nil when it was refused.
func (r *rush) call(caller *rand.Rand, token, mutation string, input map[string]any, answers string) map[string]any {
	r.mu.Lock()
	r.calls++
	key := fmt.Sprintf("rush-%06d", r.calls)
	r.mu.Unlock()
	input["idempotencyKey"] = key
	name := string(mutation[0]-'a'+'A') + mutation[1:] + "Input"
	query := fmt.Sprintf(`mutation($i:%s!){%s(input:$i){%s}}`, name, mutation, answers)
	times := 1
	if caller.IntN(8) == 0 {
		times = 2
	}
	got := make([]answer, times)
	first := caller.IntN(2)
	if err := each(times, times, func(n int) (err error) {
		got[n], err = ask(r.urls[(first+n)%2], token, query, map[string]any{"i": input})
		return err
	}); err != nil {
		r.problem("%s %s: %v", key, mutation, err)
		return nil
	}
	if times == 2 && !sameAnswer(got[0], got[1]) {
		r.problem("%s %s answered twice and not alike: %+v and %+v", key, mutation, got[0], got[1])
	}
	call := rushCall{key: key, mutation: mutation, outcome: "done"}
	call.session, _ = input["sessionId"].(string)
	if n := slices.IndexFunc(r.experts, func(e rushExpert) bool { return e.token == token || e.id == input["expertId"] }); n >= 0 {
		call.expert = r.experts[n].id
	}
	// Of two at the same moment one may be told that the other is still busy.
	a := got[0]
	if times == 2 && len(a.Errors) > 0 {
		a = got[1]
	}
	if len(a.Errors) > 0 {
		call.outcome = a.Errors[0].Extensions.Code + "/" + a.Errors[0].Extensions.Reason
		if a.Errors[0].Extensions.Code == "INTERNAL" || a.Errors[0].Extensions.Code == "GRAPHQL_VALIDATION_FAILED" || a.Errors[0].Extensions.Code == "" {
			r.problem("%s %s: %+v", key, mutation, a.Errors)
		}
	} else {
		call.data = dig(a.Data, mutation).(map[string]any)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.journal = append(r.journal, call)
	return call.data
}

// sameAnswer reports whether two answers under one key may stand side by side: a
// refusal is not remembered, so a second try may find another reason, or succeed
// after the first was refused.
func sameAnswer(a, b answer) bool {
	if len(a.Errors) > 0 || len(b.Errors) > 0 {
		return true
	}
	return reflect.DeepEqual(a.Data, b.Data)
}

func (r *rush) problem(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.problems) < 20 {
		r.problems = append(r.problems, fmt.Sprintf(format, args...))
	}
}

func (r *rush) keep(s rushSession) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Contains(r.sessions, s) {
		r.sessions = append(r.sessions, s)
	}
}

// pick takes something at random; taken, it is picked by nobody else.
func pick[T any](r *rush, caller *rand.Rand, list *[]T, take bool) (T, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(*list) == 0 {
		return *new(T), false
	}
	// The newest are the likeliest to be still open.
	n := max(len(*list)-1-caller.IntN(60), 0)
	x := (*list)[n]
	if take {
		*list = slices.Delete(*list, n, n+1)
	}
	return x, true
}

// count holds what is in the database against the law and against the journal.
func (r *rush) count(t *testing.T) {
	t.Helper()
	counts, err := storetest.Broken(r.db, storetest.Now)
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range counts {
		if n != 0 {
			t.Errorf("%d %s", n, storetest.Laws[i].Broken)
		}
		t.Logf("%6d %s", n, storetest.Laws[i].Broken)
	}
	r.countAcknowledged(t)
}

// countAcknowledged holds the keys and effects in the database against what was
// acknowledged: all of it, once, and nothing else.
func (r *rush) countAcknowledged(t *testing.T) {
	t.Helper()
	kept := map[string]string{}
	rows, err := r.db.Query(`select key, mutation, answer from idempotency_key where key like 'rush-%' and answer is not null`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var key, mutation string
		var answer json.RawMessage
		if err := rows.Scan(&key, &mutation, &answer); err != nil {
			t.Fatal(err)
		}
		kept[key] = mutation
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	lost, unknown, done := 0, len(kept), map[string]int{}
	for _, call := range r.journal {
		if call.outcome != "done" {
			continue
		}
		what := call.mutation
		if what == "cancelSession" && call.expert != "" {
			what = "cancelSession by herself"
		}
		done[what]++
		if kept[call.key] == call.mutation {
			unknown--
		} else {
			lost++
		}
	}
	if lost > 0 || unknown > 0 {
		t.Errorf("%d acknowledged changes are not there, %d are there that nobody was told of", lost, unknown)
	}
	t.Logf("%6d keys, %d acknowledged changes lost, %d unknown", len(kept), lost, unknown)
	for mutation, effects := range map[string]string{
		"submitRequest": `select count(*) from request where organisation_id = $1`,
		"makeOffer":     `select count(*) from decision d join request q on q.id = d.request_id where q.organisation_id = $1 and d.session_id is null`,
		"acceptOffer":   `select count(*) from offer o join request q on q.id = o.request_id where q.organisation_id = $1 and o.status = 'ACCEPTED'`,
		"declineOffer":  `select count(*) from offer o join request q on q.id = o.request_id where q.organisation_id = $1 and o.status = 'DECLINED'`,
		"cancelSession": `select count(*) from session s where organisation_id = $1 and s.status = 'CANCELLED_BY_COORDINATOR'`,
	} {
		var n int
		if err := r.db.QueryRow(effects, r.houseID).Scan(&n); err != nil {
			t.Fatalf("%s: %v", effects, err)
		}
		if n != done[mutation] {
			t.Errorf("%s was acknowledged %d times and has %d effects", mutation, done[mutation], n)
		}
		t.Logf("%6d effects of %s, %d acknowledged", n, mutation, done[mutation])
	}
	r.countSessions(t)
}

// countSessions holds who left, who sits in and when against what was
// acknowledged about each session.
func (r *rush) countSessions(t *testing.T) {
	t.Helper()
	type part struct{ session, expert string }
	left, seats := map[part]bool{}, map[part]int{}
	type moved struct {
		sequence float64
		start    string
	}
	moves := map[string]moved{}
	for _, call := range r.journal {
		who := part{call.session, call.expert}
		switch {
		case call.outcome != "done":
		case call.mutation == "substituteSession" || call.mutation == "cancelSession" && call.expert != "":
			left[who] = true
		case call.mutation == "takeSeat":
			seats[who]++
		case call.mutation == "giveUpSeat":
			seats[who]--
		case call.mutation == "rescheduleSession" && dig(call.data, "moved") == true:
			is := moved{dig(call.data, "session", "sequence").(float64), dig(call.data, "session", "slot", "start").(string)}
			if is.sequence > moves[call.session].sequence {
				moves[call.session] = is
			}
		}
	}
	rows, err := r.db.Query(`
		select b.session_id, b.expert_id, b.left_at is not null, s.status = 'CANCELLED_BY_EXPERT', b.seat is not null, s.starts_at,
		       coalesce((select o.starts_at from decision o where o.id = s.decision_id), s.starts_at)
		from booking b join session s on s.id = b.session_id where s.organisation_id = $1`, r.houseID)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	wrong := map[string]int{"left and never said": 0, "left and still there": 0, "seats and never taken": 0, "at another time than the last that was told": 0}
	for rows.Next() {
		var session, expert string
		var out, cancelled, guest bool
		var start, asked time.Time
		if err := rows.Scan(&session, &expert, &out, &cancelled, &guest, &start, &asked); err != nil {
			t.Fatal(err)
		}
		who := part{globalid.Encode(globalid.Session, session), globalid.Encode(globalid.Expert, expert)}
		switch {
		case out && !left[who]:
			wrong["left and never said"]++
		case left[who] && !out && !cancelled:
			wrong["left and still there"]++
		}
		if guest {
			seats[who]--
		}
		if last, ok := moves[who.session]; ok {
			if asked, err = time.Parse(time.RFC3339, last.start); err != nil {
				t.Fatal(err)
			}
		}
		if !start.Equal(asked) {
			wrong["at another time than the last that was told"]++
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, n := range seats {
		if n != 0 {
			wrong["seats and never taken"]++
		}
	}
	for what, n := range wrong {
		if n != 0 {
			t.Errorf("%d %s", n, what)
		}
		t.Logf("%6d %s", n, what)
	}
	t.Logf("%6d who left were told so, %d sessions moved", len(left), len(moves))
}
