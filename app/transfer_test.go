package app_test

import (
	"testing"
	"time"

	"expex/app"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// moves has an expert of Midden-Holland agree to move to Flevoland on a day.
func (w *world) moves(t *testing.T, expert int, on engine.Date) {
	t.Helper()
	must(w.TransferExpert(t.Context(), w.A.Coordinator, fresh(), engine.Transfer{
		ExpertID: w.A.Experts[expert], ToPool: w.B.Pool, TakesEffect: on, Postcode4: w.B.Postcode4}))(t)
	must(w.AcceptTransfer(t.Context(), w.A.ExpertViewers[expert], fresh(), w.B.Pool))(t)
}

// What the night would find broken is not begun by day.
func TestNobodyIsAskedForADayAfterSheHasLeft(t *testing.T) {
	t.Parallel()
	for on, want := range map[engine.Date]string{
		"2027-04-21": "INFEASIBLE NOT_DEPLOYABLE,TRAVEL_LIMIT", "2027-04-22": "INFEASIBLE NOT_DEPLOYABLE,TRAVEL_LIMIT", "2027-04-23": "",
	} {
		w := start(t)
		w.moves(t, 0, on)
		at := slot("2027-04-22", "14:00", 60)
		request := w.open(t, w.ear())
		_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(request, at, 0))
		equal(t, "asked by "+string(on), class(err), want)
	}
}

func TestNobodySaysYesToADayAfterSheHasLeft(t *testing.T) {
	t.Parallel()
	w := start(t)
	asked := w.offer(t, w.open(t, w.ear()), slot("2027-04-22", "14:00", 60), 0)[0]
	w.moves(t, 0, "2027-04-22")
	equal(t, "the offer", w.status(t, "offer", asked), "WITHDRAWN")
}

// While a relation of hers goes on she stays in the pool, and comes from her new home.
func TestWhoMovesAndStaysComesFromHerNewHome(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.set(t, `update match set expert_id = $1 where id = $2`, w.A.Experts[0], w.A.Match)
	w.moves(t, 0, "2027-04-22")
	request := w.open(t, w.ear())
	in, err := w.Store.As(w.A.Coordinator).MatchInput(t.Context(), request, w.A.Experts[0])
	if err != nil {
		t.Fatal(err)
	}
	if c := in.Candidates[0]; c.Gone != "" || c.Moves != "2027-04-22" || c.NewHome.Municipality != w.B.Municipality {
		t.Errorf("she is in the pool until %q and moves on %q to %s", c.Gone, c.Moves, c.NewHome.Municipality)
	}
	_, err = w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(request, slot("2027-04-22", "14:00", 60), 0))
	equal(t, "asked for the day of the move", class(err), "INFEASIBLE TRAVEL_LIMIT")
}

// The relation that kept her in the pool may close before the day of the move or
// after it: what she has planned for afterwards has nobody then, and somebody hears
// so before the night.
func TestWhatSheHasPlannedIsJudgedWhenNothingKeepsHerInThePool(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		moves  engine.Date
		closes time.Time
	}{
		"before she moves": {"2027-04-20", storetest.Now},
		"after it":         {"2027-03-28", storetest.Now.AddDate(0, 0, 5)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.set(t, `update match set expert_id = $1 where id = $2`, w.A.Experts[0], w.A.Match)
			w.set(t, `update expert_record set max_travel_minutes = 600`)
			session := w.booked(t, w.open(t, w.ear()), slot("2027-04-22", "14:00", 60), 0)
			w.moves(t, 0, c.moves)
			for day := storetest.Now; day.Before(c.closes); day = day.AddDate(0, 0, 1) {
				w.at(day)
				w.night(t)
			}
			w.at(c.closes)
			w.due(t, c.closes)
			toReplace := func() bool {
				return get[bool](t, w, `select exists (select from task where session_id = $1 and kind = 'REPLACE_EXPERT' and done_at is null)`, session.ID)
			}
			equal(t, "while the relation runs", toReplace(), false)
			must(w.AnnounceClosure(t.Context(), w.A.Coordinator, fresh(), w.A.Match, "Het doel is bereikt"))(t)
			must(w.CloseMatch(t.Context(), w.A.Coordinator, fresh(), app.CloseMatch{MatchID: w.A.Match, Reason: engine.MatchGoalReached}))(t)
			w.due(t, c.closes)
			equal(t, "when it has closed", toReplace(), true)
			w.night(t)
			equal(t, "after the night", toReplace(), true)
		})
	}
}

// A meeting that is held and that nobody confirms does not take place: somebody
// has to be told that it can be.
func TestAMeetingThatBreaksNoRuleAnyMoreIsToBeConfirmed(t *testing.T) {
	t.Parallel()
	w := start(t)
	certificate := func(to engine.Date) {
		must(w.RecordConductCertificate(t.Context(), w.A.Coordinator, fresh(), store.Certificate{ExpertID: w.A.Experts[0], IssuedOn: "2026-01-05", ValidTo: to}))(t)
	}
	session := w.booked(t, w.open(t, w.ear()), slot("2027-04-22", "14:00", 60), 0)
	certificate("2027-04-20")
	w.set(t, `update session set status = 'HELD' where id = $1`, session.ID)
	w.set(t, `update booking set status = 'HELD' where session_id = $1`, session.ID)
	tasks := func() string {
		return get[string](t, w, `select coalesce(string_agg(kind, ',' order by kind), '') from task where session_id = $1 and done_at is null
			and kind in ('SESSION_BROKEN', 'CONFIRM_SESSION')`, session.ID)
	}
	equal(t, "without a certificate", tasks(), "SESSION_BROKEN")
	certificate("2029-01-05")
	equal(t, "with one", tasks(), "CONFIRM_SESSION")
	w.night(t)
	equal(t, "after the night", tasks(), "CONFIRM_SESSION")
	must(w.ConfirmSession(t.Context(), w.A.Coordinator, fresh(), session.ID))(t)
	equal(t, "once it is confirmed", tasks(), "")
}
