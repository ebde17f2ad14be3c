package engine_test

import (
	"fmt"
	"slices"
	"testing"

	"expex/engine"
)

func TestThemeFitOfOneExpert(t *testing.T) {
	t.Parallel()
	nice := func(theme engine.ThemeCode, have ...engine.Consent) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Request.Themes = append(in.Request.Themes, engine.RequestTheme{Theme: theme, Importance: engine.Nice})
			for _, c := range have {
				c.Usage = engine.UsageOneToOne
				anna.Consents = append(anna.Consents, c)
			}
		}
	}
	green := func(theme engine.ThemeCode) engine.Consent { return engine.Consent{Theme: theme, Level: engine.Green} }
	amber := func(theme engine.ThemeCode) engine.Consent { return engine.Consent{Theme: theme, Level: engine.Amber} }
	confirmed := func(change func(*engine.MatchInput, *engine.Candidate)) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, anna *engine.Candidate) {
			change(in, anna)
			anna.Tier3Confirmed = true
		}
	}
	checkFactor(t, "theme_fit", buddy, []factorRow{
		{"a must in green is whole", nothing, "10000: THEME_MUST OUT_OF_HOME GREEN"},
		{"a must in amber is 0.8", func(_ *engine.MatchInput, anna *engine.Candidate) { anna.Consents[0].Level = engine.Amber },
			"8000: THEME_MUST OUT_OF_HOME AMBER"},
		{"a wish that is not met costs a quarter", nice("BULLYING"),
			"7500: THEME_MUST OUT_OF_HOME GREEN, THEME_NONE BULLYING"},
		{"a wish in green costs nothing", nice("BULLYING", green("BULLYING")),
			"10000: THEME_MUST OUT_OF_HOME GREEN, THEME_NICE BULLYING GREEN"},
		{"a wish in amber is 0.8 of a quarter", nice("BULLYING", amber("BULLYING")),
			"9500: THEME_MUST OUT_OF_HOME GREEN, THEME_NICE BULLYING AMBER"},
		{"a related theme is 0.4 of a quarter", nice("BULLYING", green("LONELINESS")),
			"8500: THEME_MUST OUT_OF_HOME GREEN, THEME_RELATED BULLYING"},
		{"a related theme in amber is no less", nice("BULLYING", amber("LONELINESS")),
			"8500: THEME_MUST OUT_OF_HOME GREEN, THEME_RELATED BULLYING"},
		{"the theme itself counts before a related one", nice("BULLYING", green("LONELINESS"), amber("BULLYING")),
			"9500: THEME_MUST OUT_OF_HOME GREEN, THEME_NICE BULLYING AMBER"},
		{"red is as none", nice("BULLYING", engine.Consent{Theme: "BULLYING", Level: engine.Red}),
			"7500: THEME_MUST OUT_OF_HOME GREEN, THEME_NONE BULLYING"},
		{"a wish of tier 3 counts after her yes", confirmed(nice("TRAUMA", green("TRAUMA"))),
			"10000: THEME_MUST OUT_OF_HOME GREEN, THEME_NICE TRAUMA GREEN"},
		{"a wish of tier 3 without her yes is as none", nice("TRAUMA", green("TRAUMA")),
			"7500: THEME_MUST OUT_OF_HOME GREEN, THEME_NONE TRAUMA"},
		{"more themes than asked bring nothing", func(_ *engine.MatchInput, anna *engine.Candidate) {
			anna.Consents = append(anna.Consents, engine.Consent{Theme: "BULLYING", Usage: engine.UsageOneToOne, Level: engine.Green})
		}, "10000: THEME_MUST OUT_OF_HOME GREEN"},
		{"only wishes, one of two", func(in *engine.MatchInput, _ *engine.Candidate) {
			in.Request.Themes = []engine.RequestTheme{{Theme: "OUT_OF_HOME", Importance: engine.Nice}, {Theme: "LGBTIQ", Importance: engine.Nice}}
		}, "5000: THEME_NONE LGBTIQ, THEME_NICE OUT_OF_HOME GREEN"},
		{"two musts and a wish round down", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Request.Themes = append(in.Request.Themes, engine.RequestTheme{Theme: "ADDICTION", Importance: engine.Must})
			nice("BULLYING", amber("ADDICTION"))(in, anna)
		}, "7714: THEME_MUST ADDICTION AMBER, THEME_MUST OUT_OF_HOME GREEN, THEME_NONE BULLYING"},
		{"no theme asked for has no fit", func(in *engine.MatchInput, _ *engine.Candidate) { in.Request.Themes = nil }, "absent"},
	})
}

func TestThemeFitOfATeamIsThatOfItsUnion(t *testing.T) {
	t.Parallel()
	group := func(theme engine.ThemeCode, level engine.ConsentLevel) engine.Consent {
		return engine.Consent{Theme: theme, Usage: engine.UsageClosedGroup, Level: level}
	}
	asks := func(nice engine.ThemeCode, anna, bram []engine.Consent) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, _ *engine.Candidate) {
			if nice != "" {
				in.Request.Themes = append(in.Request.Themes, engine.RequestTheme{Theme: nice, Importance: engine.Nice})
			}
			in.Candidates[0].Consents = append(in.Candidates[0].Consents, anna...)
			in.Candidates[1].Consents = append(in.Candidates[1].Consents, bram...)
		}
	}
	type list = []engine.Consent
	checkFactor(t, "theme_fit", talk, []factorRow{
		{"both green", nothing, "10000: THEME_MUST TRANSITION_18 GREEN"},
		{"one green, one amber, is green", func(in *engine.MatchInput, _ *engine.Candidate) { in.Candidates[0].Consents[0].Level = engine.Amber },
			"10000: THEME_MUST TRANSITION_18 GREEN"},
		{"both amber", func(in *engine.MatchInput, _ *engine.Candidate) {
			in.Candidates[0].Consents[0].Level, in.Candidates[1].Consents[0].Level = engine.Amber, engine.Amber
		}, "8000: THEME_MUST TRANSITION_18 AMBER"},
		{"a wish met by one is met", asks("BULLYING", nil, list{group("BULLYING", engine.Green)}),
			"10000: THEME_MUST TRANSITION_18 GREEN, THEME_NICE BULLYING GREEN"},
		{"a related theme of one gives way to the theme of the other", asks("BULLYING", list{group("LONELINESS", engine.Green)}, list{group("BULLYING", engine.Amber)}),
			"9500: THEME_MUST TRANSITION_18 GREEN, THEME_NICE BULLYING AMBER"},
		{"and in the other order", asks("BULLYING", list{group("BULLYING", engine.Amber)}, list{group("LONELINESS", engine.Green)}),
			"9500: THEME_MUST TRANSITION_18 GREEN, THEME_NICE BULLYING AMBER"},
		{"one yes to a wish of tier 3 is enough", func(in *engine.MatchInput, _ *engine.Candidate) {
			asks("TRAUMA", list{group("TRAUMA", engine.Green)}, list{group("TRAUMA", engine.Amber)})(in, nil)
			in.Candidates[1].Tier3Confirmed = true
		}, "9500: THEME_MUST TRANSITION_18 GREEN, THEME_NICE TRAUMA AMBER"},
	})
}

func TestTheWishesThatAreNotMetSayWhatTheyWouldBring(t *testing.T) {
	t.Parallel()
	in := buddy()
	for _, theme := range []engine.ThemeCode{"LGBTIQ", "BULLYING", "ADDICTION"} {
		in.Request.Themes = append(in.Request.Themes, engine.RequestTheme{Theme: theme, Importance: engine.Nice})
	}
	in.Candidates[0].Consents = append(in.Candidates[0].Consents, engine.Consent{Theme: "LONELINESS", Usage: engine.UsageOneToOne, Level: engine.Green})
	in.Candidates[0].TravelMinutes = ptr(20)
	ranking, err := engine.Suggest(in)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, g := range ranking.Suggestions[0].WouldChange {
		got = append(got, fmt.Sprintf("%s %s +%d", g.Factor, factText(g.Fact), g.Points))
	}
	// The theme met by a related one is not among them: it is met, in part.
	want := []string{"theme_fit THEME_NONE ADDICTION +686", "theme_fit THEME_NONE LGBTIQ +686"}
	if !slices.Equal(got, want) {
		t.Errorf("would change: %q, want %q", got, want)
	}
}
