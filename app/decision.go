package app

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
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
// CONFLICT, anything else is INFEASIBLE.
func refuse(rules []engine.RuleCode) error {
	if !slices.Contains(rules, overlap) {
		return engine.Infeasible(rules)
	}
	return taken(rules)
}

const overlap engine.RuleCode = "OVERLAP"

func taken(rules []engine.RuleCode) error {
	conflict := engine.Conflict(engine.ReasonSlotConflict, "the expert already has a session then, travel time included; take another slot")
	conflict.Rules = rules
	return conflict
}

// withAlternatives adds to a clash of time the slots that would do. It is called
// when the transaction that found the clash has ended, so that nobody waits in
// line while they are computed for who came too late.
func withAlternatives(err error, read func() (engine.MatchInput, error)) error {
	var clash *engine.Error
	if !errors.As(err, &clash) || clash.Reason != engine.ReasonSlotConflict {
		return err
	}
	told := *clash // the store's own errors are shared
	in, err := read()
	if err != nil {
		return &told
	}
	if ranking, err := engine.Suggest(in); err == nil && len(ranking.Suggestions) > 0 {
		told.Alternatives = ranking.Suggestions[0].Slots
	}
	return &told
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
