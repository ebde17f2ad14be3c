package spreadsheet_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"expex/engine"
	"expex/reference"
	"expex/spreadsheet"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// examples is where the filled-in lists stand that the README shows.
const examples = "../cmd/expex/testdata/import"

// catalogue is what the store of an empty database would give, a day before
// clocks go forward.
func catalogue(t testing.TB) spreadsheet.Catalogue {
	t.Helper()
	set, err := reference.Load()
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	c := spreadsheet.Catalogue{Now: time.Date(2027, 3, 27, 9, 0, 0, 0, time.UTC), Zone: zone}
	for _, x := range set.Themes {
		c.Themes = append(c.Themes, engine.Theme{Code: engine.ThemeCode(x.Code), NL: x.NL, EN: x.EN, Tier: x.Tier})
	}
	for _, x := range set.Municipalities {
		c.Municipalities = append(c.Municipalities, spreadsheet.Municipality{Code: engine.MunicipalityCode(x.Code), Name: x.Name})
	}
	for _, x := range set.DeploymentTypes {
		d := engine.DeploymentType{
			Code: engine.DeploymentTypeCode(x.Code), NL: x.NL, EN: x.EN, Form: engine.Form(x.Form), Client: x.Client,
			TeamMin: x.TeamMin, TeamMax: x.TeamMax, TeamDefault: x.TeamDefault,
			MinutesMin: x.MinutesMin, MinutesMax: x.MinutesMax, MinutesDefault: x.MinutesDefault,
			SeriesEveryWeeks: x.SeriesEveryWeeks, OccurrencesDefault: x.OccurrencesDefault,
		}
		if x.SessionCap != nil {
			d.SessionCap = *x.SessionCap
		}
		c.Types = append(c.Types, d)
	}
	return c
}

// after gives the catalogue of a database into which the organisations were
// imported.
func after(t testing.TB, c spreadsheet.Catalogue, rows []spreadsheet.Organisation) spreadsheet.Catalogue {
	t.Helper()
	for _, o := range rows {
		c.Organisations = append(c.Organisations, spreadsheet.KnownOrganisation{
			Key: o.Key, Parent: o.Parent, MergedInto: o.MergedInto, Pools: o.Pools})
		if len(o.ServiceArea) > 0 {
			c.Pools = append(c.Pools, spreadsheet.Pool{Name: o.Pools[0], Municipalities: o.ServiceArea})
		}
	}
	return c
}

// full is the catalogue after the example of the organisations.
func full(t testing.TB) spreadsheet.Catalogue {
	t.Helper()
	c := catalogue(t)
	return after(t, c, must(spreadsheet.ReadOrganisations("organisaties.csv", example(t, "organisaties.csv"), c))(t))
}

func example(t testing.TB, name string) *strings.Reader {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(examples, name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReader(string(text))
}

func must[T any](rows []T, err error) func(testing.TB) []T {
	return func(t testing.TB) []T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
}

// readers are the three, without the types of their rows.
var readers = map[string]func(file, text string, c spreadsheet.Catalogue) (rows any, n int, err error){
	"organisaties.csv": func(file, text string, c spreadsheet.Catalogue) (any, int, error) {
		rows, err := spreadsheet.ReadOrganisations(file, strings.NewReader(text), c)
		return rows, len(rows), err
	},
	"expex.csv": func(file, text string, c spreadsheet.Catalogue) (any, int, error) {
		rows, err := spreadsheet.ReadExperts(file, strings.NewReader(text), c)
		return rows, len(rows), err
	},
	"aanvragen.csv": func(file, text string, c spreadsheet.Catalogue) (any, int, error) {
		rows, err := spreadsheet.ReadRequests(file, strings.NewReader(text), c)
		return rows, len(rows), err
	},
}

func TestTheExamplesAreWithoutProblems(t *testing.T) {
	t.Parallel()
	c := full(t)
	for name, want := range map[string]int{"organisaties.csv": 6, "expex.csv": 8, "aanvragen.csv": 4} {
		text := read(t, name)
		if _, n, err := readers[name](name, text, c); err != nil || n != want {
			t.Errorf("%s gives %d rows, want %d; %v", name, n, want, err)
		}
	}
}

func TestABrokenFileGivesAllItsProblemsAndNoRows(t *testing.T) {
	t.Parallel()
	for name, reader := range readers {
		c := full(t)
		if name == "organisaties.csv" {
			c = catalogue(t)
		}
		_, n, err := reader(name, read(t, "broken/"+name), c)
		if n > 0 || err == nil {
			t.Fatalf("%s gives %d rows and %v", name, n, err)
		}
		golden := filepath.Join(examples, "broken", strings.TrimSuffix(name, ".csv")+".golden")
		got := err.Error() + "\n"
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s gives\n%s\nwant\n%s", name, got, want)
		}
	}
}

func read(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(examples, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
