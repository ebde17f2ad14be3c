package engine_test

import (
	"testing"

	"expex/engine"
)

func TestMustPreference(t *testing.T) {
	t.Parallel()
	asks := func(must bool, told ...engine.Trait) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Request.Preferences = []engine.Preference{{Kind: engine.TraitLanguage, Value: "ar", Must: must}}
			anna.Traits = told
		}
	}
	language := func(value string) engine.Trait { return engine.Trait{Kind: engine.TraitLanguage, Value: value} }
	checkRule(t, "MUST_PREFERENCE", buddy, []ruleRow{
		{"nothing asked", nothing, "", false},
		{"she has it", asks(true, language("ar")), "", false},
		{"she has it among others", asks(true, language("nl"), language("ar")), "", false},
		{"she has another", asks(true, language("nl")), "", true},
		{"she has not told", asks(true), "", true},
		{"the same word of another kind", asks(true, engine.Trait{Kind: engine.TraitActivity, Value: "ar"}), "", true},
		{"a wish excludes nobody", asks(false, language("nl")), "", false},
		{"one of two musts", func(in *engine.MatchInput, anna *engine.Candidate) {
			asks(true, language("ar"))(in, anna)
			in.Request.Preferences = append(in.Request.Preferences, engine.Preference{Kind: engine.TraitGender, Value: "female", Must: true})
		}, "", true},
	})
}
