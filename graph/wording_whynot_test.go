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
)

// obstacles are rules that block somebody, with each detail the engine makes.
var obstacles = []engine.Obstacle{
	{Code: "NOT_DEPLOYABLE", Details: []engine.Detail{{Code: engine.DetailStatus}}}, {Code: "NOT_DEPLOYABLE", Details: []engine.Detail{{Code: engine.DetailNotCertified}}},
	{Code: "NOT_DEPLOYABLE", Details: []engine.Detail{{Code: engine.DetailCertifiedFrom, Day: "2027-12-15"}}},
	{Code: "TYPE_NOT_TRAINED"}, {Code: "TYPE_NOT_TRAINED", Details: []engine.Detail{{Code: engine.DetailTrainedFrom, Day: "2027-05-01"}}},
	{Code: "CONDUCT_CERT_INVALID", Details: []engine.Detail{{Code: engine.DetailCertificateUntil, Day: "2027-03-31", N: 4, Of: 12, Min: 6}}},
	{Code: "CONDUCT_CERT_INVALID", Details: []engine.Detail{{Code: engine.DetailNoCertificate}}},
	{Code: "AGREEMENT_MISSING", Details: []engine.Detail{{Code: engine.DetailNoAgreement}, {Code: engine.DetailNoNDA}}},
	{Code: "NO_THEME_CONSENT"},
	{Code: "AGE_RULE", Details: []engine.Detail{{Code: engine.DetailAgeUnknown}}}, {Code: "AGE_RULE", Details: []engine.Detail{{Code: engine.DetailAge, N: 17, Of: 18}}},
	{Code: "AGE_RULE", Details: []engine.Detail{{Code: engine.DetailAdultFrom, Day: "2027-08-09"}}},
	{Code: "CAPACITY", Details: []engine.Detail{{Code: engine.DetailRelations, N: 2, Of: 2}}}, {Code: "CAPACITY", Details: []engine.Detail{{Code: engine.DetailSessionTooLong, N: 240, Of: 180}}},
	{Code: "CAPACITY", Details: []engine.Detail{{Code: engine.DetailPerWeek, N: 1}, {Code: engine.DetailLeaves, N: 0, Of: 3, Min: 1}}},
	{Code: "NOT_AVAILABLE", Details: []engine.Detail{{Code: engine.DetailLeaves, N: 5, Of: 12, Min: 6}}}, {Code: "NOT_AVAILABLE", Details: []engine.Detail{{Code: engine.DetailNoHours}}},
	{Code: "NOT_AVAILABLE", Details: []engine.Detail{{Code: engine.DetailNothingAsked}}}, {Code: "NOT_AVAILABLE", Details: []engine.Detail{{Code: engine.DetailTooFewTimes, N: 3, Min: 6}}},
	{Code: "NOT_AVAILABLE", Details: []engine.Detail{{Code: engine.DetailTooFewTimes, N: 1, Min: 2}}}, {Code: "PAIR_RULE", Details: []engine.Detail{{Code: engine.DetailNobodyPractised, Of: 1}}},
	{Code: "NOT_AVAILABLE", Details: []engine.Detail{{Code: engine.DetailLeaves, N: 8, Of: 12, Min: 6}, {Code: engine.DetailTogether, N: 4, Of: 12, Min: 6}}},
	{Code: "NOT_AVAILABLE", Details: []engine.Detail{{Code: engine.DetailNoCommonTime, Min: 1}}},
	{Code: "OVERLAP", Details: []engine.Detail{{Code: engine.DetailLeaves, N: 0, Of: 1, Min: 1}}},
	{Code: "TRAVEL_LIMIT", Details: []engine.Detail{{Code: engine.DetailTravel, N: 74, Of: 60}}},
	{Code: "OUT_OF_SERVICE_AREA", Details: []engine.Detail{{Code: engine.DetailPlace, Municipality: "GM0627"}}},
	{Code: "OUT_OF_SERVICE_AREA", Details: []engine.Detail{{Code: engine.DetailPlace, Municipality: "GM9999"}}},
	{Code: "MUST_PREFERENCE", Details: []engine.Detail{{Code: engine.DetailTraitDiffers, Kind: engine.TraitGender}, {Code: engine.DetailTraitUnknown, Kind: engine.TraitLanguage}}},
	{Code: "REST_PERIOD", Details: []engine.Detail{{Code: engine.DetailPausedUntil, Day: "2027-05-20"}, {Code: engine.DetailLeaves, N: 4, Of: 12, Min: 6}}},
	{Code: "TIER3_NOT_CONFIRMED"},
	{Code: "PAIR_RULE", Details: []engine.Detail{{Code: engine.DetailNoPartner}}}, {Code: "PAIR_RULE", Details: []engine.Detail{{Code: engine.DetailNobodyPractised, Of: 3}}},
	{Code: engine.OtherRule},
}

// changes are of each kind and of each size that has words of its own.
func changes() []engine.Change {
	tuesday := engine.WeekWindow{Weekday: engine.Tuesday, Starts: "15:00", Ends: "16:00"}
	option := engine.Interval{Start: time.Date(2027, 4, 6, 11, 0, 0, 0, time.UTC), End: time.Date(2027, 4, 6, 12, 0, 0, 0, time.UTC)}
	var out []engine.Change
	for _, minutes := range []int{15, 30, 45, 60, 75, 90, 120, 165, 240} {
		out = append(out, engine.Change{Kind: engine.ChangeEndsLater, By: minutes, Window: tuesday})
	}
	for _, day := range []engine.Weekday{engine.Monday, engine.Wednesday, engine.Thursday, engine.Friday, engine.Saturday, engine.Sunday} {
		out = append(out, engine.Change{Kind: engine.ChangeAlsoWeekday, By: 1, Window: engine.WeekWindow{Weekday: day, Starts: "15:00", Ends: "18:00"}})
	}
	return append(out,
		engine.Change{Kind: engine.ChangeEndsLater, By: 60, Option: option},
		engine.Change{Kind: engine.ChangeStartsEarlier, By: 30, Window: tuesday},
		engine.Change{Kind: engine.ChangeStartsEarlier, By: 30, Option: option},
		engine.Change{Kind: engine.ChangeAlsoDay, By: 3, Option: option},
		engine.Change{Kind: engine.ChangeStartLater, By: 1}, engine.Change{Kind: engine.ChangeStartLater, By: 3},
		engine.Change{Kind: engine.ChangeStartEarlier, By: 1}, engine.Change{Kind: engine.ChangeStartEarlier, By: 2},
		engine.Change{Kind: engine.ChangeShorter, By: 30, From: 90},
		engine.Change{Kind: engine.ChangeTravel, By: 15, From: 60},
		engine.Change{Kind: engine.ChangeLessOften, By: 1, From: 1}, engine.Change{Kind: engine.ChangeLessOften, By: 2, From: 2},
		engine.Change{Kind: engine.ChangeOnline, By: 1},
		engine.Change{Kind: engine.ChangeFewer, By: 4, From: 12}, engine.Change{Kind: engine.ChangeFewer, By: 1, From: 2},
		engine.Change{Kind: engine.ChangeWish, By: 1, Wish: engine.Preference{Kind: engine.TraitLanguage, Value: "Arabisch", Must: true}},
		engine.Change{Kind: engine.ChangeArea, By: 1, Municipality: "GM0627"},
		engine.Change{Kind: engine.ChangeWeekCap, By: 1}, engine.Change{Kind: engine.ChangeRelationCap, By: 1}, engine.Change{Kind: engine.ChangeTeam, By: 1, From: 3},
		engine.Change{Kind: engine.ChangeWeekCap, By: 1, From: 2}, engine.Change{Kind: engine.ChangeRelationCap, By: 1, From: 2},
		engine.Change{Kind: engine.ChangeTeam, By: 1, From: 2},
	)
}

// TestEverySentenceOfWhyNot writes every sentence about why not into a golden
// file, for people to read.
func TestEverySentenceOfWhyNot(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	say := func(what string, words func(graph.Wording) string) {
		fmt.Fprintln(&out, what)
		for _, language := range []graph.Language{graph.Dutch, graph.English} {
			w := graph.Wording{Language: language, Municipalities: map[engine.MunicipalityCode]string{"GM0627": "Waddinxveen"}}
			text := words(w)
			if text == "" || strings.HasSuffix(text, ": ") || strings.Contains(text, "%!") || strings.Contains(text, ": ;") {
				t.Errorf("%s has no words in %s: %q", what, language, text)
			}
			fmt.Fprintf(&out, "  %s  %s\n", language, text)
		}
	}
	out.WriteString("# Obstacles\n")
	for _, o := range obstacles {
		what := string(o.Code)
		for _, d := range o.Details {
			what += " " + string(d.Code)
		}
		say(what, func(w graph.Wording) string { return w.Obstacle(o) })
	}
	out.WriteString("\n# Changes\n")
	for _, c := range changes() {
		say(fmt.Sprintf("%s %d", c.Kind, c.By), func(w graph.Wording) string { return w.Change(c) })
	}
	out.WriteString("\n# Together\n")
	list := changes()
	say("two changes", func(w graph.Wording) string {
		return w.Proposal(engine.Proposal{Changes: []engine.Change{list[3], list[len(list)-2]}})
	})
	standing := engine.Standing{Rank: 2, Of: 7, Own: engine.Suggestion{Score: 7224}, Best: engine.Suggestion{Score: 8999}, Differences: []engine.Difference{
		{Factor: "theme_fit", Points: 350}, {Factor: "availability_fit"}, {Factor: "proximity", Points: -750}, {Factor: "load_balance", Points: -1375}}}
	say("a standing", func(w graph.Wording) string { return w.Standing(standing) })
	say("a standing with equal points", func(w graph.Wording) string { return w.Standing(engine.Standing{Rank: 2, Of: 2}) })
	say("a standing above the first, with less known", func(w graph.Wording) string {
		return w.Standing(engine.Standing{Rank: 2, Of: 2, Own: engine.Suggestion{Score: 5}})
	})
	say("a standing behind what is listed", func(w graph.Wording) string {
		return w.Standing(engine.Standing{Of: 3000, Best: engine.Suggestion{Score: 5}})
	})
	say("the best", func(w graph.Wording) string { return w.Standing(engine.Standing{Rank: 1, Of: 7}) })
	golden(t, filepath.Join("testdata", "wording_whynot.golden.txt"), []byte(out.String()))
}

// The engine's own sources say which details and kinds of change there are.
func TestEveryDetailAndChangeOfTheEngineIsAmongTheSamples(t *testing.T) {
	t.Parallel()
	whynot, err := os.ReadFile("../engine/whynot_detail.go")
	if err != nil {
		t.Fatal(err)
	}
	change, err := os.ReadFile("../engine/change.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, match := range regexp.MustCompile(`\bDetail\w+\s+DetailCode = "(\w+)"`).FindAllSubmatch(whynot, -1) {
		found++
		if !slices.ContainsFunc(obstacles, func(o engine.Obstacle) bool {
			return slices.ContainsFunc(o.Details, func(d engine.Detail) bool { return string(d.Code) == string(match[1]) })
		}) {
			t.Errorf("detail %s is not among the samples", match[1])
		}
	}
	for _, match := range regexp.MustCompile(`\bChange\w+\s+ChangeKind = "(\w+)"`).FindAllSubmatch(change, -1) {
		found++
		if !slices.ContainsFunc(changes(), func(c engine.Change) bool { return string(c.Kind) == string(match[1]) }) {
			t.Errorf("change %s is not among the samples", match[1])
		}
	}
	if found < 40 {
		t.Errorf("found only %d: are the sources written differently now?", found)
	}
}
