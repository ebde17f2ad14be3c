-- The scopes keep their plans. A function in SQL that is not inlined, as one with
-- SECURITY DEFINER never is, is planned again by every statement that asks it,
-- and the policies ask several in each; PL/pgSQL plans once a connection. What
-- they give, and to whom, is as before.

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
-- +goose StatementEnd
