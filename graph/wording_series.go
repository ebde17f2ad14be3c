package graph

import (
	"context"

	"expex/app"
	"expex/engine"
	"expex/graph/generated"
	"expex/graph/globalid"
)

// Blocker is what is in the way of a session as a sentence: a rule, or that
// clocks skip its time.
func (w Wording) Blocker(code engine.RuleCode) string {
	if code == engine.RuleCode(engine.NoSuchTime) {
		return w.pick(pair{"de klok slaat die tijd op die dag over", "clocks skip that time on that day"})
	}
	return w.Rule(code)
}

// planOf gives the plan the use case knows.
func planOf(in generated.SessionPlanInput) (app.PlanSessions, error) {
	out := app.PlanSessions{
		Plan: engine.SessionPlan{First: in.Date, At: in.Time, Minutes: orZero(in.Minutes)},
		Mode: in.Mode, DoubleBookingReason: orZero(in.DoubleBookingReason),
	}
	if in.Rhythm != nil {
		out.Plan.Rhythm = &engine.Rhythm{Every: in.Rhythm.Every, Count: orZero(in.Rhythm.Count), Until: orZero(in.Rhythm.Until)}
		if m := in.Rhythm.Monthly; m != nil {
			out.Plan.Rhythm.Nth, out.Plan.Rhythm.Weekday = m.Nth, m.Weekday
		}
	}
	var err error
	if in.MatchID != nil {
		if out.MatchID, err = pointer(globalid.Decode[engine.MatchID](globalid.Match, *in.MatchID)); err != nil {
			return out, err
		}
	}
	if in.RequestID != nil {
		out.RequestID, err = pointer(globalid.Decode[engine.RequestID](globalid.Request, *in.RequestID))
	}
	return out, err
}

// seriesOf is what was planned together, nil for a session by itself.
func seriesOf(ctx context.Context, id *engine.SeriesID) (*engine.SessionSeries, error) {
	if id == nil {
		return nil, nil
	}
	return load(ctx).series.load(ctx, *id)
}
