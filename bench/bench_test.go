package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"expex/engine"
	"expex/pgserver"
)

var pg *pgserver.Server

func TestMain(m *testing.M) {
	code := func() int {
		var stop func()
		var err error
		if pg, stop, err = server(context.Background(), ""); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer stop()
		return m.Run()
	}()
	os.Exit(code)
}

// bout is a world with the query on it and what the engine says.
func bout(t *testing.T, seed uint64, experts, requests int) (*world, *peer, []engine.Ranking) {
	t.Helper()
	w, err := newWorld(seed, experts, requests, 20)
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPeer(t.Context(), pg, fmt.Sprintf("w%d_%d_%d", experts, requests, seed), w)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	rankings := make([]engine.Ranking, requests)
	for n := range rankings {
		if rankings[n], err = engine.Suggest(w.input(n)); err != nil {
			t.Fatal(err)
		}
	}
	return w, p, rankings
}

// The ranking has been written twice, in two languages. Every expert of every
// list, with the value of each factor, is the same.
func TestTheQueryAndTheEngineRankAlike(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		experts, requests int
		seed              uint64
	}{{60, 24, 0}, {60, 24, 1}, {60, 24, 2}, {60, 24, 3}, {500, 16, 0}, {500, 16, 1}} {
		t.Run(fmt.Sprintf("%d experts, seed %d", c.experts, c.seed), func(t *testing.T) {
			t.Parallel()
			w, p, rankings := bout(t, c.seed, c.experts, c.requests)
			full := 0
			for n, ranking := range rankings {
				if err := p.agree(t.Context(), w, n, c.experts, ranking.Suggestions); err != nil {
					t.Error(err)
				}
				if len(ranking.Suggestions) > 0 {
					full++
				}
			}
			if full < c.requests/3 {
				t.Errorf("only %d of %d requests find anybody: the world is too bare to say much", full, c.requests)
			}
		})
	}
}

// A comparison that cannot fail says nothing: each of these small mistakes in
// the query is noticed.
func TestTheComparisonNoticesAWrongQuery(t *testing.T) {
	t.Parallel()
	w, p, rankings := bout(t, 1, 500, 64)
	for _, mistake := range [][2]string{
		{"e.status = 'DEPLOYABLE' and e.certified_on is not null", "e.certified_on is not null"},
		{"and e.agreement_on <= r.today and e.nda_on <= r.today", "and e.agreement_on <= r.today"},
		{"midnight(greatest(a.certified_on, a.trained_on,", "midnight(greatest(a.trained_on,"},
		{"midnight(greatest(a.certified_on, a.trained_on,", "midnight(greatest(a.certified_on,"},
		{"(not themes.must_tier3 or z.confirmed)", "true"},
		{"years => q.age_to + p.min_age_gap", "years => q.age_to"},
		{"e.active_relations < cap.relations", "e.active_relations <= cap.relations"},
		{"r.today < e.deployable_since + make_interval(months => r.early_months)", "false"},
		{"r.one_to_one and t.one_to_one >= r.one_to_one_per_day", "false"},
		{"t.minutes + r.minutes > r.contact_minutes_week", "false"},
		{"a.cap_minutes_month > 0 and", "false and"},
		{"t.sessions >= a.week", "t.sessions > a.week"},
		{"o.max_travel = 0 or a.travel <= o.max_travel", "true"},
		{"(o.mode = 'BOTH' or (o.mode = 'ONLINE') = r.online)", "true"},
		{"r.id = any(x.lifted_for)", "false"},
		{"x.expert_id = a.id and h.house = r.house", "false"},
		{"where x.expert_id = e.id and h.house = r.house", "where false"},
		{"x.client = r.client and x.expert_id = e.id", "false"},
		{"and x.value = p.value", ""},
		{"- r.rest_tier3", "- interval '0'"},
		{"a.relation_closed_on is not null", "false"},
		{"where a.paused_until is not null", "where false"},
		{"case when r.needs_certificate then", "case when false then"},
		{"case when r.online then need.wished else r.served end", "need.wished"},
		{"f.feasible >= need.required", "f.feasible >= 1"},
		{"then 7000", "then 3000"},
		{"(30 - g.gap) * 10000", "(31 - g.gap) * 10000"},
		{"when w.related then 4000", "when w.related then 3999"},
		{"when w.tier3 and not w.must and not f.confirmed then 0", ""},
		{"then 2000 else 0", "then 1999 else 0"},
		{"(100 * known / applicable < low_coverage), ", ""},
		{"coalesce(last_offer_at, 'epoch'), id", "id"},
	} {
		if !strings.Contains(rankSQL, mistake[0]) {
			t.Errorf("the query no longer says %q: change the mistake with it", mistake[0])
			continue
		}
		if err := p.prepare(t.Context(), strings.Replace(rankSQL, mistake[0], mistake[1], 1)); err != nil {
			t.Fatalf("%q: %v", mistake, err)
		}
		noticed := false
		for n := 0; n < len(rankings) && !noticed; n++ {
			noticed = p.agree(t.Context(), w, n, len(w.experts), rankings[n].Suggestions) != nil
		}
		if !noticed {
			t.Errorf("nobody notices %q instead of %q", mistake[1], mistake[0])
		}
	}
}

// Over HTTP, with policies and sentences, a large pool costs as many statements
// as a small one.
func TestSuggestionsCostTheSameStatementsHoweverLargeThePool(t *testing.T) {
	t.Parallel()
	var statements [2]int64
	var candidates [2]int
	for i, more := range []int{6, 600} {
		s, err := newService(t.Context(), pg.DSN, fmt.Sprintf("service_%d", more), more)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.close)
		a, n, err := s.count(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		statements[i], candidates[i] = n, a.Data.MatchSuggestions.Candidates
	}
	if candidates[1]-candidates[0] != 594 || statements[0] != statements[1] || statements[0] == 0 {
		t.Errorf("%d statements for %d candidates", statements, candidates)
	}
}
