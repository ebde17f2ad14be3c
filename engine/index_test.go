package engine_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"expex/engine"
)

// drawPool draws an input for one expert whose candidates the columns of an
// index can hold more often than those of generate: hours on the raster, times
// to the minute. It adds what generate leaves out.
func drawPool(t *rapid.T) engine.MatchInput {
	in := generateOne(t)
	if rapid.Bool().Draw(t, "no change of the clocks") {
		in.Now = in.Now.AddDate(0, 0, 70)
		drawAgain(t, &in)
	}
	if rarely(t, "with seconds") {
		in.Now = in.Now.Add(time.Duration(rapid.IntRange(1, 59999).Draw(t, "milliseconds")) * time.Millisecond)
		in.Request.Options = slices.DeleteFunc(in.Request.Options, func(o engine.Interval) bool { return o.Start.Before(in.Now) })
	}
	today := engine.DateOf(in.Now, in.Zone)
	if rarely(t, "service area changes") {
		day := today.AddDays(rapid.IntRange(0, 40).Draw(t, "service from"))
		in.ServiceArea = append(in.ServiceArea, engine.AreaMembership{Municipality: "GM0513", Valid: engine.Valid{From: day.AddDays(rapid.IntRange(0, 3).Draw(t, "gap"))}})
		in.ServiceArea[0].Valid.To = day
	}
	if rarely(t, "tight policy") {
		in.Policy.ContactMinutesWeek = rapid.IntRange(60, 400).Draw(t, "contact minutes")
		in.Policy.LowCoverage = rapid.IntRange(0, 100).Draw(t, "low coverage")
	}
	for i := range in.Candidates {
		drawMore(t, &in, &in.Candidates[i])
	}
	return in
}

// drawAgain draws another request of the same type to the same pool.
func drawAgain(t *rapid.T, in *engine.MatchInput) {
	place := in.Place
	fresh := blank(in.Type.Code)
	in.Request = fresh.Request
	drawRequest(t, in)
	in.Request.TeamSize = 1
	in.Place = place
	if rarely(t, "elsewhere") {
		in.Place = rapid.SampledFrom([]engine.Place{
			{Municipality: "GM0627", Region: "JZ27"}, {Municipality: "GM0363", Region: "JZ13", Point: &engine.Point{Latitude: 52.37, Longitude: 4.89}}, {}, {Municipality: "GM0513"},
		}).Draw(t, "place")
		if rapid.Bool().Draw(t, "served") {
			in.ServiceArea = append(slices.Clone(in.ServiceArea), engine.AreaMembership{Municipality: in.Place.Municipality})
		}
	}
	in.Weights = drawWeights(t)
}

func drawMore(t *rapid.T, in *engine.MatchInput, c *engine.Candidate) {
	today := engine.DateOf(in.Now, in.Zone)
	if rapid.IntRange(0, 4).Draw(t, "hours on the raster") > 0 {
		for i := range c.Rules {
			minutes := int(c.Rules[i].Ends[0]-'0')*600 + int(c.Rules[i].Ends[1]-'0')*60 + int(c.Rules[i].Ends[3]-'0')*10
			c.Rules[i].Ends = wall(minutes / 15 * 15)
		}
	}
	for _, chance := range []func(){
		func() { c.Rules = append(slices.Clone(c.Rules), hours(drawWeekday(t), "22:00", "24:00")) },
		func() { c.Rules[0].From = today.AddDays(rapid.IntRange(-3, 30).Draw(t, "rule from")) },
		func() {
			// Hours that begin after all that is asked, and none before.
			for i := range c.Rules {
				c.Rules[i].From = today.AddDays(rapid.IntRange(20, 140).Draw(t, "all rules from"))
			}
		},
		func() {
			c.PausedUntil = ptr(in.Now.Add(time.Duration(rapid.IntRange(-60, 30*24*60).Draw(t, "paused")) * time.Minute))
		},
		func() { c.Home = engine.Place{Municipality: "GM0363", Region: "JZ13"} },
		func() { c.Home = engine.Place{Municipality: "GM0513"} },
		func() { c.MaxTravelMinutes = rapid.SampledFrom([]int{0, 10, 20, 45}).Draw(t, "limit") },
		func() {
			c.Certificates = []engine.Valid{{From: today.AddDays(rapid.IntRange(-9, 20).Draw(t, "certificate from"))}}
		},
		func() { c.Certificates = nil },
		func() { c.Trained = nil },
		func() { c.BirthDate = "" },
		func() { c.DeployableSince = "" },
		func() { c.RelationClosedOn = today.AddDays(-rapid.IntRange(0, 20).Draw(t, "closed")) },
		func() { c.Caps.SessionsPerWeek = 1 },
		func() { c.Caps.MinutesPerMonth = rapid.IntRange(30, 600).Draw(t, "month") },
		func() {
			c.Blackouts = append(slices.Clone(c.Blackouts), engine.Interval{Start: in.Now.Add(36 * time.Hour), End: in.Now.Add(36*time.Hour + 90*time.Second)})
		},
		func() {
			c.Blackouts = append(slices.Clone(c.Blackouts), engine.Interval{Start: in.Now.AddDate(0, 0, -5), End: in.Now.AddDate(4, 0, 0)})
		},
		func() {
			// Room for one session, from half a minute past to half a minute past.
			for _, o := range in.Request.Options {
				start := o.Start.Add(30 * time.Second)
				end := start.Add(time.Duration(in.Request.Minutes) * time.Minute)
				c.Blackouts = append(slices.Clone(c.Blackouts), engine.Interval{Start: o.Start, End: start}, engine.Interval{Start: end, End: o.End})
			}
		},
		func() { c.ExcludedClients = []engine.ClientRef{"client"} },
		func() { c.EmployedBy = []engine.OrganisationID{"east wing"} },
		func() {
			c.OrganisationExclusions = drawExclusions(t, func(string) engine.Date { return today.AddDays(9) })
		},
	} {
		if rapid.IntRange(0, 24).Draw(t, "chance") == 13 {
			chance()
		}
	}
}

// sameAsSuggest ranks one request both ways and compares all there is.
func sameAsSuggest(t rapid.TB, r *engine.Ranker, in engine.MatchInput, k int) {
	want, err := engine.Suggest(in)
	if err != nil {
		t.Fatal(err)
	}
	best := want.Suggestions[:min(k, len(want.Suggestions))]
	q, err := r.Ask(in)
	if err != nil {
		t.Fatal(err)
	}
	list := r.Rank(q, k)
	if len(list) != len(best) {
		t.Fatalf("%d in the index, %d by definition\n%s", len(list), len(best), rankingText(want))
	}
	for i, s := range list {
		sum, known := 0, 0
		for _, f := range best[i].Factors {
			if f.State == engine.Known {
				sum, known = sum+f.Weight*f.Value, known+f.Weight
			}
		}
		if s.Expert != best[i].Experts[0] || s.Sum != sum || s.Known != known || s.Coverage != best[i].Coverage || s.Feasible != best[i].Feasible {
			t.Fatalf("place %d: the index has %+v, by definition %d/%d\n%s", i, s, sum, known, rankingText(want))
		}
	}
	got, err := r.Top(in, k)
	if err != nil || len(got) != len(best) || len(got) > 0 && !reflect.DeepEqual(got, best) {
		t.Fatalf("explained otherwise: %v\n%v\n%v", err, got, best)
	}
}

func TestTheIndexRanksAsTheDefinitionDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawPool(t)
		r := engine.NewIndex(in).NewRanker()
		for range 4 {
			sameAsSuggest(t, r, in, rapid.IntRange(1, len(in.Candidates)).Draw(t, "k"))
			drawAgain(t, &in)
		}
	})
}

func TestARequestTheIndexWasNotMadeForIsRankedAllTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawPool(t)
		r := engine.NewIndex(in).NewRanker()
		switch rapid.IntRange(0, 3).Draw(t, "other") {
		case 0:
			in.Now = in.Now.Add(time.Minute)
		case 1:
			in.Policy.SessionsPerWeek++
		case 2:
			in.Type = deployment(rapid.SampledFrom([]engine.DeploymentTypeCode{engine.Buddy, engine.PolicyAdvice}).Draw(t, "type"))
		case 3:
			in.Request.Minutes = in.Type.MinutesMin - 1
		}
		sameAsSuggest(t, r, in, 3)
	})
}

// A few drawn candidates, mixed, are many: more than fit in a word, wait at a
// time or are asked for, so that most are left out by what they lose.
func TestTheBestOfManyAreThoseOfTheDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawPool(t)
		few := in.Candidates
		in.Candidates = nil
		for i := range 200 {
			c, other, third := few[i%len(few)], few[i*7%len(few)], few[i/len(few)%len(few)]
			c.Expert = engine.ExpertID(fmt.Sprintf("m%03d", i))
			c.Consents, c.Traits, c.BirthDate = third.Consents, other.Traits, third.BirthDate
			c.Rules, c.Blackouts, c.Booked, c.CompletedOfType = other.Rules, other.Blackouts, third.Booked, i%5
			in.Candidates = append(in.Candidates, c)
		}
		r := engine.NewIndex(in).NewRanker()
		sameAsSuggest(t, r, in, rapid.IntRange(1, 40).Draw(t, "k"))
	})
}

// A crowd has more candidates than fit in a word, wait at a time or are asked
// for, which the pools above have not.
func TestTheBestOfACrowdAreThoseOfTheDefinition(t *testing.T) {
	t.Parallel()
	for _, kind := range []engine.DeploymentTypeCode{engine.CaseConsultation, engine.Buddy} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			pool := crowd(kind, 700)
			for name, in := range map[string]engine.MatchInput{"spread": pool, "fit": anybody(pool)} {
				r := engine.NewIndex(in).NewRanker()
				requests := demand(in, 3)
				if name == "fit" {
					requests = near(requests)
				}
				for _, request := range requests {
					for _, k := range []int{1, 10, 64, 700} {
						sameAsSuggest(t, r, request, k)
					}
				}
			}
		})
	}
}

func TestRankingAllocatesNothing(t *testing.T) {
	for name, change := range map[string]func(in *engine.MatchInput, c *engine.Candidate){
		"as they come":            func(*engine.MatchInput, *engine.Candidate) {},
		"hours off the raster":    func(_ *engine.MatchInput, c *engine.Candidate) { c.Rules[0].Starts, c.Rules[0].Ends = "09:10", "23:50" },
		"hours with a limit":      func(_ *engine.MatchInput, c *engine.Candidate) { c.Rules[0].MaxTravelMinutes = 5 },
		"hours that end":          func(_ *engine.MatchInput, c *engine.Candidate) { c.Rules[0].To = "2027-06-01" },
		"another client excluded": func(_ *engine.MatchInput, c *engine.Candidate) { c.ExcludedClients = []engine.ClientRef{"another"} },
		"a house excluded for a while": func(_ *engine.MatchInput, c *engine.Candidate) {
			c.OrganisationExclusions = []engine.OrganisationExclusion{{Organisation: "house 1", Until: "2027-06-01"}}
		},
		"no adult yet":           func(_ *engine.MatchInput, c *engine.Candidate) { c.BirthDate = "2009-06-01" },
		"little time in a month": func(_ *engine.MatchInput, c *engine.Candidate) { c.Caps.MinutesPerMonth = 100 },
		"the night the clocks change": func(in *engine.MatchInput, c *engine.Candidate) {
			in.Now, in.Request.From = at("2027-10-20 12:00"), "2027-10-20"
			in.Request.Windows = []engine.WeekWindow{{Weekday: engine.Sunday, Starts: "01:00", Ends: "05:00"}}
			c.Rules = []engine.AvailabilityRule{hours(engine.Sunday, "00:30", "04:00")}
		},
	} {
		pool := demand(crowd(engine.Buddy, 2_000), 1)[0]
		pool.Candidates = slices.Clone(pool.Candidates)
		pool.Request.OrganisationID, pool.Request.Client.AgeFrom, pool.Request.Client.AgeTo = "house 1", 10, 11
		for i := range pool.Candidates {
			change(&pool, &pool.Candidates[i])
		}
		x := engine.NewIndex(pool)
		r := x.NewRanker()
		q, err := x.Ask(pool)
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(10, func() { r.Rank(q, 10) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
		if len(r.Rank(q, 10)) == 0 {
			t.Errorf("%s: nobody is found", name)
		}
	}
}

func TestAnIndexHandsTeamsToTheDefinition(t *testing.T) {
	t.Parallel()
	in := talk()
	x := engine.NewIndex(in)
	in.Request.TeamSize = 2
	if _, err := x.Ask(in); err == nil {
		t.Error("a team was ranked as one expert")
	}
	want, err := engine.Suggest(in)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := x.Top(in, 5); err != nil || !reflect.DeepEqual(got, want.Suggestions) {
		t.Errorf("%v, %v instead of %v", got, err, want.Suggestions)
	}
}

func TestAnEmptyPoolOrListIsNoTrouble(t *testing.T) {
	t.Parallel()
	in := consultation()
	for _, k := range []int{-1, 0} {
		if got, err := engine.NewIndex(in).Top(in, k); err != nil || len(got) != 0 {
			t.Errorf("the best %d are %v (%v)", k, got, err)
		}
	}
	in.Candidates = nil
	if got, err := engine.NewIndex(in).Top(in, 3); err != nil || len(got) != 0 {
		t.Errorf("of nobody the best are %v (%v)", got, err)
	}
}

// The first candidates of a crowd set what later ones may lose. Here the later
// ones are better by the least there is.
func TestLatecomersAreLeftOutOnlyWhenTheyAreWorse(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(in *engine.MatchInput, c *engine.Candidate, i int){
		"asked longer ago, with the same score": func(in *engine.MatchInput, c *engine.Candidate, i int) {
			c.Rules = slices.Delete(slices.Clone(c.Rules), 1, 2) // not on Tuesdays
			c.LastOfferAt = ptr(in.Now.AddDate(0, -2, -i))
		},
		"one of two wishes not met, which costs less than an option": func(in *engine.MatchInput, c *engine.Candidate, i int) {
			in.Request.Preferences = []engine.Preference{{Kind: engine.TraitGender, Value: "female"}, {Kind: engine.TraitLanguage, Value: "ar"}}
			c.Traits = []engine.Trait{traits[0], traits[2]}
			if i < 100 {
				c.Rules = slices.Delete(slices.Clone(c.Rules), 1, 2)
			} else {
				c.Traits[1] = traits[3]
			}
		},
		"better known, with a lower score": func(in *engine.MatchInput, c *engine.Candidate, i int) {
			in.Policy.LowCoverage = 100
			if i < 100 {
				c.Home = engine.Place{}
			} else {
				c.Rules = c.Rules[1:2] // on Tuesdays only
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := consultation()
			anna := in.Candidates[0]
			anna.CompletedOfType = 4
			in.Candidates = nil
			for i := range 200 {
				c := anna
				c.Expert = engine.ExpertID(fmt.Sprintf("m%03d", i))
				change(&in, &c, i)
				in.Candidates = append(in.Candidates, c)
			}
			sameAsSuggest(t, engine.NewIndex(in).NewRanker(), in, 10)
		})
	}
}
