package graph

import (
	"expex/engine"
	"expex/graph/generated"
	"expex/graph/globalid"
	"expex/store"
)

func apartOf(input generated.KeepApartInput) (apart store.Apart, err error) {
	if apart.ExpertID, err = globalid.Decode[engine.ExpertID](globalid.Expert, input.ExpertID); err != nil {
		return apart, err
	}
	if apart.OtherID, err = optional[engine.ExpertID](globalid.Expert, input.OtherID); err != nil {
		return apart, err
	}
	apart.RequestID, err = optional[engine.RequestID](globalid.Request, input.RequestID)
	return apart, err
}
