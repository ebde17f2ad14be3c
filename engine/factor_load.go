package engine

import "time"

// Facts of load_balance.
const (
	FactLoad          FactCode = "LOAD"           // N of Of places used
	FactOfferedLately FactCode = "OFFERED_LATELY" // asked within the pool's recent days
)

// offeredLately is taken off for a recent offer.
const offeredLately = 2000

// loadBalance spreads the work: what is left of the expert's room, less a fifth
// when she was asked in the last days, so that one star does not carry all.
var loadBalance = Factor{
	Name:    "load_balance",
	Weights: map[WeightColumn]int{WeightsBuddy: 10, WeightsTalk: 15, WeightsCase: 10, WeightsPolicy: 15},
	Score: mean(func(c *Case) Measure {
		n, of := c.load()
		m := known(Perfect-n*Perfect/max(of, 1), Fact{Code: FactLoad, N: n, Of: of})
		recent := time.Duration(c.Policy.RecentOfferDays) * 24 * time.Hour
		if c.LastOfferAt != nil && c.Now.Sub(*c.LastOfferAt) < recent {
			m = known(m.Value-offeredLately, append(m.Facts, Fact{Code: FactOfferedLately})...)
		}
		return m
	}),
}
