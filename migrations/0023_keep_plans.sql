-- Functions keep their plans. One in SQL that is not inlined, as one with SECURITY
-- DEFINER never is, is planned again by every statement that asks it, and the
-- policies ask several in each; PL/pgSQL plans once a connection. What they give,
-- and to whom, is as before.

-- +goose Up
-- +goose StatementBegin
create or replace function viewer_pools() returns setof uuid language plpgsql stable rows 5 security definer set search_path = public, pg_temp as $$
begin
    return query select pool_id from account_role
    where account_id = viewer() and role in ('COORDINATOR', 'REGION_LEAD') and daterange(valid_from, valid_to) @> app_today();
end $$;

create or replace function viewer_self() returns setof uuid language plpgsql stable rows 1 security definer set search_path = public, pg_temp as $$
begin
    return query select expert_id from account_role
    where account_id = viewer() and role = 'EXPERT' and daterange(valid_from, valid_to) @> app_today();
end $$;

create or replace function viewer_experts() returns setof uuid language plpgsql stable rows 50 security definer set search_path = public, pg_temp as $$
begin
    return query select expert_id from pool_member
    where pool_id in (select viewer_pools()) and daterange(valid_from, valid_to) @> app_today();
end $$;

create or replace function viewer_organisations() returns setof uuid language plpgsql stable rows 10 security definer set search_path = public, pg_temp as $$
begin
    return query with recursive mine(id) as (
        select organisation_id from account_role
        where account_id = viewer() and role = 'REQUESTER' and daterange(valid_from, valid_to) @> app_today()
        union
        select o.id from mine join organisation o on o.parent_id = mine.id or o.merged_into = mine.id
    )
    select id from mine;
end $$;

create or replace function viewer_sessions() returns setof uuid language plpgsql stable rows 100 security definer set search_path = public, pg_temp as $$
begin
    return query select session_id from booking where expert_id in (select viewer_self());
end $$;

create or replace function viewer_memberships() returns setof uuid language plpgsql stable rows 2 security definer set search_path = public, pg_temp as $$
begin
    return query select pool_id from pool_member where expert_id in (select viewer_self()) and daterange(valid_from, valid_to) @> app_today();
end $$;

create or replace function engine_experts() returns setof uuid language plpgsql stable rows 50 security definer set search_path = public, pg_temp as $$
begin
    return query select expert_id from pool_member where pool_id = engine_pool();
end $$;

create or replace function pool_coordinators(of_pool uuid) returns setof uuid language plpgsql stable rows 3 security definer set search_path = public, pg_temp as $$
begin
    return query select distinct account_id from account_role
    where pool_id = of_pool and of_pool = engine_pool() and role = 'COORDINATOR' and daterange(valid_from, valid_to) @> app_today();
end $$;

create or replace function request_asker(of_request uuid) returns setof uuid language plpgsql stable rows 1 security definer set search_path = public, pg_temp as $$
begin
    return query select submitted_by from request where id = of_request and pool_id = engine_pool() and submitted_by is not null;
end $$;

create or replace function completed_deployments(of_experts uuid[], of_type text) returns table (expert_id uuid, completed int)
    language plpgsql stable rows 50 security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    return query select b.expert_id, count(*)::int
    from booking b join session s on s.id = b.session_id
    where b.expert_id = any(of_experts) and b.expert_id in (select engine_experts())
      and b.status = 'DONE' and b.seat is null and s.status = 'COMPLETED' and s.type = of_type
    group by b.expert_id;
end $$;

create or replace function region_on(of_municipality text, day date) returns text language plpgsql stable parallel safe as $$
begin
    return (select region from municipality_region
            where municipality = of_municipality and daterange(valid_from, valid_to) @> day);
end $$;

create or replace function locate_postcode(pc text) returns table (municipality text, latitude double precision, longitude double precision)
    language plpgsql stable rows 1 parallel safe as $$
#variable_conflict use_column
begin
    return query select p.municipality, p.latitude, p.longitude from postcode p where p.postcode4 = pc;
    if not found and pc ~ '^[1-9][0-9]{3}$' then
        return query select m.code, m.latitude, m.longitude
        from postcode_range r join municipality m on m.code = r.municipality
        where pc::int between r.first and r.last;
    end if;
end $$;

-- A row is not made into JSON to read one column of it. A branch that is not taken
-- is not planned, so each table needs to have only its own column.
create or replace function announce() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
    changed record;
    id uuid;
begin
    changed := case tg_op when 'DELETE' then old else new end;
    case tg_argv[1]
        when 'id' then id := changed.id;
        when 'request_id' then id := changed.request_id;
        when 'pool_id' then id := changed.pool_id;
        when 'account_id' then id := changed.account_id;
    end case;
    perform pg_notify('expex', tg_argv[0] || ':' || id);
    return null;
end $$;

-- Reminders of a session that is new are not queued yet.
create or replace function session_reminds() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if tg_op = 'UPDATE' then
        delete from due_work where about = new.id and kind in ('SESSION_REMINDER_24H', 'SESSION_REMINDER_2H');
    end if;
    insert into due_work (kind, about, pool_id, due_at)
    select kind, new.id, new.pool_id, new.starts_at - ahead
    from (values ('SESSION_REMINDER_24H', interval '24 hours'), ('SESSION_REMINDER_2H', interval '2 hours')) r(kind, ahead)
    where new.starts_at - ahead > app_now();
    return null;
end $$;
-- +goose StatementEnd
