package engine

// SuggestBySearch ranks with the search for teams, however few there are.
func SuggestBySearch(in MatchInput, best, counted int) (Ranking, error) {
	return suggestWithin(in, effort{counted: counted, steps: 50_000_000, best: best})
}

// SuggestInSteps ranks with the search, giving up after so many steps.
func SuggestInSteps(in MatchInput, steps int) (Ranking, error) {
	return suggestWithin(in, effort{steps: steps, best: MaxSuggestions})
}

// SuggestByWeighing ranks by weighing every team, however many there are.
func SuggestByWeighing(in MatchInput) (Ranking, error) {
	return suggestWithin(in, effort{weighed: 1 << 40})
}

// TeamSearch prepares the search for the best teams and hands out its inner part.
// It tells how many steps it took.
func TeamSearch(in MatchInput, best int) func() (steps int, ok bool) {
	q := ask(&in)
	cases, _ := q.sift()
	s := q.newSearch(cases, best, 1<<40)
	return func() (int, bool) {
		ok := s.run()
		return s.steps, ok
	}
}

// Relax searches for changes, and tells how many judgements it took.
func Relax(in MatchInput) (Proposals, int) {
	r := newRelaxation(in, "")
	return r.proposals(), r.trials
}
