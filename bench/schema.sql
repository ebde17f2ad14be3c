-- The pool as somebody would model it who meant to rank in SQL: narrow keys,
-- enums for codes, spans as ranges, and what does not depend on a request
-- worked out beforehand (derive.sql). It shares nothing with the product's own
-- schema, so that the ranking written on it is an opinion of its own.

create type status as enum ('DEPLOYABLE', 'PAUSED');
create type usage as enum ('ONE_TO_ONE', 'CASE', 'CLOSED_GROUP', 'PUBLIC_GROUP', 'POLICY', 'PUBLICATION', 'GROUP');
create type level as enum ('GREEN', 'AMBER');
create type form as enum ('RELATION', 'ONE_OFF', 'SERIES');
create type conduct as enum ('ALWAYS', 'MINORS', 'NEVER');
create type mode as enum ('IN_PERSON', 'ONLINE', 'BOTH');
create type parity as enum ('EVERY', 'ODD', 'EVEN');

-- instant is the moment clocks in Amsterdam show the wall time. PostgreSQL
-- takes the second of two occurrences, the domain the first; of a time in the
-- spring gap the domain takes the moment of the change, which is a whole hour.
create function instant(day date, wall time) returns timestamptz language sql stable as $$
	select case
		when t at time zone 'Europe/Amsterdam' <> local then date_trunc('hour', t, 'UTC')
		when (t - interval '1 hour') at time zone 'Europe/Amsterdam' = local then t - interval '1 hour'
		else t end
	from (select day + wall as local) l, lateral (select local at time zone 'Europe/Amsterdam' as t) x $$;

create function midnight(day date) returns timestamptz language sql stable as $$ select instant(day, time '00:00') $$;

-- years counts completed years.
create function years(born date, today date) returns int language sql immutable as $$
	select (extract(year from today) - extract(year from born))::int
	     - (to_char(today, 'MMDD') < to_char(born, 'MMDD'))::int $$;

create table policy (
	now timestamptz, today date,
	active_relations int, active_relations_early int, early_months int, one_to_one_per_day int, sessions_per_day int,
	sessions_per_week int, contact_minutes_week int, travel_buffer interval, rest_tier3 interval, rest_days_relation int,
	adult_age int, min_age_gap int, low_coverage int, recent interval);
create table deployment_type (
	code text primary key, form form, one_to_one bool, conduct conduct, usage usage, min_feasible_percent int,
	theme_fit int, availability_fit int, proximity int, preference_fit int, age_nearness int, load_balance int, practice_level int);
create table theme (id smallint primary key, tier int);
create table theme_related (theme smallint, related smallint);
create table organisation (id text primary key, parent text, merged_into text);
create table service_area (municipality text, valid_from date, valid_to date);
create table region_neighbour (region text, neighbour text);

create table request (
	id int primary key, type text, organisation text, minutes int, online bool, public bool, audience_age_from int,
	client text, age_from int, age_to int, latitude float8, longitude float8, municipality text, region text,
	needed_from date, needed_until date, every_weeks int, occurrences int);
create table request_theme (request_id int, theme smallint, must bool);
create table request_preference (request_id int, kind text, value text, must bool);
create table request_option (request_id int, during tstzrange);
create table request_window (request_id int, weekday int, starts time, ends time);

create table expert (
	id int primary key, status status, birth_date date, deployable_since date, certified_on date, agreement_on date, nda_on date,
	paused_until timestamptz, latitude float8, longitude float8, municipality text, region text, max_travel int,
	cap_relations int, cap_sessions_week int, cap_minutes_month int, active_relations int, relation_closed_on date,
	last_offer_at timestamptz);
create table training (expert_id int, type text, trained_on date, completed int);
create table certificate (expert_id int, valid_from date, valid_to date);
create table consent (expert_id int, theme smallint, usage usage, level level);
create table trait (expert_id int, kind text, value text);
create table organisation_exclusion (expert_id int, organisation text, until date, lifted_for int[]);
create table client_exclusion (expert_id int, client text);
create table employment (expert_id int, organisation text);
create table trainer_of (expert_id int, client text);
create table tier3_confirmation (request_id int, expert_id int);
create table hours (
	expert_id int, weekday int, starts time, ends time, valid_from date, valid_to date, parity parity, mode mode, max_travel int);
create table blackout (expert_id int, during tstzrange);
create table booking (expert_id int, session tstzrange, busy tstzrange, one_to_one bool, tier3 bool);
