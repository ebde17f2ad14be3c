package engine

import "time"

// HolidayRegion is a region of the Dutch school holidays.
type HolidayRegion string

// The regions.
const (
	HolidayNorth  HolidayRegion = "NOORD"
	HolidayMiddle HolidayRegion = "MIDDEN"
	HolidaySouth  HolidayRegion = "ZUID"
)

// Holiday is a day, or a run of days, on which planning warns.
type Holiday struct {
	First  Date
	Last   Date // included
	NL     string
	EN     string
	School bool
	// Advice marks school holidays that a school may set otherwise.
	Advice bool
}

// Holidays are those that can touch a search.
type Holidays struct {
	Region HolidayRegion // of the place; "" = not known, then there are no school holidays
	Until  Date          // last day for which the school holidays of the region are known
	List   []Holiday     // by first day
}

// on gives the holidays that touch a slot.
func (h Holidays) on(slot Interval, zone *time.Location) []Holiday {
	first, last := DateOf(slot.Start, zone), DateOf(slot.End.Add(-1), zone)
	var out []Holiday
	for _, holiday := range h.List {
		if holiday.First <= last && first <= holiday.Last {
			out = append(out, holiday)
		}
	}
	return out
}
