package reference

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	codeForm         = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`)
	regionForm       = regexp.MustCompile(`^JZ[0-9]{2}$`)
	municipalityForm = regexp.MustCompile(`^GM[0-9]{4}$`)
)

// lists are the tables that have a source.
var lists = []string{"theme", "theme_related", "deployment_type", "youth_region", "youth_region_neighbour",
	"municipality", "municipality_region", "postcode_range", "public_holiday",
	"school_holiday", "school_region"}

// missingRegion was never given out: the youth regions run JZ01..JZ39 and
// JZ41..JZ43. Whoever generates codes by counting trips over it.
const missingRegion = "JZ40"

// themeGroups order the themes for people; nothing is decided by a group.
var themeGroups = []string{"CARE", "ADULTHOOD", "FAMILY", "HEALTH", "SCHOOL_SOCIAL", "IDENTITY"}

// confidentialTier is the tier of themes that must not show by implication.
const confidentialTier = 3

// Validate checks every row and what rows say of each other. It reports every
// [Problem], with the line the row has in its file; nil means none.
func (s Set) Validate() error {
	var p problems
	s.checkThemes(&p)
	s.checkRelatedThemes(&p)
	s.checkDeploymentTypes(&p)
	s.checkRegions(&p)
	s.checkNeighbours(&p)
	s.checkMunicipalities(&p)
	s.checkMemberships(&p)
	s.checkPostcodeRanges(&p)
	s.checkPublicHolidays(&p)
	s.checkSchoolHolidays(&p)
	s.checkSchoolRegions(&p)
	s.checkSources(&p)
	return p.err()
}

func (s Set) checkThemes(p *problems) {
	byCode := index(s.Themes, func(t Theme) string { return t.Code })
	seen := map[string]int{}
	for i, t := range s.Themes {
		at := p.row(themeFile, i)
		at.code(codeForm, t.Code, seen)
		oneOf(at, "group", t.Group, themeGroups...)
		at.filled("nl", t.NL)
		at.filled("en", t.EN)
		at.between("tier", t.Tier, 1, confidentialTier)
		at.span(t.ValidFrom, t.ValidTo)
		if t.SupersededBy == nil {
			continue
		}
		// The successor outlives the row, hence no chain of successors is a circle.
		successor, known := byCode[*t.SupersededBy]
		switch {
		case !known:
			at.bad("superseded_by", "%.40q is no known theme: add it first", *t.SupersededBy)
		case t.ValidTo == "":
			at.bad("superseded_by", "a theme with a successor has ended: fill valid_to")
		case !covers(successor.ValidFrom, successor.ValidTo, t.ValidTo):
			at.bad("superseded_by", "%s does not hold on %s, when this theme ends", successor.Code, t.ValidTo)
		}
	}
}

func (s Set) checkRelatedThemes(p *problems) {
	byCode := index(s.Themes, func(t Theme) string { return t.Code })
	links := make([]link, len(s.RelatedThemes))
	for i, r := range s.RelatedThemes {
		links[i] = link{r.Theme, r.Related}
		at := p.row(relatedThemeFile, i)
		at.relatable("theme", r.Theme, byCode)
		at.relatable("related", r.Related, byCode)
	}
	checkLinks(p, relatedThemeFile, links)
}

func (s Set) checkDeploymentTypes(p *problems) {
	seen := map[string]int{}
	for i, t := range s.DeploymentTypes {
		at := p.row(deploymentTypeFile, i)
		at.code(codeForm, t.Code, seen)
		at.filled("nl", t.NL)
		at.filled("en", t.EN)
		oneOf(at, "form", t.Form, FormRelation, FormOneOff, FormSeries)
		oneOf(at, "conduct", t.Conduct, ConductAlways, ConductMinors, ConductNever)
		oneOf(at, "usage", t.Usage, UsageOneToOne, UsageCase, UsageGroup, UsagePolicy, UsagePublication)
		oneOf(at, "weights", t.Weights, WeightsBuddy, WeightsTalk, WeightsCase, WeightsPolicy)
		at.between("team_min", t.TeamMin, 1, 20)
		at.between("team_max", t.TeamMax, t.TeamMin, 20)
		at.between("team_default", t.TeamDefault, t.TeamMin, t.TeamMax)
		at.between("minutes_min", t.MinutesMin, 1, 24*60)
		at.between("minutes_max", t.MinutesMax, t.MinutesMin, 24*60)
		at.between("minutes_default", t.MinutesDefault, t.MinutesMin, t.MinutesMax)
		at.between("prep_minutes", t.PrepMinutes, 0, 24*60)
		at.between("debrief_minutes", t.DebriefMinutes, 0, 24*60)
		at.between("experienced_from", t.ExperiencedFrom, 1, 100)
		at.between("min_feasible_percent", t.MinFeasiblePercent, 1, 100)
		at.between("offer_hours", t.OfferHours, 1, 24*30)
		at.between("urgent_offer_hours", t.UrgentOfferHours, 1, t.OfferHours)
		at.recurrence(t)
		at.safety(t)
		at.span(t.ValidFrom, t.ValidTo)
	}
}

func (s Set) checkPublicHolidays(p *problems) {
	last := Date("")
	for i, h := range s.PublicHolidays {
		at := p.row(publicHolidayFile, i)
		at.filled("nl", h.NL)
		at.filled("en", h.EN)
		switch {
		case !h.Date.exists():
			at.bad("date", "%.20q is not a day: write it as 2006-01-02", string(h.Date))
			continue
		case h.Date <= last:
			at.bad("date", "%s does not come after %s: list every day once, in order", h.Date, last)
		}
		last = h.Date
	}
}

func (s Set) checkSchoolHolidays(p *problems) {
	var last SchoolHoliday
	seen := map[string]int{}
	for i, h := range s.SchoolHolidays {
		at := p.row(schoolHolidayFile, i)
		oneOf(at, "region", h.Region, SchoolRegionNorth, SchoolRegionMiddle, SchoolRegionSouth)
		oneOf(at, "code", h.Code, "AUTUMN", "CHRISTMAS", "SPRING", "MAY_EXTRA", "MAY", "SUMMER")
		key := fmt.Sprint(h.Region, " ", h.SchoolYear, " ", h.Code)
		if line, ok := seen[key]; ok {
			at.bad("code", "%.40s is on line %d already: a holiday is listed once a year", key, line)
		}
		seen[key] = at.line
		at.filled("nl", h.NL)
		at.filled("en", h.EN)
		switch {
		case !h.First.exists():
			at.bad("first", "%.20q is not a day: write it as 2006-01-02", string(h.First))
			continue
		case !h.Last.exists() || h.Last < h.First:
			at.bad("last", "%.20q is not a day from %s on: give the last day of the holiday", string(h.Last), h.First)
			continue
		case h.First < schoolYear(h.SchoolYear) || h.First >= schoolYear(h.SchoolYear+1):
			at.bad("school_year", "%s is not in the school year that begins in %d", h.First, h.SchoolYear)
		case h.Region == last.Region && h.First <= last.Last:
			at.bad("first", "%s does not come after %s: list the holidays of a region in order", h.First, last.Last)
		}
		last = h
	}
}

// schoolYear is its first day. Schools begin at the end of August, after the
// summer holiday, which belongs to the year before.
func schoolYear(year int) Date { return Date(fmt.Sprintf("%04d-08-01", year)) }

func (s Set) checkSchoolRegions(p *problems) {
	known := index(s.Municipalities, func(m Municipality) string { return m.Code })
	seen := map[string]int{}
	for i, r := range s.SchoolRegions {
		at := p.row(schoolRegionFile, i)
		oneOf(at, "region", r.Region, SchoolRegionNorth, SchoolRegionMiddle, SchoolRegionSouth)
		if _, ok := known[r.Municipality]; !ok {
			at.bad("municipality", "%.40q is no known municipality: add it to %s first", r.Municipality, municipalityFile)
		}
		if line, ok := seen[r.Municipality]; ok {
			at.bad("municipality", "%.40s is on line %d already: a municipality lies in one region", r.Municipality, line)
		}
		seen[r.Municipality] = at.line
	}
}

// relatable checks a reference to a theme that may be part of a partial match.
func (r row) relatable(column, code string, themes map[string]Theme) {
	theme, ok := themes[code]
	switch {
	case !ok:
		r.bad(column, "%.40q is no known theme: add it to %s first", code, themeFile)
	case theme.Tier == confidentialTier:
		r.bad(column, "%s is tier %d: a partial match would betray it, remove the row", code, confidentialTier)
	}
}

func (s Set) checkSources(p *problems) {
	seen := map[string]int{}
	for i, src := range s.Sources {
		at := p.row(sourceFile, i)
		if line, ok := seen[src.List]; ok {
			at.bad("list", "%.40s is on line %d already: a list has one source", src.List, line)
		}
		seen[src.List] = at.line
		oneOf(at, "list", src.List, lists...)
		at.filled("source", src.Source)
		at.filled("edition", src.Edition)
	}
}

// recurrence checks that the form and the number of sessions agree.
func (r row) recurrence(t DeploymentType) {
	if t.Form == FormOneOff {
		r.between("series_every_weeks", t.SeriesEveryWeeks, 0, 0)
		r.between("occurrences_default", t.OccurrencesDefault, 1, 1)
	} else {
		r.between("series_every_weeks", t.SeriesEveryWeeks, 1, 52)
		r.between("occurrences_default", t.OccurrencesDefault, 1, 104)
	}
	switch {
	case t.SessionCap == nil:
	case t.Form != FormRelation:
		r.bad("session_cap", "only a RELATION has a cap: leave it empty")
	default:
		r.between("session_cap", *t.SessionCap, t.OccurrencesDefault, 104)
	}
}

// safety checks what protects a young person: nobody meets one without a
// certificate of conduct, and one-to-one means one.
func (r row) safety(t DeploymentType) {
	if t.Client && t.Conduct != ConductAlways {
		r.bad("conduct", "a young person is involved: it must be %s", ConductAlways)
	}
	if t.Form == FormRelation && !t.OneToOne {
		r.bad("one_to_one", "a RELATION is one-to-one: it must be true")
	}
	if t.OneToOne && t.TeamMax != 1 {
		r.bad("team_max", "one-to-one is a team of 1, not %d", t.TeamMax)
	}
	if t.OneToOne != (t.Usage == UsageOneToOne) {
		r.bad("usage", "%s goes with one_to_one and with nothing else", UsageOneToOne)
	}
}

// code checks the form of a code and that no row above has it.
func (r row) code(form *regexp.Regexp, code string, seen map[string]int) {
	r.form("code", form, code)
	if line, ok := seen[code]; ok {
		r.bad("code", "%.40s is on line %d already: codes are unique", code, line)
		return
	}
	seen[code] = r.line
}

func (r row) form(column string, form *regexp.Regexp, cell string) {
	if !form.MatchString(cell) {
		r.bad(column, "%.40q does not have the form %s", cell, form)
	}
}

func (r row) filled(column, cell string) {
	if strings.TrimSpace(cell) == "" {
		r.bad(column, "it is empty: fill it")
	}
}

func (r row) between(column string, n, low, high int) {
	if n < low || n > high {
		r.bad(column, "%d is not in %d..%d", n, low, high)
	}
}

// span checks a validity: a first day, and an end after it or none.
func (r row) span(from, to Date) {
	if !from.exists() {
		r.bad("valid_from", "%.20q is not a day: write it as 2006-01-02", string(from))
	}
	switch {
	case to == "":
	case !to.exists():
		r.bad("valid_to", "%.20q is not a day: write it as 2006-01-02, or leave it empty", string(to))
	case to <= from:
		r.bad("valid_to", "%s does not come after valid_from %s", to, from)
	}
}

func oneOf[T ~string](r row, column string, cell T, allowed ...T) {
	names := make([]string, len(allowed))
	for i, a := range allowed {
		if a == cell {
			return
		}
		names[i] = string(a)
	}
	r.bad(column, "%.40q is not one of %s", string(cell), strings.Join(names, ", "))
}

// index finds rows by their code; of two rows with one code it finds the last.
func index[T any](rows []T, code func(T) string) map[string]T {
	byCode := make(map[string]T, len(rows))
	for _, row := range rows {
		byCode[code(row)] = row
	}
	return byCode
}

// link is a row that ties two codes together. Links go both ways, and both rows
// are in the file: what is read there is what is in the database.
type link struct {
	from, to string
}

// checkLinks reports links to oneself, links listed twice and links without
// their way back.
func checkLinks(p *problems, file string, links []link) {
	seen := make(map[link]int, len(links))
	for i, l := range links {
		at := p.row(file, i)
		if l.from == l.to {
			at.bad("", "%.40s is linked to itself: remove the row", l.from)
		}
		if line, ok := seen[l]; ok {
			at.bad("", "%.40s,%.40s is on line %d already: remove the row", l.from, l.to, line)
			continue
		}
		seen[l] = at.line
	}
	for i, l := range links {
		if _, ok := seen[link{l.to, l.from}]; !ok {
			p.row(file, i).bad("", "the way back is missing: add a row %.40s,%.40s", l.to, l.from)
		}
	}
}
