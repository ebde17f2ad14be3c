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
			if c.keepsAway(x) {
				closed = append(closed, Valid{To: x.Until}.interval(c.horizon, c.Zone))
			}
		}
		return closed
	},
}

// keepsAway reports whether an exclusion is about the house of the request.
func (q *question) keepsAway(x OrganisationExclusion) bool {
	return !slices.Contains(x.LiftedFor, q.Request.ID) && q.Organisations.SameHouse(x.Organisation, q.Request.OrganisationID)
}

// personExclusion (H7): either side has said "not with this person".
var personExclusion = Rule[*Case]{
	Code: "PERSON_EXCLUSION",
	Blocks: func(c *Case) bool {
		return c.Request.Client != nil && slices.Contains(c.ExcludedClients, c.Request.Client.Ref)
	},
}
