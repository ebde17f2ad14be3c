package reference

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestReadReportsCellsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		file     string
		old, new string
		want     []string
	}{
		{"the files as they are", themeFile, "", "", nil},
		{"a number in words", themeFile, "out-of-home placement,2,", "out-of-home placement,two,", []string{`theme.csv:2: tier: "two" is not a whole number`}},
		{"a cell that is neither true nor false", deploymentTypeFile, "RELATION,true,", "RELATION,yes,", []string{`deployment_type.csv:2: one_to_one: "yes" is neither true nor false`}},
		{"a cap in words", deploymentTypeFile, "false,3,5,", "false,3,five,", []string{`deployment_type.csv:3: session_cap: "five" is not a whole number`}},
		{"a coordinate that is no number", municipalityFile, "53.2289", "NaN", []string{`municipality.csv:2: latitude: "NaN" is not a number`}},
		{"a day that does not exist", membershipFile, "GM0050,JZ08,2022-01-01,2025-01-01", "GM0050,JZ08,2022-02-30,1-1-2025",
			[]string{`municipality_region.csv:6: valid_from: "2022-02-30" is not a day`, `municipality_region.csv:6: valid_to: "1-1-2025" is not a day`}},
		{"spaces around a code", regionFile, "JZ27,", "JZ27 ,", []string{`youth_region.csv:28: code: "JZ27 " has spaces around it`}},
		{"a file in another encoding", regionFile, "Fryslân", "Frysl\xe2n", []string{"youth_region.csv:3: name: not UTF-8"}},
		{"a missing column", publicHolidayFile, "date,nl,en", "date,nl", []string{"public_holiday.csv:1: the header must be date,nl,en"}},
		{"a column too many in one row", neighbourFile, "JZ02,JZ08\n", "JZ02,JZ08,JZ12\n", []string{"youth_region_neighbour.csv:2: record on line 2: wrong number of fields"}},
		{"an empty line", neighbourFile, "JZ02,JZ08\n", "\nJZ02,JZ08\n", []string{"youth_region_neighbour.csv:2: a row takes one line"}},
		{"a line break in a cell", regionFile, "Flevoland", "\"Flevo\nland\"", []string{"youth_region.csv:9: a row takes one line"}},
		{"a stray quote", regionFile, "Flevoland", `Flevo"land`, []string{"youth_region.csv:9: parse error on line 9"}},
		{"what can be read is validated", postcodeRangeFile, "2801,2809", "2801,2811", []string{"postcode_range.csv:7: first: 2811 does not come after 2811"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			files := copyShipped(t)
			text := string(files[tt.file].Data)
			if !strings.Contains(text, tt.old) {
				t.Fatalf("%s does not hold %q", tt.file, tt.old)
			}
			files[tt.file] = &fstest.MapFile{Data: []byte(strings.Replace(text, tt.old, tt.new, 1))}
			_, err := read(files)
			if got := flatten(t, err); !slices.EqualFunc(got, tt.want, strings.HasPrefix) {
				t.Errorf("problems are\n%s\nwant them to begin with\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

func TestReadReportsEveryMissingFile(t *testing.T) {
	t.Parallel()
	_, err := read(fstest.MapFS{})
	got := flatten(t, err)
	if len(got) != 12 {
		t.Errorf("%d problems, want one for each of the 12 files: %v", len(got), got)
	}
}

func TestEmptyCellsAreNilOrOpen(t *testing.T) {
	t.Parallel()
	s := load(t)
	if s.Themes[0].SupersededBy != nil || s.Themes[0].ValidTo != "" || s.DeploymentTypes[0].SessionCap != nil {
		t.Errorf("empty cells became %v, %q, %v", s.Themes[0].SupersededBy, s.Themes[0].ValidTo, s.DeploymentTypes[0].SessionCap)
	}
}

func copyShipped(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(shipped, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := shipped.ReadFile(path)
		files[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
