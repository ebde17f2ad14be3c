package engine

// FactPractice is the fact of practice_level: N completed deployments of the type.
const FactPractice FactCode = "PRACTICE"

// practiceValues is the value by completed deployments: none, one or two, more.
var practiceValues = [3]int{4000, 7000, Perfect}

// practiceLevel weighs experience with this type of deployment. A request that
// keeps a seat for a newcomer turns the scale round for the least experienced
// member of the team.
var practiceLevel = Factor{
	Name:    "practice_level",
	Weights: map[WeightColumn]int{WeightsTalk: 10, WeightsCase: 15, WeightsPolicy: 20},
	Score: func(t *Team) Measure {
		newcomer := t.newcomer()
		return mean(func(c *Case) Measure {
			value := practiceValues[c.practiceStep()]
			if c == newcomer {
				value = c.seatValue()
			}
			return known(value, Fact{Code: FactPractice, N: c.CompletedOfType})
		})(t)
	},
}

// newcomer is the member in the newcomer's seat, nil without one.
func (t *Team) newcomer() *Case {
	if !t.Request.NewcomerSeat || len(t.Members) < 2 {
		return nil
	}
	least := t.Members[0]
	for _, m := range t.Members[1:] {
		if m.CompletedOfType < least.CompletedOfType {
			least = m
		}
	}
	return least
}

func (c *Case) practiceStep() int { return min((c.CompletedOfType+1)/2, 2) }

// seatValue is what a member is worth in the newcomer's seat. It falls as she
// gains experience, so the least experienced is worth the most in it.
func (c *Case) seatValue() int { return practiceValues[2-c.practiceStep()] }
