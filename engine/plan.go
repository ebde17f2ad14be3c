package engine

import (
	"cmp"
	"slices"
	"time"
)

// PlanMode says what becomes of several dates of which one fails.
type PlanMode string

// The modes.
const (
	AllOrNothing PlanMode = "ALL_OR_NOTHING"
	BestEffort   PlanMode = "BEST_EFFORT"
)

// SessionPlan is the sessions somebody wants to plan: the first day, the wall
// time of all, their length in elapsed minutes, and the rhythm, the zero value
// for a single one.
type SessionPlan struct {
	First   Date
	At      WallTime
	Minutes int
	Rhythm  *Rhythm
}

// SessionSeries is what was planned together, as it was planned: a session that
// is moved or cancelled later still belongs to it.
type SessionSeries struct {
	ID        SeriesID
	RequestID RequestID
	MatchID   *MatchID
	PoolID    PoolID
	SessionPlan
	PlannedAt time.Time
}

// PlanBounds is what a plan has to keep to, whatever the rules say of its dates.
type PlanBounds struct {
	Now        time.Time
	Zone       *time.Location
	MinutesMin int
	MinutesMax int
	PlannedEnd Date // of the relation, which may still have a session on it; "" = none
	Left       *int // sessions the relation still has room for; nil = no cap
}

// Dates gives the days of the plan in order.
func (p SessionPlan) Dates() []Date {
	if p.Rhythm == nil {
		return []Date{p.First}
	}
	return p.Rhythm.Dates(p.First)
}

// Validate reports the first thing that cannot stand, as INVALID with the field,
// the problem and the fix.
func (p SessionPlan) Validate(b PlanBounds) error {
	end := "plan.date" // what decides how far the plan runs
	if p.Rhythm != nil {
		if err := p.Rhythm.Validate(p.First); err != nil {
			return err
		}
		if end = "plan.rhythm.count"; p.Rhythm.Until != "" {
			end = "plan.rhythm.until"
		}
	}
	dates := p.Dates()
	last := dates[len(dates)-1]
	switch {
	case p.At == "24:00":
		return Invalid("plan.time", "is the end of a day; give 00:00 and the next day")
	case p.Minutes < b.MinutesMin || p.Minutes > b.MinutesMax:
		return Invalid("plan.minutes", "is %d; this type takes %d to %d minutes", p.Minutes, b.MinutesMin, b.MinutesMax)
	case !Instant(p.First, p.At, b.Zone).After(b.Now):
		return Invalid("plan.date", "is in the past; begin at a time to come")
	case b.Left != nil && len(dates) > *b.Left:
		return Invalid(end, "asks for %d sessions; the relation has room for %d more", len(dates), max(0, *b.Left))
	}
	return b.within(last, end)
}

// Admit is INVALID on the field for a session that would lie in the past or past
// the bounds.
func (b PlanBounds) Admit(w Wanted, field string) error {
	if !w.At.After(b.Now) {
		return Invalid(field, "puts a session on %s in the past; give a later time", w.Date)
	}
	return b.within(w.Date, field)
}

// within is INVALID on the field for a day on which no session may be planned.
func (b PlanBounds) within(day Date, field string) error {
	switch {
	case b.PlannedEnd != "" && day > b.PlannedEnd:
		return Invalid(field, "is a session on %s, after the planned end of the relation on %s; plan no later or move that end", day, b.PlannedEnd)
	case day > DateOf(b.Now, b.Zone).AddDays(maxAheadDays):
		return Invalid(field, "is a session on %s, more than two years ahead; plan less far", day)
	}
	return nil
}

// Wants are the dates of the plan, for a team, as questions to a [Planning].
func (p SessionPlan) Wants(team []ExpertID, zone *time.Location) []Wanted {
	var out []Wanted
	for _, day := range p.Dates() {
		out = append(out, Wanted{
			At:      Instant(day, p.At, zone),
			Slot:    SlotOn(day, p.At, time.Duration(p.Minutes)*time.Minute, zone),
			Date:    day,
			Team:    team,
			Minutes: p.Minutes,
			MayHold: true,
		})
	}
	return out
}

// Wanted is a session at a date: a new one, or one that moves there.
type Wanted struct {
	Session SessionID // that moves; "" = a new one
	Date    Date
	At      time.Time  // around which alternatives are looked for
	Slot    *Interval  // nil: clocks skip that time
	Team    []ExpertID // who does it
	Minutes int        // of elapsed time
	MayHold bool       // time may be held for it while only a certificate is missing
}

// Verdict is what is found about a date.
type Verdict string

// The verdicts.
const (
	DateFits  Verdict = "FITS"  // every hard rule holds
	DateHeld  Verdict = "HELD"  // but for a certificate of conduct that is to be renewed until then
	DateFails Verdict = "FAILS" // rules break
)

// PlannedDate is the verdict on a date.
type PlannedDate struct {
	Date    Date
	Slot    *Interval // nil: clocks skip that time
	Verdict Verdict
	Reasons []Blocker // why it fails or is only held, as they may be told
	// Doubled are those whose time is given twice, or who would have too much on
	// one day, by the coordinator's decision.
	Doubled      []ExpertID
	Alternatives []Interval // near it, for one that fails; at most three
	SessionID    *SessionID // what was planned or moved, once it is
}

// Blocker is why a session cannot be as planned: the code of a rule, or
// [NoSuchTime].
type Blocker struct{ Code RuleCode }

// Planning judges dates for one request. It reads no clock and asks nobody: the
// input is the snapshot, its candidates are whoever does one of the sessions.
type Planning struct {
	Input MatchInput
	// Beside lets sessions overlap and days be fuller than the policy says: a
	// coordinator has decided so, with a reason. No other rule yields.
	Beside bool
	To     ExpertID // who is told; "" = a coordinator
	Until  Date     // the last day an alternative may lie on; "" = none
}

// Judge asks every hard rule about every date, in order. Those that stand count
// as booked for those that come after. Sessions that move do not stand in each
// other's way; with BestEffort one that cannot move stays where it is, and then
// it does.
func (p Planning) Judge(wanted []Wanted, mode PlanMode) []PlannedDate {
	in := p.Input
	in.Request.Options, in.Request.Windows, in.Request.Occurrences = nil, nil, 1 // it is about these dates, not about wishes
	out := make([]PlannedDate, len(wanted))
	failed := make([]bool, len(wanted))
	var booked planned
	for again := true; again; {
		again = false
		booked = p.planned(in, wanted, failed)
		for i, w := range wanted {
			if failed[i] {
				continue
			}
			out[i] = booked.judge(w)
			if out[i].Verdict == DateFails {
				failed[i] = true
				again = again || w.Session != "" && mode == BestEffort
				continue
			}
			booked.add(w)
		}
	}
	for i, w := range wanted {
		if failed[i] {
			out[i].Alternatives = booked.alternatives(out[i], w)
		}
	}
	return out
}

// planned is the snapshot with what is planned on top of it.
type planned struct {
	*Planning
	in MatchInput
}

// planned begins with everybody's sessions but for those that move.
func (p *Planning) planned(in MatchInput, wanted []Wanted, failed []bool) planned {
	moves := map[SessionID]bool{}
	for i, w := range wanted {
		moves[w.Session] = w.Session != "" && !failed[i]
	}
	in.Candidates = slices.Clone(in.Candidates)
	for i := range in.Candidates {
		c := &in.Candidates[i]
		c.Booked = slices.DeleteFunc(slices.Clone(c.Booked), func(b Booked) bool { return moves[b.ID] })
	}
	return planned{p, in}
}

// add books a date.
func (p *planned) add(w Wanted) {
	q := question{MatchInput: &p.in}
	busy := *w.Slot
	busy.End = busy.End.Add(time.Duration(p.in.Policy.TravelBufferMinutes) * time.Minute)
	for i := range p.in.Candidates {
		if c := &p.in.Candidates[i]; slices.Contains(w.Team, c.Expert) {
			c.Booked = append(c.Booked, Booked{Session: *w.Slot, Busy: busy, OneToOne: p.in.Type.OneToOne, Tier3: q.asksTier3()})
		}
	}
}

func (p *planned) judge(w Wanted) PlannedDate {
	out := PlannedDate{Date: w.Date, Slot: w.Slot, Verdict: DateFails}
	if w.Slot == nil {
		out.Reasons = []Blocker{{RuleCode(NoSuchTime)}}
		return out
	}
	strict := p.team(w, *w.Slot, false)
	use := strict
	if p.Beside && len(strict.broken) > 0 {
		use = p.team(w, *w.Slot, true)
	}
	for _, code := range use.told(p.To) {
		out.Reasons = append(out.Reasons, Blocker{code})
	}
	more := func(code RuleCode) bool { return code != conductCertificate.Code }
	switch {
	case len(use.broken) == 0:
		out.Verdict = DateFits
	case w.MayHold && !slices.ContainsFunc(use.broken, more):
		out.Verdict = DateHeld
	}
	if p.Beside && out.Verdict != DateFails {
		for _, m := range strict.cases {
			if slices.ContainsFunc(m.blocked, func(code RuleCode) bool { return code == overlap.Code || code == capacity.Code }) {
				out.Doubled = append(out.Doubled, m.Expert)
			}
		}
	}
	return out
}

// judged is a team at one slot with the rules that break, in their order.
type judged struct {
	*question
	cases  []*Case
	broken []RuleCode
}

// team judges who does a session at a slot.
func (p *planned) team(w Wanted, slot Interval, beside bool) judged {
	in := p.in
	in.Candidates = nil
	for _, c := range p.in.Candidates {
		if !slices.Contains(w.Team, c.Expert) {
			continue
		}
		if beside {
			c.Booked = slices.Clone(c.Booked)
			for i := range c.Booked {
				c.Booked[i].Beside = true
			}
		}
		in.Candidates = append(in.Candidates, c)
	}
	if len(in.Candidates) == 0 || len(in.Candidates) != len(w.Team) { // one has left the pool
		return judged{broken: []RuleCode{notDeployable.Code}}
	}
	in.Request.Minutes = w.Minutes
	j := judged{question: pose(&in)}
	j.wishes, j.needed, j.required = []wish{{Window: slot}}, 1, 1
	j.horizon = slot // no rule about this one time needs to look further
	j.calendar = localDays(j.horizon, j.Zone)
	for i := range in.Candidates {
		m := j.judge(&in.Candidates[i])
		j.cases, j.broken = append(j.cases, m), append(j.broken, m.blocked...)
	}
	slices.SortFunc(j.cases, func(a, b *Case) int { return cmp.Compare(a.Expert, b.Expert) })
	if len(j.broken) == 0 {
		j.broken = j.form(j.cases).blocked()
	}
	j.broken = inOrder(j.broken)
	return j
}

// told are the rules that break, in the codes that may be told.
func (j judged) told(to ExpertID) []RuleCode {
	var codes []RuleCode
	for _, m := range j.cases {
		for _, code := range m.blocked {
			codes = append(codes, ToldOf(m.Candidate, code, to))
		}
	}
	switch {
	case len(j.cases) == 0:
		codes = j.broken
	case len(codes) == 0 && len(j.broken) > 0:
		codes = j.form(j.cases).toldBlocked()
	}
	return inOrder(codes)
}

const (
	maxAlternatives  = 3
	alternativeWeeks = 4 // on both sides of the week asked for
)

// alternatives are sessions near a date that fails, at most one a day: those of
// the same week first, then week by week outwards, and within a week the nearest
// first. They break no rule beside everything else that is planned. Next to a
// reason that is not told there are none: one could tell when it ends.
func (p *planned) alternatives(date PlannedDate, w Wanted) []Interval {
	if slices.Contains(date.Reasons, Blocker{OtherRule}) {
		return nil
	}
	var out []Interval
	monday := date.Date.Monday()
	for away := range alternativeWeeks + 1 {
		list := p.inWeek(w, monday.AddDays(7*away))
		if away > 0 {
			list = append(list, p.inWeek(w, monday.AddDays(-7*away))...)
		}
		slices.SortFunc(list, func(a, b Interval) int {
			return cmp.Or(cmp.Compare(w.distance(a), w.distance(b)), a.Start.Compare(b.Start))
		})
		for _, slot := range list {
			if len(p.team(w, slot, false).broken) == 0 {
				out = append(out, slot)
			}
			if len(out) == maxAlternatives {
				return out
			}
		}
	}
	return out
}

func (w Wanted) distance(slot Interval) time.Duration { return slot.Start.Sub(w.At).Abs() }

// inWeek gives the session nearest to the wanted time of day on each day of a
// week on which the whole team has room.
func (p *planned) inWeek(w Wanted, monday Date) []Interval {
	zone, length := p.in.Zone, time.Duration(w.Minutes)*time.Minute
	midnight := func(d Date) time.Time { return Instant(d, "00:00", zone) }
	week := Interval{Start: later(midnight(monday), p.in.Now.Add(time.Minute)), End: midnight(monday.AddDays(8))}
	if week.Empty() {
		return nil
	}
	open := []Interval{week}
	for _, m := range p.team(w, week, false).cases {
		for _, rule := range Rules {
			if rule.Closes != nil {
				open = Subtract(open, Merge(rule.Closes(m)))
			}
		}
	}
	var out []Interval
	for day := monday; day < monday.AddDays(7); day = day.AddDays(1) {
		if p.Until != "" && day > p.Until {
			break
		}
		today := Interval{Start: midnight(day), End: midnight(day.AddDays(1))}
		best := Wanted{At: Instant(day, wallOf(w.At, zone), zone)}
		var found *Interval
		for _, span := range open {
			start, ok := nearestStart(span, today, length, best.At)
			slot := Interval{Start: start, End: start.Add(length)}
			// Whoever takes it will name it by its wall time.
			if ok && Instant(day, wallOf(start, zone), zone).Equal(start) && (found == nil || best.distance(slot) < best.distance(*found)) {
				found = &slot
			}
		}
		if found != nil {
			out = append(out, *found)
		}
	}
	return out
}

// nearestStart is the moment nearest to the target at which a session can begin
// on a day and lie in a span: on the raster where there is room for it.
func nearestStart(span, day Interval, length time.Duration, target time.Time) (time.Time, bool) {
	first := later(span.Start, day.Start)
	last := earlier(span.End.Add(-length), day.End.Add(-time.Minute))
	if last.Before(first) {
		return time.Time{}, false
	}
	start := earlier(later(target, first), last)
	if start.Equal(target) {
		return start, true
	}
	grid := start.Truncate(slotGrid)
	if grid.Before(first) {
		grid = grid.Add(slotGrid)
	}
	if !grid.After(last) {
		start = grid
	}
	return start, true
}
