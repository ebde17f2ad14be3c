package store_test

import (
	"fmt"
	"testing"

	"expex/store"
	"expex/store/storetest"
)

// A prepared statement is planned for the role that runs it. The server plans it
// again for another; were that not so, a viewer would see what the engine sees.
func TestAStatementPreparedForOneRoleShowsAnotherOnlyItsOwn(t *testing.T) {
	t.Parallel()
	s := storetest.New(t, func(o *store.Options) { o.MaxConnections = 1 })
	f := storetest.Fill(t, s)
	rows := func(tx *store.Tx) (n int) {
		if err := tx.GetContext(t.Context(), &n, `select count(*) from organisation_exclusion where until is not distinct from $1::date`, nil); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for round := range 12 { // beyond the five after which the server may keep one plan
		for _, look := range []struct {
			who    string
			engine bool
			want   int
		}{{"coordinator", false, 0}, {"engine", true, 1}} {
			if err := store.Read(t.Context(), s.As(f.A.Coordinator), func(tx *store.Tx) error {
				if look.engine {
					if err := tx.Decide(t.Context(), f.A.Pool); err != nil {
						return err
					}
				}
				if got := rows(tx); got != look.want {
					return fmt.Errorf("round %d: the %s sees %d exclusions, want %d", round, look.who, got, look.want)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// After a migration a prepared statement may have other columns than before.
func TestAStatementWhoseTableChangedIsPreparedAnew(t *testing.T) {
	t.Parallel()
	s := storetest.New(t, func(o *store.Options) { o.MaxConnections = 1 })
	owner := store.Owner(s)
	const query = `select * from changing where 1 = $1`
	var one int
	owner.MustExec(`create table changing as select 1 as n`)
	if err := owner.GetContext(t.Context(), &one, query, 1); err != nil || one != 1 {
		t.Fatalf("%d, %v", one, err)
	}
	owner.MustExec(`alter table changing alter n type bigint`)
	owner.GetContext(t.Context(), &one, query, 1) // may fail once
	if err := owner.GetContext(t.Context(), &one, query, 1); err != nil || one != 1 {
		t.Errorf("%d, %v", one, err)
	}
	owner.MustExec(`deallocate all`)
	owner.GetContext(t.Context(), &one, query, 1) // may fail once
	if err := owner.GetContext(t.Context(), &one, query, 1); err != nil || one != 1 {
		t.Errorf("after the server forgot its statements: %d, %v", one, err)
	}
}

// The sixth call of a prepared statement may run a plan that knows no values: a
// function must not count on the planner to have seen them.
func TestAPlanWithoutValuesMindsNoEmptyPostcode(t *testing.T) {
	t.Parallel()
	owner := store.Owner(storetest.New(t, func(o *store.Options) { o.MaxConnections = 1 }))
	owner.MustExec(`set plan_cache_mode = force_generic_plan`)
	var n int
	for _, postcode := range []string{"", "2801", "x", "0000"} {
		if err := owner.GetContext(t.Context(), &n, `select count(*) from locate_postcode($1)`, postcode); err != nil {
			t.Errorf("%q: %v", postcode, err)
		}
	}
}
