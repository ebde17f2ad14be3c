package graph

import (
	"context"

	"expex/engine"
	"expex/graph/generated"
	"expex/graph/globalid"
)

// lifeOf shows an expert after something changed in her life.
func lifeOf(ctx context.Context, id engine.ExpertID, err error) (*generated.ExpertLifePayload, error) {
	if err != nil {
		return nil, err
	}
	expert, err := load(ctx).experts.load(ctx, id)
	return &generated.ExpertLifePayload{Expert: expert}, err
}

// optional reads an id that may be left out.
func optional[ID ~string](kind globalid.Kind, id *string) (*ID, error) {
	if id == nil {
		return nil, nil
	}
	out, err := globalid.Decode[ID](kind, *id)
	return &out, err
}
