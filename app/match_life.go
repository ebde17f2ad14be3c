package app

import (
	"context"
	"slices"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// relation is a relation with what its next step depends on.
type relation struct {
	engine.Match
	engine.Meetings
	sessions []engine.Session // the earliest first
	care     engine.Care
}

// relationOf reads a relation with its sessions. Only after Tx.Decide, with its
// request locked.
func relationOf(ctx context.Context, t *store.Tx, id engine.MatchID) (r relation, err error) {
	if r.Match, err = t.Match(ctx, id); err != nil {
		return r, err
	}
	if r.sessions, err = t.SessionsOfMatch(ctx, id); err != nil {
		return r, err
	}
	r.Meetings = engine.CountMeetings(r.sessions, t.Now)
	r.care, err = t.Care(ctx, r.PoolID)
	return r, err
}

// live is one step in the life of a relation: it sees the relation with the
// viewer's own eyes, goes on as the engine, and gives the relation as the step
// left it. The step is the coordinators', but for those that let her, the expert
// herself may take. NOT_FOUND for everybody else.
func (a App) live(ctx context.Context, viewer auth.Viewer, key store.Key, id engine.MatchID, her bool, step func(*store.Tx, relation) error) (engine.Match, error) {
	return store.Once(ctx, a.Store.As(viewer), key, func(t *store.Tx) (engine.Match, error) {
		match, err := t.Match(ctx, id)
		if err != nil {
			return match, err
		}
		enter := t.Coordinate
		if her && match.ExpertID == viewer.Expert() {
			enter = t.Decide
		}
		if err := enter(ctx, match.PoolID); err != nil {
			return match, err
		}
		if err := t.LockRequest(ctx, match.RequestID); err != nil {
			return match, err
		}
		r, err := relationOf(ctx, t, id)
		if err != nil {
			return match, err
		}
		if err := step(t, r); err != nil {
			return match, err
		}
		return t.Match(ctx, id)
	})
}

// coordinates reports whether the viewer coordinates the pool. To coordinate
// another one says nothing here.
func coordinates(viewer auth.Viewer, pool engine.PoolID) bool {
	return slices.ContainsFunc(viewer.Grants, func(g auth.Grant) bool {
		return g.PoolID == pool && (g.Role == auth.RoleCoordinator || g.Role == auth.RoleRegionLead)
	})
}

// RecordRapport keeps what one side, EXPERT or CLIENT, said after the first
// meeting. With two good answers the relation is on TRIAL; with one that is not it
// is closed, and its request open again. A coordinator records both, the expert
// her own. Errors: NOT_FOUND; FORBIDDEN for an answer that is not hers to give;
// CONFLICT before the first meeting took place and after the introduction.
func (a App) RecordRapport(ctx context.Context, viewer auth.Viewer, key string, said engine.Rapport) (engine.Match, error) {
	return a.live(ctx, viewer, store.Key{Key: key, Mutation: "recordRapport", Input: said}, said.MatchID, true, func(t *store.Tx, r relation) error {
		switch {
		case said.Side != engine.SideExpert && said.Side != engine.SideClient:
			return engine.Invalid("side", "must be EXPERT or CLIENT: those are the two who met")
		case said.Side == engine.SideClient && !coordinates(viewer, r.PoolID):
			return &engine.Error{Code: engine.CodeForbidden, Message: "side: a coordinator records what the young person said; you may say EXPERT"}
		case r.Status != engine.MatchIntro:
			return illegal(r, engine.MatchTrial)
		case r.Completed == 0:
			return engine.Conflict(engine.ReasonIllegalTransition, "the first meeting has not taken place; record its outcome first")
		}
		if err := t.RecordRapport(ctx, said); err != nil {
			return err
		}
		if !said.Good {
			return r.end(ctx, t, engine.MatchNoClick, true)
		}
		answers, err := t.Rapports(ctx, r.ID)
		if err != nil || len(answers) < 2 {
			return err // an answer that was not good has closed it
		}
		if err := t.CloseTasks(ctx, store.TaskFilter{Kinds: []engine.TaskKind{engine.TaskAskRapport}, MatchID: &r.ID}); err != nil {
			return err
		}
		return r.move(ctx, t, engine.MatchTrial)
	})
}

// ActivateMatch ends the trial of a relation. CONFLICT before as many meetings
// took place as the pool asks for.
func (a App) ActivateMatch(ctx context.Context, viewer auth.Viewer, key string, id engine.MatchID) (engine.Match, error) {
	return a.live(ctx, viewer, store.Key{Key: key, Mutation: "activateMatch", Input: id}, id, false, func(t *store.Tx, r relation) error {
		switch {
		case r.Status != engine.MatchTrial:
			return illegal(r, engine.MatchActive)
		case r.Completed < r.care.TrialMeetings:
			return engine.Conflict(engine.ReasonIllegalTransition, "a trial is %d meetings and %d took place", r.care.TrialMeetings, r.Completed)
		}
		return r.move(ctx, t, engine.MatchActive)
	})
}

// PauseMatch stops a relation for a while: meetings to come are cancelled, and no
// check-in falls due.
func (a App) PauseMatch(ctx context.Context, viewer auth.Viewer, key string, id engine.MatchID) (engine.Match, error) {
	return a.live(ctx, viewer, store.Key{Key: key, Mutation: "pauseMatch", Input: id}, id, false, func(t *store.Tx, r relation) error {
		return r.pause(ctx, t)
	})
}

func (r relation) pause(ctx context.Context, t *store.Tx) error {
	if err := r.move(ctx, t, engine.MatchPaused); err != nil {
		return err
	}
	if err := r.cancelAhead(ctx, t); err != nil {
		return err
	}
	regular := []engine.TaskKind{engine.TaskCheckIn, engine.TaskReview, engine.TaskClosure, engine.TaskNoShowCheckIn}
	if err := t.CloseTasks(ctx, store.TaskFilter{Kinds: regular, MatchID: &r.ID}); err != nil {
		return err
	}
	return r.tell(ctx, t)
}

// ResumeMatch goes on with a relation that was paused; check-ins fall due again.
func (a App) ResumeMatch(ctx context.Context, viewer auth.Viewer, key string, id engine.MatchID) (engine.Match, error) {
	return a.live(ctx, viewer, store.Key{Key: key, Mutation: "resumeMatch", Input: id}, id, false, func(t *store.Tx, r relation) error {
		if r.Status != engine.MatchPaused {
			return illegal(r, engine.MatchActive)
		}
		if err := r.move(ctx, t, engine.MatchActive); err != nil {
			return err
		}
		if err := r.checkInAfter(ctx, t, today(t)); err != nil {
			return err
		}
		if err := r.reviewAfter(ctx, t, today(t)); err != nil {
			return err
		}
		if err := r.thinkOfEnd(ctx, t); err != nil {
			return err
		}
		return r.tell(ctx, t)
	})
}

// AnnounceClosure says that a relation will end. The announcement comes while as
// many meetings are still planned as the pool asks for, or with a reason. Errors:
// INVALID without a reason that is needed; CONFLICT.
func (a App) AnnounceClosure(ctx context.Context, viewer auth.Viewer, key string, id engine.MatchID, reason string) (engine.Match, error) {
	if err := checkGiven("overrideReason", reason); err != nil {
		return engine.Match{}, err
	}
	input := struct {
		ID     engine.MatchID
		Reason string
	}{id, reason}
	return a.live(ctx, viewer, store.Key{Key: key, Mutation: "announceClosure", Input: input}, id, false, func(t *store.Tx, r relation) error {
		if err := r.move(ctx, t, engine.MatchClosing); err != nil {
			return err
		}
		if r.Ahead < r.care.LastMeetings {
			if reason == "" {
				return engine.Invalid("overrideReason", "is missing; %d meetings are planned and an end is announced %d ahead: plan them, or say why not", r.Ahead, r.care.LastMeetings)
			}
			if err := r.waive(ctx, t, store.WaiveAnnouncing, reason); err != nil {
				return err
			}
		}
		planned := []engine.TaskKind{engine.TaskClosure, engine.TaskReview, engine.TaskCapReached}
		if err := t.CloseTasks(ctx, store.TaskFilter{Kinds: planned, MatchID: &r.ID}); err != nil {
			return err
		}
		// To close it: after the last meeting, see afterMeeting, or at the latest then.
		if err := r.open(ctx, t, engine.TaskClosure, morning(r.PlannedEnd), week); err != nil {
			return err
		}
		return r.tell(ctx, t)
	})
}

// CloseMatch is the end of a relation.
type CloseMatch struct {
	MatchID engine.MatchID
	// Reason is PLANNED_END, GOAL_REACHED, MOVED_AWAY or STOPPED_EARLY. A relation
	// without a meeting is closed as NEVER_MET whatever it says.
	Reason engine.MatchEnd
	// SeekAgain opens the request for another expert.
	SeekAgain bool
}

// CloseMatch ends a relation. Meetings to come are cancelled, so that her time is
// free. The request is open again, or asks to be evaluated. INVALID for a reason
// that is not a coordinator's; CONFLICT for a relation whose end has to be
// announced first.
func (a App) CloseMatch(ctx context.Context, viewer auth.Viewer, key string, in CloseMatch) (engine.Match, error) {
	return a.live(ctx, viewer, store.Key{Key: key, Mutation: "closeMatch", Input: in}, in.MatchID, false, func(t *store.Tx, r relation) error {
		switch in.Reason {
		case engine.MatchPlannedEnd, engine.MatchGoalReached, engine.MatchMovedAway, engine.MatchStoppedEarly:
			return r.end(ctx, t, in.Reason, in.SeekAgain)
		}
		return engine.Invalid("reason", "must be PLANNED_END, GOAL_REACHED, MOVED_AWAY or STOPPED_EARLY")
	})
}

// ExtendMatch moves the planned end of a relation to a later day. More than the
// pool's most months after the start needs a reason. Errors: INVALID; CONFLICT for
// a day that is not later, and for a relation whose end was announced.
func (a App) ExtendMatch(ctx context.Context, viewer auth.Viewer, key string, id engine.MatchID, plannedEnd engine.Date, reason string) (engine.Match, error) {
	if err := checkGiven("overrideReason", reason); err != nil {
		return engine.Match{}, err
	}
	input := struct {
		ID         engine.MatchID
		PlannedEnd engine.Date
		Reason     string
	}{id, plannedEnd, reason}
	return a.live(ctx, viewer, store.Key{Key: key, Mutation: "extendMatch", Input: input}, id, false, func(t *store.Tx, r relation) error {
		switch latest := r.care.LatestEnd(r.StartedOn); {
		case r.Status == engine.MatchClosing || r.Status == engine.MatchClosed:
			return engine.Conflict(engine.ReasonIllegalTransition, "the relation is %s: its end stands", r.Status)
		case plannedEnd <= r.PlannedEnd:
			return engine.Conflict(engine.ReasonIllegalTransition, "the relation is planned until %s already; name a later day", r.PlannedEnd)
		case plannedEnd > latest && reason == "":
			return engine.Invalid("overrideReason", "is missing; say why the relation should last beyond %s", latest)
		case plannedEnd > latest:
			if err := r.waive(ctx, t, store.WaiveLatestEnd, reason); err != nil {
				return err
			}
		}
		if err := t.PlanEnd(ctx, r.ID, plannedEnd); err != nil {
			return err
		}
		r.PlannedEnd = plannedEnd
		if r.Status == engine.MatchPaused || r.Completed == 0 {
			return nil // nothing falls due
		}
		if err := r.reviewAfter(ctx, t, today(t)); err != nil {
			return err
		}
		return r.thinkOfEnd(ctx, t)
	})
}

// GrantExtraSession lets a relation have one meeting above its cap, once.
// CONFLICT with SESSION_CAP for a second one.
func (a App) GrantExtraSession(ctx context.Context, viewer auth.Viewer, key string, id engine.MatchID, reason string) (engine.Match, error) {
	if err := checkReason("reason", reason); err != nil {
		return engine.Match{}, err
	}
	input := struct {
		ID     engine.MatchID
		Reason string
	}{id, reason}
	return a.live(ctx, viewer, store.Key{Key: key, Mutation: "grantExtraSession", Input: input}, id, false, func(t *store.Tx, r relation) error {
		switch {
		case r.Status == engine.MatchClosed:
			return engine.Conflict(engine.ReasonIllegalTransition, "the relation is CLOSED")
		case r.SessionCap == 0:
			return engine.Conflict(engine.ReasonIllegalTransition, "a relation of this type has no cap; plan the meeting")
		}
		if err := t.AddSession(ctx, r.ID); err != nil {
			return err
		}
		if err := r.waive(ctx, t, store.WaiveCap, reason); err != nil {
			return err
		}
		return t.CloseTasks(ctx, store.TaskFilter{Kinds: []engine.TaskKind{engine.TaskCapReached}, MatchID: &r.ID})
	})
}

// end closes a relation, and lets its request move on.
func (r relation) end(ctx context.Context, t *store.Tx, why engine.MatchEnd, seekAgain bool) error {
	if !r.Status.CanBecome(engine.MatchClosed) {
		return illegal(r, engine.MatchClosed)
	}
	if err := r.cancelAhead(ctx, t); err != nil {
		return err
	}
	if err := r.close(ctx, t, why); err != nil {
		return err
	}
	return moveOn(ctx, t, r.RequestID, seekAgain)
}

// close ends a relation, with all that was to be done about it, and lets both
// rest if they met.
func (r relation) close(ctx context.Context, t *store.Tx, why engine.MatchEnd) error {
	if r.Status == engine.MatchIntro && r.Standing == r.Ahead {
		why = engine.MatchNeverMet
	}
	if err := t.CloseMatch(ctx, r.ID, why); err != nil {
		return err
	}
	if err := t.CloseTasks(ctx, store.TaskFilter{MatchID: &r.ID}); err != nil {
		return err
	}
	// It may have been what kept her here: the database queues that what she has
	// planned is judged without her.
	if _, err := t.LeavePool(ctx, &r.ExpertID); err != nil {
		return err
	}
	if why.Rests() {
		rest, err := t.RestDays(ctx, r.PoolID)
		if err != nil {
			return err
		}
		if err := r.open(ctx, t, engine.TaskRestOver, morning(today(t).AddDays(rest)), week); err != nil {
			return err
		}
		if err := busier(ctx, t, r.PoolID, r.ExpertID); err != nil {
			return err
		}
	}
	return r.tell(ctx, t)
}

// cancelAhead cancels the meetings to come.
func (r relation) cancelAhead(ctx context.Context, t *store.Tx) error {
	for _, s := range r.sessions {
		if s.Status.CanBecome(engine.SessionCancelledByCoordinator) && t.Now.Before(s.Slot.Start) {
			if _, err := cancel(ctx, t, s, engine.SideCoordinator); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r relation) move(ctx context.Context, t *store.Tx, to engine.MatchStatus) error {
	if !r.Status.CanBecome(to) {
		return illegal(r, to)
	}
	return t.MoveMatch(ctx, r.ID, to)
}

func illegal(r relation, to engine.MatchStatus) error {
	return engine.Conflict(engine.ReasonIllegalTransition, "the relation is %s and cannot become %s", r.Status, to)
}

// checkGiven is checkReason for a reason that is not always needed.
func checkGiven(field, reason string) error {
	if reason == "" {
		return nil
	}
	return checkReason(field, reason)
}

func (r relation) waive(ctx context.Context, t *store.Tx, kind store.WaiverKind, reason string) error {
	return t.Waive(ctx, store.Waiver{Kind: kind, PoolID: r.PoolID, MatchID: &r.ID, Reason: reason})
}

// tell lets the expert and whoever asked know that there is news.
func (r relation) tell(ctx context.Context, t *store.Tx) error {
	effect := string(store.NoticeMatchChanged) + " " + string(r.ID) + " " + t.Now.Format(time.RFC3339Nano)
	if err := t.Tell(ctx, store.Notice{Kind: store.NoticeMatchChanged, Effect: effect, ExpertID: &r.ExpertID}); err != nil {
		return err
	}
	return t.Tell(ctx, store.Notice{Kind: store.NoticeMatchChanged, Effect: effect, RequestID: &r.RequestID})
}

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// open puts a task about the relation on the list from a moment on, for so long.
// A moment that is past counts as now.
func (r relation) open(ctx context.Context, t *store.Tx, kind engine.TaskKind, from time.Time, within time.Duration) error {
	if from.Before(t.Now) {
		from = t.Now
	}
	return t.OpenTask(ctx, engine.Task{PoolID: r.PoolID, Kind: kind, MatchID: &r.ID, AppearsAt: from, DueAt: from.Add(within)})
}

// today is the local day of a transaction, and morning the begin of a day.
func today(t *store.Tx) engine.Date     { return engine.DateOf(t.Now, store.Zone) }
func morning(day engine.Date) time.Time { return engine.Instant(day, "00:00", store.Zone) }
