package store_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"expex/auth"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// heard collects what a store announces, until a topic of its own tells that
// there is no more.
func heard(t *testing.T, s *store.Store, act func(exec func(statement string, args ...any))) []string {
	t.Helper()
	topics, ready := make(chan string, 10_000), make(chan struct{}, 10)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- s.Follow(ctx, func(topic string) { topics <- topic }, func() { ready <- struct{}{} }, func(err error) { t.Error(err) })
	}()
	<-ready
	act(func(statement string, args ...any) { store.Owner(s).MustExec(statement, args...) })
	store.Owner(s).MustExec(`select pg_notify('expex', 'end')`)
	var out []string
	for topic := range topics {
		if topic == "end" {
			break
		}
		out = append(out, topic)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	return out
}

func TestWhatIsAnnounced(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	ear, buddy, talk := store.RequestTopic(f.A.Ear), store.RequestTopic(f.A.Buddy), store.RequestTopic(f.A.Talk)
	tasks, account := store.TasksTopic(f.A.Pool), store.AccountTopic(f.A.Coordinator.AccountID)
	for _, c := range []struct {
		name, statement string
		about           any
		want            []string
	}{
		{"a request that moves", `update request set status = 'ON_HOLD' where id = $1`, f.A.Ear, []string{ear}},
		{"a request that stays as it is", `update request set status = status where id = $1`, f.A.Ear, nil},
		{"an offer that is answered", `update offer set status = 'WITHDRAWN' where id = $1`, f.A.Offer, []string{buddy}},
		{"a session that changes", `update session set late = true where id = $1`, f.A.Session, []string{talk}},
		{"offer and session in one transaction", `with o as (update offer set answered_at = now() where id = any(array(select id from offer where request_id = (select request_id from session where id = $1))))
			update session set late = false where id = $1`, f.A.Session, []string{talk}},
		{"a task", `insert into task (pool_id, kind, request_id, appears_at, due_at) select pool_id, 'LOOK', id, app_now(), app_now() from request where id = $1`, f.A.Ear, []string{tasks}},
		{"a task that is done", `update task set done_at = app_now() where request_id = $1`, f.A.Ear, []string{tasks}},
		{"a token that is revoked", `update token set revoked_at = now() where account_id = $1`, f.A.Coordinator.AccountID, []string{account}},
		{"a token that is used", `update token set last_used_on = '2020-01-01' where account_id = $1`, f.A.Coordinator.AccountID, nil},
		{"an account that is disabled", `update account set disabled_at = now() where id = $1`, f.A.Coordinator.AccountID, []string{account}},
		{"an account with another name", `update account set name = 'Anders' where id = $1`, f.A.Coordinator.AccountID, nil},
		{"a role that ends", `update account_role set valid_to = '2027-03-27' where account_id = $1`, f.A.Coordinator.AccountID, []string{account}},
		{"a role that goes", `delete from account_role where account_id = $1`, f.A.Coordinator.AccountID, []string{account}},
		{"what nobody waits for", `update expert set intro = 'x' where id = $1`, f.A.Experts[0], nil},
	} {
		got := heard(t, s, func(exec func(string, ...any)) { exec(c.statement, c.about) })
		if !slices.Equal(got, c.want) {
			t.Errorf("%s announces %q, want %q", c.name, got, c.want)
		}
	}
}

// A task that appears later is queued to be announced then, once, and at another
// time when that is moved.
func TestATaskThatAppearsLaterIsQueued(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	store.Owner(s).MustExec(`delete from due_work`) // the fixture plans meetings, and they have tasks
	queued := func() []string {
		return column(t, s, `select kind || ' ' || due_at::date from due_work where kind = 'TASK_APPEARS'`)
	}
	for _, c := range []struct {
		statement string
		want      []string
	}{
		{`insert into task (pool_id, kind, request_id, appears_at, due_at) select pool_id, 'NOW', id, '2020-01-01', '2030-01-01' from request where id = $1`, nil},
		{`insert into task (pool_id, kind, request_id, appears_at, due_at) select pool_id, 'LATER', id, '2099-01-01', '2099-02-01' from request where id = $1`, []string{"TASK_APPEARS 2099-01-01"}},
		{`update task set appears_at = '2099-01-05' where request_id = $1 and kind = 'LATER'`, []string{"TASK_APPEARS 2099-01-05"}},
	} {
		store.Owner(s).MustExec(c.statement, f.A.Ear)
		if got := queued(); !slices.Equal(got, c.want) {
			t.Errorf("%.60s queues %q, want %q", c.statement, got, c.want)
		}
	}
}

// The digest differs when something changes that the viewer may see, and only
// then: a requester does not learn that an offer was made or declined.
func TestTheStateOfARequestIsWhatTheViewerSees(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	state := func(viewer auth.Viewer) string {
		digest, err := s.As(viewer).RequestState(t.Context(), f.A.Buddy)
		if err != nil {
			t.Fatal(err)
		}
		return digest
	}
	for _, c := range []struct {
		name, statement        string
		coordinator, requester bool // whether it differs
	}{
		{"nothing", `select $1::uuid`, false, false},
		{"an offer", `update offer set status = 'WITHDRAWN' where request_id = $1`, true, false},
		{"the request", `update request set status = 'OPEN' where id = $1`, true, true},
		{"an offer of another request", `update offer set answered_at = now() where request_id <> $1`, false, false},
		{"another request", `update request set goal = goal || 'x' where id <> $1`, false, false},
	} {
		coordinator, requester := state(f.A.Coordinator), state(f.A.Requester)
		store.Owner(s).MustExec(c.statement, f.A.Buddy)
		if seen := state(f.A.Coordinator) != coordinator; seen != c.coordinator {
			t.Errorf("%s: the coordinator sees a difference: %v", c.name, seen)
		}
		if seen := state(f.A.Requester) != requester; seen != c.requester {
			t.Errorf("%s: the requester sees a difference: %v", c.name, seen)
		}
	}
}

// A task that has not appeared is not in the digest, nor one of another pool.
func TestTheStateOfTasksIsWhatTheViewerSees(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	states := func(viewer auth.Viewer) map[engine.PoolID]string {
		out, err := s.As(viewer).TaskStates(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	const task = `insert into task (pool_id, kind, request_id, appears_at, due_at) select pool_id, $2, id, $3, '2030-01-01' from request where id = $1`
	store.Owner(s).MustExec(task, f.A.Ear, "LATER", storetest.Now.AddDate(0, 0, 1))
	store.Owner(s).MustExec(task, f.B.Ear, "THEIRS", storetest.Now)
	if got := states(f.A.Coordinator); !maps.Equal(got, map[engine.PoolID]string{f.A.Pool: ""}) {
		t.Errorf("without a task to see: %v", got)
	}
	store.Owner(s).MustExec(task, f.A.Ear, "NOW", storetest.Now)
	if got := states(f.A.Coordinator); len(got) != 1 || got[f.A.Pool] == "" {
		t.Errorf("with one: %v", got)
	}
	for _, viewer := range []auth.Viewer{f.A.Requester, f.A.ExpertViewers[0], f.SystemAdmin, {}} {
		if got := states(viewer); len(got) != 0 {
			t.Errorf("%s sees the state of %v", viewer.Name, got)
		}
	}
	// With the role goes the pool, whatever the viewer was when she was looked up.
	store.Owner(s).MustExec(`update account_role set valid_to = '2027-01-01' where account_id = $1`, f.A.Coordinator.AccountID)
	if got := states(f.A.Coordinator); len(got) != 0 {
		t.Errorf("without her role: %v", got)
	}
}
