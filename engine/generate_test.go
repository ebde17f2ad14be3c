package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"expex/engine"
)

// generate draws a valid input: one of the shipped kinds of deployment, within
// three weeks of a change of the clocks, with one to twelve candidates who are
// fit more often than not. The request passes its own validation, and what the
// database keeps unique is unique.
func generate(t *rapid.T) engine.MatchInput {
	code := engine.DeploymentTypeCode(rapid.SampledFrom(shipped.DeploymentTypes).Draw(t, "type").Code)
	in := blank(code)
	change := rapid.SampledFrom([]string{"2027-03-28 03:00", "2027-10-31 03:00"}).Draw(t, "change")
	in.Now = at(change).Add(time.Duration(rapid.IntRange(-21*24*60, 7*24*60).Draw(t, "now")) * time.Minute)
	in.Organisations = engine.OrganisationTree{
		"house": {Parent: "head office"}, "east wing": {Parent: "head office"}, "old house": {MergedInto: "head office"},
	}
	in.Weights = drawWeights(t)
	in.Policy.TravelBufferMinutes = rapid.SampledFrom([]int{0, 15, 30}).Draw(t, "buffer")
	in.Policy.RestHoursTier3 = rapid.SampledFrom([]int{0, 24}).Draw(t, "rest")
	drawRequest(t, &in)
	n := rapid.IntRange(1, 12).Draw(t, "candidates")
	for i := range n {
		in.Candidates = append(in.Candidates, drawCandidate(t, &in, engine.ExpertID(fmt.Sprintf("e%02d", i))))
	}
	return in
}

// generateOne draws an input that asks for one expert.
func generateOne(t *rapid.T) engine.MatchInput {
	in := generate(t)
	in.Request.TeamSize = 1
	return in
}

// rarely is true about once in ten.
func rarely(t *rapid.T, label string) bool { return rapid.IntRange(0, 12).Draw(t, label) == 7 }

// drawWeights gives weights that sum to 100, or those of a column.
func drawWeights(t *rapid.T) engine.Weights {
	if rapid.Bool().Draw(t, "default weights") {
		return engine.DefaultWeights(rapid.SampledFrom(columns).Draw(t, "column"))
	}
	weights := engine.Weights{Version: "drawn", By: map[engine.FactorName]int{}}
	left := 100
	for _, f := range engine.Factors[1:] {
		weights.By[f.Name] = rapid.IntRange(0, left).Draw(t, "weight")
		left -= weights.By[f.Name]
	}
	weights.By[engine.Factors[0].Name] = left
	return weights
}

// few are the themes of generated requests, related ones and tier 3 among them.
var few = []engine.ThemeCode{"BULLYING", "LONELINESS", "OUT_OF_HOME", "FOSTER_CARE", "TRAUMA", "ADDICTION"}

var traits = []engine.Trait{
	{Kind: engine.TraitGender, Value: "female"}, {Kind: engine.TraitGender, Value: "male"},
	{Kind: engine.TraitLanguage, Value: "ar"}, {Kind: engine.TraitLanguage, Value: "nl"},
	{Kind: engine.TraitActivity, Value: "sports"},
}

func drawRequest(t *rapid.T, in *engine.MatchInput) {
	r := &in.Request
	r.TeamSize = rapid.IntRange(in.Type.TeamMin, min(3, in.Type.TeamMax)).Draw(t, "team")
	r.Minutes = rapid.IntRange(in.Type.MinutesMin, in.Type.MinutesMax).Draw(t, "minutes")
	r.Online = rarely(t, "online")
	r.Audience = rapid.SampledFrom([]engine.Audience{engine.AudienceClosed, engine.AudiencePublic}).Draw(t, "audience")
	r.AudienceAgeFrom = rapid.SampledFrom([]int{0, 12, 18}).Draw(t, "audience from")
	r.NewcomerSeat = rapid.Bool().Draw(t, "newcomer seat")
	if in.Type.Client {
		from := rapid.IntRange(12, 18).Draw(t, "client")
		r.Client = &engine.Client{Ref: "client", AgeFrom: from, AgeTo: from + rapid.IntRange(0, 2).Draw(t, "band")}
	}
	for _, theme := range distinct(t, few, 3, "themes") {
		r.Themes = append(r.Themes, engine.RequestTheme{Theme: theme, Importance: rapid.SampledFrom([]engine.Importance{engine.Nice, engine.Nice, engine.Must}).Draw(t, "importance")})
	}
	for _, trait := range distinct(t, traits, 3, "preferences") {
		r.Preferences = append(r.Preferences, engine.Preference{Kind: trait.Kind, Value: trait.Value, Must: rarely(t, "must")})
	}
	drawWishes(t, in)
	var invalid *engine.Error
	if err := r.Validate(in.Type, in.Now, in.Zone); errors.As(err, &invalid) && invalid.Field == "windows" {
		return // there is no room left, as there may not be some time after it was submitted
	} else if err != nil {
		t.Fatalf("the generator made a request that nobody could submit: %v", err)
	}
}

func drawWishes(t *rapid.T, in *engine.MatchInput) {
	r := &in.Request
	if in.Type.Form != engine.OneOff {
		limit := 14
		if in.Type.SessionCap > 0 {
			limit = in.Type.SessionCap
		}
		r.Occurrences = rapid.IntRange(1, limit).Draw(t, "sessions")
	}
	if rapid.Bool().Draw(t, "options") {
		for range rapid.IntRange(1, 5).Draw(t, "how many options") {
			start := in.Now.Add(time.Duration(rapid.IntRange(0, 28*24*60).Draw(t, "option")) * time.Minute)
			length := time.Duration(r.Minutes+rapid.IntRange(0, 240).Draw(t, "slack")) * time.Minute
			r.Options = append(r.Options, engine.Interval{Start: start, End: start.Add(length)})
		}
		return
	}
	for range rapid.IntRange(1, 3).Draw(t, "how many windows") {
		starts := rapid.IntRange(0, (24*60-r.Minutes)/15).Draw(t, "starts") * 15
		ends := min(24*60, starts+r.Minutes+rapid.IntRange(0, 16).Draw(t, "wider")*15)
		r.Windows = append(r.Windows, engine.WeekWindow{Weekday: drawWeekday(t), Starts: wall(starts), Ends: wall(ends)})
	}
	r.From = engine.DateOf(in.Now, in.Zone).AddDays(rapid.IntRange(-3, 10).Draw(t, "from"))
	if rapid.Bool().Draw(t, "until") {
		r.Until = max(r.From, engine.DateOf(in.Now, in.Zone)).AddDays(rapid.IntRange(0, 60).Draw(t, "until"))
	}
	r.EveryWeeks = rapid.IntRange(1, 4).Draw(t, "every weeks")
}

func drawCandidate(t *rapid.T, in *engine.MatchInput, id engine.ExpertID) engine.Candidate {
	c := ordinary(id, in.Request.Type)
	today := engine.DateOf(in.Now, in.Zone)
	day := func(label string) engine.Date { return today.AddDays(rapid.IntRange(-30, 60).Draw(t, label)) }
	c.BirthDate = today.AddDays(-365*rapid.IntRange(24, 34).Draw(t, "age") - rapid.IntRange(0, 364).Draw(t, "days"))
	c.CompletedOfType = rapid.IntRange(0, 4).Draw(t, "completed")
	c.ActiveRelations = rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(t, "relations")
	c.FoldExclusions = rarely(t, "folds")
	c.Tier3Confirmed = rapid.Bool().Draw(t, "tier 3 confirmed")
	usage := in.Type.UsageFor(in.Request.Audience)
	for _, theme := range few {
		if level := rapid.SampledFrom([]engine.ConsentLevel{engine.Green, engine.Green, engine.Amber, engine.Red, ""}).Draw(t, "consent"); level != "" {
			c.Consents = append(c.Consents, engine.Consent{Theme: theme, Usage: usage, Level: level})
		}
	}
	c.Traits = distinct(t, traits, len(traits), "traits")
	c.Caps = engine.Caps{SessionsPerWeek: rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(t, "own week")}
	for _, mishap := range []func(){
		func() { c.BirthDate = today.AddDays(-rapid.IntRange(17*365, 24*365).Draw(t, "young")) },
		func() { c.ActiveRelations = 2 },
		func() { c.CertifiedOn = day("certified") },
		func() { c.Trained[0].From = day("trained") },
		func() { c.Certificates[0].To = day("certificate") },
		func() { c.Status = engine.ExpertPaused },
		func() { c.NDAOn = "" },
		func() { c.OrganisationExclusions = drawExclusions(t, day) },
		func() { c.ExcludedClients = []engine.ClientRef{"somebody", "client"} },
		func() { c.EmployedBy = []engine.OrganisationID{"elsewhere", "east wing"} },
		func() { c.TrainerOf = []engine.ClientRef{"client", "somebody"} },
		func() { c.PausedUntil = ptr(in.Now.Add(24 * time.Hour)) },
		func() { c.RelationClosedOn = today.AddDays(-rapid.IntRange(0, 20).Draw(t, "closed")) },
		func() { c.DeployableSince = today.AddDays(-30) },
		func() { c.Caps.MinutesPerMonth = rapid.IntRange(60, 300).Draw(t, "own month") },
		func() { c.ExcludedExperts = []engine.ExpertID{"e01", "e03"} },
	} {
		if rapid.IntRange(0, 30).Draw(t, "mishap") == 23 {
			mishap()
		}
	}
	drawPlace(t, in, &c)
	drawTime(t, in, &c)
	return c
}

func drawExclusions(t *rapid.T, day func(string) engine.Date) []engine.OrganisationExclusion {
	x := engine.OrganisationExclusion{Organisation: rapid.SampledFrom([]engine.OrganisationID{"house", "east wing", "old house", "elsewhere"}).Draw(t, "house")}
	if rapid.Bool().Draw(t, "until a day") {
		x.Until = day("until")
	}
	if rapid.Bool().Draw(t, "lifted") {
		x.LiftedFor = []engine.RequestID{"other", "request"}
	}
	return []engine.OrganisationExclusion{x, {Organisation: "far away"}}
}

func drawPlace(t *rapid.T, in *engine.MatchInput, c *engine.Candidate) {
	switch rapid.IntRange(0, 4).Draw(t, "home") {
	case 0:
		c.TravelMinutes = ptr(rapid.IntRange(0, 70).Draw(t, "travel"))
	case 1:
		c.Home = engine.Place{}
	case 2:
		c.Home = engine.Place{Municipality: "GM0627", Region: "JZ27"}
	case 3:
		c.Home.Point = &engine.Point{Latitude: 52 + float64(rapid.IntRange(0, 50).Draw(t, "north"))/100, Longitude: 4.7}
		in.Place.Point = &engine.Point{Latitude: 52.0119, Longitude: 4.7080}
	}
	if rapid.Bool().Draw(t, "asked lately") {
		c.LastOfferAt = ptr(in.Now.Add(-time.Duration(rapid.IntRange(0, 20*24).Draw(t, "asked")) * time.Hour))
	}
	if rapid.Bool().Draw(t, "confirmed") {
		c.AvailabilityConfirmedAt = ptr(in.Now.Add(-time.Duration(rapid.IntRange(0, 90*24).Draw(t, "confirmed at")) * time.Hour))
	}
}

// drawTime gives hours, blackouts and bookings to the minute. Bookings of one
// expert do not overlap, buffers included, as the database has it.
func drawTime(t *rapid.T, in *engine.MatchInput, c *engine.Candidate) {
	if rapid.IntRange(0, 2).Draw(t, "own hours") == 2 {
		c.Rules = nil
		for range rapid.IntRange(1, 8).Draw(t, "rules") {
			starts := rapid.IntRange(0, 23*4).Draw(t, "opens") * 15
			r := hours(drawWeekday(t), wall(starts), wall(min(24*60, starts+rapid.IntRange(60, 16*60).Draw(t, "closes"))))
			r.Parity = rapid.SampledFrom([]engine.Parity{engine.EveryWeek, engine.EveryWeek, engine.OddWeeks, engine.EvenWeeks}).Draw(t, "parity")
			r.Mode = rapid.SampledFrom([]engine.Mode{engine.Both, engine.Both, engine.InPerson, engine.Online}).Draw(t, "mode")
			if rarely(t, "rule ends") {
				r.To = engine.DateOf(in.Now, in.Zone).AddDays(rapid.IntRange(0, 60).Draw(t, "rule to"))
			}
			r.MaxTravelMinutes = rapid.SampledFrom([]int{0, 0, 30}).Draw(t, "rule travel")
			c.Rules = append(c.Rules, r)
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "blackouts") {
		start := in.Now.Add(time.Duration(rapid.IntRange(-24*60, 30*24*60).Draw(t, "away")) * time.Minute)
		c.Blackouts = append(c.Blackouts, engine.Interval{Start: start, End: start.Add(time.Duration(rapid.IntRange(1, 5*24*60).Draw(t, "away for")) * time.Minute)})
	}
	buffer := time.Duration(in.Policy.TravelBufferMinutes) * time.Minute
	free := in.Now.Add(-48 * time.Hour)
	for n := range rapid.SampledFrom([]int{0, 0, 1, 2, 4}).Draw(t, "bookings") {
		start := free.Add(time.Duration(rapid.IntRange(0, 4*24*60).Draw(t, "booked")) * time.Minute)
		end := start.Add(time.Duration(rapid.IntRange(30, 180).Draw(t, "booked for")) * time.Minute)
		free = end.Add(buffer)
		c.Booked = append(c.Booked, engine.Booked{
			ID: engine.SessionID(fmt.Sprintf("%s-%d", c.Expert, n)), Session: engine.Interval{Start: start, End: end}, Busy: engine.Interval{Start: start, End: free},
			OneToOne: rapid.Bool().Draw(t, "one to one"), Tier3: rarely(t, "tier 3"),
		})
	}
}

func drawWeekday(t *rapid.T) engine.Weekday {
	// Sundays more often than others: that is when the clocks change.
	return rapid.SampledFrom(append(slices.Clone(week), engine.Sunday, engine.Sunday)).Draw(t, "weekday")
}

// wall is the wall time of a minute of a day, up to 24:00.
func wall(minute int) engine.WallTime {
	return engine.WallTime(fmt.Sprintf("%02d:%02d", minute/60, minute%60))
}

// distinct draws up to limit different ones, in any order.
func distinct[T comparable](t *rapid.T, from []T, limit int, label string) []T {
	return rapid.Permutation(from).Draw(t, label)[:rapid.IntRange(0, limit).Draw(t, "how many "+label)]
}
