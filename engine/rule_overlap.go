package engine

import "time"

// overlap (H11): clear of her other sessions, with time to travel on both
// sides. The buffer of a booked session stands on its trailing edge; that of
// the new one is kept free before the next.
var overlap = Rule[*Case]{
	Code: "OVERLAP",
	Closes: func(c *Case) []Interval {
		busy := make([]Interval, len(c.Booked))
		for i, b := range c.Booked {
			busy[i] = b.Busy
		}
		return Pad(busy, time.Duration(c.Policy.TravelBufferMinutes)*time.Minute, 0)
	},
}
