package engine

// travelLimit (H12): no further than the expert is willing to go, from where she
// lives that day. An unknown distance does not exclude; the proximity factor shows
// it as unknown.
var travelLimit = Rule[*Case]{
	Code: "TRAVEL_LIMIT",
	Blocks: func(c *Case) bool {
		return c.tooFar() && (c.Moves == "" || c.moved().tooFar())
	},
	Closes: func(c *Case) []Interval {
		if c.Moves == "" {
			return nil
		}
		from := Instant(c.Moves, "00:00", c.Zone)
		var far []Interval
		if c.tooFar() && c.horizon.Start.Before(from) {
			far = append(far, Interval{Start: c.horizon.Start, End: from})
		}
		if from.Before(c.horizon.End) && c.moved().tooFar() {
			far = append(far, Interval{Start: from, End: c.horizon.End})
		}
		return far
	},
}

func (c *Case) tooFar() bool {
	minutes, known := c.travel()
	return known && c.MaxTravelMinutes > 0 && minutes > c.MaxTravelMinutes
}

// moved is her case once she lives at her new home. A known time to the place was
// one from the old one.
func (c *Case) moved() *Case {
	there := *c.Candidate
	there.Home, there.TravelMinutes = c.NewHome, nil
	return &Case{question: c.question, Candidate: &there}
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
