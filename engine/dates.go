package engine

import (
	"slices"
	"time"
)

// MaxFurther is how many dates an offer may have beside the first.
const MaxFurther = 104

// RefusedDate is one of several dates that cannot be, with the rules it breaks
// as they may be told.
type RefusedDate struct {
	Slot  Interval
	Rules []RuleCode
}

// RefusedDates is [Check] at several dates, in their order, each as if those
// before it that can be done were booked: they count against each other for the
// caps, and for rest. It is empty when the team can do all. Rules are told as by
// [Told].
func RefusedDates(in MatchInput, dates []Interval, to ExpertID) []RefusedDate {
	in.Candidates = slices.Clone(in.Candidates)
	for i := range in.Candidates {
		in.Candidates[i].Booked = slices.Clone(in.Candidates[i].Booked)
	}
	buffer := time.Duration(in.Policy.TravelBufferMinutes) * time.Minute
	tier3 := (&question{MatchInput: &in}).asksTier3()
	var out []RefusedDate
	for _, slot := range dates {
		if rules := Told(in, slot, to); len(rules) > 0 {
			out = append(out, RefusedDate{Slot: slot, Rules: rules})
			continue
		}
		for i := range in.Candidates {
			c := &in.Candidates[i]
			c.Booked = append(c.Booked, Booked{
				Session: slot, Busy: Interval{Start: slot.Start, End: slot.End.Add(buffer)}, OneToOne: in.Type.OneToOne, Tier3: tier3,
			})
		}
	}
	return out
}
