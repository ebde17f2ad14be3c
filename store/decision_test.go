package store_test

import (
	"encoding/json"
	"slices"
	"testing"

	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// Decisions that were stored with the themes behind them lose those and nothing
// else, and reasons that were given before there was a word for it are overrides.
func TestDecisionsMadeBeforeLoseTheirThemes(t *testing.T) {
	t.Parallel()
	s := empty(t)[0]
	upTo(t, s, 5)
	old := engine.Suggestion{
		Experts: []engine.ExpertID{unknownID}, Score: 9000, Slots: []engine.Interval{{Start: storetest.Now, End: storetest.Now}},
		Factors: []engine.FactorScore{
			{Name: "theme_fit", Weight: 60, Value: 7500, Facts: []engine.Fact{{Code: engine.FactThemeMust, Theme: "TRAUMA", Level: engine.Amber}, {Code: engine.FactThemeNone, Theme: "BULLYING"}}},
			{Name: "proximity", Weight: 40, Value: 9000, Facts: []engine.Fact{{Code: engine.FactTravelMinutes, N: 6, Of: 60}, {Code: engine.FactOnline}}}},
		WouldChange: []engine.Gain{{Factor: "theme_fit", Fact: engine.Fact{Code: engine.FactThemeNone, Theme: "BULLYING"}, Points: 5},
			{Factor: "proximity", Fact: engine.Fact{Code: engine.FactOnline}, Points: 3}},
	}
	text, err := json.Marshal(old)
	if err != nil {
		t.Fatal(err)
	}
	db := store.Owner(s)
	// By hand: today's reference data has lists that schema did not know.
	db.MustExec(`insert into deployment_type (code, nl, en, form, one_to_one, team_min, team_max, team_default, minutes_min, minutes_max, minutes_default,
		prep_minutes, debrief_minutes, conduct, usage, weights, needs_experienced, experienced_from, series_every_weeks, occurrences_default,
		min_feasible_percent, offer_hours, urgent_offer_hours, needs_addon_training, client, valid_from)
		values ('POLICY_ADVICE', '', '', 'ONE_OFF', false, 1, 1, 1, 60, 60, 60, 0, 0, 'NEVER', 'POLICY', 'POLICY', false, 0, 0, 1, 1, 72, 2, false, false, '2020-01-01')`)
	db.MustExec(`insert into organisation (id, name, type) values ($1, 'Gastheer', 'HOST')`, unknownID)
	db.MustExec(`insert into pool (id, name, host_id) values ($1, 'Verzonnen', $1)`, unknownID)
	db.MustExec(`insert into request (id, pool_id, organisation_id, type, team_size, minutes, online) values ($1, $1, $1, 'POLICY_ADVICE', 1, 60, true)`, unknownID)
	insert := func(reason, suggestion string) {
		db.MustExec(`insert into decision (request_id, starts_at, ends_at, engine_version, weights_version, input_hash, override_reason, suggestion)
			values ($1, '2027-04-01', '2027-04-02', '', '', '', $2, $3)`, unknownID, reason, suggestion)
	}
	insert("zij kent de buurt", string(text))
	insert("", `{}`)
	insert("", `{"Factors": null, "WouldChange": null}`)
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := column(t, s, `select override || ' ' || override_reason from decision order by 1`); !slices.Equal(got, []string{"false ", "false ", "true zij kent de buurt"}) {
		t.Errorf("the overrides are %q", got)
	}
	var got engine.Suggestion
	if err := json.Unmarshal([]byte(column(t, s, `select suggestion from decision where override`)[0]), &got); err != nil {
		t.Fatal(err)
	}
	want := old
	want.Factors = slices.Clone(old.Factors)
	want.Factors[0].Facts = []engine.Fact{}
	want.WouldChange = old.WouldChange[1:]
	if a, b := mustJSON(t, got), mustJSON(t, want); a != b {
		t.Errorf("it became\n%s\nwant\n%s", a, b)
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
