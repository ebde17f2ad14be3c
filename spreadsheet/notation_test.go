package spreadsheet_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"expex/engine"
	"expex/spreadsheet"
)

// oneExpert reads a list of one expert with the cell under the header.
func oneExpert(t testing.TB, header, cell string) (spreadsheet.Expert, error) {
	t.Helper()
	text := "code;voornaam;pool;" + header + "\nE;Noor;Midden-Holland;\"" + cell + "\"\n"
	rows, err := spreadsheet.ReadExperts("x.csv", strings.NewReader(text), full(t))
	if err != nil {
		return spreadsheet.Expert{}, err
	}
	return rows[0], nil
}

// oneRequest reads a list of one request, with the cells under the headers.
func oneRequest(t testing.TB, headers, cells string) (spreadsheet.Request, error) {
	t.Helper()
	text := "code;organisatie;inzetvorm;gemeente;" + headers + "\nA;JBV;casusadvies;Gouda;" + cells + "\n"
	rows, err := spreadsheet.ReadRequests("x.csv", strings.NewReader(text), full(t))
	if err != nil {
		return spreadsheet.Request{}, err
	}
	return rows[0], nil
}

func TestDatesAreReadInDutchAndISO(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]engine.Date{
		"01-02-2003": "2003-02-01", "1-2-2003": "2003-02-01", "2003-02-01": "2003-02-01", " 29-02-2004 ": "2004-02-29",
		"29-02-2003": "", "1/2/2003": "", "01-02-03": "", "2003-2-1": "", "1 feb 2003": "", "37653": "", "00-00-2003": "", "12-31-2003": "",
	} {
		got, err := oneExpert(t, "geboortedatum", cell)
		if got.BirthDate != want || (err == nil) != (want != "") {
			t.Errorf("%q is read as %q (%v), want %q", cell, got.BirthDate, err, want)
		}
	}
}

func TestWholeNumbersMayHaveTheDecimalsASpreadsheetAdds(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]int{
		"45": 45, "45,0": 45, "45,00": 45, "45.0": 45, "045": 45, "": 60, // the default
		"45,5": 0, "1.000": 0, "4,5E+01": 0, "-45": 0, "0": 0, "601": 0, ",0": 0, "45 min": 0, "99999999999999999999": 0,
	} {
		got, err := oneExpert(t, "reistijd max", cell)
		if got.MaxTravelMinutes != want || (err == nil) != (want != 0) {
			t.Errorf("%q is read as %d (%v), want %d", cell, got.MaxTravelMinutes, err, want)
		}
	}
}

func TestPostcodesKeepTheirFourDigitsOnly(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{"2801 AB": "2801", "2801ab": "2801", "2801": "2801", "0280": "", "28011": "", "2801 A": "", "AB 2801": ""} {
		if got, err := oneExpert(t, "postcode", cell); got.Postcode4 != want || (err == nil) != (want != "") {
			t.Errorf("%q is read as %q (%v), want %q", cell, got.Postcode4, err, want)
		}
	}
}

func TestWeeklyHoursAreRead(t *testing.T) {
	t.Parallel()
	rule := func(day engine.Weekday, starts, ends engine.WallTime, parity engine.Parity, mode engine.Mode) engine.AvailabilityRule {
		return engine.AvailabilityRule{Weekday: day, Starts: starts, Ends: ends, Parity: parity, Mode: mode}
	}
	for cell, want := range map[string][]engine.AvailabilityRule{
		"di 15:00-18:00":                    {rule(engine.Tuesday, "15:00", "18:00", engine.EveryWeek, engine.Both)},
		"Dinsdag 9.30 – 18":                 {rule(engine.Tuesday, "09:30", "18:00", engine.EveryWeek, engine.Both)},
		"do 15:00-18:00 oneven":             {rule(engine.Thursday, "15:00", "18:00", engine.OddWeeks, engine.Both)},
		"za 10:00-24:00 online even":        {rule(engine.Saturday, "10:00", "24:00", engine.EvenWeeks, engine.Online)},
		"zo 10-12 fysiek|\n ma 9-10":        {rule(engine.Sunday, "10:00", "12:00", engine.EveryWeek, engine.InPerson), rule(engine.Monday, "09:00", "10:00", engine.EveryWeek, engine.Both)},
		"wo 09:00-10:00 | | vr 09:00-10:00": {rule(engine.Wednesday, "09:00", "10:00", engine.EveryWeek, engine.Both), rule(engine.Friday, "09:00", "10:00", engine.EveryWeek, engine.Both)},
		"di 18:00-15:00":                    nil, "di 22:00-02:00": nil, "di 15:00": nil, "15:00-18:00": nil, "dag 15:00-18:00": nil,
		"di 15:60-18:00": nil, "di 25:00-26:00": nil, "di 15:00-18:00 soms": nil, "di 15:00-18:00 | di 15:00-18:00": nil,
	} {
		got, err := oneExpert(t, "uren", cell)
		if !reflect.DeepEqual(got.Rules, want) || (err == nil) != (want != nil) {
			t.Errorf("%q is read as %v (%v), want %v", cell, got.Rules, err, want)
		}
	}
}

func TestTheCertificateOfConductCountsOnItsLastDay(t *testing.T) {
	t.Parallel()
	for cells, want := range map[string]engine.Valid{
		"15-01-2026;31-12-2028": {From: "2026-01-15", To: "2029-01-01"},
		"15-01-2026;15-01-2026": {From: "2026-01-15", To: "2026-01-16"},
		"29-02-2024;":           {From: "2024-02-29", To: "2027-02-28"}, // three years
		"15-01-2026;14-01-2026": {}, ";31-12-2028": {}, "15-01-2028;31-12-2028": {},
	} {
		text := "code;voornaam;pool;vog afgegeven op;vog geldig tot\nE;Noor;Midden-Holland;" + cells + "\n"
		rows, err := spreadsheet.ReadExperts("x.csv", strings.NewReader(text), full(t))
		if (err == nil) != (want.From != "") || err == nil && rows[0].Conduct != want {
			t.Errorf("%s is read as %+v (%v), want %+v", cells, rows, err, want)
		}
	}
}

func TestAStatusThatIsLeftOutFollowsFromTheCertification(t *testing.T) {
	t.Parallel()
	for cells, want := range map[string]engine.ExpertStatus{
		";01-02-2026": engine.ExpertDeployable, ";": engine.ExpertInTraining, "gepauzeerd;01-02-2026": engine.ExpertPaused,
		"Aangemeld;": engine.ExpertApplicant, "OFFBOARDED;": engine.ExpertOffboarded,
		"inzetbaar;": "", "onbekend;": "", ";31-12-2099": "",
	} {
		text := "code;voornaam;pool;status;gecertificeerd op\nE;Noor;Midden-Holland;" + cells + "\n"
		rows, err := spreadsheet.ReadExperts("x.csv", strings.NewReader(text), full(t))
		if (err == nil) != (want != "") || err == nil && rows[0].Status != want {
			t.Errorf("%s is read as %+v (%v), want %s", cells, rows, err, want)
		}
	}
}

func TestAWishMeetsWhatAnExpertTells(t *testing.T) {
	t.Parallel()
	for told, wish := range map[[2]string]string{
		{"gender", "Vrouw"}: "gender: vrouw", {"gender", "female"}: "geslacht:V (moet)", {"gender", "non binair"}: "GENDER: non-binary",
		{"gender", "Queer"}: "gender: queer", {"talen", "Oekraiens"}: "taal: uk", {"talen", "Papiaments"}: "Taal: papiaments",
		{"contactvorm", "Wandelen"}: "contact: wandelen", {"activiteiten", "koken"}: "activiteit: KOKEN (MOET)",
	} {
		x, err := oneExpert(t, told[0], told[1])
		if err != nil || len(x.Traits) != 1 {
			t.Fatalf("%v is read as %v; %v", told, x.Traits, err)
		}
		r, err := oneRequest(t, "weekvensters;wensen", "di 15:00-18:00;"+wish)
		if err != nil || len(r.Preferences) != 1 {
			t.Fatalf("%q is read as %v; %v", wish, r.Preferences, err)
		}
		want := engine.Preference{Kind: x.Traits[0].Kind, Value: x.Traits[0].Value, Must: strings.Contains(strings.ToLower(wish), "(moet)")}
		if r.Preferences[0] != want {
			t.Errorf("%q is %+v and %v is %+v", wish, r.Preferences[0], told, want)
		}
	}
	for _, wish := range []string{"vrouw", "gender:", "gender: (moet)", "haarkleur: rood", "taal: " + strings.Repeat("x", 51), "taal: nl | taal: Nederlands (moet)"} {
		if r, err := oneRequest(t, "weekvensters;wensen", "di 15:00-18:00;"+wish); err == nil {
			t.Errorf("%q is read as %v", wish, r.Preferences)
		}
	}
}

func TestTimesOfARequestFollowTheClocksOfTheZone(t *testing.T) {
	t.Parallel()
	at := func(day, hour, minute int) time.Time { return time.Date(2027, 3, day, hour, minute, 0, 0, time.UTC) }
	for cell, want := range map[string]engine.Interval{
		"27-03-2027 14:00-16:00":   {Start: at(27, 13, 0), End: at(27, 15, 0)},
		"28-03-2027 14.00 - 16.00": {Start: at(28, 12, 0), End: at(28, 14, 0)},
		"2027-03-28 01:00-03:30":   {Start: at(28, 0, 0), End: at(28, 1, 30)},
		"28-03-2027 02:30-05:00":   {}, "28-03-2027 01:00-02:30": {}, "27-03-2027 16:00-14:00": {}, "27-03-2027": {}, "za 14:00-16:00": {},
		"27-03-2027 09:00-10:30": {}, // past: it is ten in the morning
		"27-03-2030 14:00-16:00": {}, // too far ahead
	} {
		r, err := oneRequest(t, "data", cell)
		if (err == nil) != (want != engine.Interval{}) || err == nil && (len(r.Options) != 1 || r.Options[0] != want) {
			t.Errorf("%q is read as %v (%v), want %v", cell, r.Options, err, want)
		}
	}
}

func TestARequestIsCompletedFromItsType(t *testing.T) {
	t.Parallel()
	r, err := oneRequest(t, "weekvensters;spoed;ingediend op", "di 15:00-18:00;ja;01-03-2027")
	if err != nil {
		t.Fatal(err)
	}
	if r.Status != engine.RequestOpen || r.TeamSize != 1 || r.Minutes != 60 || r.Occurrences != 1 || r.Urgency != engine.UrgencyUrgent ||
		r.Audience != engine.AudienceClosed || r.Wishes.From != "2027-03-27" || !r.SubmittedAt.Equal(time.Date(2027, 2, 28, 23, 0, 0, 0, time.UTC)) {
		t.Errorf("it is %+v", r)
	}
}

func TestARowThatWasImportedBeforeIsNotHeldAgainstTheClock(t *testing.T) {
	t.Parallel()
	c := full(t)
	const text = "code;organisatie;inzetvorm;gemeente;data\nA;JBV;casusadvies;Gouda;12-04-2027 14:00-16:00\n"
	rows := must(spreadsheet.ReadRequests("x.csv", strings.NewReader(text), c))(t)
	c.Now = c.Now.AddDate(1, 0, 0)
	if _, err := spreadsheet.ReadRequests("x.csv", strings.NewReader(text), c); err == nil {
		t.Error("a time in the past was read")
	}
	c.Requests = map[string]spreadsheet.Hash{"A": rows[0].Hash}
	if _, err := spreadsheet.ReadRequests("x.csv", strings.NewReader(text), c); err != nil {
		t.Errorf("the same row again gives %v", err)
	}
	_, err := spreadsheet.ReadRequests("x.csv", strings.NewReader(strings.Replace(text, "16:00", "15:00", 1)), c)
	if err == nil || !strings.HasPrefix(err.Error(), "x.csv:2: code: was imported before with other contents") {
		t.Errorf("another row with its code gives %v", err)
	}
}
