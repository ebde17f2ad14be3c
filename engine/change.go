package engine

import (
	"cmp"
	"slices"
	"time"
)

// ChangeKind names a kind of change to a request, or to what is asked of one
// expert or of the pool.
type ChangeKind string

// The kinds of change. Themes, exclusions, training, certificates, agreements,
// the age rule, dual roles and rest are never changed: those rules protect
// somebody, and what blocks by them has no proposal.
const (
	ChangeEndsLater     ChangeKind = "ENDS_LATER"     // a window or option ends By minutes later
	ChangeStartsEarlier ChangeKind = "STARTS_EARLIER" // a window or option begins By minutes earlier
	ChangeAlsoDay       ChangeKind = "ALSO_DAY"       // an option also By days later, at the same hour
	ChangeAlsoWeekday   ChangeKind = "ALSO_WEEKDAY"   // one more weekly window, on another weekday
	ChangeStartLater    ChangeKind = "START_LATER"    // all of it By weeks later
	ChangeStartEarlier  ChangeKind = "START_EARLIER"  // all of it By weeks earlier
	ChangeShorter       ChangeKind = "SHORTER"        // sessions By minutes shorter
	ChangeTravel        ChangeKind = "TRAVEL"         // one expert travels By minutes more
	ChangeLessOften     ChangeKind = "LESS_OFTEN"     // By more weeks between two sessions
	ChangeOnline        ChangeKind = "ONLINE"         // held by video
	ChangeFewer         ChangeKind = "FEWER_SESSIONS" // By fewer sessions
	ChangeWish          ChangeKind = "WISH"           // a must about the expert becomes a wish
	ChangeArea          ChangeKind = "AREA"           // the pool also serves the municipality
	ChangeWeekCap       ChangeKind = "WEEK_CAP"       // By more sessions a week for one expert
	ChangeRelationCap   ChangeKind = "RELATION_CAP"   // By more relations for one expert
	ChangeTeam          ChangeKind = "TEAM"           // By fewer experts at a time
)

// changeSpec is what is known of a kind of change.
type changeSpec struct {
	Kind ChangeKind
	// Base and Step make the cost: Base, and Step for each step after the first.
	Base, Step int
	Unit       int // By counts in steps of this
	// Mends are the rules that such a change can keep from blocking. What blocks
	// by any other rule still blocks after it.
	Mends []RuleCode
	// Wider reports that a larger By allows whatever a smaller one does.
	Wider bool
}

// changeSpecs is the one table of what a change costs, the smallest first. The
// order is a judgement about people, not a law: what costs only a look in a
// diary comes first (another hour, another day, later), then what makes the
// meeting a little less of what was asked (shorter, by video, less often, fewer),
// then what one expert or one young person gives up, and last what wears people
// out or leaves them alone: a cap was set for a reason, and so was a second
// expert. The steps let a much larger change fall behind a small one of the next
// kinds: four hours later is no longer "just later". A pair costs the sum of both.
var changeSpecs = []changeSpec{
	{ChangeEndsLater, 10, 2, 15, closing, true},
	{ChangeStartsEarlier, 10, 2, 15, closing, true},
	{ChangeAlsoDay, 24, 2, 1, closing, false},
	{ChangeAlsoWeekday, 26, 0, 1, closing, false},
	{ChangeStartLater, 30, 8, 1, closing, false},
	{ChangeStartEarlier, 32, 8, 1, closing, false},
	{ChangeShorter, 34, 6, 15, closing, true},
	{ChangeTravel, 36, 8, 15, []RuleCode{travelLimit.Code}, true},
	{ChangeLessOften, 40, 12, 1, closing, false},
	{ChangeOnline, 46, 0, 1, []RuleCode{notAvailable.Code, travelLimit.Code, outOfServiceArea.Code}, false},
	{ChangeFewer, 48, 4, 1, closing, false},
	{ChangeWish, 54, 0, 1, []RuleCode{mustPreference.Code}, false},
	{ChangeArea, 60, 0, 1, []RuleCode{outOfServiceArea.Code}, false},
	{ChangeWeekCap, 66, 20, 1, []RuleCode{capacity.Code}, true},
	{ChangeRelationCap, 70, 30, 1, []RuleCode{capacity.Code}, true},
	{ChangeTeam, 80, 20, 1, nil, false},
}

// closing are the rules that close part of the time and may be told: another
// time can get round them.
var closing = []RuleCode{
	notDeployable.Code, typeNotTrained.Code, conductCertificate.Code, ageRule.Code, capacity.Code,
	notAvailable.Code, overlap.Code, outOfServiceArea.Code, restPeriod.Code,
}

func specOf(kind ChangeKind) changeSpec {
	i := slices.IndexFunc(changeSpecs, func(s changeSpec) bool { return s.Kind == kind })
	if i < 0 {
		return changeSpec{Unit: 1}
	}
	return changeSpecs[i]
}

// order is the place of a kind in the table.
func (k ChangeKind) order() int {
	return slices.IndexFunc(changeSpecs, func(s changeSpec) bool { return s.Kind == k })
}

// Change is one change. What it is about is named by its value, so that a change
// means the same whatever the order of the lists in the input.
type Change struct {
	Kind ChangeKind
	// By is how much: minutes, days, weeks, sessions or people, by the kind; 1
	// where there is no more or less.
	By     int
	From   int        // what it is now, in the same unit; 0 where that says nothing
	Expert ExpertID   // for whom, of kinds about one expert
	Window WeekWindow // which, or the one that is added
	Option Interval   // which
	Wish   Preference // which
	// Municipality is the one the pool would also serve.
	Municipality MunicipalityCode
}

// Widened is the window as it would be where it ends later or begins earlier.
func (c Change) Widened() WeekWindow { return c.widenWindow(c.Window) }

// WidenedOption is the option as it would be.
func (c Change) WidenedOption() Interval { return c.widenOption(c.Option) }

// Added is the option that an ALSO_DAY adds.
func (c Change) Added(zone *time.Location) Interval { return shiftDays(c.Option, c.By, zone) }

// Cost orders changes: the smaller, the less is asked of people.
func (c Change) Cost() int {
	spec := specOf(c.Kind)
	return spec.Base + spec.Step*(c.By/spec.Unit-1)
}

func (c Change) compare(other Change) int {
	return cmp.Or(
		cmp.Compare(c.Cost(), other.Cost()),
		cmp.Compare(c.Kind.order(), other.Kind.order()),
		cmp.Compare(c.By, other.By),
		compareWindows(c.Window, other.Window),
		compareIntervals(c.Option, other.Option),
		cmp.Compare(c.Wish.Kind, other.Wish.Kind),
		cmp.Compare(c.Wish.Value, other.Wish.Value),
		cmp.Compare(c.From, other.From),
		cmp.Compare(c.Expert, other.Expert),
	)
}

func compareWindows(a, b WeekWindow) int {
	return cmp.Or(cmp.Compare(dayNumber(a.Weekday), dayNumber(b.Weekday)), cmp.Compare(a.Starts, b.Starts), cmp.Compare(a.Ends, b.Ends))
}

func compareIntervals(a, b Interval) int {
	return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End))
}

// dayNumber is 1 for Monday to 7 for Sunday.
func dayNumber(day Weekday) int { return (slices.Index(weekdays[:], day)+6)%7 + 1 }

// Apply gives the input as it would be after a change. The given one stays as it
// is. A change about what is not in the input changes nothing.
func Apply(in MatchInput, c Change) MatchInput {
	r := &in.Request
	switch c.Kind {
	case ChangeEndsLater, ChangeStartsEarlier:
		r.Windows = mapped(r.Windows, func(w WeekWindow) WeekWindow { return c.widenWindow(w) })
		r.Options = mapped(r.Options, func(o Interval) Interval { return c.widenOption(o) })
	case ChangeAlsoDay:
		if slices.ContainsFunc(r.Options, c.isOption) {
			r.Options = append(slices.Clone(r.Options), c.Added(in.Zone))
		}
	case ChangeAlsoWeekday:
		r.Windows = append(slices.Clone(r.Windows), c.Window)
	case ChangeStartLater:
		r.Wishes = r.shiftWeeks(c.By, in.Now, in.Zone)
	case ChangeStartEarlier:
		r.Wishes = r.shiftWeeks(-c.By, in.Now, in.Zone)
	case ChangeShorter:
		r.Minutes -= c.By
	case ChangeLessOften:
		r.EveryWeeks = max(1, r.EveryWeeks) + c.By
	case ChangeFewer:
		r.Occurrences -= c.By
	case ChangeOnline:
		r.Online = true
	case ChangeWish:
		r.Preferences = mapped(r.Preferences, func(p Preference) Preference {
			p.Must = p.Must && p != c.Wish
			return p
		})
	case ChangeArea:
		in.ServiceArea = append(slices.Clone(in.ServiceArea), AreaMembership{Municipality: c.Municipality})
	case ChangeTeam:
		r.TeamSize -= c.By
	case ChangeTravel, ChangeWeekCap, ChangeRelationCap:
		in.Candidates = mapped(in.Candidates, func(x Candidate) Candidate { return c.allow(x) })
	}
	return in
}

func mapped[T any](list []T, change func(T) T) []T {
	out := slices.Clone(list)
	for i := range out {
		out[i] = change(out[i])
	}
	return out
}

func (c Change) isOption(o Interval) bool {
	return o.Start.Equal(c.Option.Start) && o.End.Equal(c.Option.End)
}

func (c Change) widenWindow(w WeekWindow) WeekWindow {
	switch {
	case w != c.Window:
	case c.Kind == ChangeEndsLater:
		w.Ends = wallTime(w.Ends.minutes() + c.By)
	default:
		w.Starts = wallTime(w.Starts.minutes() - c.By)
	}
	return w
}

func (c Change) widenOption(o Interval) Interval {
	by := time.Duration(c.By) * time.Minute
	switch {
	case !c.isOption(o):
	case c.Kind == ChangeEndsLater:
		o.End = o.End.Add(by)
	default:
		o.Start = o.Start.Add(-by)
	}
	return o
}

// allow gives one expert more room.
func (c Change) allow(x Candidate) Candidate {
	switch {
	case x.Expert != c.Expert:
	case c.Kind == ChangeTravel:
		x.MaxTravelMinutes += c.By
	case c.Kind == ChangeWeekCap:
		x.Extra.SessionsPerWeek += c.By
	case c.Kind == ChangeRelationCap:
		x.Extra.ActiveRelations += c.By
	}
	return x
}

// wallTime is a minute of a day as a time of day, from 00:00 to 24:00.
func wallTime(minute int) WallTime {
	minute = min(max(minute, 0), 24*60)
	digit := func(n int) byte { return byte('0' + n) }
	h, m := minute/60, minute%60
	return WallTime([]byte{digit(h / 10), digit(h % 10), ':', digit(m / 10), digit(m % 10)})
}

// shiftDays moves a span by whole days by the clock: 16:00 stays 16:00, also
// over a change of the clocks, and the span keeps its length.
func shiftDays(span Interval, days int, zone *time.Location) Interval {
	local := span.Start.In(zone)
	whole := time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
	start := Instant(DateOf(span.Start, zone).AddDays(days), wallTime(local.Hour()*60+local.Minute()), zone).Add(whole)
	return Interval{Start: start, End: start.Add(span.Duration())}
}

// shiftWeeks moves every proposed time by whole weeks. Windows that count from
// the past count from today first.
func (w Wishes) shiftWeeks(weeks int, now time.Time, zone *time.Location) Wishes {
	if len(w.Windows) > 0 {
		w.From = max(w.From, DateOf(now, zone)).AddDays(7 * weeks)
	}
	w.Until = w.Until.AddDays(7 * weeks)
	w.Options = mapped(w.Options, func(o Interval) Interval { return shiftDays(o, 7*weeks, zone) })
	return w
}
