-- A feed that nobody changed is found without looking at what it shows.

-- +goose Up

------------------------------------------------------------------------ versions
-- Rises with every change of the feed and of what an expert's feed shows. Nobody
-- is told it.
alter table calendar_feed add column version bigint not null default 1;

-- +goose StatementBegin
create function calendar_feed_version() returns trigger language plpgsql as $$
begin
    new.version := old.version + 1;
    return new;
end $$;

create function calendar_entry_shows() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update calendar_feed set version = version + 1 where expert_id = coalesce(new.expert_id, old.expert_id);
    return null;
end $$;

-- Notes when and by what kind of program a feed was fetched. A feed whose owner
-- is none any more is revoked instead. Who fetches does not wait for a change of
-- the feed that is under way: the next fetch is noted.
create or replace function calendar_feed_note(of_feed uuid, held boolean, client text, at timestamptz) returns void language plpgsql as $$
begin
    perform from calendar_feed where id = of_feed for update skip locked;
    if not found then
        return;
    elsif held then
        update calendar_feed set last_fetched_at = at, last_client = client where id = of_feed;
    else
        update calendar_feed_secret set revoked_at = at where feed_id = of_feed and revoked_at is null;
        update calendar_feed set revoked_at = at where id = of_feed and revoked_at is null;
    end if;
end $$;
-- +goose StatementEnd
create trigger calendar_feed_version before update on calendar_feed for each row execute function calendar_feed_version();
create trigger calendar_entry_shows after insert or update or delete on calendar_entry for each row execute function calendar_entry_shows();

-------------------------------------------------------------------- what is shown
-- What each kind of feed shows at a moment: what comes back is the allow-list, in
-- any order of rows. It may read only what the owner of that kind may have in a
-- calendar, which is copied to the servers of others. It is a function in PL/pgSQL
-- so that a statement that does not need it does not pay for setting it up.

-- +goose StatementBegin
create function calendar_of_expert(of_expert uuid, now timestamptz) returns table (
    uid text, start timestamptz, "end" timestamptz, created timestamptz, changed timestamptz, sequence int,
    status text, online boolean, municipality text, address text)
    language sql stable rows 100 as $$
    select e.uid::text, e.starts_at, e.ends_at, e.created_at, e.changed_at, e.sequence, e.status, e.online, e.municipality, e.address
    from calendar_entry e
    where e.expert_id = of_expert and e.shown_from <= now and e.shown_until > now
$$;

-- The window of the other kinds: what a calendar is looked at for, and cancelled
-- events until every program has fetched that they are off.
create function calendar_window(s session, now timestamptz) returns boolean language sql stable as $$
    select s.ends_at > now - interval '60 days' and s.starts_at < now + interval '400 days'
        and (calendar_status(s.status) <> 'CANCELLED' or greatest(s.changed_at + interval '30 days', s.ends_at) > now)
$$;

create function calendar_events(f calendar_feed, now timestamptz) returns table (
    uid text, start timestamptz, "end" timestamptz, created timestamptz, changed timestamptz, sequence int,
    status text, online boolean, municipality text, address text)
    language plpgsql stable rows 100 as $$
#variable_conflict use_column
begin
    case f.kind
    when 'EXPERT' then
        return query select e.* from calendar_of_expert(f.expert_id, now) e;
    when 'TEAM', 'TEAM_FREE_BUSY' then
        -- Times and nothing else: it reads the one table that holds neither a name
        -- nor a theme, and of it no place and no organisation.
        return query
            select s.uid::text, s.starts_at, s.ends_at, s.created_at, s.changed_at, s.sequence, calendar_status(s.status), false, '', ''
            from session s where s.pool_id = f.pool_id and calendar_window(s, now);
    when 'PUBLIC_TALKS' then
        -- The talks that anybody may attend, at the organisation and those below it.
        -- It reads nothing of who speaks, but that it is no one-to-one. A house whose
        -- address is not public has no place in a calendar at all.
        return query
            with recursive below(id) as (
                select f.organisation_id
                union
                select o.id from below join organisation o on o.parent_id = below.id or o.merged_into = below.id
            )
            select s.uid::text, s.starts_at, s.ends_at, s.created_at, s.changed_at, s.sequence, calendar_status(s.status), s.online,
                   case when o.address_visibility = 'PUBLIC' and not s.online then coalesce(m.name, '') else '' end,
                   case when o.address_visibility = 'PUBLIC' and not s.online then s.address else '' end
            from session s
            join request r on r.id = s.request_id and r.audience = 'PUBLIC'
            join organisation o on o.id = s.organisation_id
            left join municipality m on m.code = s.municipality
            where s.organisation_id in (select id from below)
              and s.type = 'TALK' and not exists (select from booking b where b.session_id = s.id and b.one_to_one)
              and calendar_window(s, now);
    end case;
end $$;

-- The feed behind a secret that was found: how it is, whether it is dead, and what
-- it shows by a fingerprint that is the same exactly when that is. With it goes for
-- how long time alone does not change any of it, as long as its version stays the
-- same, in microseconds since 1970: null for unknown, since the fetch was noted now
-- or its kind has no version of what it shows. An array of one, or of none for a
-- secret that has been dead for too long, or that nobody used.
create function calendar_find(of_feed uuid, secret_revoked_at timestamptz, client text, now timestamptz,
    noted_within interval, unused_for interval, dead_for interval) returns json language plpgsql as $$
#variable_conflict use_column
declare
    f calendar_feed;
    today date := (now at time zone 'Europe/Amsterdam')::date;
    held boolean;
    dead_since timestamptz;
    fingerprint text;
    fresh_until timestamptz;
begin
    select * into f from calendar_feed where id = of_feed;
    if secret_revoked_at <= now - dead_for or secret_revoked_at is null and greatest(f.renewed_at, f.last_fetched_at) <= now - unused_for then
        return '[]';
    end if;
    held := calendar_owner_holds(f, today);
    dead_since := case when held then secret_revoked_at else coalesce(secret_revoked_at, now) end;
    if dead_since is not null then
        fingerprint := concat_ws(' ', 'dead', dead_since, f.title);
    elsif f.kind = 'EXPERT' then
        -- For a hundred events a thirtieth of looking at every column of every row.
        fingerprint := concat_ws(' ', f.revision, f.title, f.with_place,
            (select concat_ws(' ', count(*), bit_xor(digest)) from calendar_entry where expert_id = f.expert_id and shown_from <= now and shown_until > now));
    else
        fingerprint := concat_ws(' ', f.revision, f.title, f.with_place, case when f.kind = 'TEAM_FREE_BUSY' then today end, -- its window moves
            (select concat_ws(' ', count(*), sum(hash_record_extended(e, 0))) from calendar_events(f, now) e));
    end if;
    if secret_revoked_at is null
       and (not held or f.last_client <> client or f.last_fetched_at is null or f.last_fetched_at <= now - noted_within) then
        perform calendar_feed_note(f.id, held, client, now);
    elsif dead_since is null and f.kind = 'EXPERT' then
        fresh_until := least(
            (today + 1)::timestamp at time zone 'Europe/Amsterdam', -- her role may end
            f.last_fetched_at + noted_within,
            (select min(shown_from) from calendar_entry where expert_id = f.expert_id and shown_from > now),
            (select min(shown_until) from calendar_entry where expert_id = f.expert_id and shown_until > now));
    end if;
    return (select json_agg(x) from (
        select f.id, f.kind, f.expert_id, f.account_id, f.pool_id, f.organisation_id, f.label, f.title, f.with_place, f.created_at, f.revoked_at,
               f.last_fetched_at, f.last_client, f.revision, f.changed_at, f.cut, greatest(f.renewed_at, f.last_fetched_at) + unused_for as expires_at,
               f.version, dead_since, fingerprint,
               (select max(shown_until) from calendar_entry where expert_id = f.expert_id and shown_until <= now) as left_at,
               (extract(epoch from now) * 1000000)::bigint as fresh_from, (extract(epoch from fresh_until) * 1000000)::bigint as fresh_until) x);
end $$;
-- +goose StatementEnd
