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

// LockAnswer is [Tx.LockRequest] and then [Tx.LockExperts] for one of them. With an
// open offer that is to be accepted ("" for none) it looks first, and reports when
// its time is given to another session already: whoever comes too late for a hot
// slot shall not wait in line to hear so. Who came at the same time looks once
// more when it is her turn, with the plan that the first look has made. Both are
// one look at an index; of an offer of several dates the rules say more. Only
// after [Tx.Decide].
func (t *Tx) LockAnswer(ctx context.Context, request engine.RequestID, expert engine.ExpertID, yes engine.OfferID) (taken bool, err error) {
	looks := 2
	if yes == "" {
		looks = 1
	}
	for range looks {
		var rows []struct{ Taken, Locked bool }
		err := t.SelectContext(ctx, &rows, `
			with look as materialized (
				select exists (
					select from offer o
					join pool_policy p on p.pool_id = o.pool_id
					join booking b on b.expert_id = o.expert_id and b.status in ('HELD', 'CONFIRMED')
					    and b.busy && tstzrange(o.starts_at, o.ends_at + p.travel_buffer_minutes * interval '1 minute')
					join session s on s.id = b.session_id and s.request_id <> o.request_id
					where o.id = nullif($3, '')::uuid and o.status = 'SENT' and o.expires_at > $4 and o.further = '{}') as taken),
			held as materialized (select id from request where id = $1 and not (select taken from look) for update)
			select taken, coalesce((select pg_advisory_xact_lock(hashtextextended($2, 0)) is not null from held), false) as locked from look`,
			request, string(expert), string(yes), t.Now)
		row, err := one(rows, err)
		switch {
		case err != nil || row.Taken:
			return row.Taken, err
		case !row.Locked:
			return false, engine.NotFound()
		}
	}
	return false, nil
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
