package engine

// Detail is one thing an obstacle rests on, as code and numbers.
type Detail struct {
	Code DetailCode
	N    int
	Of   int
	Min  int       // at least this many of Of are needed
	Day  Date      // the day something begins, or its last day
	Kind TraitKind // what a wish is about
	// Municipality is the place that is not served.
	Municipality MunicipalityCode
}

// DetailCode names a kind of detail.
type DetailCode string

// The details.
const (
	DetailStatus           DetailCode = "STATUS"            // paused, in training or gone
	DetailNotCertified     DetailCode = "NOT_CERTIFIED"     //
	DetailCertifiedFrom    DetailCode = "CERTIFIED_FROM"    // Day
	DetailTrainedFrom      DetailCode = "TRAINED_FROM"      // Day
	DetailNoCertificate    DetailCode = "NO_CERTIFICATE"    // of conduct
	DetailCertificateUntil DetailCode = "CERTIFICATE_UNTIL" // Day is the last; N of the Of sessions lie outside it
	DetailNoAgreement      DetailCode = "NO_AGREEMENT"      //
	DetailNoNDA            DetailCode = "NO_NDA"            //
	DetailAgeUnknown       DetailCode = "AGE_UNKNOWN"       //
	DetailAge              DetailCode = "AGE"               // N years old, Of needed
	DetailAdultFrom        DetailCode = "ADULT_FROM"        // Day
	DetailRelations        DetailCode = "RELATIONS"         // N relations, Of is her most
	DetailSessionTooLong   DetailCode = "SESSION_TOO_LONG"  // N minutes, Of is the most in a week or month
	DetailPerWeek          DetailCode = "PER_WEEK"          // N sessions a week are her most
	DetailNoHours          DetailCode = "NO_HOURS"          // she has given none
	DetailNothingAsked     DetailCode = "NOTHING_ASKED"     // every time that is proposed has passed
	DetailTooFewTimes      DetailCode = "TOO_FEW_TIMES"     // N times are proposed, Min are needed by anybody
	DetailLeaves           DetailCode = "LEAVES"            // the rule leaves N of Of, at least Min are needed
	DetailTogether         DetailCode = "TOGETHER"          // all rules together leave N of Of, at least Min
	DetailTravel           DetailCode = "TRAVEL"            // N minutes, Of is her reach
	DetailPlace            DetailCode = "PLACE"             // the municipality is not served
	DetailTraitDiffers     DetailCode = "TRAIT_DIFFERS"     // Kind
	DetailTraitUnknown     DetailCode = "TRAIT_UNKNOWN"     // Kind
	DetailPausedUntil      DetailCode = "PAUSED_UNTIL"      // Day
	DetailNoPartner        DetailCode = "NO_PARTNER"        // too few others can be asked
	DetailNobodyPractised  DetailCode = "NOBODY_PRACTISED"  // no team with her holds somebody with Of deployments
	DetailNoCommonTime     DetailCode = "NO_COMMON_TIME"    // with anybody
)

// leave says how many of the sessions needed, or of the times proposed for a
// single one, remain.
func (q *question) leave(code DetailCode, n int) Detail {
	of := q.needed
	if !q.isSeries() {
		of = q.feasible(q.openIn(nil))
	}
	return Detail{Code: code, N: n, Of: of, Min: q.required}
}

// details are the numbers of a rule that blocks. Of themes there are none: which
// of them an expert has told of is not told by a refusal.
func (c *Case) details(rule Rule[*Case]) []Detail {
	switch rule.Code {
	case notDeployable.Code:
		return c.deployableDetails()
	case typeNotTrained.Code:
		return c.trainingDetails()
	case conductCertificate.Code:
		return c.certificateDetails(rule)
	case agreementMissing.Code:
		var out []Detail
		if c.AgreementOn == "" || c.AgreementOn > c.today {
			out = append(out, Detail{Code: DetailNoAgreement})
		}
		if c.NDAOn == "" || c.NDAOn > c.today {
			out = append(out, Detail{Code: DetailNoNDA})
		}
		return out
	case ageRule.Code:
		return c.ageDetails()
	case capacity.Code:
		return c.capacityDetails(rule)
	case notAvailable.Code:
		return c.availableDetails(rule)
	case travelLimit.Code:
		minutes, _ := c.travel()
		return []Detail{{Code: DetailTravel, N: minutes, Of: c.MaxTravelMinutes}}
	case outOfServiceArea.Code:
		return []Detail{{Code: DetailPlace, Municipality: c.Place.Municipality}}
	case mustPreference.Code:
		return c.preferenceDetails()
	case restPeriod.Code:
		var out []Detail
		if c.PausedUntil != nil && c.PausedUntil.After(c.Now) {
			out = append(out, Detail{Code: DetailPausedUntil, Day: DateOf(*c.PausedUntil, c.Zone)})
		}
		return append(out, c.leave(DetailLeaves, c.leaves(c, rule)))
	case overlap.Code:
		return []Detail{c.leave(DetailLeaves, c.leaves(c, rule))}
	}
	return nil
}

func (c *Case) deployableDetails() []Detail {
	switch {
	case c.Status != ExpertDeployable:
		return []Detail{{Code: DetailStatus}}
	case c.CertifiedOn == "":
		return []Detail{{Code: DetailNotCertified}}
	}
	return []Detail{{Code: DetailCertifiedFrom, Day: c.CertifiedOn}}
}

func (c *Case) trainingDetails() (out []Detail) {
	for _, t := range c.Trained {
		if t.Type == c.Type.Code && (out == nil || t.From < out[0].Day) {
			out = []Detail{{Code: DetailTrainedFrom, Day: t.From}}
		}
	}
	return out
}

func (c *Case) certificateDetails(rule Rule[*Case]) []Detail {
	var last Date
	for _, v := range c.Certificates {
		if v.To == "" {
			return []Detail{c.leave(DetailLeaves, c.leaves(c, rule))}
		}
		last = max(last, v.To)
	}
	if last == "" {
		return []Detail{{Code: DetailNoCertificate}}
	}
	d := c.leave(DetailCertificateUntil, c.leaves(c, rule))
	d.Day, d.N = last.AddDays(-1), d.Of-d.N
	return []Detail{d}
}

func (c *Case) ageDetails() []Detail {
	if c.BirthDate == "" {
		return []Detail{{Code: DetailAgeUnknown}}
	}
	if have, need := c.BirthDate.YearsUntil(c.today), c.Request.Client.AgeTo+c.Policy.MinAgeGap; have < need {
		return []Detail{{Code: DetailAge, N: have, Of: need}}
	}
	return []Detail{{Code: DetailAdultFrom, Day: c.BirthDate.AddMonths(12 * c.Policy.AdultAge)}}
}

func (c *Case) capacityDetails(rule Rule[*Case]) []Detail {
	var out []Detail
	if c.Type.Form == Relation && c.ActiveRelations >= c.relationCap() {
		out = append(out, Detail{Code: DetailRelations, N: c.ActiveRelations, Of: c.relationCap()})
	}
	most := c.Policy.ContactMinutesWeek
	if own := c.Caps.MinutesPerMonth; own > 0 {
		most = min(most, own)
	}
	if c.Request.Minutes > most {
		out = append(out, Detail{Code: DetailSessionTooLong, N: c.Request.Minutes, Of: most})
	}
	if len(out) == 0 {
		out = append(out, Detail{Code: DetailPerWeek, N: c.sessionsPerWeek()}, c.leave(DetailLeaves, c.leaves(c, rule)))
	}
	return out
}

func (c *Case) availableDetails(rule Rule[*Case]) []Detail {
	times := c.feasible(c.openIn(nil))
	switch {
	case len(c.wishes) == 0:
		return []Detail{{Code: DetailNothingAsked}}
	case times < c.required:
		return []Detail{{Code: DetailTooFewTimes, N: times, Min: c.required}}
	case len(c.Rules) == 0:
		return []Detail{{Code: DetailNoHours}}
	}
	return []Detail{c.leave(DetailLeaves, c.leaves(c, rule))}
}

func (c *Case) preferenceDetails() []Detail {
	var out []Detail
	for _, p := range distinct(c.Request.Preferences, comparePreferences) {
		met, known := c.trait(p)
		switch {
		case !p.Must || met:
		case known:
			out = append(out, Detail{Code: DetailTraitDiffers, Kind: p.Kind})
		default:
			out = append(out, Detail{Code: DetailTraitUnknown, Kind: p.Kind})
		}
	}
	return out
}
