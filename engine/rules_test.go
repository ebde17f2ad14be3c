package engine_test

import (
	"slices"
	"testing"

	"expex/engine"
)

// ruleRow changes a valid input in one way and says whether the rule under test
// then forbids the slot.
type ruleRow struct {
	name   string
	change func(in *engine.MatchInput, anna *engine.Candidate)
	slot   string // where the session of the request begins; "" = Tuesday 6 April, 13:00
	fires  bool
}

// checkRule runs each row: the rule forbids the slot, and nothing else does, or
// nothing forbids it.
func checkRule(t *testing.T, code engine.RuleCode, base func() engine.MatchInput, rows []ruleRow) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			in := base()
			if row.change != nil {
				row.change(&in, &in.Candidates[0])
			}
			start := row.slot
			if start == "" {
				start = "2027-04-06 13:00"
			}
			var want []engine.RuleCode
			if row.fires {
				want = []engine.RuleCode{code}
			}
			if _, got := engine.Check(in, span(start, in.Request.Minutes)); !slices.Equal(got, want) {
				t.Errorf("forbidden by %v, want %v", got, want)
			}
		})
	}
}

func TestARuleCodeNamesOneRuleOfAKind(t *testing.T) {
	t.Parallel()
	seen := map[engine.RuleCode]bool{engine.OtherRule: true}
	for _, rule := range engine.Rules {
		if rule.Code == "" || seen[rule.Code] {
			t.Errorf("the code %q is missing or taken", rule.Code)
		}
		seen[rule.Code] = true
		if rule.Blocks == nil && rule.Closes == nil {
			t.Errorf("%s can never fire", rule.Code)
		}
	}
	// A team rule may share the code of the rule about one member, not of another
	// team rule.
	teams := map[engine.RuleCode]bool{}
	for _, rule := range engine.TeamRules {
		if rule.Code == "" || teams[rule.Code] {
			t.Errorf("the code %q of a team rule is missing or taken", rule.Code)
		}
		teams[rule.Code] = true
		if rule.Blocks == nil || rule.Closes != nil {
			t.Errorf("%s: a team rule blocks and never closes", rule.Code)
		}
	}
}
