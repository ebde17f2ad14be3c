package engine

// notDeployable (H1): not certified, not yet complete, paused until further
// notice, or gone. Nothing is open before the day of certification, nor from the
// day on which she leaves the pool.
var notDeployable = Rule[*Case]{
	Code: "NOT_DEPLOYABLE",
	Blocks: func(c *Case) bool {
		return c.Status != ExpertDeployable || c.CertifiedOn == ""
	},
	Closes: func(c *Case) []Interval {
		return c.outside([]Interval{Valid{From: c.CertifiedOn, To: c.Gone}.interval(c.horizon, c.Zone)})
	},
}
