-- What happens when its time has come, with nobody calling. And offers: few at a
-- time for each expert, and each ends by itself.

-- +goose Up

-- How many offers may wait for one expert's answer, over all pools, before this
-- pool asks her too.
alter table pool_policy add column open_offers int not null default 3
    constraint pool_policy_open_offers check (open_offers >= 1);

-- The queue: a row is there until its work is done, and goes in the same
-- transaction. Only the service itself reads it, as the owner.
create table due_work (
    id       uuid primary key default gen_random_uuid(),
    kind     text not null,
    about    uuid not null, -- the offer that expires
    pool_id  uuid not null constraint due_work_pool references pool,
    due_at   timestamptz not null,
    attempts int not null default 0,    -- that failed
    failure  text not null default '',  -- class of the last one, never its words
    constraint due_work_kind check (kind in ('OFFER_EXPIRES')),
    constraint due_work_once unique (kind, about)
);
create index due_work_due on due_work (due_at, id);
alter table due_work enable row level security;

-- No offer without its end, whoever writes it. It stays queued when it is
-- answered: there is nothing to do then, and an answer waits for no queue.
-- +goose StatementBegin
create function offer_expires() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into due_work (kind, about, pool_id, due_at) values ('OFFER_EXPIRES', new.id, new.pool_id, new.expires_at)
    on conflict on constraint due_work_once do update set due_at = excluded.due_at;
    return null;
end $$;
-- +goose StatementEnd
create trigger offer_expires after insert or update of expires_at on offer
    for each row when (new.status = 'SENT') execute function offer_expires();

insert into due_work (kind, about, pool_id, due_at)
select 'OFFER_EXPIRES', id, pool_id, expires_at from offer where status = 'SENT';
