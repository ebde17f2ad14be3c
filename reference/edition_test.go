package reference

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadMembership(t *testing.T) {
	t.Parallel()
	zeewolde := []Placement{{"GM0050", "Zeewolde", "JZ12"}}
	for _, tt := range []struct {
		name  string
		lines []string
		want  []Placement
	}{
		{"two columns", []string{"code;region", "GM0050;JZ12"}, []Placement{{"GM0050", "", "JZ12"}}},
		{"three columns with Dutch headers", []string{"Gemeentecode;Gemeentenaam;Jeugdregiocode", "GM0050;Zeewolde;JZ12"}, zeewolde},
		{"columns in another order", []string{"Jeugdregiocode;Gemeentenaam;Gemeentecode", "JZ12;Zeewolde;GM0050"}, zeewolde},
		{"an export of StatLine, padded and with other columns", []string{
			`"Regio's";"Codes en namen van gemeenten/Code (code)";"Codes en namen van gemeenten/Naam (naam)";"Lokaliseringen van gemeenten/GGD-regio's/Code (code)";"Lokaliseringen van gemeenten/Jeugdregio's/Code (code)";"Lokaliseringen van gemeenten/Jeugdregio's/Naam (naam)"`,
			`"Zeewolde";"GM0050    ";"Zeewolde                                          ";"GG2412    ";"JZ12      ";"Noord-Veluwe                                      "`,
			`"Bron: CBS"`,
		}, zeewolde},
		{"an older export: another word for the region and a curly apostrophe", []string{
			"\ufeff\"Gebieden in Nederland 2016\"",
			`"Codes en namen van gemeenten/Code (code)";"Codes en namen van gemeenten/Naam (naam)";"Lokaliseringen van gemeenten/Jeugdzorgregio’s/Code (code)"`,
			`"GM0050    ";"Zeewolde   ";"JZ12      "`,
			"© Centraal Bureau voor de Statistiek",
		}, zeewolde},
		{"placements come in order", []string{"code;region", "GM0303;JZ08", "GM0050;JZ12"}, []Placement{{"GM0050", "", "JZ12"}, {"GM0303", "", "JZ08"}}},
		{"a name may hold the separator", []string{"code;naam;region", `GM0820;"Nuenen; Gerwen";JZ39`}, []Placement{{"GM0820", "Nuenen; Gerwen", "JZ39"}}},
		{"empty lines do no harm", []string{"code;region", "", ";", "GM0050;JZ12\r", ""}, []Placement{{"GM0050", "", "JZ12"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ReadMembership(strings.NewReader(strings.Join(tt.lines, "\n")))
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("got %v, %v\nwant %v", got, err, tt.want)
			}
		})
	}
}

func TestReadMembershipReportsEveryBadLineAtOnce(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		input io.Reader
		want  []string
	}{
		{"all kinds of bad lines", strings.NewReader(strings.Join([]string{
			"code;region",
			"GM0050;JZ12",
			"0303;JZ08",
			"GM0034;JZ40",
			"GM0171;8",
			`GM0184;"J"Z08`,
			"GM0995",
			"GM0050;JZ08",
		}, "\n")), []string{
			`line 3: municipality: "0303" does not have the form`,
			`line 4: region: JZ40 does not exist`,
			`line 5: region: "8" does not have the form`,
			`line 6: extraneous or missing " in quoted-field`,
			`line 7: region: "" does not have the form`,
			`line 8: municipality: GM0050 is on line 2 already`,
		}},
		{"no header", strings.NewReader("GM0050;JZ12"), []string{"no header with a column for the municipality"}},
		{"commas instead of semicolons", strings.NewReader("code,region\nGM0050,JZ12"), []string{"no header"}},
		{"an export whose columns only have numbers", strings.NewReader(`"ID";"RegioS";"Code_1";"Naam_2";"Code_16"`), []string{"no header"}},
		{"a header far below", strings.NewReader(strings.Repeat("x\n", headerWithin) + "code;region\nGM0050;JZ12"), []string{"no header"}},
		{"nothing", strings.NewReader(""), []string{"no header"}},
		{"a header and nothing else", strings.NewReader("code;region\nBron: CBS\n"), []string{"no municipality below the header"}},
		{"another encoding", strings.NewReader("code;naam;region\nGM1900;S\xfadwest;JZ02"), []string{"not UTF-8"}},
		{"a file that never ends", &repeat{"GM0050;JZ12\n", maxEditionBytes + 1}, []string{"longer than 8388608 bytes"}},
		{"a reader that fails", iotest.ErrReader(errors.New("disk gone")), []string{"cannot read the edition: disk gone"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ReadMembership(tt.input)
			if got != nil {
				t.Errorf("placements came with the error: %v", got)
			}
			if texts := flatten(t, err); !slices.EqualFunc(texts, tt.want, strings.HasPrefix) {
				t.Errorf("problems are\n%s\nwant them to begin with\n%s", strings.Join(texts, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

func FuzzReadMembership(f *testing.F) {
	f.Add([]byte("code;region\nGM0050;JZ12\n"))
	f.Add([]byte("Gemeentecode;Gemeentenaam;Jeugdregiocode\r\nGM0050;Zeewolde;JZ12\r\n"))
	f.Add([]byte("\"Codes en namen van gemeenten/Code (code)\";\"x/Jeugdregio's/Code (code)\"\n\"GM0050    \";\"JZ12      \""))
	f.Add([]byte("\ufeffcode;region\n\"GM0050;JZ40"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := ReadMembership(strings.NewReader(string(data)))
		if (err == nil) != (len(got) > 0) {
			t.Fatalf("%d placements with error %v", len(got), err)
		}
		again := "code;region\n"
		last := ""
		for _, p := range got {
			if p.Municipality <= last || !municipalityForm.MatchString(p.Municipality) || !regionForm.MatchString(p.Region) || p.Region == missingRegion {
				t.Errorf("bad placement %v", p)
			}
			last = p.Municipality
			again += fmt.Sprintf("%s;%s\n", p.Municipality, p.Region)
		}
		if err != nil {
			return
		}
		// What was read, written plainly, reads the same.
		back, err := ReadMembership(strings.NewReader(again))
		if err != nil || len(back) != len(got) {
			t.Errorf("%d placements came back as %d: %v", len(got), len(back), err)
		}
	})
}
