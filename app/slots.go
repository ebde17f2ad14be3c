package app

import (
	"context"
	"slices"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// SlotQuestion asks when some experts can do a session together.
type SlotQuestion struct {
	ExpertIDs []engine.ExpertID // 1 to 6, each once
	Minutes   int
	Between   engine.Interval
	Pattern   *engine.SlotPattern // nil = single sessions
	Place     store.SlotPlace
	First     int // proposals to give
}

// FeasibleSlots is the answer.
type FeasibleSlots struct {
	engine.SlotAnswer
	// HolidayRegion and SchoolHolidaysUntil are "" when it is not known which
	// school holidays hold at the place: then none are warned of.
	HolidayRegion       engine.HolidayRegion
	SchoolHolidaysUntil engine.Date
}

// FeasibleSlots finds the slots in which all of the experts have time. It reads
// and decides nothing. What has passed of the span is left out. NOT_FOUND when
// the viewer coordinates no pool of one of them.
func (a App) FeasibleSlots(ctx context.Context, viewer auth.Viewer, q SlotQuestion) (FeasibleSlots, error) {
	if err := q.validate(); err != nil {
		return FeasibleSlots{}, err
	}
	search, err := a.Store.As(viewer).SlotSearch(ctx, q.ExpertIDs, q.Between, q.Place)
	if err != nil {
		return FeasibleSlots{}, err
	}
	search = q.ask(search)
	if err := search.Validate(); err != nil {
		return FeasibleSlots{}, err
	}
	return FeasibleSlots{engine.FindSlots(search), search.Holidays.Region, search.Holidays.Until}, nil
}

// validate refuses what cannot be asked at any time, before anything is read.
func (q SlotQuestion) validate() error {
	ids := slices.Sorted(slices.Values(q.ExpertIDs))
	place := q.Place
	switch {
	case len(ids) == 0 || len(ids) > engine.MaxSlotExperts:
		return engine.Invalid("expertIds", "holds %d experts; give 1 to %d", len(ids), engine.MaxSlotExperts)
	case len(slices.Compact(ids)) < len(q.ExpertIDs):
		return engine.Invalid("expertIds", "names an expert twice; name each once")
	case place.Online && (place.Municipality != "" || place.Postcode4 != ""):
		return engine.Invalid("place.online", "cannot stand beside a municipality or a postcode; say where it is, or that it is online")
	case !place.Online && place.Municipality == "" && place.Postcode4 == "":
		return engine.Invalid("place.municipality", "is missing; say where it is, or that it is online")
	case place.Postcode4 != "" && !engine.IsPostcode4(place.Postcode4):
		return engine.Invalid("place.postcode4", "is not a Dutch postcode's four digits, such as 2801")
	}
	search := q.ask(engine.SlotSearch{Now: q.Between.Start, Zone: store.Zone, Between: q.Between})
	return search.Validate()
}

// ask puts the question into a search.
func (q SlotQuestion) ask(s engine.SlotSearch) engine.SlotSearch {
	s.Minutes, s.Pattern, s.Limit = q.Minutes, q.Pattern, q.First
	return s
}
