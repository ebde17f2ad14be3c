package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"expex/engine"
	"expex/store"
)

// findWithin is until when a coordinator should look for somebody else, once
// nobody is asked any more.
const findWithin = 24 * time.Hour

// holdOn is what follows for those of a request who said yes when somebody of
// their team will not: their time stays held for a while, and the coordinator has
// that long to complete the team. Nobody is confirmed alone.
func holdOn(ctx context.Context, t *store.Tx, request engine.RequestID) error {
	sessions, err := t.SessionsOfRequest(ctx, request)
	if err != nil {
		return err
	}
	offers, err := t.OffersOfRequest(ctx, request)
	if err != nil {
		return err
	}
	seen := map[engine.DecisionID]bool{}
	for _, s := range sessions { // the first of a team comes first
		if s.Status != engine.SessionHeld || s.DecisionID == nil || seen[*s.DecisionID] {
			continue
		}
		seen[*s.DecisionID] = true
		// Who once was certain of it is waited for until it begins: see stepOut.
		if left, err := t.SteppedOut(ctx, s.ID); err != nil {
			return err
		} else if len(left) > 0 {
			continue
		}
		if !slices.ContainsFunc(offers, func(o engine.Offer) bool { return o.DecisionID == *s.DecisionID && o.Status.Lost() }) {
			continue
		}
		until, begun, err := t.BeginHold(ctx, *s.DecisionID, s.PoolID, s.Slot.Start)
		if err != nil {
			return err
		}
		if !begun {
			continue
		}
		if err := t.OpenTask(ctx, engine.Task{PoolID: s.PoolID, Kind: engine.TaskCompleteTeam, RequestID: &request, SessionID: &s.ID, DueAt: until}); err != nil {
			return err
		}
	}
	return nil
}

// expireHold lets go of what is still held for a team that was not completed in
// time. The request goes on without it.
func expireHold(ctx context.Context, t *store.Tx, w store.Work) error {
	decision := engine.DecisionID(w.About)
	sessions, err := t.SessionsOfDecision(ctx, decision)
	if err != nil || len(sessions) == 0 {
		return err
	}
	id := sessions[0].RequestID
	if err := t.LockRequest(ctx, id); err != nil {
		return err
	}
	all, err := t.SessionsOfRequest(ctx, id)
	if err != nil {
		return err
	}
	ofTeam := func(s engine.Session) bool { return s.DecisionID != nil && *s.DecisionID == decision }
	if err := releaseHeld(ctx, t, all, ofTeam); err != nil {
		return err
	}
	if err := endOffers(ctx, t, id, engine.OfferWithdrawn, func(o engine.Offer) bool { return o.DecisionID == decision }); err != nil {
		return err
	}
	request, err := t.Request(ctx, id)
	if err != nil || request.Status != engine.RequestPartlyFilled {
		return err
	}
	next, err := followsFor(ctx, t, id)
	if err != nil || next != engine.RequestOpen {
		return cmp.Or(err, moveRequest(ctx, t, request, next))
	}
	return askNext(ctx, t, request)
}

// releaseHeld ends those of the sessions that are held and meant, and tells whose
// time is free again.
func releaseHeld(ctx context.Context, t *store.Tx, sessions []engine.Session, which func(engine.Session) bool) error {
	var held []engine.SessionID
	for _, s := range sessions {
		if s.Status == engine.SessionHeld && which(s) {
			held = append(held, s.ID)
			if err := noSeat(ctx, t, s); err != nil {
				return err
			}
		}
	}
	if len(held) == 0 {
		return nil
	}
	freed, err := t.ReleaseSessions(ctx, held)
	if err != nil {
		return err
	}
	for _, expert := range freed {
		if err := t.Tell(ctx, store.Notice{
			Kind: store.NoticeHoldReleased, Effect: "HOLD_RELEASED " + string(held[0]), ExpertID: &expert, SessionID: &held[0],
		}); err != nil {
			return err
		}
	}
	return nil
}

// leaveOpen gives a request back to its coordinators: nobody is asked, nobody
// said yes, and nobody is left in reserve.
func leaveOpen(ctx context.Context, t *store.Tx, request engine.Request) error {
	if err := t.MoveRequest(ctx, request.ID, engine.RequestOpen, ""); err != nil {
		return err
	}
	if err := t.OpenTask(ctx, engine.Task{PoolID: request.PoolID, Kind: engine.TaskFindExpert, RequestID: &request.ID, DueAt: t.Now.Add(findWithin)}); err != nil {
		return err
	}
	offers, err := t.OffersOfRequest(ctx, request.ID)
	if err != nil || len(offers) == 0 {
		return err
	}
	last := offers[len(offers)-1].DecisionID
	return t.Tell(ctx, store.Notice{Kind: store.NoticeNobodyLeft, Effect: "NOBODY_LEFT " + string(last), PoolID: &request.PoolID})
}
