package engine

import (
	"cmp"
	"slices"
)

// WarningCode names a kind of warning. Codes are API.
type WarningCode string

// The warnings: what a coordinator should have thought of before she asks. They
// change no score and exclude nobody.
const (
	// WarnUnknown: N percent of the weight is unknown; ask about Factors first.
	WarnUnknown WarningCode = "ASK_FIRST"
	// WarnAgeGap: the expert is N half-years older than the middle of the band.
	WarnAgeGap WarningCode = "BIG_AGE_GAP"
	// WarnLastPlace: there is no other suggestion, and this one takes the last of
	// Of places. It is about a ranking.
	WarnLastPlace WarningCode = "ONLY_ONE_AND_LAST_PLACE"
	// WarnReplacement: N relations of this client have ended before.
	WarnReplacement WarningCode = "REPLACED_BEFORE"
	// WarnTier3: the request names a sensitive theme.
	WarnTier3 WarningCode = "SENSITIVE_THEME"
	// WarnOwnTown: a sensitive theme in the expert's own municipality.
	WarnOwnTown WarningCode = "SENSITIVE_THEME_IN_OWN_TOWN"
	// WarnMinors: minors can be among the audience; N is the age it starts at, 0
	// when it is not known.
	WarnMinors WarningCode = "MINORS_IN_AUDIENCE"
	// WarnTooMuch: the expert declined N times lately because it was too much.
	WarnTooMuch WarningCode = "DECLINED_TOO_MUCH"
	// WarnOffers: the expert has as many open offers as she may, so that she cannot
	// be asked now. Whose offers they are is not told.
	WarnOffers WarningCode = "OFFER_LIMIT"
	// WarnHours: the hours were confirmed N days ago; 0 = never.
	WarnHours WarningCode = "HOURS_NOT_CONFIRMED"
	// WarnHoliday: a proposed session falls on the public holiday Day.
	WarnHoliday WarningCode = "PUBLIC_HOLIDAY"
)

// Warning is something to think of, as code and numbers.
type Warning struct {
	Code    WarningCode
	Expert  ExpertID     `json:",omitempty"` // whom it is about; "" = the request or the whole team
	N       int          `json:",omitempty"`
	Of      int          `json:",omitempty"`
	Day     Date         `json:",omitempty"`
	Factors []FactorName `json:",omitempty"`
}

const (
	freshDays         = 28 // hours are asked to be confirmed every four weeks
	declinedTwice     = 2
	thirdReplacement  = 3
	adultAudienceFrom = 18
)

// Warnings are looked for in this order. Each says only what the coordinator may
// know: nothing about consents, exclusions, or what an expert went through.
var Warnings = []func(ranked, *Suggestion) []Warning{
	askFirst, bigAgeGap, replacedBefore, sensitiveTheme, minorsInAudience, declinedTooMuch, atOfferLimit, hoursNotConfirmed, onPublicHoliday,
}

func (r ranked) warnings(s *Suggestion) []Warning {
	var out []Warning
	for _, look := range Warnings {
		out = append(out, look(r, s)...)
	}
	return out
}

// about gives the warnings that a look at each member finds, with her name where
// there are several.
func (t *Team) about(look func(*Case) (Warning, bool)) []Warning {
	var out []Warning
	for _, m := range t.Members {
		if w, found := look(m); found {
			if len(t.Members) > 1 {
				w.Expert = m.Expert
			}
			out = append(out, w)
		}
	}
	return out
}

// askFirst names the factors that are unknown.
func askFirst(r ranked, _ *Suggestion) []Warning {
	w := Warning{Code: WarnUnknown, N: 100 - r.Coverage}
	for _, f := range r.Factors {
		if f.State == UnknownYet {
			w.Factors = append(w.Factors, f.Name)
		}
	}
	if w.Factors == nil {
		return nil
	}
	return []Warning{w}
}

// bigAgeGap speaks where age_nearness has nothing left to give.
func bigAgeGap(r ranked, _ *Suggestion) []Warning {
	client := r.Request.Client
	return r.about(func(c *Case) (Warning, bool) {
		if client == nil || c.BirthDate == "" {
			return Warning{}, false
		}
		gap := c.ageGap(client)
		return Warning{Code: WarnAgeGap, N: gap}, gap >= tooFar
	})
}

func replacedBefore(r ranked, _ *Suggestion) []Warning {
	if r.Request.Client == nil || r.RelationsEnded < thirdReplacement {
		return nil
	}
	return []Warning{{Code: WarnReplacement, N: r.RelationsEnded}}
}

// sensitiveTheme is about the request alone, or, in a town where somebody may
// meet people from the past, about who lives there.
func sensitiveTheme(r ranked, _ *Suggestion) []Warning {
	if !r.asksTier3() {
		return nil
	}
	return append([]Warning{{Code: WarnTier3}}, r.about(func(c *Case) (Warning, bool) {
		return Warning{Code: WarnOwnTown}, !c.Request.Online && c.Home.Municipality != "" && c.Home.Municipality == c.Place.Municipality
	})...)
}

func minorsInAudience(r ranked, _ *Suggestion) []Warning {
	group := slices.Contains([]Usage{UsageClosedGroup, UsagePublicGroup}, r.usage)
	if !group || r.Request.AudienceAgeFrom >= adultAudienceFrom {
		return nil
	}
	return []Warning{{Code: WarnMinors, N: r.Request.AudienceAgeFrom}}
}

func declinedTooMuch(r ranked, _ *Suggestion) []Warning {
	return r.about(func(c *Case) (Warning, bool) {
		return Warning{Code: WarnTooMuch, N: c.DeclinedTooMuch}, c.DeclinedTooMuch >= declinedTwice
	})
}

func atOfferLimit(r ranked, _ *Suggestion) []Warning {
	return r.about(func(c *Case) (Warning, bool) { return Warning{Code: WarnOffers}, c.AtOfferLimit })
}

func hoursNotConfirmed(r ranked, _ *Suggestion) []Warning {
	return r.about(func(c *Case) (Warning, bool) {
		if c.AvailabilityConfirmedAt == nil {
			return Warning{Code: WarnHours}, true
		}
		days := DateOf(*c.AvailabilityConfirmedAt, c.Zone).DaysUntil(c.today)
		return Warning{Code: WarnHours, N: days}, days > freshDays
	})
}

// onPublicHoliday warns once a day, of any session that is proposed.
func onPublicHoliday(r ranked, s *Suggestion) []Warning {
	var days []Date
	for _, slot := range s.Slots {
		days = append(days, DateOf(slot.Start, r.Zone))
	}
	for _, o := range s.Series {
		if o.Slot != nil {
			days = append(days, o.Day)
		}
	}
	slices.SortFunc(days, cmp.Compare)
	var out []Warning
	for _, day := range slices.Compact(days) {
		if slices.Contains(r.Holidays, day) {
			out = append(out, Warning{Code: WarnHoliday, Day: day})
		}
	}
	return out
}

// lastPlace is about a ranking: its only team would bring a member to her cap.
func (r ranked) lastPlace() []Warning {
	return r.about(func(c *Case) (Warning, bool) {
		n, of := c.load()
		return Warning{Code: WarnLastPlace, Of: of}, n+1 >= of
	})
}
