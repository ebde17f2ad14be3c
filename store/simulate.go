package store

import (
	"context"
	"errors"

	"expex/engine"
)

// Elsewhere is another place for a request, with the neighbours of its region.
type Elsewhere struct {
	Place      engine.Place
	Neighbours []engine.RegionCode
}

// MatchInputAt is [View.MatchInput], and where the request would be if it took
// place in that municipality, as of the same moment; nil for nil. INVALID on
// "change.request.municipality" when there is no such municipality.
func (v View) MatchInputAt(ctx context.Context, id engine.RequestID, municipality *engine.MunicipalityCode) (in engine.MatchInput, at *Elsewhere, err error) {
	err = v.read(ctx, func(t *Tx) error {
		request, err := t.Request(ctx, id)
		if err != nil {
			return err
		}
		if err := t.Coordinate(ctx, request.PoolID); err != nil {
			return err
		}
		if in, err = t.MatchInput(ctx, request, nil); err != nil || municipality == nil {
			return err
		}
		moved := in
		moved.Request.Municipality, moved.Request.Postcode4 = *municipality, ""
		if err := t.around(ctx, &moved, nil); err != nil {
			var e *engine.Error
			if errors.As(err, &e) && e.Code == engine.CodeNotFound {
				return engine.Invalid("change.request.municipality", "is not a municipality; give a CBS code such as GM0513")
			}
			return err
		}
		at = &Elsewhere{Place: moved.Place, Neighbours: moved.Neighbours[moved.Place.Region]}
		return nil
	})
	return in, at, err
}
