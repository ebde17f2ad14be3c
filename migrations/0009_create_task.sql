-- What somebody has to do, and what somebody has to hear.

-- +goose Up

-- The one list of a coordinator: what needs a person, why, and until when. A
-- task that appears later waits here; nobody sees it before.
create table task (
    id              uuid primary key default gen_random_uuid(),
    pool_id         uuid not null constraint task_pool references pool,
    kind            text not null,
    expert_id       uuid constraint task_expert references expert,
    request_id      uuid constraint task_request references request,
    session_id      uuid constraint task_session references session,
    match_id        uuid constraint task_match references match,
    cohort_id       uuid constraint task_cohort references cohort,
    organisation_id uuid constraint task_organisation references organisation,
    -- Why, as codes of rules or causes that a coordinator may know. Never a theme.
    codes           text[] not null default '{}',
    appears_at      timestamptz not null,
    due_at          timestamptz not null,
    made_at         timestamptz not null default app_now(),
    done_at         timestamptz,
    done_by         uuid constraint task_done_by references account, -- null: it ended by itself
    constraint task_kind check (kind ~ '^[A-Z][A-Z0-9_]*$'),
    constraint task_about check (num_nonnulls(expert_id, request_id, session_id, match_id, cohort_id, organisation_id) > 0),
    constraint task_dates check (appears_at <= due_at)
);
-- One of a kind about the same things is enough for a pool while it is open. Who
-- moves is for a while in two, and what one has to do says nothing of the other.
create unique index task_open on task (pool_id, kind, expert_id, request_id, session_id, match_id, cohort_id, organisation_id)
    nulls not distinct where done_at is null;
create index task_list on task (due_at, id) where done_at is null;
create index task_pool_id on task (pool_id);
create index task_expert_id on task (expert_id);
create index task_request_id on task (request_id);
create index task_session_id on task (session_id);
create index task_match_id on task (match_id);
create index task_cohort_id on task (cohort_id);
create index task_organisation_id on task (organisation_id);
alter table task enable row level security;
grant select on task to expex_viewer;
grant select, insert, update on task to expex_engine;
create policy task_viewer on task for select to expex_viewer using (
    pool_id in (select viewer_pools()) and appears_at <= app_now());
create policy task_engine on task for all to expex_engine using (pool_id = engine_pool());

-- Where messages go: "there is news", never what it is.
alter table account add column email text not null default '',
    add constraint account_email check (length(email) <= 254);

-- The outbox. A row is written in the transaction of what it tells, once for
-- each effect and person, and sent afterwards. It holds no word of content: kind
-- and time are all a message may say.
create table notice (
    id         uuid primary key default gen_random_uuid(),
    kind       text not null,
    effect     text not null, -- what it tells of, such as OFFER_SENT and an id
    account_id uuid constraint notice_account references account,
    expert_id  uuid constraint notice_expert references expert,
    session_id uuid constraint notice_session references session, -- whose time it may name
    made_at    timestamptz not null default app_now(),
    sent_at    timestamptz,
    constraint notice_kind check (kind ~ '^[A-Z][A-Z0-9_]*$'),
    constraint notice_to_one check (num_nonnulls(account_id, expert_id) = 1),
    constraint notice_once unique nulls not distinct (effect, account_id, expert_id)
);
create index notice_account_id on notice (account_id);
create index notice_expert_id on notice (expert_id);
create index notice_session_id on notice (session_id);
create index notice_unsent on notice (made_at, id) where sent_at is null;
alter table notice enable row level security;
grant insert, select on notice to expex_engine;
create policy notice_engine on notice for insert to expex_engine with check (true);

-- Whoever coordinates the pool today, for what she has to hear.
-- +goose StatementBegin
create function pool_coordinators(of_pool uuid) returns setof uuid language sql stable rows 3 security definer set search_path = public, pg_temp as $$
    select distinct account_id from account_role
    where pool_id = of_pool and of_pool = engine_pool() and role = 'COORDINATOR' and daterange(valid_from, valid_to) @> app_today()
$$;

-- Whoever asked, for what she has to hear of her request.
create function request_asker(of_request uuid) returns setof uuid language sql stable rows 1 security definer set search_path = public, pg_temp as $$
    select submitted_by from request where id = of_request and pool_id = engine_pool() and submitted_by is not null
$$;
-- +goose StatementEnd

-- Use cases queue what is due later. Which kinds there are is decided where they
-- are done.
alter table due_work drop constraint due_work_kind,
    add constraint due_work_kind check (kind ~ '^[A-Z][A-Z0-9_]*$');
grant select, insert, update, delete on due_work to expex_engine;
create policy due_work_engine on due_work for all to expex_engine using (pool_id = engine_pool());
