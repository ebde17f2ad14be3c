package engine

import "slices"

// Facts of proximity.
const (
	FactTravelMinutes    FactCode = "TRAVEL_MINUTES" // about N minutes; Of is her own limit
	FactSameMunicipality FactCode = "SAME_MUNICIPALITY"
	FactSameRegion       FactCode = "SAME_REGION"
	FactNeighbourRegion  FactCode = "NEIGHBOUR_REGION"
	FactFarRegion        FactCode = "FAR_REGION"
	FactOnline           FactCode = "ONLINE"
	FactTravelUnknown    FactCode = "TRAVEL_UNKNOWN"
)

// nearMinutes is the travel time below which nearer is not better.
const nearMinutes = 20

// proximity weighs the way there: whole up to 20 minutes, falling in a line to
// nothing at the expert's own limit. Without times, by municipality and region.
var proximity = Factor{
	Name:    "proximity",
	Weights: map[WeightColumn]int{WeightsBuddy: 15, WeightsTalk: 15, WeightsCase: 10, WeightsPolicy: 5},
	Score: mean(func(c *Case) Measure {
		minutes, ok := c.travel()
		switch {
		case c.Request.Online:
			return known(Perfect, Fact{Code: FactOnline})
		case ok && c.MaxTravelMinutes > 0:
			return known(falling(minutes, nearMinutes, c.MaxTravelMinutes), Fact{Code: FactTravelMinutes, N: minutes, Of: c.MaxTravelMinutes})
		case c.Place.Municipality == "" || c.Home.Municipality == "":
			return unknown(Fact{Code: FactTravelUnknown})
		case c.Place.Municipality == c.Home.Municipality:
			return known(Perfect, Fact{Code: FactSameMunicipality})
		case c.Place.Region == "" || c.Home.Region == "":
			return unknown(Fact{Code: FactTravelUnknown})
		case c.Place.Region == c.Home.Region:
			return known(7000, Fact{Code: FactSameRegion})
		case slices.Contains(c.Neighbours[c.Place.Region], c.Home.Region):
			return known(3000, Fact{Code: FactNeighbourRegion})
		default:
			return known(0, Fact{Code: FactFarRegion})
		}
	}),
}

// falling is Perfect up to best, 0 from worst on, and a line between.
func falling(x, best, worst int) int {
	switch {
	case x <= best:
		return Perfect
	case x >= worst:
		return 0
	default:
		return (worst - x) * Perfect / (worst - best)
	}
}
