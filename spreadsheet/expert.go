package spreadsheet

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"expex/engine"
)

// Lengths in characters of what an expert is called and where she is reached.
const (
	maxPersonName = 100
	maxEmail      = 254
	maxPhone      = 30
	maxIntro      = 1000
)

// The defaults of what a row leaves out.
const (
	defaultTravelMinutes = 60
	// conductMonths is how long a certificate of conduct counts when the row
	// does not say: it has no end of its own, three years is what is advised.
	conductMonths = 36
)

// The plausible ages of an expert, to catch a slip in the year.
const (
	youngest = 10
	oldest   = 100
)

var expertLayout = layout{kind: "experts", columns: private(slices.Concat([]column{
	{name: keyColumn, required: true, limit: maxKey},
	{name: "voornaam", also: []string{"first name"}, required: true, limit: maxPersonName},
	{name: "achternaam", also: []string{"last name"}, limit: maxPersonName},
	{name: "e-mail", also: []string{"mail", "e-mailadres"}, limit: maxEmail},
	{name: "telefoon", also: []string{"phone", "telefoonnummer"}, limit: maxPhone},
	{name: "geboortedatum", also: []string{"birth date", "date of birth"}},
	{name: "postcode", also: []string{"postal code"}},
	{name: "pool", required: true},
	{name: "status"},
	{name: "gecertificeerd op", also: []string{"certified on"}},
	{name: "inzetbaar sinds", also: []string{"deployable since"}},
	{name: "vrijwilligersovereenkomst", also: []string{"volunteer agreement"}},
	{name: "geheimhouding", also: []string{"nda", "confidentiality"}},
	{name: "vog afgegeven op", also: []string{"conduct certificate issued on"}},
	{name: "vog geldig tot", also: []string{"conduct certificate valid until"}},
	{name: "inzetvormen", also: []string{"deployment types", "types"}},
	{name: "reistijd max", also: []string{"max travel", "max travel minutes"}},
	{name: "gender", also: []string{"geslacht"}},
	{name: "talen", also: []string{"languages"}},
	{name: "contactvorm", also: []string{"contact form"}},
	{name: "activiteiten", also: []string{"activities"}},
	{name: "toestemming getekend op", also: []string{"consent signed on"}},
}, consentColumns(), []column{
	{name: "uren", also: []string{"hours"}},
	{name: "niet bij", also: []string{"not at"}},
	{name: "tekst", also: []string{"intro", "text"}, prose: true, limit: maxIntro},
}))}

// usages are the columns with themes, one a setting.
var usages = []struct {
	header, english string
	usage           engine.Usage
}{
	{"thema's één-op-één", "themes one-to-one", engine.UsageOneToOne},
	{"thema's casus", "themes case", engine.UsageCase},
	{"thema's besloten groep", "themes closed group", engine.UsageClosedGroup},
	{"thema's openbaar", "themes public group", engine.UsagePublicGroup},
	{"thema's beleid", "themes policy", engine.UsagePolicy},
	{"thema's publicatie", "themes publication", engine.UsagePublication},
}

func consentColumns() (out []column) {
	for _, u := range usages {
		out = append(out, column{name: u.header, also: []string{u.english}})
	}
	return out
}

func private(columns []column) []column {
	for i := range columns {
		columns[i].private = true
	}
	return columns
}

// Expert is a row of a list of experts.
type Expert struct {
	Origin
	FirstName        string
	LastName         string
	Email            string
	Phone            string
	BirthDate        engine.Date
	Postcode4        string
	Pool             string // name
	Status           engine.ExpertStatus
	CertifiedOn      engine.Date
	DeployableSince  engine.Date
	AgreementOn      engine.Date
	NDAOn            engine.Date
	Conduct          engine.Valid // certificate of conduct, From "" = none
	Trained          []engine.DeploymentTypeCode
	MaxTravelMinutes int
	Traits           []engine.Trait
	Consents         []engine.Consent // GREEN and AMBER only
	ConsentSignedOn  engine.Date
	Rules            []engine.AvailabilityRule
	NotAt            []string // keys of organisations she keeps away from
	Intro            string
}

// ReadExperts reads a list of experts. The error is a [*Problems]; it repeats
// nothing that stands in a row.
func ReadExperts(file string, in io.Reader, c Catalogue) ([]Expert, error) {
	s := open(file, in, expertLayout)
	pool, kind, house := c.pools().parse, c.types().parse, c.organisation(true)
	themes := c.themes()
	out := make([]Expert, len(s.rows))
	for i, r := range s.rows {
		x := &out[i]
		read(r, keyColumn, parseText)
		x.FirstName = read(r, "voornaam", parseText)
		x.LastName = read(r, "achternaam", parseText)
		x.Email = read(r, "e-mail", parseEmail)
		x.Phone = read(r, "telefoon", parsePhone)
		x.BirthDate = read(r, "geboortedatum", c.birthDate)
		x.Postcode4 = read(r, "postcode", parsePostcode)
		x.Pool = read(r, "pool", pool)
		x.Status = read(r, "status", expertStatuses.parse)
		x.CertifiedOn = read(r, "gecertificeerd op", c.past)
		x.DeployableSince = read(r, "inzetbaar sinds", parseDate)
		x.AgreementOn = read(r, "vrijwilligersovereenkomst", c.past)
		x.NDAOn = read(r, "geheimhouding", c.past)
		x.Conduct = r.conduct(c)
		x.Trained = list(r, "inzetvormen", kind)
		x.MaxTravelMinutes = read(r, "reistijd max", whole(1, 600))
		x.Traits = slices.Concat(
			list(r, "gender", trait(engine.TraitGender)), list(r, "talen", trait(engine.TraitLanguage)),
			list(r, "contactvorm", trait(engine.TraitContactForm)), list(r, "activiteiten", trait(engine.TraitActivity)))
		x.ConsentSignedOn = read(r, "toestemming getekend op", c.past)
		for _, u := range usages {
			x.Consents = append(x.Consents, list(r, u.header, consent(themes, u.usage))...)
		}
		x.Rules = list(r, "uren", parseRule)
		x.NotAt = list(r, "niet bij", house)
		x.Intro = r.prose("tekst")
		r.completeExpert(x)
		x.Origin = r.done()
	}
	return rowsOf(s, out)
}

func (c Catalogue) birthDate(text string) (engine.Date, error) {
	day, err := parseDate(text)
	if err != nil {
		return "", err
	}
	if age := day.YearsUntil(c.today()); age < youngest || age > oldest {
		return "", fmt.Errorf("gives an age outside %d to %d: check the year", youngest, oldest)
	}
	return day, nil
}

// conduct reads the days on which the certificate of conduct counts. People
// write the last one; the range ends the day after.
func (r *row) conduct(c Catalogue) engine.Valid {
	issued := read(r, "vog afgegeven op", c.past)
	last := read(r, "vog geldig tot", parseDate)
	switch {
	case r.bad["vog afgegeven op"] || r.bad["vog geldig tot"] || issued == "" && last == "":
		return engine.Valid{}
	case issued == "":
		r.refuse("vog geldig tot", "needs vog afgegeven op")
	case last == "":
		return engine.Valid{From: issued, To: issued.AddMonths(conductMonths)}
	case last < issued:
		r.refuse("vog geldig tot", "is before vog afgegeven op")
	}
	return engine.Valid{From: issued, To: last.AddDays(1)}
}

// consent reads a theme with the level of the consent: green, unless (oranje)
// or (amber) stands behind it.
func consent(themes *vocabulary[engine.ThemeCode], usage engine.Usage) func(string) (engine.Consent, error) {
	seen := map[engine.ThemeCode]bool{}
	return func(text string) (engine.Consent, error) {
		level := engine.Green
		if open := strings.LastIndexByte(text, '('); open > 0 && strings.HasSuffix(text, ")") {
			if named, err := consentLevels.parse(text[open:]); err == nil {
				text, level = text[:open], named
			}
		}
		theme, err := themes.parse(text)
		if err == nil && seen[theme] {
			err = errors.New("names a theme that the cell holds already")
		}
		seen[theme] = true
		return engine.Consent{Theme: theme, Usage: usage, Level: level}, err
	}
}

// completeExpert fills what may be left out and checks what belongs together.
func (r *row) completeExpert(x *Expert) {
	if x.MaxTravelMinutes == 0 {
		x.MaxTravelMinutes = defaultTravelMinutes
	}
	switch {
	case r.bad["status"] || r.bad["gecertificeerd op"]:
	case x.Status == "" && x.CertifiedOn != "":
		x.Status = engine.ExpertDeployable
	case x.Status == "":
		x.Status = engine.ExpertInTraining
	case x.Status == engine.ExpertDeployable && x.CertifiedOn == "":
		r.refuse("status", "needs gecertificeerd op to be inzetbaar")
	}
	signed := x.ConsentSignedOn != "" || r.bad["toestemming getekend op"]
	for _, u := range usages {
		if !signed && r.cell(u.header) != "" {
			r.refuse(u.header, "needs toestemming getekend op: without a signature there is no consent")
		}
	}
}
