package engine

// mustPreference (H14): what the young person must have in a buddy, such as
// gender or language. What the expert has not told does not meet a must.
var mustPreference = Rule[*Case]{
	Code: "MUST_PREFERENCE",
	Blocks: func(c *Case) bool {
		for _, p := range c.Request.Preferences {
			if met, _ := c.trait(p); p.Must && !met {
				return true
			}
		}
		return false
	},
}
