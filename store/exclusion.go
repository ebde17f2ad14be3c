package store

import (
	"context"

	"expex/engine"
)

// Exclusion is a house the viewer never wants to work for. Why is kept nowhere.
type Exclusion struct {
	OrganisationID engine.OrganisationID
	Name           string
	Until          engine.Date // first day on which it no longer holds, "" for none
}

// House is an organisation with all that lies under it or merged into it.
type House struct {
	ID   engine.OrganisationID
	Name string
}

// Exclusions gives the houses the viewer keeps away from, by name.
func (v View) Exclusions(ctx context.Context) ([]Exclusion, error) {
	return get(ctx, v, func(t *Tx) (out []Exclusion, err error) {
		return out, t.SelectContext(ctx, &out, `select organisation_id, name, until from viewer_exclusions() order by name, organisation_id`)
	})
}

// Houses gives those an expert may keep away from: of whoever may ask her pools, by
// name, also by the names they had before a merger.
func (v View) Houses(ctx context.Context) ([]House, error) {
	return get(ctx, v, func(t *Tx) (out []House, err error) {
		return out, t.SelectContext(ctx, &out, `select id, name from viewer_houses() order by name, id`)
	})
}

// SetExclusion has the viewer, an expert, keep away from an organisation and its
// whole house, until a day or nil for good. NOT_FOUND unless the house may ask a
// pool of hers.
func (t *Tx) SetExclusion(ctx context.Context, organisation engine.OrganisationID, until *engine.Date) error {
	found, err := affected(t.ExecContext(ctx, `
		insert into organisation_exclusion (expert_id, organisation_id, until)
		select self, $1, $2 from viewer_self() self
		where exists (select from viewer_houses() h where h.id in (select house_of($1)))
		on conflict (expert_id, organisation_id) do update set until = excluded.until`, organisation, until))
	if err == nil && !found {
		err = engine.NotFound()
	}
	return err
}

// EndExclusion has the viewer keep away from an organisation no more, and forgets
// for what she lifted it. NOT_FOUND when she does not keep away from it.
func (t *Tx) EndExclusion(ctx context.Context, organisation engine.OrganisationID) error {
	found, err := affected(t.ExecContext(ctx, `
		delete from organisation_exclusion where organisation_id = $1 and expert_id in (select viewer_self())`, organisation))
	if err == nil && !found {
		err = engine.NotFound()
	}
	return err
}

// Apart is an expert who is never deployed with another, or for the young person of
// a request; one of the two is set.
type Apart struct {
	ExpertID  engine.ExpertID
	OtherID   *engine.ExpertID
	RequestID *engine.RequestID // a request for the young person, the latest where it is read
}

// KeptApart gives what the viewer noted herself.
func (v View) KeptApart(ctx context.Context) ([]Apart, error) {
	return get(ctx, v, func(t *Tx) (out []Apart, err error) {
		return out, t.SelectContext(ctx, &out, `
			select expert_id, other_id, null::uuid as request_id from expert_exclusion where set_by = (select viewer())
			union all
			select x.expert_id, null, (select r.id from request r where r.client_ref = x.client_ref order by r.submitted_at desc, r.id limit 1)
			from client_exclusion x where x.set_by = (select viewer())
			order by expert_id, other_id, request_id`)
	})
}

// KeepApart notes that two are never deployed together. INVALID for a request that
// is not for a young person. Only after [Tx.Coordinate] of a pool of both.
func (t *Tx) KeepApart(ctx context.Context, a Apart) error {
	if a.OtherID != nil {
		_, err := t.ExecContext(ctx, `
			insert into expert_exclusion (expert_id, other_id, set_by) values (least($1::uuid, $2::uuid), greatest($1::uuid, $2::uuid), $3)
			on conflict do nothing`, a.ExpertID, a.OtherID, t.viewer.AccountID)
		return err
	}
	client, err := t.clientOf(ctx, *a.RequestID)
	if err != nil {
		return err
	}
	_, err = t.ExecContext(ctx, `
		insert into client_exclusion (expert_id, client_ref, set_by) values ($1, $2, $3) on conflict do nothing`, a.ExpertID, client, t.viewer.AccountID)
	return err
}

// EndKeepingApart takes back what the viewer noted with [Tx.KeepApart]. NOT_FOUND
// when she did not, whoever else did. Only after [Tx.Coordinate] of a pool of both.
func (t *Tx) EndKeepingApart(ctx context.Context, a Apart) error {
	var found bool
	var err error
	if a.OtherID != nil {
		found, err = affected(t.ExecContext(ctx, `
			delete from expert_exclusion where expert_id = least($1::uuid, $2::uuid) and other_id = greatest($1::uuid, $2::uuid) and set_by = $3`,
			a.ExpertID, a.OtherID, t.viewer.AccountID))
	} else {
		client, failed := t.clientOf(ctx, *a.RequestID)
		if failed != nil {
			return failed
		}
		found, err = affected(t.ExecContext(ctx, `
			delete from client_exclusion where expert_id = $1 and client_ref = $2 and set_by = $3`, a.ExpertID, client, t.viewer.AccountID))
	}
	if err == nil && !found {
		err = engine.NotFound()
	}
	return err
}

func (t *Tx) clientOf(ctx context.Context, request engine.RequestID) (client engine.ClientRef, err error) {
	if err := t.GetContext(ctx, &client, `select coalesce(client_ref::text, '') from request where id = $1`, request); err != nil {
		return client, err
	}
	if client == "" {
		return client, engine.Invalid("requestId", "is not for a young person; there is nobody to keep her apart from")
	}
	return client, nil
}
