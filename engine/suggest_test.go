package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"expex/engine"
)

// ranked lists the suggested experts, best first: "anna, bram" for single
// experts, "anna+bram" for a team.
func ranked(r engine.Ranking) string {
	var teams []string
	for _, s := range r.Suggestions {
		var ids []string
		for _, id := range s.Experts {
			ids = append(ids, string(id))
		}
		teams = append(teams, strings.Join(ids, "+"))
	}
	return strings.Join(teams, ", ")
}

// excludedText writes the counts: "CODE n" or "CODE some".
func excludedText(list []engine.ExcludedCount) string {
	var out []string
	for _, e := range list {
		if e.Some {
			out = append(out, fmt.Sprintf("%s some", e.Code))
			continue
		}
		out = append(out, fmt.Sprintf("%s %d", e.Code, e.Count))
	}
	return strings.Join(out, ", ")
}

// several gives the buddy request that many candidates like Anna, called a, b, …
// They share her lists: replace one, never write into it.
func several(n int) engine.MatchInput {
	in := buddy()
	anna := in.Candidates[0]
	in.Candidates = nil
	for i := range n {
		anna.Expert = engine.ExpertID(rune('a' + i))
		in.Candidates = append(in.Candidates, anna)
	}
	return in
}

func TestSuggestOrders(t *testing.T) {
	t.Parallel()
	days := func(ago int) *time.Time { return ptr(saturday.AddDate(0, 0, -ago)) }
	// coverage leaves 53 % of the weight known of a, all of b, 76 % of c.
	coverage := func(low int) func(in *engine.MatchInput, a, b, c *engine.Candidate) {
		return func(in *engine.MatchInput, a, b, _ *engine.Candidate) {
			in.Policy.LowCoverage = low
			in.Request.Themes = nil
			in.Request.Preferences = []engine.Preference{{Kind: engine.TraitGender, Value: "female"}}
			a.Home, b.Traits = engine.Place{}, []engine.Trait{{Kind: engine.TraitGender, Value: "male"}}
		}
	}
	for _, c := range []struct {
		name   string
		change func(in *engine.MatchInput, a, b, c *engine.Candidate)
		want   string
	}{
		{"by id when all is equal", func(_ *engine.MatchInput, _, _, _ *engine.Candidate) {}, "a, b, c"},
		{"by score", func(_ *engine.MatchInput, a, b, c *engine.Candidate) {
			a.TravelMinutes, b.TravelMinutes, c.TravelMinutes = ptr(22), ptr(21), ptr(20)
		}, "c, b, a"},
		{"by the exact score where the rounded ones are equal", func(in *engine.MatchInput, a, b, c *engine.Candidate) {
			in.Weights.By["proximity"], in.Weights.By["theme_fit"] = 1, 49
			a.MaxTravelMinutes, b.MaxTravelMinutes, c.MaxTravelMinutes = 600, 600, 600
			a.TravelMinutes, b.TravelMinutes, c.TravelMinutes = ptr(59), ptr(58), ptr(57) // 9993.27, 9993.44, 9993.62
		}, "c, b, a"},
		{"longest since the last offer, never first", func(_ *engine.MatchInput, a, b, _ *engine.Candidate) {
			a.LastOfferAt, b.LastOfferAt = days(10), days(11)
		}, "c, b, a"},
		{"lower load before the last offer", func(in *engine.MatchInput, a, b, c *engine.Candidate) {
			delete(in.Weights.By, "load_balance")
			a.ActiveRelations, b.LastOfferAt, c.LastOfferAt = 1, days(10), days(11)
		}, "c, b, a"},
		{"load as a share of the cap", func(in *engine.MatchInput, a, b, c *engine.Candidate) {
			delete(in.Weights.By, "load_balance")
			in.Policy.ActiveRelations = 4
			a.ActiveRelations, b.ActiveRelations, c.ActiveRelations = 1, 1, 1
			a.Caps.ActiveRelations, b.Caps.ActiveRelations = 2, 3
		}, "c, b, a"},
		{"too little known comes last, whatever the score", coverage(76), "c, b, a"},
		{"a percent more asked, and c joins a at the end", coverage(77), "b, a, c"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := several(3)
			c.change(&in, &in.Candidates[0], &in.Candidates[1], &in.Candidates[2])
			ranking, err := engine.Suggest(in)
			if got := ranked(ranking); err != nil || got != c.want {
				t.Errorf("order %s, want %s (%v)", got, c.want, err)
			}
		})
	}
}

func TestACandidateIsCountedOnceUnderTheFirstRuleThatBlocksHer(t *testing.T) {
	t.Parallel()
	in := several(7)
	in.Candidates[0].AgreementOn = ""
	in.Candidates[0].Consents = nil
	in.Candidates[1].Consents = nil
	in.Candidates[1].TravelMinutes = ptr(61)
	in.Candidates[2].TravelMinutes = ptr(61)
	in.Candidates[3].TravelMinutes = ptr(61)
	in.Candidates[3].FoldExclusions = true
	in.Candidates[4].Rules = nil
	in.Candidates[4].Blackouts = spans{between("2027-01-01 00:00", "2028-01-01 00:00")}
	in.Candidates[5].FoldExclusions = true // and suggested all the same
	ranking, err := engine.Suggest(in)
	if err != nil {
		t.Fatal(err)
	}
	want := "AGREEMENT_MISSING 1, NO_THEME_CONSENT 1, NOT_AVAILABLE 1, TRAVEL_LIMIT 1, OTHER 1"
	if got := excludedText(ranking.Excluded); got != want {
		t.Errorf("excluded %s, want %s", got, want)
	}
	if got := ranked(ranking); got != "f, g" || ranking.Candidates != 7 {
		t.Errorf("suggested %s of %d, want f, g of 7", got, ranking.Candidates)
	}
}

func TestWhenOnlySeveralRulesTogetherCloseTooMuchSheIsNotAvailable(t *testing.T) {
	t.Parallel()
	in := several(5)
	// Half of the weeks must fit. Four are taken by the certificate, four by the
	// training: each leaves enough, both do not.
	in.Candidates[0].Certificates = []engine.Valid{{To: "2027-05-17"}}
	in.Candidates[0].Trained = []engine.Training{{Type: engine.Buddy, From: "2027-04-19"}}
	ranking, err := engine.Suggest(in)
	if err != nil {
		t.Fatal(err)
	}
	if got := excludedText(ranking.Excluded); got != "NOT_AVAILABLE 1" {
		t.Errorf("excluded %s, want NOT_AVAILABLE 1", got)
	}
}

func TestASmallPoolShowsSomeInsteadOfANumber(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pool int
		want string
	}{{4, "AGREEMENT_MISSING some"}, {5, "AGREEMENT_MISSING 2"}} {
		in := several(c.pool)
		in.Candidates[0].AgreementOn, in.Candidates[1].AgreementOn = "", ""
		ranking, err := engine.Suggest(in)
		if got := excludedText(ranking.Excluded); err != nil || got != c.want {
			t.Errorf("a pool of %d: excluded %s, want %s", c.pool, got, c.want)
		}
	}
}

func TestARequestThatNobodyCouldFillBlamesNoOtherRule(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(in *engine.MatchInput)
	}{
		{"nothing is asked", func(in *engine.MatchInput) { in.Request.Windows = nil }},
		{"what was asked has passed", func(in *engine.MatchInput) { in.Request.Until = "2027-03-19" }},
		{"the period holds none of the weekdays", func(in *engine.MatchInput) { in.Request.From, in.Request.Until = "2027-03-26", "2027-03-29" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := several(5)
			in.Candidates[0].Booked = []engine.Booked{booked("2027-03-23 10:00"), booked("2027-03-23 13:00")}
			in.Candidates[1].Certificates = []engine.Valid{{To: "2027-03-26"}}
			in.Candidates[2].RelationClosedOn = "2027-03-15"
			c.change(&in)
			ranking, err := engine.Suggest(in)
			if got := excludedText(ranking.Excluded); err != nil || got != "NOT_AVAILABLE 5" {
				t.Errorf("excluded %s, want NOT_AVAILABLE 5 (%v)", got, err)
			}
		})
	}
}

func TestAnEmptyRankingSaysWhy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(in *engine.MatchInput)
		want   engine.EmptyReason
	}{
		{"there are some", func(*engine.MatchInput) {}, ""},
		{"what was asked has passed", func(in *engine.MatchInput) { in.Now = at("2027-05-01 12:00") }, engine.EmptyNoTime},
		{"nothing is asked", func(in *engine.MatchInput) { in.Request.Options = nil }, engine.EmptyNoTime},
		{"the times are shorter than a session", func(in *engine.MatchInput) { in.Request.Minutes = 181 }, engine.EmptyNoTime},
		{"nobody is in the pool", func(in *engine.MatchInput) { in.Candidates = nil }, engine.EmptyNoPool},
		{"more are asked than exist", func(in *engine.MatchInput) { in.Request.TeamSize = 3 }, engine.EmptyPoolTooSmall},
		{"rules leave nobody", func(in *engine.MatchInput) { in.Candidates[0].NDAOn, in.Candidates[1].NDAOn = "", "" }, engine.EmptyAllExcluded},
		{"rules leave one", func(in *engine.MatchInput) { in.Candidates[0].NDAOn = "" }, engine.EmptyTooFew},
		{"two newcomers", func(in *engine.MatchInput) { in.Candidates[0].CompletedOfType = 0 }, engine.EmptyNoTeam},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := talk()
			c.change(&in)
			ranking := suggest(t, in)
			if ranking.Empty != c.want || (c.want == "") != (len(ranking.Suggestions) > 0) {
				t.Errorf("%d suggestions, empty because %q, want %q", len(ranking.Suggestions), ranking.Empty, c.want)
			}
		})
	}
}

func TestWhoFitsInNoTeamIsCountedByWhatStandsInTheWay(t *testing.T) {
	t.Parallel()
	group := func(theme engine.ThemeCode) []engine.Consent {
		return []engine.Consent{{Theme: theme, Usage: engine.UsageClosedGroup, Level: engine.Green}}
	}
	for _, c := range []struct {
		name   string
		change func(in *engine.MatchInput)
		want   string
	}{
		{"nothing", func(*engine.MatchInput) {}, ""},
		{"nobody to go with", func(in *engine.MatchInput) { in.Candidates = in.Candidates[:1] }, "PAIR_RULE 1"},
		{"no common time", func(in *engine.MatchInput) {
			in.Candidates[0].Rules = []engine.AvailabilityRule{hours(engine.Tuesday, "13:00", "16:00")}
			in.Candidates[1].Rules = []engine.AvailabilityRule{hours(engine.Wednesday, "13:00", "16:00")}
		}, "NOT_AVAILABLE 2"},
		{"no theme covered together", func(in *engine.MatchInput) {
			in.Request.Themes = append(in.Request.Themes, engine.RequestTheme{Theme: "BULLYING", Importance: engine.Must})
		}, "NO_THEME_CONSENT 2"},
		{"no common time and no theme covered", func(in *engine.MatchInput) {
			in.Request.Themes = append(in.Request.Themes, engine.RequestTheme{Theme: "BULLYING", Importance: engine.Must})
			in.Candidates[0].Rules = []engine.AvailabilityRule{hours(engine.Tuesday, "13:00", "16:00")}
			in.Candidates[1].Rules = []engine.AvailabilityRule{hours(engine.Wednesday, "13:00", "16:00")}
		}, "NOT_AVAILABLE 2"},
		{"nobody experienced", func(in *engine.MatchInput) { in.Candidates[0].CompletedOfType = 0 }, "PAIR_RULE 2"},
		{"a third whom both exclude", func(in *engine.MatchInput) {
			third := ordinary("chris", engine.Talk, group("TRANSITION_18")...)
			third.CompletedOfType, third.ExcludedExperts = 3, []engine.ExpertID{"anna", "bram"}
			in.Candidates = append(in.Candidates, third)
		}, "PAIR_RULE 1"},
		{"a third who folds her exclusions", func(in *engine.MatchInput) {
			third := ordinary("chris", engine.Talk, group("TRANSITION_18")...)
			third.ExcludedExperts, third.FoldExclusions = []engine.ExpertID{"anna", "bram"}, true
			in.Candidates = append(in.Candidates, third)
		}, "OTHER 1"},
		{"a member blocked and one left alone", func(in *engine.MatchInput) { in.Candidates[0].Consents = nil }, "NO_THEME_CONSENT 1, PAIR_RULE 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := talk()
			in.Policy.SmallPool = 0
			c.change(&in)
			ranking, err := engine.Suggest(in)
			if got := excludedText(ranking.Excluded); err != nil || got != c.want {
				t.Errorf("excluded %q, want %q (%v)", got, c.want, err)
			}
		})
	}
}

func TestOfAVeryLargePoolTheBestAreShownAndAllAreCounted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ pool, shown int }{{1770, 1770}, {1771, engine.MaxSuggestions}} {
		in := consultation()
		anna := in.Candidates[0]
		in.Candidates = nil
		for i := range c.pool {
			anna.Expert = engine.ExpertID(fmt.Sprintf("e%04d", i))
			in.Candidates = append(in.Candidates, anna)
		}
		ranking := suggest(t, in)
		if len(ranking.Suggestions) != c.shown || ranking.Total != c.pool || ranking.AtLeast || ranking.Suggestions[0].Experts[0] != "e0000" {
			t.Errorf("of %d: %d suggestions of %d (at least: %t), want %d", c.pool, len(ranking.Suggestions), ranking.Total, ranking.AtLeast, c.shown)
		}
	}
}

// Nothing tells these people apart, so every bound is a tie.
func TestTheBestOfManyEqualTeamsAreFound(t *testing.T) {
	t.Parallel()
	in := talk()
	in.Type.TeamMax, in.Request.TeamSize = 6, 6
	anna := in.Candidates[0]
	in.Candidates = nil
	for i := range 60 {
		anna.Expert = engine.ExpertID(fmt.Sprintf("e%02d", i))
		in.Candidates = append(in.Candidates, anna)
	}
	ranking, err := engine.Suggest(in) // 50,063,860 teams
	if err != nil || len(ranking.Suggestions) != engine.MaxSuggestions || !ranking.AtLeast || ranking.Total < engine.MaxSuggestions || len(ranking.Excluded) > 0 {
		t.Fatalf("%d of %d suggestions (at least: %t), excluded %v, %v", len(ranking.Suggestions), ranking.Total, ranking.AtLeast, ranking.Excluded, err)
	}
	for i, s := range ranking.Suggestions {
		if want := []engine.ExpertID{"e00", "e01", "e02", "e03", "e04", engine.ExpertID(fmt.Sprintf("e%02d", 5+i))}; !slices.Equal(s.Experts, want) {
			t.Fatalf("place %d has %v, want %v", i+1, s.Experts, want)
		}
	}
}

func TestARankingNamesItsVersions(t *testing.T) {
	t.Parallel()
	ranking, err := engine.Suggest(buddy())
	if err != nil || ranking.EngineVersion != engine.Version || ranking.WeightsVersion != "default-1/BUDDY" {
		t.Errorf("versions %s and %s (%v)", ranking.EngineVersion, ranking.WeightsVersion, err)
	}
	if slices.ContainsFunc(ranking.Suggestions, func(s engine.Suggestion) bool { return s.Needed != 12 }) {
		t.Error("a relation of twelve meetings needs twelve")
	}
}
