package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"expex/engine"
	"expex/reference"
)

const detectToday engine.Date = "2027-03-24"

// found writes what was found as KIND "piece", in order.
func found(text string) string {
	var out []string
	for _, f := range engine.FindPersonal(text, detectToday) {
		out = append(out, fmt.Sprintf("%s %s", f.Kind, string([]rune(text)[f.Start:f.End])))
	}
	return strings.Join(out, " | ")
}

func TestFindPersonal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		// Diagnoses and medicines.
		{"Een jongen met autisme", "DIAGNOSIS autisme"},
		{"hij is autistisch", "DIAGNOSIS autistisch"},
		{"Autismespectrumstoornis vastgesteld", "DIAGNOSIS Autismespectrumstoornis"},
		{"heeft ASS en ADHD", "DIAGNOSIS ASS | DIAGNOSIS ADHD"},
		{"heeft ass", "DIAGNOSIS ass"},
		{"een adhd'er in de klas", "DIAGNOSIS adhd"},
		{"een adhd-diagnose", "DIAGNOSIS adhd"},
		{"een jongere met PTSS", "DIAGNOSIS PTSS"},
		{"Zij heeft borderline.", "DIAGNOSIS borderline"},
		{"een borderlinestoornis", "DIAGNOSIS borderlinestoornis"},
		{"wat depressief de laatste tijd", "DIAGNOSIS depressief"},
		{"depressieve klachten, een depressie", "DIAGNOSIS depressieve | DIAGNOSIS depressie"},
		{"anorexia nervosa", "DIAGNOSIS anorexia nervosa"},
		{"na een psychose", "DIAGNOSIS psychose"},
		{"psychotische episodes", "DIAGNOSIS psychotische"},
		{"schizofrenie in de familie", "DIAGNOSIS schizofrenie"},
		{"een bipolaire stoornis", "DIAGNOSIS bipolaire"},
		{"een angststoornis", "DIAGNOSIS angststoornis"},
		{"persoonlijkheidsstoornissen", "DIAGNOSIS persoonlijkheidsstoornissen"},
		{"heeft ODD", "DIAGNOSIS ODD"},
		{"PDD-NOS", "DIAGNOSIS PDD"},
		{"syndroom van Down", "DIAGNOSIS syndroom van Down"},
		{"Gilles de la Tourette", "DIAGNOSIS Gilles de la Tourette"},
		{"slikt Ritalin", "DIAGNOSIS Ritalin"},
		{"gestopt met sertraline", "DIAGNOSIS sertraline"},
		{"a boy with autism and depression", "DIAGNOSIS autism | DIAGNOSIS depression"},
		{"AUTISME", "DIAGNOSIS AUTISME"},
		// Words of themes, and words that only look like a diagnosis.
		{"Iemand die weet wat verslaving is.", ""},
		{"Over een eetstoornis praten", ""},
		{"eetstoornissen en trauma", ""},
		{"een licht verstandelijke beperking, zelfbeschadiging, pesten", ""},
		{"psychische problemen en schooluitval", ""},
		{"psychosociale hulp", ""},
		{"een narcis op tafel", ""},
		{"een odd voorbeeld", ""},
		{"Een passende klas, een storing op het spoor", ""},
		{"Een stoornis is niet wat ik zoek", ""},
		// First names.
		{"Wij zoeken een maatje voor Jayden.", "FIRST_NAME Jayden"},
		{"Jayden loopt vast op school.", "FIRST_NAME Jayden"},
		{"Dit gaat over Fatima en Mohamed", "FIRST_NAME Fatima | FIRST_NAME Mohamed"},
		{"met Emine praten", "FIRST_NAME Emine"},
		{"met Radjesh praten", "FIRST_NAME Radjesh"},
		{"met Zoë praten", "FIRST_NAME Zoë"},
		{"met Zoë praten", "FIRST_NAME Zoë"},
		{"Daniël's vader", "FIRST_NAME Daniël"},
		{"de moeder van Jaydens vriend", "FIRST_NAME Jaydens"},
		{"met Jan-Willem op stap", "FIRST_NAME Jan-Willem"},
		{"met Fatima el Bakkali op stap", "FIRST_NAME Fatima el Bakkali"},
		{"Sanne de Vries, 15 jaar", "FIRST_NAME Sanne de Vries"},
		{"AYSE wil praten", "FIRST_NAME AYSE"},
		{"onze dochter fatima", "FIRST_NAME fatima"},
		{"mijn zoon Xylaro loopt vast", "FIRST_NAME Xylaro"},
		{"een meisje genaamd Mei", "FIRST_NAME Mei"},
		{"zij heet Roos", "FIRST_NAME Roos"},
		{"Naam: Storm", "FIRST_NAME Storm"},
		{"een gesprek met Roos over school", "FIRST_NAME Roos"},
		{"een gesprek met Jan over school", "FIRST_NAME Jan"},
		// No names.
		{"In mei, of in Mei, of Juni", ""},
		{"Mei komt ons beter uit", ""},
		{"Roos en tulp staan in bloei. Roos is rood.", ""},
		{"een roos in de tuin, een ster, de storm", ""},
		{"Ben je er voor hem? Wil je praten? Bas speelt hij ook.", ""},
		{"In Gouda of Lelystad, bij de Hogeschool", ""},
		{"Een ervaringsmaatje. Daarna kijken we verder.", ""},
		{"Stichting Thomas heeft een zaal", ""},
		{"op Sint Maarten, in huize Anna", ""},
		{"een jongen Turks leren", ""},
		{"mijn dochter Ik", ""},
		{"de zoon. Morgen belt hij", ""},
		{"een kind\nVrijdag", ""},
		{"een jongen op het VMBO, een leerling HAVO", ""},
		{"Iemand die Nederlands en Arabisch spreekt", ""},
		{"Elke maand een inloopmiddag;\nwie komt, die komt.", ""},
		// Numbers.
		{"bel 06-12345678", "PHONE 06-12345678"},
		{"bel 06 12 34 56 78 na vijven", "PHONE 06 12 34 56 78"},
		{"bel (0182) 12 34 56", "PHONE (0182) 12 34 56"},
		{"bel +31 6 12345678", "PHONE +31 6 12345678"},
		{"bel +31 (0)6 12345678", "PHONE +31 (0)6 12345678"},
		{"bel 0031612345678", "PHONE 0031612345678"},
		{"mail fatima.b@voorbeeld.example.", "EMAIL fatima.b@voorbeeld.example"},
		{"BSN 111222333", "CITIZEN_NUMBER 111222333"},
		{"bsn 1112.22.333", "CITIZEN_NUMBER 1112.22.333"},
		{"kenmerk 111222334", ""},
		{"kenmerk 1112223330", ""},
		{"nummer 000000000", ""},
		{"geboren op 12-05-2010", "BIRTH_DATE 12-05-2010"},
		{"geb. 12 mei 2010 te Gouda", "BIRTH_DATE 12 mei 2010"},
		{"geboortedatum: 12/5/10", "BIRTH_DATE 12/5/10"},
		{"jarig op 3 juni", "BIRTH_DATE 3 juni"},
		{"van 2010-05-12", "BIRTH_DATE 2010-05-12"},
		{"12 MAART 2011", "BIRTH_DATE 12 MAART 2011"},
		{"gisteren, 23-03-2027", "BIRTH_DATE 23-03-2027"},
		{"vandaag, 24-03-2027", ""},
		{"op 12-05-2027 10:00, of 13 mei 2027 om 14 uur", ""},
		{"jaargang 2010, 12-16 jaar, 1/2 dag, 99-99-2010", ""},
		{"2801 AB 12", "ADDRESS 2801 AB 12"},
		{"Voorbeeldstraat 3, 2801AB Gouda", "ADDRESS 3, 2801AB"},
		{"2801ab, 12", "ADDRESS 2801ab, 12"},
		{"postcode 2801 AB", ""},
		{"in 2027 EN 3 keer", "ADDRESS 2027 EN 3"},
		{"van 14:00 tot 16:00, 12 keer, 60 minuten", ""},
		// All at once, and nothing.
		{"Jayden (ADHD), 0612345678", "FIRST_NAME Jayden | DIAGNOSIS ADHD | PHONE 0612345678"},
		{"", ""},
		{"\xff\xfe Jayden", "FIRST_NAME Jayden"},
		{"😀😀 Jayden", "FIRST_NAME Jayden"},
	} {
		if got := found(c.text); got != c.want {
			t.Errorf("%q: found %q, want %q", c.text, got, c.want)
		}
	}
}

func TestRewrite(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Een maatje voor Jayden de Vries.":        "Een maatje voor een jongere.",
		"Jayden loopt vast.":                      "Een jongere loopt vast.",
		"Onze zoon Jayden heeft ADHD.":            "Onze zoon [...] heeft [...].",
		"Bel 06-12345678 of mail a@b.example.":    "Bel [...] of mail [...].",
		"Even praten met iemand die het begrijpt": "Even praten met iemand die het begrijpt",
	} {
		if got := engine.Rewrite(text, detectToday); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// The names of places and themes, and whatever else we show, are no names of
// people and no diagnosis, save the labels that are one.
func TestWhatWeNameOurselvesPasses(t *testing.T) {
	t.Parallel()
	set, err := reference.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range set.Municipalities {
		if got := found("Het is in " + m.Name + " of daarbij."); got != "" {
			t.Errorf("the municipality %s: %s", m.Name, got)
		}
	}
	for _, r := range set.Regions {
		if got := found("Het is in " + r.Name + "."); got != "" {
			t.Errorf("the region %s: %s", r.Name, got)
		}
	}
	for _, d := range set.DeploymentTypes {
		if got := found("Wij zoeken " + d.NL + "."); got != "" {
			t.Errorf("the type %s: %s", d.NL, got)
		}
	}
	for _, x := range set.Themes {
		diagnosis := x.Code == "TRAUMA" || x.Code == "NEURODIVERGENCE"
		if got := found("Het gaat over " + x.NL + "."); (got != "") != diagnosis {
			t.Errorf("the theme %s: %q", x.Code, got)
		}
	}
}

func TestAGoalThatSaysWhoSomebodyIs(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 3, 24, 9, 0, 0, 0, time.UTC)
	check := func(goal string, nobody bool) *engine.Error {
		r := engine.Request{Goal: goal, GoalNamesNobody: nobody}
		if err, ok := r.Validate(engine.DeploymentType{}, now, zone).(*engine.Error); ok && err.Field == "goal" {
			return err
		}
		return nil
	}
	e := check("Jayden heeft ADHD. Bel 0612345678 of 0612345679.", false)
	if e == nil || e.Code != engine.CodeInvalid || e.Reason != engine.ReasonPersonalData {
		t.Fatalf("it passes: %v", e)
	}
	const want = "goal: may say who somebody is (FIRST_NAME at characters 1 to 6, DIAGNOSIS at characters 14 to 17, PHONE at characters 24 to 33, 1 more); " +
		"leave that out: themes are chosen from the list, age and place have fields"
	if e.Message != want {
		t.Errorf("it says %q", e.Message)
	}
	for _, piece := range []string{"Jayden", "ADHD", "06", "jongere"} {
		if strings.Contains(e.Error(), piece) {
			t.Errorf("the error repeats %s", piece)
		}
	}
	if e.Rewrite != "Een jongere heeft [...]. Bel [...] of [...]." {
		t.Errorf("the rewrite is %q", e.Rewrite)
	}
	if check("Een middag in Villa bij Anna", true) != nil {
		t.Error("a name that is nobody's is refused")
	}
	if e := check("Anna heeft ADHD", true); e == nil || len(e.Findings) != 1 || e.Findings[0].Kind != engine.FoundDiagnosis {
		t.Errorf("what is said of names lets more pass: %+v", e)
	}
	if e := check("Bel Anna op 0612345678", true); e == nil {
		t.Error("what is said of names lets a number pass")
	}
}

func FuzzFindPersonal(f *testing.F) {
	for _, seed := range []string{
		"Jayden heeft ADHD", "geboren 12-05-2010 12 mei", "zoon\nJan [...] Roos", "06 12 34 56 78 90 12 111222333",
		"2801 AB 12 2801 AB", "a@b.c@d.e", "Anna-Anna van Van Een", "\xff1112.22.333\u0301", "heet Een jongere", "İıŞ", "syndroom van de Jan",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4000 {
			return
		}
		found := engine.FindPersonal(text, detectToday)
		at, length := 0, utf8.RuneCountInString(text)
		for _, x := range found {
			if x.Start < at || x.End <= x.Start || x.End > length || x.Kind == "" || x.Neutral == "" {
				t.Fatalf("%q: %+v out of %d characters after %d", text, x, length, at)
			}
			at = x.End
		}
		if !slices.Equal(found, engine.FindPersonal(text, detectToday)) {
			t.Fatalf("%q: found something else the second time", text)
		}
		if again := engine.FindPersonal(engine.Rewrite(text, detectToday), detectToday); len(again) > 0 {
			t.Fatalf("%q: the rewrite still holds %+v", text, again)
		}
	})
}
