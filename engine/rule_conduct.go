package engine

// conductCertificate (H3): where a certificate of conduct is required, no
// session may lie on a day without a valid one.
var conductCertificate = Rule[*Case]{
	Code: "CONDUCT_CERT_INVALID",
	Closes: func(c *Case) []Interval {
		if !c.Type.NeedsCertificate(c.Request) {
			return nil
		}
		var valid []Interval
		for _, v := range c.Certificates {
			valid = append(valid, v.interval(c.horizon, c.Zone))
		}
		return c.outside(valid)
	},
}

// NeedsCertificate reports whether a deployment of this type needs a certificate
// of conduct. An audience of unknown age counts as young.
func (d DeploymentType) NeedsCertificate(r Request) bool {
	return d.Conduct == ConductAlways || d.Conduct == ConductMinors && r.AudienceAgeFrom < 18
}
