-- What becomes of an offer beyond yes and no: time that is held and let go, teams
-- in reserve, several dates at once, and seats for guests.

-- +goose Up

-------------------------------------------------------- holds that end
-- How long time stays held for those of a team who said yes while somebody is
-- missing, hours.
alter table pool_policy add column hold_hours int not null default 48
    constraint pool_policy_hold_hours check (hold_hours >= 1);

-- RELEASED: time that was held and is needed no more. Nobody cancelled.
alter table session drop constraint session_status,
    add constraint session_status check (status in ('HELD', 'CONFIRMED', 'COMPLETED', 'CANCELLED_BY_EXPERT', 'CANCELLED_BY_CLIENT',
        'CANCELLED_BY_REQUESTER', 'CANCELLED_BY_COORDINATOR', 'NO_SHOW_EXPERT', 'NO_SHOW_CLIENT', 'NO_SHOW_REQUESTER', 'RELEASED'));
-- +goose StatementBegin
create or replace function calendar_status(status text) returns text language sql immutable parallel safe
return case when status = 'HELD' then 'TENTATIVE' when status like 'CANCELLED%' or status = 'RELEASED' then 'CANCELLED' else 'CONFIRMED' end;

-- A hold is over when nothing of its team is held any more, whoever confirmed,
-- cancelled or released the last of it. What waited for its end goes with it; work
-- that is being done at this moment is passed by, and will find nothing to do: who
-- does it waits for the request, which whoever came here may hold.
create function session_leaves_hold() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not exists (select from session where decision_id = new.decision_id and status = 'HELD') then
        delete from due_work where id in (
            select id from due_work where kind = 'HOLD_EXPIRES' and about = new.decision_id for update skip locked);
        update task set done_at = app_now()
        where kind = 'COMPLETE_TEAM' and done_at is null
          and session_id in (select id from session where decision_id = new.decision_id);
    end if;
    return null;
end $$;

-- A request that is asked about again, or taken back, needs nobody to be found.
create function request_leaves_open() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update task set done_at = app_now() where kind = 'FIND_EXPERT' and done_at is null and request_id = new.id;
    return null;
end $$;
-- +goose StatementEnd
create trigger session_leaves_hold after update of status on session
    for each row when (old.status = 'HELD' and new.status <> 'HELD' and new.decision_id is not null)
    execute function session_leaves_hold();
create trigger request_leaves_open after update of status on request
    for each row when (old.status = 'OPEN' and new.status <> 'OPEN') execute function request_leaves_open();

-- Teams that miss somebody already: their hold begins now.
insert into due_work (kind, about, pool_id, due_at)
select 'HOLD_EXPIRES', s.decision_id, s.pool_id, greatest(app_now(), least(app_now() + interval '48 hours', min(s.starts_at)))
from session s
where s.status = 'HELD' and exists (select from offer o where o.decision_id = s.decision_id and o.status in ('DECLINED', 'EXPIRED'))
group by s.decision_id, s.pool_id;

------------------------------------------------------ several dates at once
-- The later dates of a series: when each begins, in order. All last as long as
-- the first.
alter table decision add column further timestamptz[] not null default '{}'
    constraint decision_further check (cardinality(further) <= 104);
alter table offer add column further timestamptz[] not null default '{}'
    constraint offer_further check (cardinality(further) <= 104);
alter table session drop constraint session_one_per_decision,
    add constraint session_one_per_decision unique (decision_id, starts_at);

------------------------------------------------------------ teams in reserve
-- A decision that was not made anew but follows one that came to nothing, in the
-- order its maker chose then.
alter table decision add column follows uuid constraint decision_follows references decision;
create index decision_follows_id on decision (follows);

-- Whom the coordinator asks next, should nobody of those who are asked do it.
-- Those in reserve do not know.
create table reserve (
    request_id  uuid not null constraint reserve_request references request,
    place       int not null, -- of the team: the first is asked first
    expert_id   uuid not null constraint reserve_expert references expert,
    decision_id uuid not null constraint reserve_decision references decision, -- whose times they are for
    primary key (request_id, place, expert_id),
    constraint reserve_place check (place between 1 and 5)
);
create index reserve_expert_id on reserve (expert_id);
create index reserve_decision_id on reserve (decision_id);
alter table reserve enable row level security;
grant select on reserve to expex_viewer;
grant select, insert, delete on reserve to expex_engine;
create policy reserve_viewer on reserve for select to expex_viewer using (
    exists (select from request r where r.id = request_id and r.pool_id in (select viewer_pools())));
create policy reserve_engine on reserve for all to expex_engine using (
    exists (select from request r where r.id = request_id));

-- There is a reserve only behind somebody who is asked.
-- +goose StatementBegin
create function request_leaves_offered() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    delete from reserve where request_id = new.id;
    return null;
end $$;
-- +goose StatementEnd
create trigger request_leaves_offered after update of status on request
    for each row when (old.status in ('OFFERED', 'PARTLY_FILLED') and new.status not in ('OFFERED', 'PARTLY_FILLED'))
    execute function request_leaves_offered();

------------------------------------------------------------ seats for guests
-- How many people may take part in a session beside the team that does it; null
-- for a session without guests.
alter table session add column seats int constraint session_seats check (seats between 1 and 200);
alter table session add constraint session_seat_limit unique (id, seats);

-- A guest's booking has a seat, that of a member of the team has none. The copy
-- of the session's number is kept equal by the foreign key, so that the database
-- itself refuses a seat there is not, and a number of seats below those taken.
alter table booking add column seat int, add column seats int,
    add constraint booking_seats foreign key (session_id, seats) references session (id, seats) on update cascade,
    add constraint booking_seat check (seat is null or status = 'RELEASED' or (seats is not null and seat between 1 and seats)),
    add constraint booking_of_guest check ((seat is null) = (seats is null));
create unique index booking_seat_once on booking (session_id, seat) where status <> 'RELEASED';
grant update (seats) on session to expex_engine;
grant update (seat) on booking to expex_engine;
grant delete on booking to expex_engine;
create policy booking_give_up on booking for delete to expex_engine using (
    seat is not null and exists (select from session s where s.id = session_id));

-- +goose StatementBegin
-- Pools the viewer is an expert of, today.
create function viewer_memberships() returns setof uuid language sql stable rows 2 security definer set search_path = public, pg_temp as $$
    select pool_id from pool_member where expert_id in (select viewer_self()) and daterange(valid_from, valid_to) @> app_today()
$$;

-- How many guests have a seat, for whoever may see the session. Who they are is
-- not told.
create function seats_taken(of_session uuid) returns int language sql stable security definer set search_path = public, pg_temp as $$
    select count(*)::int from booking where session_id = of_session and seat is not null and status <> 'RELEASED'
$$;

-- Guests are no experts of a session, and do not learn from it how to do one.
create or replace function completed_deployments(of_experts uuid[], of_type text) returns table (expert_id uuid, completed int)
    language sql stable security definer set search_path = public, pg_temp as $$
    select b.expert_id, count(*)::int
    from booking b join session s on s.id = b.session_id
    where b.expert_id = any(of_experts) and b.expert_id in (select engine_experts())
      and b.status = 'DONE' and b.seat is null and s.status = 'COMPLETED' and s.type = of_type
    group by b.expert_id
$$;
create or replace function session_experts(of_sessions uuid[]) returns table (session_id uuid, expert_id uuid, first_name text, intro text)
    language sql stable security definer set search_path = public, pg_temp as $$
    select b.session_id, e.id, e.first_name, e.intro
    from booking b
    join session s on s.id = b.session_id
    join expert e on e.id = b.expert_id
    where b.session_id = any(of_sessions) and b.status in ('CONFIRMED', 'DONE') and b.seat is null
      and (s.pool_id in (select viewer_pools()) or s.organisation_id in (select viewer_organisations())
           or s.id in (select viewer_sessions()))
    order by b.session_id, e.first_name, e.id
$$;
-- +goose StatementEnd

-- An expert sees the sessions of her pools that she may take a seat at.
create policy session_with_seats on session for select to expex_viewer using (
    seats is not null and pool_id in (select viewer_memberships()));
