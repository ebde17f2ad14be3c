package demodata

import (
	"slices"
	"time"

	"expex/engine"
)

// Days from the anchor on which certificates of conduct end that do not last.
const (
	ranOut   = -20
	runsOut  = 40
	conducts = 36 // months a certificate holds
)

// addCareer writes what she may do: certificate, conduct, trainings.
func (d *demo) addCareer(p *person) {
	if p.certified == 0 {
		return
	}
	row := certificationRow{ExpertID: p.id, CertifiedOn: orNull(d.day(p.certified))}
	if p.group != noGroup {
		row.CohortID = orNull(newID[string](d.source, "cohort", p.group))
	}
	d.certifications = append(d.certifications, row)
	leave := slices.Concat(everyType, p.extra)
	for _, t := range leave {
		on := d.day(p.certified)
		if d.types[t].NeedsAddOnTraining {
			on = on.AddDays(60)
		}
		d.trainings = append(d.trainings, trainingRow{p.id, t, orNull(on)})
		p.candidate.Trained = append(p.candidate.Trained, engine.Training{Type: t, From: on})
	}
	if !p.worked() {
		return // the certificate of conduct is what she waits for
	}
	until := d.day(p.certified + 10).AddMonths(conducts)
	switch p.name {
	case "Ravi":
		until = d.day(ranOut)
	case "Bram":
		until = d.day(runsOut)
	}
	valid := engine.Valid{From: until.AddMonths(-conducts), To: until}
	p.candidate.Certificates = []engine.Valid{valid}
	d.certificates = append(d.certificates, certificateRow{p.id, orNull(valid.From), orNull(valid.To), "84", "coördinator"})
}

// addConsents writes what she allows to be matched on, setting by setting. What
// was told in green is told in closed rooms; a public hall is another question.
// The themes of somebody who has gone are deleted: the year was still planned
// with them.
func (d *demo) addConsents(p *person) {
	if !p.worked() {
		return
	}
	r := d.rand("consent", p.number)
	since := d.at(p.certified+7, "20:00")
	give := func(theme engine.ThemeCode, usage engine.Usage, levels ...engine.ConsentLevel) {
		for i, level := range levels {
			from := since
			if i > 0 {
				from = d.at(-between(r, 30, 110), "20:00").Add(time.Duration(r.IntN(60)) * time.Minute)
			}
			if p.status != engine.ExpertOffboarded {
				d.consents = append(d.consents, consentRow{p.id, theme, usage, level, from})
			}
		}
		if last := levels[len(levels)-1]; last != engine.Red {
			p.candidate.Consents = append(p.candidate.Consents, engine.Consent{Theme: theme, Usage: usage, Level: last})
		}
	}
	for _, theme := range p.green {
		levels := []engine.ConsentLevel{engine.Green}
		if chance(r, 10) {
			levels = []engine.ConsentLevel{engine.Amber, engine.Green}
		}
		for _, usage := range []engine.Usage{engine.UsageOneToOne, engine.UsageCase, engine.UsageClosedGroup, engine.UsagePolicy} {
			give(theme, usage, levels...)
		}
		if chance(r, 40) {
			give(theme, engine.UsagePublicGroup, engine.Amber)
		}
		if slices.Contains(p.extra, engine.TheatreMedia) {
			give(theme, engine.UsagePublication, engine.Green)
		}
	}
	for _, theme := range p.amber {
		give(theme, engine.UsageOneToOne, engine.Amber)
		give(theme, engine.UsageCase, engine.Amber)
		if d.themes[theme].Tier < 3 && chance(r, 50) {
			give(theme, engine.UsageClosedGroup, engine.Amber)
		}
	}
	for _, theme := range p.red {
		give(theme, engine.UsageOneToOne, engine.Green, engine.Red)
		give(theme, engine.UsageClosedGroup, engine.Amber, engine.Red)
	}
}

// addExclusions writes who keeps away from what. No reason is kept.
func (d *demo) addExclusions() {
	for _, x := range []struct {
		name  string
		house int
		until engine.Date
	}{
		{"Kevin", mergedCare, ""},
		{"Lotte", shelter, d.day(200)},
		{"Samira", mentalHealth, ""},
	} {
		p := d.person(x.name)
		d.organisationExclusions = append(d.organisationExclusions, organisationExclusionRow{p.id, d.houseID(x.house), orNull(x.until)})
		p.candidate.OrganisationExclusions = append(p.candidate.OrganisationExclusions,
			engine.OrganisationExclusion{Organisation: d.houseID(x.house), Until: x.until})
	}
	a, b := d.person("Fatima"), d.person("Bram")
	if a.id > b.id {
		a, b = b, a
	}
	d.expertExclusions = append(d.expertExclusions, expertExclusionRow{a.id, b.id})
	a.candidate.ExcludedExperts = append(a.candidate.ExcludedExperts, b.id)
	b.candidate.ExcludedExperts = append(b.candidate.ExcludedExperts, a.id)

	malik := d.person("Malik")
	d.dualRoles = append(d.dualRoles, dualRoleRow{ExpertID: malik.id, OrganisationID: orNull(d.houseID(schools))})
	malik.candidate.EmployedBy = append(malik.candidate.EmployedBy, d.houseID(schools))
}
