package engine_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"expex/engine"
)

// drawWhatIf draws a change that may be applied more often than not.
func drawWhatIf(t *rapid.T, in engine.MatchInput) engine.WhatIf {
	var w engine.WhatIf
	number := func(label string, least, most int) *int {
		if rapid.IntRange(0, 3).Draw(t, "try "+label) > 0 {
			return nil
		}
		return ptr(rapid.IntRange(least, most).Draw(t, label))
	}
	w.Policy = engine.PolicyChange{
		ActiveRelations: number("relations", 0, 3), SessionsPerWeek: number("week", 0, 5), AdultAge: number("adult", 16, 22),
		TravelBufferMinutes: number("buffer", 0, 60), MinAgeGap: number("gap", 1, 5), LowCoverage: number("coverage", 0, 100),
	}
	if rapid.Bool().Draw(t, "other weights") {
		n := rapid.IntRange(0, 100).Draw(t, "theme")
		w.Weights = []engine.FactorWeight{{Factor: "theme_fit", Weight: n}, {Factor: "load_balance", Weight: 100 - n}}
	}
	if rarely(t, "without") {
		w.WithoutFactors = []engine.FactorName{"proximity"}
	}
	for _, c := range in.Candidates {
		if rapid.IntRange(0, 2).Draw(t, "change hours") > 0 {
			continue
		}
		change := engine.HoursChange{Expert: c.Expert}
		for range rapid.IntRange(0, 2).Draw(t, "windows to remove") {
			from := rapid.IntRange(0, 20).Draw(t, "removed from")
			change.RemoveWindows = append(change.RemoveWindows, engine.WeekWindow{Weekday: drawWeekday(t), Starts: wall(60 * from), Ends: wall(60*from + 60*rapid.IntRange(1, 24-from).Draw(t, "removed for"))})
		}
		for range rapid.IntRange(0, 2).Draw(t, "windows to add") {
			change.AddWindows = append(change.AddWindows, hours(drawWeekday(t), "08:00", "22:00"))
		}
		day := in.Now.AddDate(0, 0, rapid.IntRange(0, 20).Draw(t, "day"))
		if rapid.Bool().Draw(t, "close") {
			change.AddBlackouts = []engine.Interval{{Start: day, End: day.AddDate(0, 0, 3)}}
		} else {
			change.RemoveBlackouts = []engine.Interval{{Start: day, End: day.AddDate(0, 0, 9)}}
		}
		w.Hours = append(w.Hours, change)
	}
	if rarely(t, "online") {
		w.Request.Online = ptr(!in.Request.Online)
	}
	if rarely(t, "elsewhere") {
		w.Request.Place = &engine.Place{Municipality: "GM0034", Region: "JZ08"}
	}
	w.Request.TeamSize = number("team", in.Type.TeamMin, min(3, in.Type.TeamMax))
	for _, asked := range in.Request.Themes {
		switch {
		case in.Themes[asked.Theme].Tier == 3:
		case rarely(t, "drop"):
			w.Request.DropThemes = append(w.Request.DropThemes, asked.Theme)
		case rapid.Bool().Draw(t, "soften"):
			w.Request.SoftenThemes = append(w.Request.SoftenThemes, asked.Theme)
		}
	}
	if rarely(t, "other times") {
		start := in.Now.AddDate(0, 0, rapid.IntRange(1, 9).Draw(t, "in days"))
		w.Request.Options = []engine.Interval{{Start: start, End: start.AddDate(0, 0, 1)}}
	}
	return w
}

// encoded is the input byte for byte.
func encoded(t *rapid.T, in engine.MatchInput) string {
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAWhatIfLeavesTheInputAlone(t *testing.T) {
	t.Parallel()
	applied := 0
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		before := encoded(t, in)
		change := drawWhatIf(t, in)
		changed, err := change.Apply(in)
		if err != nil {
			var e *engine.Error
			if !errors.As(err, &e) {
				t.Fatalf("an error of no class: %v", err)
			}
			return
		}
		applied++
		rank(t, changed)
		// Writing into what was changed must not reach what it was made of.
		for _, h := range change.Hours {
			i := slices.IndexFunc(changed.Candidates, func(c engine.Candidate) bool { return c.Expert == h.Expert })
			clear(changed.Candidates[i].Rules)
			clear(changed.Candidates[i].Blackouts)
			changed.Candidates[i].Caps.SessionsPerWeek = 99
		}
		clear(changed.Request.Themes)
		clear(changed.Request.Preferences)
		if change.Weights != nil {
			clear(changed.Weights.By)
		}
		if after := encoded(t, in); after != before {
			t.Fatalf("the input was changed:\n%s\n%s", before, after)
		}
	})
	if applied < 50 {
		t.Errorf("only %d changes could be applied: the generator proves little", applied)
	}
}

func TestAWhatIfNeverAsksForMore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		changed, err := drawWhatIf(t, in).Apply(in)
		if err != nil {
			return
		}
		for _, now := range changed.Request.Themes {
			i := slices.IndexFunc(in.Request.Themes, func(was engine.RequestTheme) bool { return was.Theme == now.Theme })
			if i < 0 || in.Request.Themes[i].Importance == engine.Nice && now.Importance == engine.Must {
				t.Fatalf("%v asks for more than %v", changed.Request.Themes, in.Request.Themes)
			}
		}
		hidden := func(in engine.MatchInput) engine.MatchInput {
			// All that decides which exclusions and consents count.
			in.Policy = engine.Policy{SmallPool: in.Policy.SmallPool, RestHoursTier3: in.Policy.RestHoursTier3}
			r := in.Request
			in.Request = engine.Request{ID: r.ID, OrganisationID: r.OrganisationID, Client: r.Client, Type: r.Type, Audience: r.Audience}
			in.Weights, in.Place, in.Neighbours = engine.Weights{}, engine.Place{}, nil
			in.Candidates = slices.Clone(in.Candidates)
			for i := range in.Candidates {
				in.Candidates[i].Rules, in.Candidates[i].Blackouts, in.Candidates[i].TravelMinutes = nil, nil, nil
			}
			return in
		}
		if !reflect.DeepEqual(hidden(in), hidden(changed)) {
			t.Fatal("a change reached what decides about exclusions and consents")
		}
	})
}

func TestNothingChangedIsNothingDifferent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		same, err := engine.WhatIf{}.Apply(in)
		if err != nil || encoded(t, same) != encoded(t, in) {
			t.Fatalf("the empty change is none: %v", err)
		}
		ranking := rank(t, in)
		for i, d := range engine.Compare(in, ranking, same, rank(t, same)) {
			if d.Movement() != engine.Same || d.RankBefore != i+1 {
				t.Fatalf("%v: %s at %d", d.Experts, d.Movement(), d.RankBefore)
			}
		}
		for _, x := range engine.CompareExcluded(in, ranking, same, ranking) {
			if x.Before != x.After {
				t.Fatalf("%v", x)
			}
		}
	})
}

func compared(t *rapid.T, in, changed engine.MatchInput) []engine.SuggestionDifference {
	return engine.Compare(in, rank(t, in), changed, rank(t, changed))
}

// Of a very large pool a ranking holds only the best. Who comes to be one of
// them, or no longer is, was not absent and does not disappear.
func TestWhoIsBehindTheBestOfVeryManyIsStillSuggested(t *testing.T) {
	t.Parallel()
	in := consultation()
	in.Candidates = nil
	for i := range 2100 {
		c := ordinary(engine.ExpertID(fmt.Sprintf("e%04d", i)), engine.CaseConsultation)
		if i >= 60 {
			c.CompletedOfType = 3
		}
		in.Candidates = append(in.Candidates, c)
	}
	in.Candidates[7].ActiveRelations, in.Candidates[7].OrganisationExclusions = 0, []engine.OrganisationExclusion{{Organisation: "house"}}
	changed, err := engine.WhatIf{WithoutFactors: []engine.FactorName{"practice_level"}}.Apply(in)
	if err != nil {
		t.Fatal(err)
	}
	before, err1 := engine.Suggest(in)
	after, err2 := engine.Suggest(changed)
	if err1 != nil || err2 != nil || before.Total != 2099 || len(before.Suggestions) > 100 {
		t.Fatalf("%d of %d suggestions: %v %v", len(before.Suggestions), before.Total, err1, err2)
	}
	moved := map[engine.Movement]int{}
	for _, d := range engine.Compare(in, before, changed, after) {
		moved[d.Movement()]++
		if d.Before == nil || d.After == nil || d.RankBefore == 0 && d.RankAfter == 0 {
			t.Fatalf("%v: %d → %d", d.Experts, d.RankBefore, d.RankAfter)
		}
	}
	if want := (map[engine.Movement]int{engine.Rises: 50, engine.Falls: 50}); !reflect.DeepEqual(moved, want) {
		t.Errorf("%v, want %v", moved, want)
	}
	for _, x := range engine.CompareExcluded(in, before, changed, after) {
		if x.Code != engine.OtherRule || x.Before.Count != 1 || x.After.Count != 1 {
			t.Errorf("%+v", x)
		}
	}
}

func TestADifferenceAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		changed, err := drawWhatIf(t, in).Apply(in)
		if err != nil {
			return
		}
		before, after := rank(t, in), rank(t, changed)
		differences := engine.Compare(in, before, changed, after)
		if again := compared(t, reorder(t, in), reorder(t, changed)); !reflect.DeepEqual(again, differences) {
			t.Fatal("another order of the input gives other differences")
		}
		seenBefore, seenAfter, best := 0, 0, 0
		for _, d := range differences {
			points, score := 0, 0
			for _, f := range d.Factors() {
				points += f.Points()
			}
			if d.Before != nil {
				seenBefore++
				score -= d.Before.Score
				if !reflect.DeepEqual(*d.Before, before.Suggestions[d.RankBefore-1]) {
					t.Fatalf("%v stood at %d", d.Experts, d.RankBefore)
				}
			}
			if d.After != nil {
				seenAfter++
				score += d.After.Score
				if !reflect.DeepEqual(*d.After, after.Suggestions[d.RankAfter-1]) {
					t.Fatalf("%v stands at %d", d.Experts, d.RankAfter)
				}
			}
			if points != score {
				t.Fatalf("%v: the factors differ by %d, the score by %d", d.Experts, points, score)
			}
			high := max(d.RankBefore, d.RankAfter)
			if d.RankBefore > 0 && d.RankAfter > 0 {
				high = min(d.RankBefore, d.RankAfter)
			}
			if high < best {
				t.Fatalf("%v comes after one of a worse rank", d.Experts)
			}
			best = high
		}
		if seenBefore != len(before.Suggestions) || seenAfter != len(after.Suggestions) {
			t.Fatalf("%d and %d lines for %d and %d suggestions", seenBefore, seenAfter, len(before.Suggestions), len(after.Suggestions))
		}
	})
}

func TestWhomAComparisonLeavesOutAddsUp(t *testing.T) {
	t.Parallel()
	secret := []engine.RuleCode{"ORG_EXCLUSION", "PERSON_EXCLUSION", "REST_PERIOD", "TIER3_NOT_CONFIRMED", "DUAL_ROLE", "PAIR_RULE"}
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		changed, err := drawWhatIf(t, in).Apply(in)
		if err != nil {
			return
		}
		before, after := rank(t, in), rank(t, changed)
		missing := func(r engine.Ranking) int {
			suggested := map[engine.ExpertID]bool{}
			for _, s := range r.Suggestions {
				for _, e := range s.Experts {
					suggested[e] = true
				}
			}
			return len(in.Candidates) - len(suggested)
		}
		sumBefore, sumAfter, small := 0, 0, len(in.Candidates) < in.Policy.SmallPool
		for _, x := range engine.CompareExcluded(in, before, changed, after) {
			if slices.Contains(secret, x.Code) {
				t.Fatalf("%s has a line of its own", x.Code)
			}
			if small && x.Before.Count+x.After.Count > 0 {
				t.Fatalf("a small pool shows %v", x)
			}
			sumBefore, sumAfter = sumBefore+x.Before.Count, sumAfter+x.After.Count
		}
		if !small && (sumBefore != missing(before) || sumAfter != missing(after)) {
			t.Fatalf("%d and %d, want %d and %d", sumBefore, sumAfter, missing(before), missing(after))
		}
	})
}

// The oracle attack: ask twice, differently, and see what moves. Which of the
// rules that nobody may see keeps an expert away shows in no answer.
func TestWhichHiddenRuleExcludesHerMakesNoDifference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		change := drawWhatIf(t, in)
		i := rapid.IntRange(0, len(in.Candidates)-1).Draw(t, "who")
		ways := []func(*engine.Candidate){
			func(c *engine.Candidate) {
				c.OrganisationExclusions = []engine.OrganisationExclusion{{Organisation: in.Request.OrganisationID}}
			},
			func(c *engine.Candidate) { c.EmployedBy = []engine.OrganisationID{in.Request.OrganisationID} },
		}
		if in.Request.Client != nil {
			ways = append(ways,
				func(c *engine.Candidate) { c.ExcludedClients = []engine.ClientRef{in.Request.Client.Ref} },
				func(c *engine.Candidate) { c.TrainerOf = []engine.ClientRef{in.Request.Client.Ref} })
		}
		var first string
		for n, exclude := range ways {
			with := in
			with.Candidates = slices.Clone(in.Candidates)
			exclude(&with.Candidates[i])
			changed, err := change.Apply(with)
			if err != nil {
				return
			}
			before, after := rank(t, with), rank(t, changed)
			text, err := json.Marshal([]any{engine.Compare(with, before, changed, after), engine.CompareExcluded(with, before, changed, after)})
			if err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				first = string(text)
			}
			if string(text) != first {
				t.Fatalf("way %d is told from the first:\n%s\n%s", n, text, first)
			}
		}
	})
}

// weigh tries weights for the factors in their order.
func weigh(weights ...int) (w engine.WhatIf) {
	for i, weight := range weights {
		w.Weights = append(w.Weights, engine.FactorWeight{Factor: engine.Factors[i].Name, Weight: weight})
	}
	return w
}

func TestWhatAChangeDoes(t *testing.T) {
	t.Parallel()
	monday := engine.WeekWindow{Weekday: engine.Tuesday, Starts: "00:00", Ends: "24:00"}
	for _, c := range []struct {
		name   string
		in     func() engine.MatchInput
		change engine.WhatIf
		want   string // Movement of Anna
	}{
		{"her only day goes", func() engine.MatchInput {
			in := consultation()
			in.Request.Options = in.Request.Options[:1]
			return in
		}, engine.WhatIf{Hours: []engine.HoursChange{{Expert: "anna", RemoveWindows: []engine.WeekWindow{monday}}}}, "DISAPPEARS"},
		{"one of her days goes", consultation,
			engine.WhatIf{Hours: []engine.HoursChange{{Expert: "anna", RemoveWindows: []engine.WeekWindow{monday}}}}, "DIFFERS"},
		{"she would come on Tuesdays", func() engine.MatchInput {
			in := consultation()
			in.Candidates[0].Rules = nil
			return in
		}, engine.WhatIf{Hours: []engine.HoursChange{{Expert: "anna", AddWindows: []engine.AvailabilityRule{hours(engine.Tuesday, "13:00", "14:00")}}}}, "APPEARS"},
		{"she would give up her holiday", func() engine.MatchInput {
			in := consultation()
			in.Candidates[0].Blackouts = []engine.Interval{between("2027-04-01 00:00", "2027-05-01 00:00")}
			return in
		}, engine.WhatIf{Hours: []engine.HoursChange{{Expert: "anna", RemoveBlackouts: []engine.Interval{between("2027-04-06 00:00", "2027-04-07 00:00")}}}}, "APPEARS"},
		{"one relation more", func() engine.MatchInput {
			in := buddy()
			in.Candidates[0].ActiveRelations = 2
			return in
		}, engine.WhatIf{Policy: engine.PolicyChange{ActiveRelations: ptr(3)}}, "APPEARS"},
		{"a must becomes a wish", func() engine.MatchInput {
			in := buddy()
			in.Candidates[0].Consents = nil
			return in
		}, engine.WhatIf{Request: engine.RequestChange{SoftenThemes: []engine.ThemeCode{"OUT_OF_HOME"}}}, "APPEARS"},
		{"a must about her becomes a wish", func() engine.MatchInput {
			in := buddy()
			in.Request.Preferences = []engine.Preference{{Kind: engine.TraitLanguage, Value: "ar", Must: true}}
			return in
		}, engine.WhatIf{Request: engine.RequestChange{SoftenWishes: []engine.Trait{{Kind: engine.TraitLanguage, Value: "ar"}}}}, "APPEARS"},
		{"a place nobody serves", consultation, engine.WhatIf{Request: engine.RequestChange{Place: &engine.Place{Municipality: "GM0034", Region: "JZ08"}}}, "DISAPPEARS"},
		{"online, wherever that is", consultation, engine.WhatIf{Request: engine.RequestChange{Online: ptr(true), Place: &engine.Place{Municipality: "GM0034", Region: "JZ08"}}}, "DIFFERS"},
		{"every other week", buddy, engine.WhatIf{Request: engine.RequestChange{EveryWeeks: ptr(2)}}, "DIFFERS"},
		{"an hour later on the day the clocks go forward", consultation, engine.WhatIf{Request: engine.RequestChange{Options: []engine.Interval{between("2027-03-28 01:30", "2027-03-28 03:30")}}}, "DIFFERS"},
		{"the same weights", consultation, weigh(40, 20, 10, 5, 0, 10, 15), "SAME"},
		{"without nearness", consultation, engine.WhatIf{WithoutFactors: []engine.FactorName{"proximity"}}, "DIFFERS"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := c.in()
			changed, err := c.change.Apply(in)
			if err != nil {
				t.Fatal(err)
			}
			before, err1 := engine.Suggest(in)
			after, err2 := engine.Suggest(changed)
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			got := engine.Compare(in, before, changed, after)
			if len(got) != 1 || string(got[0].Movement()) != c.want {
				t.Errorf("got %+v, want %s", got, c.want)
			}
		})
	}
}

func TestWhatCannotBeTried(t *testing.T) {
	t.Parallel()
	anna := func(h engine.HoursChange) engine.WhatIf {
		h.Expert = "anna"
		return engine.WhatIf{Hours: []engine.HoursChange{h}}
	}
	ask := func(r engine.RequestChange) engine.WhatIf { return engine.WhatIf{Request: r} }
	with := func(factor engine.FactorName, weight int) engine.WhatIf {
		w := weigh(50, 10, 10, 10, 10, 10, 0)
		w.Weights = append(w.Weights, engine.FactorWeight{Factor: factor, Weight: weight})
		return w
	}
	lacking := weigh(50, 10, 10, 10, 10, 10, 0)
	lacking.Weights = lacking.Weights[1:]
	for _, c := range []struct {
		change engine.WhatIf
		want   string // the field
	}{
		{engine.WhatIf{Policy: engine.PolicyChange{ActiveRelations: ptr(-1)}}, "policy.activeRelations"},
		{engine.WhatIf{Policy: engine.PolicyChange{AdultAge: ptr(15)}}, "policy.adultAge"},
		{engine.WhatIf{Policy: engine.PolicyChange{MinAgeGap: ptr(0)}}, "policy.minAgeGap"},
		{engine.WhatIf{Policy: engine.PolicyChange{LowCoverage: ptr(101)}}, "policy.lowCoverage"},
		{weigh(50, 11, 10, 10, 10, 10, 0), "weights"},
		{weigh(70, -10, 10, 10, 10, 10, 0), "weights.weight"},
		{weigh(50, 10, 10, 10, 10, 0, 10), "weights.weight"},
		{weigh(101, 0, 0, 0, 0, 0, 0), "weights.weight"},
		{with("proximity", 10), "weights.factor"},
		{with("charm", 0), "weights.factor"},
		{lacking, "weights"},
		{engine.WhatIf{Weights: []engine.FactorWeight{}}, "weights"},
		{engine.WhatIf{WithoutFactors: []engine.FactorName{"charm"}}, "withoutFactors"},
		{engine.WhatIf{WithoutFactors: func() (names []engine.FactorName) {
			for _, f := range engine.Factors {
				names = append(names, f.Name)
			}
			return names
		}()}, "withoutFactors"},
		{anna(engine.HoursChange{AddWindows: []engine.AvailabilityRule{hours(engine.Monday, "14:00", "13:00")}}), "availability.addWindows.ends"},
		{anna(engine.HoursChange{AddWindows: []engine.AvailabilityRule{{Weekday: engine.Monday, Starts: "13:00", Ends: "14:00", MaxTravelMinutes: 601}}}), "availability.addWindows.maxTravelMinutes"},
		{anna(engine.HoursChange{AddWindows: []engine.AvailabilityRule{{Weekday: engine.Monday, Starts: "13:00", Ends: "14:00", Valid: engine.Valid{From: "2027-04-01", To: "2027-04-01"}}}}), "availability.addWindows.validUntil"},
		{anna(engine.HoursChange{RemoveWindows: []engine.WeekWindow{{Weekday: engine.Monday, Starts: "13:00", Ends: "13:00"}}}), "availability.removeWindows.ends"},
		{anna(engine.HoursChange{AddBlackouts: []engine.Interval{{Start: saturday, End: saturday}}}), "availability.addBlackouts.end"},
		{anna(engine.HoursChange{RemoveBlackouts: []engine.Interval{{Start: saturday, End: saturday}}}), "availability.removeBlackouts.end"},
		{anna(engine.HoursChange{RemoveWindows: make([]engine.WeekWindow, 61)}), "availability.removeWindows"},
		{engine.WhatIf{Hours: []engine.HoursChange{{Expert: "anna"}, {Expert: "anna"}}}, "availability.expertId"},
		{engine.WhatIf{Hours: make([]engine.HoursChange, 21)}, "availability"},
		{engine.WhatIf{Hours: []engine.HoursChange{{Expert: "nobody"}}}, "NOT_FOUND"},
		{ask(engine.RequestChange{TeamSize: ptr(2)}), "request.teamSize"},
		{ask(engine.RequestChange{Minutes: ptr(1)}), "request.minutes"},
		{ask(engine.RequestChange{Occurrences: ptr(0)}), "request.occurrences"},
		{ask(engine.RequestChange{EveryWeeks: ptr(53)}), "request.everyWeeks"},
		{ask(engine.RequestChange{SoftenThemes: []engine.ThemeCode{"BULLYING"}}), "request.softenThemes"},
		{ask(engine.RequestChange{DropThemes: []engine.ThemeCode{"BULLYING"}}), "request.dropThemes"},
		{ask(engine.RequestChange{SoftenThemes: []engine.ThemeCode{"TRAUMA"}}), "request.softenThemes"},
		{ask(engine.RequestChange{DropThemes: []engine.ThemeCode{"TRAUMA"}}), "request.dropThemes"},
		{ask(engine.RequestChange{DropWishes: []engine.Trait{{Kind: engine.TraitGender, Value: "female"}}}), "request.dropWishes"},
		{ask(engine.RequestChange{SoftenWishes: []engine.Trait{{Kind: engine.TraitGender, Value: "female"}}}), "request.softenWishes"},
		{ask(engine.RequestChange{Options: []engine.Interval{span("2027-03-19 12:00", 60)}}), "request.options.start"},
		{ask(engine.RequestChange{Options: []engine.Interval{span("2027-03-28 01:30", 59)}}), "request.options.end"},
		{ask(engine.RequestChange{Options: make([]engine.Interval, 61)}), "request.options"},
		{ask(engine.RequestChange{Options: []engine.Interval{}}), "request.options"},
		{ask(engine.RequestChange{Windows: []engine.WeekWindow{{Weekday: engine.Sunday, Starts: "02:00", Ends: "02:30"}}}), "request.windows.ends"},
		{ask(engine.RequestChange{From: ptr(engine.Date("2027-05-01")), Until: ptr(engine.Date("2027-04-01"))}), "request.neededUntil"},
		{ask(engine.RequestChange{Until: ptr(engine.Date("2027-03-19"))}), "request.neededUntil"},
	} {
		in := buddy()
		in.Request.Themes = append(in.Request.Themes, engine.RequestTheme{Theme: "TRAUMA", Importance: engine.Must})
		_, err := c.change.Apply(in)
		var e *engine.Error
		if !errors.As(err, &e) || e.Field != "change."+c.want && string(e.Code) != c.want {
			t.Errorf("%v, want %s", err, c.want)
			continue
		}
		if e.Code == engine.CodeInvalid && !strings.HasPrefix(e.Message, e.Field+": ") || strings.Contains(e.Message, "TRAUMA") {
			t.Errorf("%s: %q", e.Field, e.Message)
		}
	}
}

// A request may have become old without being wrong: only what is tried is
// held to the rules for a new one.
func TestAnOldRequestCanBeTriedDifferently(t *testing.T) {
	t.Parallel()
	in := consultation()
	in.Request.Options[0] = span("2027-03-19 12:00", 60) // yesterday
	for name, c := range map[string]struct {
		change engine.RequestChange
		want   string
	}{
		"a softer theme":    {engine.RequestChange{}, ""},
		"a longer session":  {engine.RequestChange{Minutes: ptr(90)}, "request.options.end"},
		"a shorter session": {engine.RequestChange{Minutes: ptr(45)}, ""},
	} {
		_, err := engine.WhatIf{Request: c.change}.Apply(in)
		var e *engine.Error
		if errors.As(err, &e); (err == nil) != (c.want == "") || e != nil && e.Field != "change."+c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	in.Request.Options = in.Request.Options[:1]
	if _, err := (engine.WhatIf{Request: engine.RequestChange{Minutes: ptr(45)}}).Apply(in); err == nil || !strings.HasPrefix(err.Error(), "INVALID: change.request.options: are all past") {
		t.Errorf("all past: %v", err)
	}
}
