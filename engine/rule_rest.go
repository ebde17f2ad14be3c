package engine

import "time"

// restPeriod (H15): rest after a session on a tier-3 theme, before a new
// relation after one has closed, and for as long as she has paused herself.
var restPeriod = Rule[*Case]{
	Code: "REST_PERIOD",
	Closes: func(c *Case) []Interval {
		var rest []Interval
		for _, b := range c.Booked {
			if b.Tier3 {
				rest = append(rest, Interval{Start: b.Session.End, End: b.Session.End.Add(time.Duration(c.Policy.RestHoursTier3) * time.Hour)})
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
