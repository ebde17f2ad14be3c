package app

import (
	"cmp"
	"context"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// maxProfile is the length of the name of a screening profile.
const maxProfile = 200

// RecordConductCertificate notes a certificate of conduct that a coordinator has
// looked at: the days and the profile, never the document. Tasks about the one
// before it close, and sessions it covers are no longer broken by the lack of it.
// NOT_FOUND when the viewer coordinates no pool of the expert; INVALID for days
// that do not fit.
func (a App) RecordConductCertificate(ctx context.Context, viewer auth.Viewer, key string, c store.Certificate) (engine.ExpertID, error) {
	if err := engine.CheckText("screeningProfile", c.ScreeningProfile, maxProfile); err != nil && c.ScreeningProfile != "" {
		return c.ExpertID, err
	}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "recordConductCertificate", Input: c}, func(t *store.Tx) (engine.ExpertID, error) {
		switch {
		case c.IssuedOn > engine.DateOf(t.Now, store.Zone):
			return c.ExpertID, engine.Invalid("issuedOn", "lies in the future; record it once it is there")
		case c.ValidTo <= c.IssuedOn:
			return c.ExpertID, engine.Invalid("validTo", "must be later than issuedOn; it is the first day on which the certificate no longer holds")
		}
		pools, err := coordinateExpert(ctx, t, viewer, c.ExpertID)
		if err != nil {
			return c.ExpertID, err
		}
		paper := engine.Paper{ExpertID: c.ExpertID, Kind: engine.PaperConduct, IssuedOn: c.IssuedOn}
		was, err := t.Paper(ctx, paper)
		if err != nil {
			return c.ExpertID, err
		}
		if err := t.RecordCertificate(ctx, c); err != nil {
			return c.ExpertID, err
		}
		if err := t.NoteChange(ctx, changeOf(paper, was, c.ValidTo, "")); err != nil {
			return c.ExpertID, err
		}
		for _, pool := range pools {
			if err := t.Decide(ctx, pool); err != nil {
				return c.ExpertID, err
			}
			if err := certificates(ctx, t, pool, &c.ExpertID); err != nil {
				return c.ExpertID, err
			}
		}
		return c.ExpertID, recheckExpert(ctx, t, c.ExpertID, pools)
	})
}

// coordinateExpert goes on as the engine for a pool of an expert that the viewer
// coordinates, and gives all pools she is in. NOT_FOUND when there is none.
func coordinateExpert(ctx context.Context, t *store.Tx, viewer auth.Viewer, expert engine.ExpertID) ([]engine.PoolID, error) {
	pools, err := t.PoolsOf(ctx, expert)
	if err != nil {
		return nil, err
	}
	for _, pool := range pools {
		if coordinates(viewer, pool) {
			return pools, t.Coordinate(ctx, pool)
		}
	}
	return nil, engine.NotFound()
}

// CertificateExpires: a certificate of conduct runs out, or has; for the expert
// and her coordinators.
const CertificateExpires store.NoticeKind = "CERTIFICATE_EXPIRES"

// certificateStages say how long before the end somebody is reminded, the last
// first.
var certificateStages = []struct {
	days int
	code string
}{{0, "EXPIRED"}, {7, "DAYS_7"}, {30, "DAYS_30"}, {60, "DAYS_60"}}

func remindOfCertificates(ctx context.Context, t *store.Tx, pool engine.PoolID) error {
	return certificates(ctx, t, pool, nil)
}

// certificates reminds of those that run out in the pool, or of one expert's,
// once at each stage, and closes the task of who has a new one.
func certificates(ctx context.Context, t *store.Tx, pool engine.PoolID, of *engine.ExpertID) error {
	list, err := t.PoolCertificates(ctx, of)
	if err != nil {
		return err
	}
	today := engine.DateOf(t.Now, store.Zone)
	for len(list) > 0 {
		expert, end := list[0].ExpertID, engine.Date("")
		var valid []engine.Valid
		for len(list) > 0 && list[0].ExpertID == expert {
			valid = append(valid, engine.Valid{From: list[0].IssuedOn, To: list[0].ValidTo})
			end = max(end, list[0].ValidTo)
			list = list[1:]
		}
		end = cmp.Or(engine.CoveredUntil(valid, today), end)
		stage := ""
		for _, s := range certificateStages {
			if stage == "" && today.DaysUntil(end) <= s.days {
				stage = s.code
			}
		}
		if stage == "" {
			if err := t.CloseTasks(ctx, store.TaskFilter{Kinds: []engine.TaskKind{engine.TaskCertificateExpires}, ExpertID: &expert}); err != nil {
				return err
			}
			continue
		}
		due := engine.Instant(end, "00:00", store.Zone)
		err := bringUp(ctx, t, engine.Task{PoolID: pool, Kind: engine.TaskCertificateExpires, ExpertID: &expert, Codes: []string{stage}, DueAt: due},
			store.Notice{Kind: CertificateExpires, Effect: "CERTIFICATE " + string(expert) + " " + string(end) + " " + stage}, store.Notice{ExpertID: &expert}, store.Notice{PoolID: &pool})
		if err != nil {
			return err
		}
	}
	return nil
}

// bringUp opens a task that was not made before, and tells whoever has to hear of
// it. One that the coordinator has done does not come back.
func bringUp(ctx context.Context, t *store.Tx, task engine.Task, about store.Notice, to ...store.Notice) error {
	made, err := t.HasTask(ctx, task)
	if err != nil || made {
		return err
	}
	task.AppearsAt = t.Now
	if task.DueAt.Before(t.Now) {
		task.AppearsAt = task.DueAt
	}
	if err := t.OpenTask(ctx, task); err != nil {
		return err
	}
	for _, who := range to {
		who.Kind, who.Effect = about.Kind, about.Effect
		if err := t.Tell(ctx, who); err != nil {
			return err
		}
	}
	return nil
}
