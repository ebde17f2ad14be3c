package app

import (
	"context"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// ReviewWaiting puts a request that still waits for supply before a coordinator
// again; it is about that request.
const ReviewWaiting store.WorkKind = "REVIEW_WAITING"

// EarliestDateMoved tells who submitted requests that the day on which supply can
// be hoped for has changed.
const EarliestDateMoved store.NoticeKind = "EARLIEST_DATE_MOVED"

const (
	// reviewEvery is how often a request that waits is looked at by a person.
	reviewEvery = 4 * 7 * 24 * time.Hour
	// taskWeek is how long a task about waiting has.
	taskWeek = 7 * 24 * time.Hour
)

// WaitlistRequest lets a request wait for supply, or changes what it waits for:
// the reason, and the training group it is linked to, "" for none. What experts
// were asked for it is withdrawn neutrally. Errors: NOT_FOUND; INVALID for
// COHORT_PENDING without a training group, or one that has ended or is another
// pool's; CONFLICT when the request is past waiting.
func (a App) WaitlistRequest(ctx context.Context, viewer auth.Viewer, key string, id engine.RequestID, why engine.WaitlistReason, cohortID engine.CohortID) (engine.Request, error) {
	input := struct {
		ID     engine.RequestID
		Why    engine.WaitlistReason
		Cohort engine.CohortID
	}{id, why, cohortID}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "waitlistRequest", Input: input}, func(t *store.Tx) (engine.Request, error) {
		request, err := t.Request(ctx, id)
		if err != nil {
			return request, err
		}
		if err := t.Coordinate(ctx, request.PoolID); err != nil {
			return request, err
		}
		// The training group first, as moveCohort does: its end must not move meanwhile.
		if err := t.LockCohorts(ctx, request.PoolID); err != nil {
			return request, err
		}
		if err := t.LockRequest(ctx, id); err != nil {
			return request, err
		}
		if request, err = t.Request(ctx, id); err != nil {
			return request, err
		}
		if request.Status != engine.RequestWaitlisted && !request.Status.CanBecome(engine.RequestWaitlisted) {
			return request, engine.Conflict(engine.ReasonIllegalTransition, "the request is %s and cannot become %s", request.Status, engine.RequestWaitlisted)
		}
		if request.Status == engine.RequestPartlyFilled {
			return request, engine.Conflict(engine.ReasonIllegalTransition, "an expert has said yes; cancel the session first")
		}
		if err := nothingPlanned(ctx, t, id); err != nil {
			return request, err
		}
		cohort, err := awaited(ctx, t, request.PoolID, why, cohortID)
		if err != nil {
			return request, err
		}
		if err := endOffers(ctx, t, id, engine.OfferWithdrawn, every); err != nil {
			return request, err
		}
		if err := wait(ctx, t, request, why, cohort); err != nil {
			return request, err
		}
		return t.Request(ctx, id)
	})
}

// awaited is the training group a request is to wait for, nil for none.
func awaited(ctx context.Context, t *store.Tx, pool engine.PoolID, why engine.WaitlistReason, id engine.CohortID) (*engine.Cohort, error) {
	if id == "" {
		if why == engine.WaitsForCohort {
			return nil, engine.Invalid("cohortId", "is missing; say which training group the request waits for")
		}
		return nil, nil
	}
	cohort, err := t.Cohort(ctx, id) // as the engine: only those of the pool are there
	switch {
	case err != nil:
		return nil, err
	case !cohort.Pending():
		return nil, engine.Invalid("cohortId", "is a training group that nobody can be expected of any more; choose another one, or none")
	}
	return &cohort, nil
}

// wait lets a request wait: what the requester may know, the task when it comes
// too late, and the day on which a person looks at it again.
func wait(ctx context.Context, t *store.Tx, request engine.Request, why engine.WaitlistReason, cohort *engine.Cohort) error {
	request.CohortID, request.EarliestDate = "", ""
	if cohort != nil {
		request.CohortID, request.EarliestDate = cohort.ID, cohort.EarliestDate()
	}
	if err := t.WaitlistRequest(ctx, request.ID, why, request.CohortID, request.EarliestDate); err != nil {
		return err
	}
	if err := flagDeadline(ctx, t, request); err != nil || request.Status == engine.RequestWaitlisted {
		return err // the days of its review go on
	}
	if err := closeTasks(ctx, t, request.ID, engine.TaskMatchWaiting); err != nil {
		return err
	}
	return t.Queue(ctx, ReviewWaiting, string(request.ID), request.PoolID, t.Now.Add(reviewEvery))
}

// flagDeadline opens the task of a request that cannot be met any more, as far as
// is known, and closes that of one that can.
func flagDeadline(ctx context.Context, t *store.Tx, request engine.Request) error {
	if !request.CannotBeMet(store.Zone) {
		return closeTasks(ctx, t, request.ID, engine.TaskDeadlineAtRisk)
	}
	return t.OpenTask(ctx, engine.Task{PoolID: request.PoolID, Kind: engine.TaskDeadlineAtRisk, RequestID: &request.ID, DueAt: t.Now.Add(taskWeek)})
}

func closeTasks(ctx context.Context, t *store.Tx, id engine.RequestID, kinds ...engine.TaskKind) error {
	return t.CloseTasks(ctx, store.TaskFilter{Kinds: kinds, RequestID: &id})
}

// waitsNoMore ends what a request had for waiting, when it goes on.
func waitsNoMore(ctx context.Context, t *store.Tx, request engine.Request) error {
	if request.Status != engine.RequestWaitlisted && request.Status != engine.RequestSuggested {
		return nil
	}
	return closeTasks(ctx, t, request.ID, engine.TaskReviewWaiting, engine.TaskDeadlineAtRisk, engine.TaskMatchWaiting)
}

// shiftWaiting gives the requests that wait for a cohort its new earliest date,
// flags those that cannot be met, and tells who submitted them once for this
// move. Their order, which is that of submission, stays.
func shiftWaiting(ctx context.Context, t *store.Tx, cohort engine.Cohort, move int) error {
	waiting, err := t.LockWaitingFor(ctx, cohort.ID)
	if err != nil {
		return err
	}
	for _, request := range waiting {
		if err := wait(ctx, t, request, request.WaitlistReason, &cohort); err != nil {
			return err
		}
		if err := t.Tell(ctx, store.Notice{Kind: EarliestDateMoved, Effect: cohortMoved(cohort.ID, move), RequestID: &request.ID}); err != nil {
			return err
		}
	}
	return nil
}

// reviewWaiting puts a request that still waits on the list of its coordinators,
// now and in four weeks again.
func reviewWaiting(ctx context.Context, t *store.Tx, w store.Work) error {
	id := engine.RequestID(w.About)
	if err := t.LockRequest(ctx, id); err != nil {
		return err
	}
	request, err := t.Request(ctx, id)
	if err != nil || request.Status != engine.RequestWaitlisted {
		return err
	}
	if err := t.OpenTask(ctx, engine.Task{PoolID: request.PoolID, Kind: engine.TaskReviewWaiting, RequestID: &id,
		Codes: []string{string(request.WaitlistReason)}, DueAt: t.Now.Add(taskWeek)}); err != nil {
		return err
	}
	return t.Queue(ctx, ReviewWaiting, w.About, w.PoolID, t.Now.Add(reviewEvery))
}

// rescoreWaiting looks whether a request that waits can be matched now. If so it
// is SUGGESTED and its coordinators get a task; who it is they see when they ask.
// Else it keeps waiting, for the reason that is true now.
func rescoreWaiting(ctx context.Context, t *store.Tx, w store.Work) error {
	id := engine.RequestID(w.About)
	if err := t.LockRequest(ctx, id); err != nil {
		return err
	}
	request, err := t.Request(ctx, id)
	if err != nil || request.Status != engine.RequestWaitlisted {
		return err
	}
	in, err := t.MatchInput(ctx, request, nil)
	if err != nil {
		return err
	}
	found, err := engine.Suggest(in)
	if err != nil {
		return err
	}
	if len(found.Suggestions) > 0 {
		if err := waitsNoMore(ctx, t, request); err != nil {
			return err
		}
		if err := t.MoveRequest(ctx, id, engine.RequestSuggested, ""); err != nil {
			return err
		}
		return t.OpenTask(ctx, engine.Task{PoolID: request.PoolID, Kind: engine.TaskMatchWaiting, RequestID: &id, DueAt: t.Now.Add(taskWeek)})
	}
	var cohort *engine.Cohort
	if request.CohortID != "" {
		c, err := t.Cohort(ctx, request.CohortID)
		if err != nil {
			return err
		}
		if c.Pending() {
			cohort = &c
		}
	}
	if request.EarliestDate != "" && cohort == nil { // what was hoped for did not come
		if err := t.Tell(ctx, store.Notice{Kind: EarliestDateMoved, Effect: "COHORT_DONE " + string(request.CohortID), RequestID: &id}); err != nil {
			return err
		}
	}
	return wait(ctx, t, request, engine.StillWaits(in, found, cohort), cohort)
}
