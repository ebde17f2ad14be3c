package app

import (
	"context"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// maxSeats is how many guests a session may have.
const maxSeats = 200

// OpenSeats says how many experts of the pool may take part in a group session as
// guests, beside the team that does it. Errors: NOT_FOUND for a session of a pool
// the viewer does not coordinate; INVALID for a session that is not of a group;
// CONFLICT for one that has begun or is cancelled, and with NO_SEAT when more
// seats are taken.
func (a App) OpenSeats(ctx context.Context, viewer auth.Viewer, key string, id engine.SessionID, seats int) (engine.Session, error) {
	input := struct {
		ID    engine.SessionID
		Seats int
	}{id, seats}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "openSeats", Input: input}, func(t *store.Tx) (engine.Session, error) {
		session, err := sessionToSit(ctx, t, id, t.Coordinate)
		if err != nil {
			return session, err
		}
		if seats < 1 || seats > maxSeats {
			return session, engine.Invalid("seats", "is %d; give 1 to %d", seats, maxSeats)
		}
		request, err := t.Request(ctx, session.RequestID)
		if err != nil {
			return session, err
		}
		kind, err := t.DeploymentType(ctx, session.Type)
		if err != nil {
			return session, err
		}
		if !kind.ForGroup(request.Audience) {
			return session, engine.Invalid("sessionId", "is no session of a group: nobody may sit in on it")
		}
		if err := t.SetSeats(ctx, id, seats); err != nil {
			return session, err
		}
		return t.Session(ctx, id)
	})
}

// TakeSeat lets an expert of the pool take part in a session as a guest: it costs
// her time like any session, but she is not of the team. The lowest free seat is
// hers. Errors: NOT_FOUND; CONFLICT with NO_SEAT when all are taken, with
// DUPLICATE when she takes part already, with SLOT_CONFLICT when she has no time,
// and for a session that has begun or is cancelled; INFEASIBLE with CAPACITY when a
// cap of the pool or her own leaves no room for it, which the message names.
func (a App) TakeSeat(ctx context.Context, viewer auth.Viewer, key string, id engine.SessionID) (engine.Session, error) {
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "takeSeat", Input: id}, func(t *store.Tx) (engine.Session, error) {
		session, err := sessionToSit(ctx, t, id, func(ctx context.Context, pool engine.PoolID) error {
			if err := t.Decide(ctx, pool); err != nil {
				return err
			}
			return t.LockExperts(ctx, []engine.ExpertID{viewer.Expert()}) // first the expert, then the session, as in acceptOffer
		})
		if err != nil {
			return session, err
		}
		policy, err := t.Policy(ctx, session.PoolID)
		if err != nil {
			return session, err
		}
		status := store.BookingHeld
		if session.Status == engine.SessionConfirmed {
			status = store.BookingConfirmed
		}
		room, err := roomFor(ctx, t, session, viewer.Expert())
		if err != nil {
			return session, err
		}
		seated, err := t.TakeSeat(ctx, store.Booking{
			SessionID: id, ExpertID: viewer.Expert(), Buffer: time.Duration(policy.TravelBufferMinutes) * time.Minute, Status: status,
		})
		switch {
		case err != nil:
			return session, err
		case !seated:
			return session, engine.Conflict(engine.ReasonNoSeat, "all seats of this session are taken; somebody may give hers up")
		case room != nil: // told only of a seat that she could have had
			return session, room
		}
		if err := busier(ctx, t, session.PoolID, viewer.Expert()); err != nil {
			return session, err
		}
		return t.Session(ctx, id)
	})
}

// roomFor is an error, as first result, when a guest has done as much by then as a
// cap lets her.
func roomFor(ctx context.Context, t *store.Tx, session engine.Session, expert engine.ExpertID) (full, err error) {
	request, err := t.Request(ctx, session.RequestID)
	if err != nil {
		return nil, err
	}
	in, err := t.MatchInput(ctx, request, []engine.ExpertID{expert})
	if err != nil {
		return nil, err
	}
	if reached := engine.GuestCap(in, expert, session.Slot); reached != "" {
		e := engine.Infeasible([]engine.RuleCode{capacity})
		e.Message = fullGuest[reached]
		return e, nil
	}
	return nil, nil
}

const capacity engine.RuleCode = "CAPACITY"

var fullGuest = map[engine.Cap]string{
	engine.CapSessionsDay:  "you have as many sessions that day as the pool lets anyone have; choose another day",
	engine.CapSessionsWeek: "you have as many sessions that week as the pool or you yourself allow; choose another week",
	engine.CapMinutesWeek:  "with this session you would have more hours that week than the pool allows; choose another week",
	engine.CapMinutesMonth: "with this session you would have more hours that month than you yourself allow; choose another month",
}

// GiveUpSeat is the end of TakeSeat: the seat is free for others, and her time for
// herself. Errors: NOT_FOUND; CONFLICT with NO_SEAT when she has none, and for a
// session that has begun or is cancelled.
func (a App) GiveUpSeat(ctx context.Context, viewer auth.Viewer, key string, id engine.SessionID) (engine.Session, error) {
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "giveUpSeat", Input: id}, func(t *store.Tx) (engine.Session, error) {
		session, err := sessionToSit(ctx, t, id, t.Decide)
		if err != nil {
			return session, err
		}
		had, err := t.GiveUpSeat(ctx, id, viewer.Expert())
		if err == nil && !had {
			err = engine.Conflict(engine.ReasonNoSeat, "you have no seat at this session: there is nothing to give up")
		}
		if err != nil {
			return session, err
		}
		return t.Session(ctx, id)
	})
}

// sessionToSit sees a session with the viewer's own eyes, goes on as the engine
// and holds it. CONFLICT when it is too late to sit down at it.
func sessionToSit(ctx context.Context, t *store.Tx, id engine.SessionID, enter func(context.Context, engine.PoolID) error) (engine.Session, error) {
	session, err := t.Session(ctx, id)
	if err != nil {
		return session, err
	}
	if err := enter(ctx, session.PoolID); err != nil {
		return session, err
	}
	if err := t.LockSession(ctx, id); err != nil {
		return session, err
	}
	if session, err = t.Session(ctx, id); err != nil {
		return session, err
	}
	planned := session.Status == engine.SessionHeld || session.Status == engine.SessionConfirmed
	if !planned || !t.Now.Before(session.Slot.Start) {
		return session, engine.Conflict(engine.ReasonIllegalTransition, "the session is %s or has begun: its seats change no more", session.Status)
	}
	return session, nil
}
