package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
	_ "time/tzdata"

	"expex/engine"
	"expex/reference"
)

// world is an invented pool with requests for it, the same for the same seed.
type world struct {
	now      time.Time
	policy   engine.Policy
	odd      int
	set      reference.Set
	towns    []reference.Municipality // where people live
	types    map[engine.DeploymentTypeCode]engine.DeploymentType
	themes   map[engine.ThemeCode]engine.Theme
	next     map[engine.RegionCode][]engine.RegionCode // neighbours
	houses   engine.OrganisationTree
	served   []engine.AreaMembership
	experts  []engine.Candidate // without what depends on a request
	practice []map[engine.DeploymentTypeCode]int
	requests []asked
}

// asked is a request with what belongs to it alone.
type asked struct {
	engine.Request
	place engine.Place
}

// zone is the zone of every wall time.
var zone = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err) // cannot happen with time/tzdata linked in
	}
	return zone
}()

// moments lie a week before either change of the clocks, at an hour at which
// some of today's windows have begun.
var moments = []time.Time{
	time.Date(2027, 3, 20, 14, 20, 0, 0, time.UTC),
	time.Date(2027, 10, 25, 9, 50, 0, 0, time.UTC),
}

// kinds are the types that one expert can do. TALK takes two in life; here one,
// for the audience, which decides on the usage and the certificate.
var kinds = []engine.DeploymentTypeCode{
	engine.Buddy, engine.ListeningEar, engine.PolicyAdvice, engine.Buddy,
	engine.CaseConsultation, engine.HopeGiver, engine.Talk, engine.CoTrainer,
}

// regional is the size up to which a pool is one region's; beyond it people live
// all over the country.
const regional = 1000

// middle is where the pool of a region meets.
var middle = engine.Point{Latitude: 52.0119, Longitude: 4.7080}

// newWorld invents a pool of so many experts and so many requests for it. Odd is
// the percentage of people whose hours are unusual: off the quarter hour, in the
// night the clocks change, or dated.
func newWorld(seed uint64, experts, requests, odd int) (*world, error) {
	set, err := reference.Load()
	if err != nil {
		return nil, err
	}
	w := &world{
		odd: odd,
		now: moments[seed%uint64(len(moments))], policy: engine.DefaultPolicy(), set: set,
		types: map[engine.DeploymentTypeCode]engine.DeploymentType{}, themes: map[engine.ThemeCode]engine.Theme{},
		next: map[engine.RegionCode][]engine.RegionCode{},
		houses: engine.OrganisationTree{
			"house": {Parent: "head office"}, "east wing": {Parent: "head office"}, "old house": {MergedInto: "head office"},
		},
	}
	if odd > 1 { // a pool may decide otherwise than the default; these bite more often
		w.policy.SessionsPerDay, w.policy.ContactMinutesWeek, w.policy.LowCoverage = 3, 330, 90
	}
	for _, d := range set.DeploymentTypes {
		w.types[engine.DeploymentTypeCode(d.Code)] = kind(d)
	}
	for _, t := range set.Themes {
		w.themes[engine.ThemeCode(t.Code)] = engine.Theme{Code: engine.ThemeCode(t.Code), Tier: t.Tier}
	}
	for _, r := range set.RelatedThemes {
		t := w.themes[engine.ThemeCode(r.Theme)]
		t.Related = append(t.Related, engine.ThemeCode(r.Related))
		w.themes[t.Code] = t
	}
	for _, n := range set.Neighbours {
		w.next[engine.RegionCode(n.Region)] = append(w.next[engine.RegionCode(n.Region)], engine.RegionCode(n.Neighbour))
	}
	for _, m := range set.Municipalities {
		if experts > regional || engine.EstimateTravel(middle, engine.Point{Latitude: m.Latitude, Longitude: m.Longitude}) < 60 {
			w.towns = append(w.towns, m)
		}
	}
	d := dice{rand.New(rand.NewPCG(seed, uint64(experts))), w}
	for i, m := range set.Municipalities {
		if i%7 != 6 { // one in seven is not served
			w.served = append(w.served, engine.AreaMembership{Municipality: engine.MunicipalityCode(m.Code), Valid: engine.Valid{From: "2022-01-01"}})
		}
	}
	for n := range experts {
		c, practice := d.expert(n)
		if n > 0 && d.in(8) { // a twin of the one before, who was asked at another moment
			asked, id := c.LastOfferAt, c.Expert
			c, practice = w.experts[n-1], w.practice[n-1]
			c.LastOfferAt, c.Expert = asked, id
		}
		w.experts, w.practice = append(w.experts, c), append(w.practice, practice)
	}
	for n := range requests {
		w.requests = append(w.requests, d.request(n))
	}
	return w, nil
}

// kind gives a shipped kind of deployment in the engine's words, as far as the
// ranking of single experts goes.
func kind(d reference.DeploymentType) engine.DeploymentType {
	return engine.DeploymentType{
		Code: engine.DeploymentTypeCode(d.Code), Form: engine.Form(d.Form), OneToOne: d.OneToOne, Client: d.Client,
		TeamDefault: 1, MinutesMin: d.MinutesMin, MinutesMax: d.MinutesMax, MinutesDefault: d.MinutesDefault,
		Conduct: engine.ConductRule(d.Conduct), Usage: engine.Usage(d.Usage), Weights: engine.WeightColumn(d.Weights),
		SeriesEveryWeeks: d.SeriesEveryWeeks, OccurrencesDefault: d.OccurrencesDefault, MinFeasiblePercent: d.MinFeasiblePercent,
		ExperiencedFrom: d.ExperiencedFrom,
	}
}

// input is the snapshot the engine decides on.
func (w *world) input(n int) engine.MatchInput {
	r := &w.requests[n]
	t := w.types[r.Type]
	in := engine.MatchInput{
		Now: w.now, Zone: zone, Request: r.Request, Type: t, Policy: w.policy, Weights: engine.DefaultWeights(t.Weights),
		Themes: w.themes, Organisations: w.houses, Place: r.place, ServiceArea: w.served, Neighbours: w.next,
		Candidates: slices.Clone(w.experts),
	}
	for i := range in.Candidates {
		in.Candidates[i].CompletedOfType = w.practice[i][r.Type]
		in.Candidates[i].Tier3Confirmed = confirmed(i)
	}
	return in
}

// confirmed reports whether an expert said yes to tier 3, for any request that
// asks for it: every second did.
func confirmed(expert int) bool { return expert%2 == 0 }

// asksTier3 reports whether the request names a theme of tier 3.
func (w *world) asksTier3(r asked) bool {
	return slices.ContainsFunc(r.Themes, func(t engine.RequestTheme) bool { return w.themes[t.Theme].Tier == 3 })
}

// dice draws what a world is made of.
type dice struct {
	*rand.Rand
	*world
}

func (d dice) in(percent int) bool      { return d.IntN(100) < percent }
func (d dice) between(from, to int) int { return from + d.IntN(to-from+1) }
func (d dice) day(from, to int) engine.Date {
	return engine.DateOf(d.now, zone).AddDays(d.between(from, to))
}

func one[T any](d dice, from []T) T { return from[d.IntN(len(from))] }

// some gives n different ones.
func some[T any](d dice, from []T, n int) []T {
	order := d.Perm(len(from))[:min(n, len(from))]
	out := make([]T, len(order))
	for i, at := range order {
		out[i] = from[at]
	}
	return out
}

func ptr[T any](v T) *T { return &v }

// home is a municipality and a spot near its middle.
func (d dice) home() engine.Place {
	m := one(d, d.towns)
	region, _ := d.set.RegionOf(m.Code, reference.Date(engine.DateOf(d.now, zone)))
	return engine.Place{
		Municipality: engine.MunicipalityCode(m.Code), Region: engine.RegionCode(region),
		Point: &engine.Point{Latitude: m.Latitude + float64(d.between(-300, 300))/10000, Longitude: m.Longitude + float64(d.between(-400, 400))/10000},
	}
}

var traits = []engine.Trait{
	{Kind: engine.TraitGender, Value: "female"}, {Kind: engine.TraitGender, Value: "male"},
	{Kind: engine.TraitLanguage, Value: "nl"}, {Kind: engine.TraitLanguage, Value: "ar"}, {Kind: engine.TraitLanguage, Value: "tr"},
	{Kind: engine.TraitActivity, Value: "sports"}, {Kind: engine.TraitActivity, Value: "music"},
	{Kind: engine.TraitContactForm, Value: "outdoors"}, {Kind: engine.TraitContactForm, Value: "chat"},
}

var usages = []engine.Usage{engine.UsageOneToOne, engine.UsageCase, engine.UsageClosedGroup, engine.UsagePublicGroup, engine.UsagePolicy}

// expert is somebody who can be deployed more often than not. Nearly every rule
// bites on some.
func (d dice) expert(n int) (engine.Candidate, map[engine.DeploymentTypeCode]int) {
	c := engine.Candidate{
		Expert: engine.ExpertID(fmt.Sprintf("e%06d", n)), Status: engine.ExpertDeployable,
		BirthDate: d.day(-33*365, -19*365), DeployableSince: d.day(-900, -30), CertifiedOn: d.day(-1000, -900),
		AgreementOn: d.day(-900, -30), NDAOn: d.day(-900, -30),
		Certificates: []engine.Valid{{From: d.day(-700, -10), To: d.day(200, 400)}},
		Home:         d.home(), MaxTravelMinutes: one(d, []int{30, 45, 60, 60, 90}),
		Caps: engine.Caps{SessionsPerWeek: one(d, []int{0, 0, 0, 1, 2})},
	}
	practice := map[engine.DeploymentTypeCode]int{}
	for _, code := range some(d, kinds, d.between(2, 7)) {
		if !slices.ContainsFunc(c.Trained, func(t engine.Training) bool { return t.Type == code }) {
			c.Trained = append(c.Trained, engine.Training{Type: code, From: d.day(-900, -10)})
			practice[code] = d.between(0, 4)
		}
	}
	for _, t := range some(d, d.set.Themes, d.between(6, 16)) {
		for _, usage := range usages {
			if d.in(75) {
				c.Consents = append(c.Consents, engine.Consent{Theme: engine.ThemeCode(t.Code), Usage: usage, Level: one(d, []engine.ConsentLevel{engine.Green, engine.Green, engine.Amber})})
			}
		}
	}
	c.Traits = some(d, traits, d.between(1, 6))
	if d.in(40) {
		c.LastOfferAt = ptr(d.now.Add(-time.Duration(d.between(0, 30*24*60)) * time.Minute))
	}
	if d.in(25) {
		c.ActiveRelations = 1
	}
	if d.in(20) {
		c.RelationClosedOn = d.day(-20, 0)
	}
	d.hours(&c)
	for _, mishap := range []func(){
		func() { c.Status = engine.ExpertPaused },
		func() { c.CertifiedOn = "" },
		func() { c.CertifiedOn = d.day(0, 40) },
		func() { c.Trained[0].From = d.day(0, 60) },
		func() { c.Certificates[0].To = d.day(-10, 60) },
		func() { c.Certificates = nil },
		func() { c.Certificates = append(c.Certificates, engine.Valid{From: d.day(0, 50)}) },
		func() { c.NDAOn = "" },
		func() { c.AgreementOn = d.day(0, 3) },
		func() { c.BirthDate = "" },
		func() { c.BirthDate = d.day(-19*365, -17*365) },
		func() { c.Home.Point = nil },
		func() { c.Home = engine.Place{} },
		func() { c.MaxTravelMinutes = 0 },
		func() { c.ActiveRelations = 2 },
		func() { c.DeployableSince = d.day(-200, -10) },
		func() { c.Caps.ActiveRelations = 1 },
		func() { c.Caps.MinutesPerMonth = d.between(60, 300) },
		func() { c.PausedUntil = ptr(d.now.Add(time.Duration(d.between(0, 40*24*60)) * time.Minute)) },
		func() { c.ExcludedClients = []engine.ClientRef{"somebody", "client"} },
		func() { c.EmployedBy = []engine.OrganisationID{one(d, houses)} },
		func() { c.TrainerOf = []engine.ClientRef{"client"} },
		func() {
			x := engine.OrganisationExclusion{Organisation: one(d, houses)}
			if d.in(50) {
				x.Until = d.day(0, 60)
			}
			if d.in(50) {
				for n := range 16 {
					x.LiftedFor = append(x.LiftedFor, engine.RequestID(fmt.Sprint(2*n)))
				}
			}
			c.OrganisationExclusions = append(c.OrganisationExclusions, x)
		},
		func() { c.Traits = nil },
	} {
		if d.in(3) {
			mishap()
		}
	}
	return c, practice
}

var houses = []engine.OrganisationID{"house", "east wing", "old house", "head office", "elsewhere"}

var weekdays = []engine.Weekday{engine.Monday, engine.Tuesday, engine.Wednesday, engine.Thursday, engine.Friday, engine.Saturday, engine.Sunday}

// hours are weekly rules, a blackout and bookings, on the quarter hour but for a
// few people. Bookings do not overlap, buffers included, as the database has it.
func (d dice) hours(c *engine.Candidate) {
	step := 15 * time.Minute
	if d.in(d.odd) {
		step = 5 * time.Minute
	}
	later := func(t time.Time, from, to time.Duration) time.Time {
		return t.Truncate(15 * time.Minute).Add(step * time.Duration(d.between(int(from/step), int(to/step))))
	}
	const day = 24 * time.Hour
	for range d.between(4, 10) {
		starts := d.between(16, 32) * 30
		r := engine.AvailabilityRule{
			Weekday: one(d, weekdays), Starts: wall(starts), Ends: wall(min(24*60, starts+d.between(6, 16)*30)),
			Parity: engine.EveryWeek, Mode: engine.Both,
		}
		for _, special := range []struct {
			percent int
			is      func()
		}{
			{5, func() { r.Parity = one(d, []engine.Parity{engine.OddWeeks, engine.EvenWeeks}) }},
			{5, func() { r.Mode = one(d, []engine.Mode{engine.InPerson, engine.Online}) }},
			{5, func() { r.MaxTravelMinutes = 30 }},
			{d.odd / 4, func() { r.To = d.day(0, 80) }},
			{d.odd / 4, func() { r.From = d.day(0, 40) }},
		} {
			if d.in(special.percent) {
				special.is()
			}
		}
		if r.From == "" || r.To == "" || r.From < r.To {
			c.Rules = append(c.Rules, r)
		}
	}
	if d.in(d.odd) { // the night the clocks change
		c.Rules[0].Weekday, c.Rules[0].Starts, c.Rules[0].Ends = engine.Sunday, "00:30", wall(d.between(8, 16)*15)
	}
	if d.in(20) {
		start := later(d.now, -day, 40*day)
		c.Blackouts = append(c.Blackouts, engine.Interval{Start: start, End: later(start, time.Hour, 10*day)})
	}
	free := d.now.Add(-20 * day)
	for n := range d.between(0, 8) {
		start := later(free.Add(15*time.Minute), 0, one(d, []time.Duration{2 * time.Hour, 10 * day}))
		end := later(start, 30*time.Minute, 3*time.Hour)
		free = end.Add(time.Duration(d.policy.TravelBufferMinutes) * time.Minute)
		c.Booked = append(c.Booked, engine.Booked{
			ID: engine.SessionID(fmt.Sprintf("%s-%d", c.Expert, n)), Session: engine.Interval{Start: start, End: end},
			Busy: engine.Interval{Start: start, End: free}, OneToOne: d.in(50), Tier3: d.in(10),
		})
	}
}

func (d dice) request(n int) asked {
	code := kinds[n%len(kinds)]
	t := d.types[code]
	r := asked{Request: engine.Request{
		ID: engine.RequestID(fmt.Sprint(n)), PoolID: "pool", OrganisationID: "house", Type: code, Status: engine.RequestOpen,
		TeamSize: 1, Minutes: d.between(t.MinutesMin/15, t.MinutesMax/15) * 15,
		Audience: one(d, []engine.Audience{engine.AudienceClosed, engine.AudiencePublic}), AudienceAgeFrom: one(d, []int{0, 12, 18}),
	}}
	r.place = d.home()
	r.Municipality = r.place.Municipality
	if n%16 == 11 {
		r.Online = true
		r.Municipality, r.place = "", engine.Place{}
	}
	if t.Client {
		from := d.between(12, 18)
		r.Client = &engine.Client{Ref: "client", AgeFrom: from, AgeTo: from + d.between(0, 2)}
	}
	musts := one(d, []int{0, 1, 1, 1, 1, 1, 2, 2})
	for i, theme := range some(d, d.set.Themes, musts+d.between(0, 3)) {
		importance := engine.Nice
		if i < musts {
			importance = engine.Must
		}
		r.Themes = append(r.Themes, engine.RequestTheme{Theme: engine.ThemeCode(theme.Code), Importance: importance})
	}
	for _, trait := range some(d, traits, d.between(0, 3)) {
		r.Preferences = append(r.Preferences, engine.Preference{Kind: trait.Kind, Value: trait.Value, Must: d.in(15)})
	}
	d.wishes(&r.Request, t)
	r.Complete(t)
	return r
}

// wishes are options for a single session and weekly windows for a series, as
// people fill in the form; now and then the other way round.
func (d dice) wishes(r *engine.Request, t engine.DeploymentType) {
	if (t.Form == engine.OneOff) != d.in(10) {
		for range d.between(1, 5) {
			start := engine.Instant(d.day(0, 30), wall(d.between(17, 38)*30), zone)
			r.Options = append(r.Options, engine.Interval{Start: start, End: start.Add(time.Duration(r.Minutes+d.between(0, 8)*15) * time.Minute)})
		}
		return
	}
	for _, weekday := range some(d, weekdays, d.between(1, 3)) {
		starts := d.between(16, 36) * 30
		r.Windows = append(r.Windows, engine.WeekWindow{Weekday: weekday, Starts: wall(starts), Ends: wall(min(24*60, starts+r.Minutes+d.between(0, 8)*30))})
	}
	r.From = d.day(-3, 10)
	if d.in(30) {
		r.Until = d.day(20, 90)
	}
	r.EveryWeeks = one(d, []int{0, 0, 2})
}

// wall is the wall time of a minute of a day, up to 24:00.
func wall(minute int) engine.WallTime {
	return engine.WallTime(fmt.Sprintf("%02d:%02d", minute/60, minute%60))
}
