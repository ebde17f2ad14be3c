package app

import (
	"context"
	"slices"
	"time"

	"expex/engine"
	"expex/store"
)

// recheck asks every hard rule again about all that is planned and asked within
// a scope of the pool, each session at its own date. A session that breaks one
// stays as it is and gets tasks; a task whose reason is gone is closed; an open
// offer that breaks one is withdrawn, neutrally. Everything follows from what is
// so now, so that a change finds what the night would find. Only after Tx.Decide,
// in the transaction of the change.
func recheck(ctx context.Context, t *store.Tx, pool engine.PoolID, of store.Scope) error {
	requests, err := t.PlannedRequests(ctx, of)
	if err != nil {
		return err
	}
	// The same order as in acceptOffer: first the requests, then the expert. Who
	// is answering now goes first, and is judged with the rest.
	if err := lockRequests(ctx, t, requests); err != nil {
		return err
	}
	if of.ExpertID != nil {
		if err := t.LockExperts(ctx, []engine.ExpertID{*of.ExpertID}); err != nil {
			return err
		}
		if requests, err = t.PlannedRequests(ctx, of); err != nil {
			return err
		}
		if err := lockRequests(ctx, t, requests); err != nil {
			return err
		}
	}
	for _, id := range requests {
		if err := recheckRequest(ctx, t, pool, id); err != nil {
			return err
		}
	}
	return nil
}

// busier has what else experts are asked for judged again, now that their time was
// taken or a relation of theirs ended: what they could not do any more is
// withdrawn, and the next in reserve is asked. It is due work and not part of the
// change, which holds the experts: it would have to wait for the other requests,
// and whoever holds one of those waits for the experts. A yes that is quicker is
// refused by the rules. Only after Tx.Decide for the pool.
func busier(ctx context.Context, t *store.Tx, pool engine.PoolID, experts ...engine.ExpertID) error {
	due := t.Now.Add(answersFirst)
	others, err := t.QueueAsked(ctx, Recheck, experts, due)
	if err != nil || len(others) == 0 {
		return err
	}
	for _, other := range others {
		if err := t.Decide(ctx, other); err != nil {
			return err
		}
		if _, err := t.QueueAsked(ctx, Recheck, experts, due); err != nil {
			return err
		}
	}
	return t.Decide(ctx, pool)
}

// answersFirst is how long the re-check of what an expert is asked waits when her
// time was taken. Where one yes came in others come in, to the very requests it
// would lock; each of them costs a look, and the re-check of each a snapshot. Of a
// hundred at once it took two fifths of the time for which people wait.
const answersFirst = 10 * time.Second

func lockRequests(ctx context.Context, t *store.Tx, requests []engine.RequestID) error {
	for _, id := range requests {
		if err := t.LockRequest(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// recheckExpert is recheck for all that an expert has planned in each of the
// pools.
func recheckExpert(ctx context.Context, t *store.Tx, expert engine.ExpertID, pools []engine.PoolID) error {
	for _, pool := range pools {
		if err := t.Decide(ctx, pool); err != nil {
			return err
		}
		if err := recheck(ctx, t, pool, store.Scope{ExpertID: &expert}); err != nil {
			return err
		}
	}
	return nil
}

// recheckRequest judges one request on one snapshot. The request is locked.
func recheckRequest(ctx context.Context, t *store.Tx, pool engine.PoolID, id engine.RequestID) error {
	request, err := t.Request(ctx, id)
	if err != nil {
		return err
	}
	offers, err := t.OffersOfRequest(ctx, id)
	if err != nil {
		return err
	}
	teams := askedTeams(offers)
	var asked []engine.ExpertID
	for _, team := range teams {
		asked = append(asked, members(team)...)
	}
	plan, err := t.Plan(ctx, id)
	if err != nil {
		return err
	}
	experts := asked
	for _, s := range plan.Sessions {
		experts = append(experts, s.Team...)
	}
	if len(experts) == 0 {
		return nil
	}
	slices.Sort(experts)
	in, err := t.MatchInput(ctx, request, slices.Compact(experts))
	if err != nil {
		return err
	}
	related, err := relatedTo(ctx, t, in)
	if err != nil {
		return err
	}
	look := planned{in, related, plan}
	if err := look.settle(ctx, t); err != nil {
		return err
	}
	return look.withdraw(ctx, t, teams)
}

// askedTeams are the teams of which somebody has not answered yet: who has, with
// a yes, is part of it.
func askedTeams(offers []engine.Offer) [][]engine.Offer {
	var out [][]engine.Offer
	at := map[engine.DecisionID]int{}
	for _, o := range offers {
		if o.Status != engine.OfferSent && o.Status != engine.OfferAccepted {
			continue
		}
		i, known := at[o.DecisionID]
		if !known {
			i = len(out)
			at[o.DecisionID], out = i, append(out, nil)
		}
		out[i] = append(out[i], o)
	}
	return slices.DeleteFunc(out, func(team []engine.Offer) bool {
		return !slices.ContainsFunc(team, func(o engine.Offer) bool { return o.Status == engine.OfferSent })
	})
}

// planned is one request with the snapshot its plan is judged on.
type planned struct {
	engine.MatchInput
	related []engine.ExpertID
	plan    store.Plan
}

// breaches judges a team at a slot, as things will be on that day.
func (p planned) breaches(team []engine.ExpertID, slot engine.Interval, own engine.SessionID) []engine.Breach {
	day := engine.DateOf(slot.Start, p.Zone)
	var gone []engine.Breach
	in := without(p.MatchInput, own, p.related)
	in.Candidates = slices.DeleteFunc(in.Candidates, func(c engine.Candidate) bool {
		return !slices.Contains(team, c.Expert) || c.Status == engine.ExpertOffboarded || c.Gone != "" && c.Gone <= day
	})
	for i := range in.Candidates {
		c := &in.Candidates[i]
		switch p.plan.Choices[own][c.Expert] {
		case engine.ConsentKeep, engine.ConsentChange:
			c.Consents = slices.Concat(c.Consents, p.asked())
		}
	}
	for _, id := range team {
		if !slices.ContainsFunc(in.Candidates, func(c engine.Candidate) bool { return c.Expert == id }) {
			gone = append(gone, engine.Breach{Expert: id, Code: "NOT_DEPLOYABLE", Told: "NOT_DEPLOYABLE"})
		}
	}
	if len(in.Candidates) == 0 {
		return gone
	}
	return append(gone, engine.Breaches(in, slot)...)
}

// asked is a yes to all the request must have, for this one time.
func (p planned) asked() []engine.Consent {
	var out []engine.Consent
	for _, asked := range p.Request.Themes {
		if asked.Importance == engine.Must {
			out = append(out, engine.Consent{Theme: asked.Theme, Usage: p.Type.UsageFor(p.Request.Audience), Level: engine.Amber})
		}
	}
	return out
}

// settle makes the tasks about the planned sessions those that their breaches
// ask for, and tells who has to hear of new ones.
func (p planned) settle(ctx context.Context, t *store.Tx) error {
	var judged []engine.SessionID
	var wanted []engine.Task
	teams := map[engine.SessionID][]engine.ExpertID{}
	for i := range p.plan.Sessions {
		s := &p.plan.Sessions[i]
		judged, teams[s.ID] = append(judged, s.ID), s.Team
		if breaches := p.breaches(s.Team, s.Slot, s.ID); len(breaches) > 0 {
			wanted = append(wanted, p.tasks(s, breaches)...)
			continue
		}
		ready, err := p.confirmable(ctx, t, s)
		if err != nil {
			return err
		}
		if ready {
			wanted = append(wanted, engine.Task{Kind: engine.TaskConfirmSession, SessionID: &s.ID, DueAt: s.Slot.Start, Codes: []string{}})
		}
	}
	if len(judged) == 0 {
		return nil
	}
	opened, err := t.SettleTasks(ctx, judged, wanted)
	if err != nil {
		return err
	}
	for _, task := range opened {
		if err := tellOf(ctx, t, task, teams[*task.SessionID]); err != nil {
			return err
		}
	}
	return nil
}

// confirmable reports whether a session that breaks no rule is still held, though
// its team is complete and nobody has to be asked after first. Nobody confirms it
// but a coordinator, and unconfirmed a meeting of a relation does not take place.
func (p planned) confirmable(ctx context.Context, t *store.Tx, s *store.PlannedSession) (bool, error) {
	if s.Status != engine.SessionHeld || len(s.Team) < p.Request.TeamSize {
		return false, nil
	}
	if s.MatchID != nil {
		if awaits, err := t.AwaitsCheckIn(ctx, *s.MatchID); err != nil || awaits {
			return false, err
		}
	}
	return true, nil
}

// The messages about what was planned.
const (
	// SessionBroken: something planned breaks a rule now; for the coordinators.
	SessionBroken store.NoticeKind = "SESSION_BROKEN"
	// ConsentChanged: a session needs your yes again; for the expert.
	ConsentChanged store.NoticeKind = "CONSENT_CHANGED"
)

func tellOf(ctx context.Context, t *store.Tx, task engine.Task, team []engine.ExpertID) error {
	effect := "TASK " + string(task.ID)
	switch task.Kind {
	case engine.TaskSessionBroken:
		return t.Tell(ctx, store.Notice{Kind: SessionBroken, Effect: effect, PoolID: &task.PoolID, SessionID: task.SessionID})
	case engine.TaskConsentChanged:
		if task.ExpertID != nil {
			team = []engine.ExpertID{*task.ExpertID}
		}
		for i := range team {
			if err := t.Tell(ctx, store.Notice{Kind: ConsentChanged, Effect: effect, ExpertID: &team[i], SessionID: task.SessionID, Herself: true}); err != nil {
				return err
			}
		}
	}
	return nil
}

// tasks are what has to be done about a session that breaks rules: look at it,
// and, by who breaks what, find somebody else, wait for her, or ask her again.
func (p planned) tasks(s *store.PlannedSession, breaches []engine.Breach) []engine.Task {
	task := func(kind engine.TaskKind, expert engine.ExpertID, codes []engine.RuleCode) engine.Task {
		out := engine.Task{Kind: kind, SessionID: &s.ID, DueAt: s.Slot.Start}
		if expert != "" {
			out.ExpertID = &expert
		}
		for _, code := range codes {
			out.Codes = append(out.Codes, string(code))
		}
		return out
	}
	out := []engine.Task{task(engine.TaskSessionBroken, "", engine.ToldCodes(breaches))}
	for _, expert := range s.Team {
		own := of(expert, breaches)
		switch {
		case len(own) == 0:
		case p.fellOut(expert, own, s.Slot):
			out = append(out, task(engine.TaskReplaceExpert, expert, engine.ToldCodes(own)))
		case p.paused(expert, s.Slot):
			out = append(out, task(engine.TaskExpertPaused, expert, engine.ToldCodes(own)))
		}
	}
	for _, who := range append(slices.Clone(s.Team), "") { // "" is the team as a whole
		own := of(who, breaches)
		if !breaksConsent(own) || p.fellOut(who, own, s.Slot) {
			continue
		}
		replaced := slices.DeleteFunc(slices.Clone(s.Team), func(e engine.ExpertID) bool {
			return p.plan.Choices[s.ID][e] != engine.ConsentReplace || who != "" && who != e
		})
		for _, e := range replaced {
			out = append(out, task(engine.TaskReplaceExpert, e, []engine.RuleCode{noConsent}))
		}
		if len(replaced) == 0 {
			out = append(out, task(engine.TaskConsentChanged, who, []engine.RuleCode{noConsent}))
		}
	}
	return out
}

const (
	noConsent     engine.RuleCode = "NO_THEME_CONSENT"
	noCertificate engine.RuleCode = "CONDUCT_CERT_INVALID"
)

func of(expert engine.ExpertID, breaches []engine.Breach) []engine.Breach {
	return slices.DeleteFunc(slices.Clone(breaches), func(b engine.Breach) bool { return b.Expert != expert })
}

func breaks(breaches []engine.Breach, code engine.RuleCode) bool {
	return slices.ContainsFunc(breaches, func(b engine.Breach) bool { return b.Code == code })
}

func breaksConsent(breaches []engine.Breach) bool { return breaks(breaches, noConsent) }

// fellOut reports that waiting will not help: she has left, or will have left
// the pool by then, or her certificate has run out today.
func (p planned) fellOut(expert engine.ExpertID, own []engine.Breach, slot engine.Interval) bool {
	c := p.candidate(expert)
	if c == nil {
		return expert != ""
	}
	today := engine.DateOf(p.Now, p.Zone)
	return c.Status == engine.ExpertOffboarded || c.Gone != "" && c.Gone <= engine.DateOf(slot.Start, p.Zone) ||
		breaks(own, noCertificate) && engine.CoveredUntil(c.Certificates, today) == ""
}

// paused reports that she rests at that time, by her own wish or until further
// notice.
func (p planned) paused(expert engine.ExpertID, slot engine.Interval) bool {
	c := p.candidate(expert)
	return c != nil && (c.Status == engine.ExpertPaused || c.PausedUntil != nil && slot.Start.Before(*c.PausedUntil))
}

func (p planned) candidate(expert engine.ExpertID) *engine.Candidate {
	i := slices.IndexFunc(p.Candidates, func(c engine.Candidate) bool { return c.Expert == expert })
	if i < 0 {
		return nil
	}
	return &p.Candidates[i]
}

// withdraw takes back the open offers of teams that could not do it any more.
func (p planned) withdraw(ctx context.Context, t *store.Tx, teams [][]engine.Offer) error {
	withdrew := false
	for _, team := range teams {
		sessions, err := t.SessionsOfDecision(ctx, team[0].DecisionID)
		if err != nil {
			return err
		}
		broken := false
		for _, slot := range team[0].Dates() {
			var own engine.SessionID
			for _, s := range sessions {
				if s.Slot.Start.Equal(slot.Start) {
					own = s.ID
				}
			}
			broken = broken || t.Now.Before(slot.Start) && len(p.breaches(members(team), slot, own)) > 0
		}
		if !broken {
			continue
		}
		if err := endThese(ctx, t, team, engine.OfferWithdrawn, every); err != nil {
			return err
		}
		withdrew = true
	}
	if !withdrew {
		return nil
	}
	return seekOn(ctx, t, p.Request)
}
