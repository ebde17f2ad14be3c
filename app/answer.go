package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// Accepted is an offer that was taken, with the sessions it led to.
type Accepted struct {
	Offer    engine.Offer
	Session  engine.Session // the first
	Sessions []engine.Session
}

// AcceptOffer is the expert's yes, to all dates of the offer or none. Every hard
// rule is checked again, for the whole team, in the transaction that books. The
// sessions are CONFIRMED when the team is complete and HELD until then; once
// somebody of the team will not, they are held for so long as the policy of the
// pool says. Errors: NOT_FOUND for an offer that is
// not the viewer's; CONFLICT for one that is answered, expired or overtaken, and
// with SLOT_CONFLICT when her time is taken; INFEASIBLE with the rules that no
// longer hold, and, of several dates, which.
func (a App) AcceptOffer(ctx context.Context, viewer auth.Viewer, key string, id engine.OfferID) (Accepted, error) {
	view := a.Store.As(viewer)
	accepted, err := store.Once(ctx, view, store.Key{Key: key, Mutation: "acceptOffer", Input: id}, func(t *store.Tx) (Accepted, error) {
		offer, course, err := answer(ctx, t, viewer, id, engine.OfferAccepted)
		if err != nil {
			return Accepted{}, overtaken(ctx, t, offer, course.Request, err)
		}
		request := course.Request
		if course.ToJoin != "" {
			return join(ctx, t, offer, request, course.ToJoin)
		}
		if request.Status != engine.RequestOffered && request.Status != engine.RequestPartlyFilled {
			return Accepted{}, engine.Conflict(engine.ReasonRequestFilled, "the request is %s: it needs nobody any more", request.Status)
		}
		team, sessions := course.Of(offer.DecisionID)
		held, dates, err := datesOf(offer, sessions)
		if err != nil {
			return Accepted{}, err
		}
		input, err := knowledge(ctx, t, request, members(team), held)
		if err != nil {
			return Accepted{}, err
		}
		if len(input.Candidates) != len(team) {
			return Accepted{}, engine.Infeasible([]engine.RuleCode{notDeployable})
		}
		if err := refuseDates(input, dates, offer.ExpertID); err != nil {
			return Accepted{}, err
		}
		booked, err := book(ctx, t, input, course, offer, team, held)
		if err != nil {
			return Accepted{}, err
		}
		offer.Status, offer.AnsweredAt = engine.OfferAccepted, &t.Now
		return Accepted{Offer: offer, Session: booked[0], Sessions: booked}, nil
	})
	return accepted, withAlternatives(err, func() (engine.MatchInput, error) { return view.OfferInput(ctx, id) })
}

// DeclineOffer is the expert's no. It needs no reason. Errors as for
// AcceptOffer, without those about time and rules.
func (a App) DeclineOffer(ctx context.Context, viewer auth.Viewer, key string, id engine.OfferID, code *engine.DeclineCode) (engine.Offer, error) {
	input := struct {
		ID   engine.OfferID
		Code *engine.DeclineCode
	}{id, code}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "declineOffer", Input: input}, func(t *store.Tx) (engine.Offer, error) {
		offer, course, err := answer(ctx, t, viewer, id, engine.OfferDeclined)
		if err != nil {
			return offer, err
		}
		if err := t.MoveOffers(ctx, []engine.OfferID{id}, engine.OfferDeclined, &t.Now, code); err != nil {
			return offer, err
		}
		if err := t.Tell(ctx, store.Notice{Kind: store.NoticeOfferDeclined, Effect: "OFFER_DECLINED " + string(id), PoolID: &offer.PoolID}); err != nil {
			return offer, err
		}
		if err := seekOn(ctx, t, course.Request); err != nil {
			return offer, err
		}
		return t.Offer(ctx, id)
	})
}

// answer loads an offer that the viewer may answer, with the course of its
// request. Both the request and her time are held: first the request.
func answer(ctx context.Context, t *store.Tx, viewer auth.Viewer, id engine.OfferID, with engine.OfferStatus) (offer engine.Offer, course store.Course, err error) {
	about, expert, err := t.DecideOffer(ctx, id)
	if err == nil && expert != viewer.Expert() {
		err = engine.NotFound()
	}
	if err != nil {
		return offer, course, err
	}
	yes := id
	if with != engine.OfferAccepted {
		yes = ""
	}
	if gone, err := t.LockAnswer(ctx, about, expert, yes); err != nil || gone {
		return offer, course, cmp.Or(err, taken([]engine.RuleCode{overlap}))
	}
	if course, err = t.CourseOf(ctx, about, id); err != nil {
		return offer, course, err
	}
	offer = course.Offers[slices.IndexFunc(course.Offers, func(o engine.Offer) bool { return o.ID == id })]
	request := course.Request
	switch {
	case offer.Status == engine.OfferWithdrawn && request.Status == engine.RequestFilled:
		err = engine.Conflict(engine.ReasonRequestFilled, "the request needs nobody any more")
	case !offer.Status.CanBecome(with):
		err = engine.Conflict(engine.ReasonIllegalTransition, "the offer is %s and cannot become %s", offer.Status, with)
	case !t.Now.Before(offer.ExpiresAt):
		err = engine.Conflict(engine.ReasonOfferExpired, "the offer expired; ask your coordinator for a new one")
	}
	return offer, course, err
}

// datesOf gives what an offer is about: those of the sessions of its team that
// are held, or none yet, and their times. A date that was cancelled meanwhile is asked for
// no more. CONFLICT when none is left.
func datesOf(offer engine.Offer, sessions []engine.Session) (held []engine.Session, dates []engine.Interval, err error) {
	if len(sessions) == 0 {
		return nil, offer.Dates(), nil
	}
	for _, s := range sessions {
		if s.Status == engine.SessionHeld {
			held, dates = append(held, s), append(dates, s.Slot)
		}
	}
	if len(held) == 0 {
		err = engine.Conflict(engine.ReasonIllegalTransition, "the session of this offer is %s: there is nothing left to accept", sessions[0].Status)
	}
	return held, dates, err
}

// book writes the yes: the sessions when this is the first of the team, the
// expert's time, and what follows when the team is complete, or can no longer be.
// held are the sessions of the team so far.
func book(ctx context.Context, t *store.Tx, in engine.MatchInput, course store.Course, offer engine.Offer, team []engine.Offer, held []engine.Session) ([]engine.Session, error) {
	request := in.Request
	complete := !slices.ContainsFunc(team, func(o engine.Offer) bool {
		return o.ID != offer.ID && o.Status != engine.OfferAccepted
	})
	requestStatus := engine.RequestPartlyFilled
	if complete {
		requestStatus = engine.RequestFilled
	}
	sessions := held
	if len(held) == 0 {
		planned := engine.Session{
			RequestID: request.ID, DecisionID: &offer.DecisionID, PoolID: request.PoolID, OrganisationID: request.OrganisationID,
			Type: request.Type, Status: engine.SessionHeld,
			Online: request.Online, Municipality: request.Municipality, Address: request.Address,
		}
		if in.Type.Form == engine.Relation {
			start := engine.DateOf(offer.Slot.Start, in.Zone)
			match, err := t.InsertMatch(ctx, request, offer.ExpertID, plannedEnd(start, request.Wishes), in.Type.SessionCap, start)
			if err != nil {
				return nil, err
			}
			planned.MatchID = &match
		}
		if complete {
			planned.Status = engine.SessionConfirmed
		}
		var err error
		if sessions, err = t.InsertSessions(ctx, planned, offer.Dates()); err != nil {
			return nil, err
		}
	}
	status := store.BookingHeld
	if sessions[0].Status == engine.SessionConfirmed {
		status = store.BookingConfirmed
	}
	if err := t.InsertBookings(ctx, store.Booking{
		ExpertID: offer.ExpertID, Buffer: time.Duration(in.Policy.TravelBufferMinutes) * time.Minute,
		Status: status, OneToOne: in.Type.OneToOne, Tier3: asksTier3(in),
	}, sessions); err != nil {
		return nil, err
	}
	if err := t.TakeOffer(ctx, offer, requestStatus); err != nil {
		return nil, err
	}
	if err := busier(ctx, t, request.PoolID, offer.ExpertID); err != nil {
		return nil, err
	}
	if !complete {
		return sessions, holdOn(ctx, t, request.ID)
	}
	if err := letGo(ctx, t, course, offer); err != nil {
		return nil, err
	}
	if len(held) > 0 {
		var err error
		if sessions, err = t.ConfirmSessions(ctx, sessions); err != nil {
			return nil, err
		}
	}
	return sessions, tellOfSession(ctx, t, sessions[0], store.NoticeConfirmed, engine.SideCoordinator)
}

// letGo ends what else was asked and held for a request that one team fills now.
func letGo(ctx context.Context, t *store.Tx, course store.Course, last engine.Offer) error {
	others := func(o engine.Offer) bool { return o.ID != last.ID }
	if err := endThese(ctx, t, course.Offers, engine.OfferWithdrawn, others); err != nil {
		return err
	}
	return releaseHeld(ctx, t, course.Sessions, func(s engine.Session) bool { return s.DecisionID != nil && *s.DecisionID != last.DecisionID })
}

func members(team []engine.Offer) []engine.ExpertID {
	out := make([]engine.ExpertID, len(team))
	for i, o := range team {
		out[i] = o.ExpertID
	}
	return out
}

// plannedEnd is when a relation is meant to end: after its last meeting in the
// asked rhythm.
func plannedEnd(start engine.Date, w engine.Wishes) engine.Date {
	return start.AddDays(7 * max(1, w.EveryWeeks) * max(1, w.Occurrences))
}

func asksTier3(in engine.MatchInput) bool {
	return slices.ContainsFunc(in.Request.Themes, func(asked engine.RequestTheme) bool { return in.Themes[asked.Theme].Tier == 3 })
}
