package engine

// notDeployable (H1): not certified, not yet complete, paused until further
// notice, or gone. Before the day of certification nothing is open.
var notDeployable = Rule[*Case]{
	Code: "NOT_DEPLOYABLE",
	Blocks: func(c *Case) bool {
		return c.Status != ExpertDeployable || c.CertifiedOn == ""
	},
	Closes: func(c *Case) []Interval {
		return c.outside([]Interval{Valid{From: c.CertifiedOn}.interval(c.horizon, c.Zone)})
	},
}
