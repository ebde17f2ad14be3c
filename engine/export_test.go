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
		"match":   outward(matchNext, MatchIntro),
		"expert":  outward(expertNext, ExpertApplicant),

		"waitlist entry": outward(waitlistNext, WaitlistWaiting),
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

// Relax searches for changes, and tells how many judgements it took.
func Relax(in MatchInput) (Proposals, int) {
	r := newRelaxation(in, "")
	return r.proposals(), r.trials
}

// BestWith searches for the best team that holds an expert, and for what keeps
// her from all; as lists of ids and codes.
func BestWith(in MatchInput, expert ExpertID) ([]ExpertID, []RuleCode) {
	q := ask(&in)
	cases, _ := q.sift()
	at := slices.IndexFunc(cases, func(c *Case) bool { return c.Expert == expert })
	if at < 0 || len(cases) < q.team() {
		return nil, nil
	}
	var ids []ExpertID
	if best := q.newSearch(cases, 1, usualEffort.steps).bestWith(at); best != nil {
		for _, place := range best.places[:q.team()] {
			ids = append(ids, cases[place].Expert)
		}
	}
	return ids, q.newSearch(cases, 1, usualEffort.steps).keptOut(at)
}
