-- An expert's private calendar, only if she wants it, and only as busy times. No
-- title, no place and no name of it ever gets here, and its address only as a box
-- that nothing in the database opens.

-- +goose Up

create table busy_calendar (
    id          uuid primary key,
    expert_id   uuid not null constraint busy_calendar_expert references expert,
    label       text not null constraint busy_calendar_label check (length(label) <= 100),
    source      text not null constraint busy_calendar_source check (source in ('ADDRESS', 'FILE')),
    -- The address and what its server wants back with the next question, encrypted:
    -- AES-256-GCM, bound to the id of the row. The key is not in the database, only
    -- its name is.
    sealed      bytea,
    sealed_with text not null default '',
    -- The times, merged, and nothing else. One value, so that a read replaces it
    -- whole, and unlinking leaves nothing behind.
    busy        tstzmultirange not null default '{}',
    warnings    text[] not null default '{}', -- code:count
    created_at  timestamptz not null default app_now(),
    read_at     timestamptz,          -- last time the times were read, or found unchanged
    stale_at    timestamptz not null, -- from when on they may be incomplete
    due_at      timestamptz,          -- next time they are read; null for a file
    tried_at    timestamptz,
    claimed_until timestamptz,        -- somebody is reading them; a dead process claims no longer than this
    failures    int not null default 0, -- in a row
    failure     text not null default '', -- code of the last one, never its words
    gone_since  timestamptz,          -- the server has had no such calendar since then
    constraint busy_calendar_sealed check ((source = 'ADDRESS') = (sealed is not null) and (sealed is not null) = (due_at is not null))
);
create index busy_calendar_expert_id on busy_calendar (expert_id);
create index busy_calendar_due on busy_calendar (due_at, id) where due_at is not null;
alter table busy_calendar enable row level security;

-- She alone; and of the box not even she. The engine learns how old her times are.
grant select (id, expert_id, label, source, busy, warnings, created_at, read_at, stale_at, due_at, tried_at, failure) on busy_calendar to expex_viewer;
grant insert (id, expert_id, label, source, sealed, sealed_with, busy, warnings, read_at, stale_at, due_at) on busy_calendar to expex_viewer;
grant update (due_at) on busy_calendar to expex_viewer;
grant delete on busy_calendar to expex_viewer;
grant select (expert_id, created_at, read_at, stale_at) on busy_calendar to expex_engine;
create policy busy_calendar_viewer on busy_calendar for all to expex_viewer using (expert_id in (select viewer_self()));
create policy busy_calendar_engine on busy_calendar for select to expex_engine using (expert_id in (select engine_experts()));

-- +goose StatementBegin
-- The time that is closed to sessions: blackouts and the busy times of linked
-- calendars, told apart by nobody. It shows whose blackouts the asking role may
-- see.
--
-- What lies in a session that is planned with her is left out. It is that session
-- come back by way of her own calendar, merged perhaps with what is beside it, or
-- it is hers to solve; neither makes a plan wrong. The rest stays closed, and
-- all of it is closed again as soon as the session is moved or cancelled, until her
-- calendar is read again.
create function closed_times(of_experts uuid[], span tstzrange) returns table (expert_id uuid, starts_at timestamptz, ends_at timestamptz)
    language plpgsql stable rows 500 security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    return query
    with seen as materialized (
        select e.expert_id from unnest(of_experts) e(expert_id)
        where case when engine_pool() is null then e.expert_id in (select viewer_self()) or e.expert_id in (select viewer_experts())
                   else e.expert_id in (select engine_experts()) end)
    select b.expert_id, b.starts_at, b.ends_at
    from seen join blackout b using (expert_id)
    where tstzrange(b.starts_at, b.ends_at) && span
    union all
    select c.expert_id, lower(times), upper(times)
    from seen join busy_calendar c using (expert_id),
    lateral (select coalesce(range_agg(tstzrange(b.starts_at, b.ends_at)), '{}') as planned
             from booking b where b.expert_id = c.expert_id and b.status in ('HELD', 'CONFIRMED')) own,
    lateral unnest(c.busy - own.planned) times
    where c.busy && span and times && span;
end $$;

-- Who leaves takes her calendars along.
create function expert_takes_calendars() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    delete from busy_calendar where expert_id = new.expert_id;
    return null;
end $$;
-- +goose StatementEnd
create trigger expert_takes_calendars after update of status on expert_record
    for each row when (new.status = 'OFFBOARDED' and old.status <> 'OFFBOARDED') execute function expert_takes_calendars();
