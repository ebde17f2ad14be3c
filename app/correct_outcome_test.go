package app_test

import (
	"testing"

	"expex/app"
	"expex/engine"
)

// corrected says that something else became of a session.
func (w *world) corrected(t *testing.T, session engine.SessionID, outcome engine.SessionStatus) engine.Session {
	t.Helper()
	return must(w.CorrectOutcome(t.Context(), w.A.Coordinator, fresh(), app.CorrectOutcome{SessionID: session, Outcome: outcome, Reason: "Verkeerd gezien"}))(t)
}

func init() {
	correct := func(reason string) func(*world, *testing.T, string) (any, error) {
		return func(w *world, t *testing.T, key string) (any, error) {
			w.before(t, key, `with again as (update request set status = 'FILLED' where id = $2)
				update session set starts_at = '2027-03-24 13:00Z', ends_at = '2027-03-24 14:30Z' where id = $1`, w.A.Done[2], w.A.Past)
			return w.CorrectOutcome(t.Context(), w.A.Coordinator, key, app.CorrectOutcome{SessionID: w.A.Done[2], Outcome: engine.SessionNoShowClient, Reason: reason})
		}
	}
	repeated["CorrectOutcome"] = struct {
		call, other func(w *world, t *testing.T, key string) (any, error)
	}{correct("omdat"), correct("daarom")}
}

// stoodBy is all that follows from the outcome of the talk of the fixture.
func (w *world) stoodBy(t *testing.T) string {
	t.Helper()
	return get[string](t, w, `select concat_ws(E'\n',
		(select 'session ' || status from session where id = $1),
		(select 'bookings ' || string_agg(status, ',' order by expert_id) from booking where session_id = $1),
		(select 'request ' || status from request where id = $2),
		(select string_agg(concat_ws(' ', kind, expert_id, request_id), E'\n' order by kind, expert_id, request_id) from task where done_at is null and kind <> 'CERTIFICATE_EXPIRES'))`,
		w.A.Session, w.A.Talk)
}

// Whatever was recorded first, in the end everything is as if the last word had
// been the only one.
func TestACorrectionLeavesWhatTheRightOutcomeWouldHave(t *testing.T) {
	t.Parallel()
	all := []engine.SessionStatus{engine.SessionCompleted, engine.SessionNoShowExpert, engine.SessionNoShowClient, engine.SessionNoShowRequester}
	for _, right := range all {
		t.Run(string(right), func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.recorded(t, right)
			want := w.stoodBy(t)
			for _, wrong := range all {
				if wrong == right {
					continue
				}
				w := start(t)
				w.recorded(t, wrong)
				w.corrected(t, w.A.Session, right)
				equal(t, "after "+string(wrong), w.stoodBy(t), want)
				equal(t, "kept", get[string](t, w, `select string_agg(concat_ws(' ', was, '>', became, reason), ', ' order by number) from record_change where session_id = $1`, w.A.Session),
					" > "+string(wrong)+" , "+string(wrong)+" > "+string(right)+" Verkeerd gezien")
			}
		})
	}
}

// The same for a meeting of a relation, whose young person missed one before: a
// first meeting, a second no-show, and what is held because of it.
func TestACorrectionLeavesARelationAsTheRightOutcomeWouldHave(t *testing.T) {
	t.Parallel()
	all := []engine.SessionStatus{engine.SessionCompleted, engine.SessionNoShowExpert, engine.SessionNoShowClient, engine.SessionNoShowRequester}
	meeting := func(t *testing.T) (*world, engine.SessionID) {
		w := start(t)
		offer := w.offer(t, w.A.Buddy, slot("2027-04-08", "14:00", 60), 0)[0]
		first := must(w.accept(t.Context(), 0, offer))(t).Session
		w.set(t, `update match set planned_end = '2027-12-01' where id = $1`, *first.MatchID)
		must(w.PlanSessions(t.Context(), w.A.Coordinator, fresh(), app.PlanSessions{MatchID: first.MatchID, Mode: engine.AllOrNothing,
			Plan: engine.SessionPlan{First: "2027-04-15", At: "14:00", Rhythm: &engine.Rhythm{Every: 1, Count: 2}}}))(t)
		w.at(first.Slot.End)
		must(w.RecordOutcome(t.Context(), w.A.Coordinator, fresh(), app.RecordOutcome{SessionID: first.ID, Outcome: engine.SessionNoShowClient}))(t)
		w.at(slot("2027-04-15", "14:00", 60).End)
		return w, engine.SessionID(get[string](t, w, `select id from session where match_id = $1 and starts_at = $2`, *first.MatchID, slot("2027-04-15", "14:00", 60).Start))
	}
	stands := func(t *testing.T, w *world) string {
		return get[string](t, w, `select concat_ws(E'\n',
			(select string_agg(concat_ws(' ', s.starts_at::date, s.status, b.status), E'\n' order by s.starts_at) from session s join booking b on b.session_id = s.id where s.match_id is not null),
			(select 'request ' || status from request where id = $1),
			(select string_agg(concat_ws(' ', k.kind, k.expert_id, k.match_id is not null, s.starts_at::date), E'\n' order by k.kind, s.starts_at, k.expert_id)
			 from task k left join session s on s.id = k.session_id where k.done_at is null and k.kind <> 'CERTIFICATE_EXPIRES'))`, w.A.Buddy)
	}
	for _, right := range all {
		t.Run(string(right), func(t *testing.T) {
			t.Parallel()
			w, id := meeting(t)
			must(w.RecordOutcome(t.Context(), w.A.Coordinator, fresh(), app.RecordOutcome{SessionID: id, Outcome: right}))(t)
			want := stands(t, w)
			for _, wrong := range all {
				if wrong == right {
					continue
				}
				w, id := meeting(t)
				must(w.RecordOutcome(t.Context(), w.A.Coordinator, fresh(), app.RecordOutcome{SessionID: id, Outcome: wrong}))(t)
				w.corrected(t, id, right)
				if wrong == engine.SessionNoShowClient { // it is for a coordinator to make the next one certain again
					next := engine.SessionID(get[string](t, w, `select id from session where match_id is not null and status = 'HELD'`))
					equal(t, "to confirm", get[int](t, w, `select count(*) from task where kind = 'CONFIRM_SESSION' and session_id = $1 and done_at is null`, next), 1)
					must(w.ConfirmSession(t.Context(), w.A.Coordinator, fresh(), next))(t)
				}
				equal(t, "after "+string(wrong), stands(t, w), want)
			}
		})
	}
}

func TestAnOutcomeOnWhichOthersHaveBuiltStands(t *testing.T) {
	t.Parallel()
	correct := func(w *world, outcome engine.SessionStatus) func() error {
		return func() error {
			_, err := w.CorrectOutcome(t.Context(), w.A.Coordinator, fresh(), app.CorrectOutcome{SessionID: w.A.Session, Outcome: outcome, Reason: "Verkeerd gezien"})
			return err
		}
	}
	// relate makes the talk the first meeting of the relation of the fixture.
	relate := func(w *world, t *testing.T, status engine.MatchStatus) {
		w.set(t, `update match set status = $2 where id = $1`, w.A.Match, string(status))
		w.set(t, `update session set match_id = $1, request_id = $2 where id = $3`, w.A.Match, w.A.Buddy, w.A.Session)
		w.set(t, `delete from booking where session_id = $1 and expert_id = $2`, w.A.Session, w.A.Experts[1])
	}
	for name, c := range map[string]struct {
		before  func(*world, *testing.T)
		was, is engine.SessionStatus
		want    string
	}{
		"no outcome yet": {func(w *world, t *testing.T) { w.at(slot("2027-04-07", "14:00", 90).End) }, "", engine.SessionCompleted, "CONFLICT ILLEGAL_TRANSITION"},
		"the same":       {nil, engine.SessionCompleted, engine.SessionCompleted, "INVALID outcome"},
		"no outcome":     {nil, engine.SessionCompleted, engine.SessionHeld, "INVALID outcome"},
		"30 days later":  {func(w *world, t *testing.T) { w.at(slot("2027-04-07", "14:00", 90).End.AddDate(0, 0, 30)) }, engine.SessionCompleted, engine.SessionNoShowClient, ""},
		"31 days later": {func(w *world, t *testing.T) { w.at(slot("2027-04-07", "14:00", 90).End.AddDate(0, 0, 31)) }, engine.SessionCompleted, engine.SessionNoShowClient,
			"CONFLICT ILLEGAL_TRANSITION"},
		"it was evaluated": {func(w *world, t *testing.T) {
			must(w.EvaluateRequest(t.Context(), w.A.Coordinator, fresh(), w.A.Talk))(t)
		},
			engine.SessionCompleted, engine.SessionNoShowClient, "CONFLICT ILLEGAL_TRANSITION"},
		"somebody else is asked": {func(w *world, t *testing.T) {
			w.set(t, `update request set status = 'OFFERED' where id = $1`, w.A.Talk)
		}, engine.SessionNoShowExpert, engine.SessionCompleted, "CONFLICT ILLEGAL_TRANSITION"},
		"nobody knows who was to do it": {func(w *world, t *testing.T) { w.set(t, `delete from task where kind = 'WELFARE_CALL'`) },
			engine.SessionNoShowExpert, engine.SessionCompleted, "CONFLICT ILLEGAL_TRANSITION"},
		"no certificate": {func(w *world, t *testing.T) {
			w.set(t, `update request set audience_age_from = 12 where id = $1`, w.A.Talk)
			w.set(t, `delete from conduct_certificate where expert_id = $1`, w.A.Experts[0])
		}, engine.SessionNoShowClient, engine.SessionCompleted, "INFEASIBLE CONDUCT_CERT_INVALID"},
		"the relation is closed": {func(w *world, t *testing.T) {
			relate(w, t, engine.MatchIntro)
			w.set(t, `update match set status = 'CLOSED', closed_on = '2027-04-07', closed_reason = 'DONE' where id = $1`, w.A.Match)
		}, engine.SessionCompleted, engine.SessionNoShowClient, "CONFLICT ILLEGAL_TRANSITION"},
		"how the first meeting was is known": {func(w *world, t *testing.T) {
			relate(w, t, engine.MatchIntro)
			must(w.RecordRapport(t.Context(), w.A.Coordinator, fresh(), engine.Rapport{MatchID: w.A.Match, Side: engine.SideClient, Good: true}))(t)
		}, engine.SessionCompleted, engine.SessionNoShowClient, "CONFLICT ILLEGAL_TRANSITION"},
		"nobody has said how it was": {func(w *world, t *testing.T) { relate(w, t, engine.MatchIntro) },
			engine.SessionCompleted, engine.SessionNoShowClient, ""},
		"the trial was long enough because of it": {func(w *world, t *testing.T) {
			relate(w, t, engine.MatchActive)
			w.set(t, `update session set match_id = $1, request_id = $2 where id = $3`, w.A.Match, w.A.Buddy, w.A.Done[0])
		}, engine.SessionCompleted, engine.SessionNoShowExpert, "CONFLICT ILLEGAL_TRANSITION"},
		"the trial was long enough without it": {func(w *world, t *testing.T) {
			relate(w, t, engine.MatchActive)
			w.set(t, `update session set match_id = $1, request_id = $2 where id in ($3, $4)`, w.A.Match, w.A.Buddy, w.A.Done[0], w.A.Done[1])
		}, engine.SessionCompleted, engine.SessionNoShowExpert, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			if c.was != "" {
				w.recorded(t, c.was)
			}
			if c.before != nil {
				c.before(w, t)
			}
			if c.want == "" {
				equal(t, "the answer", class(correct(w, c.is)()), "")
				return
			}
			w.refused(t, c.want, correct(w, c.is))
		})
	}
}

// The expert corrects what she recorded herself, and nothing that others said.
func TestAnExpertCorrectsHerOwnWord(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.at(slot("2027-04-07", "14:00", 150).End)
	correct := func(n int, outcome engine.SessionStatus) func() error {
		return func() error {
			_, err := w.CorrectOutcome(t.Context(), w.A.ExpertViewers[n], fresh(), app.CorrectOutcome{SessionID: w.A.Session, Outcome: outcome, Reason: "Ik vergiste mij"})
			return err
		}
	}
	must(w.RecordOutcome(t.Context(), w.A.ExpertViewers[0], fresh(), app.RecordOutcome{SessionID: w.A.Session, Outcome: engine.SessionCompleted}))(t)
	w.refused(t, "FORBIDDEN", correct(0, engine.SessionNoShowExpert))
	w.refused(t, "FORBIDDEN", correct(1, engine.SessionNoShowRequester)) // her partner
	w.refused(t, "NOT_FOUND", correct(2, engine.SessionNoShowRequester))
	equal(t, "her own", class(correct(0, engine.SessionNoShowRequester)()), "")
	w.corrected(t, w.A.Session, engine.SessionCompleted)
	w.refused(t, "FORBIDDEN", correct(0, engine.SessionNoShowRequester)) // the coordinator's word now
	w.refused(t, "INVALID reason", func() error {
		_, err := w.CorrectOutcome(t.Context(), w.A.Coordinator, fresh(), app.CorrectOutcome{SessionID: w.A.Session, Outcome: engine.SessionNoShowClient})
		return err
	})
	w.refused(t, "NOT_FOUND", func() error {
		_, err := w.CorrectOutcome(t.Context(), w.B.Coordinator, fresh(), app.CorrectOutcome{SessionID: w.A.Session, Outcome: engine.SessionNoShowClient, Reason: "omdat"})
		return err
	})
}

// Guests and whoever fell out before are not made to have been there.
func TestACorrectionGivesTimeBackToTheTeamOnly(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.set(t, `update booking set status = 'RELEASED' where session_id = $1 and expert_id = $2`, w.A.Session, w.A.Experts[1])
	w.recorded(t, engine.SessionNoShowExpert)
	w.corrected(t, w.A.Session, engine.SessionCompleted)
	equal(t, "their time", get[string](t, w, `select string_agg(status, ',' order by expert_id) from booking where session_id = $1`, w.A.Session), "DONE,RELEASED")
}
