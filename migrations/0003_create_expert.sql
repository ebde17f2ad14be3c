-- ExpEx and everything the rules and factors ask about them.

-- +goose Up

-- What everybody who may see an expert sees of her.
create table expert (
    id         uuid primary key default gen_random_uuid(),
    first_name text not null,
    intro      text not null default '',
    import_key text constraint expert_import_key unique,
    created_at timestamptz not null default app_now(),
    constraint expert_first_name check (length(first_name) between 1 and 100),
    constraint expert_intro check (length(intro) <= 1000)
);

-- What only she and her coordinators see.
create table expert_record (
    expert_id                 uuid primary key constraint expert_record_expert references expert,
    last_name                 text not null default '',
    email                     text not null default '',
    phone                     text not null default '',
    birth_date                date,
    postcode4                 text not null default '',
    status                    text not null,
    deployable_since          date,
    agreement_on              date,
    nda_on                    date,
    max_travel_minutes        int not null default 60,
    paused_until              timestamptz,
    availability_confirmed_at timestamptz,
    cap_active_relations      int not null default 0, -- 0 = the pool's policy
    cap_sessions_per_week     int not null default 0,
    cap_minutes_per_month     int not null default 0,
    fold_exclusions           boolean not null default false,
    allowance_mode            text not null default 'PAID',
    constraint expert_record_status check (status in ('APPLICANT', 'IN_TRAINING', 'CERTIFIED', 'DEPLOYABLE', 'PAUSED', 'OFFBOARDED')),
    constraint expert_record_postcode check (postcode4 = '' or postcode4 ~ '^[1-9][0-9]{3}$'),
    constraint expert_record_travel check (max_travel_minutes between 0 and 600),
    constraint expert_record_caps check (least(cap_active_relations, cap_sessions_per_week, cap_minutes_per_month) >= 0),
    constraint expert_record_allowance check (allowance_mode in ('PAID', 'EXPENSES_ONLY', 'NONE'))
);

create table pool_member (
    pool_id    uuid not null constraint pool_member_pool references pool,
    expert_id  uuid not null constraint pool_member_expert references expert,
    valid_from date not null,
    valid_to   date,
    primary key (pool_id, expert_id, valid_from),
    constraint pool_member_once exclude using gist (pool_id with =, expert_id with =, daterange(valid_from, valid_to) with &&)
);
create index pool_member_expert_id on pool_member (expert_id);

create table account_role (
    account_id      uuid not null constraint account_role_account references account,
    role            text not null,
    pool_id         uuid constraint account_role_pool references pool,
    organisation_id uuid constraint account_role_organisation references organisation,
    expert_id       uuid constraint account_role_expert references expert,
    valid_from      date not null default app_today(),
    valid_to        date,
    constraint account_role_scope check (case role
        when 'EXPERT' then expert_id is not null and pool_id is null and organisation_id is null
        when 'REQUESTER' then organisation_id is not null and pool_id is null and expert_id is null
        when 'TRAINER' then pool_id is not null and organisation_id is null and expert_id is null
        when 'COORDINATOR' then pool_id is not null and organisation_id is null and expert_id is null
        when 'REGION_LEAD' then pool_id is not null and organisation_id is null and expert_id is null
        when 'SAFEGUARDING_LEAD' then pool_id is not null and organisation_id is null and expert_id is null
        when 'FUNDER_VIEWER' then pool_id is not null and organisation_id is null and expert_id is null
        when 'PRIVACY_OFFICER' then pool_id is not null and organisation_id is null and expert_id is null
        when 'SYSTEM_ADMIN' then pool_id is null and organisation_id is null and expert_id is null
        else false end)
);
create index account_role_account_id on account_role (account_id);
create unique index account_role_once on account_role
    (account_id, role, coalesce(pool_id, organisation_id, expert_id, '00000000-0000-0000-0000-000000000000'), valid_from);

create table cohort (
    id            uuid primary key default gen_random_uuid(),
    pool_id       uuid not null constraint cohort_pool references pool,
    name          text not null,
    places        int not null,
    planned_start date not null,
    planned_end   date not null,
    actual_end    date,
    constraint cohort_places check (places between 1 and 100),
    constraint cohort_dates check (planned_start < planned_end)
);
create index cohort_pool_id on cohort (pool_id);

create table cohort_member (
    cohort_id  uuid not null constraint cohort_member_cohort references cohort,
    expert_id  uuid not null constraint cohort_member_expert references expert,
    outcome    text,
    decided_on date,
    primary key (cohort_id, expert_id),
    constraint cohort_member_outcome check (outcome in ('CERTIFIED', 'NOT_YET', 'STOPPED'))
);

create table certification (
    expert_id    uuid primary key constraint certification_expert references expert,
    cohort_id    uuid constraint certification_cohort references cohort,
    certified_on date not null
);

-- Issue date, profile and who looked at it; never the document itself.
create table conduct_certificate (
    expert_id         uuid not null constraint conduct_certificate_expert references expert,
    issued_on         date not null,
    valid_to          date not null, -- the first day on which it no longer holds
    screening_profile text not null default '',
    checked_by        text not null default '',
    primary key (expert_id, issued_on),
    constraint conduct_certificate_dates check (issued_on < valid_to)
);

create table type_training (
    expert_id  uuid not null constraint type_training_expert references expert,
    type       text not null constraint type_training_type references deployment_type,
    trained_on date not null,
    primary key (expert_id, type)
);

-- Versions are append-only; the one without superseded_at is current. RED says
-- no, or no longer: nobody but the expert ever reads such a row.
create table theme_consent (
    expert_id     uuid not null constraint theme_consent_expert references expert,
    theme         text not null constraint theme_consent_theme references theme,
    usage         text not null,
    version       int  not null,
    level         text not null,
    valid_from    timestamptz not null default app_now(),
    superseded_at timestamptz,
    primary key (expert_id, theme, usage, version),
    constraint theme_consent_usage check (usage in ('ONE_TO_ONE', 'CASE', 'CLOSED_GROUP', 'PUBLIC_GROUP', 'POLICY', 'PUBLICATION')),
    constraint theme_consent_level check (level in ('GREEN', 'AMBER', 'RED'))
);
create unique index theme_consent_current on theme_consent (expert_id, theme, usage) where superseded_at is null;

-- A new version closes the one before it; nothing else ever changes a row.
-- +goose StatementBegin
create function theme_consent_append() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update theme_consent set superseded_at = new.valid_from
    where expert_id = new.expert_id and theme = new.theme and usage = new.usage and superseded_at is null;
    new.version := 1 + coalesce((select max(version) from theme_consent
        where expert_id = new.expert_id and theme = new.theme and usage = new.usage), 0);
    new.superseded_at := null;
    return new;
end $$;
-- +goose StatementEnd
create trigger theme_consent_append before insert on theme_consent
    for each row execute function theme_consent_append();

create table expert_trait (
    expert_id uuid not null constraint expert_trait_expert references expert,
    kind      text not null,
    value     text not null,
    primary key (expert_id, kind, value),
    constraint expert_trait_kind check (kind in ('GENDER', 'LANGUAGE', 'CONTACT_FORM', 'ACTIVITY')),
    constraint expert_trait_value check (length(value) between 1 and 50)
);

create table availability_rule (
    id                 uuid primary key default gen_random_uuid(),
    expert_id          uuid not null constraint availability_rule_expert references expert,
    weekday            text not null,
    starts             time not null,
    ends               time not null,
    valid_from         date,
    valid_to           date,
    parity             text not null default 'EVERY',
    mode               text not null default 'BOTH',
    max_travel_minutes int  not null default 0,
    constraint availability_rule_weekday check (weekday in ('MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY')),
    constraint availability_rule_order check (starts < ends),
    constraint availability_rule_parity check (parity in ('EVERY', 'ODD', 'EVEN')),
    constraint availability_rule_mode check (mode in ('IN_PERSON', 'ONLINE', 'BOTH')),
    constraint availability_rule_travel check (max_travel_minutes between 0 and 600),
    constraint availability_rule_valid check (valid_from < valid_to)
);
create index availability_rule_expert_id on availability_rule (expert_id);

-- Time that is not available. No reason is stored, ever.
create table blackout (
    id        uuid primary key default gen_random_uuid(),
    expert_id uuid not null constraint blackout_expert references expert,
    starts_at timestamptz not null,
    ends_at   timestamptz not null,
    constraint blackout_order check (starts_at < ends_at),
    constraint blackout_once unique (expert_id, starts_at, ends_at)
);
create index blackout_expert_span on blackout using gist (expert_id, tstzrange(starts_at, ends_at));

-- "Not with that house": set by the expert, the reason is not stored.
create table organisation_exclusion (
    expert_id       uuid not null constraint organisation_exclusion_expert references expert,
    organisation_id uuid not null constraint organisation_exclusion_organisation references organisation,
    until           date,
    primary key (expert_id, organisation_id)
);

-- Two experts who are never deployed together.
create table expert_exclusion (
    expert_id uuid not null constraint expert_exclusion_expert references expert,
    other_id  uuid not null constraint expert_exclusion_other references expert,
    primary key (expert_id, other_id),
    constraint expert_exclusion_order check (expert_id < other_id)
);
create index expert_exclusion_other_id on expert_exclusion (other_id);
