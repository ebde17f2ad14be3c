package engine

import (
	"cmp"
	"slices"
	"strings"
)

// Movement is what becomes of a suggestion.
type Movement string

// The movements, in this order of precedence.
const (
	Appears    Movement = "APPEARS"    // suggested only with the change
	Disappears Movement = "DISAPPEARS" // suggested only without it
	Rises      Movement = "RISES"      // a better rank
	Falls      Movement = "FALLS"      // a worse rank
	Differs    Movement = "DIFFERS"    // the same rank, another calculation or other slots
	Same       Movement = "SAME"
)

// SuggestionDifference is what a change does to one suggestion.
type SuggestionDifference struct {
	Experts    []ExpertID  // ordered by id
	Before     *Suggestion // nil: not suggested
	After      *Suggestion
	RankBefore int // from 1; 0 = not suggested, or behind the best that are held of very many
	RankAfter  int
}

// FactorDifference is one line of the explanation, before and after; nil where
// the factor does not count.
type FactorDifference struct {
	Name   FactorName
	Before *FactorScore
	After  *FactorScore
}

// Points is the difference in the factor's share of the score.
func (f FactorDifference) Points() int {
	points := 0
	if f.After != nil {
		points += f.After.Points
	}
	if f.Before != nil {
		points -= f.Before.Points
	}
	return points
}

// Value is the difference in the factor's value; ok is false when either is not
// known.
func (f FactorDifference) Value() (difference int, ok bool) {
	if f.Before == nil || f.After == nil || f.Before.State != Known || f.After.State != Known {
		return 0, false
	}
	return f.After.Value - f.Before.Value, true
}

func (f FactorDifference) differs() bool {
	return f.Before == nil || f.After == nil || f.Before.Weight != f.After.Weight || f.Before.State != f.After.State ||
		f.Before.Value != f.After.Value || f.Before.Points != f.After.Points || !slices.Equal(f.Before.Facts, f.After.Facts)
}

// Factors are those that count before or after, in the order of the explanation.
func (d SuggestionDifference) Factors() []FactorDifference {
	var out []FactorDifference
	for _, f := range Factors {
		line := FactorDifference{Name: f.Name, Before: d.Before.factor(f.Name), After: d.After.factor(f.Name)}
		if line.Before != nil || line.After != nil {
			out = append(out, line)
		}
	}
	return out
}

func (s *Suggestion) factor(name FactorName) *FactorScore {
	if s == nil {
		return nil
	}
	if i := slices.IndexFunc(s.Factors, func(f FactorScore) bool { return f.Name == name }); i >= 0 {
		return &s.Factors[i]
	}
	return nil
}

// SlotsGained are the sessions proposed only with the change.
func (d SuggestionDifference) SlotsGained() []Interval { return onlyIn(d.After, d.Before) }

// SlotsLost are the sessions proposed only without it.
func (d SuggestionDifference) SlotsLost() []Interval { return onlyIn(d.Before, d.After) }

func onlyIn(s, other *Suggestion) []Interval {
	if s == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.Slots), func(slot Interval) bool {
		return other != nil && slices.ContainsFunc(other.Slots, func(o Interval) bool {
			return o.Start.Equal(slot.Start) && o.End.Equal(slot.End)
		})
	})
}

// Movement says what becomes of the suggestion.
func (d SuggestionDifference) Movement() Movement {
	switch {
	case d.Before == nil:
		return Appears
	case d.After == nil:
		return Disappears
	case place(d.RankAfter) < place(d.RankBefore):
		return Rises
	case place(d.RankAfter) > place(d.RankBefore):
		return Falls
	case len(d.SlotsGained())+len(d.SlotsLost()) > 0, slices.ContainsFunc(d.Factors(), FactorDifference.differs),
		d.Before.Coverage != d.After.Coverage, d.Before.Feasible != d.After.Feasible, d.Before.Needed != d.After.Needed:
		return Differs
	default:
		return Same
	}
}

// Compare puts the rankings of two inputs side by side, one line for each team
// that is in either, ordered by the better of its ranks, then by the rank after.
// A ranking of very many teams holds only the best: a team that is in the other
// is then weighed by itself, and has a suggestion without a rank.
func Compare(was MatchInput, before Ranking, is MatchInput, after Ranking) []SuggestionDifference {
	out := make([]SuggestionDifference, 0, max(len(before.Suggestions), len(after.Suggestions)))
	at := make(map[string]int, len(after.Suggestions))
	for i := range after.Suggestions {
		s := &after.Suggestions[i]
		at[teamKey(s.Experts)] = len(out)
		out = append(out, SuggestionDifference{Experts: s.Experts, After: s, RankAfter: i + 1})
	}
	for i := range before.Suggestions {
		s := &before.Suggestions[i]
		j, ok := at[teamKey(s.Experts)]
		if !ok {
			j = len(out)
			out = append(out, SuggestionDifference{Experts: s.Experts})
		}
		out[j].Before, out[j].RankBefore = s, i+1
	}
	left, right := ask(&was), ask(&is)
	for i := range out {
		if d := &out[i]; d.Before == nil && before.cut() {
			d.Before = left.weigh(d.Experts)
		} else if d.After == nil && after.cut() {
			d.After = right.weigh(d.Experts)
		}
	}
	slices.SortFunc(out, func(a, b SuggestionDifference) int {
		return cmp.Or(
			cmp.Compare(min(place(a.RankBefore), place(a.RankAfter)), min(place(b.RankBefore), place(b.RankAfter))),
			cmp.Compare(place(a.RankAfter), place(b.RankAfter)))
	})
	return out
}

// place makes a rank one that compares: no rank is behind all.
func place(rank int) int {
	if rank == 0 {
		return int(^uint(0) >> 1)
	}
	return rank
}

// cut reports that there are more suggestions than the ranking holds.
func (r Ranking) cut() bool { return r.AtLeast || r.Total > len(r.Suggestions) }

// weigh gives the suggestion of one team, nil when a rule forbids it.
func (q *question) weigh(experts []ExpertID) *Suggestion {
	var members []*Case
	for i := range q.Candidates {
		if slices.Contains(experts, q.Candidates[i].Expert) {
			c := q.judge(&q.Candidates[i])
			if len(c.blocked) > 0 {
				return nil
			}
			members = append(members, c)
		}
	}
	if len(members) != q.team() {
		return nil
	}
	slices.SortFunc(members, func(a, b *Case) int { return cmp.Compare(a.Expert, b.Expert) })
	team := q.form(members)
	if len(team.blocked()) > 0 {
		return nil
	}
	s := ranked{team, score(team, q.Weights)}.suggestion()
	return &s
}

func teamKey(experts []ExpertID) string {
	var b strings.Builder
	for _, e := range experts {
		b.WriteString(string(e))
		b.WriteByte(0)
	}
	return b.String()
}

// ExcludedDifference says how many a rule leaves out before and after a change.
type ExcludedDifference struct {
	Code   RuleCode
	Before ExcludedCount
	After  ExcludedCount
}

// openRules rest on what a coordinator of the pool can see herself. A rule that
// is not in this list rests on what only the expert knows, or on what she did for
// another pool.
var openRules = []RuleCode{
	notDeployable.Code, typeNotTrained.Code, conductCertificate.Code, agreementMissing.Code, noThemeConsent.Code,
	ageRule.Code, capacity.Code, notAvailable.Code, overlap.Code, travelLimit.Code, outOfServiceArea.Code, mustPreference.Code,
}

// CompareExcluded counts who is in no suggestion, before and after a change, in
// the order of the rules. Small counts are hidden as in a [Ranking].
//
// It counts otherwise than a ranking does, for here the same question is asked
// twice: a count that moves with the hours of one expert names her. Whom any
// rule outside openRules excludes is counted under OTHER, before and after,
// whatever else excludes her, and so is who is left without a team. Then it makes no
// difference which of those rules it is.
func CompareExcluded(was MatchInput, before Ranking, is MatchInput, after Ranking) []ExcludedDifference {
	left, right := excludedOpenly(was, before), excludedOpenly(is, after)
	var out []ExcludedDifference
	for _, code := range append(slices.Clone(openRules), OtherRule) {
		if left.by[code]+right.by[code] > 0 {
			out = append(out, ExcludedDifference{Code: code, Before: left.count(code), After: right.count(code)})
		}
	}
	slices.SortFunc(out, func(a, b ExcludedDifference) int { return cmp.Compare(ruleOrder(a.Code), ruleOrder(b.Code)) })
	return out
}

func excludedOpenly(in MatchInput, r Ranking) *excluded {
	suggested := map[ExpertID]bool{}
	for _, s := range r.Suggestions {
		for _, e := range s.Experts {
			suggested[e] = true
		}
	}
	q := ask(&in)
	possible := q.feasible(q.openIn(nil)) >= q.required // for somebody
	out := &excluded{by: map[RuleCode]int{}, small: len(in.Candidates) < in.Policy.SmallPool}
	alone := 0 // excluded by themselves, not for want of a team
	for i := range in.Candidates {
		if suggested[in.Candidates[i].Expert] {
			continue
		}
		c := q.judge(&in.Candidates[i])
		if len(c.blocked) == 0 && r.cut() {
			continue // perhaps in one of the teams that are not held
		}
		alone++
		code := OtherRule
		switch {
		case !possible:
			code = notAvailable.Code
		case len(c.blocked) > 0 && !slices.ContainsFunc(c.blocked, hidden):
			code = c.blocked[0]
		}
		out.add(c, code)
	}
	if r.cut() {
		for _, x := range r.Excluded {
			out.by[OtherRule] += x.Count
		}
		out.by[OtherRule] -= alone
	}
	return out
}

func hidden(code RuleCode) bool { return !slices.Contains(openRules, code) }

func (e *excluded) count(code RuleCode) ExcludedCount {
	switch n := e.by[code]; {
	case n == 0:
		return ExcludedCount{Code: code}
	case e.small:
		return ExcludedCount{Code: code, Some: true}
	default:
		return ExcludedCount{Code: code, Count: n}
	}
}
