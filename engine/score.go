package engine

import (
	"cmp"
	"slices"
)

// RuleCode names a hard rule. Codes are API: counts, errors and overrides use
// them.
type RuleCode string

// Rule excludes. It may block a subject altogether, close part of the time, or
// both; a rule that closes so much that too little is left blocks as well.
type Rule[T any] struct {
	Code RuleCode
	// Blocks reports that the rule excludes the subject whatever the time.
	Blocks func(T) bool
	// Closes gives the spans in which no session may lie, in any order.
	Closes func(T) []Interval
}

// FactorName names a factor. Names are API: they key the breakdown and the
// weights.
type FactorName string

// Perfect is the best value of a factor and the best score, in basis points.
const Perfect = 10000

// Factor scores. It answers with numbers and codes, never with prose.
type Factor struct {
	Name FactorName
	// Weights are the defaults per column; 0 leaves the factor out.
	Weights map[WeightColumn]int
	Score   func(*Team) Measure
}

// State tells a value apart from the lack of one.
type State string

// The states.
const (
	Known         State = "KNOWN"
	UnknownYet    State = "UNKNOWN"        // applies, but the data is missing
	NotApplicable State = "NOT_APPLICABLE" // has no meaning for this request
)

// Measure is what a factor says of a team.
type Measure struct {
	State State
	Value int // 0..Perfect, when Known
	Facts []Fact
	Could []Could
}

// Fact is one thing a value rests on, as code and numbers. Words are made of it
// at the edge.
type Fact struct {
	Code   FactCode
	Expert ExpertID     `json:",omitempty"` // whom it is about; "" = the whole team
	Theme  ThemeCode    `json:",omitempty"`
	Level  ConsentLevel `json:",omitempty"`
	Kind   TraitKind    `json:",omitempty"`
	N      int          `json:",omitempty"`
	Of     int          `json:",omitempty"`
}

// FactCode names a kind of fact.
type FactCode string

// Could is a change in the facts that would raise the value.
type Could struct {
	Fact  Fact
	Value int // the value of the factor then
}

func known(value int, facts ...Fact) Measure {
	return Measure{State: Known, Value: min(max(value, 0), Perfect), Facts: facts}
}

func unknown(facts ...Fact) Measure { return Measure{State: UnknownYet, Facts: facts} }

func notApplicable() Measure { return Measure{State: NotApplicable} }

// mean makes a factor of a team out of one about each member: the mean of the
// known values, unknown when none is known.
func mean(score func(*Case) Measure) func(*Team) Measure {
	return func(t *Team) Measure {
		out := Measure{State: NotApplicable}
		sum, n := 0, 0
		for _, c := range t.Members {
			m := score(c)
			for _, f := range m.Facts {
				if len(t.Members) > 1 {
					f.Expert = c.Expert
				}
				out.Facts = append(out.Facts, f)
			}
			switch {
			case m.State == Known:
				sum, n, out.State = sum+m.Value, n+1, Known
			case m.State == UnknownYet && out.State == NotApplicable:
				out.State = UnknownYet
			}
		}
		if n > 0 {
			out.Value = sum / n
		}
		return out
	}
}

// Weights are the weights of one deployment type in one version.
type Weights struct {
	Version string
	By      map[FactorName]int // integers that sum to 100
}

// DefaultWeights are those written in the factors themselves.
func DefaultWeights(column WeightColumn) Weights {
	w := Weights{Version: "default-1/" + string(column), By: map[FactorName]int{}}
	for _, f := range Factors {
		if weight := f.Weights[column]; weight > 0 {
			w.By[f.Name] = weight
		}
	}
	return w
}

// FactorScore is one line of the explanation.
type FactorScore struct {
	Name   FactorName
	Weight int
	State  State
	Value  int // 0..Perfect
	// Points is this factor's share of the score. The points of all factors add
	// up to the score exactly.
	Points int
	Facts  []Fact
}

// Gain is a change that would raise the score.
type Gain struct {
	Factor FactorName
	Fact   Fact
	Points int // how much higher the score would be
}

// breakdown is the one weighted sum of this package.
type breakdown struct {
	Factors     []FactorScore
	Score       int // floor(sum / known)
	Coverage    int // percent of the applicable weight that is known
	WouldChange []Gain

	sum   int // Σ weight·value over known factors
	known int // Σ weight over known factors
}

func score(t *Team, weights Weights) breakdown {
	var b breakdown
	applicable := 0
	var could []Gain
	for _, f := range Factors {
		weight := weights.By[f.Name]
		if weight == 0 {
			continue
		}
		m := f.Score(t)
		if m.State == NotApplicable {
			continue
		}
		applicable += weight
		if m.State == Known {
			b.sum += weight * m.Value
			b.known += weight
		}
		b.Factors = append(b.Factors, FactorScore{Name: f.Name, Weight: weight, State: m.State, Value: m.Value, Facts: m.Facts})
		for _, c := range m.Could {
			could = append(could, Gain{Factor: f.Name, Fact: c.Fact, Points: weight * (c.Value - m.Value)})
		}
	}
	if b.known > 0 {
		b.Score = b.sum / b.known
		b.Coverage = 100 * b.known / applicable
		for _, g := range could {
			if g.Points = (b.sum+g.Points)/b.known - b.Score; g.Points > 0 {
				b.WouldChange = append(b.WouldChange, g)
			}
		}
	}
	b.apportion()
	return b
}

// apportion spreads the score over the known factors by the method of largest
// remainders (Hamilton), so that rounding never makes the points disagree with
// the score. Equal remainders go to the earlier factor.
func (b *breakdown) apportion() {
	left := b.Score
	order := make([]int, 0, len(b.Factors))
	for i, f := range b.Factors {
		if f.State != Known {
			continue
		}
		b.Factors[i].Points = f.Weight * f.Value / b.known
		left -= b.Factors[i].Points
		order = append(order, i)
	}
	slices.SortStableFunc(order, func(x, y int) int {
		fx, fy := b.Factors[x], b.Factors[y]
		return cmp.Compare(fy.Weight*fy.Value%b.known, fx.Weight*fx.Value%b.known)
	})
	for _, i := range order[:max(0, min(left, len(order)))] {
		b.Factors[i].Points++
	}
}

// compareScores orders by exact fraction, higher first, without rounding.
func (b *breakdown) compare(other *breakdown) int {
	return cmp.Compare(other.sum*max(b.known, 1), b.sum*max(other.known, 1))
}
