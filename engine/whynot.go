package engine

import (
	"slices"
)

// WhyNotAnswer says why an expert is not suggested for a request, or, when she
// is, where she stands.
type WhyNotAnswer struct {
	Expert ExpertID
	// Obstacles are all rules that block her, in the order of the rules; empty when
	// she is suggested. What may not be told stands last, as [OtherRule].
	Obstacles []Obstacle
	// Standing is nil while something blocks her.
	Standing *Standing
	// Proposals would make her a candidate. There are none when an obstacle is not
	// told.
	Proposals Proposals
}

// Obstacle is a rule that blocks, with numbers where they help.
type Obstacle struct {
	Code    RuleCode
	Details []Detail
}

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

// Standing is where a suggested expert stands, and how she compares.
type Standing struct {
	// Rank of her best suggestion, from 1; 0 = behind the best [MaxSuggestions] of
	// very many teams.
	Rank int
	Of   int // suggestions, or at least so many
	Own  Suggestion
	Best Suggestion
	// Differences are in the order of the factors. Their points add up to the
	// difference between the two scores exactly.
	Differences []Difference
}

// Difference is how far an expert is above the best in one factor, below when
// negative.
type Difference struct {
	Factor FactorName
	Own    State // what is known of her; NOT_APPLICABLE when it does not count
	Best   State // what is known of the best
	Points int
}

// WhyNobodyAnswer says what keeps experts from a request.
type WhyNobodyAnswer struct {
	Candidates  int
	Suggestions int // 0 = nobody
	// Counts say how many candidates each rule blocks, all rules that block, so
	// that they add up to more than the candidates. Exclusions are counted as
	// [OtherRule]; a small pool shows no numbers.
	Counts []ExcludedCount
	// Proposals would make somebody a candidate; none are sought when somebody is.
	Proposals Proposals
}

// WhyNot explains why an expert is not suggested, or where she stands. NOT_FOUND
// when she is not among the candidates; INVALID on "teamSize" as [Suggest].
func WhyNot(in MatchInput, expert ExpertID) (WhyNotAnswer, error) {
	out := WhyNotAnswer{Expert: expert, Proposals: Proposals{Complete: true}}
	at := slices.IndexFunc(in.Candidates, func(c Candidate) bool { return c.Expert == expert })
	if at < 0 {
		return out, NotFound()
	}
	limit := usualEffort
	if in.Request.TeamSize <= 1 {
		limit.weighed = max(limit.weighed, len(in.Candidates)) // so that everybody is listed
	}
	ranking, err := suggestWithin(in, limit)
	if err != nil {
		return out, err
	}
	if out.Standing = standing(ranking, expert); out.Standing != nil {
		return out, nil
	}
	q := ask(&in)
	if out.Obstacles = q.obstacles(&in.Candidates[at]); len(out.Obstacles) == 0 {
		out.Obstacles = q.teamObstacles(func(id ExpertID) bool { return id == expert })[expert]
	}
	if len(out.Obstacles) == 0 {
		out.Standing = q.unlisted(ranking, expert)
		return out, nil
	}
	if !slices.ContainsFunc(out.Obstacles, func(o Obstacle) bool { return o.Code == OtherRule }) {
		out.Proposals = relax(in, expert)
	}
	return out, nil
}

// WhyNobody counts what keeps the candidates from a request, and proposes what
// would change it. INVALID on "teamSize" as [Suggest].
func WhyNobody(in MatchInput) (WhyNobodyAnswer, error) {
	ranking, err := Suggest(in)
	if err != nil {
		return WhyNobodyAnswer{}, err
	}
	out := WhyNobodyAnswer{Candidates: len(in.Candidates), Suggestions: ranking.Total, Proposals: Proposals{Complete: true}}
	q := ask(&in)
	counted := excluded{by: map[RuleCode]int{}, small: len(in.Candidates) < in.Policy.SmallPool}
	listed := map[ExpertID]bool{}
	for _, s := range ranking.Suggestions {
		for _, id := range s.Experts {
			listed[id] = true
		}
	}
	var inTeams map[ExpertID][]Obstacle
	for i := range in.Candidates {
		c := &in.Candidates[i]
		if listed[c.Expert] {
			continue
		}
		obstacles := q.obstacles(c)
		if len(obstacles) == 0 && q.team() > 1 {
			if inTeams == nil {
				inTeams = q.teamObstacles(func(id ExpertID) bool { return !listed[id] })
			}
			obstacles = inTeams[c.Expert]
		}
		for _, o := range obstacles {
			counted.by[o.Code]++
		}
	}
	out.Counts = counted.counts()
	if len(ranking.Suggestions) == 0 {
		out.Proposals = relax(in, "")
	}
	return out, nil
}

// standing compares the best suggestion that holds an expert with the best of
// all, nil when none of the listed ones holds her.
func standing(ranking Ranking, expert ExpertID) *Standing {
	list := ranking.Suggestions
	i := slices.IndexFunc(list, func(s Suggestion) bool { return slices.Contains(s.Experts, expert) })
	if i < 0 {
		return nil
	}
	return compareStanding(Standing{Rank: i + 1, Of: ranking.Total, Own: list[i], Best: list[0]})
}

// unlisted is the standing of an expert whom nothing blocks and whose teams are
// all behind the listed ones; nil when the best of them cannot be found with
// reasonable effort.
func (q *question) unlisted(ranking Ranking, expert ExpertID) *Standing {
	cases, _ := q.sift()
	at := slices.IndexFunc(cases, func(c *Case) bool { return c.Expert == expert })
	if at < 0 || len(ranking.Suggestions) == 0 {
		return nil
	}
	best := q.newSearch(cases, 1, usualEffort.steps).bestWith(at)
	if best == nil {
		return nil
	}
	members := make([]*Case, q.team())
	for i, place := range best.places[:q.team()] {
		members[i] = cases[place]
	}
	team := q.form(members)
	own := ranked{team, score(team, q.Weights)}.suggestion()
	return compareStanding(Standing{Of: ranking.Total, Own: own, Best: ranking.Suggestions[0]})
}

// compareStanding fills in how the two suggestions differ.
func compareStanding(s Standing) *Standing {
	line := func(of Suggestion, name FactorName) FactorScore {
		for _, f := range of.Factors {
			if f.Name == name {
				return f
			}
		}
		return FactorScore{Name: name, State: NotApplicable}
	}
	for _, f := range Factors {
		own, best := line(s.Own, f.Name), line(s.Best, f.Name)
		if own.State != NotApplicable || best.State != NotApplicable {
			s.Differences = append(s.Differences, Difference{Factor: f.Name, Own: own.State, Best: best.State, Points: own.Points - best.Points})
		}
	}
	return &s
}

// obstacles are the rules that block a candidate, as they may be told; empty when
// none blocks her by herself.
func (q *question) obstacles(c *Candidate) []Obstacle {
	if len(q.judge(c).blocked) == 0 {
		return nil
	}
	told, hidden := bare(*c), q.hides(c)
	var out []Obstacle
	for _, o := range q.explain(q.judge(&told)) {
		if ToldOf(c, o.Code, "") == OtherRule {
			hidden = true
			continue
		}
		out = append(out, o)
	}
	if hidden {
		out = append(out, Obstacle{Code: OtherRule})
	}
	return out
}

// explain gives the rules that block a case, with their numbers. When no rule
// closes too much by itself, it lists those that do together.
func (q *question) explain(k *Case) []Obstacle {
	var out []Obstacle
	if !q.together(k) {
		for _, rule := range Rules {
			if slices.Contains(k.blocked, rule.Code) {
				out = append(out, Obstacle{Code: rule.Code, Details: k.details(rule)})
			}
		}
		return out
	}
	for _, rule := range Rules {
		var details []Detail
		if n := q.leaves(k, rule); n < q.feasible(q.openIn(nil)) {
			details = append(details, q.leave(DetailLeaves, n))
		}
		if rule.Code == notAvailable.Code {
			details = append(details, q.leave(DetailTogether, q.feasible(k.open)))
		}
		if len(details) > 0 {
			out = append(out, Obstacle{Code: rule.Code, Details: details})
		}
	}
	return out
}

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

// teamObstacles says of candidates whom no rule blocks by herself what blocks
// every team she could be in. Who is in a team that nothing blocks has none.
func (q *question) teamObstacles(asked func(ExpertID) bool) map[ExpertID][]Obstacle {
	cases, _ := q.sift()
	out := map[ExpertID][]Obstacle{}
	for i, codes := range q.keptOut(cases, asked) {
		c := cases[i]
		for n, code := range codes {
			codes[n] = ToldOf(c.Candidate, code, "")
		}
		for _, code := range inOrder(codes) {
			out[c.Expert] = append(out[c.Expert], q.teamObstacle(code, len(cases)))
		}
	}
	return out
}

// keptOut gives, for each of the cases that is asked about, the told rules that
// block the teams she could be in: of all of them, or, where they are too many to
// look at each, the first rule that none of them comes past.
func (q *question) keptOut(cases []*Case, asked func(ExpertID) bool) [][]RuleCode {
	out := make([][]RuleCode, len(cases))
	switch most := usualEffort.weighed; {
	case len(cases) < q.team():
		for i := range cases {
			out[i] = []RuleCode{pairRule.Code}
		}
	case combinations(len(cases), q.team(), most) <= most:
		fits, at := make([]bool, len(cases)), map[ExpertID]int{}
		for i, c := range cases {
			at[c.Expert] = i
		}
		teams(cases, q.team(), func(members []*Case) {
			codes := q.form(members).toldBlocked()
			for _, m := range members {
				i := at[m.Expert]
				fits[i] = fits[i] || len(codes) == 0
				out[i] = inOrder(append(out[i], codes...))
			}
		})
		for i := range cases {
			if fits[i] {
				out[i] = nil
			}
		}
	default:
		s := q.newSearch(cases, 1, usualEffort.steps)
		for i, c := range cases {
			if asked(c.Expert) {
				out[i] = s.keptOut(i)
			}
		}
	}
	return out
}

// keptOut is whyAlone as it may be told: that she and others keep away from each
// other is [OtherRule].
func (s *search) keptOut(place int) []RuleCode {
	code, _ := s.whyAlone(place, true)
	switch {
	case code == "":
		return nil
	case code == pairRule.Code && s.anyApart:
		s.anyApart = false
		has, _ := s.hasTeam(place, wholeRule)
		if s.anyApart = true; has {
			return []RuleCode{OtherRule}
		}
	}
	return []RuleCode{code}
}

func (q *question) teamObstacle(code RuleCode, available int) Obstacle {
	o := Obstacle{Code: code}
	switch {
	case code == pairRule.Code && available < q.team():
		o.Details = []Detail{{Code: DetailNoPartner}}
	case code == notAvailable.Code:
		o.Details = []Detail{{Code: DetailNoCommonTime, Min: q.required}}
	case code == pairRule.Code:
		o.Details = []Detail{{Code: DetailNobodyPractised, Of: q.Type.ExperiencedFrom}}
	}
	return o
}
