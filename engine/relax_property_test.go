package engine_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"expex/engine"
)

// generateHard draws an input that few can serve: one to three candidates who
// are fit but for a hardship or two that a change could get round, and now and
// then for something that none can.
func generateHard(t *rapid.T) engine.MatchInput {
	in := generate(t)
	in.Candidates = in.Candidates[:min(len(in.Candidates), 3)]
	r := &in.Request
	if !rarely(t, "themes") {
		r.Themes = nil
	}
	for i := range r.Preferences {
		r.Preferences[i].Must = rapid.IntRange(0, 3).Draw(t, "must have") == 0
	}
	if rarely(t, "area") {
		in.ServiceArea = nil
	}
	for i := range in.Candidates {
		if rarely(t, "as drawn") {
			continue
		}
		c := ordinary(in.Candidates[i].Expert, in.Request.Type)
		c.BirthDate, c.Traits, c.Consents = "1997-05-14", in.Candidates[i].Traits, in.Candidates[i].Consents
		c.CompletedOfType, c.Tier3Confirmed = in.Candidates[i].CompletedOfType, true
		drawHardship(t, &in, &c)
		in.Candidates[i] = c
	}
	return in
}

func drawHardship(t *rapid.T, in *engine.MatchInput, c *engine.Candidate) {
	today := engine.DateOf(in.Now, in.Zone)
	hardships := []func(){
		func() {
			opens := rapid.IntRange(0, 20).Draw(t, "opens") * 60
			c.Rules = []engine.AvailabilityRule{hours(drawWeekday(t), wall(opens), wall(min(24*60, opens+in.Request.Minutes+rapid.IntRange(0, 8).Draw(t, "wide")*15)))}
		},
		func() { c.TravelMinutes = ptr(rapid.IntRange(61, 130).Draw(t, "far")) },
		func() { c.ActiveRelations = rapid.IntRange(1, 4).Draw(t, "many relations") },
		func() { c.Certificates[0].To = today.AddDays(rapid.IntRange(0, 70).Draw(t, "certificate ends")) },
		func() { c.CertifiedOn = today.AddDays(rapid.IntRange(0, 70).Draw(t, "certified")) },
		func() { c.Caps.SessionsPerWeek, c.Booked = 1, []engine.Booked{bookedAt(in, t)} },
		func() {
			c.PausedUntil = ptr(in.Now.Add(time.Duration(rapid.IntRange(0, 40*24).Draw(t, "paused")) * time.Hour))
		},
		func() {
			c.Blackouts = []engine.Interval{{Start: in.Now, End: in.Now.Add(time.Duration(rapid.IntRange(0, 40*24*60).Draw(t, "away")) * time.Minute)}}
		},
	}
	for range rapid.IntRange(1, 2).Draw(t, "hardships") {
		rapid.SampledFrom(hardships).Draw(t, "hardship")()
	}
}

// bookedAt is a session within four weeks.
func bookedAt(in *engine.MatchInput, t *rapid.T) engine.Booked {
	start := in.Now.Add(time.Duration(rapid.IntRange(0, 28*24*60).Draw(t, "booked")) * time.Minute)
	session := engine.Interval{Start: start, End: start.Add(time.Hour)}
	return engine.Booked{ID: "booked", Session: session, Busy: session}
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
			open := shown(in, mayHide)
			if len(p.Changes) == 2 {
				for i := range p.Changes {
					if servable(t, applied(open, p.Changes[i]), with) {
						t.Fatalf("of %+v one is enough", p)
					}
					smaller := slices.Clone(p.Changes)
					for smaller[i].By--; smaller[i].By > 0 && !sizeOf(smaller[i]); {
						smaller[i].By--
					}
					// The second of a pair may be about what the first makes.
					first := p.Changes[0].Kind == engine.ChangeEndsLater && p.Changes[1].Kind == engine.ChangeStartsEarlier
					if smaller[i].By > 0 && !first && (collide(in) || !collide(applied(open, smaller...))) && servable(t, applied(open, smaller...), with) {
						t.Fatalf("%+v is proposed where %+v would do", p, smaller)
					}
				}
				continue
			}
			c := p.Changes[0]
			for smaller := c; smaller.By > 0; smaller.By-- {
				if smaller.By < c.By && sizeOf(smaller) && (collide(in) || !collide(applied(open, smaller))) && servable(t, applied(open, smaller), with) {
					t.Fatalf("%+v is proposed where %d would do", c, smaller.By)
				}
			}
		}
	})
}

// Whatever single change would do, it or a smaller one of its kind is proposed.
func TestNoChangeThatWouldDoIsMissed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := shown(generateHard(t), mayHide)
		proposals := whyNobody(t, in).Proposals
		c := drawChange(t, in)
		changed := engine.Apply(in, c)
		if servable(t, in, "") || collide(changed) && !collide(in) || changed.Request.Validate(in.Type, in.Now, in.Zone) != nil || !servable(t, changed, "") {
			return
		}
		found := slices.ContainsFunc(proposals.List, func(p engine.Proposal) bool {
			return len(p.Changes) == 1 && p.Changes[0].Kind == c.Kind && p.Changes[0].By <= c.By
		})
		if !found {
			t.Fatalf("%+v would do, and only %v is proposed", c, proposalsText(proposals))
		}
	})
}

// drawChange draws any change within the bounds of the search.
func drawChange(t *rapid.T, in engine.MatchInput) engine.Change {
	by := func(unit, most int) int { return unit * rapid.IntRange(1, max(1, most/unit)).Draw(t, "by") }
	r := in.Request
	timed := func(kind engine.ChangeKind) engine.Change {
		c := engine.Change{Kind: kind, By: by(15, 240)}
		if len(r.Options) > 0 {
			c.Option = rapid.SampledFrom(r.Options).Draw(t, "option")
			return c
		}
		c.Window = rapid.SampledFrom(r.Windows).Draw(t, "window")
		room := minuteOf(c.Window.Starts)
		if kind == engine.ChangeEndsLater {
			room = 24*60 - minuteOf(c.Window.Ends)
		}
		c.By = min(c.By, room/15*15)
		return c
	}
	someone := engine.ExpertID("nobody")
	if len(in.Candidates) > 0 {
		someone = rapid.SampledFrom(in.Candidates).Draw(t, "someone").Expert
	}
	kind := rapid.SampledFrom([]engine.ChangeKind{
		engine.ChangeEndsLater, engine.ChangeStartsEarlier, engine.ChangeAlsoDay, engine.ChangeAlsoWeekday, engine.ChangeStartLater,
		engine.ChangeStartEarlier, engine.ChangeShorter, engine.ChangeTravel, engine.ChangeLessOften, engine.ChangeOnline, engine.ChangeFewer,
		engine.ChangeArea, engine.ChangeWeekCap, engine.ChangeRelationCap, engine.ChangeTeam,
	}).Draw(t, "kind")
	c := engine.Change{Kind: kind, By: 1}
	switch kind {
	case engine.ChangeEndsLater, engine.ChangeStartsEarlier:
		c = timed(kind)
	case engine.ChangeAlsoDay:
		c.By = by(1, 6)
		if len(r.Options) > 0 {
			c.Option = rapid.SampledFrom(r.Options).Draw(t, "option")
		}
	case engine.ChangeAlsoWeekday:
		if len(r.Windows) == 0 {
			return engine.Change{Kind: engine.ChangeOnline, By: 1}
		}
		c.Window = rapid.SampledFrom(r.Windows).Draw(t, "window")
		c.Window.Weekday = drawWeekday(t)
	case engine.ChangeStartLater, engine.ChangeStartEarlier:
		c.By = by(1, 8)
	case engine.ChangeShorter:
		c.By = by(15, r.Minutes)
	case engine.ChangeLessOften:
		if r.Occurrences < 2 || len(r.Windows) == 0 || r.EveryWeeks >= 4 {
			return engine.Change{Kind: engine.ChangeOnline, By: 1}
		}
		c.By = by(1, 4-r.EveryWeeks)
	case engine.ChangeFewer:
		c.By = by(1, r.Occurrences/2)
	case engine.ChangeTravel:
		c.By, c.Expert = by(15, 60), someone
	case engine.ChangeArea:
		c.Municipality = in.Place.Municipality
	case engine.ChangeWeekCap, engine.ChangeRelationCap:
		c.By, c.Expert = by(1, 2), someone
	}
	return c
}

func minuteOf(w engine.WallTime) int {
	return int(w[0]-'0')*600 + int(w[1]-'0')*60 + int(w[3]-'0')*10 + int(w[4]-'0')
}

// collide reports that options of a series overlap.
func collide(in engine.MatchInput) bool {
	r := in.Request
	for i, a := range r.Options {
		if r.Occurrences > 1 && slices.ContainsFunc(r.Options[:i], a.Overlaps) {
			return true
		}
	}
	return false
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
