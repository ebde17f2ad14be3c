package engine

// typeNotTrained (H2): the expert has no leave for this type of deployment, or
// not yet on the day.
var typeNotTrained = Rule[*Case]{
	Code: "TYPE_NOT_TRAINED",
	Closes: func(c *Case) []Interval {
		var leave []Interval
		for _, t := range c.Trained {
			if t.Type == c.Type.Code {
				leave = append(leave, Valid{From: t.From}.interval(c.horizon, c.Zone))
			}
		}
		return c.outside(leave)
	},
}
