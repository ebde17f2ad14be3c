package app

import (
	"context"
	"slices"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// PlaceOfferExpires ends an offer of a training place that nobody answered; it is
// about that offer.
const PlaceOfferExpires store.WorkKind = "PLACE_OFFER_EXPIRES"

// PlaceOffered tells an applicant that she is asked whether she takes a place.
const PlaceOffered store.NoticeKind = "PLACE_OFFERED"

// Enrol gives applicants a place in a training group, past the waiting list: the
// coordinator answers for the order. All of them get one, or none. Errors:
// NOT_FOUND; CONFLICT with NO_PLACE when too few are free, and for somebody who is
// no applicant or a group that takes nobody any more.
func (a App) Enrol(ctx context.Context, viewer auth.Viewer, key string, id engine.CohortID, experts []engine.ExpertID) (engine.Cohort, error) {
	if len(experts) > maxPeople {
		return engine.Cohort{}, engine.Invalid("expertIds", "holds %d ids; send at most %d", len(experts), maxPeople)
	}
	experts = slices.Compact(slices.Sorted(slices.Values(experts)))
	input := struct {
		ID      engine.CohortID
		Experts []engine.ExpertID
	}{id, experts}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "enrol", Input: input}, func(t *store.Tx) (engine.Cohort, error) {
		cohort, err := train(ctx, t, id, t.Coordinate)
		if err != nil {
			return cohort, err
		}
		for _, expert := range experts {
			entry, err := t.WaitingEntry(ctx, cohort.PoolID, expert)
			if err != nil {
				return cohort, err
			}
			if entry != nil {
				if err := t.WithdrawPlaceOfferTo(ctx, entry.ID); err != nil {
					return cohort, err
				}
				if err := t.MoveWaitlistEntry(ctx, entry.ID, engine.WaitlistPlaced); err != nil {
					return cohort, err
				}
			}
		}
		if cohort, err = t.Cohort(ctx, id); err != nil {
			return cohort, err
		}
		if len(experts) > cohort.Free() {
			return cohort, engine.Conflict(engine.ReasonNoPlace, "%d places are free; take fewer people", cohort.Free())
		}
		for _, expert := range experts {
			if err := place(ctx, t, cohort, expert); err != nil {
				return cohort, err
			}
		}
		if err := fillPlaces(ctx, t, cohort.PoolID); err != nil {
			return cohort, err
		}
		return t.Cohort(ctx, id)
	})
}

// place gives an applicant a place.
func place(ctx context.Context, t *store.Tx, cohort engine.Cohort, expert engine.ExpertID) error {
	if !cohort.Admits() {
		return engine.Conflict(engine.ReasonIllegalTransition, "the training group takes nobody any more: nobody joins from meeting %d on", cohort.JoinBefore)
	}
	if err := t.LockExperts(ctx, []engine.ExpertID{expert}); err != nil {
		return err
	}
	status, err := t.ExpertStatus(ctx, cohort.PoolID, expert)
	if err != nil {
		return err
	}
	if !status.CanBecome(engine.ExpertInTraining) {
		return engine.Conflict(engine.ReasonIllegalTransition, "she is %s; only an APPLICANT takes a training place", status)
	}
	if err := t.Enrol(ctx, cohort.ID, expert); err != nil {
		return err
	}
	return t.MoveExpert(ctx, expert, engine.ExpertInTraining)
}

// AddToWaitlist puts an applicant on the waiting list of a pool, as of a day, ""
// for today. If a place is free she may be asked at once. Errors: NOT_FOUND;
// INVALID for a day in the future; CONFLICT for somebody who is no applicant or
// waits already.
func (a App) AddToWaitlist(ctx context.Context, viewer auth.Viewer, key string, pool engine.PoolID, expert engine.ExpertID, since engine.Date) (engine.WaitlistEntry, error) {
	input := struct {
		Pool   engine.PoolID
		Expert engine.ExpertID
		Since  engine.Date
	}{pool, expert, since}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "addToWaitlist", Input: input}, func(t *store.Tx) (engine.WaitlistEntry, error) {
		none := engine.WaitlistEntry{}
		if err := t.Coordinate(ctx, pool); err != nil {
			return none, err
		}
		if err := t.LockCohorts(ctx, pool); err != nil {
			return none, err
		}
		today := engine.DateOf(t.Now, store.Zone)
		day := since
		if day == "" {
			day = today
		}
		if day > today {
			return none, engine.Invalid("since", "lies in the future; leave it out for today")
		}
		status, err := t.ExpertStatus(ctx, pool, expert)
		if err != nil {
			return none, err
		}
		if status != engine.ExpertApplicant {
			return none, engine.Conflict(engine.ReasonIllegalTransition, "she is %s; only an APPLICANT waits for a training place", status)
		}
		id, err := t.InsertWaitlistEntry(ctx, pool, expert, day)
		if err != nil {
			return none, err
		}
		if err := fillPlaces(ctx, t, pool); err != nil {
			return none, err
		}
		return t.WaitlistEntry(ctx, id)
	})
}

// SetWaitlistPriority changes where somebody stands among those who came on the
// waiting list on the same day, and logs who did and why. Errors: NOT_FOUND;
// INVALID without a reason; CONFLICT for somebody who waits no more.
func (a App) SetWaitlistPriority(ctx context.Context, viewer auth.Viewer, key string, id engine.WaitlistEntryID, priority int, reason string) (engine.WaitlistEntry, error) {
	if err := checkReason("reason", reason); err != nil {
		return engine.WaitlistEntry{}, err
	}
	if priority < 0 || priority > engine.MaxWaitlistPriority {
		return engine.WaitlistEntry{}, engine.Invalid("priority", "is %d; it must be 0 to %d", priority, engine.MaxWaitlistPriority)
	}
	input := struct {
		ID       engine.WaitlistEntryID
		Priority int
		Reason   string
	}{id, priority, reason}
	return a.onWaitlist(ctx, viewer, store.Key{Key: key, Mutation: "setWaitlistPriority", Input: input}, id, func(t *store.Tx, _ engine.WaitlistEntry) error {
		return t.SetPriority(ctx, id, priority, reason)
	})
}

// LeaveWaitlist takes somebody off the waiting list. It needs no reason. Errors:
// NOT_FOUND; CONFLICT for somebody who waits no more.
func (a App) LeaveWaitlist(ctx context.Context, viewer auth.Viewer, key string, id engine.WaitlistEntryID) (engine.WaitlistEntry, error) {
	return a.onWaitlist(ctx, viewer, store.Key{Key: key, Mutation: "leaveWaitlist", Input: id}, id, func(t *store.Tx, e engine.WaitlistEntry) error {
		if err := t.WithdrawPlaceOfferTo(ctx, id); err != nil {
			return err
		}
		if err := t.MoveWaitlistEntry(ctx, id, engine.WaitlistLeft); err != nil {
			return err
		}
		return fillPlaces(ctx, t, e.PoolID)
	})
}

// onWaitlist does something with an entry that waits, for a coordinator of its
// pool.
func (a App) onWaitlist(ctx context.Context, viewer auth.Viewer, key store.Key, id engine.WaitlistEntryID, do func(*store.Tx, engine.WaitlistEntry) error) (engine.WaitlistEntry, error) {
	return store.Once(ctx, a.Store.As(viewer), key, func(t *store.Tx) (engine.WaitlistEntry, error) {
		entry, err := t.WaitlistEntry(ctx, id)
		if err != nil {
			return entry, err
		}
		if err := t.Coordinate(ctx, entry.PoolID); err != nil {
			return entry, err
		}
		if err := t.LockCohorts(ctx, entry.PoolID); err != nil {
			return entry, err
		}
		if entry, err = t.WaitlistEntry(ctx, id); err != nil {
			return entry, err
		}
		if entry.Status != engine.WaitlistWaiting {
			return entry, engine.Conflict(engine.ReasonIllegalTransition, "the entry is %s: she waits no more", entry.Status)
		}
		if err := do(t, entry); err != nil {
			return entry, err
		}
		return t.WaitlistEntry(ctx, id)
	})
}

// AnswerPlaceOffer is the answer of somebody who waits to the question whether she
// takes a place, or a coordinator's on her word. A no needs no reason: she stays
// where she is on the list, and the next is asked. Errors: NOT_FOUND; CONFLICT for
// an offer that is answered, expired or taken back.
func (a App) AnswerPlaceOffer(ctx context.Context, viewer auth.Viewer, key string, id engine.PlaceOfferID, accept bool) (engine.PlaceOffer, error) {
	input := struct {
		ID     engine.PlaceOfferID
		Accept bool
	}{id, accept}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "answerPlaceOffer", Input: input}, func(t *store.Tx) (engine.PlaceOffer, error) {
		offer, err := t.PlaceOffer(ctx, id) // she and her coordinators see it
		if err != nil {
			return offer, err
		}
		if err := t.Decide(ctx, offer.PoolID); err != nil {
			return offer, err
		}
		if err := t.LockCohorts(ctx, offer.PoolID); err != nil {
			return offer, err
		}
		if offer, err = t.PlaceOffer(ctx, id); err != nil {
			return offer, err
		}
		to := engine.OfferDeclined
		if accept {
			to = engine.OfferAccepted
		}
		switch {
		case !offer.Status.CanBecome(to):
			return offer, engine.Conflict(engine.ReasonIllegalTransition, "the offer is %s and cannot become %s", offer.Status, to)
		case !t.Now.Before(offer.ExpiresAt):
			return offer, engine.Conflict(engine.ReasonOfferExpired, "the offer expired; the place goes to the next who waits")
		}
		if err := t.MovePlaceOffer(ctx, id, to, true); err != nil {
			return offer, err
		}
		if err := t.Unqueue(ctx, PlaceOfferExpires, string(id)); err != nil {
			return offer, err
		}
		if accept {
			cohort, err := t.Cohort(ctx, offer.CohortID)
			if err != nil {
				return offer, err
			}
			if err := t.MoveWaitlistEntry(ctx, offer.EntryID, engine.WaitlistPlaced); err != nil {
				return offer, err
			}
			if err := place(ctx, t, cohort, offer.ExpertID); err != nil {
				return offer, err
			}
		}
		if err := fillPlaces(ctx, t, offer.PoolID); err != nil {
			return offer, err
		}
		return t.PlaceOffer(ctx, id)
	})
}

// fillPlaces asks the next of the waiting list for every free place of the
// training groups of a pool that still take somebody, the first to start first,
// and keeps the task of each that asks. The cohorts are locked.
func fillPlaces(ctx context.Context, t *store.Tx, pool engine.PoolID) error {
	cohorts, err := t.CohortsToJoin(ctx, pool)
	if err != nil {
		return err
	}
	for _, c := range cohorts {
		if !c.Admits() {
			continue
		}
		next, err := t.NextWaiting(ctx, c, c.Free())
		if err != nil {
			return err
		}
		expires := t.Now.Add(time.Duration(c.OfferHours) * time.Hour)
		for _, entry := range next {
			id, err := t.InsertPlaceOffer(ctx, engine.PlaceOffer{CohortID: c.ID, EntryID: entry.ID, ExpiresAt: expires})
			if err != nil {
				return err
			}
			if err := t.Queue(ctx, PlaceOfferExpires, string(id), pool, expires); err != nil {
				return err
			}
			if err := t.Tell(ctx, store.Notice{Kind: PlaceOffered, Effect: string(PlaceOffered) + " " + string(id), ExpertID: &entry.ExpertID}); err != nil {
				return err
			}
		}
		switch {
		case len(next) > 0:
			err = t.OpenTask(ctx, engine.Task{PoolID: pool, Kind: engine.TaskPlaceFree, CohortID: &c.ID, DueAt: expires})
		case c.Offered == 0:
			err = closePlaceTask(ctx, t, c.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// closePlaces ends the search for people for a cohort's free places.
func closePlaces(ctx context.Context, t *store.Tx, id engine.CohortID) error {
	if err := t.WithdrawPlaceOffers(ctx, id); err != nil {
		return err
	}
	return closePlaceTask(ctx, t, id)
}

func closePlaceTask(ctx context.Context, t *store.Tx, id engine.CohortID) error {
	return t.CloseTasks(ctx, store.TaskFilter{Kinds: []engine.TaskKind{engine.TaskPlaceFree}, CohortID: &id})
}

// expirePlaceOffer ends an offer of a place that nobody answered, and asks the
// next.
func expirePlaceOffer(ctx context.Context, t *store.Tx, w store.Work) error {
	if err := t.LockCohorts(ctx, w.PoolID); err != nil {
		return err
	}
	offer, err := t.PlaceOffer(ctx, engine.PlaceOfferID(w.About))
	if err != nil || offer.Status != engine.OfferSent {
		return err
	}
	if err := t.MovePlaceOffer(ctx, offer.ID, engine.OfferExpired, false); err != nil {
		return err
	}
	return fillPlaces(ctx, t, offer.PoolID)
}
