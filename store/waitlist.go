package store

import (
	"context"

	"github.com/lib/pq"

	"expex/engine"
)

const waitlistSelect = `select w.id, w.pool_id, w.expert_id, w.since, w.priority, w.status from waitlist_entry w `

// waitlistOrder is the order of a waiting list.
const waitlistOrder = ` order by w.since, w.priority desc, w.id`

// Waitlist gives those who wait for a training place, as far as the viewer may
// see them, in the order of the list: the entries of a pool, or of all (nil).
func (v View) Waitlist(ctx context.Context, pool *engine.PoolID, p Page) (Slice[engine.WaitlistEntry], error) {
	if err := p.check(); err != nil {
		return Slice[engine.WaitlistEntry]{}, err
	}
	var id *string
	if p.After != nil {
		id = &p.After.ID
	}
	list, err := get(ctx, v, func(t *Tx) (out []engine.WaitlistEntry, err error) {
		return out, t.SelectContext(ctx, &out, waitlistSelect+`
			where w.status = 'WAITING' and ($1::uuid is null or w.pool_id = $1) and ($2::uuid is null or (w.since, -w.priority, w.id) >
			      (select a.since, -a.priority, a.id from waitlist_entry a where a.id = $2))`+waitlistOrder+` limit $3`, pool, id, p.First+1)
	})
	return cut(list, p), err
}

// CountWaitlist counts the whole list.
func (v View) CountWaitlist(ctx context.Context, pool *engine.PoolID) (int, error) {
	return get(ctx, v, func(t *Tx) (n int, err error) {
		return n, t.GetContext(ctx, &n, `select count(*) from waitlist_entry where status = 'WAITING' and ($1::uuid is null or pool_id = $1)`, pool)
	})
}

// PlaceOffersOf gives the open offers of a place to those who wait.
func (v View) PlaceOffersOf(ctx context.Context, ids []engine.WaitlistEntryID) ([]engine.PlaceOffer, error) {
	return get(ctx, v, func(t *Tx) ([]engine.PlaceOffer, error) {
		return t.placeOffers(ctx, `where o.status = 'SENT' and o.entry_id = any($1) order by o.entry_id`, pq.Array(ids))
	})
}

// PriorityLog gives who changed the priorities of entries, and why, the latest
// first.
func (v View) PriorityLog(ctx context.Context, ids []engine.WaitlistEntryID) ([]engine.PriorityChange, error) {
	return get(ctx, v, func(t *Tx) (out []engine.PriorityChange, err error) {
		return out, t.SelectContext(ctx, &out, `
			select entry_id, priority, reason, set_by, set_at from waitlist_priority
			where entry_id = any($1) order by entry_id, number desc`, pq.Array(ids))
	})
}

// WaitlistEntry gives one entry, as far as the transaction may see it.
func (t *Tx) WaitlistEntry(ctx context.Context, id engine.WaitlistEntryID) (e engine.WaitlistEntry, err error) {
	return e, t.GetContext(ctx, &e, waitlistSelect+`where w.id = $1`, id)
}

// WaitingEntry gives the entry of somebody who waits in a pool, nil for none.
func (t *Tx) WaitingEntry(ctx context.Context, pool engine.PoolID, expert engine.ExpertID) (*engine.WaitlistEntry, error) {
	var list []engine.WaitlistEntry
	err := t.SelectContext(ctx, &list, waitlistSelect+`where w.pool_id = $1 and w.expert_id = $2 and w.status = 'WAITING'`, pool, expert)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// NextWaiting gives the first of the list who were not asked for this cohort and
// are not asked for another one now.
func (t *Tx) NextWaiting(ctx context.Context, c engine.Cohort, limit int) (out []engine.WaitlistEntry, err error) {
	return out, t.SelectContext(ctx, &out, waitlistSelect+`
		where w.pool_id = $1 and w.status = 'WAITING'
		  and not exists (select from place_offer o where o.entry_id = w.id and (o.status = 'SENT' or o.cohort_id = $2))`+waitlistOrder+` limit $3`,
		c.PoolID, c.ID, limit)
}

// InsertWaitlistEntry puts somebody on the list of a pool. It is a CONFLICT with
// DUPLICATE when she is on it.
func (t *Tx) InsertWaitlistEntry(ctx context.Context, pool engine.PoolID, expert engine.ExpertID, since engine.Date) (id engine.WaitlistEntryID, err error) {
	return id, t.GetContext(ctx, &id, `
		insert into waitlist_entry (pool_id, expert_id, since) values ($1, $2, $3) returning id`, pool, expert, since)
}

// MoveWaitlistEntry changes where somebody who waited stands.
func (t *Tx) MoveWaitlistEntry(ctx context.Context, id engine.WaitlistEntryID, to engine.WaitlistStatus) error {
	_, err := t.ExecContext(ctx, `update waitlist_entry set status = $2 where id = $1`, id, to)
	return err
}

// SetPriority changes a priority and writes who did and why, in the viewer's name.
func (t *Tx) SetPriority(ctx context.Context, id engine.WaitlistEntryID, priority int, reason string) error {
	if _, err := t.ExecContext(ctx, `update waitlist_entry set priority = $2 where id = $1`, id, priority); err != nil {
		return err
	}
	_, err := t.ExecContext(ctx, `
		insert into waitlist_priority (entry_id, priority, reason, set_by, set_at) values ($1, $2, $3, $4, $5)`,
		id, priority, reason, t.viewer.AccountID, t.Now)
	return err
}

func (t *Tx) placeOffers(ctx context.Context, tail string, args ...any) (out []engine.PlaceOffer, err error) {
	return out, t.SelectContext(ctx, &out, `
		select o.id, o.cohort_id, o.entry_id, w.pool_id, w.expert_id, o.status, o.sent_at, o.expires_at, o.answered_at
		from place_offer o join waitlist_entry w on w.id = o.entry_id `+tail, args...)
}

// PlaceOffer gives one offer of a place, as far as the transaction may see it.
func (t *Tx) PlaceOffer(ctx context.Context, id engine.PlaceOfferID) (engine.PlaceOffer, error) {
	return one(t.placeOffers(ctx, `where o.id = $1`, id))
}

// InsertPlaceOffer asks somebody whether she takes a place, and gives the id.
func (t *Tx) InsertPlaceOffer(ctx context.Context, o engine.PlaceOffer) (id engine.PlaceOfferID, err error) {
	return id, t.GetContext(ctx, &id, `
		insert into place_offer (cohort_id, entry_id, sent_at, expires_at) values ($1, $2, $3, $4) returning id`,
		o.CohortID, o.EntryID, t.Now, o.ExpiresAt)
}

// MovePlaceOffer ends an offer of a place; answered says whether this is an answer.
func (t *Tx) MovePlaceOffer(ctx context.Context, id engine.PlaceOfferID, to engine.OfferStatus, answered bool) error {
	_, err := t.ExecContext(ctx, `
		update place_offer set status = $2, answered_at = case when $3 then $4::timestamptz end where id = $1`, id, to, answered, t.Now)
	return err
}

// WithdrawPlaceOffers takes back the open offers of places of a cohort.
func (t *Tx) WithdrawPlaceOffers(ctx context.Context, id engine.CohortID) error {
	_, err := t.ExecContext(ctx, `update place_offer set status = 'WITHDRAWN' where cohort_id = $1 and status = 'SENT'`, id)
	return err
}

// WithdrawPlaceOfferTo takes back what somebody who waited was asked.
func (t *Tx) WithdrawPlaceOfferTo(ctx context.Context, id engine.WaitlistEntryID) error {
	_, err := t.ExecContext(ctx, `update place_offer set status = 'WITHDRAWN' where entry_id = $1 and status = 'SENT'`, id)
	return err
}
