package app_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"expex/app"
	"expex/auth"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// TestMain has sequences on a database tried thirty times unless -rapid.checks
// says otherwise: each takes the better part of a second.
func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		if err := flag.Set("rapid.checks", "30"); err != nil {
			panic(err)
		}
	}
	storetest.Main(m)
}

// world is the use cases on a database of their own, filled with the fixture.
type world struct {
	app.App
	storetest.Fixture
	dsn string
	db  *sql.DB // the test's own eyes, whom row-level security does not bind
	now atomic.Pointer[time.Time]
}

func start(t *testing.T) *world {
	t.Helper()
	w := &world{}
	w.at(storetest.Now)
	s, f := storetest.Filled(t, func(o *store.Options) {
		o.Now = func() time.Time { return *w.now.Load() }
		w.dsn = o.DSN
	})
	w.App, w.Fixture = app.App{Store: s}, f
	var err error
	if w.db, err = sql.Open("postgres", w.dsn); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.db.Close() })
	return w
}

// at moves the clock.
func (w *world) at(now time.Time) { w.now.Store(&now) }

// set changes the database behind everybody's back.
func (w *world) set(t *testing.T, statement string, args ...any) {
	t.Helper()
	if _, err := w.db.Exec(statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// get reads one value.
func get[T any](t *testing.T, w *world, query string, args ...any) (v T) {
	t.Helper()
	if err := w.db.QueryRow(query, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// contents is every row of every table that use cases write to, as one line of
// text that begins with the name of the table.
func (w *world) contents(t *testing.T) []string {
	t.Helper()
	const reference = `'theme', 'theme_related', 'deployment_type', 'youth_region', 'youth_region_neighbour',
		'municipality', 'municipality_region', 'postcode_range', 'postcode', 'public_holiday',
		'school_holiday', 'school_region'`
	union := get[string](t, w, `select string_agg(format('select %L || r::text from %I r', tablename || ' ', tablename), ' union all ')
		from pg_tables where schemaname = 'public' and tablename not in (`+reference+`)`)
	rows, err := w.db.Query(union)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		out = append(out, line)
	}
	if rows.Err() != nil || len(out) < 100 {
		t.Fatalf("%d rows: %v", len(out), rows.Err())
	}
	slices.Sort(out)
	return out
}

// refused makes a call that must fail in that way and leave no trace. Ways are
// written as by [class].
func (w *world) refused(t *testing.T, want string, call func() error) *engine.Error {
	t.Helper()
	before := w.contents(t)
	err := call()
	if got := class(err); got != want {
		t.Errorf("the answer is %q, want %q (%v)", got, want, err)
	}
	if after := w.contents(t); err != nil && !slices.Equal(before, after) {
		t.Errorf("it was refused and left a trace: %s", changed(before, after))
	}
	var e *engine.Error
	errors.As(err, &e)
	return e
}

// changed lists the rows that are only in one of two contents.
func changed(before, after []string) string {
	var out []string
	for sign, lists := range map[string][2][]string{"- ": {before, after}, "+ ": {after, before}} {
		for _, line := range lists[0] {
			if _, found := slices.BinarySearch(lists[1], line); !found {
				out = append(out, sign+line)
			}
		}
	}
	return strings.Join(out, "\n")
}

// class is an error as "CODE reason, field or rules", "" for none.
func class(err error) string {
	var e *engine.Error
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &e):
		return "untyped: " + err.Error()
	}
	detail := string(e.Reason) + e.Field
	if e.Code == engine.CodeInfeasible {
		detail = strings.Join(texts(e.Rules), ",")
	}
	return strings.TrimSpace(string(e.Code) + " " + detail)
}

func texts[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

var serial atomic.Int64

// fresh is an idempotency key that was never used.
func fresh() string { return fmt.Sprintf("fresh-key-%d", serial.Add(1)) }

// must is for calls a test rests on and does not examine.
func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// slot begins at a local time and lasts that many minutes.
func slot(day engine.Date, at engine.WallTime, minutes int) engine.Interval {
	start := storetest.Local(day, at).UTC()
	return engine.Interval{Start: start, End: start.Add(time.Duration(minutes) * time.Minute)}
}

// ear asks for one expert in Gouda, in the afternoon of Thursday 22 April.
func (w *world) ear() engine.Request {
	return engine.Request{
		OrganisationID: w.A.Location, Type: engine.ListeningEar, Goal: "Even praten", Municipality: "GM0513", Postcode4: "2801", Address: "Voorbeeldstraat 3",
		Client: &engine.Client{AgeFrom: 14, AgeTo: 16},
		Themes: []engine.RequestTheme{{Theme: "LONELINESS", Importance: engine.Must}},
		Wishes: engine.Wishes{Options: []engine.Interval{slot("2027-04-22", "14:00", 240)}},
	}
}

// talk asks for a pair in Gouda, in the afternoon of Friday 23 April.
func (w *world) talk() engine.Request {
	return engine.Request{
		OrganisationID: w.A.Location, Type: engine.Talk, Municipality: "GM0513", Postcode4: "2801", Address: "Voorbeeldstraat 3",
		Audience: engine.AudienceClosed, AudienceAgeFrom: 18, Minutes: 90,
		Themes: []engine.RequestTheme{{Theme: "LONELINESS", Importance: engine.Must}, {Theme: "ADDICTION", Importance: engine.Nice}},
		Wishes: engine.Wishes{Options: []engine.Interval{slot("2027-04-23", "13:00", 300)}},
	}
}

// open submits a request and triages it, so that experts can be asked.
func (w *world) open(t *testing.T, r engine.Request) engine.RequestID {
	t.Helper()
	id := must(w.SubmitRequest(t.Context(), w.A.LocationAsker, fresh(), r))(t).ID
	return must(w.TriageRequest(t.Context(), w.A.Coordinator, fresh(), id, engine.RequestOpen))(t).ID
}

// offer asks experts of Midden-Holland, by their number, for a slot.
func (w *world) offer(t *testing.T, request engine.RequestID, at engine.Interval, experts ...int) []engine.OfferID {
	t.Helper()
	offered := must(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(request, at, experts...)))(t)
	out := make([]engine.OfferID, len(experts))
	for i, n := range experts {
		for _, o := range offered.Offers {
			if o.ExpertID == w.A.Experts[n] {
				out[i] = o.ID
			}
		}
	}
	return out
}

// ask is a choice that follows no suggestion and says why.
func (w *world) ask(request engine.RequestID, at engine.Interval, experts ...int) app.MakeOffer {
	in := app.MakeOffer{RequestID: request, Slot: at, OverrideReason: "Zij kent de buurt"}
	for _, n := range experts {
		in.ExpertIDs = append(in.ExpertIDs, w.A.Experts[n])
	}
	return in
}

// accept is the yes of an expert of Midden-Holland.
func (w *world) accept(ctx context.Context, expert int, offer engine.OfferID) (app.Accepted, error) {
	return w.AcceptOffer(ctx, w.A.ExpertViewers[expert], fresh(), offer)
}

// booked makes an offer and accepts it.
func (w *world) booked(t *testing.T, request engine.RequestID, at engine.Interval, expert int) engine.Session {
	t.Helper()
	return must(w.accept(t.Context(), expert, w.offer(t, request, at, expert)[0]))(t).Session
}

// status is where a request, offer, session or match stands.
func (w *world) status(t *testing.T, table string, id any) string {
	t.Helper()
	return get[string](t, w, `select status from `+table+` where id = $1`, id)
}

// same reports a difference between two values as JSON shows them, which is how
// answers are remembered.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	g, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	x, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if string(g) != string(x) {
		t.Errorf("%s:\n got %s\nwant %s", what, g, x)
	}
}

// equal reports that two values differ.
func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// alsoRole gives an account of the fixture another role, and the viewer with it.
func (w *world) alsoRole(t *testing.T, v auth.Viewer, g auth.Grant) auth.Viewer {
	t.Helper()
	w.set(t, `insert into account_role (account_id, role, pool_id, organisation_id, expert_id, valid_from)
		values ($1, $2, nullif($3, '')::uuid, nullif($4, '')::uuid, nullif($5, '')::uuid, '2026-01-01')`,
		v.AccountID, string(g.Role), string(g.PoolID), string(g.OrganisationID), string(g.ExpertID))
	v.Grants = append([]auth.Grant{g}, v.Grants...)
	return v
}
