package engine

import (
	"slices"
	"strings"
)

// FactorWeight is the weight of one factor.
type FactorWeight struct {
	Factor FactorName
	Weight int // 0..100; 0 leaves the factor out
}

// ParseWeights makes weights for deployment types of a column out of a list, or
// reports what is wrong with it, as INVALID on "weights" or on the factor. A
// factor that is left out weighs 0; one whose default is 0 has no meaning for the
// column, and can weigh nothing else.
func ParseWeights(column WeightColumn, list []FactorWeight) (map[FactorName]int, error) {
	by := make(map[FactorName]int, len(list))
	sum := 0
	for _, w := range list {
		i := slices.IndexFunc(Factors, func(f Factor) bool { return f.Name == w.Factor })
		_, twice := by[w.Factor]
		switch {
		case i < 0:
			return nil, Invalid("weights.factor", "names no factor; the factors are %s", factorNames())
		case twice:
			return nil, Invalid("weights.factor", "names %s twice", w.Factor)
		case w.Weight < 0 || w.Weight > 100:
			return nil, Invalid("weights.weight", "of %s is %d; it must be 0 to 100", w.Factor, w.Weight)
		case w.Weight > 0 && Factors[i].Weights[column] == 0:
			return nil, Invalid("weights.weight", "of %s is %d; the factor has no meaning for this type, leave it out", w.Factor, w.Weight)
		}
		by[w.Factor] = w.Weight
		sum += w.Weight
	}
	if sum != 100 {
		return nil, Invalid("weights", "sum to %d; they must sum to 100", sum)
	}
	return by, nil
}

// ListWeights gives the weight of every factor that has a meaning for deployment
// types of a column, in the order of [Factors].
func ListWeights(column WeightColumn, by map[FactorName]int) []FactorWeight {
	var out []FactorWeight
	for _, f := range Factors {
		if f.Weights[column] > 0 {
			out = append(out, FactorWeight{f.Name, by[f.Name]})
		}
	}
	return out
}

func factorNames() string {
	names := make([]string, len(Factors))
	for i, f := range Factors {
		names[i] = string(f.Name)
	}
	return strings.Join(names, ", ")
}
