-- What is kept on record about experts and sessions, recorded, corrected and
-- withdrawn by whoever keeps it.

-- +goose Up

-- Each entry on a record, each correction and each withdrawal: what it was, what
-- it became, who did it, when and why. Nobody changes or deletes a line. It holds
-- codes and days, and never a theme.
create table record_change (
    pool_id    uuid not null constraint record_change_pool references pool,
    number     bigint generated always as identity primary key,
    kind       text not null,
    expert_id  uuid constraint record_change_expert references expert,
    session_id uuid constraint record_change_session references session,
    about      text not null default '', -- which training, or the day of issue of which certificate
    was        text not null default '', -- '' = nothing
    became     text not null default '',
    reason     text not null default '',
    made_by    uuid not null constraint record_change_made_by references account,
    made_at    timestamptz not null default app_now(),
    constraint record_change_kind check (kind in ('AGREEMENT', 'NDA', 'CONDUCT_CERTIFICATE', 'TRAINING', 'OUTCOME')),
    constraint record_change_about check (num_nonnulls(expert_id, session_id) = 1),
    constraint record_change_reason check (length(reason) <= 500 and (became <> '' or reason <> ''))
);
create index record_change_pool_id on record_change (pool_id);
create index record_change_expert_id on record_change (expert_id);
create index record_change_session_id on record_change (session_id);
create index record_change_made_by_id on record_change (made_by);
alter table record_change enable row level security;
grant select on record_change to expex_viewer;
grant select, insert on record_change to expex_engine;
create policy record_change_viewer on record_change for select to expex_viewer using (pool_id in (select viewer_pools()));
create policy record_change_engine on record_change for all to expex_engine using (pool_id = engine_pool());

-- Papers are recorded by a coordinator who has seen them, and withdrawn.
grant update (agreement_on, nda_on) on expert_record to expex_engine;
grant update (trained_on), delete on type_training to expex_engine;
create policy type_training_correct on type_training for update to expex_engine using (expert_id in (select engine_experts()));
create policy type_training_withdraw on type_training for delete to expex_engine using (expert_id in (select engine_experts()));
grant delete on conduct_certificate to expex_engine;
create policy conduct_certificate_withdraw on conduct_certificate for delete to expex_engine using (expert_id in (select engine_experts()));

-- How far somebody travels, and which municipalities a pool serves.
grant update (max_travel_minutes) on expert_record to expex_engine;
grant insert, update (valid_to), delete on service_area to expex_engine;
create policy service_area_serve on service_area for insert to expex_engine with check (pool_id = engine_pool());
create policy service_area_end on service_area for update to expex_engine using (pool_id = engine_pool());
create policy service_area_unplan on service_area for delete to expex_engine using (pool_id = engine_pool());

-- Whom somebody keeps away from. Of a house it is the expert's own word, and only
-- she and the engine read it. She may name the houses of whoever may ask her pools,
-- also by the names they had before a merger; not their locations, which may be secret.
-- +goose StatementBegin
create function viewer_houses() returns table (id uuid, name text)
    language sql stable rows 50 security definer set search_path = public, pg_temp as $$
    with recursive up(id) as (
        select organisation_id from organisation_pool where pool_id in (select viewer_memberships())
        union
        select coalesce(o.merged_into, o.parent_id) from up join organisation o using (id) where coalesce(o.merged_into, o.parent_id) is not null
    )
    select o.id, o.name from up join organisation o using (id) where o.parent_id is null
$$;

-- The names of the houses the viewer keeps away from.
create function viewer_exclusions() returns table (organisation_id uuid, name text, until date)
    language sql stable rows 5 security definer set search_path = public, pg_temp as $$
    select x.organisation_id, o.name, x.until from organisation_exclusion x join organisation o on o.id = x.organisation_id
    where x.expert_id in (select viewer_self())
$$;
-- +goose StatementEnd
grant insert, update (until), delete on organisation_exclusion to expex_viewer;
create policy organisation_exclusion_set on organisation_exclusion for insert to expex_viewer with check (expert_id in (select viewer_self()));
create policy organisation_exclusion_change on organisation_exclusion for update to expex_viewer using (expert_id in (select viewer_self()));
create policy organisation_exclusion_end on organisation_exclusion for delete to expex_viewer using (expert_id in (select viewer_self()));

-- Of people a coordinator notes it, on somebody's word. She reads what she noted
-- herself; what others noted she neither reads nor ends, and the same two may be
-- kept apart by several, so that noting it tells her nothing either.
alter table expert_exclusion
    drop constraint expert_exclusion_pkey,
    add column set_by uuid constraint expert_exclusion_set_by references account, -- null: from before, or imported
    add constraint expert_exclusion_once unique nulls not distinct (expert_id, other_id, set_by);
create index expert_exclusion_set_by_id on expert_exclusion (set_by);
alter table client_exclusion
    drop constraint client_exclusion_pkey,
    add column set_by uuid constraint client_exclusion_set_by references account,
    add constraint client_exclusion_once unique nulls not distinct (expert_id, client_ref, set_by);
create index client_exclusion_set_by_id on client_exclusion (set_by);
grant insert, delete on expert_exclusion, client_exclusion to expex_engine;
create policy expert_exclusion_set on expert_exclusion for insert to expex_engine with check (
    expert_id in (select engine_experts()) and other_id in (select engine_experts()) and set_by = viewer());
create policy expert_exclusion_end on expert_exclusion for delete to expex_engine using (set_by = viewer());
create policy expert_exclusion_viewer on expert_exclusion for select to expex_viewer using (
    set_by = viewer() and expert_id in (select viewer_experts()) and other_id in (select viewer_experts()));
create policy client_exclusion_set on client_exclusion for insert to expex_engine with check (
    expert_id in (select engine_experts()) and set_by = viewer());
create policy client_exclusion_end on client_exclusion for delete to expex_engine using (set_by = viewer());
create policy client_exclusion_viewer on client_exclusion for select to expex_viewer using (
    set_by = viewer() and expert_id in (select viewer_experts()));

-- A move that was proposed and that she said no to. It is kept as it was, and
-- another may be proposed.
alter table expert_transfer
    add column declined_at timestamptz,
    add constraint expert_transfer_one_answer check (accepted_at is null or declined_at is null);
drop index expert_transfer_open;
create unique index expert_transfer_open on expert_transfer (expert_id) where moved_at is null and declined_at is null;

-- Who put a task off, until when, and when it was due before. It is put off while
-- it appears at that time: whatever gives it another one has called it back.
alter table task
    add column postponed_by    uuid constraint task_postponed_by references account,
    add column postponed_until timestamptz,
    add column postponed_due   timestamptz;
create index task_postponed_by_id on task (postponed_by);
alter policy task_viewer on task using (
    pool_id in (select viewer_pools()) and (appears_at <= app_now() or appears_at = postponed_until));
