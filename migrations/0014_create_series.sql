-- Sessions that are planned together, and time that is given twice on purpose.

-- +goose Up

-- What was planned together, as it was planned: a session that is moved or
-- cancelled later still belongs to it.
create table session_series (
    id         uuid primary key default gen_random_uuid(),
    request_id uuid not null constraint session_series_request references request,
    match_id   uuid constraint session_series_match references match,
    pool_id    uuid not null constraint session_series_pool references pool,
    first      date not null,
    at         time not null, -- on the wall, Europe/Amsterdam
    minutes    int not null,
    every      int not null,  -- weeks, or months with nth
    nth        text,
    weekday    text,
    count      int,
    until      date,
    planned_by uuid not null constraint session_series_planned_by references account,
    planned_at timestamptz not null default app_now(),
    constraint session_series_minutes check (minutes > 0),
    constraint session_series_every check (every between 1 and 26),
    constraint session_series_monthly check (
        (nth is null) = (weekday is null)
        and nth in ('FIRST', 'SECOND', 'THIRD', 'FOURTH', 'LAST')
        and weekday in ('MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY')),
    constraint session_series_end check (num_nonnulls(count, until) = 1 and count between 1 and 104)
);
create index session_series_request_id on session_series (request_id);
create index session_series_match_id on session_series (match_id);
create index session_series_pool_id on session_series (pool_id);

alter table session add column series_id uuid constraint session_series references session_series;
create index session_series_id on session (series_id);

alter table session_series enable row level security;
grant select on session_series to expex_viewer, expex_engine;
grant insert on session_series to expex_engine;
-- Whoever sees one of its sessions.
create policy session_series_viewer on session_series for select to expex_viewer using (
    exists (select from session s where s.series_id = session_series.id));
create policy session_series_engine on session_series for select to expex_engine using (pool_id = engine_pool());
create policy session_series_insert on session_series for insert to expex_engine with check (pool_id = engine_pool());

-- A coordinator may give an expert's time twice when she says why. The law of the
-- house looks at that very reason: without one nobody is in two places at once,
-- whatever code asks.
alter table booking add column double_reason text
    constraint booking_double_reason check (length(double_reason) between 1 and 500);
alter table booking drop constraint booking_no_overlap,
    add constraint booking_no_overlap exclude using gist (expert_id with =, busy with &&)
        where (status in ('HELD', 'CONFIRMED') and double_reason is null);

-- The reason is for the coordinators of the pool that gave the time: see
-- session_standing.
revoke select on booking from expex_viewer;
grant select (session_id, expert_id, starts_at, ends_at, busy, status, one_to_one, tier3) on booking to expex_viewer;

-- A session keeps its identity when it moves.
grant update (starts_at, ends_at) on session to expex_engine;
grant update (starts_at, ends_at, busy, double_reason) on booking to expex_engine;

-- What only the coordinators of its pool hear of a session: why its time is given
-- twice, null if it is not, and what is in its way, by the tasks that are open.
-- +goose StatementBegin
create function session_standing(of_sessions uuid[]) returns table (session_id uuid, double_reason text, blockers text[])
    language sql stable security definer set search_path = public, pg_temp as $$
    select s.id,
           (select max(b.double_reason) from booking b where b.session_id = s.id),
           array(select distinct code from task t, unnest(t.codes) code
                 where t.session_id = s.id and t.kind = 'SESSION_BROKEN' and t.done_at is null and t.appears_at <= app_now() order by code)
    from session s
    where s.id = any(of_sessions) and s.pool_id in (select viewer_pools())
    order by s.id
$$;
-- +goose StatementEnd
