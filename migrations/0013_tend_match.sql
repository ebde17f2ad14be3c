-- The life of a relation, what became of sessions, and what follows.

-- +goose Up

-- A relation begins with the yes of an expert; what is only proposed is an offer.
alter table match alter column status set default 'INTRO',
    drop constraint match_status,
    add constraint match_status check (status in ('INTRO', 'TRIAL', 'ACTIVE', 'PAUSED', 'CLOSING', 'CLOSED')),
    add column extra_sessions int not null default 0, -- above the cap
    add constraint match_extra_once check (extra_sessions = 0 or extra_sessions = 1 and session_cap is not null);
create index match_started on match (started_on, id);
create index session_match_id on session (match_id) where match_id is not null;

-- What a pool has decided about the time around and after sessions.
alter table pool_policy
    add column care_debrief_hours       int not null default 48,
    add column care_debrief_hours_tier3 int not null default 24,
    add column care_check_in_hours      int not null default 48,
    add column care_check_in_days       int not null default 14,
    add column care_early_months        int not null default 3,
    add column care_review_months       int[] not null default '{3,6,12}',
    add column care_no_shows            int not null default 2,
    add column care_trial_meetings      int not null default 2,
    add column care_last_meetings       int not null default 2,
    add column care_closure_weeks       int not null default 4,
    add column care_most_months         int not null default 24,
    add constraint pool_policy_care check (least(care_debrief_hours, care_debrief_hours_tier3, care_check_in_hours, care_early_months,
        care_trial_meetings, care_last_meetings, care_closure_weeks) >= 0
        and least(care_check_in_days, care_no_shows, care_most_months) >= 1);

-- The law of the house: a relation never has more sessions than its cap. Who
-- plans for the same relation waits for the row of the relation, and counts what
-- is there then. That holds for READ COMMITTED, as every writer of ours is.
-- +goose StatementBegin
create function session_within_cap() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
    most int;
begin
    if tg_op = 'UPDATE' and old.match_id is not distinct from new.match_id and old.status not like 'CANCELLED%' then
        return null; -- it was counted
    end if;
    select session_cap + extra_sessions into most from match where id = new.match_id for no key update;
    if (select count(*) from session where match_id = new.match_id and status not like 'CANCELLED%') > most then
        raise exception 'more sessions than the cap of the relation'
            using errcode = 'check_violation', constraint = 'session_within_cap', table = 'session';
    end if;
    return null;
end $$;
-- +goose StatementEnd
create constraint trigger session_within_cap after insert or update of match_id, status on session
    for each row when (new.match_id is not null and new.status not like 'CANCELLED%') execute function session_within_cap();

-- Whoever confirms, moves or cancels a session: somebody is asked what became of
-- it when it is over, and what follows from its begin happens then. Work that is
-- queued stays so when the session is cancelled: there is nothing to do then, and
-- a cancellation waits for no queue.
-- +goose StatementBegin
create function session_follows() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if new.status = 'CONFIRMED' then
        insert into task (pool_id, kind, session_id, appears_at, due_at)
        values (new.pool_id, 'RECORD_OUTCOME', new.id, new.ends_at, new.ends_at + interval '48 hours')
        on conflict (pool_id, kind, expert_id, request_id, session_id, match_id, cohort_id, organisation_id) where done_at is null
        do update set appears_at = excluded.appears_at, due_at = excluded.due_at;
    elsif tg_op = 'UPDATE' then
        update task set done_at = app_now() where kind = 'RECORD_OUTCOME' and session_id = new.id and done_at is null;
    end if;
    if new.status in ('HELD', 'CONFIRMED') and (tg_op = 'INSERT' or old.starts_at <> new.starts_at) then
        insert into due_work (kind, about, pool_id, due_at) values ('SESSION_BEGINS', new.id, new.pool_id, new.starts_at)
        on conflict on constraint due_work_once do update set due_at = excluded.due_at;
    end if;
    return null;
end $$;
-- +goose StatementEnd
create trigger session_follows after insert on session
    for each row when (new.status in ('HELD', 'CONFIRMED')) execute function session_follows();
create trigger session_follows_move after update of status, starts_at, ends_at on session
    for each row when ((old.status, old.starts_at, old.ends_at) is distinct from (new.status, new.starts_at, new.ends_at))
    execute function session_follows();

insert into task (pool_id, kind, session_id, appears_at, due_at)
select pool_id, 'RECORD_OUTCOME', id, ends_at, ends_at + interval '48 hours' from session where status = 'CONFIRMED';
insert into due_work (kind, about, pool_id, due_at)
select 'SESSION_BEGINS', id, pool_id, starts_at from session where status in ('HELD', 'CONFIRMED');

-- A check-in or review that somebody did is followed by the next, by whichever
-- way it was done. One that ended by itself is not.
-- +goose StatementBegin
create function task_recurs() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into due_work (kind, about, pool_id, due_at) values (new.kind || '_DONE', new.match_id, new.pool_id, new.done_at)
    on conflict do nothing;
    return null;
end $$;
-- +goose StatementEnd
create trigger task_recurs after update of done_at on task
    for each row when (old.done_at is null and new.done_by is not null and new.match_id is not null and new.kind in ('CHECK_IN', 'REVIEW'))
    execute function task_recurs();

-- What each side said after the first meeting. The expert reads her own answer
-- and never the other.
create table rapport (
    match_id    uuid not null constraint rapport_match references match,
    side        text not null,
    good        boolean not null,
    recorded_by uuid not null constraint rapport_recorded_by references account,
    recorded_at timestamptz not null default app_now(),
    primary key (match_id, side),
    constraint rapport_side check (side in ('EXPERT', 'CLIENT'))
);
create index rapport_recorded_by_id on rapport (recorded_by);
alter table rapport enable row level security;
grant select on rapport to expex_viewer;
grant select, insert, update (good, recorded_by, recorded_at) on rapport to expex_engine;
create policy rapport_viewer on rapport for select to expex_viewer using (
    exists (select from match m where m.id = match_id
            and (m.pool_id in (select viewer_pools()) or side = 'EXPERT' and m.expert_id in (select viewer_self()))));
create policy rapport_engine on rapport for all to expex_engine using (
    exists (select from match m where m.id = match_id and m.pool_id = engine_pool()));

-- A rule that a coordinator set aside for one relation or session, and why. Nobody
-- changes or deletes it.
create table waiver (
    id         uuid primary key default gen_random_uuid(),
    pool_id    uuid not null constraint waiver_pool references pool,
    kind       text not null,
    match_id   uuid constraint waiver_match references match,
    session_id uuid constraint waiver_session references session,
    reason     text not null,
    made_by    uuid not null constraint waiver_made_by references account,
    made_at    timestamptz not null default app_now(),
    constraint waiver_kind check (kind in ('EXTRA_SESSION', 'SHORT_CLOSURE', 'LATE_END', 'NO_CERTIFICATE')),
    constraint waiver_about check (num_nonnulls(match_id, session_id) = 1),
    constraint waiver_reason check (length(reason) between 1 and 500)
);
create unique index waiver_extra_session on waiver (match_id) where kind = 'EXTRA_SESSION';
create index waiver_pool_id on waiver (pool_id);
create index waiver_match_id on waiver (match_id);
create index waiver_session_id on waiver (session_id);
create index waiver_made_by_id on waiver (made_by);
alter table waiver enable row level security;
grant select on waiver to expex_viewer;
grant select, insert on waiver to expex_engine;
create policy waiver_viewer on waiver for select to expex_viewer using (pool_id in (select viewer_pools()));
create policy waiver_engine on waiver for all to expex_engine using (pool_id = engine_pool());

grant update (planned_end, extra_sessions) on match to expex_engine;
-- A request goes on as one of another type when its relation does.
grant update (type, minutes, every_weeks, occurrences) on request to expex_engine;
grant update (consent_confirmed_on, consent_confirmed_by) on client to expex_engine;
create policy client_confirm on client for update to expex_engine using (pool_id = engine_pool());
