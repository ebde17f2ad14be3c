package engine

import (
	"cmp"
	"slices"
)

// Facts of preference_fit.
const (
	FactWishMet     FactCode = "WISH_MET"     // Kind
	FactWishNotMet  FactCode = "WISH_NOT_MET" // Kind
	FactWishUnknown FactCode = "WISH_UNKNOWN" // Kind: the expert has not told
)

// preferenceFit is the share of the soft wishes that are met, among those that
// can be answered.
var preferenceFit = Factor{
	Name:    "preference_fit",
	Weights: map[WeightColumn]int{WeightsBuddy: 15, WeightsTalk: 5, WeightsCase: 5, WeightsPolicy: 5},
	Score: mean(func(c *Case) Measure {
		m := notApplicable()
		met, answered := 0, 0
		for _, wish := range c.Request.Preferences {
			if wish.Must {
				continue
			}
			fact := Fact{Code: FactWishUnknown, Kind: wish.Kind}
			if yes, told := c.trait(wish); told {
				answered++
				fact.Code = FactWishNotMet
				if yes {
					met++
					fact.Code = FactWishMet
				}
			}
			m.State = UnknownYet
			m.Facts = append(m.Facts, fact)
		}
		// The order in which wishes were given says nothing.
		slices.SortFunc(m.Facts, func(a, b Fact) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Code, b.Code)) })
		if answered > 0 {
			m.State, m.Value = Known, met*Perfect/answered
		}
		return m
	}),
}
