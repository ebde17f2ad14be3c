package demodata

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"time"

	"expex/engine"
	"expex/store"
)

// session is an appointment of the year.
type session struct {
	plan    *plan
	number  int // within its request
	slot    engine.Interval
	created time.Time
	held    bool // something must be settled before it can be confirmed

	// Its fate.
	status   engine.SessionStatus
	late     bool
	sequence int
	changed  time.Time
}

// horizon is how many days after the anchor the year ends.
const horizon = 61

// planYear lets the engine plan every request that led to sessions or offers, in
// the order in which they were decided. What came before is in the way of what
// comes later, as in life.
func (d *demo) planYear() {
	order := slices.Clone(d.plans)
	slices.SortStableFunc(order, func(a, b *plan) int { return a.decided.Compare(b.decided) })
	for _, p := range order {
		switch r := d.rand("planning", p.number); {
		case !p.pending() || len(p.answers) > 0:
			d.decide(p, r)
		case p.inOptions() && p.number != featuredNumber:
			p.propose(r, "")
		}
	}
}

// decide chooses a team and a slot. When nobody can do it, the request waits
// another week, and in the end it stays on the waiting list.
func (d *demo) decide(p *plan, r *rand.Rand) {
	for range 12 {
		ranking, err := engine.Suggest(d.input(p, p.decided, nil))
		if chosen, ok := d.choose(p, ranking.Suggestions, r); err == nil && ok {
			p.team = d.teamOf(chosen)
			d.settle(p, chosen.Slots, r)
			return
		}
		p.request.From, p.request.Until = p.request.From.AddDays(7), p.request.Until.AddDays(7)
	}
	p.state, p.reason, p.answers = engine.RequestWaitlisted, "NO_SLOT", nil
}

// choose is the coordinator: whom the script names, else one of the best three.
// The demo expert is asked only where the script names her.
func (d *demo) choose(p *plan, list []engine.Suggestion, r *rand.Rand) (engine.Suggestion, bool) {
	list = slices.Clone(list)
	for i := range list {
		list[i].Slots = slices.DeleteFunc(slices.Clone(list[i].Slots), d.outsideYear)
	}
	noor := d.expertID(demoExpert)
	list = slices.DeleteFunc(list, func(s engine.Suggestion) bool {
		if p.with != "" {
			return len(s.Slots) == 0 || !slices.Contains(s.Experts, d.expertID(p.with))
		}
		return len(s.Slots) == 0 || slices.Contains(s.Experts, noor)
	})
	switch {
	case len(list) == 0:
		return engine.Suggestion{}, false
	case p.with != "":
		return list[0], true
	default:
		return pick(r, list[:min(3, len(list))]), true
	}
}

// outsideYear reports that nothing is planned then: on the anchor itself, and
// after the year has ended.
func (d *demo) outsideYear(slot engine.Interval) bool {
	day := dayOf(slot.Start)
	return day == d.anchor || day > d.day(horizon)
}

func (d *demo) teamOf(s engine.Suggestion) []*person {
	return slices.DeleteFunc(slices.Clone(d.people), func(p *person) bool { return !slices.Contains(s.Experts, p.id) })
}

// settle takes one of the proposed slots, plans what follows from it, and keeps
// the calculation as of the decision.
func (d *demo) settle(p *plan, slots []engine.Interval, r *rand.Rand) {
	if p.request.Occurrences > 1 {
		for _, slot := range slots[:min(3, len(slots))] {
			first := d.move(p, slot, r)
			if s := d.series(p, first); len(s) > len(p.sessions) {
				p.sessions, p.slot = s, first
			}
			if 10*len(p.sessions) >= 9*p.request.Occurrences {
				break
			}
		}
	} else {
		p.slot = d.move(p, pick(r, slots), r)
		p.sessions = []*session{{plan: p, slot: p.slot, created: p.answered(0)}}
		if p.inOptions() {
			p.propose(r, dayOf(p.slot.Start))
		}
	}
	in := d.input(p, p.decided, p.team)
	p.suggestion, _ = engine.Check(in, p.slot)
	p.suggestion = p.suggestion.Kept(in.Request.Themes)
	p.inputHash = hash(in)
	switch {
	case slices.Contains(p.answers, engine.OfferAccepted):
		p.sessions[0].held = true // for the partner
		d.book(p, p.team[:1])
	case p.pending():
		p.sessions = nil
	default:
		d.book(p, p.team)
	}
}

// move begins a session later on the same day, as people agree among themselves,
// where the wishes and the rules leave room for it.
func (d *demo) move(p *plan, slot engine.Interval, r *rand.Rand) engine.Interval {
	later := minutes(15 * r.IntN(9))
	moved := engine.Interval{Start: slot.Start.Add(later), End: slot.End.Add(later)}
	in := d.input(p, p.decided, p.team)
	if _, broken := engine.Check(in, moved); len(broken) > 0 || !engine.WithinWishes(in, moved) {
		return slot
	}
	return moved
}

// series repeats the first session in the rhythm of the request, at the same
// local time. Each is planned two weeks ahead; a week in which a rule forbids
// it goes without. After a certificate of conduct has run out sessions are held
// until there is a new one.
func (d *demo) series(p *plan, first engine.Interval) []*session {
	var out []*session
	for k := range p.request.Occurrences {
		day := dayOf(first.Start).AddDays(7 * p.request.EveryWeeks * k)
		start := at(day, wallOf(first.Start))
		s := &session{plan: p, number: k, slot: engine.Interval{Start: start, End: start.Add(minutes(p.request.Minutes))}, created: p.answered(0)}
		if d.outsideYear(s.slot) {
			continue
		}
		if ahead := earlier(start.Add(-elapsedDays(14)), d.at(-2, "17:00")); ahead.After(p.booked) {
			s.created = ahead
		}
		in := d.input(p, s.created, p.team)
		in.Request.Wishes = engine.Wishes{Options: []engine.Interval{s.slot}}
		_, broken := engine.Check(in, s.slot)
		s.held = start.After(d.now()) && slices.Equal(broken, []engine.RuleCode{"CONDUCT_CERT_INVALID"})
		if len(broken) == 0 || s.held {
			out = append(out, s)
		}
	}
	return out
}

// book gives the time of the team to the sessions of a plan.
func (d *demo) book(p *plan, team []*person) {
	for _, member := range team {
		for _, s := range p.sessions {
			member.booked = append(member.booked, engine.Booked{
				Session: s.slot, Busy: busy(s.slot), OneToOne: p.kind.OneToOne, Tier3: d.tier3(p.request.Themes),
			})
			member.done[p.code] = append(member.done[p.code], s.slot.End)
		}
		if p.kind.Form == engine.Relation {
			member.relations = append(member.relations, relation{p.decided, p.sessions[len(p.sessions)-1].slot.End})
		}
		member.offered = append(member.offered, p.decided)
	}
}

// busy is a session with the travel buffer on its trailing edge.
func busy(slot engine.Interval) engine.Interval {
	return engine.Interval{Start: slot.Start, End: slot.End.Add(minutes(engine.DefaultPolicy().TravelBufferMinutes))}
}

// input is what the engine would have been given about a request at a moment,
// about everybody in its pool, or about a team.
func (d *demo) input(p *plan, now time.Time, team []*person) engine.MatchInput {
	in := engine.MatchInput{
		Now: now, Zone: store.Zone, Request: p.request, Type: p.kind, Policy: engine.DefaultPolicy(),
		Weights: engine.DefaultWeights(p.kind.Weights), Themes: d.themes, Organisations: d.tree,
		Place: d.place(p.request.Municipality, dayOf(now)), ServiceArea: d.served[p.pool],
	}
	for _, member := range d.people {
		if team != nil && !slices.Contains(team, member) {
			continue
		}
		if member.worked() && member.in(p.pool) && !(member.single && p.kind.Form == engine.Relation) {
			in.Candidates = append(in.Candidates, d.candidate(member, p, now))
		}
	}
	return in
}

// candidate is a person as matching would have seen her at a moment.
func (d *demo) candidate(member *person, p *plan, now time.Time) engine.Candidate {
	c := member.candidate
	if !p.onlyAsks() {
		c.Rules = member.planned()
	}
	c.Booked = slices.DeleteFunc(slices.Clone(member.booked), func(b engine.Booked) bool { return b.Busy.End.Before(now.Add(-elapsedDays(35))) })
	c.Tier3Confirmed = d.tier3(p.request.Themes) // who is chosen has been asked
	for _, r := range member.relations {
		switch {
		case r.from.After(now):
		case r.to.After(now):
			c.ActiveRelations++
		default:
			c.RelationClosedOn = max(c.RelationClosedOn, dayOf(r.to))
		}
	}
	if slices.Contains(member.practised, p.code) {
		c.CompletedOfType = p.kind.ExperiencedFrom
	}
	for _, end := range member.done[p.code] {
		if end.Before(now) {
			c.CompletedOfType++
		}
	}
	for _, sent := range member.offered {
		if sent.Before(now) {
			c.LastOfferAt = &sent
		}
	}
	return c
}

// onlyAsks reports that offers were made and nothing was booked.
func (p *plan) onlyAsks() bool {
	return p.pending() && !slices.Contains(p.answers, engine.OfferAccepted)
}

// hash names an input as the use cases do.
func hash(in engine.MatchInput) string {
	encoded, err := json.Marshal(in)
	if err != nil {
		panic(err) // cannot happen: plain structs
	}
	sum := sha256.Sum256(append([]byte(engine.Version+"\n"), encoded...))
	return hex.EncodeToString(sum[:])
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
