package engine

// Facts of availability_fit.
const (
	FactFeasible     FactCode = "FEASIBLE"          // N of Of sessions or options fit
	FactConfirmed    FactCode = "HOURS_CONFIRMED"   // the hours were confirmed N days ago
	FactNotConfirmed FactCode = "HOURS_UNCONFIRMED" // the hours were never confirmed
	FactBusyOld      FactCode = "BUSY_OLD"          // the busy times were read N days ago, which is long
)

// optionValues is the value of a one-off by the number of feasible options:
// choice is worth something, a fourth option is not.
var optionValues = []int{0, 6000, 8000, Perfect}

// availabilityFit weighs the room there is: for one session the number of
// feasible options, for a series the share of the sessions needed.
var availabilityFit = Factor{
	Name:    "availability_fit",
	Weights: map[WeightColumn]int{WeightsBuddy: 15, WeightsTalk: 25, WeightsCase: 20, WeightsPolicy: 20},
	Score: func(t *Team) Measure {
		feasible := t.feasible(t.open)
		m := known(t.availabilityValue(feasible))
		if t.isSeries() {
			feasible = min(feasible, t.needed)
			if feasible < t.needed {
				m.Could = []Could{{Fact: Fact{Code: FactFeasible, N: feasible + 1, Of: t.needed}, Value: t.availabilityValue(feasible + 1)}}
			}
			m.Facts = []Fact{{Code: FactFeasible, N: feasible, Of: t.needed}}
		} else {
			m.Facts = []Fact{{Code: FactFeasible, N: feasible, Of: len(t.wishes)}}
		}
		for _, member := range t.Members {
			fact := Fact{Code: FactNotConfirmed}
			if at := member.AvailabilityConfirmedAt; at != nil {
				fact = Fact{Code: FactConfirmed, N: max(0, DateOf(*at, t.Zone).DaysUntil(t.today))}
			}
			if len(t.Members) > 1 {
				fact.Expert = member.Expert
			}
			m.Facts = append(m.Facts, fact)
			if at := member.BusyReadAt; at != nil {
				m.Facts = append(m.Facts, Fact{Code: FactBusyOld, N: max(0, DateOf(*at, t.Zone).DaysUntil(t.today)), Expert: fact.Expert})
			}
		}
		return m
	},
}

// availabilityValue is the value of so many feasible sessions or options.
func (q *question) availabilityValue(feasible int) int {
	if q.isSeries() {
		return min(feasible, q.needed) * Perfect / max(q.needed, 1)
	}
	return optionValues[min(feasible, len(optionValues)-1)]
}
