package app

import (
	"context"
	"slices"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// Reschedule moves a session, or more of its series, to another time.
type Reschedule struct {
	SessionID engine.SessionID
	Start     time.Time // of that session; the others shift alike
	Scope     engine.SeriesScope
	Mode      engine.PlanMode
	// DoubleBookingReason lets sessions overlap and fill a day: why, at most 500
	// characters; "" = no.
	DoubleBookingReason string
}

// Rescheduled is the session as it is now, and the verdict on each that was to
// move, by its new date. Of a date that fails the session stayed where it was.
type Rescheduled struct {
	Session engine.Session
	Moved   bool // one at least
	Dates   []engine.PlannedDate
}

// RescheduleSession moves sessions that have not begun. Every hard rule is asked
// at the new time, as if those that move had none. UIDs stay and sequences rise.
// A session that was HELD for a blocker is CONFIRMED where nothing blocks it; one
// that is CONFIRMED moves to no date that has a blocker. A guest who has no room
// for it at the new time loses her seat, and hears of it. Sessions of a series
// shift by the same days and minutes on the clock. When one fails, ALL_OR_NOTHING
// moves nothing: that is an answer and no error.
//
// A coordinator of the pool may do all of that. The expert of a one-to-one may
// move a single session of hers: it is for the two of them to agree on, while the
// rhythm, and any double booking, is the coordinator's.
//
// Errors: NOT_FOUND; FORBIDDEN for anybody else; INVALID with the field; CONFLICT
// for a session that is over, cancelled, there already, or waits for its team.
func (a App) RescheduleSession(ctx context.Context, viewer auth.Viewer, key string, in Reschedule) (Rescheduled, error) {
	if in.DoubleBookingReason != "" {
		if err := checkReason("doubleBookingReason", in.DoubleBookingReason); err != nil {
			return Rescheduled{}, err
		}
	}
	in.Start = in.Start.UTC()
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "rescheduleSession", Input: in}, func(t *store.Tx) (Rescheduled, error) {
		session, request, err := decideOn(ctx, t, in.SessionID)
		if err != nil {
			return Rescheduled{}, err
		}
		move := moving{in: in, request: request}
		if move.sessions, err = inScope(ctx, t, session, in.Scope); err != nil {
			return Rescheduled{}, err
		}
		if move.bookings, err = bookingsOf(ctx, t, move.sessions); err != nil {
			return Rescheduled{}, err
		}
		if move.to, err = move.mover(viewer, session); err != nil {
			return Rescheduled{}, err
		}
		if !movable(t.Now, session) {
			return Rescheduled{}, engine.Conflict(engine.ReasonIllegalTransition, "the session is %s, waits for its team or has begun, and cannot be moved", session.Status)
		}
		wanted, err := move.wanted(ctx, t, session)
		if err != nil {
			return Rescheduled{}, err
		}
		if err := move.judge(ctx, t, wanted); err != nil {
			return Rescheduled{}, err
		}
		out := Rescheduled{Session: session, Dates: move.dates, Moved: goesAhead(move.dates, in.Mode)}
		if out.Moved {
			if err := move.write(ctx, t); err != nil {
				return out, err
			}
		}
		out.Session, err = t.Session(ctx, session.ID)
		return out, err
	})
}

// decideOn goes on as the engine about a session the viewer sees, holding its
// request, which an expert does not see.
func decideOn(ctx context.Context, t *store.Tx, id engine.SessionID) (engine.Session, engine.Request, error) {
	session, err := t.Session(ctx, id)
	if err != nil {
		return session, engine.Request{}, err
	}
	if err := t.Decide(ctx, session.PoolID); err != nil {
		return session, engine.Request{}, err
	}
	if err := t.LockRequest(ctx, session.RequestID); err != nil {
		return session, engine.Request{}, err
	}
	if session, err = t.Session(ctx, id); err != nil { // again: it may have moved while we waited
		return session, engine.Request{}, err
	}
	request, err := t.Request(ctx, session.RequestID)
	return session, request, err
}

// inScope gives a session and those of its series that are in the scope of a
// change to it and can still move.
func inScope(ctx context.Context, t *store.Tx, session engine.Session, scope engine.SeriesScope) ([]engine.Session, error) {
	switch {
	case scope == engine.ScopeThis:
		return []engine.Session{session}, nil
	case session.SeriesID == nil:
		return nil, engine.Invalid("scope", "is %s, and the session belongs to no series; leave it out", scope)
	}
	all, err := t.SessionsOfSeries(ctx, *session.SeriesID)
	return slices.DeleteFunc(all, func(s engine.Session) bool {
		return s.ID != session.ID && !(scope.Includes(session, s) && movable(t.Now, s))
	}), err
}

// movable reports whether a session can be given another time: it is to come, and
// nobody is still asked for this one.
func movable(now time.Time, s engine.Session) bool {
	stands := s.Status == engine.SessionConfirmed || s.Status == engine.SessionHeld && s.DecisionID == nil
	return stands && now.Before(s.Slot.Start)
}

// teamIn gives whose bookings are those of the team: guests come along who can.
func teamIn(bookings []store.Booking) (out []engine.ExpertID) {
	for _, b := range bookings {
		if !b.Guest {
			out = append(out, b.ExpertID)
		}
	}
	return out
}

// bookingsOf gives the time that sessions take.
func bookingsOf(ctx context.Context, t *store.Tx, sessions []engine.Session) (map[engine.SessionID][]store.Booking, error) {
	ids := make([]engine.SessionID, len(sessions))
	for i, s := range sessions {
		ids[i] = s.ID
	}
	list, err := t.BookingsOf(ctx, ids)
	by := map[engine.SessionID][]store.Booking{}
	for _, b := range list {
		if b.Status == store.BookingHeld || b.Status == store.BookingConfirmed {
			by[b.SessionID] = append(by[b.SessionID], b)
		}
	}
	return by, err
}

// moving is sessions on their way to another time.
type moving struct {
	in       Reschedule
	request  engine.Request
	sessions []engine.Session
	bookings map[engine.SessionID][]store.Booking
	to       engine.ExpertID // who asks, "" for a coordinator
	bounds   engine.PlanBounds
	input    engine.MatchInput
	dates    []engine.PlannedDate // of the sessions
}

// mover says as whom the viewer moves the sessions.
func (m *moving) mover(viewer auth.Viewer, session engine.Session) (engine.ExpertID, error) {
	hers := func(b store.Booking) bool { return b.ExpertID == viewer.Expert() && b.OneToOne }
	switch {
	case coordinates(viewer, session.PoolID):
		return "", nil
	case viewer.Has(auth.RoleExpert) && slices.ContainsFunc(m.bookings[session.ID], hers) && m.in.Scope == engine.ScopeThis && m.in.DoubleBookingReason == "":
		return viewer.Expert(), nil
	}
	return "", &engine.Error{Code: engine.CodeForbidden, Message: "only a coordinator may move this; an expert may move a single session of her own one-to-one"}
}

// wanted gives the new time of each session.
func (m *moving) wanted(ctx context.Context, t *store.Tx, session engine.Session) ([]engine.Wanted, error) {
	switch {
	case m.in.Start.Equal(session.Slot.Start):
		return nil, engine.Conflict(engine.ReasonIllegalTransition, "the session begins at that time already")
	case !m.in.Start.Equal(m.in.Start.Truncate(time.Minute)):
		return nil, engine.Invalid("start", "has seconds; give a whole minute")
	}
	var err error
	if m.bounds, err = boundsOf(ctx, t, session); err != nil {
		return nil, err
	}
	shift := engine.ShiftBetween(session.Slot.Start, m.in.Start, store.Zone)
	var out []engine.Wanted
	for _, s := range m.sessions {
		w := shift.Of(s, store.Zone)
		if s.ID == session.ID { // to the very moment, also in the hour that comes twice
			w.At, w.Slot = m.in.Start, &engine.Interval{Start: m.in.Start, End: m.in.Start.Add(s.Slot.Duration())}
		}
		w.MayHold = s.Status == engine.SessionHeld
		w.Team = teamIn(m.bookings[s.ID])
		if err := m.bounds.Admit(w, "start"); err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, nil
}

// boundsOf is what the date of a session has to keep to.
func boundsOf(ctx context.Context, t *store.Tx, s engine.Session) (engine.PlanBounds, error) {
	b := engine.PlanBounds{Now: t.Now, Zone: store.Zone}
	if s.MatchID == nil {
		return b, nil
	}
	var err error
	b.PlannedEnd, err = t.PlannedEnd(ctx, *s.MatchID)
	return b, err
}

// judge asks every rule, with the experts held.
func (m *moving) judge(ctx context.Context, t *store.Tx, wanted []engine.Wanted) error {
	var experts, all []engine.ExpertID
	for _, w := range wanted {
		experts = append(experts, w.Team...)
	}
	for _, bookings := range m.bookings { // guests too: their time moves along
		for _, b := range bookings {
			all = append(all, b.ExpertID)
		}
	}
	slices.Sort(experts)
	slices.Sort(all)
	experts = slices.Compact(experts)
	if err := t.LockExperts(ctx, slices.Compact(all)); err != nil {
		return err
	}
	var err error
	if m.input, err = t.TeamInput(ctx, m.request, experts); err != nil {
		return err
	}
	planning := engine.Planning{Input: m.input, Beside: m.in.DoubleBookingReason != "", To: m.to, Until: m.bounds.PlannedEnd}
	m.dates = planning.Judge(wanted, m.in.Mode)
	return nil
}

// write moves the sessions whose dates stand, and tells everybody.
func (m *moving) write(ctx context.Context, t *store.Tx) error {
	var sessions []engine.Session
	var bookings []store.Booking
	for i, s := range m.sessions {
		d := &m.dates[i]
		if d.Verdict == engine.DateFails {
			continue
		}
		d.SessionID = &s.ID
		var bookingStatus store.BookingStatus
		s.Slot = *d.Slot
		s.Status, bookingStatus = standingOf(*d)
		sessions = append(sessions, s)
		for _, b := range m.bookings[s.ID] {
			b.Session, b.Buffer, b.Status = *d.Slot, bufferOf(m.input), bookingStatus
			b.DoubleReason = reasonFor(*d, b.ExpertID, m.in.DoubleBookingReason)
			bookings = append(bookings, b)
		}
		if err := taskOf(ctx, t, s, *d); err != nil {
			return err
		}
	}
	bookings, err := m.guestsStay(ctx, t, sessions, bookings)
	if err != nil {
		return err
	}
	if err := t.MoveSessions(ctx, sessions, bookings); err != nil {
		return err
	}
	moved := make([]engine.ExpertID, len(bookings))
	for i, b := range bookings {
		moved[i] = b.ExpertID
	}
	if err := busier(ctx, t, m.request.PoolID, moved...); err != nil {
		return err
	}
	by := engine.SideCoordinator
	if m.to != "" {
		by = "" // it was the expert, and they hear of it
	}
	for _, s := range sessions {
		moved, err := t.Session(ctx, s.ID)
		if err != nil {
			return err
		}
		if err := tellOfSession(ctx, t, moved, store.SessionMoved, by); err != nil {
			return err
		}
	}
	if m.sessions[0].MatchID != nil {
		return nil
	}
	return follow(ctx, t, m.request.ID)
}
