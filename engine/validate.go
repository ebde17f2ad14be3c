package engine

import (
	"slices"
	"time"
)

// Bounds of what a request may hold.
const (
	maxGoal        = 1000
	maxAddress     = 200
	maxTrait       = 50
	maxThemes      = 10
	maxPreferences = 10
	maxOptions     = 60
	maxWindows     = 28
	maxAheadDays   = 2 * 366
)

// Complete fills what a requester may leave out from the type of deployment.
func (r *Request) Complete(d DeploymentType) {
	r.TeamSize = orDefault(r.TeamSize, d.TeamDefault)
	r.Minutes = orDefault(r.Minutes, d.MinutesDefault)
	r.Occurrences = orDefault(r.Occurrences, d.OccurrencesDefault)
	r.EveryWeeks = orDefault(r.EveryWeeks, max(1, d.SeriesEveryWeeks))
	if r.Urgency == "" {
		r.Urgency = UrgencyNormal
	}
	if r.Audience == "" {
		r.Audience = AudienceClosed
	}
}

func orDefault(n, standard int) int {
	if n == 0 {
		return standard
	}
	return n
}

// Validate reports the first thing about a completed request that cannot stand,
// as INVALID with the field, the problem and the fix.
func (r *Request) Validate(d DeploymentType, now time.Time, zone *time.Location) error {
	for _, check := range []func() error{
		func() error { return CheckText("goal", r.Goal, maxGoal) },
		func() error { return r.checkGoal(DateOf(now, zone)) },
		func() error { return CheckText("address", r.Address, maxAddress) },
		func() error { return r.validateShape(d) },
		func() error { return r.validatePlace() },
		func() error { return r.validateClient(d) },
		func() error { return r.validateAsks() },
		func() error { return r.validateWishes(now, zone) },
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (r *Request) validateShape(d DeploymentType) error {
	switch {
	case r.TeamSize < d.TeamMin || r.TeamSize > d.TeamMax:
		return Invalid("teamSize", "is %d; this type takes %d to %d experts", r.TeamSize, d.TeamMin, d.TeamMax)
	case r.Minutes < d.MinutesMin || r.Minutes > d.MinutesMax:
		return Invalid("minutes", "is %d; this type takes %d to %d minutes", r.Minutes, d.MinutesMin, d.MinutesMax)
	case r.AudienceSize < 0 || r.AudienceSize > 10_000:
		return Invalid("audienceSize", "is %d; give 0 (unknown) to 10,000 people", r.AudienceSize)
	case r.AudienceAgeFrom < 0 || r.AudienceAgeFrom > 120:
		return Invalid("audienceAgeFrom", "is %d; give an age of 0 (unknown) to 120", r.AudienceAgeFrom)
	case d.SessionCap > 0 && r.Occurrences > d.SessionCap:
		return Invalid("occurrences", "is %d; this type has at most %d sessions", r.Occurrences, d.SessionCap)
	case d.Form == OneOff && r.Occurrences != 1:
		return Invalid("occurrences", "is %d; this type is a single session", r.Occurrences)
	}
	return nil
}

func (r *Request) validatePlace() error {
	switch {
	case !r.Online && r.Municipality == "":
		return Invalid("municipality", "is missing; say where it takes place, or that it is online")
	case r.Postcode4 != "" && !IsPostcode4(r.Postcode4):
		return Invalid("postcode4", "is not a Dutch postcode's four digits, such as 2801")
	}
	return nil
}

// IsPostcode4 reports whether a text has the form of the four digits of a Dutch
// postcode.
func IsPostcode4(s string) bool {
	if len(s) != 4 || s[0] == '0' {
		return false
	}
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func (r *Request) validateClient(d DeploymentType) error {
	c := r.Client
	switch {
	case d.Client && c == nil:
		return Invalid("client", "is missing; this type is about one young person: give the age band")
	case !d.Client && c != nil:
		return Invalid("client", "does not belong here; this type is not about one young person")
	case c != nil && (c.AgeFrom < 0 || c.AgeTo > 27 || c.AgeFrom > c.AgeTo):
		return Invalid("client.ageTo", "the band %d to %d must run from a lower to a higher age within 0 to 27", c.AgeFrom, c.AgeTo)
	}
	return nil
}

func (r *Request) validateAsks() error {
	if len(r.Themes) > maxThemes {
		return Invalid("themes", "holds %d themes; name at most %d", len(r.Themes), maxThemes)
	}
	if len(r.Preferences) > maxPreferences {
		return Invalid("preferences", "holds %d wishes; name at most %d", len(r.Preferences), maxPreferences)
	}
	for i, asked := range r.Themes {
		if slices.ContainsFunc(r.Themes[:i], func(t RequestTheme) bool { return t.Theme == asked.Theme }) {
			return Invalid("themes", "names a theme twice; name each once")
		}
	}
	for _, p := range r.Preferences {
		if p.Value == "" {
			return Invalid("preferences.value", "is empty; say what is wished")
		}
		if err := CheckText("preferences.value", p.Value, maxTrait); err != nil {
			return err
		}
	}
	return nil
}

func (r *Request) validateWishes(now time.Time, zone *time.Location) error {
	w := r.Wishes
	length := time.Duration(r.Minutes) * time.Minute
	last := now.AddDate(0, 0, maxAheadDays)
	switch {
	case len(w.Options) > 0 && len(w.Windows) > 0:
		return Invalid("windows", "cannot stand beside options; give concrete times or weekly windows")
	case len(w.Options) == 0 && len(w.Windows) == 0:
		return Invalid("options", "is empty; give at least one time, or weekly windows")
	case len(w.Options) > maxOptions:
		return Invalid("options", "holds %d times; give at most %d", len(w.Options), maxOptions)
	case len(w.Windows) > maxWindows:
		return Invalid("windows", "holds %d windows; give at most %d", len(w.Windows), maxWindows)
	case len(w.Windows) > 0 && w.From == "":
		return Invalid("neededFrom", "is missing; say from which day the windows count")
	case w.From != "" && w.Until != "" && w.Until < w.From:
		return Invalid("neededUntil", "is before neededFrom; swap them")
	case w.Until != "" && w.Until < DateOf(now, zone):
		return Invalid("neededUntil", "is in the past; give a day from today on")
	case w.Until > DateOf(last, zone):
		return Invalid("neededUntil", "is more than two years ahead; give an earlier day")
	case w.From > DateOf(last, zone):
		return Invalid("neededFrom", "is more than two years ahead; give an earlier day")
	case w.EveryWeeks < 1 || w.EveryWeeks > 52:
		return Invalid("everyWeeks", "is %d; give 1 (weekly) to 52", w.EveryWeeks)
	case w.Occurrences < 1 || w.Occurrences > 104:
		return Invalid("occurrences", "is %d; give 1 to 104 sessions", w.Occurrences)
	}
	for _, o := range w.Options {
		switch {
		case o.Duration() < length:
			return Invalid("options.end", "leaves %d minutes; a session takes %d", int(o.Duration()/time.Minute), r.Minutes)
		case o.Duration() > 24*time.Hour:
			return Invalid("options.end", "is more than a day after start; give each day as an option")
		case o.Start.Before(now):
			return Invalid("options.start", "is in the past; give a time from now on")
		case o.End.After(last):
			return Invalid("options.end", "is more than two years ahead; give an earlier time")
		}
	}
	if len(w.Windows) > 0 && w.Until == "" && (w.Occurrences-1)*w.EveryWeeks*7 > maxAheadDays {
		return Invalid("occurrences", "is %d every %d weeks; that runs beyond two years: ask for fewer sessions", w.Occurrences, w.EveryWeeks)
	}
	for _, win := range w.Windows {
		if win.Ends.minutes()-win.Starts.minutes() < r.Minutes {
			return Invalid("windows.ends", "leaves less than the %d minutes of a session after %s; widen the window", r.Minutes, win.Starts)
		}
	}
	if spans, _ := w.expand(length, now, zone); !slices.ContainsFunc(spans, func(s wish) bool { return s.Window.Duration() >= length }) {
		return Invalid("windows", "leave no room for a session within the needed period, or only in an hour that the clocks skip; add a day, or widen the period")
	}
	return nil
}
