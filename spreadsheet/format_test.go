package spreadsheet_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"expex/engine"
	"expex/spreadsheet"
)

// two is a list of two organisations in the notation of the package's own files.
const two = "code;naam;soort;gemeente\nA;Huis Bedacht;gemeente;Gouda\nB;\"Huis; \"\"Verzonnen\"\"\";wijkteam;GM0627\n"

func TestFilesAreReadHoweverASpreadsheetSavesThem(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	want := must(spreadsheet.ReadOrganisations("x.csv", strings.NewReader(two), c))(t)
	for name, text := range map[string]string{
		"byte order mark":           "\ufeff" + two,
		"line ends of Windows":      strings.ReplaceAll(two, "\n", "\r\n"),
		"no last line end":          strings.TrimSuffix(two, "\n"),
		"Excel's separator hint":    "sep=;\n" + two,
		"trailing separators":       strings.ReplaceAll(two, "\n", strings.Repeat(";", 1000)+"\n"),
		"empty lines":               "\n;;;\n" + strings.ReplaceAll(two, "\n", "\n\n;;;\n"),
		"spaces around cells":       "code ; naam; SOORT;gemeente\n A ;Huis  Bedacht; Gemeente; gouda \nB;\"Huis; \"\"Verzonnen\"\" \";wijkteam;GM0627\n",
		"a line break in a cell":    strings.Replace(two, "Huis Bedacht", "\"Huis\r\nBedacht\"", 1),
		"no-break spaces":           strings.Replace(two, "Huis Bedacht", "Huis\u00a0Bedacht\u00a0", 1),
		"commas":                    "code,naam,soort,gemeente\nA,Huis Bedacht,gemeente,Gouda\nB,\"Huis; \"\"Verzonnen\"\"\",wijkteam,GM0627\n",
		"English names":             strings.Replace(two, "code;naam;soort;gemeente", "Code;Name;Type;Municipality", 1),
		"another order of columns":  "gemeente;soort;naam;code\nGouda;gemeente;Huis Bedacht;A\nGM0627;wijkteam;\"Huis; \"\"Verzonnen\"\"\";B\n",
		"trailing cells left out":   "code;naam;soort;gemeente;adres\nA;Huis Bedacht;gemeente;Gouda\nB;\"Huis; \"\"Verzonnen\"\"\";wijkteam;GM0627;\n",
		"empty columns with a name": "code;naam;soort;gemeente;pools\nA;Huis Bedacht;gemeente;Gouda;\nB;\"Huis; \"\"Verzonnen\"\"\";wijkteam;GM0627;\n",
	} {
		got, err := spreadsheet.ReadOrganisations("x.csv", strings.NewReader(text), c)
		if err != nil || len(got) != len(want) {
			t.Errorf("%s: %d rows, want %d; %v", name, len(got), len(want), err)
			continue
		}
		for i := range got {
			if got[i].Hash != want[i].Hash || got[i].Name != want[i].Name || got[i].Municipality != want[i].Municipality {
				t.Errorf("%s: row %d is %+v, want %+v", name, i+1, got[i], want[i])
			}
		}
	}
}

func TestFilesThatAreNoListAreRefusedWithTheFix(t *testing.T) {
	t.Parallel()
	var many strings.Builder
	many.WriteString("code;naam;soort\n")
	for i := range 10_001 {
		fmt.Fprintf(&many, "k%d;n;school\n", i)
	}
	for name, x := range map[string]struct{ text, want string }{
		"empty":               {"", "x.csv: is empty: the first line names the columns: code; naam; soort"},
		"Windows-1252":        {"code;naam;soort\nA;Caf\xe9;school\n", "x.csv: is not UTF-8 (see line 2), but probably Windows-1252: in Excel choose Save as, \"CSV UTF-8\" (bewaar als CSV UTF-8)"},
		"UTF-16":              {"\xff\xfec\x00o\x00", "x.csv: is UTF-16 and not UTF-8"},
		"a workbook":          {"PK\x03\x04rest", "x.csv: is a workbook and not a CSV file"},
		"an old Macintosh":    {"code;naam;soort\rA;n;school\r", "x.csv: has the line ends of an old Macintosh"},
		"no header":           {"A;Huis Bedacht;school\n", "x.csv:1: names no known column; the first line must name them: code; naam; soort"},
		"another list":        {"code;voornaam;pool;status\nE;Noor;P;inzetbaar\n", "x.csv:1: these are the columns of experts: this is the wrong file, or the wrong command"},
		"too long":            {strings.Repeat("x", 5<<20+1), "x.csv: has more than 5 MiB: split the file"},
		"too many rows":       {many.String(), "x.csv:10002: more than 10000 rows: split the file"},
		"too many columns":    {"code;naam;soort" + strings.Repeat(";x", 200) + "\n", "x.csv:1: names 203 columns: remove those that are not known: code; naam"},
		"a column twice":      {"code;naam;name;soort\n", "x.csv:1: naam: is there twice: keep one column"},
		"a column missing":    {"code;naam\nA;n\n", "x.csv:1: the column soort is missing"},
		"an open quote":       {"code;naam;soort\nA;\"n;school\nB;n;school\n", "x.csv:2: a quote in it cannot be read"},
		"a cell too many":     {"code;naam;soort\nA;n;school;x\n", "x.csv:2: cell 4 has no column"},
		"a long cell":         {"code;naam;soort\nA;" + strings.Repeat("x", 201) + ";school\n", "x.csv:2: naam: has 201 characters; use at most 200"},
		"a control character": {"code;naam;soort\nA;n\x00;school\n", "x.csv:2: naam: holds a control or invisible character; remove it"},
		"a quoted line break": {"code;naam;soort\nA;\"n\nn\";\"x\n\"\n", "x.csv:3: soort: \"x\" is not a kind of organisation"},
	} {
		rows, err := spreadsheet.ReadOrganisations("x.csv", strings.NewReader(x.text), catalogue(t))
		if rows != nil || err == nil || !strings.HasPrefix(err.Error(), x.want) {
			t.Errorf("%s: %d rows and %.300v, want none and %s", name, len(rows), err, x.want)
		}
	}
	_, err := spreadsheet.ReadOrganisations("x.csv", iotest.ErrReader(io.ErrUnexpectedEOF), catalogue(t))
	if err == nil || err.Error() != "x.csv: cannot be read: unexpected EOF" {
		t.Errorf("a file that cannot be read gives %v", err)
	}
}

func TestTwoHundredProblemsAreReportedAndTheRestCounted(t *testing.T) {
	t.Parallel()
	text := "code;naam;soort\n" + strings.Repeat("A;n;nergens\n", 150)
	_, err := spreadsheet.ReadOrganisations("x.csv", strings.NewReader(text), catalogue(t))
	var problems *spreadsheet.Problems
	if !errors.As(err, &problems) || len(problems.List) != 200 || problems.More != 99 {
		t.Fatalf("%T with %d problems", err, len(problems.List))
	}
	if !strings.HasSuffix(err.Error(), "\nand 99 more") {
		t.Errorf("the report ends in %q", err.Error()[len(err.Error())-40:])
	}
	first := problems.List[0]
	want := spreadsheet.Problem{File: "x.csv", Line: 2, Column: 3, Header: "soort", Reason: first.Reason}
	if first != want {
		t.Errorf("the first problem is %+v, want %+v", first, want)
	}
}

func TestNamesAreFoundWithoutCapitalsAccentsAndPunctuation(t *testing.T) {
	t.Parallel()
	c := full(t)
	for name, want := range map[string]engine.DeploymentTypeCode{
		"maatje": engine.Buddy, "(Ervarings)maatje": engine.Buddy, "ervaringsmaatje": engine.Buddy, "BUDDY": engine.Buddy,
		"gastles": engine.Talk, "voorlichting/gastles": engine.Talk, "Ervaringscafe host": engine.ExperienceCafe,
		"ervaringscafe\u0301-host": engine.ExperienceCafe, "CASE_CONSULTATION": engine.CaseConsultation, "policy advice": engine.PolicyAdvice,
	} {
		text := "code;voornaam;pool;inzetvormen\nE;Noor;midden holland;" + name + "\n"
		rows, err := spreadsheet.ReadExperts("x.csv", strings.NewReader(text), c)
		if err != nil || len(rows[0].Trained) != 1 || rows[0].Trained[0] != want || rows[0].Pool != "Midden-Holland" {
			t.Errorf("%q is read as %+v, want %s; %v", name, rows, want, err)
		}
	}
	for name, want := range map[string]engine.ThemeCode{
		"uithuisplaatsing": "OUT_OF_HOME", "OUT_OF_HOME": "OUT_OF_HOME", "overgang 18-/18+": "TRANSITION_18", "overgang 18- 18+": "TRANSITION_18",
		"Leefgroep": "RESIDENTIAL_CARE", "suicidaliteit": "SELF_HARM_SUICIDALITY", "LHBTIQ+": "LGBTIQ", "ADHD": "NEURODIVERGENCE",
		"ouder met psychische/verslavingsproblemen": "PARENT_ILLNESS", "ouder met psychische/verslavingsproblemen (KOPP/KOV)": "PARENT_ILLNESS",
	} {
		text := "code;voornaam;pool;toestemming getekend op;themas een op een\nE;Noor;Midden-Holland;1-1-2026;" + name + " (Oranje)\n"
		rows, err := spreadsheet.ReadExperts("x.csv", strings.NewReader(text), c)
		want := engine.Consent{Theme: want, Usage: engine.UsageOneToOne, Level: engine.Amber}
		if err != nil || len(rows[0].Consents) != 1 || rows[0].Consents[0] != want {
			t.Errorf("%q is read as %+v, want %+v; %v", name, rows, want, err)
		}
	}
}
