package storetest

import (
	"database/sql"
	"strings"
	"time"
)

// Laws are what must hold of a database whatever people have done, in whatever
// order and how many at once: each query counts where it is broken. Tests that
// throw anything at the service count them afterwards.
var Laws = []Law{
	{"two sessions of one expert that overlap, buffer included, and nobody wanted it", `
		select count(*) from booking a join booking b on a.expert_id = b.expert_id and a.session_id < b.session_id and a.busy && b.busy
		where a.status in ('HELD', 'CONFIRMED') and b.status in ('HELD', 'CONFIRMED') and a.double_reason is null and b.double_reason is null`},
	{"confirmed sessions without their whole team, or the part of it that a coordinator lets do it alone", `
		select count(*) from session s join request q on q.id = s.request_id
		cross join lateral (select count(*) as n from booking b where b.session_id = s.id and b.status = 'CONFIRMED' and b.seat is null) team
		where s.status = 'CONFIRMED' and team.n <> q.team_size and not (team.n between 1 and q.team_size
		    and exists (select from decision d where d.session_id = s.id and d.override and not exists (select from offer o where o.decision_id = d.id)))`},
	{"sessions with more experts than were asked for", `
		select count(*) from session s join request q on q.id = s.request_id where q.team_size <
		(select count(*) from booking b where b.session_id = s.id and b.status in ('HELD', 'CONFIRMED') and b.seat is null)`},
	{"sessions with more guests than seats", `
		select count(*) from session s where coalesce(s.seats, 0) <
		(select count(*) from booking b where b.session_id = s.id and b.status <> 'RELEASED' and b.seat is not null)`},
	{"bookings at another time than their session, or that stand while it does not", `
		select count(*) from booking b join session s on s.id = b.session_id where b.status <> 'RELEASED' and (
		    (b.starts_at, b.ends_at) is distinct from (s.starts_at, s.ends_at) or b.status <> case
		        when s.status in ('HELD', 'CONFIRMED') then s.status
		        when s.status in ('COMPLETED', 'NO_SHOW_CLIENT', 'NO_SHOW_REQUESTER') then 'DONE' else 'RELEASED' end)`},
	{"sessions that wait for somebody with nothing that ends or completes them", `
		select count(*) from session s join request q on q.id = s.request_id
		where s.status = 'HELD' and s.starts_at > app_now() and q.team_size >
		    (select count(*) from booking b where b.session_id = s.id and b.status = 'HELD' and b.seat is null)
		and not exists (select from due_work d where d.kind = 'HOLD_EXPIRES' and d.about = s.decision_id or d.kind = 'DECIDE_SESSION' and d.about = s.id)
		and not exists (select from offer o where o.decision_id = s.decision_id and o.status = 'SENT')`},
	{"sessions that are held and certain of their team, with nothing that says why", `
		select count(*) from session s join request q on q.id = s.request_id
		where s.status = 'HELD' and s.starts_at > app_now() and q.team_size <=
		    (select count(*) from booking b where b.session_id = s.id and b.status = 'HELD' and b.seat is null)
		and not exists (select from task t where t.done_at is null and (t.kind in ('SESSION_BROKEN', 'CONFIRM_SESSION') and t.session_id = s.id
		    or t.kind = 'NO_SHOW_CHECK_IN' and t.match_id = s.match_id))`},
	{"sessions to come whose begin nothing waits for", `
		select count(*) from session s where s.status in ('HELD', 'CONFIRMED') and s.starts_at > app_now()
		and not exists (select from due_work d where d.kind = 'SESSION_BEGINS' and d.about = s.id)`},
	{"cancelled sessions that still take somebody's time", `
		select count(*) from session s join booking b on b.session_id = s.id where s.status like 'CANCELLED%' and b.status in ('HELD', 'CONFIRMED')`},
	{"experts with more sessions on a day than the pool lets them have", `
		select count(*) from (select from booking b where status in ('HELD', 'CONFIRMED')
		group by expert_id, (starts_at at time zone 'Europe/Amsterdam')::date
		having count(*) > (select max(sessions_per_day) from pool_policy) + count(double_reason) or count(*) filter (where one_to_one) - count(double_reason) filter (where one_to_one) > (select max(one_to_one_per_day) from pool_policy)) x`},
	{"experts with more sessions or hours in a week than the pool lets them have", `
		select count(*) from (select from booking b where status in ('HELD', 'CONFIRMED')
		group by expert_id, date_trunc('week', starts_at at time zone 'Europe/Amsterdam')
		having count(*) > (select max(sessions_per_week) from pool_policy) + count(double_reason)
		    or sum(ends_at - starts_at) filter (where double_reason is null) > (select max(contact_minutes_week) from pool_policy) * interval '1 minute') x`},
	{"experts with more open offers than the pool lets them have", `
		select count(*) from (select from offer where status = 'SENT' group by expert_id having count(*) > (select max(open_offers) from pool_policy)) x`},
	{"requests that are filled with neither a session nor a relation, and nobody to say how it was", `
		select count(*) from request q where q.status = 'FILLED'
		and not exists (select from session s where s.request_id = q.id and s.status in ('CONFIRMED', 'COMPLETED', 'NO_SHOW_CLIENT', 'NO_SHOW_REQUESTER'))
		and not exists (select from match m where m.request_id = q.id and m.status <> 'CLOSED')
		and not exists (select from task t where t.request_id = q.id and t.kind = 'EVALUATE_REQUEST' and t.done_at is null)`},
	{"requests that run with neither a session nor a relation that began", `
		select count(*) from request q where q.status = 'RUNNING'
		and not exists (select from session s where s.request_id = q.id and s.starts_at <= app_now() and s.status not like 'CANCELLED%' and s.status <> 'RELEASED')
		and not exists (select from match m where m.request_id = q.id)`},
	{"requests for one session with two of them", `
		select count(*) from (select from session s join request q on q.id = s.request_id where s.status = 'CONFIRMED' and s.match_id is null and q.occurrences = 1
		    and s.series_id is null group by s.request_id having count(*) > 1) x`},
	{"requests that are partly filled with nobody's time held", `
		select count(*) from request q where q.status = 'PARTLY_FILLED'
		and not exists (select from session s join booking b on b.session_id = s.id where s.request_id = q.id and s.status = 'HELD' and b.status = 'HELD')`},
	{"open offers of requests that need nobody, for no session that lacks somebody", `
		select count(*) from offer o join request q on q.id = o.request_id where o.status = 'SENT' and q.status not in ('OFFERED', 'PARTLY_FILLED')
		and not (q.status in ('FILLED', 'RUNNING') and exists (
		    select from decision d join session s on s.id = d.session_id where d.id = o.decision_id and s.status = 'HELD'))`},
	{"requests that look for somebody though their one session is certain", `
		select count(*) from request q where q.occurrences = 1 and q.status in ('OPEN', 'SUGGESTED', 'OFFERED', 'PARTLY_FILLED', 'WAITLISTED')
		and exists (select from session s where s.request_id = q.id and s.status = 'CONFIRMED' and s.match_id is null and s.series_id is null and s.starts_at > app_now())`},
	{"requests that are offered with nobody asked", `
		select count(*) from request q where q.status = 'OFFERED' and not exists (select from offer o where o.request_id = q.id and o.status = 'SENT')`},
	{"sessions that begin in a region of another day", `
		select count(*) from session where region is distinct from region_on(municipality, (starts_at at time zone 'Europe/Amsterdam')::date)`},
	{"relations with more meetings than their cap", `
		select count(*) from match m where m.session_cap + m.extra_sessions < (select count(*) from session s where s.match_id = m.id and s.status not like 'CANCELLED%')`},
	// So that the cap may count every meeting that is not cancelled.
	{"meetings of relations that were let go, though her yes alone makes them certain", `
		select count(*) from session where match_id is not null and status = 'RELEASED'`},
	{"relations that go on for requests that do not", `
		select count(*) from match m join request q on q.id = m.request_id where m.status <> 'CLOSED' and q.status in ('WITHDRAWN', 'REFERRED', 'CLOSED')`},
	{"sessions to come of relations that are paused or over", `
		select count(*) from session s join match m on m.id = s.match_id
		where s.status in ('HELD', 'CONFIRMED') and s.starts_at > app_now() and m.status in ('PAUSED', 'CLOSED')`},
	{"sessions to come of requests that are over", `
		select count(*) from session s join request q on q.id = s.request_id
		where s.status in ('HELD', 'CONFIRMED') and s.starts_at > app_now() and q.status in ('EVALUATED', 'CLOSED', 'WITHDRAWN', 'REFERRED')`},
	{"tasks to find somebody for sessions that are not held", `
		select count(*) from task t join session s on s.id = t.session_id
		where t.done_at is null and t.kind in ('COMPLETE_TEAM', 'DECIDE_SESSION') and s.status <> 'HELD'`},
	{"consents that are current twice", `
		select count(*) from (select from theme_consent where superseded_at is null group by expert_id, theme, usage having count(*) > 1) x`},
	{"open offers that nothing will end", `
		select count(*) from offer o where o.status = 'SENT' and not exists (select from due_work d where d.kind = 'OFFER_EXPIRES' and d.about = o.id)`},
}

// Law is one of them.
type Law struct {
	Broken string // what a count above zero would be
	Query  string
}

// Broken counts at a moment of the database's where each of [Laws] is broken, in
// their order.
func Broken(db *sql.DB, now time.Time) ([]int, error) {
	queries := make([]string, len(Laws))
	counts, into := make([]int, len(Laws)), make([]any, len(Laws))
	for i, law := range Laws {
		queries[i], into[i] = "("+law.Query+")", &counts[i]
	}
	tx, err := db.Begin()
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if _, err := tx.Exec(`select set_config('app.now', $1, true), set_config('jit', 'off', true)`, now.UTC().Format(time.RFC3339Nano)); err != nil {
		return nil, err
	}
	return counts, tx.QueryRow("select " + strings.Join(queries, ", ")).Scan(into...)
}
