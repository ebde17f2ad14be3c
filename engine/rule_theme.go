package engine

// noThemeConsent (H5): every must-theme needs an exact consent for the setting
// of the request. In a team the members share the must-themes, and each brings
// at least one. Having no consent and having no such experience are the same
// thing here: the input does not tell them apart.
var noThemeConsent = Rule[*Case]{
	Code: "NO_THEME_CONSENT",
	Blocks: func(c *Case) bool {
		have := 0
		for _, theme := range c.must {
			if _, ok := c.consent(theme); ok {
				have++
			}
		}
		if c.team() > 1 {
			return have == 0 && len(c.must) > 0
		}
		return have < len(c.must)
	},
}

// teamThemeConsent (H5 for teams): together the members cover every must-theme.
var teamThemeConsent = Rule[*Team]{
	Code: noThemeConsent.Code,
	Blocks: func(t *Team) bool {
		for _, theme := range t.must {
			if _, ok := t.consent(theme); !ok {
				return true
			}
		}
		return false
	},
}
