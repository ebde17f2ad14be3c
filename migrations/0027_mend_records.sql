-- What is kept on record about experts and sessions, recorded, corrected and
-- withdrawn by whoever keeps it.

-- +goose Up

-- Each entry on a record, each correction and each withdrawal: what it was, what
-- it became, who did it, when and why. Nobody changes or deletes a line. It holds
-- codes and days, and never a theme.
create table record_change (
    id         uuid primary key default gen_random_uuid(),
    pool_id    uuid not null constraint record_change_pool references pool,
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
