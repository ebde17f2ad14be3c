package engine_test

import (
	"testing"

	"expex/engine"
)

func TestTier3NotConfirmed(t *testing.T) {
	t.Parallel()
	asks := func(theme engine.ThemeCode, importance engine.Importance, confirmed bool) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Request.Themes = []engine.RequestTheme{{Theme: theme, Importance: importance}}
			anna.Consents = []engine.Consent{{Theme: theme, Usage: engine.UsageOneToOne, Level: engine.Green}}
			anna.Tier3Confirmed = confirmed
		}
	}
	checkRule(t, "TIER3_NOT_CONFIRMED", buddy, []ruleRow{
		{"a theme of tier 2 needs no yes of its own", asks("OUT_OF_HOME", engine.Must, false), "", false},
		{"a theme of tier 3 with her yes", asks("TRAUMA", engine.Must, true), "", false},
		{"a theme of tier 3 without it", asks("TRAUMA", engine.Must, false), "", true},
		{"a wished theme of tier 3 excludes nobody", asks("TRAUMA", engine.Nice, false), "", false},
	})
	checkRule(t, "NO_THEME_CONSENT", buddy, []ruleRow{
		{"without consent the yes is not even asked for", func(in *engine.MatchInput, anna *engine.Candidate) {
			asks("TRAUMA", engine.Must, false)(in, anna)
			anna.Consents = nil
		}, "", true},
	})
	checkRule(t, "TIER3_NOT_CONFIRMED", talk, []ruleRow{
		{"in a team everybody who has the theme says yes", func(in *engine.MatchInput, _ *engine.Candidate) {
			in.Request.Themes = []engine.RequestTheme{{Theme: "TRAUMA", Importance: engine.Must}}
			for i := range in.Candidates {
				in.Candidates[i].Consents = []engine.Consent{{Theme: "TRAUMA", Usage: engine.UsageClosedGroup, Level: engine.Green}}
			}
			in.Candidates[0].Tier3Confirmed = true
		}, "", true},
	})
}
