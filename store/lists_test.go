package store_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// A process keeps the lists; a change of any of them, by whomever, is in the very
// next snapshot, and one that was undone never was.
func TestAChangeOfAListIsInTheNextSnapshot(t *testing.T) {
	t.Parallel()
	now := storetest.Now
	s, f := storetest.Filled(t, func(o *store.Options) { o.Now = func() time.Time { return now } })
	db := store.Owner(s)
	read := func() engine.MatchInput {
		t.Helper()
		in, err := s.As(f.A.Coordinator).MatchInput(t.Context(), f.A.Ear)
		if err != nil {
			t.Fatal(err)
		}
		return in
	}
	region := read().Place.Region
	for _, c := range []struct {
		name, change, undo string
		holds              func(engine.MatchInput) bool
	}{
		{"a type", `update deployment_type set offer_hours = 7 where code = 'LISTENING_EAR'`, `update deployment_type set offer_hours = 72 where code = 'LISTENING_EAR'`,
			func(in engine.MatchInput) bool { return in.Type.OfferHours == 7 }},
		{"a theme", `update theme set tier = 3 where code = 'LONELINESS'`, `update theme set tier = 1 where code = 'LONELINESS'`,
			func(in engine.MatchInput) bool { return in.Themes["LONELINESS"].Tier == 3 }},
		{"a related theme", `insert into theme_related (theme, related) values ('LONELINESS', 'HOMELESSNESS')`, `delete from theme_related where (theme, related) = ('LONELINESS', 'HOMELESSNESS')`,
			func(in engine.MatchInput) bool {
				return slices.Contains(in.Themes["LONELINESS"].Related, "HOMELESSNESS")
			}},
		{"a holiday", `insert into public_holiday (date, nl, en) values ('2027-04-01', 'Verzonnen', 'Invented')`, `delete from public_holiday where date = '2027-04-01'`,
			func(in engine.MatchInput) bool { return slices.Contains(in.Holidays, "2027-04-01") }},
		{"a neighbour", `create table before as select * from youth_region_neighbour; delete from youth_region_neighbour`, `insert into youth_region_neighbour select * from before`,
			func(in engine.MatchInput) bool { return len(in.Neighbours[region]) == 0 }},
	} {
		if c.holds(read()) {
			t.Fatalf("%s: it is so before the change", c.name)
		}
		tx := db.MustBegin()
		tx.MustExec(c.change)
		if c.holds(read()) {
			t.Errorf("%s: a change is seen before it is made", c.name)
		}
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
		if c.holds(read()) {
			t.Errorf("%s: a change that was undone is seen", c.name)
		}
		db.MustExec(c.change)
		if !c.holds(read()) {
			t.Errorf("%s: the change is not in the next snapshot", c.name)
		}
		db.MustExec(c.undo)
		if c.holds(read()) {
			t.Errorf("%s: the change back is not in the next snapshot", c.name)
		}
	}
	if one, two := read(), read(); !reflect.DeepEqual(one, two) {
		t.Error("two snapshots in a row differ")
	}
	db.MustExec(`update theme set valid_to = '2027-03-28' where code = 'LONELINESS'`)
	if _, ok := read().Themes["LONELINESS"]; !ok {
		t.Error("the theme ends before its day")
	}
	now = now.AddDate(0, 0, 1)
	if _, ok := read().Themes["LONELINESS"]; ok {
		t.Error("at midnight the theme goes on")
	}
}

// The engine knows nobody but the named experts only while it reads them.
func TestAfterASnapshotOfOneTheEngineKnowsItsPoolAgain(t *testing.T) {
	t.Parallel()
	s, f := storetest.Filled(t)
	if err := store.Change(t.Context(), s.As(f.A.Coordinator), func(tx *store.Tx) error {
		request, err := tx.Request(t.Context(), f.A.Ear)
		if err != nil {
			return err
		}
		if err := tx.Coordinate(t.Context(), f.A.Pool); err != nil {
			return err
		}
		var before, after int
		const count = `select count(*) from expert_record`
		if err := tx.GetContext(t.Context(), &before, count); err != nil {
			return err
		}
		in, err := tx.MatchInput(t.Context(), request, f.A.Experts[:1])
		if err != nil {
			return err
		}
		if err := tx.GetContext(t.Context(), &after, count); err != nil {
			return err
		}
		if len(in.Candidates) != 1 || before != after || after < len(f.A.Experts) {
			t.Errorf("%d candidates, %d experts known before and %d after", len(in.Candidates), before, after)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
