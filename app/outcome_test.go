package app_test

import (
	"testing"
	"time"

	"expex/app"
	"expex/engine"
)

// recorded says what became of the talk of the fixture, an hour after its end.
func (w *world) recorded(t *testing.T, outcome engine.SessionStatus) engine.Session {
	t.Helper()
	w.at(slot("2027-04-07", "14:00", 150).End)
	return must(w.RecordOutcome(t.Context(), w.A.Coordinator, fresh(), app.RecordOutcome{SessionID: w.A.Session, Outcome: outcome}))(t)
}

// openTasks are the open tasks of one kind, as a number.
func (w *world) openTasks(t *testing.T, kind engine.TaskKind) int {
	t.Helper()
	return get[int](t, w, `select count(*) from task where kind = $1 and done_at is null and pool_id = $2`, string(kind), w.A.Pool)
}

func TestWhatFollowsFromAnOutcome(t *testing.T) {
	t.Parallel()
	for outcome, want := range map[engine.SessionStatus]struct {
		bookings, request                    string
		completed, debriefs, calls, evaluate int
	}{
		engine.SessionCompleted:       {"DONE", "FILLED", 4, 2, 0, 1},
		engine.SessionNoShowRequester: {"DONE", "FILLED", 3, 2, 0, 1},
		engine.SessionNoShowClient:    {"DONE", "FILLED", 3, 2, 0, 1},
		engine.SessionNoShowExpert:    {"RELEASED", "OPEN", 3, 0, 2, 0}, // somebody else can still do it
	} {
		t.Run(string(outcome), func(t *testing.T) {
			t.Parallel()
			w := start(t)
			got := w.recorded(t, outcome)
			equal(t, "the session", got.Status, outcome)
			equal(t, "their time", get[string](t, w, `select string_agg(distinct status, ',') from booking where session_id = $1`, w.A.Session), want.bookings)
			equal(t, "the request", w.status(t, "request", w.A.Talk), want.request)
			equal(t, "her completed talks", get[int](t, w, `select count(*) from booking b join session s on s.id = b.session_id
				where b.expert_id = $1 and b.status = 'DONE' and s.status = 'COMPLETED'`, w.A.Experts[0]), want.completed)
			equal(t, "debriefs", w.openTasks(t, engine.TaskDebrief), want.debriefs)
			equal(t, "welfare calls", w.openTasks(t, engine.TaskWelfareCall), want.calls)
			equal(t, "requests to evaluate", w.openTasks(t, engine.TaskEvaluateRequest), want.evaluate)
			equal(t, "outcomes to record", w.openTasks(t, engine.TaskRecordOutcome), 0)
		})
	}
}

// A talk on a heavy theme is spoken about within a day, any other within two. The
// task does not say why.
func TestADebriefIsSoonerAfterAHeavyTheme(t *testing.T) {
	t.Parallel()
	for tier3, want := range map[bool]time.Duration{false: 48 * time.Hour, true: 24 * time.Hour} {
		w := start(t)
		w.set(t, `update booking set tier3 = $2 where session_id = $1`, w.A.Session, tier3)
		end := w.recorded(t, engine.SessionCompleted).Slot.End
		equal(t, "due", get[time.Time](t, w, `select max(due_at) from task where kind = 'DEBRIEF'`).Sub(end), want)
		equal(t, "codes", get[int](t, w, `select coalesce(sum(cardinality(codes)), 0) from task where kind = 'DEBRIEF'`), 0)
	}
}

// Somebody who fell out of the team is not counted as having done the talk.
func TestWhoFellOutHasNotDoneIt(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.set(t, `update booking set status = 'RELEASED' where session_id = $1 and expert_id = $2`, w.A.Session, w.A.Experts[1])
	w.recorded(t, engine.SessionCompleted)
	equal(t, "her booking", get[string](t, w, `select status from booking where session_id = $1 and expert_id = $2`, w.A.Session, w.A.Experts[1]), "RELEASED")
	equal(t, "debriefs", w.openTasks(t, engine.TaskDebrief), 1)
}

// A series runs from its first session on; when the last that is planned is
// cancelled, it is open to offers again.
func TestASeriesRunsAndIsOpenAgain(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.set(t, `update request set occurrences = 2 where id = $1`, w.A.Talk)
	w.set(t, `insert into session (request_id, pool_id, organisation_id, type, starts_at, ends_at, status, online)
		select request_id, pool_id, organisation_id, type, starts_at + interval '7 days', ends_at + interval '7 days', 'CONFIRMED', true from session where id = $1`, w.A.Session)
	next := engine.SessionID(get[string](t, w, `select id from session where request_id = $1 and id <> $2`, w.A.Talk, w.A.Session))
	begin := slot("2027-04-07", "14:00", 90).Start
	w.at(begin)
	for done := 1; done > 0; {
		done = must(w.DoDue(t.Context()))(t)
	}
	equal(t, "when the first begins", w.status(t, "request", w.A.Talk), "RUNNING")
	w.recorded(t, engine.SessionCompleted)
	equal(t, "requests to evaluate", w.openTasks(t, engine.TaskEvaluateRequest), 0)
	w.refused(t, "CONFLICT ILLEGAL_TRANSITION", func() error {
		_, err := w.CloseRequest(t.Context(), w.A.Coordinator, fresh(), w.A.Talk)
		return err
	})
	must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), next, side(engine.SideExpert)))(t)
	equal(t, "when nobody is left", w.status(t, "request", w.A.Talk), "OPEN")
}

// Two are about the same relation at once: one grants the one extra meeting.
func TestOneExtraMeetingIsGrantedToTwoWhoAskAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.set(t, `update match set session_cap = 5 where id = $1`, w.A.Match)
	grant := func() error {
		_, err := w.GrantExtraSession(t.Context(), w.A.Coordinator, fresh(), w.A.Match, "Nog één keer")
		return err
	}
	equal(t, "the answers", w.atOnce(t, nothing, holdRequest, w.A.Buddy, grant, grant), []string{"", "CONFLICT SESSION_CAP"})
	equal(t, "granted", get[int](t, w, `select extra_sessions from match where id = $1`, w.A.Match), 1)
	equal(t, "reasons kept", get[int](t, w, `select count(*) from waiver`), 1)
}
