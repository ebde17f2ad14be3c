package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"time"

	"expex/app"
	"expex/auth"
	"expex/demodata"
	"expex/engine"
	"expex/graph"
	"expex/pgserver"
	"expex/reference"
	"expex/store"
)

// calls are how often matchSuggestions is asked for a figure.
const calls = 40

// endToEnd prints what matchSuggestions takes over HTTP, in the pool of the demo
// and in one of 2,000 experts: the handler, the database and the policies of the
// product, with invented people.
func endToEnd(ctx context.Context, out io.Writer, pg *pgserver.Server) error {
	fmt.Fprintf(out, "\nmatchSuggestions(first: 3) over HTTP, with sentences; wall time; load %s\n", load())
	fmt.Fprintln(out, "experts | p50 ms | p99 ms | CPU ms of the program | CPU ms of PostgreSQL | SQL statements | bytes")
	fmt.Fprintln(out, "---|---|---|---|---|---|---")
	for _, more := range []int{0, 2000} {
		s, err := newService(ctx, pg.DSN, fmt.Sprintf("service_%d", more), more)
		if err != nil {
			return err
		}
		err = s.measure(ctx, out)
		s.close()
		if err != nil {
			return err
		}
	}
	return nil
}

// service is the product on a database of its own.
type service struct {
	*store.Store
	watch      *sql.DB // sees which server processes work for the store
	web        *httptest.Server
	statements atomic.Int64
	token      auth.Secret
	body       []byte
}

// newService loads the demo and so many experts more into the pool of its
// featured request.
func newService(ctx context.Context, dsn func(string) string, name string, more int) (*service, error) {
	if err := store.CreateDatabase(ctx, dsn("postgres"), name); err != nil {
		return nil, err
	}
	s := &service{token: auth.NewSecret()}
	var err error
	if s.watch, err = sql.Open("postgres", dsn(name)); err != nil {
		return nil, err
	}
	if s.Store, err = store.Open(ctx, store.Options{DSN: dsn(name), OnStatement: func(string) { s.statements.Add(1) }}); err != nil {
		return nil, err
	}
	if err := s.fill(ctx, more); err != nil {
		s.Close()
		return nil, err
	}
	log := slog.New(slog.DiscardHandler)
	handler := graph.NewHandler(graph.Config{App: app.App{Store: s.Store}, Log: log, FeedURL: func(store.FeedKind, auth.Secret) string { return "" }})
	s.web = httptest.NewServer(auth.Middleware(s.ViewerByToken, graph.Refuse, graph.Fail(log))(handler))
	return s, nil
}

func (s *service) close() {
	s.web.Close()
	s.Close()
	s.watch.Close()
}

func (s *service) fill(ctx context.Context, more int) error {
	if err := s.Migrate(ctx); err != nil {
		return err
	}
	set, err := reference.Load()
	if err != nil {
		return err
	}
	if err := s.LoadReference(ctx, set); err != nil {
		return err
	}
	today := engine.DateOf(time.Now(), store.Zone)
	data := demodata.Generate(2027, today)
	if err := s.Load(ctx, append(data.Tables, crowd(data.MiddenHolland, today, more)...)); err != nil {
		return err
	}
	if err := s.AddToken(ctx, data.Accounts.CoordinatorMiddenHolland, s.token.Hash(), "bench", 0); err != nil {
		return err
	}
	query, variables := graph.ExampleQuery(data.Featured)
	s.body, err = json.Marshal(map[string]any{"query": query, "variables": json.RawMessage(variables)})
	return err
}

// crowd are people like the demo's, by columns.
func crowd(pool engine.PoolID, today engine.Date, n int) []store.Table {
	type row = map[string]any
	var expert, record, member, certification, conduct, training, consent, trait, hours []row
	postcodes := []string{"2801", "2803", "2741", "2761", "2411", "2931"}
	themes := []engine.ThemeCode{"LONELINESS", "OUT_OF_HOME", "BULLYING", "ADDICTION", "SCHOOL_DROPOUT", "FOSTER_CARE", "TRANSITION_18"}
	for i := range n {
		id := fmt.Sprintf("eeeeeeee-0004-4000-8000-%012d", i)
		add := func(to *[]row, r row) { r["expert_id"] = id; *to = append(*to, r) }
		expert = append(expert, row{"id": id, "first_name": fmt.Sprint("Menigte ", i), "intro": "Verzonnen."})
		add(&record, row{"birth_date": today.AddDays(-365*20 - i%3000), "postcode4": postcodes[i%len(postcodes)], "status": engine.ExpertDeployable,
			"deployable_since": today.AddDays(-400), "agreement_on": today.AddDays(-400), "nda_on": today.AddDays(-400), "max_travel_minutes": 30 + i%60})
		add(&member, row{"pool_id": pool, "valid_from": today.AddDays(-400)})
		add(&certification, row{"certified_on": today.AddDays(-420)})
		add(&conduct, row{"issued_on": today.AddDays(-400), "valid_to": today.AddDays(700)})
		for _, kind := range []engine.DeploymentTypeCode{engine.ListeningEar, engine.Talk, engine.Buddy} {
			add(&training, row{"type": kind, "trained_on": today.AddDays(-410)})
		}
		for k := range 3 {
			for _, usage := range []engine.Usage{engine.UsageOneToOne, engine.UsageClosedGroup} {
				add(&consent, row{"theme": themes[(i+2*k)%len(themes)], "usage": usage, "level": []engine.ConsentLevel{engine.Green, engine.Amber}[i%2],
					"valid_from": engine.Instant(today.AddDays(-30), "12:00", store.Zone)})
			}
		}
		add(&trait, row{"kind": engine.TraitLanguage, "value": "NL"})
		for k := range 4 {
			add(&hours, row{"weekday": weekdays[(i+2*k)%len(weekdays)], "starts": wall(12*60 + i%8*15), "ends": "20:00"})
		}
	}
	return []store.Table{
		{Name: "expert", Rows: expert}, {Name: "expert_record", Rows: record}, {Name: "pool_member", Rows: member},
		{Name: "certification", Rows: certification}, {Name: "conduct_certificate", Rows: conduct}, {Name: "type_training", Rows: training},
		{Name: "theme_consent", Rows: consent}, {Name: "expert_trait", Rows: trait}, {Name: "availability_rule", Rows: hours},
	}
}

// answered is what a call gives back.
type answered struct {
	Data struct {
		MatchSuggestions struct {
			Candidates  int
			TotalCount  int
			Suggestions []json.RawMessage
		}
	}
	Errors []json.RawMessage
}

// ask makes one call, and fails when it does not bring suggestions.
func (s *service) ask(ctx context.Context) (a answered, size int, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.web.URL+"/graphql", bytes.NewReader(s.body))
	if err != nil {
		return a, 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+s.token.Reveal())
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return a, 0, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return a, 0, err
	}
	if err := json.Unmarshal(text, &a); err != nil || len(a.Errors) > 0 || len(a.Data.MatchSuggestions.Suggestions) == 0 {
		return a, 0, fmt.Errorf("matchSuggestions answers %d: %.500s", res.StatusCode, text)
	}
	return a, len(text), nil
}

// count asks twice, because the first call of a day notes the use of the token,
// and gives the statements of the second call.
func (s *service) count(ctx context.Context) (a answered, statements int64, err error) {
	if _, _, err = s.ask(ctx); err != nil {
		return a, 0, err
	}
	from := s.statements.Load()
	a, _, err = s.ask(ctx)
	return a, s.statements.Load() - from, err
}

func (s *service) measure(ctx context.Context, out io.Writer) error {
	a, statements, err := s.count(ctx)
	if err != nil {
		return err
	}
	var times []time.Duration
	size, from := 0, spent()
	serverFrom, err := s.serverSpent(ctx)
	if err != nil {
		return err
	}
	for range calls {
		start := time.Now()
		if _, size, err = s.ask(ctx); err != nil {
			return err
		}
		times = append(times, time.Since(start))
	}
	cpu := spent() - from
	serverUntil, err := s.serverSpent(ctx)
	if err != nil {
		return err
	}
	slices.Sort(times)
	fmt.Fprintf(out, "%d | %.1f | %.1f | %.1f | %.1f | %d | %d\n", a.Data.MatchSuggestions.Candidates,
		percentile(times, 50)/1e6, percentile(times, 99)/1e6, float64(cpu)/calls/1e6, float64(serverUntil-serverFrom)/calls/1e6, statements, size)
	return nil
}

// serverSpent is the processor time so far of all server processes that work for
// the store.
func (s *service) serverSpent(ctx context.Context) (sum time.Duration, err error) {
	rows, err := s.watch.QueryContext(ctx, `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var pid int
		if err := rows.Scan(&pid); err != nil {
			return 0, err
		}
		sum += processSpent(pid)
	}
	return sum, rows.Err()
}
