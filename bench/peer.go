package main

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/lib/pq"

	"expex/engine"
	"expex/pgserver"
)

//go:embed schema.sql
var schemaSQL string

//go:embed derive.sql
var deriveSQL string

//go:embed rank.sql
var rankSQL string

// left is what the query does not say; it does less than the engine.
var left = []string{
	"PAIR_RULE and every other rule about teams: it ranks single experts",
	"how many experts which rule excludes (ExcludedCount)",
	"the explanation: facts, points per factor, what would change the score, proposed slots",
}

// server starts a PostgreSQL for measurements: no durability, and memory for
// all of it.
func server(ctx context.Context, bin string) (*pgserver.Server, func(), error) {
	dir, err := os.MkdirTemp("", "expex-bench-")
	if err != nil {
		return nil, nil, err
	}
	remove := func() { os.RemoveAll(dir) }
	if err := os.Chmod(dir, 0o711); err != nil { // an unprivileged PostgreSQL must get in
		remove()
		return nil, nil, err
	}
	pg, err := pgserver.Start(ctx, pgserver.Options{Dir: dir, BinDir: bin, Volatile: true, SharedBuffers: "2GB"})
	if err != nil {
		remove()
		return nil, nil, err
	}
	return pg, func() { pg.Stop(); remove() }, nil
}

// peer is the same ranking in SQL on the same world.
type peer struct {
	db   *sql.DB
	rank *sql.Stmt
	pid  int // of the connection's server process
}

// place is a line of a ranking: what the query and the engine must agree on.
type place struct {
	Expert   engine.ExpertID
	Score    int
	Coverage int
	Values   [7]int // of the factors in their order, -1 where not known
}

// newPeer loads the world into a database of its own.
func newPeer(ctx context.Context, pg *pgserver.Server, name string, w *world) (*peer, error) {
	admin, err := sql.Open("postgres", pg.DSN("postgres"))
	if err != nil {
		return nil, err
	}
	defer admin.Close()
	if _, err := admin.ExecContext(ctx, "create database "+name); err != nil {
		return nil, err
	}
	// One connection and no parallel workers: figures are per core. The generic
	// plan, because planning anew costs more than a small pool's ranking. Joins in
	// the written order: the narrowest comes first, which no statistics of a
	// parameter can know.
	const settings = ` options='-c max_parallel_workers_per_gather=0 -c work_mem=256MB -c maintenance_work_mem=512MB -c random_page_cost=1.1 -c effective_cache_size=4GB -c plan_cache_mode=force_generic_plan -c join_collapse_limit=1 -c jit=off'`
	db, err := sql.Open("postgres", pg.DSN(name)+settings)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	p := &peer{db: db}
	if err := p.fill(ctx, w); err != nil {
		db.Close()
		return nil, err
	}
	return p, nil
}

func (p *peer) close() { p.db.Close() }

func (p *peer) fill(ctx context.Context, w *world) error {
	if _, err := p.db.ExecContext(ctx, schemaSQL); err != nil {
		return fmt.Errorf("schema.sql: %w", err)
	}
	tx, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, t := range w.tables() {
		if err := t.copy(ctx, tx); err != nil {
			return fmt.Errorf("load %s: %w", t.name, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	for _, step := range []string{deriveSQL, `vacuum analyze`} {
		if _, err := p.db.ExecContext(ctx, step); err != nil {
			return fmt.Errorf("derive.sql: %w", err)
		}
	}
	if err := p.db.QueryRowContext(ctx, `select pg_backend_pid()`).Scan(&p.pid); err != nil {
		return err
	}
	return p.prepare(ctx, rankSQL)
}

// prepare makes a text the query that ranks.
func (p *peer) prepare(ctx context.Context, query string) (err error) {
	if p.rank, err = p.db.PrepareContext(ctx, query); err != nil {
		return fmt.Errorf("rank.sql: %w", err)
	}
	return nil
}

// top gives the best k for a request.
func (p *peer) top(ctx context.Context, request, k int) ([]place, error) {
	rows, err := p.rank.QueryContext(ctx, request, k)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []place
	for rows.Next() {
		var id int
		var at place
		var values [7]sql.NullInt64
		if err := rows.Scan(&id, &at.Score, &at.Coverage, &values[0], &values[1], &values[2], &values[3], &values[4], &values[5], &values[6]); err != nil {
			return nil, err
		}
		at.Expert = engine.ExpertID(fmt.Sprintf("e%06d", id))
		for i, v := range values {
			at.Values[i] = -1
			if v.Valid {
				at.Values[i] = int(v.Int64)
			}
		}
		out = append(out, at)
	}
	return out, rows.Err()
}

// plan is what PostgreSQL does for a request, with what each step took.
func (p *peer) plan(ctx context.Context, request int) (string, error) {
	rows, err := p.db.QueryContext(ctx, `explain (analyze, buffers, costs off) `+strings.NewReplacer("$1", fmt.Sprint(request), "$2", "10").Replace(rankSQL))
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return "", err
		}
		b.WriteString(line + "\n")
	}
	return b.String(), rows.Err()
}

// table is rows to copy into a table.
type table struct {
	name    string
	columns string
	rows    func(yield func(...any))
}

func (t table) copy(ctx context.Context, tx *sql.Tx) error {
	s, err := tx.PrepareContext(ctx, fmt.Sprintf(`copy %s (%s) from stdin`, t.name, strings.ReplaceAll(t.columns, " ", ", ")))
	if err != nil {
		return err
	}
	defer s.Close()
	t.rows(func(row ...any) {
		if err == nil {
			_, err = s.ExecContext(ctx, row...)
		}
	})
	if err != nil {
		return err
	}
	_, err = s.ExecContext(ctx)
	return err
}

// null is NULL for what the engine writes as the zero value.
func null[T comparable](v T) any {
	if v == *new(T) {
		return nil
	}
	return v
}

// span is PostgreSQL's text of a range of instants.
func span(i engine.Interval) string {
	return "[" + i.Start.Format(time.RFC3339) + "," + i.End.Format(time.RFC3339) + ")"
}

// number is the number in the name of an expert or request.
func number[T ~string](id T) (n int) {
	fmt.Sscanf(strings.TrimLeft(string(id), "e"), "%d", &n)
	return n
}

// tables are the rows of the world.
func (w *world) tables() []table {
	themeID := map[engine.ThemeCode]int{}
	for i, t := range w.set.Themes {
		themeID[engine.ThemeCode(t.Code)] = i
	}
	weekday := func(d engine.Weekday) int { return slices.Index(weekdays, d) + 1 }
	perExpert := func(name, columns string, rows func(c *engine.Candidate, yield func(...any))) table {
		return table{name, "expert_id " + columns, func(yield func(...any)) {
			for i := range w.experts {
				rows(&w.experts[i], func(row ...any) { yield(append([]any{i}, row...)...) })
			}
		}}
	}
	perRequest := func(name, columns string, rows func(r asked, yield func(...any))) table {
		return table{name, "request_id " + columns, func(yield func(...any)) {
			for i, r := range w.requests {
				rows(r, func(row ...any) { yield(append([]any{i}, row...)...) })
			}
		}}
	}
	p := w.policy
	return []table{
		{"policy", "now today active_relations active_relations_early early_months one_to_one_per_day sessions_per_day sessions_per_week contact_minutes_week travel_buffer rest_tier3 rest_days_relation adult_age min_age_gap low_coverage recent", func(yield func(...any)) {
			yield(w.now, engine.DateOf(w.now, zone), p.ActiveRelations, p.ActiveRelationsEarly, p.EarlyMonths, p.OneToOnePerDay, p.SessionsPerDay, p.SessionsPerWeek, p.ContactMinutesWeek,
				fmt.Sprint(p.TravelBufferMinutes, " minutes"), fmt.Sprint(p.RestHoursTier3, " hours"), p.RestDaysRelation, p.AdultAge, p.MinAgeGap, p.LowCoverage, fmt.Sprint(24*p.RecentOfferDays, " hours"))
		}},
		{"deployment_type", "code form one_to_one conduct usage min_feasible_percent theme_fit availability_fit proximity preference_fit age_nearness load_balance practice_level", func(yield func(...any)) {
			for _, t := range w.types {
				row := []any{t.Code, t.Form, t.OneToOne, t.Conduct, t.Usage, t.MinFeasiblePercent}
				for _, f := range engine.Factors {
					row = append(row, engine.DefaultWeights(t.Weights).By[f.Name])
				}
				yield(row...)
			}
		}},
		{"theme", "id tier", func(yield func(...any)) {
			for code, id := range themeID {
				yield(id, w.themes[code].Tier)
			}
		}},
		{"theme_related", "theme related", func(yield func(...any)) {
			for code, id := range themeID {
				for _, r := range w.themes[code].Related {
					yield(id, themeID[r])
				}
			}
		}},
		{"organisation", "id parent merged_into", func(yield func(...any)) {
			for _, id := range houses {
				yield(id, null(w.houses[id].Parent), null(w.houses[id].MergedInto))
			}
		}},
		{"service_area", "municipality valid_from valid_to", func(yield func(...any)) {
			for _, a := range w.served {
				yield(a.Municipality, null(a.Valid.From), null(a.Valid.To))
			}
		}},
		{"region_neighbour", "region neighbour", func(yield func(...any)) {
			for region, list := range w.next {
				for _, n := range list {
					yield(region, n)
				}
			}
		}},
		{"request", "id type organisation minutes online public audience_age_from client age_from age_to latitude longitude municipality region needed_from needed_until every_weeks occurrences", func(yield func(...any)) {
			for i, r := range w.requests {
				client, from, to := any(nil), any(nil), any(nil)
				if c := r.Client; c != nil {
					client, from, to = c.Ref, c.AgeFrom, c.AgeTo
				}
				yield(append([]any{i, r.Type, r.OrganisationID, r.Minutes, r.Online, r.Audience == engine.AudiencePublic, r.AudienceAgeFrom, client, from, to},
					append(where(r.place), null(r.From), null(r.Until), r.EveryWeeks, r.Occurrences)...)...)
			}
		}},
		perRequest("request_theme", "theme must", func(r asked, yield func(...any)) {
			for _, t := range r.Themes {
				yield(themeID[t.Theme], t.Importance == engine.Must)
			}
		}),
		perRequest("request_preference", "kind value must", func(r asked, yield func(...any)) {
			for _, x := range r.Preferences {
				yield(x.Kind, x.Value, x.Must)
			}
		}),
		perRequest("request_option", "during", func(r asked, yield func(...any)) {
			for _, o := range r.Options {
				yield(span(o))
			}
		}),
		perRequest("request_window", "weekday starts ends", func(r asked, yield func(...any)) {
			for _, x := range r.Windows {
				yield(weekday(x.Weekday), x.Starts, x.Ends)
			}
		}),
		{"expert", "id status birth_date deployable_since certified_on agreement_on nda_on paused_until latitude longitude municipality region max_travel cap_relations cap_sessions_week cap_minutes_month active_relations relation_closed_on last_offer_at", func(yield func(...any)) {
			for i, c := range w.experts {
				row := []any{i, c.Status, null(c.BirthDate), null(c.DeployableSince), null(c.CertifiedOn), null(c.AgreementOn), null(c.NDAOn), c.PausedUntil}
				row = append(row, where(c.Home)...)
				yield(append(row, c.MaxTravelMinutes, c.Caps.ActiveRelations, c.Caps.SessionsPerWeek, c.Caps.MinutesPerMonth,
					c.ActiveRelations, null(c.RelationClosedOn), c.LastOfferAt)...)
			}
		}},
		{"training", "expert_id type trained_on completed", func(yield func(...any)) {
			for i, c := range w.experts {
				for _, t := range c.Trained {
					yield(i, t.Type, t.From, w.practice[i][t.Type])
				}
			}
		}},
		perExpert("certificate", "valid_from valid_to", func(c *engine.Candidate, yield func(...any)) {
			for _, v := range c.Certificates {
				yield(null(v.From), null(v.To))
			}
		}),
		perExpert("consent", "theme usage level", func(c *engine.Candidate, yield func(...any)) {
			for _, x := range c.Consents {
				yield(themeID[x.Theme], x.Usage, x.Level)
			}
		}),
		perExpert("trait", "kind value", func(c *engine.Candidate, yield func(...any)) {
			for _, x := range c.Traits {
				yield(x.Kind, x.Value)
			}
		}),
		perExpert("organisation_exclusion", "organisation until lifted_for", func(c *engine.Candidate, yield func(...any)) {
			for _, x := range c.OrganisationExclusions {
				lifted := []int{}
				for _, r := range x.LiftedFor {
					lifted = append(lifted, number(r))
				}
				yield(x.Organisation, null(x.Until), pq.Array(lifted))
			}
		}),
		perExpert("client_exclusion", "client", func(c *engine.Candidate, yield func(...any)) {
			for _, x := range c.ExcludedClients {
				yield(x)
			}
		}),
		perExpert("employment", "organisation", func(c *engine.Candidate, yield func(...any)) {
			for _, x := range c.EmployedBy {
				yield(x)
			}
		}),
		perExpert("trainer_of", "client", func(c *engine.Candidate, yield func(...any)) {
			for _, x := range c.TrainerOf {
				yield(x)
			}
		}),
		{"tier3_confirmation", "request_id expert_id", func(yield func(...any)) {
			for n, r := range w.requests {
				for i := range w.experts {
					if w.asksTier3(r) && confirmed(i) {
						yield(n, i)
					}
				}
			}
		}},
		perExpert("hours", "weekday starts ends valid_from valid_to parity mode max_travel", func(c *engine.Candidate, yield func(...any)) {
			for _, r := range c.Rules {
				yield(weekday(r.Weekday), r.Starts, r.Ends, null(r.From), null(r.To), r.Parity, r.Mode, r.MaxTravelMinutes)
			}
		}),
		perExpert("blackout", "during", func(c *engine.Candidate, yield func(...any)) {
			for _, b := range c.Blackouts {
				yield(span(b))
			}
		}),
		perExpert("booking", "session busy one_to_one tier3", func(c *engine.Candidate, yield func(...any)) {
			for _, b := range c.Booked {
				yield(span(b.Session), span(b.Busy), b.OneToOne, b.Tier3)
			}
		}),
	}
}

// where is a place in columns: latitude, longitude, municipality, region.
func where(p engine.Place) []any {
	row := []any{nil, nil, null(p.Municipality), null(p.Region)}
	if p.Point != nil {
		row[0], row[1] = p.Point.Latitude, p.Point.Longitude
	}
	return row
}
