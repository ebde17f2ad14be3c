package engine

import "slices"

// Cap is a limit on what an expert does in a day, a week or a month, of the pool or
// of her own.
type Cap string

// The caps that count for a guest, see [GuestCap].
const (
	CapSessionsDay  Cap = "SESSIONS_PER_DAY"
	CapSessionsWeek Cap = "SESSIONS_PER_WEEK"
	CapMinutesWeek  Cap = "CONTACT_MINUTES_PER_WEEK"
	CapMinutesMonth Cap = "MINUTES_PER_MONTH"
)

// GuestFits reports whether an expert of the input can take part in something at a
// slot as a guest: her time is free then, the way there and home included, and no
// cap is in the way, see [GuestCap]. It is false for somebody else.
func GuestFits(in MatchInput, expert ExpertID, slot Interval) bool {
	i := slices.IndexFunc(in.Candidates, func(c Candidate) bool { return c.Expert == expert })
	if i < 0 {
		return false
	}
	taken := overlap.Closes(&Case{question: askAt(in, slot), Candidate: &in.Candidates[i]})
	meets := func(busy Interval) bool { return busy.Start.Before(slot.End) && slot.Start.Before(busy.End) }
	return !slices.ContainsFunc(taken, meets) && GuestCap(in, expert, slot) == ""
}

// GuestCap names the first cap that an expert of the input would exceed who took
// part in something at a slot, "" for none or for somebody else. A guest is not
// deployed, and no other rule is asked; but it is her time, and later sessions are
// weighed against it.
func GuestCap(in MatchInput, expert ExpertID, slot Interval) Cap {
	in.Type.OneToOne = false
	q := askAt(in, slot)
	for i := range in.Candidates {
		if c := (&Case{question: q, Candidate: &in.Candidates[i]}); c.Expert == expert {
			return c.guestCap(slot)
		}
	}
	return ""
}

func (c *Case) guestCap(slot Interval) Cap {
	on := DateOf(slot.Start, c.Zone)
	var day, week, month tally
	for _, b := range c.Booked {
		at := DateOf(b.Session.Start, c.Zone)
		if at == on && !b.Beside {
			day.add(b)
		}
		if at.Monday() == on.Monday() {
			week.add(b)
		}
		if at[:len("2006-01")] == on[:len("2006-01")] {
			month.add(b)
		}
	}
	switch {
	case c.fillsDay(day):
		return CapSessionsDay
	case week.sessions >= c.sessionsPerWeek():
		return CapSessionsWeek
	case c.fillsWeek(week):
		return CapMinutesWeek
	case c.fillsMonth(month):
		return CapMinutesMonth
	}
	return ""
}
