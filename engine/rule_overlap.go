package engine

import "time"

// overlap (H11): clear of her other sessions, with time to travel on both
// sides. The buffer of a booked session stands on its trailing edge; that of
// the new one is kept free before the next. A coordinator may decide otherwise.
var overlap = Rule[*Case]{
	Code: "OVERLAP",
	Closes: func(c *Case) []Interval {
		busy := make([]Interval, 0, len(c.Booked))
		for _, b := range c.Booked {
			if !b.Beside {
				busy = append(busy, b.Busy)
			}
		}
		return Pad(busy, time.Duration(c.Policy.TravelBufferMinutes)*time.Minute, 0)
	},
}
