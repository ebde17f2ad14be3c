package app_test

import (
	"testing"
	"time"

	"expex/app"
	"expex/engine"
)

const holdCohort = `select from cohort where id = $1 for update`

// Whichever comes first, the request has the date of the end that stands.
func TestARequestIsLinkedWhileTheCohortMoves(t *testing.T) {
	t.Parallel()
	w := start(t)
	cohort := w.lichting(t, 12)
	answers := w.atOnce(t, nothing, holdCohort, cohort.ID,
		func() error {
			_, err := w.WaitlistRequest(t.Context(), w.A.Coordinator, fresh(), w.A.Ear, engine.WaitsForCohort, cohort.ID)
			return err
		},
		func() error {
			_, err := w.MoveCohort(t.Context(), w.A.Trainer, fresh(), cohort.ID, "2027-07-31")
			return err
		})
	equal(t, "the answers", answers, []string{"", ""})
	equal(t, "the date", get[string](t, w, `select earliest_date::text from request where id = $1`, w.A.Ear), "2027-08-28")
}

func TestARequestIsReviewedEveryFourWeeksWhileItWaits(t *testing.T) {
	t.Parallel()
	w := start(t)
	must(w.WaitlistRequest(t.Context(), w.A.Coordinator, fresh(), w.A.Ear, engine.WaitsForSlot, ""))(t)
	tasks := func() int {
		return get[int](t, w, `select count(*) from task where kind = 'REVIEW_WAITING' and request_id = $1 and done_at is null`, w.A.Ear)
	}
	// To wait for something else does not put the review off.
	w.at(w.now.Load().Add(27 * 24 * time.Hour))
	must(w.WaitlistRequest(t.Context(), w.A.Coordinator, fresh(), w.A.Ear, engine.WaitsForTheme, ""))(t)
	w.due(t, *w.now.Load())
	equal(t, "tasks on day 27", tasks(), 0)
	w.at(w.now.Load().Add(24 * time.Hour))
	w.due(t, *w.now.Load())
	equal(t, "tasks on day 28", tasks(), 1)
	equal(t, "why", get[string](t, w, `select codes[1] from task where kind = 'REVIEW_WAITING' and request_id = $1`, w.A.Ear), "NO_THEME")
	must(w.WithdrawRequest(t.Context(), w.A.LocationAsker, fresh(), w.A.Ear))(t)
	equal(t, "tasks when it is withdrawn", tasks(), 0)
	w.at(w.now.Load().Add(28 * 24 * time.Hour))
	w.due(t, *w.now.Load())
	equal(t, "tasks later", tasks(), 0)
}

// A cohort of which nobody passed leaves those who waited for it with nothing to
// hope for, and they hear that there is news.
func TestACohortOfWhichNobodyPassed(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.set(t, `update expert_record set status = 'PAUSED'`)
	people, _ := w.applicants(t, 1)
	cohort := w.lichting(t, 12)
	must(w.Enrol(t.Context(), w.A.Coordinator, fresh(), cohort.ID, people))(t)
	must(w.WaitlistRequest(t.Context(), w.A.Coordinator, fresh(), w.A.Ear, engine.WaitsForCohort, cohort.ID))(t)
	must(w.RecordOutcomes(t.Context(), w.A.Trainer, fresh(), cohort.ID, "", []app.Outcome{{ExpertID: people[0], Outcome: engine.OutcomeNotYet}}))(t)
	w.due(t, *w.now.Load())
	equal(t, "the request", get[string](t, w, `select concat_ws(' ', status, waitlist_reason, cohort_id, earliest_date) from request where id = $1`, w.A.Ear), "WAITLISTED NO_POOL")
	equal(t, "messages", get[int](t, w, `select count(*) from notice where kind = 'EARLIEST_DATE_MOVED' and account_id = $1`, w.A.LocationAsker.AccountID), 2)
}

// What waits for supply can be offered by hand, and then waits no more.
func TestAnOfferEndsTheWaiting(t *testing.T) {
	t.Parallel()
	w := start(t)
	id := w.open(t, w.ear())
	cohort := w.lichting(t, 12)
	must(w.WaitlistRequest(t.Context(), w.A.Coordinator, fresh(), id, engine.WaitsForCohort, cohort.ID))(t)
	w.offer(t, id, thursday, 0)
	equal(t, "the request", get[string](t, w, `select concat_ws(' ', status, nullif(waitlist_reason, ''), earliest_date) from request where id = $1`, id), "OFFERED")
	equal(t, "open tasks", get[int](t, w, `select count(*) from task where request_id = $1 and done_at is null`, id), 0)
	// The move of the cohort is no news for who does not wait for it any more, and
	// leaves alone who was asked and is deployable.
	must(w.MoveCohort(t.Context(), w.A.Coordinator, fresh(), cohort.ID, "2027-09-30"))(t)
	equal(t, "the request after the move", w.status(t, "request", id), "OFFERED")
	equal(t, "messages", get[int](t, w, `select count(*) from notice where kind = 'EARLIEST_DATE_MOVED'`), 0)
}

// Who answers an offer holds the request and asks for the expert: to hold the
// expert and ask for the request would be a deadlock.
func TestOutcomesAreRecordedWhileSomebodyHoldsARequestThatWaits(t *testing.T) {
	t.Parallel()
	w := start(t)
	people, _ := w.applicants(t, 2)
	cohort := w.lichting(t, 12)
	must(w.Enrol(t.Context(), w.A.Coordinator, fresh(), cohort.ID, people))(t)
	must(w.WaitlistRequest(t.Context(), w.A.Coordinator, fresh(), w.A.Ear, engine.WaitsForCohort, cohort.ID))(t)
	other, err := w.db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer other.Rollback()
	if _, err := other.Exec(`select from request where id = $1 for update`, w.A.Ear); err != nil {
		t.Fatal(err)
	}
	recorded := make(chan error, 1)
	go func() {
		// Against the order of their ids, too.
		_, err := w.RecordOutcomes(t.Context(), w.A.Trainer, fresh(), cohort.ID, "", []app.Outcome{
			{ExpertID: people[1], Outcome: engine.OutcomeNotYet}, {ExpertID: people[0], Outcome: engine.OutcomeNotYet}})
		recorded <- err
	}()
	for waiting := 0; waiting == 0; {
		waiting = get[int](t, w, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
	}
	for _, id := range people {
		var free bool
		if err := other.QueryRow(`select pg_try_advisory_xact_lock(hashtextextended($1, 0))`, id).Scan(&free); err != nil || !free {
			t.Errorf("an expert is held by who waits for the request: %v", err)
		}
	}
	if err := other.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-recorded; err != nil {
		t.Error(err)
	}
}
