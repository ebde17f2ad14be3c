package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"expex/app"
	"expex/auth"
	"expex/engine"
	"expex/spreadsheet"
	"expex/store"
	"expex/store/storetest"
)

// lists are the filled-in examples the README shows.
const lists = "../cmd/expex/testdata/import"

func listText(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(lists, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// importList reads a list and writes it, as the command does.
func importList(t testing.TB, s *store.Store, name, text string) (store.ImportResult, error) {
	t.Helper()
	ctx := context.Background()
	c, err := s.ImportCatalogue(ctx)
	if err != nil {
		t.Fatal(err)
	}
	in := strings.NewReader(text)
	switch name {
	case "organisaties.csv":
		rows, err := spreadsheet.ReadOrganisations(name, in, c)
		if err != nil {
			return store.ImportResult{}, err
		}
		return s.ImportOrganisations(ctx, rows)
	case "expex.csv":
		rows, err := spreadsheet.ReadExperts(name, in, c)
		if err != nil {
			return store.ImportResult{}, err
		}
		return s.ImportExperts(ctx, rows)
	default:
		rows, err := spreadsheet.ReadRequests(name, in, c)
		if err != nil {
			return store.ImportResult{}, err
		}
		return s.ImportRequests(ctx, rows)
	}
}

var listNames = []string{"organisaties.csv", "expex.csv", "aanvragen.csv"}

// importExamples imports the three lists into an empty database.
func importExamples(t testing.TB, s *store.Store) {
	t.Helper()
	for _, name := range listNames {
		if _, err := importList(t, s, name, listText(t, name)); err != nil {
			t.Fatal(err)
		}
	}
}

// changeList imports a list in which one text is another, and wants that to succeed.
func changeList(t testing.TB, s *store.Store, name, old, new string) store.ImportResult {
	t.Helper()
	text := listText(t, name)
	if !strings.Contains(text, old) {
		t.Fatalf("%s does not hold %q", name, old)
	}
	n, err := importList(t, s, name, strings.ReplaceAll(text, old, new))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestImportingTheExamplesTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	want := map[string]int{"organisaties.csv": 6, "expex.csv": 8, "aanvragen.csv": 4}
	for _, name := range listNames {
		n, err := importList(t, s, name, listText(t, name))
		if err != nil || n != (store.ImportResult{Added: want[name]}) {
			t.Fatalf("%s gives %+v, want %d added; %v", name, n, want[name], err)
		}
	}
	before := dump(t, s)
	for _, name := range listNames {
		n, err := importList(t, s, name, listText(t, name))
		if err != nil || n != (store.ImportResult{Unchanged: want[name]}) {
			t.Fatalf("%s again gives %+v, want %d unchanged; %v", name, n, want[name], err)
		}
	}
	if d := diff(before, dump(t, s)); d != "" {
		t.Errorf("the second import changed the database:\n%s", d)
	}
}

func TestABrokenListChangesNothing(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	importExamples(t, s)
	before := dump(t, s)
	for _, name := range listNames {
		if _, err := importList(t, s, name, listText(t, "broken/"+name)); err == nil || strings.Count(err.Error(), "\n") < 10 {
			t.Errorf("%s gives %v, want many problems at once", name, err)
		}
		// One bad row at the end of a good list spoils all of it.
		if _, err := importList(t, s, name, strings.Replace(listText(t, name), "Gouda", "Zuidplas", 1)+"zz\n"); err == nil {
			t.Errorf("%s with a bad last row was imported", name)
		}
	}
	if d := diff(before, dump(t, s)); d != "" {
		t.Errorf("a broken list changed the database:\n%s", d)
	}
}

func TestAnImportedRequestGetsSuggestionsForYears(t *testing.T) {
	t.Parallel()
	for _, now := range []time.Time{time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), storetest.Now, time.Date(2031, 8, 13, 23, 30, 0, 0, time.UTC)} {
		t.Run(now.Format(time.DateOnly), func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			s := storetest.New(t, func(o *store.Options) { o.Now = func() time.Time { return now } })
			importExamples(t, s)
			account, err := s.AddAccount(ctx, "Coördinator Voorbeeld", "", auth.RoleCoordinator, "Midden-Holland", "", "")
			if err != nil {
				t.Fatal(err)
			}
			for _, key := range []string{"A-01", "A-02", "A-03", "A-04"} {
				id := engine.RequestID(column(t, s, `select id::text from request where import_key = '`+key+`'`)[0])
				got, err := app.App{Store: s}.MatchSuggestions(ctx, auth.Viewer{AccountID: account}, id)
				if err != nil {
					t.Fatal(err)
				}
				if n := len(got.Ranking.Suggestions); n < 3 {
					t.Errorf("%s gets %d suggestions, want 3 or more; excluded %+v", key, n, got.Ranking.Excluded)
				}
			}
		})
	}
}

func TestAChangedOrganisationIsReplaced(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	importExamples(t, s)
	text := listText(t, "organisaties.csv")
	for old, new := range map[string]string{
		"De Fictieve Haven;jeugdhulpaanbieder;;":                        "De Verzonnen Haven;jeugdhulpaanbieder;FH-W;", // the tree turned round
		"De Fictieve Haven, locatie Waddinxveen;jeugdhulpaanbieder;FH;": "De Verzonnen Haven, Waddinxveen;jeugdhulpaanbieder;;",
		"Gouda | Waddinxveen | Zuidplas":                                "Gouda | Waddinxveen | Woerden",
		"geheim;Midden-Holland;":                                        "geheim;;",
	} {
		if !strings.Contains(text, old) {
			t.Fatalf("the list does not hold %q", old)
		}
		text = strings.Replace(text, old, new, 1)
	}
	n, err := importList(t, s, "organisaties.csv", text)
	if err != nil || n != (store.ImportResult{Changed: 4, Unchanged: 2}) {
		t.Fatalf("%+v, want 4 changed; %v", n, err)
	}
	for query, want := range map[string][]string{
		`select name from organisation where import_key = 'FH'`:                             {"De Verzonnen Haven"},
		`select p.import_key from organisation o join organisation p on p.id = o.parent_id`: {"FH-W"},
		`select m.name || ' ' || coalesce(a.valid_to::text, 'on') from service_area a join municipality m on m.code = municipality order by 1`: {
			"Bodegraven-Reeuwijk on", "Gouda on", "Krimpenerwaard on", "Waddinxveen on", "Woerden on"},
		`select import_key from organisation_pool join organisation o on o.id = organisation_id order by 1`: {"FH", "FH-W", "JBV", "VMH", "WT-W"},
	} {
		if got := column(t, s, query); !slices.Equal(got, want) {
			t.Errorf("%s gives %v, want %v", query, got, want)
		}
	}
}

func TestTheAreaOfAPoolKeepsItsPast(t *testing.T) {
	t.Parallel()
	now := storetest.Now
	s := storetest.New(t, func(o *store.Options) { o.Now = func() time.Time { return now } })
	importExamples(t, s)
	now = now.AddDate(0, 1, 0)
	changeList(t, s, "organisaties.csv", "| Zuidplas |", "|")
	now = now.AddDate(0, 1, 0)
	importExamples(t, s)
	got := column(t, s, `select valid_from || ' ' || coalesce(valid_to::text, 'on') from service_area where municipality = 'GM1892' order by 1`)
	if want := []string{"2027-03-27 2027-04-27", "2027-05-27 on"}; !slices.Equal(got, want) {
		t.Errorf("Zuidplas is served %v, want %v", got, want)
	}
}

func TestAChangedExpertIsReplacedAndHerConsentsOnlyGrow(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	importExamples(t, s)
	const noor = ` from %s where expert_id = (select id from expert where import_key = 'E-01') `
	// In the app she took one consent back, keeps away from a house and set hours.
	for _, statement := range []string{
		`insert into theme_consent (expert_id, theme, usage, level, valid_from)
		 select id, 'OUT_OF_HOME', 'ONE_TO_ONE', 'RED', '2027-01-10 12:00Z' from expert where import_key = 'E-01'`,
		`insert into organisation_exclusion (expert_id, organisation_id)
		 select e.id, o.id from expert e, organisation o where e.import_key = 'E-01' and o.import_key = 'NN'`,
	} {
		if _, err := store.Owner(s).Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	consents := func() []string {
		return column(t, s, `select theme || ' ' || level`+fmt.Sprintf(noor, "theme_consent")+`and usage = 'ONE_TO_ONE' and superseded_at is null order by 1`)
	}
	text := listText(t, "expex.csv")
	for old, new := range map[string]string{
		"06-00000001": "", "maatje | hoopverlener | casusadvies": "maatje", "Nederlands | Engels": "Nederlands | Turks",
		"di 14:00-18:00 | do 14:00-18:00 | za 10:00-17:00": "wo 14:00-18:00",
		"uithuisplaatsing | schooluitval;uithuisplaatsing": "uithuisplaatsing | schooluitval (oranje) | pesten;",
	} {
		text = strings.Replace(text, old, new, 1)
	}
	if n, err := importList(t, s, "expex.csv", text); err != nil || n != (store.ImportResult{Changed: 1, Unchanged: 7}) {
		t.Fatalf("%+v, want 1 changed; %v", n, err)
	}
	for query, want := range map[string][]string{
		`select phone` + fmt.Sprintf(noor, "expert_record"):                                           {""},
		`select type` + fmt.Sprintf(noor, "type_training"):                                            {"BUDDY"},
		`select value` + fmt.Sprintf(noor, "expert_trait") + `and kind = 'LANGUAGE' order by 1`:       {"nl", "tr"},
		`select weekday || starts` + fmt.Sprintf(noor, "availability_rule"):                           {"WEDNESDAY14:00:00"},
		`select issued_on || ' ' || valid_to` + fmt.Sprintf(noor, "conduct_certificate"):              {"2025-12-20 2036-01-01"},
		`select count(*)::text` + fmt.Sprintf(noor, "organisation_exclusion"):                         {"1"},
		`select level` + fmt.Sprintf(noor, "theme_consent") + `and usage = 'CASE' order by 1`:         {"GREEN"},
		`select valid_from || ' ' || coalesce(valid_to::text, '')` + fmt.Sprintf(noor, "pool_member"): {"2026-01-05 "},
	} {
		if got := column(t, s, query); !slices.Equal(got, want) {
			t.Errorf("%s gives %v, want %v", query, got, want)
		}
	}
	if got, want := consents(), []string{"BULLYING GREEN", "OUT_OF_HOME RED", "SCHOOL_DROPOUT AMBER"}; !slices.Equal(got, want) {
		t.Errorf("consents are %v, want %v: her later word stands", got, want)
	}
	// A new signature is a later word.
	text = strings.Replace(text, "05-01-2026;uithuisplaatsing", "01-02-2027;uithuisplaatsing", 1)
	if _, err := importList(t, s, "expex.csv", text); err != nil {
		t.Fatal(err)
	}
	if got, want := consents(), []string{"BULLYING GREEN", "OUT_OF_HOME GREEN", "SCHOOL_DROPOUT AMBER"}; !slices.Equal(got, want) {
		t.Errorf("after a new signature consents are %v, want %v", got, want)
	}
}

func TestAColumnTheFileDoesNotHaveLeavesWhatIsStored(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	importExamples(t, s)
	rest := `select x::text from (select r.last_name, r.email, r.status, r.agreement_on, r.max_travel_minutes,
		(select count(*) from availability_rule a where a.expert_id = r.expert_id) as hours,
		(select count(*) from expert_trait a where a.expert_id = r.expert_id) as traits,
		(select count(*) from type_training a where a.expert_id = r.expert_id) as trainings,
		(select certified_on from certification a where a.expert_id = r.expert_id) as certified_on
		from expert e join expert_record r on r.expert_id = e.id where e.import_key = 'E-01') x`
	before := column(t, s, rest)
	n, err := importList(t, s, "expex.csv", "code,voornaam,pool,telefoon\nE-01,Nora,Midden-Holland,06-00000099\n")
	if err != nil || n.Changed != 1 {
		t.Fatalf("%+v, want 1 changed; %v", n, err)
	}
	if got := column(t, s, `select first_name || ' ' || phone from expert join expert_record on expert_id = id where import_key = 'E-01'`); got[0] != "Nora 06-00000099" {
		t.Errorf("she is %v", got)
	}
	if n, err := importList(t, s, "expex.csv", "code;voornaam;pool\nE-01;Noortje;Midden-Holland\n"); err != nil || n.Changed != 1 {
		t.Fatalf("%+v, want 1 changed; %v", n, err)
	}
	// The status is one of the columns that are not there, also when it is derived.
	if got := column(t, s, rest); !slices.Equal(got, before) {
		t.Errorf("the rest is %v, was %v", got, before)
	}
}

func TestAnAddressStaysAsHiddenAsItWas(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	importExamples(t, s)
	text := "code;naam;soort\nFH-W;De Fictieve Haven, Waddinxveen;jeugdhulpaanbieder\nFH;De Fictieve Haven;opvang\n"
	if _, err := importList(t, s, "organisaties.csv", text); err != nil {
		t.Fatal(err)
	}
	got := column(t, s, `select import_key || ' ' || address_visibility from organisation where import_key like 'FH%' order by 1`)
	if want := []string{"FH SECRET", "FH-W INTERNAL"}; !slices.Equal(got, want) {
		t.Errorf("it is %v, want %v", got, want)
	}
}

func TestAnExpertMovesToThePoolHerRowNames(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	importExamples(t, s)
	organisations := listText(t, "organisaties.csv") + "VFL;Stichting Voorbeeld Flevoland;penvoerder;;;Almere;;;;Flevoland;Almere\n"
	if n, err := importList(t, s, "organisaties.csv", organisations); err != nil || n.Added != 1 {
		t.Fatalf("%+v; %v", n, err)
	}
	changeList(t, s, "expex.csv", "2741;Midden-Holland", "1315;Flevoland")
	got := column(t, s, `select p.name || ' ' || valid_from || ' ' || coalesce(valid_to::text, 'on')
		from pool_member join pool p on p.id = pool_id join expert e on e.id = expert_id where import_key = 'E-02' order by 1`)
	if want := []string{"Flevoland 2027-03-27 on", "Midden-Holland 2026-01-05 2027-03-27"}; !slices.Equal(got, want) {
		t.Errorf("she belongs to %v, want %v", got, want)
	}
}

func TestARequestThatChangedSinceItWasImportedIsRefused(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	importExamples(t, s)
	before := dump(t, s)
	_, err := importList(t, s, "aanvragen.csv", strings.Replace(listText(t, "aanvragen.csv"), "di 15:00-17:00", "di 15:00-16:00", 1))
	var problems *spreadsheet.Problems
	if !errors.As(err, &problems) || len(problems.List) != 1 || problems.List[0].Line != 3 || problems.List[0].Header != "code" {
		t.Errorf("gives %v, want one problem in line 3", err)
	}
	if d := diff(before, dump(t, s)); d != "" {
		t.Errorf("it changed the database:\n%s", d)
	}
}

func TestARequestWhosePlaceIsServedNoLongerIsAProblemOfItsRow(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	importExamples(t, s)
	c, err := s.ImportCatalogue(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := spreadsheet.ReadRequests("x.csv", strings.NewReader("code;organisatie;inzetvorm;gemeente;weekvensters\nZ;JBV;casusadvies;Zuidplas;di 15:00-18:00\n"), c)
	if err != nil {
		t.Fatal(err)
	}
	changeList(t, s, "organisaties.csv", "| Zuidplas |", "|")
	if _, err = s.ImportRequests(context.Background(), rows); err == nil || err.Error() != "x.csv:2: gemeente: no pool that this organisation may ask serves this place" {
		t.Errorf("gives %v", err)
	}
}

func TestTwoImportsOfOneListAtOnceMakeOne(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	for _, name := range listNames[:2] {
		if _, err := importList(t, s, name, listText(t, name)); err != nil {
			t.Fatal(err)
		}
	}
	c, err := s.ImportCatalogue(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := spreadsheet.ReadRequests("aanvragen.csv", strings.NewReader(listText(t, "aanvragen.csv")), c)
	if err != nil {
		t.Fatal(err)
	}
	results := make(chan store.ImportResult, 2)
	for range 2 {
		go func() {
			n, err := s.ImportRequests(context.Background(), slices.Clone(rows))
			if err != nil {
				t.Error(err)
			}
			results <- n
		}()
	}
	a, b := <-results, <-results
	if a.Added+b.Added != 4 || a.Unchanged+b.Unchanged != 4 {
		t.Errorf("they did %+v and %+v, want 4 added once", a, b)
	}
}

func TestTimesInAnImportedRequestAreThoseOfTheClocksThere(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	importExamples(t, s)
	text := "code,organisatie,inzetvorm,gemeente,minuten,data\n" +
		"Z-1,JBV,casusadvies,Gouda,60,\"27-03-2027 14:00-15:00 | 28-03-2027 14:00-15.00 | 31-10-2027 00:00-04:00\"\n"
	if _, err := importList(t, s, "aanvragen.csv", text); err != nil {
		t.Fatal(err)
	}
	got := column(t, s, `select to_char(starts_at at time zone 'UTC', 'DD HH24:MI') || to_char(ends_at at time zone 'UTC', '-HH24:MI')
		from request_option order by starts_at`)
	// The last one holds the hour that comes twice: it lasts five hours.
	if want := []string{"27 13:00-14:00", "28 12:00-13:00", "30 22:00-03:00"}; !slices.Equal(got, want) {
		t.Errorf("the times are %v, want %v", got, want)
	}
}
