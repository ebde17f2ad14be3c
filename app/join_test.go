package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"expex/app"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// partnerFellOut is the talk of the fixture after the second of the pair stepped
// out: HELD for the first, who has the practice.
func (w *world) partnerFellOut(t *testing.T) {
	t.Helper()
	if w.status(t, "session", w.A.Session) == "CONFIRMED" {
		must(w.CancelSession(t.Context(), w.A.ExpertViewers[1], fresh(), w.A.Session, nil))(t)
	}
}

// join asks experts of Midden-Holland, by their number, for the seat in the talk.
func (w *world) join(experts ...int) app.AskToJoin {
	in := app.AskToJoin{SessionID: w.A.Session, OverrideReason: "Zij kent de buurt"}
	for _, n := range experts {
		in.Asks = append(in.Asks, app.JoinAsk{ExpertID: w.A.Experts[n]})
	}
	return in
}

// askedToJoin asks experts for the seat in the talk, and gives their offers by number.
func (w *world) askedToJoin(t *testing.T, experts ...int) []engine.OfferID {
	t.Helper()
	offers := must(w.AskToJoin(t.Context(), w.A.Coordinator, fresh(), w.join(experts...)))(t)
	out := make([]engine.OfferID, len(experts))
	for i, n := range experts {
		for _, o := range offers {
			if o.ExpertID == w.A.Experts[n] {
				out[i] = o.ID
			}
		}
	}
	return out
}

func TestSomebodyStepsOutAndAnotherStepsIn(t *testing.T) {
	t.Parallel()
	w := start(t)
	uid := get[string](t, w, `select uid from session where id = $1`, w.A.Session)
	w.partnerFellOut(t)
	equal(t, "the session", w.status(t, "session", w.A.Session), "HELD")
	equal(t, "the request", w.status(t, "request", w.A.Talk), "PARTLY_FILLED")
	equal(t, "their time", get[string](t, w, `select string_agg(status || ' ' || coalesce(left_at::date::text, 'stays'), ', ' order by expert_id) from booking where session_id = $1`, w.A.Session),
		"HELD stays, RELEASED "+storetest.Now.Format(time.DateOnly))
	equal(t, "what there is to do", get[string](t, w, `select string_agg(kind, ',' order by kind) from task where session_id = $1 and done_at is null`, w.A.Session), "DECIDE_SESSION,REPLACE_EXPERT")
	equal(t, "who hears of it", get[int](t, w, `select count(*) from notice where kind = 'EXPERT_OUT' and session_id = $1`, w.A.Session), 3) // coordinator, asker, partner

	offer := w.askedToJoin(t, 2)[0]
	got := must(w.accept(t.Context(), 2, offer))(t)
	equal(t, "the session she joined", got.Session.ID, w.A.Session)
	equal(t, "it is", got.Session.Status, engine.SessionConfirmed)
	equal(t, "its UID", get[string](t, w, `select uid from session where id = $1`, w.A.Session), uid)
	equal(t, "the request in the end", w.status(t, "request", w.A.Talk), "FILLED")
	equal(t, "their time in the end", get[string](t, w, `select string_agg(status, ',' order by expert_id) from booking where session_id = $1`, w.A.Session), "CONFIRMED,RELEASED,CONFIRMED")
	equal(t, "what is left to do", get[int](t, w, `select count(*) from task where session_id = $1 and done_at is null and kind <> 'RECORD_OUTCOME'`, w.A.Session), 0)
	equal(t, "what is queued", get[int](t, w, `select count(*) from due_work where about = $1 and kind = 'DECIDE_SESSION'`, w.A.Session), 0)
}

func TestWhoSteppedOutHasNoPartInItAnyMore(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.partnerFellOut(t)
	w.refused(t, "CONFLICT ILLEGAL_TRANSITION", func() error {
		_, err := w.CancelSession(t.Context(), w.A.ExpertViewers[1], fresh(), w.A.Session, nil)
		return err
	})
	w.refused(t, "INVALID asks.expertId", func() error {
		_, err := w.AskToJoin(t.Context(), w.A.Coordinator, fresh(), w.join(1))
		return err
	})
}

func TestEachCalendarShowsWhatTheSessionIsForHer(t *testing.T) {
	t.Parallel()
	w := start(t)
	before := must(storetest.OpenFeed(t.Context(), w.Store, storetest.FeedSecret(w.A).Hash()))(t)
	shown := func(uid string) store.FeedEvent {
		c := must(storetest.OpenFeed(t.Context(), w.Store, storetest.FeedSecret(w.A).Hash()))(t)
		i := slices.IndexFunc(c.Events, func(e store.FeedEvent) bool { return e.UID == uid })
		return c.Events[i]
	}
	i := slices.IndexFunc(before.Events, func(e store.FeedEvent) bool { return e.UID == string(w.A.Session) })
	was := before.Events[i]
	w.partnerFellOut(t) // the feed is that of the one who stays
	stays := shown(was.UID)
	if stays.Status != "TENTATIVE" || stays.Sequence != was.Sequence+1 || !stays.Changed.After(was.Changed) {
		t.Errorf("for who stays it is %+v, was %+v", stays, was)
	}
	must(w.accept(t.Context(), 2, w.askedToJoin(t, 2)[0]))(t)
	if again := shown(was.UID); again.Status != "CONFIRMED" || again.Sequence != was.Sequence+2 {
		t.Errorf("with the new partner it is %+v", again)
	}
	must(w.CancelSession(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Session, nil))(t)
	if out := shown(was.UID); out.Status != "CANCELLED" || out.Sequence != was.Sequence+3 {
		t.Errorf("for who steps out it is %+v", out)
	}
}

// She leaves a session that was not certain either, so nothing else of it changes.
func TestACalendarHearsOfSteppingOutOfAHeldSession(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.set(t, `update session set status = 'HELD' where id = $1`, w.A.Session)
	w.set(t, `update booking set status = 'HELD' where session_id = $1`, w.A.Session)
	before := get[int](t, w, `select sequence from session where id = $1`, w.A.Session)
	must(w.CancelSession(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Session, nil))(t)
	equal(t, "the sequence", get[int](t, w, `select sequence from session where id = $1`, w.A.Session), before+1)
}

func TestTwoWhoAreAskedSayYesAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.partnerFellOut(t)
	offers := w.askedToJoin(t, 2, 3)
	answers := w.atOnce(t, nothing, holdRequest, w.A.Talk,
		func() error { _, err := w.accept(t.Context(), 2, offers[0]); return err },
		func() error { _, err := w.accept(t.Context(), 3, offers[1]); return err })
	equal(t, "the answers", answers, []string{"", "CONFLICT REQUEST_FILLED"})
	equal(t, "who is in the team", get[int](t, w, `select count(*) from booking where session_id = $1 and status = 'CONFIRMED'`, w.A.Session), 2)
	equal(t, "how the offers ended", get[string](t, w, `select string_agg(status, ',' order by status) from offer where id in ($1, $2)`, offers[0], offers[1]), "ACCEPTED,WITHDRAWN")
	equal(t, "the session", w.status(t, "session", w.A.Session), "CONFIRMED")
}

func TestNoMoreThanTwoAreAskedAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.refused(t, "CONFLICT ILLEGAL_TRANSITION", func() error { // nobody is missing
		_, err := w.AskToJoin(t.Context(), w.A.Coordinator, fresh(), w.join(2))
		return err
	})
	w.partnerFellOut(t)
	w.askedToJoin(t, 2, 3)
	w.refused(t, "CONFLICT OFFER_OPEN", func() error {
		_, err := w.AskToJoin(t.Context(), w.A.Coordinator, fresh(), w.join(4))
		return err
	})
	w.refused(t, "INVALID asks", func() error {
		_, err := w.AskToJoin(t.Context(), w.A.Coordinator, fresh(), w.join(2, 3, 4))
		return err
	})
	w.refused(t, "INVALID asks", func() error {
		_, err := w.AskToJoin(t.Context(), w.A.Coordinator, fresh(), w.join(2, 2))
		return err
	})
	w.refused(t, "INVALID asks.basis", func() error {
		_, err := w.AskToJoin(t.Context(), w.A.Coordinator, fresh(), app.AskToJoin{SessionID: w.A.Session, Asks: []app.JoinAsk{{ExpertID: w.A.Experts[2]}}})
		return err
	})
}

func TestWhoHardRulesForbidIsNotAskedToJoin(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.partnerFellOut(t)
	ask := func(n int) func() error {
		return func() error {
			_, err := w.AskToJoin(t.Context(), w.A.Coordinator, fresh(), w.join(n))
			return err
		}
	}
	w.refused(t, "INFEASIBLE OTHER", ask(5)) // she works for the house
	w.set(t, `insert into expert_exclusion (expert_id, other_id) values ($1, $2)`, w.A.Experts[0], w.A.Experts[2])
	w.refused(t, "INFEASIBLE OTHER", ask(2)) // not with who stays
	w.at(storetest.Local("2027-04-07", "13:55"))
	w.refused(t, "INFEASIBLE CANNOT_ARRIVE", ask(3))
}

func TestSteppingOutOfAllSeatsLeavesASessionThatWaits(t *testing.T) {
	t.Parallel()
	w := start(t)
	id := w.open(t, w.ear())
	s := w.booked(t, id, thursday, 0)
	must(w.CancelSession(t.Context(), w.A.ExpertViewers[0], fresh(), s.ID, nil))(t)
	equal(t, "the session", w.status(t, "session", s.ID), "HELD")
	equal(t, "the request", w.status(t, "request", id), "OPEN")
	in := w.join(2)
	in.SessionID = s.ID
	offer := must(w.AskToJoin(t.Context(), w.A.Coordinator, fresh(), in))(t)[0]
	equal(t, "the request that is asked for", w.status(t, "request", id), "OFFERED")
	got := must(w.accept(t.Context(), 2, offer.ID))(t)
	equal(t, "the session in the end", got.Session.Status, engine.SessionConfirmed)
	equal(t, "the request in the end", w.status(t, "request", id), "FILLED")
}

func TestWhoIsAskedFollowsWhatWasShown(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.partnerFellOut(t)
	shown := must(w.JoinSuggestions(t.Context(), w.A.Coordinator, w.A.Session))(t)
	ask := func(n int, reason string) app.AskToJoin {
		i := slices.IndexFunc(shown.Ranking.Substitutes, func(s engine.Substitute) bool { return s.Expert == w.A.Experts[n] })
		return app.AskToJoin{SessionID: w.A.Session, OverrideReason: reason,
			Asks: []app.JoinAsk{{ExpertID: w.A.Experts[n], Basis: shown.Basis(shown.Ranking.Substitutes[i])}}}
	}
	override := func(o engine.Offer) bool {
		return get[bool](t, w, `select override from decision where id = $1`, o.DecisionID)
	}
	offer := must(w.AskToJoin(t.Context(), w.A.Coordinator, fresh(), ask(2, "")))(t)[0]
	equal(t, "a choice as shown is an override", override(offer), false)
	w.set(t, `insert into booking (session_id, expert_id, starts_at, ends_at, busy, status, one_to_one, tier3)
		select session_id, $1, starts_at, ends_at, busy, status, one_to_one, tier3 from booking where expert_id = $2 and status = 'DONE'`, w.A.Experts[3], w.A.Experts[0])
	w.refused(t, "CONFLICT STALE", func() error {
		_, err := w.AskToJoin(t.Context(), w.A.Coordinator, fresh(), ask(3, ""))
		return err
	})
	offer = must(w.AskToJoin(t.Context(), w.A.Coordinator, fresh(), ask(3, "Zij kan toch")))(t)[0]
	equal(t, "a choice against it is an override", override(offer), true)
	kept := get[string](t, w, `select suggestion::text from decision where id = $1`, offer.DecisionID)
	if strings.Contains(kept, "LONELINESS") {
		t.Errorf("the decision names a theme: %s", kept)
	}
}

// With two seats open the rules about the whole team wait for the last yes.
func TestAnIncompleteTeamStaysHeld(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.set(t, `update request set team_size = 3 where id = $1`, w.A.Talk)
	must(w.CancelSession(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Session, nil))(t) // who has the practice
	first := must(w.accept(t.Context(), 2, w.askedToJoin(t, 2)[0]))(t)
	equal(t, "with one seat open the session", first.Session.Status, engine.SessionHeld)
	equal(t, "the request", w.status(t, "request", w.A.Talk), "PARTLY_FILLED")
	w.refused(t, "INFEASIBLE PAIR_RULE", func() error { // none of the three has any
		_, err := w.AskToJoin(t.Context(), w.A.Coordinator, fresh(), w.join(3))
		return err
	})
	w.set(t, `update booking set expert_id = $1 where expert_id = $2 and status = 'DONE'`, w.A.Experts[3], w.A.Experts[0])
	last := must(w.accept(t.Context(), 3, w.askedToJoin(t, 3)[0]))(t)
	equal(t, "with the last yes the session", last.Session.Status, engine.SessionConfirmed)
}

// One of three said no: who of them says yes later joins those who are there, and
// somebody else takes the seat that is left.
func TestTheOthersOfATeamJoinWhenOneSaidNo(t *testing.T) {
	t.Parallel()
	w := start(t)
	id := w.open(t, w.talk())
	w.set(t, `update request set team_size = 3 where id = $1`, id)
	w.set(t, `delete from organisation_exclusion`)
	offers := w.offer(t, id, slot("2027-04-23", "15:00", 90), 0, 1, 2)
	held := must(w.accept(t.Context(), 0, offers[0]))(t).Session
	must(w.DeclineOffer(t.Context(), w.A.ExpertViewers[1], fresh(), offers[1], nil))(t)
	in := w.join(3)
	in.SessionID = held.ID
	extra := must(w.AskToJoin(t.Context(), w.A.Coordinator, fresh(), in))(t)[0]
	second := must(w.accept(t.Context(), 3, extra.ID))(t).Session
	equal(t, "after the second yes the session", second.Status, engine.SessionHeld)
	third := must(w.accept(t.Context(), 2, offers[2]))(t).Session
	equal(t, "after the third", third.Status, engine.SessionConfirmed)
	equal(t, "it is the same session", third.ID, held.ID)
	equal(t, "the team", get[int](t, w, `select count(*) from booking where session_id = $1 and status = 'CONFIRMED'`, held.ID), 3)
}

func TestAYesIsForTheTimeThatWasAsked(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.partnerFellOut(t)
	offer := w.askedToJoin(t, 2)[0]
	w.set(t, `update session set starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour' where id = $1`, w.A.Session)
	w.refused(t, "CONFLICT OFFER_EXPIRED", func() error {
		_, err := w.accept(t.Context(), 2, offer)
		return err
	})
}

// She is out for a day: her talk waits for a substitute, and not a byte of what
// others have planned is another.
func TestTheRestOfThePlanStaysAsItIs(t *testing.T) {
	t.Parallel()
	w := start(t)
	other := w.booked(t, w.open(t, w.ear()), thursday, 2)
	plan := func() []string {
		return slices.DeleteFunc(w.contents(t), func(line string) bool {
			mine := strings.Contains(line, string(w.A.Session)) || strings.Contains(line, string(w.A.Talk))
			return mine || !strings.HasPrefix(line, "session ") && !strings.HasPrefix(line, "booking ") && !strings.HasPrefix(line, "match ") &&
				!strings.HasPrefix(line, "request ") && !strings.HasPrefix(line, "availability_rule ")
		})
	}
	before := plan()
	day := engine.Date("2027-04-07")
	got := must(w.SubstituteSession(t.Context(), w.A.Coordinator, fresh(), app.Substitute{ExpertID: w.A.Experts[1], Day: &day, Ask: true}))(t)
	if len(got) != 1 || got[0].SessionID != w.A.Session || len(got[0].Offers) != 2 {
		t.Fatalf("she is out of %+v", got)
	}
	if after := plan(); !slices.Equal(before, after) {
		t.Errorf("the rest of the plan changed: %s", changed(before, after))
	}
	equal(t, "the other session", w.status(t, "session", other.ID), "CONFIRMED")
	must(w.accept(t.Context(), slices.Index(w.A.Experts[:], got[0].Offers[0].ExpertID), got[0].Offers[0].ID))(t)
	if after := plan(); !slices.Equal(before, after) {
		t.Errorf("the yes changed the rest of the plan: %s", changed(before, after))
	}
}

// Her only seat is free, and nobody of the others can be asked, or some can.
func TestARequestIsOfferedWhileSomebodyIsAsked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		free         int
		is, answered string
	}{
		"nobody":    {0, "OPEN", "OPEN"},
		"one":       {1, "OFFERED", "FILLED"},
		"the best":  {2, "OFFERED", "FILLED"},
		"of plenty": {3, "OFFERED", "FILLED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			id := w.open(t, w.ear())
			s := w.booked(t, id, thursday, 0)
			w.set(t, `delete from organisation_exclusion where expert_id = $1`, w.A.Experts[3])
			for _, rests := range w.A.Experts[1+c.free:] {
				w.set(t, `update expert_record set status = 'PAUSED' where expert_id = $1`, rests)
			}
			got := must(w.SubstituteSession(t.Context(), w.A.Coordinator, fresh(), app.Substitute{ExpertID: w.A.Experts[0], SessionID: &s.ID, Ask: true}))(t)
			equal(t, "who is asked", len(got[0].Offers), min(c.free, 2))
			equal(t, "the request", w.status(t, "request", id), c.is)
			if c.free > 0 {
				o := got[0].Offers[0]
				must(w.accept(t.Context(), slices.Index(w.A.Experts[:], o.ExpertID), o.ID))(t)
			}
			equal(t, "the request in the end", w.status(t, "request", id), c.answered)
		})
	}
}

// What becomes of a request whose certain session is cancelled hangs on the other
// one: on who is in it, and who is asked for it.
func TestARequestIsWhatItsOtherSessionMakesIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		leave int  // how many step out of the other
		asked bool // somebody else for it
		want  string
	}{
		"a whole team":         {0, false, "FILLED"},
		"one who stays":        {1, false, "PARTLY_FILLED"},
		"nobody":               {2, false, "OPEN"},
		"nobody, one is asked": {2, true, "OFFERED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := queue(t)
			w.set(t, `update deployment_type set team_min = 1 where code = 'EXPERIENCE_CAFE'`)
			id := w.cafe(t)
			for n, offer := range w.offerDates(t, id, wednesdays(2, false), 0, 1) {
				must(w.accept(t.Context(), n, offer))(t)
			}
			session := func(offset int) engine.SessionID {
				return get[engine.SessionID](t, w, `select id from session where request_id = $1 order by starts_at limit 1 offset $2`, id, offset)
			}
			for n := range c.leave {
				if n > 0 { // who would be left as one of a pair is made the whole team first
					must(w.DecideSession(t.Context(), w.A.Coordinator, fresh(), session(1), app.DecideAlone, "Zij doet het vaker alleen"))(t)
				}
				must(w.CancelSession(t.Context(), w.A.ExpertViewers[n], fresh(), session(1), nil))(t)
			}
			if c.asked {
				in := w.join(2)
				in.SessionID = session(1)
				must(w.AskToJoin(t.Context(), w.A.Coordinator, fresh(), in))(t)
			}
			equal(t, "the request before", w.status(t, "request", id), "FILLED")
			must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), session(0), nil))(t)
			equal(t, "the request", w.status(t, "request", id), c.want)
		})
	}
}

func TestWhatIsDecidedWhenNobodyComes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		choice  app.SessionChoice
		fewest  int
		session string
		request string
	}{
		"online":               {app.DecideOnline, 2, "HELD", "PARTLY_FILLED"},
		"postponed":            {app.DecidePostpone, 2, "CANCELLED_BY_COORDINATOR", "OPEN"},
		"alone where one will": {app.DecideAlone, 1, "CONFIRMED", "FILLED"},
		"alone in a pair":      {app.DecideAlone, 2, "INFEASIBLE PAIR_RULE", "PARTLY_FILLED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.set(t, `update deployment_type set team_min = $1 where code = 'TALK'`, c.fewest)
			w.partnerFellOut(t)
			offer := w.askedToJoin(t, 2)[0]
			w.at(storetest.Local("2027-04-01", "12:00"))
			reason := ""
			if c.choice == app.DecideAlone {
				reason = "Zij doet het vaker alleen"
				w.refused(t, "INVALID overrideReason", func() error {
					_, err := w.DecideSession(t.Context(), w.A.Coordinator, fresh(), w.A.Session, c.choice, "")
					return err
				})
			}
			got, err := w.DecideSession(t.Context(), w.A.Coordinator, fresh(), w.A.Session, c.choice, reason)
			answer := class(err)
			if err == nil {
				answer = string(got.Status)
				equal(t, "who was asked", w.status(t, "offer", offer), "WITHDRAWN")
			}
			equal(t, "the session", answer, c.session)
			equal(t, "the request", w.status(t, "request", w.A.Talk), c.request)
			if c.choice == app.DecideOnline {
				equal(t, "it is held online", got.Online, true)
				must(w.accept(t.Context(), 2, w.askedToJoin(t, 2)[0]))(t)
			}
		})
	}
}

func TestASessionThatNobodyJoinsEndsWhenItBegins(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.partnerFellOut(t)
	do := func(at time.Time) {
		w.at(at)
		must(w.DoDue(t.Context()))(t)
	}
	do(storetest.Local("2027-04-07", "11:59"))
	equal(t, "told before it is time", get[int](t, w, `select count(*) from notice where kind = 'DECIDE_SESSION'`), 0)
	do(storetest.Local("2027-04-07", "12:00"))
	equal(t, "told when it is time", get[int](t, w, `select count(*) from notice where kind = 'DECIDE_SESSION'`), 1)
	equal(t, "the session until it begins", w.status(t, "session", w.A.Session), "HELD")
	do(storetest.Local("2027-04-07", "14:00"))
	equal(t, "the session", w.status(t, "session", w.A.Session), "CANCELLED_BY_EXPERT")
	equal(t, "the request", w.status(t, "request", w.A.Talk), "OPEN")
	equal(t, "what is left to do", get[int](t, w, `select count(*) from task where session_id = $1 and done_at is null`, w.A.Session), 0)
	equal(t, "her time", get[int](t, w, `select count(*) from booking where session_id = $1 and status <> 'RELEASED'`, w.A.Session), 0)
}

func TestStandbyIsReplacedFromNowOn(t *testing.T) {
	t.Parallel()
	w := start(t)
	she, first, second := w.A.ExpertViewers[0], slot("2027-04-07", "09:00", 480), slot("2027-04-08", "09:00", 480)
	set := func(spans ...engine.Interval) func() error {
		return func() error { _, err := w.SetStandby(t.Context(), she, fresh(), w.A.Experts[0], spans); return err }
	}
	if err := set(second, first)(); err != nil {
		t.Fatal(err)
	}
	equal(t, "her duties", len(must(w.Standby(t.Context(), w.A.Coordinator, slot("2027-04-01", "00:00", 20*24*60)))(t)), 2)
	w.refused(t, "INVALID spans.start", set(first, first))
	w.refused(t, "INVALID spans.end", set(slot("2027-04-07", "09:00", 0)))
	w.refused(t, "INVALID spans.end", set(slot("2027-03-01", "09:00", 60)))
	w.refused(t, "NOT_FOUND", func() error {
		_, err := w.SetStandby(t.Context(), she, fresh(), w.A.Experts[1], []engine.Interval{first})
		return err
	})
	w.at(first.End)
	if err := set()(); err != nil {
		t.Fatal(err)
	}
	equal(t, "the duty that was done", get[int](t, w, `select count(*) from standby_duty where expert_id = $1`, w.A.Experts[0]), 1)
}
