package engine

import (
	"cmp"
	"slices"
	"time"
)

// Seat is a free place in the team of a session that exists already.
type Seat struct {
	Session SessionID
	Slot    Interval
	Stay    []ExpertID // who has said yes and stays, in any order
	Left    []ExpertID // who stepped out of it or said no, and is not suggested again
	Open    int        // free places, this one included
	Standby []ExpertID // on duty for all of the slot
	// Movable are the sessions of the pool that are held and not confirmed, with
	// how many experts each holds: what a coordinator could still move.
	Movable map[SessionID]int
}

// CannotArrive is the code for somebody whom no rule excludes and who could not
// be there in time if she left now.
const CannotArrive RuleCode = "CANNOT_ARRIVE"

// Price is what changes in the plan when somebody takes a seat.
type Price struct {
	Appointments int // the session itself, and one of hers that would have to move
	People       int // she, and whoever else is in what would have to move
}

// Substitute is somebody who could take a seat.
type Substitute struct {
	Expert  ExpertID
	Standby bool
	Price   Price
	// Moves is a session of hers that is only held and leaves no room for this
	// one: it has to move first. "" = she is free.
	Moves SessionID
	// Suggestion is about the team that would result.
	Suggestion Suggestion
}

// SubstituteRanking is the answer to "who could take this seat?": the best first.
type SubstituteRanking struct {
	Substitutes    []Substitute
	Excluded       []ExcludedCount // as may be told, see [ToldCounts]
	Candidates     int             // who were weighed
	EngineVersion  string
	WeightsVersion string
}

// RankSubstitutes ranks who could take a seat, beside those who stay, with every
// hard rule as if the session were not there. The candidates are all of the pool,
// those who stay among them. First comes who is on duty, when the session is soon:
// within [LateHours]; then who changes the fewest appointments and people; then
// the better team as in [Suggest].
//
// With more than one seat open the rules about the whole team wait for the last:
// whoever comes then can still bring what is missing.
func RankSubstitutes(in MatchInput, seat Seat) SubstituteRanking {
	in.Candidates = slices.Clone(in.Candidates)
	for i := range in.Candidates {
		in.Candidates[i] = withoutSession(in.Candidates[i], seat.Session)
	}
	q := askAt(in, seat.Slot)
	stay, others := q.seated(seat)
	out := SubstituteRanking{Candidates: len(others), EngineVersion: Version, WeightsVersion: in.Weights.Version}
	excluded := &excluded{by: map[RuleCode]int{}, small: len(in.Candidates) < in.Policy.SmallPool}
	var list []seated
	for _, c := range others {
		s, code := q.seat(c, seat, stay)
		if code != "" {
			excluded.add(s.her, code)
			continue
		}
		list = append(list, s)
	}
	soon := seat.Slot.Start.Sub(in.Now) < LateHours*time.Hour
	slices.SortFunc(list, func(a, b seated) int { return a.compare(b, soon) })
	for _, s := range list {
		s.Suggestion = s.team.suggestion()
		out.Substitutes = append(out.Substitutes, s.Substitute)
	}
	out.Excluded = ToldCounts(excluded.counts())
	return out
}

// CheckPart is [Check] for a team that is not complete: the rules about the whole
// of it wait, but for those that nobody who joins can mend.
func CheckPart(in MatchInput, slot Interval) []RuleCode {
	q := askAt(in, slot)
	cases := make([]*Case, len(in.Candidates))
	var codes []RuleCode
	for i := range in.Candidates {
		cases[i] = q.judge(&in.Candidates[i])
		codes = append(codes, cases[i].blocked...)
	}
	if len(codes) == 0 {
		codes = q.form(cases).lasting()
	}
	return inOrder(codes)
}

// LeaveBy is when an expert of the input has to be on her way to a slot: its
// start, less the time to travel as far as that is known.
func LeaveBy(in MatchInput, slot Interval, expert ExpertID) time.Time {
	q := &question{MatchInput: &in}
	for i := range in.Candidates {
		if c := &in.Candidates[i]; c.Expert == expert {
			return (&Case{question: q, Candidate: c}).leaveBy(slot)
		}
	}
	return slot.Start
}

func (c *Case) leaveBy(slot Interval) time.Time {
	minutes, _ := c.travel()
	return slot.Start.Add(-time.Duration(minutes) * time.Minute)
}

// seated is a substitute with the team she would make.
type seated struct {
	Substitute
	her  *Case
	team ranked
}

func (s seated) compare(other seated, soon bool) int {
	duty := func(x seated) int {
		if soon && x.Standby {
			return 0
		}
		return 1
	}
	return cmp.Or(
		cmp.Compare(duty(s), duty(other)),
		cmp.Compare(s.Price.Appointments, other.Price.Appointments),
		cmp.Compare(s.Price.People, other.Price.People),
		s.team.compare(other.team),
	)
}

// seated splits the candidates into those who stay, judged, and those who could
// be asked, each by id.
func (q *question) seated(seat Seat) (stay []*Case, others []*Candidate) {
	for i := range q.Candidates {
		switch c := &q.Candidates[i]; {
		case slices.Contains(seat.Stay, c.Expert):
			stay = append(stay, q.judge(c))
		case !slices.Contains(seat.Left, c.Expert):
			others = append(others, c)
		}
	}
	slices.SortFunc(stay, func(a, b *Case) int { return cmp.Compare(a.Expert, b.Expert) })
	slices.SortFunc(others, func(a, b *Candidate) int { return cmp.Compare(a.Expert, b.Expert) })
	return stay, others
}

// seat judges a candidate for a seat. The code says what keeps her out, "" when
// nothing does.
func (q *question) seat(c *Candidate, seat Seat, stay []*Case) (seated, RuleCode) {
	s := seated{
		her:        q.judge(c),
		Substitute: Substitute{Expert: c.Expert, Standby: slices.Contains(seat.Standby, c.Expert), Price: Price{Appointments: 1, People: 1}},
	}
	if len(s.her.blocked) > 0 && !s.move(seat) {
		return s, s.her.blocked[0]
	}
	if q.Now.After(s.her.leaveBy(seat.Slot)) {
		return s, CannotArrive
	}
	if len(stay) < len(seat.Stay) { // somebody who stays is no longer in the pool
		return s, notDeployable.Code
	}
	for _, other := range stay {
		if len(other.blocked) > 0 {
			return s, ToldOf(other.Candidate, other.blocked[0], "")
		}
	}
	members := append(slices.Clone(stay), s.her)
	slices.SortFunc(members, func(a, b *Case) int { return cmp.Compare(a.Expert, b.Expert) })
	team := q.form(members)
	codes := team.toldBlocked()
	if seat.Open > 1 {
		codes = nil
		if len(team.lasting()) > 0 {
			codes = team.toldBlocked()
		}
	}
	if len(codes) > 0 {
		return s, codes[0]
	}
	s.team = ranked{team, score(team, q.Weights)}
	return s, ""
}

// move looks for the one held session of hers without which no rule would block
// her, and prices it. Of several the one with the fewest people.
func (s *seated) move(seat Seat) (found bool) {
	her := s.her
	for _, b := range her.Booked {
		people, movable := seat.Movable[b.ID]
		if !movable || found && cmp.Or(cmp.Compare(s.Price.People, people), cmp.Compare(s.Moves, b.ID)) <= 0 {
			continue
		}
		without := withoutSession(*her.Candidate, b.ID)
		if k := her.question.judge(&without); len(k.blocked) == 0 {
			s.her, s.Moves, s.Price, found = k, b.ID, Price{Appointments: 2, People: people}, true
		}
	}
	return found
}

// lasting lists the rules that exclude a team whoever else joins it.
func (t *Team) lasting() []RuleCode {
	var codes []RuleCode
	if t.feasible(t.open) < t.required {
		codes = append(codes, notAvailable.Code)
	}
	if t.apart() {
		codes = append(codes, pairRule.Code)
	}
	return codes
}

func withoutSession(c Candidate, id SessionID) Candidate {
	c.Booked = slices.DeleteFunc(slices.Clone(c.Booked), func(b Booked) bool { return b.ID == id })
	return c
}
