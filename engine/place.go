package engine

import "math"

// MunicipalityCode is a CBS code such as GM0513; RegionCode a CBS youth region
// such as JZ27. Membership of a municipality in a region is dated.
type (
	MunicipalityCode string
	RegionCode       string
)

// Point is a place on earth in WGS84 degrees.
type Point struct {
	Latitude  float64
	Longitude float64
}

// Place is where somebody lives or something happens, as coarse as it may be
// known: a postcode's centre, never an address.
type Place struct {
	Municipality MunicipalityCode
	Region       RegionCode
	Point        *Point // nil = not known
}

// Travel speeds are a guess that holds for the Netherlands by and large: roads
// are 1.3 times the distance as the crow flies, six minutes go on getting in and
// out, the first ten kilometres go at 50 km/h and the rest at 75. Water is
// crossed as if it were land. Shown to people as "about", never as a promise.
const (
	earthKilometres = 6371.0
	roadFactor      = 1.3
	accessMinutes   = 6.0
	localKilometres = 10.0
	localSpeed      = 50.0
	throughSpeed    = 75.0
)

// EstimateTravel gives whole minutes between two points, rounded up.
func EstimateTravel(a, b Point) int {
	const rad = math.Pi / 180
	dLat, dLon := (b.Latitude-a.Latitude)*rad, (b.Longitude-a.Longitude)*rad
	// The haversine formula (R. W. Sinnott, Sky and Telescope 68, 1984).
	h := math.Pow(math.Sin(dLat/2), 2) +
		math.Cos(a.Latitude*rad)*math.Cos(b.Latitude*rad)*math.Pow(math.Sin(dLon/2), 2)
	road := roadFactor * 2 * earthKilometres * math.Asin(math.Sqrt(min(1, h)))
	minutes := accessMinutes + 60*min(road, localKilometres)/localSpeed + 60*max(0, road-localKilometres)/throughSpeed
	return int(math.Ceil(minutes))
}
