package engine

import "math"

// Query is a request in the terms of an index, worked out once. It can be ranked
// any number of times, by any [Ranker] of that index.
type Query struct {
	*question

	readable bool // the columns do not hold for this request
	untimed  bool // they do, but for its times

	all        []bitmap // a candidate is in every one
	themes     []asked
	themeTotal int
	wishedFor  []wished

	youngest int // completed years a candidate must have at least

	spans   []span
	parts   []weekPart // distinct, of the spans
	days    []spanDay
	online  uint8
	minutes int32
	end     int32 // of the last span
	meets   condition
	most    int   // occurrences with a span
	room    []int // value of availability_fit by feasible occurrences

	theme, proximity, preference, age, availability int // weights
	fixed                                           [len(fixedFactors)]int
	applicable                                      int // Σ weights that apply
	certain                                         int // Σ of those that are known of everybody
	ages                                            int // both ends of the client's band, added up
	lossWish                                        int // least loss of weight·value by a wish that is not met
}

// asked is a theme of the request: who may be asked about it, by the value of
// the match. A must-theme has no related ones.
type asked struct {
	importance   int
	green, amber bitmap
	related      []bitmap
	unconfirmed  bool // tier 3 and wished: counts for who said yes only

	lossAmber, lossRelated, lossNone int // least loss of weight·value by such a match
}

// wished is a soft wish about the expert.
type wished struct{ told, met bitmap }

// Ask prepares a request. The candidates of the input are ignored: those of the
// index are ranked. It returns INVALID on "teamSize" for a request of a team.
func (x *Index) Ask(in MatchInput) (*Query, error) {
	if in.Request.TeamSize > 1 {
		return nil, Invalid("teamSize", "is %d; an index ranks one expert at a time", in.Request.TeamSize)
	}
	in.Candidates = nil
	q := &Query{question: pose(&in)}
	if q.readable = !x.holdsFor(q.question); !q.readable {
		x.askFilters(q)
		x.askFactors(q)
		x.askTimes(q)
	}
	return q, nil
}

// holdsFor reports whether the columns were made for such a request.
func (x *Index) holdsFor(q *question) bool {
	return x.complete && q.Now.Equal(x.made.Now) && q.Zone == x.made.Zone && q.Type == x.made.Type && q.Policy == x.made.Policy &&
		q.Request.Minutes >= max(1, x.made.Type.MinutesMin) && q.Request.Minutes <= x.longest && x.minute(q.horizon.End) < x.ahead &&
		len(q.wishes) < 1<<maxDigits
}

// askFilters collects the bitmaps of the rules that block.
func (x *Index) askFilters(q *Query) {
	in := func(b bitmap) {
		if b == nil {
			b = x.nobody
		}
		q.all = append(q.all, b)
	}
	in(x.able)
	if q.Request.AudienceAgeFrom < 18 {
		q.meets |= amongYoung
		in(x.certified)
	}
	if q.asksTier3() {
		q.meets |= asksTier3
	}
	for _, theme := range q.must {
		in(x.consents[consentKey{theme, q.usage, anyLevel}])
		if q.Themes[theme].Tier == 3 {
			in(x.confirmed)
		}
	}
	for _, p := range q.Request.Preferences {
		if p.Must {
			in(x.traits[Trait{p.Kind, p.Value}])
		}
	}
	q.youngest = math.MinInt
	if client := q.Request.Client; client != nil && q.Type.OneToOne {
		q.youngest = client.AgeTo + q.Policy.MinAgeGap
		if client.AgeFrom < q.Policy.AdultAge {
			q.meets |= aloneWithMinor
		}
	}
}

// askFactors weighs what applies and collects the bitmaps of themes and wishes.
func (x *Index) askFactors(q *Query) {
	weight := func(f *Factor, applies bool) int {
		if w := q.Weights.By[f.Name]; applies {
			q.applicable += w
			return w
		}
		return 0
	}
	for i, f := range fixedFactors {
		q.fixed[i] = weight(f, true)
	}
	q.themeTotal = mustImportance*len(q.must) + niceImportance*len(q.nice)
	q.theme = weight(&themeFit, q.themeTotal > 0)
	q.availability = weight(&availabilityFit, true)
	q.certain = q.theme + q.availability
	q.proximity = weight(&proximity, true)
	if client := q.Request.Client; client != nil {
		q.age, q.ages = weight(&ageNearness, true), client.AgeFrom+client.AgeTo
	}
	for _, theme := range q.must {
		q.themes = append(q.themes, x.asked(q, theme, mustImportance))
	}
	for _, theme := range q.nice {
		a := x.asked(q, theme, niceImportance)
		a.unconfirmed = q.Themes[theme].Tier >= 3
		for _, r := range q.Themes[theme].Related {
			if b := x.consents[consentKey{r, q.usage, anyLevel}]; b != nil {
				a.related = append(a.related, b)
			}
		}
		q.themes = append(q.themes, a)
	}
	for _, p := range q.Request.Preferences {
		if !p.Must {
			q.wishedFor = append(q.wishedFor, wished{told: x.told[p.Kind], met: x.traits[Trait{p.Kind, p.Value}]})
		}
	}
	if n := len(q.wishedFor); n > 0 {
		q.preference = weight(&preferenceFit, true)
		q.lossWish = q.preference * (Perfect - (n-1)*Perfect/n)
	}
}

func (x *Index) asked(q *Query, theme ThemeCode, importance int) asked {
	loss := func(value int) int {
		return q.theme * (Perfect - (Perfect*q.themeTotal-importance*(Perfect-value))/q.themeTotal)
	}
	return asked{
		importance: importance,
		green:      x.consents[consentKey{theme, q.usage, Green}], amber: x.consents[consentKey{theme, q.usage, Amber}],
		lossAmber: loss(amberValue), lossRelated: loss(relatedValue), lossNone: loss(0),
	}
}
