package engine

import "slices"

// organisationExclusion (H6): the expert keeps away from this house: the
// organisation, its other locations, and what they merged into. She may lift it
// for one request.
var organisationExclusion = Rule[*Case]{
	Code: "ORG_EXCLUSION",
	Closes: func(c *Case) []Interval {
		var closed []Interval
		for _, x := range c.OrganisationExclusions {
			if !slices.Contains(x.LiftedFor, c.Request.ID) && c.Organisations.SameHouse(x.Organisation, c.Request.OrganisationID) {
				closed = append(closed, Valid{To: x.Until}.interval(c.horizon, c.Zone))
			}
		}
		return closed
	},
}

// personExclusion (H7): either side has said "not with this person".
var personExclusion = Rule[*Case]{
	Code: "PERSON_EXCLUSION",
	Blocks: func(c *Case) bool {
		return c.Request.Client != nil && slices.Contains(c.ExcludedClients, c.Request.Client.Ref)
	},
}
