package engine

import "time"

// Wall time and instants as whole numbers, for loops that turn thousands of one
// into the other. Both count nanoseconds since 1970: an instant in UTC, a wall
// time as if the clocks on the wall showed UTC. [Instant] is the definition; a
// test holds the two together at every quarter of an hour.

const (
	quarter    = int64(15 * time.Minute)
	wholeDay   = int64(24 * time.Hour)
	dayQuarter = 96 // quarters in a day on the wall
)

// clock knows by how much wall time is ahead of UTC over a span.
type clock struct {
	ahead   int64 // before the first change
	changes []clockChange
}

// clockChange is a moment at which clocks are set.
type clockChange struct {
	at            int64 // instant
	before, after int64 // how far wall time is ahead of UTC
}

// skips gives the wall times at the change that are no plain ones: those that no
// clock shows, or those that it shows twice.
func (c clockChange) skips() (from, to int64) {
	return c.at + min(c.before, c.after), c.at + max(c.before, c.after)
}

// clockFor looks at every noon of the span and two days around it, and for the
// moment of a change between two noons that differ.
func clockFor(span Interval, zone *time.Location) clock {
	noon := span.Start.Truncate(24*time.Hour).AddDate(0, 0, -2).Add(12 * time.Hour)
	c := clock{ahead: int64(offset(noon, zone))}
	for ahead := c.ahead; noon.Before(span.End.AddDate(0, 0, 2)); {
		next := noon.Add(24 * time.Hour)
		if then := int64(offset(next, zone)); then != ahead {
			c.changes = append(c.changes, clockChange{at: firstWith(noon, next, zone), before: ahead, after: then})
			ahead = then
		}
		noon = next
	}
	return c
}

// firstWith gives the first second after low at which the clocks are set as at
// high.
func firstWith(low, high time.Time, zone *time.Location) int64 {
	before := offset(low, zone)
	for high.Sub(low) > time.Second {
		if middle := low.Add(high.Sub(low) / 2).Truncate(time.Second); offset(middle, zone) == before {
			low = middle
		} else {
			high = middle
		}
	}
	return high.UnixNano()
}

// wall is what clocks show at an instant.
func (c *clock) wall(instant int64) int64 {
	ahead := c.ahead
	for _, change := range c.changes {
		if instant >= change.at {
			ahead = change.after
		}
	}
	return instant + ahead
}

// instant is [Instant]: the moment of the change for a wall time that does not
// exist, and the first occurrence of one that comes twice.
func (c *clock) instant(wall int64) int64 {
	ahead := c.ahead
	for _, change := range c.changes {
		from, to := change.skips()
		switch {
		case wall >= to:
			ahead = change.after
		case wall >= from && change.after > change.before:
			return change.at
		}
	}
	return wall - ahead
}

// exists reports whether clocks ever show the wall time.
func (c *clock) exists(wall int64) bool { return c.wall(c.instant(wall)) == wall }

// dayNumber counts days from 1970-01-01, also for the unknown date, which is
// long before.
func (d Date) dayNumber() int { return int(floorDiv(d.noonUTC().Unix(), 24*60*60)) }

// dateOfNumber is the date of a day number.
func dateOfNumber(n int) Date {
	return Date(time.Unix(int64(n)*24*60*60, 0).UTC().Format(time.DateOnly))
}

// floorDiv divides towards the past.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// ceilQuarter is the number of quarters that hold a length.
func ceilQuarter(length int64) int { return int(floorDiv(length+quarter-1, quarter)) }

// weekdayOf is the weekday of a day number, 0 for Monday: day 0 is a Thursday.
func weekdayOf(day int64) int { return int((day+3)%7+7) % 7 }
