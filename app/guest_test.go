package app_test

import (
	"testing"

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
