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
