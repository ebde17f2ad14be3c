package engine_test

import (
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
func sameAsSuggest(t *rapid.T, r *engine.Ranker, in engine.MatchInput, k int) {
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
