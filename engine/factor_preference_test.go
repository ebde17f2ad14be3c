package engine_test

import (
	"testing"

	"expex/engine"
)

func TestPreferenceFit(t *testing.T) {
	t.Parallel()
	female := engine.Preference{Kind: engine.TraitGender, Value: "female"}
	arabic := engine.Preference{Kind: engine.TraitLanguage, Value: "ar"}
	sports := engine.Preference{Kind: engine.TraitActivity, Value: "sports"}
	asks := func(wishes ...engine.Preference) func(told ...engine.Trait) func(*engine.MatchInput, *engine.Candidate) {
		return func(told ...engine.Trait) func(*engine.MatchInput, *engine.Candidate) {
			return func(in *engine.MatchInput, anna *engine.Candidate) {
				in.Request.Preferences, anna.Traits = wishes, told
			}
		}
	}
	trait := func(kind engine.TraitKind, value string) engine.Trait { return engine.Trait{Kind: kind, Value: value} }
	must := female
	must.Must = true
	checkFactor(t, "preference_fit", buddy, []factorRow{
		{"no wish has no fit", nothing, "absent"},
		{"a must is not a wish", asks(must)(trait(engine.TraitGender, "female")), "absent"},
		{"a wish beside a must", asks(must, arabic)(trait(engine.TraitGender, "female"), trait(engine.TraitLanguage, "nl")), "0: WISH_NOT_MET LANGUAGE"},
		{"a wish met", asks(female)(trait(engine.TraitGender, "female")), "10000: WISH_MET GENDER"},
		{"a wish not met", asks(female)(trait(engine.TraitGender, "male")), "0: WISH_NOT_MET GENDER"},
		{"a wish she has told nothing about", asks(female)(trait(engine.TraitLanguage, "ar")), "UNKNOWN: WISH_UNKNOWN GENDER"},
		{"one of two met", asks(female, arabic)(trait(engine.TraitGender, "female"), trait(engine.TraitLanguage, "nl")),
			"5000: WISH_MET GENDER, WISH_NOT_MET LANGUAGE"},
		{"only what she has told counts", asks(female, arabic)(trait(engine.TraitLanguage, "ar")),
			"10000: WISH_UNKNOWN GENDER, WISH_MET LANGUAGE"},
		{"two of three round down", asks(female, arabic, sports)(trait(engine.TraitGender, "female"), trait(engine.TraitLanguage, "ar"), trait(engine.TraitActivity, "chess")),
			"6666: WISH_NOT_MET ACTIVITY, WISH_MET GENDER, WISH_MET LANGUAGE"},
		{"one of several answers is enough", asks(arabic)(trait(engine.TraitLanguage, "nl"), trait(engine.TraitLanguage, "ar")), "10000: WISH_MET LANGUAGE"},
		{"wishes in another order say the same", asks(arabic, female)(trait(engine.TraitLanguage, "nl"), trait(engine.TraitGender, "female")),
			"5000: WISH_MET GENDER, WISH_NOT_MET LANGUAGE"},
	})
	checkFactor(t, "preference_fit", talk, []factorRow{
		{"of a team, the mean of those known", func(in *engine.MatchInput, anna *engine.Candidate) {
			asks(female)(trait(engine.TraitGender, "female"))(in, anna)
			in.Candidates[1].Traits = []engine.Trait{trait(engine.TraitGender, "male")}
		}, "5000: anna: WISH_MET GENDER, bram: WISH_NOT_MET GENDER"},
		{"of a team, one who has not told", asks(female)(trait(engine.TraitGender, "female")),
			"10000: anna: WISH_MET GENDER, bram: WISH_UNKNOWN GENDER"},
	})
}
