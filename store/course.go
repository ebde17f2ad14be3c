package store

import (
	"cmp"
	"context"
	"slices"

	"expex/engine"
)

// Course is a request with what has become of it so far.
type Course struct {
	Request  engine.Request
	Offers   []engine.Offer   // all there were, by the time they were sent
	Sessions []engine.Session // the earliest first
	// ToJoin is the session whose team somebody joins by the offer the course was
	// read for: one its decision was made for, or its only one, when that has lost
	// somebody of the team that was asked. "" for a team in which nobody said no.
	ToJoin engine.SessionID
}

// Of gives the offers of one decision, by expert, and its sessions.
func (c Course) Of(id engine.DecisionID) (offers []engine.Offer, sessions []engine.Session) {
	for _, o := range c.Offers {
		if o.DecisionID == id {
			offers = append(offers, o)
		}
	}
	for _, s := range c.Sessions {
		if s.DecisionID != nil && *s.DecisionID == id {
			sessions = append(sessions, s)
		}
	}
	slices.SortFunc(offers, func(a, b engine.Offer) int { return cmp.Compare(a.ExpertID, b.ExpertID) })
	return offers, sessions
}

// DecideOffer goes on as [Tx.Decide] does about the pool of an offer that the
// viewer's own eyes see, and gives what the answer to it is about: its request
// and the expert who is asked. All that follows is read by id, also what names
// other times to who came too late, and keeps its plans: see [plans]. NOT_FOUND
// for an offer she may not see.
func (t *Tx) DecideOffer(ctx context.Context, id engine.OfferID) (request engine.RequestID, expert engine.ExpertID, err error) {
	var rows []struct {
		RequestID         engine.RequestID
		ExpertID          engine.ExpertID
		Role, Pool, Plans string
	}
	err = t.SelectContext(ctx, &rows, `
		select request_id, expert_id, set_config('role', 'expex_engine', true) as role, set_config('app.pool', pool_id::text, true) as pool,
		       set_config('plan_cache_mode', 'force_generic_plan', true) as plans
		from offer where id = $1`, id)
	seen, err := one(rows, err)
	t.decides = err == nil
	return seen.RequestID, seen.ExpertID, err
}

// LockAnswer is [Tx.LockRequest] and then [Tx.LockExperts] for one of them. Only
// after [Tx.Decide].
func (t *Tx) LockAnswer(ctx context.Context, request engine.RequestID, expert engine.ExpertID) error {
	var locked []bool
	err := t.SelectContext(ctx, &locked, `
		with held as materialized (select id from request where id = $1 for update)
		select pg_advisory_xact_lock(hashtextextended($2, 0)) is not null from held`, request, string(expert))
	_, err = one(locked, err)
	return err
}

// CourseOf gives the course of the request an offer is about. Lock the request
// first. Only after [Tx.Decide].
func (t *Tx) CourseOf(ctx context.Context, request engine.RequestID, id engine.OfferID) (Course, error) {
	var rows []struct {
		requestRow
		OfferRows   nested[offerRow]
		SessionRows nested[engine.Session]
		ToJoin      engine.SessionID
	}
	err := t.SelectContext(ctx, &rows, `
		select `+requestColumns+`,
		       (select json_agg(x) from (select `+offerColumns+` from offer where request_id = r.id order by sent_at, id) x) as offer_rows,
		       (select json_agg(x) from (select `+sessionColumns+` from session s where s.request_id = r.id order by s.starts_at, s.id) x) as session_rows,
		       coalesce((`+sessionToJoin+` where d.id = (select decision_id from offer where id = $2)), '') as to_join
		`+requestFrom+` where r.id = $1`, request, id)
	row, err := one(rows, err)
	if err != nil {
		return Course{}, err
	}
	return Course{Request: row.whole(), Offers: offersOf(row.OfferRows), Sessions: inUTC(row.SessionRows), ToJoin: row.ToJoin}, nil
}

const sessionToJoin = `
	select coalesce(d.session_id, s.id)::text
	from decision d
	left join session s on s.decision_id = d.id and not exists (select from session x where x.decision_id = d.id and x.id <> s.id) and (
	    exists (select from offer o where o.decision_id = d.id and o.status in ('DECLINED', 'EXPIRED', 'WITHDRAWN'))
	    or exists (select from booking b where b.session_id = s.id and b.left_at is not null))`
