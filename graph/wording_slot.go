package graph

import (
	"expex/engine"
	"expex/graph/generated"
)

var slotObstacleSentences = map[engine.SlotObstacleCode]pair{
	engine.NoHours:     {"geen uren in deze periode", "no hours in this span"},
	engine.NotThere:    {"wel uren, maar niet op deze manier of niet zo ver weg", "hours, but not in this way or not this far away"},
	engine.TooShort:    {"de uren zijn korter dan de afspraak", "the hours are shorter than the session"},
	engine.Taken:       {"de uren zijn bezet, nodig voor reizen of dichtgezet", "the hours are booked, needed for travel or closed"},
	engine.NotTogether: {"ieder heeft ruimte, maar nooit tegelijk", "each has room, but never at the same time"},
	engine.NoSeries:    {"losse afspraken passen, een reeks in dit ritme niet", "single sessions fit, a series in this rhythm does not"},
	engine.NoSuchTime:  {"de klok wordt dan verzet: die tijd bestaat niet of komt twee keer", "clocks change then: that time does not exist or comes twice"},
}

// SlotObstacle is what is in the way of a slot as a sentence.
func (w Wording) SlotObstacle(code engine.SlotObstacleCode) string {
	return w.pick(slotObstacleSentences[code])
}

// slotPattern gives the pattern the engine knows, nil for single sessions.
func slotPattern(in *generated.SlotPatternInput) *engine.SlotPattern {
	if in == nil {
		return nil
	}
	p := &engine.SlotPattern{Occurrences: in.Occurrences, Every: in.Every, AllOrNothing: in.AllOrNothing}
	if in.Monthly != nil {
		p.Nth, p.Weekday = in.Monthly.Nth, in.Monthly.Weekday
	}
	return p
}
