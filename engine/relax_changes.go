package engine

import (
	"cmp"
	"slices"
	"time"
)

// subjects are the changes of a kind that there can be: those about one subject
// together, by size, where a larger one allows more; each by itself where it does
// not.
func (r *relaxation) subjects(spec changeSpec) (out [][]Change) {
	for _, c := range r.changes(spec) {
		if n := len(out) - 1; spec.Wider && n >= 0 && c.By > out[n][len(out[n])-1].By {
			out[n] = append(out[n], c)
		} else {
			out = append(out, []Change{c})
		}
	}
	return out
}

// changes are all of one kind that make sense for this request: subject by
// subject, in an order that does not depend on the input's, each by size.
func (r *relaxation) changes(spec changeSpec) (out []Change) {
	q := &r.in.Request
	sizes := func(c Change, most int) {
		c.Kind = spec.Kind
		for by := spec.Unit; by <= most; by += spec.Unit {
			c.By = by
			out = append(out, c)
		}
	}
	windows, options := r.windows(), r.options()
	switch spec.Kind {
	case ChangeEndsLater:
		for _, w := range windows {
			sizes(Change{Window: w}, min(maxShiftMinutes, 24*60-w.Ends.minutes()))
		}
		for _, o := range options {
			sizes(Change{Option: o}, maxShiftMinutes)
		}
	case ChangeStartsEarlier:
		for _, w := range windows {
			sizes(Change{Window: w}, min(maxShiftMinutes, w.Starts.minutes()))
		}
		for _, o := range options {
			sizes(Change{Option: o}, min(maxShiftMinutes, int(o.Start.Sub(r.in.Now)/time.Minute)))
		}
	case ChangeAlsoDay:
		for _, o := range options {
			sizes(Change{Option: o}, maxShiftDays)
		}
	case ChangeAlsoWeekday:
		for _, w := range otherWeekdays(windows) {
			sizes(Change{Window: w}, 1)
		}
	case ChangeStartLater, ChangeStartEarlier:
		sizes(Change{}, maxShiftWeeks)
	case ChangeShorter:
		sizes(Change{From: q.Minutes}, q.Minutes-r.in.Type.MinutesMin)
	case ChangeLessOften:
		if q.Occurrences > 1 && len(windows) > 0 {
			sizes(Change{From: max(1, q.EveryWeeks)}, maxEveryWeeks-max(1, q.EveryWeeks))
		}
	case ChangeFewer:
		sizes(Change{From: q.Occurrences}, q.Occurrences/2)
	case ChangeOnline:
		if !q.Online {
			sizes(Change{}, 1)
		}
	case ChangeArea:
		if !q.Online && r.in.Place.Municipality != "" {
			sizes(Change{Municipality: r.in.Place.Municipality}, 1)
		}
	case ChangeWish:
		musts := slices.DeleteFunc(slices.Clone(q.Preferences), func(p Preference) bool { return !p.Must })
		for _, p := range distinct(musts, comparePreferences) {
			sizes(Change{Wish: p}, 1)
		}
	case ChangeTeam:
		sizes(Change{From: q.TeamSize}, q.TeamSize-max(1, r.in.Type.TeamMin))
	case ChangeTravel, ChangeWeekCap, ChangeRelationCap:
		asked := ask(&r.in)
		for i := range r.in.Candidates {
			c := &r.in.Candidates[i]
			k := &Case{question: asked, Candidate: c}
			switch {
			case !r.helps(Change{Kind: spec.Kind, Expert: c.Expert}, c.Expert):
			case spec.Kind == ChangeTravel && c.MaxTravelMinutes > 0:
				sizes(Change{Expert: c.Expert, From: c.MaxTravelMinutes}, maxMoreTravel)
			case spec.Kind == ChangeWeekCap:
				sizes(Change{Expert: c.Expert, From: k.sessionsPerWeek()}, maxCapSteps)
			case spec.Kind == ChangeRelationCap && r.in.Type.Form == Relation:
				sizes(Change{Expert: c.Expert, From: k.relationCap()}, maxCapSteps)
			}
		}
	}
	return out
}

// windows are the weekly windows, and options the concrete times that have not
// passed, each once and in order.
func (r *relaxation) windows() []WeekWindow { return distinct(r.in.Request.Windows, compareWindows) }

func (r *relaxation) options() []Interval {
	ahead := slices.DeleteFunc(slices.Clone(r.in.Request.Options), func(o Interval) bool { return !o.End.After(r.in.Now) })
	return distinct(ahead, compareIntervals)
}

// otherWeekdays are the same hours on each of the other days of the week.
func otherWeekdays(windows []WeekWindow) (out []WeekWindow) {
	for _, w := range windows {
		for _, day := range weekdays {
			if w.Weekday = day; !slices.Contains(windows, w) {
				out = append(out, w)
			}
		}
	}
	return distinct(out, compareWindows)
}

func comparePreferences(a, b Preference) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value))
}

func distinct[T any](list []T, compare func(a, b T) int) []T {
	out := slices.SortedStableFunc(slices.Values(list), compare)
	return slices.CompactFunc(out, func(a, b T) bool { return compare(a, b) == 0 })
}
