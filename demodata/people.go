package demodata

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"expex/engine"
)

// lastNames are surnames that nobody bears.
var lastNames = []string{"Voorbeeld", "Fictief", "Testerman", "van der Proef", "Denkbeeld", "Verzonnen", "Bedacht", "Schijnman",
	"van Nergenshuizen", "Proefpersoon", "van den Demo", "Zomaar", "Onbestaand", "de Schijn", "Nepstra", "Verbeelding"}

// intros are what experts write about themselves for a requester: no themes.
var intros = []string{
	"Ik luister graag en oordeel niet. Jij bepaalt het tempo.",
	"Ik weet hoe het is als er over je gepraat wordt in plaats van met je. Daarom praat ik liever met je.",
	"Met een wandeling praat het makkelijker, vind ik.",
	"Ik vertel eerlijk wat mij hielp en wat niet.",
	"Humor mag, stilte ook.",
	"Ik denk graag mee over hoe het beter kan.",
}

// The training groups, by number.
const (
	groupMiddenHolland = iota
	groupFlevoland
	groupNow
	noGroup = -1
)

// cohort is a training group. Days count from the anchor.
type cohort struct {
	name       string
	pool       int
	places     int
	start, end int
}

// cohorts are three. Of the twelve who began in Flevoland nine were certified;
// of the other three nothing is kept.
var cohorts = []cohort{
	groupMiddenHolland: {"Midden-Holland 1", middenHolland, 12, -690, -600},
	groupFlevoland:     {"Flevoland 1", flevoland, 12, -610, -520},
	groupNow:           {"Midden-Holland 2", middenHolland, 10, -63, 24},
}

// paperwork is how many days papers take after the end of a cohort: the default of
// the database.
const paperwork = 28

// person is one of the cast with what the seed added and what the year brought.
type person struct {
	profile
	number    int
	id        engine.ExpertID
	group     int // where she was trained
	certified int // days from the anchor, 0 = not
	started   int // deployable since
	joined    int

	candidate engine.Candidate // what does not change over the year
	booked    []engine.Booked
	done      map[engine.DeploymentTypeCode][]time.Time // ends of sessions, planned ones included
	relations []relation
	offered   []time.Time
}

// relation is the time an expert gives to one young person.
type relation struct{ from, to time.Time }

func (s source) expertID(name string) engine.ExpertID {
	return newID[engine.ExpertID](s, "expert", slices.IndexFunc(roster, func(p profile) bool { return p.name == name }))
}

func (d *demo) person(name string) *person {
	return d.people[slices.IndexFunc(d.people, func(p *person) bool { return p.name == name })]
}

func (p *person) in(pool int) bool { return slices.Contains(p.pools, pool) }

// worked reports whether she has been deployable at any time.
func (p *person) worked() bool { return p.started != 0 }

func (d *demo) addPeople() {
	for n, profile := range roster {
		p := &person{profile: profile, number: n, id: d.expertID(profile.name), done: map[engine.DeploymentTypeCode][]time.Time{}}
		p.trained(d.rand("career", n).IntN(20))
		d.people = append(d.people, p)
		d.addPerson(p)
		d.addCareer(p)
		d.addHours(p)
		d.addConsents(p)
	}
	d.addCohorts()
	d.addExclusions()
}

// trained fills in when she was trained and became deployable, so many days
// after the first day on which that could have been.
func (p *person) trained(after int) {
	p.group = groupMiddenHolland
	switch {
	case p.status == engine.ExpertApplicant:
		p.group, p.joined = noGroup, -12
		return
	case p.status == engine.ExpertInTraining:
		p.group, p.joined = groupNow, cohorts[groupNow].start
		return
	case p.age < 18: // trained elsewhere, and only now old enough
		p.group, p.certified, p.joined = noGroup, -150, -150
	case p.in(flevoland):
		p.group = groupFlevoland
	}
	if p.group != noGroup {
		p.certified, p.joined = cohorts[p.group].end, cohorts[p.group].start
	}
	if p.status != engine.ExpertCertified {
		p.started = p.certified + 25 + after
	}
}

func (d *demo) addPerson(p *person) {
	r := d.rand("person", p.number)
	last := pick(r, lastNames)
	// Not near her birthday: her age holds for as long as the demo is about.
	born := d.day(-between(r, 100, 300)).AddMonths(-12 * p.age)
	record := recordRow{
		ExpertID: p.id, LastName: last, Phone: fmt.Sprintf("06-%08d", p.number+1), BirthDate: orNull(born),
		Email:     strings.ToLower(p.name+"."+strings.ReplaceAll(last, " ", "")) + "@example.org",
		Postcode4: d.postcode(r, p.home), Status: p.status, MaxTravelMinutes: p.travel,
		FoldExclusions: p.name == "Aisha", AllowanceMode: "PAID",
	}
	switch {
	case chance(r, 15):
		record.AllowanceMode = "EXPENSES_ONLY"
	case chance(r, 5):
		record.AllowanceMode = "NONE"
	}
	if p.worked() {
		record.DeployableSince = orNull(d.day(p.started))
		record.AgreementOn = orNull(d.day(p.certified + 5))
		record.NDAOn = record.AgreementOn
	}
	if len(p.hours) > 0 && p.status != engine.ExpertOffboarded {
		confirmed := d.at(-between(r, 2, 60), "19:00").Add(time.Duration(r.IntN(120)) * time.Minute)
		record.HoursConfirmedAt = &confirmed
	}
	switch p.name {
	case "Aisha":
		record.CapSessionsPerWeek = 2
	case "Jesse":
		record.CapActiveRelations = 1
	}
	expert := expertRow{ID: p.id, FirstName: p.name, CreatedAt: d.at(p.joined, "12:00")}
	if p.worked() {
		expert.Intro = pick(r, intros)
	}
	d.experts = append(d.experts, expert)
	d.records = append(d.records, record)
	for _, pool := range p.pools {
		member := memberRow{PoolID: d.poolID(pool), ExpertID: p.id, ValidFrom: orNull(d.day(p.joined))}
		if p.status == engine.ExpertOffboarded {
			member.ValidTo = orNull(d.day(-p.left))
		}
		d.members = append(d.members, member)
	}
	p.candidate = engine.Candidate{
		Expert: p.id, Status: engine.ExpertDeployable, BirthDate: born,
		DeployableSince: engine.Date(record.DeployableSince), CertifiedOn: d.day(p.certified),
		AgreementOn: engine.Date(record.AgreementOn), NDAOn: engine.Date(record.NDAOn),
		MaxTravelMinutes: p.travel, FoldExclusions: record.FoldExclusions, AvailabilityConfirmedAt: record.HoursConfirmedAt,
		Caps: engine.Caps{ActiveRelations: record.CapActiveRelations, SessionsPerWeek: record.CapSessionsPerWeek},
		Home: d.place(p.home, d.anchor),
	}
	d.addTraits(p)
}

func (d *demo) addTraits(p *person) {
	p.candidate.Traits = p.traits
	for _, t := range p.traits {
		d.traits = append(d.traits, traitRow{p.id, t.Kind, t.Value})
	}
}

func (d *demo) addCohorts() {
	id := func(group int) string { return newID[string](d.source, "cohort", group) }
	for n, c := range cohorts {
		row := cohortRow{ID: id(n), PoolID: d.poolID(c.pool), Name: c.name, Places: c.places,
			PlannedStart: orNull(d.day(c.start)), PlannedEnd: orNull(d.day(c.end))}
		if c.end < 0 {
			row.ActualEnd = row.PlannedEnd
		}
		d.cohorts = append(d.cohorts, row)
	}
	for _, p := range d.people {
		member := cohortMemberRow{ExpertID: p.id}
		switch {
		case p.group == noGroup:
			continue
		case p.certified != 0:
			member.Outcome, member.DecidedOn = "CERTIFIED", orNull(d.day(p.certified))
		case p.name == "Amina": // tries again
			d.cohortMembers = append(d.cohortMembers, cohortMemberRow{id(groupMiddenHolland), p.id, "NOT_YET", orNull(d.day(cohorts[groupMiddenHolland].end))})
		}
		member.CohortID = id(p.group)
		d.cohortMembers = append(d.cohortMembers, member)
		if p.group == groupNow { // nine weeks, nine meetings
			for meeting := 1; meeting <= -cohorts[groupNow].start/7; meeting++ {
				d.attendance = append(d.attendance, attendanceRow{member.CohortID, p.id, meeting, true})
			}
		}
	}
}
