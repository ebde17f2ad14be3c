package engine

// conductCertificate (H3): where a certificate of conduct is required, no
// session may lie on a day without a valid one. An audience of unknown age
// counts as young.
var conductCertificate = Rule[*Case]{
	Code: "CONDUCT_CERT_INVALID",
	Closes: func(c *Case) []Interval {
		minors := c.Request.AudienceAgeFrom < 18
		if c.Type.Conduct == ConductNever || c.Type.Conduct == ConductMinors && !minors {
			return nil
		}
		var valid []Interval
		for _, v := range c.Certificates {
			valid = append(valid, v.interval(c.horizon, c.Zone))
		}
		return c.outside(valid)
	},
}
