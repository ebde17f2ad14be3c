-- Where experts come from: training groups with their places, and who waits for
-- one. And requests that wait for them.

-- +goose Up

alter table cohort
    add column meetings       int not null default 12,
    add column join_before    int not null default 3,  -- the first meeting at which nobody new comes in
    add column offer_hours    int not null default 72, -- how long a place is kept for who is asked
    add column paperwork_days int not null default 28, -- from the end to the first deployment
    add column moves          int not null default 0,  -- how often its end was moved
    add constraint cohort_name check (length(name) between 1 and 200),
    add constraint cohort_limits check (meetings between 1 and 100 and join_before between 1 and 100
        and offer_hours between 1 and 720 and paperwork_days between 0 and 365);

-- Places are numbered, so that there are never more members than places: a
-- number is given once, and none is above the places of the cohort. Who gives a
-- place up has none.
alter table cohort_member add column place int, add column places int;
with taken as (select cohort_id, count(*) as n from cohort_member where outcome is distinct from 'STOPPED' group by cohort_id)
update cohort c set places = greatest(c.places, taken.n) from taken where taken.cohort_id = c.id;
with numbered as (
    select m.cohort_id, m.expert_id, row_number() over (partition by m.cohort_id order by m.expert_id) as place
    from cohort_member m where m.outcome is distinct from 'STOPPED')
update cohort_member m set place = n.place, places = c.places
from numbered n join cohort c on c.id = n.cohort_id
where m.cohort_id = n.cohort_id and m.expert_id = n.expert_id;
alter table cohort add constraint cohort_places_of unique (id, places);
alter table cohort_member
    add constraint cohort_member_place_once unique (cohort_id, place),
    add constraint cohort_member_place_exists check ((place is null) = (places is null) and place between 1 and places),
    add constraint cohort_member_places foreign key (cohort_id, places) references cohort (id, places) on update cascade;
create index cohort_member_expert_id on cohort_member (expert_id);

-- The lowest free number is given here, one after the other, so that callers
-- need not choose; the constraints above are the law.
-- +goose StatementBegin
create function cohort_member_place() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    select places into new.places from cohort where id = new.cohort_id for update;
    select min(n) into new.place from generate_series(1, new.places) n
    where not exists (select from cohort_member m where m.cohort_id = new.cohort_id and m.place = n);
    if new.place is null then
        raise exception using errcode = 'check_violation', constraint = 'cohort_member_place',
            message = 'no place is free in this cohort';
    end if;
    return new;
end $$;
-- +goose StatementEnd
create trigger cohort_member_place before insert on cohort_member
    for each row when (new.place is null and new.outcome is distinct from 'STOPPED') execute function cohort_member_place();

create table cohort_attendance (
    cohort_id uuid not null,
    expert_id uuid not null,
    meeting   int not null,
    present   boolean not null,
    primary key (cohort_id, expert_id, meeting),
    constraint cohort_attendance_member foreign key (cohort_id, expert_id) references cohort_member,
    constraint cohort_attendance_meeting check (meeting between 1 and 100)
);

-- Who waits for a place in a pool: by day, then by priority, the higher first.
create table waitlist_entry (
    id        uuid primary key default gen_random_uuid(),
    pool_id   uuid not null constraint waitlist_entry_pool references pool,
    expert_id uuid not null constraint waitlist_entry_expert references expert,
    since     date not null default app_today(),
    priority  int not null default 0,
    status    text not null default 'WAITING',
    constraint waitlist_entry_priority check (priority between 0 and 9),
    constraint waitlist_entry_status check (status in ('WAITING', 'PLACED', 'LEFT'))
);
create unique index waitlist_entry_once on waitlist_entry (pool_id, expert_id) where status = 'WAITING';
create index waitlist_entry_pool_id on waitlist_entry (pool_id);
create index waitlist_entry_expert_id on waitlist_entry (expert_id);

-- Who changed a priority, and why. Nobody may change or remove a line.
create table waitlist_priority (
    entry_id uuid not null constraint waitlist_priority_entry references waitlist_entry,
    number   bigint generated always as identity,
    priority int not null,
    reason   text not null,
    set_by   uuid not null constraint waitlist_priority_set_by references account,
    set_at   timestamptz not null default app_now(),
    primary key (entry_id, number),
    constraint waitlist_priority_reason check (length(reason) between 1 and 500)
);
create index waitlist_priority_set_by_id on waitlist_priority (set_by);

-- The question to somebody who waits whether she takes a place.
create table place_offer (
    id          uuid primary key default gen_random_uuid(),
    cohort_id   uuid not null constraint place_offer_cohort references cohort,
    entry_id    uuid not null constraint place_offer_entry references waitlist_entry,
    status      text not null default 'SENT',
    sent_at     timestamptz not null default app_now(),
    expires_at  timestamptz not null,
    answered_at timestamptz,
    constraint place_offer_once unique (cohort_id, entry_id),
    constraint place_offer_status check (status in ('SENT', 'ACCEPTED', 'DECLINED', 'EXPIRED', 'WITHDRAWN')),
    constraint place_offer_order check (sent_at < expires_at)
);
create unique index place_offer_open on place_offer (entry_id) where status = 'SENT';
create index place_offer_entry_id on place_offer (entry_id);

-- What a request waits for, and since when it can be hoped for.
alter table request
    add column cohort_id uuid constraint request_cohort references cohort,
    add column earliest_date date,
    add constraint request_earliest_date check (earliest_date is null or cohort_id is not null);
create index request_cohort_id on request (cohort_id);

---------------------------------------------------------------- who sees what

-- Pools whose training groups are the viewer's business.
-- +goose StatementBegin
create function viewer_cohort_pools() returns setof uuid language sql stable rows 5 security definer set search_path = public, pg_temp as $$
    select pool_id from account_role
    where account_id = viewer() and role in ('COORDINATOR', 'REGION_LEAD', 'TRAINER') and daterange(valid_from, valid_to) @> app_today()
$$;

-- Training groups the viewer is in, or is asked to join.
create function viewer_own_cohorts() returns setof uuid language sql stable rows 2 security definer set search_path = public, pg_temp as $$
    select cohort_id from cohort_member where expert_id in (select viewer_self())
    union
    select o.cohort_id from place_offer o join waitlist_entry w on w.id = o.entry_id
    where o.status = 'SENT' and w.expert_id in (select viewer_self())
$$;

-- The members of training groups, with the names their trainers call them by.
create function cohort_people(of_cohorts uuid[]) returns table (cohort_id uuid, expert_id uuid, first_name text, last_name text, place int, outcome text, decided_on date)
    language sql stable security definer set search_path = public, pg_temp as $$
    select m.cohort_id, m.expert_id, e.first_name, r.last_name, m.place, m.outcome, m.decided_on
    from cohort_member m
    join cohort c on c.id = m.cohort_id
    join expert e on e.id = m.expert_id
    join expert_record r on r.expert_id = m.expert_id
    where m.cohort_id = any(of_cohorts) and c.pool_id in (select viewer_cohort_pools())
$$;

-- How far a training group is: its last meeting with attendance, the places taken
-- and kept for who was asked, and who may yet become deployable.
create function cohort_progress(of_cohort uuid) returns table (meetings_held int, taken int, offered int, unfinished int)
    language sql stable rows 1 security definer set search_path = public, pg_temp as $$
    select coalesce((select max(meeting) from cohort_attendance where cohort_id = c.id), 0)::int,
           (select count(*) from cohort_member where cohort_id = c.id and place is not null)::int,
           (select count(*) from place_offer where cohort_id = c.id and status = 'SENT')::int,
           (select count(*) from cohort_member m join expert_record r on r.expert_id = m.expert_id
            where m.cohort_id = c.id and (m.outcome is null or m.outcome = 'CERTIFIED' and r.status = 'CERTIFIED'))::int
    from cohort c
    where c.id = of_cohort and (c.pool_id in (select viewer_cohort_pools()) or c.pool_id = engine_pool() or c.id in (select viewer_own_cohorts()))
$$;

-- Requests that wait in a pool of an expert who can be suggested now are looked
-- at again, the oldest first, each by itself.
create function rescore_waiting(with_expert uuid) returns void language sql volatile security definer set search_path = public, pg_temp as $$
    insert into due_work (kind, about, pool_id, due_at)
    select 'RESCORE_WAITING', r.id, r.pool_id, least(r.submitted_at, app_now()) from request r
    where r.status = 'WAITLISTED' and with_expert in (select engine_experts())
      and r.pool_id in (select m.pool_id from pool_member m where m.expert_id = with_expert and daterange(m.valid_from, m.valid_to) @> app_today())
    on conflict on constraint due_work_once do update set due_at = excluded.due_at, attempts = 0, failure = ''
$$;
-- +goose StatementEnd

alter policy cohort_viewer on cohort using (pool_id in (select viewer_cohort_pools()) or id in (select viewer_own_cohorts()));
alter policy cohort_member_viewer on cohort_member using (
    expert_id in (select viewer_self()) or expert_id in (select viewer_experts())
    or exists (select from cohort c where c.id = cohort_id and c.pool_id in (select viewer_cohort_pools())));

grant insert on cohort to expex_engine;
grant update (planned_end, actual_end, moves) on cohort to expex_engine;
create policy cohort_plan on cohort for insert to expex_engine with check (pool_id = engine_pool());
create policy cohort_move on cohort for update to expex_engine using (pool_id = engine_pool());

grant insert (cohort_id, expert_id), update (outcome, decided_on, place, places) on cohort_member to expex_engine;
create policy cohort_member_enrol on cohort_member for insert to expex_engine with check (
    exists (select from cohort c where c.id = cohort_id) and expert_id in (select engine_experts()));
create policy cohort_member_decide on cohort_member for update to expex_engine using (exists (select from cohort c where c.id = cohort_id));

alter table cohort_attendance enable row level security;
grant select on cohort_attendance to expex_viewer;
grant select, insert, update (present) on cohort_attendance to expex_engine;
create policy cohort_attendance_viewer on cohort_attendance for select to expex_viewer using (
    expert_id in (select viewer_self())
    or exists (select from cohort c where c.id = cohort_id and c.pool_id in (select viewer_cohort_pools())));
create policy cohort_attendance_engine on cohort_attendance for all to expex_engine using (exists (select from cohort c where c.id = cohort_id));

alter table waitlist_entry enable row level security;
grant select on waitlist_entry to expex_viewer;
grant select, insert (pool_id, expert_id, since), update (priority, status) on waitlist_entry to expex_engine;
create policy waitlist_entry_viewer on waitlist_entry for select to expex_viewer using (
    pool_id in (select viewer_pools()) or expert_id in (select viewer_self()));
create policy waitlist_entry_engine on waitlist_entry for all to expex_engine using (pool_id = engine_pool());

alter table waitlist_priority enable row level security;
grant select on waitlist_priority to expex_viewer;
grant insert (entry_id, priority, reason, set_by, set_at) on waitlist_priority to expex_engine;
create policy waitlist_priority_viewer on waitlist_priority for select to expex_viewer using (
    exists (select from waitlist_entry e where e.id = entry_id and e.pool_id in (select viewer_pools())));
create policy waitlist_priority_log on waitlist_priority for insert to expex_engine with check (
    exists (select from waitlist_entry e where e.id = entry_id) and set_by = viewer());

alter table place_offer enable row level security;
grant select on place_offer to expex_viewer;
grant select, insert, update (status, answered_at) on place_offer to expex_engine;
create policy place_offer_viewer on place_offer for select to expex_viewer using (exists (select from waitlist_entry e where e.id = entry_id));
create policy place_offer_engine on place_offer for all to expex_engine using (exists (select from waitlist_entry e where e.id = entry_id));

grant insert, update (cohort_id, certified_on) on certification to expex_engine;
create policy certification_give on certification for insert to expex_engine with check (expert_id in (select engine_experts()));
create policy certification_move on certification for update to expex_engine using (expert_id in (select engine_experts()));
grant insert on type_training to expex_engine;
create policy type_training_give on type_training for insert to expex_engine with check (expert_id in (select engine_experts()));
grant update (status, deployable_since) on expert_record to expex_engine;
create policy expert_record_train on expert_record for update to expex_engine using (expert_id in (select engine_experts()));

grant update (cohort_id, earliest_date) on request to expex_engine;

-- What waits already is looked at in four weeks.
insert into due_work (kind, about, pool_id, due_at)
select 'REVIEW_WAITING', id, pool_id, app_now() + interval '28 days' from request where status = 'WAITLISTED';
