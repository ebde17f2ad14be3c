package app

import (
	"context"
	"slices"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// Substitute says that an expert is out, for one session or for all of a day.
type Substitute struct {
	ExpertID  engine.ExpertID
	SessionID *engine.SessionID
	Day       *engine.Date // in Europe/Amsterdam; exactly one of the two
	// Ask has the best two who are free asked at once, for each session.
	Ask bool
}

// Substituted is a session an expert is out of. It holds ids, not the ranking:
// that is computed when it is read, never stored.
type Substituted struct {
	SessionID engine.SessionID
	Offers    []engine.Offer // to who was asked
}

// SubstituteSession takes an expert out of one session or of all that have not
// begun of a day, and asks substitutes when it is told to. Nothing else of the
// plan changes: one appointment per session waits for one person. A meeting of a
// relation is cancelled instead, for the expert. Who has stepped out of a session
// herself is only replaced. Errors: NOT_FOUND for an expert, or a session of hers,
// that the viewer does not coordinate; INVALID for neither or both of session and
// day; CONFLICT for a session that has begun, or one that asks for nobody.
func (a App) SubstituteSession(ctx context.Context, viewer auth.Viewer, key string, in Substitute) ([]Substituted, error) {
	if (in.SessionID == nil) == (in.Day == nil) {
		return nil, engine.Invalid("day", "give either a session or a day")
	}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "substituteSession", Input: in}, func(t *store.Tx) ([]Substituted, error) {
		if in.SessionID != nil {
			done, err := substitute(ctx, t, *in.SessionID, in.ExpertID, in.Ask)
			return []Substituted{done}, err
		}
		sessions, err := t.SessionsToLeave(ctx, in.ExpertID, engine.Interval{
			Start: engine.Instant(*in.Day, "00:00", store.Zone), End: engine.Instant(in.Day.AddDays(1), "00:00", store.Zone)})
		if err != nil {
			return nil, err
		}
		out := make([]Substituted, len(sessions))
		for i, s := range sessions {
			if out[i], err = substitute(ctx, t, s.ID, in.ExpertID, in.Ask); err != nil {
				return nil, err
			}
		}
		return out, nil
	})
}

// substitute takes her out of a session, unless she has stepped out of it
// herself, and asks for somebody else.
func substitute(ctx context.Context, t *store.Tx, id engine.SessionID, her engine.ExpertID, ask bool) (Substituted, error) {
	out := Substituted{SessionID: id, Offers: []engine.Offer{}}
	s, request, err := holdSession(ctx, t, id)
	if err != nil {
		return out, err
	}
	team, err := t.Team(ctx, id)
	if err != nil {
		return out, err
	}
	left, err := t.SteppedOut(ctx, id)
	switch {
	case err != nil:
		return out, err
	case slices.Contains(left, her): // she said so herself
	case !slices.Contains(team, her):
		return out, engine.NotFound()
	case !t.Now.Before(s.Slot.Start):
		return out, engine.Conflict(engine.ReasonIllegalTransition, "the session has begun: say afterwards who did not come")
	case !goesOn(s, team):
		if _, err := cancel(ctx, t, s, engine.SideExpert); err != nil {
			return out, err
		}
		return out, reopen(ctx, t, s)
	default:
		if s, err = stepOut(ctx, t, s, her); err != nil {
			return out, err
		}
	}
	if !ask {
		return out, nil
	}
	if request, err = t.Request(ctx, request.ID); err != nil {
		return out, err
	}
	out.Offers, err = askBest(ctx, t, s, request)
	return out, err
}

// askBest asks the best of those who are free for a seat, as many as may be asked
// at once. Who was asked before, or has as many open offers as she may, is passed
// over.
func askBest(ctx context.Context, t *store.Tx, s engine.Session, request engine.Request) ([]engine.Offer, error) {
	out := []engine.Offer{}
	in, err := t.SeatInput(ctx, s)
	if err != nil {
		return out, err
	}
	if err := joinable(s, t.Now, in.Seat.Open); err != nil {
		return out, err
	}
	before, err := t.OffersForSession(ctx, s.ID)
	if err != nil {
		return out, err
	}
	for _, candidate := range engine.RankSubstitutes(in.Input, in.Seat).Substitutes {
		her := candidate.Expert
		if full, err := allAsked(ctx, t, s); err != nil {
			return out, err
		} else if full {
			break
		}
		if candidate.Moves != "" || slices.ContainsFunc(before, func(o engine.Offer) bool { return o.ExpertID == her }) {
			continue
		}
		if err := t.LockExperts(ctx, []engine.ExpertID{her}); err != nil {
			return out, err
		}
		if full, err := t.AtOfferLimit(ctx, s.PoolID, []engine.ExpertID{her}); err != nil {
			return out, err
		} else if full {
			continue
		}
		decision, err := decisionOf(in.Input, s.Slot, candidate.Suggestion)
		if err != nil {
			return out, err
		}
		offer, err := sendSeat(ctx, t, s, in.Input, decision, her, engine.LeaveBy(in.Input, s.Slot, her))
		if err != nil {
			return out, err
		}
		out = append(out, offer)
	}
	if len(out) == 0 {
		return out, nil
	}
	return out, asked(ctx, t, request)
}

// Standby gives who is on stand-by duty within a span of up to 26 weeks, as far as
// the viewer may see them.
func (a App) Standby(ctx context.Context, viewer auth.Viewer, span engine.Interval) ([]store.Standby, error) {
	switch {
	case span.Empty():
		return nil, engine.Invalid("to", "must be later than from")
	case span.Duration() > maxHoursDays*24*time.Hour:
		return nil, engine.Invalid("to", "is more than 26 weeks after from; ask for less")
	}
	return a.Store.As(viewer).Standby(ctx, span)
}

// maxStandby bounds the spans of one expert.
const maxStandby = 60

// SetStandby replaces the spans in which an expert can be asked at short notice,
// but for those that are over. They open no hours and book nothing. NOT_FOUND
// when she is not the viewer and not in her pools; INVALID for a span that is
// over, longer than a week, or touches another.
func (a App) SetStandby(ctx context.Context, viewer auth.Viewer, key string, id engine.ExpertID, spans []engine.Interval) (engine.ExpertID, error) {
	if len(spans) > maxStandby {
		return id, engine.Invalid("spans", "holds %d spans; give at most %d", len(spans), maxStandby)
	}
	spans = slices.SortedFunc(slices.Values(spans), func(x, y engine.Interval) int { return x.Start.Compare(y.Start) })
	for i, s := range spans {
		switch {
		case s.Empty():
			return id, engine.Invalid("spans.end", "must be later than start")
		case s.Duration() > 7*24*time.Hour:
			return id, engine.Invalid("spans.end", "is more than a week after start; give a span for each duty")
		case i > 0 && s.Start.Before(spans[i-1].End):
			return id, engine.Invalid("spans.start", "lies in another span; give each time once")
		}
	}
	input := struct {
		ID    engine.ExpertID
		Spans []engine.Interval
	}{id, spans}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "setStandby", Input: input}, func(t *store.Tx) (engine.ExpertID, error) {
		for _, s := range spans {
			if !t.Now.Before(s.End) {
				return id, engine.Invalid("spans.end", "has passed; leave out what is over")
			}
		}
		return id, t.ReplaceStandby(ctx, id, spans)
	})
}
