package engine_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"expex/engine"
)

// sizes are the pools of the benchmarks: a programme, all of the country's
// programmes, and more than there will ever be.
var sizes = []int{2_000, 20_000, 200_000}

// crowd makes a pool that is spread over the country, as a snapshot for requests
// of the type: three quarters may be asked at all, each for five of the themes,
// with some afternoons a week, and with weeks away and sessions booked as they
// come. The same numbers give the same pool.
func crowd(kind engine.DeploymentTypeCode, n int) engine.MatchInput {
	in := blank(kind)
	in.Now = at("2027-05-08 12:00")
	in.Weights = engine.DefaultWeights(in.Type.Weights)
	in.Organisations = engine.OrganisationTree{}
	for i := range 300 {
		in.Organisations[engine.OrganisationID(fmt.Sprintf("house %d", i))] = engine.OrganisationLinks{Parent: engine.OrganisationID(fmt.Sprintf("head %d", i/5))}
	}
	roll := rand.New(rand.NewPCG(uint64(n), 7))
	homes := make([]engine.Place, 4_000)
	for i := range homes {
		homes[i] = somewhere(roll)
	}
	in.Candidates = make([]engine.Candidate, n)
	for i := range in.Candidates {
		in.Candidates[i] = somebody(roll, &in, engine.ExpertID(fmt.Sprintf("expert %06d", i)), homes[roll.IntN(len(homes))])
	}
	return in
}

func somewhere(roll *rand.Rand) engine.Place {
	return engine.Place{
		Municipality: engine.MunicipalityCode(fmt.Sprintf("GM%04d", roll.IntN(342))), Region: engine.RegionCode(fmt.Sprintf("JZ%02d", roll.IntN(42))),
		Point: &engine.Point{Latitude: 51.2 + 2*roll.Float64(), Longitude: 4.2 + 2.7*roll.Float64()},
	}
}

func somebody(roll *rand.Rand, in *engine.MatchInput, id engine.ExpertID, home engine.Place) engine.Candidate {
	percent := func(n int) bool { return roll.IntN(100) < n }
	today := engine.DateOf(in.Now, in.Zone)
	c := ordinary(id, in.Type.Code)
	c.BirthDate = today.AddDays(-roll.IntN(3_650) - 18*366)
	c.Home, c.MaxTravelMinutes = home, []int{30, 30, 45, 45, 60, 90}[roll.IntN(6)]
	c.CompletedOfType, c.ActiveRelations = roll.IntN(6), roll.IntN(3)
	if percent(25) {
		c.Status = engine.ExpertPaused
	}
	if percent(35) {
		c.Trained = []engine.Training{{Type: "OTHER", From: "2026-01-01"}}
	}
	if percent(8) {
		c.Certificates = nil
	}
	if percent(60) {
		c.LastOfferAt = ptr(in.Now.Add(-time.Duration(roll.IntN(60*24)) * time.Hour))
	}
	if percent(15) {
		c.OrganisationExclusions = []engine.OrganisationExclusion{{Organisation: engine.OrganisationID(fmt.Sprintf("house %d", roll.IntN(300)))}}
	}
	for _, theme := range roll.Perm(len(shipped.Themes))[:5] {
		level := engine.Green
		if percent(30) {
			level = engine.Amber
		}
		c.Consents = append(c.Consents, engine.Consent{Theme: engine.ThemeCode(shipped.Themes[theme].Code), Usage: in.Type.UsageFor(engine.AudienceClosed), Level: level})
	}
	c.Traits = []engine.Trait{traits[roll.IntN(2)], traits[2+roll.IntN(3)]}
	c.Rules = nil
	for _, day := range roll.Perm(7)[:3+roll.IntN(3)] {
		starts := 9*4 + roll.IntN(8*4)
		rule := hours(week[day], wall(starts*15), wall(min(24*4, starts+12+roll.IntN(12))*15))
		if percent(10) {
			rule.Parity = engine.OddWeeks
		}
		c.Rules = append(c.Rules, rule)
	}
	for range roll.IntN(3) {
		from := in.Now.Add(time.Duration(roll.IntN(84*24)) * time.Hour)
		c.Blackouts = append(c.Blackouts, engine.Interval{Start: from, End: from.Add(time.Duration(1+roll.IntN(9*24)) * time.Hour)})
	}
	for n, start := 0, in.Now.Add(-72*time.Hour); n < roll.IntN(7); n++ {
		start = start.Add(time.Duration(2+roll.IntN(8*96)) * 15 * time.Minute)
		c.Booked = append(c.Booked, engine.Booked{
			ID: engine.SessionID(fmt.Sprintf("%s %d", id, n)), OneToOne: percent(50),
			Session: engine.Interval{Start: start, End: start.Add(time.Hour)}, Busy: engine.Interval{Start: start, End: start.Add(90 * time.Minute)},
		})
		start = start.Add(90 * time.Minute)
	}
	return c
}

// demand makes requests of the snapshot's type from twenty places: one must and
// one wished theme, a wish about language, and three options of three hours for
// a single session, or two afternoons a week for twelve weeks of a relation.
func demand(pool engine.MatchInput, n int) []engine.MatchInput {
	roll := rand.New(rand.NewPCG(11, uint64(n)))
	places := make([]engine.Place, 20)
	for i := range places {
		places[i] = somewhere(roll)
	}
	var out []engine.MatchInput
	for i := range n {
		in := pool
		in.Place = places[i%len(places)]
		in.ServiceArea = []engine.AreaMembership{{Municipality: in.Place.Municipality}}
		r := &in.Request
		r.ID, r.OrganisationID = engine.RequestID(fmt.Sprintf("request %d", i)), engine.OrganisationID(fmt.Sprintf("house %d", roll.IntN(300)))
		r.TeamSize, r.AudienceAgeFrom = 1, 18
		order := roll.Perm(len(commonThemes))
		r.Themes = []engine.RequestTheme{{Theme: commonThemes[order[0]], Importance: engine.Must}, {Theme: commonThemes[order[1]], Importance: engine.Nice}}
		r.Preferences = []engine.Preference{{Kind: engine.TraitLanguage, Value: "ar"}}
		if in.Type.Client {
			r.Client = &engine.Client{Ref: "client", AgeFrom: 14, AgeTo: 15}
			r.AudienceAgeFrom = 0
		}
		if in.Type.Form == engine.OneOff {
			r.Minutes = 90
			for day := range 3 {
				start := in.Now.Add(time.Duration((2+3*day+roll.IntN(3))*24+roll.IntN(4)) * time.Hour)
				r.Options = append(r.Options, engine.Interval{Start: start, End: start.Add(3 * time.Hour)})
			}
		} else {
			r.Minutes, r.From = 60, engine.DateOf(in.Now, in.Zone).AddDays(3)
			day := roll.IntN(4)
			r.Windows = []engine.WeekWindow{{Weekday: week[day], Starts: "14:00", Ends: "17:00"}, {Weekday: week[day+1], Starts: "14:00", Ends: "17:00"}}
		}
		out = append(out, in)
	}
	return out
}

// commonThemes are those of tiers 1 and 2.
var commonThemes = func() (out []engine.ThemeCode) {
	for _, t := range shipped.Themes {
		if t.Tier < 3 {
			out = append(out, engine.ThemeCode(t.Code))
		}
	}
	return out
}()

// anybody lets every candidate pass every rule but those about time: nothing is
// sieved out by a bitmap.
func anybody(in engine.MatchInput) engine.MatchInput {
	in.Candidates = slices.Clone(in.Candidates)
	for i := range in.Candidates {
		c, fit := &in.Candidates[i], ordinary("", in.Type.Code)
		c.Status, c.Trained, c.Certificates, c.ActiveRelations = fit.Status, fit.Trained, fit.Certificates, 0
		c.BirthDate, c.MaxTravelMinutes = "1999-05-14", 60+i%120*2
		c.OrganisationExclusions, c.Consents = nil, nil
		for n, theme := range commonThemes {
			level := engine.Green
			if (i+n)%3 == 0 {
				level = engine.Amber
			}
			c.Consents = append(c.Consents, engine.Consent{Theme: theme, Usage: in.Type.UsageFor(engine.AudienceClosed), Level: level})
		}
		c.Home.Point = &engine.Point{Latitude: 52 + c.Home.Point.Latitude/100, Longitude: 5 + c.Home.Point.Longitude/100}
	}
	return in
}

func near(requests []engine.MatchInput) []engine.MatchInput {
	for i := range requests {
		requests[i].Place.Point = &engine.Point{Latitude: 52.5, Longitude: 5.05 + float64(i%20)/100}
	}
	return requests
}

func benchmarkRank(b *testing.B, pool engine.MatchInput, requests []engine.MatchInput) {
	x := engine.NewIndex(pool)
	r := x.NewRanker()
	var queries []*engine.Query
	found := 0
	for _, in := range requests {
		q, err := x.Ask(in)
		if err != nil {
			b.Fatal(err)
		}
		queries = append(queries, q)
		found += len(r.Rank(q, 10))
	}
	b.ReportAllocs()
	n, before := 0, processorTime(b)
	for b.Loop() {
		r.Rank(queries[n%len(queries)], 10)
		n++
	}
	used := float64(processorTime(b)-before) / float64(n)
	b.ReportMetric(used, "cpu-ns/op")
	b.ReportMetric(used/float64(len(pool.Candidates)), "cpu-ns/pair")
	b.ReportMetric(float64(found)/float64(len(queries)), "found")
}

// processorTime is what this process has had of the processors. A machine that
// is shared stretches the time on the clock, not this.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkIndexRank ranks the ten best without their explanation: the loop that
// rounds and simulations run.
func BenchmarkIndexRank(b *testing.B) {
	for _, kind := range []engine.DeploymentTypeCode{engine.CaseConsultation, engine.Buddy} {
		for _, n := range sizes {
			b.Run(fmt.Sprintf("%s/nominal/%d", kind, n), func(b *testing.B) {
				pool := crowd(kind, n)
				benchmarkRank(b, pool, demand(pool, 60))
			})
			b.Run(fmt.Sprintf("%s/everybody/%d", kind, n), func(b *testing.B) {
				pool := anybody(crowd(kind, n))
				benchmarkRank(b, pool, near(demand(pool, 60)))
			})
		}
	}
}

// BenchmarkIndexTop is a request from its input to ten explained suggestions,
// the place being known.
func BenchmarkIndexTop(b *testing.B) {
	for _, kind := range []engine.DeploymentTypeCode{engine.CaseConsultation, engine.Buddy} {
		pool := crowd(kind, 2_000)
		requests := demand(pool, 60)
		b.Run(string(kind), func(b *testing.B) {
			r := engine.NewIndex(pool).NewRanker()
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				if _, err := r.Top(requests[n%len(requests)], 10); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkIndexAsk is the preparation of a request, and BenchmarkIndexPlace
// what the first request from a place pays on top.
func BenchmarkIndexAsk(b *testing.B) {
	for _, kind := range []engine.DeploymentTypeCode{engine.CaseConsultation, engine.Buddy} {
		pool := crowd(kind, 2_000)
		requests := demand(pool, 60)
		b.Run(string(kind), func(b *testing.B) {
			x := engine.NewIndex(pool)
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				if _, err := x.Ask(requests[n%len(requests)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkIndexPlace ranks with a ranker that knows no place.
func BenchmarkIndexPlace(b *testing.B) {
	for _, n := range sizes {
		pool := crowd(engine.CaseConsultation, n)
		in := demand(pool, 1)[0]
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			x := engine.NewIndex(pool)
			q, err := x.Ask(in)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				x.NewRanker().Rank(q, 10)
			}
		})
	}
}

// BenchmarkNewIndex prepares a pool, and says what it keeps.
func BenchmarkNewIndex(b *testing.B) {
	for _, n := range sizes[:2] {
		pool := crowd(engine.CaseConsultation, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var x *engine.Index
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			for b.Loop() {
				x = engine.NewIndex(pool)
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(n), "kept-B/expert")
			runtime.KeepAlive(x)
		})
	}
}
