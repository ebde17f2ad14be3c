-- The ranking of single experts for request $1, the best $2, as one query.
-- Integers throughout, as in the engine; the travel estimate is the same formula.
with
r as materialized (
	select q.*, p.*, t.form, t.one_to_one, make_interval(mins => q.minutes) as length,
	       case when t.usage <> 'GROUP' then t.usage when q.public then 'PUBLIC_GROUP' else 'CLOSED_GROUP' end as usage,
	       t.conduct = 'ALWAYS' or t.conduct = 'MINORS' and q.audience_age_from < 18 as needs_certificate,
	       t.min_feasible_percent, t.theme_fit, t.availability_fit, t.proximity, t.preference_fit, t.age_nearness, t.load_balance, t.practice_level,
	       (p.today - make_interval(years => q.age_to + p.min_age_gap))::date as born_by,
	       (select house from house h where h.id = q.organisation) as house,
	       (select range_agg(tstzrange(midnight(a.valid_from), midnight(a.valid_to))) from service_area a where a.municipality = q.municipality) as served,
	       exists (select from request_window w where w.request_id = q.id) as weekly
	from request q join deployment_type t on t.code = q.type cross join policy p
	where q.id = $1),
-- When it could be: the options; or the weekly windows, of a single session for
-- twelve weeks, of a series to its end.
first as materialized (
	select day + case when exists (
		select from request_window w where w.request_id = r.id and w.weekday = extract(isodow from day)
		   and instant(day, w.ends) - greatest(instant(day, w.starts), r.now) >= r.length) then 0 else 1 end as day
	from r, lateral (select greatest(r.needed_from, r.today) as day) d),
weekday as materialized (
	select period, instant(d.day, w.starts) as starts, instant(d.day, w.ends) as ends
	from r cross join first
	cross join lateral generate_series(0, case when r.occurrences > 1 then r.occurrences else (11 + r.every_weeks) / r.every_weeks end - 1) period
	cross join generate_series(0, 6) n
	cross join lateral (select first.day + 7 * r.every_weeks * period + n as day) d
	join (select distinct request_id, weekday, starts, ends from request_window) w on w.request_id = r.id and w.weekday = extract(isodow from d.day)
	where d.day <= least(r.needed_until, r.today + 2 * 366)),
wish as materialized (
	select row_number() over () as occurrence, tstzmultirange(tstzrange(greatest(lower(during), r.now), upper(during))) as during
	from r cross join lateral (select distinct o.during from request_option o where o.request_id = r.id) o
	where upper(during) > r.now
	union all
	select case when r.occurrences > 1 then period else row_number() over () end, tstzmultirange(tstzrange(greatest(starts, r.now), ends))
	from r cross join weekday
	where greatest(starts, r.now) < ends),
need as materialized (
	select needed, case when r.occurrences > 1 then greatest(1, (needed * r.min_feasible_percent + 99) / 100) else 1 end as required,
	       (select range_agg(during) from wish) as wished
	from r, lateral (select case when not r.weekly then greatest(1, r.occurrences) when r.occurrences > 1 then greatest(1, (select count(distinct period) from weekday)) else 1 end as needed) n),
-- What it is about: must-themes, wished ones, and what is related to those.
wanted as materialized (
	select a.theme as asked, a.theme, a.must, h.tier = 3 as tier3, false as related
	from r join request_theme a on a.request_id = r.id join theme h on h.id = a.theme
	union all
	select a.theme, x.related, false, false, true
	from r join request_theme a on a.request_id = r.id join theme_related x on x.theme = a.theme where not a.must),
themes as materialized (
	select count(*) filter (where must) as musts, count(*) filter (where not must and not related) as wishes,
	       coalesce(bool_or(tier3), false) as tier3, coalesce(bool_or(tier3 and must), false) as must_tier3
	from wanted),
-- Who may be asked: consent on every must-theme in the setting first, it is the
-- narrowest.
consenting as (
	select c.expert_id from r cross join wanted w join consent c on c.usage = r.usage and c.theme = w.theme
	where w.must group by c.expert_id having count(*) = (select musts from themes)
	union all
	select id from expert where (select musts from themes) = 0),
fit as materialized (
	select e.*, t.trained_on, t.completed
	from consenting c cross join r cross join themes
	join expert e on e.id = c.expert_id
	join training t on t.type = r.type and t.expert_id = e.id
	where e.status = 'DEPLOYABLE' and e.certified_on is not null
	  and e.agreement_on <= r.today and e.nda_on <= r.today
	  and (r.client is null or not r.one_to_one or e.birth_date <= r.born_by)
	  -- As the crow flies at 75 km/h she would be too late already: no need to ask the haversine.
	  and (r.online or r.latitude is null or e.latitude is null or e.max_travel = 0
	       or abs(e.latitude - r.latitude) * 111 * 1.3 / 75 * 60 <= e.max_travel)),
able as materialized (
	select e.*, years(e.birth_date, r.today) as age, z.confirmed, cap.relations, cap.week,
	       case when not r.online and e.latitude is not null and r.latitude is not null then
	       ceil(6.0::float8 + 60.0::float8 * least(d.road, 10.0::float8) / 50.0::float8 + 60.0::float8 * greatest(0.0::float8, d.road - 10.0::float8) / 75.0::float8)::int end as travel
	from fit e cross join r cross join themes
	cross join lateral (select themes.tier3 and exists (select from tier3_confirmation x where x.request_id = r.id and x.expert_id = e.id) as confirmed) z
	cross join lateral (select
		least(nullif(e.cap_relations, 0), case when e.deployable_since is null or r.today < e.deployable_since + make_interval(months => r.early_months)
			then r.active_relations_early else r.active_relations end) as relations,
		least(nullif(e.cap_sessions_week, 0), r.sessions_per_week) as week) cap
	cross join lateral (select 16564.6::float8 * asin(sqrt(least(1, power(sin((r.latitude - e.latitude) * (pi() / 180) / 2), 2)
		+ cos(e.latitude * (pi() / 180)) * cos(r.latitude * (pi() / 180)) * power(sin((r.longitude - e.longitude) * (pi() / 180) / 2), 2)))) as road) d
	where (not themes.must_tier3 or z.confirmed)
	  and (r.form <> 'RELATION' or e.active_relations < cap.relations)
	  and cap.week > 0 and r.sessions_per_day > 0 and (not r.one_to_one or r.one_to_one_per_day > 0)
	  and r.minutes <= r.contact_minutes_week and (e.cap_minutes_month = 0 or r.minutes <= e.cap_minutes_month)
	  and not exists (select from client_exclusion x where x.client = r.client and x.expert_id = e.id)
	  and not exists (select from trainer_of x where x.client = r.client and x.expert_id = e.id)
	  and not exists (select from employment x join house h on h.id = x.organisation where x.expert_id = e.id and h.house = r.house)
	  and not exists (select from request_preference p where p.request_id = r.id and p.must
	                  and not exists (select from trait x where x.expert_id = e.id and x.kind = p.kind and x.value = p.value))),
-- When she can: what her hours leave of the wishes, less what else is closed.
free as materialized (
	select a.*, f.feasible
	from able a cross join r cross join need cross join themes
	cross join lateral (
		select range_agg(o.open) * need.wished as open from opening o
		where o.expert_id = a.id and (o.mode = 'BOTH' or (o.mode = 'ONLINE') = r.online)
		  and (r.online or a.travel is null or o.max_travel = 0 or a.travel <= o.max_travel)) o
	cross join lateral (
		select range_agg(span) as closed from (
			select tstzrange(null, midnight(greatest(a.certified_on, a.trained_on,
				case when r.one_to_one and r.age_from < r.adult_age then (a.birth_date + make_interval(years => r.adult_age))::date end))) as span
			union all
			select tstzrange(null, a.paused_until) where a.paused_until is not null
			union all
			select tstzrange(midnight(a.relation_closed_on), midnight(a.relation_closed_on + r.rest_days_relation))
			where r.form = 'RELATION' and a.relation_closed_on is not null
			union all
			select t.span from tally t
			where t.expert_id = a.id and case t.unit
				when 'day' then t.sessions >= r.sessions_per_day or r.one_to_one and t.one_to_one >= r.one_to_one_per_day
				when 'week' then t.sessions >= a.week or t.minutes + r.minutes > r.contact_minutes_week
				else a.cap_minutes_month > 0 and t.minutes + r.minutes > a.cap_minutes_month end
			union all
			select tstzrange(lower(b.session) - r.rest_tier3, lower(b.session)) from booking b where themes.tier3 and b.expert_id = a.id
			union all
			select tstzrange(null, midnight(x.until)) from organisation_exclusion x join house h on h.id = x.organisation
			where x.expert_id = a.id and h.house = r.house and not r.id = any(x.lifted_for)) s) s
	cross join lateral (
		select (o.open - s.closed)
		       * case when r.needs_certificate then (select c.during from certified c where c.expert_id = a.id) else need.wished end
		       * case when r.online then need.wished else r.served end as open) x
	cross join lateral (
		select count(distinct w.occurrence) as feasible from wish w
		where exists (select from unnest(x.open * w.during) span where upper(span) - lower(span) >= r.length)) f
	where (a.travel is null or a.max_travel = 0 or a.travel <= a.max_travel)
	  and f.feasible >= need.required),
-- The factors, null where unknown or without meaning.
measured as (
	select f.*,
	       case when themes.musts + themes.wishes > 0 then t.points / (3 * themes.musts + themes.wishes) end as v_theme,
	       case when r.occurrences > 1 then least(f.feasible, need.needed) * 10000 / need.needed
	            else (array[0, 6000, 8000, 10000])[least(f.feasible, 3) + 1] end as v_availability,
	       case when r.online then 10000
	            when f.travel is not null and f.max_travel > 0 then case
	                when f.travel <= 20 then 10000 when f.travel >= f.max_travel then 0
	                else (f.max_travel - f.travel) * 10000 / (f.max_travel - 20) end
	            when r.municipality is null or f.municipality is null then null
	            when r.municipality = f.municipality then 10000
	            when r.region is null or f.region is null then null
	            when r.region = f.region then 7000
	            when exists (select from region_neighbour x where x.region = r.region and x.neighbour = f.region) then 3000
	            else 0 end as v_proximity,
	       p.met * 10000 / nullif(p.answered, 0) as v_preference, p.asked > 0 as has_preference,
	       case when r.client is not null and f.birth_date is not null then case
	                when g.gap < 4 then greatest(0, g.gap * 10000 / 4) when g.gap <= 16 then 10000 when g.gap >= 30 then 0
	                else (30 - g.gap) * 10000 / (30 - 16) end end as v_age,
	       greatest(0, greatest(0, 10000 - l.n * 10000 / greatest(l.room, 1))
	                 - case when r.now - f.last_offer_at < r.recent then 2000 else 0 end) as v_load,
	       (array[4000, 7000, 10000])[least((f.completed + 1) / 2, 2) + 1] as v_practice,
	       l.n, l.room
	from free f cross join r cross join need cross join themes
	cross join lateral (
		select coalesce(sum(points), 0)::bigint as points from (
			select max(case when w.related then 4000
			                when w.tier3 and not w.must and not f.confirmed then 0
			                else (case c.level when 'GREEN' then 10000 else 8000 end) * (case when w.must then 3 else 1 end) end) as points
			from wanted w join consent c on c.expert_id = f.id and c.usage = r.usage and c.theme = w.theme
			group by w.asked) x) t
	cross join lateral (
		select count(*) as asked, count(x.met) as answered, count(*) filter (where x.met) as met
		from request_preference p
		cross join lateral (select bool_or(t.value = p.value) as met from trait t where t.expert_id = f.id and t.kind = p.kind) x
		where p.request_id = r.id and not p.must) p
	cross join lateral (select 2 * f.age - (r.age_from + r.age_to) as gap) g
	cross join lateral (
		select case when r.form = 'RELATION' then f.active_relations
		            else (select count(*) from booking b where b.expert_id = f.id
		                  and b.session && tstzrange(midnight(date_trunc('week', r.today)::date), midnight(date_trunc('week', r.today)::date + 28))) end as n,
		       case when r.form = 'RELATION' then f.relations else 4 * f.week end as room) l),
weighed as (
	select m.*,
	       r.theme_fit * coalesce(v_theme, 0) + r.availability_fit * v_availability + r.proximity * coalesce(v_proximity, 0)
	         + r.preference_fit * coalesce(v_preference, 0) + r.age_nearness * coalesce(v_age, 0) + r.load_balance * v_load
	         + r.practice_level * v_practice as points,
	       case when v_theme is not null then r.theme_fit else 0 end + r.availability_fit + case when v_proximity is not null then r.proximity else 0 end
	         + case when v_preference is not null then r.preference_fit else 0 end + case when v_age is not null then r.age_nearness else 0 end
	         + r.load_balance + r.practice_level as known,
	       case when themes.musts + themes.wishes > 0 then r.theme_fit else 0 end + r.availability_fit + r.proximity
	         + case when has_preference then r.preference_fit else 0 end + case when r.client is not null then r.age_nearness else 0 end
	         + r.load_balance + r.practice_level as applicable,
	       r.low_coverage
	from measured m cross join r cross join themes)
select id, points / known as score, 100 * known / applicable as coverage,
       v_theme, v_availability, v_proximity, v_preference, v_age, v_load, v_practice
from weighed
-- A fraction of two numbers below 101 and its neighbour lie 0.0001 apart, so a
-- millionth tells all of them apart and holds equal ones together.
order by (100 * known / applicable < low_coverage), points * 1000000 / known desc, n * 1000000 / greatest(room, 1),
         coalesce(last_offer_at, 'epoch'), id
limit $2
