package engine

import (
	"maps"
	"slices"
)

// WhatIf is a change that somebody thinks of. [WhatIf.Apply] makes another input
// of one, and [Suggest] answers it as it answers any: there is no second way to
// rank. Its zero value changes nothing.
//
// What it can say is as important as what it cannot. A simulation is cheap and
// leaves no trace, so by asking twice it would tell what one may not know (who
// keeps away from which house, who has not said yes to a theme). Therefore:
//   - themes become weaker or go, and are never added: a pool is not searched
//     by theme. Those of tier 3 stay as they are, for a yes to them is known to
//     nobody but the expert;
//   - the organisation, the young person, the audience and the kind of
//     deployment stay: each decides which exclusions and which consents count;
//   - no rule can be switched off. The numbers of the pool's policy that can be
//     tried bound what a coordinator can see herself;
//   - whom a hidden rule excludes is counted the same before and after
//     ([CompareExcluded]).
//
// What is left is what every suggestion tells already: that somebody whose hours
// one knows is not suggested.
type WhatIf struct {
	Policy  PolicyChange
	Weights []FactorWeight // as for [ParseWeights]; nil = as they are
	// WithoutFactors leaves factors out. The others keep their weights, so that
	// what is left of the score is exactly in proportion.
	WithoutFactors []FactorName
	Hours          []HoursChange // at most one for each expert
	Request        RequestChange
}

// PolicyChange holds the numbers of [Policy] that can be tried; nil = as it is.
// The others are left out on purpose: SmallPool hides counts, RestHoursTier3
// would tell which session was about a tier-3 theme, OneToOnePerDay which was
// one-to-one, RestDaysRelation and RecentOfferDays would date what happened in
// another pool.
type PolicyChange struct {
	ActiveRelations      *int // 0..20
	ActiveRelationsEarly *int // 0..20
	EarlyMonths          *int // 0..60
	SessionsPerDay       *int // 0..10
	SessionsPerWeek      *int // 0..30
	ContactMinutesWeek   *int // 0..3000
	TravelBufferMinutes  *int // 0..240
	AdultAge             *int // 16..27: the age rule stands whatever is tried
	MinAgeGap            *int // 1..15
	LowCoverage          *int // 0..100
}

// HoursChange is a change in the time of one expert. What goes goes first.
type HoursChange struct {
	Expert          ExpertID
	RemoveWindows   []WeekWindow // taken out of her weekly rules
	AddWindows      []AvailabilityRule
	RemoveBlackouts []Interval // taken out of her blackouts
	AddBlackouts    []Interval
}

// RequestChange is what could be asked differently; nil = as it is.
type RequestChange struct {
	TeamSize *int
	Minutes  *int
	Online   *bool
	// Municipality is where else it could be. Whoever knows the map resolves it
	// into Place, with the neighbours of its region.
	Municipality *MunicipalityCode
	Place        *Place
	Neighbours   []RegionCode

	SoftenThemes []ThemeCode // a must becomes a wish
	DropThemes   []ThemeCode
	SoftenWishes []Trait // a must becomes a wish
	DropWishes   []Trait

	// Options or windows stand in the place of all times that were asked for.
	Options     []Interval
	Windows     []WeekWindow
	From        *Date
	Until       *Date
	EveryWeeks  *int
	Occurrences *int
}

// Bounds of a change.
const (
	maxHoursChanges = 20
	maxHoursLists   = 60
)

// Apply gives the input as it would be. The input itself is not touched; what
// does not change is shared. Errors: INVALID with the field, from "change." on;
// NOT_FOUND for an expert who is not a candidate.
func (w WhatIf) Apply(in MatchInput) (MatchInput, error) {
	for _, apply := range []func(*MatchInput) error{
		w.Policy.apply, w.weigh, w.changeHours, w.Request.apply,
	} {
		if err := apply(&in); err != nil {
			return MatchInput{}, under("change", err)
		}
	}
	return in, nil
}

func (p PolicyChange) apply(in *MatchInput) error {
	to := &in.Policy
	for _, n := range []struct {
		name        string
		to, try     *int
		least, most int
	}{
		{"activeRelations", &to.ActiveRelations, p.ActiveRelations, 0, 20},
		{"activeRelationsEarly", &to.ActiveRelationsEarly, p.ActiveRelationsEarly, 0, 20},
		{"earlyMonths", &to.EarlyMonths, p.EarlyMonths, 0, 60},
		{"sessionsPerDay", &to.SessionsPerDay, p.SessionsPerDay, 0, 10},
		{"sessionsPerWeek", &to.SessionsPerWeek, p.SessionsPerWeek, 0, 30},
		{"contactMinutesWeek", &to.ContactMinutesWeek, p.ContactMinutesWeek, 0, 3000},
		{"travelBufferMinutes", &to.TravelBufferMinutes, p.TravelBufferMinutes, 0, 240},
		{"adultAge", &to.AdultAge, p.AdultAge, 16, 27},
		{"minAgeGap", &to.MinAgeGap, p.MinAgeGap, 1, 15},
		{"lowCoverage", &to.LowCoverage, p.LowCoverage, 0, 100},
	} {
		if n.try == nil {
			continue
		}
		if *n.try < n.least || *n.try > n.most {
			return Invalid("policy."+n.name, "is %d; try %d to %d", *n.try, n.least, n.most)
		}
		*n.to = *n.try
	}
	return nil
}

// whatIfWeights is the version of weights that nobody has decided on.
const whatIfWeights = "what-if"

func (w WhatIf) weigh(in *MatchInput) error {
	if w.Weights != nil {
		by, err := ParseWeights(in.Type.Weights, w.Weights)
		if err != nil {
			return err
		}
		in.Weights = Weights{Version: whatIfWeights, By: by}
	}
	if len(w.WithoutFactors) == 0 {
		return nil
	}
	in.Weights = Weights{Version: whatIfWeights, By: maps.Clone(in.Weights.By)}
	for _, name := range w.WithoutFactors {
		if !isFactor(name) {
			return Invalid("withoutFactors", "%.40q is not a factor; take the names from a suggestion", name)
		}
		delete(in.Weights.By, name)
	}
	for _, weight := range in.Weights.By {
		if weight > 0 {
			return nil
		}
	}
	return Invalid("withoutFactors", "leaves no factor with a weight; keep at least one")
}

func isFactor(name FactorName) bool {
	return slices.ContainsFunc(Factors, func(f Factor) bool { return f.Name == name })
}

func (w WhatIf) changeHours(in *MatchInput) error {
	if len(w.Hours) == 0 {
		return nil
	}
	if len(w.Hours) > maxHoursChanges {
		return Invalid("availability", "changes %d experts; change at most %d at a time", len(w.Hours), maxHoursChanges)
	}
	in.Candidates = slices.Clone(in.Candidates)
	done := map[ExpertID]bool{}
	for _, change := range w.Hours {
		if err := change.validate(); err != nil {
			return err
		}
		i := slices.IndexFunc(in.Candidates, func(c Candidate) bool { return c.Expert == change.Expert })
		switch {
		case i < 0:
			return NotFound()
		case done[change.Expert]:
			return Invalid("availability.expertId", "names an expert twice; put her changes together")
		}
		done[change.Expert] = true
		c := &in.Candidates[i]
		c.Rules = append(withoutWindows(c.Rules, change.RemoveWindows), change.AddWindows...)
		c.Blackouts = Merge(append(Subtract(Merge(c.Blackouts), Merge(change.RemoveBlackouts)), change.AddBlackouts...))
	}
	return nil
}

func (h HoursChange) validate() error {
	for _, list := range []struct {
		name string
		n    int
	}{
		{"removeWindows", len(h.RemoveWindows)}, {"addWindows", len(h.AddWindows)},
		{"removeBlackouts", len(h.RemoveBlackouts)}, {"addBlackouts", len(h.AddBlackouts)},
	} {
		if list.n > maxHoursLists {
			return Invalid("availability."+list.name, "holds %d; give at most %d", list.n, maxHoursLists)
		}
	}
	for _, x := range h.RemoveWindows {
		if x.Ends <= x.Starts {
			return Invalid("availability.removeWindows.ends", "is %s, not later than %s; a window over midnight is two", x.Ends, x.Starts)
		}
	}
	for _, r := range h.AddWindows {
		switch {
		case r.Ends <= r.Starts:
			return Invalid("availability.addWindows.ends", "is %s, not later than %s; a window over midnight is two", r.Ends, r.Starts)
		case r.From != "" && r.To != "" && r.To <= r.From:
			return Invalid("availability.addWindows.validUntil", "is not after validFrom; swap them")
		case r.MaxTravelMinutes < 0 || r.MaxTravelMinutes > 600:
			return Invalid("availability.addWindows.maxTravelMinutes", "is %d; give 0 to 600 minutes", r.MaxTravelMinutes)
		}
	}
	switch {
	case slices.ContainsFunc(h.RemoveBlackouts, Interval.Empty):
		return Invalid("availability.removeBlackouts.end", "must be later than start")
	case slices.ContainsFunc(h.AddBlackouts, Interval.Empty):
		return Invalid("availability.addBlackouts.end", "must be later than start")
	}
	return nil
}

// withoutWindows takes wall time out of weekly rules. What is left of a rule
// keeps its weeks, its mode and its days.
func withoutWindows(rules []AvailabilityRule, cuts []WeekWindow) []AvailabilityRule {
	left := slices.Clone(rules)
	for _, cut := range cuts {
		var next []AvailabilityRule
		for _, r := range left {
			if r.Weekday != cut.Weekday || r.Ends <= cut.Starts || cut.Ends <= r.Starts {
				next = append(next, r)
				continue
			}
			before, after := r, r
			if before.Ends = cut.Starts; before.Starts < before.Ends {
				next = append(next, before)
			}
			if after.Starts = cut.Ends; after.Starts < after.Ends {
				next = append(next, after)
			}
		}
		left = next
	}
	return left
}

func (c RequestChange) apply(in *MatchInput) error {
	r := &in.Request
	set(&r.TeamSize, c.TeamSize)
	set(&r.Minutes, c.Minutes)
	set(&r.Online, c.Online)
	if c.Place != nil {
		c.move(in)
	}
	if err := c.ask(in); err != nil {
		return err
	}
	times := c.Options != nil || c.Windows != nil || c.From != nil || c.Until != nil || c.EveryWeeks != nil || c.Occurrences != nil
	if c.Options != nil || c.Windows != nil {
		r.Options, r.Windows = slices.Clone(c.Options), slices.Clone(c.Windows)
	}
	set(&r.From, c.From)
	set(&r.Until, c.Until)
	set(&r.EveryWeeks, c.EveryWeeks)
	set(&r.Occurrences, c.Occurrences)
	return under("request", c.validate(in, times || c.Minutes != nil))
}

func set[T any](to, try *T) {
	if try != nil {
		*to = *try
	}
}

// move changes the place. A travel time that was known was one to the old place.
func (c RequestChange) move(in *MatchInput) {
	in.Request.Municipality, in.Request.Postcode4, in.Request.Address = c.Place.Municipality, "", ""
	in.Place = *c.Place
	in.Neighbours = map[RegionCode][]RegionCode{c.Place.Region: c.Neighbours}
	in.Candidates = slices.Clone(in.Candidates)
	for i := range in.Candidates {
		in.Candidates[i].TravelMinutes = nil
	}
}

// ask weakens what is asked of the experts.
func (c RequestChange) ask(in *MatchInput) error {
	r := &in.Request
	r.Themes, r.Preferences = slices.Clone(r.Themes), slices.Clone(r.Preferences)
	theme := func(field string, code ThemeCode) (int, error) {
		i := slices.IndexFunc(r.Themes, func(t RequestTheme) bool { return t.Theme == code })
		switch {
		case i < 0:
			return i, Invalid(field, "names a theme that is not asked for; themes can become weaker or go, never be added")
		case in.Themes[code].Tier == 3:
			return i, Invalid(field, "names a theme of tier 3; those cannot be changed in a simulation")
		}
		return i, nil
	}
	for _, code := range c.SoftenThemes {
		i, err := theme("request.softenThemes", code)
		if err != nil {
			return err
		}
		r.Themes[i].Importance = Nice
	}
	for _, code := range c.DropThemes {
		i, err := theme("request.dropThemes", code)
		if err != nil {
			return err
		}
		r.Themes = slices.Delete(r.Themes, i, i+1)
	}
	wish := func(field string, about Trait) (int, error) {
		i := slices.IndexFunc(r.Preferences, func(p Preference) bool { return p.Kind == about.Kind && p.Value == about.Value })
		if i < 0 {
			return i, Invalid(field, "names a wish that is not in the request; wishes can become weaker or go, never be added")
		}
		return i, nil
	}
	for _, about := range c.SoftenWishes {
		i, err := wish("request.softenWishes", about)
		if err != nil {
			return err
		}
		r.Preferences[i].Must = false
	}
	for _, about := range c.DropWishes {
		i, err := wish("request.dropWishes", about)
		if err != nil {
			return err
		}
		r.Preferences = slices.Delete(r.Preferences, i, i+1)
	}
	return nil
}

// validate holds a changed request to the rules for a new one, as far as it was
// changed: a request may have become old without being wrong.
func (c RequestChange) validate(in *MatchInput, times bool) error {
	if c.TeamSize != nil || c.Minutes != nil || c.Occurrences != nil {
		if err := in.Request.validateShape(in.Type); err != nil {
			return err
		}
	}
	if c.Online != nil {
		if err := in.Request.validatePlace(); err != nil {
			return err
		}
	}
	if !times {
		return nil
	}
	r := in.Request
	if c.Options == nil && len(r.Options) > 0 {
		r.Options = slices.DeleteFunc(slices.Clone(r.Options), func(o Interval) bool { return o.Start.Before(in.Now) })
		if len(r.Options) == 0 {
			return Invalid("options", "are all past; try other times")
		}
	}
	return r.validateWishes(in.Now, in.Zone)
}

// under puts the path of an invalid field below another.
func under(path string, err error) error {
	if e, ok := err.(*Error); ok && e.Code == CodeInvalid {
		out := *e
		out.Field, out.Message = path+"."+e.Field, path+"."+e.Message
		return &out
	}
	return err
}
