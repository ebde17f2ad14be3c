package engine_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"expex/engine"
)

// only is the input with those experts as its candidates.
func only(in engine.MatchInput, team []engine.ExpertID) engine.MatchInput {
	in.Candidates = slices.DeleteFunc(slices.Clone(in.Candidates), func(c engine.Candidate) bool { return !slices.Contains(team, c.Expert) })
	return in
}

// askOnce makes the request one for a single session in one to three spans.
func askOnce(t *rapid.T, in *engine.MatchInput) {
	in.Request.Occurrences, in.Request.Windows, in.Request.Options = 1, nil, nil
	for range rapid.IntRange(1, 3).Draw(t, "spans") {
		start := in.Now.Add(time.Duration(rapid.IntRange(0, 20*24*60).Draw(t, "span")) * time.Minute)
		length := time.Duration(in.Request.Minutes+rapid.IntRange(0, 120).Draw(t, "wider")) * time.Minute
		in.Request.Options = append(in.Request.Options, engine.Interval{Start: start, End: start.Add(length)})
	}
}

// canBegin tries every minute of an option for the candidates as a team.
func canBegin(in engine.MatchInput, option engine.Interval) bool {
	length := time.Duration(in.Request.Minutes) * time.Minute
	for start := option.Start; !start.Add(length).After(option.End); start = start.Add(time.Minute) {
		if _, codes := engine.Check(in, engine.Interval{Start: start, End: start.Add(length)}); len(codes) == 0 {
			return true
		}
	}
	return false
}

func TestEverySlotThatIsProposedCanBeTaken(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		for _, s := range rank(t, in).Suggestions {
			if len(s.Slots) == 0 || s.Feasible == 0 {
				t.Fatalf("%v is suggested with nothing to propose", s.Experts)
			}
			for _, slot := range s.Slots {
				if _, codes := engine.Check(only(in, s.Experts), slot); len(codes) > 0 {
					t.Fatalf("%v at %s is forbidden by %v", s.Experts, slotText(slot), codes)
				}
				if !engine.WithinWishes(in, slot) {
					t.Fatalf("%v at %s is not what was asked for", s.Experts, slotText(slot))
				}
				for _, c := range only(in, s.Experts).Candidates {
					if available, clear := oracle(in, c, slot); !available || !clear {
						t.Fatalf("%s at %s: available %t, clear of other sessions %t", c.Expert, slotText(slot), available, clear)
					}
				}
			}
		}
	})
}

func TestCheckAgreesWithAWatchAboutAnySlot(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generateOne(t)
		c := in.Candidates[rapid.IntRange(0, len(in.Candidates)-1).Draw(t, "who")]
		for range 4 {
			start := in.Now.Add(time.Duration(rapid.IntRange(0, 30*24*60).Draw(t, "start")) * time.Minute)
			if rapid.Bool().Draw(t, "in the night of the change") {
				change := rapid.SampledFrom([]string{"2027-03-28T01:00:00Z", "2027-10-31T01:00:00Z"}).Draw(t, "night")
				start = at(change).Add(time.Duration(rapid.IntRange(-6*60, 6*60).Draw(t, "around")) * time.Minute)
			}
			slot := engine.Interval{Start: start, End: start.Add(time.Duration(rapid.IntRange(1, 240).Draw(t, "length")) * time.Minute)}
			_, codes := engine.Check(only(in, []engine.ExpertID{c.Expert}), slot)
			available, clear := oracle(in, c, slot)
			if slices.Contains(codes, "NOT_AVAILABLE") == available || slices.Contains(codes, "OVERLAP") == clear {
				t.Fatalf("%s at %s: available %t, clear of other sessions %t, but forbidden by %v", c.Expert, slotText(slot), available, clear, codes)
			}
		}
	})
}

// Of a single session the feasible options are those in which some minute does
// for a beginning; without one the candidate is not suggested.
func TestTheFeasibleOptionsAreThoseWithABeginningThatCanBeTaken(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generateOne(t)
		askOnce(t, &in)
		c := in.Candidates[rapid.IntRange(0, len(in.Candidates)-1).Draw(t, "who")]
		alone := only(in, []engine.ExpertID{c.Expert})
		want := 0
		for _, option := range in.Request.Options {
			if canBegin(alone, option) {
				want++
			}
		}
		got := 0
		if list := rank(t, alone).Suggestions; len(list) == 1 {
			got = list[0].Feasible
		}
		if got != want {
			t.Fatalf("%s has %d feasible options, %d by trying every minute", c.Expert, got, want)
		}
	})
}

// A pair is suggested exactly when both may be asked and some minute does.
func TestATeamIsSuggestedExactlyWhenItCanMeet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		askOnce(t, &in)
		in.Request.TeamSize = 2
		other := in.Candidates[0]
		other.Expert = "other"
		in.Candidates = append(in.Candidates, other)
		ranking := rank(t, in)
		first := rapid.IntRange(0, len(in.Candidates)-2).Draw(t, "first")
		pair := []engine.ExpertID{in.Candidates[first].Expert, in.Candidates[first+1].Expert}
		want := slices.ContainsFunc(in.Request.Options, func(option engine.Interval) bool { return canBegin(only(in, pair), option) })
		got := slices.ContainsFunc(ranking.Suggestions, func(s engine.Suggestion) bool { return slices.Equal(s.Experts, pair) })
		if got != want {
			t.Fatalf("%v is suggested: %t, can meet: %t", pair, got, want)
		}
	})
}
