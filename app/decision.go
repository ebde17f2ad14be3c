package app

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"expex/engine"
	"expex/store"
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
// CONFLICT, anything else is INFEASIBLE. The rules are those that may be told to
// the expert who asks, "" for a coordinator.
func refuse(in engine.MatchInput, slot engine.Interval, to engine.ExpertID) error {
	rules := engine.Told(in, slot, to)
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

// overtaken is what is told of a yes that came too late. When the offer was taken
// back and her time is given to something else, that is the clash it would have
// been a moment earlier, and other slots may do for as long as somebody is looked
// for: no loser of a race hears less because due work was quick.
func overtaken(ctx context.Context, t *store.Tx, offer engine.Offer, request engine.Request, refusal error) error {
	if offer.Status != engine.OfferWithdrawn || !request.Status.AcceptsOffers() {
		return refusal
	}
	for _, slot := range offer.Dates() {
		if gone, err := t.Taken(ctx, offer.PoolID, offer.ExpertID, slot, ""); err != nil || gone {
			return cmp.Or(err, taken([]engine.RuleCode{overlap}))
		}
	}
	return refusal
}

// withAlternatives adds to a clash of time the slots that would do. It is called
// when the transaction that found the clash has ended, so that nobody waits in
// line while they are computed for who came too late. Beside a rule that is not
// told no other slot is named, since it could tell when that rule ends.
func withAlternatives(err error, read func() (engine.MatchInput, error)) error {
	var clash *engine.Error
	if !errors.As(err, &clash) || clash.Reason != engine.ReasonSlotConflict &&
		!slices.ContainsFunc(clash.Changes, func(c engine.StaleChange) bool { return c.What == engine.ChangedSlot }) {
		return err
	}
	if slices.Contains(clash.Rules, engine.OtherRule) {
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

// asShown is the calculation a decision is kept with: the one that is shown of
// the team, over all times the request proposes. A team that is not suggested,
// because too few of those times suit it, is kept with the calculation about the
// slot.
func asShown(ranking engine.Ranking, aboutSlot engine.Suggestion) engine.Suggestion {
	if len(ranking.Suggestions) == 0 {
		return aboutSlot
	}
	return ranking.Suggestions[0]
}
