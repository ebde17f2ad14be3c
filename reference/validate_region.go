package reference

import (
	"cmp"
	"fmt"
	"slices"
)

// The European Netherlands, generously, in WGS84 degrees. A point outside it is
// a swapped or a foreign coordinate.
const (
	south, north = 50.5, 53.8
	west, east   = 3.0, 7.5
)

func (s Set) checkRegions(p *problems) {
	seen := map[string]int{}
	for i, r := range s.Regions {
		at := p.row(regionFile, i)
		at.code(regionForm, r.Code, seen)
		at.issued("code", r.Code)
		at.filled("name", r.Name)
		at.span(r.ValidFrom, r.ValidTo)
	}
}

func (s Set) checkNeighbours(p *problems) {
	regions := s.regions()
	links := make([]link, len(s.Neighbours))
	for i, n := range s.Neighbours {
		links[i] = link{n.Region, n.Neighbour}
		at := p.row(neighbourFile, i)
		at.region("region", n.Region, regions)
		at.region("neighbour", n.Neighbour, regions)
	}
	checkLinks(p, neighbourFile, links)
}

func (s Set) checkMunicipalities(p *problems) {
	seen, names := map[string]int{}, map[string]int{}
	for i, m := range s.Municipalities {
		at := p.row(municipalityFile, i)
		at.code(municipalityForm, m.Code, seen)
		at.filled("name", m.Name)
		// Over the years a name may come back with another code, never at once.
		if j, ok := names[m.Name]; ok && overlap(s.Municipalities[j], m) {
			at.bad("name", "%.60s is on line %d already: say which, as in Bergen (L.)", m.Name, p.row(municipalityFile, j).line)
		}
		names[m.Name] = i
		at.span(m.ValidFrom, m.ValidTo)
		if !inNetherlands(m.Latitude, m.Longitude) {
			at.bad("latitude", "%v, %v is not in the Netherlands: latitude comes first, in degrees", m.Latitude, m.Longitude)
		}
	}
}

// checkMemberships holds memberships against regions and municipalities, and
// then each municipality against its memberships.
func (s Set) checkMemberships(p *problems) {
	regions, municipalities := s.regions(), s.municipalities()
	rows := map[string][]int{} // of each municipality
	for i, m := range s.Memberships {
		at := p.row(membershipFile, i)
		at.municipality("municipality", m.Municipality, municipalities)
		at.span(m.ValidFrom, m.ValidTo)
		if r, ok := at.region("region", m.Region, regions); ok && !within(m.ValidFrom, m.ValidTo, r.ValidFrom, r.ValidTo) {
			at.bad("region", "%s does not hold all of the time %s", m.Region, validity(m.ValidFrom, m.ValidTo))
		}
		rows[m.Municipality] = append(rows[m.Municipality], i)
	}
	for i, m := range s.Municipalities {
		s.checkCovered(p, i, rows[m.Code])
	}
}

// checkCovered reports a municipality that is on some day of its existence in no
// region or in two: a report by region would miss or double what happens there.
func (s Set) checkCovered(p *problems, municipality int, memberships []int) {
	m := s.Municipalities[municipality]
	if len(memberships) == 0 {
		p.row(municipalityFile, municipality).bad("code", "%.40s is in no region: add it to %s", m.Code, membershipFile)
		return
	}
	slices.SortStableFunc(memberships, func(a, b int) int {
		return cmp.Compare(s.Memberships[a].ValidFrom, s.Memberships[b].ValidFrom)
	})
	next, open := m.ValidFrom, false
	for _, i := range memberships {
		ms, at := s.Memberships[i], p.row(membershipFile, i)
		switch {
		case open || ms.ValidFrom < next:
			at.bad("valid_from", "%s overlaps with what goes before: memberships of %.40s must follow each other, from %s on",
				ms.ValidFrom, m.Code, m.ValidFrom)
		case ms.ValidFrom > next:
			at.bad("valid_from", "%.40s is in no region from %s to %s: let the memberships join", m.Code, next, ms.ValidFrom)
		}
		next, open = ms.ValidTo, ms.ValidTo == ""
	}
	if next != m.ValidTo {
		p.row(membershipFile, memberships[len(memberships)-1]).bad("valid_to",
			"%.40s exists %s: its last membership must end with it", m.Code, validity(m.ValidFrom, m.ValidTo))
	}
}

func (s Set) checkPostcodeRanges(p *problems) {
	municipalities := s.municipalities()
	last := 999
	for i, r := range s.PostcodeRanges {
		at := p.row(postcodeRangeFile, i)
		at.between("first", r.First, 1000, 9999)
		at.between("last", r.Last, r.First, 9999)
		if r.First <= last {
			at.bad("first", "%d does not come after %d, the end of the range above: sort them, and let none overlap", r.First, last)
		}
		last = max(last, r.Last)
		at.municipality("municipality", r.Municipality, municipalities)
	}
}

func (s Set) regions() map[string]Region {
	return index(s.Regions, func(r Region) string { return r.Code })
}

func (s Set) municipalities() map[string]Municipality {
	return index(s.Municipalities, func(m Municipality) string { return m.Code })
}

// region checks a reference to a youth region and gives it.
func (r row) region(column, code string, regions map[string]Region) (Region, bool) {
	region, ok := regions[code]
	if r.issued(column, code) && !ok {
		r.bad(column, "%.40q is no known youth region: add it to %s first", code, regionFile)
	}
	return region, ok
}

// issued rejects the region code that was never given out.
func (r row) issued(column, code string) bool {
	if code == missingRegion {
		r.bad(column, "%s does not exist: the codes run JZ01..JZ39 and JZ41..JZ43", missingRegion)
	}
	return code != missingRegion
}

func (r row) municipality(column, code string, municipalities map[string]Municipality) {
	if _, ok := municipalities[code]; !ok {
		r.bad(column, "%.40q is no known municipality: add it to %s first", code, municipalityFile)
	}
}

// within reports whether [from, to) lies in [outerFrom, outerTo).
func within(from, to, outerFrom, outerTo Date) bool {
	return from >= outerFrom && (outerTo == "" || to != "" && to <= outerTo)
}

// overlap reports whether there is a day on which both exist.
func overlap(a, b Municipality) bool {
	return (b.ValidTo == "" || a.ValidFrom < b.ValidTo) && (a.ValidTo == "" || b.ValidFrom < a.ValidTo)
}

// validity words a span of days.
func validity(from, to Date) string {
	if to == "" {
		return fmt.Sprintf("from %s on", from)
	}
	return fmt.Sprintf("from %s to %s", from, to)
}

func inNetherlands(latitude, longitude float64) bool {
	return south <= latitude && latitude <= north && west <= longitude && longitude <= east
}
