package engine

import "slices"

// Facts of theme_fit.
const (
	FactThemeMust    FactCode = "THEME_MUST"    // a must-theme with a consent: Theme, Level
	FactThemeNice    FactCode = "THEME_NICE"    // a wished theme with a consent: Theme, Level
	FactThemeRelated FactCode = "THEME_RELATED" // a wished theme met by a related one: Theme
	FactThemeNone    FactCode = "THEME_NONE"    // a wished theme that is not met: Theme
)

// Importance and value of a match, out of Perfect.
const (
	mustImportance = 3
	niceImportance = 1
	amberValue     = 8000
	relatedValue   = 4000
)

// themeFit weighs how much of what was asked the team may be asked about: must
// counts three, nice one; green is whole, amber 0.8, a related code 0.4 (nice
// only). More themes than asked bring nothing.
var themeFit = Factor{
	Name:    "theme_fit",
	Weights: map[WeightColumn]int{WeightsBuddy: 35, WeightsTalk: 30, WeightsCase: 40, WeightsPolicy: 35},
	Score: func(t *Team) Measure {
		total := mustImportance*len(t.must) + niceImportance*len(t.nice)
		if total == 0 {
			return notApplicable()
		}
		m := known(0)
		sum := 0
		for _, theme := range t.must {
			if level, ok := t.consent(theme); ok {
				sum += mustImportance * levelValue(level)
				m.Facts = append(m.Facts, Fact{Code: FactThemeMust, Theme: theme, Level: level})
			}
		}
		var missing []Fact
		for _, theme := range t.nice {
			value, fact := t.niceMatch(theme)
			sum += niceImportance * value
			m.Facts = append(m.Facts, fact)
			if value == 0 {
				missing = append(missing, fact)
			}
		}
		m.Value = sum / total
		for _, fact := range missing {
			m.Could = append(m.Could, Could{Fact: fact, Value: (sum + niceImportance*Perfect) / total})
		}
		return m
	},
}

func levelValue(level ConsentLevel) int {
	if level == Green {
		return Perfect
	}
	return amberValue
}

// niceMatch values a wished theme. One of tier 3 counts only for members who
// said yes to it for this very request; a related theme never is of tier 3.
func (t *Team) niceMatch(theme ThemeCode) (int, Fact) {
	best, fact := 0, Fact{Code: FactThemeNone, Theme: theme}
	for _, m := range t.Members {
		level, ok := m.consent(theme)
		if ok && (t.Themes[theme].Tier < 3 || m.Tier3Confirmed) && levelValue(level) > best {
			best, fact = levelValue(level), Fact{Code: FactThemeNice, Theme: theme, Level: level}
		}
		if best == 0 && slices.ContainsFunc(t.Themes[theme].Related, func(r ThemeCode) bool { _, ok := m.consent(r); return ok }) {
			best, fact = relatedValue, Fact{Code: FactThemeRelated, Theme: theme}
		}
	}
	return best, fact
}
