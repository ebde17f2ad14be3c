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

-- What a feed shows, by a fingerprint that is the same exactly when that is; and
-- for how long time alone does not change it, as long as its version stays the
-- same. Null for unknown: the fetch was noted now, or a kind has no version of
-- what it shows.
create function calendar_found(f calendar_feed, secret_revoked_at timestamptz, client text, now timestamptz, noted_within interval,
    out dead_since timestamptz, out left_at timestamptz, out fingerprint text, out fresh tstzrange) language plpgsql as $$
#variable_conflict use_column
declare
    today date := (now at time zone 'Europe/Amsterdam')::date;
    held boolean := calendar_owner_holds(f, today);
begin
    dead_since := case when held then secret_revoked_at else coalesce(secret_revoked_at, now) end;
    left_at := (select max(shown_until) from calendar_entry where expert_id = f.expert_id and shown_until <= now);
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
        fresh := tstzrange(now, least(
            (today + 1)::timestamp at time zone 'Europe/Amsterdam', -- her role may end
            f.last_fetched_at + noted_within,
            (select min(shown_from) from calendar_entry where expert_id = f.expert_id and shown_from > now),
            (select min(shown_until) from calendar_entry where expert_id = f.expert_id and shown_until > now)));
    end if;
end $$;
-- +goose StatementEnd
