package app_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"expex/app"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// shuffle moves a random half of the rows of every table to another place, so
// that whoever reads without an order reads another one.
func (w *world) shuffle(t *testing.T) {
	t.Helper()
	tables := strings.Fields(get[string](t, w, `select string_agg(tablename, ' ' order by tablename) from pg_tables where schemaname = 'public' and tablename <> 'goose_db_version'`))
	for _, table := range tables {
		first := get[string](t, w, `select attname from pg_attribute where attrelid = $1::regclass and attnum = 1`, table)
		w.set(t, fmt.Sprintf(`with half as (select ctid from %[1]s order by random() limit (select (count(*) + 1) / 2 from %[1]s))
			update %[1]s set %[2]q = %[2]q where ctid in (select ctid from half)`, table, first))
	}
}

// The same input gives the same bytes: whatever the order of the rows, and by
// another connection of another store.
func TestTheSameInputGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	w := start(t)
	id := w.open(t, w.talk())
	bytes := func(a app.App) string {
		var out []string
		for _, request := range []engine.RequestID{w.A.Ear, id} {
			m := must(a.MatchSuggestions(t.Context(), w.A.Coordinator, request))(t)
			text, err := json.Marshal(m)
			if err != nil || len(m.Ranking.Suggestions) < 2 {
				t.Fatalf("%d suggestions: %v", len(m.Ranking.Suggestions), err)
			}
			out = append(out, string(text))
			for _, s := range m.Ranking.Suggestions {
				out = append(out, m.Basis(s))
			}
		}
		return strings.Join(out, "\n")
	}
	before := bytes(w.App)
	for range 3 {
		w.shuffle(t)
		equal(t, "after the rows were moved", bytes(w.App), before)
	}
	other, err := store.Open(t.Context(), store.Options{DSN: w.dsn, Now: func() time.Time { return storetest.Now }})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	equal(t, "by another store", bytes(app.App{Store: other}), before)
}

// A decision is kept with what anybody can compute again from the same input.
func TestADecisionCanBeComputedAgain(t *testing.T) {
	t.Parallel()
	one, two := start(t), start(t)
	two.shuffle(t)
	kept := func(w *world) string {
		in := w.follow(t, w.A.Ear, 0)
		input := must(w.Store.As(w.A.Coordinator).MatchInput(t.Context(), w.A.Ear, in.ExpertIDs...))(t)
		ranking := must(engine.Suggest(input))(t)
		made := must(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in))(t)
		decision := must(w.Store.As(w.A.Coordinator).DecisionsByID(t.Context(), []engine.DecisionID{made.DecisionID}))(t)[0]
		same(t, "computed again", decision.Suggestion, ranking.Suggestions[0].Kept(input.Request.Themes))
		return get[string](t, w, `select concat_ws(' ', engine_version, weights_version, input_hash, suggestion) from decision where id = $1`, made.DecisionID)
	}
	equal(t, "in another database", kept(two), kept(one))
}

// What an expert takes back is not readable in any decision, and nothing in it
// tells that she took it back: it reads as it did before.
func TestAThemeTakenBackIsInNoDecision(t *testing.T) {
	t.Parallel()
	w := start(t)
	ear, talk := w.follow(t, w.A.Ear, 0), w.follow(t, w.open(t, w.talk()), 0, 1)
	var ids []engine.DecisionID
	for _, in := range []app.MakeOffer{ear, talk} {
		ids = append(ids, must(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in))(t).DecisionID)
	}
	read := func() string {
		decisions := must(w.Store.As(w.A.Coordinator).DecisionsByID(t.Context(), ids))(t)
		for i := range decisions {
			decisions[i].Offers = nil // they are withdrawn
		}
		text, err := json.Marshal(decisions)
		if err != nil {
			t.Fatal(err)
		}
		return string(text) + get[string](t, w, `select string_agg(d::text, ' ' order by id) from decision d`)
	}
	before := read()
	for _, theme := range []engine.ThemeCode{"LONELINESS", "ADDICTION"} {
		if strings.Contains(before, string(theme)) {
			t.Errorf("a decision names %s: %s", theme, before)
		}
		w.takeBack(t, theme)
	}
	equal(t, "afterwards", read(), before)
	if _, err := w.db.Exec(`update decision set suggestion = '{"Factors": [{"Facts": [{"Code": "THEME_MUST", "Theme": "LONELINESS"}]}]}'`); err == nil || !strings.Contains(err.Error(), "decision_no_themes") {
		t.Errorf("the database takes a theme: %v", err)
	}
}
