package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"expex/engine"
)

// factorRow changes a valid input and says what a factor then makes of the best
// suggestion, as [measured] writes it.
type factorRow struct {
	name   string
	change func(in *engine.MatchInput, anna *engine.Candidate)
	want   string
}

func checkFactor(t *testing.T, name engine.FactorName, base func() engine.MatchInput, rows []factorRow) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			in := base()
			row.change(&in, &in.Candidates[0])
			ranking, err := engine.Suggest(in)
			if err != nil || len(ranking.Suggestions) == 0 {
				t.Fatalf("no suggestion: %v, excluded %v", err, ranking.Excluded)
			}
			if got := measured(ranking.Suggestions[0], name); got != row.want {
				t.Errorf("%s is %s, want %s", name, got, row.want)
			}
		})
	}
}

// measured writes a factor of a suggestion in one line: its value or state, and
// the facts behind it.
func measured(s engine.Suggestion, name engine.FactorName) string {
	i := slices.IndexFunc(s.Factors, func(f engine.FactorScore) bool { return f.Name == name })
	switch {
	case i < 0:
		return "absent"
	case s.Factors[i].State == engine.Known:
		return fmt.Sprintf("%d: %s", s.Factors[i].Value, factsText(s.Factors[i].Facts))
	default:
		return fmt.Sprintf("%s: %s", s.Factors[i].State, factsText(s.Factors[i].Facts))
	}
}

func factsText(facts []engine.Fact) string {
	out := make([]string, len(facts))
	for i, f := range facts {
		out[i] = factText(f)
	}
	return strings.Join(out, ", ")
}

// factText writes a fact as "expert: CODE theme level kind n/of" without what it
// does not have.
func factText(f engine.Fact) string {
	text := string(f.Code)
	if f.Expert != "" {
		text = string(f.Expert) + ": " + text
	}
	for _, word := range []string{string(f.Theme), string(f.Level), string(f.Kind)} {
		if word != "" {
			text += " " + word
		}
	}
	switch f.Code {
	case engine.FactFeasible, engine.FactLoad, engine.FactTravelMinutes:
		text += fmt.Sprintf(" %d/%d", f.N, f.Of)
	case engine.FactAgeGap, engine.FactPractice, engine.FactConfirmed, engine.FactBusyOld:
		text += fmt.Sprintf(" %d", f.N)
	}
	return text
}

var columns = []engine.WeightColumn{engine.WeightsBuddy, engine.WeightsTalk, engine.WeightsCase, engine.WeightsPolicy}

func TestTheDefaultWeightsOfEveryColumnSumTo100(t *testing.T) {
	t.Parallel()
	for _, column := range columns {
		sum := 0
		for _, f := range engine.Factors {
			if f.Weights[column] < 0 {
				t.Errorf("%s weighs %d in %s", f.Name, f.Weights[column], column)
			}
			sum += f.Weights[column]
		}
		if sum != 100 {
			t.Errorf("the weights of %s sum to %d", column, sum)
		}
	}
}

func TestFactorsWeighInKnownColumnsOnly(t *testing.T) {
	t.Parallel()
	for _, f := range engine.Factors {
		for column := range f.Weights {
			if !slices.Contains(columns, column) {
				t.Errorf("%s weighs in the unknown column %s", f.Name, column)
			}
		}
	}
	for _, d := range shipped.DeploymentTypes {
		if !slices.Contains(columns, engine.WeightColumn(d.Weights)) {
			t.Errorf("%s is weighed by the unknown column %s", d.Code, d.Weights)
		}
	}
}

func TestAFactorNameNamesOneFactor(t *testing.T) {
	t.Parallel()
	seen := map[engine.FactorName]bool{}
	for _, f := range engine.Factors {
		if f.Name == "" || seen[f.Name] || f.Score == nil {
			t.Errorf("the factor %q has no name of its own, or no score", f.Name)
		}
		seen[f.Name] = true
	}
}

func TestDefaultWeightsAreThoseOfTheFactors(t *testing.T) {
	t.Parallel()
	for _, column := range columns {
		weights := engine.DefaultWeights(column)
		if want := "default-1/" + string(column); weights.Version != want {
			t.Errorf("version is %s, want %s", weights.Version, want)
		}
		for _, f := range engine.Factors {
			got, listed := weights.By[f.Name]
			if got != f.Weights[column] || listed != (got > 0) {
				t.Errorf("%s: %s weighs %d (listed %t), want %d", column, f.Name, got, listed, f.Weights[column])
			}
		}
	}
}
