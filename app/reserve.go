package app

import (
	"context"
	"slices"

	"expex/engine"
	"expex/store"
)

// maxReserve is how many teams may wait behind those who are asked.
const maxReserve = 5

// checkReserve refuses a reserve that could never be asked: too many teams, or
// teams of another size. Rules are not asked before it is their turn.
func checkReserve(reserve [][]engine.ExpertID, size int) error {
	const field = "reserve"
	if len(reserve) > maxReserve {
		return engine.Invalid(field, "holds %d teams; give at most %d", len(reserve), maxReserve)
	}
	for i, team := range reserve {
		if len(distinct(team)) != len(team) || len(team) != size {
			return engine.Invalid(field, "must hold teams of %d different experts, as the request asks; number %d is not", size, i+1)
		}
	}
	return nil
}

// everybody are the members of teams, each once, by id.
func everybody(teams ...[]engine.ExpertID) []engine.ExpertID {
	return distinct(slices.Concat(teams...))
}

func distinct(ids []engine.ExpertID) []engine.ExpertID {
	return slices.Compact(slices.Sorted(slices.Values(ids)))
}

// onlyOf is what is known about a team of those it was read for.
func onlyOf(in engine.MatchInput, team []engine.ExpertID) engine.MatchInput {
	var theirs []engine.Candidate
	for _, c := range in.Candidates {
		if slices.Contains(team, c.Expert) {
			theirs = append(theirs, c)
		}
	}
	in.Candidates = theirs
	return in
}

// askNext asks the first team in reserve that can still do it: every hard rule
// holds, nobody of them is at her limit of open offers or was asked for this time
// before. Those before it are passed over for good. With nobody left the request
// is open.
func askNext(ctx context.Context, t *store.Tx, request engine.Request) error {
	reserve, err := t.Reserve(ctx, request.ID)
	if err != nil {
		return err
	}
	if len(reserve.Teams) == 0 {
		return leaveOpen(ctx, t, request)
	}
	all := everybody(reserve.Teams...)
	if err := t.LockExperts(ctx, all); err != nil {
		return err
	}
	asked, err := t.OffersOfRequest(ctx, request.ID)
	if err != nil {
		return err
	}
	in, err := knowledge(ctx, t, request, all, nil)
	if err != nil {
		return err
	}
	next := reserve.Behind
	next.Follows = &reserve.Behind.ID
	for i, team := range reserve.Teams {
		theirs := onlyOf(in, team)
		before := func(o engine.Offer) bool {
			return slices.Contains(team, o.ExpertID) && o.Slot.Start.Equal(next.Slot.Start)
		}
		if slices.ContainsFunc(asked, before) || !fits(theirs, next, len(team)) {
			continue
		}
		full, err := t.AtOfferLimit(ctx, request.PoolID, team)
		if err != nil {
			return err
		}
		if full {
			continue
		}
		about, _ := engine.Check(theirs, next.Slot)
		ranking, err := engine.Suggest(theirs)
		if err != nil {
			return err
		}
		next.Suggestion = asShown(ranking, about)
		offered, err := send(ctx, t, theirs, next)
		if err != nil {
			return err
		}
		if err := t.SetReserve(ctx, request.ID, offered.DecisionID, reserve.Teams[i+1:]); err != nil {
			return err
		}
		if request.Status == engine.RequestOffered {
			return nil
		}
		return t.MoveRequest(ctx, request.ID, engine.RequestOffered, "")
	}
	return leaveOpen(ctx, t, request)
}

// fits reports whether a team, all of it still in the pool, can do what was
// decided.
func fits(in engine.MatchInput, d engine.Decision, size int) bool {
	dates := append([]engine.Interval{d.Slot}, d.FurtherSlots...)
	over := func(slot engine.Interval) bool { return !engine.WithinWishes(in, slot) }
	return len(in.Candidates) == size && !slices.ContainsFunc(dates, over) && refuseDates(in, dates, "") == nil
}
