package engine_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"expex/engine"
)

// rank suggests or fails.
func rank(t *rapid.T, in engine.MatchInput) engine.Ranking {
	ranking, err := engine.Suggest(in)
	if err != nil {
		t.Fatalf("suggest: %v", err)
	}
	return ranking
}

// place is where an expert stands among the suggestions, their number when she
// is not among them.
func place(r engine.Ranking, id engine.ExpertID) int {
	i := slices.IndexFunc(r.Suggestions, func(s engine.Suggestion) bool { return slices.Contains(s.Experts, id) })
	if i < 0 {
		return len(r.Suggestions)
	}
	return i
}

func TestAnyOrderOfTheInputGivesTheSameRanking(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		before, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		want, got := rank(t, in), rank(t, reorder(t, in))
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("in another order\n%s\ninstead of\n%s", rankingText(got), rankingText(want))
		}
		if after, _ := json.Marshal(in); string(after) != string(before) {
			t.Fatal("the input was changed")
		}
	})
}

func TestTheScoreIsItsExplanation(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		for _, s := range rank(t, in).Suggestions {
			sum, known, applicable, points := 0, 0, 0, 0
			var unknown []engine.FactorName
			for _, f := range s.Factors {
				if f.Value < 0 || f.Value > engine.Perfect || f.Points < 0 || f.Weight != in.Weights.By[f.Name] || f.Weight == 0 {
					t.Errorf("%v: the value, points or weight is out of range", f)
				}
				applicable, points = applicable+f.Weight, points+f.Points
				switch f.State {
				case engine.Known:
					sum, known = sum+f.Weight*f.Value, known+f.Weight
				case engine.UnknownYet:
					unknown = append(unknown, f.Name)
					if f.Value != 0 || f.Points != 0 {
						t.Errorf("%v is unknown and counts", f)
					}
				default:
					t.Errorf("%v does not belong in an explanation", f)
				}
			}
			if known > 0 && (s.Score != sum/known || s.Coverage != 100*known/applicable) || known == 0 && (s.Score != 0 || s.Coverage != 0) {
				t.Errorf("score %d and coverage %d do not follow from %v", s.Score, s.Coverage, s.Factors)
			}
			if s.Score < 0 || s.Score > engine.Perfect || points != s.Score || !slices.Equal(s.Unknown, unknown) {
				t.Errorf("score %d, points %d, unknown %v of %v", s.Score, points, s.Unknown, s.Factors)
			}
			for _, g := range s.WouldChange {
				if g.Points <= 0 || s.Score+g.Points > engine.Perfect {
					t.Errorf("a gain of %d on %d", g.Points, s.Score)
				}
			}
		}
	})
}

func TestTheOrderIsByKnownWeightThenScore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		list := rank(t, in).Suggestions
		for i := range list[:max(0, len(list)-1)] {
			a, b := list[i], list[i+1]
			aLow, bLow := a.Coverage < in.Policy.LowCoverage, b.Coverage < in.Policy.LowCoverage
			if aLow && !bLow || aLow == bLow && a.Score < b.Score {
				t.Fatalf("%v with %d (%d %%) stands before %v with %d (%d %%)", a.Experts, a.Score, a.Coverage, b.Experts, b.Score, b.Coverage)
			}
		}
	})
}

func TestOneMoreCandidateDoesNotReorderTheOthers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generateOne(t)
		one := rapid.IntRange(0, len(in.Candidates)-1).Draw(t, "one")
		without := in
		without.Candidates = slices.Delete(slices.Clone(in.Candidates), one, one+1)
		with := rank(t, in).Suggestions
		with = slices.DeleteFunc(with, func(s engine.Suggestion) bool { return s.Experts[0] == in.Candidates[one].Expert })
		alone := rank(t, without).Suggestions
		if len(with) != len(alone) || len(with) > 0 && !reflect.DeepEqual(with, alone) {
			t.Fatalf("%v instead of %v", with, alone)
		}
	})
}

func TestToLearnThatWhatIsUnknownIsPerfectNeverLowersAScore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		learned := in
		learned.Candidates = slices.Clone(in.Candidates)
		for i := range learned.Candidates {
			c := &learned.Candidates[i]
			told := c.Traits
			for _, p := range in.Request.Preferences {
				if !slices.ContainsFunc(told, func(have engine.Trait) bool { return have.Kind == p.Kind }) {
					c.Traits = append(slices.Clone(c.Traits), engine.Trait{Kind: p.Kind, Value: p.Value})
				}
			}
			if c.Home == (engine.Place{}) && c.TravelMinutes == nil {
				c.Home = in.Place
				c.Home.Point = nil
			}
		}
		after := rank(t, learned).Suggestions
		for _, s := range rank(t, in).Suggestions {
			i := slices.IndexFunc(after, func(a engine.Suggestion) bool { return slices.Equal(a.Experts, s.Experts) })
			if i < 0 {
				t.Fatalf("%v is gone", s.Experts)
			}
			if after[i].Score < s.Score || after[i].Coverage < s.Coverage || len(after[i].Unknown) > 0 {
				t.Fatalf("%v: %d (%d %%) became %d (%d %%), unknown %v", s.Experts, s.Score, s.Coverage, after[i].Score, after[i].Coverage, after[i].Unknown)
			}
		}
	})
}

// breaches break a rule for a candidate, where it can be broken at all.
var breaches = map[engine.RuleCode]func(in *engine.MatchInput, c *engine.Candidate){
	"NOT_DEPLOYABLE":    func(_ *engine.MatchInput, c *engine.Candidate) { c.Status = engine.ExpertPaused },
	"TYPE_NOT_TRAINED":  func(_ *engine.MatchInput, c *engine.Candidate) { c.Trained = nil },
	"AGREEMENT_MISSING": func(_ *engine.MatchInput, c *engine.Candidate) { c.NDAOn = "" },
	"CONDUCT_CERT_INVALID": func(in *engine.MatchInput, c *engine.Candidate) {
		in.Type.Conduct, c.Certificates = engine.ConductAlways, nil
	},
	"NO_THEME_CONSENT": func(in *engine.MatchInput, c *engine.Candidate) {
		in.Request.Themes, c.Consents = []engine.RequestTheme{{Theme: "ADDICTION", Importance: engine.Must}}, nil
	},
	"TIER3_NOT_CONFIRMED": func(in *engine.MatchInput, c *engine.Candidate) {
		in.Request.Themes, c.Tier3Confirmed = []engine.RequestTheme{{Theme: "TRAUMA", Importance: engine.Must}}, false
	},
	"ORG_EXCLUSION": func(_ *engine.MatchInput, c *engine.Candidate) {
		c.OrganisationExclusions = []engine.OrganisationExclusion{{Organisation: "old house"}}
	},
	"PERSON_EXCLUSION": func(in *engine.MatchInput, c *engine.Candidate) {
		in.Request.Client, c.ExcludedClients = &engine.Client{Ref: "client", AgeFrom: 12, AgeTo: 13}, []engine.ClientRef{"client"}
	},
	"AGE_RULE": func(in *engine.MatchInput, c *engine.Candidate) {
		in.Type.OneToOne, in.Request.Client, c.BirthDate = true, &engine.Client{Ref: "client", AgeFrom: 16, AgeTo: 17}, engine.DateOf(in.Now, in.Zone).AddMonths(-12*18)
	},
	"CAPACITY":      func(in *engine.MatchInput, c *engine.Candidate) { c.Caps.MinutesPerMonth = in.Request.Minutes - 1 },
	"NOT_AVAILABLE": func(_ *engine.MatchInput, c *engine.Candidate) { c.Rules = nil },
	"OVERLAP": func(in *engine.MatchInput, c *engine.Candidate) {
		c.Booked = []engine.Booked{{Busy: engine.Interval{Start: in.Now, End: in.Now.AddDate(3, 0, 0)}}}
	},
	"TRAVEL_LIMIT":        func(in *engine.MatchInput, c *engine.Candidate) { in.Request.Online, c.TravelMinutes = false, ptr(61) },
	"OUT_OF_SERVICE_AREA": func(in *engine.MatchInput, _ *engine.Candidate) { in.Request.Online, in.ServiceArea = false, nil },
	"MUST_PREFERENCE": func(in *engine.MatchInput, _ *engine.Candidate) {
		in.Request.Preferences = append(slices.Clone(in.Request.Preferences), engine.Preference{Kind: engine.TraitLanguage, Value: "none speaks this", Must: true})
	},
	"REST_PERIOD": func(in *engine.MatchInput, c *engine.Candidate) { c.PausedUntil = ptr(in.Now.AddDate(3, 0, 0)) },
	"DUAL_ROLE":   func(_ *engine.MatchInput, c *engine.Candidate) { c.EmployedBy = []engine.OrganisationID{"head office"} },
}

func TestWhomARuleForbidsNeverAppearsWhateverTheWeights(t *testing.T) {
	t.Parallel()
	for _, rule := range engine.Rules {
		t.Run(string(rule.Code), func(t *testing.T) {
			t.Parallel()
			breach, ok := breaches[rule.Code]
			if !ok {
				t.Fatal("there is no breach of this rule: add one")
			}
			rapid.Check(t, func(t *rapid.T) {
				in := generate(t)
				c := &in.Candidates[rapid.IntRange(0, len(in.Candidates)-1).Draw(t, "whom")]
				breach(&in, c)
				if ranking := rank(t, in); place(ranking, c.Expert) < len(ranking.Suggestions) {
					t.Fatalf("%s is suggested\n%s", c.Expert, rankingText(ranking))
				}
			})
		})
	}
}

func TestLessAvailabilityNeverImprovesOnesPlace(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generateOne(t)
		before := rank(t, in)
		less := in
		less.Candidates = slices.Clone(in.Candidates)
		c := &less.Candidates[rapid.IntRange(0, len(in.Candidates)-1).Draw(t, "who")]
		if len(c.Rules) > 0 && rapid.Bool().Draw(t, "a rule less") {
			c.Rules = c.Rules[1:]
		} else {
			start := in.Now.Add(time.Duration(rapid.IntRange(0, 60*24*60).Draw(t, "from")) * time.Minute)
			c.Blackouts = append(slices.Clone(c.Blackouts), engine.Interval{Start: start, End: start.Add(time.Duration(rapid.IntRange(1, 14*24*60).Draw(t, "for")) * time.Minute)})
		}
		after := rank(t, less)
		if was, is := place(before, c.Expert), place(after, c.Expert); is < was {
			t.Fatalf("%s rose from %d to %d", c.Expert, was, is)
		}
	})
}

func TestEveryCandidateIsSuggestedOrCounted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		in.Policy.SmallPool = 0
		ranking := rank(t, in)
		suggested, counted := map[engine.ExpertID]bool{}, 0
		for _, s := range ranking.Suggestions {
			if len(s.Experts) != in.Request.TeamSize || !slices.IsSorted(s.Experts) {
				t.Errorf("a team of %v for %d seats", s.Experts, in.Request.TeamSize)
			}
			for _, id := range s.Experts {
				suggested[id] = true
			}
		}
		for _, e := range ranking.Excluded {
			counted += e.Count
		}
		if len(suggested)+counted != len(in.Candidates) || ranking.Candidates != len(in.Candidates) {
			t.Fatalf("%d suggested and %s of %d", len(suggested), excludedText(ranking.Excluded), len(in.Candidates))
		}
	})
}

func TestASmallPoolShowsNoNumber(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		in.Policy.SmallPool = len(in.Candidates) + 1
		for _, e := range rank(t, in).Excluded {
			if e.Count != 0 || !e.Some {
				t.Fatalf("%v in a small pool", e)
			}
		}
	})
}

func TestAnExcludedCandidateIsExcludedForTheSameReasonAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generateOne(t)
		in.Policy.SmallPool = 0
		all := rank(t, in)
		counts := map[engine.RuleCode]int{}
		for _, c := range in.Candidates {
			alone := in
			alone.Candidates = []engine.Candidate{c}
			ranking := rank(t, alone)
			if (len(ranking.Suggestions) == 1) != (place(all, c.Expert) < len(all.Suggestions)) {
				t.Fatalf("%s alone: %s", c.Expert, rankingText(ranking))
			}
			for _, e := range ranking.Excluded {
				counts[e.Code] += e.Count
			}
		}
		for _, e := range all.Excluded {
			if counts[e.Code] != e.Count {
				t.Fatalf("together %s, alone %v", excludedText(all.Excluded), counts)
			}
		}
	})
}
