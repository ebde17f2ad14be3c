package app_test

import (
	"testing"
	"time"

	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

const putOff = engine.TaskID("aaaaaaaa-000c-4000-8000-00000000000a")

// checkIn puts a task on the list of Midden-Holland, due in some days from now.
func (w *world) checkIn(t *testing.T, days int) {
	t.Helper()
	w.set(t, `insert into task (id, pool_id, kind, session_id, appears_at, due_at) values ($1, $2, 'CHECK_IN', $3, $4, $5) on conflict do nothing`,
		string(putOff), w.A.Pool, w.A.Session, storetest.Now.AddDate(0, 0, -9), storetest.Now.AddDate(0, 0, days))
}

func init() {
	repeated["ResumeTask"] = struct {
		call, other func(w *world, t *testing.T, key string) (any, error)
	}{
		func(w *world, t *testing.T, key string) (any, error) {
			w.checkIn(t, 1)
			must(w.PostponeTask(t.Context(), w.A.Coordinator, "key-of-before", putOff, storetest.Now.AddDate(0, 0, 3)))(t)
			return w.ResumeTask(t.Context(), w.A.Coordinator, key, putOff)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.ResumeTask(t.Context(), w.A.Coordinator, key, "dddddddd-0000-4000-8000-000000000000")
		},
	}
}

// Whoever calls a task back finds it as it was, and who put it off stays known.
func TestATaskThatIsCalledBackIsDueAsBefore(t *testing.T) {
	t.Parallel()
	for name, days := range map[string]int{"in time": 2, "overdue": -2, "later than that": 12} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.checkIn(t, days)
			for _, until := range []int{3, 7} { // the second counts, and the first due date
				w.at(storetest.Now.Add(time.Duration(until) * time.Minute))
				got := must(w.PostponeTask(t.Context(), w.A.Coordinator, fresh(), putOff, storetest.Now.AddDate(0, 0, until)))(t)
				equal(t, "until", got.PostponedUntil.UTC(), storetest.Now.AddDate(0, 0, until).UTC())
			}
			list := func(off bool) int {
				return len(must(w.Store.As(w.A.Coordinator).Tasks(t.Context(), store.TaskListFilter{Kinds: []engine.TaskKind{engine.TaskCheckIn}, Postponed: &off}, store.Page{First: 9}))(t).Items)
			}
			equal(t, "in the list while it is off", list(false), 0)
			equal(t, "among what is off", list(true), 1)
			w.at(storetest.Now.AddDate(0, 0, 1))
			got := must(w.ResumeTask(t.Context(), w.A.RegionLead, fresh(), putOff))(t)
			equal(t, "due", got.DueAt.UTC(), storetest.Now.AddDate(0, 0, days).UTC())
			equal(t, "who put it off", *got.PostponedBy, store.Colleague{ID: w.A.Coordinator.AccountID, Name: w.A.Coordinator.Name})
			equal(t, "until", got.PostponedUntil == nil, true)
			equal(t, "in the list again", list(false), 1)
			equal(t, "among what is off", list(true), 0)
			w.refused(t, "CONFLICT ILLEGAL_TRANSITION", func() error {
				_, err := w.ResumeTask(t.Context(), w.A.Coordinator, fresh(), putOff)
				return err
			})
		})
	}
}

func TestATaskThatCameBackByItselfIsNotCalledBack(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.checkIn(t, 1)
	resume := func() error { _, err := w.ResumeTask(t.Context(), w.A.Coordinator, fresh(), putOff); return err }
	w.refused(t, "CONFLICT ILLEGAL_TRANSITION", resume) // it was never put off
	must(w.PostponeTask(t.Context(), w.A.Coordinator, fresh(), putOff, storetest.Now.AddDate(0, 0, 3)))(t)
	w.refused(t, "NOT_FOUND", func() error { _, err := w.ResumeTask(t.Context(), w.B.Coordinator, fresh(), putOff); return err })
	w.at(storetest.Now.AddDate(0, 0, 3))
	w.refused(t, "CONFLICT ILLEGAL_TRANSITION", resume) // it is back
	w.set(t, `update task set done_at = $2 where id = $1`, string(putOff), storetest.Now.AddDate(0, 0, 3))
	w.refused(t, "CONFLICT ILLEGAL_TRANSITION", resume) // it is done
}

// A task about a session that is put off until after it does not break the night,
// and is due when the session begins once it is called back.
func TestANightLeavesATaskPutOff(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.set(t, `update expert_record set max_travel_minutes = 1, postcode4 = $2 where expert_id = $1`, w.A.Experts[0], w.B.Postcode4)
	w.night(t)
	broken := engine.TaskID(get[string](t, w, `select id from task where kind = 'SESSION_BROKEN' and session_id = $1 and done_at is null`, w.A.Session))
	until := w.now.Load().AddDate(0, 0, 14)
	must(w.PostponeTask(t.Context(), w.A.Coordinator, fresh(), broken, until))(t)
	w.night(t)
	equal(t, "put off", get[time.Time](t, w, `select appears_at from task where id = $1`, string(broken)).UTC(), until.UTC())
	got := must(w.ResumeTask(t.Context(), w.A.Coordinator, fresh(), broken))(t)
	equal(t, "due", got.DueAt.UTC(), slot("2027-04-07", "14:00", 60).Start.UTC())
}
