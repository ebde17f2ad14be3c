package engine

import "slices"

// dualRole (H18): nobody is deployed by the house that employs her, or to a
// young person she trains.
var dualRole = Rule[*Case]{
	Code: "DUAL_ROLE",
	Blocks: func(c *Case) bool {
		for _, employer := range c.EmployedBy {
			if c.Organisations.SameHouse(employer, c.Request.OrganisationID) {
				return true
			}
		}
		return c.Request.Client != nil && slices.Contains(c.TrainerOf, c.Request.Client.Ref)
	},
}
