package app

import (
	"context"
	"slices"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// PlanSessions asks for sessions of a relation, or of a group's series.
type PlanSessions struct {
	MatchID   *engine.MatchID    // either this
	RequestID *engine.RequestID  // or this
	Plan      engine.SessionPlan // Minutes 0 = what the request asks
	Mode      engine.PlanMode
	// DoubleBookingReason lets sessions overlap and fill a day: why, at most 500
	// characters; "" = no.
	DoubleBookingReason string
}

// Planned is the verdict on each date of a plan, and what was booked by it.
type Planned struct {
	Booked   bool
	SeriesID *engine.SeriesID // nil for a single session, and when nothing was booked
	Dates    []engine.PlannedDate
}

// PreviewSessions gives the verdict that PlanSessions would give, and changes
// nothing. Errors are the same.
func (a App) PreviewSessions(ctx context.Context, viewer auth.Viewer, in PlanSessions) (Planned, error) {
	if err := in.check(); err != nil {
		return Planned{}, err
	}
	basis, err := a.Store.As(viewer).PlanBasis(ctx, in.RequestID, in.MatchID)
	if err != nil {
		return Planned{}, err
	}
	dates, err := in.judge(&basis)
	return Planned{Dates: dates}, err
}

// PlanSessions asks every hard rule about every date and books those that stand,
// as CONFIRMED. One that fails only because the certificate of conduct will have
// run out by then is HELD, with a task; see ConfirmSession. When a date fails,
// ALL_OR_NOTHING books nothing: that is an answer and no error.
//
// Errors: NOT_FOUND for what the viewer does not coordinate; INVALID with the
// field for a plan that cannot stand, passes the planned end of the relation or
// its cap; CONFLICT for a relation or request that is not under way.
func (a App) PlanSessions(ctx context.Context, viewer auth.Viewer, key string, in PlanSessions) (Planned, error) {
	if err := in.check(); err != nil {
		return Planned{}, err
	}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "planSessions", Input: in}, func(t *store.Tx) (Planned, error) {
		id, err := t.PlanRequest(ctx, in.RequestID, in.MatchID)
		if err != nil {
			return Planned{}, err
		}
		request, err := decideAbout(ctx, t, id, t.Coordinate)
		if err != nil {
			return Planned{}, err
		}
		hold := func(team []engine.ExpertID) error { return t.LockExperts(ctx, team) }
		basis, err := t.PlanBasis(ctx, request, in.MatchID, hold)
		if err != nil {
			return Planned{}, err
		}
		dates, err := in.judge(&basis)
		planned := Planned{Dates: dates}
		if err != nil || !goesAhead(dates, in.Mode) {
			return planned, err
		}
		return planned, in.book(ctx, t, basis, &planned)
	})
}

// check refuses what cannot be asked, before anything is read.
func (in PlanSessions) check() error {
	if (in.MatchID == nil) == (in.RequestID == nil) {
		return engine.Invalid("plan.matchId", "or requestId must be given, and not both")
	}
	if in.DoubleBookingReason != "" {
		return checkReason("plan.doubleBookingReason", in.DoubleBookingReason)
	}
	return nil
}

// judge gives the verdict on each date, and fills in the minutes.
func (in *PlanSessions) judge(b *store.PlanBasis) ([]engine.PlannedDate, error) {
	if err := underWay(b); err != nil {
		return nil, err
	}
	if in.Plan.Minutes == 0 {
		in.Plan.Minutes = b.Request.Minutes
	}
	if err := in.Plan.Validate(engine.PlanBounds{
		Now: b.Input.Now, Zone: b.Input.Zone, MinutesMin: b.Input.Type.MinutesMin, MinutesMax: b.Input.Type.MinutesMax,
		PlannedEnd: b.PlannedEnd, Left: b.Left,
	}); err != nil {
		return nil, err
	}
	planning := engine.Planning{Input: b.Input, Beside: in.DoubleBookingReason != "", Until: b.PlannedEnd}
	return planning.Judge(in.Plan.Wants(b.Team, b.Input.Zone), in.Mode), nil
}

// underWay is a CONFLICT for what no sessions can be planned of.
func underWay(b *store.PlanBasis) error {
	if b.MatchID != nil {
		switch b.MatchStatus {
		case engine.MatchIntro, engine.MatchTrial, engine.MatchActive, engine.MatchClosing:
			return nil
		}
		return engine.Conflict(engine.ReasonIllegalTransition, "the relation is %s: no sessions can be planned of it", b.MatchStatus)
	}
	switch {
	case b.Input.Type.Form != engine.Series:
		return engine.Invalid("plan.requestId", "is no series for a group; plan those of a relation by matchId, and make an offer for a single session")
	case b.Request.Status != engine.RequestFilled && b.Request.Status != engine.RequestRunning:
		return engine.Conflict(engine.ReasonIllegalTransition, "the request is %s: its sessions can be planned once its team has said yes", b.Request.Status)
	}
	return nil
}

// goesAhead reports whether anything is to be done of the dates.
func goesAhead(dates []engine.PlannedDate, mode engine.PlanMode) bool {
	fails := func(d engine.PlannedDate) bool { return d.Verdict == engine.DateFails }
	if mode == engine.AllOrNothing {
		return !slices.ContainsFunc(dates, fails)
	}
	return slices.ContainsFunc(dates, func(d engine.PlannedDate) bool { return !fails(d) })
}

// book writes the dates that stand.
func (in PlanSessions) book(ctx context.Context, t *store.Tx, b store.PlanBasis, planned *Planned) error {
	r := b.Request
	planned.Booked = true
	if in.Plan.Rhythm != nil {
		id, err := t.InsertSeries(ctx, engine.SessionSeries{RequestID: r.ID, MatchID: b.MatchID, PoolID: r.PoolID, SessionPlan: in.Plan})
		if err != nil {
			return err
		}
		planned.SeriesID = &id
	}
	var first engine.Session
	for i := range planned.Dates {
		d := &planned.Dates[i]
		if d.Verdict == engine.DateFails {
			continue
		}
		status, bookingStatus := standingOf(*d)
		session, err := t.InsertSession(ctx, engine.Session{
			RequestID: r.ID, MatchID: b.MatchID, SeriesID: planned.SeriesID, PoolID: r.PoolID, OrganisationID: r.OrganisationID,
			Type: r.Type, Slot: *d.Slot, Status: status, Online: r.Online, Municipality: r.Municipality, Address: r.Address,
		})
		if err != nil {
			return err
		}
		for _, e := range b.Team {
			if err := t.InsertBooking(ctx, store.Booking{
				SessionID: session.ID, ExpertID: e, Session: *d.Slot, Buffer: bufferOf(b.Input), Status: bookingStatus,
				OneToOne: b.Input.Type.OneToOne, Tier3: asksTier3(b.Input), DoubleReason: reasonFor(*d, e, in.DoubleBookingReason),
			}); err != nil {
				return err
			}
		}
		if err := taskOf(ctx, t, session, *d); err != nil {
			return err
		}
		d.SessionID = &session.ID
		if first.ID == "" {
			first = session
		}
	}
	if err := busier(ctx, t, r.PoolID, b.Team...); err != nil {
		return err
	}
	effect, about := string(first.ID), &first.ID
	if planned.SeriesID != nil {
		effect, about = string(*planned.SeriesID), nil
	}
	return tellSides(ctx, t, store.Notice{Kind: store.SessionsPlanned, Effect: string(store.SessionsPlanned) + " " + effect, SessionID: about}, r.ID, b.Team)
}

// standingOf is how a date that does not fail is booked.
func standingOf(d engine.PlannedDate) (engine.SessionStatus, store.BookingStatus) {
	if d.Verdict == engine.DateHeld {
		return engine.SessionHeld, store.BookingHeld
	}
	return engine.SessionConfirmed, store.BookingConfirmed
}

func bufferOf(in engine.MatchInput) time.Duration {
	return time.Duration(in.Policy.TravelBufferMinutes) * time.Minute
}

// reasonFor is the reason with which an expert's time is given to a date: only
// where it is needed.
func reasonFor(d engine.PlannedDate, e engine.ExpertID, reason string) string {
	if slices.Contains(d.Doubled, e) {
		return reason
	}
	return ""
}

// taskOf puts what is in the way of a session on the list of its pool, or takes
// it off when nothing is.
func taskOf(ctx context.Context, t *store.Tx, s engine.Session, d engine.PlannedDate) error {
	if d.Verdict == engine.DateFits {
		return t.CloseTasks(ctx, store.TaskFilter{Kinds: []engine.TaskKind{engine.TaskSessionBroken, engine.TaskConfirmSession}, SessionID: &s.ID})
	}
	task := engine.Task{PoolID: s.PoolID, Kind: engine.TaskSessionBroken, SessionID: &s.ID, DueAt: s.Slot.Start}
	for _, r := range d.Reasons {
		task.Codes = append(task.Codes, string(r.Code))
	}
	return t.OpenTask(ctx, task)
}

// tellSides tells whoever asked for a request and the experts.
func tellSides(ctx context.Context, t *store.Tx, n store.Notice, request engine.RequestID, experts []engine.ExpertID) error {
	n.RequestID = &request
	if err := t.Tell(ctx, n); err != nil {
		return err
	}
	n.RequestID = nil
	for _, e := range experts {
		n.ExpertID = &e
		if err := t.Tell(ctx, n); err != nil {
			return err
		}
	}
	return nil
}
