-- What changes is announced to those who wait for it, on the channel "expex", in
-- the transaction that changes it. An announcement is a topic, a word and an id,
-- and never content: whoever listens reads again what she may see.
--
--   request:<id>  the request, an offer or a session of it
--   tasks:<pool>  what is on the list of tasks of a pool
--   account:<id>  what an account may do, or one of its tokens
--
-- PostgreSQL folds equal announcements of a transaction into one.

-- +goose Up

-- Announces the topic that the first argument begins and the column of the second
-- ends.
-- +goose StatementBegin
create function announce() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    perform pg_notify('expex', tg_argv[0] || ':' || (to_jsonb(case tg_op when 'DELETE' then old else new end) ->> tg_argv[1]));
    return null;
end $$;
-- +goose StatementEnd

-- Nobody can wait for a request that is not there yet.
create trigger request_announce after update on request
    for each row when (old.* is distinct from new.*) execute function announce('request', 'id');
create trigger offer_announce after insert or update on offer for each row execute function announce('request', 'request_id');
create trigger session_announce after insert or update on session for each row execute function announce('request', 'request_id');

create trigger task_announce after insert or update or delete on task for each row execute function announce('tasks', 'pool_id');

create trigger account_announce after update on account
    for each row when (old.disabled_at is distinct from new.disabled_at) execute function announce('account', 'id');
create trigger account_role_announce after insert or update or delete on account_role
    for each row execute function announce('account', 'account_id');
create trigger token_announce after update on token
    for each row when (old.revoked_at is distinct from new.revoked_at or old.expires_at is distinct from new.expires_at)
    execute function announce('account', 'account_id');
create trigger token_announce_end after delete on token for each row execute function announce('account', 'account_id');

-- A task that appears later is announced when it does.
-- +goose StatementBegin
create function task_appears() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into due_work (kind, about, pool_id, due_at) values ('TASK_APPEARS', new.id, new.pool_id, new.appears_at)
    on conflict on constraint due_work_once do update set due_at = excluded.due_at;
    return null;
end $$;
-- +goose StatementEnd
create trigger task_appears after insert or update of appears_at on task
    for each row when (new.done_at is null and new.appears_at > app_now()) execute function task_appears();
