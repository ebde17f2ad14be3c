package engine

// ageRule (H8): one-to-one with a minor needs an adult, and always somebody at
// least a few years older than the top of the client's age band. Without a
// birth date the rule cannot be shown to hold, so it does not.
var ageRule = Rule[*Case]{
	Code: "AGE_RULE",
	Blocks: func(c *Case) bool {
		client := c.Request.Client
		if client == nil || !c.Type.OneToOne {
			return false
		}
		return c.BirthDate == "" || c.BirthDate.YearsUntil(c.today) < client.AgeTo+c.Policy.MinAgeGap
	},
	Closes: func(c *Case) []Interval {
		client := c.Request.Client
		if client == nil || !c.Type.OneToOne || client.AgeFrom >= c.Policy.AdultAge || c.BirthDate == "" {
			return nil
		}
		adult := c.BirthDate.AddMonths(12 * c.Policy.AdultAge)
		return c.outside([]Interval{Valid{From: adult}.interval(c.horizon, c.Zone)})
	},
}
