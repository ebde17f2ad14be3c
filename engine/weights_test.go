package engine_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"expex/engine"
)

func TestWeightsAreParsedOrRefused(t *testing.T) {
	t.Parallel()
	type list = []engine.FactorWeight
	for _, c := range []struct {
		name   string
		column engine.WeightColumn
		list   list
		field  string // of the refusal, "" = fine
	}{
		{"one factor is all", engine.WeightsBuddy, list{{"theme_fit", 100}}, ""},
		{"nought switches a factor off", engine.WeightsBuddy, list{{"theme_fit", 60}, {"proximity", 0}, {"age_nearness", 40}}, ""},
		{"nought for a factor without a meaning", engine.WeightsTalk, list{{"theme_fit", 100}, {"age_nearness", 0}}, ""},
		{"nothing", engine.WeightsBuddy, nil, "weights"},
		{"99", engine.WeightsBuddy, list{{"theme_fit", 99}}, "weights"},
		{"101", engine.WeightsBuddy, list{{"theme_fit", 100}, {"proximity", 1}}, "weights"},
		{"only noughts", engine.WeightsBuddy, list{{"theme_fit", 0}}, "weights"},
		{"below nought", engine.WeightsBuddy, list{{"theme_fit", 101}, {"proximity", -1}}, "weights.weight"},
		{"the largest number", engine.WeightsBuddy, list{{"theme_fit", 1<<31 - 1}, {"proximity", -1<<31 + 101}}, "weights.weight"},
		{"an unknown factor", engine.WeightsBuddy, list{{"theme_fit", 100}, {"star_sign", 0}}, "weights.factor"},
		{"no factor", engine.WeightsBuddy, list{{"", 100}}, "weights.factor"},
		{"a factor twice", engine.WeightsBuddy, list{{"theme_fit", 50}, {"theme_fit", 50}}, "weights.factor"},
		{"age for a talk", engine.WeightsTalk, list{{"theme_fit", 90}, {"age_nearness", 10}}, "weights.weight"},
		{"practice for a buddy", engine.WeightsBuddy, list{{"theme_fit", 90}, {"practice_level", 10}}, "weights.weight"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			by, err := engine.ParseWeights(c.column, c.list)
			var e *engine.Error
			if errors.As(err, &e) != (c.field != "") || e != nil && (e.Code != engine.CodeInvalid || e.Field != c.field) {
				t.Fatalf("it ends as %v, want INVALID on %q", err, c.field)
			}
			if err != nil {
				return
			}
			for _, w := range c.list {
				if by[w.Factor] != w.Weight {
					t.Errorf("%s weighs %d", w.Factor, by[w.Factor])
				}
			}
		})
	}
}

func TestTheDefaultsOfEveryColumnAreWeightsThatCouldBeProposed(t *testing.T) {
	t.Parallel()
	for _, column := range columns {
		standard := engine.DefaultWeights(column)
		list := engine.ListWeights(column, standard.By)
		by, err := engine.ParseWeights(column, list)
		if err != nil || !maps.Equal(by, standard.By) {
			t.Errorf("%s: %v, %v", column, by, err)
		}
		for _, w := range list {
			if w.Weight == 0 {
				t.Errorf("%s lists %s, which has no meaning there", column, w.Factor)
			}
		}
	}
}

func TestAFactorThatWeighsNothingIsNoPartOfTheCalculation(t *testing.T) {
	t.Parallel()
	in := buddy()
	in.Weights = engine.Weights{Version: "buddy-1", By: map[engine.FactorName]int{"theme_fit": 50, "load_balance": 50, "availability_fit": 0}}
	ranking, err := engine.Suggest(in)
	if err != nil || len(ranking.Suggestions) == 0 {
		t.Fatalf("no suggestion: %v", err)
	}
	var names []engine.FactorName
	for _, f := range ranking.Suggestions[0].Factors {
		names = append(names, f.Name)
	}
	if want := []engine.FactorName{"theme_fit", "load_balance"}; !slices.Equal(names, want) || ranking.WeightsVersion != "buddy-1" {
		t.Errorf("it is made of %v with %s, want %v", names, ranking.WeightsVersion, want)
	}
}
