package demodata

import (
	"bytes"
	"slices"
	"time"

	"expex/engine"
)

// Shares of all sessions, in percent.
const (
	cancelledShare = 10
	noShowShare    = 4
)

// settleFates says of every session how it went or how it stands: what is past
// took place but for the shares that were cancelled or missed; what is to come
// is confirmed, held, or cancelled already.
func (d *demo) settleFates() {
	var all []*session
	for _, p := range d.plans {
		all = append(all, p.sessions...)
	}
	for _, s := range all {
		d.ordinaryFate(s)
	}
	cancelled := len(all) * cancelledShare / 100
	missed := len(all) * noShowShare / 100
	for _, s := range d.drawn(all) {
		switch past := s.slot.Start.Before(d.now()); {
		case cancelled > 0:
			cancelled--
			d.cancel(s)
		case past && missed > 0:
			missed--
			d.miss(s)
		}
	}
}

// drawn are the sessions something may happen to, in an order of chance: those
// in a row of several, but for the first, which a decision hangs on, and those
// that are not settled yet.
func (d *demo) drawn(all []*session) []*session {
	type ticket struct {
		*session
		lot [32]byte
	}
	var tickets []ticket
	for _, s := range all {
		if len(s.plan.sessions) > 1 && s != s.plan.sessions[0] && !s.held {
			tickets = append(tickets, ticket{s, d.digest("lot", s.plan.number, s.number)})
		}
	}
	slices.SortFunc(tickets, func(a, b ticket) int { return bytes.Compare(a.lot[:], b.lot[:]) })
	out := make([]*session, len(tickets))
	for i, t := range tickets {
		out[i] = t.session
	}
	return out
}

// ordinaryFate is that of a session to which nothing happens. That of a team was
// held until the last of them had said yes; some were moved once.
func (d *demo) ordinaryFate(s *session) {
	s.changed = s.created
	switch {
	case s.held:
		s.status = engine.SessionHeld
		return
	case s.slot.Start.Before(d.now()):
		s.status = engine.SessionCompleted
	default:
		s.status = engine.SessionConfirmed
	}
	if len(s.plan.team) > 1 {
		s.sequence++
		if s.created.Before(s.plan.booked) {
			s.changed = s.plan.booked
		}
	}
	if r := d.rand("moved", s.plan.number, s.number); chance(r, 8) {
		s.sequence++
		s.changed = earlier(s.created.Add(time.Duration(between(r, 20, 200))*time.Hour), d.at(-1, "20:00"))
	}
}

// cancel cancels a session: on the day or the evening before when it is late,
// days before otherwise, and before the anchor in any case.
func (d *demo) cancel(s *session) {
	r := d.rand("cancel", s.plan.number, s.number)
	before := time.Duration(between(r, 30, 200)) * time.Hour
	if chance(r, 30) {
		before = minutes(between(r, 90, 20*60))
	}
	s.changed = earlier(s.slot.Start.Add(-before), d.at(-1, "21:00"))
	if s.changed.Before(s.created) {
		s.changed = s.created.Add(time.Hour)
	}
	s.late = s.slot.Start.Sub(s.changed) < engine.LateHours*time.Hour
	s.sequence++
	sides := []engine.Side{engine.SideExpert, engine.SideExpert, engine.SideExpert, engine.SideRequester, engine.SideCoordinator}
	if s.plan.kind.Client {
		sides = append(sides, engine.SideClient, engine.SideClient, engine.SideClient)
	}
	s.status = engine.CancelledBy(pick(r, sides))
}

// miss makes a session one that somebody did not come to.
func (d *demo) miss(s *session) {
	r := d.rand("miss", s.plan.number, s.number)
	s.status = engine.SessionNoShowRequester
	switch {
	case chance(r, 20):
		s.status = engine.SessionNoShowExpert
	case s.plan.kind.Client:
		s.status = engine.SessionNoShowClient
	}
}
