package engine

// notAvailable (H10): a session lies wholly inside her weekly hours that suit
// the mode and the distance, and outside her blackouts.
var notAvailable = Rule[*Case]{
	Code: "NOT_AVAILABLE",
	Closes: func(c *Case) []Interval {
		travel, known := c.travel()
		suits := func(r AvailabilityRule) bool {
			near := c.Request.Online || !known || r.MaxTravelMinutes == 0 || travel <= r.MaxTravelMinutes
			return near && r.Mode.Allows(c.Request.Online)
		}
		return c.outside(availability(c.calendar, c.Rules, c.Blackouts, c.horizon, c.Zone, suits))
	},
	// With nothing asked there is nothing she could be available for.
	Blocks: func(c *Case) bool { return len(c.wishes) == 0 },
}
