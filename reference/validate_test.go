package reference

import (
	"slices"
	"strings"
	"testing"
)

func TestValidateNamesFileLineAndColumn(t *testing.T) {
	t.Parallel()
	text := func(s string) *string { return &s }
	number := func(n int) *int { return &n }
	for _, tt := range []struct {
		name   string
		change func(*Set)
		want   []string // how each problem begins, in order
	}{
		{"the shipped set is clean", func(*Set) {}, nil},

		{"a theme code has its form", func(s *Set) { s.Themes[23].Code = "Neuro" }, []string{`theme.csv:25: code: "Neuro" does not have the form`}},
		{"a theme code is unique", func(s *Set) { s.Themes = append(s.Themes, s.Themes[0]) }, []string{"theme.csv:32: code: OUT_OF_HOME is on line 2 already"}},
		{"a theme has both names", func(s *Set) { s.Themes[1].NL, s.Themes[1].EN = "", " " }, []string{"theme.csv:3: nl: it is empty", "theme.csv:3: en: it is empty"}},
		{"a theme has one of the groups", func(s *Set) { s.Themes[0].Group = "OTHER" }, []string{"theme.csv:2: group:"}},
		{"a tier is 1, 2 or 3", func(s *Set) { s.Themes[0].Tier = 4 }, []string{"theme.csv:2: tier: 4 is not in 1..3"}},
		{"a validity begins", func(s *Set) { s.Themes[0].ValidFrom = "" }, []string{"theme.csv:2: valid_from:"}},
		{"a validity has days that exist", func(s *Set) { s.Themes[0].ValidTo = "2025-02-30" }, []string{"theme.csv:2: valid_to:"}},
		{"a validity does not end before it begins", func(s *Set) { s.Themes[0].ValidTo = s.Themes[0].ValidFrom }, []string{"theme.csv:2: valid_to:"}},
		{"a successor exists", func(s *Set) { s.Themes[0].ValidTo, s.Themes[0].SupersededBy = "2026-01-01", text("NOTHING") }, []string{"theme.csv:2: superseded_by:"}},
		{"only an ended theme has a successor", func(s *Set) { s.Themes[0].SupersededBy = text("FOSTER_CARE") }, []string{"theme.csv:2: superseded_by: a theme with a successor has ended"}},
		{"a successor outlives the theme, so no circle is possible", func(s *Set) {
			s.Themes[0].ValidTo, s.Themes[0].SupersededBy = "2026-01-01", text("FOSTER_CARE")
			s.Themes[1].ValidTo, s.Themes[1].SupersededBy = "2026-01-01", text("OUT_OF_HOME")
		}, []string{"theme.csv:2: superseded_by: FOSTER_CARE does not hold on 2026-01-01", "theme.csv:3: superseded_by: OUT_OF_HOME does not hold"}},
		{"a theme may be merged into another", func(s *Set) { s.Themes[0].ValidTo, s.Themes[0].SupersededBy = "2026-01-01", text("FOSTER_CARE") }, nil},

		{"a related theme exists", func(s *Set) {
			s.RelatedThemes = append(s.RelatedThemes, RelatedTheme{"X", "BULLYING"}, RelatedTheme{"BULLYING", "X"})
		},
			[]string{"theme_related.csv:28: theme:", "theme_related.csv:29: related:"}},
		{"a related theme is never tier 3", func(s *Set) {
			s.RelatedThemes = append(s.RelatedThemes, RelatedTheme{"TRAUMA", "BULLYING"}, RelatedTheme{"BULLYING", "TRAUMA"})
		}, []string{"theme_related.csv:28: theme: TRAUMA is tier 3", "theme_related.csv:29: related: TRAUMA is tier 3"}},
		{"a theme that becomes tier 3 loses its relations", func(s *Set) { s.Themes[15].Tier = 3 }, []string{"theme_related.csv:20: theme: PARENT_ILLNESS", "theme_related.csv:21: related: PARENT_ILLNESS"}},
		{"relations go both ways", func(s *Set) { s.RelatedThemes = s.RelatedThemes[1:] }, []string{"theme_related.csv:4: the way back is missing: add a row OUT_OF_HOME,FOSTER_CARE"}},
		{"a relation is listed once", func(s *Set) { s.RelatedThemes = append(s.RelatedThemes, s.RelatedThemes[0]) }, []string{"theme_related.csv:28: OUT_OF_HOME,FOSTER_CARE is on line 2 already"}},
		{"a theme is not related to itself", func(s *Set) { s.RelatedThemes = append(s.RelatedThemes, RelatedTheme{"BULLYING", "BULLYING"}) }, []string{"theme_related.csv:28: BULLYING is linked to itself"}},

		{"a form is one of three", func(s *Set) { s.DeploymentTypes[4].Form = "TWICE" }, []string{"deployment_type.csv:6: form:", "deployment_type.csv:6: series_every_weeks:"}},
		{"the other enumerations are closed too", func(s *Set) {
			s.DeploymentTypes[4].Conduct, s.DeploymentTypes[4].Usage, s.DeploymentTypes[4].Weights = "", "HALL", "BEST"
		}, []string{"deployment_type.csv:6: conduct:", "deployment_type.csv:6: usage:", "deployment_type.csv:6: weights:"}},
		{"the default team lies between the bounds", func(s *Set) { s.DeploymentTypes[4].TeamDefault = 3 }, []string{"deployment_type.csv:6: team_default: 3 is not in 2..2"}},
		{"a team has a member", func(s *Set) { s.DeploymentTypes[9].TeamMin = 0 }, []string{"deployment_type.csv:11: team_min:"}},
		{"the bounds of a team are in order", func(s *Set) { s.DeploymentTypes[4].TeamMin = 3 }, []string{"deployment_type.csv:6: team_max:", "deployment_type.csv:6: team_default:"}},
		{"the default length lies between the bounds", func(s *Set) { s.DeploymentTypes[4].MinutesDefault = 121 }, []string{"deployment_type.csv:6: minutes_default: 121 is not in 45..120"}},
		{"a session ends within the day", func(s *Set) { s.DeploymentTypes[9].MinutesMax = 1441 }, []string{"deployment_type.csv:11: minutes_max:"}},
		{"preparation takes no negative time", func(s *Set) { s.DeploymentTypes[4].PrepMinutes = -1 }, []string{"deployment_type.csv:6: prep_minutes:"}},
		{"urgent is not slower", func(s *Set) { s.DeploymentTypes[4].UrgentOfferHours = 73 }, []string{"deployment_type.csv:6: urgent_offer_hours:"}},
		{"a share is a percentage", func(s *Set) { s.DeploymentTypes[4].MinFeasiblePercent = 0 }, []string{"deployment_type.csv:6: min_feasible_percent:"}},
		{"a one-off happens once", func(s *Set) { s.DeploymentTypes[4].OccurrencesDefault = 2 }, []string{"deployment_type.csv:6: occurrences_default:"}},
		{"a series has a rhythm", func(s *Set) { s.DeploymentTypes[7].SeriesEveryWeeks = 0 }, []string{"deployment_type.csv:9: series_every_weeks:"}},
		{"only a relation has a cap", func(s *Set) { s.DeploymentTypes[7].SessionCap = number(6) }, []string{"deployment_type.csv:9: session_cap:"}},
		{"the default stays within the cap", func(s *Set) { s.DeploymentTypes[1].SessionCap = number(4) }, []string{"deployment_type.csv:3: session_cap:"}},
		{"a young person needs a certificate of conduct", func(s *Set) { s.DeploymentTypes[2].Conduct = ConductMinors }, []string{"deployment_type.csv:4: conduct:"}},
		{"one-to-one means one", func(s *Set) { s.DeploymentTypes[0].TeamMax = 2 }, []string{"deployment_type.csv:2: team_max: one-to-one"}},
		{"a relation is one-to-one", func(s *Set) { s.DeploymentTypes[0].OneToOne = false }, []string{"deployment_type.csv:2: one_to_one:", "deployment_type.csv:2: usage:"}},
		{"a type code is unique", func(s *Set) { s.DeploymentTypes[1].Code = "BUDDY" }, []string{"deployment_type.csv:3: code: BUDDY is on line 2 already"}},

		{"JZ40 is no region", func(s *Set) { s.Regions = append(s.Regions, Region{"JZ40", "Nergens", "2022-01-01", ""}) }, []string{"youth_region.csv:44: code: JZ40 does not exist"}},
		{"JZ40 is no neighbour", func(s *Set) {
			s.Neighbours = append(s.Neighbours, Neighbour{"JZ27", "JZ40"}, Neighbour{"JZ40", "JZ27"})
		}, []string{"youth_region_neighbour.csv:20: neighbour: JZ40 does not exist", "youth_region_neighbour.csv:21: region: JZ40 does not exist"}},
		{"JZ40 has no municipality", func(s *Set) { s.Memberships[0].Region = "JZ40" }, []string{"municipality_region.csv:2: region: JZ40 does not exist"}},
		{"JZ40 does not come in through the region table", func(s *Set) {
			s.Regions = append(s.Regions, Region{"JZ40", "Nergens", "2022-01-01", ""})
			s.Memberships[0].Region = "JZ40"
		}, []string{"youth_region.csv:44: code: JZ40", "municipality_region.csv:2: region: JZ40"}},
		{"a region code has its form", func(s *Set) { s.Regions = append(s.Regions, Region{"JZ4", "Nergens", "2022-01-01", ""}) }, []string{"youth_region.csv:44: code:"}},
		{"a neighbour is known", func(s *Set) { s.Neighbours[0].Neighbour = "JZ99" },
			[]string{"youth_region_neighbour.csv:2: neighbour:", "youth_region_neighbour.csv:2: the way back is missing", "youth_region_neighbour.csv:4: the way back is missing"}},

		{"a municipality code is unique", func(s *Set) { s.Municipalities[1].Code = "GM0014" },
			[]string{"municipality.csv:3: code: GM0014 is on line 2 already", `municipality_region.csv:3: municipality: "GM0034"`, `postcode_range.csv:2: municipality: "GM0034"`, `school_region.csv:2: municipality: "GM0034"`}},
		{"a municipality name is unique", func(s *Set) { s.Municipalities[1].Name = "Groningen" }, []string{"municipality.csv:3: name: Groningen is on line 2 already"}},
		{"a name may come back later", func(s *Set) {
			s.Municipalities[1].Name = "Groningen"
			s.Municipalities[0].ValidTo, s.Memberships[0].ValidTo = "2025-01-01", "2025-01-01"
			s.Municipalities[1].ValidFrom, s.Memberships[1].ValidFrom = "2025-01-01", "2025-01-01"
		}, nil},
		{"a centre is in the Netherlands", func(s *Set) { s.Municipalities[0].Latitude, s.Municipalities[0].Longitude = 6.5, 53.2 }, []string{"municipality.csv:2: latitude:"}},

		{"a membership is of a known municipality", func(s *Set) { s.Memberships = append(s.Memberships, Membership{"GM9999", "JZ01", "2022-01-01", ""}) },
			[]string{`municipality_region.csv:345: municipality: "GM9999"`}},
		{"a membership is in a known region", func(s *Set) { s.Memberships[0].Region = "JZ77" }, []string{`municipality_region.csv:2: region: "JZ77"`}},
		{"a membership lies within the life of its region", func(s *Set) { s.Regions[0].ValidTo = "2026-01-01" }, slices.Repeat([]string{"municipality_region.csv:"}, 10)},
		{"memberships do not overlap", func(s *Set) { s.Memberships[5].ValidFrom = "2024-12-31" }, []string{"municipality_region.csv:7: valid_from: 2024-12-31 overlaps"}},
		{"an open membership is the last", func(s *Set) { s.Memberships[4].ValidTo = "" }, []string{"municipality_region.csv:7: valid_from: 2025-01-01 overlaps"}},
		{"memberships leave no gap", func(s *Set) { s.Memberships[5].ValidFrom = "2025-01-02" }, []string{"municipality_region.csv:7: valid_from: GM0050 is in no region from 2025-01-01 to 2025-01-02"}},
		{"a municipality is in a region to its end", func(s *Set) { s.Memberships[0].ValidTo = "2026-01-01" }, []string{"municipality_region.csv:2: valid_to: GM0014 exists from 2022-01-01 on"}},
		{"a membership ends with its municipality", func(s *Set) { s.Municipalities[0].ValidTo = "2026-01-01" }, []string{"municipality_region.csv:2: valid_to: GM0014 exists from 2022-01-01 to 2026-01-01"}},
		{"a municipality is in a region", func(s *Set) { s.Memberships = s.Memberships[1:] }, []string{"municipality.csv:2: code: GM0014 is in no region"}},
		{"the order of the memberships does not matter", func(s *Set) { slices.Reverse(s.Memberships) }, nil},

		{"a range is of a known municipality", func(s *Set) { s.PostcodeRanges[0].Municipality = "GM9999" }, []string{"postcode_range.csv:2: municipality:"}},
		{"a range runs upwards", func(s *Set) { s.PostcodeRanges[16].Last = 8320 }, []string{"postcode_range.csv:18: last: 8320 is not in 8321..9999"}},
		{"a range has four digits", func(s *Set) { s.PostcodeRanges[0].First = 999 }, []string{"postcode_range.csv:2: first: 999 is not in 1000..9999", "postcode_range.csv:2: first: 999 does not come after 999"}},
		{"ranges do not overlap", func(s *Set) { s.PostcodeRanges[1].First = 1364 }, []string{"postcode_range.csv:3: first: 1364 does not come after 1364"}},

		{"a holiday is a day", func(s *Set) { s.PublicHolidays[0].Date = "2025-01-32" }, []string{"public_holiday.csv:2: date:"}},
		{"holidays are in order, each once", func(s *Set) { s.PublicHolidays[1].Date = "2025-01-01" }, []string{"public_holiday.csv:3: date: 2025-01-01 does not come after 2025-01-01"}},
		{"a holiday has both names", func(s *Set) { s.PublicHolidays[0].NL = "" }, []string{"public_holiday.csv:2: nl:"}},

		{"a school holiday is in a region there is", func(s *Set) { s.SchoolHolidays[0].Region = "WEST" }, []string{"school_holiday.csv:2: region:"}},
		{"a school holiday has one of the codes", func(s *Set) { s.SchoolHolidays[0].Code = "ICE" }, []string{"school_holiday.csv:2: code:"}},
		{"a school holiday is listed once a year", func(s *Set) { s.SchoolHolidays[1].Code = "AUTUMN" }, []string{"school_holiday.csv:3: code: NOORD 2026 AUTUMN is on line 2 already"}},
		{"a school holiday lies in its school year", func(s *Set) { s.SchoolHolidays[0].SchoolYear = 2025 }, []string{"school_holiday.csv:2: school_year: 2026-10-10 is not in"}},
		{"a school holiday has a first day", func(s *Set) { s.SchoolHolidays[0].First = "2026-10-32" }, []string{"school_holiday.csv:2: first:"}},
		{"a school holiday does not end before it begins", func(s *Set) { s.SchoolHolidays[0].Last = "2026-10-09" }, []string{"school_holiday.csv:2: last:"}},
		{"a school holiday may be a day", func(s *Set) { s.SchoolHolidays[0].Last = s.SchoolHolidays[0].First }, nil},
		{"school holidays of a region do not overlap", func(s *Set) { s.SchoolHolidays[1].First = s.SchoolHolidays[0].Last }, []string{"school_holiday.csv:3: first: 2026-10-18 does not come after 2026-10-18"}},
		{"a school holiday has both names", func(s *Set) { s.SchoolHolidays[0].NL, s.SchoolHolidays[0].EN = "", "" }, []string{"school_holiday.csv:2: nl:", "school_holiday.csv:2: en:"}},
		{"a school region is of a municipality there is", func(s *Set) { s.SchoolRegions[0].Municipality = "GM9999" }, []string{"school_region.csv:2: municipality:"}},
		{"a municipality is in one school region", func(s *Set) { s.SchoolRegions[1].Municipality = s.SchoolRegions[0].Municipality }, []string{"school_region.csv:3: municipality: GM0034 is on line 2 already"}},
		{"a school region is one of three", func(s *Set) { s.SchoolRegions[0].Region = "" }, []string{"school_region.csv:2: region:"}},

		{"a source is of a list there is, once, and says something", func(s *Set) {
			s.Sources = append(s.Sources, Source{"theme", "", ""}, Source{"weather", "nobody", "never"})
		}, []string{"source.csv:13: list: theme is on line 2 already", "source.csv:13: source:", "source.csv:13: edition:", `source.csv:14: list: "weather" is not one of`}},

		{"every file is reported at once", func(s *Set) {
			s.Themes[0].Tier, s.DeploymentTypes[0].OfferHours, s.Regions[0].Name = 0, 0, ""
		}, []string{"theme.csv:2: tier:", "deployment_type.csv:2: offer_hours:", "deployment_type.csv:2: urgent_offer_hours:", "youth_region.csv:2: name:"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := load(t)
			tt.change(&s)
			got := flatten(t, s.Validate())
			if !slices.EqualFunc(got, tt.want, strings.HasPrefix) {
				t.Errorf("problems are\n%s\nwant them to begin with\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

func TestAnEmptySetIsValid(t *testing.T) {
	t.Parallel()
	if err := (Set{}).Validate(); err != nil {
		t.Error(err)
	}
}
