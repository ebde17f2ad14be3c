package app_test

import (
	"testing"

	"expex/app"
	"expex/engine"
)

// applicant makes an expert of the fixture one, unless a call has moved him since.
func (w *world) applicant(t *testing.T, n int) engine.ExpertID {
	t.Helper()
	w.set(t, `update expert_record set status = 'APPLICANT' where expert_id = $1 and status = 'DEPLOYABLE'`, w.A.Experts[n])
	w.set(t, `update place_offer set status = 'EXPIRED' where id = $1 and status = 'SENT' and $2 > 0`, w.A.Place, n)
	return w.A.Experts[n]
}

func init() {
	type calls = struct {
		call, other func(w *world, t *testing.T, key string) (any, error)
	}
	pair := func(f func(w *world, t *testing.T, key string, other bool) (any, error)) calls {
		return calls{
			func(w *world, t *testing.T, key string) (any, error) { return f(w, t, key, false) },
			func(w *world, t *testing.T, key string) (any, error) { return f(w, t, key, true) },
		}
	}
	or := func(other bool, a, b engine.Date) engine.Date {
		if other {
			return b
		}
		return a
	}
	for name, f := range map[string]func(w *world, t *testing.T, key string, other bool) (any, error){
		"CreateCohort": func(w *world, t *testing.T, key string, other bool) (any, error) {
			return w.CreateCohort(t.Context(), w.A.Coordinator, key, engine.Cohort{PoolID: w.A.Pool, Name: "Lichting", Places: 2, PlannedStart: "2027-09-01",
				PlannedEnd: or(other, "2027-12-01", "2027-12-02"), Meetings: 6, JoinBefore: 3, OfferHours: 72, PaperworkDays: 28})
		},
		"MoveCohort": func(w *world, t *testing.T, key string, other bool) (any, error) {
			return w.MoveCohort(t.Context(), w.A.Trainer, key, w.A.Later, or(other, "2027-08-01", "2027-08-02"))
		},
		"Enrol": func(w *world, t *testing.T, key string, other bool) (any, error) {
			if other {
				return w.Enrol(t.Context(), w.A.Coordinator, key, w.A.Later, nil)
			}
			return w.Enrol(t.Context(), w.A.Coordinator, key, w.A.Later, []engine.ExpertID{w.applicant(t, 1)})
		},
		"RecordAttendance": func(w *world, t *testing.T, key string, other bool) (any, error) {
			return w.RecordAttendance(t.Context(), w.A.Trainer, key, w.A.Cohort, []engine.Attendance{{ExpertID: w.A.Experts[0], Meeting: 2, Present: !other}})
		},
		"RecordOutcomes": func(w *world, t *testing.T, key string, other bool) (any, error) {
			return w.RecordOutcomes(t.Context(), w.A.Trainer, key, w.A.Cohort, or(other, "2026-01-07", "2026-01-08"),
				[]app.Outcome{{ExpertID: w.A.Experts[0], Outcome: engine.OutcomeCertified}})
		},
		"MakeDeployable": func(w *world, t *testing.T, key string, other bool) (any, error) {
			expert := w.A.Experts[0]
			if other {
				expert = w.A.Experts[1]
			}
			w.set(t, `update expert_record set status = 'CERTIFIED', agreement_on = null where expert_id = $1`, w.A.Experts[0])
			return w.MakeDeployable(t.Context(), w.A.Coordinator, key, expert)
		},
		"WaitlistRequest": func(w *world, t *testing.T, key string, other bool) (any, error) {
			why := engine.WaitsForSlot
			if other {
				why = engine.WaitsForTheme
			}
			return w.WaitlistRequest(t.Context(), w.A.Coordinator, key, w.A.Ear, why, w.A.Later)
		},
		"AddToWaitlist": func(w *world, t *testing.T, key string, other bool) (any, error) {
			return w.AddToWaitlist(t.Context(), w.A.Coordinator, key, w.A.Pool, w.applicant(t, 1), or(other, "2027-03-01", "2027-03-02"))
		},
		"SetWaitlistPriority": func(w *world, t *testing.T, key string, other bool) (any, error) {
			return w.SetWaitlistPriority(t.Context(), w.A.Coordinator, key, w.A.Waiting, 3, string(or(other, "omdat", "daarom")))
		},
		"LeaveWaitlist": func(w *world, t *testing.T, key string, other bool) (any, error) {
			if other {
				return w.LeaveWaitlist(t.Context(), w.A.Coordinator, key, "dddddddd-0000-4000-8000-000000000000")
			}
			return w.LeaveWaitlist(t.Context(), w.A.Coordinator, key, w.A.Waiting)
		},
		"AnswerPlaceOffer": func(w *world, t *testing.T, key string, other bool) (any, error) {
			w.applicant(t, 0)
			return w.AnswerPlaceOffer(t.Context(), w.A.ExpertViewers[0], key, w.A.Place, !other)
		},
	} {
		repeated[name] = pair(f)
	}
}
