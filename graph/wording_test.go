package graph_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"expex/engine"
	"expex/graph"
	"expex/store/storetest"
)

// samples are facts of each code, as the engine makes them.
var samples = []engine.Fact{
	{Code: engine.FactThemeMust, Theme: "OUT_OF_HOME", Level: engine.Green}, {Code: engine.FactThemeMust, Theme: "OUT_OF_HOME", Level: engine.Amber},
	{Code: engine.FactThemeNice, Theme: "SCHOOL_DROPOUT", Level: engine.Green}, {Code: engine.FactThemeNice, Theme: "SCHOOL_DROPOUT", Level: engine.Amber},
	{Code: engine.FactThemeRelated, Theme: "SCHOOL_DROPOUT"}, {Code: engine.FactThemeNone, Theme: "SCHOOL_DROPOUT"}, {Code: engine.FactThemeNone, Theme: "NO_LONGER_THERE"},
	{Code: engine.FactThemesMust, N: 1, Of: 1}, {Code: engine.FactThemesNice, N: 0, Of: 2},
	{Code: engine.FactFeasible, N: 11, Of: 12}, {Code: engine.FactFeasible, N: 1, Of: 1}, {Code: engine.FactFeasible, N: 0, Of: 3},
	{Code: engine.FactConfirmed, N: 0}, {Code: engine.FactConfirmed, N: 1}, {Code: engine.FactConfirmed, N: 9}, {Code: engine.FactNotConfirmed},
	{Code: engine.FactBusyOld}, {Code: engine.FactBusyOld, N: 1}, {Code: engine.FactBusyOld, N: 3},
	{Code: engine.FactTravelMinutes, N: 25, Of: 60}, {Code: engine.FactSameMunicipality}, {Code: engine.FactSameRegion}, {Code: engine.FactNeighbourRegion},
	{Code: engine.FactFarRegion}, {Code: engine.FactOnline}, {Code: engine.FactTravelUnknown},
	{Code: engine.FactWishMet, Kind: engine.TraitGender}, {Code: engine.FactWishNotMet, Kind: engine.TraitLanguage},
	{Code: engine.FactWishUnknown, Kind: engine.TraitContactForm}, {Code: engine.FactWishMet, Kind: engine.TraitActivity},
	{Code: engine.FactAgeGap, N: 0}, {Code: engine.FactAgeGap, N: 1}, {Code: engine.FactAgeGap, N: 2}, {Code: engine.FactAgeGap, N: 11}, {Code: engine.FactAgeUnknown},
	{Code: engine.FactAgeGap, N: -1}, {Code: engine.FactAgeGap, N: -4},
	{Code: engine.FactLoad, N: 1, Of: 2}, {Code: engine.FactOfferedLately},
	{Code: engine.FactPractice, N: 0}, {Code: engine.FactPractice, N: 1}, {Code: engine.FactPractice, N: 5},
}

// warningSamples are warnings of each code, as the engine makes them.
var warningSamples = []engine.Warning{
	{Code: engine.WarnUnknown, N: 30, Factors: []engine.FactorName{"proximity", "preference_fit"}}, {Code: engine.WarnUnknown, N: 15, Factors: []engine.FactorName{"proximity"}},
	{Code: engine.WarnAgeGap, N: 31}, {Code: engine.WarnLastPlace, Of: 2}, {Code: engine.WarnLastPlace, Of: 1}, {Code: engine.WarnUnknown, N: 45, Factors: []engine.FactorName{"proximity", "preference_fit", "age_nearness"}}, {Code: engine.WarnReplacement, N: 3}, {Code: engine.WarnTier3},
	{Code: engine.WarnOwnTown, Expert: "anouk"}, {Code: engine.WarnMinors}, {Code: engine.WarnMinors, N: 14}, {Code: engine.WarnTooMuch, N: 2}, {Code: engine.WarnOffers},
	{Code: engine.WarnHours}, {Code: engine.WarnHours, N: 29, Expert: "anouk"}, {Code: engine.WarnHoliday, Day: "2027-04-27"},
}

var wordedThemes = map[engine.ThemeCode]engine.Theme{
	"OUT_OF_HOME":    {Code: "OUT_OF_HOME", NL: "uithuisplaatsing", EN: "out-of-home placement"},
	"SCHOOL_DROPOUT": {Code: "SCHOOL_DROPOUT", NL: "schooluitval / thuiszitten", EN: "school drop-out"},
}

// TestEverySentence writes every sentence that can be made into a golden file,
// for people to read.
func TestEverySentence(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	say := func(what string, words func(graph.Wording) string) {
		texts := map[graph.Language]string{}
		for _, language := range []graph.Language{graph.Dutch, graph.English} {
			w := graph.Wording{Language: language, Themes: wordedThemes, Names: map[engine.ExpertID]string{"anouk": "Anouk"}}
			texts[language] = words(w)
			if texts[language] == "" || strings.Contains(texts[language], "%!") {
				t.Errorf("%s has no words in %s: %q", what, language, texts[language])
			}
		}
		fmt.Fprintf(&out, "%s\n  NL  %s\n  EN  %s\n", what, texts[graph.Dutch], texts[graph.English])
	}
	out.WriteString("# Hard rules\n")
	var codes []engine.RuleCode
	for _, rule := range engine.Rules {
		codes = append(codes, rule.Code)
	}
	for _, rule := range engine.TeamRules {
		if !slices.Contains(codes, rule.Code) {
			codes = append(codes, rule.Code)
		}
	}
	for _, code := range append(codes, engine.OtherRule) {
		say(string(code), func(w graph.Wording) string { return w.Rule(code) })
	}
	out.WriteString("\n# Factors\n")
	for _, factor := range engine.Factors {
		say(string(factor.Name), func(w graph.Wording) string { return w.Factor(factor.Name) })
	}
	out.WriteString("\n# Facts\n")
	for _, fact := range samples {
		what := strings.Join(strings.Fields(fmt.Sprintf("%s %s %s %s", fact.Code, fact.Theme, fact.Level, fact.Kind)), " ")
		if fact.N != 0 || fact.Of != 0 {
			what += fmt.Sprintf(" %d/%d", fact.N, fact.Of)
		}
		say(what, func(w graph.Wording) string { return w.Sentence(engine.FactorScore{Facts: []engine.Fact{fact}}) })
	}
	out.WriteString("\n# Warnings\n")
	for _, x := range warningSamples {
		say(fmt.Sprintf("%s %d %s", x.Code, x.N, x.Expert), func(w graph.Wording) string { return w.Warning(x) })
	}
	out.WriteString("\n# Empty answers\n")
	for _, reason := range []engine.EmptyReason{engine.EmptyNoTime, engine.EmptyNoPool, engine.EmptyPoolTooSmall, engine.EmptyAllExcluded, engine.EmptyTooFew, engine.EmptyNoTeam} {
		say(string(reason), func(w graph.Wording) string { return w.Empty(reason) })
	}
	out.WriteString("\n# Together\n")
	load := []engine.Fact{{Code: engine.FactLoad, N: 1, Of: 2, Expert: "anouk"}, {Code: engine.FactLoad, N: 0, Of: 2, Expert: "somebody out of sight"}}
	say("a factor about a team", func(w graph.Wording) string { return w.Sentence(engine.FactorScore{Facts: load}) })
	say("a suggestion", func(w graph.Wording) string {
		return w.Summary(engine.Suggestion{Factors: []engine.FactorScore{{Facts: samples[:1]}, {}, {Facts: load[:1]}}})
	})
	for _, gain := range []engine.Gain{{Points: 875, Fact: engine.Fact{Code: engine.FactThemeNone, Theme: "SCHOOL_DROPOUT"}}, {Points: 126, Fact: engine.Fact{Code: engine.FactFeasible, N: 12, Of: 12}},
		{Points: 126, Fact: engine.Fact{Code: engine.FactFeasible, N: 1, Of: 12}}, {Points: 126, Fact: engine.Fact{Code: engine.FactFeasible, N: 22, Of: 26}},
		{Points: 126, Fact: engine.Fact{Code: engine.FactFeasible, N: 13, Of: 26}}, {Points: 126, Fact: engine.Fact{Code: engine.FactFeasible, N: 23, Of: 26}},
		{Points: 50, Fact: engine.Fact{Code: engine.FactSameRegion}}} {
		say("a gain by "+string(gain.Fact.Code), func(w graph.Wording) string { return w.Gain(gain) })
	}
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []engine.Occurrence{{Day: "2027-04-06", Slot: &engine.Interval{Start: storetest.Now, End: storetest.Now.Add(time.Hour)}},
		{Day: "2027-04-06", Blocked: []engine.RuleCode{"CONDUCT_CERT_INVALID", "OVERLAP"}}} {
		say(fmt.Sprintf("a session of a series, blocked by %v", o.Blocked), func(w graph.Wording) string { return w.SeriesSession(o, zone) })
	}
	for day := range 7 {
		start := storetest.Now.AddDate(0, 0, day)
		say("a slot on "+start.Weekday().String(), func(w graph.Wording) string {
			return w.Slot(engine.Interval{Start: start, End: start.Add(90 * time.Minute)}, zone)
		})
	}
	golden(t, filepath.Join("testdata", "wording.golden.txt"), []byte(out.String()))
}

// The engine's own sources say which codes there are.
func TestEveryCodeOfTheEngineHasWords(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../engine/*.go")
	if err != nil {
		t.Fatal(err)
	}
	facts := regexp.MustCompile(`\bFact\w+\s+FactCode = "(\w+)"`)
	rules := regexp.MustCompile(`\bCode:\s+"([A-Z0-9_]+)"`)
	names := regexp.MustCompile(`\bName:\s+"(\w+)"`)
	warnings := regexp.MustCompile(`\bWarn\w+\s+WarningCode = "(\w+)"`)
	seen := map[string]int{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range facts.FindAllSubmatch(source, -1) {
			seen["facts"]++
			code := engine.FactCode(match[1])
			if !slices.ContainsFunc(samples, func(f engine.Fact) bool { return f.Code == code }) {
				t.Errorf("%s: fact %s is not among the samples", file, code)
			}
		}
		w := graph.Wording{Language: graph.English}
		for _, match := range rules.FindAllSubmatch(source, -1) {
			seen["rules"]++
			if w.Rule(engine.RuleCode(match[1])) == "" {
				t.Errorf("%s: rule %s has no words", file, match[1])
			}
		}
		for _, match := range warnings.FindAllSubmatch(source, -1) {
			seen["warnings"]++
			if code := engine.WarningCode(match[1]); !slices.ContainsFunc(warningSamples, func(w engine.Warning) bool { return w.Code == code }) {
				t.Errorf("%s: warning %s is not among the samples", file, code)
			}
		}
		for _, match := range names.FindAllSubmatch(source, -1) {
			seen["factors"]++
			if w.Factor(engine.FactorName(match[1])) == "" {
				t.Errorf("%s: factor %s has no words", file, match[1])
			}
		}
	}
	if seen["facts"] < 20 || seen["rules"] < 17 || seen["warnings"] < 10 || seen["factors"] != len(engine.Factors) {
		t.Errorf("found only %v: are the sources written differently now?", seen)
	}
}

func TestEveryObstacleHasWords(t *testing.T) {
	t.Parallel()
	for _, code := range engine.SlotObstacleCodes {
		for _, language := range []graph.Language{graph.Dutch, graph.English} {
			if (graph.Wording{Language: language}).SlotObstacle(code) == "" {
				t.Errorf("%s has no words in %s", code, language)
			}
		}
	}
}
