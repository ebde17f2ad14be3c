package app

import (
	"cmp"
	"context"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// RecordPaper notes the day an expert signed an agreement or the duty of
// confidentiality, or was trained for a type of deployment: a coordinator has seen
// the paper, which is never kept. It writes over what was recorded, and keeps who
// did. Sessions it covers are no longer broken by the lack of it, and requests that
// wait in her pools are looked at again. Errors: NOT_FOUND when the viewer
// coordinates no pool of the expert; INVALID for a day to come or an unknown type.
func (a App) RecordPaper(ctx context.Context, viewer auth.Viewer, key string, p engine.Paper, on engine.Date) (engine.ExpertID, error) {
	if err := checkPaper(p); err != nil {
		return p.ExpertID, err
	}
	input := struct {
		Paper engine.Paper
		On    engine.Date
	}{p, on}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "recordPaper", Input: input}, func(t *store.Tx) (engine.ExpertID, error) {
		if on > today(t) {
			return p.ExpertID, engine.Invalid("on", "lies in the future; record it once it is there")
		}
		pools, err := coordinateExpert(ctx, t, viewer, p.ExpertID)
		if err != nil {
			return p.ExpertID, err
		}
		standing, err := t.LockStanding(ctx, p.ExpertID)
		if err != nil {
			return p.ExpertID, err
		}
		was, err := t.Paper(ctx, p)
		if err != nil {
			return p.ExpertID, err
		}
		if err := t.RecordPaper(ctx, p, on); err != nil {
			return p.ExpertID, err
		}
		if err := t.NoteChange(ctx, changeOf(p, was, on, "")); err != nil {
			return p.ExpertID, err
		}
		if standing.Status == engine.ExpertDeployable {
			if err := t.RescoreFor(ctx, p.ExpertID); err != nil {
				return p.ExpertID, err
			}
		}
		return p.ExpertID, recheckExpert(ctx, t, p.ExpertID, pools)
	})
}

// WithdrawPaper takes a paper off an expert's record that should not be there, or
// no longer holds; a certificate of conduct, too. Who did it and why is kept. What
// is planned and needs it becomes tasks, and open offers that need it are
// withdrawn, neutrally. Errors: NOT_FOUND when the viewer coordinates no pool of
// the expert; INVALID; CONFLICT for a paper that is not there.
func (a App) WithdrawPaper(ctx context.Context, viewer auth.Viewer, key string, p engine.Paper, reason string) (engine.ExpertID, error) {
	if err := cmp.Or(checkPaper(p), checkReason("reason", reason)); err != nil {
		return p.ExpertID, err
	}
	input := struct {
		Paper  engine.Paper
		Reason string
	}{p, reason}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "withdrawPaper", Input: input}, func(t *store.Tx) (engine.ExpertID, error) {
		pools, err := coordinateExpert(ctx, t, viewer, p.ExpertID)
		if err != nil {
			return p.ExpertID, err
		}
		if _, err := t.LockStanding(ctx, p.ExpertID); err != nil {
			return p.ExpertID, err
		}
		was, err := t.Paper(ctx, p)
		if err != nil {
			return p.ExpertID, err
		}
		if was == "" {
			return p.ExpertID, engine.Conflict(engine.ReasonIllegalTransition, "there is no such paper on her record: nothing to withdraw")
		}
		if err := t.WithdrawPaper(ctx, p); err != nil {
			return p.ExpertID, err
		}
		if err := t.NoteChange(ctx, changeOf(p, was, "", reason)); err != nil {
			return p.ExpertID, err
		}
		if p.Kind == engine.PaperConduct {
			for _, pool := range pools {
				if err := t.Decide(ctx, pool); err != nil {
					return p.ExpertID, err
				}
				if err := certificates(ctx, t, pool, &p.ExpertID); err != nil {
					return p.ExpertID, err
				}
			}
		}
		return p.ExpertID, recheckExpert(ctx, t, p.ExpertID, pools)
	})
}

func checkPaper(p engine.Paper) error {
	return cmp.Or(p.Validate(), engine.CheckText("type", string(p.Type), maxCode))
}

func changeOf(p engine.Paper, was, became engine.Date, reason string) store.RecordChange {
	return store.RecordChange{Kind: string(p.Kind), ExpertID: &p.ExpertID, About: cmp.Or(string(p.Type), string(p.IssuedOn)),
		Was: string(was), Became: string(became), Reason: reason}
}
