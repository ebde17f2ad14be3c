package app

import (
	"cmp"
	"context"
	"slices"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// correctWithin is how long after a session its outcome may be corrected: hours are
// settled by the month.
const correctWithin = 30 * day

// outcomeRecord is the kind of a [store.RecordChange] about an outcome.
const outcomeRecord = "OUTCOME"

// CorrectOutcome is another word on what became of a session.
type CorrectOutcome struct {
	SessionID engine.SessionID
	Outcome   engine.SessionStatus // COMPLETED or a NO_SHOW
	Reason    string               // 1..500 characters; kept
	// BreakGlassReason is that of [RecordOutcome].
	BreakGlassReason string
}

// CorrectOutcome says that something else became of a session than was recorded: a
// coordinator of its pool, or the expert who recorded it, who does not say of
// herself that she stayed away. It is no move of the session: what was recorded was
// wrong. What followed from it is made right: tasks, whose time it was, whether the
// request looks for somebody, what comes next in a relation. Where others built on
// it since it is refused. Who did it and why is kept. Errors: NOT_FOUND; FORBIDDEN
// for who may not; INVALID; CONFLICT for a session without an outcome, that ended
// more than 30 days ago, or whose outcome carries what came after; INFEASIBLE for
// COMPLETED without a certificate of conduct.
func (a App) CorrectOutcome(ctx context.Context, viewer auth.Viewer, key string, in CorrectOutcome) (engine.Session, error) {
	if err := cmp.Or(checkReason("reason", in.Reason), checkGiven("breakGlassReason", in.BreakGlassReason)); err != nil {
		return engine.Session{}, err
	}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "correctOutcome", Input: in}, func(t *store.Tx) (engine.Session, error) {
		session, _, err := decideOn(ctx, t, in.SessionID)
		if err != nil {
			return session, err
		}
		by, err := t.OutcomeBy(ctx, session.ID)
		if err != nil {
			return session, err
		}
		coordinator := coordinates(viewer, session.PoolID)
		switch {
		case !coordinator && (viewer.Expert() == "" || by != viewer.AccountID || in.Outcome == engine.SessionNoShowExpert || in.BreakGlassReason != ""):
			return session, &engine.Error{Code: engine.CodeForbidden, Message: "outcome: only a coordinator of the pool, or the expert who recorded it, may correct this; ask your coordinator"}
		case !slices.Contains(outcomes, in.Outcome):
			return session, engine.Invalid("outcome", "must be COMPLETED, NO_SHOW_EXPERT, NO_SHOW_CLIENT or NO_SHOW_REQUESTER")
		case !slices.Contains(outcomes, session.Status):
			return session, engine.Conflict(engine.ReasonIllegalTransition, "the session is %s: there is no outcome to correct", session.Status)
		case session.Status == in.Outcome:
			return session, engine.Invalid("outcome", "is what was recorded; give another one")
		case t.Now.Sub(session.Slot.End) > correctWithin:
			return session, engine.Conflict(engine.ReasonIllegalTransition, "the session ended more than 30 days ago: its outcome stands")
		}
		c := correction{was: session.Status, viewer: viewer, in: in}
		return c.make(ctx, t, session)
	})
}

// correction is a correction on its way.
type correction struct {
	was    engine.SessionStatus
	viewer auth.Viewer
	in     CorrectOutcome
	team   []store.Booking // who was to do it
}

// left and came report that she is said not to have come, or to have come after all.
func (c correction) left() bool { return c.in.Outcome == engine.SessionNoShowExpert }
func (c correction) came() bool { return c.was == engine.SessionNoShowExpert }

func (c correction) make(ctx context.Context, t *store.Tx, session engine.Session) (engine.Session, error) {
	var err error
	if c.team, err = whoDid(ctx, t, session); err != nil {
		return session, err
	}
	if c.in.Outcome == engine.SessionCompleted {
		if err := certified(ctx, t, session, c.team, c.in.BreakGlassReason, coordinates(c.viewer, session.PoolID)); err != nil {
			return session, err
		}
	}
	before, err := c.holds(ctx, t, session)
	if err != nil {
		return session, err
	}
	if session, err = c.write(ctx, t, session); err != nil {
		return session, err
	}
	if session.MatchID != nil {
		return session, c.relate(ctx, t, session, before)
	}
	return session, c.seek(ctx, t, session)
}

// whoDid are the experts who were to do a session, as they are known after its
// outcome: those whose time it was, and when they stayed away those who were to be
// called. Whoever fell out before is none of them.
func whoDid(ctx context.Context, t *store.Tx, session engine.Session) ([]store.Booking, error) {
	list, err := t.BookingsOf(ctx, []engine.SessionID{session.ID})
	if err != nil {
		return nil, err
	}
	done := func(b store.Booking) bool { return b.Status == store.BookingDone }
	if session.Status == engine.SessionNoShowExpert {
		called, err := t.CalledAfter(ctx, session.ID)
		if err != nil {
			return nil, err
		}
		done = func(b store.Booking) bool { return slices.Contains(called, b.ExpertID) }
	}
	team := slices.DeleteFunc(list, func(b store.Booking) bool { return b.Guest || !done(b) })
	if len(team) == 0 {
		return nil, engine.Conflict(engine.ReasonIllegalTransition, "nobody knows any more who was to do this session: its outcome stands")
	}
	return team, nil
}

// holds refuses a correction on which too much rests by now, and gives the relation
// as it was.
func (c correction) holds(ctx context.Context, t *store.Tx, session engine.Session) (before relation, err error) {
	request, err := t.Request(ctx, session.RequestID)
	if err != nil {
		return before, err
	}
	switch request.Status {
	case engine.RequestEvaluated, engine.RequestClosed, engine.RequestWithdrawn, engine.RequestReferred:
		return before, engine.Conflict(engine.ReasonIllegalTransition, "the request is %s: what became of its sessions stands", request.Status)
	}
	if session.MatchID == nil {
		if c.came() && !holdsAgain(request.Status) {
			return before, engine.Conflict(engine.ReasonIllegalTransition, "the request is %s: somebody is looked for in her place; end that first", request.Status)
		}
		return before, nil
	}
	if before, err = relationOf(ctx, t, *session.MatchID); err != nil {
		return before, err
	}
	if before.Status == engine.MatchClosed {
		return before, engine.Conflict(engine.ReasonIllegalTransition, "the relation is CLOSED: what became of its meetings stands")
	}
	if c.was != engine.SessionCompleted {
		return before, nil
	}
	said, err := t.Rapports(ctx, before.ID)
	switch left := before.Completed - 1; {
	case err != nil:
		return before, err
	case left == 0 && len(said) > 0:
		return before, engine.Conflict(engine.ReasonIllegalTransition, "it was recorded how this first meeting was: it took place")
	case before.Status == engine.MatchActive && before.Completed == before.care.TrialMeetings:
		return before, engine.Conflict(engine.ReasonIllegalTransition, "the relation is ACTIVE because of %d meetings, of which this is one: its outcome stands", before.Completed)
	}
	return before, nil
}

// holdsAgain reports whether a request whose expert did come needs nobody else: it
// has others planned, or nobody is asked yet.
func holdsAgain(s engine.RequestStatus) bool {
	return s == engine.RequestFilled || s == engine.RequestRunning || s == engine.RequestOpen
}

// write writes the outcome, whose time it was, why it was corrected, and the talk
// with each expert afterwards.
func (c correction) write(ctx context.Context, t *store.Tx, session engine.Session) (engine.Session, error) {
	hours := store.BookingDone
	if c.left() {
		hours = store.BookingReleased
	}
	session, err := t.MoveSession(ctx, session.ID, c.in.Outcome, session.Late, hours)
	if err != nil {
		return session, err
	}
	if err := t.NoteChange(ctx, store.RecordChange{Kind: outcomeRecord, SessionID: &session.ID,
		Was: string(c.was), Became: string(c.in.Outcome), Reason: c.in.Reason}); err != nil || !c.left() && !c.came() {
		return session, err
	}
	over := engine.TaskDebrief
	if c.came() {
		over = engine.TaskWelfareCall
		experts := make([]engine.ExpertID, len(c.team))
		for i, b := range c.team {
			experts[i] = b.ExpertID
		}
		if err := t.GiveBack(ctx, session.ID, experts); err != nil {
			return session, err
		}
		if err := busier(ctx, t, session.PoolID, experts...); err != nil {
			return session, err
		}
	}
	if err := t.CloseTasks(ctx, store.TaskFilter{Kinds: []engine.TaskKind{over}, SessionID: &session.ID}); err != nil {
		return session, err
	}
	return session, speakWith(ctx, t, session, c.team)
}

// seek makes a request look for somebody, or no more, for a session of no relation.
func (c correction) seek(ctx context.Context, t *store.Tx, session engine.Session) error {
	if c.left() {
		if err := evaluated(ctx, t, session.RequestID); err != nil {
			return err
		}
		return reopen(ctx, t, session)
	}
	request, err := t.Request(ctx, session.RequestID)
	if err != nil {
		return err
	}
	if c.came() && request.Status == engine.RequestOpen { // FILLED by way of OFFERED
		if err := t.MoveRequest(ctx, request.ID, engine.RequestFilled, ""); err != nil {
			return err
		}
	}
	if err := running(ctx, t, session); err != nil {
		return err
	}
	return allOver(ctx, t, session.RequestID)
}

// relate makes right what follows for a relation, beside what it was before.
func (c correction) relate(ctx context.Context, t *store.Tx, session engine.Session, before relation) error {
	r, err := relationOf(ctx, t, before.ID)
	if err != nil {
		return err
	}
	var over []engine.TaskKind
	switch {
	case r.Completed == 0 && before.Completed > 0: // they have not met yet
		over = append(over, engine.TaskAskRapport, engine.TaskCheckIn, engine.TaskReview)
		if r.Status != engine.MatchClosing {
			over = append(over, engine.TaskClosure)
		}
	case r.Completed == 1 && before.Completed == 0 && r.Status != engine.MatchPaused:
		if err := r.met(ctx, t, session); err != nil {
			return err
		}
	}
	switch {
	case r.Missed > before.Missed && r.Missed >= r.care.NoShows:
		if err := r.checkFirst(ctx, t); err != nil {
			return err
		}
	case r.Missed < before.Missed && r.Missed < r.care.NoShows:
		over = append(over, engine.TaskNoShowCheckIn)
	}
	if len(over) > 0 {
		if err := t.CloseTasks(ctx, store.TaskFilter{Kinds: over, MatchID: &r.ID}); err != nil {
			return err
		}
	}
	return recheck(ctx, t, r.PoolID, store.Scope{RequestID: &r.RequestID})
}
