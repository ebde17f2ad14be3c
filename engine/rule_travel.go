package engine

// travelLimit (H12): no further than the expert is willing to go. An unknown
// distance does not exclude; the proximity factor shows it as unknown.
var travelLimit = Rule[*Case]{
	Code: "TRAVEL_LIMIT",
	Blocks: func(c *Case) bool {
		minutes, known := c.travel()
		return known && c.MaxTravelMinutes > 0 && minutes > c.MaxTravelMinutes
	},
}

// outOfServiceArea (H13): the place belongs to the municipalities the pool
// serves on the day, its own or by agreement with another region.
var outOfServiceArea = Rule[*Case]{
	Code: "OUT_OF_SERVICE_AREA",
	Closes: func(c *Case) []Interval {
		if c.Request.Online {
			return nil
		}
		var served []Interval
		for _, a := range c.ServiceArea {
			if a.Municipality == c.Place.Municipality {
				served = append(served, a.Valid.interval(c.horizon, c.Zone))
			}
		}
		return c.outside(served)
	},
}
