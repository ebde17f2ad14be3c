package engine

import (
	"slices"
	"time"
)

// restPeriod (H15): rest after a session on a tier-3 theme, this one included,
// before a new relation after one has closed, and for as long as she has paused
// herself.
var restPeriod = Rule[*Case]{
	Code: "REST_PERIOD",
	Closes: func(c *Case) []Interval {
		var rest []Interval
		hours, tier3 := time.Duration(c.Policy.RestHoursTier3)*time.Hour, c.asksTier3()
		for _, b := range c.Booked {
			if b.Tier3 {
				rest = append(rest, Interval{Start: b.Session.End, End: b.Session.End.Add(hours)})
			}
			if tier3 {
				rest = append(rest, Interval{Start: b.Session.Start.Add(-hours), End: b.Session.Start})
			}
		}
		if c.Type.Form == Relation && c.RelationClosedOn != "" {
			rest = append(rest, c.days(c.RelationClosedOn, c.RelationClosedOn.AddDays(c.Policy.RestDaysRelation)))
		}
		if c.PausedUntil != nil {
			rest = append(rest, Interval{Start: c.horizon.Start, End: *c.PausedUntil})
		}
		return rest
	},
}

// asksTier3 reports whether the request names a tier-3 theme, must or wished.
func (q *question) asksTier3() bool {
	return slices.ContainsFunc(q.Request.Themes, func(asked RequestTheme) bool { return q.Themes[asked.Theme].Tier == 3 })
}
