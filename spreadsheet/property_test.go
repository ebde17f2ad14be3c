package spreadsheet_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"expex/spreadsheet"
)

// titles are the columns of the examples.
func titles(t testing.TB, name string) []string {
	header, _, _ := strings.Cut(read(t, name), "\n")
	return strings.Split(header, ";")
}

// cellText draws what may stand in a cell: things of the trade, and anything.
var cellText = rapid.OneOf(
	rapid.SampledFrom([]string{"", "A", "B", "A-01", "JBV", "Gouda", "Midden-Holland", "penvoerder", "opvang", "maatje", "casusadvies",
		"uithuisplaatsing | pesten (oranje)", "01-02-2026", "31-12-2026", "di 15:00-18:00", "12-04-2027 14:00-16:00", "ja", "1", "60,0", "a, b; c \"d\"", "x\ny"}),
	rapid.String(),
)

// write gives the rows as a CSV file.
func write(t rapid.TB, separator rune, rows [][]string) string {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = separator
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSemicolonsAndCommasGiveTheSameRows(t *testing.T) {
	t.Parallel()
	c := full(t)
	for name, reader := range readers {
		header := titles(t, name)
		rapid.Check(t, func(t *rapid.T) {
			rows := append([][]string{rapid.Permutation(header).Draw(t, "header")},
				rapid.SliceOfN(rapid.SliceOfN(cellText, len(header), len(header)), 0, 4).Draw(t, "rows")...)
			a, _, errA := reader("x.csv", write(t, ';', rows), c)
			b, _, errB := reader("x.csv", write(t, ',', rows), c)
			if fmt.Sprint(errA) != fmt.Sprint(errB) || !reflect.DeepEqual(a, b) {
				t.Fatalf("semicolons give %+v, %v\ncommas give %+v, %v", a, errA, b, errB)
			}
		})
	}
}

func TestTheHashOfARowDependsOnNeitherOrderNorNotation(t *testing.T) {
	t.Parallel()
	c := full(t)
	header := titles(t, "expex.csv")
	original, err := csvRows(read(t, "expex.csv"))
	if err != nil {
		t.Fatal(err)
	}
	want := must(spreadsheet.ReadExperts("x.csv", strings.NewReader(read(t, "expex.csv")), c))(t)
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.Permutation(indexes(len(header))).Draw(t, "order")
		rows := make([][]string, len(original))
		for i, row := range original {
			for _, at := range order {
				cell := row[at]
				// What a spreadsheet program does to a date when it saves it again.
				if len(cell) == len("01-02-2026") && strings.Count(cell, "-") == 2 && i > 0 {
					cell = rapid.SampledFrom([]string{cell, strings.TrimPrefix(cell, "0"), strings.ReplaceAll(cell, "-0", "-")}).Draw(t, "date")
				}
				rows[i] = append(rows[i], cell)
			}
		}
		got, err := spreadsheet.ReadExperts("x.csv", strings.NewReader(write(t, ';', rows)), c)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if got[i].Hash != want[i].Hash {
				t.Fatalf("the hash of row %d depends on how it is written: %q", i+1, rows[i+1])
			}
		}
	})
}

func indexes(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func csvRows(text string) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = ';'
	return r.ReadAll()
}

func TestNoProblemRepeatsWhatAnExpertOrAYoungPersonTold(t *testing.T) {
	t.Parallel()
	c := full(t)
	open := map[string]bool{"code": true, "organisatie": true, "inzetvorm": true, "gemeente": true, "online": true, "aantal": true, "minuten": true,
		"publiek": true, "publiek aantal": true, "publiek vanaf leeftijd": true, "data": true, "weekvensters": true, "vanaf": true, "tot": true,
		"om de weken": true, "keren": true, "spoed": true, "ingediend op": true}
	secret := rapid.StringMatching(`(geheim|zqx)[a-z@0-9 ]{0,8}( \| zqx[a-z]{0,5})?`)
	for _, name := range []string{"expex.csv", "aanvragen.csv"} {
		header := titles(t, name)
		rapid.Check(t, func(t *rapid.T) {
			rows := [][]string{header}
			for range rapid.IntRange(1, 3).Draw(t, "rows") {
				row := make([]string, len(header), len(header)+1)
				for i, title := range header {
					switch {
					case name == "aanvragen.csv" && open[title]:
						row[i] = rapid.SampledFrom([]string{"", "A-01", "9"}).Draw(t, title)
					default:
						row[i] = secret.Draw(t, title)
					}
				}
				if rapid.Bool().Draw(t, "a cell too many") {
					row = append(row, secret.Draw(t, "more"))
				}
				rows = append(rows, row)
			}
			if rapid.Bool().Draw(t, "no header") {
				rows = rows[1:]
			}
			_, _, err := readers[name]("x.csv", write(t, ';', rows), c)
			if err == nil {
				t.Fatal("nonsense was read")
			}
			// "geheim" alone is a word of ours.
			if strings.Contains(err.Error(), "zqx") {
				t.Fatalf("a problem repeats what was told: %v", err)
			}
		})
	}
}

// fuzz checks on any bytes that there are rows or problems, and that the rows
// have each a code of their own.
func fuzz(f *testing.F, name string) {
	c := full(f)
	f.Add([]byte(read(f, name)))
	f.Add([]byte(read(f, "broken/"+name)))
	f.Add([]byte(strings.ReplaceAll(read(f, name), ";", ",")))
	f.Add([]byte("\ufeffsep=;\r\n" + strings.ReplaceAll(read(f, name), "\n", "\r\n")))
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, n, err := readers[name]("x.csv", string(text), c)
		if again, _, errAgain := readers[name]("x.csv", string(text), c); fmt.Sprint(err) != fmt.Sprint(errAgain) || !reflect.DeepEqual(rows, again) {
			t.Fatal("reading again gives something else")
		}
		var problems *spreadsheet.Problems
		switch {
		case err == nil:
		case !errors.As(err, &problems) || len(problems.List) == 0 || len(problems.List) > 200:
			t.Fatalf("%T is not one to 200 problems", err)
		case n > 0:
			t.Fatal("there are rows and problems")
		}
		keys := map[string]bool{}
		for i := range n {
			o := reflect.ValueOf(rows).Index(i).Interface().(interface{ Source() spreadsheet.Origin }).Source()
			if o.Key == "" || keys[o.Key] || o.Line < 2 || o.Hash == (spreadsheet.Hash{}) {
				t.Fatalf("row %d comes from %+v", i, o)
			}
			keys[o.Key] = true
		}
	})
}

func FuzzReadOrganisations(f *testing.F) { fuzz(f, "organisaties.csv") }

func FuzzReadExperts(f *testing.F) { fuzz(f, "expex.csv") }

func FuzzReadRequests(f *testing.F) { fuzz(f, "aanvragen.csv") }
