-- When the hours of an expert change, what she has planned and what she is asked is
-- judged anew at once, and not in the night: hours she saves, a blackout, what a
-- linked calendar says. It is queued, as the night queues it, and not done here:
-- who saves her hours waits for nobody who plans with her.

-- +goose Up
-- +goose StatementBegin
create function hours_change() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
    whose uuid[];
begin
    if tg_level = 'STATEMENT' then
        whose := array(select distinct expert_id from changed);
    elsif tg_op = 'DELETE' then
        whose := array[old.expert_id];
    else
        whose := array[new.expert_id];
    end if;
    -- A row that is queued already is locked until we commit, also where it stays as
    -- it is: nobody takes it off the queue and judges by the hours as they were.
    insert into due_work (kind, about, pool_id, due_at)
    select 'RECHECK', r.id, r.pool_id, app_now() from request r
    where r.id in (
        select s.request_id from booking b join session s on s.id = b.session_id
        where b.expert_id = any(whose) and b.starts_at > app_now() and b.status in ('HELD', 'CONFIRMED') and b.seat is null
        union
        select o.request_id from offer o where o.expert_id = any(whose) and o.status = 'SENT')
    order by r.id
    on conflict on constraint due_work_once do update set due_at = excluded.due_at where due_work.due_at > excluded.due_at;
    return null;
end $$;
-- +goose StatementEnd

-- All her weekly hours are replaced in two statements.
create trigger hours_change_inserted after insert on availability_rule
    referencing new table as changed for each statement execute function hours_change();
create trigger hours_change_updated after update on availability_rule
    referencing new table as changed for each statement execute function hours_change();
create trigger hours_change_deleted after delete on availability_rule
    referencing old table as changed for each statement execute function hours_change();
create trigger hours_change after insert or update or delete on blackout for each row execute function hours_change();

-- Most readings of a linked calendar find what was there.
create trigger hours_change_inserted after insert on busy_calendar
    for each row when (new.busy <> '{}') execute function hours_change();
create trigger hours_change_updated after update of busy on busy_calendar
    for each row when (new.busy <> old.busy) execute function hours_change();
create trigger hours_change_deleted after delete on busy_calendar
    for each row when (old.busy <> '{}') execute function hours_change();

-- So does the end of her membership of a pool, which the last of her relations kept.
create trigger hours_change_left after update of valid_to on pool_member
    for each row when (new.valid_to is distinct from old.valid_to) execute function hours_change();
