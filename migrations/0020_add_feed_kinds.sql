-- What each kind of calendar may say, and a calendar that is too full.

-- +goose Up

-- A title is no free choice: a team's calendar shows times only, and only public
-- talks are called so. That a team shows no place holds here, too.
alter table calendar_feed
    drop constraint calendar_feed_title,
    add constraint calendar_feed_title check (case kind
        when 'EXPERT' then title in ('EXPEX_APPOINTMENT', 'APPOINTMENT', 'MINIMAL')
        when 'PUBLIC_TALKS' then title = 'TALK'
        else title = 'MINIMAL' end),
    add constraint calendar_feed_place check (kind in ('EXPERT', 'PUBLIC_TALKS') or not with_place),
    -- How many events did not fit when it was last made up.
    add column cut int not null default 0,
    add constraint calendar_feed_cut check (cut >= 0);

-- Its owner hears of it the first time, and sees it from then on.
-- +goose StatementBegin
create function calendar_is_cut() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into notice (kind, effect, expert_id, account_id)
    values ('CALENDAR_CUT', 'CALENDAR_CUT ' || new.id, new.expert_id, new.account_id)
    on conflict do nothing;
    return null;
end $$;
-- +goose StatementEnd
create trigger calendar_is_cut after update of cut on calendar_feed
    for each row when (old.cut = 0 and new.cut > 0) execute function calendar_is_cut();

-- The calendars of a pool and of public talks take their stamps from the session
-- itself. Where it shows is the one thing that can change without it.
-- +goose StatementBegin
create function session_place_shows() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update session set sequence = sequence + 1, changed_at = greatest(app_now(), changed_at + interval '1 second')
    where type = 'TALK' and case tg_table_name when 'organisation' then organisation_id::text else municipality end
        = case tg_table_name when 'organisation' then to_jsonb(new) ->> 'id' else to_jsonb(new) ->> 'code' end;
    return null;
end $$;
-- +goose StatementEnd
create trigger session_place_shows after update of address_visibility on organisation
    for each row when (new.address_visibility <> old.address_visibility) execute function session_place_shows();
create trigger session_place_shows after update of name on municipality
    for each row when (new.name <> old.name) execute function session_place_shows();
