package graph

import (
	"expex/engine"
)

// orSome is a count, null where it is hidden.
func orSome(c engine.ExcludedCount) *int {
	if c.Some {
		return nil
	}
	return &c.Count
}

func (l *loaders) sawDifferences(list []engine.SuggestionDifference) {
	var ids []engine.ExpertID
	for _, d := range list {
		ids = append(ids, d.Experts...)
	}
	l.experts.expect(ids)
}

// expertsInBoth are those whom a line of the explanation is about, before or after.
func expertsInBoth(f *engine.FactorDifference) []engine.ExpertID {
	var out []engine.ExpertID
	for _, line := range []*engine.FactorScore{f.Before, f.After} {
		if line != nil {
			out = append(out, expertsIn(line.Facts)...)
		}
	}
	return out
}
