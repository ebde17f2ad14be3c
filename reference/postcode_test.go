package reference

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

func TestReadGeoNames(t *testing.T) {
	t.Parallel()
	gouda, alphen, leiden := "GM0513", "GM0484", "GM0546"
	for _, tt := range []struct {
		name  string
		lines []string
		want  []Postcode
	}{
		{"a four-digit postcode",
			[]string{geoLine("2801", "Gouda", "0513", "52.0115", "4.7105")},
			[]Postcode{{"2801", "Gouda", &gouda, 52.0115, 4.7105}}},
		{"full postcodes are averaged, with a space or without",
			[]string{geoLine("2801 AB", "Gouda", "0513", "52.0110", "4.7100"), geoLine("2801CD", "Gouda", "0513", "52.0120", "4.7200")},
			[]Postcode{{"2801", "Gouda", &gouda, 52.0115, 4.715}}},
		{"postcodes come in order",
			[]string{geoLine("2809", "Gouda", "0513", "52", "4.7"), geoLine("2801", "Gouda", "0513", "52", "4.7")},
			[]Postcode{{"2801", "Gouda", &gouda, 52, 4.7}, {"2809", "Gouda", &gouda, 52, 4.7}}},
		{"the municipality with the most lines wins and makes the centre",
			[]string{geoLine("2771 AA", "Boskoop", "0484", "52.07", "4.65"), geoLine("2771 AB", "Boskoop", "0484", "52.09", "4.67"), geoLine("2771 AC", "Gouda", "0513", "52.01", "4.71")},
			[]Postcode{{"2771", "Boskoop", &alphen, 52.08, 4.66}}},
		{"at a tie the lowest code wins, and no point in between",
			[]string{geoLine("2324", "Leiden", "0546", "52.14", "4.47"), geoLine("2324", "Amersfoort", "0307", "52.20", "5.37")},
			[]Postcode{{"2324", "Amersfoort", ptr("GM0307"), 52.2, 5.37}}},
		{"a line without municipality says nothing against one with",
			[]string{geoLine("2324", "Leiden", "", "52.10", "4.40"), geoLine("2324", "Leiden", "", "52.10", "4.40"), geoLine("2324", "Leiden", "0546", "52.14", "4.47")},
			[]Postcode{{"2324", "Leiden", &leiden, 52.14, 4.47}}},
		{"a list may name no municipality", []string{geoLine("3221", "Hellevoetsluis", "", "51.83", "4.12")},
			[]Postcode{{"3221", "Hellevoetsluis", nil, 51.83, 4.12}}},
		{"only four digits are a CBS number", []string{geoLine("3221", "Hellevoetsluis", "VoZ", "51.83", "4.12")},
			[]Postcode{{"3221", "Hellevoetsluis", nil, 51.83, 4.12}}},
		{"the most frequent place names the postcode",
			[]string{geoLine("8302", "Tollebeek", "0171", "52.7", "5.7"), geoLine("8302", "Emmeloord", "0171", "52.7", "5.7"), geoLine("8302", "Tollebeek", "0171", "52.7", "5.7")},
			[]Postcode{{"8302", "Tollebeek", ptr("GM0171"), 52.7, 5.7}}},
		{"other countries are passed over, good or bad",
			[]string{"BE\t1000\tBrussel\t\t\t\t\t\t\tx\ty\t4", geoLine("2801", "Gouda", "0513", "52", "4.7")},
			[]Postcode{{"2801", "Gouda", &gouda, 52, 4.7}}},
		{"a byte order mark, Windows line ends and empty lines do no harm",
			[]string{"\ufeff" + geoLine("2801", "Gouda", "0513", "52", "4.7") + "\r", "", "\r"},
			[]Postcode{{"2801", "Gouda", &gouda, 52, 4.7}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ReadGeoNames(strings.NewReader(strings.Join(tt.lines, "\n")))
			if err != nil {
				t.Fatal(err)
			}
			if asJSON(t, got) != asJSON(t, tt.want) {
				t.Errorf("got  %s\nwant %s", asJSON(t, got), asJSON(t, tt.want))
			}
		})
	}
}

func TestReadGeoNamesReportsEveryBadLineAtOnce(t *testing.T) {
	t.Parallel()
	good := geoLine("2801", "Gouda", "0513", "52", "4.7")
	for _, tt := range []struct {
		name  string
		input io.Reader
		want  []string
	}{
		{"all kinds of bad lines", strings.NewReader(strings.Join([]string{
			good,
			geoLine("0801", "Gouda", "0513", "52", "4.7"),
			geoLine("2801 A", "", "0513", "52", "4.7"),
			geoLine("2801", "Gouda", "0513", "4.7", "52"),
			geoLine("2801", "Gouda", "0513", "NaN", "4.7"),
			"NL;2801;Gouda",
			geoLine("2801", "Goud\xe9", "0513", "52", "4.7"),
			good,
		}, "\n")), []string{
			`line 2: postal code: "0801" is neither 2801 nor 2801 AB`,
			`line 3: postal code: "2801 A" is neither`,
			`line 3: place name: it is empty`,
			`line 4: latitude: "4.7", "52" is not in the Netherlands`,
			`line 5: latitude: "NaN", "4.7" is not in the Netherlands`,
			`line 6: 1 columns, not 12`,
			`line 7: not UTF-8`,
		}},
		{"an empty list", strings.NewReader(""), []string{"no line of the Netherlands (NL)"}},
		{"a list of another country", strings.NewReader("BE\t1000\tBrussel\t\t\t\t\t\t\t50.8\t4.3\t4"), []string{"no line of the Netherlands (NL)"}},
		{"a line that never ends", io.MultiReader(strings.NewReader(good+"\n"), &repeat{"x", maxLineBytes * 2}), []string{"line 2: longer than 4096 bytes"}},
		{"a list that never ends", &repeat{"BE" + strings.Repeat(" ", 4000) + strings.Repeat("\t", 11) + "\n", maxGeoNamesBytes + 1}, []string{"longer than 134217728 bytes"}},
		{"a reader that fails", iotest.ErrReader(errors.New("disk gone")), []string{"cannot read the list: disk gone"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ReadGeoNames(tt.input)
			if got != nil {
				t.Errorf("postcodes came with the error: %d", len(got))
			}
			if texts := flatten(t, err); !slices.EqualFunc(texts, tt.want, strings.HasPrefix) {
				t.Errorf("problems are\n%s\nwant them to begin with\n%s", strings.Join(texts, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

func TestAReportOnAWrongFileIsBounded(t *testing.T) {
	t.Parallel()
	_, err := ReadGeoNames(strings.NewReader(strings.Repeat("x\n", maxProblems+7)))
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != maxProblems+1 || lines[maxProblems] != "and 7 more problems" {
		t.Errorf("%d lines, the last is %q", len(lines), lines[len(lines)-1])
	}
}

func TestTheOrderOfLinesDoesNotMatter(t *testing.T) {
	t.Parallel()
	line := rapid.Custom(func(t *rapid.T) string {
		return geoLine(
			rapid.SampledFrom([]string{"2801", "2801 AB", "2803XY"}).Draw(t, "postcode"),
			rapid.SampledFrom([]string{"Gouda", "Reeuwijk"}).Draw(t, "place"),
			rapid.SampledFrom([]string{"0513", "1901", ""}).Draw(t, "municipality"),
			fmt.Sprint(rapid.Float64Range(51, 53).Draw(t, "latitude")),
			fmt.Sprint(rapid.Float64Range(4, 6).Draw(t, "longitude")))
	})
	rapid.Check(t, func(rt *rapid.T) {
		lines := rapid.SliceOfN(line, 1, 12).Draw(rt, "lines")
		shuffled := rapid.Permutation(lines).Draw(rt, "shuffled")
		a, errA := ReadGeoNames(strings.NewReader(strings.Join(lines, "\n")))
		b, errB := ReadGeoNames(strings.NewReader(strings.Join(shuffled, "\n")))
		if errA != nil || errB != nil {
			rt.Fatal(errA, errB)
		}
		if asJSON(t, a) != asJSON(t, b) {
			rt.Errorf("%s\nis not\n%s", asJSON(t, a), asJSON(t, b))
		}
	})
}

func FuzzReadGeoNames(f *testing.F) {
	f.Add([]byte(geoLine("2801", "Gouda", "0513", "52.0115", "4.7105")))
	f.Add([]byte(geoLine("2801 AB", "Gouda", "", "52", "4.7") + "\n" + geoLine("2801 AC", "Gouda", "0513", "52", "4.7")))
	f.Add([]byte("\ufeffNL\t\t\t\t\t\t\t\t\t\t\t"))
	f.Add([]byte("NL\t2801\tGoud\xff\t\t\t\t0513\t\t\t52\t4.7\t"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := ReadGeoNames(strings.NewReader(string(data)))
		if (err == nil) != (len(got) > 0) {
			t.Fatalf("%d postcodes with error %v", len(got), err)
		}
		last := ""
		for _, p := range got {
			if p.Postcode4 <= last || len(p.Postcode4) != 4 || p.Place == "" || !inNetherlands(p.Latitude, p.Longitude) ||
				p.Municipality != nil && !municipalityForm.MatchString(*p.Municipality) {
				t.Errorf("bad postcode %s", asJSON(t, p))
			}
			last = p.Postcode4
		}
	})
}

// geoLine writes a line as GeoNames does.
func geoLine(postcode, place, municipality, latitude, longitude string) string {
	return strings.Join([]string{"NL", postcode, place, "South Holland", "11", place, municipality, "", "", latitude, longitude, "6"}, "\t")
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func ptr(s string) *string { return &s }

// repeat reads the same text over and over, so many bytes of it.
type repeat struct {
	text string
	left int
}

func (r *repeat) Read(b []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := copy(b, r.text[len(r.text)-1-(r.left-1)%len(r.text):])
	n = min(n, r.left)
	r.left -= n
	return n, nil
}
