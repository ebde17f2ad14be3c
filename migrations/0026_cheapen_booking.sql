-- A booking costs less.

-- +goose Up

-- In SQL it was planned again for every booking, which took twice as long as
-- running it.
-- +goose StatementBegin
create or replace function calendar_refresh(of_sessions uuid[], of_expert uuid) returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into calendar_entry as e (session_id, expert_id, uid, starts_at, ends_at, status, online, municipality, address, created_at, sequence, changed_at)
    select s.id, b.expert_id, s.uid, date_trunc('second', s.starts_at), date_trunc('second', s.ends_at),
           case when b.status = 'RELEASED' then 'CANCELLED' else calendar_status(s.status) end, s.online,
           case when s.online or o.address_visibility = 'SECRET' then '' else coalesce(m.name, '') end,
           case when s.online or b.one_to_one or o.address_visibility <> 'PUBLIC' then '' else s.address end,
           s.created_at, 0, app_now()
    from booking b
    join session s on s.id = b.session_id
    join organisation o on o.id = s.organisation_id
    left join municipality m on m.code = s.municipality
    where b.session_id = any(of_sessions) and (of_expert is null or b.expert_id = of_expert)
    on conflict (session_id, expert_id) do update set
        starts_at = excluded.starts_at, ends_at = excluded.ends_at, status = excluded.status,
        online = excluded.online, municipality = excluded.municipality, address = excluded.address
    where (e.starts_at, e.ends_at, e.status, e.online, e.municipality, e.address)
        is distinct from (excluded.starts_at, excluded.ends_at, excluded.status, excluded.online, excluded.municipality, excluded.address);
end $$;
-- +goose StatementEnd

-- The engine may know less than its pool: some experts by name, while it reads what
-- it needs about them. Each policy asks for all it knows, so that a booking cost as
-- many looks at the whole pool as there are tables about experts.
-- +goose StatementBegin
create or replace function engine_experts() returns setof uuid language plpgsql stable rows 50 security definer set search_path = public, pg_temp as $$
declare
    named uuid[] := nullif(current_setting('app.experts', true), '');
begin
    if named is null then
        return query select expert_id from pool_member where pool_id = engine_pool();
    else
        return query select expert_id from pool_member where pool_id = engine_pool() and expert_id = any(named);
    end if;
end $$;
-- +goose StatementEnd

-- Lists that a process keeps in memory (store/lists.go), and which of them these
-- are. A version is never used twice, also not after a change that was undone.
create table reference_version (
    one     boolean primary key default true constraint reference_version_one check (one),
    version uuid not null default gen_random_uuid()
);
insert into reference_version default values;
alter table reference_version enable row level security;
grant select on reference_version to expex_engine;
create policy reference_version_engine on reference_version for select to expex_engine using ((select engine_pool()) is not null);
-- +goose StatementBegin
create function reference_changes() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update reference_version set version = gen_random_uuid();
    return null;
end $$;
do $$
declare
    t text;
begin
    foreach t in array array['deployment_type', 'theme', 'theme_related', 'public_holiday', 'youth_region_neighbour'] loop
        execute format('create trigger reference_changes after insert or delete on %I for each row execute function reference_changes()', t);
        execute format('create trigger reference_changes_row after update on %I for each row when (old.* is distinct from new.*) execute function reference_changes()', t);
        execute format('create trigger reference_changes_all after truncate on %I for each statement execute function reference_changes()', t);
    end loop;
end $$;
-- +goose StatementEnd
