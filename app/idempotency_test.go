package app_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"expex/app"
	"expex/auth"
	"expex/engine"
	"expex/seal"
	"expex/store"
	"expex/store/storetest"
)

// oneKey encrypts the addresses of private calendars.
var oneKey = seal.NewKey("one")

// repeated is how each use case is called with a key, and with the same key for
// something else. A use case that is missing fails a test.
var repeated = map[string]struct {
	call, other func(w *world, t *testing.T, key string) (any, error)
}{
	"SubmitRequest": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.SubmitRequest(t.Context(), w.A.LocationAsker, key, w.ear())
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.SubmitRequest(t.Context(), w.A.LocationAsker, key, w.talk())
		},
	},
	"TriageRequest": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.TriageRequest(t.Context(), w.A.Coordinator, key, w.A.Ear, engine.RequestOnHold)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.TriageRequest(t.Context(), w.A.Coordinator, key, w.A.Ear, engine.RequestOpen)
		},
	},
	"WithdrawRequest": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.WithdrawRequest(t.Context(), w.A.LocationAsker, key, w.A.Talk)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.WithdrawRequest(t.Context(), w.A.LocationAsker, key, w.A.Ear)
		},
	},
	"MakeOffer": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.MakeOffer(t.Context(), w.A.Coordinator, key, w.ask(w.A.Ear, slot("2027-04-08", "14:00", 60), 0))
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.MakeOffer(t.Context(), w.A.Coordinator, key, w.ask(w.A.Ear, slot("2027-04-08", "14:00", 60), 1))
		},
	},
	"AcceptOffer": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.AcceptOffer(t.Context(), w.A.ExpertViewers[2], key, w.A.Offer)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.AcceptOffer(t.Context(), w.A.ExpertViewers[2], key, w.A.Accepted[0])
		},
	},
	"DeclineOffer": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.DeclineOffer(t.Context(), w.A.ExpertViewers[2], key, w.A.Offer, nil)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			code := engine.DeclineTime
			return w.DeclineOffer(t.Context(), w.A.ExpertViewers[2], key, w.A.Offer, &code)
		},
	},
	"CancelSession": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.CancelSession(t.Context(), w.A.Coordinator, key, w.A.Session, nil)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.CancelSession(t.Context(), w.A.Coordinator, key, w.A.Session, side(engine.SideClient))
		},
	},
	"OpenSeats": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.OpenSeats(t.Context(), w.A.Coordinator, key, w.A.Session, 3)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.OpenSeats(t.Context(), w.A.Coordinator, key, w.A.Session, 4)
		},
	},
	"TakeSeat": {
		func(w *world, t *testing.T, key string) (any, error) {
			w.set(t, `update session set seats = 3 where id = $1`, w.A.Session)
			return w.TakeSeat(t.Context(), w.A.ExpertViewers[2], key, w.A.Session)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.TakeSeat(t.Context(), w.A.ExpertViewers[2], key, w.A.Done[0])
		},
	},
	"GiveUpSeat": {
		func(w *world, t *testing.T, key string) (any, error) {
			if get[int](t, w, `select count(*) from session where id = $1 and seats is null`, w.A.Session) > 0 {
				w.openSeats(t, 3)
				must(w.TakeSeat(t.Context(), w.A.ExpertViewers[2], fresh(), w.A.Session))(t)
			}
			return w.GiveUpSeat(t.Context(), w.A.ExpertViewers[2], key, w.A.Session)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.GiveUpSeat(t.Context(), w.A.ExpertViewers[2], key, w.A.Done[0])
		},
	},
	"RecordOutcome": {
		func(w *world, t *testing.T, key string) (any, error) {
			w.before(t, key, `update session set status = 'CONFIRMED' where id = $1`, w.A.Done[0])
			return w.RecordOutcome(t.Context(), w.A.Coordinator, key, app.RecordOutcome{SessionID: w.A.Done[0], Outcome: engine.SessionCompleted})
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.RecordOutcome(t.Context(), w.A.Coordinator, key, app.RecordOutcome{SessionID: w.A.Done[0], Outcome: engine.SessionNoShowClient})
		},
	},
	"CancelSessions": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.CancelSessions(t.Context(), w.A.Coordinator, key, w.A.Session, nil, engine.ScopeThis)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.CancelSessions(t.Context(), w.A.Coordinator, key, w.A.Session, nil, engine.ScopeAll)
		},
	},
	"PlanSessions": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.PlanSessions(t.Context(), w.A.Coordinator, key, w.weekly(t, "2027-04-13", 2))
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.PlanSessions(t.Context(), w.A.Coordinator, key, w.weekly(t, "2027-04-13", 3))
		},
	},
	"RescheduleSession": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.RescheduleSession(t.Context(), w.A.Coordinator, key, w.move(w.A.Session, "2027-04-08", "15:00"))
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.RescheduleSession(t.Context(), w.A.Coordinator, key, w.move(w.A.Session, "2027-04-09", "15:00"))
		},
	},
	"ConfirmSession": {
		func(w *world, t *testing.T, key string) (any, error) {
			w.before(t, key, `update session set status = 'HELD' where id = $1`, w.A.Session)
			return w.ConfirmSession(t.Context(), w.A.Coordinator, key, w.A.Session)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.ConfirmSession(t.Context(), w.A.Coordinator, key, w.A.Done[0])
		},
	},
	"EvaluateRequest": {
		func(w *world, t *testing.T, key string) (any, error) {
			w.before(t, key, `update request set status = 'FILLED' where id = $1`, w.A.Past)
			return w.EvaluateRequest(t.Context(), w.A.Coordinator, key, w.A.Past)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.EvaluateRequest(t.Context(), w.A.Coordinator, key, w.A.Ear)
		},
	},
	"CloseRequest": {
		func(w *world, t *testing.T, key string) (any, error) {
			w.before(t, key, `update request set status = 'RUNNING' where id = $1`, w.A.Past)
			return w.CloseRequest(t.Context(), w.A.Coordinator, key, w.A.Past)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.CloseRequest(t.Context(), w.A.Coordinator, key, w.A.Ear)
		},
	},
	"RecordRapport": {
		func(w *world, t *testing.T, key string) (any, error) {
			w.before(t, key, `with met as (update session set match_id = $1 where id = $2) update match set status = 'INTRO' where id = $1`, w.A.Match, w.A.Done[0])
			return w.RecordRapport(t.Context(), w.A.Coordinator, key, engine.Rapport{MatchID: w.A.Match, Side: engine.SideClient})
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.RecordRapport(t.Context(), w.A.Coordinator, key, engine.Rapport{MatchID: w.A.Match, Side: engine.SideExpert})
		},
	},
	"ActivateMatch": {
		func(w *world, t *testing.T, key string) (any, error) {
			w.before(t, key, `with met as (update session set match_id = $1 where status = 'COMPLETED') update match set status = 'TRIAL' where id = $1`, w.A.Match)
			return w.ActivateMatch(t.Context(), w.A.Coordinator, key, w.A.Match)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.ActivateMatch(t.Context(), w.A.Coordinator, key, w.B.Match)
		},
	},
	"PauseMatch": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.PauseMatch(t.Context(), w.A.Coordinator, key, w.A.Match)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.PauseMatch(t.Context(), w.A.Coordinator, key, w.B.Match)
		},
	},
	"ResumeMatch": {
		func(w *world, t *testing.T, key string) (any, error) {
			w.before(t, key, `update match set status = 'PAUSED' where id = $1`, w.A.Match)
			return w.ResumeMatch(t.Context(), w.A.Coordinator, key, w.A.Match)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.ResumeMatch(t.Context(), w.A.Coordinator, key, w.B.Match)
		},
	},
	"AnnounceClosure": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.AnnounceClosure(t.Context(), w.A.Coordinator, key, w.A.Match, "Zij verhuist")
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.AnnounceClosure(t.Context(), w.A.Coordinator, key, w.A.Match, "Hij verhuist")
		},
	},
	"CloseMatch": {
		func(w *world, t *testing.T, key string) (any, error) {
			w.before(t, key, `update match set status = 'CLOSING' where id = $1`, w.A.Match)
			return w.CloseMatch(t.Context(), w.A.Coordinator, key, app.CloseMatch{MatchID: w.A.Match, Reason: engine.MatchMovedAway})
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.CloseMatch(t.Context(), w.A.Coordinator, key, app.CloseMatch{MatchID: w.A.Match, Reason: engine.MatchPlannedEnd})
		},
	},
	"ExtendMatch": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.ExtendMatch(t.Context(), w.A.Coordinator, key, w.A.Match, "2027-08-01", "")
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.ExtendMatch(t.Context(), w.A.Coordinator, key, w.A.Match, "2027-08-02", "")
		},
	},
	"GrantExtraSession": {
		func(w *world, t *testing.T, key string) (any, error) {
			w.before(t, key, `update match set session_cap = 5 where id = $1`, w.A.Match)
			return w.GrantExtraSession(t.Context(), w.A.Coordinator, key, w.A.Match, "Nog niet klaar")
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.GrantExtraSession(t.Context(), w.A.Coordinator, key, w.A.Match, "Bijna klaar")
		},
	},
	"ConvertMatch": {
		func(w *world, t *testing.T, key string) (any, error) {
			w.before(t, key, `with free as (delete from dual_role) update match set type = 'HOPE_GIVER' where id = $1`, w.A.Match)
			return w.ConvertMatch(t.Context(), w.A.Coordinator, key, w.buddyFromNow())
		},
		func(w *world, t *testing.T, key string) (any, error) {
			other := w.buddyFromNow()
			other.PlannedEnd = "2027-09-15"
			return w.ConvertMatch(t.Context(), w.A.Coordinator, key, other)
		},
	},
	"AskToJoin": {
		func(w *world, t *testing.T, key string) (any, error) {
			w.partnerFellOut(t)
			return w.AskToJoin(t.Context(), w.A.Coordinator, key, w.join(2))
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.AskToJoin(t.Context(), w.A.Coordinator, key, w.join(3))
		},
	},
	"DecideSession": {
		func(w *world, t *testing.T, key string) (any, error) {
			w.partnerFellOut(t)
			return w.DecideSession(t.Context(), w.A.Coordinator, key, w.A.Session, app.DecidePostpone, "")
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.DecideSession(t.Context(), w.A.Coordinator, key, w.A.Session, app.DecideOnline, "")
		},
	},
	"SubstituteSession": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.SubstituteSession(t.Context(), w.A.Coordinator, key, app.Substitute{ExpertID: w.A.Experts[1], SessionID: &w.A.Session, Ask: true})
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.SubstituteSession(t.Context(), w.A.Coordinator, key, app.Substitute{ExpertID: w.A.Experts[1], SessionID: &w.A.Session})
		},
	},
	"SetStandby": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.SetStandby(t.Context(), w.A.ExpertViewers[0], key, w.A.Experts[0], []engine.Interval{slot("2027-05-05", "09:00", 60)})
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.SetStandby(t.Context(), w.A.ExpertViewers[0], key, w.A.Experts[0], nil)
		},
	},
	"SetAvailability": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.SetAvailability(t.Context(), w.A.ExpertViewers[0], key, w.A.Experts[0],
				[]engine.AvailabilityRule{{Weekday: engine.Monday, Starts: "13:00", Ends: "17:00", Parity: engine.EveryWeek, Mode: engine.Both}})
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.SetAvailability(t.Context(), w.A.ExpertViewers[0], key, w.A.Experts[0], nil)
		},
	},
	"AddBlackout": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.AddBlackout(t.Context(), w.A.ExpertViewers[0], key, w.A.Experts[0], slot("2027-05-05", "00:00", 60))
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.AddBlackout(t.Context(), w.A.ExpertViewers[0], key, w.A.Experts[0], slot("2027-05-05", "00:00", 61))
		},
	},
	"SetThemeConsent": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.SetThemeConsent(t.Context(), w.A.ExpertViewers[0], key, engine.Consent{Theme: "BULLYING", Usage: engine.UsageCase, Level: engine.Green})
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.SetThemeConsent(t.Context(), w.A.ExpertViewers[0], key, engine.Consent{Theme: "BULLYING", Usage: engine.UsageCase, Level: engine.Red})
		},
	},
	"LinkBusyAddress": {
		func(w *world, t *testing.T, key string) (any, error) {
			w.Private = private(t, &far{}, oneKey)
			return w.LinkBusyAddress(t.Context(), w.A.ExpertViewers[0], key, "privé", secretAddress)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.LinkBusyAddress(t.Context(), w.A.ExpertViewers[0], key, "privé", secretAddress+"?")
		},
	},
	"LinkBusyFile": {
		func(w *world, t *testing.T, key string) (any, error) {
			w.Private = private(t, &far{}, oneKey)
			return w.LinkBusyFile(t.Context(), w.A.ExpertViewers[0], key, "export", []byte("[]"))
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.LinkBusyFile(t.Context(), w.A.ExpertViewers[0], key, "export", []byte("[] "))
		},
	},
	"RefreshBusyCalendar": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.RefreshBusyCalendar(t.Context(), w.A.ExpertViewers[0], key, w.A.Busy)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.RefreshBusyCalendar(t.Context(), w.A.ExpertViewers[0], key, w.B.Busy)
		},
	},
	"UnlinkBusyCalendar": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.UnlinkBusyCalendar(t.Context(), w.A.ExpertViewers[0], key, w.A.Busy)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.UnlinkBusyCalendar(t.Context(), w.A.ExpertViewers[0], key, w.B.Busy)
		},
	},
	"PauseExpert": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.PauseExpert(t.Context(), w.A.ExpertViewers[0], key, w.A.Experts[0], nil)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.PauseExpert(t.Context(), w.A.ExpertViewers[0], key, w.A.Experts[1], nil)
		},
	},
	"OffboardExpert": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.OffboardExpert(t.Context(), w.A.Coordinator, key, w.A.Experts[0])
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.OffboardExpert(t.Context(), w.A.Coordinator, key, w.A.Experts[1])
		},
	},
	"RecordConductCertificate": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.RecordConductCertificate(t.Context(), w.A.Coordinator, key, store.Certificate{ExpertID: w.A.Experts[0], IssuedOn: "2027-03-01", ValidTo: "2030-03-01"})
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.RecordConductCertificate(t.Context(), w.A.Coordinator, key, store.Certificate{ExpertID: w.A.Experts[0], IssuedOn: "2027-03-02", ValidTo: "2030-03-01"})
		},
	},
	"TransferExpert": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.TransferExpert(t.Context(), w.A.Coordinator, key, engine.Transfer{ExpertID: w.A.Experts[0], ToPool: w.B.Pool, TakesEffect: "2027-05-01", Postcode4: "1315"})
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.TransferExpert(t.Context(), w.A.Coordinator, key, engine.Transfer{ExpertID: w.A.Experts[0], ToPool: w.B.Pool, TakesEffect: "2027-05-02", Postcode4: "1315"})
		},
	},
	"ConfirmClientConsent": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.ConfirmClientConsent(t.Context(), w.A.LocationAsker, key, w.A.Ear)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.ConfirmClientConsent(t.Context(), w.A.LocationAsker, key, w.A.Buddy)
		},
	},
	"MergeOrganisations": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.MergeOrganisations(t.Context(), w.A.RegionLead, key, w.A.Other, w.A.House)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.MergeOrganisations(t.Context(), w.A.RegionLead, key, w.A.Other, w.A.Location)
		},
	},
	"LiftExclusion": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.LiftExclusion(t.Context(), w.A.ExpertViewers[3], key, w.A.House, w.A.Ear)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.LiftExclusion(t.Context(), w.A.ExpertViewers[3], key, w.A.House, w.A.Buddy)
		},
	},
	"ResumeExpert": {
		func(w *world, t *testing.T, key string) (any, error) {
			must(w.PauseExpert(t.Context(), w.A.ExpertViewers[0], "key-of-before", w.A.Experts[0], nil))(t)
			return w.ResumeExpert(t.Context(), w.A.ExpertViewers[0], key, w.A.Experts[0])
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.ResumeExpert(t.Context(), w.A.ExpertViewers[0], key, w.A.Experts[1])
		},
	},
	"AcceptTransfer": {
		func(w *world, t *testing.T, key string) (any, error) {
			must(w.TransferExpert(t.Context(), w.A.Coordinator, "key-of-before", engine.Transfer{ExpertID: w.A.Experts[0], ToPool: w.B.Pool, TakesEffect: "2027-05-01", Postcode4: "1315"}))(t)
			return w.AcceptTransfer(t.Context(), w.A.ExpertViewers[0], key, w.B.Pool)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.AcceptTransfer(t.Context(), w.A.ExpertViewers[0], key, w.A.Pool)
		},
	},
	"ResolveConsentChange": {
		func(w *world, t *testing.T, key string) (any, error) {
			must(w.SetThemeConsent(t.Context(), w.A.ExpertViewers[0], "key-of-before", engine.Consent{Theme: "LONELINESS", Usage: engine.UsageClosedGroup, Level: engine.Red}))(t)
			return w.ResolveConsentChange(t.Context(), w.A.ExpertViewers[0], key, w.A.Session, engine.ConsentReplace, nil)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.ResolveConsentChange(t.Context(), w.A.ExpertViewers[0], key, w.A.Session, engine.ConsentKeep, nil)
		},
	},
	"ProposeWeights": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.ProposeWeights(t.Context(), w.A.Coordinator, key, w.themeAndLoad(50, 50))
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.ProposeWeights(t.Context(), w.A.Coordinator, key, w.themeAndLoad(60, 40))
		},
	},
	"ApproveWeights": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.ApproveWeights(t.Context(), w.A.RegionLead, key, app.Verdict{PoolID: w.A.Pool, Type: engine.PolicyAdvice, Version: 1})
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.ApproveWeights(t.Context(), w.A.RegionLead, key, app.Verdict{PoolID: w.A.Pool, Type: engine.PolicyAdvice, Version: 2})
		},
	},
	"RejectWeights": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.RejectWeights(t.Context(), w.A.RegionLead, key, app.Verdict{PoolID: w.A.Pool, Type: engine.PolicyAdvice, Version: 1})
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.RejectWeights(t.Context(), w.A.RegionLead, key, app.Verdict{PoolID: w.A.Pool, Type: engine.PolicyAdvice, Version: 2})
		},
	},
	"CreateCalendarFeed": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.CreateCalendarFeed(t.Context(), w.A.ExpertViewers[0], key, store.Feed{Label: "een", Title: "MINIMAL"})
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.CreateCalendarFeed(t.Context(), w.A.ExpertViewers[0], key, store.Feed{Label: "twee", Title: "MINIMAL"})
		},
	},
	"CreateTeamFeed": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.CreateTeamFeed(t.Context(), w.A.Coordinator, key, w.A.Pool, false, "bureau")
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.CreateTeamFeed(t.Context(), w.A.Coordinator, key, w.A.Pool, true, "bureau")
		},
	},
	"CreatePublicTalksFeed": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.CreatePublicTalksFeed(t.Context(), w.A.Requester, key, w.A.House, false, "website")
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.CreatePublicTalksFeed(t.Context(), w.A.Requester, key, w.A.House, true, "website")
		},
	},
	"UpdateCalendarFeed": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.UpdateCalendarFeed(t.Context(), w.A.ExpertViewers[0], key, w.A.Feed, app.FeedChange{Label: new("horloge")})
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.UpdateCalendarFeed(t.Context(), w.A.ExpertViewers[0], key, w.A.Feed, app.FeedChange{Label: new("klok")})
		},
	},
	"SetInvitations": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.SetInvitations(t.Context(), w.A.ExpertViewers[0], key, store.Invitations{Wanted: true, Title: "APPOINTMENT"})
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.SetInvitations(t.Context(), w.A.ExpertViewers[0], key, store.Invitations{Wanted: true, Title: "MINIMAL"})
		},
	},
	"RotateCalendarFeed": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.RotateCalendarFeed(t.Context(), w.A.ExpertViewers[0], key, w.A.Feed)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.RotateCalendarFeed(t.Context(), w.A.ExpertViewers[0], key, w.B.Feed)
		},
	},
	"RevokeCalendarFeed": {
		func(w *world, t *testing.T, key string) (any, error) {
			return w.RevokeCalendarFeed(t.Context(), w.A.ExpertViewers[0], key, w.A.Feed)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.RevokeCalendarFeed(t.Context(), w.A.ExpertViewers[0], key, w.B.Feed)
		},
	},
}

// before changes the database for a call whose key is not used yet.
func (w *world) before(t *testing.T, key, statement string, args ...any) {
	t.Helper()
	if get[int](t, w, `select count(*) from idempotency_key where key = $1`, key) == 0 {
		w.set(t, statement, args...)
	}
}

func TestTheSameCallTwiceHasOneEffectAndOneAnswer(t *testing.T) {
	t.Parallel()
	for name, c := range repeated {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			key := fresh()
			before := w.contents(t)
			first := must(c.call(w, t, key))(t)
			after := w.contents(t)
			if slices.Equal(before, after) {
				t.Error("the first call has no effect")
			}
			w.at(storetest.Now.AddDate(0, 0, 6)) // the client comes back late
			same(t, "the second answer", must(c.call(w, t, key))(t), first)
			if again := w.contents(t); !slices.Equal(after, again) {
				t.Errorf("the second call changed %s", changed(after, again))
			}
			w.refused(t, "CONFLICT IDEMPOTENCY_KEY_REUSED", func() error { _, err := c.other(w, t, key); return err })
		})
	}
}

func TestEveryUseCaseIsRepeated(t *testing.T) {
	t.Parallel()
	a := reflect.TypeFor[app.App]()
	for i := range a.NumMethod() {
		m := a.Method(i)
		takesKey := m.Type.NumIn() > 3 && m.Type.In(2) == reflect.TypeFor[auth.Viewer]() && m.Type.In(3) == reflect.TypeFor[string]()
		if _, tried := repeated[m.Name]; takesKey != tried {
			t.Errorf("%s takes a key: %v; is in the table: %v", m.Name, takesKey, tried)
		}
	}
}

func TestAKeyIsForOneIntentionOfOnePerson(t *testing.T) {
	t.Parallel()
	w := start(t)
	key := fresh()
	day := slot("2027-05-05", "00:00", 60)
	must(w.AddBlackout(t.Context(), w.A.ExpertViewers[0], key, w.A.Experts[0], day))(t)
	w.refused(t, "CONFLICT IDEMPOTENCY_KEY_REUSED", func() error {
		_, err := w.SetAvailability(t.Context(), w.A.ExpertViewers[0], key, w.A.Experts[0], nil)
		return err
	})
	must(w.AddBlackout(t.Context(), w.A.ExpertViewers[1], key, w.A.Experts[1], day))(t) // her own key
	if n := get[int](t, w, `select count(*) from blackout where starts_at = $1`, day.Start); n != 2 {
		t.Errorf("%d blackouts, want one for each", n)
	}
}

func TestAFailedCallDoesNotUseItsKeyUp(t *testing.T) {
	t.Parallel()
	w := start(t)
	key := fresh()
	w.refused(t, "INVALID themes", func() error {
		r := w.ear()
		r.Themes[0].Theme = "FOOTBALL"
		_, err := w.SubmitRequest(t.Context(), w.A.LocationAsker, key, r)
		return err
	})
	must(w.SubmitRequest(t.Context(), w.A.LocationAsker, key, w.ear()))(t)
}

// What was answered is remembered, not how things stand by now.
func TestARepeatedCallGetsTheFirstAnswer(t *testing.T) {
	t.Parallel()
	w := start(t)
	key := fresh()
	first := must(w.AcceptOffer(t.Context(), w.A.ExpertViewers[2], key, w.A.Offer))(t)
	must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), first.Session.ID, nil))(t)
	same(t, "the answer", must(w.AcceptOffer(t.Context(), w.A.ExpertViewers[2], key, w.A.Offer))(t), first)
	equal(t, "the session", w.status(t, "session", first.Session.ID), "CANCELLED_BY_COORDINATOR")
}

func TestAKeyHasAUsefulLength(t *testing.T) {
	t.Parallel()
	w := start(t)
	revoke := func(key string) error {
		_, err := w.RevokeCalendarFeed(t.Context(), w.A.ExpertViewers[0], key, w.A.Feed)
		return err
	}
	for _, key := range []string{"", "1234567", strings.Repeat("a", 201), "éééé"} { // the last has 8 bytes and 4 characters
		w.refused(t, "INVALID idempotencyKey", func() error { return revoke(key) })
	}
	for _, key := range []string{"12345678", strings.Repeat("a", 200), "éééééééé"} {
		if err := revoke(key); err != nil {
			t.Errorf("%q: %v", key, err)
		}
	}
}

// The list of tasks and deputies, as the table above.
func init() {
	const task, stand = "aaaaaaaa-000c-4000-8000-000000000009", "aaaaaaaa-000d-4000-8000-000000000009"
	withTask := func(w *world, t *testing.T) {
		w.set(t, `insert into task (id, pool_id, kind, session_id, appears_at, due_at) values ($1, $2, 'CHECK_IN', $3, $4, $4) on conflict do nothing`,
			task, w.A.Pool, w.A.Session, storetest.Now)
	}
	withDeputy := func(w *world, t *testing.T) {
		w.set(t, `update account set email = 'plaatsvervanger@example.org' where id = $1`, w.A.RegionLead.AccountID)
		w.set(t, `insert into account_role (id, account_id, role, pool_id, valid_from, valid_to, deputy_for) values ($1, $2, 'COORDINATOR', $3, '2028-01-01', '2028-02-01', $4)
			on conflict do nothing`, stand, w.A.RegionLead.AccountID, w.A.Pool, w.A.Coordinator.AccountID)
	}
	appoint := func(until engine.Date) func(*world, *testing.T, string) (any, error) {
		return func(w *world, t *testing.T, key string) (any, error) {
			withDeputy(w, t)
			return w.AppointDeputy(t.Context(), w.A.Coordinator, key, w.A.Pool, "plaatsvervanger@example.org", "2027-06-01", until)
		}
	}
	for name, calls := range map[string][2]func(*world, *testing.T, string) (any, error){
		"CompleteTask": {
			func(w *world, t *testing.T, key string) (any, error) {
				withTask(w, t)
				return w.CompleteTask(t.Context(), w.A.Coordinator, key, task)
			},
			func(w *world, t *testing.T, key string) (any, error) {
				return w.CompleteTask(t.Context(), w.A.Coordinator, key, stand)
			},
		},
		"PostponeTask": {
			func(w *world, t *testing.T, key string) (any, error) {
				withTask(w, t)
				return w.PostponeTask(t.Context(), w.A.Coordinator, key, task, storetest.Now.AddDate(0, 0, 3))
			},
			func(w *world, t *testing.T, key string) (any, error) {
				return w.PostponeTask(t.Context(), w.A.Coordinator, key, task, storetest.Now.AddDate(0, 0, 4))
			},
		},
		"AppointDeputy": {appoint("2027-06-10"), appoint("2027-06-11")},
		"EndDeputyship": {
			func(w *world, t *testing.T, key string) (any, error) {
				withDeputy(w, t)
				return w.EndDeputyship(t.Context(), w.A.Coordinator, key, stand)
			},
			func(w *world, t *testing.T, key string) (any, error) {
				return w.EndDeputyship(t.Context(), w.A.Coordinator, key, task)
			},
		},
	} {
		repeated[name] = struct {
			call, other func(w *world, t *testing.T, key string) (any, error)
		}{calls[0], calls[1]}
	}
}
