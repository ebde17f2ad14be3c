package app_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"expex/app"
	"expex/auth"
	"expex/engine"
	"expex/store"
)

// applicants are people with an account who want to be trained in Midden-Holland.
func (w *world) applicants(t *testing.T, n int) (ids []engine.ExpertID, viewers []auth.Viewer) {
	t.Helper()
	for i := range n {
		expert, account := fmt.Sprintf("eeeeeeee-0004-4000-8000-%012d", i+1), fmt.Sprintf("eeeeeeee-0003-4000-8000-%012d", i+1)
		w.set(t, `insert into expert (id, first_name) values ($1, 'Leerling')`, expert)
		w.set(t, `insert into expert_record (expert_id, status, birth_date) values ($1, 'APPLICANT', '2004-05-17')`, expert)
		w.set(t, `insert into pool_member (pool_id, expert_id, valid_from) values ($1, $2, '2026-01-01')`, w.A.Pool, expert)
		w.set(t, `insert into account (id, name) values ($1, 'Leerling')`, account)
		w.set(t, `insert into account_role (account_id, role, expert_id, valid_from) values ($1, 'EXPERT', $2, '2026-01-01')`, account, expert)
		ids = append(ids, engine.ExpertID(expert))
		viewers = append(viewers, auth.Viewer{AccountID: engine.AccountID(account), Grants: []auth.Grant{{Role: auth.RoleExpert, ExpertID: engine.ExpertID(expert)}}})
	}
	return ids, viewers
}

// lichting is a cohort with some places.
func (w *world) lichting(t *testing.T, places int) engine.Cohort {
	t.Helper()
	return must(w.CreateCohort(t.Context(), w.A.Coordinator, fresh(), engine.Cohort{PoolID: w.A.Pool, Name: "Lichting", Places: places,
		PlannedStart: "2027-03-01", PlannedEnd: "2027-06-30", Meetings: 6, JoinBefore: 3, OfferHours: 72, PaperworkDays: 28}))(t)
}

func (w *world) waits(t *testing.T, expert engine.ExpertID, since engine.Date) engine.WaitlistEntry {
	t.Helper()
	return must(w.AddToWaitlist(t.Context(), w.A.Coordinator, fresh(), w.A.Pool, expert, since))(t)
}

// invited is who is asked for a place of a cohort now.
func (w *world) invited(t *testing.T, id engine.CohortID) []string {
	t.Helper()
	return column(t, w, `select e.expert_id::text from place_offer o join waitlist_entry e on e.id = o.entry_id where o.cohort_id = $1 and o.status = 'SENT' order by e.since, e.priority desc, e.id`, id)
}

func column(t *testing.T, w *world, query string, args ...any) (out []string) {
	t.Helper()
	rows, err := w.db.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

func (w *world) attend(t *testing.T, id engine.CohortID, meeting int, experts ...engine.ExpertID) {
	t.Helper()
	var list []engine.Attendance
	for _, e := range experts {
		list = append(list, engine.Attendance{ExpertID: e, Meeting: meeting, Present: true})
	}
	must(w.RecordAttendance(t.Context(), w.A.Trainer, fresh(), id, list))(t)
}

func TestAPlaceGoesToTheNextWhoWaits(t *testing.T) {
	t.Parallel()
	w := start(t)
	people, viewers := w.applicants(t, 6)
	cohort := w.lichting(t, 2)
	must(w.Enrol(t.Context(), w.A.Coordinator, fresh(), cohort.ID, people[:2]))(t)
	// By day first, then by priority.
	w.waits(t, people[5], "2027-03-20")
	late := w.waits(t, people[2], "2027-03-10")
	w.waits(t, people[3], "2027-03-10")
	w.waits(t, people[4], "2027-03-05")
	high := func() engine.WaitlistEntryID {
		return engine.WaitlistEntryID(get[string](t, w, `select id from waitlist_entry where expert_id = $1`, people[3]))
	}()
	must(w.SetWaitlistPriority(t.Context(), w.A.Coordinator, fresh(), high, 5, "Wacht al op de vorige lichting"))(t)
	must(w.SetWaitlistPriority(t.Context(), w.A.RegionLead, fresh(), high, 3, "Minder dringend"))(t)
	equal(t, "who is asked of a full cohort", len(w.invited(t, cohort.ID)), 0)

	// One member drops out before meeting 3.
	w.attend(t, cohort.ID, 1, people[:2]...)
	must(w.RecordOutcomes(t.Context(), w.A.Trainer, fresh(), cohort.ID, "", []app.Outcome{{ExpertID: people[0], Outcome: engine.OutcomeStopped}}))(t)
	equal(t, "who stopped", get[string](t, w, `select status from expert_record where expert_id = $1`, people[0]), "OFFBOARDED")
	equal(t, "who is asked first", w.invited(t, cohort.ID), []string{string(people[4])})
	equal(t, "the coordinator's task", get[int](t, w, `select count(*) from task where kind = 'PLACE_FREE' and done_at is null and cohort_id = $1`, cohort.ID), 1)
	equal(t, "the applicant's message", get[int](t, w, `select count(*) from notice where kind = 'PLACE_OFFERED' and expert_id = $1`, people[4]), 1)

	// She does not answer; then the one with priority says no.
	w.at(w.now.Load().Add(72*time.Hour - time.Microsecond))
	w.due(t, *w.now.Load())
	equal(t, "who is asked until the last moment", w.invited(t, cohort.ID), []string{string(people[4])})
	w.at(w.now.Load().Add(time.Microsecond))
	first := engine.PlaceOfferID(get[string](t, w, `select id from place_offer where status = 'SENT' and cohort_id = $1`, cohort.ID))
	w.refused(t, "CONFLICT OFFER_EXPIRED", func() error {
		_, err := w.AnswerPlaceOffer(t.Context(), viewers[4], fresh(), first, true)
		return err
	})
	w.due(t, *w.now.Load())
	equal(t, "who is asked then", w.invited(t, cohort.ID), []string{string(people[3])})
	second := engine.PlaceOfferID(get[string](t, w, `select id from place_offer where status = 'SENT' and cohort_id = $1`, cohort.ID))
	w.refused(t, "NOT_FOUND", func() error {
		_, err := w.AnswerPlaceOffer(t.Context(), viewers[2], fresh(), second, true)
		return err
	})
	must(w.AnswerPlaceOffer(t.Context(), viewers[3], fresh(), second, false))(t)
	equal(t, "who is asked after a no", w.invited(t, cohort.ID), []string{string(people[2])})
	third := engine.PlaceOfferID(get[string](t, w, `select id from place_offer where status = 'SENT' and cohort_id = $1`, cohort.ID))
	must(w.AnswerPlaceOffer(t.Context(), viewers[2], fresh(), third, true))(t)
	equal(t, "her place", get[int](t, w, `select place from cohort_member where cohort_id = $1 and expert_id = $2`, cohort.ID, people[2]), 1)
	equal(t, "where she stands", get[string](t, w, `select r.status || ' ' || e.status from expert_record r join waitlist_entry e on e.expert_id = r.expert_id where e.id = $1`, late.ID), "IN_TRAINING PLACED")
	equal(t, "the task when all places are taken", get[int](t, w, `select count(*) from task where kind = 'PLACE_FREE' and done_at is null and cohort_id = $1`, cohort.ID), 0)

	// Those who said no or nothing wait on, in their order.
	list := must(w.Store.As(w.A.Coordinator).Waitlist(t.Context(), &w.A.Pool, store.Page{First: 3}))(t)
	var order []engine.ExpertID
	for _, e := range list.Items {
		order = append(order, e.ExpertID)
	}
	equal(t, "who waits", order, []engine.ExpertID{w.A.Experts[0], people[4], people[3]})
	log := must(w.Store.As(w.A.Coordinator).PriorityLog(t.Context(), []engine.WaitlistEntryID{high}))(t)
	equal(t, "the log", []string{log[0].Reason, log[1].Reason}, []string{"Minder dringend", "Wacht al op de vorige lichting"})
	if _, err := w.db.Exec(`set role expex_engine; update waitlist_priority set reason = ''`); err == nil {
		t.Error("the engine can rewrite the log")
	}
}

func TestAfterTheMeetingNobodyComesIn(t *testing.T) {
	t.Parallel()
	w := start(t)
	people, viewers := w.applicants(t, 4)
	cohort := w.lichting(t, 2)
	must(w.Enrol(t.Context(), w.A.Coordinator, fresh(), cohort.ID, people[:1]))(t)
	w.waits(t, people[1], "")
	offer := engine.PlaceOfferID(get[string](t, w, `select id from place_offer where status = 'SENT' and cohort_id = $1`, cohort.ID))
	w.attend(t, cohort.ID, 2, people[0])
	equal(t, "who is asked after meeting 2", w.invited(t, cohort.ID), []string{string(people[1])})
	w.attend(t, cohort.ID, 3, people[0])
	equal(t, "who is asked after meeting 3", len(w.invited(t, cohort.ID)), 0)
	equal(t, "the task", get[int](t, w, `select count(*) from task where kind = 'PLACE_FREE' and done_at is null and cohort_id = $1`, cohort.ID), 0)
	w.refused(t, "CONFLICT ILLEGAL_TRANSITION", func() error {
		_, err := w.AnswerPlaceOffer(t.Context(), viewers[1], fresh(), offer, true)
		return err
	})
	w.refused(t, "CONFLICT ILLEGAL_TRANSITION", func() error {
		_, err := w.Enrol(t.Context(), w.A.Coordinator, fresh(), cohort.ID, people[2:3])
		return err
	})
	w.waits(t, people[3], "")
	equal(t, "who is asked later", len(w.invited(t, cohort.ID)), 0)
}

func TestTwelvePlacesAreNeverThirteen(t *testing.T) {
	t.Parallel()
	w := start(t)
	people, _ := w.applicants(t, 4)
	cohort := w.lichting(t, 2)
	var calls []func() error
	for _, person := range people {
		calls = append(calls, func() error {
			_, err := w.Enrol(t.Context(), w.A.Coordinator, fresh(), cohort.ID, []engine.ExpertID{person})
			return err
		})
	}
	answers := w.atOnce(t, nothing, `select from cohort where id = $1 for update`, cohort.ID, calls...)
	equal(t, "the answers", answers, []string{"", "", "CONFLICT NO_PLACE", "CONFLICT NO_PLACE"})
	equal(t, "members", get[int](t, w, `select count(*) from cohort_member where cohort_id = $1`, cohort.ID), 2)
	equal(t, "in training", get[int](t, w, `select count(*) from expert_record where status = 'IN_TRAINING'`), 2)
}

// The database holds it by itself, whatever a caller forgets to lock or count.
func TestTheDatabaseGivesEachPlaceOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	people, _ := w.applicants(t, 8)
	cohort := w.lichting(t, 3)
	answers := make(chan error, len(people))
	for _, person := range people {
		go func() {
			_, err := w.db.Exec(`insert into cohort_member (cohort_id, expert_id) values ($1, $2)`, cohort.ID, string(person))
			answers <- err
		}()
	}
	refused := 0
	for range people {
		if <-answers != nil {
			refused++
		}
	}
	equal(t, "refused", refused, 5)
	equal(t, "the places", column(t, w, `select place::text from cohort_member where cohort_id = $1 order by place`, cohort.ID), []string{"1", "2", "3"})
	for _, statement := range []string{
		`update cohort_member set place = 4 where place = 3 and cohort_id = $1`,
		`update cohort_member set place = 2 where place = 3 and cohort_id = $1`,
		`update cohort set places = 2 where id = $1`,
	} {
		if _, err := w.db.Exec(statement, cohort.ID); err == nil {
			t.Errorf("%s is allowed", statement)
		}
	}
}

func TestAnOutcomeIsDecidedOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	people, _ := w.applicants(t, 3)
	cohort := w.lichting(t, 3)
	must(w.Enrol(t.Context(), w.A.Coordinator, fresh(), cohort.ID, people))(t)
	decide := func(who auth.Viewer, on engine.Date, outcome engine.TrainingOutcome, expert engine.ExpertID) error {
		_, err := w.RecordOutcomes(t.Context(), who, fresh(), cohort.ID, on, []app.Outcome{{ExpertID: expert, Outcome: outcome}})
		return err
	}
	if err := decide(w.A.Trainer, "2027-03-20", engine.OutcomeCertified, people[0]); err != nil {
		t.Fatal(err)
	}
	equal(t, "her leave", get[int](t, w, `select count(*) from type_training where expert_id = $1 and trained_on = '2027-03-20'`, people[0]),
		get[int](t, w, `select count(*) from deployment_type where not needs_addon_training`))
	for want, call := range map[string]func() error{
		"CONFLICT ILLEGAL_TRANSITION": func() error { return decide(w.A.Trainer, "", engine.OutcomeNotYet, people[0]) },
		"INVALID outcomes.expertId":   func() error { return decide(w.A.Trainer, "", engine.OutcomeNotYet, w.A.Experts[0]) },
		"INVALID on":                  func() error { return decide(w.A.Trainer, "2027-03-28", engine.OutcomeNotYet, people[1]) },
		"NOT_FOUND":                   func() error { return decide(w.B.Trainer, "", engine.OutcomeNotYet, people[1]) },
	} {
		w.refused(t, want, call)
	}
	w.refused(t, "NOT_FOUND", func() error { // placing people is the coordinator's business
		_, err := w.Enrol(t.Context(), w.A.Trainer, fresh(), cohort.ID, nil)
		return err
	})
	if err := decide(w.A.Trainer, "", engine.OutcomeCertified, people[0]); err != nil {
		t.Errorf("the same again: %v", err)
	}
	equal(t, "an end before all is decided", get[bool](t, w, `select actual_end is null from cohort where id = $1`, cohort.ID), true)
	for _, person := range people[1:] {
		if err := decide(w.A.Coordinator, "", engine.OutcomeNotYet, person); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, "the end", get[string](t, w, `select actual_end::text from cohort where id = $1`, cohort.ID), "2027-03-27")
	equal(t, "who may try again", get[int](t, w, `select count(*) from expert_record where status = 'APPLICANT'`), 2)
	w.refused(t, "CONFLICT ILLEGAL_TRANSITION", func() error {
		_, err := w.MoveCohort(t.Context(), w.A.Trainer, fresh(), cohort.ID, "2027-08-01")
		return err
	})
}

func TestARequestWaitsForAReason(t *testing.T) {
	t.Parallel()
	w := start(t)
	cohort := w.lichting(t, 12)
	wait := func(why engine.WaitlistReason, id engine.CohortID) error {
		_, err := w.WaitlistRequest(t.Context(), w.A.Coordinator, fresh(), w.A.Ear, why, id)
		return err
	}
	w.refused(t, "INVALID cohortId", func() error { return wait(engine.WaitsForCohort, "") })
	w.refused(t, "INVALID cohortId", func() error { return wait(engine.WaitsForCohort, w.A.Cohort) }) // it ended
	w.refused(t, "NOT_FOUND", func() error { return wait(engine.WaitsForCohort, w.B.Later) })
	from := []engine.RequestStatus{engine.RequestNew, engine.RequestTriaged, engine.RequestOpen, engine.RequestSuggested, engine.RequestOffered, engine.RequestOnHold, engine.RequestWaitlisted}
	for _, status := range everyStatus {
		w.set(t, `update request set status = $2 where id = $1`, w.A.Ear, string(status))
		if !slices.Contains(from, status) {
			w.refused(t, "CONFLICT ILLEGAL_TRANSITION", func() error { return wait(engine.WaitsForSlot, "") })
		} else if err := wait(engine.WaitsForSlot, cohort.ID); err != nil {
			t.Errorf("from %s: %v", status, err)
		}
	}
	w.set(t, `update request set status = 'OPEN' where id = $1`, w.A.Ear)
	// Needed until 30 April; the cohort ends on 30 June.
	if err := wait(engine.WaitsForCohort, cohort.ID); err != nil {
		t.Fatal(err)
	}
	equal(t, "the earliest date", get[string](t, w, `select earliest_date::text from request where id = $1`, w.A.Ear), "2027-07-28")
	tasks := func() int {
		return get[int](t, w, `select count(*) from task where request_id = $1 and done_at is null`, w.A.Ear)
	}
	equal(t, "the task about the deadline", tasks(), 1)
	must(w.TriageRequest(t.Context(), w.A.Coordinator, fresh(), w.A.Ear, engine.RequestOpen))(t)
	equal(t, "tasks when it waits no more", tasks(), 0)
	equal(t, "the date when it waits no more", get[bool](t, w, `select earliest_date is null from request where id = $1`, w.A.Ear), true)
}
