-- What is told reaches people: the outbox is sent, appointments are reminded of
-- and changes at short notice told. A coordinator who is away has a deputy.

-- +goose Up

--------------------------------------------------------------------- outbox
-- A message that could not be sent is due again later, and keeps no other from
-- being sent. One that cannot be sent at all says why and is left.
alter table notice
    add column due_at   timestamptz not null default app_now(),
    add column attempts int not null default 0,   -- that failed
    add column failure  text not null default '', -- class of the last one, never its words
    add column unsendable text not null default '',
    -- Which transaction told it: what happens at once to one session is one message.
    add column told_in xid8,
    add constraint notice_unsendable check (unsendable in ('', 'NO_ADDRESS', 'TOO_LATE', 'REFUSED'));
alter table notice alter column told_in set default pg_current_xact_id();
create unique index notice_one_at_once on notice (coalesce(account_id, expert_id), session_id, told_in);
drop index notice_unsent;
create index notice_unsent on notice (due_at, id) where sent_at is null and unsendable = '';

------------------------------------------------------------------- reminders
-- A confirmed session is reminded of 24 and 2 hours before it begins, elapsed
-- hours, however it came to be confirmed and whenever it is moved. A reminder
-- that is queued for one that was cancelled finds that out and does nothing. A
-- time that has passed is not queued: who confirms or moves tells at once.
-- +goose StatementBegin
create function session_reminds() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    delete from due_work where about = new.id and kind in ('SESSION_REMINDER_24H', 'SESSION_REMINDER_2H');
    insert into due_work (kind, about, pool_id, due_at)
    select kind, new.id, new.pool_id, new.starts_at - ahead
    from (values ('SESSION_REMINDER_24H', interval '24 hours'), ('SESSION_REMINDER_2H', interval '2 hours')) r(kind, ahead)
    where new.starts_at - ahead > app_now();
    return null;
end $$;

-- A change less than a day ahead reaches people by message, never by the calendar
-- alone, whichever use case makes it: it holds here. "Change" is what a calendar
-- shows, as in session_stamp, but for the yes that makes a session certain, which
-- is told in its own words.
create function session_changed_soon() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into notice (kind, effect, expert_id, account_id, session_id)
    select 'SESSION_CHANGED_SOON', 'SESSION_CHANGED_SOON ' || new.id || ' ' || new.sequence, who.expert_id, who.account_id, new.id
    from (
        select expert_id, null::uuid as account_id from booking
        where session_id = new.id and status in ('HELD', 'CONFIRMED') and expert_id not in (select viewer_self())
        union all
        select null, submitted_by from request where id = new.request_id and submitted_by <> coalesce(viewer(), '00000000-0000-0000-0000-000000000000')
    ) who
    on conflict (coalesce(account_id, expert_id), session_id, told_in) do update set kind = excluded.kind; -- its words are the urgent ones
    return null;
end $$;
-- +goose StatementEnd
create trigger session_reminds_from_start after insert on session
    for each row when (new.status = 'CONFIRMED') execute function session_reminds();
create trigger session_reminds after update of status, starts_at on session
    for each row when (new.status = 'CONFIRMED' and (old.status, old.starts_at) is distinct from (new.status, new.starts_at))
    execute function session_reminds();
create trigger session_changed_soon after update on session
    for each row when (
        old.status in ('HELD', 'CONFIRMED')
        and (old.starts_at, old.ends_at, calendar_status(old.status) = 'CANCELLED', old.online, old.municipality, old.address)
            is distinct from (new.starts_at, new.ends_at, calendar_status(new.status) = 'CANCELLED', new.online, new.municipality, new.address)
        and least(old.starts_at, new.starts_at) < app_now() + interval '24 hours'
        and greatest(old.starts_at, new.starts_at) > app_now())
    execute function session_changed_soon();

insert into due_work (kind, about, pool_id, due_at)
select kind, s.id, s.pool_id, s.starts_at - ahead
from session s, (values ('SESSION_REMINDER_24H', interval '24 hours'), ('SESSION_REMINDER_2H', interval '2 hours')) r(kind, ahead)
where s.status = 'CONFIRMED' and s.starts_at - ahead > app_now();

-- Hours that nobody looked at for four weeks are a guess. The work is about the
-- expert; it comes again every four weeks, and begins anew when she confirms.
-- +goose StatementBegin
create function hours_grow_old() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into due_work (kind, about, pool_id, due_at)
    select 'CONFIRM_HOURS', m.expert_id, m.pool_id, r.availability_confirmed_at + interval '28 days'
    from pool_member m join expert_record r using (expert_id)
    where m.expert_id = new.expert_id and daterange(m.valid_from, m.valid_to) @> app_today() and r.availability_confirmed_at is not null
    order by m.valid_from desc limit 1
    on conflict on constraint due_work_once do update set due_at = excluded.due_at, pool_id = excluded.pool_id, attempts = 0, failure = '';
    return null;
end $$;
-- +goose StatementEnd
create trigger hours_grow_old after update of availability_confirmed_at on expert_record
    for each row execute function hours_grow_old();
create trigger hours_grow_old_in_pool after insert on pool_member
    for each row execute function hours_grow_old();

insert into due_work (kind, about, pool_id, due_at)
select distinct on (m.expert_id) 'CONFIRM_HOURS', m.expert_id, m.pool_id, greatest(app_now(), r.availability_confirmed_at + interval '28 days')
from pool_member m join expert_record r using (expert_id)
where daterange(m.valid_from, m.valid_to) @> app_today() and r.availability_confirmed_at is not null
order by m.expert_id, m.valid_from desc;

-------------------------------------------------------------------- deputies
-- A deputy is a coordinator of the pool for some days, named by the one she
-- stands in for. The row stays: who made whom deputy, and when, is kept.
alter table account_role
    add column id uuid not null default gen_random_uuid() constraint account_role_id unique,
    add column deputy_for uuid constraint account_role_deputy_for references account,
    add column made_at timestamptz not null default app_now(),
    add constraint account_role_deputy check (deputy_for is null
        or role = 'COORDINATOR' and valid_to is not null and valid_from <= valid_to and deputy_for <> account_id),
    add constraint account_role_one_deputyship exclude using gist
        (account_id with =, pool_id with =, daterange(valid_from, valid_to) with &&) where (deputy_for is not null);
create index account_role_deputy_for on account_role (deputy_for);
-- A deputyship may begin on the same day as one that was taken back.
drop index account_role_once;
create unique index account_role_once on account_role
    (account_id, role, coalesce(pool_id, organisation_id, expert_id, '00000000-0000-0000-0000-000000000000'), valid_from) where deputy_for is null;

-- +goose StatementBegin
-- Pools the viewer coordinates or leads herself, not as a deputy.
create function viewer_own_pools() returns setof uuid language sql stable rows 5 security definer set search_path = public, pg_temp as $$
    select pool_id from account_role
    where account_id = viewer() and role in ('COORDINATOR', 'REGION_LEAD') and deputy_for is null
      and daterange(valid_from, valid_to) @> app_today()
$$;

-- The one coordinator or region lead of any pool with this address who may stand
-- in: not the viewer, and not somebody who coordinates the pool anyway. Accounts
-- are not browsed; whoever knows the address knows the colleague.
create function possible_deputy(address text) returns uuid language sql stable security definer set search_path = public, pg_temp as $$
    select (array_agg(a.id))[1] from account a
    where a.email <> '' and lower(a.email) = lower(address) and a.disabled_at is null and a.id <> viewer()
      and engine_pool() in (select viewer_own_pools())
      and exists (select from account_role r where r.account_id = a.id and r.role in ('COORDINATOR', 'REGION_LEAD')
                  and r.deputy_for is null and daterange(r.valid_from, r.valid_to) @> app_today())
      and not exists (select from account_role r where r.account_id = a.id and r.pool_id = engine_pool() and r.role = 'COORDINATOR'
                  and r.deputy_for is null and daterange(r.valid_from, r.valid_to) @> app_today())
    having count(*) = 1
$$;

-- The deputyships the viewer gave or has, with the other's name.
create function viewer_deputyships() returns table (id uuid, pool_id uuid, valid_from date, valid_to date, made_at timestamptz,
        deputy_id uuid, deputy_name text, absent_id uuid, absent_name text)
    language sql stable rows 5 security definer set search_path = public, pg_temp as $$
    select r.id, r.pool_id, r.valid_from, r.valid_to, r.made_at, d.id, d.name, f.id, f.name
    from account_role r join account d on d.id = r.account_id join account f on f.id = r.deputy_for
    where viewer() in (r.account_id, r.deputy_for)
$$;
-- +goose StatementEnd

grant insert (account_id, role, pool_id, valid_from, valid_to, deputy_for) on account_role to expex_engine;
create policy account_role_appoint on account_role for insert to expex_engine with check (
    role = 'COORDINATOR' and pool_id = engine_pool() and deputy_for = viewer() and pool_id in (select viewer_own_pools()));
-- Either of the two may end it, from today on, and nobody may lengthen it.
grant update (valid_to) on account_role to expex_viewer;
create policy account_role_given on account_role for select to expex_viewer using (deputy_for = viewer());
create policy account_role_end on account_role for update to expex_viewer
    using (deputy_for is not null and viewer() in (account_id, deputy_for))
    with check (valid_to <= greatest(app_today(), valid_from));
