package demodata

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// loaded opens a database with the demo, at ten in the morning of the anchor,
// and a second way in that row-level security does not bind.
func loaded(t testing.TB, seed uint64, anchor engine.Date) (*store.Store, Data, *sql.DB) {
	t.Helper()
	var dsn string
	s := storetest.New(t, func(o *store.Options) {
		dsn = o.DSN
		o.Now = func() time.Time { return at(anchor, "10:00") }
	})
	data := Generate(seed, anchor)
	if err := s.Load(context.Background(), data.Tables); err != nil {
		t.Fatalf("seed %d, anchor %s: %v", seed, anchor, err)
	}
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return s, data, db
}

// violations find what must not be; $now is the begin of the anchor.
var violations = []struct{ rule, finds string }{
	{"nobody is in two places at once, in the past neither", `
		select a.session_id from booking a join booking b on a.expert_id = b.expert_id and a.session_id < b.session_id and a.busy && b.busy
		where a.status <> 'RELEASED' and b.status <> 'RELEASED'`},
	{"a booking is busy for its session and half an hour", `
		select b.session_id from booking b join session s on s.id = b.session_id
		where (b.starts_at, b.ends_at) <> (s.starts_at, s.ends_at) or b.busy <> tstzrange(s.starts_at, s.ends_at + interval '30 minutes')`},
	{"a booking stands as its session does", `
		select b.session_id from booking b join session s on s.id = b.session_id
		where b.status <> case when s.status in ('HELD', 'CONFIRMED') then s.status when s.status like 'CANCELLED%' then 'RELEASED' else 'DONE' end`},
	{"a session has the team its request asks for, or is held for the rest", `
		select s.id from session s join request r on r.id = s.request_id
		where (select count(*) from booking b where b.session_id = s.id) <> r.team_size and s.status <> 'HELD'`},
	{"a hope giver comes five times at most", `
		select m.id from match m join session s on s.match_id = m.id
		where s.status not like 'CANCELLED%' group by m.id having count(*) > coalesce(m.session_cap, 1000) or m.type = 'HOPE_GIVER' and m.session_cap is distinct from 5`},
	{"nothing past is still to come", `select id from session where starts_at < $now and status in ('HELD', 'CONFIRMED')`},
	{"nothing to come is over", `select id from session where starts_at >= $now and status not in ('HELD', 'CONFIRMED') and status not like 'CANCELLED%'`},
	{"the region is that of the municipality on the day", `
		select s.id from session s left join municipality_region m on m.municipality = s.municipality
		    and daterange(m.valid_from, m.valid_to) @> (s.starts_at at time zone 'Europe/Amsterdam')::date
		where s.region is distinct from m.region or (s.region is null) <> s.online`},
	{"the pool serves the municipality on the day", `
		select s.id from session s where not s.online and not exists (select from service_area a
		    where a.pool_id = s.pool_id and a.municipality = s.municipality and daterange(a.valid_from, a.valid_to) @> (s.starts_at at time zone 'Europe/Amsterdam')::date)`},
	{"late is less than a day before", `
		select id from session where late <> (status like 'CANCELLED%' and starts_at - changed_at < interval '24 hours')`},
	{"caps of a day are kept", `
		select b.expert_id from booking b where b.status <> 'RELEASED'
		group by b.expert_id, (b.starts_at at time zone 'Europe/Amsterdam')::date
		having count(*) > 2 or count(*) filter (where one_to_one) > 1`},
	{"caps of a week are kept, one's own too", `
		select b.expert_id from booking b join expert_record r using (expert_id) where b.status <> 'RELEASED'
		group by b.expert_id, r.cap_sessions_per_week, date_trunc('week', b.starts_at at time zone 'Europe/Amsterdam')
		having count(*) > coalesce(nullif(r.cap_sessions_per_week, 0), 3) or sum(b.ends_at - b.starts_at) > interval '8 hours'`},
	{"caps of relations are kept on every day of the year, one's own too", `
		select r.expert_id from expert_record r, generate_series($now - interval '310 days', $now, interval '1 day') day
		where (select count(*) from match m where m.expert_id = r.expert_id and m.started_on <= day and coalesce(m.closed_on, 'infinity') > day)
		    > coalesce(nullif(r.cap_active_relations, 0), 2)`},
	{"a relation stays with whoever it began with, and its client's pool", `
		select m.id from match m join session s on s.match_id = m.id join booking b on b.session_id = s.id
		where b.expert_id <> m.expert_id or s.request_id <> m.request_id or s.pool_id <> m.pool_id`},
	{"nobody works before she may, or after she has gone", `
		select b.session_id from booking b join expert_record r using (expert_id) join certification c using (expert_id)
		where b.starts_at < r.deployable_since or r.deployable_since <= c.certified_on
		   or r.status <> 'DEPLOYABLE' and b.ends_at > $now or r.agreement_on > b.starts_at::date`},
	{"everybody is trained for what she does", `
		select b.session_id from booking b join session s on s.id = b.session_id
		where not exists (select from type_training t where t.expert_id = b.expert_id and t.type = s.type and t.trained_on <= s.starts_at::date)`},
	{"a young person meets nobody without a valid certificate of conduct", `
		select b.session_id from booking b join session s on s.id = b.session_id
		where b.one_to_one and s.status not in ('HELD') and s.status not like 'CANCELLED%' and not exists (select from conduct_certificate c
		    where c.expert_id = b.expert_id and daterange(c.issued_on, c.valid_to) @> (s.starts_at at time zone 'Europe/Amsterdam')::date)`},
	{"who works is in the pool", `
		select b.session_id from booking b join session s on s.id = b.session_id
		where not exists (select from pool_member m where m.expert_id = b.expert_id and m.pool_id = s.pool_id and daterange(m.valid_from, m.valid_to) @> s.starts_at::date)`},
	{"sessions lie inside weekly hours", `
		select b.session_id from booking b join expert_record r using (expert_id), lateral (select b.starts_at at time zone 'Europe/Amsterdam' as starts,
		    b.ends_at at time zone 'Europe/Amsterdam' as ends) l
		where r.status <> 'OFFBOARDED' and not exists (select from availability_rule a where a.expert_id = b.expert_id
		    and a.weekday = to_char(l.starts, 'FMDAY') and l.starts::time >= a.starts and l.ends::time <= a.ends
		    and (a.parity = 'EVERY' or (extract(week from l.starts)::int % 2 = 1) = (a.parity = 'ODD')))`},
	{"exactly one consent is current per theme and setting, and it is the last", `
		select expert_id from theme_consent group by expert_id, theme, usage
		having count(*) filter (where superseded_at is null) <> 1 or max(version) <> max(version) filter (where superseded_at is null)`},
	{"the themes of somebody who has gone are deleted", `
		select expert_id from theme_consent join expert_record using (expert_id) where status = 'OFFBOARDED'`},
	{"a theme of tier 3 was confirmed for the request", `
		select b.session_id from booking b join session s on s.id = b.session_id
		where b.tier3 and not exists (select from tier3_confirmation c where c.expert_id = b.expert_id and c.request_id = s.request_id)`},
	{"nobody meets the young person or the house she keeps away from", `
		select s.id::text from client_exclusion x join request r on r.client_ref = x.client_ref join session s on s.request_id = r.id
		join booking b on b.session_id = s.id and b.expert_id = x.expert_id
		union all
		select s.id::text from organisation_exclusion x join booking b on b.expert_id = x.expert_id join session s on s.id = b.session_id
		where s.organisation_id = x.organisation_id and (x.until is null or s.starts_at < x.until)
		union all
		select s.id::text from dual_role x join booking b on b.expert_id = x.expert_id join session s on s.id = b.session_id
		where s.organisation_id = x.organisation_id`},
	{"who exclude each other never meet", `
		select a.session_id from expert_exclusion x join booking a on a.expert_id = x.expert_id
		join booking b on b.expert_id = x.other_id and b.session_id = a.session_id`},
	{"a request stands as its sessions do", `
		select r.id from request r
		where case r.status
		    when 'FILLED' then exists (select from session s where s.request_id = r.id and s.starts_at < $now)
		        or not exists (select from session s where s.request_id = r.id)
		    when 'RUNNING' then not exists (select from session s where s.request_id = r.id and s.starts_at < $now)
		        or not exists (select from session s where s.request_id = r.id and s.starts_at > $now)
		    when 'EVALUATED' then exists (select from session s where s.request_id = r.id and s.starts_at > $now)
		    when 'CLOSED' then exists (select from session s where s.request_id = r.id and s.starts_at > $now)
		    when 'PARTLY_FILLED' then not exists (select from session s where s.request_id = r.id and s.status = 'HELD')
		    else exists (select from session s where s.request_id = r.id) end`},
	{"a decision is one its organisation's pool could make", `
		select d.id from decision d join offer o on o.decision_id = d.id join request r on r.id = d.request_id
		where o.request_id <> d.request_id or o.pool_id <> r.pool_id or not d.suggestion -> 'Experts' ? o.expert_id::text
		   or not exists (select from organisation_pool p where p.pool_id = r.pool_id and p.organisation_id = r.organisation_id)`},
	{"an accepted offer has led to a session, for the same time", `
		select o.id from offer o left join session s on s.decision_id = o.decision_id and s.starts_at = o.starts_at
		left join booking b on b.session_id = s.id and b.expert_id = o.expert_id where o.status = 'ACCEPTED' and b.session_id is null`},
	{"the decision lies within the wishes, and is known to the engine's trace", `
		select d.id from decision d where (d.suggestion ->> 'Score')::int not between 1 and 10000 or length(d.input_hash) <> 64 or d.made_at > $now`},
	{"a secret address is nowhere but in its own row", `
		select s.id::text from organisation o join session s on s.address <> '' and s.address = o.address where o.address_visibility <> 'PUBLIC'
		union all select r.id::text from organisation o join request r on r.address <> '' and r.address = o.address where o.address_visibility <> 'PUBLIC'`},
	{"one-to-one sessions have no address", `
		select s.id from session s join deployment_type t on t.code = s.type where t.one_to_one and s.address <> ''`},
	{"the demo shows every status of an offer", `
		select x from unnest(array['SENT', 'ACCEPTED', 'DECLINED', 'EXPIRED', 'WITHDRAWN']) x where x not in (select status from offer)`},
	{"the demo shows relations that go on and that have ended", `
		select x from unnest(array['ACTIVE', 'CLOSED']) x where x not in (select status from match)`},
	{"one certificate of conduct has run out, one is about to", `
		select 1 where (select array[count(*) filter (where valid_to <= $now), count(*) filter (where valid_to > $now and valid_to < $now + interval '2 months')]
		    from conduct_certificate) <> array[1, 1]::bigint[]`},
}

func TestTheDemoLoadsAndKeepsTheRules(t *testing.T) {
	t.Parallel()
	for _, m := range []made{
		{2027, "2027-03-27"}, // the clocks go forward tomorrow
		{1, "2026-10-24"},    // the clocks go back tomorrow
		{99, "2029-02-28"},
	} {
		t.Run(fmt.Sprintf("seed %d on %s", m.Seed, m.Anchor), func(t *testing.T) {
			t.Parallel()
			_, _, db := loaded(t, m.Seed, m.Anchor)
			now := "'" + at(m.Anchor, "00:00").Format(time.RFC3339) + "'::timestamptz"
			for _, v := range violations {
				for _, found := range rowsOf(t, db, strings.ReplaceAll(v.finds, "$now", now)) {
					t.Errorf("not so: %s: %s", v.rule, found)
				}
			}
		})
	}
}

func rowsOf(t *testing.T, db *sql.DB, query string) (out []string) {
	t.Helper()
	rows, err := db.QueryContext(context.Background(), query)
	if err != nil {
		t.Fatalf("%v in\n%s", err, query)
	}
	defer rows.Close()
	for rows.Next() {
		var found string
		if err := rows.Scan(&found); err != nil {
			t.Fatal(err)
		}
		out = append(out, found)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// BenchmarkGenerate and BenchmarkLoad say what a first start of the demo costs.
func BenchmarkGenerate(b *testing.B) {
	for b.Loop() {
		Generate(2027, "2027-03-27")
	}
}

func BenchmarkLoad(b *testing.B) {
	tables := Generate(2027, "2027-03-27").Tables
	for b.Loop() {
		b.StopTimer()
		s := storetest.New(b)
		b.StartTimer()
		if err := s.Load(context.Background(), tables); err != nil {
			b.Fatal(err)
		}
	}
}
