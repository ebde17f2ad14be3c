package reference

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Placement is one line of a national edition: the region a municipality is in,
// without dates.
type Placement struct {
	Municipality string // CBS code, GMxxxx
	Name         string // "" when the edition has no names
	Region       string // CBS code, JZxx
}

// maxEditionBytes bounds [ReadMembership]: "Gebieden in Nederland" has 342 lines
// of some 4 kB, most of it padding.
const maxEditionBytes = 8 << 20

// headerWithin is how many lines may stand above the header of an edition.
const headerWithin = 10

// The names of the columns, in lower case with straight apostrophes. StatLine
// names a column by its path; only the last two steps count, because the first
// differs between editions, as does "jeugdzorgregio's" for "jeugdregio's".
var (
	municipalityColumns = []string{"municipality", "code", "gemeentecode", "codes en namen van gemeenten/code (code)"}
	nameColumns         = []string{"name", "naam", "gemeentenaam", "codes en namen van gemeenten/naam (naam)"}
	regionColumns       = []string{"region", "jeugdregio", "jeugdregiocode", "jeugdregio's/code (code)", "jeugdzorgregio's/code (code)"}
)

// ReadMembership reads which municipality is in which youth region from a file
// with semicolons and a header: an export of the CBS table "Gebieden in
// Nederland" (its padding is trimmed, its other columns are passed over), or two
// columns such as code;region or Gemeentecode;Jeugdregiocode, with or without a
// name. The placements come in order of municipality.
//
// The error joins a [Problem] for every bad line, by number: a code of another
// form, JZ40, a municipality listed twice. The input may have up to 8 MiB.
func ReadMembership(r io.Reader) ([]Placement, error) {
	var p problems
	whole := row{problems: &p}
	data, err := io.ReadAll(io.LimitReader(r, maxEditionBytes+1))
	switch {
	case err != nil:
		whole.bad("", "cannot read the edition: %v", err)
	case len(data) > maxEditionBytes:
		whole.bad("", "longer than %d bytes: this is not an edition of the regions", maxEditionBytes)
	case !utf8.Valid(data):
		whole.bad("", "not UTF-8: save the edition as UTF-8")
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	lines := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte(byteOrderMark))))
	lines.Comma = ';'
	lines.FieldsPerRecord = -1
	header, ok := findHeader(lines)
	if !ok {
		whole.bad("", "no header with a column for the municipality (such as Gemeentecode) and one for the region "+
			"(such as Jeugdregiocode), semicolons in between, in the first %d lines", headerWithin)
		return nil, p.err()
	}
	placements := readPlacements(lines, header, &p)
	if len(placements) == 0 {
		whole.bad("", "no municipality below the header")
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	slices.SortFunc(placements, func(a, b Placement) int { return strings.Compare(a.Municipality, b.Municipality) })
	return placements, nil
}

// columns are positions in a record; name is -1 when there is none.
type columns struct {
	municipality, name, region int
}

func findHeader(lines *csv.Reader) (columns, bool) {
	for range headerWithin {
		cells, err := lines.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		for i, cell := range cells {
			cells[i] = columnName(cell)
		}
		at := func(names []string) int {
			return slices.IndexFunc(cells, func(cell string) bool { return slices.Contains(names, cell) })
		}
		c := columns{municipality: at(municipalityColumns), name: at(nameColumns), region: at(regionColumns)}
		if c.municipality >= 0 && c.region >= 0 {
			return c, true
		}
	}
	return columns{}, false
}

// columnName reduces the title of a column to the form of the lists above.
func columnName(title string) string {
	title = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(title)), "’", "'")
	steps := strings.Split(title, "/")
	return strings.Join(steps[max(0, len(steps)-2):], "/")
}

func readPlacements(lines *csv.Reader, header columns, p *problems) []Placement {
	var placements []Placement
	seen := map[string]int{}
	for {
		cells, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return placements
		}
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			p.add("", syntax.StartLine, "", "%v: a cell with a quote in it has quotes around it", syntax.Err)
			continue
		}
		line, _ := lines.FieldPos(0)
		at := row{problems: p, line: line}
		cell := func(i int) string {
			if i < 0 || i >= len(cells) {
				return ""
			}
			return strings.TrimSpace(cells[i])
		}
		if isSourceLine(cells) {
			continue
		}
		out := Placement{Municipality: cell(header.municipality), Name: cell(header.name), Region: cell(header.region)}
		at.form("municipality", municipalityForm, out.Municipality)
		at.form("region", regionForm, out.Region)
		at.issued("region", out.Region)
		if before, ok := seen[out.Municipality]; ok {
			at.bad("municipality", "%.20s is on line %d already: a municipality is in one region", out.Municipality, before)
		}
		seen[out.Municipality] = line
		placements = append(placements, out)
	}
}

// isSourceLine knows the line below a StatLine export that names CBS, and an
// empty one.
func isSourceLine(cells []string) bool {
	text := strings.TrimSpace(strings.Join(cells, ""))
	return text == "" || strings.HasPrefix(text, "Bron:") || strings.HasPrefix(text, "©")
}
