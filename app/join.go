package app

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// maxAsked is how many experts are asked at once for the seats of one session.
const maxAsked = 2

// Messages about the team of a session.
const (
	noticeOut     store.NoticeKind = "EXPERT_OUT"      // somebody of the team fell out
	noticeDecide  store.NoticeKind = "DECIDE_SESSION"  // to coordinators: nobody was found in time
	noticeChanged store.NoticeKind = "SESSION_CHANGED" // it is held online now
)

// Joining is the answer to "who could take the free seat of this session?".
type Joining struct {
	Session engine.Session
	Request engine.Request
	Ranking engine.SubstituteRanking
}

// Basis is what a substitute of the ranking rests on, as text for [AskToJoin].
func (j Joining) Basis(s engine.Substitute) string {
	return basisOf(j.Request, j.Ranking.EngineVersion, j.Ranking.WeightsVersion, s.Suggestion).String()
}

// JoinSuggestions ranks who could take a free seat in the team of a session, with
// those who stay. It is computed anew on every call and changes nothing.
// NOT_FOUND when the viewer may not see the session or does not coordinate its
// pool; CONFLICT when nobody can join it.
func (a App) JoinSuggestions(ctx context.Context, viewer auth.Viewer, id engine.SessionID) (Joining, error) {
	in, err := a.Store.As(viewer).SeatInput(ctx, id)
	if err != nil {
		return Joining{}, err
	}
	if err := joinable(in.Session, in.Input.Now, in.Seat.Open); err != nil {
		return Joining{}, err
	}
	return Joining{Session: in.Session, Request: in.Input.Request, Ranking: engine.RankSubstitutes(in.Input, in.Seat)}, nil
}

// joinable is a CONFLICT for a session that nobody can join at a moment.
func joinable(s engine.Session, now time.Time, open int) error {
	switch {
	case s.MatchID != nil:
		return engine.Conflict(engine.ReasonIllegalTransition, "the session belongs to a relation: nobody can take the place of one of the two")
	case s.Status != engine.SessionHeld || !now.Before(s.Slot.Start):
		return engine.Conflict(engine.ReasonIllegalTransition, "the session is %s or has begun: nobody can join it", s.Status)
	case open < 1:
		return engine.Conflict(engine.ReasonIllegalTransition, "the team of the session is complete")
	}
	return nil
}

// AskToJoin asks one or two experts for one free seat of a session.
type AskToJoin struct {
	SessionID engine.SessionID
	// Asks are who is asked, at once: the first yes gets the seat.
	Asks []JoinAsk
	// OverrideReason is needed when one of them follows no suggestion, or one that
	// is no longer what it was; at most 500 characters.
	OverrideReason string
}

// JoinAsk is one expert who is asked to join.
type JoinAsk struct {
	ExpertID engine.ExpertID
	// Basis is that of the suggestion the choice follows, "" for none: see
	// [Joining.Basis].
	Basis string
}

// AskToJoin checks every hard rule for the team that would result, stores each
// choice with its calculation, and sends each expert an offer that ends when she
// would have to leave, or earlier. The first yes gets the seat; who comes too
// late is told that nobody is needed any more.
//
// Errors: as those of [App.MakeOffer], and NOT_FOUND for a session; CONFLICT with
// ILLEGAL_TRANSITION for one that nobody can join, with OFFER_OPEN when two are
// asked already; INFEASIBLE with CANNOT_ARRIVE for who cannot be there in time.
func (a App) AskToJoin(ctx context.Context, viewer auth.Viewer, key string, in AskToJoin) ([]engine.Offer, error) {
	in.Asks = slices.SortedFunc(slices.Values(in.Asks), func(x, y JoinAsk) int { return cmp.Compare(x.ExpertID, y.ExpertID) })
	seen := make([]*basis, len(in.Asks))
	if len(in.Asks) == 0 || len(in.Asks) > maxAsked {
		return nil, engine.Invalid("asks", "names %d experts; ask 1 or %d at once", len(in.Asks), maxAsked)
	}
	if len(in.Asks) == 2 && in.Asks[0].ExpertID == in.Asks[1].ExpertID {
		return nil, engine.Invalid("asks", "names an expert twice; name each once")
	}
	for i, ask := range in.Asks {
		var err error
		if seen[i], err = followed(MakeOffer{Basis: ask.Basis, OverrideReason: in.OverrideReason}); err != nil {
			return nil, inAsks(err)
		}
	}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "askToJoin", Input: in}, func(t *store.Tx) ([]engine.Offer, error) {
		session, request, err := holdSession(ctx, t, in.SessionID)
		if err != nil {
			return nil, err
		}
		var offers []engine.Offer
		for i, ask := range in.Asks {
			offer, err := askFor(ctx, t, session, request, ask.ExpertID, seen[i], in.OverrideReason)
			if err != nil {
				return nil, err
			}
			offers = append(offers, offer)
		}
		return offers, asked(ctx, t, request)
	})
}

// inAsks names the field as [AskToJoin] has it.
func inAsks(err error) error {
	var e *engine.Error
	if !errors.As(err, &e) || e.Field != "basis" {
		return err
	}
	told := *e
	told.Field, told.Message = "asks.basis", "asks."+e.Message
	return &told
}

// holdSession sees a session with the viewer's own eyes, goes on as the engine for
// a coordinator of its pool, and holds its request until the end.
func holdSession(ctx context.Context, t *store.Tx, id engine.SessionID) (engine.Session, engine.Request, error) {
	session, err := t.Session(ctx, id)
	if err != nil {
		return session, engine.Request{}, err
	}
	if err := t.Coordinate(ctx, session.PoolID); err != nil {
		return session, engine.Request{}, err
	}
	if err := t.LockRequest(ctx, session.RequestID); err != nil {
		return session, engine.Request{}, err
	}
	request, err := t.Request(ctx, session.RequestID)
	if err != nil {
		return session, request, err
	}
	session, err = t.Session(ctx, id) // again: it may have moved while we waited
	request.Online = session.Online
	return session, request, err
}

// askFor sends one expert the offer of a seat.
func askFor(ctx context.Context, t *store.Tx, s engine.Session, request engine.Request, expert engine.ExpertID, seen *basis, reason string) (engine.Offer, error) {
	none := engine.Offer{}
	team, err := t.Team(ctx, s.ID)
	if err != nil {
		return none, err
	}
	if err := joinable(s, t.Now, request.TeamSize-len(team)); err != nil {
		return none, err
	}
	if left, err := t.SteppedOut(ctx, s.ID); err != nil || slices.Contains(left, expert) || slices.Contains(team, expert) {
		return none, cmp.Or(err, error(engine.Invalid("asks.expertId", "names somebody who is in the team or stepped out of it; choose somebody else")))
	}
	if full, err := allAsked(ctx, t, s); err != nil || full {
		return none, cmp.Or(err, error(engine.Conflict(engine.ReasonOfferOpen,
			"%d experts are asked for this session already; wait for an answer or an expiry", maxAsked)))
	}
	if err := t.LockExperts(ctx, []engine.ExpertID{expert}); err != nil {
		return none, err
	}
	if full, err := t.AtOfferLimit(ctx, s.PoolID, []engine.ExpertID{expert}); err != nil || full {
		return none, cmp.Or(err, error(engine.Conflict(engine.ReasonOfferLimit,
			"the expert has as many open offers as she may; wait for an answer or an expiry, or ask somebody else")))
	}
	in, broken, err := judgeSeat(ctx, t, request, s, append(team, expert))
	switch {
	case err != nil:
		return none, err
	case !slices.ContainsFunc(in.Candidates, func(c engine.Candidate) bool { return c.Expert == expert }):
		return none, engine.NotFound()
	case len(in.Candidates) <= len(team):
		return none, engine.Infeasible(broken) // somebody who stays left the pool
	case len(broken) > 0:
		return none, refuse(in, s.Slot, "")
	}
	leaveBy := engine.LeaveBy(in, s.Slot, expert)
	if t.Now.After(leaveBy) {
		her := slices.IndexFunc(in.Candidates, func(c engine.Candidate) bool { return c.Expert == expert })
		return none, engine.Infeasible([]engine.RuleCode{engine.ToldOf(&in.Candidates[her], engine.CannotArrive, "")})
	}
	suggestion, _ := engine.Check(in, s.Slot)
	var changes []engine.StaleChange
	if seen != nil {
		changes = seen.changes(in, engine.Ranking{Suggestions: []engine.Suggestion{suggestion}}, nil)
	}
	if len(changes) > 0 && reason == "" {
		return none, stale(changes, false)
	}
	decision, err := decisionOf(in, s.Slot, suggestion)
	if err != nil {
		return none, err
	}
	decision.Override, decision.OverrideReason = seen == nil || len(changes) > 0, reason
	return sendSeat(ctx, t, s, in, decision, expert, leaveBy)
}

// sendSeat stores the choice of somebody for a seat and asks her.
func sendSeat(ctx context.Context, t *store.Tx, s engine.Session, in engine.MatchInput, d engine.Decision, expert engine.ExpertID, leaveBy time.Time) (engine.Offer, error) {
	if s.Slot.Start.Sub(t.Now) < engine.LateHours*time.Hour {
		in.Request.Urgency = engine.UrgencyUrgent
	}
	end := expiry(in, s.Slot)
	if leaveBy.Before(end) {
		end = leaveBy
	}
	offer, err := t.InsertJoin(ctx, s.ID, d, engine.Offer{
		PoolID: s.PoolID, ExpertID: expert, Type: s.Type, ThemeGroups: themeGroups(in),
		Online: s.Online, Municipality: s.Municipality, ExpiresAt: end,
	})
	if err != nil {
		return offer, err
	}
	return offer, t.Tell(ctx, store.Notice{Kind: store.NoticeOfferSent, Effect: "OFFER_SENT " + string(offer.ID), ExpertID: &expert, SessionID: &s.ID})
}

// decisionOf is a choice about a slot with the calculation it rests on.
func decisionOf(in engine.MatchInput, slot engine.Interval, s engine.Suggestion) (engine.Decision, error) {
	hash, err := inputHash(in)
	return engine.Decision{
		RequestID: in.Request.ID, Slot: slot, EngineVersion: engine.Version, WeightsVersion: in.Weights.Version,
		InputHash: hash, Suggestion: s.Kept(in.Request.Themes),
	}, err
}

// asked is what follows for a request when somebody was asked for a seat: one
// that nobody has said yes to is OFFERED.
func asked(ctx context.Context, t *store.Tx, request engine.Request) error {
	if request.Status == engine.RequestPartlyFilled {
		return nil
	}
	return moveRequest(ctx, t, request, engine.RequestOffered)
}

// allAsked ends what is overdue and reports whether as many as may be asked at
// once wait for an answer about a session.
func allAsked(ctx context.Context, t *store.Tx, s engine.Session) (bool, error) {
	if _, err := stillAsked(ctx, t, s.RequestID); err != nil {
		return false, err
	}
	offers, err := t.OffersForSession(ctx, s.ID)
	open := 0
	for _, o := range offers {
		if o.Status == engine.OfferSent {
			open++
		}
	}
	return open >= maxAsked, err
}

// judgeSeat is judge for the team of a session: with the last seat taken by every
// rule, before that without those about the whole team.
func judgeSeat(ctx context.Context, t *store.Tx, request engine.Request, s engine.Session, team []engine.ExpertID) (engine.MatchInput, []engine.RuleCode, error) {
	request.Online = s.Online
	in, broken, err := judge(ctx, t, request, team, s.Slot, s.ID)
	if err == nil && len(in.Candidates) == len(team) && len(team) < request.TeamSize {
		broken = engine.CheckPart(in, s.Slot)
	}
	return in, broken, err
}

// join is the yes to a seat in a session that exists. The request is held.
func join(ctx context.Context, t *store.Tx, offer engine.Offer, request engine.Request, id engine.SessionID) (Accepted, error) {
	session, err := t.Session(ctx, id)
	if err != nil {
		return Accepted{}, err
	}
	team, err := t.Team(ctx, id)
	if err != nil {
		return Accepted{}, err
	}
	if joinable(session, t.Now, request.TeamSize-len(team)) != nil {
		return Accepted{}, engine.Conflict(engine.ReasonRequestFilled, "nobody is needed for this session any more")
	}
	if !offer.Slot.Start.Equal(session.Slot.Start) || !offer.Slot.End.Equal(session.Slot.End) {
		return Accepted{}, engine.Conflict(engine.ReasonOfferExpired, "the session has moved since you were asked; ask your coordinator for a new offer")
	}
	if err := t.LockExperts(ctx, []engine.ExpertID{offer.ExpertID}); err != nil {
		return Accepted{}, err
	}
	if gone, err := t.Taken(ctx, offer.PoolID, offer.ExpertID, session.Slot, id); err != nil || gone {
		return Accepted{}, cmp.Or(err, taken([]engine.RuleCode{overlap}))
	}
	team = append(team, offer.ExpertID)
	in, broken, err := judgeSeat(ctx, t, request, session, team)
	switch {
	case err != nil:
		return Accepted{}, err
	case len(in.Candidates) != len(team):
		return Accepted{}, engine.Infeasible(broken)
	case len(broken) > 0:
		return Accepted{}, refuse(in, session.Slot, offer.ExpertID)
	}
	if err := t.InsertBooking(ctx, store.Booking{
		SessionID: id, ExpertID: offer.ExpertID, Session: session.Slot,
		Buffer: time.Duration(in.Policy.TravelBufferMinutes) * time.Minute,
		Status: store.BookingHeld, OneToOne: in.Type.OneToOne, Tier3: asksTier3(in),
	}); err != nil {
		return Accepted{}, err
	}
	if err := t.MoveOffers(ctx, []engine.OfferID{offer.ID}, engine.OfferAccepted, &t.Now, nil); err != nil {
		return Accepted{}, err
	}
	if err := busier(ctx, t, session.PoolID, offer.ExpertID); err != nil {
		return Accepted{}, err
	}
	if len(team) == request.TeamSize {
		session, err = complete(ctx, t, session, request)
	} else {
		err = follow(ctx, t, request.ID)
	}
	if err != nil {
		return Accepted{}, err
	}
	offer, err = t.Offer(ctx, offer.ID)
	return Accepted{Offer: offer, Session: session}, err
}

// complete confirms a session that has the team it needs: nobody else is asked
// for it, and the request needs no other.
func complete(ctx context.Context, t *store.Tx, s engine.Session, request engine.Request) (engine.Session, error) {
	if err := noSeat(ctx, t, s); err != nil {
		return s, err
	}
	confirmed, err := t.MoveSession(ctx, s.ID, engine.SessionConfirmed, false, store.BookingConfirmed)
	if err != nil {
		return s, err
	}
	if request.Occurrences <= 1 {
		if err := letOthersGo(ctx, t, s); err != nil {
			return s, err
		}
	}
	if err := moveRequest(ctx, t, request, engine.RequestFilled); err != nil {
		return s, err
	}
	return confirmed, tellOfSession(ctx, t, confirmed, store.NoticeConfirmed, "")
}

// letOthersGo ends what else was asked and held for a request that needs one
// session and has it.
func letOthersGo(ctx context.Context, t *store.Tx, s engine.Session) error {
	if err := endOffers(ctx, t, s.RequestID, engine.OfferWithdrawn, every); err != nil {
		return err
	}
	sessions, err := t.SessionsOfRequest(ctx, s.RequestID)
	if err != nil {
		return err
	}
	return releaseHeld(ctx, t, sessions, func(other engine.Session) bool {
		return other.DecisionID != nil && (s.DecisionID == nil || *other.DecisionID != *s.DecisionID)
	})
}

// noSeat ends what was asked, queued and to do because a session had a free seat.
func noSeat(ctx context.Context, t *store.Tx, s engine.Session) error {
	offers, err := t.OffersForSession(ctx, s.ID)
	if err != nil {
		return err
	}
	ofSession := func(o engine.Offer) bool {
		return slices.ContainsFunc(offers, func(x engine.Offer) bool { return x.ID == o.ID })
	}
	if err := endOffers(ctx, t, s.RequestID, engine.OfferWithdrawn, ofSession); err != nil {
		return err
	}
	if err := t.Unqueue(ctx, DecideSession, string(s.ID)); err != nil {
		return err
	}
	return t.CloseTasks(ctx, store.TaskFilter{SessionID: &s.ID,
		Kinds: []engine.TaskKind{engine.TaskCompleteTeam, engine.TaskReplaceExpert, engine.TaskDecideSession}})
}

// moveRequest moves a request where the move is legal, and leaves it elsewhere: a
// series that runs is not filled anew by one of its sessions.
func moveRequest(ctx context.Context, t *store.Tx, request engine.Request, to engine.RequestStatus) error {
	if !request.Status.CanBecome(to) {
		return nil
	}
	return t.MoveRequest(ctx, request.ID, to, "")
}
