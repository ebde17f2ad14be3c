package storetest

// Laws are what must hold of a database whatever people have done, in whatever
// order and how many at once: each query counts where it is broken. Tests that
// throw anything at the service count them afterwards.
var Laws = []Law{
	{"two sessions of one expert that overlap, buffer included", `
		select count(*) from booking a join booking b on a.expert_id = b.expert_id and a.session_id < b.session_id and a.busy && b.busy
		where a.status in ('HELD', 'CONFIRMED') and b.status in ('HELD', 'CONFIRMED')`},
	{"confirmed sessions without their whole team", `
		select count(*) from session s join request q on q.id = s.request_id where s.status = 'CONFIRMED' and q.team_size <>
		(select count(*) from booking b where b.session_id = s.id and b.status = 'CONFIRMED')`},
	{"sessions with more experts than were asked for", `
		select count(*) from session s join request q on q.id = s.request_id where q.team_size <
		(select count(*) from booking b where b.session_id = s.id and b.status in ('HELD', 'CONFIRMED'))`},
	{"cancelled sessions that still take somebody's time", `
		select count(*) from session s join booking b on b.session_id = s.id where s.status like 'CANCELLED%' and b.status in ('HELD', 'CONFIRMED')`},
	{"experts with more sessions on a day than the pool lets them have", `
		select count(*) from (select from booking where status in ('HELD', 'CONFIRMED')
		group by expert_id, (starts_at at time zone 'Europe/Amsterdam')::date
		having count(*) > (select max(sessions_per_day) from pool_policy) or count(*) filter (where one_to_one) > (select max(one_to_one_per_day) from pool_policy)) x`},
	{"experts with more sessions or hours in a week than the pool lets them have", `
		select count(*) from (select from booking where status in ('HELD', 'CONFIRMED')
		group by expert_id, date_trunc('week', starts_at at time zone 'Europe/Amsterdam')
		having count(*) > (select max(sessions_per_week) from pool_policy)
		    or sum(ends_at - starts_at) > (select max(contact_minutes_week) from pool_policy) * interval '1 minute') x`},
	{"experts with more open offers than the pool lets them have", `
		select count(*) from (select from offer where status = 'SENT' group by expert_id having count(*) > (select max(open_offers) from pool_policy)) x`},
	{"requests that are filled with neither a session nor a relation", `
		select count(*) from request q where q.status = 'FILLED'
		and not exists (select from session s where s.request_id = q.id and s.status in ('CONFIRMED', 'COMPLETED'))
		and not exists (select from match m where m.request_id = q.id and m.status <> 'CLOSED')`},
	{"requests with two sessions at a time", `
		select count(*) from (select from session where status = 'CONFIRMED' group by request_id having count(*) > 1) x`},
	{"open offers of requests that need nobody", `
		select count(*) from offer o join request q on q.id = o.request_id where o.status = 'SENT' and q.status in ('FILLED', 'WITHDRAWN', 'CLOSED')`},
	{"requests that are offered with nobody asked", `
		select count(*) from request q where q.status = 'OFFERED' and not exists (select from offer o where o.request_id = q.id and o.status = 'SENT')`},
	{"sessions that begin in a region of another day", `
		select count(*) from session where region is distinct from region_on(municipality, (starts_at at time zone 'Europe/Amsterdam')::date)`},
	{"relations with more meetings than their cap", `
		select count(*) from match m where m.session_cap < (select count(*) from session s where s.match_id = m.id and s.status not like 'CANCELLED%')`},
	{"relations that go on for requests that do not", `
		select count(*) from match m join request q on q.id = m.request_id where m.status <> 'CLOSED' and q.status in ('WITHDRAWN', 'REFERRED', 'CLOSED')`},
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
