package app

import (
	"context"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// SubmitRequest checks and stores a demand. What is left out is filled in from
// the type of deployment. It starts as NEW; a coordinator triages it. Errors:
// INVALID with the field, and with PERSONAL_DATA for a goal that may say who
// somebody is; NOT_FOUND for an organisation the viewer may not ask
// for, or that no pool serves at that place.
func (a App) SubmitRequest(ctx context.Context, viewer auth.Viewer, key string, r engine.Request) (engine.Request, error) {
	for _, asked := range r.Themes {
		if err := engine.CheckText("themes", string(asked.Theme), maxCode); err != nil {
			return r, err
		}
	}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "submitRequest", Input: r}, func(t *store.Tx) (engine.Request, error) {
		kind, err := t.DeploymentType(ctx, r.Type)
		if err != nil {
			return r, engine.Invalid("type", "is not a deployment type; see deploymentTypes")
		}
		r.Complete(kind)
		r.Status = engine.RequestNew
		if err := r.Validate(kind, t.Now, store.Zone); err != nil {
			return r, err
		}
		if r.PoolID, err = t.PoolFor(ctx, r.OrganisationID, r.Municipality); err != nil {
			return r, err
		}
		submitted, err := t.InsertRequest(ctx, r)
		if err != nil {
			return r, err
		}
		if err := t.Decide(ctx, r.PoolID); err != nil {
			return r, err
		}
		return submitted, t.Tell(ctx, store.Notice{Kind: store.NoticeSubmitted, PoolID: &r.PoolID,
			Effect: string(store.NoticeSubmitted) + " " + string(submitted.ID)})
	})
}

// TriageRequest is the coordinator's first judgement: TRIAGED when it was seen and
// is complete, OPEN to match it, REFERRED when it asks for care, ON_HOLD to wait
// for something else than supply. NOT_FOUND when the viewer does
// not coordinate its pool; CONFLICT when the request is past that.
func (a App) TriageRequest(ctx context.Context, viewer auth.Viewer, key string, id engine.RequestID, to engine.RequestStatus) (engine.Request, error) {
	input := struct {
		ID engine.RequestID
		To engine.RequestStatus
	}{id, to}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "triageRequest", Input: input}, func(t *store.Tx) (engine.Request, error) {
		request, err := decideAbout(ctx, t, id, t.Coordinate)
		if err != nil {
			return request, err
		}
		switch request.Status {
		case engine.RequestOffered, engine.RequestPartlyFilled, engine.RequestFilled, engine.RequestRunning:
			// Experts have been asked: moving it from under them would leave their
			// offers and sessions standing.
			return request, engine.Conflict(engine.ReasonIllegalTransition, "the request is %s, past triage; withdraw it, or cancel its session or close its relation", request.Status)
		}
		if err := nothingPlanned(ctx, t, id); err != nil {
			return request, err
		}
		return move(ctx, t, request, to)
	})
}

// nothingPlanned refuses to let a request rest while a session of it is to come: it
// may be open and yet have one, which waits for somebody else since an expert
// stepped out.
func nothingPlanned(ctx context.Context, t *store.Tx, id engine.RequestID) error {
	sessions, err := t.SessionsOfRequest(ctx, id)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		if (s.Status == engine.SessionHeld || s.Status == engine.SessionConfirmed) && t.Now.Before(s.Slot.Start) {
			return engine.Conflict(engine.ReasonIllegalTransition, "a session is still to come and waits for somebody; cancel it first")
		}
	}
	return nil
}

// WithdrawRequest takes a request back: open offers are withdrawn neutrally,
// sessions that have not begun are cancelled, a relation is closed. CONFLICT when
// it is past that.
func (a App) WithdrawRequest(ctx context.Context, viewer auth.Viewer, key string, id engine.RequestID) (engine.Request, error) {
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "withdrawRequest", Input: id}, func(t *store.Tx) (engine.Request, error) {
		request, err := decideAbout(ctx, t, id, t.Decide)
		if err != nil {
			return request, err
		}
		moved, err := move(ctx, t, request, engine.RequestWithdrawn)
		if err != nil {
			return request, err
		}
		if err := endOffers(ctx, t, id, engine.OfferWithdrawn, every); err != nil {
			return request, err
		}
		sessions, err := t.SessionsOfRequest(ctx, id)
		if err != nil {
			return request, err
		}
		open, err := t.OpenMatchesOf(ctx, id)
		if err != nil {
			return request, err
		}
		for _, match := range open { // as they are before their meetings are cancelled
			r, err := relationOf(ctx, t, match.ID)
			if err != nil {
				return request, err
			}
			if err := r.close(ctx, t, engine.MatchWithdrawn); err != nil {
				return request, err
			}
		}
		for _, s := range sessions {
			if s.Status.CanBecome(engine.SessionCancelledByRequester) && t.Now.Before(s.Slot.Start) {
				if _, err := cancel(ctx, t, s, engine.SideRequester); err != nil {
					return request, err
				}
			}
		}
		return moved, evaluated(ctx, t, id)
	})
}

func move(ctx context.Context, t *store.Tx, request engine.Request, to engine.RequestStatus) (engine.Request, error) {
	if !request.Status.CanBecome(to) {
		return request, engine.Conflict(engine.ReasonIllegalTransition, "the request is %s and cannot become %s", request.Status, to)
	}
	if err := t.MoveRequest(ctx, request.ID, to, ""); err != nil {
		return request, err
	}
	if err := waitsNoMore(ctx, t, request); err != nil {
		return request, err
	}
	return t.Request(ctx, request.ID)
}
