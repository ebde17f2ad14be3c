package app

import (
	"context"
	"slices"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// RecordOutcome is what became of a session.
type RecordOutcome struct {
	SessionID engine.SessionID
	Outcome   engine.SessionStatus // COMPLETED or a NO_SHOW
	// BreakGlassReason lets a coordinator record COMPLETED for a session whose
	// expert had no valid certificate of conduct where one is needed; at most 500
	// characters.
	BreakGlassReason string
}

// RecordOutcome says what became of a session that has begun: a coordinator of
// its pool, or an expert who was to do it, who does not say of herself that she
// stayed away. What follows is put on the list of the coordinator. Errors:
// NOT_FOUND; FORBIDDEN for an outcome that is not the viewer's to record; INVALID;
// CONFLICT for a session that has not begun or whose outcome is known; INFEASIBLE
// for COMPLETED without a certificate of conduct.
func (a App) RecordOutcome(ctx context.Context, viewer auth.Viewer, key string, in RecordOutcome) (engine.Session, error) {
	if err := checkGiven("breakGlassReason", in.BreakGlassReason); err != nil {
		return engine.Session{}, err
	}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "recordOutcome", Input: in}, func(t *store.Tx) (engine.Session, error) {
		session, _, err := decideOn(ctx, t, in.SessionID)
		if err != nil {
			return session, err
		}
		bookings, err := bookingsOf(ctx, t, []engine.Session{session})
		if err != nil {
			return session, err
		}
		given := slices.DeleteFunc(bookings[session.ID], func(b store.Booking) bool { return b.Guest }) // they did not do it
		coordinator := coordinates(viewer, session.PoolID)
		hers := slices.ContainsFunc(given, func(b store.Booking) bool { return b.ExpertID == viewer.Expert() })
		switch {
		case !coordinator && (!hers || in.Outcome == engine.SessionNoShowExpert || in.BreakGlassReason != ""):
			return session, &engine.Error{Code: engine.CodeForbidden, Message: "outcome: only a coordinator of the pool may record this; ask yours"}
		case !slices.Contains(outcomes, in.Outcome):
			return session, engine.Invalid("outcome", "must be COMPLETED, NO_SHOW_EXPERT, NO_SHOW_CLIENT or NO_SHOW_REQUESTER")
		case !session.Status.CanBecome(in.Outcome):
			return session, engine.Conflict(engine.ReasonIllegalTransition, "the session is %s and cannot become %s", session.Status, in.Outcome)
		case t.Now.Before(session.Slot.Start):
			return session, engine.Conflict(engine.ReasonIllegalTransition, "the session has not begun; cancel it if it will not take place")
		}
		if in.Outcome == engine.SessionCompleted {
			if err := certified(ctx, t, session, given, in.BreakGlassReason, coordinator); err != nil {
				return session, err
			}
		}
		hours := store.BookingDone // she was there, whoever else was not
		if in.Outcome == engine.SessionNoShowExpert {
			hours = store.BookingReleased
		}
		if session, err = t.MoveSession(ctx, session.ID, in.Outcome, session.Late, hours); err != nil {
			return session, err
		}
		if err := t.NoteChange(ctx, store.RecordChange{Kind: outcomeRecord, SessionID: &session.ID, Became: string(in.Outcome)}); err != nil {
			return session, err
		}
		if err := speakWith(ctx, t, session, given); err != nil {
			return session, err
		}
		if err := running(ctx, t, session); err != nil {
			return session, err
		}
		if session.MatchID != nil {
			return session, afterMeeting(ctx, t, session)
		}
		if in.Outcome == engine.SessionNoShowExpert {
			return session, reopen(ctx, t, session)
		}
		return session, allOver(ctx, t, session.RequestID)
	})
}

var outcomes = []engine.SessionStatus{engine.SessionCompleted, engine.SessionNoShowExpert, engine.SessionNoShowClient, engine.SessionNoShowRequester}

const conductCertificate engine.RuleCode = "CONDUCT_CERT_INVALID"

// certified refuses a session as COMPLETED that somebody did without a valid
// certificate of conduct where one is needed, unless a coordinator breaks the
// glass. Who lacks it is told to coordinators only.
func certified(ctx context.Context, t *store.Tx, session engine.Session, given []store.Booking, reason string, coordinator bool) error {
	kind, err := t.DeploymentType(ctx, session.Type)
	if err != nil {
		return err
	}
	request, err := t.Request(ctx, session.RequestID)
	if err != nil || !kind.NeedsCertificate(request) {
		return err
	}
	experts := make([]engine.ExpertID, len(given))
	for i, b := range given {
		experts[i] = b.ExpertID
	}
	last := session.Slot.End.Add(-time.Nanosecond)
	without, err := t.WithoutCertificate(ctx, experts, engine.DateOf(session.Slot.Start, store.Zone), engine.DateOf(last, store.Zone))
	switch {
	case err != nil || len(without) == 0:
		return err
	case !coordinator:
		return &engine.Error{Code: engine.CodeInfeasible, Rules: []engine.RuleCode{engine.OtherRule}, Message: "your coordinator has to record this outcome"}
	case reason == "":
		return engine.Infeasible([]engine.RuleCode{conductCertificate})
	}
	return t.Waive(ctx, store.Waiver{Kind: store.WaiveCertificate, PoolID: session.PoolID, SessionID: &session.ID, Reason: reason})
}

// speakWith puts the talk with each expert afterwards on the list: how it was for
// who was there, and how she is for who was not. It has no other consequences.
func speakWith(ctx context.Context, t *store.Tx, session engine.Session, given []store.Booking) error {
	care, err := t.Care(ctx, session.PoolID)
	if err != nil {
		return err
	}
	for _, b := range given {
		task := engine.Task{PoolID: session.PoolID, Kind: engine.TaskDebrief, ExpertID: &b.ExpertID, SessionID: &session.ID, AppearsAt: t.Now}
		hours, from := care.DebriefHours, session.Slot.End
		if b.Tier3 {
			hours = care.DebriefHoursTier3
		}
		if session.Status == engine.SessionNoShowExpert {
			task.Kind, hours, from = engine.TaskWelfareCall, 24, t.Now
		}
		if task.DueAt = from.Add(time.Duration(hours) * time.Hour); task.DueAt.Before(t.Now) {
			task.DueAt = t.Now
		}
		if err := t.OpenTask(ctx, task); err != nil {
			return err
		}
	}
	return nil
}

// afterMeeting is what follows for a relation when the outcome of one of its
// meetings is known.
func afterMeeting(ctx context.Context, t *store.Tx, session engine.Session) error {
	r, err := relationOf(ctx, t, *session.MatchID)
	switch {
	case err != nil:
		return err
	case r.Status == engine.MatchClosed:
		return allOver(ctx, t, r.RequestID)
	case session.Status == engine.SessionCompleted && r.Completed == 1 && r.Status != engine.MatchPaused:
		if err := r.met(ctx, t, session); err != nil {
			return err
		}
	case session.Status == engine.SessionNoShowClient && r.Missed >= r.care.NoShows:
		if err := r.checkFirst(ctx, t); err != nil {
			return err
		}
	}
	switch {
	case r.Open > 0:
		return nil
	case r.Status == engine.MatchClosing:
		return r.open(ctx, t, engine.TaskClosure, t.Now, week)
	case r.Full(r.Standing):
		return r.open(ctx, t, engine.TaskCapReached, t.Now, week)
	}
	return nil
}

// met is what follows from the first meeting: both sides are asked, each alone,
// and the contact with the expert begins.
func (r relation) met(ctx context.Context, t *store.Tx, session engine.Session) error {
	if r.Status == engine.MatchIntro {
		if err := r.open(ctx, t, engine.TaskAskRapport, t.Now, week); err != nil {
			return err
		}
	}
	if err := r.open(ctx, t, engine.TaskCheckIn, r.care.FirstCheckIn(session.Slot.End), 2*day); err != nil {
		return err
	}
	if err := r.reviewAfter(ctx, t, today(t)); err != nil {
		return err
	}
	return r.thinkOfEnd(ctx, t)
}

// checkFirst asks for a check-in before the next meeting, which needs to be
// confirmed again.
func (r relation) checkFirst(ctx context.Context, t *store.Tx) error {
	due := t.Now.Add(week)
	for _, s := range r.sessions {
		if !stands(s) || !t.Now.Before(s.Slot.Start) {
			continue
		}
		due = s.Slot.Start
		if s.Status == engine.SessionConfirmed {
			if _, err := t.MoveSession(ctx, s.ID, engine.SessionHeld, false, store.BookingHeld); err != nil {
				return err
			}
		}
		break
	}
	return r.open(ctx, t, engine.TaskNoShowCheckIn, t.Now, due.Sub(t.Now))
}
