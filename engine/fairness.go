package engine

import (
	"slices"
	"time"
)

// FairnessInput is what is known about the load of one pool.
type FairnessInput struct {
	Now    time.Time
	Zone   *time.Location
	Policy Policy
	// Experts are the deployable ones. Of each, what the load rests on: Caps,
	// DeployableSince, ActiveRelations, LastOfferAt and, from the begin of the
	// window on, Booked.
	Experts []Candidate
	// Oldest is the request that has waited longest, nil when none waits.
	Oldest *Request
}

// Fairness says how the work of a pool is spread. It names no expert and ranks
// none: what is shown of a pool is shown of all of it.
type Fairness struct {
	Window  Interval // of the contact minutes
	Experts int      // deployable today
	// Spread is nil in a small pool, where it would be about persons.
	Spread *Spread
	// Full have no room for another relation or, in the next four weeks, for
	// another session.
	Full Tally
	// Unasked have had no offer in the last UnaskedDays days.
	Unasked Tally
	Longest *Waiting // nil when no request waits
}

// Spread is how contact minutes lie over experts.
type Spread struct {
	// Gini is the coefficient in basis points: 0 when all have the same, rising
	// to (n-1)/n when one of n has all.
	Gini int
	// Quartiles are the minutes that a quarter, half and three quarters of the
	// experts do not exceed.
	Quartiles [3]int
	Range     int // most minutes minus fewest
}

// Tally is a number of people that is hidden when it is small.
type Tally struct {
	Count int
	Some  bool // Count is 0 then
}

// Waiting is the request that has waited longest.
type Waiting struct {
	Request RequestID
	Days    int
}

// FairnessWeeks is how far back contact minutes count.
const FairnessWeeks = 13

// UnaskedDays is how long without an offer makes an expert count as unasked.
const UnaskedDays = 60

// FairnessWindow is the time in which contact minutes count: from midnight 13
// weeks ago until now.
func FairnessWindow(now time.Time, zone *time.Location) Interval {
	return Interval{Start: Instant(DateOf(now, zone).AddDays(-7*FairnessWeeks), "00:00", zone), End: now}
}

// AssessFairness computes how the work of a pool is spread.
func AssessFairness(in FairnessInput) Fairness {
	out := Fairness{Window: FairnessWindow(in.Now, in.Zone), Experts: len(in.Experts)}
	minutes := make([]int, len(in.Experts))
	full, unasked := 0, 0
	for i := range in.Experts {
		c := &in.Experts[i]
		for _, b := range c.Booked {
			minutes[i] += int(b.Session.Intersect(out.Window).Duration() / time.Minute)
		}
		if in.isFull(c) {
			full++
		}
		if c.LastOfferAt == nil || in.Now.Sub(*c.LastOfferAt) >= UnaskedDays*24*time.Hour {
			unasked++
		}
	}
	if len(minutes) >= in.Policy.SmallPool {
		out.Spread = spread(minutes)
	}
	out.Full, out.Unasked = in.tally(full), in.tally(unasked)
	if in.Oldest != nil {
		if p, waits := in.Oldest.Priority(in.Now); waits {
			out.Longest = &Waiting{Request: in.Oldest.ID, Days: p.WaitingDays}
		}
	}
	return out
}

// isFull asks what load_balance asks: is all of her room given?
func (in FairnessInput) isFull(c *Candidate) bool {
	for _, form := range []Form{Relation, OneOff} {
		q := &question{MatchInput: &MatchInput{Now: in.Now, Zone: in.Zone, Policy: in.Policy, Type: DeploymentType{Form: form}}, today: DateOf(in.Now, in.Zone)}
		if n, of := (&Case{question: q, Candidate: c}).load(); n >= of {
			return true
		}
	}
	return false
}

// tally hides what is above nobody and below the size of a small pool.
func (in FairnessInput) tally(n int) Tally {
	if 0 < n && n < in.Policy.SmallPool {
		return Tally{Some: true}
	}
	return Tally{Count: n}
}

// spread describes minutes of at least one expert.
func spread(minutes []int) *Spread {
	if len(minutes) == 0 {
		return &Spread{}
	}
	sorted := slices.Sorted(slices.Values(minutes))
	s := &Spread{Gini: Gini(sorted), Range: sorted[len(sorted)-1] - sorted[0]}
	for k := range s.Quartiles {
		// Nearest rank: definition 1 of Hyndman and Fan, Sample Quantiles in
		// Statistical Packages, The American Statistician 50 (1996).
		s.Quartiles[k] = sorted[((k+1)*len(sorted)+3)/4-1]
	}
	return s
}

// Gini is the Gini coefficient of loads that are not negative, in basis points,
// rounded down; 0 for nobody and for no load at all. C. Gini, Variabilità e
// mutabilità (1912), in the form over sorted loads x1 ≤ … ≤ xn of A. Sen, On
// Economic Inequality (1973): Σ (2i - n - 1)·xi / (n·Σ xi). It is exact as long
// as n times the sum stays below 900 million million.
func Gini(loads []int) int {
	n, sum, weighted := len(loads), 0, 0
	for i, x := range slices.Sorted(slices.Values(loads)) {
		sum += x
		weighted += (2*(i+1) - n - 1) * x
	}
	if sum == 0 {
		return 0
	}
	return Perfect * weighted / (n * sum)
}
