package main

import (
	"context"
	"fmt"

	"expex/engine"
)

// places are the suggestions of the engine as lines that the query can be
// compared with.
func places(list []engine.Suggestion) []place {
	out := make([]place, len(list))
	for i, s := range list {
		out[i] = place{Expert: s.Experts[0], Score: s.Score, Coverage: s.Coverage, Values: [7]int{-1, -1, -1, -1, -1, -1, -1}}
		for _, f := range s.Factors {
			for n, known := range engine.Factors {
				if f.Name == known.Name && f.State == engine.Known {
					out[i].Values[n] = f.Value
				}
			}
		}
	}
	return out
}

// agree compares the best k of the query with those of the engine: the same
// experts, scores, coverage and values of factors in the same order.
func (p *peer) agree(ctx context.Context, w *world, request, k int, list []engine.Suggestion) error {
	theirs, err := p.top(ctx, request, k)
	if err != nil {
		return err
	}
	ours := places(list[:min(k, len(list))])
	weights := engine.DefaultWeights(w.types[w.requests[request].Type].Weights).By
	for i := range max(len(ours), len(theirs)) {
		at := func(list []place) string {
			if i >= len(list) {
				return "nobody"
			}
			for n, f := range engine.Factors { // a factor without weight is not explained
				if weights[f.Name] == 0 {
					list[i].Values[n] = -1
				}
			}
			return fmt.Sprintf("%+v", list[i])
		}
		if us, them := at(ours), at(theirs); us != them {
			return fmt.Errorf("request %d (%s), place %d of %d and %d:\nengine %s\nSQL    %s", request, w.requests[request].Type, i+1, len(ours), len(theirs), us, them)
		}
	}
	return nil
}
