-- Organisations, pools, and the people who may sign in.

-- +goose Up
create table organisation (
    id                 uuid primary key default gen_random_uuid(),
    name               text not null,
    type               text not null,
    parent_id          uuid constraint organisation_parent references organisation,
    merged_into        uuid constraint organisation_merged_into references organisation,
    municipality       text constraint organisation_municipality references municipality,
    postcode4          text not null default '',
    address            text not null default '',
    address_visibility text not null default 'PUBLIC',
    import_key         text constraint organisation_import_key unique,
    created_at         timestamptz not null default app_now(),
    constraint organisation_name check (length(name) between 1 and 200),
    constraint organisation_type check (type in ('HOST', 'CLIENT_ORGANISATION', 'CERTIFIED_INSTITUTION', 'YOUTH_CARE_PROVIDER',
        'MUNICIPALITY', 'LOCAL_TEAM', 'REGIONAL_PARTNERSHIP', 'EDUCATION', 'SHELTER', 'MENTAL_HEALTH_PROVIDER', 'FUNDER')),
    constraint organisation_address_visibility check (address_visibility in ('PUBLIC', 'INTERNAL', 'SECRET')),
    constraint organisation_secret_address check (type not in ('SHELTER', 'MENTAL_HEALTH_PROVIDER') or address_visibility = 'SECRET'),
    constraint organisation_not_itself check (parent_id <> id and merged_into <> id)
);
create index organisation_parent_id on organisation (parent_id);
create index organisation_merged_into_id on organisation (merged_into);

-- Exclusions follow the tree and mergers upwards, so neither may run in circles.
-- +goose StatementBegin
create function organisation_forbid_cycle() returns trigger language plpgsql as $$
begin
    if exists (
        with recursive up(id) as (
            select unnest(array[new.parent_id, new.merged_into])
            union
            select unnest(array[o.parent_id, o.merged_into]) from up join organisation o using (id)
        )
        select from up where id = new.id
    ) then
        raise exception using errcode = 'check_violation', constraint = 'organisation_no_cycle',
            message = 'an organisation cannot lie under itself';
    end if;
    return new;
end $$;
-- +goose StatementEnd
create trigger organisation_no_cycle before insert or update of parent_id, merged_into on organisation
    for each row execute function organisation_forbid_cycle();

create table pool (
    id         uuid primary key default gen_random_uuid(),
    name       text not null constraint pool_name unique,
    host_id    uuid not null constraint pool_host references organisation,
    created_at timestamptz not null default app_now(),
    constraint pool_name_length check (length(name) between 1 and 200)
);

-- What a pool has decided for itself. The defaults equal engine.DefaultPolicy;
-- a test compares them.
create table pool_policy (
    pool_id                uuid primary key constraint pool_policy_pool references pool,
    active_relations       int not null default 2,
    active_relations_early int not null default 1,
    early_months           int not null default 6,
    one_to_one_per_day     int not null default 1,
    sessions_per_day       int not null default 2,
    sessions_per_week      int not null default 3,
    contact_minutes_week   int not null default 480,
    travel_buffer_minutes  int not null default 30,
    rest_hours_tier3       int not null default 24,
    rest_days_relation     int not null default 14,
    adult_age              int not null default 18,
    min_age_gap            int not null default 2,
    small_pool             int not null default 5,
    low_coverage           int not null default 60,
    recent_offer_days      int not null default 7,
    constraint pool_policy_positive check (least(active_relations, active_relations_early, early_months, one_to_one_per_day,
        sessions_per_day, sessions_per_week, contact_minutes_week, travel_buffer_minutes, rest_hours_tier3, rest_days_relation,
        adult_age, min_age_gap, small_pool, low_coverage, recent_offer_days) >= 0),
    constraint pool_policy_low_coverage check (low_coverage <= 100),
    -- A pool below five would name people by elimination (GDPR recital 26).
    constraint pool_policy_small_pool check (small_pool >= 5)
);

create table service_area (
    pool_id      uuid not null constraint service_area_pool references pool,
    municipality text not null constraint service_area_municipality references municipality,
    valid_from   date not null,
    valid_to     date,
    by_agreement boolean not null default false, -- served for another region
    primary key (pool_id, municipality, valid_from),
    constraint service_area_once exclude using gist (pool_id with =, municipality with =, daterange(valid_from, valid_to) with &&)
);

-- Which pools an organisation may ask.
create table organisation_pool (
    organisation_id uuid not null constraint organisation_pool_organisation references organisation,
    pool_id         uuid not null constraint organisation_pool_pool references pool,
    primary key (organisation_id, pool_id)
);
create index organisation_pool_pool_id on organisation_pool (pool_id);

create table account (
    id          uuid primary key default gen_random_uuid(),
    name        text not null,
    created_at  timestamptz not null default app_now(),
    disabled_at timestamptz,
    constraint account_name check (length(name) between 1 and 200)
);

-- Only the SHA-256 of a token is stored; the token itself is shown once.
create table token (
    id           uuid primary key default gen_random_uuid(),
    account_id   uuid not null constraint token_account references account,
    hash         bytea not null constraint token_hash unique,
    label        text not null default '',
    created_at   timestamptz not null default app_now(),
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_on date,
    constraint token_hash_length check (length(hash) = 32)
);
create index token_account_id on token (account_id);
