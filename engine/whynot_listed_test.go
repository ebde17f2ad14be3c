package engine_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"expex/engine"
)

// troupe is a talk for which any two of so many could be asked.
func troupe(n, size int) engine.MatchInput {
	in := talk()
	in.Request.TeamSize = size
	anna := in.Candidates[0]
	in.Candidates = nil
	for i := range n {
		anna.Expert = engine.ExpertID(fmt.Sprintf("e%04d", i))
		in.Candidates = append(in.Candidates, anna)
	}
	return in
}

// A ranking lists only the best of very many teams. Whoever is in another one is
// suggested all the same: nothing blocks her.
func TestNothingBlocksWhoeverIsSuggestedBehindTheListedOnes(t *testing.T) {
	t.Parallel()
	in := troupe(61, 2)
	in.Candidates[60].CompletedOfType, in.Candidates[59].CompletedOfType = 0, 0 // no pair of these two
	last := in.Candidates[60].Expert
	ranking, err := engine.Suggest(in)
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(ranking.Suggestions, func(s engine.Suggestion) bool { return slices.Contains(s.Experts, last) }) {
		t.Fatal("she is listed: the test means nothing")
	}
	answer := whyNot(t, in, last)
	if len(answer.Obstacles) > 0 || answer.Standing == nil {
		t.Fatalf("%v, standing %v", obstaclesText(answer.Obstacles), answer.Standing)
	}
	s := answer.Standing
	if s.Rank != 0 || s.Of != ranking.Total || !slices.Contains(s.Own.Experts, last) || s.Own.Score > s.Best.Score {
		t.Errorf("%+v", s)
	}
	sum := 0
	for _, d := range s.Differences {
		sum += d.Points
	}
	if sum != s.Own.Score-s.Best.Score {
		t.Errorf("the differences come to %d, the scores differ by %d", sum, s.Own.Score-s.Best.Score)
	}
	nobody := whyNobody(t, in)
	if len(nobody.Counts) > 0 || nobody.Suggestions != ranking.Total {
		t.Errorf("%v, %d suggestions of %d", nobody.Counts, nobody.Suggestions, ranking.Total)
	}
}

func TestAnExpertOfAVeryLargePoolHasAPlace(t *testing.T) {
	t.Parallel()
	in := troupe(1800, 1)
	answer := whyNot(t, in, "e1799")
	if answer.Standing == nil || answer.Standing.Rank != 1800 || answer.Standing.Of != 1800 {
		t.Fatalf("%+v", answer)
	}
	if nobody := whyNobody(t, in); len(nobody.Counts) > 0 || nobody.Suggestions != 1800 {
		t.Errorf("%+v", nobody)
	}
}

// What keeps somebody from every team is the same whether all teams are looked
// at, or a search looks for one with her.
func TestWhatKeepsSomebodyFromVeryManyTeams(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*engine.MatchInput)
		want   string
	}{
		{"nobody has practice", func(in *engine.MatchInput) {
			for i := range in.Candidates {
				in.Candidates[i].CompletedOfType = 0
			}
		}, "PAIR_RULE (NOBODY_PRACTISED 0/3)"},
		{"she keeps away from all", func(in *engine.MatchInput) {
			her := &in.Candidates[60]
			for _, other := range in.Candidates[:60] {
				her.ExcludedExperts = append(her.ExcludedExperts, other.Expert)
			}
		}, "OTHER"},
		{"she has hours that nobody has", func(in *engine.MatchInput) {
			for i := range in.Candidates {
				day := engine.Tuesday
				if i == 60 {
					day = engine.Wednesday
				}
				in.Candidates[i].Rules = []engine.AvailabilityRule{hours(day, "08:00", "22:00")}
			}
		}, "NOT_AVAILABLE (NO_COMMON_TIME min 1)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := troupe(61, 2)
			c.change(&in)
			if got := obstaclesText(whyNot(t, in, "e0060").Obstacles); got != c.want {
				t.Errorf("of 61 %s, want %s", got, c.want)
			}
			in.Candidates = in.Candidates[20:]
			if got := obstaclesText(whyNot(t, in, "e0060").Obstacles); got != c.want {
				t.Errorf("of 41 %s, want %s", got, c.want)
			}
		})
	}
}

// A theatre of six out of forty could have four million casts.
func TestWhyNobodyOfVeryManyTeamsDoesNotLookAtEachOfThem(t *testing.T) {
	t.Parallel()
	in := troupe(60, 6)
	for i := range in.Candidates {
		in.Candidates[i].CompletedOfType = 0
	}
	answer := whyNobody(t, in)
	if answer.Suggestions != 0 || len(answer.Counts) != 1 || answer.Counts[0].Code != "PAIR_RULE" || answer.Counts[0].Count != 60 {
		t.Errorf("%+v", answer)
	}
}

// The search for the best team with somebody gives the first that weighing each
// team would list with her, and says what keeps her out exactly when there is none.
func TestTheSearchForTheBestTeamWithSomebodyGivesTheFirstThatHoldsHer(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generateTeam(t)
		in.Request.TeamSize = max(2, in.Request.TeamSize)
		ranking, err := engine.SuggestByWeighing(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range in.Candidates {
			var want []engine.ExpertID
			if i := slices.IndexFunc(ranking.Suggestions, func(s engine.Suggestion) bool { return slices.Contains(s.Experts, c.Expert) }); i >= 0 {
				want = ranking.Suggestions[i].Experts
			}
			got, codes := engine.BestWith(in, c.Expert)
			if !slices.Equal(got, want) || want != nil && codes != nil {
				t.Fatalf("for %s %v instead of %v, kept out by %v", c.Expert, got, want, codes)
			}
		}
	})
}
