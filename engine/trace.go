package engine

// Facts of theme_fit as they are kept with a decision.
const (
	FactThemesMust FactCode = "THEMES_MUST" // N of Of must-themes were met
	FactThemesNice FactCode = "THEMES_NICE" // N of Of wished themes were met, in whole or in part
)

// Kept is the suggestion as it is stored with a decision about a request for
// these themes: the whole calculation, with how many themes were met instead of
// which. An expert may take a theme back; had it been written down here, it would
// stay readable, and taking it out would tell that she did.
func (s Suggestion) Kept(themes []RequestTheme) Suggestion {
	var must, nice Fact
	must.Code, nice.Code = FactThemesMust, FactThemesNice
	for _, t := range themes {
		if t.Importance == Must {
			must.Of++
		} else {
			nice.Of++
		}
	}
	factors := make([]FactorScore, len(s.Factors))
	for i, f := range s.Factors {
		if f.Name == themeFit.Name {
			for _, fact := range f.Facts {
				switch fact.Code {
				case FactThemeMust:
					must.N++
				case FactThemeNice, FactThemeRelated:
					nice.N++
				}
			}
			f.Facts = nil
			for _, count := range []Fact{must, nice} {
				if count.Of > 0 {
					f.Facts = append(f.Facts, count)
				}
			}
		}
		factors[i] = f
	}
	var gains []Gain
	for _, g := range s.WouldChange {
		if g.Factor != themeFit.Name {
			gains = append(gains, g)
		}
	}
	s.Factors, s.WouldChange = factors, gains
	return s
}
