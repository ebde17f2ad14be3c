package app_test

import (
	"testing"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store/storetest"
)

func side(s engine.Side) *engine.Side { return &s }

// The talk of the fixture: Midden-Holland, asked for by the location, done by
// the first two experts.
func TestWhoMayCancelForWhom(t *testing.T) {
	t.Parallel()
	w := start(t)
	coordinatesElsewhere := w.alsoRole(t, w.B.Coordinator, w.A.LocationAsker.Grants[0])
	coordinatesElsewhere.Grants[0], coordinatesElsewhere.Grants[1] = coordinatesElsewhere.Grants[1], coordinatesElsewhere.Grants[0]
	expertElsewhere := w.alsoRole(t, w.B.RegionLead, auth.Grant{Role: auth.RoleExpert, ExpertID: w.A.Experts[1]})
	sides := []*engine.Side{nil, side(engine.SideExpert), side(engine.SideClient), side(engine.SideRequester), side(engine.SideCoordinator)}
	const no, gone = "FORBIDDEN", "NOT_FOUND"
	for _, c := range []struct {
		name   string
		who    auth.Viewer
		answer [5]string // in the order of sides
	}{
		{"coordinator", w.A.Coordinator, [5]string{"CANCELLED_BY_COORDINATOR", "CANCELLED_BY_EXPERT", "CANCELLED_BY_CLIENT", "CANCELLED_BY_REQUESTER", "CANCELLED_BY_COORDINATOR"}},
		{"region lead", w.A.RegionLead, [5]string{"CANCELLED_BY_COORDINATOR", "CANCELLED_BY_EXPERT", "CANCELLED_BY_CLIENT", "CANCELLED_BY_REQUESTER", "CANCELLED_BY_COORDINATOR"}},
		{"expert", w.A.ExpertViewers[0], [5]string{"HELD", "HELD", no, no, no}}, // for her partner
		{"her partner", w.A.ExpertViewers[1], [5]string{"HELD", "HELD", no, no, no}},
		{"requester of the location", w.A.LocationAsker, [5]string{"CANCELLED_BY_REQUESTER", no, no, "CANCELLED_BY_REQUESTER", no}},
		{"requester of the house", w.A.Requester, [5]string{"CANCELLED_BY_REQUESTER", no, no, "CANCELLED_BY_REQUESTER", no}},
		{"requester here, coordinator elsewhere", coordinatesElsewhere, [5]string{"CANCELLED_BY_REQUESTER", no, no, "CANCELLED_BY_REQUESTER", no}},
		{"expert here, region lead elsewhere", expertElsewhere, [5]string{"HELD", "HELD", no, no, no}},
		{"expert of another session", w.A.ExpertViewers[2], [5]string{gone, gone, gone, gone, gone}},
		{"requester of another house", w.A.OtherRequester, [5]string{gone, gone, gone, gone, gone}},
		{"trainer", w.A.Trainer, [5]string{gone, gone, gone, gone, gone}},
		{"nobody", auth.Viewer{}, [5]string{gone, gone, gone, gone, gone}},
	} {
		for i, by := range sides {
			w.set(t, `update session set status = 'CONFIRMED' where id = $1`, w.A.Session)
			w.set(t, `update booking set status = 'CONFIRMED', left_at = null, late = false where session_id = $1`, w.A.Session)
			got, err := w.CancelSession(t.Context(), c.who, fresh(), w.A.Session, by)
			answer := class(err)
			if err == nil {
				answer = string(got.Status)
				equal(t, "in the database", w.status(t, "session", w.A.Session), answer)
			}
			if answer != c.answer[i] {
				t.Errorf("%s, side %d: %q, want %q", c.name, i, answer, c.answer[i])
			}
		}
	}
}

func TestACancellationIsLateWithinADay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before time.Duration
		late   bool
	}{
		"a week before":                 {7 * 24 * time.Hour, false},
		"24 hours before":               {24 * time.Hour, false},
		"a microsecond less":            {24*time.Hour - time.Microsecond, true},
		"a microsecond before it":       {time.Microsecond, true},
		"24 hours over the short night": {24 * time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			if name == "24 hours over the short night" {
				w.set(t, `update session set starts_at = '2027-03-28 12:00Z', ends_at = '2027-03-28 13:30Z' where id = $1`, w.A.Session)
			}
			begins := get[time.Time](t, w, `select starts_at from session where id = $1`, w.A.Session)
			w.at(begins.Add(-c.before))
			must(w.CancelSession(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Session, nil))(t)
			equal(t, "her stepping out is late", get[bool](t, w, `select late from booking where session_id = $1 and expert_id = $2`, w.A.Session, w.A.Experts[0]), c.late)
			got := must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), w.A.Session, nil))(t)
			equal(t, "late", got.Late, c.late)
			equal(t, "late, in the database", get[bool](t, w, `select late from session where id = $1`, w.A.Session), c.late)
		})
	}
}

func TestOnlyWhatHasNotBegunIsCancelled(t *testing.T) {
	t.Parallel()
	w := start(t)
	cancel := func(id engine.SessionID) func() error {
		return func() error {
			_, err := w.CancelSession(t.Context(), w.A.Coordinator, fresh(), id, nil)
			return err
		}
	}
	w.refused(t, "CONFLICT ILLEGAL_TRANSITION", cancel(w.A.Done[0]))
	w.refused(t, "NOT_FOUND", cancel(w.B.Session))
	w.refused(t, "NOT_FOUND", cancel("aaaaaaaa-0008-4000-8000-00000000dead"))
	begins := storetest.Local("2027-04-07", "14:00")
	w.at(begins)
	w.refused(t, "CONFLICT ILLEGAL_TRANSITION", cancel(w.A.Session))
	w.at(begins.Add(-time.Hour))
	for _, status := range []string{"COMPLETED", "CANCELLED_BY_EXPERT", "CANCELLED_BY_CLIENT", "CANCELLED_BY_REQUESTER", "CANCELLED_BY_COORDINATOR",
		"NO_SHOW_EXPERT", "NO_SHOW_CLIENT", "NO_SHOW_REQUESTER"} {
		w.set(t, `update session set status = $2 where id = $1`, w.A.Session, status)
		w.refused(t, "CONFLICT ILLEGAL_TRANSITION", cancel(w.A.Session))
	}
}

func TestACancellationFreesTheTimeAndTheRequest(t *testing.T) {
	t.Parallel()
	w := start(t)
	first := w.open(t, w.ear())
	s := w.booked(t, first, thursday, 0)
	second := w.open(t, w.ear())
	w.refused(t, "CONFLICT SLOT_CONFLICT", func() error {
		_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(second, thursday, 0))
		return err
	})
	w.at(storetest.Now.Add(time.Hour))
	got := must(w.CancelSession(t.Context(), w.A.LocationAsker, fresh(), s.ID, nil))(t)
	equal(t, "her time", get[string](t, w, `select status from booking where session_id = $1`, s.ID), "RELEASED")
	equal(t, "the request", w.status(t, "request", first), "OPEN")
	if got.Sequence <= s.Sequence || !got.ChangedAt.Equal(storetest.Now.Add(time.Hour)) {
		t.Errorf("the sequence went from %d to %d at %s: calendars would keep the session", s.Sequence, got.Sequence, got.ChangedAt)
	}
	again := w.booked(t, second, thursday, 0) // in the time that was freed
	equal(t, "the other session", again.Status, engine.SessionConfirmed)
	w.booked(t, first, thursday, 1) // and somebody else for the first
}

func TestACancellationTakesBackWhatIsAskedForIt(t *testing.T) {
	t.Parallel()
	w := start(t)
	id := w.open(t, w.talk())
	offers := w.offer(t, id, slot("2027-04-23", "15:00", 90), 0, 1)
	held := must(w.accept(t.Context(), 0, offers[0]))(t).Session
	must(w.CancelSession(t.Context(), w.A.ExpertViewers[0], fresh(), held.ID, nil))(t)
	equal(t, "her partner's offer", w.status(t, "offer", offers[1]), "WITHDRAWN")
	equal(t, "the request", w.status(t, "request", id), "OPEN")
	w.refused(t, "CONFLICT ILLEGAL_TRANSITION", func() error {
		_, err := w.accept(t.Context(), 1, offers[1])
		return err
	})
}

// Two teams are asked and one of each has said yes. When the one team falls
// apart, the other is still in the making.
func TestACancellationLeavesAnotherTeamAlone(t *testing.T) {
	t.Parallel()
	w := start(t)
	id, at := w.open(t, w.talk()), slot("2027-04-23", "15:00", 90)
	w.set(t, `insert into booking (session_id, expert_id, starts_at, ends_at, busy, status, one_to_one, tier3)
		select session_id, $1, starts_at, ends_at, busy, status, one_to_one, tier3 from booking where expert_id = $2 and status = 'DONE'`, w.A.Experts[2], w.A.Experts[0])
	w.set(t, `delete from organisation_exclusion`)
	first, second := w.offer(t, id, at, 0, 1), w.offer(t, id, at, 2, 3)
	falls := must(w.accept(t.Context(), 0, first[0]))(t).Session
	stays := must(w.accept(t.Context(), 2, second[0]))(t).Session
	must(w.CancelSession(t.Context(), w.A.ExpertViewers[0], fresh(), falls.ID, nil))(t)
	equal(t, "the partner of who cancelled", w.status(t, "offer", first[1]), "WITHDRAWN")
	equal(t, "the partner of who did not", w.status(t, "offer", second[1]), "SENT")
	equal(t, "the request", w.status(t, "request", id), "PARTLY_FILLED")
	equal(t, "the other session", w.status(t, "session", stays.ID), "HELD")
	must(w.accept(t.Context(), 3, second[1]))(t)
	equal(t, "the request in the end", w.status(t, "request", id), "FILLED")
}

// A team falls apart while another expert is still asked for the same seat.
func TestACancellationLeavesOtherQuestionsOpen(t *testing.T) {
	t.Parallel()
	w := start(t)
	id := w.open(t, w.talk())
	first := w.offer(t, id, slot("2027-04-23", "15:00", 90), 0, 1)
	held := must(w.accept(t.Context(), 0, first[0]))(t).Session
	w.set(t, `delete from organisation_exclusion`)
	w.set(t, `update deployment_type set needs_experienced = false`)
	second := w.offer(t, id, slot("2027-04-23", "13:00", 90), 2, 3)
	must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), held.ID, nil))(t)
	equal(t, "the other question", w.status(t, "offer", second[0]), "SENT")
	equal(t, "the request", w.status(t, "request", id), "OFFERED")
}

func TestARelationGoesOnWithoutOneOfItsMeetings(t *testing.T) {
	t.Parallel()
	w := start(t)
	s := must(w.accept(t.Context(), 2, w.A.Offer))(t).Session
	if s.MatchID == nil {
		t.Fatal("the session belongs to no relation")
	}
	got := must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), s.ID, side(engine.SideClient)))(t)
	equal(t, "the session", got.Status, engine.SessionCancelledByClient)
	equal(t, "the request", w.status(t, "request", w.A.Buddy), "FILLED")
	equal(t, "the relation", w.status(t, "match", *s.MatchID), "INTRO")
	equal(t, "her time", get[string](t, w, `select status from booking where session_id = $1`, s.ID), "RELEASED")
}
