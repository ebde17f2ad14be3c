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
create function tell_calendar() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into notice (kind, effect, expert_id, session_id)
    select 'SESSION_IN_CALENDAR', 'SESSION_IN_CALENDAR ' || new.session_id || ' ' || new.sequence, new.expert_id, new.session_id
    from invitation_choice c
    where c.expert_id = new.expert_id and new.ends_at > app_now()
      and (c.wanted or exists (select from notice n where n.expert_id = new.expert_id and n.session_id = new.session_id and n.invited))
    on conflict do nothing;
    return null;
end $$;
-- +goose StatementEnd
create constraint trigger tell_calendar after insert on calendar_entry deferrable initially deferred
    for each row execute function tell_calendar();
-- What was off stays off, however the session moves without her.
create constraint trigger tell_calendar_change after update on calendar_entry deferrable initially deferred
    for each row when (new.sequence <> old.sequence and (old.status, new.status) <> ('CANCELLED', 'CANCELLED'))
    execute function tell_calendar();
