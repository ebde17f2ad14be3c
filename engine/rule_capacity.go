package engine

import "time"

// capacity (H9): active relations, sessions a day and a week, contact time a
// week and, when she set one, a month. One more session must fit under each; one
// that does not even fit an empty day, week or month fits none.
var capacity = Rule[*Case]{
	Code: "CAPACITY",
	Blocks: func(c *Case) bool {
		return c.Type.Form == Relation && c.ActiveRelations >= c.relationCap() ||
			c.fillsDay(tally{}) || c.fillsWeek(tally{}) || c.fillsMonth(tally{})
	},
	Closes: func(c *Case) []Interval {
		days, weeks, months := map[Date]*tally{}, map[Date]*tally{}, map[Date]*tally{}
		for _, b := range c.Booked {
			day := DateOf(b.Session.Start, c.Zone)
			if !b.Beside {
				count(days, day, b)
			}
			count(weeks, day.Monday(), b)
			count(months, day[:len("2006-01")]+"-01", b)
		}
		var closed []Interval
		for day, t := range days {
			if c.fillsDay(*t) {
				closed = append(closed, c.days(day, day.AddDays(1)))
			}
		}
		for monday, t := range weeks {
			if c.fillsWeek(*t) {
				closed = append(closed, c.days(monday, monday.AddDays(7)))
			}
		}
		for first, t := range months {
			if c.fillsMonth(*t) {
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
	t.add(b)
}

func (t *tally) add(b Booked) {
	t.sessions++
	if b.OneToOne {
		t.oneToOne++
	}
	t.minutes += int(b.Session.Duration() / time.Minute)
}

// fillsDay, fillsWeek and fillsMonth report that beside what is booked there is
// no room for one more session.
func (c *Case) fillsDay(t tally) bool {
	return t.sessions >= c.Policy.SessionsPerDay || c.Type.OneToOne && t.oneToOne >= c.Policy.OneToOnePerDay
}

func (c *Case) fillsWeek(t tally) bool {
	return t.sessions >= c.sessionsPerWeek() || t.minutes+c.Request.Minutes > c.Policy.ContactMinutesWeek
}

func (c *Case) fillsMonth(t tally) bool {
	return c.Caps.MinutesPerMonth > 0 && t.minutes+c.Request.Minutes > c.Caps.MinutesPerMonth
}

func (c *Case) days(from, to Date) Interval {
	return Interval{Start: Instant(from, "00:00", c.Zone), End: Instant(to, "00:00", c.Zone)}
}

// relationCap is lower in the first months, and never above her own wish, but
// for what [Apply] adds.
func (c *Case) relationCap() int {
	limit := c.Policy.ActiveRelations
	if c.DeployableSince == "" || c.today < c.DeployableSince.AddMonths(c.Policy.EarlyMonths) {
		limit = c.Policy.ActiveRelationsEarly
	}
	return ownCap(c.Caps.ActiveRelations, limit) + c.Extra.ActiveRelations
}

func (c *Case) sessionsPerWeek() int {
	return ownCap(c.Caps.SessionsPerWeek, c.Policy.SessionsPerWeek) + c.Extra.SessionsPerWeek
}

func ownCap(own, policy int) int {
	if own > 0 {
		return min(own, policy)
	}
	return policy
}
