package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"expex/engine"
)

func TestWhatIsKeptCountsThemes(t *testing.T) {
	t.Parallel()
	theme := func(facts ...engine.Fact) engine.FactorScore {
		return engine.FactorScore{Name: "theme_fit", Weight: 100, State: engine.Known, Value: 9000, Points: 9000, Facts: facts}
	}
	must := engine.Fact{Code: engine.FactThemeMust, Theme: "OUT_OF_HOME", Level: engine.Green}
	for _, c := range []struct {
		name  string
		asked string // m for a must, n for a wish
		facts []engine.Fact
		want  string
	}{
		{"a must", "m", []engine.Fact{must}, "THEMES_MUST 1/1"},
		{"a must, and three wishes met in whole, in part and not", "mnnn", []engine.Fact{must, {Code: engine.FactThemeNice, Theme: "BULLYING", Level: engine.Amber},
			{Code: engine.FactThemeRelated, Theme: "LONELINESS"}, {Code: engine.FactThemeNone, Theme: "LGBTIQ"}}, "THEMES_MUST 1/1, THEMES_NICE 2/3"},
		{"only wishes, none met", "nn", []engine.Fact{{Code: engine.FactThemeNone, Theme: "LGBTIQ"}, {Code: engine.FactThemeNone, Theme: "BULLYING"}}, "THEMES_NICE 0/2"},
		{"nothing asked", "", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var asked []engine.RequestTheme
			for _, letter := range c.asked {
				importance := engine.Nice
				if letter == 'm' {
					importance = engine.Must
				}
				asked = append(asked, engine.RequestTheme{Theme: "OUT_OF_HOME", Importance: importance})
			}
			kept := engine.Suggestion{Factors: []engine.FactorScore{theme(c.facts...)}}.Kept(asked)
			var got []string
			for _, f := range kept.Factors[0].Facts {
				got = append(got, fmt.Sprintf("%s %d/%d", f.Code, f.N, f.Of))
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("it keeps %q, want %q", got, c.want)
			}
		})
	}
}

// Whatever was suggested: what is kept names no theme, and is otherwise the same
// calculation. The suggestion itself is left alone.
func TestWhatIsKeptNamesNoTheme(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		ranking, err := engine.Suggest(in)
		if err != nil || len(ranking.Suggestions) == 0 {
			return
		}
		s := ranking.Suggestions[0]
		before := fmt.Sprintf("%+v", s)
		kept := s.Kept(in.Request.Themes)
		if after := fmt.Sprintf("%+v", s); before != after {
			t.Fatalf("it changed what was suggested:\n%s\n%s", before, after)
		}
		sum := 0
		for i, f := range kept.Factors {
			was := s.Factors[i]
			if f.Name != was.Name || f.Weight != was.Weight || f.State != was.State || f.Value != was.Value || f.Points != was.Points {
				t.Fatalf("%+v became %+v", was, f)
			}
			sum += f.Points
			for _, fact := range f.Facts {
				if fact.Theme != "" || fact.Level != "" {
					t.Fatalf("it keeps %+v", fact)
				}
			}
		}
		for _, g := range kept.WouldChange {
			if g.Fact.Theme != "" {
				t.Fatalf("it keeps %+v", g)
			}
		}
		if sum != kept.Score {
			t.Fatalf("the points sum to %d and the score is %d", sum, kept.Score)
		}
	})
}
