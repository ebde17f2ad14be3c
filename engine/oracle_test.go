package engine_test

import (
	"time"

	"expex/engine"
)

// minutesOpen is an independent answer to "when can she be asked?": it walks the
// local day minute by minute, as somebody with a clock and her list would. A
// window opens at the first minute that shows its start or later and closes at
// the first that shows its end or later, so the repeated hour counts once and
// the missing one not at all. Keys are minutes since 1970.
func minutesOpen(in engine.MatchInput, c engine.Candidate, day engine.Date) map[int64]bool {
	open := map[int64]bool{}
	noon, err := time.Parse(time.DateOnly+" 15", string(day)+" 12")
	if err != nil {
		panic(err)
	}
	_, week := noon.ISOWeek()
	for _, r := range c.Rules {
		odd := week%2 == 1
		switch {
		case string(r.Weekday) != weekdayNames[noon.Weekday()],
			r.Parity == engine.OddWeeks && !odd, r.Parity == engine.EvenWeeks && odd,
			r.From != "" && day < r.From, r.To != "" && day >= r.To,
			in.Request.Online && r.Mode == engine.InPerson, !in.Request.Online && r.Mode == engine.Online,
			!in.Request.Online && r.MaxTravelMinutes > 0 && known(in, c) > r.MaxTravelMinutes:
			continue
		}
		started, ended := false, false
		for at := noon.Add(-15 * time.Hour); at.Before(noon.Add(13 * time.Hour)); at = at.Add(time.Minute) {
			local := at.In(in.Zone)
			if local.Format(time.DateOnly) != string(day) {
				continue
			}
			shown := local.Format("15:04")
			started = started || shown >= string(r.Starts)
			ended = ended || shown >= string(r.Ends)
			if started && !ended {
				open[at.Unix()/60] = true
			}
		}
	}
	return open
}

var weekdayNames = map[time.Weekday]string{
	time.Monday: "MONDAY", time.Tuesday: "TUESDAY", time.Wednesday: "WEDNESDAY", time.Thursday: "THURSDAY",
	time.Friday: "FRIDAY", time.Saturday: "SATURDAY", time.Sunday: "SUNDAY",
}

// known is the travel time to the place, 0 when it is unknown.
func known(in engine.MatchInput, c engine.Candidate) int {
	switch {
	case c.TravelMinutes != nil:
		return *c.TravelMinutes
	case c.Home.Point != nil && in.Place.Point != nil:
		return engine.EstimateTravel(*c.Home.Point, *in.Place.Point)
	default:
		return 0
	}
}

// oracle judges one slot for one candidate, minute by minute: is she available
// in each, and is each clear of what she has booked, with the way there before
// the next and the way from the one before?
func oracle(in engine.MatchInput, c engine.Candidate, slot engine.Interval) (available, clear bool) {
	open := map[int64]bool{}
	for day := engine.DateOf(slot.Start, in.Zone).AddDays(-1); day <= engine.DateOf(slot.End, in.Zone); day = day.AddDays(1) {
		for minute := range minutesOpen(in, c, day) {
			open[minute] = true
		}
	}
	buffer := time.Duration(in.Policy.TravelBufferMinutes) * time.Minute
	available, clear = true, true
	for at := slot.Start; at.Before(slot.End); at = at.Add(time.Minute) {
		for _, b := range c.Blackouts {
			if !at.Before(b.Start) && at.Before(b.End) {
				available = false
			}
		}
		available = available && open[at.Unix()/60]
		for _, b := range c.Booked {
			if !at.Before(b.Session.Start.Add(-buffer)) && at.Before(b.Session.End.Add(buffer)) {
				clear = false
			}
		}
	}
	return available, clear
}
