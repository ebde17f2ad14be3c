package engine_test

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"expex/engine"
)

// generateHard draws an input that few can serve: two or three candidates, and
// often a request that asks for more than they have.
func generateHard(t *rapid.T) engine.MatchInput {
	in := generate(t)
	in.Candidates = in.Candidates[:min(len(in.Candidates), 3)]
	r := &in.Request
	if rapid.Bool().Draw(t, "few themes") {
		r.Themes = nil
	}
	for i := range r.Preferences {
		r.Preferences[i].Must = rapid.IntRange(0, 3).Draw(t, "must have") == 0
	}
	for i := range in.Candidates {
		c := &in.Candidates[i]
		for _, mishap := range []func(){
			func() { in.ServiceArea = nil },
			func() { c.TravelMinutes = ptr(rapid.IntRange(61, 130).Draw(t, "far")) },
			func() { c.ActiveRelations = rapid.IntRange(1, 4).Draw(t, "many relations") },
			func() { c.Rules = []engine.AvailabilityRule{hours(drawWeekday(t), "09:00", "18:00")} },
			func() { c.Certificates[0].To = engine.DateOf(in.Now, in.Zone).AddDays(rapid.IntRange(0, 70).Draw(t, "certificate ends")) },
			func() { c.Caps.SessionsPerWeek = 1 },
		} {
			if rapid.IntRange(0, 4).Draw(t, "hardship") == 0 {
				mishap()
			}
		}
	}
	return in
}

// servable reports whether the request is, by a team that holds the expert.
func servable(t *rapid.T, in engine.MatchInput, with engine.ExpertID) bool {
	for _, s := range rank(t, in).Suggestions {
		if with == "" || slices.Contains(s.Experts, with) {
			return true
		}
	}
	return false
}

func applied(in engine.MatchInput, changes ...engine.Change) engine.MatchInput {
	for _, c := range changes {
		in = engine.Apply(in, c)
	}
	return in
}

// shown is the input without those of whom something is hidden, whom proposals
// may not rest on.
func shown(in engine.MatchInput, hidden func(engine.Candidate) bool) engine.MatchInput {
	in.Candidates = slices.DeleteFunc(slices.Clone(in.Candidates), hidden)
	return in
}

// mayHide is wider than the engine's own idea: whoever could have something to
// hide from this request.
func mayHide(c engine.Candidate) bool {
	return c.FoldExclusions || len(c.OrganisationExclusions)+len(c.ExcludedClients)+len(c.EmployedBy)+len(c.TrainerOf) > 0
}

// Each change that is proposed, applied, makes the request servable; and of its
// kind nothing smaller does.
func TestEveryProposalWorksAndNoSmallerOneDoes(t *testing.T) {
	t.Parallel()
	kinds := map[engine.ChangeKind]int{}
	pairs := 0
	rapid.Check(t, func(t *rapid.T) {
		in := generateHard(t)
		with := engine.ExpertID("")
		var proposals engine.Proposals
		if rapid.Bool().Draw(t, "about one") {
			with = in.Candidates[rapid.IntRange(0, len(in.Candidates)-1).Draw(t, "who")].Expert
			answer, err := engine.WhyNot(in, with)
			if err != nil {
				t.Fatal(err)
			}
			proposals = answer.Proposals
		} else {
			answer, err := engine.WhyNobody(in)
			if err != nil {
				t.Fatal(err)
			}
			proposals = answer.Proposals
		}
		valid := in.Request.Validate(in.Type, in.Now, in.Zone) == nil
		cost := 0
		for _, p := range proposals.List {
			changed := applied(in, p.Changes...)
			if !servable(t, changed, with) {
				t.Fatalf("%+v is proposed and leaves nobody", p)
			}
			if err := changed.Request.Validate(in.Type, in.Now, in.Zone); valid && err != nil {
				t.Fatalf("%+v makes a request that nobody could submit: %v", p, err)
			}
			sum := 0
			for _, c := range p.Changes {
				sum += c.Cost()
			}
			if sum != p.Cost || p.Cost < cost {
				t.Fatalf("%+v costs %d and comes after %d", p, sum, cost)
			}
			cost = p.Cost
			open := shown(in, func(c engine.Candidate) bool { return c.FoldExclusions })
			open = shown(open, mayHide)
			if len(p.Changes) == 2 {
				pairs++
				for i := range p.Changes {
					if servable(t, applied(open, p.Changes[i]), with) {
						t.Fatalf("of %+v one is enough", p)
					}
				}
				continue
			}
			c := p.Changes[0]
			kinds[c.Kind]++
			for smaller := c; smaller.By > 0; smaller.By-- {
				if smaller.By < c.By && servable(t, applied(open, smaller), with) && sizeOf(smaller) {
					t.Fatalf("%+v is proposed where %d would do", c, smaller.By)
				}
			}
		}
	})
	t.Log(kinds, pairs)
}

// sizeOf reports whether changes of that kind come in such a size.
func sizeOf(c engine.Change) bool {
	switch c.Kind {
	case engine.ChangeEndsLater, engine.ChangeStartsEarlier, engine.ChangeShorter, engine.ChangeTravel:
		return c.By%15 == 0
	}
	return true
}

func TestTheAnswerDoesNotDependOnTheOrderOfTheInput(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generateHard(t)
		other := reorder(t, in)
		who := in.Candidates[0].Expert
		for _, ask := range []func(engine.MatchInput) (any, error){
			func(in engine.MatchInput) (any, error) { return engine.WhyNobody(in) },
			func(in engine.MatchInput) (any, error) { return engine.WhyNot(in, who) },
		} {
			want, _ := ask(in)
			if got, _ := ask(other); !reflect.DeepEqual(got, want) {
				t.Fatalf("in another order\n%+v\ninstead of\n%+v", got, want)
			}
		}
	})
}
