-- Feeds of several kinds, which cost a statement as long as nothing changes.

-- +goose Up

------------------------------------------------------------------------ kinds
-- Whose feed it is, and so what it shows: an expert's own sessions, or what a
-- coordinator sees of a pool, or a requester of an organisation.
alter table calendar_feed
    alter column expert_id drop not null,
    add column kind text not null default 'EXPERT'
        constraint calendar_feed_kind check (kind in ('EXPERT', 'TEAM', 'TEAM_FREE_BUSY', 'PUBLIC_TALKS')),
    add column account_id uuid constraint calendar_feed_account references account,
    add column pool_id uuid constraint calendar_feed_pool references pool,
    add column organisation_id uuid constraint calendar_feed_organisation references organisation,
    -- When its live secret was made: one that is never used dies some time after.
    add column renewed_at timestamptz not null default app_now(),
    -- What its owner chose counts as a change of every event in it.
    add column revision int not null default 0,
    add column changed_at timestamptz,
    add constraint calendar_feed_owner check (case kind
        when 'EXPERT' then expert_id is not null and num_nonnulls(account_id, pool_id, organisation_id) = 0
        when 'PUBLIC_TALKS' then num_nonnulls(account_id, organisation_id) = 2 and num_nonnulls(expert_id, pool_id) = 0
        else num_nonnulls(account_id, pool_id) = 2 and num_nonnulls(expert_id, organisation_id) = 0 end);
update calendar_feed f set renewed_at = coalesce((select max(created_at) from calendar_feed_secret s where s.feed_id = f.id), f.created_at);
create index calendar_feed_account_id on calendar_feed (account_id);
create index calendar_feed_pool_id on calendar_feed (pool_id);
create index calendar_feed_organisation_id on calendar_feed (organisation_id);
create index account_role_expert_id on account_role (expert_id);

-- Whether the owner of a feed still is what the feed is for. It is asked at
-- every fetch: a role can end on a day on which nobody writes anything.
-- +goose StatementBegin
create function calendar_owner_holds(f calendar_feed, today date) returns boolean language plpgsql stable as $$
begin
    if f.kind = 'EXPERT' then
        return exists (
            select from expert_record x
            join account_role r on r.expert_id = x.expert_id and r.role = 'EXPERT' and r.valid_from <= today and (r.valid_to is null or r.valid_to > today)
            join account a on a.id = r.account_id and a.disabled_at is null
            where x.expert_id = f.expert_id and x.status not in ('PAUSED', 'OFFBOARDED'));
    elsif f.kind = 'PUBLIC_TALKS' then
        return exists (
            with recursive above(id) as (
                select f.organisation_id
                union
                select unnest(array[o.parent_id, o.merged_into]) from above join organisation o using (id)
            )
            select from account_role r join account a on a.id = r.account_id and a.disabled_at is null
            where r.account_id = f.account_id and r.role = 'REQUESTER' and r.organisation_id in (select id from above)
              and daterange(r.valid_from, r.valid_to) @> today);
    end if;
    return exists (
        select from account_role r join account a on a.id = r.account_id and a.disabled_at is null
        where r.account_id = f.account_id and r.role in ('COORDINATOR', 'REGION_LEAD') and r.pool_id = f.pool_id
          and daterange(r.valid_from, r.valid_to) @> today);
end $$;

-- Who loses the role or the account loses the feeds, and does not get them back
-- with the role: she rotates them. (expert_steps_back does it for a pause.)
create function calendar_owner_leaves() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
    lost uuid[];
begin
    if tg_table_name = 'account' then
        select array_agg(f.id) into lost from calendar_feed f
        where (f.account_id = new.id or f.expert_id in (select expert_id from account_role where account_id = new.id and expert_id is not null))
          and f.revoked_at is null and not calendar_owner_holds(f, app_today());
    else
        select array_agg(f.id) into lost from calendar_feed f
        where (f.account_id = old.account_id or f.expert_id = old.expert_id)
          and f.revoked_at is null and not calendar_owner_holds(f, app_today());
    end if;
    update calendar_feed_secret set revoked_at = app_now() where feed_id = any(lost) and revoked_at is null;
    update calendar_feed set revoked_at = app_now() where id = any(lost);
    return null;
end $$;

-- Notes when and by what kind of program a feed was fetched. A feed whose owner
-- is none any more is revoked instead.
create function calendar_feed_note(of_feed uuid, held boolean, client text, at timestamptz) returns void language plpgsql as $$
begin
    if held then
        update calendar_feed set last_fetched_at = at, last_client = client where id = of_feed;
    else
        update calendar_feed_secret set revoked_at = at where feed_id = of_feed and revoked_at is null;
        update calendar_feed set revoked_at = at where id = of_feed and revoked_at is null;
    end if;
end $$;
-- +goose StatementEnd
create trigger calendar_owner_leaves after update of disabled_at on account
    for each row when (new.disabled_at is not null and old.disabled_at is null) execute function calendar_owner_leaves();
create trigger calendar_owner_leaves after update or delete on account_role
    for each row execute function calendar_owner_leaves();

-- She sees her feeds also when they have died, and gives life to those alone
-- that are hers by what she is today.
drop policy calendar_feed_viewer on calendar_feed;
create policy calendar_feed_viewer on calendar_feed for all to expex_viewer
    using (expert_id in (select viewer_self()) or account_id = (select viewer()))
    with check (expert_id in (select viewer_self())
        or account_id = (select viewer()) and (revoked_at is not null or pool_id in (select viewer_pools())
                                               or organisation_id in (select viewer_organisations())));
grant update (renewed_at, last_fetched_at, last_client) on calendar_feed to expex_viewer;

--------------------------------------------------------------- what is shown
-- All that the calendar of an expert shows of a session: the allow-list, as a
-- table. A feed reads it and nothing else, and its stamps rise with its other
-- columns, so nothing that shows can change without them. Those who write a
-- session or a booking do not know it; triggers keep it. It outlives the booking:
-- whoever gives up a seat is told that the session is off.
create table calendar_entry (
    session_id   uuid not null constraint calendar_entry_session references session on delete cascade,
    expert_id    uuid not null constraint calendar_entry_expert references expert,
    uid          uuid not null,
    starts_at    timestamptz not null, -- like the end in whole seconds, as a calendar has it
    ends_at      timestamptz not null,
    status       text not null,
    online       boolean not null,
    municipality text not null, -- name, '' for online and for a house whose address is secret, such as a shelter
    address      text not null, -- of a public place, '' for all others
    created_at   timestamptz not null,
    sequence     int not null default 0,
    changed_at   timestamptz not null,
    -- The window of a feed: 60 days back and 400 ahead. What was cancelled stays
    -- for 30 days and until it would have been over, so that all programs hear it.
    shown_from   timestamptz not null,
    shown_until  timestamptz not null,
    -- Stands for the whole row, since nothing that shows changes without sequence:
    -- the digests of a calendar tell whether it has changed.
    digest       bigint not null,
    primary key (session_id, expert_id),
    constraint calendar_entry_status check (status in ('TENTATIVE', 'CONFIRMED', 'CANCELLED'))
);
create index calendar_entry_expert_id on calendar_entry (expert_id, shown_until);
alter table calendar_entry enable row level security;

-- +goose StatementBegin
create function calendar_entry_stamp() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if tg_op = 'UPDATE' then
        new.uid := old.uid;
        new.created_at := old.created_at;
        new.sequence := old.sequence;
        new.changed_at := old.changed_at;
        if (old.starts_at, old.ends_at, old.status, old.online, old.municipality, old.address)
            is distinct from (new.starts_at, new.ends_at, new.status, new.online, new.municipality, new.address) then
            new.sequence := old.sequence + 1;
            -- A second later at least, also than what her feeds say has changed:
            -- calendars count in seconds, and some skip an event that is not later
            -- than the one they have.
            new.changed_at := greatest(app_now(), old.changed_at + interval '1 second',
                (select max(changed_at) + interval '1 second' from calendar_feed where expert_id = new.expert_id));
        end if;
    end if;
    new.shown_from := new.starts_at - interval '9600 hours';
    new.shown_until := case when new.status = 'CANCELLED'
        then least(new.ends_at + interval '1440 hours', greatest(new.changed_at + interval '720 hours', new.ends_at))
        else new.ends_at + interval '1440 hours' end;
    new.digest := hashtextextended(new.session_id::text, new.sequence);
    return new;
end $$;

-- Brings the entries of sessions up to date, of one expert or all.
create function calendar_refresh(of_sessions uuid[], of_expert uuid) returns void language sql security definer set search_path = public, pg_temp as $$
    insert into calendar_entry as e (session_id, expert_id, uid, starts_at, ends_at, status, online, municipality, address, created_at, sequence, changed_at)
    select s.id, b.expert_id, s.uid, date_trunc('second', s.starts_at), date_trunc('second', s.ends_at),
           case when b.status = 'RELEASED' then 'CANCELLED' else calendar_status(s.status) end, s.online,
           case when s.online or o.address_visibility = 'SECRET' then '' else coalesce(m.name, '') end,
           case when s.online or b.one_to_one or o.address_visibility <> 'PUBLIC' then '' else s.address end,
           s.created_at, 0, app_now()
    from booking b
    join session s on s.id = b.session_id
    join organisation o on o.id = s.organisation_id
    left join municipality m on m.code = s.municipality
    where b.session_id = any(of_sessions) and (of_expert is null or b.expert_id = of_expert)
    on conflict (session_id, expert_id) do update set
        starts_at = excluded.starts_at, ends_at = excluded.ends_at, status = excluded.status,
        online = excluded.online, municipality = excluded.municipality, address = excluded.address
    where (e.starts_at, e.ends_at, e.status, e.online, e.municipality, e.address)
        is distinct from (excluded.starts_at, excluded.ends_at, excluded.status, excluded.online, excluded.municipality, excluded.address);
$$;

create function calendar_follow() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    case tg_table_name
    when 'booking' then
        if tg_op = 'DELETE' then
            update calendar_entry set status = 'CANCELLED' where session_id = old.session_id and expert_id = old.expert_id;
        else
            perform calendar_refresh(array[new.session_id], new.expert_id);
        end if;
    when 'session' then perform calendar_refresh(array[new.id], null);
    when 'organisation' then perform calendar_refresh(array(select id from session where organisation_id = new.id order by id), null);
    when 'municipality' then perform calendar_refresh(array(select id from session where municipality = new.code order by id), null);
    end case;
    return null;
end $$;
-- +goose StatementEnd

-- What feeds showed so far, with the stamps that their readers have.
insert into calendar_entry
select s.id, b.expert_id, s.uid, date_trunc('second', s.starts_at), date_trunc('second', s.ends_at),
       case when b.status = 'RELEASED' then 'CANCELLED' else calendar_status(s.status) end, s.online,
       case when s.online or o.address_visibility = 'SECRET' then '' else coalesce(m.name, '') end,
       case when s.online or b.one_to_one or o.address_visibility <> 'PUBLIC' then '' else s.address end,
       s.created_at, s.sequence, s.changed_at, s.starts_at - interval '9600 hours',
       case when b.status = 'RELEASED' or calendar_status(s.status) = 'CANCELLED'
            then least(s.ends_at + interval '1440 hours', greatest(s.changed_at + interval '720 hours', s.ends_at))
            else s.ends_at + interval '1440 hours' end,
       hashtextextended(s.id::text, s.sequence)
from booking b
join session s on s.id = b.session_id
join organisation o on o.id = s.organisation_id
left join municipality m on m.code = s.municipality;

create trigger calendar_entry_stamp before insert or update on calendar_entry
    for each row execute function calendar_entry_stamp();
create trigger calendar_follow after insert or delete on booking
    for each row execute function calendar_follow();
create trigger calendar_follow_change after update on booking for each row
    when (new.one_to_one <> old.one_to_one or (new.status = 'RELEASED') <> (old.status = 'RELEASED')) execute function calendar_follow();
create trigger calendar_follow after update on session for each row
    when ((old.starts_at, old.ends_at, calendar_status(old.status), old.online, old.municipality, old.address, old.organisation_id)
        is distinct from (new.starts_at, new.ends_at, calendar_status(new.status), new.online, new.municipality, new.address, new.organisation_id))
    execute function calendar_follow();
create trigger calendar_follow after update on organisation
    for each row when (new.address_visibility <> old.address_visibility) execute function calendar_follow();
create trigger calendar_follow after update on municipality
    for each row when (new.name <> old.name) execute function calendar_follow();

-- What the owner chose counts as a change of every event, later than any.
-- +goose StatementBegin
create function calendar_feed_stamp() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    new.revision := old.revision;
    new.changed_at := old.changed_at;
    if (old.title, old.with_place) is distinct from (new.title, new.with_place) then
        new.revision := old.revision + 1;
        new.changed_at := greatest(app_now(), old.changed_at + interval '1 second',
            (select max(changed_at) + interval '1 second' from calendar_entry where expert_id = new.expert_id));
    end if;
    return new;
end $$;
-- +goose StatementEnd
create trigger calendar_feed_stamp before update on calendar_feed
    for each row execute function calendar_feed_stamp();
