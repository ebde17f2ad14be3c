package engine

// Facts of age_nearness.
const (
	FactAgeGap     FactCode = "AGE_GAP"     // N half-years between expert and the middle of the band
	FactAgeUnknown FactCode = "AGE_UNKNOWN" // no birth date
)

// Distances in half-years.
const (
	nearFrom = 2 * 2
	nearTo   = 2 * 8
	tooFar   = 2 * 15
)

// ageNearness prefers near peers: whole from two to eight years older than the
// middle of the client's age band, falling in a line to nothing at fifteen.
// Only the band is needed, never a birth date of the client.
var ageNearness = Factor{
	Name:    "age_nearness",
	Weights: map[WeightColumn]int{WeightsBuddy: 10},
	Score: mean(func(c *Case) Measure {
		client := c.Request.Client
		if client == nil {
			return notApplicable()
		}
		if c.BirthDate == "" {
			return unknown(Fact{Code: FactAgeUnknown})
		}
		gap := c.ageGap(client)
		return known(gapValue(gap), Fact{Code: FactAgeGap, N: gap})
	}),
}

// ageGap is the distance in half-years to the middle of the client's age band;
// the birth date is known.
func (c *Case) ageGap(client *Client) int {
	return 2*c.BirthDate.YearsUntil(c.today) - (client.AgeFrom + client.AgeTo)
}

// gapValue is the value of a distance in half-years.
func gapValue(gap int) int {
	if gap < nearFrom {
		return max(0, gap*Perfect/nearFrom)
	}
	return falling(gap, nearTo, tooFar)
}
