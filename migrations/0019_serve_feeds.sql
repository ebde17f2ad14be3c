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
    return case f.kind
        when 'EXPERT' then
            exists (select from expert_record x where x.expert_id = f.expert_id and x.status not in ('PAUSED', 'OFFBOARDED'))
            and exists (
                select from account_role r join account a on a.id = r.account_id and a.disabled_at is null
                where r.expert_id = f.expert_id and r.role = 'EXPERT' and daterange(r.valid_from, r.valid_to) @> today)
        when 'PUBLIC_TALKS' then exists (
            with recursive above(id) as (
                select f.organisation_id
                union
                select unnest(array[o.parent_id, o.merged_into]) from above join organisation o using (id)
            )
            select from account_role r join account a on a.id = r.account_id and a.disabled_at is null
            where r.account_id = f.account_id and r.role = 'REQUESTER' and r.organisation_id in (select id from above)
              and daterange(r.valid_from, r.valid_to) @> today)
        else exists (
            select from account_role r join account a on a.id = r.account_id and a.disabled_at is null
            where r.account_id = f.account_id and r.role in ('COORDINATOR', 'REGION_LEAD') and r.pool_id = f.pool_id
              and daterange(r.valid_from, r.valid_to) @> today)
    end;
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

-- What a calendar program is shown rises in step with what the owner chose.
-- +goose StatementBegin
create function calendar_feed_stamp() returns trigger language plpgsql as $$
begin
    new.revision := old.revision;
    new.changed_at := old.changed_at;
    if (old.title, old.with_place) is distinct from (new.title, new.with_place) then
        new.revision := old.revision + 1;
        new.changed_at := greatest(app_now(), old.changed_at + interval '1 second');
    end if;
    return new;
end $$;
-- +goose StatementEnd
create trigger calendar_feed_stamp before update on calendar_feed
    for each row execute function calendar_feed_stamp();
