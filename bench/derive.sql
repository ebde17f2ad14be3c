-- What does not depend on a request, worked out once, as triggers would keep it;
-- and the indexes.

-- The house of an organisation: successors first, then parents.
create table house as
	with recursive up (id, at) as (
		select id, id from organisation
		union all
		select up.id, coalesce(o.merged_into, o.parent) from up join organisation o on o.id = up.at
		where coalesce(o.merged_into, o.parent) is not null)
	select up.id, up.at as house from up join organisation o on o.id = up.at where coalesce(o.merged_into, o.parent) is null;

-- Weekly windows that somebody has, as the moments of the half year to come:
-- the longest series of bench/world.go runs for 24 weeks. Many people have the same.
create table weekly as
	select weekday, starts, ends, parity, range_agg(tstzrange(instant(day, starts), instant(day, ends))) as open
	from (select distinct weekday, starts, ends, parity from hours) h, policy,
	     lateral (select (today - 1 + n)::date as day from generate_series(0, 7 * 28) n) d
	where extract(isodow from day) = weekday
	  and (parity = 'EVERY' or (parity = 'ODD') = (extract(week from day)::int % 2 = 1))
	  and instant(day, starts) < instant(day, ends)
	group by weekday, starts, ends, parity;

-- Time in which somebody can be asked: her hours, less blackouts, what is booked
-- with the buffer before it (the one after it stands in busy), and the rest after
-- a session of tier 3. One row for each mode and reach her hours are meant for.
create table opening (expert_id int, mode mode, max_travel int, open tstzmultirange);
alter table opening alter open set storage external; -- too long to stay in the row, and decompressing costs more than it saves
insert into opening
	select h.expert_id, h.mode, h.max_travel,
	       range_agg(w.open * tstzmultirange(tstzrange(midnight(h.valid_from), midnight(h.valid_to)))) as open
	from hours h join weekly w using (weekday, starts, ends, parity)
	group by h.expert_id, h.mode, h.max_travel;
create index on opening (expert_id);
update opening o set open = o.open - c.closed
	from (select expert_id, range_agg(span) as closed
	      from (select expert_id, during as span from blackout
	            union all
	            select expert_id, tstzrange(lower(busy) - travel_buffer, upper(busy)) from booking, policy
	            union all
	            select expert_id, tstzrange(upper(session), upper(session) + rest_tier3) from booking, policy where tier3) s
	      group by expert_id) c
	where c.expert_id = o.expert_id;

-- How full days, weeks and months are.
create table tally as
	select expert_id, unit, tstzrange(midnight(first), midnight((first + case unit when 'day' then interval '1 day' when 'week' then interval '7 days' else interval '1 month' end)::date)) as span,
	       count(*)::int as sessions, (count(*) filter (where one_to_one))::int as one_to_one,
	       sum(extract(epoch from upper(session) - lower(session)) / 60)::int as minutes
	from booking, unnest(array['day', 'week', 'month']) unit,
	     lateral (select date_trunc(unit, lower(session) at time zone 'Europe/Amsterdam')::date as first) f
	group by expert_id, unit, first;

create table certified as
	select expert_id, range_agg(tstzrange(midnight(valid_from), midnight(valid_to))) as during from certificate group by expert_id;

alter table training add primary key (type, expert_id) include (trained_on, completed);
alter table consent add primary key (expert_id, usage, theme) include (level);
create index on consent (usage, theme, expert_id) include (level);
alter table certified add primary key (expert_id);
alter table trait add primary key (expert_id, kind, value);
alter table tier3_confirmation add primary key (request_id, expert_id);
create index on organisation_exclusion (expert_id);
create index on client_exclusion (client, expert_id);
create index on employment (expert_id);
create index on trainer_of (client, expert_id);
create index on tally (expert_id);
create index on booking (expert_id);
create index on request_theme (request_id);
create index on request_preference (request_id);
create index on request_option (request_id);
create index on request_window (request_id);
