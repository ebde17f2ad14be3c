-- What was held because of a rule, and breaks none any more, is for the coordinator
-- to confirm. That is settled, too, when nobody plans to hold the session.

-- +goose Up
-- +goose StatementBegin
create or replace function session_settles() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update task set done_at = app_now()
    where session_id = new.id and done_at is null
      and (kind in ('SESSION_BROKEN', 'CONFIRM_SESSION', 'CONSENT_CHANGED', 'EXPERT_PAUSED')
           or kind = 'REPLACE_EXPERT' and codes && '{NOT_DEPLOYABLE,CONDUCT_CERT_INVALID,NO_THEME_CONSENT,OTHER}');
    return null;
end $$;
-- +goose StatementEnd
