package graph

import (
	"fmt"
	"strings"

	"expex/engine"
)

// Fairness is how the work of a pool is spread, in one line.
func (w Wording) Fairness(f engine.Fairness) string {
	parts := []string{fmt.Sprintf(w.pick(pair{"%d inzetbaar", "%d deployable"}), f.Experts)}
	if s := f.Spread; s != nil {
		point := w.pick(pair{",", "."})
		parts = append(parts, fmt.Sprintf(w.pick(pair{
			"contacttijd van 13 weken: een kwart tot %d minuten, de helft tot %d, driekwart tot %d, ongelijkheid (Gini) 0%s%04d",
			"contact time of 13 weeks: a quarter up to %d minutes, half up to %d, three quarters up to %d, inequality (Gini) 0%s%04d"}),
			s.Quartiles[0], s.Quartiles[1], s.Quartiles[2], point, s.Gini))
	}
	parts = append(parts,
		w.tally(f.Full)+w.pick(pair{" zonder ruimte", " without room"}),
		w.tally(f.Unasked)+w.pick(pair{" in 60 dagen niet gevraagd", " not asked in 60 days"}))
	if f.Longest != nil {
		parts = append(parts, w.pick(pair{"de langst wachtende aanvraag wacht ", "the longest waiting request has waited "})+w.days(f.Longest.Days))
	}
	return strings.Join(parts, "; ")
}

func (w Wording) tally(t engine.Tally) string {
	if t.Some {
		return w.pick(pair{"enkelen", "a few"})
	}
	return fmt.Sprint(t.Count)
}

// Priority is how pressing a request is, as the sum it is.
func (w Wording) Priority(p engine.Priority) string {
	text := w.pick(pair{"wacht ", "has waited "}) + w.days(p.WaitingDays)
	if p.UrgencyDays > 0 {
		text += w.pick(pair{"; spoed telt als ", "; urgent counts as "}) + w.days(p.UrgencyDays) + w.pick(pair{" extra", " more"})
	}
	return text
}

func (w Wording) days(n int) string { return w.number(n, "dag", "dagen", "day", "days") }
