package app_test

import (
	"testing"
	"time"
)

// A relation that came in past the use cases is cared for from the first night on,
// and once.
func TestTheNightTendsRelationsThatNobodyTended(t *testing.T) {
	t.Parallel()
	w := start(t)
	tasks := func() string {
		return get[string](t, w, `select coalesce(string_agg(kind || ' ' || (done_at is not null), ',' order by kind), '')
			from task where match_id = $1 and kind in ('CHECK_IN', 'REVIEW', 'CLOSURE')`, w.A.Match)
	}
	equal(t, "before", tasks(), "")
	w.night(t)
	first := tasks()
	if get[int](t, w, `select count(*) from task where match_id = $1 and kind = 'CHECK_IN' and done_at is null and appears_at <= $2`, w.A.Match, *w.now.Load()) != 1 {
		t.Errorf("no check-in is due: %s", first)
	}
	w.night(t)
	equal(t, "after another night", tasks(), first)
	w.set(t, `update task set done_at = $1 where match_id = $2 and kind = 'CHECK_IN'`, w.now.Load().Add(time.Minute), w.A.Match)
	w.night(t)
	equal(t, "a check-in that was done and ended by itself", get[int](t, w, `select count(*) from task where match_id = $1 and kind = 'CHECK_IN'`, w.A.Match), 1)
}

// What came in all at once is looked at without waiting for the night.
func TestTheNightCanBeBroughtForward(t *testing.T) {
	t.Parallel()
	w := start(t)
	if err := w.CheckNow(t.Context()); err != nil {
		t.Fatal(err)
	}
	equal(t, "nights that are due", get[int](t, w, `select count(*) from due_work where kind = 'NIGHTLY_CHECK' and due_at <= $1`, *w.now.Load()), 2)
}
