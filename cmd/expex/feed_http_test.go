package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"database/sql"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"expex/app"
	"expex/auth"
	"expex/live"
	"expex/store"
	"expex/store/storetest"
	"expex/web"
)

// feedServer is the whole service on loopback, with what it logged and how many
// statements it asked the database for.
type feedServer struct {
	storetest.Fixture
	t          testing.TB
	context    context.Context
	store      *store.Store
	db         *sql.DB // the owner of the tables
	url        string
	statements atomic.Int64
	log        lockedBuffer
	logTo      io.Writer // nil for log
	now        atomic.Pointer[time.Time]
}

type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func newFeedServer(t testing.TB, base string) *feedServer {
	s := &feedServer{t: t, context: t.Context()}
	s.at(storetest.Now)
	dsn := storetest.DSN(t)
	var err error
	if s.store, err = store.Open(context.Background(), store.Options{DSN: dsn, Now: func() time.Time { return *s.now.Load() },
		OnStatement: func(string) { s.statements.Add(1) }}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.store.Close() })
	s.Fixture = storetest.Fill(t, s.store)
	if s.db, err = sql.Open("postgres", dsn); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.db.Close() })
	s.url = s.replica(t, s.store, base)
	return s
}

func (s *feedServer) at(now time.Time) { s.now.Store(&now) }

// replica serves a store as production does, and gives its address.
func (s *feedServer) replica(t testing.TB, st *store.Store, base string) string {
	log := slog.New(slog.NewJSONHandler(cmp.Or[io.Writer](s.logTo, &s.log), &slog.HandlerOptions{Level: slog.LevelDebug}))
	handler, err := routes(site{use: app.App{Store: st}, log: log, base: base, changes: live.New(1, 1), page: web.Page{}})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- listenAndServe(ctx, listener, handler, nil, func() {}, log, func() error { return nil })
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return "http://" + listener.Addr().String()
}

// path is that of the feed of the first expert.
func (s *feedServer) path() string { return "/calendar/" + storetest.FeedSecret(s.A).Reveal() + ".ics" }

// reply is an answer that was read, and the statements that it took.
type reply struct {
	*http.Response
	body       []byte
	statements int64
}

// plain sends no header of its own and follows nowhere.
var plain = &http.Client{
	Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 100},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func (s *feedServer) fetch(t testing.TB, method, url string, header http.Header) reply {
	t.Helper()
	before := s.statements.Load()
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = header.Clone()
	if r.Header == nil {
		r.Header = http.Header{}
	}
	if r.Header.Get("User-Agent") == "" {
		r.Header.Set("User-Agent", "") // or Go says one
	}
	a, err := plain.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	a.Body.Close()
	return reply{a, body, s.statements.Load() - before}
}

// change writes something at the moment of the store.
func (s *feedServer) change(t testing.TB, statement string) {
	t.Helper()
	if _, err := s.db.Exec(fmt.Sprintf(`select set_config('app.now', '%s', true); %s`, s.now.Load().Format(time.RFC3339Nano), statement)); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func TestAFeedCostsTwoStatementsAndOneWhenUnchanged(t *testing.T) {
	t.Parallel()
	s := newFeedServer(t, "")
	header := http.Header{"User-Agent": {"Thunderbird/128"}}
	first := s.fetch(t, "GET", s.url+s.path(), header)
	tag := first.Header.Get("ETag")
	for _, step := range []struct {
		name, method, change string
		at                   time.Duration
		header               http.Header
		status               int
		statements           int64
		same                 bool
	}{
		{"again", "GET", ``, 0, header, 200, 1, true},
		{"packed", "GET", ``, 0, http.Header{"Accept-Encoding": {"gzip"}}, 200, 1, false},
		{"by tag", "GET", ``, 0, http.Header{"If-None-Match": {tag}}, 304, 1, true},
		{"head", "HEAD", ``, 0, nil, 200, 1, true},
		{"two hours later, which is noted", "GET", ``, 2 * time.Hour, header, 200, 1, true},
		{"after what does not show", "GET", `update session set late = true; update organisation set name = name || ' B'; update expert set intro = 'Nieuw.'`, 0, header, 200, 1, true},
		{"after what shows", "GET", `update session set address = 'Nieuwstraat 1'`, 0, http.Header{"If-None-Match": {tag}}, 200, 2, false},
		{"a second time", "GET", ``, 0, http.Header{"If-None-Match": {tag}}, 200, 1, false},
		{"after the house hid its address", "GET", `update organisation set address_visibility = 'INTERNAL'`, 0, header, 200, 2, false},
		{"after another title", "GET", `update calendar_feed set title = 'MINIMAL' where kind = 'EXPERT'`, 0, header, 200, 2, false},
		{"after another label", "GET", `update calendar_feed set label = 'x'`, 0, header, 200, 1, false},
		{"when an event has left the window", "GET", ``, 14 * 24 * time.Hour, header, 200, 2, false},
		{"revoked", "GET", `update calendar_feed_secret set revoked_at = '2027-04-10'; update calendar_feed set revoked_at = '2027-04-10'`, 14 * 24 * time.Hour, header, 200, 1, false},
		{"and long ago", "GET", ``, 100 * 24 * time.Hour, header, 404, 1, false},
		{"unknown", "GET", ``, 0, header, 404, 1, false},
	} {
		if step.change != "" {
			s.change(t, step.change)
		}
		s.at(storetest.Now.Add(step.at))
		path := s.path()
		if step.name == "unknown" {
			path = "/calendar/unknown.ics"
		}
		got := s.fetch(t, step.method, s.url+path, step.header)
		if got.StatusCode != step.status || got.statements != step.statements || (got.Header.Get("ETag") == tag) != step.same {
			t.Errorf("%s: status %d after %d statements, the first tag: %v; want %d, %d, %v", step.name, got.StatusCode, got.statements,
				got.Header.Get("ETag") == tag, step.status, step.statements, step.same)
		}
	}
	if first.statements != 2 {
		t.Errorf("the first fetch took %d statements, want 2", first.statements)
	}
}

// Two processes with caches of their own: what one revokes is dead in the other
// at once, and the octets are the same in both.
func TestARevokedFeedIsDeadInEveryProcess(t *testing.T) {
	t.Parallel()
	s := newFeedServer(t, "")
	second := s.replica(t, s.store, "")
	a, b := s.fetch(t, "GET", s.url+s.path(), nil), s.fetch(t, "GET", second+s.path(), nil)
	if !bytes.Equal(a.body, b.body) || a.Header.Get("ETag") != b.Header.Get("ETag") || a.Header.Get("Last-Modified") != b.Header.Get("Last-Modified") {
		t.Errorf("the processes differ:\n%v\n%v", a.Header, b.Header)
	}
	if n := bytes.Count(a.body, []byte("BEGIN:VEVENT")); n != 4 {
		t.Errorf("%d events, want 4", n)
	}
	v := s.store.As(s.A.ExpertViewers[0])
	if _, err := store.Once(t.Context(), v, store.Key{Key: "revoke-0001", Mutation: "x"}, func(tx *store.Tx) (store.Feed, error) {
		return tx.RevokeFeed(t.Context(), s.A.Feed)
	}); err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{s.url, second} {
		got := s.fetch(t, "GET", url+s.path(), http.Header{"If-None-Match": {a.Header.Get("ETag")}, "If-Modified-Since": {a.Header.Get("Last-Modified")}})
		if got.StatusCode != 200 || bytes.Contains(got.body, []byte("BEGIN:VEVENT")) || !bytes.Contains(got.body, []byte("BEGIN:VTIMEZONE")) {
			t.Errorf("status %d\n%s", got.StatusCode, got.body)
		}
	}
}

// profile is a program that subscribes, as interoperability reports and sources
// tell of it: what it sends, and which validators it sends back.
type profile struct {
	name       string
	header     http.Header
	validators []string
}

var profiles = []profile{
	{"Google Calendar", http.Header{"User-Agent": {"Google-Calendar-Importer"}, "Accept-Encoding": {"gzip"}}, nil},
	{"Apple Calendar", http.Header{"User-Agent": {"macOS/15.1 (24B83) dataaccessd/1.0"}, "Accept": {"*/*"}, "Accept-Encoding": {"gzip, deflate, br"}, "Accept-Language": {"nl-NL,nl;q=0.9"}}, []string{"If-None-Match"}},
	{"Outlook.com", http.Header{"User-Agent": {"Microsoft Exchange Calendar Sharing"}, "Accept": {"text/html, application/xhtml+xml"}, "Accept-Encoding": {"identity"}}, nil},
	{"Outlook classic", http.Header{"User-Agent": {"Microsoft Office/16.0 (Microsoft Outlook 16.0)"}, "Accept": {"*/*"}, "Accept-Encoding": {"gzip, deflate"}}, []string{"If-Modified-Since"}},
	{"Thunderbird", http.Header{"User-Agent": {"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.4"}, "Accept": {"text/calendar,text/plain;q=0.8,*/*;q=0.5"},
		"Accept-Encoding": {"gzip, deflate, br, zstd"}, "Cache-Control": {"no-cache"}, "Pragma": {"no-cache"}}, []string{"If-None-Match"}},
	{"ICSx5", http.Header{"User-Agent": {"ICSx5/2.2.4 (dev.icsx5; ktor) Android/14"}, "Accept": {"text/calendar, */*;q=0.9"}, "Accept-Encoding": {"gzip"}}, []string{"If-None-Match", "If-Modified-Since"}},
	{"Nextcloud", http.Header{"User-Agent": {"Nextcloud Webcal Service"}, "Accept": {"text/calendar, application/calendar+json, application/calendar+xml"}}, nil},
	{"Home Assistant", http.Header{"User-Agent": {"HomeAssistant/2026.11 httpx/0.28"}, "Accept": {"*/*"}, "Accept-Encoding": {"gzip, deflate"}, "Connection": {"keep-alive"}}, nil},
	{"Sailfish", http.Header{"Accept": {"application/ics;q=0, image/png"}}, nil},
}

// Each program: the first fetch, HEAD, an unchanged and a changed one.
func TestNineProgramsSubscribe(t *testing.T) {
	t.Parallel()
	for _, p := range profiles {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			s := newFeedServer(t, "https://expex.example")
			wantsGzip := strings.Contains(p.header.Get("Accept-Encoding"), "gzip")
			full := func(what string, got reply) string {
				t.Helper()
				if got.StatusCode != 200 || got.Header.Get("Content-Length") != strconv.Itoa(len(got.body)) || (got.Header.Get("Content-Encoding") == "gzip") != wantsGzip {
					t.Fatalf("%s: status %d, %v", what, got.StatusCode, got.Header)
				}
				text := got.body
				if wantsGzip {
					z, err := gzip.NewReader(bytes.NewReader(text))
					if err != nil {
						t.Fatal(err)
					}
					if text, err = io.ReadAll(z); err != nil {
						t.Fatal(err)
					}
				}
				return strings.ReplaceAll(string(text), "\r\n ", "")
			}
			first := s.fetch(t, "GET", s.url+s.path(), p.header)
			text := full("first", first)
			for name, want := range map[string]string{
				"Content-Type": "text/calendar; charset=utf-8", "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding", "Location": "", "Set-Cookie": "",
				"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "Access-Control-Allow-Origin": "",
				"Strict-Transport-Security": "max-age=31536000",
			} {
				if got := first.Header.Get(name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			// Google drops a feed that begins with a blank line; Nextcloud waits a week
			// for a duration it cannot read; Home Assistant loses the whole file for the
			// same; Outlook is an hour off without a zone; Apple needs a name.
			for _, line := range []string{"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n", "X-PUBLISHED-TTL:PT1H\r\n", "X-WR-CALNAME:ExpEx-afspraken\r\n", "DTSTART:19700329T020000\r\n",
				"TZID:Europe/Amsterdam\r\n", "SEQUENCE:0\r\n", "VERSION:2.0\r\n"} {
				if !strings.Contains(text, line) {
					t.Errorf("it has no %q", line)
				}
			}
			if !strings.HasPrefix(text, "BEGIN:VCALENDAR\r\n") || strings.Contains(text, "METHOD:") || strings.Contains(text, "VALARM") {
				t.Errorf("the feed is\n%s", text)
			}
			head := s.fetch(t, "HEAD", s.url+s.path(), p.header)
			if head.StatusCode != 200 || len(head.body) > 0 || head.Header.Get("Content-Length") != first.Header.Get("Content-Length") || head.Header.Get("ETag") != first.Header.Get("ETag") {
				t.Errorf("HEAD: status %d, %v", head.StatusCode, head.Header)
			}

			again := p.header.Clone()
			for _, v := range p.validators {
				again.Set(v, first.Header.Get(map[string]string{"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}[v]))
			}
			second := s.fetch(t, "GET", s.url+s.path(), again)
			switch {
			case len(p.validators) == 0 && full("unchanged", second) != text:
				t.Error("the same feed is another text")
			case len(p.validators) > 0 && (second.StatusCode != 304 || len(second.body) > 0 || second.Header.Get("ETag") != first.Header.Get("ETag")):
				t.Errorf("unchanged: status %d, %v", second.StatusCode, second.Header)
			}

			s.at(storetest.Now.Add(time.Second))
			s.change(t, `update session set status = 'CANCELLED_BY_EXPERT' where starts_at > '2027-04-01'`)
			third := full("changed", s.fetch(t, "GET", s.url+s.path(), again))
			for _, line := range []string{"STATUS:CANCELLED\r\n", "SEQUENCE:1\r\n", "LAST-MODIFIED:20270327T090001Z\r\n", "DTSTAMP:20270327T090001Z\r\n", "TRANSP:TRANSPARENT\r\n"} {
				if strings.Count(third, line) != 1 {
					t.Errorf("changed: %d times %q\n%s", strings.Count(third, line), line, third)
				}
			}
			// The program is known by its family, and nothing else is kept of it.
			feeds, err := s.store.As(s.A.ExpertViewers[0]).Feeds(t.Context())
			if err != nil || len(feeds) != 1 || feeds[0].LastFetchedAt == nil || len(feeds[0].LastClient) > 20 || strings.ContainsAny(feeds[0].LastClient, "/().") {
				t.Errorf("noted: %+v, %v", feeds, err)
			}
		})
	}
}

// An event that leaves the window is a change also for who asks only by time.
func TestWhatLeftTheWindowIsAChangeByTime(t *testing.T) {
	t.Parallel()
	s := newFeedServer(t, "")
	since := s.fetch(t, "GET", s.url+s.path(), nil).Header.Get("Last-Modified")
	for _, step := range []struct {
		at     time.Duration
		status int
	}{{0, 304}, {5 * 24 * time.Hour, 304}, {14 * 24 * time.Hour, 200}} {
		s.at(storetest.Now.Add(step.at))
		if got := s.fetch(t, "GET", s.url+s.path(), http.Header{"If-Modified-Since": {since}}); got.StatusCode != step.status {
			t.Errorf("after %v: status %d, want %d", step.at, got.StatusCode, step.status)
		}
	}
}

func TestGoogleMayFetchWhatRobotsDoNotIndex(t *testing.T) {
	t.Parallel()
	s := newFeedServer(t, "")
	if got := s.fetch(t, "GET", s.url+"/robots.txt", nil); got.StatusCode == 200 && bytes.Contains(got.body, []byte("Disallow: /")) {
		t.Errorf("robots.txt says\n%s", got.body)
	}
	if got := s.fetch(t, "GET", s.url+"/healthz", nil).Header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("without TLS it promises %q", got)
	}
}

// Whatever opens nothing is the same answer after the same work.
func TestEveryWrongAddressIsOneNotFound(t *testing.T) {
	t.Parallel()
	s := newFeedServer(t, "")
	secret := storetest.FeedSecret(s.A).Reveal()
	s.fetch(t, "GET", s.url+s.path(), nil)
	var want string
	for _, c := range []struct {
		path   string
		header http.Header
	}{
		{"/calendar/" + auth.NewSecret().Reveal() + ".ics", nil},
		{"/calendar/" + auth.NewSecret().Reveal() + ".ics", http.Header{"If-None-Match": {"*"}}},
		{"/calendar/" + auth.NewSecret().Reveal() + ".ics", http.Header{"If-Modified-Since": {"Fri, 31 Dec 9999 23:59:59 GMT"}, "Accept-Encoding": {"gzip"}}},
		{"/calendar/x.ics", nil},
		{"/calendar/.ics", nil},
		{"/calendar/", nil},
		{"/calendar/" + secret, nil},
		{"/calendar/" + secret + ".ICS", nil},
		{"/calendar/" + secret + ".ics/", nil},
		{"/calendar/" + secret + ".ics.ics", nil},
		{"/calendar/" + secret + "/" + secret + ".ics", nil},
		{"/calendar//" + secret + ".ics", nil},
		{"//calendar/" + secret + ".ics", nil},
		{"/x/../calendar/" + secret + ".ics", nil},
		{"/calendar/./" + secret + ".ics", nil},
		{"/calendar/%2F" + secret + ".ics", nil},
		{"/calendar/" + secret + "%2F" + secret + ".ics", nil},
		{"/calendar/" + secret + "%00.ics", nil},
		{"/calendar/%ff%0d%0a" + secret + ".ics", nil},
		{"/calendar/" + strings.Repeat("A", 8000) + ".ics", nil},
		{"/calendar/" + storetest.Secret(s.A.Coordinator).Reveal() + ".ics", nil},
	} {
		got := s.fetch(t, "GET", s.url+c.path, c.header)
		if got.Header.Get("X-Request-Id") == "" {
			t.Error("no request id")
		}
		got.Header.Del("X-Request-Id")
		got.Header.Del("Date")
		answer := fmt.Sprint(got.StatusCode, got.Header, string(got.body), got.statements)
		if want == "" {
			want = answer
			if got.StatusCode != 404 || got.Header.Get("ETag") != "" || got.Header.Get("Location") != "" || got.statements != 1 {
				t.Errorf("not found is %s", answer)
			}
		}
		if answer != want {
			t.Errorf("%s: %s\nwant %s", strings.ReplaceAll(c.path, secret, "SECRET"), answer, want)
		}
	}
	if text := s.log.String(); strings.Contains(text, secret) || strings.Count(text, `"route":"/calendar/{file}"`) < 20 {
		t.Errorf("the log holds the secret, or not the route:\n%s", text)
	}
}

// A valid secret is never told to slow down.
func TestAValidSecretIsNeverTooOften(t *testing.T) {
	t.Parallel()
	s := newFeedServer(t, "")
	if err := each(300, 20, func(int) error {
		if got := s.fetch(t, "GET", s.url+s.path(), nil); got.StatusCode != 200 {
			return fmt.Errorf("status %d", got.StatusCode)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// Nothing of a secret is logged, whatever goes wrong.
func TestNoSecretReachesTheLog(t *testing.T) {
	t.Parallel()
	s := newFeedServer(t, "")
	secret := storetest.FeedSecret(s.A).Reveal()
	for _, method := range []string{"GET", "HEAD", "POST", "PROPFIND", "OPTIONS", "TRACE"} {
		for _, path := range []string{s.path(), "/calendar/" + secret + "/" + secret + ".ics", "/calendar//" + secret + ".ics", "//calendar/" + secret, "/calendar/" + secret + "%2F.ics",
			"/" + secret, "/graphql/" + secret, "/calendar/x.ics?token=" + secret + ";a"} {
			s.fetch(t, method, s.url+path, http.Header{"Referer": {s.url + s.path()}})
		}
	}
	raw := func(text string) { // what no client of Go would send
		c, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		io.WriteString(c, text)
		io.ReadAll(c)
	}
	raw("GET " + s.path() + " HTTP/9.9\r\n\r\n")
	raw("GET " + s.path() + "\x00 HTTP/1.1\r\nHost: x\r\n\r\n")
	raw("GET http://" + secret + s.path() + " HTTP/1.1\r\nConnection: close\r\n\r\n")
	raw("GET /calendar/%zz" + secret + " HTTP/1.1\r\nHost: x\r\n\r\n")
	raw("\x16\x03\x01" + s.path() + "\r\n\r\n")                                                      // TLS, in a way
	raw("GET " + s.path() + " HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("a", 30000) + "\r\n\r\n") // too long
	raw("CONNECT " + s.path() + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	s.change(t, `alter table calendar_entry rename column uid to gone`) // an error of PostgreSQL
	s.change(t, `update calendar_feed set title = 'MINIMAL' where kind = 'EXPERT'`)
	if got := s.fetch(t, "GET", s.url+s.path(), nil); got.StatusCode != 503 || bytes.Contains(got.body, []byte("column")) {
		t.Errorf("a broken statement is status %d, %s", got.StatusCode, got.body)
	}
	if text := s.log.String(); strings.Contains(text, secret) || !strings.Contains(text, "calendar feed failed") {
		t.Errorf("the log holds the secret, or not the error:\n%s", strings.ReplaceAll(text, secret, "<<SECRET>>"))
	}
}

// A panic beyond the calendar's own reach ends in the log of net/http.
func TestAPanicBeyondTheHandlerTellsNoSecret(t *testing.T) {
	t.Parallel()
	secret := auth.NewSecret().Reveal()
	var text lockedBuffer
	server := httptest.NewUnstartedServer(logged(slog.New(slog.NewJSONHandler(&text, nil)), below("/calendar/", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		panic("at " + r.URL.Path)
	}), http.NotFoundHandler())))
	server.Config.ErrorLog = log.New(&text, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	a, err := plain.Get(server.URL + "/calendar/" + secret + ".ics")
	if err != nil {
		t.Fatal(err)
	}
	a.Body.Close()
	if a.StatusCode != http.StatusInternalServerError {
		t.Errorf("status %d", a.StatusCode)
	}
	if got := text.String(); strings.Contains(got, secret) || !strings.Contains(got, "feed_http_test.go") {
		t.Errorf("logged %s", strings.ReplaceAll(got, secret, "<<SECRET>>"))
	}
}

// With the database away there is no calendar, and certainly no empty one; when
// it is back, so is the same calendar.
func TestWithoutADatabaseAFeedIsAskedToComeBack(t *testing.T) {
	t.Parallel()
	s := newFeedServer(t, "")
	elsewhere, err := sql.Open("postgres", storetest.Empty(t)) // a database cannot lock itself out
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { elsewhere.Close() })
	var name string
	if err := s.db.QueryRow(`select current_database()`).Scan(&name); err != nil {
		t.Fatal(err)
	}
	do := func(statement string) {
		if _, err := elsewhere.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	first := s.fetch(t, "GET", s.url+s.path(), nil)
	do(`alter database ` + name + ` allow_connections false`)
	do(`select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '` + name + `'`)
	for _, header := range []http.Header{nil, {"If-None-Match": {first.Header.Get("ETag")}}, {"Accept-Encoding": {"gzip"}}} {
		got := s.fetch(t, "GET", s.url+s.path(), header)
		if got.StatusCode != 503 || got.Header.Get("Retry-After") == "" || len(got.body) == 0 || got.Header.Get("ETag") != "" {
			t.Errorf("status %d, %v, %q", got.StatusCode, got.Header, got.body)
		}
	}
	do(`alter database ` + name + ` allow_connections true`)
	again := s.fetch(t, "GET", s.url+s.path(), nil)
	if again.StatusCode != 200 || again.Header.Get("ETag") != first.Header.Get("ETag") {
		t.Errorf("when it is back: status %d, %v", again.StatusCode, again.Header)
	}
	if text := s.log.String(); strings.Contains(text, storetest.FeedSecret(s.A).Reveal()) {
		t.Error("the log holds the secret")
	}
}
