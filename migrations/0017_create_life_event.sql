-- What changes in people's lives after something was planned, and the nightly
-- look at everything that is.

-- +goose Up

-- What was agreed after an expert took back what a planned session needs. It
-- counts for that one session, and names no theme.
create table consent_choice (
    session_id uuid not null constraint consent_choice_session references session,
    expert_id  uuid not null constraint consent_choice_expert references expert,
    choice     text not null,
    made_by    uuid not null constraint consent_choice_made_by references account,
    made_at    timestamptz not null default app_now(),
    primary key (session_id, expert_id),
    constraint consent_choice_known check (choice in ('KEEP', 'CHANGE_TOPIC', 'REPLACE'))
);
create index consent_choice_expert_id on consent_choice (expert_id);
create index consent_choice_made_by_id on consent_choice (made_by);
alter table consent_choice enable row level security;
grant select on consent_choice to expex_viewer;
grant select, insert, update, delete on consent_choice to expex_engine;
create policy consent_choice_viewer on consent_choice for select to expex_viewer using (
    expert_id in (select viewer_self()) or expert_id in (select viewer_experts()));
create policy consent_choice_engine on consent_choice for all to expex_engine using (exists (select from session s where s.id = session_id));

-- An expert goes to live in the area of another pool. It is a proposal until she
-- has said yes herself; then her membership of the new pool is dated.
create table expert_transfer (
    expert_id    uuid not null constraint expert_transfer_expert references expert,
    from_pool    uuid not null constraint expert_transfer_from references pool,
    to_pool      uuid not null constraint expert_transfer_to references pool,
    takes_effect date not null,
    postcode4    text not null,
    proposed_by  uuid not null constraint expert_transfer_proposed_by references account,
    proposed_at  timestamptz not null default app_now(),
    accepted_at  timestamptz,
    moved_at     timestamptz, -- her postcode is the new one since then
    primary key (expert_id, proposed_at),
    constraint expert_transfer_pools check (from_pool <> to_pool),
    constraint expert_transfer_postcode check (postcode4 ~ '^[1-9][0-9]{3}$'),
    constraint expert_transfer_order check (moved_at is null or accepted_at is not null)
);
create unique index expert_transfer_open on expert_transfer (expert_id) where moved_at is null;
create index expert_transfer_from_pool on expert_transfer (from_pool);
create index expert_transfer_to_pool on expert_transfer (to_pool);
create index expert_transfer_proposed_by_id on expert_transfer (proposed_by);
alter table expert_transfer enable row level security;
grant select on expert_transfer to expex_viewer;
grant select, insert, update, delete on expert_transfer to expex_engine;
-- The new pool hears of it with her yes, and not before.
create policy expert_transfer_viewer on expert_transfer for select to expex_viewer using (
    expert_id in (select viewer_self()) or from_pool in (select viewer_pools())
    or to_pool in (select viewer_pools()) and accepted_at is not null);
create policy expert_transfer_engine on expert_transfer for all to expex_engine using (from_pool = engine_pool());

-- The name of a pool somebody is asked to move to, which she is not in yet.
-- +goose StatementBegin
create function destination_name(of_expert uuid, of_pool uuid) returns text language sql stable security definer set search_path = public, pg_temp as $$
    select p.name from pool p
    where p.id = of_pool and exists (select from expert_transfer x where x.expert_id = of_expert and x.to_pool = p.id
        and (x.expert_id in (select viewer_self()) or x.from_pool in (select viewer_pools())
             or x.to_pool in (select viewer_pools()) and x.accepted_at is not null))
$$;
-- +goose StatementEnd

grant insert, update (valid_to) on pool_member to expex_engine;
create policy pool_member_join on pool_member for insert to expex_engine with check (pool_id = engine_pool());
create policy pool_member_leave on pool_member for update to expex_engine using (pool_id = engine_pool());

-- Who paused her: what she did herself, she may undo herself.
alter table expert_record add column paused_by uuid constraint expert_record_paused_by references account;
create index expert_record_paused_by_id on expert_record (paused_by);
grant update (status, paused_until, paused_by, postcode4) on expert_record to expex_engine;
create policy expert_record_move on expert_record for update to expex_engine using (expert_id in (select engine_experts()));

-- With a pause until further notice, and when she leaves, her calendar
-- subscriptions end, whoever writes it.
-- +goose StatementBegin
create function expert_steps_back() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update calendar_feed_secret set revoked_at = app_now()
    where revoked_at is null and feed_id in (select id from calendar_feed where expert_id = new.expert_id);
    update calendar_feed set revoked_at = app_now() where expert_id = new.expert_id and revoked_at is null;
    return null;
end $$;

-- Who has left takes her themes along: every version of every consent.
create function forget_themes(of_expert uuid) returns void language sql security definer set search_path = public, pg_temp as $$
    delete from theme_consent where expert_id = of_expert and of_expert in (select engine_experts())
        and exists (select from expert_record where expert_id = of_expert and status = 'OFFBOARDED');
    delete from tier3_confirmation where expert_id = of_expert and of_expert in (select engine_experts())
        and exists (select from expert_record where expert_id = of_expert and status = 'OFFBOARDED');
$$;
-- +goose StatementEnd
create trigger expert_steps_back after update of status on expert_record
    for each row when (new.status in ('PAUSED', 'OFFBOARDED') and new.status is distinct from old.status) execute function expert_steps_back();

grant insert, update (valid_to, screening_profile, checked_by) on conduct_certificate to expex_engine;
create policy conduct_certificate_record on conduct_certificate for insert to expex_engine with check (expert_id in (select engine_experts()));
create policy conduct_certificate_correct on conduct_certificate for update to expex_engine using (expert_id in (select engine_experts()));

-- The young person's own yes, from the day on which that of a guardian no longer
-- counts.
alter table client add column own_consent_on date;
grant update (age_from, age_to, own_consent_on) on client to expex_engine;
create policy client_comes_of_age on client for update to expex_engine using (pool_id = engine_pool());

grant insert on organisation_exclusion_lift to expex_engine;
create policy organisation_exclusion_lift_add on organisation_exclusion_lift for insert to expex_engine with check (
    expert_id in (select engine_experts()) and exists (select from request r where r.id = request_id));

grant update (merged_into) on organisation to expex_engine;
create policy organisation_merge on organisation for update to expex_engine using (
    id in (select organisation_id from organisation_pool where pool_id = engine_pool())) with check (true);

-- All that is one house with an organisation: what it merged into or lies under,
-- and all that merged into that or lies under it. The same as OrganisationTree
-- of the engine.
-- +goose StatementBegin
create function house_of(of_organisation uuid) returns setof uuid language sql stable rows 10 security definer set search_path = public, pg_temp as $$
    with recursive up(id) as (
        select of_organisation
        union
        select coalesce(o.merged_into, o.parent_id) from up join organisation o using (id) where coalesce(o.merged_into, o.parent_id) is not null
    ), house(id) as (
        select up.id from up join organisation o using (id) where coalesce(o.merged_into, o.parent_id) is null
        union
        select o.id from house join organisation o on coalesce(o.merged_into, o.parent_id) = house.id
    )
    select id from house
$$;

-- The pools that were asked by a house: a merger changes plans in all of them.
-- It gives ids and nothing else.
create function house_pools(of_organisation uuid) returns setof uuid language sql stable rows 3 security definer set search_path = public, pg_temp as $$
    select distinct pool_id from request
    where organisation_id in (select house_of(of_organisation)) and engine_pool() is not null order by 1
$$;

-- What was to be decided about a session is settled when nobody plans to hold it.
create function session_settles() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update task set done_at = app_now()
    where session_id = new.id and done_at is null
      and (kind in ('SESSION_BROKEN', 'CONSENT_CHANGED', 'EXPERT_PAUSED')
           or kind = 'REPLACE_EXPERT' and codes && '{NOT_DEPLOYABLE,CONDUCT_CERT_INVALID,NO_THEME_CONSENT,OTHER}');
    return null;
end $$;
-- +goose StatementEnd
create trigger session_settles after update of status on session
    for each row when (new.status not in ('HELD', 'CONFIRMED')) execute function session_settles();

-- Each pool is looked at every night at three, which exists once in every night.
-- +goose StatementBegin
create function pool_nightly() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into due_work (kind, about, pool_id, due_at)
    values ('NIGHTLY_CHECK', new.id, new.id, (app_today() + 1 + time '03:00') at time zone 'Europe/Amsterdam')
    on conflict on constraint due_work_once do nothing;
    return null;
end $$;
-- +goose StatementEnd
create trigger pool_nightly after insert on pool for each row execute function pool_nightly();
insert into due_work (kind, about, pool_id, due_at)
select 'NIGHTLY_CHECK', id, id, (app_today() + 1 + time '03:00') at time zone 'Europe/Amsterdam' from pool;
