package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/lib/pq"

	"expex/engine"
)

const offerColumns = `
	id, decision_id, request_id, pool_id, expert_id, type, theme_groups, online,
	coalesce(municipality, '') as municipality, starts_at as "slot.start", ends_at as "slot.end", further as further_starts,
	status, sent_at, expires_at, answered_at, decline_code`

type offerRow struct {
	engine.Offer
	ThemeGroups   pq.StringArray
	FurtherStarts starts
}

func offersOf(rows []offerRow) []engine.Offer {
	out := make([]engine.Offer, len(rows))
	for i, r := range rows {
		out[i] = r.Offer
		out[i].ThemeGroups = r.ThemeGroups
		out[i].Slot = utc(r.Slot)
		out[i].FurtherSlots = r.FurtherStarts.slots(r.Slot)
	}
	return out
}

func (t *Tx) offers(ctx context.Context, tail string, args ...any) ([]engine.Offer, error) {
	var rows []offerRow
	err := t.SelectContext(ctx, &rows, `select `+offerColumns+` from offer `+tail, args...)
	return offersOf(rows), err
}

// OfferFilter narrows a list of offers.
type OfferFilter struct {
	RequestID *engine.RequestID
	ExpertID  *engine.ExpertID
	Status    *engine.OfferStatus
}

const offerWhere = `
	($1::uuid is null or request_id = $1) and ($2::uuid is null or expert_id = $2) and ($3::text is null or status = $3)`

// Offers gives the offers the viewer may see, the newest first.
func (v View) Offers(ctx context.Context, f OfferFilter, p Page) (Slice[engine.Offer], error) {
	if err := p.check(); err != nil {
		return Slice[engine.Offer]{}, err
	}
	at, id, err := p.timeKey()
	if err != nil {
		return Slice[engine.Offer]{}, err
	}
	list, err := get(ctx, v, func(t *Tx) ([]engine.Offer, error) {
		return t.offers(ctx, `where `+offerWhere+` and ($4::timestamptz is null or (sent_at, id) < ($4, $5::uuid))
			order by sent_at desc, id desc limit $6`, f.RequestID, f.ExpertID, f.Status, at, id, p.First+1)
	})
	return cut(list, p), err
}

// CountOffers counts the whole list.
func (v View) CountOffers(ctx context.Context, f OfferFilter) (int, error) {
	return get(ctx, v, func(t *Tx) (n int, err error) {
		return n, t.GetContext(ctx, &n, `select count(*) from offer where `+offerWhere, f.RequestID, f.ExpertID, f.Status)
	})
}

// OffersByID gives those of the offers the viewer may see.
func (v View) OffersByID(ctx context.Context, ids []engine.OfferID) ([]engine.Offer, error) {
	return get(ctx, v, func(t *Tx) ([]engine.Offer, error) {
		return t.offers(ctx, `where id = any($1) order by id`, pq.Array(ids))
	})
}

// Offer gives one offer, as far as the transaction may see it.
func (t *Tx) Offer(ctx context.Context, id engine.OfferID) (engine.Offer, error) {
	return one(t.offers(ctx, `where id = $1`, id))
}

// OffersOfDecision gives the offers of one team, by expert.
func (t *Tx) OffersOfDecision(ctx context.Context, id engine.DecisionID) ([]engine.Offer, error) {
	return t.offers(ctx, `where decision_id = $1 order by expert_id`, id)
}

// OffersOfRequest gives all offers of a request, by the time they were sent.
func (t *Tx) OffersOfRequest(ctx context.Context, id engine.RequestID) ([]engine.Offer, error) {
	return t.offers(ctx, `where request_id = $1 order by sent_at, id`, id)
}

// InsertDecision writes a decision with its trace and sends its offers: one to
// each expert of the suggestion.
func (t *Tx) InsertDecision(ctx context.Context, d engine.Decision, offer engine.Offer) ([]engine.Offer, error) {
	suggestion, err := json.Marshal(d.Suggestion)
	if err != nil {
		return nil, err
	}
	if err := t.GetContext(ctx, &d.ID, `
		insert into decision (request_id, made_by, made_at, starts_at, ends_at, further, engine_version, weights_version, input_hash,
		    override, override_reason, suggestion, follows)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning id`,
		d.RequestID, orNull(string(d.MadeBy)), t.Now, d.Slot.Start, d.Slot.End, startsOf(d.FurtherSlots), d.EngineVersion, d.WeightsVersion, d.InputHash,
		d.Override, d.OverrideReason, string(suggestion), d.Follows); err != nil {
		return nil, err
	}
	if _, err := t.ExecContext(ctx, `
		insert into offer (decision_id, request_id, pool_id, expert_id, type, theme_groups, online, municipality, starts_at, ends_at, further, sent_at, expires_at)
		select $1, $2, $3, expert, $5, $6, $7, $8, $9, $10, $13, $11, $12 from unnest($4::uuid[]) expert`,
		d.ID, d.RequestID, offer.PoolID, pq.Array(d.Suggestion.Experts), offer.Type, pq.Array(offer.ThemeGroups), offer.Online,
		orNull(string(offer.Municipality)), d.Slot.Start, d.Slot.End, t.Now, offer.ExpiresAt, startsOf(d.FurtherSlots)); err != nil {
		return nil, err
	}
	return t.OffersOfDecision(ctx, d.ID)
}

// MoveOffers changes the status of offers; answered says whether this is the
// expert's answer.
func (t *Tx) MoveOffers(ctx context.Context, ids []engine.OfferID, to engine.OfferStatus, answered *time.Time, code *engine.DeclineCode) error {
	_, err := t.ExecContext(ctx, `
		update offer set status = $2, answered_at = $3, decline_code = $4 where id = any($1)`,
		pq.Array(ids), to, answered, code)
	return err
}

// TakeOffer keeps the expert's yes, and moves the request to where it stands then,
// unless it is there already.
func (t *Tx) TakeOffer(ctx context.Context, o engine.Offer, request engine.RequestStatus) error {
	_, err := t.ExecContext(ctx, `
		with taken as (update offer set status = 'ACCEPTED', answered_at = $2 where id = $1)
		update request set status = $4, waitlist_reason = '', earliest_date = null where id = $3 and status <> $4`,
		o.ID, t.Now, o.RequestID, request)
	return err
}

// LockExperts makes every other transaction wait that would book one of these
// experts, until this one ends. The lock is taken in one order, so that two
// teams with a common member never wait for each other. It keeps a hot slot from
// livelocking; the constraint booking_no_overlap stays the law.
func (t *Tx) LockExperts(ctx context.Context, ids []engine.ExpertID) error {
	_, err := t.ExecContext(ctx, `
		select pg_advisory_xact_lock(hashtextextended(id, 0)) from (select distinct id from unnest($1::text[]) id order by id offset 0) sorted`, pq.Array(ids))
	return err
}

// AtOfferLimit reports whether one of the experts has as many open offers as a
// pool lets her have before it asks her too. It counts those of all pools, and
// not those that are overdue. Lock the experts first.
func (t *Tx) AtOfferLimit(ctx context.Context, pool engine.PoolID, experts []engine.ExpertID) (full bool, err error) {
	return full, t.GetContext(ctx, &full, `
		select exists (select from offer where expert_id = any($2) and status = 'SENT' and expires_at > $3
		group by expert_id having count(*) >= (select open_offers from pool_policy where pool_id = $1))`,
		pool, pq.Array(experts), t.Now)
}

// Taken reports whether an expert has given the time of a slot, travel buffer of
// the pool included, to a session other than the one named ("" for none). It is
// one look at an index: the cheap question to ask before reading a snapshot.
func (t *Tx) Taken(ctx context.Context, pool engine.PoolID, expert engine.ExpertID, slot engine.Interval, except engine.SessionID) (taken bool, err error) {
	return taken, t.GetContext(ctx, &taken, `
		select exists (select from booking
		where expert_id = $2 and status in ('HELD', 'CONFIRMED') and session_id is distinct from nullif($5, '')::uuid
		  and busy && tstzrange($3::timestamptz, $4::timestamptz + (select travel_buffer_minutes from pool_policy where pool_id = $1) * interval '1 minute'))`,
		pool, expert, slot.Start, slot.End, string(except))
}
