package app_test

import (
	"testing"

	"expex/app"
	"expex/engine"
)

// A guest has a seat and is not of the team: she makes up for nobody who stepped
// out of it, no rule is asked about her, and she moves along.
func TestAGuestIsNotOfTheTeam(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.openSeats(t, 1)
	w.set(t, `delete from type_training where expert_id = $1`, w.A.Experts[2])
	must(w.TakeSeat(t.Context(), w.A.ExpertViewers[2], fresh(), w.A.Session))(t)
	w.night(t)
	equal(t, "what the night finds", w.breaking(t), "")
	moved := must(w.RescheduleSession(t.Context(), w.A.Coordinator, fresh(), w.move(w.A.Session, "2027-04-09", "15:00")))(t)
	equal(t, "moved", moved.Moved, true)
	equal(t, "who moved along", get[int](t, w, `select count(*) from booking b join session s on s.id = b.session_id
		where s.id = $1 and b.starts_at = s.starts_at and b.status = 'CONFIRMED'`, w.A.Session), 3)
	must(w.CancelSession(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Session, nil))(t)
	w.refused(t, "CONFLICT ILLEGAL_TRANSITION", func() error {
		_, err := w.ConfirmSession(t.Context(), w.A.Coordinator, fresh(), w.A.Session)
		return err
	})
	equal(t, "the session", w.status(t, "session", w.A.Session), string(engine.SessionHeld))
}

// A session that moves takes along the guests who have room for it there; the
// others lose their seats and hear of it, and none keeps it where it is.
func TestAGuestComesAlongWhereSheHasRoom(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		to    engine.Interval
		set   string // beside an hour of hers on Thursday 22 April at 15:00
		stays bool
	}{
		"she has time":              {slot("2027-04-22", "18:00", 90), `select 1`, true},
		"right after the way home":  {slot("2027-04-22", "16:30", 90), `select 1`, true},
		"on the way home":           {slot("2027-04-22", "16:29", 90), `select 1`, false},
		"she is booked":             {slot("2027-04-22", "15:30", 90), `select 1`, false},
		"her day is full":           {slot("2027-04-22", "18:00", 90), `update pool_policy set sessions_per_day = 1`, false},
		"the day after is not":      {slot("2027-04-23", "15:00", 90), `update pool_policy set sessions_per_day = 1`, true},
		"her week is full":          {slot("2027-04-23", "15:00", 90), `update expert_record set cap_sessions_per_week = 1 where expert_id = 'aaaaaaaa-0004-4000-8000-000000000003'`, false},
		"the week after is not":     {slot("2027-04-29", "15:00", 90), `update expert_record set cap_sessions_per_week = 1 where expert_id = 'aaaaaaaa-0004-4000-8000-000000000003'`, true},
		"within the hours of April": {slot("2027-04-28", "15:00", 90), `update expert_record set cap_minutes_per_month = 150 where expert_id = 'aaaaaaaa-0004-4000-8000-000000000003'`, true},
		"beyond them":               {slot("2027-04-28", "15:00", 90), `update expert_record set cap_minutes_per_month = 149 where expert_id = 'aaaaaaaa-0004-4000-8000-000000000003'`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.booked(t, w.open(t, w.ear()), thursday, 2)
			w.openSeats(t, 2)
			for _, guest := range []int{2, 3} {
				must(w.TakeSeat(t.Context(), w.A.ExpertViewers[guest], fresh(), w.A.Session))(t)
			}
			w.set(t, c.set)
			moved := must(w.RescheduleSession(t.Context(), w.A.Coordinator, fresh(), app.Reschedule{SessionID: w.A.Session, Start: c.to.Start,
				Scope: engine.ScopeThis, Mode: engine.AllOrNothing}))(t)
			equal(t, "it moved", moved.Session.Slot, c.to)
			sits := func(guest int) bool {
				return get[bool](t, w, `select exists (select from booking where session_id = $1 and expert_id = $2 and status = 'CONFIRMED' and starts_at = $3)`,
					w.A.Session, w.A.Experts[guest], c.to.Start)
			}
			told := func(guest int, kind string) bool {
				return get[bool](t, w, `select exists (select from notice where expert_id = $1 and session_id = $2 and kind = $3)`, w.A.Experts[guest], w.A.Session, kind)
			}
			equal(t, "she comes along", sits(2), c.stays)
			equal(t, "she hears that her time is free", told(2, "HOLD_RELEASED"), !c.stays)
			equal(t, "she hears that it moved", told(2, "SESSION_MOVED"), c.stays)
			equal(t, "the other comes along", sits(3), true)
			equal(t, "the other hears that it moved", told(3, "SESSION_MOVED"), true)
			if !c.stays && !c.to.Start.Before(slot("2027-04-28", "00:00", 1).Start) {
				w.set(t, `update expert_record set cap_minutes_per_month = 0`)
				equal(t, "she may sit down again when there is room", class(second(w.TakeSeat(t.Context(), w.A.ExpertViewers[2], fresh(), w.A.Session))), "")
			}
		})
	}
}
