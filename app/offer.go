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

// MakeOffer asks experts to do one slot of a request.
type MakeOffer struct {
	RequestID engine.RequestID
	ExpertIDs []engine.ExpertID
	Slot      engine.Interval
	// FurtherSlots are the later dates of a series, ascending, at most
	// [engine.MaxFurther]. They are offered, accepted and held together.
	FurtherSlots []engine.Interval `json:",omitempty"`
	// Reserve are the teams to ask next, the first first, when nobody of those who
	// are asked does it; at most five.
	Reserve [][]engine.ExpertID `json:",omitempty"`
	// Basis is that of the suggestion the choice follows, "" for none: see
	// [Matching.Basis].
	Basis string
	// OverrideReason is needed for a choice that follows no suggestion, or one
	// that is no longer what it was; at most 500 characters.
	OverrideReason string
}

// Offered is a decision with the offers it sent.
type Offered struct {
	DecisionID engine.DecisionID
	Offers     []engine.Offer
}

// MakeOffer checks every hard rule for the team at that slot, and at each of the
// later dates, stores the choice with its calculation, and sends each expert an
// offer that expires. It books nothing: an offer is a question. The reserve
// replaces the one the request had.
//
// The choice follows a suggestion, by its basis, or has a reason. When the world
// has changed since that suggestion the answer is CONFLICT with STALE and what
// has changed; with a reason the choice stands nevertheless, as an override,
// unless a hard rule forbids it.
//
// Other errors: NOT_FOUND for a request or an expert of a pool the viewer does
// not coordinate; INVALID for a slot outside the wishes, a team of another size,
// a reserve or later dates that cannot be, or neither basis nor reason; INFEASIBLE
// with the rules, and, of several dates, which; CONFLICT for a request
// that takes no offers, a slot that is taken, or an expert who was asked already
// or has as many open offers as she may.
func (a App) MakeOffer(ctx context.Context, viewer auth.Viewer, key string, in MakeOffer) (Offered, error) {
	seen, err := followed(in)
	if err != nil {
		return Offered{}, err
	}
	in.ExpertIDs = slices.Sorted(slices.Values(in.ExpertIDs))
	view := a.Store.As(viewer)
	offered, err := store.Once(ctx, view, store.Key{Key: key, Mutation: "makeOffer", Input: in}, func(t *store.Tx) (Offered, error) {
		request, err := decideAbout(ctx, t, in.RequestID, t.Coordinate)
		if err != nil {
			return Offered{}, err
		}
		if !request.Status.AcceptsOffers() {
			return Offered{}, engine.Conflict(engine.ReasonIllegalTransition, "the request is %s and takes no offers", request.Status)
		}
		if len(distinct(in.ExpertIDs)) != len(in.ExpertIDs) || len(in.ExpertIDs) != request.TeamSize {
			return Offered{}, engine.Invalid("expertIds", "must name %d different experts, as the request asks", request.TeamSize)
		}
		if err := checkReserve(in.Reserve, request.TeamSize); err != nil {
			return Offered{}, err
		}
		if _, err := stillAsked(ctx, t, request.ID); err != nil {
			return Offered{}, err
		}
		// The same order as in acceptOffer: first the request, then its experts.
		if err := t.LockExperts(ctx, in.ExpertIDs); err != nil {
			return Offered{}, err
		}
		named := everybody(append([][]engine.ExpertID{in.ExpertIDs}, in.Reserve...)...)
		input, err := t.MatchInput(ctx, request, named)
		if err != nil {
			return Offered{}, err
		}
		if len(input.Candidates) != len(named) {
			return Offered{}, engine.NotFound()
		}
		input = onlyOf(input, in.ExpertIDs)
		if !engine.WithinWishes(input, in.Slot) {
			return Offered{}, engine.Invalid("slot", "must lie inside a time the request proposes, from now on, and last %d minutes", request.Minutes)
		}
		if err := checkFurther(input, in); err != nil {
			return Offered{}, err
		}
		// It says no more than that: her other offers may be another pool's.
		if full, err := t.AtOfferLimit(ctx, request.PoolID, in.ExpertIDs); err != nil || full {
			return Offered{}, cmp.Or(err, error(engine.Conflict(engine.ReasonOfferLimit,
				"an expert of this team has as many open offers as she may; wait for an answer or an expiry, or ask somebody else")))
		}
		suggestion, changes, err := asItIs(input, in.Slot, seen)
		if err != nil {
			return Offered{}, err
		}
		if len(changes) > 0 && in.OverrideReason == "" {
			return Offered{}, stale(changes, false)
		}
		if len(in.FurtherSlots) > 0 { // the first has been checked, but counts for the others
			if err := refuseDates(input, append([]engine.Interval{in.Slot}, in.FurtherSlots...), ""); err != nil {
				return Offered{}, err
			}
		}
		offered, err := send(ctx, t, input, engine.Decision{
			RequestID: request.ID, Slot: in.Slot, FurtherSlots: in.FurtherSlots, MadeBy: viewer.AccountID,
			Override: seen == nil || len(changes) > 0, OverrideReason: in.OverrideReason, Suggestion: suggestion,
		})
		if err != nil {
			return Offered{}, err
		}
		if err := t.SetReserve(ctx, request.ID, offered.DecisionID, in.Reserve); err != nil {
			return Offered{}, err
		}
		if request.Status != engine.RequestPartlyFilled && request.Status.CanBecome(engine.RequestOffered) {
			if err := t.MoveRequest(ctx, request.ID, engine.RequestOffered, ""); err != nil {
				return Offered{}, err
			}
			if err := waitsNoMore(ctx, t, request); err != nil {
				return Offered{}, err
			}
		}
		return offered, nil
	})
	return offered, withAlternatives(err, func() (engine.MatchInput, error) { return view.MatchInput(ctx, in.RequestID, in.ExpertIDs...) })
}

// send stores a decision about what is known with its calculation, asks each of
// its experts, and tells them.
func send(ctx context.Context, t *store.Tx, in engine.MatchInput, d engine.Decision) (Offered, error) {
	request := in.Request
	d.EngineVersion, d.WeightsVersion, d.Suggestion = engine.Version, in.Weights.Version, d.Suggestion.Kept(request.Themes)
	var err error
	if d.InputHash, err = inputHash(in); err != nil {
		return Offered{}, err
	}
	offers, err := t.InsertDecision(ctx, d, engine.Offer{
		PoolID: request.PoolID, Type: request.Type, ThemeGroups: themeGroups(in),
		Online: request.Online, Municipality: request.Municipality, ExpiresAt: expiry(in, d.Slot),
	})
	if err != nil {
		return Offered{}, err
	}
	for _, o := range offers {
		if err := t.Tell(ctx, store.Notice{Kind: store.NoticeOfferSent, Effect: "OFFER_SENT " + string(o.ID), ExpertID: &o.ExpertID}); err != nil {
			return Offered{}, err
		}
	}
	return Offered{DecisionID: offers[0].DecisionID, Offers: offers}, nil
}

// followed gives the basis of the suggestion that a choice follows, nil when it
// follows none and says why.
func followed(in MakeOffer) (*basis, error) {
	switch {
	case in.OverrideReason != "":
		if err := checkReason("overrideReason", in.OverrideReason); err != nil {
			return nil, err
		}
	case in.Basis == "":
		return nil, engine.Invalid("basis", "is missing; pass on that of the suggestion you chose, or say in overrideReason why you choose otherwise")
	}
	if in.Basis == "" {
		return nil, nil
	}
	return parseBasis(in.Basis)
}

// asItIs gives the calculation a decision about a slot is kept with, and how it
// differs from what the coordinator saw, if she did. It refuses a slot that
// breaks a rule: as STALE when it was shown to her, so that it kept them then.
func asItIs(in engine.MatchInput, slot engine.Interval, seen *basis) (engine.Suggestion, []engine.StaleChange, error) {
	about, broken := engine.Check(in, slot)
	if len(broken) > 0 && (seen == nil || !seen.showed(slot)) {
		return about, nil, refuse(in, slot, "")
	}
	ranking, err := engine.Suggest(in)
	if err != nil {
		return about, nil, err
	}
	var changes []engine.StaleChange
	if seen != nil {
		changes = seen.changes(in, ranking, broken)
	}
	if len(broken) > 0 {
		return about, nil, stale(changes, true)
	}
	return asShown(ranking, about), changes, nil
}

// checkFurther refuses later dates where there is no series, and any that the
// request does not propose.
func checkFurther(input engine.MatchInput, in MakeOffer) error {
	const field = "furtherSlots"
	series := input.Type.Form == engine.Series || input.Type.Form == engine.OneOff && input.Request.Occurrences > 1
	switch {
	case len(in.FurtherSlots) == 0:
		return nil
	case !series:
		return engine.Invalid(field, "are for a series; leave them out, and plan the later meetings of a relation when it has begun")
	case len(in.FurtherSlots) > engine.MaxFurther:
		return engine.Invalid(field, "holds %d dates; give at most %d", len(in.FurtherSlots), engine.MaxFurther)
	}
	before := in.Slot
	for i, slot := range in.FurtherSlots {
		if slot.Start.Before(before.End) {
			return engine.Invalid(field, "must each begin after the one before has ended; number %d does not", i+1)
		}
		if !engine.WithinWishes(input, slot) {
			return engine.Invalid(field, "must each lie inside a time the request proposes, and last %d minutes; number %d does not", input.Request.Minutes, i+1)
		}
		before = slot
	}
	return nil
}

// decideAbout sees a request with the viewer's own eyes and goes on as the
// engine, by Tx.Decide or Tx.Coordinate, holding the request until the end.
func decideAbout(ctx context.Context, t *store.Tx, id engine.RequestID, enter func(context.Context, engine.PoolID) error) (engine.Request, error) {
	request, err := t.Request(ctx, id)
	if err != nil {
		return request, err
	}
	if err := enter(ctx, request.PoolID); err != nil {
		return request, err
	}
	if err := t.LockRequest(ctx, id); err != nil {
		return request, err
	}
	return t.Request(ctx, id) // again: it may have moved while we waited
}

// endOffers gives those of the open offers of a request their end, and tells it:
// the experts when they were WITHDRAWN, without a why, the coordinators when
// nobody answered.
func endOffers(ctx context.Context, t *store.Tx, request engine.RequestID, as engine.OfferStatus, which func(engine.Offer) bool) error {
	all, err := t.OffersOfRequest(ctx, request)
	if err != nil {
		return err
	}
	return endThese(ctx, t, all, as, which)
}

// endThese is endOffers for a list that was read.
func endThese(ctx context.Context, t *store.Tx, all []engine.Offer, as engine.OfferStatus, which func(engine.Offer) bool) error {
	var open []engine.OfferID
	for _, o := range all {
		if o.Status != engine.OfferSent || !which(o) {
			continue
		}
		open = append(open, o.ID)
		news := store.Notice{Kind: store.NoticeOfferWithdrawn, ExpertID: &o.ExpertID}
		if as == engine.OfferExpired {
			news = store.Notice{Kind: store.NoticeOfferExpired, PoolID: &o.PoolID}
		}
		news.Effect = string(news.Kind) + " " + string(o.ID)
		if err := t.Tell(ctx, news); err != nil {
			return err
		}
	}
	if len(open) == 0 {
		return nil
	}
	return t.MoveOffers(ctx, open, as, nil, nil)
}

func every(engine.Offer) bool { return true }

// stillAsked ends the offers of a request whose answer window has passed, and
// reports whether others wait for an answer.
func stillAsked(ctx context.Context, t *store.Tx, request engine.RequestID) (bool, error) {
	overdue := func(o engine.Offer) bool { return !t.Now.Before(o.ExpiresAt) }
	if err := endOffers(ctx, t, request, engine.OfferExpired, overdue); err != nil {
		return false, err
	}
	all, err := t.OffersOfRequest(ctx, request)
	return slices.ContainsFunc(all, func(o engine.Offer) bool { return o.Status == engine.OfferSent }), err
}

// seekOn is what follows when somebody of a request said no or nothing: once
// nobody is asked any more the next in reserve is, or the request is open again. For one that somebody said yes to her
// time stays held: the coordinator owns the gap.
func seekOn(ctx context.Context, t *store.Tx, request engine.Request) error {
	waiting, err := stillAsked(ctx, t, request.ID)
	switch {
	case err != nil:
		return err
	case request.Status == engine.RequestPartlyFilled:
		return holdOn(ctx, t, request.ID)
	case waiting || request.Status != engine.RequestOffered:
		return nil
	}
	return askNext(ctx, t, request)
}

// expiry is the end of the answer window: that of the type, and never after the
// session would begin.
func expiry(in engine.MatchInput, slot engine.Interval) time.Time {
	hours := in.Type.OfferHours
	if in.Request.Urgency == engine.UrgencyUrgent {
		hours = in.Type.UrgentOfferHours
	}
	end := in.Now.Add(time.Duration(hours) * time.Hour)
	if slot.Start.Before(end) {
		return slot.Start
	}
	return end
}

// themeGroups are the areas an offer names instead of themes, sorted.
func themeGroups(in engine.MatchInput) []string {
	groups := []string{}
	for _, asked := range in.Request.Themes {
		groups = append(groups, in.Themes[asked.Theme].Group)
	}
	slices.Sort(groups)
	return slices.Compact(groups)
}
