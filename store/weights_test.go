package store_test

import (
	"strings"
	"testing"

	"expex/auth"
	"expex/store"
	"expex/store/storetest"
)

// What app checks first, the database holds by itself.
func TestTheDatabaseHoldsTheLawOfWeights(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	propose := func(weights string) string {
		return `insert into weights (pool_id, type, weights, reason, proposed_by) values ('` + string(f.A.Pool) + `', 'TALK', '` + weights + `', 'omdat', '` + string(f.A.Coordinator.AccountID) + `')`
	}
	const mine = ` where type = 'POLICY_ADVICE' and pool_id = 'aaaaaaaa-0001-4000-8000-000000000001'`
	decide := func(by auth.Viewer, as string) string {
		return `update weights set decided_at = now(), status = '` + as + `', decided_by = '` + string(by.AccountID) + `'` + mine
	}
	for _, c := range []struct{ name, statement, constraint string }{
		{"99", propose(`{"theme_fit": 99}`), "weights_sum"},
		{"101", propose(`{"theme_fit": 100, "proximity": 1}`), "weights_sum"},
		{"a negative", propose(`{"theme_fit": 101, "proximity": -1}`), "weights_sum"},
		{"a fraction", propose(`{"theme_fit": 99.5, "proximity": 0.5}`), "weights_sum"},
		{"an exponent", propose(`{"theme_fit": 1e400}`), "weights_sum"},
		{"a text", propose(`{"theme_fit": "100"}`), "weights_sum"},
		{"nothing", propose(`{}`), "weights_sum"},
		{"a list", propose(`[100]`), "weights_sum"},
		{"a number", propose(`100`), "weights_sum"},
		{"approved by who proposed it", decide(f.A.Coordinator, "APPROVED"), "weights_two_people"},
		{"approved by nobody", `update weights set status = 'APPROVED'` + mine, "weights_decided"},
		{"born approved", strings.NewReplacer(`proposed_by)`, `proposed_by, status)`, `omdat', '`, `omdat', '`+string(f.A.Coordinator.AccountID)+`', 'APPROVED') --`).Replace(propose(`{"theme_fit": 100}`)), "weights_decided"},
		{"other numbers", `update weights set weights = '{"theme_fit": 100}'` + mine, "weights_append"},
		{"another author", `update weights set proposed_by = '` + string(f.A.RegionLead.AccountID) + `'` + mine, "weights_append"},
	} {
		if _, err := store.Owner(s).Exec(c.statement); err == nil || !strings.Contains(err.Error(), c.constraint) && !strings.Contains(err.Error(), "never changed") {
			t.Errorf("%s: %v, want %s", c.name, err, c.constraint)
		}
	}
	store.Owner(s).MustExec(decide(f.A.RegionLead, "REJECTED"))
	if _, err := store.Owner(s).Exec(decide(f.A.RegionLead, "APPROVED")); err == nil {
		t.Error("what was rejected may be approved")
	}
	store.Owner(s).MustExec(propose(`{"theme_fit": 60, "practice_level": 40, "proximity": 0}`))
	store.Owner(s).MustExec(propose(`{"theme_fit": 100}`))
	if got := column(t, s, `select version || ' ' || replaces from weights where type = 'TALK' order by version`); strings.Join(got, ", ") != "1 0, 2 0" {
		t.Errorf("the versions are %v", got)
	}
}

// The roles of the house may not do what the use cases do not.
func TestWeightsAreWrittenInOnesOwnNameOnly(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	lead := string(f.A.RegionLead.AccountID)
	for _, statement := range []string{
		`delete from weights`, `update weights set weights = '{"theme_fit": 100}'`, `update weights set version = 7`,
		`insert into weights (pool_id, type, weights, reason, proposed_by) values ('` + string(f.A.Pool) + `', 'TALK', '{"theme_fit": 100}', 'omdat', '` + lead + `')`,
		`insert into weights (pool_id, type, weights, reason, proposed_by) values ('` + string(f.B.Pool) + `', 'TALK', '{"theme_fit": 100}', 'omdat', '` + string(f.A.Coordinator.AccountID) + `')`,
		`update weights set status = 'APPROVED', decided_at = now(), decided_by = '` + lead + `'`,
	} {
		err := store.Change(t.Context(), s.As(f.A.Coordinator), func(tx *store.Tx) error {
			_, err := tx.ExecContext(t.Context(), statement)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "permission denied") && err.Error() != "NOT_FOUND: not found" {
			t.Errorf("she may %s: %v", statement, err)
		}
	}
}
