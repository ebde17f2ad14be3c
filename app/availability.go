package app

import (
	"context"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// Bounds of an expert's hours.
const (
	maxRules        = 100
	maxBlackoutDays = 366
	maxHoursDays    = 26*7 + 1
)

// Availability is an expert's time within a span.
type Availability struct {
	ExpertID    engine.ExpertID
	Span        engine.Interval
	Rules       []engine.AvailabilityRule
	Blackouts   []engine.Interval
	Busy        []engine.Interval // sessions with travel time; nothing of what they are
	ConfirmedAt *time.Time
}

// Open gives the spans in which she can be asked for a session of that mode:
// weekly hours minus blackouts minus what is booked, merged and sorted.
func (a Availability) Open(online bool) []engine.Interval {
	suits := func(r engine.AvailabilityRule) bool { return r.Mode.Allows(online) }
	return engine.Subtract(engine.Availability(a.Rules, a.Blackouts, a.Span, store.Zone, suits), engine.Merge(a.Busy))
}

// Availability reads an expert's time within a span of up to 26 weeks.
// NOT_FOUND when the viewer may not see her.
func (a App) Availability(ctx context.Context, viewer auth.Viewer, id engine.ExpertID, span engine.Interval) (Availability, error) {
	switch {
	case span.Empty():
		return Availability{}, engine.Invalid("to", "must be later than from")
	case span.Duration() > maxHoursDays*24*time.Hour:
		return Availability{}, engine.Invalid("to", "is more than 26 weeks after from; ask for less")
	}
	h, err := a.Store.As(viewer).HoursOf(ctx, id, span)
	return Availability{ExpertID: id, Span: span, Rules: h.Rules, Blackouts: h.Blackouts, Busy: h.Busy, ConfirmedAt: h.ConfirmedAt}, err
}

// SetAvailability replaces all weekly rules of an expert and notes that they
// were confirmed. What she has planned and is asked for is judged by them within
// seconds, which the database queues. NOT_FOUND when she is not the viewer and not in her pools.
func (a App) SetAvailability(ctx context.Context, viewer auth.Viewer, key string, id engine.ExpertID, rules []engine.AvailabilityRule) (engine.ExpertID, error) {
	if len(rules) > maxRules {
		return id, engine.Invalid("rules", "holds %d rules; give at most %d", len(rules), maxRules)
	}
	for _, r := range rules {
		switch {
		case r.Ends <= r.Starts:
			return id, engine.Invalid("rules.ends", "is %s, not later than %s; a window over midnight is two rules", r.Ends, r.Starts)
		case r.Valid.From != "" && r.Valid.To != "" && r.Valid.To <= r.Valid.From:
			return id, engine.Invalid("rules.validUntil", "must not be before validFrom")
		}
	}
	input := struct {
		ID    engine.ExpertID
		Rules []engine.AvailabilityRule
	}{id, rules}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "setAvailability", Input: input}, func(t *store.Tx) (engine.ExpertID, error) {
		return id, t.ReplaceAvailability(ctx, id, rules)
	})
}

// AddBlackout closes a span of an expert's time. What is booked in it stays
// booked; within seconds it is a task of her coordinators, and what she is asked
// for then is withdrawn. NOT_FOUND as for SetAvailability.
func (a App) AddBlackout(ctx context.Context, viewer auth.Viewer, key string, id engine.ExpertID, span engine.Interval) (engine.ExpertID, error) {
	switch {
	case span.Empty():
		return id, engine.Invalid("end", "must be later than start")
	case span.Duration() > maxBlackoutDays*24*time.Hour:
		return id, engine.Invalid("end", "is more than a year after start; pause instead")
	}
	input := struct {
		ID   engine.ExpertID
		Span engine.Interval
	}{id, span}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "addBlackout", Input: input}, func(t *store.Tx) (engine.ExpertID, error) {
		return id, t.AddBlackout(ctx, id, span)
	})
}
