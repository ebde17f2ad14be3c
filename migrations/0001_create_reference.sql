-- Reference data: codes with validity. Rows are loaded from package reference,
-- never deleted; what ends gets a valid_to.

-- +goose Up
create extension if not exists btree_gist;

-- The clock of a transaction. The store sets app.now once when it opens one, so
-- that every statement, policy and default of it agrees on the time.
-- +goose StatementBegin
create function app_now() returns timestamptz
    language sql stable parallel safe
return coalesce(nullif(current_setting('app.now', true), '')::timestamptz, now());
-- +goose StatementEnd

-- +goose StatementBegin
create function app_today() returns date
    language sql stable parallel safe
return (app_now() at time zone 'Europe/Amsterdam')::date;
-- +goose StatementEnd

create table theme (
    code          text primary key,
    "group"       text not null,
    nl            text not null,
    en            text not null,
    tier          int  not null,
    valid_from    date not null,
    valid_to      date,
    superseded_by text constraint theme_superseded_by references theme,
    constraint theme_tier check (tier between 1 and 3),
    constraint theme_group check ("group" in ('CARE', 'ADULTHOOD', 'FAMILY', 'HEALTH', 'SCHOOL_SOCIAL', 'IDENTITY'))
);

create table theme_related (
    theme   text not null constraint theme_related_theme references theme,
    related text not null constraint theme_related_related references theme,
    primary key (theme, related),
    constraint theme_related_other check (theme <> related)
);

create table deployment_type (
    code                 text primary key,
    nl                   text not null,
    en                   text not null,
    form                 text not null,
    one_to_one           boolean not null,
    team_min             int not null,
    team_max             int not null,
    team_default         int not null,
    minutes_min          int not null,
    minutes_max          int not null,
    minutes_default      int not null,
    prep_minutes         int not null,
    debrief_minutes      int not null,
    conduct              text not null,
    usage                text not null,
    weights              text not null,
    needs_experienced    boolean not null,
    experienced_from     int not null,
    session_cap          int,
    series_every_weeks   int not null,
    occurrences_default  int not null,
    min_feasible_percent int not null,
    offer_hours          int not null,
    urgent_offer_hours   int not null,
    needs_addon_training boolean not null,
    client               boolean not null,
    valid_from           date not null,
    valid_to             date,
    constraint deployment_type_form check (form in ('RELATION', 'ONE_OFF', 'SERIES')),
    constraint deployment_type_conduct check (conduct in ('ALWAYS', 'MINORS', 'NEVER')),
    constraint deployment_type_usage check (usage in ('ONE_TO_ONE', 'CASE', 'GROUP', 'POLICY', 'PUBLICATION')),
    constraint deployment_type_weights check (weights in ('BUDDY', 'TALK', 'CASE', 'POLICY')),
    constraint deployment_type_team check (1 <= team_min and team_min <= team_default and team_default <= team_max and team_max <= 6),
    constraint deployment_type_minutes check (0 < minutes_min and minutes_min <= minutes_default and minutes_default <= minutes_max),
    constraint deployment_type_percent check (min_feasible_percent between 1 and 100)
);

create table youth_region (
    code       text primary key,
    name       text not null,
    valid_from date not null,
    valid_to   date,
    -- CBS numbers run from JZ01 to JZ43; there is no JZ40.
    constraint youth_region_code check (code ~ '^JZ[0-9]{2}$' and code <> 'JZ40')
);

create table youth_region_neighbour (
    region    text not null constraint youth_region_neighbour_region references youth_region,
    neighbour text not null constraint youth_region_neighbour_neighbour references youth_region,
    primary key (region, neighbour)
);

create table municipality (
    code       text primary key,
    name       text not null,
    valid_from date not null,
    valid_to   date,
    latitude   double precision not null,
    longitude  double precision not null,
    constraint municipality_code check (code ~ '^GM[0-9]{4}$')
);

-- A municipality belongs to one region at a time; it moves (Zeewolde did).
create table municipality_region (
    municipality text not null constraint municipality_region_municipality references municipality,
    region       text not null constraint municipality_region_region references youth_region,
    valid_from   date not null,
    valid_to     date,
    primary key (municipality, valid_from),
    constraint municipality_region_one_at_a_time
        exclude using gist (municipality with =, daterange(valid_from, valid_to) with &&)
);

-- +goose StatementBegin
create function region_on(of_municipality text, day date) returns text
    language sql stable parallel safe
begin atomic
    select region from municipality_region
    where municipality = of_municipality and daterange(valid_from, valid_to) @> day;
end;
-- +goose StatementEnd

-- The ranges say which municipality a postcode lies in; the centre of that
-- municipality stands in for the postcode until the national list is imported.
create table postcode_range (
    first        int not null,
    last         int not null,
    municipality text not null constraint postcode_range_municipality references municipality,
    primary key (first),
    constraint postcode_range_order check (1000 <= first and first <= last and last <= 9999),
    constraint postcode_range_disjoint exclude using gist (int4range(first, last, '[]') with &&)
);

create table postcode (
    postcode4    text primary key,
    municipality text not null constraint postcode_municipality references municipality,
    latitude     double precision not null,
    longitude    double precision not null,
    constraint postcode_form check (postcode4 ~ '^[1-9][0-9]{3}$')
);

-- Where a postcode lies, as well as it is known.
-- +goose StatementBegin
create function locate_postcode(pc text) returns table (municipality text, latitude double precision, longitude double precision)
    language sql stable parallel safe
begin atomic
    select p.municipality, p.latitude, p.longitude from postcode p where p.postcode4 = pc
    union all
    select m.code, m.latitude, m.longitude
    from postcode_range r join municipality m on m.code = r.municipality
    where pc ~ '^[1-9][0-9]{3}$' and pc::int between r.first and r.last
      and not exists (select from postcode p where p.postcode4 = pc);
end;
-- +goose StatementEnd

create table public_holiday (
    date date primary key,
    nl   text not null,
    en   text not null
);

-- Source and edition of each list, for people who want to know what is true when.
create table reference_source (
    list      text primary key,
    source    text not null,
    edition   text not null,
    imported  boolean not null default false, -- by an operator: what is shipped no longer touches the list
    loaded_at timestamptz not null default app_now()
);
