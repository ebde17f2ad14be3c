package app

import (
	"context"

	"expex/auth"
	"expex/engine"
)

// Simulation is what a change would do to the suggestions for a request.
type Simulation struct {
	Request     engine.Request // as it is
	Before      Side
	After       Side
	Differences []engine.SuggestionDifference // best rank first
	Excluded    []engine.ExcludedDifference
}

// Side is one of the two rankings a simulation compares.
type Side struct {
	Suggestions    int  // how many there are
	AtLeast        bool // there may be more
	WeightsVersion string
	InputHash      string // names the exact input of the calculation
}

// Count is how many suggestions move in that way.
func (s Simulation) Count(m engine.Movement) int {
	n := 0
	for _, d := range s.Differences {
		if d.Movement() == m {
			n++
		}
	}
	return n
}

// Simulate ranks the experts of the request's pool twice, as things are and as
// they would be after the change, and compares. It writes nothing. Errors: those of MatchSuggestions, first; INVALID
// with the field of the change; NOT_FOUND for an expert outside the pool.
func (a App) Simulate(ctx context.Context, viewer auth.Viewer, id engine.RequestID, change engine.WhatIf) (Simulation, error) {
	in, elsewhere, err := a.Store.As(viewer).MatchInputAt(ctx, id, change.Request.Municipality)
	if err != nil {
		return Simulation{}, err
	}
	if err := matchable(in.Request); err != nil {
		return Simulation{}, err
	}
	if elsewhere != nil {
		change.Request.Place, change.Request.Neighbours = &elsewhere.Place, elsewhere.Neighbours
	}
	changed, err := change.Apply(in)
	if err != nil {
		return Simulation{}, err
	}
	before, left, err := side(in)
	if err != nil {
		return Simulation{}, err
	}
	after, right, err := side(changed)
	return Simulation{
		Request: in.Request, Before: left, After: right,
		Differences: engine.Compare(in, before, changed, after), Excluded: engine.CompareExcluded(in, before, changed, after),
	}, err
}

func side(in engine.MatchInput) (engine.Ranking, Side, error) {
	ranking, err := engine.Suggest(in)
	if err != nil {
		return engine.Ranking{}, Side{}, err
	}
	hash, err := inputHash(in)
	return ranking, Side{Suggestions: ranking.Total, AtLeast: ranking.AtLeast, WeightsVersion: ranking.WeightsVersion, InputHash: hash}, err
}
