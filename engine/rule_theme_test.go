package engine_test

import (
	"testing"

	"expex/engine"
)

func consents(list ...engine.Consent) func(*engine.MatchInput, *engine.Candidate) {
	return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.Consents = list }
}

func TestNoThemeConsentOfOneExpert(t *testing.T) {
	t.Parallel()
	oneToOne := func(theme engine.ThemeCode, level engine.ConsentLevel) engine.Consent {
		return engine.Consent{Theme: theme, Usage: engine.UsageOneToOne, Level: level}
	}
	second := func(importance engine.Importance, have ...engine.Consent) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Request.Themes = append(in.Request.Themes, engine.RequestTheme{Theme: "BULLYING", Importance: importance})
			anna.Consents = append(anna.Consents, have...)
		}
	}
	checkRule(t, "NO_THEME_CONSENT", buddy, []ruleRow{
		{"green does", nothing, "", false},
		{"amber does", consents(oneToOne("OUT_OF_HOME", engine.Amber)), "", false},
		{"red does not", consents(oneToOne("OUT_OF_HOME", engine.Red)), "", true},
		{"none does not", consents(), "", true},
		{"consent for another setting does not", consents(engine.Consent{Theme: "OUT_OF_HOME", Usage: engine.UsageClosedGroup, Level: engine.Green}), "", true},
		{"a related theme does not", consents(oneToOne("FOSTER_CARE", engine.Green)), "", true},
		{"one of two must-themes does not", second(engine.Must), "", true},
		{"both must-themes do", second(engine.Must, oneToOne("BULLYING", engine.Green)), "", false},
		{"a wished theme is not needed", second(engine.Nice), "", false},
		{"no theme asked for needs no consent", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Request.Themes, anna.Consents = nil, nil
		}, "", false},
	})
}

func TestNoThemeConsentOfATeam(t *testing.T) {
	t.Parallel()
	group := func(theme engine.ThemeCode) engine.Consent {
		return engine.Consent{Theme: theme, Usage: engine.UsageClosedGroup, Level: engine.Green}
	}
	asks := func(themes ...engine.ThemeCode) func(anna, bram []engine.Consent) func(*engine.MatchInput, *engine.Candidate) {
		return func(anna, bram []engine.Consent) func(*engine.MatchInput, *engine.Candidate) {
			return func(in *engine.MatchInput, _ *engine.Candidate) {
				in.Request.Themes = nil
				for _, theme := range themes {
					in.Request.Themes = append(in.Request.Themes, engine.RequestTheme{Theme: theme, Importance: engine.Must})
				}
				in.Candidates[0].Consents, in.Candidates[1].Consents = anna, bram
			}
		}
	}
	type list = []engine.Consent
	checkRule(t, "NO_THEME_CONSENT", talk, []ruleRow{
		{"both have it", nothing, "", false},
		{"the members share the must-themes", asks("TRANSITION_18", "BULLYING")(list{group("TRANSITION_18")}, list{group("BULLYING")}), "", false},
		{"a member with none of them", asks("TRANSITION_18")(list{group("TRANSITION_18")}, nil), "", true},
		{"a theme that neither has", asks("TRANSITION_18", "BULLYING")(list{group("TRANSITION_18")}, list{group("TRANSITION_18")}), "", true},
		{"no theme asked for", asks()(nil, nil), "", false},
		{"consent for a closed group does not hold in public", func(in *engine.MatchInput, _ *engine.Candidate) {
			in.Request.Audience = engine.AudiencePublic
		}, "", true},
		{"consent for a public group does", func(in *engine.MatchInput, _ *engine.Candidate) {
			in.Request.Audience = engine.AudiencePublic
			for i := range in.Candidates {
				in.Candidates[i].Consents = list{{Theme: "TRANSITION_18", Usage: engine.UsagePublicGroup, Level: engine.Green}}
			}
		}, "", false},
	})
}
