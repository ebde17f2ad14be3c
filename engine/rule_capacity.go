package engine

import "time"

// capacity (H9): active relations, sessions a day and a week, contact time a
// week and, when she set one, a month. One more session must fit under each.
var capacity = Rule[*Case]{
	Code: "CAPACITY",
	Blocks: func(c *Case) bool {
		return c.Type.Form == Relation && c.ActiveRelations >= c.relationCap()
	},
	Closes: func(c *Case) []Interval {
		days, weeks, months := map[Date]*tally{}, map[Date]*tally{}, map[Date]*tally{}
		for _, b := range c.Booked {
			day := DateOf(b.Session.Start, c.Zone)
			count(days, day, b)
			count(weeks, day.Monday(), b)
			count(months, day[:len("2006-01")]+"-01", b)
		}
		var closed []Interval
		for day, t := range days {
			if t.sessions >= c.Policy.SessionsPerDay || c.Type.OneToOne && t.oneToOne >= c.Policy.OneToOnePerDay {
				closed = append(closed, c.days(day, day.AddDays(1)))
			}
		}
		for monday, t := range weeks {
			if t.sessions >= c.sessionsPerWeek() || t.minutes+c.Request.Minutes > c.Policy.ContactMinutesWeek {
				closed = append(closed, c.days(monday, monday.AddDays(7)))
			}
		}
		for first, t := range months {
			if c.Caps.MinutesPerMonth > 0 && t.minutes+c.Request.Minutes > c.Caps.MinutesPerMonth {
				closed = append(closed, c.days(first, first.AddMonths(1)))
			}
		}
		return closed
	},
}

type tally struct{ sessions, oneToOne, minutes int }

func count(by map[Date]*tally, key Date, b Booked) {
	t := by[key]
	if t == nil {
		t = &tally{}
		by[key] = t
	}
	t.sessions++
	if b.OneToOne {
		t.oneToOne++
	}
	t.minutes += int(b.Session.Duration() / time.Minute)
}

func (c *Case) days(from, to Date) Interval {
	return Interval{Start: Instant(from, "00:00", c.Zone), End: Instant(to, "00:00", c.Zone)}
}

// relationCap is lower in the first months, and never above her own wish.
func (c *Case) relationCap() int {
	limit := c.Policy.ActiveRelations
	if c.DeployableSince == "" || c.today < c.DeployableSince.AddMonths(c.Policy.EarlyMonths) {
		limit = c.Policy.ActiveRelationsEarly
	}
	return ownCap(c.Caps.ActiveRelations, limit)
}

func (c *Case) sessionsPerWeek() int { return ownCap(c.Caps.SessionsPerWeek, c.Policy.SessionsPerWeek) }

func ownCap(own, policy int) int {
	if own > 0 {
		return min(own, policy)
	}
	return policy
}
