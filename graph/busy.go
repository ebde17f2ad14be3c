package graph

import (
	"context"

	"expex/auth"
	"expex/engine"
	"expex/graph/generated"
)

// busyFileBytes is how large the text of a calendar within a mutation may be: with
// its line breaks escaped it must fit into the body of a request.
const busyFileBytes = 48 << 10

// linkBusy links the one of address and file that is given.
func (r *Resolver) linkBusy(ctx context.Context, input generated.LinkBusyCalendarInput) (engine.BusyCalendarID, error) {
	viewer := auth.From(ctx)
	switch {
	case (input.Address == nil) == (input.File == nil):
		return "", engine.Invalid("address", "or file: give one of the two")
	case input.Address != nil:
		return r.App.LinkBusyAddress(ctx, viewer, input.IdempotencyKey, input.Label, *input.Address)
	case len(*input.File) > busyFileBytes:
		return "", engine.Invalid("file", "has %d bytes; use at most %d here, and POST /busy-calendars for a larger one", len(*input.File), busyFileBytes)
	}
	return r.App.LinkBusyFile(ctx, viewer, input.IdempotencyKey, input.Label, []byte(*input.File))
}

// busyCalendar is the answer about a linked calendar as it stands now, null when it
// was unlinked since.
func (r *Resolver) busyCalendar(ctx context.Context, id engine.BusyCalendarID) (*generated.BusyCalendarPayload, error) {
	c, err := only(r.view(ctx).BusyCalendarsByID(ctx, []engine.BusyCalendarID{id}))
	return &generated.BusyCalendarPayload{Calendar: c}, err
}
