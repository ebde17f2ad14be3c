package engine

import "slices"

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

// Lives gives the legal moves of each noun that has a life, from and to,
// breadth first from its first status.
func Lives() map[string][][2]string {
	return map[string][][2]string{
		"request": outward(requestNext, RequestNew),
		"offer":   outward(offerNext, OfferSent),
		"session": outward(sessionNext, SessionHeld),
		"match":   outward(matchNext, MatchProposed),
	}
}

func outward[S ~string](table transitions[S], first S) [][2]string {
	var moves [][2]string
	reached := []S{first}
	for i := 0; i < len(reached); i++ {
		for _, next := range table[reached[i]] {
			moves = append(moves, [2]string{string(reached[i]), string(next)})
			if !slices.Contains(reached, next) {
				reached = append(reached, next)
			}
		}
	}
	return moves
}
