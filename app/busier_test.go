package app_test

import (
	"testing"
	"time"

	"expex/app"
	"expex/engine"
	"expex/store/storetest"
)

// Whatever takes an expert's time takes back the questions she could not say yes
// to any more, before the night would, and whoever is next in reserve is asked.
func TestWhatTakesHerTimeTakesBackWhatSheIsAskedForThen(t *testing.T) {
	t.Parallel()
	thursday, friday := slot("2027-04-22", "15:00", 60), slot("2027-04-23", "15:00", 90)
	ear := func(w *world, t *testing.T, at engine.Interval, expert int) engine.OfferID {
		r := w.ear()
		r.Wishes.Options = []engine.Interval{at}
		return w.offer(t, w.open(t, r), at, expert)[0]
	}
	relation := func(w *world, t *testing.T) engine.Session {
		r := w.ear()
		r.Type, r.Wishes = engine.Buddy, engine.Wishes{Options: []engine.Interval{slot("2027-04-15", "15:00", 60)}, EveryWeeks: 1, Occurrences: 4}
		return w.booked(t, w.open(t, r), r.Wishes.Options[0], 2)
	}
	for name, c := range map[string]struct {
		// happen asks her something and takes her time; it gives the offer.
		happen func(*world, *testing.T) engine.OfferID
		want   string
	}{
		"a yes to something else": {func(w *world, t *testing.T) engine.OfferID {
			open, other := ear(w, t, thursday, 2), ear(w, t, thursday, 2)
			must(w.accept(t.Context(), 2, other))(t)
			return open
		}, "WITHDRAWN"},
		"a yes to something on another day": {func(w *world, t *testing.T) engine.OfferID {
			open, other := ear(w, t, thursday, 2), ear(w, t, slot("2027-04-20", "15:00", 60), 2)
			must(w.accept(t.Context(), 2, other))(t)
			return open
		}, "SENT"},
		"a yes in another pool": {func(w *world, t *testing.T) engine.OfferID {
			w.set(t, `insert into pool_member (pool_id, expert_id, valid_from) values ($1, $2, '2026-01-01')`, w.B.Pool, w.A.Experts[2])
			w.set(t, `update offer set expert_id = $2 where id = $1`, w.B.Offer, w.A.Experts[2])
			must(w.accept(t.Context(), 2, ear(w, t, slot("2027-04-08", "14:00", 60), 2)))(t)
			return w.B.Offer
		}, "WITHDRAWN"},
		"a meeting that is planned": {func(w *world, t *testing.T) engine.OfferID {
			match, open := relation(w, t).MatchID, ear(w, t, thursday, 2)
			must(w.PlanSessions(t.Context(), w.A.Coordinator, fresh(), app.PlanSessions{MatchID: match, Mode: engine.AllOrNothing,
				Plan: engine.SessionPlan{First: "2027-04-22", At: "15:00", Minutes: 60}}))(t)
			return open
		}, "WITHDRAWN"},
		"meetings that fill her week": {func(w *world, t *testing.T) engine.OfferID {
			w.set(t, `update expert_record set cap_sessions_per_week = 1 where expert_id = $1`, w.A.Experts[2])
			match, open := relation(w, t).MatchID, ear(w, t, thursday, 2)
			must(w.PlanSessions(t.Context(), w.A.Coordinator, fresh(), app.PlanSessions{MatchID: match, Mode: engine.AllOrNothing,
				Plan: engine.SessionPlan{First: "2027-04-20", At: "15:00", Minutes: 60}}))(t)
			return open
		}, "WITHDRAWN"},
		"a meeting that is moved": {func(w *world, t *testing.T) engine.OfferID {
			session, open := relation(w, t), ear(w, t, thursday, 2)
			must(w.RescheduleSession(t.Context(), w.A.Coordinator, fresh(), app.Reschedule{SessionID: session.ID, Start: thursday.Start,
				Scope: engine.ScopeThis, Mode: engine.AllOrNothing}))(t)
			return open
		}, "WITHDRAWN"},
		"a seat": {func(w *world, t *testing.T) engine.OfferID {
			var talk engine.Session
			for i, offer := range w.offer(t, w.open(t, w.talk()), friday, 0, 1) {
				talk = must(w.accept(t.Context(), i, offer))(t).Session
			}
			open := ear(w, t, slot("2027-04-23", "15:00", 60), 2)
			must(w.OpenSeats(t.Context(), w.A.Coordinator, fresh(), talk.ID, 1))(t)
			must(w.TakeSeat(t.Context(), w.A.ExpertViewers[2], fresh(), talk.ID))(t)
			return open
		}, "WITHDRAWN"},
		"a talk she joins": {func(w *world, t *testing.T) engine.OfferID {
			w.partnerFellOut(t)
			begins := get[time.Time](t, w, `select starts_at from session where id = $1`, w.A.Session)
			open, seat := ear(w, t, engine.Interval{Start: begins.UTC(), End: begins.UTC().Add(time.Hour)}, 2), w.askedToJoin(t, 2)[0]
			must(w.accept(t.Context(), 2, seat))(t)
			return open
		}, "WITHDRAWN"},
		"a relation that becomes another": {func(w *world, t *testing.T) engine.OfferID {
			w.set(t, `with free as (delete from dual_role) update match set type = 'HOPE_GIVER' where id = $1`, w.A.Match)
			open := ear(w, t, slot("2027-04-15", "14:00", 60), 5)
			must(w.ConvertMatch(t.Context(), w.A.Coordinator, fresh(), w.buddyFromNow()))(t)
			return open
		}, "WITHDRAWN"},
		"a relation that has ended, after which she rests": {func(w *world, t *testing.T) engine.OfferID {
			w.set(t, `delete from dual_role`)
			w.set(t, `update pool_policy set active_relations_early = 2`)
			r, at := w.ear(), slot("2027-04-05", "15:00", 60)
			r.Type, r.Wishes = engine.Buddy, engine.Wishes{Options: []engine.Interval{at}, EveryWeeks: 1, Occurrences: 4}
			open := w.offer(t, w.open(t, r), at, 5)[0]
			must(w.AnnounceClosure(t.Context(), w.A.Coordinator, fresh(), w.A.Match, "Het doel is bereikt"))(t)
			must(w.CloseMatch(t.Context(), w.A.Coordinator, fresh(), app.CloseMatch{MatchID: w.A.Match, Reason: engine.MatchGoalReached}))(t)
			return open
		}, "WITHDRAWN"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.due(t, storetest.Now) // the night before
			open := c.happen(w, t)
			w.due(t, storetest.Now.Add(time.Minute))
			equal(t, "the open offer", w.status(t, "offer", open), c.want)
			equal(t, "she is told so, once", get[bool](t, w, `select exists (select from notice where effect = 'OFFER_WITHDRAWN ' || $1)`, open), c.want == "WITHDRAWN")
			w.night(t)
			equal(t, "after the night", w.status(t, "offer", open), c.want)
		})
	}
}

// Who says yes on an old page to what was taken back since her time was taken
// hears the same as who was a moment quicker than that: the clash, and what else
// would do. Otherwise the loser of a race heard of it or not by how fast due work is.
func TestAYesToWhatWasTakenBackForItsTimeIsAClashOfTime(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		happen func(w *world, t *testing.T, about engine.RequestID, open engine.OfferID)
		want   string
	}{
		"she said yes to another": {func(w *world, t *testing.T, _ engine.RequestID, _ engine.OfferID) {
			must(w.accept(t.Context(), 0, w.offer(t, w.open(t, w.ear()), slot("2027-04-22", "15:15", 60), 0)[0]))(t)
			w.due(t, storetest.Now.Add(time.Minute))
		}, "CONFLICT SLOT_CONFLICT"},
		"somebody else was found meanwhile": {func(w *world, t *testing.T, about engine.RequestID, _ engine.OfferID) {
			must(w.accept(t.Context(), 0, w.offer(t, w.open(t, w.ear()), thursday, 0)[0]))(t)
			w.due(t, storetest.Now.Add(time.Minute))
			must(w.accept(t.Context(), 1, w.offer(t, about, thursday, 1)[0]))(t)
		}, "CONFLICT REQUEST_FILLED"},
		"the request was withdrawn": {func(w *world, t *testing.T, about engine.RequestID, _ engine.OfferID) {
			must(w.accept(t.Context(), 0, w.offer(t, w.open(t, w.ear()), thursday, 0)[0]))(t)
			must(w.WithdrawRequest(t.Context(), w.A.LocationAsker, fresh(), about))(t)
		}, "CONFLICT ILLEGAL_TRANSITION"},
		"it was taken back for another reason": {func(w *world, t *testing.T, _ engine.RequestID, _ engine.OfferID) {
			must(w.PauseExpert(t.Context(), w.A.Coordinator, fresh(), w.A.Experts[0], nil))(t)
		}, "CONFLICT ILLEGAL_TRANSITION"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.set(t, `update pool_policy set one_to_one_per_day = 9`)
			about := w.open(t, w.ear())
			open := w.offer(t, about, thursday, 0)[0]
			c.happen(w, t, about, open)
			equal(t, "the offer", w.status(t, "offer", open), "WITHDRAWN")
			refusal := w.refused(t, c.want, func() error {
				_, err := w.accept(t.Context(), 0, open)
				return err
			})
			told := refusal.Alternatives
			equal(t, "it names what else would do", len(told) > 0, c.want == "CONFLICT SLOT_CONFLICT")
			for _, other := range told {
				if other.Start.Before(slot("2027-04-22", "15:15", 60).End.Add(30*time.Minute)) && thursday.Start.Before(other.End.Add(30*time.Minute)) {
					t.Errorf("%v would do, though she has no time then", other)
				}
			}
		})
	}
}

// Whoever comes too late for a slot hears so at once, also while others hold what
// a yes would have to wait for.
func TestWhoComesTooLateWaitsForNobody(t *testing.T) {
	t.Parallel()
	w := start(t)
	late := w.open(t, w.ear())
	offer := w.offer(t, late, slot("2027-04-22", "15:30", 60), 0)[0]
	must(w.accept(t.Context(), 0, w.offer(t, w.open(t, w.ear()), thursday, 0)[0]))(t)
	tx, err := w.db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	for hold, of := range map[string]any{holdRequest: late, holdExpert: w.A.Experts[0]} {
		if _, err := tx.Exec(hold, of); err != nil {
			t.Fatal(err)
		}
	}
	w.refused(t, "CONFLICT SLOT_CONFLICT", func() error {
		_, err := w.accept(t.Context(), 0, offer)
		return err
	})
}
