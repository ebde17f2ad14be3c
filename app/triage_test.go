package app_test

import (
	"slices"
	"testing"
	"time"

	"expex/app"
	"expex/auth"
	"expex/engine"
	"expex/store/storetest"
)

var everyStatus = []engine.RequestStatus{
	engine.RequestNew, engine.RequestTriaged, engine.RequestOpen, engine.RequestSuggested, engine.RequestOffered, engine.RequestPartlyFilled,
	engine.RequestFilled, engine.RequestRunning, engine.RequestEvaluated, engine.RequestClosed, engine.RequestWaitlisted, engine.RequestOnHold,
	engine.RequestWithdrawn, engine.RequestReferred,
}

func TestTriageJudgesWhatHasNotBeenOffered(t *testing.T) {
	t.Parallel()
	w := start(t)
	for to, from := range map[engine.RequestStatus][]engine.RequestStatus{
		engine.RequestOpen:     {engine.RequestNew, engine.RequestTriaged, engine.RequestSuggested, engine.RequestWaitlisted, engine.RequestOnHold},
		engine.RequestTriaged:  {engine.RequestNew},
		engine.RequestReferred: {engine.RequestNew, engine.RequestTriaged, engine.RequestOpen, engine.RequestSuggested, engine.RequestWaitlisted, engine.RequestOnHold},
		engine.RequestOnHold:   {engine.RequestNew, engine.RequestTriaged, engine.RequestOpen, engine.RequestSuggested, engine.RequestWaitlisted},
	} {
		for _, status := range everyStatus {
			t.Run(string(status)+" to "+string(to), func(t *testing.T) {
				w.set(t, `update request set status = $2 where id = $1`, w.A.Ear, string(status))
				triage := func() error {
					got, err := w.TriageRequest(t.Context(), w.A.Coordinator, fresh(), w.A.Ear, to)
					if err == nil && got.Status != to {
						t.Errorf("the answer shows %s", got.Status)
					}
					return err
				}
				if !slices.Contains(from, status) {
					w.refused(t, "CONFLICT ILLEGAL_TRANSITION", triage)
					return
				}
				if err := triage(); err != nil {
					t.Error(err)
				}
				equal(t, "the request", w.status(t, "request", w.A.Ear), string(to))
			})
		}
	}
}

// Who steps out leaves a session behind that waits for somebody else, also when
// nobody is sought for it any more.
func TestNoRequestGoesFromUnderASessionThatWaitsForSomebody(t *testing.T) {
	t.Parallel()
	w := start(t)
	request := w.open(t, w.ear())
	session := w.booked(t, request, thursday, 0)
	must(w.SubstituteSession(t.Context(), w.A.Coordinator, fresh(), app.Substitute{ExpertID: w.A.Experts[0], SessionID: &session.ID}))(t)
	equal(t, "the session", w.status(t, "session", session.ID), "HELD")
	equal(t, "the request", w.status(t, "request", request), "OPEN")
	leave := map[string]func() error{
		"referred": func() error {
			_, err := w.TriageRequest(t.Context(), w.A.Coordinator, fresh(), request, engine.RequestReferred)
			return err
		},
		"put on hold": func() error {
			_, err := w.TriageRequest(t.Context(), w.A.Coordinator, fresh(), request, engine.RequestOnHold)
			return err
		},
		"let wait": func() error {
			_, err := w.WaitlistRequest(t.Context(), w.A.Coordinator, fresh(), request, engine.WaitsForSlot, "")
			return err
		},
	}
	for name, do := range leave {
		t.Run(name, func(t *testing.T) { w.refused(t, "CONFLICT ILLEGAL_TRANSITION", do) })
	}
	must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), session.ID, nil))(t)
	if err := leave["referred"](); err != nil {
		t.Errorf("once it is cancelled: %v", err)
	}
}

// What only coordinators of the very pool may do; a requester sees her request
// and may be a coordinator somewhere else.
func TestOnlyTheCoordinatorsOfThePoolDecide(t *testing.T) {
	t.Parallel()
	w := start(t)
	elsewhere := w.alsoRole(t, w.B.Coordinator, w.A.LocationAsker.Grants[0])
	if seen := must(w.Store.As(elsewhere).RequestsByID(t.Context(), []engine.RequestID{w.A.Ear}))(t); len(seen) != 1 {
		t.Fatal("she does not see the request at all")
	}
	at := slot("2027-04-08", "14:00", 60)
	for name, who := range map[string]auth.Viewer{
		"coordinator elsewhere who asks here": elsewhere, "coordinator elsewhere": w.B.RegionLead,
		"requester": w.A.LocationAsker, "expert": w.A.ExpertViewers[0], "trainer": w.A.Trainer, "nobody": w.Roleless,
	} {
		t.Run(name, func(t *testing.T) {
			w.refused(t, "NOT_FOUND", func() error {
				_, err := w.TriageRequest(t.Context(), who, fresh(), w.A.Ear, engine.RequestOnHold)
				return err
			})
			w.refused(t, "NOT_FOUND", func() error {
				_, err := w.MakeOffer(t.Context(), who, fresh(), w.ask(w.A.Ear, at, 0))
				return err
			})
			w.refused(t, "NOT_FOUND", func() error {
				_, err := w.MatchSuggestions(t.Context(), who, w.A.Ear)
				return err
			})
		})
	}
	for _, who := range []auth.Viewer{w.A.Coordinator, w.A.RegionLead} {
		if _, err := w.MatchSuggestions(t.Context(), who, w.A.Ear); err != nil {
			t.Errorf("%s: %v", who.Name, err)
		}
	}
}

func TestWithdrawIsLegalUntilItIsEvaluated(t *testing.T) {
	t.Parallel()
	w := start(t)
	past := []engine.RequestStatus{engine.RequestEvaluated, engine.RequestClosed, engine.RequestWithdrawn, engine.RequestReferred}
	for _, status := range everyStatus {
		t.Run(string(status), func(t *testing.T) {
			w.set(t, `update request set status = $2 where id = $1`, w.A.Ear, string(status))
			withdraw := func() error {
				_, err := w.WithdrawRequest(t.Context(), w.A.LocationAsker, fresh(), w.A.Ear)
				return err
			}
			if slices.Contains(past, status) {
				w.refused(t, "CONFLICT ILLEGAL_TRANSITION", withdraw)
				return
			}
			if err := withdraw(); err != nil {
				t.Error(err)
			}
			equal(t, "the request", w.status(t, "request", w.A.Ear), "WITHDRAWN")
		})
	}
}

func TestWithdrawIsForWhoAskedAndWhoCoordinates(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, who := range []auth.Viewer{w.A.OtherRequester, w.B.Coordinator, w.A.ExpertViewers[2], w.A.Funder, w.Roleless} {
		w.refused(t, "NOT_FOUND", func() error {
			_, err := w.WithdrawRequest(t.Context(), who, fresh(), w.A.Buddy)
			return err
		})
	}
	for who, request := range map[*auth.Viewer]engine.RequestID{&w.A.LocationAsker: w.A.Ear, &w.A.Requester: w.A.Buddy, &w.A.RegionLead: w.A.Talk} {
		if _, err := w.WithdrawRequest(t.Context(), *who, fresh(), request); err != nil {
			t.Errorf("%s: %v", who.Name, err)
		}
	}
}

func TestWithdrawTakesBackWhatIsAsked(t *testing.T) {
	t.Parallel()
	w := start(t)
	got := must(w.WithdrawRequest(t.Context(), w.A.LocationAsker, fresh(), w.A.Buddy))(t)
	equal(t, "the answer", got.Status, engine.RequestWithdrawn)
	equal(t, "the offer", w.status(t, "offer", w.A.Offer), "WITHDRAWN")
	if n := get[int](t, w, `select count(*) from offer where id = $1 and answered_at is null and decline_code is null`, w.A.Offer); n != 1 {
		t.Error("the offer says more than that it was taken back")
	}
	w.refused(t, "CONFLICT ILLEGAL_TRANSITION", func() error {
		_, err := w.accept(t.Context(), 2, w.A.Offer)
		return err
	})
	w.refused(t, "CONFLICT ILLEGAL_TRANSITION", func() error {
		_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(w.A.Buddy, slot("2027-04-08", "14:00", 60), 0))
		return err
	})
}

// The talk of the fixture is confirmed for 7 April, 14:00.
func TestWithdrawCancelsWhatHasNotBegun(t *testing.T) {
	t.Parallel()
	begins := storetest.Local("2027-04-07", "14:00")
	for _, c := range []struct {
		name              string
		now               time.Time
		session, bookings string
		late              bool
	}{
		{"well ahead", begins.Add(-24 * time.Hour), "CANCELLED_BY_REQUESTER", "RELEASED", false},
		{"within a day", begins.Add(-24*time.Hour + time.Microsecond), "CANCELLED_BY_REQUESTER", "RELEASED", true},
		{"at the last moment", begins.Add(-time.Microsecond), "CANCELLED_BY_REQUESTER", "RELEASED", true},
		{"at the moment it begins", begins, "CONFIRMED", "CONFIRMED", false},
		{"afterwards", begins.Add(48 * time.Hour), "CONFIRMED", "CONFIRMED", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.at(c.now)
			must(w.WithdrawRequest(t.Context(), w.A.LocationAsker, fresh(), w.A.Talk))(t)
			equal(t, "the session", w.status(t, "session", w.A.Session), c.session)
			equal(t, "late", get[bool](t, w, `select late from session where id = $1`, w.A.Session), c.late)
			equal(t, "the experts' time", get[string](t, w, `select string_agg(distinct status, ',') from booking where session_id = $1`, w.A.Session), c.bookings)
			equal(t, "the request", w.status(t, "request", w.A.Talk), "WITHDRAWN")
		})
	}
}

func TestWithdrawFreesTheExpertsTime(t *testing.T) {
	t.Parallel()
	w := start(t)
	r := w.ear()
	r.Wishes = engine.Wishes{Options: []engine.Interval{slot("2027-04-07", "14:00", 60)}}
	id := w.open(t, r)
	ask := w.ask(id, slot("2027-04-07", "14:00", 60), 0)
	w.refused(t, "CONFLICT SLOT_CONFLICT", func() error {
		_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), ask)
		return err
	})
	must(w.WithdrawRequest(t.Context(), w.A.LocationAsker, fresh(), w.A.Talk))(t)
	s := w.booked(t, id, ask.Slot, 0)
	equal(t, "the session in the freed time", s.Status, engine.SessionConfirmed)
}

// A pair of which one said yes: the time held for her is free again, and her
// partner is no longer asked.
func TestWithdrawReleasesWhatIsHeld(t *testing.T) {
	t.Parallel()
	w := start(t)
	id := w.open(t, w.talk())
	offers := w.offer(t, id, slot("2027-04-23", "14:00", 90), 0, 1)
	held := must(w.accept(t.Context(), 0, offers[0]))(t).Session
	must(w.WithdrawRequest(t.Context(), w.A.LocationAsker, fresh(), id))(t)
	equal(t, "the session", w.status(t, "session", held.ID), "CANCELLED_BY_REQUESTER")
	equal(t, "her offer", w.status(t, "offer", offers[0]), "ACCEPTED")
	equal(t, "her partner's offer", w.status(t, "offer", offers[1]), "WITHDRAWN")
	equal(t, "her time", get[string](t, w, `select status from booking where session_id = $1`, held.ID), "RELEASED")
}

// Before the first meeting nothing of the relation is left: the expert has her
// place back and needs no rest. After it the relation has ended.
func TestWithdrawEndsTheRelation(t *testing.T) {
	t.Parallel()
	first := slot("2027-04-22", "14:00", 60)
	for _, c := range []struct {
		name, reason string
		now          time.Time
		excluded     engine.RuleCode
	}{
		{"before the first meeting", "NEVER_MET", first.Start.Add(-time.Hour), ""},
		{"after it", "WITHDRAWN", first.End.Add(time.Hour), "REST_PERIOD"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			r := w.ear()
			r.Type, r.Wishes = engine.Buddy, engine.Wishes{Windows: []engine.WeekWindow{{Weekday: engine.Thursday, Starts: "14:00", Ends: "18:00"}}, From: "2027-04-22", EveryWeeks: 1, Occurrences: 2}
			id, next := w.open(t, r), w.open(t, r)
			w.booked(t, id, first, 0)
			relations := func() int {
				return get[int](t, w, `select count(*) from match where expert_id = $1 and status <> 'CLOSED'`, w.A.Experts[0])
			}
			before := relations()
			w.at(c.now)
			must(w.WithdrawRequest(t.Context(), w.A.LocationAsker, fresh(), id))(t)
			equal(t, "her open relations", relations(), before-1)
			equal(t, "why it ended", get[string](t, w, `select closed_reason from match where request_id = $1`, id), c.reason)
			equal(t, "the day", get[string](t, w, `select closed_on::text from match where request_id = $1`, id), "2027-04-22")
			answer := must(w.WhyNot(t.Context(), w.A.Coordinator, next, w.A.Experts[0]))(t)
			var codes []engine.RuleCode
			for _, o := range answer.Obstacles {
				codes = append(codes, o.Code)
			}
			if rests := slices.Contains(codes, "REST_PERIOD"); rests != (c.excluded == "REST_PERIOD") || slices.Contains(codes, "CAPACITY") {
				t.Errorf("afterwards she is kept out by %v", codes)
			}
		})
	}
}
