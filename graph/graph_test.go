package graph_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"expex/app"
	"expex/auth"
	"expex/graph"
	"expex/graph/globalid"
	"expex/store"
	"expex/store/storetest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestMain(m *testing.M) { storetest.Main(m) }

// service is GraphQL over a database of its own, filled with the fixture.
type service struct {
	storetest.Fixture
	store      *store.Store
	db         *sql.DB // the test's own eyes, whom row-level security does not bind
	handler    http.Handler
	now        atomic.Pointer[time.Time]
	statements atomic.Int64
	elsewhere  string // the text of every private calendar; "" = there is none
	log        bytes.Buffer
}

func start(t *testing.T, options ...func(*store.Options)) *service {
	t.Helper()
	s := &service{}
	s.moveTo(storetest.Now)
	var dsn string
	options = append([]func(*store.Options){func(o *store.Options) {
		o.Now = func() time.Time { return *s.now.Load() }
	}}, options...)
	options = append(options, func(o *store.Options) {
		o.OnStatement = func(string) { s.statements.Add(1) }
		dsn = o.DSN
	})
	s.store, s.Fixture = storetest.Filled(t, options...)
	var err error
	if s.db, err = sql.Open("postgres", dsn); err != nil {
		t.Fatal(err)
	}
	s.serve(func(*graph.Config) {})
	t.Cleanup(func() {
		s.db.Close()
		if s.log.Len() > 0 {
			t.Errorf("the log is not empty:\n%s", s.log.String())
		}
	})
	return s
}

// moveTo moves the clock.
func (s *service) moveTo(now time.Time) { s.now.Store(&now) }

// wait moves the clock on and does all that has become due.
func (s *service) wait(t *testing.T, d time.Duration) {
	t.Helper()
	s.moveTo(s.now.Load().Add(d))
	for {
		done, err := app.App{Store: s.store}.DoDue(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if done == 0 {
			return
		}
	}
}

// serve begins to serve, as the change to the configuration says.
func (s *service) serve(change func(*graph.Config)) {
	log := slog.New(slog.NewTextHandler(&s.log, nil))
	c := graph.Config{
		App: app.App{Store: s.store, Private: readers(s)}, Log: log, Introspection: true,
		FeedURL: func(kind store.FeedKind, secret auth.Secret) string {
			if kind == store.FeedOfTeamFreeBusy {
				return "https://expex.example/freebusy/" + secret.Reveal() + ".ifb"
			}
			return "https://expex.example/calendar/" + secret.Reveal() + ".ics"
		},
	}
	change(&c)
	s.handler = auth.Middleware(s.store.ViewerByToken, graph.Refuse, graph.Fail(log))(graph.NewHandler(c))
}

// ask sends one operation as a viewer and gives the whole answer. The zero
// viewer sends no token. Of a subscription it gives the first event.
func (s *service) ask(t *testing.T, viewer auth.Viewer, query string, variables map[string]any) []byte {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if viewer.AccountID != "" {
		r.Header.Set("Authorization", "Bearer "+storetest.Secret(viewer).Reveal())
	}
	w := httptest.NewRecorder()
	if strings.HasPrefix(query, "subscription") {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		r.Header.Set("Accept", "text/event-stream")
		s.handler.ServeHTTP(firstEvent{w, cancel}, r.WithContext(ctx))
		_, event, _ := strings.Cut(w.Body.String(), "\ndata: ")
		event, _, _ = strings.Cut(event, "\n")
		return []byte(event)
	}
	s.handler.ServeHTTP(w, r)
	answer, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// firstEvent is an answer whose reader leaves after an event.
type firstEvent struct {
	*httptest.ResponseRecorder
	leave func()
}

func (f firstEvent) Write(text []byte) (int, error) {
	if bytes.HasPrefix(text, []byte("event: next")) {
		defer f.leave()
	}
	return f.ResponseRecorder.Write(text)
}

// answer is a GraphQL answer, for tests that look into one.
type answer struct {
	Data   map[string]any
	Errors []struct {
		Message    string
		Extensions struct {
			Code, Field, Reason, Limit string
			Rules                      []string
			Alternatives               []map[string]string
			Changes                    []map[string]any
		}
	}
}

func (s *service) read(t *testing.T, viewer auth.Viewer, query string, variables map[string]any) answer {
	t.Helper()
	var out answer
	text := s.ask(t, viewer, query, variables)
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return out
}

// must is read for an operation that has to succeed.
func (s *service) must(t *testing.T, viewer auth.Viewer, query string, variables map[string]any) map[string]any {
	t.Helper()
	out := s.read(t, viewer, query, variables)
	if len(out.Errors) > 0 {
		t.Fatalf("%s: %+v", query, out.Errors)
	}
	return out.Data
}

func at(t *testing.T, v any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			v = v.(map[string]any)[step]
		case int:
			list := v.([]any)
			if step >= len(list) {
				t.Fatalf("%v has %d items", path, len(list))
			}
			v = list[step]
		}
	}
	return v
}

// variables are what each query in testdata is asked about.
func (s *service) variables() map[string]map[string]any {
	id := func(kind globalid.Kind, uuid string) string { return globalid.Encode(kind, uuid) }
	return map[string]map[string]any{
		"availability":  {"expert": id(globalid.Expert, string(s.A.Experts[0]))},
		"match":         {"match": id(globalid.Match, string(s.A.Match))},
		"feeds":         {"feed": id(globalid.Feed, string(s.A.Talks))},
		"decision":      {"decision": id(globalid.Decision, string(s.A.Decisions[1]))},
		"cohort":        {"cohort": id(globalid.Cohort, string(s.A.Cohort))},
		"weights":       {"pool": id(globalid.Pool, string(s.A.Pool))},
		"expert":        {"expert": id(globalid.Expert, string(s.A.Experts[0]))},
		"changed":       {"request": id(globalid.Request, string(s.A.Buddy))},
		"life":          {"session": id(globalid.Session, string(s.A.Session)), "expert": id(globalid.Expert, string(s.A.Experts[0]))},
		"request":       {"request": id(globalid.Request, string(s.A.Ear))},
		"session":       {"session": id(globalid.Session, string(s.A.Session)), "done": id(globalid.Session, string(s.A.Done[0]))},
		"preview":       {"match": id(globalid.Match, string(s.A.Match))},
		"join":          {"session": id(globalid.Session, string(s.A.Session))},
		"suggestions":   {"request": id(globalid.Request, string(s.A.Ear))},
		"pair":          {"request": id(globalid.Request, string(s.A.Talk))},
		"simulate":      {"request": id(globalid.Request, string(s.A.Ear)), "expert": id(globalid.Expert, string(s.A.Experts[1]))},
		"simulate_pair": {"request": id(globalid.Request, string(s.A.Talk)), "expert": id(globalid.Expert, string(s.A.Experts[1]))},
		"slots":         {"experts": []string{id(globalid.Expert, string(s.A.Experts[0])), id(globalid.Expert, string(s.A.Experts[1]))}},
		"whynot": {"request": id(globalid.Request, string(s.A.Ear)), "suggested": id(globalid.Expert, string(s.A.Experts[1])),
			"excluded": id(globalid.Expert, string(s.A.Experts[3])), "talk": id(globalid.Request, string(s.A.Talk))},
	}
}

// TestAnswersPerRole asks each query in testdata as several people and compares
// what each of them gets, and how many statements it took, with a golden file.
func TestAnswersPerRole(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.addTasks(t)
	variables := f.variables()
	f.exec(t, `insert into standby_duty (expert_id, starts_at, ends_at) values ($1, $2, $3)`, f.A.Experts[0], storetest.Now, storetest.Now.Add(8*time.Hour))
	people := []struct {
		Role   string
		viewer auth.Viewer
	}{
		{"coordinator of the pool", f.A.Coordinator},
		{"coordinator of another pool", f.B.Coordinator},
		{"requester of the house", f.A.Requester},
		{"requester of another house", f.A.OtherRequester},
		{"the expert", f.A.ExpertViewers[0]},
		{"another expert", f.A.ExpertViewers[3]},
		{"system administrator", f.SystemAdmin},
		{"nobody", auth.Viewer{}},
	}
	files, err := filepath.Glob("testdata/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no queries in testdata: %v", err)
	}
	for _, file := range files {
		name := filepath.Base(file[:len(file)-len(".graphql")])
		t.Run(name, func(t *testing.T) {
			query, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			type seen struct {
				Role       string          `json:"role"`
				Statements int64           `json:"statements"`
				Answer     json.RawMessage `json:"answer"`
			}
			var got []seen
			for _, person := range people {
				f.ask(t, person.viewer, "{viewer{id}}", nil) // the first call of a day notes the use of the token
				f.statements.Store(0)
				text := f.ask(t, person.viewer, string(query), variables[name])
				got = append(got, seen{person.Role, f.statements.Load(), text})
			}
			var pretty bytes.Buffer
			e := json.NewEncoder(&pretty)
			e.SetIndent("", "  ")
			e.SetEscapeHTML(false)
			if err := e.Encode(got); err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", name+".golden.json"), pretty.Bytes())
		})
	}
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; look at the change and run the test with -update\ngot:\n%s", file, got)
	}
}
