package demodata

import (
	"time"

	"expex/engine"
	"expex/store"
)

// traced is for how many days the decisions behind requests are kept here.
// Before that the program was not in use, and only the appointments were taken
// over.
const traced = 45

// writeHistory writes the requests with all that became of them.
func (d *demo) writeHistory() {
	for _, p := range d.plans {
		d.writeRequest(p, d.standing(p))
		if p.team == nil {
			continue
		}
		if d.tier3(p.request.Themes) {
			for _, member := range p.team {
				d.confirmations = append(d.confirmations, confirmationRow{member.id, p.request.ID, p.decided})
			}
		}
		decided := len(p.answers) > 0 || p.decided.After(d.at(-traced, "00:00"))
		if decided {
			d.writeDecision(p)
		}
		match := d.writeMatch(p)
		for i, s := range p.sessions {
			d.writeSession(s, match, decided && i == 0)
		}
	}
}

// standing is where a request stands at the anchor.
func (d *demo) standing(p *plan) engine.RequestStatus {
	if p.pending() {
		return p.state
	}
	first, last := p.sessions[0].slot.Start, p.sessions[len(p.sessions)-1].slot.End
	switch {
	case first.After(d.now()):
		return engine.RequestFilled
	case last.After(d.now()):
		return engine.RequestRunning
	case last.After(d.at(-traced, "00:00")):
		return engine.RequestEvaluated
	default:
		return engine.RequestClosed
	}
}

// writeMatch writes the relation of a plan, if it is one, and gives its id.
func (d *demo) writeMatch(p *plan) orNull {
	if p.kind.Form != engine.Relation || len(p.sessions) == 0 {
		return ""
	}
	started, last := dayOf(p.sessions[0].slot.Start), p.sessions[len(p.sessions)-1].slot.End
	row := matchRow{
		ID: newID[engine.MatchID](d.source, "match", p.number), RequestID: p.request.ID, PoolID: p.request.PoolID, ExpertID: p.team[0].id,
		ClientRef: p.request.Client.Ref, Type: p.code, Status: engine.MatchActive,
		StartedOn: orNull(started), PlannedEnd: orNull(started.AddDays(7 * p.request.EveryWeeks * p.request.Occurrences)),
	}
	if p.kind.SessionCap > 0 {
		row.SessionCap = &p.kind.SessionCap
	}
	past := 0
	for _, s := range p.sessions {
		if s.slot.Start.Before(d.now()) {
			past++
		}
	}
	switch {
	case last.Before(d.now()):
		row.Status, row.ClosedOn = engine.MatchClosed, orNull(dayOf(last))
		row.ClosedReason = pick(d.rand("match", p.number), []string{"PLANNED_END", "PLANNED_END", "GOAL_REACHED", "MOVED_AWAY"})
	case past == 0:
		row.Status = engine.MatchIntro
	case past <= 3:
		row.Status = engine.MatchTrial
	case last.Before(d.at(21, "00:00")):
		row.Status = engine.MatchClosing
	}
	d.matches = append(d.matches, row)
	return orNull(row.ID)
}

func (d *demo) writeSession(s *session, match orNull, decided bool) {
	q := s.plan.request
	row := sessionRow{
		ID: newID[engine.SessionID](d.source, "session", s.plan.number, s.number), UID: newID[string](d.source, "uid", s.plan.number, s.number),
		RequestID: q.ID, MatchID: match, PoolID: q.PoolID, OrganisationID: q.OrganisationID, Type: q.Type,
		StartsAt: s.slot.Start, EndsAt: s.slot.End, Status: s.status, Late: s.late,
		Online: q.Online, Municipality: orNull(q.Municipality), Address: q.Address,
		Sequence: s.sequence, CreatedAt: s.created, ChangedAt: s.changed,
	}
	if decided {
		row.DecisionID = orNull(d.decisionID(s.plan))
	}
	d.sessions = append(d.sessions, row)
	for i, member := range s.plan.team {
		if s.plan.answer(i) != engine.OfferAccepted {
			continue
		}
		d.bookings = append(d.bookings, bookingRow{
			SessionID: row.ID, ExpertID: member.id, StartsAt: s.slot.Start, EndsAt: s.slot.End, Busy: span(busy(s.slot)),
			Status: bookingStatus(s.status), OneToOne: s.plan.kind.OneToOne, Tier3: d.tier3(q.Themes),
		})
	}
}

// bookingStatus is what a session means for the time of its experts.
func bookingStatus(s engine.SessionStatus) store.BookingStatus {
	switch {
	case s == engine.SessionHeld:
		return store.BookingHeld
	case s == engine.SessionConfirmed:
		return store.BookingConfirmed
	case s.Cancelled():
		return store.BookingReleased
	default:
		return store.BookingDone
	}
}

func (d *demo) decisionID(p *plan) engine.DecisionID {
	return newID[engine.DecisionID](d.source, "decision", p.number)
}

func (d *demo) offerID(p *plan, member *person) engine.OfferID {
	return newID[engine.OfferID](d.source, "offer", p.number, member.number)
}

// demoOffer is the open offer to the demo expert.
func (d *demo) demoOffer() engine.OfferID {
	for _, p := range d.plans {
		if p.with == demoExpert && p.state == engine.RequestOffered {
			return d.offerID(p, d.person(demoExpert))
		}
	}
	return ""
}

// answer is what the i-th of the team said.
func (p *plan) answer(i int) engine.OfferStatus {
	if i < len(p.answers) {
		return p.answers[i]
	}
	return engine.OfferAccepted
}

// writeDecision writes the coordinator's choice and the offers that followed.
func (d *demo) writeDecision(p *plan) {
	q := p.request
	decision := decisionRow{
		ID: d.decisionID(p), RequestID: q.ID, MadeBy: d.coordinator(p.pool), MadeAt: p.decided, StartsAt: p.slot.Start, EndsAt: p.slot.End,
		EngineVersion: engine.Version, WeightsVersion: engine.DefaultWeights(p.kind.Weights).Version, InputHash: p.inputHash, Suggestion: p.suggestion,
	}
	d.decisions = append(d.decisions, decision)
	for i, member := range p.team {
		offer := offerRow{
			ID: d.offerID(p, member), DecisionID: decision.ID, RequestID: q.ID, PoolID: q.PoolID, ExpertID: member.id, Type: q.Type,
			ThemeGroups: d.groups(q.Themes), Online: q.Online, Municipality: orNull(q.Municipality),
			StartsAt: p.slot.Start, EndsAt: p.slot.End, Status: p.answer(i), SentAt: p.decided,
			ExpiresAt: earlier(p.decided.Add(time.Duration(p.kind.OfferHours)*time.Hour), p.slot.Start),
		}
		switch offer.Status {
		case engine.OfferDeclined:
			offer.DeclineCode = orNull(engine.DeclineTime)
			offer.AnsweredAt = &p.booked
		case engine.OfferAccepted:
			answered := p.answered(i)
			offer.AnsweredAt = &answered
		}
		d.offers = append(d.offers, offer)
	}
}
