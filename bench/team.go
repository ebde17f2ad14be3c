package main

import (
	"fmt"
	"io"
	"slices"

	"expex/engine"
)

// teams prints how long the best teams out of fifty take. All fifty can be
// asked: candidates a rule excludes would make it look easy.
func teams(out io.Writer) error {
	in, err := fifty()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nTeams of k out of %d, exact, engine.Suggest with explanation; load %s\n", len(in.Candidates), load())
	for k := 2; k <= 5; k++ {
		in.Request.TeamSize = k
		var ranking engine.Ranking
		best, err := cost(3, func() (err error) { ranking, err = engine.Suggest(in); return err })
		if err != nil {
			fmt.Fprintf(out, "k=%d: refused: %v\n", k, err)
			continue
		}
		fmt.Fprintf(out, "k=%d: %.2f ms, %d suggestions, best %v with %d\n", k, float64(best)/1e6, len(ranking.Suggestions), ranking.Suggestions[0].Experts, ranking.Suggestions[0].Score)
	}
	return nil
}

// fifty is a request for a talk and fifty experts no rule excludes from it.
func fifty() (engine.MatchInput, error) {
	w, err := newWorld(seed, 5000, requests, 1)
	if err != nil {
		return engine.MatchInput{}, err
	}
	n := slices.IndexFunc(w.requests, func(r asked) bool { return r.Type == engine.Talk })
	in := w.input(n)
	in.Request.Online = true // nobody is too far
	ranking, err := engine.Suggest(in)
	if err != nil {
		return in, err
	}
	can := map[engine.ExpertID]bool{}
	for _, s := range ranking.Suggestions[:min(50, len(ranking.Suggestions))] {
		can[s.Experts[0]] = true
	}
	in.Candidates = slices.DeleteFunc(in.Candidates, func(c engine.Candidate) bool { return !can[c.Expert] })
	return in, nil
}
