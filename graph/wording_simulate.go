package graph

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"expex/app"
	"expex/engine"
)

// movementSentences say what becomes of a suggestion: [1] and [2] are its ranks
// before and after, [3] its score or scores.
var movementSentences = map[engine.Movement]pair{
	engine.Appears:    {"komt erbij op %[2]s, score %[3]s", "appears at %[2]s, score %[3]s"},
	engine.Disappears: {"valt af, stond op %[1]s met score %[3]s", "disappears, stood at %[1]s with score %[3]s"},
	engine.Rises:      {"stijgt van %[1]s naar %[2]s, score %[3]s", "rises from %[1]s to %[2]s, score %[3]s"},
	engine.Falls:      {"daalt van %[1]s naar %[2]s, score %[3]s", "falls from %[1]s to %[2]s, score %[3]s"},
	engine.Differs:    {"blijft op %[1]s, score %[3]s", "stays at %[1]s, score %[3]s"},
	engine.Same:       {"blijft gelijk op %[1]s", "stays the same at %[1]s"},
}

// Difference is what becomes of a suggestion, with the factors that do it.
func (w Wording) Difference(d engine.SuggestionDifference) string {
	movement := d.Movement()
	text := fmt.Sprintf(w.pick(movementSentences[movement]), w.place(d.RankBefore), w.place(d.RankAfter), scores(d))
	if d.Before == nil || d.After == nil {
		return text
	}
	var parts []string
	for _, f := range d.Factors() {
		if n := f.Points(); n != 0 {
			parts = append(parts, fmt.Sprintf("%s %+d", w.Factor(f.Name), n))
		}
	}
	if len(parts) == 0 && movement == engine.Differs {
		parts = []string{w.pick(pair{"andere tijden of feiten, evenveel punten", "other times or facts, as many points"})}
	}
	if len(parts) > 0 {
		text += " (" + strings.Join(parts, ", ") + ")"
	}
	return text
}

// scores is the score before and after, once where it stays the same.
func scores(d engine.SuggestionDifference) string {
	var list []string
	for _, s := range []*engine.Suggestion{d.Before, d.After} {
		if s != nil {
			list = append(list, strconv.Itoa(s.Score))
		}
	}
	return strings.Join(slices.Compact(list), " → ")
}

// place is a rank, or that there are too many before it to count.
func (w Wording) place(rank int) string {
	if rank == 0 {
		return w.pick(pair{"verderop in de lijst", "further down the list"})
	}
	return fmt.Sprintf(w.pick(pair{"plaats %d", "place %d"}), rank)
}

// FactorDifference is a line of the explanation before and after.
func (w Wording) FactorDifference(f engine.FactorDifference) string {
	side := func(line *engine.FactorScore) string {
		if line == nil {
			return "–" // no such suggestion, or the factor does not count
		}
		return w.Sentence(*line)
	}
	text := side(f.Before)
	if after := side(f.After); after != text {
		text += " → " + after
	}
	if n := f.Points(); n != 0 {
		text += fmt.Sprintf(" (%+d)", n)
	}
	return text
}

// movementCounts say how many suggestions move in that way: of one, of more.
var movementCounts = []struct {
	movement  engine.Movement
	one, more pair
}{
	{engine.Appears, pair{"komt erbij", "appears"}, pair{"komen erbij", "appear"}},
	{engine.Disappears, pair{"valt af", "disappears"}, pair{"vallen af", "disappear"}},
	{engine.Rises, pair{"stijgt", "rises"}, pair{"stijgen", "rise"}},
	{engine.Falls, pair{"daalt", "falls"}, pair{"dalen", "fall"}},
	{engine.Differs, pair{"verandert op dezelfde plaats", "changes at the same place"}, pair{"veranderen op dezelfde plaats", "change at the same place"}},
	{engine.Same, pair{"blijft gelijk", "stays the same"}, pair{"blijven gelijk", "stay the same"}},
}

// Simulation is what a change does to the whole list.
func (w Wording) Simulation(s app.Simulation) string {
	if len(s.Differences) == 0 {
		return w.pick(pair{"niemand ervoor en niemand erna", "nobody before and nobody after"})
	}
	var parts []string
	for _, m := range movementCounts {
		words := m.more
		n := s.Count(m.movement)
		if n == 1 {
			words = m.one
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, w.pick(words)))
		}
	}
	return strings.Join(parts, ", ")
}
