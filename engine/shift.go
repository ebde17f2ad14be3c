package engine

import "time"

// SeriesScope says which sessions of a series a change is about.
type SeriesScope string

// The scopes. Sessions that have begun are in none.
const (
	ScopeThis      SeriesScope = "THIS"
	ScopeFollowing SeriesScope = "THIS_AND_FOLLOWING"
	ScopeAll       SeriesScope = "ALL"
)

// Includes reports whether a session of the series is in the scope of a change
// that was asked for on another one of it.
func (s SeriesScope) Includes(on, other Session) bool {
	switch s {
	case ScopeAll:
		return true
	case ScopeFollowing:
		return !other.Slot.Start.Before(on.Slot.Start)
	}
	return other.ID == on.ID
}

// Shift is by how much sessions move, in wall time: the same days and the same
// minutes on the clock for each, whatever clocks do in between.
type Shift struct{ Days, Minutes int }

// ShiftBetween is the shift from one moment to another, both on whole minutes.
func ShiftBetween(from, to time.Time, zone *time.Location) Shift {
	return Shift{
		Days:    DateOf(from, zone).DaysUntil(DateOf(to, zone)),
		Minutes: wallOf(to, zone).minutes() - wallOf(from, zone).minutes(),
	}
}

// Of asks for a session at the time the shift moves it to.
func (s Shift) Of(session Session, zone *time.Location) Wanted {
	day := DateOf(session.Slot.Start, zone).AddDays(s.Days)
	minute := wallOf(session.Slot.Start, zone).minutes() + s.Minutes
	day, minute = day.AddDays(int(floorDiv(int64(minute), 24*60))), (minute+24*60)%(24*60)
	at := WallTime(time.Time{}.Add(time.Duration(minute) * time.Minute).Format("15:04"))
	return Wanted{
		Session: session.ID, Date: day, At: Instant(day, at, zone),
		Slot: SlotOn(day, at, session.Slot.Duration(), zone), Minutes: session.Minutes(),
	}
}
