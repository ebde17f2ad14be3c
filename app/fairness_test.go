package app_test

import (
	"strings"
	"testing"
	"time"

	"expex/engine"
	"expex/store/storetest"
)

func TestFairnessIsAboutThePoolsOneCoordinates(t *testing.T) {
	t.Parallel()
	w := start(t)
	for name, c := range map[string]struct {
		pool *engine.PoolID
		want string
	}{
		"all": {nil, ""}, "hers": {&w.A.Pool, ""}, "another": {&w.B.Pool, "NOT_FOUND"},
		"none": {new(engine.PoolID("aaaaaaaa-0001-4000-8000-00000000dead")), "NOT_FOUND"}, "nonsense": {new(engine.PoolID("x")), "NOT_FOUND"},
	} {
		list, err := w.Fairness(t.Context(), w.A.Coordinator, c.pool)
		if class(err) != c.want || err == nil && (len(list) != 1 || list[0].Pool != w.A.Pool) {
			t.Errorf("%s: %+v %v", name, list, err)
		}
	}
	if list, err := w.Fairness(t.Context(), w.A.Requester, nil); err != nil || len(list) != 0 {
		t.Errorf("a requester coordinates %v (%v)", list, err)
	}
	// Who coordinates two pools gets two answers, each about its own.
	w.set(t, `insert into account_role (account_id, role, pool_id, valid_from) values ($1, 'COORDINATOR', $2, '2026-01-01')`, string(w.A.Coordinator.AccountID), string(w.B.Pool))
	list := must(w.Fairness(t.Context(), w.A.Coordinator, nil))(t)
	if len(list) != 2 || list[0].Pool != w.A.Pool || list[1].Pool != w.B.Pool || list[0].Longest.Request != w.A.Buddy || list[1].Longest.Request != w.B.Buddy {
		t.Errorf("two pools: %+v", list)
	}
}

func TestFairnessCountsWhatWasDoneForAnyPool(t *testing.T) {
	t.Parallel()
	w := start(t)
	one := func() engine.Fairness {
		return must(w.Fairness(t.Context(), w.A.Coordinator, &w.A.Pool))(t)[0].Fairness
	}
	before := one()
	if before.Experts != 6 || before.Spread == nil || before.Spread.Range != 3*90 || before.Full != (engine.Tally{}) || before.Unasked != (engine.Tally{Some: true}) {
		t.Fatalf("%+v", before)
	}
	// Another pool's sessions are her minutes as well; a released one is not.
	w.set(t, `update booking set expert_id = $1 where expert_id = $2 and status = 'DONE'`, string(w.A.Experts[0]), string(w.B.Experts[0]))
	if got := one().Spread.Range; got != 6*90 {
		t.Errorf("with those of another pool the range is %d", got)
	}
	w.set(t, `update booking set status = 'RELEASED' where expert_id = $1 and starts_at < $2`, string(w.A.Experts[0]), storetest.Now)
	if got := one().Spread; got.Range != 0 || got.Gini != 0 {
		t.Errorf("without any: %+v", got)
	}
	// So are another pool's relations and offers.
	w.set(t, `insert into match (request_id, pool_id, expert_id, client_ref, type, status, started_on, planned_end)
		select request_id, pool_id, e.id, client_ref, type, 'ACTIVE', started_on, planned_end from match m, unnest($1::uuid[]) e(id)
		where m.pool_id = $2`, "{"+strings.Join(texts(w.A.Experts[:5]), ",")+"}", string(w.B.Pool))
	w.set(t, `update expert_record set cap_active_relations = 1`)
	if got := one().Full; got != (engine.Tally{Count: 6}) {
		t.Errorf("full: %+v", got)
	}
	// Who cannot be deployed is not counted.
	w.set(t, `update expert_record set status = 'PAUSED' where expert_id = $1`, string(w.A.Experts[0]))
	w.set(t, `update expert_record set paused_until = $2 where expert_id = $1`, string(w.A.Experts[1]), storetest.Now.Add(time.Hour))
	if got := one(); got.Experts != 4 || got.Spread != nil {
		t.Errorf("two are paused: %+v", got)
	}
	w.at(storetest.Now.AddDate(0, 0, 61))
	if got := one(); got.Experts != 5 || got.Unasked != (engine.Tally{Count: 5}) || got.Longest.Days != 65 {
		t.Errorf("two months later: %+v", got)
	}
}
