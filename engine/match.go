package engine

import "time"

// Match is a relation between an expert and a young person. It says nothing of
// the young person: she is known by the request, to whom may see that.
type Match struct {
	ID            MatchID
	RequestID     RequestID
	PoolID        PoolID
	ExpertID      ExpertID
	Type          DeploymentTypeCode
	Status        MatchStatus
	StartedOn     Date // day of the first meeting, as it was planned first
	PlannedEnd    Date
	SessionCap    int // most meetings, 0 = no cap
	ExtraSessions int // granted above the cap: 0 or 1
	ClosedOn      Date
	ClosedReason  MatchEnd // "" while it is not closed
}

// Full reports whether no further meeting fits beside those that stand.
func (m Match) Full(standing int) bool {
	return m.SessionCap > 0 && standing >= m.SessionCap+m.ExtraSessions
}

// Meetings counts the sessions of a relation.
type Meetings struct {
	Standing  int // not cancelled: those a cap counts
	Open      int // held or confirmed: nobody has said yet what became of them
	Ahead     int // of the open ones, those that have not begun
	Completed int
	Missed    int // the young person did not come
}

// CountMeetings counts sessions as of a moment.
func CountMeetings(sessions []Session, now time.Time) (m Meetings) {
	for _, s := range sessions {
		if !s.Status.Cancelled() {
			m.Standing++
		}
		switch s.Status {
		case SessionHeld, SessionConfirmed:
			m.Open++
			if now.Before(s.Slot.Start) {
				m.Ahead++
			}
		case SessionCompleted:
			m.Completed++
		case SessionNoShowClient:
			m.Missed++
		}
	}
	return m
}

// Rapport is what one side said after the first meeting. Each side is asked
// alone; what it said is never shown to the other.
type Rapport struct {
	MatchID MatchID
	Side    Side // EXPERT or CLIENT
	Good    bool
}

// Care is what a pool has decided about the time around and after sessions. Every
// number has a default in the database.
type Care struct {
	DebriefHours      int   // until when an expert is spoken with after a session
	DebriefHoursTier3 int   // the same after one on a tier-3 theme
	CheckInHours      int   // from the end of the first meeting to the first check-in
	CheckInDays       int   // between check-ins in the first EarlyMonths, monthly after
	EarlyMonths       int   // from the start
	ReviewMonths      []int // after the start, rising
	NoShows           int   // of the young person, from which on a check-in goes before the next meeting
	TrialMeetings     int   // completed before a relation is active
	LastMeetings      int   // still to come when the end is announced
	ClosureWeeks      int   // before the planned end somebody is told to announce it
	MostMonths        int   // a relation lasts, unless there is a reason
}

// DefaultCare is what a pool has decided that decided nothing. It equals the
// column defaults of table pool_policy; a test compares the two.
func DefaultCare() Care {
	return Care{
		DebriefHours: 48, DebriefHoursTier3: 24, CheckInHours: 48, CheckInDays: 14, EarlyMonths: 3, ReviewMonths: []int{3, 6, 12},
		NoShows: 2, TrialMeetings: 2, LastMeetings: 2, ClosureWeeks: 4, MostMonths: 24,
	}
}

// FirstCheckIn is when the first check-in is due, for a first meeting that ended
// then: so many hours later, whatever clocks do.
func (c Care) FirstCheckIn(met time.Time) time.Time {
	return met.Add(time.Duration(c.CheckInHours) * time.Hour)
}

// NextCheckIn is the day of the check-in after one on the day last, for a
// relation that started that day. It counts from the last one, so that a late
// one is not followed by another at once.
func (c Care) NextCheckIn(started, last Date) Date {
	if last < started.AddMonths(c.EarlyMonths) {
		return last.AddDays(c.CheckInDays)
	}
	return last.AddMonths(1)
}

// NextReview is the day of the first review of a relation after a day, "" when
// its planned end comes before.
func (c Care) NextReview(m Match, after Date) Date {
	for _, months := range c.ReviewMonths {
		if day := m.StartedOn.AddMonths(months); day > after && day < m.PlannedEnd {
			return day
		}
	}
	return ""
}

// ClosureOn is the day to think of announcing the end of a relation.
func (c Care) ClosureOn(plannedEnd Date) Date { return plannedEnd.AddDays(-7 * c.ClosureWeeks) }

// LatestEnd is the last day on which a relation that started that day may be
// planned to end without a reason.
func (c Care) LatestEnd(started Date) Date { return started.AddMonths(c.MostMonths) }
