-- Requests, and what becomes of them.

-- +goose Up

-- A young person: a random reference whose mapping stays with the care
-- organisation. No name, no birth date, no address.
create table client (
    ref                  uuid primary key default gen_random_uuid(),
    pool_id              uuid not null constraint client_pool references pool,
    organisation_id      uuid not null constraint client_organisation references organisation,
    age_from             int not null,
    age_to               int not null,
    turns_18_on          date,
    consent_confirmed_on date,
    consent_confirmed_by text not null default '',
    constraint client_age check (0 <= age_from and age_from <= age_to and age_to <= 27),
    constraint client_turns_18 check (extract(day from turns_18_on) = 1)
);
create index client_pool_id on client (pool_id);
create index client_organisation_id on client (organisation_id);

create table client_exclusion (
    expert_id  uuid not null constraint client_exclusion_expert references expert,
    client_ref uuid not null constraint client_exclusion_client references client,
    primary key (expert_id, client_ref)
);

-- Employee of a house, or trainer of a young person: no deployment there.
create table dual_role (
    expert_id       uuid not null constraint dual_role_expert references expert,
    organisation_id uuid constraint dual_role_organisation references organisation,
    client_ref      uuid constraint dual_role_client references client,
    constraint dual_role_one check (num_nonnulls(organisation_id, client_ref) = 1)
);
create index dual_role_expert_id on dual_role (expert_id);

create table request (
    id                uuid primary key default gen_random_uuid(),
    pool_id           uuid not null constraint request_pool references pool,
    organisation_id   uuid not null constraint request_organisation references organisation,
    submitted_by      uuid constraint request_submitted_by references account,
    type              text not null constraint request_type references deployment_type,
    status            text not null default 'NEW',
    waitlist_reason   text not null default '',
    urgency           text not null default 'NORMAL',
    goal              text not null default '',
    team_size         int not null,
    minutes           int not null,
    online            boolean not null default false,
    municipality      text constraint request_municipality references municipality,
    postcode4         text not null default '',
    address           text not null default '',
    audience          text not null default 'CLOSED',
    audience_size     int not null default 0,
    audience_age_from int not null default 0,
    newcomer_seat     boolean not null default false,
    client_ref        uuid constraint request_client references client,
    needed_from       date,
    needed_until      date,
    every_weeks       int not null default 1,
    occurrences       int not null default 1,
    submitted_at      timestamptz not null default app_now(),
    import_key        text constraint request_import_key unique,
    constraint request_status check (status in ('NEW', 'TRIAGED', 'OPEN', 'SUGGESTED', 'OFFERED', 'PARTLY_FILLED', 'FILLED', 'RUNNING',
        'EVALUATED', 'CLOSED', 'WAITLISTED', 'ON_HOLD', 'WITHDRAWN', 'REFERRED')),
    constraint request_waitlist_reason check (waitlist_reason in ('', 'NO_POOL', 'COHORT_PENDING', 'NO_THEME', 'NO_SLOT')),
    constraint request_urgency check (urgency in ('NORMAL', 'URGENT')),
    constraint request_audience check (audience in ('CLOSED', 'PUBLIC')),
    constraint request_goal check (length(goal) <= 1000),
    constraint request_team_size check (team_size between 1 and 6),
    constraint request_minutes check (minutes between 15 and 720),
    constraint request_place check (online or municipality is not null),
    constraint request_dates check (needed_from <= needed_until),
    constraint request_rhythm check (every_weeks between 1 and 52 and occurrences between 1 and 104)
);
create index request_submitted on request (submitted_at, id);
create index request_pool_id on request (pool_id);
create index request_organisation_id on request (organisation_id);
-- What still waits is little beside all there ever was.
create index request_waiting on request (pool_id, submitted_at, id)
    where status in ('NEW', 'TRIAGED', 'OPEN', 'SUGGESTED', 'OFFERED', 'PARTLY_FILLED', 'WAITLISTED', 'ON_HOLD');

create table request_theme (
    request_id uuid not null constraint request_theme_request references request,
    theme      text not null constraint request_theme_theme references theme,
    importance text not null,
    primary key (request_id, theme),
    constraint request_theme_importance check (importance in ('MUST', 'NICE'))
);

create table request_preference (
    request_id uuid not null constraint request_preference_request references request,
    kind       text not null,
    value      text not null,
    must       boolean not null default false,
    primary key (request_id, kind, value),
    constraint request_preference_kind check (kind in ('GENDER', 'LANGUAGE', 'CONTACT_FORM', 'ACTIVITY')),
    constraint request_preference_value check (length(value) between 1 and 50)
);

create table request_option (
    request_id uuid not null constraint request_option_request references request,
    starts_at  timestamptz not null,
    ends_at    timestamptz not null,
    primary key (request_id, starts_at, ends_at),
    constraint request_option_order check (starts_at < ends_at)
);

create table request_window (
    request_id uuid not null constraint request_window_request references request,
    weekday    text not null,
    starts     time not null,
    ends       time not null,
    primary key (request_id, weekday, starts, ends),
    constraint request_window_weekday check (weekday in ('MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY')),
    constraint request_window_order check (starts < ends)
);

-- An expert lifted her exclusion of a house for one request.
create table organisation_exclusion_lift (
    expert_id       uuid not null,
    organisation_id uuid not null,
    request_id      uuid not null constraint organisation_exclusion_lift_request references request,
    primary key (expert_id, organisation_id, request_id),
    constraint organisation_exclusion_lift_exclusion foreign key (expert_id, organisation_id)
        references organisation_exclusion on delete cascade
);

-- Yes to a tier-3 theme, for this request only.
create table tier3_confirmation (
    expert_id    uuid not null constraint tier3_confirmation_expert references expert,
    request_id   uuid not null constraint tier3_confirmation_request references request,
    confirmed_at timestamptz not null default app_now(),
    primary key (expert_id, request_id)
);

-- A person's choice of experts and a slot, with the calculation it rests on.
create table decision (
    id              uuid primary key default gen_random_uuid(),
    request_id      uuid not null constraint decision_request references request,
    made_by         uuid constraint decision_made_by references account,
    made_at         timestamptz not null default app_now(),
    starts_at       timestamptz not null,
    ends_at         timestamptz not null,
    engine_version  text not null,
    weights_version text not null,
    input_hash      text not null,
    override_reason text not null default '',
    suggestion      jsonb not null,
    constraint decision_order check (starts_at < ends_at)
);
create index decision_request_id on decision (request_id);

-- One question to one expert. It states what it asks, so that the expert needs
-- to see nothing of the request itself.
create table offer (
    id           uuid primary key default gen_random_uuid(),
    decision_id  uuid not null constraint offer_decision references decision,
    request_id   uuid not null constraint offer_request references request,
    pool_id      uuid not null constraint offer_pool references pool,
    expert_id    uuid not null constraint offer_expert references expert,
    type         text not null constraint offer_type references deployment_type,
    theme_groups text[] not null,
    online       boolean not null,
    municipality text constraint offer_municipality references municipality,
    starts_at    timestamptz not null,
    ends_at      timestamptz not null,
    status       text not null default 'SENT',
    sent_at      timestamptz not null default app_now(),
    expires_at   timestamptz not null,
    answered_at  timestamptz,
    decline_code text,
    constraint offer_once unique (decision_id, expert_id),
    constraint offer_status check (status in ('SENT', 'ACCEPTED', 'DECLINED', 'EXPIRED', 'WITHDRAWN')),
    constraint offer_decline_code check (decline_code in ('TIME', 'DISTANCE', 'THEME', 'TOO_MUCH_NOW', 'OTHER')),
    constraint offer_order check (starts_at < ends_at),
    constraint offer_answered check ((status in ('SENT', 'EXPIRED', 'WITHDRAWN')) or answered_at is not null)
);
create unique index offer_open on offer (request_id, expert_id) where status = 'SENT';
create index offer_expert_sent on offer (expert_id, sent_at);
create index offer_request_id on offer (request_id);
create index offer_sent on offer (sent_at, id);
create index offer_pool_id on offer (pool_id);

-- A relation between an expert and a young person. It always has a planned end.
create table match (
    id          uuid primary key default gen_random_uuid(),
    request_id  uuid not null constraint match_request references request,
    pool_id     uuid not null constraint match_pool references pool,
    expert_id   uuid not null constraint match_expert references expert,
    client_ref  uuid constraint match_client references client,
    type        text not null constraint match_type references deployment_type,
    status      text not null default 'PROPOSED',
    started_on  date not null,
    planned_end date not null,
    session_cap int,
    closed_on   date,
    closed_reason text not null default '',
    constraint match_status check (status in ('PROPOSED', 'INTRO', 'TRIAL', 'ACTIVE', 'PAUSED', 'CLOSING', 'CLOSED')),
    constraint match_dates check (started_on <= planned_end),
    constraint match_closed check ((status = 'CLOSED') = (closed_on is not null))
);
create unique index match_open on match (request_id, expert_id) where status <> 'CLOSED';
create index match_expert_id on match (expert_id);
create index match_pool_id on match (pool_id);

create table session (
    id              uuid primary key default gen_random_uuid(),
    uid             uuid not null default gen_random_uuid() constraint session_uid unique, -- of the calendar event, for ever
    request_id      uuid not null constraint session_request references request,
    decision_id     uuid constraint session_decision references decision constraint session_one_per_decision unique,
    match_id        uuid constraint session_match references match,
    pool_id         uuid not null constraint session_pool references pool,
    organisation_id uuid not null constraint session_organisation references organisation,
    type            text not null constraint session_type references deployment_type,
    starts_at       timestamptz not null,
    ends_at         timestamptz not null,
    status          text not null,
    late            boolean not null default false,
    online          boolean not null,
    municipality    text constraint session_municipality references municipality,
    address         text not null default '',
    region          text constraint session_region references youth_region,
    sequence        int not null default 0,
    created_at      timestamptz not null default app_now(),
    changed_at      timestamptz not null default app_now(),
    constraint session_order check (starts_at < ends_at),
    -- The list of sessions counts on it: whatever touches a day began at most
    -- a day earlier, so older ones need not be looked at.
    constraint session_length check (ends_at - starts_at <= interval '24 hours'),
    constraint session_status check (status in ('HELD', 'CONFIRMED', 'COMPLETED', 'CANCELLED_BY_EXPERT', 'CANCELLED_BY_CLIENT',
        'CANCELLED_BY_REQUESTER', 'CANCELLED_BY_COORDINATOR', 'NO_SHOW_EXPERT', 'NO_SHOW_CLIENT', 'NO_SHOW_REQUESTER')),
    constraint session_place check (online or municipality is not null)
);
create index session_starts on session (starts_at, id);
create index session_pool_id on session (pool_id);
create index session_organisation_id on session (organisation_id);
create index session_request_id on session (request_id);

-- What a calendar shows of a status.
-- +goose StatementBegin
create function calendar_status(status text) returns text language sql immutable parallel safe
return case when status = 'HELD' then 'TENTATIVE' when status like 'CANCELLED%' then 'CANCELLED' else 'CONFIRMED' end;
-- +goose StatementEnd

-- Sequence and changed_at rise together on any change a calendar can show, and
-- on no other (RFC 5545 3.8.7.3, 3.8.7.4). The region is that of the
-- municipality on the local day of the session.
-- +goose StatementBegin
create function session_stamp() returns trigger language plpgsql as $$
begin
    new.region := region_on(new.municipality, (new.starts_at at time zone 'Europe/Amsterdam')::date);
    if tg_op = 'UPDATE' and (old.starts_at, old.ends_at, calendar_status(old.status), old.online, old.municipality, old.address)
        is distinct from (new.starts_at, new.ends_at, calendar_status(new.status), new.online, new.municipality, new.address) then
        new.sequence := old.sequence + 1;
        -- A second later at least, also when two changes share a moment or the
        -- clock was set back: calendars count in seconds, and some skip an event
        -- that is not later than the one they have.
        new.changed_at := greatest(app_now(), old.changed_at + interval '1 second');
    end if;
    return new;
end $$;
-- +goose StatementEnd
create trigger session_stamp before insert or update on session
    for each row execute function session_stamp();

-- The time an expert gives to a session. busy holds the travel buffer on its
-- trailing edge only, or the gap between two sessions would count twice.
create table booking (
    session_id uuid not null constraint booking_session references session,
    expert_id  uuid not null constraint booking_expert references expert,
    starts_at  timestamptz not null,
    ends_at    timestamptz not null,
    busy       tstzrange not null,
    status     text not null,
    one_to_one boolean not null,
    tier3      boolean not null,
    primary key (session_id, expert_id),
    constraint booking_status check (status in ('HELD', 'CONFIRMED', 'DONE', 'RELEASED')),
    constraint booking_busy check (lower(busy) = starts_at and upper(busy) >= ends_at and starts_at < ends_at),
    -- The law of the house: nobody is in two places at once.
    constraint booking_no_overlap exclude using gist (expert_id with =, busy with &&) where (status in ('HELD', 'CONFIRMED'))
);
create index booking_expert_starts on booking (expert_id, starts_at);

create table calendar_feed (
    id              uuid primary key default gen_random_uuid(),
    expert_id       uuid not null constraint calendar_feed_expert references expert,
    label           text not null default '',
    title           text not null default 'EXPEX_APPOINTMENT',
    with_place      boolean not null default false,
    created_at      timestamptz not null default app_now(),
    revoked_at      timestamptz,
    last_fetched_at timestamptz,
    last_client     text not null default '',
    constraint calendar_feed_label check (length(label) <= 100),
    constraint calendar_feed_title check (title in ('EXPEX_APPOINTMENT', 'APPOINTMENT', 'MINIMAL'))
);
create index calendar_feed_expert_id on calendar_feed (expert_id);

-- Secrets of feeds, as SHA-256. One is live per feed; dead ones are remembered
-- so that a client that still holds one can be told that the calendar is empty.
create table calendar_feed_secret (
    hash       bytea primary key,
    feed_id    uuid not null constraint calendar_feed_secret_feed references calendar_feed,
    created_at timestamptz not null default app_now(),
    revoked_at timestamptz,
    constraint calendar_feed_secret_length check (length(hash) = 32)
);
create unique index calendar_feed_secret_live on calendar_feed_secret (feed_id) where revoked_at is null;

-- The answer to a mutation, written in the same transaction as its effect.
create table idempotency_key (
    account_id uuid not null constraint idempotency_key_account references account,
    key        text not null,
    mutation   text not null,
    input_hash bytea not null,
    answer     jsonb,
    created_at timestamptz not null default app_now(),
    primary key (account_id, key),
    constraint idempotency_key_length check (length(key) between 8 and 200)
);

-- What a spreadsheet said last, so that importing it again changes nothing.
create table import_row (
    kind        text not null,
    key         text not null,
    hash        bytea not null,
    imported_at timestamptz not null default app_now(),
    primary key (kind, key),
    constraint import_row_kind check (kind in ('ORGANISATION', 'EXPERT', 'REQUEST'))
);
