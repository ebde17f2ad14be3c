-- Weights as policy: per pool and type of deployment, in versions. One person
-- proposes a version, another one approves it. Numbers never change afterwards,
-- so that an old decision can always be explained by the version it names.

-- +goose Up

-- The sum of the values of an object whose values are whole numbers from 0 to
-- 100; null for any other.
-- +goose StatementBegin
create function sum_of_weights(weights jsonb) returns int language sql immutable parallel safe as $$
    select case when bool_and(value::text ~ '^(0|[1-9][0-9]?|100)$')
           then sum(case when value::text ~ '^[0-9]{1,3}$' then value::text::int end)::int end
    from jsonb_each(case when jsonb_typeof(weights) = 'object' then weights else '{}' end)
$$;
-- +goose StatementEnd

create table weights (
    pool_id     uuid not null constraint weights_pool references pool,
    type        text not null constraint weights_type references deployment_type,
    version     int  not null,
    replaces    int  not null, -- 0 = the weights written in the factors
    weights     jsonb not null,
    reason      text not null,
    status      text not null default 'PROPOSED',
    proposed_by uuid not null constraint weights_proposed_by references account,
    proposed_at timestamptz not null default app_now(),
    decided_by  uuid constraint weights_decided_by references account,
    decided_at  timestamptz,
    primary key (pool_id, type, version),
    constraint weights_sum check (coalesce(sum_of_weights(weights), 0) = 100),
    constraint weights_reason check (length(reason) between 1 and 500),
    constraint weights_status check (status in ('PROPOSED', 'APPROVED', 'REJECTED')),
    constraint weights_decided check ((status = 'PROPOSED') = (decided_by is null) and (status = 'PROPOSED') = (decided_at is null)),
    -- Who proposed a version may take it back, never let it hold.
    constraint weights_two_people check (status <> 'APPROVED' or decided_by <> proposed_by)
);
-- A version is replaced once: the approved ones are a chain, and the last of it
-- holds. Of two approvals at once, of versions made from the same one, the
-- second meets this.
create unique index weights_replaced_once on weights (pool_id, type, replaces) where status = 'APPROVED';

-- The number of a version and the one it was made from are given by the
-- database, and nothing of it changes once it was decided about.
-- +goose StatementBegin
create function weights_append() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        select coalesce(max(version), 0) + 1, coalesce(max(version) filter (where status = 'APPROVED'), 0)
        into new.version, new.replaces
        from weights where pool_id = new.pool_id and type = new.type;
        return new;
    end if;
    if old.status <> 'PROPOSED' or (old.pool_id, old.type, old.version, old.replaces, old.weights, old.reason, old.proposed_by, old.proposed_at)
        is distinct from (new.pool_id, new.type, new.version, new.replaces, new.weights, new.reason, new.proposed_by, new.proposed_at) then
        raise exception 'weights are never changed' using errcode = 'check_violation', constraint = 'weights_append';
    end if;
    return new;
end $$;
-- +goose StatementEnd
create trigger weights_append before insert or update on weights
    for each row execute function weights_append();

-- Who decides for the viewer's pools, by name.
-- +goose StatementBegin
create function viewer_colleagues() returns table (id uuid, name text) language sql stable rows 20 security definer set search_path = public, pg_temp as $$
    select a.id, a.name from account a
    where exists (select from account_role r
        where r.account_id = a.id and r.role in ('COORDINATOR', 'REGION_LEAD') and r.pool_id in (select viewer_pools()))
$$;
-- +goose StatementEnd

alter table weights enable row level security;
grant select, insert (pool_id, type, weights, reason, proposed_by, proposed_at), update (status, decided_by, decided_at) on weights to expex_viewer;
grant select on weights to expex_engine;
create policy weights_viewer on weights for select to expex_viewer using (pool_id in (select viewer_pools()));
create policy weights_engine on weights for select to expex_engine using (pool_id = engine_pool());
-- Coordinators and region leads of the pool propose and decide, in their own name.
create policy weights_propose on weights for insert to expex_viewer with check (
    pool_id in (select viewer_pools()) and status = 'PROPOSED' and proposed_by = viewer());
create policy weights_decide on weights for update to expex_viewer using (pool_id in (select viewer_pools()))
    with check (pool_id in (select viewer_pools()) and status <> 'PROPOSED' and decided_by = viewer());

-- A decision that did not follow what was shown to who made it says why. Before
-- this migration a reason was all there was to tell by.
alter table decision add column override boolean not null default false;
update decision set override = true where override_reason <> '';
alter table decision add constraint decision_override check (not override or override_reason <> '');

-- A decision keeps how many of the themes were met, not which: a theme that an
-- expert takes back later must not stay readable, and that it is missing must
-- not tell that she took it back. Facts that name one are removed from what was
-- stored so far.
-- +goose StatementBegin
create function without_themes(facts jsonb, path jsonpath) returns jsonb language sql immutable as $$
    select coalesce(jsonb_agg(fact order by n), '[]') from jsonb_array_elements(
        case when jsonb_typeof(facts) = 'array' then facts else '[]' end) with ordinality f (fact, n)
    where not fact @? path
$$;
-- +goose StatementEnd
update decision set suggestion = suggestion || jsonb_build_object(
    'WouldChange', without_themes(suggestion -> 'WouldChange', '$.Fact.Theme'),
    'Factors', (select coalesce(jsonb_agg(factor || jsonb_build_object('Facts', without_themes(factor -> 'Facts', '$.Theme')) order by n), '[]')
                from jsonb_array_elements(suggestion -> 'Factors') with ordinality f (factor, n)))
where jsonb_typeof(suggestion -> 'Factors') = 'array';
drop function without_themes;
alter table decision add constraint decision_no_themes check (not suggestion @? '$.**.Theme');
