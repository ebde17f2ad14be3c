package app_test

import (
	"expex/app"
	"expex/engine"
)

// buddyFromNow lets the relation of the fixture go on as one of a buddy.
func (w *world) buddyFromNow() app.ConvertMatch {
	return app.ConvertMatch{MatchID: w.A.Match, Type: engine.Buddy, Slot: slot("2027-04-15", "14:00", 60), EveryWeeks: 1,
		PlannedEnd: "2027-10-15", ConsentConfirmedBy: "Hanna Huis"}
}
