package reference

import (
	"bufio"
	"errors"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Postcode is a four-digit Dutch postcode with its municipality and its centre.
type Postcode struct {
	Postcode4    string  `json:"postcode4"` // four digits, the first not 0
	Place        string  `json:"place"`
	Municipality *string `json:"municipality"` // CBS code; nil where the list names none
	Latitude     float64 `json:"latitude"`     // WGS84 degrees, four decimals
	Longitude    float64 `json:"longitude"`
}

// The limits of [ReadGeoNames]. The Dutch list with full postcodes has some
// 470,000 lines in 35 MB.
const (
	maxGeoNamesBytes = 128 << 20
	maxLineBytes     = 4 << 10
)

// ReadGeoNames reads a postal code list of GeoNames: twelve columns with tabs in
// between and no header, as its readme describes. It takes lines with four-digit
// codes (2801) and with full codes (2801 AB) alike, passes over other countries,
// and gives one row per four-digit postcode, in order.
//
// Some four-digit postcodes have lines in several municipalities, at times by
// mistake and far apart. The municipality with the most lines wins, at a tie the
// lowest code, and only its lines make the centre: the mean of two towns is in
// neither.
//
// The error joins a [Problem] for every bad line, by number. The input may have
// up to 128 MiB, a line up to 4 KiB.
func ReadGeoNames(r io.Reader) ([]Postcode, error) {
	var p problems
	tallies := map[string]tally{}
	input := &io.LimitedReader{R: r, N: maxGeoNamesBytes + 1}
	lines := bufio.NewScanner(input)
	lines.Buffer(make([]byte, 0, maxLineBytes), maxLineBytes)
	number := 0
	for lines.Scan() {
		number++
		line := lines.Text()
		if number == 1 {
			line = strings.TrimPrefix(line, byteOrderMark)
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		entry, ok := readGeoNamesLine(row{problems: &p, line: number}, line)
		if !ok {
			continue
		}
		if tallies[entry.postcode] == nil {
			tallies[entry.postcode] = tally{}
		}
		tallies[entry.postcode].add(entry)
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		p.add("", number+1, "", "longer than %d bytes: this is not a postal code list", maxLineBytes)
	case err != nil:
		p.add("", 0, "", "cannot read the list: %v", err)
	case input.N == 0:
		p.add("", 0, "", "longer than %d bytes: take the list of the Netherlands only", maxGeoNamesBytes)
	case len(tallies) == 0 && p.err() == nil:
		p.add("", 0, "", "no line of the Netherlands (NL): take another list")
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	postcodes := make([]Postcode, 0, len(tallies))
	for postcode, t := range tallies {
		postcodes = append(postcodes, t.result(postcode))
	}
	slices.SortFunc(postcodes, func(a, b Postcode) int { return strings.Compare(a.Postcode4, b.Postcode4) })
	return postcodes, nil
}

const byteOrderMark = "\ufeff"

// The columns of a GeoNames line that matter; admin2 is the municipality.
const (
	geoCountry   = 0
	geoPostcode  = 1
	geoPlace     = 2
	geoAdmin2    = 6
	geoLatitude  = 9
	geoLongitude = 10
	geoColumns   = 12
)

var (
	postcodeForm  = regexp.MustCompile(`^([1-9][0-9]{3})( ?[A-Z]{2})?$`)
	cbsNumberForm = regexp.MustCompile(`^[0-9]{4}$`)
)

// geoEntry is a good line. Degrees are counted in tenths of a microdegree:
// whole numbers add up to the same sum in any order.
type geoEntry struct {
	postcode, place, municipality string
	latitude, longitude           int64
}

const perDegree = 1e7

func readGeoNamesLine(at row, line string) (geoEntry, bool) {
	cells := strings.Split(line, "\t")
	if len(cells) != geoColumns {
		at.bad("", "%d columns, not %d with tabs in between", len(cells), geoColumns)
		return geoEntry{}, false
	}
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	if cells[geoCountry] != "NL" {
		return geoEntry{}, false
	}
	if !utf8.ValidString(line) {
		at.bad("", "not UTF-8: save the list as UTF-8")
		return geoEntry{}, false
	}
	good := true
	code := postcodeForm.FindStringSubmatch(cells[geoPostcode])
	if code == nil {
		at.bad("postal code", "%.20q is neither 2801 nor 2801 AB", cells[geoPostcode])
		good = false
	}
	if cells[geoPlace] == "" {
		at.bad("place name", "it is empty")
		good = false
	}
	latitude, errLat := strconv.ParseFloat(cells[geoLatitude], 64)
	longitude, errLon := strconv.ParseFloat(cells[geoLongitude], 64)
	if errLat != nil || errLon != nil || !inNetherlands(latitude, longitude) {
		at.bad("latitude", "%.20q, %.20q is not in the Netherlands", cells[geoLatitude], cells[geoLongitude])
		good = false
	}
	if !good {
		return geoEntry{}, false
	}
	entry := geoEntry{
		postcode:  code[1],
		place:     cells[geoPlace],
		latitude:  int64(math.Round(latitude * perDegree)),
		longitude: int64(math.Round(longitude * perDegree)),
	}
	if cbsNumberForm.MatchString(cells[geoAdmin2]) {
		entry.municipality = "GM" + cells[geoAdmin2]
	}
	return entry, true
}

// tally adds up the lines of one postcode, by municipality; "" is none.
type tally map[string]*centre

// centre adds up lines of one postcode in one municipality.
type centre struct {
	lines               int64
	latitude, longitude int64
	places              map[string]int64
}

func (t tally) add(e geoEntry) {
	c := t[e.municipality]
	if c == nil {
		c = &centre{places: map[string]int64{}}
		t[e.municipality] = c
	}
	c.lines++
	c.latitude += e.latitude
	c.longitude += e.longitude
	c.places[e.place]++
}

func (t tally) result(postcode string) Postcode {
	lines := map[string]int64{}
	for municipality, c := range t {
		// A line without a municipality says nothing against one with.
		if municipality != "" || len(t) == 1 {
			lines[municipality] = c.lines
		}
	}
	municipality := most(lines)
	c := t[municipality]
	out := Postcode{
		Postcode4: postcode,
		Place:     most(c.places),
		Latitude:  degrees(c.latitude, c.lines),
		Longitude: degrees(c.longitude, c.lines),
	}
	if municipality != "" {
		out.Municipality = &municipality
	}
	return out
}

// most gives the key with the highest count, at a tie the first by name.
func most(counts map[string]int64) string {
	best, found := "", false
	for key, n := range counts {
		if !found || n > counts[best] || n == counts[best] && key < best {
			best, found = key, true
		}
	}
	return best
}

// degrees is the mean of a sum over lines, to four decimals: some ten metres.
func degrees(sum, lines int64) float64 {
	return math.Round(float64(sum)/float64(lines)/perDegree*1e4) / 1e4
}
