-- Appointments by mail, for experts who want them: the message about a session
-- brings along how it stands in the calendar (RFC 6047).

-- +goose Up

-- What an expert chose. Without a row she has not, and gets none: an invitation
-- names the service as its organizer in a calendar that others may see. Title and
-- place are not those of a feed, which she may share with others than her mail.
create table invitation_choice (
    expert_id  uuid primary key constraint invitation_choice_expert references expert,
    wanted     boolean not null,
    title      text not null,
    with_place boolean not null,
    -- As in calendar_feed: how it looks counts as a change of every appointment.
    revision   int not null default 0,
    changed_at timestamptz,
    constraint invitation_choice_title check (title in ('EXPEX_APPOINTMENT', 'APPOINTMENT', 'MINIMAL'))
);
create trigger invitation_choice_stamp before update on invitation_choice
    for each row execute function calendar_feed_stamp();
alter table invitation_choice enable row level security;
grant select, insert, update (wanted, title, with_place) on invitation_choice to expex_viewer;
create policy invitation_choice_viewer on invitation_choice for all to expex_viewer using (expert_id in (select viewer_self()));

-- Whether an appointment went along. What was sent once is kept right, though she
-- wants no more: nothing shall stand in her calendar that is off.
alter table notice add column invited boolean not null default false;

-- Every change that her calendar shows is a message, also one that she made
-- herself. It is told last, at the end of the transaction, and only to who is told
-- nothing else about the session in it: that message brings the appointment along.
-- +goose StatementBegin
-- plpgsql, which keeps its plans: most who are booked want nothing, and that must
-- cost a booking next to nothing.
create function tell_calendar(of_session uuid, of_expert uuid) returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if of_expert is not null and not exists (select from invitation_choice where expert_id = of_expert) then
        return;
    end if;
    insert into notice (kind, effect, expert_id, session_id)
    select 'SESSION_IN_CALENDAR', 'SESSION_IN_CALENDAR ' || s.id || ' ' || pg_current_xact_id(), b.expert_id, s.id
    from booking b join session s on s.id = b.session_id
    join invitation_choice c on c.expert_id = b.expert_id
    where b.session_id = of_session and s.ends_at > app_now()
      and case when of_expert is null then b.status in ('HELD', 'CONFIRMED') else b.expert_id = of_expert end
      and (c.wanted or exists (select from notice n where n.expert_id = b.expert_id and n.session_id = s.id and n.invited))
    on conflict do nothing;
end $$;

create function session_in_calendar() returns trigger language plpgsql as $$
begin
    perform tell_calendar(new.id, null);
    return null;
end $$;

create function booking_in_calendar() returns trigger language plpgsql as $$
begin
    perform tell_calendar(new.session_id, new.expert_id);
    return null;
end $$;
-- +goose StatementEnd
create constraint trigger session_in_calendar after update on session deferrable initially deferred
    for each row when (new.sequence <> old.sequence) execute function session_in_calendar();
create constraint trigger booking_in_calendar_from_start after insert on booking deferrable initially deferred
    for each row when (new.status <> 'RELEASED') execute function booking_in_calendar();
create constraint trigger booking_in_calendar after update on booking deferrable initially deferred
    for each row when ((new.status = 'RELEASED') <> (old.status = 'RELEASED')) execute function booking_in_calendar();
