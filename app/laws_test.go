package app_test

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lib/pq"
	"pgregory.net/rapid"

	"expex/app"
	"expex/auth"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// TestNoSequenceOfMutationsBreaksALaw does random things in random order, on a
// database of its own each time, and holds it against [storetest.Laws] after each
// step. What breaks one is shrunk to the fewest steps that do. Errors are allowed
// as long as they are typed; broken laws are not.
func TestNoSequenceOfMutationsBreaksALaw(t *testing.T) {
	t.Parallel()
	reached := map[string]map[string]int{} // by step, how often it ended in which way
	defer func() {
		for _, name := range slices.Sorted(maps.Keys(reached)) {
			t.Logf("%4d done: %s, refused %v", reached[name][""], name, without(reached[name], ""))
		}
	}()
	rapid.Check(t, func(rt *rapid.T) {
		s := &scope{TB: t}
		defer s.end()
		life := newLife(s)
		beginning := beginnings[evenly(len(beginnings)).Draw(rt, "beginning")]
		if err := beginning.do(life); err != nil {
			rt.Fatalf("%s: %v", beginning.name, err)
		}
		rt.Logf("%s", beginning.name)
		life.look()
		draw := func(label string, n int) int {
			if n == 0 {
				return -1
			}
			return rapid.IntRange(0, n-1).Draw(rt, label)
		}
		for range 6 + evenly(16).Draw(rt, "more steps") {
			at := evenly(len(lifeSteps)).Draw(rt, "step")
			step, err := lifeSteps[at], errNotNow
			for err == errNotNow { // the next that can be: time passes at any time
				step = lifeSteps[at%len(lifeSteps)]
				err = step.do(life, draw)
				at++
			}
			rt.Logf("%s: %s", step.name, class(err))
			if reached[step.name] == nil {
				reached[step.name] = map[string]int{}
			}
			reached[step.name][class(err)]++
			var typed *engine.Error
			if err != nil && !errors.As(err, &typed) {
				rt.Fatalf("%s: %v", step.name, err)
			}
			for _, broken := range life.broken() {
				rt.Fatalf("after %s (%v): %s", step.name, err, broken)
			}
			life.look()
		}
		if found := life.overlooked(); found != "" {
			rt.Fatalf("what the night finds and no change found:\n%s", found)
		}
	})
}

// TestEachRareStepIsDoneOnce takes the steps that a sequence seldom comes to from
// where they can be done, so that none of them goes without the laws.
func TestEachRareStepIsDoneOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from  string
		steps []rareStep
	}{
		{"meetings held for want of a certificate that is there now", []rareStep{{"confirm", nil}}},
		{"an ear that was lent", []rareStep{{"evaluate", nil}, {"close a request", nil}}},
		{"a talk with seats", []rareStep{{"take a seat", map[string]int{"expert": 0}}, {"give up a seat", nil}}},
		{"a buddy who was met", []rareStep{{"tell how it was", map[string]int{"good": 1}}, {"tell how it was", map[string]int{"side": 1, "good": 1}}}},
		{"a buddy on trial", []rareStep{{"activate", nil}, {"pause a relation", nil}, {"resume a relation", nil},
			{"extend", nil}, {"announce the end", nil}, {"close a relation", nil}, {"evaluate", nil}}},
		{"a buddy on trial", []rareStep{{"convert", map[string]int{"type": 1, "slot": 4}}}},
		{"a hope giver who was met", []rareStep{{"grant a session", nil}}},
		{"a pair that one stepped out of", []rareStep{{"ask to join", map[string]int{"expert": 2}}, {"decline", nil}, {"decide", map[string]int{"choice": 1}}}},
	} {
		t.Run(c.from+", "+c.steps[0].name, func(t *testing.T) {
			t.Parallel()
			s := &scope{TB: t}
			defer s.end()
			l := newLife(s)
			start := slices.IndexFunc(beginnings, func(b beginning) bool { return b.name == c.from })
			if err := beginnings[start].do(l); err != nil {
				t.Fatal(err)
			}
			for _, rare := range c.steps {
				l.look()
				step := slices.IndexFunc(lifeSteps, func(x lifeStep) bool { return x.name == rare.name })
				if err := lifeSteps[step].do(l, rare.draw); err != nil {
					t.Fatalf("%s: %v", rare.name, err)
				}
				for _, broken := range l.broken() {
					t.Fatalf("after %s: %s", rare.name, broken)
				}
			}
			if found := l.overlooked(); found != "" {
				t.Errorf("what the night finds and no change found:\n%s", found)
			}
		})
	}
}

// rareStep is a step and what is drawn for it, where that is not the first.
type rareStep struct {
	name   string
	choose map[string]int
}

func (r rareStep) draw(label string, n int) int { return min(r.choose[label], n-1) }

// evenly gives the numbers below n with the same likelihood. What rapid gives by
// itself is low more often than not: steps far down the list would hardly be tried.
func evenly(n int) *rapid.Generator[int] {
	return rapid.Custom(func(t *rapid.T) int {
		const bits = 12
		x := 0
		for range bits {
			x <<= 1
			if rapid.Bool().Draw(t, "bit") {
				x++
			}
		}
		return x * n >> bits
	})
}

func without(counts map[string]int, key string) map[string]int {
	counts = maps.Clone(counts)
	delete(counts, key)
	return counts
}

// scope is a test whose end comes before that of the real one.
type scope struct {
	testing.TB
	cleanups []func()
}

func (s *scope) Cleanup(f func()) { s.cleanups = append(s.cleanups, f) }

func (s *scope) end() {
	for i := len(s.cleanups) - 1; i >= 0; i-- {
		s.cleanups[i]()
	}
}

// life is a world with what has been made in it so far, in the order of making:
// ids are random, and a sequence must mean the same when it is tried again.
type life struct {
	*world
	testing.TB
	requests []engine.RequestID
	offers   []engine.Offer
	sessions []engine.SessionID
	matches  []engine.MatchID
	keys     int
}

func newLife(s *scope) *life {
	w := &world{}
	w.at(storetest.Now)
	opened, f := storetest.Filled(s, func(o *store.Options) {
		o.Now = func() time.Time { return *w.now.Load() }
		o.MaxConnections = 2
		w.dsn = o.DSN
	})
	w.App.Store, w.Fixture = opened, f
	var err error
	if w.db, err = sql.Open("postgres", w.dsn); err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { w.db.Close() })
	for _, kind := range []engine.DeploymentTypeCode{engine.HopeGiver, engine.ExperienceCafe, engine.PolicyAdvice} {
		if _, err := w.db.Exec(`insert into type_training (expert_id, type, trained_on) select expert_id, $1, '2026-01-06' from expert_record`, kind); err != nil {
			s.Fatal(err)
		}
	}
	// A relation is on trial for as long as a sequence lasts.
	if _, err := w.db.Exec(`update pool_policy set care_trial_meetings = 1`); err != nil {
		s.Fatal(err)
	}
	l := &life{world: w, TB: s, requests: []engine.RequestID{w.A.Talk}}
	// The ear of the fixture is for other days; this one is to be had.
	if err := l.submit(l.anEar()); err != nil {
		s.Fatal(err)
	}
	l.look()
	return l
}

// look finds what there is now that was not there before, in an order that does
// not depend on ids: by request, time and expert.
func (l *life) look() {
	offers := added(l, l.offers, func(o engine.Offer) string { return string(o.ID) }, `
		select o.id, o.expert_id from offer o where o.request_id = any($1::uuid[]) and o.id <> all($2::uuid[])
		order by array_position($1::uuid[], o.request_id), o.starts_at, o.sent_at, o.expert_id`,
		func(o *engine.Offer) []any { return []any{&o.ID, &o.ExpertID} })
	sessions := added(l, l.sessions, func(id engine.SessionID) string { return string(id) }, `
		select s.id from session s where s.request_id = any($1::uuid[]) and s.id <> all($2::uuid[])
		order by array_position($1::uuid[], s.request_id), s.starts_at, s.status,
		         (select min(b.expert_id::text) from booking b where b.session_id = s.id)`,
		func(id *engine.SessionID) []any { return []any{id} })
	matches := added(l, l.matches, func(id engine.MatchID) string { return string(id) }, `
		select m.id from match m where m.request_id = any($1::uuid[]) and m.id <> all($2::uuid[])
		order by array_position($1::uuid[], m.request_id), m.type, m.expert_id`,
		func(id *engine.MatchID) []any { return []any{id} })
	l.offers, l.sessions, l.matches = append(l.offers, offers...), append(l.sessions, sessions...), append(l.matches, matches...)
}

func added[T any](l *life, known []T, id func(T) string, query string, into func(*T) []any) (out []T) {
	requests, ids := make([]string, len(l.requests)), make([]string, len(known))
	for i, r := range l.requests {
		requests[i] = string(r)
	}
	for i, x := range known {
		ids[i] = id(x)
	}
	rows, err := l.db.Query(query, pq.Array(requests), pq.Array(ids))
	if err != nil {
		l.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var x T
		if err := rows.Scan(into(&x)...); err != nil {
			l.Fatal(err)
		}
		out = append(out, x)
	}
	if err := rows.Err(); err != nil {
		l.Fatal(err)
	}
	return out
}

// overlooked has the night come now and gives the tasks it opens and the offers it
// withdraws: a change finds what the night would find. What the days have brought
// the nights between have found, see stepTime.
func (l *life) overlooked() string {
	l.at(l.now.Load().Add(time.Minute)) // answers go first: see busier
	if err := l.doDue(); err != nil {
		l.Fatal(err)
	}
	const standing = `
		select concat_ws(' ', kind, session_id, expert_id, (select s.status from session s where s.id = session_id)) from task
		where done_at is null and kind in ('SESSION_BROKEN', 'CONSENT_CHANGED', 'EXPERT_PAUSED', 'REPLACE_EXPERT') and codes <> '{}'
		union all select 'WITHDRAWN ' || id from offer where status = 'WITHDRAWN'`
	before := l.lines(standing)
	if err := l.CheckNow(l.Context()); err != nil {
		l.Fatal(err)
	}
	if err := l.doDue(); err != nil {
		l.Fatal(err)
	}
	var found []string
	for _, line := range l.lines(standing) {
		if !slices.Contains(before, line) {
			found = append(found, line)
		}
	}
	return strings.Join(found, "\n")
}

func (l *life) lines(query string, args ...any) (out []string) {
	rows, err := l.db.Query(query, args...)
	if err != nil {
		l.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			l.Fatal(err)
		}
		out = append(out, line)
	}
	if err := rows.Err(); err != nil {
		l.Fatal(err)
	}
	return out
}

func (l *life) key() string {
	l.keys++
	return fmt.Sprintf("life-key-%d", l.keys)
}

// broken names the laws that do not hold.
func (l *life) broken() (out []string) {
	counts, err := storetest.Broken(l.db, *l.now.Load())
	if err != nil {
		l.Fatal(err)
	}
	for i, n := range counts {
		if n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, storetest.Laws[i].Broken))
		}
	}
	return out
}

// lifeSlots are where the steps want sessions, week after week: on top of each other, beside each other within the
// travel buffer, on the same day, in the same week, and in the first week on the day after clocks went forward.
var lifeSlots = func() (out []engine.Interval) {
	for week := range 4 {
		for _, x := range []struct {
			day engine.Date
			at  engine.WallTime
		}{
			{"2027-03-29", "14:00"}, {"2027-03-29", "14:30"}, {"2027-03-29", "15:15"}, {"2027-03-29", "18:00"},
			{"2027-03-30", "14:00"}, {"2027-03-31", "14:00"}, {"2027-04-02", "14:00"},
		} {
			out = append(out, slot(x.day.AddDays(7*week), x.at, 60))
		}
	}
	return out
}()

// long gives those of half an hour more, as cafés last.
func long(slots []engine.Interval) (out []engine.Interval) {
	for _, s := range slots {
		out = append(out, engine.Interval{Start: s.Start, End: s.End.Add(30 * time.Minute)})
	}
	return out
}

// ahead are the slots to come, and slots the first of them, a week's.
func (l *life) ahead() []engine.Interval {
	return slices.DeleteFunc(slices.Clone(lifeSlots), func(s engine.Interval) bool { return !l.now.Load().Before(s.Start) })
}

func (l *life) slot(draw drawn) engine.Interval {
	slots := l.slots()
	return slots[draw("slot", len(slots))]
}

func (l *life) slots() []engine.Interval {
	if ahead := l.ahead(); len(ahead) > 0 {
		return ahead[:min(7, len(ahead))]
	}
	return lifeSlots[len(lifeSlots)-7:] // which is refused
}

// drawn gives a number below n, -1 when there is none.
type drawn func(label string, n int) int

// beginnings are what a sequence starts from: the fixture, and what would take
// too many lucky steps to reach.
var beginnings = []beginning{
	{"the fixture", func(*life) error { return nil }},
	{"a buddy who said yes", func(l *life) error { return l.begin(l.weeklyBuddy(), nil, 4, 0) }},
	{"a buddy with meetings planned", func(l *life) error {
		if err := l.begin(l.weeklyBuddy(), nil, 4, 0); err != nil {
			return err
		}
		match := l.matches[len(l.matches)-1]
		_, err := l.PlanSessions(l.Context(), l.A.Coordinator, l.key(), app.PlanSessions{MatchID: &match, Mode: engine.AllOrNothing,
			Plan: engine.SessionPlan{First: "2027-04-06", At: "15:00", Rhythm: &engine.Rhythm{Every: 1, Count: 3}}})
		return err
	}},
	{"a pair that said yes", func(l *life) error { return l.begin(l.hour(), nil, 5, 0, 1) }},
	{"a pair that one stepped out of", func(l *life) error {
		if err := l.begin(l.hour(), nil, 5, 0, 1); err != nil {
			return err
		}
		_, err := l.CancelSession(l.Context(), l.A.ExpertViewers[1], l.key(), l.sessions[len(l.sessions)-1], nil) // who stays is experienced
		return err
	}},
	{"a café with two dates", func(l *life) error { return l.begin(l.cafés(), long(lifeSlots[6:7]), 5, 1, 2) }},
	{"a group's series", func(l *life) error {
		if err := l.begin(l.advice(), nil, 4, 2); err != nil {
			return err
		}
		_, err := l.PlanSessions(l.Context(), l.A.Coordinator, l.key(), app.PlanSessions{RequestID: &l.requests[len(l.requests)-1], Mode: engine.AllOrNothing,
			Plan: engine.SessionPlan{First: "2027-04-05", At: "14:00", Minutes: 60, Rhythm: &engine.Rhythm{Every: 1, Count: 2}}})
		return err
	}},
	{"a talk with seats", func(l *life) error {
		if err := l.begin(l.hour(), nil, 5, 0, 1); err != nil {
			return err
		}
		return only(l.OpenSeats(l.Context(), l.A.Coordinator, l.key(), l.newest(), 2))
	}},
	{"an ear that was lent", func(l *life) error { return l.lived(l.anEar()) }},
	{"a buddy who was met", func(l *life) error { return l.lived(l.weeklyBuddy()) }},
	{"a hope giver who was met", func(l *life) error { return l.lived(l.hopeGiver()) }},
	{"a buddy on trial", func(l *life) error {
		if err := l.lived(l.weeklyBuddy()); err != nil {
			return err
		}
		for _, side := range []engine.Side{engine.SideExpert, engine.SideClient} {
			if err := only(l.RecordRapport(l.Context(), l.A.Coordinator, l.key(), engine.Rapport{MatchID: l.matches[len(l.matches)-1], Side: side, Good: true})); err != nil {
				return err
			}
		}
		return nil
	}},
	{"a pair of which one took her consent back", func(l *life) error {
		if err := l.begin(l.hour(), nil, 5, 0, 1); err != nil {
			return err
		}
		return only(l.SetThemeConsent(l.Context(), l.A.ExpertViewers[0], l.key(), engine.Consent{Theme: "LONELINESS", Usage: engine.UsageClosedGroup, Level: engine.Red}))
	}},
	{"meetings held for want of a certificate that is there now", func(l *life) error {
		certificate := func(to engine.Date) error {
			return only(l.RecordConductCertificate(l.Context(), l.A.Coordinator, l.key(), store.Certificate{ExpertID: l.A.Experts[0], IssuedOn: "2026-01-05", ValidTo: to}))
		}
		if err := l.begin(l.weeklyBuddy(), nil, 4, 0); err != nil {
			return err
		}
		if err := certificate("2027-04-10"); err != nil {
			return err
		}
		if err := only(l.PlanSessions(l.Context(), l.A.Coordinator, l.key(), app.PlanSessions{MatchID: &l.matches[len(l.matches)-1], Mode: engine.BestEffort,
			Plan: engine.SessionPlan{First: "2027-04-06", At: "15:00", Rhythm: &engine.Rhythm{Every: 1, Count: 3}}})); err != nil {
			return err
		}
		return certificate("2029-01-05")
	}},
}

type beginning struct {
	name string
	do   func(*life) error
}

// lived has a request for one filled, and what was planned take place.
func (l *life) lived(r engine.Request) error {
	if err := l.begin(r, nil, 0, 0); err != nil {
		return err
	}
	l.at(lifeSlots[0].End)
	if err := l.doDue(); err != nil {
		return err
	}
	return only(l.RecordOutcome(l.Context(), l.A.Coordinator, l.key(), app.RecordOutcome{SessionID: l.newest(), Outcome: engine.SessionCompleted}))
}

// newest is the session that was found last.
func (l *life) newest() engine.SessionID { return l.sessions[len(l.sessions)-1] }

// begin has a request filled by those experts at one of the slots.
func (l *life) begin(r engine.Request, further []engine.Interval, at int, experts ...int) error {
	if err := l.submit(r); err != nil {
		return err
	}
	first := lifeSlots[at]
	if r.Minutes == 90 {
		first = long(lifeSlots)[at]
	}
	in := l.ask(l.requests[len(l.requests)-1], first, experts...)
	in.FurtherSlots = further
	made, err := l.MakeOffer(l.Context(), l.A.Coordinator, l.key(), in)
	if err != nil {
		return err
	}
	for _, o := range made.Offers {
		if _, err := l.AcceptOffer(l.Context(), l.of(o.ExpertID), l.key(), o.ID); err != nil {
			return err
		}
	}
	l.look()
	return nil
}

func (l *life) submit(r engine.Request) error {
	made, err := l.SubmitRequest(l.Context(), l.A.LocationAsker, l.key(), r)
	if err != nil {
		return err
	}
	l.requests = append(l.requests, made.ID)
	_, err = l.TriageRequest(l.Context(), l.A.Coordinator, l.key(), made.ID, engine.RequestOpen)
	return err
}

func (l *life) anEar() engine.Request {
	r := l.ear()
	r.Wishes.Options = l.ahead()
	return r
}

func (l *life) hour() engine.Request {
	r := l.talk()
	r.Minutes, r.Wishes.Options = 60, l.ahead()
	return r
}

func (l *life) weeklyBuddy() engine.Request {
	r := l.anEar()
	r.Type, r.Wishes.EveryWeeks, r.Wishes.Occurrences = engine.Buddy, 1, 4
	return r
}

func (l *life) hopeGiver() engine.Request {
	r := l.weeklyBuddy()
	r.Type = engine.HopeGiver
	return r
}

func (l *life) cafés() engine.Request {
	r := l.hour()
	r.Type, r.TeamSize, r.Wishes.EveryWeeks, r.Wishes.Occurrences = engine.ExperienceCafe, 2, 1, 2
	r.Minutes, r.Wishes.Options = 90, long(l.ahead())
	return r
}

func (l *life) advice() engine.Request {
	r := l.hour()
	r.Type, r.TeamSize, r.Themes, r.Wishes.EveryWeeks, r.Wishes.Occurrences = engine.PolicyAdvice, 1, nil, 1, 3
	return r
}

// one draws from a list of what there is so far; draws prefer low numbers, and
// these the newest.
func one[T any](draw drawn, label string, list []T) (x T, ok bool) {
	n := draw(label, len(list))
	if n < 0 {
		return x, false
	}
	return list[len(list)-1-n], true
}

// errNotNow says that there is nothing a step could be done with.
var errNotNow = errors.New("not now")

// fit keeps those of a list of which something is true now, so that most steps
// have an effect. Now and then it keeps all: what must be refused is tried as
// well.
func fit[T any](l *life, draw drawn, list []T, id func(T) string, of, where string) []T {
	if where == "" || draw("whatever", 20) == 19 {
		return list
	}
	are := l.lines(`select id::text from `+of+` where `+strings.ReplaceAll(where, "now()", "$1::timestamptz")+` and $1::timestamptz is not null`, *l.now.Load())
	return slices.DeleteFunc(slices.Clone(list), func(x T) bool { return !slices.Contains(are, id(x)) })
}

// What has to be true for most steps to have an effect.
const (
	ahead = `status in ('HELD', 'CONFIRMED') and starts_at > now()`
	gap   = `status = 'HELD' and starts_at > now()`
	whole = gap + ` and (select team_size from request q where q.id = session.request_id) =
		(select count(*) from booking b where b.session_id = session.id and b.status = 'HELD' and b.seat is null)`
	lacking = gap + ` and (select team_size from request q where q.id = session.request_id) >
		(select count(*) from booking b where b.session_id = session.id and b.status = 'HELD' and b.seat is null)`
	begun   = `status = 'CONFIRMED' and starts_at <= now()`
	asked   = `exists (select from task k where k.session_id = session.id and k.kind = 'CONSENT_CHANGED' and k.done_at is null)`
	group   = ahead + ` and type in ('TALK', 'EXPERIENCE_CAFE', 'POLICY_ADVICE')`
	seated  = `seats is not null and starts_at > now()`
	taken   = `starts_at > now() and exists (select from booking b where b.session_id = session.id and b.seat is not null)`
	wanting = `status in ('OPEN', 'OFFERED', 'SUGGESTED', 'WAITLISTED', 'PARTLY_FILLED')`
	over    = `status in ('FILLED', 'RUNNING') and not exists (select from session s where s.request_id = request.id and s.status in ('HELD', 'CONFIRMED'))
		and not exists (select from match m where m.request_id = request.id and m.status <> 'CLOSED')`
	anyone = ``
)

// ofSession draws a session and does something with it.
func ofSession(where string, do func(*life, drawn, engine.SessionID) error) func(*life, drawn) error {
	return func(l *life, draw drawn) error {
		id, ok := one(draw, "session", fit(l, draw, l.sessions, func(id engine.SessionID) string { return string(id) }, "session", where))
		if !ok {
			return errNotNow
		}
		return do(l, draw, id)
	}
}

// ofMatch draws a relation and does something with it.
func ofMatch(where string, do func(*life, drawn, engine.MatchID) error) func(*life, drawn) error {
	return func(l *life, draw drawn) error {
		id, ok := one(draw, "relation", fit(l, draw, l.matches, func(id engine.MatchID) string { return string(id) }, "match", where))
		if !ok {
			return errNotNow
		}
		return do(l, draw, id)
	}
}

// ofRequest draws a request and does something with it.
func ofRequest(where string, do func(*life, drawn, engine.RequestID) error) func(*life, drawn) error {
	return func(l *life, draw drawn) error {
		id, ok := one(draw, "request", fit(l, draw, l.requests, func(id engine.RequestID) string { return string(id) }, "request", where))
		if !ok {
			return errNotNow
		}
		return do(l, draw, id)
	}
}

// ofOffer draws an offer for who was asked.
func ofOffer(do func(*life, engine.Offer) error) func(*life, drawn) error {
	return func(l *life, draw drawn) error {
		o, ok := one(draw, "offer", fit(l, draw, l.offers, func(o engine.Offer) string { return string(o.ID) }, "offer", `status = 'SENT' and expires_at > now()`))
		if !ok {
			return errNotNow
		}
		return do(l, o)
	}
}

// whose draws one of the first four experts of whom something is true of a session,
// one time in five any of them.
func (l *life) whose(draw drawn, where string, id engine.SessionID) int {
	var fits []int
	for _, line := range l.lines(`select id::text from expert where exists (`+where+`) and $1::uuid is not null`, id) {
		if n := slices.Index(l.A.Experts[:4], engine.ExpertID(line)); n >= 0 {
			fits = append(fits, n)
		}
	}
	slices.Sort(fits)
	if n := draw("expert", len(fits)); n >= 0 && draw("anyone", 5) < 4 {
		return fits[n]
	}
	return draw("expert", 4)
}

// What makes an expert the one to do something.
const (
	onTeam = `select from booking b where b.session_id = $1 and b.expert_id = expert.id and b.seat is null and b.status in ('HELD', 'CONFIRMED')`
	sits   = `select from booking b where b.session_id = $1 and b.expert_id = expert.id and b.seat is not null and b.status in ('HELD', 'CONFIRMED')`
	free   = `select where not exists (select from booking b where b.session_id = $1 and b.expert_id = expert.id and b.status in ('HELD', 'CONFIRMED'))`
	toAsk  = `select from task k where k.session_id = $1 and k.kind = 'CONSENT_CHANGED' and k.done_at is null and (k.expert_id = expert.id or k.expert_id is null)`
)

func only[T any](_ T, err error) error { return err }

// anExpert draws one of the three who do most.
func (l *life) anExpert(draw drawn) int { return draw("expert", 3) }

// sometimes gives a text in one of three draws.
func sometimes(draw drawn, text string) string {
	if draw("with a reason", 3) == 0 {
		return text
	}
	return ""
}

// A step that stands more than once is as much likelier.
var lifeSteps = []lifeStep{
	stepAccept, stepOffer, stepTime, stepAsk, stepAccept, stepOffer, stepTime,
	{"decline", ofOffer(func(l *life, o engine.Offer) error {
		return only(l.DeclineOffer(l.Context(), l.of(o.ExpertID), l.key(), o.ID, nil))
	})},
	stepCancel, stepCancel, stepStepOut, stepStepOut,
	{"withdraw", ofRequest(anyone, func(l *life, _ drawn, id engine.RequestID) error {
		return only(l.WithdrawRequest(l.Context(), l.A.LocationAsker, l.key(), id))
	})},
	{"triage", ofRequest(wanting, func(l *life, draw drawn, id engine.RequestID) error {
		to := []engine.RequestStatus{engine.RequestOpen, engine.RequestOnHold, engine.RequestReferred}
		return only(l.TriageRequest(l.Context(), l.A.Coordinator, l.key(), id, to[draw("to", 3)]))
	})},
	{"let a request wait", ofRequest(wanting, func(l *life, _ drawn, id engine.RequestID) error {
		return only(l.WaitlistRequest(l.Context(), l.A.Coordinator, l.key(), id, engine.WaitsForTheme, ""))
	})},
	{"evaluate", ofRequest(over, func(l *life, _ drawn, id engine.RequestID) error {
		return only(l.EvaluateRequest(l.Context(), l.A.Coordinator, l.key(), id))
	})},
	{"close a request", ofRequest(`(status = 'EVALUATED' or `+over+`)`, func(l *life, _ drawn, id engine.RequestID) error {
		return only(l.CloseRequest(l.Context(), l.A.Coordinator, l.key(), id))
	})},
	{"take consent back or give it", func(l *life, draw drawn) error {
		level := []engine.ConsentLevel{engine.Red, engine.Green}[draw("level", 2)]
		usage := []engine.Usage{engine.UsageOneToOne, engine.UsageClosedGroup}[draw("usage", 2)]
		return only(l.SetThemeConsent(l.Context(), l.A.ExpertViewers[l.anExpert(draw)], l.key(), engine.Consent{Theme: "LONELINESS", Usage: usage, Level: level}))
	}},
	{"resolve a consent", ofSession(asked, func(l *life, draw drawn, id engine.SessionID) error {
		choice := []engine.ConsentChoice{engine.ConsentKeep, engine.ConsentChange, engine.ConsentReplace}[draw("choice", 3)]
		n := l.whose(draw, toAsk, id)
		viewer, expert := l.A.ExpertViewers[n], (*engine.ExpertID)(nil)
		if choice != engine.ConsentKeep && draw("coordinator", 2) == 1 {
			viewer, expert = l.A.Coordinator, &l.A.Experts[n]
		}
		return only(l.ResolveConsentChange(l.Context(), viewer, l.key(), id, choice, expert))
	})},
	{"lift an exclusion", ofRequest(anyone, func(l *life, _ drawn, id engine.RequestID) error {
		return only(l.LiftExclusion(l.Context(), l.A.ExpertViewers[3], l.key(), l.A.House, id))
	})},
	{"rest", func(l *life, draw drawn) error {
		n := l.anExpert(draw)
		viewer := []auth.Viewer{l.A.Coordinator, l.A.ExpertViewers[n]}[draw("herself", 2)]
		var until *time.Time
		if days := draw("days", 8); days > 0 {
			end := l.now.Load().AddDate(0, 0, days)
			until = &end
		}
		return only(l.PauseExpert(l.Context(), viewer, l.key(), l.A.Experts[n], until))
	}},
	{"rest no more", func(l *life, draw drawn) error {
		who, ok := one(draw, "expert", fit(l, draw, l.A.Experts[:3], func(id engine.ExpertID) string { return string(id) },
			"(select expert_id as id, status, paused_until from expert_record) x", `status = 'PAUSED' or status = 'DEPLOYABLE' and paused_until > now()`))
		if !ok {
			return errNotNow
		}
		return only(l.ResumeExpert(l.Context(), l.A.Coordinator, l.key(), who))
	}},
	{"a certificate", func(l *life, draw drawn) error {
		days := []int{3, 9, 1000}[draw("days", 3)] // the first two correct it to one that ends
		return only(l.RecordConductCertificate(l.Context(), l.A.Coordinator, l.key(), store.Certificate{
			ExpertID: l.A.Experts[l.anExpert(draw)], IssuedOn: "2026-01-05", ValidTo: engine.DateOf(*l.now.Load(), store.Zone).AddDays(days)}))
	}},
	{"close a day or an hour", func(l *life, draw drawn) error {
		n, span := l.anExpert(draw), l.slot(draw)
		if draw("all day", 2) == 1 {
			span = engine.Interval{Start: span.Start.Truncate(24 * time.Hour), End: span.Start.Truncate(24*time.Hour).AddDate(0, 0, 1)}
		}
		return only(l.AddBlackout(l.Context(), l.A.ExpertViewers[n], l.key(), l.A.Experts[n], span))
	}},
	{"change her hours", func(l *life, draw drawn) error {
		n, gone := l.anExpert(draw), draw("day", 9)
		var rules []engine.AvailabilityRule
		for i, day := range []engine.Weekday{"MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"} {
			if i != gone {
				rules = append(rules, engine.AvailabilityRule{Weekday: day, Starts: "13:00", Ends: "20:00", Parity: engine.EveryWeek, Mode: engine.Both})
			}
		}
		return only(l.SetAvailability(l.Context(), l.A.ExpertViewers[n], l.key(), l.A.Experts[n], rules))
	}},
	{"a paper", func(l *life, draw drawn) error {
		p := engine.Paper{ExpertID: l.A.Experts[l.anExpert(draw)], Kind: []engine.PaperKind{engine.PaperAgreement, engine.PaperNDA}[draw("paper", 2)]}
		if draw("withdrawn", 3) == 0 {
			return only(l.WithdrawPaper(l.Context(), l.A.Coordinator, l.key(), p, "Vergissing"))
		}
		return only(l.RecordPaper(l.Context(), l.A.Coordinator, l.key(), p, "2026-01-08"))
	}},
	{"keep away", func(l *life, draw drawn) error {
		n := l.anExpert(draw)
		switch draw("whom", 4) {
		case 0:
			return only(l.ExcludeOrganisation(l.Context(), l.A.ExpertViewers[n], l.key(), l.A.House, nil))
		case 1:
			return only(l.KeepApart(l.Context(), l.A.Coordinator, l.key(), store.Apart{ExpertID: l.A.Experts[n], OtherID: &l.A.Experts[(n+1)%3]}))
		case 2:
			return only(l.EndKeepingApart(l.Context(), l.A.Coordinator, l.key(), store.Apart{ExpertID: l.A.Experts[n], OtherID: &l.A.Experts[(n+1)%3]}))
		}
		return only(l.EndExclusion(l.Context(), l.A.ExpertViewers[n], l.key(), l.A.House))
	}},
	{"travel", func(l *life, draw drawn) error {
		n := l.anExpert(draw)
		minutes := []int{1, 60, 600}[draw("minutes", 3)]
		return only(l.SetTravel(l.Context(), l.A.ExpertViewers[n], l.key(), l.A.Experts[n], &minutes, nil))
	}},
	{"move to another pool", func(l *life, draw drawn) error {
		n := l.anExpert(draw)
		on := engine.DateOf(*l.now.Load(), store.Zone).AddDays(draw("days", 8))
		if _, err := l.TransferExpert(l.Context(), l.A.Coordinator, l.key(), engine.Transfer{
			ExpertID: l.A.Experts[n], ToPool: l.B.Pool, TakesEffect: on, Postcode4: l.B.Postcode4}); err != nil {
			return err
		}
		return only(l.AcceptTransfer(l.Context(), l.A.ExpertViewers[n], l.key(), l.B.Pool))
	}},
	stepPlan, stepPlan, stepMove, stepMove,
	{"confirm", ofSession(whole, func(l *life, _ drawn, id engine.SessionID) error {
		return only(l.ConfirmSession(l.Context(), l.A.Coordinator, l.key(), id))
	})},
	stepOutcome, stepOutcome,
	{"record it otherwise", ofSession(`status in ('COMPLETED', 'NO_SHOW_EXPERT', 'NO_SHOW_CLIENT', 'NO_SHOW_REQUESTER')`, func(l *life, draw drawn, id engine.SessionID) error {
		outcomes := []engine.SessionStatus{engine.SessionCompleted, engine.SessionNoShowExpert, engine.SessionNoShowClient, engine.SessionNoShowRequester}
		return only(l.CorrectOutcome(l.Context(), l.A.Coordinator, l.key(), app.CorrectOutcome{
			SessionID: id, Outcome: outcomes[draw("outcome", len(outcomes))], Reason: "Verkeerd gezien", BreakGlassReason: sometimes(draw, "Het was nodig")}))
	})},
	{"ask to join", ofSession(lacking, func(l *life, draw drawn, id engine.SessionID) error {
		in := app.AskToJoin{SessionID: id, OverrideReason: "Zij kent de buurt"}
		first := draw("expert", 4)
		for n := range 1 + draw("more", 2) {
			in.Asks = append(in.Asks, app.JoinAsk{ExpertID: l.A.Experts[(first+n)%4]})
		}
		return only(l.AskToJoin(l.Context(), l.A.Coordinator, l.key(), in))
	})},
	{"substitute", ofSession(ahead, func(l *life, draw drawn, id engine.SessionID) error {
		in := app.Substitute{ExpertID: l.A.Experts[l.whose(draw, onTeam, id)], SessionID: &id, Ask: draw("ask", 2) == 1}
		if draw("all day", 3) == 0 {
			day := engine.DateOf(l.slot(draw).Start, store.Zone)
			in.SessionID, in.Day = nil, &day
		}
		return only(l.SubstituteSession(l.Context(), l.A.Coordinator, l.key(), in))
	})},
	{"decide", ofSession(lacking, func(l *life, draw drawn, id engine.SessionID) error {
		choice := []app.SessionChoice{app.DecideOnline, app.DecidePostpone, app.DecideAlone}[draw("choice", 3)]
		return only(l.DecideSession(l.Context(), l.A.Coordinator, l.key(), id, choice, "Er komt niemand meer"))
	})},
	{"open seats", ofSession(group, func(l *life, draw drawn, id engine.SessionID) error {
		return only(l.OpenSeats(l.Context(), l.A.Coordinator, l.key(), id, 1+draw("seats", 2)))
	})},
	stepSeat, stepSeat,
	{"give up a seat", ofSession(taken, func(l *life, draw drawn, id engine.SessionID) error {
		return only(l.GiveUpSeat(l.Context(), l.A.ExpertViewers[l.whose(draw, sits, id)], l.key(), id))
	})},
	stepRapport, stepRapport,
	{"activate", ofMatch(`status = 'TRIAL'`, func(l *life, _ drawn, id engine.MatchID) error {
		return only(l.ActivateMatch(l.Context(), l.A.Coordinator, l.key(), id))
	})},
	{"pause a relation", ofMatch(`status in ('TRIAL', 'ACTIVE')`, func(l *life, _ drawn, id engine.MatchID) error {
		return only(l.PauseMatch(l.Context(), l.A.Coordinator, l.key(), id))
	})},
	{"resume a relation", ofMatch(`status = 'PAUSED'`, func(l *life, _ drawn, id engine.MatchID) error {
		return only(l.ResumeMatch(l.Context(), l.A.Coordinator, l.key(), id))
	})},
	{"announce the end", ofMatch(`status in ('TRIAL', 'ACTIVE', 'PAUSED')`, func(l *life, _ drawn, id engine.MatchID) error {
		return only(l.AnnounceClosure(l.Context(), l.A.Coordinator, l.key(), id, "Het doel is bereikt"))
	})},
	{"close a relation", ofMatch(`status <> 'CLOSED'`, func(l *life, draw drawn, id engine.MatchID) error {
		return only(l.CloseMatch(l.Context(), l.A.Coordinator, l.key(), app.CloseMatch{MatchID: id, Reason: engine.MatchGoalReached, SeekAgain: draw("seek again", 2) == 1}))
	})},
	{"extend", ofMatch(`status <> 'CLOSED'`, func(l *life, draw drawn, id engine.MatchID) error {
		return only(l.ExtendMatch(l.Context(), l.A.Coordinator, l.key(), id, engine.Date("2027-05-01").AddDays(100*draw("days", 4)), sometimes(draw, "Nog even")))
	})},
	{"grant a session", ofMatch(`session_cap is not null and extra_sessions = 0 and status <> 'CLOSED'`, func(l *life, _ drawn, id engine.MatchID) error {
		return only(l.GrantExtraSession(l.Context(), l.A.Coordinator, l.key(), id, "Om af te ronden"))
	})},
	{"convert", ofMatch(`status not in ('INTRO', 'CLOSED')`, func(l *life, draw drawn, id engine.MatchID) error {
		kind := []engine.DeploymentTypeCode{engine.Buddy, engine.HopeGiver}[draw("type", 2)]
		at := l.slot(draw)
		return only(l.ConvertMatch(l.Context(), l.A.Coordinator, l.key(), app.ConvertMatch{MatchID: id, Type: kind, Slot: at, EveryWeeks: 1,
			PlannedEnd: engine.DateOf(at.Start, store.Zone).AddDays(60), ConsentConfirmedBy: "Hanna Huis"}))
	})},
}

type lifeStep struct {
	name string
	do   func(*life, drawn) error
}

var (
	stepAsk = lifeStep{"ask", func(l *life, draw drawn) error {
		asks := []func() engine.Request{l.anEar, l.hour, l.weeklyBuddy, l.cafés, l.advice, l.hopeGiver}
		return l.submit(asks[draw("kind", len(asks))]())
	}}
	stepOffer = lifeStep{"offer", ofRequest(wanting, func(l *life, draw drawn, id engine.RequestID) error {
		first, pair := l.anExpert(draw), false
		if err := l.db.QueryRow(`select team_size = 2 from request where id = $1`, id).Scan(&pair); err != nil {
			return err
		}
		team := func(n int) []int {
			if n %= 3; pair {
				return []int{n, (n + 1) % 3}
			}
			return []int{n}
		}
		slots := l.slots()
		at := draw("slot", len(slots))
		var series bool
		var minutes int
		if err := l.db.QueryRow(`select minutes, type in ('EXPERIENCE_CAFE', 'POLICY_ADVICE') from request where id = $1`, id).Scan(&minutes, &series); err != nil {
			return err
		}
		if minutes == 90 {
			slots = long(slots)
		}
		in := l.ask(id, slots[at], team(first)...)
		for n := range draw("reserve", 3) {
			in.Reserve = append(in.Reserve, l.ask(id, slots[at], team(first+1+n)...).ExpertIDs)
		}
		if (series || draw("whatever", 5) == 4) && draw("two dates", 4) == 0 {
			in.FurtherSlots = slots[len(slots)-1:]
		}
		return only(l.MakeOffer(l.Context(), l.A.Coordinator, l.key(), in))
	})}
	stepAccept = lifeStep{"accept", ofOffer(func(l *life, o engine.Offer) error {
		return only(l.AcceptOffer(l.Context(), l.of(o.ExpertID), l.key(), o.ID))
	})}
	stepCancel = lifeStep{"cancel", ofSession(ahead, func(l *life, draw drawn, id engine.SessionID) error {
		sides := []engine.Side{engine.SideExpert, engine.SideClient, engine.SideRequester, engine.SideCoordinator}
		return only(l.CancelSessions(l.Context(), l.A.Coordinator, l.key(), id, &sides[draw("side", 4)], l.scope(draw, id)))
	})}
	stepStepOut = lifeStep{"step out", ofSession(ahead, func(l *life, draw drawn, id engine.SessionID) error {
		return only(l.CancelSessions(l.Context(), l.A.ExpertViewers[l.whose(draw, onTeam, id)], l.key(), id, nil, l.scope(draw, id)))
	})}
	stepPlan = lifeStep{"plan", func(l *life, draw drawn) error {
		at := l.slot(draw).Start.In(store.Zone)
		in := app.PlanSessions{Mode: modes[draw("mode", 2)], DoubleBookingReason: sometimes(draw, "Het kan echt niet anders"),
			Plan: engine.SessionPlan{First: engine.DateOf(at, store.Zone), At: engine.WallTime(at.Format("15:04")), Minutes: 60}}
		if count := draw("count", 5); count > 0 {
			in.Plan.Rhythm = &engine.Rhythm{Every: 1, Count: count}
		}
		if match, ok := one(draw, "relation", l.matches); ok && draw("of a relation", 3) > 0 {
			in.MatchID = &match
		} else {
			request, ok := one(draw, "request", fit(l, draw, l.requests, func(id engine.RequestID) string { return string(id) }, "request",
				`status in ('FILLED', 'RUNNING') and type in ('EXPERIENCE_CAFE', 'POLICY_ADVICE')`))
			if !ok {
				return errNotNow
			}
			in.RequestID = &request
		}
		return only(l.PlanSessions(l.Context(), l.A.Coordinator, l.key(), in))
	}}
	stepMove = lifeStep{"move", ofSession(ahead, func(l *life, draw drawn, id engine.SessionID) error {
		in := app.Reschedule{SessionID: id, Start: l.slot(draw).Start, Scope: l.scope(draw, id),
			Mode: modes[draw("mode", 2)], DoubleBookingReason: sometimes(draw, "Het kan echt niet anders")}
		viewer := l.A.Coordinator
		if draw("herself", 4) == 0 {
			viewer, in.Scope, in.DoubleBookingReason = l.A.ExpertViewers[l.whose(draw, onTeam, id)], engine.ScopeThis, ""
		}
		return only(l.RescheduleSession(l.Context(), viewer, l.key(), in))
	})}
	stepOutcome = lifeStep{"record", ofSession(begun, func(l *life, draw drawn, id engine.SessionID) error {
		outcomes := []engine.SessionStatus{engine.SessionCompleted, engine.SessionCompleted, engine.SessionNoShowExpert, engine.SessionNoShowClient, engine.SessionNoShowRequester}
		return only(l.RecordOutcome(l.Context(), l.A.Coordinator, l.key(),
			app.RecordOutcome{SessionID: id, Outcome: outcomes[draw("outcome", len(outcomes))], BreakGlassReason: sometimes(draw, "Het was nodig")}))
	})}
	stepSeat = lifeStep{"take a seat", ofSession(seated, func(l *life, draw drawn, id engine.SessionID) error {
		return only(l.TakeSeat(l.Context(), l.A.ExpertViewers[l.whose(draw, free, id)], l.key(), id))
	})}
	stepRapport = lifeStep{"tell how it was", ofMatch(`status = 'INTRO' and exists (select from session s where s.match_id = match.id and s.status = 'COMPLETED')`, func(l *life, draw drawn, id engine.MatchID) error {
		side := []engine.Side{engine.SideExpert, engine.SideClient}[draw("side", 2)]
		return only(l.RecordRapport(l.Context(), l.A.Coordinator, l.key(), engine.Rapport{MatchID: id, Side: side, Good: draw("good", 4) > 0}))
	})}
	stepTime = lifeStep{"time passes", func(l *life, draw drawn) error {
		to := l.now.Load().Add(time.Duration([]int{1, 20, 49, 100}[draw("hours", 4)]) * time.Hour)
		// What a new day brings is found at three: until then nobody does anything.
		if night := engine.Instant(engine.DateOf(to, store.Zone), "03:00", store.Zone); to.Before(night) {
			to = night
		}
		l.at(to)
		return l.doDue()
	}}
	modes = []engine.PlanMode{engine.AllOrNothing, engine.BestEffort}
)

// scope is how much of a series a change is about. Of a session alone it is that
// one, but for one time in five.
func (l *life) scope(draw drawn, id engine.SessionID) engine.SeriesScope {
	alone := len(l.lines(`select id::text from session where id = $1 and series_id is not null`, id)) == 0
	if alone && draw("whatever", 5) < 4 {
		return engine.ScopeThis
	}
	return []engine.SeriesScope{engine.ScopeThis, engine.ScopeThis, engine.ScopeFollowing, engine.ScopeAll}[draw("scope", 4)]
}

// doDue does all that is due.
func (l *life) doDue() error {
	for {
		done, err := l.DoDue(l.Context())
		if done == 0 || err != nil {
			return err
		}
	}
}

// of is who an expert is when she signs in.
func (l *life) of(id engine.ExpertID) auth.Viewer {
	for i, e := range l.A.Experts {
		if e == id {
			return l.A.ExpertViewers[i]
		}
	}
	return auth.Viewer{}
}
