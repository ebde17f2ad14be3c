package app

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"expex/engine"
)

// inputHash is the SHA-256 of everything a calculation rests on, its moment
// included. The store reads rows in a fixed order and JSON writes maps in the
// order of their keys, so the same knowledge gives the same hash.
func inputHash(in engine.MatchInput) (string, error) {
	encoded, err := json.Marshal(in)
	if err != nil {
		return "", fmt.Errorf("encode the input of a calculation: %w", err)
	}
	sum := sha256.Sum256(append([]byte(engine.Version+"\n"), encoded...))
	return hex.EncodeToString(sum[:]), nil
}

// refuse turns the rules a slot breaks into an error: a clash of time is a
// CONFLICT with other slots that would do, anything else is INFEASIBLE. The
// rules are those that may be told to the expert who asks, "" for a coordinator;
// beside a hidden one no other slot is named, since it could tell its end.
func refuse(in engine.MatchInput, slot engine.Interval, to engine.ExpertID) error {
	rules := engine.Told(in, slot, to)
	if !slices.Contains(rules, "OVERLAP") {
		return engine.Infeasible(rules)
	}
	conflict := engine.Conflict(engine.ReasonSlotConflict, "the expert already has a session then, travel time included; take another slot")
	conflict.Rules = rules
	if ranking, err := engine.Suggest(in); err == nil && len(ranking.Suggestions) > 0 && !slices.Contains(rules, engine.OtherRule) {
		conflict.Alternatives = ranking.Suggestions[0].Slots
	}
	return conflict
}

// asShown is the calculation a decision is kept with: the one that was shown,
// over all times the request proposes, with the slot that was chosen. A team
// that was not suggested, because too few of those times suit it, is kept with
// the calculation about the slot.
func asShown(in engine.MatchInput, chosen engine.Suggestion) engine.Suggestion {
	ranking, err := engine.Suggest(in)
	if err != nil || len(ranking.Suggestions) == 0 {
		return chosen
	}
	shown := ranking.Suggestions[0]
	shown.Slots = chosen.Slots
	return shown
}
