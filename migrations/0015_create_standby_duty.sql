-- Somebody else for a session that exists: who stepped out, who is asked to join,
-- and who said she can come at short notice.

-- +goose Up

-- A decision may be about one seat of a session that exists: then its offer asks
-- one more person to join the team.
alter table decision add column session_id uuid constraint decision_for_session references session;
create index decision_session_id on decision (session_id) where session_id is not null;

-- An expert can step out of a session that goes on without her. No reason is kept.
alter table booking
    add column left_at timestamptz,
    add column late boolean not null default false, -- less than 24 hours before it began
    add constraint booking_left check (left_at is null or status = 'RELEASED'),
    add constraint booking_late check (not late or left_at is not null);
grant update (left_at, late) on booking to expex_engine;
grant update (online) on session to expex_engine;

-- Her calendar hears that she is out by the stamps of the session, as nothing
-- else of it need change.
alter table session add column steps_out int not null default 0;
grant update (steps_out) on session to expex_engine;
-- It comes after session_stamp, by its name, and does nothing when that did.
-- +goose StatementBegin
create function session_step_out() returns trigger language plpgsql as $$
begin
    if new.sequence = old.sequence then
        new.sequence := old.sequence + 1;
        new.changed_at := greatest(app_now(), old.changed_at + interval '1 second');
    end if;
    return new;
end $$;
-- +goose StatementEnd
create trigger session_step_out before update of steps_out on session
    for each row when (new.steps_out > old.steps_out) execute function session_step_out();

-- How long before the start a coordinator has to decide about a session whose
-- team is not complete.
alter table pool_policy add column decide_minutes int not null default 120
    constraint pool_policy_decide_minutes check (decide_minutes between 0 and 1440);

-- Spans in which an expert can be asked at short notice, within her hours. They
-- are no bookings: she may be asked for other things, and is not obliged.
create table standby_duty (
    expert_id uuid not null constraint standby_duty_expert references expert,
    starts_at timestamptz not null,
    ends_at   timestamptz not null,
    primary key (expert_id, starts_at, ends_at),
    constraint standby_duty_order check (starts_at < ends_at)
);
create index standby_duty_starts on standby_duty (starts_at);
alter table standby_duty enable row level security;
grant select, insert, delete on standby_duty to expex_viewer;
grant select on standby_duty to expex_engine;
create policy standby_duty_viewer on standby_duty for select to expex_viewer using (
    expert_id in (select viewer_self()) or expert_id in (select viewer_experts()));
create policy standby_duty_insert on standby_duty for insert to expex_viewer with check (
    expert_id in (select viewer_self()) or expert_id in (select viewer_experts()));
create policy standby_duty_delete on standby_duty for delete to expex_viewer using (
    expert_id in (select viewer_self()) or expert_id in (select viewer_experts()));
create policy standby_duty_engine on standby_duty for select to expex_engine using (expert_id in (select engine_experts()));
