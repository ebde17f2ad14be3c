package reference

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTheShippedFilesHoldWhatTheyShould(t *testing.T) {
	t.Parallel()
	s := load(t)
	for _, tt := range []struct {
		table     string
		got, want int
	}{
		{themeFile, len(s.Themes), 30},
		{deploymentTypeFile, len(s.DeploymentTypes), 10},
		{regionFile, len(s.Regions), 42},
		{municipalityFile, len(s.Municipalities), 342},
		{membershipFile, len(s.Memberships), 343},
		{publicHolidayFile, len(s.PublicHolidays), 4 * 11},
		{schoolHolidayFile, len(s.SchoolHolidays), 3*(5+6) - 2}, // an extra week of May in 2028; two of 2027 are not known
		{schoolRegionFile, len(s.SchoolRegions), 5 + 6},
		{sourceFile, len(s.Sources), len(lists)}, // each list has one
	} {
		if tt.got != tt.want {
			t.Errorf("%s has %d rows, want %d", tt.table, tt.got, tt.want)
		}
	}
}

func TestNoShippedFileNamesTheRegionThatDoesNotExist(t *testing.T) {
	t.Parallel()
	entries, err := shipped.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 12 {
		t.Errorf("%d files are shipped, want 12", len(entries))
	}
	for _, e := range entries {
		data, err := shipped.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), missingRegion) {
			t.Errorf("%s names %s", e.Name(), missingRegion)
		}
	}
}

func TestRegionOf(t *testing.T) {
	t.Parallel()
	s := load(t)
	for _, tt := range []struct {
		name         string
		municipality string
		on           Date
		want         string // "" = none
	}{
		{"Zeewolde is in Flevoland on the eve of its move", "GM0050", "2024-12-31", "JZ08"},
		{"Zeewolde is in Noord-Veluwe on the day of its move", "GM0050", "2025-01-01", "JZ12"},
		{"Zeewolde stays in Noord-Veluwe", "GM0050", "2030-06-01", "JZ12"},
		{"Gouda is in Midden-Holland", "GM0513", "2026-11-01", "JZ27"},
		{"Almere is in Flevoland", "GM0034", "2026-11-01", "JZ08"},
		{"before the table begins nothing is known", "GM0513", "2021-12-31", ""},
		{"Voorne aan Zee did not exist in 2022", "GM1992", "2022-12-31", ""},
		{"Voorne aan Zee exists from 2023", "GM1992", "2023-01-01", "JZ29"},
		{"an unknown municipality has no region", "GM9999", "2026-11-01", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, ok := s.RegionOf(tt.municipality, tt.on)
			if got != tt.want || ok != (tt.want != "") {
				t.Errorf("RegionOf(%s, %s) = %q, %v, want %q", tt.municipality, tt.on, got, ok, tt.want)
			}
		})
	}
}

func TestThePoolsHaveTheirMunicipalities(t *testing.T) {
	t.Parallel()
	s := load(t)
	for region, want := range map[string][]string{
		"JZ08": {"GM0034", "GM0171", "GM0184", "GM0303", "GM0995"},
		"JZ27": {"GM0513", "GM0627", "GM1892", "GM1901", "GM1931"},
	} {
		var got []string
		for _, m := range s.Municipalities {
			if r, _ := s.RegionOf(m.Code, "2026-11-01"); r == region {
				got = append(got, m.Code)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s has %v, want %v", region, got, want)
		}
	}
}

func TestMunicipalityOf(t *testing.T) {
	t.Parallel()
	s := load(t)
	for _, tt := range []struct {
		name     string
		postcode string
		want     string // "" = none
	}{
		{"2801 is Gouda", "2801", "GM0513"},
		{"2809 is Gouda too", "2809", "GM0513"},
		{"2811 is Reeuwijk", "2811", "GM1901"},
		{"2761 is Zevenhuizen, not Rotterdam", "2761", "GM1892"},
		{"2771 is Boskoop, in no pool", "2771", ""},
		{"1309 opens Almere", "1309", "GM0034"},
		{"1364 closes Almere", "1364", "GM0034"},
		{"8319 is Schokland", "8319", "GM0171"},
		{"8321 is Urk", "8321", "GM0184"},
		{"3899 is Zeewolde", "3899", "GM0050"},
		{"a full postcode is not four digits", "2801 AB", ""},
		{"a leading zero is none", "02801", ""},
		{"nothing is no postcode", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, ok := s.MunicipalityOf(tt.postcode)
			if got != tt.want || ok != (tt.want != "") {
				t.Errorf("MunicipalityOf(%q) = %q, %v, want %q", tt.postcode, got, ok, tt.want)
			}
		})
	}
}

func TestEveryPoolMunicipalityHasPostcodes(t *testing.T) {
	t.Parallel()
	s := load(t)
	var got []string
	for _, r := range s.PostcodeRanges {
		got = append(got, r.Municipality)
	}
	slices.Sort(got)
	want := []string{"GM0034", "GM0050", "GM0171", "GM0184", "GM0303", "GM0513", "GM0627", "GM0995", "GM1892", "GM1901", "GM1931"}
	if got = slices.Compact(got); !slices.Equal(got, want) {
		t.Errorf("postcodes of %v, want %v", got, want)
	}
}

func TestTheNeighboursOfThePools(t *testing.T) {
	t.Parallel()
	s := load(t)
	for region, want := range map[string][]string{
		"JZ08": {"JZ02", "JZ07", "JZ12", "JZ16"},
		"JZ27": {"JZ18", "JZ19", "JZ24", "JZ26", "JZ29"},
		"JZ12": {"JZ08"},
	} {
		var got []string
		for _, n := range s.Neighbours {
			if n.Region == region {
				got = append(got, n.Neighbour)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s has the neighbours %v, want %v", region, got, want)
		}
	}
}

func TestDeploymentTypesFollowTheRulesOfTheField(t *testing.T) {
	t.Parallel()
	s := load(t)
	for _, d := range s.DeploymentTypes {
		if got, want := d.NeedsExperienced, d.Code == "TALK" || d.Code == "WORKSHOP"; got != want {
			t.Errorf("%s: needs_experienced is %v", d.Code, got)
		}
		if got, want := d.NeedsAddonTraining, d.Code == "CO_TRAINER"; got != want {
			t.Errorf("%s: needs_addon_training is %v", d.Code, got)
		}
		if got, want := d.SessionCap != nil, d.Code == "HOPE_GIVER"; got != want || want && *d.SessionCap != 5 {
			t.Errorf("%s: session_cap is %v", d.Code, d.SessionCap)
		}
		if d.OfferHours != 72 || d.UrgentOfferHours != 2 {
			t.Errorf("%s: answer windows are %d and %d hours", d.Code, d.OfferHours, d.UrgentOfferHours)
		}
	}
}

// The days are checked against the law and the moon, not against themselves:
// Easter by the anonymous Gregorian algorithm (J. Meeus, Astronomical
// Algorithms, ch. 8), King's Day a day early when 27 April is a Sunday.
func TestPublicHolidaysAreComputable(t *testing.T) {
	t.Parallel()
	var want []string
	for year := 2025; year <= 2028; year++ {
		easter := easterSunday(year)
		king := time.Date(year, time.April, 27, 0, 0, 0, 0, time.UTC)
		if king.Weekday() == time.Sunday {
			king = king.AddDate(0, 0, -1)
		}
		for name, day := range map[string]time.Time{
			"New Year's Day": time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC),
			"Good Friday":    easter.AddDate(0, 0, -2),
			"Easter Sunday":  easter,
			"Easter Monday":  easter.AddDate(0, 0, 1),
			"King's Day":     king,
			"Liberation Day": time.Date(year, time.May, 5, 0, 0, 0, 0, time.UTC),
			"Ascension Day":  easter.AddDate(0, 0, 39),
			"Whit Sunday":    easter.AddDate(0, 0, 49),
			"Whit Monday":    easter.AddDate(0, 0, 50),
			"Christmas Day":  time.Date(year, time.December, 25, 0, 0, 0, 0, time.UTC),
			"Boxing Day":     time.Date(year, time.December, 26, 0, 0, 0, 0, time.UTC),
		} {
			want = append(want, day.Format(time.DateOnly)+" "+name)
		}
	}
	slices.Sort(want)
	var got []string
	for _, h := range load(t).PublicHolidays {
		got = append(got, string(h.Date)+" "+h.EN)
	}
	if !slices.Equal(got, want) {
		t.Errorf("public holidays are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// The ministry's holidays are whole weeks from Saturday to Sunday. The extra week
// of May 2028 ends a weekend early, because the next begins there.
func TestSchoolHolidaysAreWholeWeeks(t *testing.T) {
	t.Parallel()
	for _, h := range load(t).SchoolHolidays {
		first, err := time.Parse(time.DateOnly, string(h.First))
		if err != nil {
			t.Fatal(err)
		}
		last, err := time.Parse(time.DateOnly, string(h.Last))
		if err != nil {
			t.Fatal(err)
		}
		ends := time.Sunday
		if h.NL == "meivakantie (extra week)" {
			ends = time.Friday
		}
		weeks := map[string]int{"kerstvakantie": 2, "zomervakantie": 6}[h.NL]
		if days := int(last.Sub(first).Hours()/24) + 1; first.Weekday() != time.Saturday || last.Weekday() != ends || days > 7*max(1, weeks)+2 || days < 7*max(1, weeks) {
			t.Errorf("%s %s is from %s to %s", h.Region, h.NL, first.Format("Mon 2006-01-02"), last.Format("Mon 2006-01-02"))
		}
		if advised := h.NL == "herfstvakantie" || h.NL == "voorjaarsvakantie" || ends == time.Friday; h.Advice != advised {
			t.Errorf("%s %s of %s: advice is %t", h.Region, h.NL, h.First, h.Advice)
		}
	}
}

// Flevoland is in two regions: Zeewolde goes with the middle of the country.
func TestEveryMunicipalityOfThePoolsHasASchoolRegion(t *testing.T) {
	t.Parallel()
	s := load(t)
	got := map[string]string{}
	for _, r := range s.SchoolRegions {
		got[r.Municipality] = r.Region
	}
	for _, m := range s.Memberships {
		want := map[string]string{"JZ08": SchoolRegionNorth, "JZ27": SchoolRegionMiddle}[m.Region]
		if m.Municipality == "GM0050" {
			want = SchoolRegionMiddle
		}
		if got[m.Municipality] != want {
			t.Errorf("%s of %s is in %q, want %q", m.Municipality, m.Region, got[m.Municipality], want)
		}
	}
}

func easterSunday(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	n := h + l - 7*((a+11*h+22*l)/451) + 114
	return time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}

func TestRowsMarshalToTheColumnsOfTheirFile(t *testing.T) {
	t.Parallel()
	cap5 := 5
	for _, tt := range []struct {
		name string
		row  any
		want string
	}{
		{"an open end and no successor are null", Theme{Code: "X", Group: "G", NL: "n", EN: "e", Tier: 1, ValidFrom: "2022-01-01"},
			`{"code":"X","group":"G","nl":"n","en":"e","tier":1,"valid_from":"2022-01-01","valid_to":null,"superseded_by":null}`},
		{"an end is a day", Membership{"GM0050", "JZ08", "2022-01-01", "2025-01-01"},
			`{"municipality":"GM0050","region":"JZ08","valid_from":"2022-01-01","valid_to":"2025-01-01"}`},
		{"a cap is a number", struct {
			Cap *int `json:"session_cap"`
		}{&cap5}, `{"session_cap":5}`},
		{"a postcode without municipality has null", Postcode{Postcode4: "2801", Place: "Gouda", Latitude: 52.01, Longitude: 4.7},
			`{"postcode4":"2801","place":"Gouda","municipality":null,"latitude":52.01,"longitude":4.7}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := json.Marshal(tt.row)
			if err != nil || string(got) != tt.want {
				t.Errorf("got %s, %v\nwant %s", got, err, tt.want)
			}
		})
	}
}

func TestTheSetSurvivesJSON(t *testing.T) {
	t.Parallel()
	want := load(t)
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Set
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(got)
	if err != nil || string(again) != string(data) {
		t.Errorf("the set changes on its way through JSON: %v", err)
	}
	if err := got.Validate(); err != nil {
		t.Error(err)
	}
}

// load gives a set of the test's own: changing it changes no other.
func load(t testing.TB) Set {
	t.Helper()
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// flatten gives the problems that an error joins, as texts.
func flatten(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("%T does not join problems", err)
	}
	var texts []string
	for _, e := range joined.Unwrap() {
		var p Problem
		if !errors.As(e, &p) {
			t.Errorf("%v is not a Problem", e)
		}
		texts = append(texts, e.Error())
	}
	return texts
}
