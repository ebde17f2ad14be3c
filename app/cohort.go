package app

import (
	"context"
	"fmt"
	"slices"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// CreateCohort plans a training group in a pool the viewer coordinates. Whoever
// waits for a place is asked at once, in the order of the list. Errors: INVALID
// with the field; NOT_FOUND for a pool that is not the viewer's.
func (a App) CreateCohort(ctx context.Context, viewer auth.Viewer, key string, c engine.Cohort) (engine.Cohort, error) {
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "createCohort", Input: c}, func(t *store.Tx) (engine.Cohort, error) {
		if err := c.Validate(engine.DateOf(t.Now, store.Zone)); err != nil {
			return c, err
		}
		if err := t.Coordinate(ctx, c.PoolID); err != nil {
			return c, err
		}
		if err := t.LockCohorts(ctx, c.PoolID); err != nil {
			return c, err
		}
		made, err := t.InsertCohort(ctx, c)
		if err != nil {
			return c, err
		}
		if err := fillPlaces(ctx, t, made.PoolID); err != nil {
			return c, err
		}
		return t.Cohort(ctx, made.ID)
	})
}

// MoveCohort gives a training group another planned end, and moves what hangs on
// it: the earliest dates of the requests that wait for it, whether they can still
// be met, and what was asked of or held for members who are not certified yet,
// which is taken back without a reason. Requests keep their order. Whoever
// submitted them is told once, however many are hers. Errors: NOT_FOUND; INVALID
// for an end before the start; CONFLICT for a group that has ended.
func (a App) MoveCohort(ctx context.Context, viewer auth.Viewer, key string, id engine.CohortID, plannedEnd engine.Date) (engine.Cohort, error) {
	input := struct {
		ID  engine.CohortID
		End engine.Date
	}{id, plannedEnd}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "moveCohort", Input: input}, func(t *store.Tx) (engine.Cohort, error) {
		cohort, err := train(ctx, t, id, t.Decide)
		if err != nil {
			return cohort, err
		}
		if cohort.ActualEnd != "" {
			return cohort, engine.Conflict(engine.ReasonIllegalTransition, "the training group has ended and cannot be moved")
		}
		if plannedEnd == cohort.PlannedEnd {
			return cohort, nil
		}
		if err := engine.CheckCohortEnd(cohort.PlannedStart, plannedEnd); err != nil {
			return cohort, err
		}
		move, err := t.MoveCohort(ctx, id, plannedEnd)
		if err != nil {
			return cohort, err
		}
		if cohort, err = t.Cohort(ctx, id); err != nil {
			return cohort, err
		}
		if err := releaseUncertified(ctx, t, cohort); err != nil {
			return cohort, err
		}
		return cohort, shiftWaiting(ctx, t, cohort, move)
	})
}

// train sees a cohort with the viewer's own eyes, which are those of the trainers
// and coordinators of its pool, and goes on as the engine by Tx.Decide, or by
// Tx.Coordinate for what is not a trainer's business. It holds the training
// groups of the pool until the end.
func train(ctx context.Context, t *store.Tx, id engine.CohortID, enter func(context.Context, engine.PoolID) error) (engine.Cohort, error) {
	cohort, err := t.Cohort(ctx, id)
	if err != nil {
		return cohort, err
	}
	if err := enter(ctx, cohort.PoolID); err != nil {
		return cohort, err
	}
	if err := t.LockCohorts(ctx, cohort.PoolID); err != nil {
		return cohort, err
	}
	return t.Cohort(ctx, id) // again: it may have changed while we waited
}

// releaseUncertified takes back what members of a cohort were asked who are not
// certified yet, and frees the time that is held for them and their partners. A
// confirmed session stays: whether it breaks a rule is for the re-check to find.
func releaseUncertified(ctx context.Context, t *store.Tx, cohort engine.Cohort) error {
	experts, err := t.UncertifiedOf(ctx, cohort.ID)
	if err != nil || len(experts) == 0 {
		return err
	}
	asked, err := t.OpenOffersTo(ctx, cohort.PoolID, experts)
	if err != nil {
		return err
	}
	held, err := t.HeldFor(ctx, cohort.PoolID, experts)
	if err != nil {
		return err
	}
	var touched []engine.RequestID
	for _, o := range asked {
		touched = append(touched, o.RequestID)
	}
	for _, s := range held {
		touched = append(touched, s.RequestID)
	}
	slices.Sort(touched)
	for _, id := range slices.Compact(touched) {
		if err := releaseRequest(ctx, t, cohort, id, experts); err != nil {
			return err
		}
	}
	return nil
}

// releaseRequest does so for one request, looking again once it holds it.
func releaseRequest(ctx context.Context, t *store.Tx, cohort engine.Cohort, id engine.RequestID, experts []engine.ExpertID) error {
	if err := t.LockRequest(ctx, id); err != nil {
		return err
	}
	held, err := t.HeldFor(ctx, cohort.PoolID, experts)
	if err != nil {
		return err
	}
	var decisions []engine.DecisionID
	for _, s := range held {
		if s.RequestID != id {
			continue
		}
		if s.DecisionID != nil {
			decisions = append(decisions, *s.DecisionID)
		}
		if _, err := cancel(ctx, t, s, engine.SideCoordinator); err != nil {
			return err
		}
	}
	asked, err := t.OpenOffersTo(ctx, cohort.PoolID, experts)
	if err != nil {
		return err
	}
	for _, o := range asked {
		decisions = append(decisions, o.DecisionID)
	}
	ofThem := func(o engine.Offer) bool { return slices.Contains(decisions, o.DecisionID) }
	if err := endOffers(ctx, t, id, engine.OfferWithdrawn, ofThem); err != nil {
		return err
	}
	request, err := t.Request(ctx, id)
	if err != nil || request.Status != engine.RequestOffered && request.Status != engine.RequestPartlyFilled {
		return err
	}
	next, err := followsFor(ctx, t, id)
	switch {
	case err != nil:
		return err
	case next == engine.RequestOpen && request.CohortID == cohort.ID:
		return wait(ctx, t, request, engine.WaitsForCohort, &cohort)
	}
	return moveRequest(ctx, t, request, next)
}

// RecordAttendance writes who was at a meeting of a training group. From the
// meeting on at which nobody new comes in, places that are free stay so, and what
// was asked of those who wait is taken back. Errors: NOT_FOUND; INVALID for a
// meeting there is not, or somebody who is not in the group.
func (a App) RecordAttendance(ctx context.Context, viewer auth.Viewer, key string, id engine.CohortID, list []engine.Attendance) (engine.Cohort, error) {
	if len(list) < 1 || len(list) > maxPeople {
		return engine.Cohort{}, engine.Invalid("attendance", "holds %d items; send 1 to %d", len(list), maxPeople)
	}
	input := struct {
		ID   engine.CohortID
		List []engine.Attendance
	}{id, list}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "recordAttendance", Input: input}, func(t *store.Tx) (engine.Cohort, error) {
		cohort, err := train(ctx, t, id, t.Decide)
		if err != nil {
			return cohort, err
		}
		members, err := t.OutcomesOf(ctx, id)
		if err != nil {
			return cohort, err
		}
		for _, one := range list {
			if one.Meeting < 1 || one.Meeting > cohort.Meetings {
				return cohort, engine.Invalid("attendance.meeting", "is %d; this training group has the meetings 1 to %d", one.Meeting, cohort.Meetings)
			}
			if _, ok := members[one.ExpertID]; !ok {
				return cohort, engine.Invalid("attendance.expertId", "is not in this training group")
			}
			one.CohortID = id
			if err := t.RecordAttendance(ctx, one); err != nil {
				return cohort, err
			}
		}
		if cohort, err = t.Cohort(ctx, id); err != nil || cohort.Admits() {
			return cohort, err
		}
		if err := closePlaces(ctx, t, cohort.ID); err != nil {
			return cohort, err
		}
		if err := fillPlaces(ctx, t, cohort.PoolID); err != nil { // another group may ask them now
			return cohort, err
		}
		return t.Cohort(ctx, id)
	})
}

// maxPeople bounds a list of members in one call: more than any training group has.
const maxPeople = 200

// Outcome is what came of one member's training.
type Outcome struct {
	ExpertID engine.ExpertID
	Outcome  engine.TrainingOutcome
}

// RecordOutcomes decides what came of members of a training group, as of a day,
// "" for today: CERTIFIED gives leave for every type of deployment that needs no
// further training; STOPPED frees a place, which is offered to the next who
// waits. When the last outcome is decided the group has ended. Errors: NOT_FOUND;
// INVALID for somebody who is not in the group or a day in the future; CONFLICT
// for an outcome that was decided otherwise.
func (a App) RecordOutcomes(ctx context.Context, viewer auth.Viewer, key string, id engine.CohortID, on engine.Date, list []Outcome) (engine.Cohort, error) {
	if len(list) > maxPeople {
		return engine.Cohort{}, engine.Invalid("outcomes", "holds %d items; send at most %d", len(list), maxPeople)
	}
	input := struct {
		ID   engine.CohortID
		On   engine.Date
		List []Outcome
	}{id, on, list}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "recordOutcomes", Input: input}, func(t *store.Tx) (engine.Cohort, error) {
		cohort, err := train(ctx, t, id, t.Decide)
		if err != nil {
			return cohort, err
		}
		today := engine.DateOf(t.Now, store.Zone)
		day := on
		if day == "" {
			day = today
		}
		if day > today || day < cohort.PlannedStart {
			return cohort, engine.Invalid("on", "must be a day from %s, when the training group starts, to today", cohort.PlannedStart)
		}
		decided, err := t.OutcomesOf(ctx, id)
		if err != nil {
			return cohort, err
		}
		// First the requests, then the experts, as in acceptOffer: the end of the group
		// moves those that wait for it.
		if _, err := t.LockWaitingFor(ctx, id); err != nil {
			return cohort, err
		}
		var experts []engine.ExpertID
		for _, o := range list {
			if _, member := decided[o.ExpertID]; member {
				experts = append(experts, o.ExpertID)
			}
		}
		if err := t.LockExperts(ctx, experts); err != nil {
			return cohort, err
		}
		for _, o := range list {
			if err := decideMember(ctx, t, cohort, decided, o, day); err != nil {
				return cohort, err
			}
			decided[o.ExpertID] = o.Outcome
		}
		if cohort.ActualEnd == "" && finished(decided) {
			move, err := t.EndCohort(ctx, id, day)
			if err != nil {
				return cohort, err
			}
			if err := closePlaces(ctx, t, id); err != nil {
				return cohort, err
			}
			ended, err := t.Cohort(ctx, id)
			if err != nil {
				return cohort, err
			}
			if ended.EarliestDate() != cohort.EarliestDate() {
				if err := shiftWaiting(ctx, t, ended, move); err != nil {
					return cohort, err
				}
			}
			if err := t.RescoreCohort(ctx, id); err != nil {
				return cohort, err
			}
		}
		if err := fillPlaces(ctx, t, cohort.PoolID); err != nil {
			return cohort, err
		}
		return t.Cohort(ctx, id)
	})
}

// decideMember writes one outcome and moves the member, who is locked. The same
// outcome again changes nothing.
func decideMember(ctx context.Context, t *store.Tx, cohort engine.Cohort, decided map[engine.ExpertID]engine.TrainingOutcome, o Outcome, day engine.Date) error {
	before, member := decided[o.ExpertID]
	switch {
	case !member:
		return engine.Invalid("outcomes.expertId", "is not in this training group")
	case before == o.Outcome:
		return nil
	case before != "":
		return engine.Conflict(engine.ReasonIllegalTransition, "an outcome was decided as %s; nobody decides twice", before)
	}
	status, err := t.ExpertStatus(ctx, cohort.PoolID, o.ExpertID)
	if err != nil {
		return err
	}
	to := o.Outcome.LeadsTo()
	if !status.CanBecome(to) {
		return engine.Conflict(engine.ReasonIllegalTransition, "a member is %s and cannot become %s", status, to)
	}
	if err := t.DecideMember(ctx, cohort.ID, o.ExpertID, o.Outcome, day); err != nil {
		return err
	}
	if o.Outcome == engine.OutcomeCertified {
		if err := t.Certify(ctx, cohort.ID, o.ExpertID, day); err != nil {
			return err
		}
	}
	return t.MoveExpert(ctx, o.ExpertID, to)
}

// finished reports whether a training group is over: nobody is without an outcome,
// and somebody stayed to the end. One whose first members all stopped waits for
// others.
func finished(decided map[engine.ExpertID]engine.TrainingOutcome) bool {
	stayed := false
	for _, outcome := range decided {
		if outcome == "" {
			return false
		}
		stayed = stayed || outcome != engine.OutcomeStopped
	}
	return stayed
}

// Ready is an expert after an attempt to make her deployable: what is missing,
// nothing when she is.
type Ready struct {
	ExpertID engine.ExpertID
	Missing  []engine.Prerequisite
}

// MakeDeployable lets a certified expert be suggested, when her papers are
// complete; else it changes nothing and names what is missing. Requests that wait
// in her pools are looked at again, the oldest first. Errors: NOT_FOUND for an
// expert of a pool the viewer does not coordinate; CONFLICT for one who is not
// just certified.
func (a App) MakeDeployable(ctx context.Context, viewer auth.Viewer, key string, id engine.ExpertID) (Ready, error) {
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "makeDeployable", Input: id}, func(t *store.Tx) (Ready, error) {
		out := Ready{ExpertID: id}
		pool, err := t.PoolCoordinated(ctx, id)
		if err != nil {
			return out, err
		}
		if err := t.Coordinate(ctx, pool); err != nil {
			return out, err
		}
		if err := t.LockExperts(ctx, []engine.ExpertID{id}); err != nil {
			return out, err
		}
		known, err := t.Readiness(ctx, id)
		if err != nil {
			return out, err
		}
		if known.Status != engine.ExpertCertified {
			return out, engine.Conflict(engine.ReasonIllegalTransition, "she is %s; only who is CERTIFIED can be made deployable", known.Status)
		}
		if out.Missing = known.Missing(engine.DateOf(t.Now, store.Zone)); len(out.Missing) > 0 {
			return out, nil
		}
		if err := t.MoveExpert(ctx, id, engine.ExpertDeployable); err != nil {
			return out, err
		}
		return out, t.RescoreFor(ctx, id)
	})
}

// cohortMoved names the effect of one move of a cohort, so that nobody hears of
// it twice.
func cohortMoved(id engine.CohortID, move int) string {
	return fmt.Sprintf("COHORT_MOVED %s %d", id, move)
}
