package engine_test

import (
	"slices"
	"time"
	_ "time/tzdata"

	"expex/engine"
	"expex/reference"
)

// amsterdam is the zone of every wall time in these tests.
var amsterdam = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err)
	}
	return zone
}()

// shipped is the reference data that comes with the program.
var shipped = func() reference.Set {
	set, err := reference.Load()
	if err != nil {
		panic(err)
	}
	return set
}()

// at reads a wall time of Amsterdam, "2006-01-02 15:04", or an instant of RFC
// 3339 where the wall time would occur twice.
func at(s string) time.Time {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC()
	}
	if _, err := time.Parse("2006-01-02 15:04", s); err != nil {
		panic(err)
	}
	return engine.Instant(engine.Date(s[:10]), engine.WallTime(s[11:]), amsterdam)
}

// span is the interval from a wall time on.
func span(start string, minutes int) engine.Interval {
	return engine.Interval{Start: at(start), End: at(start).Add(time.Duration(minutes) * time.Minute)}
}

func between(start, end string) engine.Interval {
	return engine.Interval{Start: at(start), End: at(end)}
}

// saturday is the moment of most tests, a week before the clocks go forward.
var saturday = at("2027-03-20 12:00")

// deployment is a shipped kind of deployment in the engine's words.
func deployment(code engine.DeploymentTypeCode) engine.DeploymentType {
	i := slices.IndexFunc(shipped.DeploymentTypes, func(d reference.DeploymentType) bool { return d.Code == string(code) })
	d := shipped.DeploymentTypes[i]
	out := engine.DeploymentType{
		Code: code, NL: d.NL, EN: d.EN, Form: engine.Form(d.Form), OneToOne: d.OneToOne,
		TeamMin: d.TeamMin, TeamMax: d.TeamMax, TeamDefault: d.TeamDefault,
		MinutesMin: d.MinutesMin, MinutesMax: d.MinutesMax, MinutesDefault: d.MinutesDefault,
		PrepMinutes: d.PrepMinutes, DebriefMinutes: d.DebriefMinutes,
		Conduct: engine.ConductRule(d.Conduct), Usage: engine.Usage(d.Usage), Weights: engine.WeightColumn(d.Weights),
		NeedsExperienced: d.NeedsExperienced, ExperiencedFrom: d.ExperiencedFrom,
		SeriesEveryWeeks: d.SeriesEveryWeeks, OccurrencesDefault: d.OccurrencesDefault, MinFeasiblePercent: d.MinFeasiblePercent,
		OfferHours: d.OfferHours, UrgentOfferHours: d.UrgentOfferHours,
		NeedsAddOnTraining: d.NeedsAddonTraining, Client: d.Client,
	}
	if d.SessionCap != nil {
		out.SessionCap = *d.SessionCap
	}
	return out
}

// themes are the shipped themes in the engine's words.
func themes() map[engine.ThemeCode]engine.Theme {
	out := map[engine.ThemeCode]engine.Theme{}
	for _, t := range shipped.Themes {
		out[engine.ThemeCode(t.Code)] = engine.Theme{Code: engine.ThemeCode(t.Code), Group: t.Group, NL: t.NL, EN: t.EN, Tier: t.Tier}
	}
	for _, r := range shipped.RelatedThemes {
		t := out[engine.ThemeCode(r.Theme)]
		t.Related = append(t.Related, engine.ThemeCode(r.Related))
		out[t.Code] = t
	}
	return out
}

// regionNeighbours are the shipped neighbours of youth regions.
func regionNeighbours() map[engine.RegionCode][]engine.RegionCode {
	out := map[engine.RegionCode][]engine.RegionCode{}
	for _, n := range shipped.Neighbours {
		region := engine.RegionCode(n.Region)
		out[region] = append(out[region], engine.RegionCode(n.Neighbour))
	}
	return out
}

// blank is an input without wishes or candidates, for a request in Gouda.
func blank(code engine.DeploymentTypeCode) engine.MatchInput {
	kind := deployment(code)
	in := engine.MatchInput{
		Now: saturday, Zone: amsterdam, Type: kind,
		Request: engine.Request{
			ID: "request", PoolID: "pool", OrganisationID: "house", Type: code,
			Status: engine.RequestOpen, Municipality: "GM0513",
		},
		Policy: engine.DefaultPolicy(), Weights: engine.DefaultWeights(kind.Weights),
		Themes: themes(), Place: gouda(), Neighbours: regionNeighbours(),
		ServiceArea: []engine.AreaMembership{{Municipality: "GM0513", Valid: engine.Valid{From: "2022-01-01"}}},
	}
	in.Request.Complete(kind)
	return in
}

func gouda() engine.Place { return engine.Place{Municipality: "GM0513", Region: "JZ27"} }

// buddy asks for twelve weekly meetings on Tuesday or Thursday afternoon with a
// young person of 15 or 16, about one theme; Anna can do them all.
func buddy() engine.MatchInput {
	in := blank(engine.Buddy)
	in.Request.Client = &engine.Client{Ref: "client", AgeFrom: 15, AgeTo: 16}
	in.Request.Themes = []engine.RequestTheme{{Theme: "OUT_OF_HOME", Importance: engine.Must}}
	in.Request.Windows = []engine.WeekWindow{
		{Weekday: engine.Tuesday, Starts: "15:00", Ends: "18:00"},
		{Weekday: engine.Thursday, Starts: "15:00", Ends: "18:00"},
	}
	in.Request.From = "2027-03-22"
	in.Candidates = []engine.Candidate{
		ordinary("anna", engine.Buddy, engine.Consent{Theme: "OUT_OF_HOME", Usage: engine.UsageOneToOne, Level: engine.Green}),
	}
	return in
}

// talk asks two experts for one of three afternoons before a closed group of
// adults, about one theme; Anna has given three talks and Bram none.
func talk() engine.MatchInput {
	in := blank(engine.Talk)
	in.Request.AudienceAgeFrom = 18
	in.Request.Themes = []engine.RequestTheme{{Theme: "TRANSITION_18", Importance: engine.Must}}
	in.Request.Options = []engine.Interval{span("2027-04-06 13:00", 180), span("2027-04-07 13:00", 180), span("2027-04-08 13:00", 180)}
	consent := engine.Consent{Theme: "TRANSITION_18", Usage: engine.UsageClosedGroup, Level: engine.Green}
	in.Candidates = []engine.Candidate{ordinary("anna", engine.Talk, consent), ordinary("bram", engine.Talk, consent)}
	in.Candidates[0].CompletedOfType = 3
	return in
}

// consultation asks one expert for one of three hours with a professional, about
// no theme in particular; Anna can do it.
func consultation() engine.MatchInput {
	in := blank(engine.CaseConsultation)
	in.Request.Options = []engine.Interval{span("2027-04-06 13:00", 60), span("2027-04-07 13:00", 60), span("2027-04-08 13:00", 60)}
	in.Candidates = []engine.Candidate{ordinary("anna", engine.CaseConsultation)}
	return in
}

// ordinary is a deployable expert of 23 from Gouda who has time at any hour.
func ordinary(id engine.ExpertID, kind engine.DeploymentTypeCode, consents ...engine.Consent) engine.Candidate {
	return engine.Candidate{
		Expert: id, Status: engine.ExpertDeployable, BirthDate: "2003-05-14", DeployableSince: "2026-02-01",
		CertifiedOn: "2025-12-15", AgreementOn: "2026-01-10", NDAOn: "2026-01-10",
		Trained:      []engine.Training{{Type: kind, From: "2025-12-15"}},
		Certificates: []engine.Valid{{From: "2026-01-05", To: "2029-01-05"}},
		Consents:     consents,
		Home:         gouda(), MaxTravelMinutes: 60,
		Rules: atAnyHour(),
	}
}

func atAnyHour() []engine.AvailabilityRule {
	var out []engine.AvailabilityRule
	for _, day := range week {
		out = append(out, hours(day, "00:00", "24:00"))
	}
	return out
}

var week = []engine.Weekday{engine.Monday, engine.Tuesday, engine.Wednesday, engine.Thursday, engine.Friday, engine.Saturday, engine.Sunday}

func hours(day engine.Weekday, starts, ends engine.WallTime) engine.AvailabilityRule {
	return engine.AvailabilityRule{Weekday: day, Starts: starts, Ends: ends, Parity: engine.EveryWeek, Mode: engine.Both}
}

// booked is a session of an hour with the usual half hour after it.
func booked(start string) engine.Booked {
	return engine.Booked{ID: engine.SessionID(start), Session: span(start, 60), Busy: span(start, 90)}
}

// nothing is the change of a row that shows the valid input itself.
func nothing(*engine.MatchInput, *engine.Candidate) {}

func ptr[T any](v T) *T { return &v }
