package demodata

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"expex/engine"
	"expex/reference"
)

// world is what the reference data knows and planning asks.
type world struct {
	reference reference.Set
	types     map[engine.DeploymentTypeCode]engine.DeploymentType
	themes    map[engine.ThemeCode]engine.Theme
}

// The municipalities of the two pools, and Zeewolde, which is neither's own.
const (
	gouda           engine.MunicipalityCode = "GM0513"
	waddinxveen     engine.MunicipalityCode = "GM0627"
	zuidplas        engine.MunicipalityCode = "GM1892"
	bodegraven      engine.MunicipalityCode = "GM1901"
	krimpenerwaard  engine.MunicipalityCode = "GM1931"
	almere          engine.MunicipalityCode = "GM0034"
	dronten         engine.MunicipalityCode = "GM0303"
	lelystad        engine.MunicipalityCode = "GM0995"
	noordoostpolder engine.MunicipalityCode = "GM0171"
	urk             engine.MunicipalityCode = "GM0184"
	zeewolde        engine.MunicipalityCode = "GM0050"
)

func loadWorld() world {
	set, err := reference.Load()
	if err != nil {
		panic(err) // cannot happen: the files ship with the program and are tested
	}
	w := world{
		reference: set,
		types:     map[engine.DeploymentTypeCode]engine.DeploymentType{},
		themes:    map[engine.ThemeCode]engine.Theme{},
	}
	for _, t := range set.DeploymentTypes {
		w.types[engine.DeploymentTypeCode(t.Code)] = deploymentType(t)
	}
	related := map[string][]engine.ThemeCode{}
	for _, r := range set.RelatedThemes {
		related[r.Theme] = append(related[r.Theme], engine.ThemeCode(r.Related))
	}
	for _, t := range set.Themes {
		code := engine.ThemeCode(t.Code)
		w.themes[code] = engine.Theme{Code: code, Group: t.Group, NL: t.NL, EN: t.EN, Tier: t.Tier, Related: related[t.Code]}
	}
	return w
}

func deploymentType(t reference.DeploymentType) engine.DeploymentType {
	out := engine.DeploymentType{
		Code: engine.DeploymentTypeCode(t.Code), NL: t.NL, EN: t.EN, Form: engine.Form(t.Form), OneToOne: t.OneToOne,
		TeamMin: t.TeamMin, TeamMax: t.TeamMax, TeamDefault: t.TeamDefault,
		MinutesMin: t.MinutesMin, MinutesMax: t.MinutesMax, MinutesDefault: t.MinutesDefault,
		PrepMinutes: t.PrepMinutes, DebriefMinutes: t.DebriefMinutes,
		Conduct: engine.ConductRule(t.Conduct), Usage: engine.Usage(t.Usage), Weights: engine.WeightColumn(t.Weights),
		NeedsExperienced: t.NeedsExperienced, ExperiencedFrom: t.ExperiencedFrom,
		SeriesEveryWeeks: t.SeriesEveryWeeks, OccurrencesDefault: t.OccurrencesDefault, MinFeasiblePercent: t.MinFeasiblePercent,
		OfferHours: t.OfferHours, UrgentOfferHours: t.UrgentOfferHours, NeedsAddOnTraining: t.NeedsAddonTraining, Client: t.Client,
	}
	if t.SessionCap != nil {
		out.SessionCap = *t.SessionCap
	}
	return out
}

// place is a municipality on a day, known as well as the database knows it.
func (w world) place(code engine.MunicipalityCode, on engine.Date) engine.Place {
	if code == "" {
		return engine.Place{}
	}
	region, _ := w.reference.RegionOf(string(code), reference.Date(on))
	place := engine.Place{Municipality: code, Region: engine.RegionCode(region)}
	for _, m := range w.reference.Municipalities {
		if m.Code == string(code) {
			place.Point = &engine.Point{Latitude: m.Latitude, Longitude: m.Longitude}
		}
	}
	return place
}

// postcode draws four digits from the ranges of a municipality.
func (w world) postcode(r *rand.Rand, code engine.MunicipalityCode) string {
	var ranges []reference.PostcodeRange
	for _, p := range w.reference.PostcodeRanges {
		if p.Municipality == string(code) {
			ranges = append(ranges, p)
		}
	}
	if len(ranges) == 0 {
		return ""
	}
	p := pick(r, ranges)
	return fmt.Sprint(between(r, p.First, p.Last))
}

// groups are the areas of themes, which an offer names instead of the themes.
func (w world) groups(asked []engine.RequestTheme) []string {
	out := []string{}
	for _, t := range asked {
		out = append(out, w.themes[t.Theme].Group)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// tier3 reports whether a theme of the highest tier is asked for.
func (w world) tier3(asked []engine.RequestTheme) bool {
	return slices.ContainsFunc(asked, func(t engine.RequestTheme) bool { return w.themes[t.Theme].Tier == 3 })
}
