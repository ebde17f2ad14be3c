// Package reference holds what is data and not code: the experience themes, the
// kinds of deployment with their parameters, the youth regions, the
// municipalities with their dated membership of a region, the postcodes of the
// two pools, the public holidays and the school holidays.
//
// [Load] reads the files that ship with the program and checks them; the store
// writes the rows to the database, where a pool may change what is a choice.
// [ReadGeoNames] and [ReadMembership] read the national lists of a later
// edition, and [Diff] says what such an edition changes. Nothing here writes.
//
// Source, edition, licence and what is our own choice: README.md of this folder.
package reference

import (
	"embed"
	"io/fs"
	"strconv"
)

//go:embed *.csv
var shipped embed.FS

// The files, as [Problem.File] names them.
const (
	themeFile          = "theme.csv"
	relatedThemeFile   = "theme_related.csv"
	deploymentTypeFile = "deployment_type.csv"
	regionFile         = "youth_region.csv"
	neighbourFile      = "youth_region_neighbour.csv"
	municipalityFile   = "municipality.csv"
	membershipFile     = "municipality_region.csv"
	postcodeRangeFile  = "postcode_range.csv"
	publicHolidayFile  = "public_holiday.csv"
	schoolHolidayFile  = "school_holiday.csv"
	schoolRegionFile   = "school_region.csv"
	sourceFile         = "source.csv"
)

// Set is all reference data, each table in the order of its file. Rows marshal
// to JSON objects with the column names of the file as keys and null for an
// empty cell.
type Set struct {
	Themes          []Theme
	RelatedThemes   []RelatedTheme
	DeploymentTypes []DeploymentType
	Regions         []Region
	Neighbours      []Neighbour
	Municipalities  []Municipality
	Memberships     []Membership
	PostcodeRanges  []PostcodeRange
	PublicHolidays  []PublicHoliday
	SchoolHolidays  []SchoolHoliday
	SchoolRegions   []SchoolRegion
	Sources         []Source
}

// Load reads the files that ship with the program. The error joins every
// [Problem] in them; a Set that comes with a nil error has passed [Set.Validate].
func Load() (Set, error) { return read(shipped) }

// RegionOf gives the youth region the municipality belongs to on that local day.
// It is false for an unknown municipality and for a day outside its membership.
func (s Set) RegionOf(municipality string, on Date) (region string, ok bool) {
	for _, m := range s.Memberships {
		if m.Municipality == municipality && covers(m.ValidFrom, m.ValidTo, on) {
			return m.Region, true
		}
	}
	return "", false
}

// MunicipalityOf gives the municipality of a postcode of four digits, such as
// "2801". It is false for anything else and outside the shipped ranges, which
// cover the two pools only.
func (s Set) MunicipalityOf(postcode4 string) (municipality string, ok bool) {
	n, err := strconv.Atoi(postcode4)
	if err != nil || len(postcode4) != 4 {
		return "", false
	}
	for _, r := range s.PostcodeRanges {
		if r.First <= n && n <= r.Last {
			return r.Municipality, true
		}
	}
	return "", false
}

func read(files fs.FS) (Set, error) {
	var p problems
	s := Set{
		Themes:          readTable[Theme](files, themeFile, &p),
		RelatedThemes:   readTable[RelatedTheme](files, relatedThemeFile, &p),
		DeploymentTypes: readTable[DeploymentType](files, deploymentTypeFile, &p),
		Regions:         readTable[Region](files, regionFile, &p),
		Neighbours:      readTable[Neighbour](files, neighbourFile, &p),
		Municipalities:  readTable[Municipality](files, municipalityFile, &p),
		Memberships:     readTable[Membership](files, membershipFile, &p),
		PostcodeRanges:  readTable[PostcodeRange](files, postcodeRangeFile, &p),
		PublicHolidays:  readTable[PublicHoliday](files, publicHolidayFile, &p),
		SchoolHolidays:  readTable[SchoolHoliday](files, schoolHolidayFile, &p),
		SchoolRegions:   readTable[SchoolRegion](files, schoolRegionFile, &p),
		Sources:         readTable[Source](files, sourceFile, &p),
	}
	// A cell that cannot be read makes rows disappear; complaining about what
	// refers to them would bury the cause.
	if err := p.err(); err != nil {
		return Set{}, err
	}
	if err := s.Validate(); err != nil {
		return Set{}, err
	}
	return s, nil
}
