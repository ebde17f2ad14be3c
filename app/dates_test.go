package app_test

import (
	"errors"
	"testing"

	"expex/app"
	"expex/engine"
	"expex/store/storetest"
)

// cafe is a request for a pair, on Wednesday and Thursday afternoons from 5 May,
// that the first two experts may do.
func (w *world) cafe(t *testing.T) engine.RequestID {
	t.Helper()
	w.set(t, `insert into type_training (expert_id, type, trained_on) select expert_id, 'EXPERIENCE_CAFE', '2026-01-01' from expert_record`)
	w.set(t, `update conduct_certificate set valid_to = '2031-01-01'`)
	return w.open(t, engine.Request{
		OrganisationID: w.A.Location, Type: engine.ExperienceCafe, Municipality: "GM0513", Postcode4: "2801", Audience: engine.AudienceClosed, AudienceAgeFrom: 18,
		TeamSize: 2, Minutes: 120, Themes: []engine.RequestTheme{{Theme: "LONELINESS", Importance: engine.Must}},
		Wishes: engine.Wishes{Windows: []engine.WeekWindow{{Weekday: "WEDNESDAY", Starts: "14:00", Ends: "18:00"}, {Weekday: "THURSDAY", Starts: "14:00", Ends: "18:00"}},
			From: "2027-05-05", EveryWeeks: 1, Occurrences: 60},
	})
}

// wednesdays are the first afternoons of the café, Thursdays too when they are
// asked for.
func wednesdays(n int, alsoThursdays bool) []engine.Interval {
	var out []engine.Interval
	for week := 0; len(out) < n; week++ {
		out = append(out, slot(engine.Date("2027-05-05").AddDays(7*week), "14:00", 120))
		if alsoThursdays && len(out) < n {
			out = append(out, slot(engine.Date("2027-05-06").AddDays(7*week), "14:00", 120))
		}
	}
	return out
}

func (w *world) offerDates(t *testing.T, request engine.RequestID, dates []engine.Interval, experts ...int) []engine.OfferID {
	t.Helper()
	in := w.ask(request, dates[0], experts...)
	in.FurtherSlots = dates[1:]
	must(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in))(t)
	out := make([]engine.OfferID, len(experts))
	for i, n := range experts {
		out[i] = w.openOffer(t, request, n)
	}
	return out
}

// stand are the statuses of the sessions of a request, in the order of time.
func (w *world) stand(t *testing.T, request engine.RequestID) string {
	t.Helper()
	return get[string](t, w, `select coalesce(string_agg(status, ',' order by starts_at), '') from session where request_id = $1`, request)
}

func TestAYesIsToAllDates(t *testing.T) {
	t.Parallel()
	w := queue(t)
	id, dates := w.cafe(t), wednesdays(3, false)
	offers := w.offerDates(t, id, dates, 0, 1)
	same(t, "the dates she reads", must(w.Store.As(w.A.ExpertViewers[0]).OffersByID(t.Context(), offers[:1]))(t)[0].Dates(), dates)
	first := must(w.accept(t.Context(), 0, offers[0]))(t)
	equal(t, "the sessions after the first yes", w.stand(t, id), "HELD,HELD,HELD")
	got := must(w.accept(t.Context(), 1, offers[1]))(t)
	equal(t, "the sessions", w.stand(t, id), "CONFIRMED,CONFIRMED,CONFIRMED")
	equal(t, "the first session", got.Session.ID, first.Session.ID)
	for i, s := range got.Sessions {
		same(t, "a date", s.Slot, dates[i])
		equal(t, "its status", s.Status, engine.SessionConfirmed)
	}
	equal(t, "the request", w.status(t, "request", id), "FILLED")
	equal(t, "their time", get[int](t, w, `select count(*) from booking b join session s on s.id = b.session_id where s.request_id = $1 and b.status = 'CONFIRMED'`, id), 6)
}

func TestAHoldIsOfAllDates(t *testing.T) {
	t.Parallel()
	w := queue(t)
	id := w.cafe(t)
	offers := w.offerDates(t, id, wednesdays(3, false), 0, 1)
	must(w.accept(t.Context(), 0, offers[0]))(t)
	w.decline(t, 1, offers[1])
	equal(t, "the tasks", w.tasks(t, id), "COMPLETE_TEAM")
	w.due(t, storetest.Now.Add(heldFor))
	equal(t, "the sessions", w.stand(t, id), "RELEASED,RELEASED,RELEASED")
	equal(t, "the request", w.status(t, "request", id), "OPEN")
	equal(t, "what she heard", w.heard(t, 0), "HOLD_RELEASED,OFFER_SENT")
}

// One date that fails is enough: nothing is booked, and it is named.
func TestADateThatFailsRefusesAll(t *testing.T) {
	t.Parallel()
	w := queue(t)
	id, dates := w.cafe(t), wednesdays(4, false)
	offers := w.offerDates(t, id, dates, 0, 1)
	w.set(t, `insert into blackout (expert_id, starts_at, ends_at) values ($1, $2, $3)`, w.A.Experts[0], dates[1].Start, dates[1].End)
	w.set(t, `insert into blackout (expert_id, starts_at, ends_at) values ($1, $2, $3)`, w.A.Experts[1], dates[3].Start, dates[3].End)
	told := func(want map[int]engine.RuleCode, call func() error) {
		t.Helper()
		var e *engine.Error
		err := call()
		if !errors.As(err, &e) || e.Code != engine.CodeInfeasible || len(e.Dates) != len(want) {
			t.Fatalf("the answer is %+v", err)
		}
		for _, d := range e.Dates {
			found := false
			for i, rule := range want {
				found = found || d.Slot == dates[i] && len(d.Rules) == 1 && d.Rules[0] == rule
			}
			if !found {
				t.Errorf("refused: %+v", d)
			}
		}
	}
	before := w.contents(t)
	// Of her partner she hears no more than that it is not her.
	told(map[int]engine.RuleCode{1: "NOT_AVAILABLE", 3: engine.OtherRule}, func() error { return second(w.accept(t.Context(), 0, offers[0])) })
	if after := w.contents(t); changed(before, after) != "" {
		t.Errorf("it left a trace: %s", changed(before, after))
	}
	w.set(t, `update offer set status = 'WITHDRAWN' where request_id = $1`, id)
	told(map[int]engine.RuleCode{1: "NOT_AVAILABLE", 3: "NOT_AVAILABLE"}, func() error {
		in := w.ask(id, dates[0], 0, 1)
		in.FurtherSlots = dates[1:]
		return second(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in))
	})
}

// The dates count against each other for the caps, not only against what is
// booked already.
func TestTheDatesOfOneOfferCountForTheCaps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		perWeek int
		want    string
	}{{2, ""}, {1, "INFEASIBLE CAPACITY"}} {
		w := queue(t)
		w.set(t, `update pool_policy set sessions_per_week = $1`, c.perWeek)
		id, dates := w.cafe(t), wednesdays(4, true)
		in := w.ask(id, dates[0], 0, 1)
		in.FurtherSlots = dates[1:]
		_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in)
		equal(t, "the answer", class(err), c.want)
		var e *engine.Error
		if errors.As(err, &e) {
			if len(e.Dates) != 2 || e.Dates[0].Slot != dates[1] || e.Dates[1].Slot != dates[3] {
				t.Errorf("refused: %+v", e.Dates)
			}
		}
	}
}

// A date that is cancelled while the team is not complete is asked for no more;
// the others are.
func TestACancelledDateLeavesTheOthers(t *testing.T) {
	t.Parallel()
	w := queue(t)
	id := w.cafe(t)
	offers := w.offerDates(t, id, wednesdays(3, false), 0, 1)
	held := must(w.accept(t.Context(), 0, offers[0]))(t).Sessions
	must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), held[1].ID, nil))(t)
	equal(t, "the request", w.status(t, "request", id), "PARTLY_FILLED")
	equal(t, "the sessions of the second", len(must(w.accept(t.Context(), 1, offers[1]))(t).Sessions), 2)
	equal(t, "the sessions", w.stand(t, id), "CONFIRMED,CANCELLED_BY_COORDINATOR,CONFIRMED")
	equal(t, "bookings of the second", get[int](t, w, `select count(*) from booking b join session s on s.id = b.session_id where s.request_id = $1 and b.expert_id = $2`, id, w.A.Experts[1]), 2)
}

func TestTheNextInReserveIsAskedForAllDates(t *testing.T) {
	t.Parallel()
	w := queue(t)
	id, dates := w.cafe(t), wednesdays(3, false)
	in := w.ask(id, dates[0], 0, 1)
	in.FurtherSlots, in.Reserve = dates[1:], w.teams([][]int{{2, 3}, {2, 4}})
	must(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in))(t)
	w.set(t, `insert into blackout (expert_id, starts_at, ends_at) values ($1, $2, $3)`, w.A.Experts[3], dates[2].Start, dates[2].End)
	w.decline(t, 0, w.openOffer(t, id, 0))
	w.decline(t, 1, w.openOffer(t, id, 1))
	equal(t, "who is asked", w.askedNow(t, id), "2,4")
	same(t, "for what", must(w.Store.As(w.A.ExpertViewers[2]).OffersByID(t.Context(), []engine.OfferID{w.openOffer(t, id, 2)}))(t)[0].Dates(), dates)
}

func TestFurtherDatesAreChecked(t *testing.T) {
	t.Parallel()
	w := start(t)
	cafe, ear := w.cafe(t), w.open(t, w.ear())
	dates := wednesdays(106, true)
	with := func(further ...engine.Interval) app.MakeOffer {
		in := w.ask(cafe, dates[0], 0, 1)
		in.FurtherSlots = further
		return in
	}
	oneOff := w.ask(ear, thursday, 0)
	oneOff.FurtherSlots = []engine.Interval{slot("2027-04-22", "16:30", 60)}
	for _, c := range []struct {
		name, want string
		in         app.MakeOffer
	}{
		{"of a single session", "INVALID furtherSlots", oneOff},
		{"the first again", "INVALID furtherSlots", with(dates[0])},
		{"one twice", "INVALID furtherSlots", with(dates[1], dates[1])},
		{"the wrong way round", "INVALID furtherSlots", with(dates[2], dates[1])},
		{"a day that is not asked for", "INVALID furtherSlots", with(slot("2027-05-07", "14:00", 120))},
		{"too short", "INVALID furtherSlots", with(slot("2027-05-06", "14:00", 90))},
		{"too many", "INVALID furtherSlots", with(dates[1:]...)},
		{"as many as may be", "", with(dates[1:105]...)},
	} {
		t.Run(c.name, func(t *testing.T) {
			call := func() error { return second(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), c.in)) }
			if c.want == "" {
				equal(t, "the answer", class(call()), "")
				return
			}
			w.refused(t, c.want, call)
		})
	}
}
