package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"expex/app"
	"expex/auth"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// relation gives the relation of Midden-Holland to its first expert, who has
// time on workdays from 13:00 to 20:00, but for 14 April.
func (w *world) relation(t *testing.T) engine.MatchID {
	t.Helper()
	w.set(t, `update match set expert_id = $1 where id = $2`, w.A.Experts[0], w.A.Match)
	return w.A.Match
}

// weekly is a plan of the relation, at 15:00 for an hour, all or nothing.
func (w *world) weekly(t *testing.T, first engine.Date, count int) app.PlanSessions {
	t.Helper()
	id := w.relation(t)
	return app.PlanSessions{MatchID: &id, Mode: engine.AllOrNothing,
		Plan: engine.SessionPlan{First: first, At: "15:00", Rhythm: &engine.Rhythm{Every: 1, Count: count}}}
}

func (w *world) plan(t *testing.T, in app.PlanSessions) app.Planned {
	t.Helper()
	return must(w.PlanSessions(t.Context(), w.A.Coordinator, fresh(), in))(t)
}

// move asks for a single session to begin at another local time.
func (w *world) move(id engine.SessionID, day engine.Date, at engine.WallTime) app.Reschedule {
	return app.Reschedule{SessionID: id, Start: storetest.Local(day, at), Scope: engine.ScopeThis, Mode: engine.AllOrNothing}
}

// verdicts are those of dates on a line each.
func verdicts(dates []engine.PlannedDate) []string {
	var out []string
	for _, d := range dates {
		words := []string{string(d.Date), string(d.Verdict)}
		for _, r := range d.Reasons {
			words = append(words, string(r.Code))
		}
		out = append(out, strings.Join(words, " "))
	}
	return out
}

// standing is how the sessions of a series stand, in local time, with what
// calendars count.
func (w *world) standing(t *testing.T, series *engine.SeriesID) string {
	t.Helper()
	return get[string](t, w, `select coalesce(string_agg(to_char(starts_at at time zone 'Europe/Amsterdam', 'MM-DD HH24:MI') || ' ' || status || ' ' || sequence, ', ' order by starts_at), '')
		from session where series_id = $1`, *series)
}

func TestAPlanBooksEveryDate(t *testing.T) {
	t.Parallel()
	w := start(t)
	in := w.weekly(t, "2027-04-13", 3)
	before := w.contents(t)
	preview := must(w.PreviewSessions(t.Context(), w.A.Coordinator, in))(t)
	if after := w.contents(t); !slices.Equal(before, after) {
		t.Errorf("a preview changed %s", changed(before, after))
	}
	got := w.plan(t, in)
	equal(t, "the dates", verdicts(got.Dates), []string{"2027-04-13 FITS", "2027-04-20 FITS", "2027-04-27 FITS"})
	equal(t, "the preview", verdicts(preview.Dates), verdicts(got.Dates))
	equal(t, "the series", w.standing(t, got.SeriesID), "04-13 15:00 CONFIRMED 0, 04-20 15:00 CONFIRMED 0, 04-27 15:00 CONFIRMED 0")
	equal(t, "her time", get[int](t, w, `select count(*) from booking b join session s on s.id = b.session_id
		where s.series_id = $1 and b.status = 'CONFIRMED' and upper(busy) = s.ends_at + interval '30 minutes' and one_to_one and double_reason is null`, *got.SeriesID), 3)
	equal(t, "who hears of it", get[string](t, w, `select string_agg(coalesce('expert ' || expert_id, 'account ' || account_id), ', ' order by expert_id) from notice where kind = 'SESSIONS_PLANNED'`),
		fmt.Sprintf("expert %s, account %s", w.A.Experts[0], w.A.LocationAsker.AccountID))
}

func TestOneFailingDateBooksNothingOrTheOthers(t *testing.T) {
	t.Parallel()
	w := start(t)
	in := w.weekly(t, "2027-04-07", 3) // the talk is on the first, she is away on the second
	want := []string{"2027-04-07 FAILS OVERLAP", "2027-04-14 FAILS NOT_AVAILABLE", "2027-04-21 FITS"}
	got := w.plan(t, in)
	equal(t, "the dates", verdicts(got.Dates), want)
	if got.Booked || get[int](t, w, `select count(*) from session where match_id is not null`) != 0 || get[int](t, w, `select count(*) from session_series where match_id is not null`) != 0 {
		t.Error("all or nothing planned something")
	}
	for i, first := range []string{"2027-04-07 16:00", "2027-04-13 15:00"} {
		if slots := got.Dates[i].Alternatives; len(slots) != 3 || slots[0].Start.In(store.Zone).Format("2006-01-02 15:04") != first {
			t.Errorf("instead of %s: %v, want three from %s on", got.Dates[i].Date, slots, first)
		}
	}
	in.Mode = engine.BestEffort
	got = w.plan(t, in)
	equal(t, "the dates", verdicts(got.Dates), want)
	equal(t, "the series", w.standing(t, got.SeriesID), "04-21 15:00 CONFIRMED 0")
}

func TestAGroupsSeriesIsDoneByTheTeamThatSaidYes(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.set(t, `insert into type_training (expert_id, type, trained_on) values ($1, 'POLICY_ADVICE', '2026-01-06')`, w.A.Experts[0])
	id := w.open(t, engine.Request{OrganisationID: w.A.Location, Type: engine.PolicyAdvice, Municipality: "GM0513", TeamSize: 1,
		Wishes: engine.Wishes{Options: []engine.Interval{slot("2027-04-22", "14:00", 240)}}})
	in := app.PlanSessions{RequestID: &id, Mode: engine.AllOrNothing, Plan: engine.SessionPlan{First: "2027-05-27", At: "16:00",
		Rhythm: &engine.Rhythm{Every: 1, Nth: engine.LastOfMonth, Weekday: engine.Thursday, Count: 3}}}
	w.refused(t, "CONFLICT ILLEGAL_TRANSITION", func() error { _, err := w.PlanSessions(t.Context(), w.A.Coordinator, fresh(), in); return err })
	w.booked(t, id, slot("2027-04-22", "14:00", 120), 0)
	got := w.plan(t, in)
	equal(t, "the series", w.standing(t, got.SeriesID), "05-27 16:00 CONFIRMED 0, 06-24 16:00 CONFIRMED 0, 07-29 16:00 CONFIRMED 0")
	equal(t, "who does it", get[int](t, w, `select count(*) from booking b join session s on s.id = b.session_id
		where s.series_id = $1 and b.expert_id = $2 and b.ends_at - b.starts_at = interval '2 hours'`, *got.SeriesID, w.A.Experts[0]), 3)
	equal(t, "the request", w.status(t, "request", id), "FILLED")
}

func TestAPlanKeepsToItsRelation(t *testing.T) {
	t.Parallel()
	w := start(t)
	in := w.weekly(t, "2027-04-13", 3)
	plan := func() error { _, err := w.PlanSessions(t.Context(), w.A.Coordinator, fresh(), in); return err }
	w.set(t, `update match set session_cap = 2`)
	w.refused(t, "INVALID plan.rhythm.count", plan)
	w.set(t, `update match set session_cap = null, planned_end = '2027-04-26'`)
	w.refused(t, "INVALID plan.rhythm.count", plan)
	for status, want := range map[string]string{"PAUSED": "CONFLICT ILLEGAL_TRANSITION", "CLOSED": "CONFLICT ILLEGAL_TRANSITION"} {
		w.set(t, `update match set status = $1, planned_end = '2027-06-01', closed_on = case when $1 = 'CLOSED' then date '2027-03-01' end`, status)
		w.refused(t, want, plan)
	}
	both := in
	both.RequestID = &w.A.Buddy
	for _, c := range []struct {
		want string
		in   app.PlanSessions
	}{
		{"INVALID plan.matchId", both},
		{"INVALID plan.matchId", app.PlanSessions{Plan: in.Plan}},
		{"INVALID plan.requestId", app.PlanSessions{RequestID: &w.A.Talk, Plan: in.Plan}},
		{"NOT_FOUND", app.PlanSessions{RequestID: &w.B.Talk, Plan: in.Plan}},
	} {
		w.refused(t, c.want, func() error { _, err := w.PlanSessions(t.Context(), w.A.Coordinator, fresh(), c.in); return err })
	}
	for _, who := range []auth.Viewer{w.B.Coordinator, w.A.LocationAsker, w.A.ExpertViewers[0]} {
		w.refused(t, "NOT_FOUND", func() error { _, err := w.PlanSessions(t.Context(), who, fresh(), in); return err })
	}
}

func TestAHeldSessionIsConfirmedOnceNothingIsInItsWay(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.set(t, `update conduct_certificate set valid_to = '2027-04-20' where expert_id = $1`, w.A.Experts[0])
	got := w.plan(t, w.weekly(t, "2027-04-13", 2))
	equal(t, "the dates", verdicts(got.Dates), []string{"2027-04-13 FITS", "2027-04-20 HELD CONDUCT_CERT_INVALID"})
	held := *got.Dates[1].SessionID
	const tasks = `select count(*) from task where kind = 'SESSION_BROKEN' and session_id = $1 and codes = '{CONDUCT_CERT_INVALID}' and done_at is null`
	equal(t, "tasks", get[int](t, w, tasks, held), 1)
	confirm := func() error {
		_, err := w.ConfirmSession(t.Context(), w.A.Coordinator, fresh(), held)
		return err
	}
	w.refused(t, "INFEASIBLE CONDUCT_CERT_INVALID", confirm)
	w.refused(t, "CONFLICT ILLEGAL_TRANSITION", func() error {
		_, err := w.ConfirmSession(t.Context(), w.A.Coordinator, fresh(), *got.Dates[0].SessionID)
		return err
	})
	w.set(t, `update conduct_certificate set valid_to = '2030-04-20' where expert_id = $1`, w.A.Experts[0])
	if err := confirm(); err != nil {
		t.Fatal(err)
	}
	equal(t, "the session", w.status(t, "session", held), "CONFIRMED")
	equal(t, "her time", get[string](t, w, `select status from booking where session_id = $1`, held), "CONFIRMED")
	equal(t, "tasks", get[int](t, w, tasks, held), 0)
}

func TestAWeeklySeriesMovesByAWeek(t *testing.T) {
	t.Parallel()
	w := start(t)
	got := w.plan(t, w.weekly(t, "2027-04-13", 3))
	uids := `select string_agg(uid::text, ',' order by starts_at) from session where series_id = $1`
	before := get[string](t, w, uids, *got.SeriesID)
	move := w.move(*got.Dates[0].SessionID, "2027-04-20", "15:00")
	move.Scope = engine.ScopeAll
	moved := must(w.RescheduleSession(t.Context(), w.A.Coordinator, fresh(), move))(t)
	equal(t, "moved", moved.Moved, true)
	equal(t, "the series", w.standing(t, got.SeriesID), "04-20 15:00 CONFIRMED 1, 04-27 15:00 CONFIRMED 1, 05-04 15:00 CONFIRMED 1")
	equal(t, "the events", get[string](t, w, uids, *got.SeriesID), before)
	equal(t, "her time", get[int](t, w, `select count(*) from booking b join session s on s.id = b.session_id
		where s.series_id = $1 and b.starts_at = s.starts_at and lower(busy) = s.starts_at and upper(busy) = s.ends_at + interval '30 minutes' and b.status = 'CONFIRMED'`, *got.SeriesID), 3)
	equal(t, "who hears of it", get[int](t, w, `select count(*) from notice where kind = 'SESSION_MOVED'`), 6)
	// Back, the second and those after it only, half an hour earlier: the day shifts too.
	move = w.move(*got.Dates[1].SessionID, "2027-04-26", "14:30")
	move.Scope = engine.ScopeFollowing
	must(w.RescheduleSession(t.Context(), w.A.Coordinator, fresh(), move))(t)
	equal(t, "the series", w.standing(t, got.SeriesID), "04-20 15:00 CONFIRMED 1, 04-26 14:30 CONFIRMED 2, 05-03 14:30 CONFIRMED 2")
}

func TestNothingIsHalfMoved(t *testing.T) {
	t.Parallel()
	w := start(t)
	got := w.plan(t, w.weekly(t, "2027-04-20", 3))
	move := w.move(*got.Dates[0].SessionID, "2027-04-13", "15:00")
	move.Scope = engine.ScopeAll
	w.set(t, `insert into blackout (expert_id, starts_at, ends_at) values ($1, '2027-04-27', '2027-04-28')`, w.A.Experts[0])
	moved := must(w.RescheduleSession(t.Context(), w.A.Coordinator, fresh(), move))(t)
	equal(t, "the dates", verdicts(moved.Dates), []string{"2027-04-13 FITS", "2027-04-20 FITS", "2027-04-27 FAILS NOT_AVAILABLE"})
	equal(t, "moved", moved.Moved, false)
	equal(t, "the series", w.standing(t, got.SeriesID), "04-20 15:00 CONFIRMED 0, 04-27 15:00 CONFIRMED 0, 05-04 15:00 CONFIRMED 0")
	move.Mode = engine.BestEffort
	must(w.RescheduleSession(t.Context(), w.A.Coordinator, fresh(), move))(t)
	equal(t, "the series", w.standing(t, got.SeriesID), "04-13 15:00 CONFIRMED 1, 04-20 15:00 CONFIRMED 1, 05-04 15:00 CONFIRMED 0")
}

func TestWhatHasBegunNeverMoves(t *testing.T) {
	t.Parallel()
	w := start(t)
	got := w.plan(t, w.weekly(t, "2027-04-13", 3))
	w.at(storetest.Local("2027-04-13", "15:00"))
	first := w.move(*got.Dates[0].SessionID, "2027-04-15", "15:00")
	w.refused(t, "CONFLICT ILLEGAL_TRANSITION", func() error {
		_, err := w.RescheduleSession(t.Context(), w.A.Coordinator, fresh(), first)
		return err
	})
	second := w.move(*got.Dates[1].SessionID, "2027-04-12", "15:00")
	w.refused(t, "INVALID start", func() error {
		_, err := w.RescheduleSession(t.Context(), w.A.Coordinator, fresh(), second)
		return err
	})
	all := w.move(*got.Dates[1].SessionID, "2027-04-21", "16:00")
	all.Scope = engine.ScopeAll
	must(w.RescheduleSession(t.Context(), w.A.Coordinator, fresh(), all))(t)
	equal(t, "the series", w.standing(t, got.SeriesID), "04-13 15:00 CONFIRMED 0, 04-21 16:00 CONFIRMED 1, 04-28 16:00 CONFIRMED 1")
}

func TestWhoMayMoveASession(t *testing.T) {
	t.Parallel()
	w := start(t)
	got := w.plan(t, w.weekly(t, "2027-04-13", 2))
	move := w.move(*got.Dates[0].SessionID, "2027-04-15", "15:00")
	call := func(who auth.Viewer, in app.Reschedule) func() error {
		return func() error { _, err := w.RescheduleSession(t.Context(), who, fresh(), in); return err }
	}
	all, doubled, talk := move, move, w.move(w.A.Session, "2027-04-15", "15:00")
	all.Scope, doubled.DoubleBookingReason = engine.ScopeAll, "Omdat"
	w.refused(t, "FORBIDDEN", call(w.A.LocationAsker, move))
	w.refused(t, "FORBIDDEN", call(w.A.ExpertViewers[0], all))
	w.refused(t, "FORBIDDEN", call(w.A.ExpertViewers[0], doubled))
	w.refused(t, "FORBIDDEN", call(w.A.ExpertViewers[0], talk)) // a talk is not hers alone
	w.refused(t, "NOT_FOUND", call(w.A.ExpertViewers[2], move))
	w.refused(t, "NOT_FOUND", call(w.B.Coordinator, move))
	if err := call(w.A.ExpertViewers[0], move)(); err != nil {
		t.Fatal(err)
	}
	equal(t, "the series", w.standing(t, got.SeriesID), "04-15 15:00 CONFIRMED 1, 04-20 15:00 CONFIRMED 0")
	equal(t, "whether the coordinator hears of it", get[int](t, w, `select count(*) from notice where kind = 'SESSION_MOVED' and account_id = $1`, w.A.Coordinator.AccountID), 1)
}

func TestTimeIsGivenTwiceWithAReasonOnly(t *testing.T) {
	t.Parallel()
	w := start(t)
	in := w.weekly(t, "2027-04-07", 1) // at the time of the talk
	in.Plan.Rhythm = nil
	equal(t, "without a reason", w.plan(t, in).Booked, false)
	in.DoubleBookingReason = "Zij sluit later aan"
	got := w.plan(t, in)
	equal(t, "with one", verdicts(got.Dates), []string{"2027-04-07 FITS"})
	id := *got.Dates[0].SessionID
	reason := `select coalesce(max(double_reason), '') from booking where session_id = $1`
	equal(t, "the reason", get[string](t, w, reason, id), "Zij sluit later aan")
	equal(t, "of the other", get[string](t, w, reason, w.A.Session), "")
	// The next plain one is refused, also over the doubled one alone.
	in.DoubleBookingReason = ""
	w.set(t, `update session set status = 'HELD' where id = $1`, w.A.Session) // the other one is no worse for it
	if _, err := w.ConfirmSession(t.Context(), w.A.Coordinator, fresh(), w.A.Session); err != nil {
		t.Errorf("the session beneath: %v", err)
	}
	must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), w.A.Session, nil))(t)
	equal(t, "once the other has gone", get[string](t, w, reason, id), "Zij sluit later aan")
	equal(t, "over it", w.plan(t, in).Booked, false)
	// To a free time it needs none.
	must(w.RescheduleSession(t.Context(), w.A.Coordinator, fresh(), w.move(id, "2027-04-08", "15:00")))(t)
	equal(t, "after it has moved", get[string](t, w, reason, id), "")
}

func TestACancellationReachesAsFarAsItIsAsked(t *testing.T) {
	t.Parallel()
	w := start(t)
	got := w.plan(t, w.weekly(t, "2027-04-13", 4))
	cancel := func(i int, scope engine.SeriesScope) ([]engine.Session, error) {
		return w.CancelSessions(t.Context(), w.A.Coordinator, fresh(), *got.Dates[i].SessionID, nil, scope)
	}
	must(cancel(1, engine.ScopeThis))(t)
	equal(t, "one", len(must(cancel(2, engine.ScopeFollowing))(t)), 2)
	const off = "CANCELLED_BY_COORDINATOR"
	equal(t, "the series", w.standing(t, got.SeriesID), "04-13 15:00 CONFIRMED 0, 04-20 15:00 "+off+" 1, 04-27 15:00 "+off+" 1, 05-04 15:00 "+off+" 1")
	equal(t, "her time", get[int](t, w, `select count(*) from booking b join session s on s.id = b.session_id where s.series_id = $1 and b.status = 'RELEASED'`, *got.SeriesID), 3)
	equal(t, "who hears of it", get[int](t, w, `select count(*) from notice where kind = 'SESSION_CANCELLED'`), 6)
	w.refused(t, "INVALID scope", func() error {
		_, err := w.CancelSessions(t.Context(), w.A.Coordinator, fresh(), w.A.Session, nil, engine.ScopeAll)
		return err
	})
}

// Whatever is planned, moved and cancelled: no overlap without a reason, the same
// events for ever, and sequences that never fall.
func TestAnyPlanningKeepsTheLawOfTheHouse(t *testing.T) {
	t.Parallel()
	w := start(t)
	in := w.weekly(t, "2027-04-13", 1)
	w.set(t, `update pool_policy set one_to_one_per_day = 9, sessions_per_day = 9, sessions_per_week = 9, contact_minutes_week = 9000`)
	type event struct {
		uid      string
		sequence int
	}
	seen := map[engine.SessionID]event{}
	law := func(t *rapid.T) {
		rows, err := w.db.Query(`select id, uid, sequence from session`)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var id engine.SessionID
			var now event
			if err := rows.Scan(&id, &now.uid, &now.sequence); err != nil {
				t.Fatal(err)
			}
			if was, known := seen[id]; known && (was.uid != now.uid || now.sequence < was.sequence) {
				t.Fatalf("%s was %v and is %v", id, was, now)
			}
			seen[id] = now
		}
		var overlaps, astray int
		if err := w.db.QueryRow(`select
			(select count(*) from booking a join booking b on a.expert_id = b.expert_id and a.session_id < b.session_id and a.busy && b.busy
			    and a.status in ('HELD', 'CONFIRMED') and b.status in ('HELD', 'CONFIRMED')
			    where a.double_reason is null and b.double_reason is null),
			(select count(*) from booking b join session s on s.id = b.session_id where b.starts_at <> s.starts_at or b.ends_at <> s.ends_at
			    or (b.status = 'RELEASED') <> (s.status like 'CANCELLED%'))`).Scan(&overlaps, &astray); err != nil {
			t.Fatal(err)
		}
		if overlaps > 0 || astray > 0 {
			t.Fatalf("%d overlaps without a reason, %d bookings astray", overlaps, astray)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		w.set(t, `delete from notice; delete from task; delete from booking b using session s where s.id = b.session_id and s.match_id is not null;
			delete from session where match_id is not null; delete from session_series where match_id is not null`)
		clear(seen)
		var ids []engine.SessionID
		day := func() engine.Date {
			return engine.Date("2027-04-12").AddDays(rapid.IntRange(0, 11).Draw(rt, "day"))
		}
		hour := func() engine.WallTime {
			return rapid.SampledFrom([]engine.WallTime{"13:00", "14:00", "15:30"}).Draw(rt, "hour")
		}
		mode := func() engine.PlanMode {
			return rapid.SampledFrom([]engine.PlanMode{engine.AllOrNothing, engine.BestEffort}).Draw(rt, "mode")
		}
		scope := func() engine.SeriesScope {
			return rapid.SampledFrom([]engine.SeriesScope{engine.ScopeThis, engine.ScopeFollowing, engine.ScopeAll}).Draw(rt, "scope")
		}
		reason := func() string { return rapid.SampledFrom([]string{"", "", "Omdat"}).Draw(rt, "reason") }
		for range rapid.IntRange(2, 5).Draw(rt, "steps") {
			var err error
			if kind := rapid.IntRange(0, 3).Draw(rt, "kind"); kind < 2 && len(ids) < 8 || len(ids) == 0 {
				in.Plan.First, in.Plan.At, in.Mode, in.DoubleBookingReason = day(), hour(), mode(), reason()
				in.Plan.Rhythm = &engine.Rhythm{Every: 1, Count: rapid.IntRange(1, 3).Draw(rt, "count")}
				var planned app.Planned
				planned, err = w.PlanSessions(t.Context(), w.A.Coordinator, fresh(), in)
				for _, d := range planned.Dates {
					if d.SessionID != nil {
						ids = append(ids, *d.SessionID)
					}
				}
			} else if id := rapid.SampledFrom(ids).Draw(rt, "session"); kind < 3 {
				move := w.move(id, day(), hour())
				move.Scope, move.Mode, move.DoubleBookingReason = scope(), mode(), reason()
				_, err = w.RescheduleSession(t.Context(), w.A.Coordinator, fresh(), move)
			} else {
				_, err = w.CancelSessions(t.Context(), w.A.Coordinator, fresh(), id, nil, scope())
			}
			if answer := class(err); !slices.Contains([]string{"", "CONFLICT ILLEGAL_TRANSITION", "INVALID start"}, answer) {
				rt.Fatalf("%s: %v", answer, err)
			}
			law(rt)
		}
	})
}

// Another team held later dates, and was let go.
func TestAPlanIsForTheTeamThatIsCertain(t *testing.T) {
	t.Parallel()
	w := queue(t)
	id, dates := w.cafe(t), wednesdays(3, false)
	lost := w.offerDates(t, id, dates[1:], 1, 2)
	must(w.accept(t.Context(), 1, lost[0]))(t)
	w.decline(t, 2, lost[1])
	for i, offer := range w.offer(t, id, dates[0], 0, 2) {
		must(w.accept(t.Context(), []int{0, 2}[i], offer))(t)
	}
	equal(t, "the sessions", w.stand(t, id), "CONFIRMED,RELEASED,RELEASED")
	got := w.plan(t, app.PlanSessions{RequestID: &id, Mode: engine.AllOrNothing,
		Plan: engine.SessionPlan{First: engine.DateOf(dates[1].Start, store.Zone), At: "14:00", Minutes: 120, Rhythm: &engine.Rhythm{Every: 1, Count: 2}}})
	equal(t, "how often each does it", get[string](t, w, `select string_agg(expert_id || ' ' || n, ', ' order by expert_id) from (
		select expert_id, count(*) as n from booking b join session s on s.id = b.session_id where s.series_id = $1 group by expert_id) x`, *got.SeriesID),
		string(w.A.Experts[0])+" 2, "+string(w.A.Experts[2])+" 2")
}
