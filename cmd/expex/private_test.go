package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"expex/app"
	"expex/engine"
	guarded "expex/fetch"
	"expex/seal"
	"expex/store"
	"expex/store/storetest"
)

// Words that stand in a private calendar, and its address. They must be nowhere
// else.
var canaries = []string{"Kanarieboom", "Rozenlaan 17", "kanarie@example.org", "oncologie", "sluitkey-9d41"}

// privateText is a calendar with everything in it that is nobody's business: the
// afternoons of two Thursdays, by a rule, and one morning in another zone.
const privateText = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Kanarieboom//NL\r\n" +
	"BEGIN:VEVENT\r\nUID:Kanarieboom@example.org\r\nDTSTAMP:20270301T000000Z\r\nDTSTART;TZID=Europe/Amsterdam:20270408T130000\r\nDTEND;TZID=Europe/Amsterdam:20270408T180000\r\n" +
	"RRULE:FREQ=WEEKLY;COUNT=2\r\nSUMMARY:Afspraak oncologie Kanarieboom\r\nLOCATION:Rozenlaan 17\r\nATTENDEE;CN=Kanarieboom:mailto:kanarie@example.org\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nUID:b\r\nDTSTAMP:20270301T000000Z\r\nDTSTART;TZID=Rozenlaan 17:20270422T090000\r\nDTEND;TZID=Rozenlaan 17:20270422T100000\r\nSUMMARY:oncologie\r\nEND:VEVENT\r\n" +
	"END:VCALENDAR\r\n"

// privateServer is a real TLS server whose answer a test chooses.
type privateServer struct {
	*httptest.Server
	client *guarded.Client
	answer atomic.Pointer[http.HandlerFunc]
	asked  atomic.Int64
}

func servePrivate(t *testing.T) *privateServer {
	t.Helper()
	s := &privateServer{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked.Add(1)
		(*s.answer.Load())(w, r)
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	s.client = guarded.Only(netip.MustParseAddrPort(s.Listener.Addr().String()), roots)
	s.says(whole)
	return s
}

func (s *privateServer) says(answer http.HandlerFunc) { s.answer.Store(&answer) }

// whole serves the calendar with validators that hold a canary, too.
func whole(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", `"sluitkey-9d41"`)
	if r.Header.Get("If-None-Match") == `"sluitkey-9d41"` {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	io.WriteString(w, privateText)
}

// linked is a database with two processes on it and a calendar that is linked and
// not read yet.
type linked struct {
	storetest.Fixture
	server *privateServer
	use    [2]app.App
	db     *sql.DB
	now    atomic.Pointer[time.Time]
	log    bytes.Buffer
	id     engine.BusyCalendarID
}

func link(t *testing.T) *linked {
	t.Helper()
	l := &linked{server: servePrivate(t)}
	l.at(storetest.Now)
	clock := func() time.Time { return *l.now.Load() }
	var dsn string
	s, f := storetest.Filled(t, func(o *store.Options) { o.Now, dsn = clock, o.DSN })
	other, err := store.Open(t.Context(), store.Options{DSN: dsn, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	keys, err := seal.Parse(seal.NewKey("test"))
	if err != nil {
		t.Fatal(err)
	}
	private := privateCalendars(keys, l.server.client)
	l.Fixture, l.use = f, [2]app.App{{Store: s, Private: private}, {Store: other, Private: private}}
	if l.db, err = sql.Open("postgres", dsn); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.db.Close() })
	if _, err := l.db.Exec(`delete from busy_calendar; delete from blackout`); err != nil {
		t.Fatal(err)
	}
	address := strings.Replace(l.server.URL, "https", "webcal", 1) + "/sluitkey-9d41/basic.ics"
	if l.id, err = l.use[0].LinkBusyAddress(t.Context(), f.A.ExpertViewers[0], "key-of-the-link", "privé", address); err != nil {
		t.Fatal(err)
	}
	return l
}

func (l *linked) at(now time.Time) { l.now.Store(&now) }

// read moves on to when the calendar is due and reads it as the service does.
func (l *linked) read(t *testing.T) store.BusyCalendar {
	t.Helper()
	l.at(*l.stands(t).DueAt)
	ctx, cancel := context.WithCancel(t.Context())
	end := keep(ctx, slog.New(slog.NewTextHandler(&l.log, nil)), "reading", func(ctx context.Context) (int, error) {
		defer cancel()
		return l.use[0].ReadBusyCalendars(ctx)
	})
	<-ctx.Done()
	end()
	return l.stands(t)
}

func (l *linked) stands(t *testing.T) store.BusyCalendar {
	t.Helper()
	list, err := l.use[0].Store.As(l.A.ExpertViewers[0]).BusyCalendars(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("she has %d calendars (%v)", len(list), err)
	}
	return list[0]
}

// closed is what a coordinator sees closed of her time in April.
func (l *linked) closed(t *testing.T) (out string) {
	t.Helper()
	got, err := l.use[1].Availability(t.Context(), l.A.Coordinator, l.A.Experts[0],
		engine.Interval{Start: storetest.Local("2027-04-01", "00:00"), End: storetest.Local("2027-05-01", "00:00")})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range got.Blackouts {
		out += b.Start.In(store.Zone).Format("02 15:04") + "–" + b.End.In(store.Zone).Format("15:04 ")
	}
	return strings.TrimSpace(out)
}

const privateTimes = "08 13:00–18:00 15 13:00–18:00 22 09:00–10:00"

func TestAPrivateCalendarIsReadFromARealServerAndNothingOfItIsKept(t *testing.T) {
	t.Parallel()
	l := link(t)
	if got := l.stands(t).State; got != engine.BusyNeverRead {
		t.Errorf("before the first reading it is %s", got)
	}
	stands := l.read(t)
	if stands.State != engine.BusyFresh || stands.Coming != 3 || len(stands.Warnings) != 1 || stands.Warnings[0].Code != "UNKNOWN_ZONE" {
		t.Errorf("it stands as %+v", stands)
	}
	if got := l.closed(t); got != privateTimes {
		t.Errorf("closed is %s, want %s", got, privateTimes)
	}
	l.read(t) // unchanged
	if n := l.server.asked.Load(); n != 2 {
		t.Errorf("the server was asked %d times", n)
	}
	dump := everything(t, l.db)
	if !strings.Contains(dump, string(l.id)) || !strings.Contains(dump, "2027-04-08") {
		t.Fatal("the dump is none")
	}
	host := strings.TrimPrefix(l.server.URL, "https://")
	for _, secret := range append([]string{host, "basic.ics"}, canaries...) {
		if strings.Contains(dump, secret) || strings.Contains(dump, fmt.Sprintf("%x", secret)) {
			t.Errorf("%q is in the database", secret)
		}
		if strings.Contains(l.log.String(), secret) {
			t.Errorf("%q is in the log:\n%s", secret, &l.log)
		}
	}
}

// everything is every row of every table as text.
func everything(t *testing.T, db *sql.DB) string {
	t.Helper()
	var query string
	if err := db.QueryRow(`select string_agg(format('select r::text from %I r', tablename), ' union all ') from pg_tables where schemaname = 'public'`).Scan(&query); err != nil {
		t.Fatal(err)
	}
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

func TestWhateverAServerAnswersHerTimesStayClosed(t *testing.T) {
	t.Parallel()
	text := func(s string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, s) }
	}
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	to := func(address string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, address, http.StatusFound) }
	}
	l := link(t)
	l.read(t)
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		want   engine.BusyFailure
	}{
		{"it breaks", status(500), engine.BusyUnreachable},
		{"it is too busy", status(503), engine.BusyUnreachable},
		{"it has no such calendar", status(404), engine.BusyNotFound},
		{"it had one", status(410), engine.BusyNotFound},
		{"it wants a login", status(401), engine.BusyRefused},
		{"it forbids it", status(403), engine.BusyRefused},
		{"it shows a page", text("<!doctype html><p>Log in"), engine.BusyNotACalendar},
		{"it sends nothing", text(""), engine.BusyNotACalendar},
		{"it sends half", text(privateText[:len(privateText)/2]), engine.BusyTruncated},
		{"it announces more than it sends", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(privateText)))
			io.WriteString(w, privateText[:100])
		}, engine.BusyUnreachable},
		{"it sends far too much", func(w http.ResponseWriter, _ *http.Request) {
			for range 40 {
				io.WriteString(w, strings.Repeat("X-A:"+strings.Repeat("a", 60)+"\r\n", 1000))
			}
		}, engine.BusyTooLarge},
		{"it leads into the network", to("https://169.254.169.254/latest"), engine.BusyNotAllowed},
		{"it leads to plain http", to("http://" + l.server.Listener.Addr().String() + "/"), engine.BusyNotAllowed},
		{"it hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, engine.BusyUnreachable},
	} {
		l.server.says(c.answer)
		stands := l.read(t)
		if stands.State != engine.BusyFailing || stands.Failure != c.want {
			t.Errorf("when %s it is %s %s, want %s", c.name, stands.State, stands.Failure, c.want)
		}
		if got := l.closed(t); got != privateTimes {
			t.Errorf("when %s closed is %s", c.name, got)
		}
	}
	if strings.Contains(l.log.String(), "failed") {
		t.Errorf("the log speaks of failures that are hers:\n%s", &l.log)
	}
	l.server.says(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/elsewhere" {
			whole(w, r)
			return
		}
		http.Redirect(w, r, "/elsewhere", http.StatusMovedPermanently)
	})
	if stands := l.read(t); stands.State != engine.BusyFresh {
		t.Errorf("after a move it is %s %s", stands.State, stands.Failure)
	}
	before := l.server.asked.Load()
	if stands := l.read(t); stands.State != engine.BusyFresh || l.server.asked.Load() != before+1 {
		t.Errorf("it forgets where it moved to: %s after %d questions", stands.State, l.server.asked.Load()-before)
	}
	// A calendar that is empty on purpose is believed.
	l.server.says(text("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"))
	if stands := l.read(t); stands.State != engine.BusyFresh || l.closed(t) != "" {
		t.Errorf("an empty calendar is %s, and closes %s", stands.State, l.closed(t))
	}
}

// The server holds its answer back until the other process had its chance and, in
// a second turn, until she has unlinked the calendar.
func TestOneProcessAsksTheServerAndUnlinkingWinsFromIt(t *testing.T) {
	t.Parallel()
	l := link(t)
	begun, release := make(chan bool), make(chan bool)
	l.server.says(func(w http.ResponseWriter, r *http.Request) {
		begun <- true
		<-release
		whole(w, r)
	})
	var wg sync.WaitGroup
	turn := func(meanwhile func()) {
		wg.Go(func() {
			if done, err := l.use[0].ReadBusyCalendars(t.Context()); done != 1 || err != nil {
				t.Errorf("it read %d (%v)", done, err)
			}
		})
		<-begun
		meanwhile()
		release <- true
		wg.Wait()
	}
	turn(func() {
		if done, err := l.use[1].ReadBusyCalendars(t.Context()); done != 0 || err != nil {
			t.Errorf("the other one read %d (%v)", done, err)
		}
	})
	if got := l.closed(t); got != privateTimes {
		t.Errorf("closed is %s", got)
	}
	l.at(*l.stands(t).DueAt)
	turn(func() {
		if _, err := l.use[1].UnlinkBusyCalendar(t.Context(), l.A.ExpertViewers[0], "key-of-the-unlink", l.id); err != nil {
			t.Error(err)
		}
	})
	var n int
	if err := l.db.QueryRow(`select count(*) from busy_calendar`).Scan(&n); err != nil || n != 0 || l.closed(t) != "" {
		t.Errorf("%d calendars came back (%v), and closed is %q", n, err, l.closed(t))
	}
}

func TestAnAddressThatIsNeverFetchedIsNotLinked(t *testing.T) {
	t.Parallel()
	l := link(t)
	for _, address := range []string{"http://calendar.example/sluitkey-9d41", "https://user:sluitkey-9d41@calendar.example/", "https://10.0.0.1/sluitkey-9d41",
		"file:///sluitkey-9d41", "sluitkey-9d41", "https://calendar.example/" + strings.Repeat("sluitkey-9d41", 200)} {
		_, err := l.use[0].LinkBusyAddress(t.Context(), l.A.ExpertViewers[0], "key-of-a-refusal", "", address)
		var e *engine.Error
		if !errors.As(err, &e) || e.Code != engine.CodeInvalid || e.Field != "address" || strings.Contains(e.Error(), "sluitkey") {
			t.Errorf("%.40s: %v", address, err)
		}
	}
}

func TestTheDoctorSaysWhatTheKeysDo(t *testing.T) {
	t.Parallel()
	one, two := seal.NewKey("one"), seal.NewKey("two")
	for _, c := range []struct {
		keys   string
		sealed map[string]int
		want   string
	}{
		{"", nil, "EXPEX_KEYS is not set: no address of a private calendar can be linked"},
		{"", map[string]int{"one": 2}, "EXPEX_KEYS is not set: no address of a private calendar can be linked; one IS MISSING: 2 addresses cannot be read"},
		{one, map[string]int{"one": 2}, "one encrypts; 2 addresses"},
		{two + "," + one, map[string]int{"one": 2, "two": 1}, "two encrypts; 1 addresses; 2 wait to be encrypted anew, keep one until then"},
		{two, map[string]int{"one": 2}, "two encrypts; 0 addresses; one IS MISSING: 2 addresses cannot be read"},
	} {
		if got := (keyFlags{c.keys}).keysSay(c.sealed); got != c.want {
			t.Errorf("it says %q, want %q", got, c.want)
		}
	}
	if got := (keyFlags{two + "," + one}).masked(); got != "keys two, one" {
		t.Errorf("the configuration shows %q", got)
	}
	if err := (keyFlags{"one:sluitkey-9d41"}).Validate(); err == nil || strings.Contains(err.Error(), "sluitkey") {
		t.Errorf("a malformed key: %v", err)
	}
}
