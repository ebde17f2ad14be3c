package engine_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"expex/engine"
)

// generateTeam draws an input that asks for two to six of up to twelve people,
// most of whom no rule blocks, with more exclusions among them than usual.
func generateTeam(t *rapid.T) engine.MatchInput {
	in := generate(t)
	in.Request.TeamSize = rapid.IntRange(2, 6).Draw(t, "seats")
	in.Policy.SmallPool = 0
	in.Policy.LowCoverage = rapid.SampledFrom([]int{0, 60, 90, 101}).Draw(t, "low coverage")
	in.Type.NeedsExperienced = rapid.Bool().Draw(t, "needs experienced")
	in.Type.ExperiencedFrom = 3
	if rapid.Bool().Draw(t, "alike") { // ties are where a search goes wrong
		for i := range in.Candidates[1:] {
			id := in.Candidates[i+1].Expert
			if rapid.Bool().Draw(t, "as the first") {
				in.Candidates[i+1] = in.Candidates[0]
				in.Candidates[i+1].Expert = id
			}
		}
	}
	for range rapid.IntRange(0, 6).Draw(t, "exclusions") {
		i, j := rapid.IntRange(0, len(in.Candidates)-1).Draw(t, "who"), rapid.IntRange(0, len(in.Candidates)-1).Draw(t, "whom")
		in.Candidates[i].ExcludedExperts = append([]engine.ExpertID{in.Candidates[j].Expert}, in.Candidates[i].ExcludedExperts...)
		if i == j {
			in.Candidates[i].ExcludedExperts = nil
		}
	}
	return in
}

// The readable definition is the truth: the search must give the same list, the
// same total and the same counts, for a list of any length.
func TestTheSearchForTeamsGivesWhatWeighingEachWould(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generateTeam(t)
		best := rapid.SampledFrom([]int{1, 2, 3, 10, 1000}).Draw(t, "best")
		want, err := engine.SuggestByWeighing(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, counted := range []int{0, 1 << 30} {
			got, err := engine.SuggestBySearch(in, best, counted)
			if err != nil {
				t.Fatal(err)
			}
			list := want.Suggestions[:min(best, len(want.Suggestions))]
			if len(got.Suggestions) != len(list) || len(list) > 0 && !reflect.DeepEqual(got.Suggestions, list) {
				got.Suggestions, want.Suggestions = got.Suggestions[:min(3, len(got.Suggestions))], want.Suggestions[:min(3, len(list))]
				t.Fatalf("the search gives\n%s\ninstead of\n%s", rankingText(got), rankingText(want))
			}
			if excludedText(got.Excluded) != excludedText(want.Excluded) {
				t.Fatalf("excluded %s, want %s", excludedText(got.Excluded), excludedText(want.Excluded))
			}
			if got.AtLeast && got.Total > want.Total || !got.AtLeast && got.Total != want.Total || got.Total < len(list) {
				t.Fatalf("a total of %d (at least: %t), want %d", got.Total, got.AtLeast, want.Total)
			}
		}
	})
}

// actors asks for a team of that size among n people, each with their own
// evening hours, way to go, practice and load, and three wished themes.
func actors(n, size int) engine.MatchInput {
	in := blank(engine.TheatreMedia)
	in.Request.TeamSize, in.Request.Minutes = size, 120
	in.Request.Themes = []engine.RequestTheme{
		{Theme: "ADDICTION", Importance: engine.Must}, {Theme: "TRANSITION_18", Importance: engine.Must},
		{Theme: "OUT_OF_HOME", Importance: engine.Nice}, {Theme: "BULLYING", Importance: engine.Nice}, {Theme: "LGBTIQ", Importance: engine.Nice},
	}
	for _, day := range []string{"2027-04-06", "2027-04-07", "2027-04-08", "2027-04-09", "2027-04-10"} {
		in.Request.Options = append(in.Request.Options, span(day+" 18:00", 240))
	}
	usage := in.Type.UsageFor(in.Request.Audience)
	seed := uint64(1)
	draw := func(below int) int { // xorshift, the same everywhere
		seed ^= seed << 13
		seed ^= seed >> 7
		seed ^= seed << 17
		return int(seed % uint64(below))
	}
	for i := range n {
		c := ordinary(engine.ExpertID(fmt.Sprintf("e%03d", i)), engine.TheatreMedia)
		for _, asked := range in.Request.Themes {
			if draw(3) == 0 {
				c.Consents = append(c.Consents, engine.Consent{Theme: asked.Theme, Usage: usage, Level: []engine.ConsentLevel{engine.Green, engine.Amber}[draw(2)]})
			}
		}
		if c.Consents == nil {
			c.Consents = []engine.Consent{{Theme: "ADDICTION", Usage: usage, Level: engine.Green}}
		}
		c.TravelMinutes, c.CompletedOfType = ptr(draw(60)), draw(5)
		c.Rules = nil
		for _, day := range week[1:6] {
			if draw(3) > 0 {
				c.Rules = append(c.Rules, hours(day, []engine.WallTime{"17:00", "18:00", "18:30", "19:00"}[draw(4)], "23:00"))
			}
		}
		in.Candidates = append(in.Candidates, c)
	}
	return in
}

func TestTheBestOfMoreTeamsThanCanBeWeighedAreFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ n, size int }{{90, 2}, {36, 3}, {24, 4}} {
		in := actors(c.n, c.size)
		want, err := engine.SuggestByWeighing(in)
		if err != nil {
			t.Fatal(err)
		}
		got := suggest(t, in)
		if len(want.Suggestions) > engine.MaxSuggestions {
			want.Suggestions = want.Suggestions[:engine.MaxSuggestions]
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%d of %d: the search gives %d of %d (at least: %t), excluded %s; weighing gives %d of %d, excluded %s", c.size, c.n,
				len(got.Suggestions), got.Total, got.AtLeast, excludedText(got.Excluded), len(want.Suggestions), want.Total, excludedText(want.Excluded))
		}
	}
}

func TestATeamOfMoreThanSixIsRefused(t *testing.T) {
	t.Parallel()
	in := actors(30, 7)
	_, err := engine.Suggest(in)
	var invalid *engine.Error
	if !errors.As(err, &invalid) || invalid.Code != engine.CodeInvalid || invalid.Field != "teamSize" {
		t.Errorf("the answer is %v, want INVALID on teamSize", err)
	}
}

// What cannot be found within the steps is refused, never a part of it shown.
func TestASearchThatTakesTooLongIsRefused(t *testing.T) {
	t.Parallel()
	in := actors(30, 4)
	whole, err := engine.SuggestInSteps(in, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for steps := 1; steps < 100_000; steps *= 2 {
		got, err := engine.SuggestInSteps(in, steps)
		var invalid *engine.Error
		switch {
		case err == nil && !reflect.DeepEqual(got, whole):
			t.Errorf("in %d steps another ranking", steps)
		case err != nil && (!errors.As(err, &invalid) || invalid.Field != "teamSize"):
			t.Errorf("in %d steps: %v, want INVALID on teamSize", steps, err)
		case err != nil:
			refused++
		}
	}
	if refused == 0 {
		t.Error("a single step was enough")
	}
}

// BenchmarkTeams is the inner search for the best teams, without reading the
// candidates and without the explanations.
func BenchmarkTeams(b *testing.B) {
	for _, n := range []int{50, 200} {
		for size := 2; size <= 6; size++ {
			for _, best := range []int{1, 10, 50} {
				b.Run(fmt.Sprintf("%d of %d, best %d", size, n, best), func(b *testing.B) {
					run := engine.TeamSearch(actors(n, size), best)
					steps := 0
					b.ReportAllocs()
					for b.Loop() {
						steps, _ = run()
					}
					b.ReportMetric(float64(steps), "steps")
				})
			}
		}
	}
}
