package engine

// tier3NotConfirmed (H16): a must-theme of tier 3 needs the expert's yes for
// this very request, beside her standing consent.
var tier3NotConfirmed = Rule[*Case]{
	Code: "TIER3_NOT_CONFIRMED",
	Blocks: func(c *Case) bool {
		for _, theme := range c.must {
			if _, ok := c.consent(theme); ok && c.Themes[theme].Tier == 3 && !c.Tier3Confirmed {
				return true
			}
		}
		return false
	},
}
