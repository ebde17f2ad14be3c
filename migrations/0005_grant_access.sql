-- Who may see and write which row. Two roles that nobody logs in as:
--
--   expex_viewer  a person, named by app.viewer. Sees what her roles allow.
--   expex_engine  a decision taken on her behalf about one pool, named by
--                 app.pool. Entered only after the viewer's own eyes have seen
--                 the thing the decision is about. It knows what rules need and
--                 no viewer may read, such as who keeps away from which house.
--
-- Without app.viewer or app.pool both see nothing. A table without a policy is
-- closed; a test fails on any table that has row security switched off.

-- +goose Up

-- Roles belong to the whole server, so another database may have made them.
-- +goose StatementBegin
do $$
declare
    wanted text;
begin
    foreach wanted in array array['expex_viewer', 'expex_engine'] loop
        begin
            execute format('create role %I nologin', wanted);
        exception when duplicate_object or unique_violation then null;
        end;
        execute format('grant %I to current_user', wanted);
    end loop;
end $$;
-- +goose StatementEnd

grant usage on schema public to expex_viewer, expex_engine;
grant select on all tables in schema public to expex_viewer, expex_engine;
-- Hashes of secrets are nobody's to read.
revoke select on token, calendar_feed_secret, reference_source, import_row from expex_viewer, expex_engine;
grant select (feed_id, created_at, revoked_at) on calendar_feed_secret to expex_viewer;
revoke select on calendar_feed, account, account_role from expex_engine;

-- +goose StatementBegin
do $$
declare
    t text;
begin
    for t in select tablename from pg_tables where schemaname = 'public' and tablename <> 'goose_db_version' loop
        execute format('alter table %I enable row level security', t);
    end loop;
end $$;
-- +goose StatementEnd

---------------------------------------------------------------------- scopes
-- Each scope is one function. They run as the owner, so that a policy may ask
-- about roles without the roles having a policy of their own that asks back.
-- Each says how many rows it tends to give: the planner's own guess of 1,000
-- makes it read whole tables.

-- +goose StatementBegin
create function viewer() returns uuid language sql stable parallel safe
return nullif(current_setting('app.viewer', true), '')::uuid;

create function engine_pool() returns uuid language sql stable parallel safe
return nullif(current_setting('app.pool', true), '')::uuid;

-- Pools the viewer coordinates or leads.
create function viewer_pools() returns setof uuid language sql stable rows 5 security definer set search_path = public, pg_temp as $$
    select pool_id from account_role
    where account_id = viewer() and role in ('COORDINATOR', 'REGION_LEAD') and daterange(valid_from, valid_to) @> app_today()
$$;

-- The expert the viewer is.
create function viewer_self() returns setof uuid language sql stable rows 1 security definer set search_path = public, pg_temp as $$
    select expert_id from account_role
    where account_id = viewer() and role = 'EXPERT' and daterange(valid_from, valid_to) @> app_today()
$$;

-- Experts of the viewer's pools, today.
create function viewer_experts() returns setof uuid language sql stable rows 50 security definer set search_path = public, pg_temp as $$
    select expert_id from pool_member
    where pool_id in (select viewer_pools()) and daterange(valid_from, valid_to) @> app_today()
$$;

-- Organisations the viewer may ask for: those of her roles, with all below.
create function viewer_organisations() returns setof uuid language sql stable rows 10 security definer set search_path = public, pg_temp as $$
    with recursive mine(id) as (
        select organisation_id from account_role
        where account_id = viewer() and role = 'REQUESTER' and daterange(valid_from, valid_to) @> app_today()
        union
        select o.id from mine join organisation o on o.parent_id = mine.id or o.merged_into = mine.id
    )
    select id from mine
$$;

-- Sessions the viewer is booked on as an expert.
create function viewer_sessions() returns setof uuid language sql stable rows 100 security definer set search_path = public, pg_temp as $$
    select session_id from booking where expert_id in (select viewer_self())
$$;

-- Experts a decision about the pool may need: members past and present.
create function engine_experts() returns setof uuid language sql stable rows 50 security definer set search_path = public, pg_temp as $$
    select expert_id from pool_member where pool_id = engine_pool()
$$;

-- How many deployments of a type somebody has completed, in whichever pool.
create function completed_deployments(of_experts uuid[], of_type text) returns table (expert_id uuid, completed int)
    language sql stable security definer set search_path = public, pg_temp as $$
    select b.expert_id, count(*)::int
    from booking b join session s on s.id = b.session_id
    where b.expert_id = any(of_experts) and b.expert_id in (select engine_experts())
      and b.status = 'DONE' and s.status = 'COMPLETED' and s.type = of_type
    group by b.expert_id
$$;

-- What a session shows of its experts: first name and the text they wrote, to
-- whoever may see the session, once they are confirmed.
create function session_experts(of_sessions uuid[]) returns table (session_id uuid, expert_id uuid, first_name text, intro text)
    language sql stable security definer set search_path = public, pg_temp as $$
    select b.session_id, e.id, e.first_name, e.intro
    from booking b
    join session s on s.id = b.session_id
    join expert e on e.id = b.expert_id
    where b.session_id = any(of_sessions) and b.status in ('CONFIRMED', 'DONE')
      and (s.pool_id in (select viewer_pools()) or s.organisation_id in (select viewer_organisations())
           or s.id in (select viewer_sessions()))
    order by b.session_id, e.first_name, e.id
$$;
-- +goose StatementEnd

------------------------------------------------------------------- reference
-- (select viewer()) is asked once a statement, viewer() would be once a row: the
-- list of municipalities is read for every expert.
-- +goose StatementBegin
do $$
declare
    t text;
begin
    foreach t in array array['theme', 'theme_related', 'deployment_type', 'youth_region', 'youth_region_neighbour',
        'municipality', 'municipality_region', 'postcode_range', 'postcode', 'public_holiday'] loop
        execute format('create policy %I on %I for select to expex_viewer using ((select viewer()) is not null)', t || '_viewer', t);
        execute format('create policy %I on %I for select to expex_engine using ((select engine_pool()) is not null)', t || '_engine', t);
    end loop;
end $$;
-- +goose StatementEnd

--------------------------------------------------- organisations and accounts
create policy organisation_viewer on organisation for select to expex_viewer using (
    id in (select viewer_organisations())
    or id in (select organisation_id from organisation_pool where pool_id in (select viewer_pools()))
    or id in (select organisation_id from session where id in (select viewer_sessions())));
-- Exclusions follow the whole tree, whichever pool asks.
create policy organisation_engine on organisation for select to expex_engine using (engine_pool() is not null);

create policy organisation_pool_viewer on organisation_pool for select to expex_viewer using (
    pool_id in (select viewer_pools()) or organisation_id in (select viewer_organisations()));
create policy organisation_pool_engine on organisation_pool for select to expex_engine using (pool_id = engine_pool());

create policy pool_viewer on pool for select to expex_viewer using (
    id in (select viewer_pools())
    or id in (select pool_id from organisation_pool where organisation_id in (select viewer_organisations()))
    or id in (select pool_id from pool_member where expert_id in (select viewer_self())));
create policy pool_engine on pool for select to expex_engine using (id = engine_pool());

create policy pool_policy_viewer on pool_policy for select to expex_viewer using (pool_id in (select viewer_pools()));
create policy pool_policy_engine on pool_policy for select to expex_engine using (pool_id = engine_pool());

create policy service_area_viewer on service_area for select to expex_viewer using (
    pool_id in (select viewer_pools())
    or pool_id in (select pool_id from organisation_pool where organisation_id in (select viewer_organisations())));
create policy service_area_engine on service_area for select to expex_engine using (pool_id = engine_pool());

create policy account_viewer on account for select to expex_viewer using (id = viewer());
create policy account_role_viewer on account_role for select to expex_viewer using (account_id = viewer());

--------------------------------------------------------------------- experts
-- Her own rows, and those of the experts in the viewer's pools.
-- +goose StatementBegin
do $$
declare
    t text;
begin
    foreach t in array array['expert_record', 'pool_member', 'certification', 'conduct_certificate', 'type_training',
        'expert_trait', 'availability_rule', 'blackout', 'cohort_member'] loop
        execute format('create policy %I on %I for select to expex_viewer using (expert_id in (select viewer_self()) or expert_id in (select viewer_experts()))', t || '_viewer', t);
        execute format('create policy %I on %I for select to expex_engine using (expert_id in (select engine_experts()))', t || '_engine', t);
    end loop;
    -- Only she and the engine: exclusions are nobody else's business.
    foreach t in array array['organisation_exclusion', 'organisation_exclusion_lift', 'tier3_confirmation'] loop
        execute format('create policy %I on %I for select to expex_viewer using (expert_id in (select viewer_self()))', t || '_viewer', t);
        execute format('create policy %I on %I for select to expex_engine using (expert_id in (select engine_experts()))', t || '_engine', t);
    end loop;
    -- Only the engine.
    foreach t in array array['expert_exclusion', 'client_exclusion', 'dual_role'] loop
        execute format('create policy %I on %I for select to expex_engine using (expert_id in (select engine_experts()))', t || '_engine', t);
    end loop;
end $$;
-- +goose StatementEnd

create policy expert_viewer on expert for select to expex_viewer using (
    id in (select viewer_self()) or id in (select viewer_experts()));
create policy expert_engine on expert for select to expex_engine using (id in (select engine_experts()));

create policy cohort_viewer on cohort for select to expex_viewer using (pool_id in (select viewer_pools()));
create policy cohort_engine on cohort for select to expex_engine using (pool_id = engine_pool());

-- She sees every version of her own consents; others only what holds now.
create policy theme_consent_viewer on theme_consent for select to expex_viewer using (
    expert_id in (select viewer_self())
    or expert_id in (select viewer_experts()) and superseded_at is null and level <> 'RED');
create policy theme_consent_engine on theme_consent for select to expex_engine using (
    expert_id in (select engine_experts()) and superseded_at is null and level <> 'RED');
-- Only she may give or take back a consent.
grant insert (expert_id, theme, usage, level, valid_from) on theme_consent to expex_viewer;
create policy theme_consent_give on theme_consent for insert to expex_viewer with check (expert_id in (select viewer_self()));

-- Hours are kept by her, or by a coordinator on her word.
grant insert, delete on availability_rule, blackout to expex_viewer;
grant update (availability_confirmed_at) on expert_record to expex_viewer;
create policy availability_rule_insert on availability_rule for insert to expex_viewer with check (
    expert_id in (select viewer_self()) or expert_id in (select viewer_experts()));
create policy availability_rule_delete on availability_rule for delete to expex_viewer using (
    expert_id in (select viewer_self()) or expert_id in (select viewer_experts()));
create policy blackout_insert on blackout for insert to expex_viewer with check (
    expert_id in (select viewer_self()) or expert_id in (select viewer_experts()));
create policy expert_record_confirm on expert_record for update to expex_viewer using (
    expert_id in (select viewer_self()) or expert_id in (select viewer_experts()));

-------------------------------------------------------------------- requests
create policy client_viewer on client for select to expex_viewer using (
    pool_id in (select viewer_pools()) or organisation_id in (select viewer_organisations()));
create policy client_engine on client for select to expex_engine using (pool_id = engine_pool());

create policy request_viewer on request for select to expex_viewer using (
    pool_id in (select viewer_pools()) or organisation_id in (select viewer_organisations()));
create policy request_engine on request for select to expex_engine using (pool_id = engine_pool());

-- A requester asks for her own organisations, a coordinator for those that may
-- ask her pool. An organisation may only ask a pool it is linked to.
grant insert on client, request, request_theme, request_preference, request_option, request_window to expex_viewer;
create policy client_insert on client for insert to expex_viewer with check (
    (organisation_id in (select viewer_organisations()) or pool_id in (select viewer_pools()))
    and exists (select from organisation_pool o where o.organisation_id = client.organisation_id and o.pool_id = client.pool_id));
create policy request_insert on request for insert to expex_viewer with check (
    (organisation_id in (select viewer_organisations()) or pool_id in (select viewer_pools()))
    and exists (select from organisation_pool o where o.organisation_id = request.organisation_id and o.pool_id = request.pool_id));

-- What belongs to a request is seen with it. exists looks one request up, where
-- "in (select id from request)" would read them all for a single theme.
-- +goose StatementBegin
do $$
declare
    t text;
begin
    foreach t in array array['request_theme', 'request_preference', 'request_option', 'request_window'] loop
        execute format('create policy %I on %I for select to expex_viewer using (exists (select from request r where r.id = request_id))', t || '_viewer', t);
        execute format('create policy %I on %I for select to expex_engine using (exists (select from request r where r.id = request_id))', t || '_engine', t);
        execute format('create policy %I on %I for insert to expex_viewer with check (exists (select from request r where r.id = request_id and r.submitted_by = viewer()))', t || '_insert', t);
    end loop;
end $$;
-- +goose StatementEnd

grant update (status, waitlist_reason) on request to expex_engine;
create policy request_move on request for update to expex_engine using (pool_id = engine_pool());

--------------------------------------------- decisions, offers and sessions
create policy decision_viewer on decision for select to expex_viewer using (
    exists (select from request r where r.id = request_id and r.pool_id in (select viewer_pools())));
create policy decision_engine on decision for select to expex_engine using (exists (select from request r where r.id = request_id));

create policy offer_viewer on offer for select to expex_viewer using (
    pool_id in (select viewer_pools()) or expert_id in (select viewer_self()));
create policy offer_engine on offer for select to expex_engine using (
    pool_id = engine_pool() or expert_id in (select engine_experts()));

create policy match_viewer on match for select to expex_viewer using (
    pool_id in (select viewer_pools()) or expert_id in (select viewer_self()));
create policy match_engine on match for select to expex_engine using (
    pool_id = engine_pool() or expert_id in (select engine_experts()));

create policy session_viewer on session for select to expex_viewer using (
    pool_id in (select viewer_pools()) or organisation_id in (select viewer_organisations()) or id in (select viewer_sessions()));
create policy session_engine on session for select to expex_engine using (pool_id = engine_pool());

-- A booking says when somebody is busy and nothing about what for, so it may be
-- read wherever the expert may, also when the session belongs to another pool.
create policy booking_viewer on booking for select to expex_viewer using (
    expert_id in (select viewer_self()) or expert_id in (select viewer_experts()));
create policy booking_engine on booking for select to expex_engine using (expert_id in (select engine_experts()));

grant insert on decision, offer, match, session, booking to expex_engine;
grant update (status, answered_at, decline_code) on offer to expex_engine;
grant update (status, closed_on, closed_reason) on match to expex_engine;
grant update (status, late, match_id) on session to expex_engine;
grant update (status) on booking to expex_engine;
create policy decision_insert on decision for insert to expex_engine with check (exists (select from request r where r.id = request_id));
create policy offer_insert on offer for insert to expex_engine with check (pool_id = engine_pool() and expert_id in (select engine_experts()));
create policy offer_move on offer for update to expex_engine using (pool_id = engine_pool());
create policy match_insert on match for insert to expex_engine with check (pool_id = engine_pool() and expert_id in (select engine_experts()));
create policy match_move on match for update to expex_engine using (pool_id = engine_pool());
create policy session_insert on session for insert to expex_engine with check (pool_id = engine_pool());
create policy session_move on session for update to expex_engine using (pool_id = engine_pool());
create policy booking_insert on booking for insert to expex_engine with check (
    exists (select from session s where s.id = session_id) and expert_id in (select engine_experts()));
create policy booking_move on booking for update to expex_engine using (exists (select from session s where s.id = session_id));

----------------------------------------------------- feeds and remembered keys
grant insert on calendar_feed, calendar_feed_secret, idempotency_key to expex_viewer;
grant update (label, title, with_place, revoked_at) on calendar_feed to expex_viewer;
grant update (revoked_at) on calendar_feed_secret to expex_viewer;
grant update (answer) on idempotency_key to expex_viewer, expex_engine;
create policy calendar_feed_viewer on calendar_feed for all to expex_viewer using (expert_id in (select viewer_self()));
create policy calendar_feed_secret_viewer on calendar_feed_secret for all to expex_viewer
    using (feed_id in (select id from calendar_feed));
create policy idempotency_key_own on idempotency_key for all to expex_viewer, expex_engine using (account_id = viewer());
