package spreadsheet

import (
	"errors"
	"slices"
	"time"

	"expex/engine"
)

// Catalogue is what the names in a file may refer to, as of one moment. The
// store fills it.
type Catalogue struct {
	Now  time.Time
	Zone *time.Location // of every wall time

	Themes         []engine.Theme
	Types          []engine.DeploymentType
	Municipalities []Municipality
	Organisations  []KnownOrganisation
	Pools          []Pool
	// Requests are those imported before, by key, with what their row said.
	Requests map[string]Hash
}

// Municipality is a municipality of today.
type Municipality struct {
	Code engine.MunicipalityCode
	Name string
}

// KnownOrganisation is an organisation imported before.
type KnownOrganisation struct {
	Key        string
	Parent     string // key, "" = none
	MergedInto string // key, "" = none
	Pools      []string
}

// Pool is a pool with the municipalities it serves today.
type Pool struct {
	Name           string
	Municipalities []engine.MunicipalityCode
}

func (c Catalogue) today() engine.Date { return engine.DateOf(c.Now, c.Zone) }

// past reads a date that cannot lie ahead: something was signed or passed.
func (c Catalogue) past(text string) (engine.Date, error) {
	day, err := parseDate(text)
	if err == nil && day > c.today() {
		return "", errors.New("is in the future")
	}
	return day, err
}

// themes is silent: who has what experience is in no message.
func (c Catalogue) themes() *vocabulary[engine.ThemeCode] {
	v := &vocabulary[engine.ThemeCode]{what: "a theme", silent: true}
	for _, t := range c.Themes {
		v.add(t.Code, t.NL, t.EN)
	}
	return v
}

func (c Catalogue) types() *vocabulary[engine.DeploymentTypeCode] {
	v := &vocabulary[engine.DeploymentTypeCode]{what: "a deployment type"}
	for _, t := range c.Types {
		v.add(t.Code, t.NL, t.EN)
	}
	return v
}

func (c Catalogue) municipalities() *vocabulary[engine.MunicipalityCode] {
	v := &vocabulary[engine.MunicipalityCode]{what: "a municipality"}
	for _, m := range c.Municipalities {
		v.add(m.Code, m.Name)
	}
	return v
}

// pools also finds pools that the file at hand makes.
func (c Catalogue) pools(more ...string) *vocabulary[string] {
	v := &vocabulary[string]{what: "a pool (a penvoerder with a werkgebied makes one)"}
	for _, p := range c.Pools {
		v.add(p.Name, p.Name)
	}
	for _, name := range more {
		if _, err := v.parse(name); err != nil {
			v.add(name, name)
		}
	}
	return v
}

// organisation reads the code of an organisation imported before, exactly as it
// stands. Silent, it suggests none: from which house an expert keeps away is in
// no message.
func (c Catalogue) organisation(silent bool) func(string) (string, error) {
	known := map[string]bool{}
	spelling := &speller{}
	for _, o := range c.Organisations {
		known[o.Key] = true
		if !silent {
			spelling.add(o.Key)
		}
	}
	return func(text string) (string, error) {
		if known[text] {
			return text, nil
		}
		return "", unknownCode{spelling, text, "import the organisations first"}
	}
}

// poolsFor are the pools the organisation may ask for a place; for none ("",
// online) all it may ask.
func (c Catalogue) poolsFor(organisation string, place engine.MunicipalityCode) []string {
	var out []string
	for _, o := range c.Organisations {
		for _, p := range c.Pools {
			if o.Key == organisation && slices.Contains(o.Pools, p.Name) && (place == "" || slices.Contains(p.Municipalities, place)) {
				out = append(out, p.Name)
			}
		}
	}
	return out
}

// unknownCode is a code that no organisation has, with those that might be meant.
type unknownCode struct {
	*speller
	text string
	fix  string // when none seems meant
}

// Error gives the reason as the parsers do.
func (u unknownCode) Error() string {
	if near := u.nearest(u.text); near != "" {
		return "is not the code of an organisation; did you mean " + near + "?"
	}
	return "is not the code of an organisation; " + u.fix
}
