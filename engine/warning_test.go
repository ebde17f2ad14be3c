package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"expex/engine"
)

// warnRow changes a valid input and says which warnings of one code the best
// suggestion then has, as [warningText] writes them.
type warnRow struct {
	name   string
	change func(in *engine.MatchInput, anna *engine.Candidate)
	want   string
}

func checkWarning(t *testing.T, code engine.WarningCode, base func() engine.MatchInput, rows []warnRow) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			in := base()
			row.change(&in, &in.Candidates[0])
			ranking := suggest(t, in)
			if len(ranking.Suggestions) == 0 {
				t.Fatalf("no suggestion, excluded %v", ranking.Excluded)
			}
			var got []string
			for _, w := range slices.Concat(ranking.Warnings, ranking.Suggestions[0].Warnings) {
				if w.Code == code {
					got = append(got, warningText(w))
				}
			}
			if text := strings.Join(got, ", "); text != row.want {
				t.Errorf("warnings %q, want %q", text, row.want)
			}
		})
	}
}

func TestWarnOfWhatIsUnknown(t *testing.T) {
	t.Parallel()
	wish := func(in *engine.MatchInput) {
		in.Request.Preferences = []engine.Preference{{Kind: engine.TraitGender, Value: "female"}}
	}
	checkWarning(t, engine.WarnUnknown, buddy, []warnRow{
		{"all is known", nothing, ""},
		{"no wish is nothing unknown", func(*engine.MatchInput, *engine.Candidate) {}, ""},
		{"she has not told", func(in *engine.MatchInput, _ *engine.Candidate) { wish(in) }, "ASK_FIRST 15/0 preference_fit"},
		{"nor where she lives", func(in *engine.MatchInput, anna *engine.Candidate) {
			wish(in)
			anna.Home = engine.Place{}
		}, "ASK_FIRST 30/0 proximity preference_fit"},
		{"a factor that is switched off is nothing unknown", func(in *engine.MatchInput, anna *engine.Candidate) {
			anna.Home = engine.Place{}
			delete(in.Weights.By, "proximity")
		}, ""},
	})
}

// The client is of 15 or 16, Anna of 23.
func TestWarnOfABigAgeGap(t *testing.T) {
	t.Parallel()
	born := func(d engine.Date) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.BirthDate = d }
	}
	checkWarning(t, engine.WarnAgeGap, buddy, []warnRow{
		{"eight years", nothing, ""},
		{"fourteen and a half", born("1997-03-20"), ""},
		{"fifteen and a half", born("1996-03-20"), "BIG_AGE_GAP 31/0"},
		{"a day before that birthday", born("1996-03-21"), ""},
		{"exactly fifteen", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Request.Client.AgeTo, anna.BirthDate = 15, "1997-03-20"
		}, "BIG_AGE_GAP 30/0"},
	})
	checkWarning(t, engine.WarnAgeGap, consultation, []warnRow{
		{"without a client there is no gap", born("1980-01-01"), ""},
		{"and an unknown age is none", born(""), ""},
	})
}

func TestWarnWhenTheOnlySuggestionTakesTheLastPlace(t *testing.T) {
	t.Parallel()
	checkWarning(t, engine.WarnLastPlace, buddy, []warnRow{
		{"the first of two places", nothing, ""},
		{"the second of two", func(_ *engine.MatchInput, anna *engine.Candidate) { anna.ActiveRelations = 1 }, "ONLY_ONE_AND_LAST_PLACE 0/2"},
		{"there is somebody else", func(in *engine.MatchInput, anna *engine.Candidate) {
			anna.ActiveRelations = 1
			other := *anna
			other.Expert = "bea"
			in.Candidates = append(in.Candidates, other)
		}, ""},
		{"somebody else whom a rule blocks", func(in *engine.MatchInput, anna *engine.Candidate) {
			anna.ActiveRelations = 1
			other := *anna
			other.Expert, other.ActiveRelations = "bea", 2
			in.Candidates = append(in.Candidates, other)
		}, "ONLY_ONE_AND_LAST_PLACE 0/2"},
	})
}

func TestWarnOfTheThirdReplacement(t *testing.T) {
	t.Parallel()
	ended := func(n int) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, _ *engine.Candidate) { in.RelationsEnded = n }
	}
	checkWarning(t, engine.WarnReplacement, buddy, []warnRow{
		{"the first relation", nothing, ""}, {"the second replacement", ended(2), ""}, {"the third", ended(3), "REPLACED_BEFORE 3/0"}, {"the fifth", ended(5), "REPLACED_BEFORE 5/0"},
	})
	checkWarning(t, engine.WarnReplacement, consultation, []warnRow{{"without a client there is nobody to replace for", ended(3), ""}})
}

func TestWarnOfASensitiveTheme(t *testing.T) {
	t.Parallel()
	asks := func(theme engine.ThemeCode) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, _ *engine.Candidate) {
			in.Request.Themes = append(in.Request.Themes, engine.RequestTheme{Theme: theme, Importance: engine.Nice})
		}
	}
	checkWarning(t, engine.WarnTier3, buddy, []warnRow{
		{"tier 2", nothing, ""},
		{"no theme", func(in *engine.MatchInput, _ *engine.Candidate) { in.Request.Themes = nil }, ""},
		{"tier 3, whether she has it or not", asks("TRAUMA"), "SENSITIVE_THEME"},
	})
	checkWarning(t, engine.WarnOwnTown, buddy, []warnRow{
		{"her own town, tier 2", nothing, ""},
		{"her own town, tier 3", asks("TRAUMA"), "SENSITIVE_THEME_IN_OWN_TOWN"},
		{"another town", func(in *engine.MatchInput, anna *engine.Candidate) {
			asks("TRAUMA")(in, anna)
			anna.Home.Municipality = "GM0627"
		}, ""},
		{"nobody knows where she lives", func(in *engine.MatchInput, anna *engine.Candidate) {
			asks("TRAUMA")(in, anna)
			anna.Home = engine.Place{}
		}, ""},
		{"online", func(in *engine.MatchInput, anna *engine.Candidate) {
			asks("TRAUMA")(in, anna)
			in.Request.Online = true
		}, ""},
	})
}

func TestWarnOfMinorsInTheAudience(t *testing.T) {
	t.Parallel()
	from := func(age int) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, _ *engine.Candidate) { in.Request.AudienceAgeFrom = age }
	}
	checkWarning(t, engine.WarnMinors, talk, []warnRow{
		{"adults", nothing, ""}, {"from seventeen", from(17), "MINORS_IN_AUDIENCE 17/0"}, {"of unknown age", from(0), "MINORS_IN_AUDIENCE"},
		{"in public", func(in *engine.MatchInput, _ *engine.Candidate) {
			in.Request.Audience, in.Request.AudienceAgeFrom, in.Request.Themes = engine.AudiencePublic, 12, nil
		}, "MINORS_IN_AUDIENCE 12/0"},
	})
	checkWarning(t, engine.WarnMinors, buddy, []warnRow{{"one young person is no audience", nothing, ""}})
}

func TestWarnOfWhoDeclinedAsTooMuch(t *testing.T) {
	t.Parallel()
	declined := func(n int) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.DeclinedTooMuch = n }
	}
	checkWarning(t, engine.WarnTooMuch, buddy, []warnRow{{"never", nothing, ""}, {"once", declined(1), ""}, {"twice", declined(2), "DECLINED_TOO_MUCH 2/0"}})
	checkWarning(t, engine.WarnTooMuch, talk, []warnRow{{"one of a pair", declined(3), "anna: DECLINED_TOO_MUCH 3/0"}})
}

func TestWarnOfWhoHasAsManyOpenOffersAsSheMay(t *testing.T) {
	t.Parallel()
	limit := func(_ *engine.MatchInput, anna *engine.Candidate) { anna.AtOfferLimit = true }
	checkWarning(t, engine.WarnOffers, buddy, []warnRow{{"she has room", nothing, ""}, {"she has none", limit, "OFFER_LIMIT"},
		{"it excludes nobody and changes no score", func(in *engine.MatchInput, anna *engine.Candidate) {
			before := suggest(t, *in).Suggestions[0].Score
			limit(in, anna)
			if after := suggest(t, *in).Suggestions[0].Score; after != before {
				t.Errorf("the score is %d, was %d", after, before)
			}
		}, "OFFER_LIMIT"}})
	checkWarning(t, engine.WarnOffers, talk, []warnRow{{"one of a pair", limit, "anna: OFFER_LIMIT"}})
}

func TestWarnOfHoursThatWereNotConfirmed(t *testing.T) {
	t.Parallel()
	confirmed := func(at time.Time) func(*engine.MatchInput, *engine.Candidate) {
		return func(_ *engine.MatchInput, anna *engine.Candidate) { anna.AvailabilityConfirmedAt = &at }
	}
	checkWarning(t, engine.WarnHours, buddy, []warnRow{
		{"never", nothing, "HOURS_NOT_CONFIRMED"},
		{"today", confirmed(saturday), ""},
		{"four weeks ago", confirmed(at("2027-02-20 00:00")), ""},
		{"a day more", confirmed(at("2027-02-19 23:59")), "HOURS_NOT_CONFIRMED 29/0"},
		{"in the future", confirmed(saturday.AddDate(0, 0, 1)), ""},
	})
	checkWarning(t, engine.WarnHours, talk, []warnRow{{"one of a pair", confirmed(saturday), "bram: HOURS_NOT_CONFIRMED"}})
}

func TestWarnOfAPublicHoliday(t *testing.T) {
	t.Parallel()
	holidays := func(days ...engine.Date) func(*engine.MatchInput, *engine.Candidate) {
		return func(in *engine.MatchInput, _ *engine.Candidate) { in.Holidays = days }
	}
	checkWarning(t, engine.WarnHoliday, buddy, []warnRow{
		{"none known", nothing, ""},
		{"on another day", holidays("2027-03-29"), ""},
		{"on a proposed session", holidays("2027-03-25", "2027-04-27"), "PUBLIC_HOLIDAY 2027-03-25, PUBLIC_HOLIDAY 2027-04-27"},
		{"on the last of the series", holidays("2027-06-08"), "PUBLIC_HOLIDAY 2027-06-08"},
		{"on a day she cannot", func(in *engine.MatchInput, anna *engine.Candidate) {
			in.Holidays, in.Request.Windows = []engine.Date{"2027-04-27"}, in.Request.Windows[:1]
			anna.Blackouts = spans{between("2027-04-27 00:00", "2027-04-28 00:00")}
		}, ""},
	})
	checkWarning(t, engine.WarnHoliday, consultation, []warnRow{
		{"after midnight in Amsterdam", func(in *engine.MatchInput, _ *engine.Candidate) {
			in.Request.Options, in.Holidays = spans{span("2027-05-05 00:30", 60)}, []engine.Date{"2027-05-05"}
		}, "PUBLIC_HOLIDAY 2027-05-05"},
	})
}

// A warning about a suggestion may not depend on what only the expert may tell.
func TestWarningsAreTheSameWithoutConsentAndWithoutExperience(t *testing.T) {
	t.Parallel()
	in := buddy()
	in.Request.Themes = append(in.Request.Themes, engine.RequestTheme{Theme: "TRAUMA", Importance: engine.Nice})
	want := suggest(t, in).Suggestions[0].Warnings
	in.Candidates[0].Consents = append(in.Candidates[0].Consents, engine.Consent{Theme: "TRAUMA", Usage: engine.UsageOneToOne, Level: engine.Green})
	in.Candidates[0].Tier3Confirmed = true
	if got := suggest(t, in).Suggestions[0].Warnings; len(got) == 0 || !slices.EqualFunc(got, want, func(a, b engine.Warning) bool { return warningText(a) == warningText(b) }) {
		t.Errorf("warnings %v, want %v", got, want)
	}
}
